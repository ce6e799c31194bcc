// Every fault: its name in scenario files, what it does, and which keys it takes. The reader, the
// writer, help and README work from these rows.

using System;
using System.Collections.Generic;
using System.Linq;

namespace Simulator.Scenarios;

/// <summary>A fault as scenario files know it.</summary>
/// <param name="Kind">Which one.</param>
/// <param name="Name">Its name in files.</param>
/// <param name="Meaning">What it does, in one line.</param>
/// <param name="Required">Keys that it needs.</param>
/// <param name="Optional">Keys that it takes besides, apart from <c>at</c>.</param>
public sealed record FaultRow(
    FaultKind Kind,
    string Name,
    string Meaning,
    IReadOnlyList<string> Required,
    IReadOnlyList<string> Optional)
{
    /// <summary>Whether it needs either <c>share</c> or <c>packet</c>.</summary>
    public bool IsOfPackets { get; init; }

    /// <summary>Whether somebody does it on purpose, or a server or NAT is defective in one certain
    /// way: drawn worlds have none of it.</summary>
    public bool IsTampering { get; init; }

    /// <summary>Whether it tries readings that wait in a queue: drawn worlds have none of those.
    /// </summary>
    public bool IsOfTelemetry { get; init; }

    /// <summary>Whether it happens in a moment, so that it has no <c>for</c>.</summary>
    public bool IsMoment => !Optional.Contains(ScenarioKeys.For);

    /// <summary>Whether it takes a key.</summary>
    public bool Takes(string key)
    {
        return key is ScenarioKeys.At or ScenarioKeys.Fault
            || Required.Contains(key)
            || Optional.Contains(key)
            || (IsOfPackets && key is ScenarioKeys.Share or ScenarioKeys.Packet);
    }

    /// <summary>The keys that it takes, apart from <c>fault</c> and <c>at</c>.</summary>
    public IEnumerable<string> Keys =>
        [.. IsOfPackets ? [ScenarioKeys.Share, ScenarioKeys.Packet] : Required, .. Optional];
}

/// <summary>All faults.</summary>
public static class FaultTable
{
    private static readonly string[] s_none = [];

    // What a fault of the way to the hub takes, one of what a sensor and a hub have between them,
    // one of a hub, and the last two when they last no time; then one of the plant and of a sensor.
    private static readonly string[] s_path =
        [ScenarioKeys.Direction, ScenarioKeys.Sensor, ScenarioKeys.Hub, ScenarioKeys.For];

    private static readonly string[] s_session =
        [ScenarioKeys.Sensor, ScenarioKeys.Hub, ScenarioKeys.For];

    private static readonly string[] s_sessionMoment = [ScenarioKeys.Sensor, ScenarioKeys.Hub];
    private static readonly string[] s_hub = [ScenarioKeys.Hub, ScenarioKeys.For];
    private static readonly string[] s_hubMoment = [ScenarioKeys.Hub];
    private static readonly string[] s_plant = [ScenarioKeys.For];
    private static readonly string[] s_broker = [ScenarioKeys.Sessions, ScenarioKeys.For];
    private static readonly string[] s_sensor = [ScenarioKeys.Sensor, ScenarioKeys.For];
    private static readonly string[] s_delay = [ScenarioKeys.Delay];

