// What a tunnel's end means, in words for people: what happened, the likely cause, the next step.
// The words are those that administrators search for. The device has numbers only; they are looked
// up here.

using System;
using nanoPptp.Client;
using nanoPptp.Diagnostics;

namespace nanoPptp.Tool;

/// <summary>Sentences for every <see cref="Reason"/> that can end a tunnel.</summary>
internal static partial class Sentences
{
    private const string AskTheHub = "Read the hub's log at this time.";

    /// <summary>The stable name of a reason: HubUnreachable is "hub-unreachable".</summary>
    public static string CodeOf(Reason reason)
    {
        return Words.Separate(reason.ToString(), '-');
    }

    /// <summary>Explains the end of a tunnel.</summary>
    /// <param name="reason">The first cause of trouble.</param>
    /// <param name="detail">The number that goes with it.</param>
    /// <param name="reached">The stage in which it happened.</param>
    /// <param name="said">What the peer or the system said about it, made printable; or empty.
    /// </param>
    /// <returns>Null when the reason does not end tunnels.</returns>
    public static Explanation? Explain(Reason reason, int detail, Stage reached, string said)
    {
        (string Sentence, string Cause, string NextStep)? words =
            OfControl(reason, detail, reached, said)
            ?? OfLink(reason, reached)
            ?? OfAuthentication(reason, detail, said)
            ?? OfEncryption(reason, detail, said)
            ?? OfNetwork(reason);
        return words is { } w
            ? new Explanation(CodeOf(reason), w.Sentence, w.Cause, w.NextStep)
            : null;
    }

    private static (string Sentence, string Cause, string NextStep)? OfControl(
        Reason reason, int detail, Stage reached, string said)
    {
        switch (reason)
        {
            case Reason.HubUnreachable:
                return (
                    $"TCP port 1723 of the hub cannot be reached{With(said)}.",
                    "The hub is down, another host has this address, or a firewall is between.",
                    "Check the address, and that TCP port 1723 is open on the whole way.");
            case Reason.BadMagicCookie:
                return (
                    "What answers on TCP port 1723 does not speak PPTP: wrong magic cookie.",
                    "Another service listens on the port, or a device on the way changes octets.",
                    "Check that the address is the PPTP server's.");
            case Reason.BadControlLength:
                return (
                    "The hub sent a PPTP control message of a wrong length.",
                    "Another service listens on the port, or the server is defective.",
                    "Check the address; record the session with --pcap.");
            case Reason.StartTimeout:
                return (
                    "TCP port 1723 is open, but no Start-Control-Connection-Reply came in 60 s.",
                    "Something accepts the connection without being a PPTP server, such as a proxy"
                    + " or port forwarding to a host that is off.",
                    "Check what listens behind the address.");
            case Reason.StartRefused:
                return (
                    "The hub refused the control connection (Start-Control-Connection-Reply): "
                    + $"{RfcWords.StartResult(detail >> 8)}{Error(detail & 0xFF)}.",
                    "The hub does not let this client in, or takes no more clients.",
                    AskTheHub);
            case Reason.BadVersion:
                return (
                    $"The hub speaks PPTP version {detail >> 8}.{detail & 0xFF}, not 1.0.",
                    "",
                    "Use a hub that follows RFC 2637.");
            case Reason.ControlEchoTimeout:
                return (
                    "The hub stopped answering on the control connection (PPTP Echo-Request).",
                    "The hub or the way to it went down, or a NAT forgot the TCP connection.",
                    "Check the line; then connect again.");
            case Reason.StoppedByHub:
                return (
                    "The hub closed the control connection (Stop-Control-Connection-Request): "
                    + $"{RfcWords.StopReason(detail)}.",
                    "The server is being shut down or restarted.",
                    "Connect again later.");
            case Reason.ControlClosed:
                return (
                    $"The hub closed the TCP connection {During(reached)} without saying why.",
                    ClosedCause(reached),
                    AskTheHub);
            case Reason.CallTimeout:
                return (
                    "The hub did not answer the call (no Outgoing-Call-Reply in 60 s).",
                    "The server is overloaded or hangs.",
                    AskTheHub);
            case Reason.CallRefused:
                return (
                    "The hub refused the call (Outgoing-Call-Reply): "
                    + $"{RfcWords.CallResult(detail >> 8)}{Error(detail & 0xFF)}.",
                    "The hub has no free line, or does not take calls from this client.",
                    AskTheHub);
            case Reason.CallDisconnected:
                return (
                    $"The hub disconnected the call {During(reached)} (Call-Disconnect-Notify): "
                    + $"{RfcWords.DisconnectResult(detail)}.",
                    "An administrator hung up, a time limit is over, or PPP failed on the hub.",
                    AskTheHub);
            case Reason.CallDropped:
                return (
                    "The hub closed the TCP connection instead of answering the call.",
                    "It has no free address or connection left: pptpd does so when its pool"
                    + " (remoteip, connections) is exhausted. A Windows client shows error 721.",
                    "Close other sessions or enlarge the pool; then connect again.");
            case Reason.GreBlocked:
                return (
                    "GRE is blocked: the hub accepted the call, and not one GRE packet came back."
                    + " A Windows client shows error 619, 721 or 806 for it, pppd 'LCP: timeout"
                    + " sending Config-Requests'.",
                    "A firewall or a NAT without PPTP support (PPTP passthrough, ALG,"
                    + " nf_conntrack_pptp) on the way drops IP protocol 47; TCP port 1723 alone is"
                    + " not enough.",
                    "Let IP protocol 47 (GRE, not TCP or UDP port 47) pass in both directions, or"
                    + " switch on the PPTP helper of the NAT.");
            default:
                return null;
        }
    }

