// What a hub is set to. The defaults are those of pptpd with pppd, where a real server's habit is
// known and harmless.

using System;
using System.Collections.Generic;
using System.Collections.ObjectModel;

namespace Simulator.Hub;

/// <summary>How clients prove who they are.</summary>
public enum HubAuthentication
{
    /// <summary>Not at all: LCP asks for nothing. It stands alone in a list.</summary>
    None,

    /// <summary>MS-CHAPv2, RFC 2759: the only one that gives keys for MPPE.</summary>
    MsChapV2,

    /// <summary>CHAP with MD5, RFC 1994.</summary>
    ChapMd5,

    /// <summary>PAP, RFC 1334: the password travels in clear.</summary>
    Pap,
}

/// <summary>What the hub says about encryption.</summary>
public enum HubEncryption
{
    /// <summary>
    /// MPPE with one of <see cref="HubSettings.MppeStrengths"/> in
    /// <see cref="HubSettings.MppeMode"/>, or no link.
    /// </summary>
    RequireMppe,

    /// <summary>
    /// MPPE is asked for like that, but a client that refuses it gets a link in clear. The
    /// session is up when IPCP is open and CCP is settled, one way or the other.
    /// </summary>
    AllowMppe,

    /// <summary>
    /// No MPPE: CCP requests get a Configure-Reject, and IPCP does not wait for CCP.
    /// </summary>
    Refused,
}

/// <summary>Key lengths of MPPE, RFC 3078 section 2; a set.</summary>
[Flags]
public enum MppeStrengths
{
    /// <summary>The empty set.</summary>
    None = 0,

    /// <summary>40 bits.</summary>
    Bits40 = 1,

    /// <summary>56 bits.</summary>
    Bits56 = 2,

    /// <summary>128 bits.</summary>
    Bits128 = 4,
}

/// <summary>How MPPE's keystream goes on from frame to frame, RFC 3078 sections 7 and 8.</summary>
public enum HubMppeMode
{
    /// <summary>Every frame has a key of its own.</summary>
    Stateless,

    /// <summary>
    /// One keystream for up to 256 frames; behind a Reset-Request it begins anew under the present
    /// key, as the RFC and FreeBSD have it. The hub insists on this mode.
    /// </summary>
    Stateful,

    /// <summary>The same, but a Reset-Request changes the key, as on Linux.</summary>
    StatefulLinux,
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

    /// <summary>
    /// Addresses for clients, in the order in which they are given out: each connection gets the
    /// first one that is free. The ranges do not overlap.
    /// </summary>
    public IReadOnlyList<HubAddressRange> ClientAddresses { get; init; } =
        [new(Ipv4Address.Parse("10.98.0.100"), Ipv4Address.Parse("10.98.0.199"))];

    /// <summary>
    /// Which addresses users may have, by user name; who is not in it may have any. Whose
    /// connection has an address that the user may not have gets the user's own one, and without
    /// one no session: IPCP is ended as soon as it is open. As with pppd, nobody looks whether
    /// another session has the user's own address already: the two then share it.
    /// </summary>
    public IReadOnlyDictionary<string, HubUserAddresses> UserAddresses { get; init; } =
        ReadOnlyDictionary<string, HubUserAddresses>.Empty;

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

    /// <summary>
    /// How clients may prove who they are, the hub's preference first. A client that Naks the
    /// first is offered what it names, if that is in the list, else the next.
    /// </summary>
    public IReadOnlyList<HubAuthentication> Authentications { get; init; } =
        [HubAuthentication.MsChapV2];

    /// <summary>Between two challenges on a link that is up; 0 is never.</summary>
    public long ChapRechallengeIntervalMs { get; init; }

    /// <summary>What the hub says about encryption.</summary>
    public HubEncryption Encryption { get; init; } = HubEncryption.RequireMppe;

    /// <summary>
    /// Key lengths the hub asks for and grants; of several the strongest both sides want.
    /// </summary>
    public MppeStrengths MppeStrengths { get; init; } = MppeStrengths.Bits128;

    /// <summary>How MPPE's keystream goes on from frame to frame.</summary>
    public HubMppeMode MppeMode { get; init; }

    /// <summary>The first call ID; pptpd begins with 0, which clients must take.</summary>
    public ushort FirstCallId { get; init; }

    /// <summary>From one call ID to the next; pptpd's are 0, 128, 256 and so on.</summary>
    public ushort CallIdStep { get; init; } = 128;

    /// <summary>Given to clients that ask (IPCP option 129); null rejects the option.</summary>
    public uint? PrimaryDns { get; init; }

