// What a hub is set to. The defaults are those of pptpd with pppd, where a real server's habit is
// known and harmless.

using System;
using System.Collections.Generic;
using System.Collections.ObjectModel;

namespace Simulator.Hub;

/// <summary>How clients prove who they are.</summary>
public enum HubAuthentication
{
    /// <summary>MS-CHAPv2, RFC 2759.</summary>
    MsChapV2,
}

/// <summary>What the hub says about encryption.</summary>
public enum HubEncryption
{
    /// <summary>MPPE with 128 bits, stateless, or no link.</summary>
    RequireMppe128,

    /// <summary>
    /// No MPPE: CCP requests get a Configure-Reject, and IPCP does not wait for CCP.
    /// </summary>
    Refused,
}

/// <summary>How a client is turned away when there is no address or call left.</summary>
public enum HubFullStyle
{
    /// <summary>As pptpd: TCP reset behind the Start-Control-Connection-Request.</summary>
    Reset,

    /// <summary>As the RFC: the Outgoing-Call-Reply says Busy (result 4).</summary>
    BusyReply,
}

/// <summary>How the hub ends a call.</summary>
public enum HangUpStyle
{
    /// <summary>
    /// As pptpd: LCP Terminate-Request (two at once when MPPE is on), and a TCP FIN when it was
    /// answered or given up; never a Call-Disconnect-Notify.
    /// </summary>
    Pptpd,

    /// <summary>
    /// As RFC 2637: Call-Disconnect-Notify; the control connection stays for another call.
    /// </summary>
    Rfc,
}

/// <summary>
/// Everything that can be set. Times are in milliseconds; 0 switches a keepalive off.
/// </summary>
public sealed record HubSettings
{
    /// <summary>Name in the control connection and in CHAP.</summary>
    public string HostName { get; init; } = "hub";

    /// <summary>Vendor name in the control connection.</summary>
    public string VendorName { get; init; } = "nanoPptp simulator";

    /// <summary>Passwords by user name; a domain in front of a client's name is ignored.</summary>
    public IReadOnlyDictionary<string, string> Users { get; init; } =
        ReadOnlyDictionary<string, string>.Empty;

    /// <summary>The hub's own address inside the tunnels.</summary>
    public uint TunnelAddress { get; init; } = Ipv4Address.Parse("10.98.0.1");

    /// <summary>First address for clients.</summary>
    public uint FirstClientAddress { get; init; } = Ipv4Address.Parse("10.98.0.100");

    /// <summary>Last address for clients.</summary>
    public uint LastClientAddress { get; init; } = Ipv4Address.Parse("10.98.0.199");

    /// <summary>Largest inner packet the hub sends, in octets.</summary>
    public ushort Mtu { get; init; } = 1400;

    /// <summary>Largest inner packet the hub asks the client to send, in octets.</summary>
    public ushort Mru { get; init; } = 1400;

    /// <summary>Most control connections that may hold an address; the pool limits too.</summary>
    public int MaximumCallCount { get; init; } = int.MaxValue;

    /// <summary>What a client sees when the hub is full.</summary>
    public HubFullStyle FullStyle { get; init; } = HubFullStyle.Reset;

    /// <summary>Between two LCP Echo-Requests; the first follows LCP's opening at once.</summary>
    public long LcpEchoIntervalMs { get; init; } = 30_000;

    /// <summary>So many unanswered LCP Echo-Requests end the link.</summary>
    public int LcpEchoFailureCount { get; init; } = 4;

    /// <summary>RFC 1661's restart timer, for CHAP too.</summary>
    public long RestartTimerMs { get; init; } = 3_000;

    /// <summary>RFC 1661's Max-Configure, for CHAP challenges too.</summary>
    public int MaximumConfigureCount { get; init; } = 10;

    /// <summary>RFC 1661's Max-Terminate.</summary>
    public int MaximumTerminateCount { get; init; } = 2;

