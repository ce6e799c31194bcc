// Every way in which a tunnel fails: its code for scripts, its exit code, and its words for people.
// The words are those that administrators search for. This is the one place that has them.
//
// Blanks such as {said} are explained in FailureText.

using System.Collections.Generic;
using System.Linq;
using nanoPptp.Diagnostics;

namespace nanoPptp.Tool;

/// <summary>The table of failures.</summary>
internal static class FailureTexts
{
    private const string AskTheHub = "Read the hub's log at this time.";
    private const string LetGrePass =
        "Let IP protocol 47 (GRE, not TCP or UDP port 47) pass in both directions";

    private const string DemandMsChapV2 =
        "Let the hub demand MS-CHAPv2 (pppd: require-mschap-v2).";

    private const string DemandMppe = "Switch MPPE-128 on at the hub (pppd: require-mppe-128)";

    /// <summary>The rows that name the library's reasons, in their order, and behind them those of
    /// what only the tool can see.</summary>
    public static IReadOnlyList<FailureText> Rows { get; } =
    [
        new(
            "hub-unreachable",
            Reason.HubUnreachable,
            ExitCode.HubUnreachable,
            "TCP port 1723 of the hub is closed or cannot be reached{said}.",
            "The hub is down or does not listen, another host has this address, or a firewall is"
            + " between.",
            "Check the address, that the PPTP server runs, and that TCP port 1723 is open on the"
            + " whole way."),
        new(
            "bad-magic-cookie",
            Reason.BadMagicCookie,
            ExitCode.ControlRefused,
            "What answers on TCP port 1723 does not speak PPTP: wrong magic cookie.",
            "Another service listens on the port, or a device on the way changes octets.",
            "Check that the address is the PPTP server's."),
        new(
            "bad-control-length",
            Reason.BadControlLength,
            ExitCode.ControlRefused,
            "The hub sent a PPTP control message of a wrong length.",
            "Another service listens on the port, or the server is defective.",
            "Check the address; record the session with connect --pcap."),
        new(
            "start-timeout",
            Reason.StartTimeout,
            ExitCode.ControlRefused,
            "TCP port 1723 is open, but no Start-Control-Connection-Reply came in 60 s.",
            "Something accepts the connection without being a PPTP server, such as a proxy or a"
            + " port forwarding to a host that is off.",
            "Check what listens behind the address."),
        new(
            "start-refused",
            Reason.StartRefused,
            ExitCode.ControlRefused,
            "The hub refused the control connection (Start-Control-Connection-Reply):"
            + " {start-result}.",
            "The hub does not let this client in, or takes no more clients.",
            AskTheHub),
        new(
            "bad-version",
            Reason.BadVersion,
            ExitCode.ControlRefused,
            "The hub speaks PPTP version {version}, not 1.0.",
            "",
            "Use a hub that follows RFC 2637."),
        new(
            "control-echo-timeout",
            Reason.ControlEchoTimeout,
            ExitCode.ControlRefused,
            "Keepalive lost: the hub stopped answering on the control connection (PPTP"
            + " Echo-Request).",
            "The hub or the way to it went down, or a NAT or firewall forgot the TCP connection.",
            "Check the line; then connect again."),
        new(
            "stopped-by-hub",
            Reason.StoppedByHub,
            ExitCode.ControlRefused,
            "The hub closed the control connection (Stop-Control-Connection-Request):"
            + " {stop-reason}.",
            "The server is being shut down or restarted.",
            "Connect again later."),
        new(
            "control-closed",
            Reason.ControlClosed,
            ExitCode.ControlRefused,
            "The hub closed the TCP connection {during} without saying why.",
            "{why-closed}",
            AskTheHub),
        new(
            "call-timeout",
            Reason.CallTimeout,
            ExitCode.CallRefused,
            "The hub did not answer the call (no Outgoing-Call-Reply in 60 s).",
            "The server is overloaded or hangs.",
            AskTheHub),
        new(
            "call-refused",
            Reason.CallRefused,
            ExitCode.CallRefused,
            "The hub refused the call (Outgoing-Call-Reply): {call-result}.",
            "The hub's pool is exhausted (no free address, line or licence; Windows shows error"
            + " 721), or it does not take calls from this client.",
            "Close other sessions or enlarge the pool, and read the hub's log at this time."),
        new(
            "call-disconnected",
            Reason.CallDisconnected,
            ExitCode.CallRefused,
            "The hub disconnected the call {during} (Call-Disconnect-Notify):"
            + " {disconnect-result}.",
            "An administrator hung up, a time limit is over, or PPP failed on the hub.",
            AskTheHub),
        new(
            "call-dropped",
            Reason.CallDropped,
            ExitCode.CallRefused,
            "The hub closed the TCP connection right after the call request instead of answering"
            + " it.",
            "The hub's pool is exhausted, it has no free address or connection left: pptpd does so"
            + " when remoteip or connections is used up, and Windows shows error 721 for it.",
            "Close other sessions or enlarge the pool; then connect again."),
        new(
            "gre-blocked",
            Reason.GreBlocked,
            ExitCode.GreBlocked,
            "GRE is blocked (IP protocol 47): the hub accepted the call, and not one GRE packet"
            + " came back{said}. It is the same symptom as pppd's 'LCP: timeout sending"
            + " Config-Requests' and Windows error 619, 721 or 806.",
            "A firewall or a NAT without PPTP support (PPTP passthrough, ALG, nf_conntrack_pptp) on"
            + " the way drops IP protocol 47; TCP port 1723 alone is not enough.",
            LetGrePass + ", or switch on the PPTP helper of the NAT."),
        new(
            "lcp-timeout",
            Reason.LcpTimeout,
            ExitCode.LcpFailed,
            "LCP: timeout sending Config-Requests. GRE comes in, but the hub does not answer"
            + "{said}.",
            "GRE passes in one direction only: the hub does not get ours.",
            LetGrePass + "."),
        new(
            "lcp-terminated",
            Reason.LcpTerminated,
            ExitCode.LcpFailed,
            "The hub ended the link {during} (LCP Terminate-Request){text}.",
            "{why-terminated}",
            AskTheHub),
        new(
            "lcp-loopback",
            Reason.LcpLoopback,
            ExitCode.LcpFailed,
            "The link is looped back: our own LCP packets come back to us.",
            "The address is our own, or a device on the way mirrors packets.",
            "Check the hub's address."),
        new(
            "lcp-rejected",
            Reason.LcpRejected,
            ExitCode.LcpFailed,
            "The hub rejected LCP (Code-Reject or Protocol-Reject).",
            "Behind the call there is no PPP server, or somebody on the way speaks in its name.",
            AskTheHub),
        new(
            "lcp-echo-timeout",
            Reason.LcpEchoTimeout,
            ExitCode.LcpFailed,
            "Keepalive lost: the hub stopped answering (no response to LCP Echo-Requests).",
            "The hub or the way to it went down, or a NAT forgot the GRE session.",
            "Check the line; then connect again."),
        new(
            "data-timeout",
            Reason.DataTimeout,
            ExitCode.LcpFailed,
            "Keepalive lost for data: the hub answers LCP, but no packet comes through the tunnel"
            + " any more.",
            "The hub's data path is dead (routing, a firewall inside, keys out of step), or longer"
            + " packets do not pass (MTU black hole).",
            "Run nanopptp netcheck with the same user: it tells which lengths pass."),
        new(
            "authentication-not-offered",
            Reason.AuthenticationNotOffered,
            ExitCode.AuthenticationRefused,
            "The hub asks for no authentication at all, and is refused.",
            "Authentication is switched off on the hub (pppd: noauth), or somebody else answers in"
            + " its place.",
            DemandMsChapV2),
        new(
            "authentication-weak",
            Reason.AuthenticationWeak,
            ExitCode.AuthenticationRefused,
            "The hub insists on {method}, which is not allowed here.",
            "The hub knows nothing stronger, or somebody on the way asks in its name to get at the"
            + " password (a downgrade).",
            DemandMsChapV2 + "{method-option}"),
        new(
            "authentication-timeout",
            Reason.AuthenticationTimeout,
            ExitCode.AuthenticationRefused,
            "The hub fell silent during authentication.",
            "The hub cannot reach its RADIUS server or domain controller, or GRE packets are"
            + " lost.",
            AskTheHub),
        new(
            "authentication-failed",
            Reason.AuthenticationFailed,
            ExitCode.AuthenticationRefused,
            "The hub refused the user: {refusal}.",
            "{chap-cause}",
            "{chap-step}"),
        new(
            "hub-not-authentic",
            Reason.HubNotAuthentic,
            ExitCode.AuthenticationRefused,
            "The server did not prove that it knows the password (MS-CHAPv2 Success {proof}).",
            "Somebody else answers in the hub's place, or its user database is inconsistent.",
            "Do not trust this connection; check the hub and the way to it."),
        new(
            "encryption-refused",
            Reason.EncryptionRefused,
            ExitCode.EncryptionRefused,
            "The hub refuses MPPE as it is demanded here (CCP), and nothing is sent in clear{said}."
            + " pppd says 'MPPE required but peer negotiation failed' for it, Windows error 742.",
            "Encryption is off on the hub, weaker than 128 bits, stateful only, or its kernel has"
            + " no MPPE (module ppp_mppe); or somebody on the way refuses in its name.",
            DemandMppe + "; or accept less with --encryption weak, or --stateful."),
        new(
            "ccp-timeout",
            Reason.CcpTimeout,
            ExitCode.EncryptionRefused,
            "The hub did not answer about encryption (CCP: timeout sending Config-Requests).",
            "Encryption is off on the hub, or GRE packets are lost.",
            DemandMppe + "."),
        new(
            "encryption-lost",
            Reason.EncryptionLost,
            ExitCode.EncryptionRefused,
            "The hub ended encryption (CCP), or no longer decrypts what is sent.",
            "The hub lost MPPE synchronization or was told to change its settings.",
            AskTheHub),
        new(
            "keys-disagree",
            Reason.KeysDisagree,
            ExitCode.EncryptionRefused,
            "MPPE keys disagree: {keys-proof}. pppd's log has 'Unsupported protocol ... received'"
            + " again and again.",
            "The hub derives its keys from another password hash or another NT-Response, as a"
            + " RADIUS server does that sends wrong MS-MPPE-Send-Key and MS-MPPE-Recv-Key.",
            "Correct the keys at the hub or its RADIUS server; to connect again does not help."),
        new(
            "ccp-rejected",
            Reason.CcpRejected,
            ExitCode.EncryptionRefused,
            "The hub does not know CCP (CCP: Protocol-Reject, LCP Protocol-Reject of 80fd), so it"
            + " has no MPPE at all, and nothing is sent in clear. Windows shows error 742 for it.",
            "The hub runs without compression and encryption (pppd: noccp, or a kernel without"
            + " ppp_mppe).",
            DemandMppe + "; or, on a private network, do without it: --encryption clear."),
        new(
            "encryption-demanded",
            Reason.EncryptionDemanded,
            ExitCode.EncryptionRefused,
            "The hub demands encryption, and --encryption clear refuses it{said}. pppd's words are"
            + " 'MPPE required but peer negotiation failed', Windows error 741.",
            "The hub is set to MPPE (pppd: require-mppe).",
            "Leave --encryption clear away."),
        new(
            "ipcp-timeout",
            Reason.IpcpTimeout,
            ExitCode.IpcpFailed,
            "The hub did not give an address (IPCP: timeout sending Config-Requests).",
            "The hub waits for something else, or GRE packets are lost.",
            AskTheHub),
        new(
            "ipcp-refused",
            Reason.IpcpRefused,
            ExitCode.IpcpFailed,
            "The hub refuses IPCP or gives no address.",
            "It has no address for this user: the pool is exhausted, or RADIUS sends none.",
            "Check the address pool (pptpd: remoteip) and the user's settings."),
        new(
            "ipcp-terminated",
            Reason.IpcpTerminated,
            ExitCode.IpcpFailed,
            "The hub ended IPCP: no IP passes.",
            "The user may have no address (pppd: Unauthorized remote IP address), or an"
            + " administrator took it away.",
            AskTheHub),
        new(
            "closed-by-user",
            Reason.ClosedByUser,
            ExitCode.Interrupted,
            "The tunnel was closed in order.",
            "",
            ""),
        new(
            "invariant",
            Reason.Invariant,
            ExitCode.InternalError,
            "A promise inside this program was broken.",
            "This is a defect of nanoPptp.",
            "Please report it, with a capture (connect --pcap) if you can."),

        NameNotResolved,
        GreBlockedBehindNat,
        MtuBlackHole,
        HubSilentInside,
        CheckTimeout,
    ];

