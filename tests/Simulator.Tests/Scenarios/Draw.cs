// Draws scenarios that keep to the tables: every key comes, with values at the ends of its range
// more often than chance would have it, and texts that YAML could misunderstand.

using System;
using System.Collections.Generic;
using System.Linq;
using System.Text;
using nanoPptp.Diagnostics;
using Simulator.Scenarios;
using Simulator.World;

namespace Simulator.Tests.Scenarios;

/// <summary>A generator (SplitMix64) of its own, so that a seed means the same for ever.</summary>
internal sealed class Draw(ulong seed)
{
    private static readonly string[] s_names =
    [
        "hub", "sensor", "pump", "no", "yes", "null", "true", "123", "1e3", "0x1F", "y", "on",
        "pump-station", "A-", "12-34", "7-1", "a-2", "hub-2", new('n', Naming.MaximumLength),
    ];

    private static readonly string[] s_pieces =
    [
        "a", "z", "é", "日本", "🎈", " ", "  ", ": ", ":", " #", "#", "-", "- ", "\"", "'", "\\",
        "\\n", "{", "}", "[", "]", ",", "&", "*", "!", "|", ">", "%", "@", "`", "?", "=", "~", "no",
        "null", "12", ".", "<<", "---", "...", "wrap", "5%",
    ];

    private ulong _state = seed;

    public ulong Next()
    {
        _state += 0x9E3779B97F4A7C15;
        ulong z = _state;
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
        return z ^ (z >> 31);
    }

    public bool Chance(int percent) => Next() % 100 < (ulong)percent;

    /// <summary>From the least to the greatest, both included.</summary>
    public long Between(long least, long greatest)
    {
        return least + (long)(Next() % (ulong)(greatest - least + 1));
    }

    public T Of<T>(IReadOnlyList<T> things) => things[(int)Between(0, things.Count - 1)];

    /// <summary>Draws a scenario that the reader must accept.</summary>
    public Scenario Scenario()
    {
        List<HubPlan> hubs = [];
        List<SensorPlan> sensors = [];
        long forMs = Range(ScenarioKeys.OfScenario, ScenarioKeys.For);
        int hubCount = (int)Between(1, 3);
        while (hubs.Count < hubCount)
        {
            Take(hubs, Hub(), plan => (plan.Name, plan.Replicas));
        }

        int sensorCount = (int)Between(1, 4);
        while (sensors.Count < sensorCount)
        {
            Take(sensors, Sensor(), plan => (plan.Name, plan.Replicas));
        }

        IReadOnlyList<HubPlan> theHubs = Chance(30) ? new Scenario().Hubs : hubs;
        IReadOnlyList<SensorPlan> theSensors = Chance(30) ? new Scenario().Sensors : sensors;
        string?[] hubNames = NamesOf(theHubs.Select(plan => (plan.Name, plan.Replicas)));
        string?[] sensorNames = NamesOf(theSensors.Select(plan => (plan.Name, plan.Replicas)));
        return new Scenario
        {
            Name = Name(),
            About = Chance(50) ? "" : Line(),
            Seed = Chance(50) ? null : Next(),
            ForMs = forMs,
            ClockMs = Chance(50) ? 0 : (int)Next(),
            IsPlantMoody = Chance(50),
            Hubs = theHubs,
            Sensors = theSensors,
            Faults = [.. Many(() => Fault(forMs, hubNames, sensorNames))],
            Expectations = [.. Many(() => Expectation(forMs, hubNames, sensorNames))],
        };
    }

    private static string?[] NamesOf(IEnumerable<(string Name, int Replicas)> groups)
    {
        return
        [
            null,
            .. groups.SelectMany(group => new[]
            {
                group.Name,
                Naming.NameOf(group.Name, group.Replicas, 1),
                Naming.NameOf(group.Name, group.Replicas, group.Replicas),
            }),
        ];
    }

    // Groups whose names the reader would refuse are drawn again.
    private static void Take<T>(
        List<T> plans, T plan, Func<T, (string Name, int Replicas)> groupOf)
    {
        List<(string Name, int Replicas)> groups = [.. plans.Append(plan).Select(groupOf)];
        IEnumerable<string> members = groups
            .Where(group => group.Replicas > 1)
            .SelectMany(group => Enumerable.Range(1, group.Replicas)
                .Select(number => $"{group.Name}-{number}"));
        string[] names = [.. groups.Select(group => group.Name), .. members];
        if (names.Distinct().Count() == names.Length)
        {
            plans.Add(plan);
        }
    }

    private IEnumerable<T> Many<T>(Func<T> draw)
    {
        return Enumerable.Range(0, (int)Between(0, 6)).Select(_ => draw());
    }