    /// <summary>RFC 1661's Max-Failure: after so many Naks options are rejected.</summary>
    public int MaximumFailureCount { get; init; } = 5;

    /// <summary>How clients prove who they are.</summary>
    public HubAuthentication Authentication { get; init; } = HubAuthentication.MsChapV2;

    /// <summary>Between two challenges on a link that is up; 0 is never.</summary>
    public long ChapRechallengeIntervalMs { get; init; }

    /// <summary>What the hub says about encryption.</summary>
    public HubEncryption Encryption { get; init; } = HubEncryption.RequireMppe128;

    /// <summary>The first call ID; pptpd begins with 0, which clients must take.</summary>
    public ushort FirstCallId { get; init; }

    /// <summary>From one call ID to the next; pptpd's are 0, 128, 256 and so on.</summary>
    public ushort CallIdStep { get; init; } = 128;

    /// <summary>Given to clients that ask (IPCP option 129); null rejects the option.</summary>
    public uint? PrimaryDns { get; init; }

    /// <summary>Given to clients that ask (IPCP option 131); null rejects the option.</summary>
    public uint? SecondaryDns { get; init; }

    /// <summary>Sends the first LCP request before the Outgoing-Call-Reply.</summary>
    public bool SendLcpBeforeCallReply { get; init; }

    /// <summary>
    /// Whether a Call-Clear-Request gets a Call-Disconnect-Notify (RFC 2637) or a TCP FIN, as by
    /// a pptpd whose pppd is gone already.
    /// </summary>
    public bool AnswerCallClear { get; init; } = true;

    /// <summary>
    /// Whether an MPPE frame with an unknown protocol inside gets an LCP Protocol-Reject, as by
    /// pppd when the keys differ.
    /// </summary>
    public bool RejectInnerProtocols { get; init; }

    /// <summary>Receive window of the Outgoing-Call-Reply, in packets.</summary>
    public ushort ReceiveWindowSize { get; init; } = 3;

    /// <summary>How long an acknowledgment waits for a packet to ride on.</summary>
    public long GreAckDelayMs { get; init; } = 100;

    /// <summary>How long a new TCP connection may stay without a Start request.</summary>
    public long StartTimeoutMs { get; init; } = 10_000;

    /// <summary>Quiet time after which the hub sends a control Echo-Request.</summary>
    public long ControlEchoIntervalMs { get; init; } = 60_000;

    /// <summary>How long the hub waits for a control Echo-Reply.</summary>
    public long ControlEchoTimeoutMs { get; init; } = 60_000;

    internal HubSettings Validated()
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(LastClientAddress, FirstClientAddress);
        ArgumentOutOfRangeException.ThrowIfLessThan(RestartTimerMs, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(StartTimeoutMs, 1);
        ArgumentOutOfRangeException.ThrowIfNegative(GreAckDelayMs);
        ArgumentOutOfRangeException.ThrowIfNegative(LcpEchoIntervalMs);
        ArgumentOutOfRangeException.ThrowIfNegative(ControlEchoIntervalMs);
        ArgumentOutOfRangeException.ThrowIfLessThan(ControlEchoTimeoutMs, 1);
        ArgumentOutOfRangeException.ThrowIfNegative(ChapRechallengeIntervalMs);
        ArgumentOutOfRangeException.ThrowIfLessThan(MaximumConfigureCount, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(MaximumTerminateCount, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(MaximumFailureCount, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(LcpEchoFailureCount, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(CallIdStep, (ushort)1);
        ArgumentOutOfRangeException.ThrowIfLessThan(Mtu, (ushort)128);
        ArgumentOutOfRangeException.ThrowIfLessThan(Mru, (ushort)128);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(Mtu, (ushort)1500);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(Mru, (ushort)1500);
        if (Authentication != HubAuthentication.MsChapV2)
        {
            throw new ArgumentOutOfRangeException(
                nameof(Authentication), Authentication, "not an authentication of this hub");
        }

        return this;
    }
}