    /// <summary>The hub's name has no IPv4 address.</summary>
    public static FailureText NameNotResolved => new(
        "name-not-resolved",
        Reason.None,
        ExitCode.HubUnreachable,
        "The hub's name has no IPv4 address{text}.",
        "The name is misspelt, has an IPv6 address only (PPTP runs over IPv4), or no name server"
        + " answers.",
        "Check the name, or give the hub's IPv4 address.");

    /// <summary>GRE is blocked, and the addresses tell that a NAT is on the way.</summary>
    public static FailureText GreBlockedBehindNat => new(
        "gre-blocked-behind-nat",
        Reason.None,
        ExitCode.GreBlocked,
        "GRE is blocked (IP protocol 47), and a NAT is on the way{text}: the hub accepted the call,"
        + " and not one GRE packet came back. It is the same symptom as pppd's 'LCP: timeout"
        + " sending Config-Requests' and Windows error 619, 721 or 806.",
        "NAT without a PPTP helper: it translates TCP port 1723 and does not know whom GRE is for."
        + " Linux routers need the modules nf_conntrack_pptp and nf_nat_pptp and a rule that"
        + " attaches the helper; in a router's menu it is called PPTP passthrough, VPN passthrough"
        + " or PPTP ALG.",
        "Switch on the PPTP helper of the NAT. " + LetGrePass + ".");

