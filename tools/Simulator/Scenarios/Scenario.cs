// What a run is made of: hubs, sensors, the faults that befall them and what is expected of them. A
// scenario file says it in YAML, the command line in options, and a seed draws one; all of them end up
// here, so that whatever fails can be written down as a file and run again.

using System.Collections.Generic;
using nanoPptp.Client;
using Simulator.Hub;
using Simulator.World;

namespace Simulator.Scenarios;

/// <summary>One run. Times are in milliseconds of virtual time since its beginning.</summary>
public sealed record Scenario
{
    /// <summary>Longest run: one virtual day.</summary>
    public const long MaximumForMs = 24 * 3600 * 1000;

    /// <summary>Most sensors of a run.</summary>
    public const int MaximumSensorCount = 100_000;

    /// <summary>Most hubs that a sensor can know.</summary>
    public const int MaximumHubCount = 8;

    /// <summary>What to call it: letters, digits and hyphens.</summary>
    public string Name { get; init; } = "run";

    /// <summary>What it shows, in one line.</summary>
    public string About { get; init; } = "";

    /// <summary>The seed it wants; null when any will do.</summary>
    public ulong? Seed { get; init; }

    /// <summary>How long it takes.</summary>
    public long ForMs { get; init; } = 60_000;

    /// <summary>Milliseconds that the sensors' 32-bit clock shows at the beginning: near a wrap, the
    /// wrap is part of the run.</summary>
    public int ClockMs { get; init; }

    /// <summary>Whether the plant's systems behind the hubs are moody.</summary>
    public bool IsPlantMoody { get; init; }

    /// <summary>The hubs, in the order in which the sensors prefer them.</summary>
    public IReadOnlyList<HubPlan> Hubs { get; init; } = [new HubPlan()];

    /// <summary>The sensors, in groups.</summary>
    public IReadOnlyList<SensorPlan> Sensors { get; init; } = [new SensorPlan()];

    /// <summary>What goes wrong.</summary>
    public IReadOnlyList<Fault> Faults { get; init; } = [];

    /// <summary>What must be seen, besides what the checks demand of every run.</summary>
    public IReadOnlyList<Expectation> Expectations { get; init; } = [];
}

/// <summary>A hub, or several that are alike.</summary>
public sealed record HubPlan
{
    /// <summary>What to call it; with replicas, a number follows: hub-1, hub-2.</summary>
    public string Name { get; init; } = "hub";

    /// <summary>How many there are.</summary>
    public int Replicas { get; init; } = 1;

    /// <summary>Most calls at a time.</summary>
    public int Connections { get; init; } = 100_000;

    /// <summary>Most dials a second that the hub is good for; to exceed it fails the run. 0 is no
    /// limit.</summary>
    public int DialsPerSecond { get; init; }

    /// <summary>Whether a client that finds it full gets a busy Outgoing-Call-Reply (RFC 2637 s.2.8)
    /// instead of pptpd's TCP reset.</summary>
    public bool SaysBusy { get; init; }

    /// <summary>The encryption that the hub demands.</summary>
    public HubMppe Mppe { get; init; }

    /// <summary>How MPPE's keystream goes on from frame to frame.</summary>
    public HubMppeMode MppeMode { get; init; }

    /// <summary>The authentication that the hub demands.</summary>
    public HubAuthentication Authentication { get; init; } = HubAuthentication.MsChapV2;
}

/// <summary>The encryption that a hub demands.</summary>
public enum HubMppe
{
    /// <summary>MPPE with 128 bits.</summary>
    Bits128,

    /// <summary>MPPE with 56 bits.</summary>
    Bits56,

    /// <summary>MPPE with 40 bits.</summary>
    Bits40,

    /// <summary>It has none.</summary>
    None,
}

/// <summary>How a sensor's readings travel.</summary>
public enum TelemetryWay
{
    /// <summary>Each in a datagram of its own to the hub, which may be lost.</summary>
    Udp,

    /// <summary>From a queue with a journal to the plant's MQTT broker, QoS 1.</summary>
    Mqtt,

    /// <summary>From a queue with a journal to the plant's CoAP server, confirmable.</summary>
    Coap,
}

/// <summary>A group of sensors that are alike.</summary>
public sealed record SensorPlan
{
    /// <summary>What to call it; with replicas, a number follows: pump-1, pump-2.</summary>
    public string Name { get; init; } = "sensor";

    /// <summary>How many there are.</summary>
    public int Replicas { get; init; } = 1;

    /// <summary>Between two readings.</summary>
    public long ReadingIntervalMs { get; init; } = 1_000;

    /// <summary>Octets of a reading: 16 to 1,372.</summary>
    public int ReadingLength { get; init; } = 32;

    /// <summary>How the readings travel.</summary>
    public TelemetryWay Telemetry { get; init; }

    /// <summary>Octets of the queue that readings wait in, on the ways that have one.</summary>
    public int QueueCapacity { get; init; } = 8_192;

    /// <summary>The first dials are spread over so long.</summary>
    public int FirstDialMs { get; init; }

