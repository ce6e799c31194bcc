// What a hub tells: sessions, what came through the tunnels, and oddities of the protocol.

using System;

namespace Simulator.Hub;

/// <summary>Why a session went down.</summary>
public enum HubEnd
{
    /// <summary>The client sent LCP Terminate-Request.</summary>
    ClientTerminated,

    /// <summary>The client sent Call-Clear-Request.</summary>
    CallCleared,

    /// <summary>The client sent Stop-Control-Connection-Request.</summary>
    ControlStopped,

    /// <summary>The client's TCP connection ended, by FIN or reset.</summary>
    TcpClosed,

    /// <summary>Nothing came on the control connection, not even an Echo-Reply.</summary>
    ControlTimeout,

    /// <summary>The control connection carried something that is no PPTP.</summary>
    ControlBroken,

    /// <summary>LCP did not come up.</summary>
    LcpFailed,

    /// <summary>Unknown user, wrong password, or no answer to the challenges.</summary>
    AuthenticationFailed,

    /// <summary>MPPE is required, and the client refused it or gave it up.</summary>
    EncryptionFailed,

    /// <summary>IPCP did not come up or was ended.</summary>
    IpcpFailed,

    /// <summary>LCP Echo-Requests were not answered.</summary>
    EchoLost,

    /// <summary>LCP was negotiated anew; the session may come up again.</summary>
    Renegotiated,

    /// <summary><see cref="PptpHub.HangUp"/>.</summary>
    HungUp,

    /// <summary><see cref="PptpHub.Stop"/>.</summary>
    HubStopped,

    /// <summary>
    /// The user may have no address of this hub: <see cref="HubSettings.UserAddresses"/>.
    /// </summary>
    AddressRefused,
}

/// <summary>Oddities that are counted. None of them ends anything by itself.</summary>
public enum HubNote
{
    /// <summary>TCP octets for a connection the hub does not have (any more).</summary>
    UnknownConnection,

    /// <summary>A client was turned away: the hub is full, stopped or set to refuse.</summary>
    ConnectionRefused,

    /// <summary>Control connection: wrong cookie or length; it is closed.</summary>
    ControlBroken,

    /// <summary>Control connection: a type the hub does not know or does not expect.</summary>
    ControlUnexpected,

    /// <summary>Control connection: an Echo-Reply to nothing.</summary>
    ControlEchoUnmatched,

    /// <summary>A call message with a call ID that is not this call's.</summary>
    CallIdMismatch,

    /// <summary>A Set-Link-Info, which changes nothing on GRE.</summary>
    SetLinkInfo,

    /// <summary>A WAN-Error-Notify.</summary>
    WanError,

    /// <summary>A GRE header with wrong bits or missing octets.</summary>
    GreMalformed,

    /// <summary>GRE for a call ID that is not in use.</summary>
    GreUnknownCall,

    /// <summary>GRE for a call from an address that is not its client's.</summary>
    GreWrongSource,

    /// <summary>GRE with a sequence number at or behind the last one.</summary>
    GreLate,

    /// <summary>GRE sequence numbers were skipped.</summary>
    GreGap,

    /// <summary>An acknowledgment of something never sent.</summary>
    GreAckUnsent,

    /// <summary>A PPP frame or packet that ends too early.</summary>
    PppMalformed,

    /// <summary>A protocol whose phase has not come.</summary>
    PppOutOfPhase,

    /// <summary>An event RFC 1661 calls impossible in this state.</summary>
    PppImpossibleEvent,

    /// <summary>A Configure-Ack, -Nak or -Reject that does not fit the request.</summary>
    PppReplyUnmatched,

    /// <summary>The hub sent a Code-Reject.</summary>
    PppCodeRejected,

    /// <summary>The hub sent a Protocol-Reject.</summary>
    PppProtocolRejected,

    /// <summary>The client sent a Protocol-Reject.</summary>
    PppProtocolRejectReceived,

    /// <summary>The client sent a Code-Reject.</summary>
    PppCodeRejectReceived,

    /// <summary>The client's magic number is the hub's own.</summary>
    PppLoopback,

    /// <summary>A CHAP or PAP packet that is malformed, or answers nothing asked.</summary>
    ChapUnmatched,

    /// <summary>MPPE is required, but only MS-CHAPv2 gives keys: such a client is let go.</summary>
    EncryptionWithoutKeys,

    /// <summary>Clear data although MPPE is on.</summary>
    ClearData,

    /// <summary>An MPPE frame that is too short or has wrong flags.</summary>
    MppeBadFrame,

    /// <summary>An MPPE frame that came late or twice.</summary>
    MppeLate,

    /// <summary>MPPE frames were skipped.</summary>
    MppeGap,

    /// <summary>An MPPE frame with something else than IPv4 inside.</summary>
    MppeInnerProtocol,

    /// <summary>An inner packet that is malformed, fragmented or has a wrong checksum.</summary>
    IpMalformed,

    /// <summary>An inner packet whose source is not the client's address.</summary>
    IpWrongSource,

    /// <summary>A ping through the tunnel that the settings say not to answer.</summary>
    PingIgnored,

    /// <summary>UDP or ICMP that is malformed or has a wrong checksum.</summary>
    InnerChecksum,
}

/// <summary>A datagram that came through a tunnel; addresses are in host order.</summary>
public readonly ref struct HubDatagram(
    uint source,
    ushort sourcePort,
    uint destination,
    ushort destinationPort,
    ReadOnlySpan<byte> payload)
{
    /// <summary>The client's address inside the tunnel.</summary>
    public uint Source { get; } = source;

    /// <summary>The client's port.</summary>
    public ushort SourcePort { get; } = sourcePort;

    /// <summary>Where it was sent to; not always the hub's own address.</summary>
    public uint Destination { get; } = destination;

    /// <summary>The port it was sent to.</summary>
    public ushort DestinationPort { get; } = destinationPort;

    /// <summary>The octets, valid during the call only.</summary>
    public ReadOnlySpan<byte> Payload { get; } = payload;
}

/// <summary>
/// Hears what happens. Methods may send through the hub (<see cref="PptpHub.SendUdp"/>,
/// <see cref="PptpHub.SendIp"/>, <see cref="PptpHub.Ping"/>), but must not hang up or feed it.
/// </summary>
public interface IHubObserver
{
    /// <summary>IP flows: <see cref="HubSession.UserName"/> and the address are known.</summary>
    void SessionUp(HubSession session, long nowMs);

    /// <summary>
    /// IP has stopped, or the call ended before it began to flow. After
    /// <see cref="HubEnd.Renegotiated"/> the session may come up again, and then goes down again;
    /// after any other reason it is over.
    /// </summary>
    void SessionDown(HubSession session, HubEnd reason, long nowMs);

    /// <summary>A datagram with a sound checksum (or none) came through.</summary>
    void UdpReceived(HubSession session, HubDatagram datagram, long nowMs);

    /// <summary>An ICMP echo reply came through.</summary>
    void EchoReplyReceived(
        HubSession session,
        ushort identifier,
        ushort sequence,
        ReadOnlySpan<byte> payload,
        long nowMs);

    /// <summary>A whole IPv4 packet that is neither UDP nor an echo to or from the hub.</summary>
    void IpReceived(HubSession session, ReadOnlySpan<byte> packet, long nowMs);

    /// <summary>An oddity; <paramref name="session"/> is null when it belongs to none.</summary>
    void Noted(HubSession? session, HubNote note, long nowMs);
}