    /// <summary>The tunnel is up, short packets pass and long ones vanish.</summary>
    public static FailureText MtuBlackHole => new(
        "mtu-black-hole",
        Reason.None,
        ExitCode.LongPacketsLost,
        "MTU black hole: short packets pass through the tunnel and long ones vanish{text}.",
        "A link on the way takes shorter packets only (PPPoE, LTE, another tunnel), and a firewall"
        + " drops the ICMP messages 'fragmentation needed' that would say so.",
        "Set the MTU to {mtu} at this end (--mtu) and at the hub (pppd: mtu and mru), or clamp the"
        + " MSS of TCP.");

    /// <summary>The tunnel is up, and nothing answers inside.</summary>
    public static FailureText HubSilentInside => new(
        "no-answer-inside",
        Reason.None,
        ExitCode.Lost,
        "The tunnel is up, and the hub answers no ping inside it{text}.",
        "The hub's firewall drops ICMP inside the tunnel, or its data path is dead.",
        "Try connect --udp with a service behind the hub; read the hub's log at this time.");

    /// <summary>A check was given too little time.</summary>
    public static FailureText CheckTimeout => new(
        "check-timeout",
        Reason.None,
        ExitCode.Interrupted,
        "The time for the check (--timeout) was over {during}.",
        "The hub or the way to it is slow or silent.",
        "Give it more time: the hub is given up by itself, with a diagnosis, within 150 s.");

    /// <summary>The row of a reason; null when it ends no tunnel.</summary>
    public static FailureText? Find(Reason reason)
    {
        return reason == Reason.None ? null : Rows.FirstOrDefault(row => row.Reason == reason);
    }
}