    /// <summary>Whether a sensor dials again; when not, it makes one attempt, as the command
    /// <c>connect</c> does.</summary>
    public bool Redials { get; init; } = true;

    /// <summary>When the sensor hangs up in order, for good; null is never.</summary>
    public long? HangUpAtMs { get; init; }

    /// <summary>The first pause after a lost tunnel, or after a hub that could not be reached, is
    /// drawn from 0 to so long; null is the library's own. A fleet of N sensors asks a hub for about N / (this in seconds) dials a second.
    /// </summary>
    public int? LostPaceMs { get; init; }

    /// <summary>Without inner traffic for so long a sensor hangs up; 0 is never.</summary>
    public int IdleMs { get; init; }

    /// <summary>After so long a session is ended and begun anew; 0 is never.</summary>
    public int SessionMs { get; init; }

    /// <summary>Which encryption the sensor's tunnel may have.</summary>
    public EncryptionPolicy Encryption { get; init; }

    /// <summary>Whether a hub may insist on stateful MPPE.</summary>
    public bool AllowsStateful { get; init; }

    /// <summary>The weakest authentication that the sensor takes; what is weaker than MS-CHAPv2 counts
    /// only where there is no encryption.</summary>
    public HubAuthentication Authentication { get; init; } = HubAuthentication.MsChapV2;

    /// <summary>Whether a hub may ask for a method of authentication.</summary>
    /// <param name="method">The method.</param>
    public bool Allows(HubAuthentication method)
    {
        return method == HubAuthentication.MsChapV2
            || (method > HubAuthentication.MsChapV2
                && method <= Authentication
                && Encryption == EncryptionPolicy.Clear);
    }
}

/// <summary>What can go wrong.</summary>
public enum FaultKind
{
    /// <summary>GRE packets are lost, each with a probability (<see cref="Fault.Share"/>); TCP
    /// segments are sent again, so they come later.</summary>
    Loss,

    /// <summary>Losses come in bursts of about <see cref="Fault.Count"/> packets; Share is the
    /// probability that one begins.</summary>
    BurstLoss,

    /// <summary>GRE packets come twice.</summary>
    Duplicate,

    /// <summary>GRE packets are held back by up to <see cref="Fault.DelayMs"/>, so that later ones
    /// overtake them.</summary>
    Reorder,

    /// <summary>TCP from the hub is late by <see cref="Fault.DelayMs"/>, so that GRE comes before
    /// Outgoing-Call-Reply.</summary>
    EarlyGre,

    /// <summary>One octet of a GRE packet is changed.</summary>
    Corrupt,

    /// <summary>A GRE packet loses its end.</summary>
    Truncate,

    /// <summary>Everything takes longer by <see cref="Fault.DelayMs"/>, one way.</summary>
    Delay,

    /// <summary>Everything takes longer by 0 to <see cref="Fault.DelayMs"/>, one way.</summary>
    Jitter,

    /// <summary>Packets longer than <see cref="Fault.Length"/> octets, outer header included, vanish.
    /// </summary>
    MtuBlackHole,

    /// <summary>IP protocol 47 does not pass.</summary>
    GreBlocked,

    /// <summary>A NAT on the path translates TCP and does not know whom GRE is for.</summary>
    NatWithoutHelper,

    /// <summary>A NAT on the path forgets the calls that stand: nothing of theirs passes any more.
    /// </summary>
    NatMappingLost,

    /// <summary>The control connections that stand are reset.</summary>
    TcpReset,

    /// <summary>A device on the path sends the sensor's GRE packets back to it, and lets none of
    /// the hub's pass.</summary>
    Looped,

    /// <summary>Something else than PPTP answers on the hub's TCP port.</summary>
    NotPptp,

    /// <summary>Control messages from the hub have a wrong length.</summary>
    WrongLength,

    /// <summary>Start-Control-Connection-Replies speak of PPTP version 2.0.</summary>
    WrongVersion,

    /// <summary>No CHAP packet of the hub arrives.</summary>
    AuthenticationSilent,

    /// <summary>No CCP packet of the hub arrives.</summary>
    CcpSilent,

    /// <summary>No IPCP packet of the hub arrives.</summary>
    IpcpSilent,

    /// <summary>A forger sends data packets in the hub's name, in front of genuine packets.
    /// </summary>
    ForgedData,

    /// <summary>A forger sends an LCP Terminate-Request in the hub's name.</summary>
    ForgedTerminate,

    /// <summary>A forger sends an LCP Protocol-Reject of LCP in the hub's name.</summary>
    ForgedReject,

    /// <summary>A forger sends a CCP Terminate-Request in the hub's name.</summary>
    ForgedCcpEnd,

    /// <summary>A forger sends an IPCP Terminate-Request in the hub's name.</summary>
    ForgedIpcpEnd,

    /// <summary>A forger sends a Stop-Control-Connection-Request in the hub's name.</summary>
    ForgedStop,

    /// <summary>A forger sends a Call-Disconnect-Notify in the hub's name.</summary>
    ForgedDisconnect,