    private static (string Sentence, string Cause, string NextStep)? OfLink(
        Reason reason, Stage reached)
    {
        switch (reason)
        {
            case Reason.LcpTimeout:
                return (
                    "LCP: timeout sending Config-Requests. GRE comes in, but the hub does not"
                    + " answer.",
                    "GRE passes in one direction only: the hub does not get ours.",
                    "Let IP protocol 47 (GRE) pass in both directions.");
            case Reason.LcpTerminated:
                return (
                    $"The hub ended the link {During(reached)} (LCP Terminate-Request).",
                    TerminatedCause(reached),
                    AskTheHub);
            case Reason.LcpLoopback:
                return (
                    "The link is looped back: our own LCP packets come back to us.",
                    "The address is our own, or a device on the way mirrors packets.",
                    "Check the hub's address.");
            case Reason.LcpRejected:
                return (
                    "The hub rejected LCP (Code-Reject or Protocol-Reject).",
                    "Behind the call there is no PPP server.",
                    AskTheHub);
            case Reason.LcpEchoTimeout:
                return (
                    "The hub stopped answering (no response to LCP Echo-Requests).",
                    "The hub or the way to it went down, or a NAT forgot the GRE session.",
                    "Check the line; then connect again.");
            default:
                return null;
        }
    }

    private static (string Sentence, string Cause, string NextStep)? OfAuthentication(
        Reason reason, int detail, string said)
    {
        switch (reason)
        {
            case Reason.AuthenticationNotOffered:
                return (
                    "The hub asks for no authentication at all, and is refused.",
                    "Authentication is switched off on the hub (pppd: noauth), or somebody else"
                    + " answers in its place.",
                    "Let the hub demand MS-CHAPv2 (pppd: require-mschap-v2).");
            case Reason.AuthenticationWeak:
                return (
                    $"The hub insists on {RfcWords.Method(detail)}, which is not allowed here.",
                    "The hub knows nothing stronger, or somebody on the way asks in its name to get"
                    + " at the password (a downgrade).",
                    "Let the hub demand MS-CHAPv2 (pppd: require-mschap-v2)."
                    + OptionFor(detail));
            case Reason.AuthenticationTimeout:
                return (
                    "The hub fell silent during authentication.",
                    "The hub cannot reach its RADIUS server or domain controller, or GRE packets"
                    + " are lost.",
                    AskTheHub);
            case Reason.AuthenticationFailed:
                (string cause, string nextStep) = RfcWords.ChapError(detail);
                string number = detail == 0 ? "no error number" : $"E={detail}";
                bool saysAll = said.Length > 0
                    && (detail == 0 || said.Contains(number, StringComparison.Ordinal));
                string text = saysAll ? said : $"{number}{With(said)}";
                return ($"The hub refused the user: {text}.", cause, nextStep);
            case Reason.HubNotAuthentic:
                string proof = detail == 0
                    ? "with a wrong authenticator response"
                    : $"without an authenticator response, S=...{With(said)}";
                return (
                    "The hub did not prove that it knows the password (MS-CHAPv2 Success"
                    + $" {proof}).",
                    "Somebody else answers in the hub's place, or its user database is"
                    + " inconsistent.",
                    "Do not trust this connection; check the hub and the way to it.");
            default:
                return null;
        }
    }

    private static (string Sentence, string Cause, string NextStep)? OfNetwork(Reason reason)
    {
        switch (reason)
        {
            case Reason.IpcpTimeout:
                return (
                    "The hub did not give an address (IPCP: timeout sending Config-Requests).",
                    "The hub waits for something else, or GRE packets are lost.",
                    AskTheHub);
            case Reason.IpcpRefused:
                return (
                    "The hub refuses IPCP or gives no address.",
                    "It has no address for this user: the pool is used up, or RADIUS sends none.",
                    "Check the address pool (pptpd: remoteip) and the user's settings.");
            case Reason.IpcpTerminated:
                return ("The hub ended IPCP: no IP passes.", "", AskTheHub);
            case Reason.ClosedByUser:
                return ("The tunnel was closed in order.", "", "");
            case Reason.Invariant:
                return (
                    "A promise inside this program was broken.",
                    "This is a defect of nanoPptp.",
                    "Please report it, with a capture (--pcap) if you can.");
            default:
                return null;
        }
    }

    private static string With(string said)
    {
        return said.Length == 0 ? "" : $" ({said})";
    }

    private static string OptionFor(int method)
    {
        string option = method switch
        {
            RfcWords.Pap => "--allow-pap",
            RfcWords.ChapMd5 => "--allow-chap-md5",
            _ => "",
        };
        return option.Length == 0
            ? ""
            : $" On a private network only: --encryption clear {option}.";
    }

    private static string Error(int code)
    {
        return code == 0 ? "" : $", error: {RfcWords.GeneralError(code)}";
    }
}