    /// <summary>A row for every kind, in the order of <see cref="FaultKind"/>.</summary>
    public static IReadOnlyList<FaultRow> Rows { get; } =
    [
        OfPackets(FaultKind.Loss, "loss",
            "GRE packets are lost; TCP segments are sent again, so they come later."),
        new(FaultKind.BurstLoss, "burst-loss",
            "GRE packets are lost in bursts; the share is the probability that one begins.",
            [ScenarioKeys.Share, ScenarioKeys.Count], s_path),
        OfPackets(FaultKind.Duplicate, "duplicate", "GRE packets come twice."),
        new(FaultKind.Reorder, "reorder",
            "GRE packets are held back by up to the delay, so that later ones overtake them.",
            [ScenarioKeys.Share, ScenarioKeys.Delay], s_path),
        new(FaultKind.EarlyGre, "early-gre",
            "TCP from the hub is late, so that GRE comes before Outgoing-Call-Reply.",
            s_delay, s_session),
        OfPackets(FaultKind.Corrupt, "corrupt", "One octet of a GRE packet is changed."),
        OfPackets(FaultKind.Truncate, "truncate", "A GRE packet loses its end."),
        new(FaultKind.Delay, "delay",
            "Everything takes longer by the delay, one way.", s_delay, s_path),
        new(FaultKind.Jitter, "jitter",
            "Everything takes longer by 0 to the delay, one way.", s_delay, s_path),
        new(FaultKind.MtuBlackHole, "mtu-black-hole",
            "Packets longer than the length vanish.", [ScenarioKeys.Length], s_path),
        new(FaultKind.GreBlocked, "gre-blocked",
            "IP protocol 47 does not pass.", s_none, s_path),
        new(FaultKind.NatWithoutHelper, "nat-without-helper",
            "A NAT translates TCP and drops GRE: it does not know whom GRE is for.",
            s_none, s_session) { IsTampering = true },
        new(FaultKind.NatMappingLost, "nat-mapping-lost",
            "A NAT forgets the calls that stand: nothing of theirs passes any more.",
            s_none, s_sessionMoment),
        new(FaultKind.TcpReset, "tcp-reset",
            "The control connections that stand are reset.", s_none, s_sessionMoment),
        new(FaultKind.Looped, "looped",
            "The sensor's GRE packets come back to it, and none of the hub's arrives.",
            s_none, s_session) { IsTampering = true },
        new(FaultKind.NotPptp, "not-pptp",
            "Something else than PPTP answers on TCP port 1723.",
            s_none, s_session) { IsTampering = true },
        new(FaultKind.WrongLength, "wrong-length",
            "The hub's control messages have a wrong length.",
            s_none, s_session) { IsTampering = true },
        new(FaultKind.WrongVersion, "wrong-version",
            "Start-Control-Connection-Replies speak of PPTP version 2.0.",
            s_none, s_session) { IsTampering = true },
        new(FaultKind.AuthenticationSilent, "authentication-silent",
            "No CHAP packet of the hub arrives.",
            s_none, s_session) { IsTampering = true },
        new(FaultKind.CcpSilent, "ccp-silent",
            "No CCP packet of the hub arrives.",
            s_none, s_session) { IsTampering = true },
        new(FaultKind.IpcpSilent, "ipcp-silent",
            "No IPCP packet of the hub arrives.",
            s_none, s_session) { IsTampering = true },
        new(FaultKind.ForgedData, "forged-data",
            "A forger sends a data packet in the hub's name in front of the share of its packets.",
            [ScenarioKeys.Share], s_session) { IsTampering = true },
        new(FaultKind.ForgedTerminate, "forged-terminate",
            "A forger sends an LCP Terminate-Request in the hub's name.",
            s_none, s_sessionMoment) { IsTampering = true },
        new(FaultKind.ForgedReject, "forged-reject",
            "A forger sends an LCP Protocol-Reject of LCP in the hub's name.",
            s_none, s_sessionMoment) { IsTampering = true },
        new(FaultKind.ForgedCcpEnd, "forged-ccp-end",
            "A forger sends a CCP Terminate-Request in the hub's name.",
            s_none, s_sessionMoment) { IsTampering = true },
        new(FaultKind.ForgedIpcpEnd, "forged-ipcp-end",
            "A forger sends an IPCP Terminate-Request in the hub's name.",
            s_none, s_sessionMoment) { IsTampering = true },
        new(FaultKind.ForgedStop, "forged-stop",
            "A forger sends a Stop-Control-Connection-Request in the hub's name.",
            s_none, s_sessionMoment) { IsTampering = true },
        new(FaultKind.ForgedDisconnect, "forged-disconnect",
            "A forger sends a Call-Disconnect-Notify in the hub's name.",
            s_none, s_sessionMoment) { IsTampering = true },
        new(FaultKind.StrippedEncryption, "stripped-encryption",
            "A forger makes Configure-Rejects of the hub's CCP Configure-Acks.",
            s_none, s_session) { IsTampering = true },
        new(FaultKind.DowngradedAuthentication, "downgraded-authentication",
            "A forger writes CHAP-MD5 where the hub asks for MS-CHAPv2.",
            s_none, s_session) { IsTampering = true },
        new(FaultKind.StrippedAuthentication, "stripped-authentication",
            "A forger takes the request for authentication out of the hub's LCP.",
            s_none, s_session) { IsTampering = true },
        new(FaultKind.ForgedProof, "forged-proof",
            "A forger changes the proof in the hub's CHAP Successes.",
            s_none, s_session) { IsTampering = true },
        new(FaultKind.HubKilled, "hub-killed",
            "The hub's process ends: connections are reset, new ones refused.", s_none, s_hub),
        new(FaultKind.HubSilent, "hub-silent",
            "The hub's machine is off: silence.", s_none, s_hub),
        new(FaultKind.HubSlow, "hub-slow",
            "The hub answers everything later by the delay.", s_delay, s_hub),
        new(FaultKind.HubFull, "hub-full", "The hub takes no further call.", s_none, s_hub),
        new(FaultKind.WrongPassword, "wrong-password",
            "The hub has other passwords for the users.", s_none, s_session),
        new(FaultKind.EncryptionRefused, "encryption-refused",
            "The hub refuses MPPE.", s_none, s_hub),
        new(FaultKind.IpcpRefused, "ipcp-refused", "The hub rejects IPCP.", s_none, s_hub),
        new(FaultKind.CcpRejected, "ccp-rejected",
            "The hub answers CCP with Protocol-Reject: it has no MPPE at all.", s_none, s_hub)
        {
            IsTampering = true,
        },
        new(FaultKind.KeysWrong, "keys-wrong",
            "The hub decrypts with other keys than the sensors encrypt.", s_none, s_hub)
        {
            IsTampering = true,
        },
        new(FaultKind.StartRefused, "start-refused",
            "The hub refuses control connections (Start-Control-Connection-Reply, result 2).",
            s_none, s_hub),
        new(FaultKind.HubMoved, "hub-moved",
            "The hub's name leads to a new address; the old one does not answer any more.",
            s_none, s_hubMoment),
        new(FaultKind.NameUnknown, "name-unknown",
            "The hub's name cannot be resolved.", s_none, s_hub),
        new(FaultKind.BrokerRestarts, "broker-restarts",
            "The plant's MQTT broker and CoAP server end, and come again after it.",
            s_none, s_broker) { IsOfTelemetry = true },
        new(FaultKind.BrokerSilent, "broker-silent",
            "The plant's MQTT broker and CoAP server neither hear nor answer.", s_none, s_plant)
        {
            IsOfTelemetry = true,
        },
        new(FaultKind.PowerLoss, "power-loss",
            "The sensor has no power: its memory is gone, a write under way is torn.",
            s_none, s_sensor) { IsOfTelemetry = true },
    ];

    /// <summary>The row of a kind.</summary>
    public static FaultRow Of(FaultKind kind) => Rows[(int)kind];

    /// <summary>The row of a name in files; null when there is none.</summary>
    public static FaultRow? Find(string name)
    {
        return Rows.FirstOrDefault(
            row => string.Equals(row.Name, name, StringComparison.Ordinal));
    }

    private static FaultRow OfPackets(FaultKind kind, string name, string meaning)
    {
        return new FaultRow(kind, name, meaning, s_none, s_path) { IsOfPackets = true };
    }
}