    /// <summary>Given to clients that ask (IPCP option 131); null rejects the option.</summary>
    public uint? SecondaryDns { get; init; }

    /// <summary>Given to clients that ask (IPCP option 130); null rejects the option.</summary>
    public uint? PrimaryWins { get; init; }

    /// <summary>Given to clients that ask (IPCP option 132); null rejects the option.</summary>
    public uint? SecondaryWins { get; init; }

    /// <summary>
    /// A mood: CCP gets an LCP Protocol-Reject, as from a pppd with noccp; it goes with
    /// <see cref="HubEncryption.Refused"/>.
    /// </summary>
    public bool RejectCcp { get; init; }

    /// <summary>
    /// A mood: what clients send is decrypted with another key, as behind a RADIUS server that sends
    /// wrong ones. What comes out is rejected where <see cref="RejectInnerProtocols"/> says so.
    /// </summary>
    public bool ReceivesWithWrongKey { get; init; }

    /// <summary>
    /// A mood: IPCP gets an LCP Protocol-Reject, so that no session comes up; the link stays.
    /// </summary>
    public bool RejectIpcp { get; init; }

    /// <summary>
    /// A mood: the result of Start-Control-Connection-Replies. Anything but 1 (successful)
    /// refuses the client, and a TCP FIN follows; RFC 2637 section 2.2 knows 2 to 5.
    /// </summary>
    public byte StartResult { get; init; } = 1;

    /// <summary>Sends the first LCP request before the Outgoing-Call-Reply.</summary>
    public bool SendLcpBeforeCallReply { get; init; }

    /// <summary>
    /// Whether a Call-Clear-Request gets a Call-Disconnect-Notify (RFC 2637) or a TCP FIN, as by
    /// a pptpd whose pppd is gone already.
    /// </summary>
    public bool AnswerCallClear { get; init; } = true;

    /// <summary>Whether it answers pings through the tunnel. A change counts at once: a hub whose data
    /// path dies stops answering while its LCP goes on.</summary>
    public bool AnswersPings { get; init; } = true;

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
        ArgumentOutOfRangeException.ThrowIfLessThan(StartResult, (byte)1);
        CheckClientAddresses();
        CheckAuthentications();
        CheckEncryption();
        return this;
    }

    private void CheckClientAddresses()
    {
        ArgumentNullException.ThrowIfNull(ClientAddresses);
        ArgumentNullException.ThrowIfNull(UserAddresses);
        ArgumentOutOfRangeException.ThrowIfZero(ClientAddresses.Count, nameof(ClientAddresses));
        HubAddressRange[] sorted = [.. ClientAddresses];
        Array.Sort(sorted, static (left, right) => left.First.CompareTo(right.First));
        for (int i = 0; i < sorted.Length; i++)
        {
            if (sorted[i].Last < sorted[i].First
                || (i > 0 && sorted[i].First <= sorted[i - 1].Last))
            {
                throw new ArgumentOutOfRangeException(
                    nameof(ClientAddresses),
                    sorted[i],
                    "a range that goes downwards or overlaps another");
            }
        }
    }

    private void CheckAuthentications()
    {
        ArgumentNullException.ThrowIfNull(Authentications);
        var seen = new HashSet<HubAuthentication>();
        foreach (HubAuthentication authentication in Authentications)
        {
            bool isSound = Enum.IsDefined(authentication)
                && seen.Add(authentication)
                && (authentication != HubAuthentication.None || Authentications.Count == 1);
            if (!isSound)
            {
                throw new ArgumentOutOfRangeException(
                    nameof(Authentications),
                    authentication,
                    "unknown, named twice, or None beside others");
            }
        }

        ArgumentOutOfRangeException.ThrowIfZero(Authentications.Count, nameof(Authentications));
    }

    private void CheckEncryption()
    {
        const MppeStrengths All =
            MppeStrengths.Bits40 | MppeStrengths.Bits56 | MppeStrengths.Bits128;
        if (!Enum.IsDefined(Encryption))
        {
            throw new ArgumentOutOfRangeException(
                nameof(Encryption), Encryption, "not an encryption of this hub");
        }

        if (!Enum.IsDefined(MppeMode))
        {
            throw new ArgumentOutOfRangeException(
                nameof(MppeMode), MppeMode, "not a mode of this hub");
        }

        bool isEmpty = MppeStrengths == MppeStrengths.None;
        if ((MppeStrengths & ~All) != 0 || (isEmpty && Encryption != HubEncryption.Refused))
        {
            throw new ArgumentOutOfRangeException(
                nameof(MppeStrengths), MppeStrengths, "no set of key lengths, or an empty one");
        }
    }
}
