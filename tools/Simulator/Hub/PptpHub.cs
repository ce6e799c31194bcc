// The hub: a PPTP access concentrator with a PPP server, as a function of what it is fed and of
// the time it is told. It has no sockets, clock, threads or timers of its own.
//
// Ownership: the hub has control connections by TCP connection; each has at most one session
// (call); each session has a GRE channel and a PPP link. The two scratch buffers and the RC4
// engine belong to the hub, for only one packet is in work at any time.

using System;
using System.Buffers.Binary;
using System.Collections.Generic;
using System.Linq;

namespace Simulator.Hub;

/// <summary>
/// A PPTP server for simulations and tests. Not for several threads at once. Every method takes
/// the time in milliseconds, which must not run backwards. After each call
/// <see cref="NextDeadlineMs"/> says when <see cref="Tick"/> is due.
/// </summary>
public sealed class PptpHub
{
    /// <summary>Room for all headers before a packet: GRE, FF 03, MPPE and its protocols.</summary>
    internal const int ScratchHeadroom = 32;

    private readonly IHubRandom _random;
    private readonly Dictionary<int, ControlConnection> _connections = [];
    private readonly Dictionary<ushort, HubSession> _sessions = [];
    private readonly DeadlineQueue _deadlines = new();
    private AddressPool _addresses;
    private CallIdPool _callIds;
    private readonly long[] _noteCounts = new long[Enum.GetValues<HubNote>().Length];
    private long _nowMs = long.MinValue;
    private long _lastConnectionNumber;
    private long _lastSessionNumber;
    private int _addressesInUse;
    private bool _isStopped;

    /// <summary>Makes a hub that waits for connections.</summary>
    /// <exception cref="ArgumentOutOfRangeException">A setting is out of range.</exception>
    public PptpHub(
        HubSettings settings, IHubTransport transport, IHubObserver observer, IHubRandom random)
    {
        ArgumentNullException.ThrowIfNull(settings);
        ArgumentNullException.ThrowIfNull(transport);
        ArgumentNullException.ThrowIfNull(observer);
        ArgumentNullException.ThrowIfNull(random);
        Settings = settings.Validated();
        Transport = transport;
        Observer = observer;
        _random = random;
        _addresses = new AddressPool(settings.ClientAddresses);
        _callIds = new CallIdPool(settings.FirstCallId, settings.CallIdStep);
    }

    /// <summary>What the hub is set to: for new connections and new calls.</summary>
    public HubSettings Settings { get; private set; }

    /// <summary>Control connections that are open.</summary>
    public int ConnectionCount => _connections.Count;

    /// <summary>Calls that are not over, up or not yet.</summary>
    public int SessionCount => _sessions.Count;

    /// <summary>When <see cref="Tick"/> is due; <see cref="long.MaxValue"/> when never.</summary>
    public long NextDeadlineMs => _deadlines.NextDeadlineMs;

    internal IHubTransport Transport { get; }

    internal IHubObserver Observer { get; }

    internal Rc4Cipher Rc4 { get; } = new();

    /// <summary>Where packets are built.</summary>
    internal byte[] Scratch { get; } = new byte[ScratchHeadroom + 2048];

    /// <summary>Where frames are decrypted.</summary>
    internal byte[] ReceiveScratch { get; } = new byte[PppLink.MaximumFrameLength];

    /// <summary>How often an oddity was noted, since the hub was made.</summary>
    public long CountOf(HubNote note) => _noteCounts[(int)note];

    /// <summary>A client connected to port 1723.</summary>
    /// <param name="connection">A number the caller gives; free again when it is closed.</param>
    /// <param name="clientAddress">The client's outer address, in host order.</param>
    /// <param name="nowMs">The time.</param>
    /// <exception cref="ArgumentException">The number is in use.</exception>
    public void TcpConnected(int connection, uint clientAddress, long nowMs)
    {
        Advance(nowMs);
        if (_isStopped)
        {
            Note(null, HubNote.ConnectionRefused);
            Transport.CloseTcp(connection, reset: true);
            return;
        }

        var owner = new ControlConnection(
            this, connection, clientAddress, ++_lastConnectionNumber, nowMs);
        _connections.Add(connection, owner);
        Reschedule(owner);
    }

