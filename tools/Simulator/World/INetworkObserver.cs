// Who sees what passes on the wire.

using System;

namespace Simulator.World;

/// <summary>Which way something goes.</summary>
public enum Direction
{
    /// <summary>From the sensor to the hub.</summary>
    ToHub,

    /// <summary>From the hub to the sensor.</summary>
    ToSensor,
}

/// <summary>What happens to a TCP connection besides octets.</summary>
public enum TcpTurn
{
    /// <summary>The sensor asks for a connection to port 1723.</summary>
    Connect,

    /// <summary>The connection stands, as the sensor sees it.</summary>
    Established,

    /// <summary>One side closes.</summary>
    Close,

    /// <summary>One side, or the path, resets it.</summary>
    Reset,
}

/// <summary>Sees what passes between one sensor and its hubs, when it is sent.</summary>
public interface INetworkObserver
{
    /// <summary>The connection turns.</summary>
    /// <param name="hub">The hub's number.</param>
    /// <param name="direction">Who does it.</param>
    /// <param name="turn">What.</param>
    /// <param name="nowUs">When.</param>
    void TcpTurned(int hub, Direction direction, TcpTurn turn, long nowUs);

    /// <summary>Octets on the TCP connection.</summary>
    /// <param name="hub">The hub's number.</param>
    /// <param name="direction">Which way.</param>
    /// <param name="octets">The octets, valid during the call.</param>
    /// <param name="nowUs">When.</param>
    /// <param name="fate">What the weather does to them, such as "late"; else empty.</param>
    void TcpSent(
        int hub, Direction direction, ReadOnlySpan<byte> octets, long nowUs, string fate);

    /// <summary>A GRE packet without its IP header.</summary>
    /// <param name="hub">The hub's number.</param>
    /// <param name="direction">Which way.</param>
    /// <param name="gre">The packet as it was sent, valid during the call.</param>
    /// <param name="nowUs">When.</param>
    /// <param name="fate">What the weather does to it, such as "lost"; else empty.</param>
    void GreSent(
        int hub, Direction direction, ReadOnlySpan<byte> gre, long nowUs, string fate);

    /// <summary>A remark about one side.</summary>
    /// <param name="nowUs">When.</param>
    /// <param name="text">What.</param>
    void Remarked(long nowUs, string text);
}
