// Everything that one sensor of a simulated fleet sends and is sent, as a capture for Wireshark: an
// interface for each hub, virtual time as if the run had begun on 2000-01-01 00:00:00 UTC. A packet
// is captured when it is sent, on whichever side; what the weather does to it afterwards (lost,
// twice, corrupted) stands in its comment, and the packet itself is as it was sent. Remarks, such
// as the stages of the sensor, are comments of the next packet.

using System;
using System.Collections.Generic;
using System.IO;
using Simulator.World;

namespace Simulator.Reports;

/// <summary>A hub as a capture shows it.</summary>
/// <param name="Name">What to call its interface.</param>
/// <param name="Address">Its IPv4 address outside the tunnel, first octet most significant.</param>
public readonly record struct CapturedHub(string Name, uint Address);

/// <summary>Writes the capture of one sensor: its observer on the network. Not for several threads
/// at once.</summary>
public sealed class SensorCapture : INetworkObserver, IDisposable
{
    /// <summary>The moment 0 of virtual time, in nanoseconds since 1970: 2000-01-01 00:00:00 UTC,
    /// so that nobody takes a simulation for a capture of today.</summary>
    public const long BeginUnixNanoseconds = 946_684_800L * 1_000_000_000;

    // Ports of clients (RFC 6335 s.6); a sensor takes the next one with each connection.
    private const int FirstPort = 49_152;
    private const int PortCount = 16_384;
    private const int NanosecondsPerMicrosecond = 1_000;

    private readonly PcapngWriter _writer;
    private readonly HubCapture[] _hubs;
    private readonly List<string> _remarks = [];
    private int _connectionCount;
    private int _lastHub;
    private long _lastUs;

    /// <summary>Begins a capture.</summary>
    /// <param name="stream">Where it goes; closed at the end.</param>
    /// <param name="sensorAddress">The sensor's IPv4 address outside the tunnel, first octet most
    /// significant.</param>
    /// <param name="hubs">The hubs in the order of their numbers. One that moves to another address
    /// in the course of the run keeps this one here.</param>
    public SensorCapture(Stream stream, uint sensorAddress, IReadOnlyList<CapturedHub> hubs)
    {
        ArgumentNullException.ThrowIfNull(hubs);
        _writer = new PcapngWriter(stream, "nanopptp simulate");
        _hubs = new HubCapture[hubs.Count];
        for (int i = 0; i < _hubs.Length; i++)
        {
            _hubs[i] = new HubCapture(
                _writer, ReportText.Clean(hubs[i].Name), sensorAddress, FirstPort, hubs[i].Address);
        }
    }

    /// <inheritdoc/>
    public void TcpTurned(int hub, Direction direction, TcpTurn turn, long nowUs)
    {
        HubCapture capture = _hubs[hub];
        switch (turn)
        {
            case TcpTurn.Connect:
                capture.BeginConnection(FirstPort + (_connectionCount++ % PortCount));
                capture.TcpRequested(At(nowUs), Comment(hub, nowUs, ""));
                break;
            case TcpTurn.Established:
                capture.TcpEstablished(At(nowUs), Comment(hub, nowUs, ""));
                break;
            case TcpTurn.Reset:
                capture.TcpReset(Way(direction), At(nowUs), Comment(hub, nowUs, ""));
                break;
            default:
                capture.TcpFinished(Way(direction), At(nowUs), Comment(hub, nowUs, ""));
                break;
        }
    }

    /// <inheritdoc/>
    public void TcpSent(
        int hub, Direction direction, ReadOnlySpan<byte> octets, long nowUs, string fate) =>
        _hubs[hub].Control(Way(direction), octets, At(nowUs), Comment(hub, nowUs, fate));

    /// <inheritdoc/>
    public void GreSent(
        int hub, Direction direction, ReadOnlySpan<byte> gre, long nowUs, string fate) =>
        _hubs[hub].Gre(Way(direction), gre, At(nowUs), Comment(hub, nowUs, fate));

    /// <inheritdoc/>
    public void Remarked(long nowUs, string text)
    {
        _remarks.Add(ReportText.Clean(text));
        _lastUs = nowUs;
    }

    /// <summary>Ends the capture. Remarks that no packet followed are said of the
    /// interface.</summary>
    public void Dispose()
    {
        try
        {
            if (_hubs.Length > 0 && Comment(_lastHub, _lastUs, "") is { } comment)
            {
                _writer.WriteRemark(_lastHub, At(_lastUs), comment);
            }
        }
        finally
        {
            _writer.Dispose();
        }
    }

    private static long At(long nowUs) =>
        BeginUnixNanoseconds + (nowUs * NanosecondsPerMicrosecond);

    private static PacketDirection Way(Direction direction) =>
        direction == Direction.ToHub ? PacketDirection.Outbound : PacketDirection.Inbound;

    private string? Comment(int hub, long nowUs, string fate)
    {
        _lastHub = hub;
        _lastUs = nowUs;
        if (fate.Length > 0)
        {
            _remarks.Add(ReportText.Clean(fate));
        }

        string? comment = _remarks.Count > 0 ? string.Join("; ", _remarks) : null;
        _remarks.Clear();
        return comment;
    }
}
