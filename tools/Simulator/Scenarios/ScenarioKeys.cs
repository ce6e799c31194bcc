// Every key of a scenario file. The reader and the writer work from these rows, and the README
// repeats them; which of the timeline's keys a fault takes is FaultTable's.

using System.Collections.Generic;
using System.Linq;
using nanoPptp.Client;
using Simulator.Hub;

namespace Simulator.Scenarios;

/// <summary>The keys of scenario files.</summary>
public static class ScenarioKeys
{
    /// <summary>Longest line about a scenario, in UTF-16 code units.</summary>
    public const int MaximumAboutLength = 200;

    /// <summary>Longest delay that a fault can add.</summary>
    public const long MaximumDelayMs = 10 * 60 * 1000;

    internal const string Name = "name";
    internal const string About = "about";
    internal const string Seed = "seed";
    internal const string For = "for";
    internal const string Clock = "clock";
    internal const string Hubs = "hubs";
    internal const string Sensors = "sensors";
    internal const string Timeline = "timeline";

    internal const string Plant = "plant";

    internal const string Replicas = "replicas";
    internal const string Connections = "connections";
    internal const string DialsPerSecond = "dials-per-second";
    internal const string WhenFull = "when-full";
    internal const string Mppe = "mppe";
    internal const string MppeMode = "mppe-mode";

    internal const string ReadingInterval = "reading-interval";
    internal const string ReadingLength = "reading-length";
    internal const string Telemetry = "telemetry";
    internal const string QueueCapacity = "queue-capacity";
    internal const string FirstDial = "first-dial";
    internal const string Redial = "redial";
    internal const string HangUp = "hang-up";
    internal const string LostPace = "lost-pace";
    internal const string Idle = "idle";
    internal const string Session = "session";
    internal const string Encryption = "encryption";
    internal const string Stateful = "stateful";
    internal const string Authentication = "authentication";

    internal const string At = "at";
    internal const string Fault = "fault";
    internal const string Expect = "expect";
    internal const string Within = "within";
    internal const string Sensor = "sensor";
    internal const string Hub = "hub";
    internal const string Share = "share";
    internal const string Reason = "reason";
    internal const string Packet = "packet";
    internal const string Direction = "direction";
    internal const string Delay = "delay";
    internal const string Length = "length";
    internal const string Count = "count";
    internal const string Sessions = "sessions";

    internal const string Yes = "yes";
    internal const string No = "no";
    internal const string Busy = "busy";
    internal const string Reset = "reset";
    internal const string ToHub = "to-hub";
    internal const string ToSensor = "to-sensor";
    internal const string Up = "up";
    internal const string Down = "down";
    internal const string Diagnosis = "diagnosis";
    internal const string Delivered = "delivered";
    internal const string Calm = "calm";
    internal const string Moody = "moody";
    internal const string Kept = "kept";
    internal const string Forgotten = "forgotten";

    internal static readonly IReadOnlyList<string> FullWords = [Busy, Reset];

    internal static readonly IReadOnlyList<string> PlantWords = [Calm, Moody];

    internal static readonly IReadOnlyList<string> SessionWords = [Kept, Forgotten];

    /// <summary>By <see cref="TelemetryWay"/>.</summary>
    internal static readonly IReadOnlyList<string> TelemetryWords = ["udp", "mqtt", "coap"];

    /// <summary>By <see cref="HubMppe"/>.</summary>
    internal static readonly IReadOnlyList<string> MppeWords =
        ["128-bit", "56-bit", "40-bit", "none"];

    /// <summary>By <see cref="HubMppeMode"/>.</summary>
    internal static readonly IReadOnlyList<string> MppeModeWords =
        ["stateless", "stateful", "stateful-linux"];

    /// <summary>By <see cref="HubAuthentication"/>, what a hub can demand.</summary>
    internal static readonly IReadOnlyList<string> AuthenticationWords =
        ["none", "ms-chap-v2", "chap-md5", "pap"];

    /// <summary>By <see cref="HubAuthentication"/> less 1, what a sensor can take.</summary>
    internal static readonly IReadOnlyList<string> MethodWords = [.. AuthenticationWords.Skip(1)];

    /// <summary>By <see cref="EncryptionPolicy"/>.</summary>
    internal static readonly IReadOnlyList<string> EncryptionWords = ["strong", "weak", "clear"];

    /// <summary>By <see cref="ExpectationKind"/>.</summary>
    internal static readonly IReadOnlyList<string> ExpectWords = [Up, Down, Diagnosis, Delivered];

    /// <summary>By <see cref="World.Direction"/>.</summary>
    internal static readonly IReadOnlyList<string> DirectionWords = [ToHub, ToSensor];

    private const long Day = Scenario.MaximumForMs;

    /// <summary>The keys of the file itself.</summary>
    public static IReadOnlyList<KeyRow> OfScenario { get; } =
    [
        new(Name, ValueForm.Name, "run", "What to call it."),
        new(About, ValueForm.Line, "empty", "What it shows.") { Maximum = MaximumAboutLength },
        new(Seed, ValueForm.Seed, "any", "The seed it wants."),
        Time(For, 1, "1m", "How long it takes, in virtual time."),
        new(Clock, ValueForm.Clock, "0s", "What the sensors' 32-bit clock shows at the beginning."),
        Choice(Plant, PlantWords, Calm, "Whether the MQTT broker and the CoAP server behind the hubs"
            + " have the moods of real ones."),
        new(Hubs, ValueForm.List, "one `hub`", "The hubs, in the order in which sensors prefer"
            + $" them; {Scenario.MaximumHubCount} in all at most."),
        new(Sensors, ValueForm.List, "one `sensor`", "The sensors, in groups;"
            + $" {Scenario.MaximumSensorCount} in all at most."),
        new(Timeline, ValueForm.List, "empty", "Faults and expectations, in any order."),
    ];

