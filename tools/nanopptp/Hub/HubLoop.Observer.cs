// What the hub tells of itself.

using System;
using System.Collections.Generic;
using System.Net;
using nanoPptp.Tool.Sockets;
using Simulator.Hub;

namespace nanoPptp.Tool.Hub;

/// <content>Sessions, readings, counters.</content>
internal sealed partial class HubLoop
{
    private readonly Dictionary<ushort, ClientConnection> _byCallId = [];
    private readonly InnerRoutes<HubSession> _byInner = new();
    private readonly byte[] _packet = new byte[2048];
    private ushort _ipIdentification;
    private long _connectionCount;
    private long _rejectedCount;
    private long _refusedCount;
    private long _upCount;
    private long _readingCount;
    private long _ignoredCount;
    private long _tunSentCount;
    private long _tunReceivedCount;
    private long _tunDroppedCount;

    /// <inheritdoc/>
    public void SessionUp(HubSession session, long nowMs)
    {
        if (!_connections.TryGetValue(session.Connection, out ClientConnection? client))
        {
            return;
        }

        SessionFacts facts = client.Facts;
        client.Session = session;
        facts.User = ScreenText.Escape(session.UserName);
        facts.Inner = TunnelAddress.FromUInt(session.Address);
        facts.Encryption = session.EncryptionText;
        facts.UpSinceMs = nowMs;
        _byInner.Add(session.Address, session);
        _upCount++;
        int mtu = session.MaximumPacketLength;
        _audience.Note(presenter => presenter.Up(facts, mtu));
    }

    /// <inheritdoc/>
    public void SessionDown(HubSession session, HubEnd reason, long nowMs)
    {
        _byInner.Remove(session.Address, session);
        if (!_connections.TryGetValue(session.Connection, out ClientConnection? client))
        {
            return;
        }

        SessionFacts facts = client.Facts;
        TimeSpan? uptime = facts.UpSinceMs is { } sinceMs
            ? TimeSpan.FromMilliseconds(nowMs - sinceMs)
            : null;
        facts.UpSinceMs = null;
        _audience.Note(presenter => presenter.Down(facts, reason, uptime));
    }

    /// <inheritdoc/>
    public void UdpReceived(HubSession session, HubDatagram datagram, long nowMs)
    {
        bool isForHub = _tun is null || datagram.Destination == _plan.Settings.TunnelAddress;
        bool isReading = isForHub
            && (_plan.ReadingPort is null || _plan.ReadingPort == datagram.DestinationPort);
        if (isReading)
        {
            Reading reading = new(
                DateTime.UtcNow,
                ScreenText.Escape(session.UserName),
                new IPEndPoint(TunnelAddress.FromUInt(datagram.Source), datagram.SourcePort),
                new IPEndPoint(TunnelAddress.FromUInt(datagram.Destination), datagram.DestinationPort),
                datagram.Payload.ToArray());
            _readingCount++;
            _readings?.Append(reading);
            _audience.Note(presenter => presenter.Read(reading));
            return;
        }

        WriteTun(_packet.AsSpan(
            0, InnerPacket.WriteUdp(_packet, ++_ipIdentification, datagram)));
    }

    /// <inheritdoc/>
    public void EchoReplyReceived(
        HubSession session,
        ushort identifier,
        ushort sequence,
        ReadOnlySpan<byte> payload,
        long nowMs)
    {
        // The hub itself asks nobody: whoever pinged did so through the TUN device.
        int length = InnerPacket.WriteEchoReply(
            _packet,
            ++_ipIdentification,
            session.Address,
            _plan.Settings.TunnelAddress,
            identifier,
            sequence,
            payload);
        WriteTun(_packet.AsSpan(0, length));
    }

    /// <inheritdoc/>
    public void IpReceived(HubSession session, ReadOnlySpan<byte> packet, long nowMs)
    {
        WriteTun(packet);
    }

    /// <inheritdoc/>
    public void Noted(HubSession? session, HubNote note, long nowMs)
    {
        // The hub counts them; they are told at the end.
    }

    private void WriteTun(ReadOnlySpan<byte> packet)
    {
        if (_tun is null)
        {
            _ignoredCount++;
        }
        else if (_tun.Write(packet))
        {
            _tunReceivedCount++;
        }
        else
        {
            _tunDroppedCount++;
        }
    }

    private Dictionary<string, long> CollectCounters()
    {
        long notSent = 0;
        foreach (GreSocket socket in _greSockets)
        {
            notSent += socket.NotSent;
        }

        (string Name, long Value)[] all =
        [
            ("connections", _connectionCount),
            ("connectionsRejected", _rejectedCount),
            ("authenticationsRefused", _refusedCount),
            ("sessionsUp", _upCount),
            ("readings", _readingCount),
            ("packetsIgnored", _ignoredCount),
            ("greNotSent", notSent),
            ("tunToClients", _tunSentCount),
            ("tunFromClients", _tunReceivedCount),
            ("tunDropped", _tunDroppedCount),
        ];
        Dictionary<string, long> counters = [];
        foreach ((string name, long value) in all)
        {
            if (value != 0)
            {
                counters.Add(name, value);
            }
        }

        foreach (HubNote note in Enum.GetValues<HubNote>())
        {
            if (_hub.CountOf(note) is not 0 and long count)
            {
                counters.Add(HubWords.CounterOf(note), count);
            }
        }

        return counters;
    }
}