    private HubPlan Hub()
    {
        IReadOnlyList<KeyRow> rows = ScenarioKeys.OfHub;
        HubPlan plan = new() { Name = Name(), SaysBusy = Chance(50) };
        return Chance(20) ? plan : plan with
        {
            Replicas = (int)Between(1, 2),
            Connections = (int)Range(rows, ScenarioKeys.Connections),
            DialsPerSecond = (int)Range(rows, ScenarioKeys.DialsPerSecond),
        };
    }

    private SensorPlan Sensor()
    {
        IReadOnlyList<KeyRow> rows = ScenarioKeys.OfSensor;
        SensorPlan plan = new() { Name = Name(), Redials = Chance(50) };
        return Chance(20) ? plan : plan with
        {
            Replicas = (int)Between(1, 1000),
            ReadingIntervalMs = Range(rows, ScenarioKeys.ReadingInterval),
            ReadingLength = (int)Range(rows, ScenarioKeys.ReadingLength),
            Telemetry = Of(Enum.GetValues<TelemetryWay>()),
            QueueCapacity = (int)Range(rows, ScenarioKeys.QueueCapacity),
            FirstDialMs = (int)Range(rows, ScenarioKeys.FirstDial),
            HangUpAtMs = Chance(50) ? null : Range(rows, ScenarioKeys.HangUp),
            LostPaceMs = Chance(50) ? null : (int)Range(rows, ScenarioKeys.LostPace),
            IdleMs = (int)Range(rows, ScenarioKeys.Idle),
            SessionMs = (int)Range(rows, ScenarioKeys.Session),
        };
    }

    private Fault Fault(long forMs, string?[] hubs, string?[] sensors)
    {
        IReadOnlyList<KeyRow> rows = ScenarioKeys.OfTimeline;
        FaultRow row = Of(FaultTable.Rows);
        bool isPacket = row.IsOfPackets && Chance(50);
        bool hasShare = row.Takes(ScenarioKeys.Share) && !isPacket;
        bool isLong = row.Takes(ScenarioKeys.For) && Chance(50);
        bool hasDirection = row.Takes(ScenarioKeys.Direction) && Chance(50);
        return new Fault
        {
            Kind = row.Kind,
            AtMs = Chance(20) ? 0 : Between(0, forMs - 1),
            ForMs = isLong ? Range(rows, ScenarioKeys.For) : null,
            Direction = hasDirection ? (Direction)Between(0, 1) : null,
            Sensor = row.Takes(ScenarioKeys.Sensor) ? Of(sensors) : null,
            Hub = row.Takes(ScenarioKeys.Hub) ? Of(hubs) : null,
            Share = hasShare ? (int)Range(rows, ScenarioKeys.Share) : 0,
            Packet = isPacket ? Range(rows, ScenarioKeys.Packet) : null,
            DelayMs = row.Takes(ScenarioKeys.Delay)
                ? (int)Range(rows, ScenarioKeys.Delay)
                : 0,
            Length = row.Takes(ScenarioKeys.Length)
                ? (int)Range(rows, ScenarioKeys.Length)
                : 0,
            Count = row.Takes(ScenarioKeys.Count) ? (int)Range(rows, ScenarioKeys.Count) : 0,
            Forgets = row.Takes(ScenarioKeys.Sessions) && Chance(50),
        };
    }

    private Expectation Expectation(long forMs, string?[] hubs, string?[] sensors)
    {
        IReadOnlyList<KeyRow> rows = ScenarioKeys.OfTimeline;
        ExpectationKind kind = Of(Enum.GetValues<ExpectationKind>());
        return new Expectation
        {
            Kind = kind,
            AtMs = Chance(20) ? 0 : Between(0, forMs - 1),
            WithinMs = Math.Max(
                Range(rows, ScenarioKeys.Within), kind == ExpectationKind.Delivered ? 2_001 : 1),
            Sensor = Of(sensors),
            Hub = kind == ExpectationKind.Up ? Of(hubs) : null,
            Share = (int)Range(rows, ScenarioKeys.Share),
            Reason = kind == ExpectationKind.Diagnosis
                ? Of(Enum.GetValues<Reason>()[1..])
                : Reason.None,
        };
    }

    private long Range(IReadOnlyList<KeyRow> rows, string key)
    {
        KeyRow row = rows.First(row => row.Name == key);
        return Between(0, 9) switch
        {
            0 => row.Minimum,
            1 => row.Maximum,
            < 6 => Between(row.Minimum, Math.Min(row.Maximum, row.Minimum + 10_000)),
            _ => Between(row.Minimum, row.Maximum),
        };
    }

    private string Name()
    {
        return Of(s_names);
    }

    private string Line()
    {
        StringBuilder line = new();
        int count = (int)Between(1, 20);
        for (int i = 0; i < count; i++)
        {
            line.Append(Of(s_pieces));
        }

        return line.ToString().Trim();
    }
}