    /// <summary>The keys of a hub.</summary>
    public static IReadOnlyList<KeyRow> OfHub { get; } =
    [
        new(Name, ValueForm.Name, "hub", "What to call it; several are numbered: hub-1, hub-2."),
        Number(Replicas, 1, Scenario.MaximumHubCount, "1", "How many there are."),
        Number(Connections, 1, 100_000, "100000", "Most calls at a time."),
        Number(DialsPerSecond, 0, 100_000, "0", "Most dials a second that it is good for; more fail"
            + " the run. 0 is no limit."),
        Choice(WhenFull, FullWords, Reset, "What a client gets that finds it full: a busy"
            + " Outgoing-Call-Reply, or a TCP reset as from pptpd."),
        Choice(Mppe, MppeWords, MppeWords[0], "The encryption that it demands; with none it has"
            + " none."),
        Choice(MppeMode, MppeModeWords, MppeModeWords[0], "Whether every frame has a key of its"
            + " own, or a keystream goes on, begun anew as RFC 3078 has it or as Linux does."),
        Choice(Authentication, AuthenticationWords, AuthenticationWords[1], "The authentication that"
            + " it demands."),
    ];

    /// <summary>The keys of a group of sensors.</summary>
    public static IReadOnlyList<KeyRow> OfSensor { get; } =
    [
        new(Name, ValueForm.Name, "sensor",
            "What to call it; several are numbered: pump-1, pump-2."),
        Number(Replicas, 1, Scenario.MaximumSensorCount, "1", "How many there are."),
        Time(ReadingInterval, 1, "1s", "Between two readings."),
        Number(ReadingLength, 16, 1372, "32", "Octets of a reading."),
        Choice(Telemetry, TelemetryWords, TelemetryWords[0], "How its readings travel: each in a"
            + " datagram to the hub, or from a queue to the plant's broker or CoAP server."),
        Number(QueueCapacity, 512, 524_288, "8192", "Octets of that queue."),
        Time(FirstDial, 0, "0s", "The first dials are spread over so long."),
        Choice(Redial, [Yes, No], Yes, "Whether it dials again; when not, it makes one attempt, as"
            + " `nanopptp connect` does."),
        Time(HangUp, 1, "never", "When it hangs up in order, for good."),
        Time(LostPace, 0, "the library's", "The first pause after a lost tunnel, or a hub that could"
            + " not be reached, is drawn from 0 to so long."),
        Time(Idle, 0, "0s", "Without inner traffic for so long it hangs up; 0 is never."),
        Time(Session, 0, "0s", "After so long a session is ended and begun anew; 0 is never."),
        Choice(Encryption, EncryptionWords, EncryptionWords[0], "Which encryption it may have: 128"
            + " bits, any, or none."),
        Choice(Stateful, [Yes, No], No, "Whether a hub may insist on stateful MPPE."),
        Choice(Authentication, MethodWords, MethodWords[0], "The weakest authentication that it"
            + " takes; the weaker ones count with `encryption: clear` only."),
    ];

    /// <summary>The keys of an entry of the timeline.</summary>
    public static IReadOnlyList<KeyRow> OfTimeline { get; } =
    [
        Time(At, 0, "0s", "From when on."),
        Choice(Fault, [.. FaultTable.Rows.Select(row => row.Name)], "", "What goes wrong."),
        Choice(Expect, ExpectWords, "", "What must be seen at some time."),
        Time(For, 1, "to the end", "How long a fault stays."),
        Time(Within, 1, "1m", "How long an expectation may take."),
        new(Sensor, ValueForm.Reference, "all", "Whom it befalls, or of whom it is expected."),
        new(Hub, ValueForm.Reference, "all", "Which hub it befalls, or must be up at."),
        new(Share, ValueForm.Share, "100% in expectations", "Of a fault: its probability. Of an"
            + " expectation: of how many of the sensors, or of the readings.")
        {
            Minimum = 1,
            Maximum = Shares.Whole,
        },
        new(Reason, ValueForm.Reason, "", "The diagnosis that is expected."),
        Choice(Direction, DirectionWords, "both ways", "Which way."),
        Number(Packet, 1, 1_000_000_000, "", "Just this GRE packet between a sensor and its hubs,"
            + " from 1, both ways counted together."),
        Time(Delay, 1, "", "For how much.") with { Maximum = MaximumDelayMs },
        Number(Length, 68, 1500, "",
            "Longest packet that passes, in octets, outer header included."),
        Number(Count, 2, 1000, "", "GRE packets in a burst, about."),
        Choice(Sessions, SessionWords, Kept, "What a broker that ends does with its sessions."),
    ];

    private static KeyRow Time(string name, long minimumMs, string standard, string meaning)
    {
        return new KeyRow(name, ValueForm.Duration, standard, meaning)
        {
            Minimum = minimumMs,
            Maximum = Day,
        };
    }

    private static KeyRow Number(
        string name, long minimum, long maximum, string standard, string meaning)
    {
        return new KeyRow(name, ValueForm.Count, standard, meaning)
        {
            Minimum = minimum,
            Maximum = maximum,
        };
    }

    private static KeyRow Choice(
        string name, IReadOnlyList<string> words, string standard, string meaning)
    {
        return new KeyRow(name, ValueForm.Word, standard, meaning) { Words = words };
    }
}
