// One call with everything above it: GRE, PPP, and the IP packets inside. Users of the hub hold
// it as a handle; what it can do is asked of the hub.

using System;

namespace Simulator.Hub;

/// <summary>A client's call, from its Outgoing-Call-Request on.</summary>
public sealed class HubSession
{
    private readonly PptpHub _hub;
    private readonly PppLink _link;
    private ushort _ipIdentification;

    internal HubSession(
        PptpHub hub, ControlConnection owner, long number, ushort callId, OutgoingCallRequest call)
    {
        _hub = hub;
        Settings = hub.Settings;
        Owner = owner;
        Number = number;
        CallId = callId;
        PeerCallId = call.CallId;
        Gre = new GreChannel(hub.Transport, owner, call.CallId, Settings.GreAckDelayMs);
        _link = new PppLink(this, hub);
    }

    /// <summary>Grows with every call of the hub, from 1.</summary>
    public long Number { get; }

    /// <summary>The control connection the call was made on.</summary>
    public int Connection => Owner.Connection;

    /// <summary>The client's address outside the tunnel.</summary>
    public uint ClientAddress => Owner.ClientAddress;

    /// <summary>The hub's call ID: in the GRE packets it receives.</summary>
    public ushort CallId { get; }

    /// <summary>The client's call ID: in the GRE packets it is sent.</summary>
    public ushort PeerCallId { get; }

    /// <summary>
    /// The client's address inside the tunnel: the connection's, which is reserved from the start,
    /// and from authentication on perhaps the user's own instead.
    /// </summary>
    public uint Address => _link.ClientAddress;

    /// <summary>The user without a domain; empty before authentication.</summary>
    public string UserName { get; internal set; } = "";

    /// <summary>IP flows.</summary>
    public bool IsUp { get; private set; }

    /// <summary>The call is over; nothing more comes of it.</summary>
    public bool IsEnded { get; private set; }

    /// <summary>Why the session went down last; null when it never did.</summary>
    public HubEnd? DownReason { get; private set; }

    /// <summary>
    /// "MPPE 128-bit stateless", "MPPE 128-bit / 40-bit stateless" when the client sends with
    /// another strength than the hub, or "none"; empty before the session is up.
    /// </summary>
    public string EncryptionText { get; private set; } = "";

    /// <summary>How the client proved who it is; null before it did.</summary>
    public HubAuthentication? Authentication { get; internal set; }

    /// <summary>Longest IPv4 packet that can be sent, in octets.</summary>
    public int MaximumPacketLength => _link.MaximumPacketLength;

    /// <summary>For the user of the hub; the hub does not look at it.</summary>
    public object? Tag { get; set; }

    /// <summary>The hub's settings when the call was made; it keeps them to its end.</summary>
    internal HubSettings Settings { get; }

    internal ControlConnection Owner { get; }

    internal GreChannel Gre { get; }

    internal long DeadlineMs => Math.Min(_link.DeadlineMs, Gre.DeadlineMs);

    internal void Start(long nowMs) => _link.Start(nowMs);

    internal void Tick(long nowMs)
    {
        _link.Tick(nowMs);
        if (!IsEnded)
        {
            Gre.Tick(nowMs);
        }
    }

    internal void ReceiveGre(GreHeader header, ReadOnlySpan<byte> payload, long nowMs)
    {
        if (Gre.Receive(header, this, nowMs))
        {
            _link.Receive(payload, nowMs);
        }
    }

    internal void Terminate(long nowMs) => _link.Terminate(HubEnd.HungUp, "User request", nowMs);

    /// <summary>PPP is through: pptpd then closes TCP without a word.</summary>
    internal void PppFinished(HubEnd reason, long nowMs)
    {
        if (!IsEnded)
        {
            End(reason, nowMs);
            Owner.Close(reset: false);
        }
    }

    internal void GoUp(string encryptionText, long nowMs)
    {
        IsUp = true;
        EncryptionText = encryptionText;
        _hub.Observer.SessionUp(this, nowMs);
    }

    internal void GoDown(HubEnd reason, long nowMs)
    {
        if (IsUp)
        {
            ReportDown(reason, nowMs);
        }
    }

    /// <summary>
    /// Ends the call and says so, unless its end was told when IP stopped. What PPP knows as the
    /// cause goes before what the control connection saw follow from it.
    /// </summary>
    internal void End(HubEnd reason, long nowMs)
    {
        if (IsEnded)
        {
            return;
        }

        IsEnded = true;
        _hub.Release(this);
        if (IsUp || DownReason is null or HubEnd.Renegotiated)
        {
            ReportDown(_link.EndReason ?? reason, nowMs);
        }
    }

