// The plant's TCP: passive opens on one port, RFC 9293. It knows its connections by the peer's address
// and port, gives each a mood, and answers what belongs to none with RST (section 3.10.7.1).

using System;
using System.Collections.Generic;
using Simulator.Hub;

namespace Simulator.Plant;

/// <summary>What a server does with its connections.</summary>
internal interface ITcpApplication
{
    /// <summary>Octets came in order.</summary>
    void Received(TcpServerConnection connection, ReadOnlySpan<byte> octets, long nowMs);

    /// <summary>The peer will send no more.</summary>
    void PeerClosed(TcpServerConnection connection, long nowMs);

    /// <summary>The connection is gone, in order or not.</summary>
    void Gone(TcpServerConnection connection, long nowMs);
}

/// <summary>What the plant's TCP has seen.</summary>
public sealed class TcpServerCounters
{
    /// <summary>Connections that were opened.</summary>
    public long Opened { get; internal set; }

    /// <summary>Segments that came.</summary>
    public long Received { get; internal set; }

    /// <summary>Segments that went out.</summary>
    public long Sent { get; internal set; }

    /// <summary>Octets of segments in both directions, without IPv4 headers.</summary>
    public long Octets { get; internal set; }

    /// <summary>Segments that were sent again.</summary>
    public long Retransmissions { get; internal set; }

    /// <summary>Segments with data that had come before, whole.</summary>
    public long Duplicates { get; internal set; }

    /// <summary>Segments with data that came before earlier ones.</summary>
    public long OutOfOrder { get; internal set; }

    /// <summary>Times that a window was closed.</summary>
    public long ClosedWindows { get; internal set; }

    /// <summary>Octets that came beyond the window that was offered: the peer's mistake.</summary>
    public long BeyondWindow { get; internal set; }

    /// <summary>Segments longer than the peer was told to send: its mistake.</summary>
    public long TooLong { get; internal set; }

    /// <summary>Segments with a wrong header or checksum.</summary>
    public long Malformed { get; internal set; }

    /// <summary>Connections given up because the peer was silent.</summary>
    public long GivenUp { get; internal set; }
}

/// <summary>A TCP port of the plant.</summary>
internal sealed class TcpServer(
    uint address,
    ushort port,
    ITcpApplication application,
    IHubRandom random,
    PlantTimers timers,
    Action<uint, byte[]> send)
{
    private const int DefaultMss = 1360;
    private const int DefaultWindow = 8192;

    private readonly SortedDictionary<ulong, TcpServerConnection> _connections = [];
    private ushort _identification;

    public TcpServerCounters Counters { get; } = new();

    public PlantMoods Moods { get; set; } = PlantMoods.Calm;

    /// <summary>Whether anybody listens; else a SYN is answered with RST.</summary>
    public bool IsListening { get; set; } = true;

    public int ConnectionCount => _connections.Count;

    public IHubRandom Random => random;

    public ITcpApplication Application => application;

    public ushort Port => port;

    public PlantTimers Timers => timers;

    public void Input(Ipv4Packet packet, long nowMs)
    {
        Counters.Received++;
        Counters.Octets += packet.Payload.Length;
        if (!TcpSegment.TryRead(packet, out TcpSegment segment))
        {
            Counters.Malformed++;
            return;
        }

        ulong key = KeyOf(packet.Source, segment.SourcePort);
        if (_connections.TryGetValue(key, out TcpServerConnection? known))
        {
            known.Input(segment, nowMs);
            known.Plan();
            if (!known.IsReplacedBySyn)
            {
                return;
            }
        }

        if (segment.DestinationPort == port && IsListening
            && segment.Flags == TcpFlags.Syn)
        {
            Open(packet.Source, key, segment, nowMs);
        }
        else if (!segment.IsRst)
        {
            Refuse(packet.Source, segment);
        }
    }

    /// <summary>The process ends; the kernel resets what stands.</summary>
    public void Kill()
    {
        foreach (TcpServerConnection connection in _connections.Values)
        {
            connection.Reset();
        }

        _connections.Clear();
        IsListening = false;
    }

    internal void Transmit(uint destination, TcpSegment segment)
    {
        Counters.Sent++;
        byte[] packet = segment.ToPacket(address, destination, ++_identification);
        Counters.Octets += packet.Length - Ipv4Packet.HeaderLength;
        send(destination, packet);
    }

    internal void Forget(TcpServerConnection connection) =>
        _connections.Remove(KeyOf(connection.PeerAddress, connection.PeerPort));

    private static ulong KeyOf(uint peerAddress, ushort peerPort) =>
        ((ulong)peerAddress << 16) | peerPort;

    private void Open(uint source, ulong key, TcpSegment syn, long nowMs)
    {
        Counters.Opened++;
        var mood = new TcpMood(
            Mss: random.Happens(Moods.SmallSegments) ? random.Between(64, 536) : DefaultMss,
            Window: random.Happens(Moods.SmallWindow) ? random.Between(200, 1_000) : DefaultWindow,
            AckDelayMs: random.Happens(Moods.LateAcks) ? random.Between(100, 500) : 0);
        var connection = new TcpServerConnection(this, source, syn, mood, nowMs);
        _connections.Add(key, connection);
    }

    // RFC 9293 s.3.10.7.1: with the number that makes it acceptable.
    private void Refuse(uint source, TcpSegment segment) => Transmit(source, new TcpSegment
    {
        SourcePort = segment.DestinationPort,
        DestinationPort = segment.SourcePort,
        Sequence = segment.IsAck ? segment.Acknowledgment : 0,
        Acknowledgment = segment.IsAck
            ? 0
            : unchecked(segment.Sequence + (uint)segment.SequenceLength),
        Flags = segment.IsAck ? TcpFlags.Rst : TcpFlags.Rst | TcpFlags.Ack,
    });
}

/// <summary>How a connection treats its peer.</summary>
/// <param name="Mss">The maximum segment size that it asks for.</param>
/// <param name="Window">Room for octets that nobody has read.</param>
/// <param name="AckDelayMs">How late it acknowledges.</param>
internal readonly record struct TcpMood(int Mss, int Window, int AckDelayMs);
