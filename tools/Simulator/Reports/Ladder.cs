// The conversation as a ladder: one line for every message, with time, direction, name and key fields.

using System;
using System.Globalization;
using Simulator.Hub;
using Simulator.World;

namespace Simulator.Reports;

/// <summary>Writes one line for everything that passes on the wire.</summary>
/// <param name="write">Takes the finished lines.</param>
public sealed class Ladder(Action<string> write) : INetworkObserver
{
    /// <summary>Heading over the columns.</summary>
    public const string Heading = "   time ms  sensor    hub  message";

    /// <inheritdoc/>
    public void TcpTurned(Direction direction, string what, long nowUs) =>
        Write(direction, nowUs, what);

    /// <inheritdoc/>
    public void TcpSent(Direction direction, ReadOnlySpan<byte> octets, long nowUs) =>
        Write(direction, nowUs, WireText.DescribeTcp(octets));

    /// <inheritdoc/>
    public void GreSent(Direction direction, ReadOnlySpan<byte> gre, long nowUs) =>
        Write(direction, nowUs, WireText.DescribeGre(gre));

    /// <summary>Writes a line about one side between the messages.</summary>
    /// <param name="nowUs">When, in microseconds.</param>
    /// <param name="text">What.</param>
    public void Note(long nowUs, string text) => write($"{Time(nowUs)}  * {text}");

    private static string Time(long nowUs) => string.Create(
        CultureInfo.InvariantCulture, $"{nowUs / 1000.0,10:0.0}");

    private void Write(Direction direction, long nowUs, string text) =>
        write($"{Time(nowUs)}    {(direction == Direction.ToHub ? "|------->|" : "|<-------|")}    {text}");
}