    internal void Note(HubNote note) => _hub.Note(this, note);

    internal bool SendUdp(
        ushort sourcePort, ushort destinationPort, ReadOnlySpan<byte> payload)
    {
        int length = Ipv4Packet.HeaderLength + UdpDatagram.HeaderLength + payload.Length;
        if (!IsUp || length > MaximumPacketLength)
        {
            return false;
        }

        UdpDatagram.Write(
            _hub.Scratch.AsSpan(PptpHub.ScratchHeadroom),
            ++_ipIdentification,
            Settings.TunnelAddress,
            sourcePort,
            Address,
            destinationPort,
            payload);
        return _link.SendIp(length);
    }

    internal bool SendEcho(
        byte type, ushort identifier, ushort sequence, ReadOnlySpan<byte> payload)
    {
        int length = Ipv4Packet.HeaderLength + IcmpEcho.HeaderLength + payload.Length;
        if (!IsUp || length > MaximumPacketLength)
        {
            return false;
        }

        IcmpEcho.Write(
            _hub.Scratch.AsSpan(PptpHub.ScratchHeadroom),
            ++_ipIdentification,
            Settings.TunnelAddress,
            Address,
            type,
            identifier,
            sequence,
            payload);
        return _link.SendIp(length);
    }

    internal bool SendIp(ReadOnlySpan<byte> packet)
    {
        if (!IsUp || packet.IsEmpty || packet.Length > MaximumPacketLength)
        {
            return false;
        }

        packet.CopyTo(_hub.Scratch.AsSpan(PptpHub.ScratchHeadroom));
        return _link.SendIp(packet.Length);
    }

    internal void ReceiveIp(ReadOnlySpan<byte> octets, long nowMs)
    {
        if (!IsUp)
        {
            Note(HubNote.PppOutOfPhase);
        }
        else if (Ipv4Packet.Check(octets, out Ipv4Packet packet) != Ipv4Verdict.Sound)
        {
            Note(HubNote.IpMalformed);
        }
        else if (packet.Source != Address)
        {
            Note(HubNote.IpWrongSource);
        }
        else if (packet.Protocol == Ipv4Packet.Udp)
        {
            ReceiveUdp(packet, nowMs);
        }
        else if (packet.Protocol == Ipv4Packet.Icmp
            && packet.Destination == Settings.TunnelAddress)
        {
            ReceiveIcmp(packet, nowMs);
        }
        else
        {
            _hub.Observer.IpReceived(this, packet.Whole, nowMs);
        }
    }

    private void ReceiveUdp(Ipv4Packet packet, long nowMs)
    {
        bool isRead = UdpDatagram.TryRead(
            packet,
            out ushort sourcePort,
            out ushort destinationPort,
            out ReadOnlySpan<byte> payload,
            out bool isChecksumSound);
        if (!isRead || !isChecksumSound)
        {
            Note(HubNote.InnerChecksum);
            return;
        }

        var datagram = new HubDatagram(
            packet.Source, sourcePort, packet.Destination, destinationPort, payload);
        _hub.Observer.UdpReceived(this, datagram, nowMs);
    }

    private void ReceiveIcmp(Ipv4Packet packet, long nowMs)
    {
        if (InternetChecksum.Of(packet.Payload) != 0)
        {
            Note(HubNote.InnerChecksum);
            return;
        }

        bool isEcho = IcmpEcho.TryRead(
            packet.Payload,
            out byte type,
            out ushort identifier,
            out ushort sequence,
            out ReadOnlySpan<byte> payload);
        if (!isEcho)
        {
            _hub.Observer.IpReceived(this, packet.Whole, nowMs);
        }
        else if (type == IcmpEcho.Request && !_hub.Settings.AnswersPings)
        {
            Note(HubNote.PingIgnored);
        }
        else if (type == IcmpEcho.Request)
        {
            SendEcho(IcmpEcho.Reply, identifier, sequence, payload);
        }
        else
        {
            _hub.Observer.EchoReplyReceived(this, identifier, sequence, payload, nowMs);
        }
    }

    private void ReportDown(HubEnd reason, long nowMs)
    {
        IsUp = false;
        DownReason = reason;
        _hub.Observer.SessionDown(this, reason, nowMs);
    }
}
