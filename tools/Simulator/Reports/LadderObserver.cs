// What passes between one sensor and its hubs, as lines in words: one for every message, with its
// key fields and what the weather did to it.

using System;
using Simulator.Hub;
using Simulator.World;

namespace Simulator.Reports;

/// <summary>Makes a line of everything that passes between one sensor and its hubs.</summary>
public abstract class LadderObserver : INetworkObserver
{
    /// <inheritdoc/>
    public void TcpTurned(int hub, Direction direction, TcpTurn turn, long nowUs) =>
        Add(new LadderLine(nowUs, direction, TextOf(turn), ""));

    /// <inheritdoc/>
    public void TcpSent(
        int hub, Direction direction, ReadOnlySpan<byte> octets, long nowUs, string fate) =>
        Add(new LadderLine(nowUs, direction, WireText.DescribeTcp(octets), fate));

    /// <inheritdoc/>
    public void GreSent(
        int hub, Direction direction, ReadOnlySpan<byte> gre, long nowUs, string fate) =>
        Add(new LadderLine(nowUs, direction, WireText.DescribeGre(gre), fate));

    /// <inheritdoc/>
    public void Remarked(long nowUs, string text) => Add(new LadderLine(nowUs, null, text, ""));

    /// <summary>Takes the next line.</summary>
    protected abstract void Add(LadderLine line);

    private static string TextOf(TcpTurn turn) => turn switch
    {
        TcpTurn.Connect => "TCP connect to port 1723",
        TcpTurn.Established => "TCP connection stands",
        TcpTurn.Reset => "TCP reset",
        _ => "TCP close",
    };
}
