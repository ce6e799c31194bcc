// One conversation, two observers.

using System;

namespace Simulator.World;

/// <summary>Shows everything to two observers.</summary>
/// <param name="one">The first.</param>
/// <param name="other">The second.</param>
public sealed class BothObservers(INetworkObserver one, INetworkObserver other) : INetworkObserver
{
    /// <inheritdoc/>
    public void TcpTurned(int hub, Direction direction, TcpTurn turn, long nowUs)
    {
        one.TcpTurned(hub, direction, turn, nowUs);
        other.TcpTurned(hub, direction, turn, nowUs);
    }

    /// <inheritdoc/>
    public void TcpSent(
        int hub, Direction direction, ReadOnlySpan<byte> octets, long nowUs, string fate)
    {
        one.TcpSent(hub, direction, octets, nowUs, fate);
        other.TcpSent(hub, direction, octets, nowUs, fate);
    }

    /// <inheritdoc/>
    public void GreSent(
        int hub, Direction direction, ReadOnlySpan<byte> gre, long nowUs, string fate)
    {
        one.GreSent(hub, direction, gre, nowUs, fate);
        other.GreSent(hub, direction, gre, nowUs, fate);
    }

    /// <inheritdoc/>
    public void Remarked(long nowUs, string text)
    {
        one.Remarked(nowUs, text);
        other.Remarked(nowUs, text);
    }
}