    /// <summary>Octets came on a control connection, cut anywhere.</summary>
    public void TcpReceived(int connection, ReadOnlySpan<byte> octets, long nowMs)
    {
        Advance(nowMs);
        if (!_connections.TryGetValue(connection, out ControlConnection? owner))
        {
            Note(null, HubNote.UnknownConnection);
            return;
        }

        owner.Receive(octets, nowMs);
        Reschedule(owner);
    }

    /// <summary>
    /// A control connection is gone, by FIN or reset; the caller closes what is left of it.
    /// Unknown numbers are ignored, for both sides may close at once.
    /// </summary>
    public void TcpClosed(int connection, long nowMs)
    {
        Advance(nowMs);
        if (_connections.TryGetValue(connection, out ControlConnection? owner))
        {
            owner.ClosedByPeer(nowMs);
        }
    }

    /// <summary>A GRE packet came, given from its first header octet on.</summary>
    public void GreReceived(uint clientAddress, ReadOnlySpan<byte> gre, long nowMs)
    {
        Advance(nowMs);
        if (!GreHeader.TryRead(gre, out GreHeader header))
        {
            Note(null, HubNote.GreMalformed);
        }
        else if (!_sessions.TryGetValue(header.CallId, out HubSession? session))
        {
            Note(null, HubNote.GreUnknownCall);
        }
        else if (session.ClientAddress != clientAddress)
        {
            session.Note(HubNote.GreWrongSource);
        }
        else
        {
            ControlConnection owner = session.Owner;
            session.ReceiveGre(header, gre.Slice(header.Length, header.PayloadLength), nowMs);
            Reschedule(owner);
        }
    }

    /// <summary>Does everything whose time has come.</summary>
    public void Tick(long nowMs)
    {
        Advance(nowMs);
        while (_deadlines.First is ControlConnection owner && owner.QueuedDeadlineMs <= nowMs)
        {
            owner.Tick(nowMs);
            Reschedule(owner);
        }
    }

    /// <summary>
    /// Sends a datagram from the hub's tunnel address to the client's.
    /// </summary>
    /// <returns>False when the session is not up or the packet exceeds its MTU.</returns>
    public bool SendUdp(
        HubSession session,
        ushort sourcePort,
        ushort destinationPort,
        ReadOnlySpan<byte> payload,
        long nowMs)
    {
        ArgumentNullException.ThrowIfNull(session);
        Advance(nowMs);
        return Sent(session, session.SendUdp(sourcePort, destinationPort, payload));
    }

    /// <summary>Sends an IPv4 packet as it is.</summary>
    /// <returns>False when the session is not up or the packet exceeds its MTU.</returns>
    public bool SendIp(HubSession session, ReadOnlySpan<byte> packet, long nowMs)
    {
        ArgumentNullException.ThrowIfNull(session);
        Advance(nowMs);
        return Sent(session, session.SendIp(packet));
    }

    /// <summary>Sends an ICMP echo request from the hub's tunnel address.</summary>
    /// <returns>False when the session is not up or the packet exceeds its MTU.</returns>
    public bool Ping(
        HubSession session,
        ushort identifier,
        ushort sequence,
        ReadOnlySpan<byte> payload,
        long nowMs)
    {
        ArgumentNullException.ThrowIfNull(session);
        Advance(nowMs);
        return Sent(session, session.SendEcho(IcmpEcho.Request, identifier, sequence, payload));
    }

    /// <summary>Ends a call; nothing happens when it is over already.</summary>
    public void HangUp(HubSession session, HangUpStyle style, long nowMs)
    {
        ArgumentNullException.ThrowIfNull(session);
        Advance(nowMs);
        if (session.IsEnded)
        {
            return;
        }

        if (style == HangUpStyle.Rfc)
        {
            session.Owner.DisconnectCall(
                CallDisconnectNotify.AdministrativeShutdown, HubEnd.HungUp, nowMs);
        }
        else
        {
            session.Terminate(nowMs);
        }

        Reschedule(session.Owner);
    }

