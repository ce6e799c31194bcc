// The conversation as a ladder: one line for every message, with time, direction, name, key fields and
// what the weather did to it.

using System;
using System.Globalization;
using Simulator.Hub;
using Simulator.World;

namespace Simulator.Reports;

/// <summary>Writes one line for everything that passes between one sensor and its hubs.</summary>
/// <param name="write">Takes the finished lines.</param>
public sealed class Ladder(Action<string> write) : INetworkObserver
{
    /// <summary>Heading over the columns.</summary>
    public const string Heading = "   time ms  sensor    hub  message";

    /// <summary>What a turn of the TCP connection is called.</summary>
    public static string TextOf(TcpTurn turn) => turn switch
    {
        TcpTurn.Connect => "TCP connect to port 1723",
        TcpTurn.Established => "TCP connection stands",
        TcpTurn.Reset => "TCP reset",
        _ => "TCP close",
    };

    /// <inheritdoc/>
    public void TcpTurned(int hub, Direction direction, TcpTurn turn, long nowUs) =>
        Write(direction, nowUs, TextOf(turn), "");

    /// <inheritdoc/>
    public void TcpSent(
        int hub, Direction direction, ReadOnlySpan<byte> octets, long nowUs, string fate) =>
        Write(direction, nowUs, WireText.DescribeTcp(octets), fate);

    /// <inheritdoc/>
    public void GreSent(
        int hub, Direction direction, ReadOnlySpan<byte> gre, long nowUs, string fate) =>
        Write(direction, nowUs, WireText.DescribeGre(gre), fate);

    /// <inheritdoc/>
    public void Remarked(long nowUs, string text) => write($"{Time(nowUs)}  * {text}");

    private static string Time(long nowUs) => string.Create(
        CultureInfo.InvariantCulture, $"{nowUs / 1000.0,10:0.0}");

    private void Write(Direction direction, long nowUs, string text, string fate)
    {
        string arrow = direction == Direction.ToHub ? "|------->|" : "|<-------|";
        string note = fate.Length == 0 ? "" : $"  [{fate}]";
        write($"{Time(nowUs)}    {arrow}    {text}{note}");
    }
}