    /// <summary>A forger makes Configure-Rejects of the hub's CCP Configure-Acks.</summary>
    StrippedEncryption,

    /// <summary>A forger writes CHAP-MD5 where the hub asks for MS-CHAPv2.</summary>
    DowngradedAuthentication,

    /// <summary>A forger takes the request for authentication out of the hub's LCP.</summary>
    StrippedAuthentication,

    /// <summary>A forger changes the proof in the hub's CHAP Successes.</summary>
    ForgedProof,

    /// <summary>The hub's process ends: connections are reset, new ones refused until the fault is
    /// over.</summary>
    HubKilled,

    /// <summary>The hub's machine is off: silence.</summary>
    HubSilent,

    /// <summary>The hub answers everything later by <see cref="Fault.DelayMs"/>.</summary>
    HubSlow,

    /// <summary>The hub takes no further call.</summary>
    HubFull,

    /// <summary>The hub has other passwords for the users.</summary>
    WrongPassword,

    /// <summary>The hub refuses MPPE.</summary>
    EncryptionRefused,

    /// <summary>The hub rejects IPCP.</summary>
    IpcpRefused,

    /// <summary>The hub answers CCP with Protocol-Reject.</summary>
    CcpRejected,

    /// <summary>The hub decrypts with other keys than the sensors encrypt.</summary>
    KeysWrong,

    /// <summary>The hub refuses control connections (Start-Control-Connection-Reply, result 2).
    /// </summary>
    StartRefused,

    /// <summary>The hub's name leads to a new address; the old one does not answer any more.</summary>
    HubMoved,

    /// <summary>The hub's name cannot be resolved.</summary>
    NameUnknown,

    /// <summary>The plant's broker and CoAP server end and come again when the fault is over; whether
    /// the broker still knows its sessions is <see cref="Fault.Forgets"/>.</summary>
    BrokerRestarts,

    /// <summary>The plant's broker and CoAP server neither hear nor answer.</summary>
    BrokerSilent,

    /// <summary>The sensor has no power: what is not on its medium is gone, and a write under way
    /// is torn.</summary>
    PowerLoss,
}

/// <summary>Something that goes wrong, from a moment on.</summary>
public sealed record Fault
{
    /// <summary>What.</summary>
    public FaultKind Kind { get; init; }

    /// <summary>From when on.</summary>
    public long AtMs { get; init; }

    /// <summary>For how long; null is to the end of the run. Without meaning for what happens in a
    /// moment: a lost mapping, a reset, a move.</summary>
    public long? ForMs { get; init; }

    /// <summary>Which way, for faults of the network; null is both.</summary>
    public Direction? Direction { get; init; }

    /// <summary>The sensor or group that it befalls, by name; null is all.</summary>
    public string? Sensor { get; init; }

    /// <summary>The hub or its group, by name; null is all.</summary>
    public string? Hub { get; init; }

    /// <summary>Probability in parts of a million.</summary>
    public int Share { get; init; }

    /// <summary>Just this one of the GRE packets between the sensor and its hubs, from 1, both ways
    /// counted together; null leaves it to <see cref="Share"/>. For loss, duplicate, corrupt and
    /// truncate.</summary>
    public long? Packet { get; init; }

    /// <summary>For how much the fault delays.</summary>
    public int DelayMs { get; init; }

    /// <summary>Octets, for a path with a small MTU.</summary>
    public int Length { get; init; }

    /// <summary>Packets, for bursts.</summary>
    public int Count { get; init; }

    /// <summary>Whether a broker that ends loses its sessions.</summary>
    public bool Forgets { get; init; }
}

/// <summary>What is expected of sensors.</summary>
public enum ExpectationKind
{
    /// <summary>The tunnel is up.</summary>
    Up,

    /// <summary>The tunnel is not up.</summary>
    Down,

    /// <summary>The first cause of trouble of an attempt is <see cref="Expectation.Reason"/>.
    /// </summary>
    Diagnosis,

    /// <summary>So many of the readings sent since the moment have reached the hub at the end of the
    /// time (<see cref="Expectation.Share"/>), and at least one was sent. What is sent in its last two
    /// seconds does not count.</summary>
    Delivered,
}

/// <summary>Something that must be seen from a moment on: at some time, but for
/// <see cref="ExpectationKind.Delivered"/>.</summary>
public sealed record Expectation
{
    /// <summary>What.</summary>
    public ExpectationKind Kind { get; init; }

    /// <summary>From when on.</summary>
    public long AtMs { get; init; }

    /// <summary>Within how long.</summary>
    public long WithinMs { get; init; } = 60_000;

    /// <summary>The sensor or group, by name; null is all.</summary>
    public string? Sensor { get; init; }

    /// <summary>The hub that it must be up at, by name; null is any.</summary>
    public string? Hub { get; init; }

    /// <summary>Of how many of the sensors (for Delivered: of the readings), in parts of a million.
    /// </summary>
    public int Share { get; init; } = 1_000_000;

    /// <summary>For Diagnosis.</summary>
    public nanoPptp.Diagnostics.Reason Reason { get; init; }
}
