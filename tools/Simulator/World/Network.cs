// The wire between one sensor and one hub: a TCP connection and GRE, each way with the same delay.
// Everything that is sent is shown to an observer first, with its direction.

using System;
using Simulator.Hub;

namespace Simulator.World;

/// <summary>Which way something goes.</summary>
public enum Direction
{
    /// <summary>From the sensor to the hub.</summary>
    ToHub,

    /// <summary>From the hub to the sensor.</summary>
    ToSensor,
}

/// <summary>Sees what passes on the wire, when it is sent.</summary>
public interface INetworkObserver
{
    /// <summary>A TCP connection is opened or closed.</summary>
    void TcpTurned(Direction direction, string what, long nowUs);

    /// <summary>Octets on the TCP connection.</summary>
    void TcpSent(Direction direction, ReadOnlySpan<byte> octets, long nowUs);

    /// <summary>A GRE packet without its IP header.</summary>
    void GreSent(Direction direction, ReadOnlySpan<byte> gre, long nowUs);
}

/// <summary>What the sensor's side of the wire is told.</summary>
public interface INetworkClient
{
    /// <summary>The TCP connection stands.</summary>
    void TcpConnected();

    /// <summary>Octets came on the TCP connection.</summary>
    void TcpReceived(byte[] octets);

    /// <summary>The TCP connection ended.</summary>
    void TcpClosed();

    /// <summary>An IPv4 packet with GRE came, header included, as a raw socket gives it.</summary>
    void IpReceived(byte[] packet);
}

/// <summary>The wire.</summary>
public sealed class Network(
    VirtualClock clock,
    INetworkObserver observer,
    uint sensorAddress,
    uint hubAddress,
    long delayUs) : IHubTransport
{
    private const int Connection = 1;

    private bool _isOpen;

    /// <summary>The hub at the far end; set before anything is sent.</summary>
    public PptpHub? Hub { get; set; }

    /// <summary>The sensor at the near end; set before anything is sent.</summary>
    public INetworkClient? Client { get; set; }

    /// <summary>The sensor connects to TCP port 1723: one round trip.</summary>
    public void Connect()
    {
        observer.TcpTurned(Direction.ToHub, "TCP connect to port 1723", clock.NowUs);
        clock.After(delayUs, () =>
        {
            _isOpen = true;
            Feed(hub => hub.TcpConnected(Connection, sensorAddress, clock.NowMs));
            clock.After(delayUs, () => Client!.TcpConnected());
        });
    }

    /// <summary>The sensor sends octets on the TCP connection.</summary>
    /// <param name="octets">The octets; copied.</param>
    public void SendTcpToHub(ReadOnlySpan<byte> octets)
    {
        observer.TcpSent(Direction.ToHub, octets, clock.NowUs);
        byte[] copy = octets.ToArray();
        clock.After(
            delayUs, () => Feed(hub => hub.TcpReceived(Connection, copy, clock.NowMs)));
    }

    /// <summary>The sensor closes the TCP connection.</summary>
    public void CloseTcpToHub()
    {
        if (!_isOpen)
        {
            return;
        }

        _isOpen = false;
        observer.TcpTurned(Direction.ToHub, "TCP close", clock.NowUs);
        clock.After(delayUs, () => Feed(hub => hub.TcpClosed(Connection, clock.NowMs)));
    }

    /// <summary>The sensor sends a GRE packet.</summary>
    /// <param name="gre">The packet without IP header; copied.</param>
    public void SendGreToHub(ReadOnlySpan<byte> gre)
    {
        observer.GreSent(Direction.ToHub, gre, clock.NowUs);
        byte[] copy = gre.ToArray();
        clock.After(
            delayUs, () => Feed(hub => hub.GreReceived(sensorAddress, copy, clock.NowMs)));
    }

    /// <summary>Calls the hub, and plans its next wake-up.</summary>
    /// <param name="input">The call.</param>
    public void Feed(Action<PptpHub> input)
    {
        ArgumentNullException.ThrowIfNull(input);
        PptpHub hub = Hub!;
        input(hub);
        if (hub.NextDeadlineMs != long.MaxValue)
        {
            clock.At(hub.NextDeadlineMs * 1000, () => Wake(hub));
        }
    }

    /// <inheritdoc/>
    public void SendTcp(int connection, ReadOnlySpan<byte> octets)
    {
        observer.TcpSent(Direction.ToSensor, octets, clock.NowUs);
        byte[] copy = octets.ToArray();
        clock.After(delayUs, () => Client!.TcpReceived(copy));
    }

    /// <inheritdoc/>
    public void CloseTcp(int connection, bool reset)
    {
        if (!_isOpen)
        {
            return;
        }

        _isOpen = false;
        observer.TcpTurned(Direction.ToSensor, reset ? "TCP reset" : "TCP close", clock.NowUs);
        clock.After(delayUs, () => Client!.TcpClosed());
    }

    /// <inheritdoc/>
    public void SendGre(uint clientAddress, ReadOnlySpan<byte> gre)
    {
        observer.GreSent(Direction.ToSensor, gre, clock.NowUs);
        byte[] packet = new byte[Ipv4Header.Length + gre.Length];
        Ipv4Header.Write(packet, packet.Length, Ipv4Header.Gre, hubAddress, sensorAddress);
        gre.CopyTo(packet.AsSpan(Ipv4Header.Length));
        clock.After(delayUs, () => Client!.IpReceived(packet));
    }

    private void Wake(PptpHub hub)
    {
        // A deadline that moved has a wake-up of its own.
        if (hub.NextDeadlineMs <= clock.NowMs)
        {
            Feed(due => due.Tick(clock.NowMs));
        }
    }
}