    /// <summary>
    /// Sets the hub anew. Connections and calls made from now on follow the new settings; those
    /// that stand keep theirs, addresses included: an address outside the new ranges is given to
    /// nobody when it is free again. <see cref="HubSettings.MaximumCallCount"/> ends no call, but
    /// lets none in until fewer stand. A standing connection keeps its timers; a new call on it
    /// has the new settings. The series of call IDs starts anew when its settings differ.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">
    /// A setting is out of range; the hub stays as it was.
    /// </exception>
    public void Reconfigure(HubSettings settings, long nowMs)
    {
        ArgumentNullException.ThrowIfNull(settings);
        Advance(nowMs);
        HubSettings old = Settings;
        Settings = settings.Validated();
        if (!settings.ClientAddresses.SequenceEqual(old.ClientAddresses))
        {
            _addresses = new AddressPool(settings.ClientAddresses);
            foreach (ControlConnection owner in _connections.Values)
            {
                if (owner.TunnelAddress is uint address && _addresses.Contains(address))
                {
                    _addresses.Reserve(address);
                }
            }
        }

        if (settings.FirstCallId != old.FirstCallId || settings.CallIdStep != old.CallIdStep)
        {
            _callIds = new CallIdPool(settings.FirstCallId, settings.CallIdStep);
        }
    }

    /// <summary>
    /// Shuts down: Stop-Control-Connection-Request (reason 3) and FIN on every control
    /// connection, in the order they were made. New connections are reset.
    /// </summary>
    public void Stop(long nowMs)
    {
        Advance(nowMs);
        _isStopped = true;
        var owners = new List<ControlConnection>(_connections.Values);
        owners.Sort(static (left, right) => left.Number.CompareTo(right.Number));
        foreach (ControlConnection owner in owners)
        {
            owner.Stop(nowMs);
        }
    }

    internal void Note(HubSession? session, HubNote note)
    {
        _noteCounts[(int)note]++;
        Observer.Noted(session, note, _nowMs);
    }

    /// <summary>Takes an address for a new control connection; null when the hub is full.</summary>
    internal uint? TakeAddress()
    {
        if (_addressesInUse >= Settings.MaximumCallCount || _addresses.Take() is not uint address)
        {
            return null;
        }

        _addressesInUse++;
        return address;
    }

    /// <summary>Makes a session with a new call ID; null when there is none.</summary>
    internal HubSession? Begin(ControlConnection owner, OutgoingCallRequest request)
    {
        if (_callIds.Take(_sessions) is not ushort callId)
        {
            return null;
        }

        var session = new HubSession(this, owner, ++_lastSessionNumber, callId, request);
        _sessions.Add(callId, session);
        return session;
    }

    internal void Release(HubSession session)
    {
        _sessions.Remove(session.CallId);
        session.Owner.ReleaseSession();
    }

    internal void Forget(ControlConnection owner)
    {
        _connections.Remove(owner.Connection);
        _deadlines.Remove(owner);
        if (owner.TunnelAddress is uint address)
        {
            _addressesInUse--;
            if (_addresses.Contains(address))
            {
                _addresses.Return(address);
            }
        }
    }

    /// <summary>A magic number that is not zero.</summary>
    internal uint NextMagic()
    {
        uint magic;
        do
        {
            magic = (uint)_random.NextUInt64();
        }
        while (magic == 0);

        return magic;
    }

    internal void FillRandom(Span<byte> octets)
    {
        Span<byte> eight = stackalloc byte[sizeof(ulong)];
        while (!octets.IsEmpty)
        {
            BinaryPrimitives.WriteUInt64BigEndian(eight, _random.NextUInt64());
            int length = Math.Min(octets.Length, eight.Length);
            eight[..length].CopyTo(octets);
            octets = octets[length..];
        }
    }

    // A packet that went out took the owed acknowledgment along, so the deadline may change.
    private bool Sent(HubSession session, bool isSent)
    {
        if (isSent)
        {
            Reschedule(session.Owner);
        }

        return isSent;
    }

    private void Reschedule(ControlConnection owner)
    {
        if (!owner.IsClosed)
        {
            _deadlines.Set(owner, owner.DeadlineMs);
        }
    }

    private void Advance(long nowMs)
    {
        if (nowMs < _nowMs)
        {
            throw new ArgumentOutOfRangeException(
                nameof(nowMs), nowMs, "the time runs backwards");
        }

        _nowMs = nowMs;
    }
}
