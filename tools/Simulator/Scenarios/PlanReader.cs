// Reads the hubs and the sensors of a scenario, and sees to it that each has a name of its own.

using System.Collections.Generic;
using System.Linq;
using nanoPptp.Client;
using Simulator.Hub;

namespace Simulator.Scenarios;

/// <summary>Reads plans.</summary>
/// <param name="keys">The keys of the file.</param>
/// <param name="errors">What is wrong.</param>
internal sealed class PlanReader(KeyReader keys, ErrorList errors)
{
    private readonly Scenario _standard = new();

    /// <summary>Reads the hubs.</summary>
    /// <param name="names">What they are called; null when something is wrong with them, for then
    /// whatever refers to them would be called wrong too.</param>
    public IReadOnlyList<HubPlan> ReadHubs(out NameSet? names)
    {
        int errorCount = errors.Count;
        IReadOnlyList<HubPlan> plans = keys.Has(ScenarioKeys.Hubs)
            ? [.. Read(ScenarioKeys.Hubs, ScenarioKeys.OfHub).Select(ReadHub)]
            : _standard.Hubs;
        NameSet known = CheckGroups(
            ScenarioKeys.Hubs,
            Scenario.MaximumHubCount,
            [.. plans.Select(plan => (plan.Name, plan.Replicas))]);
        names = errors.Count == errorCount ? known : null;
        return plans;
    }

    /// <summary>Reads the sensors.</summary>
    /// <param name="names">As for the hubs.</param>
    public IReadOnlyList<SensorPlan> ReadSensors(out NameSet? names)
    {
        int errorCount = errors.Count;
        IReadOnlyList<SensorPlan> plans = keys.Has(ScenarioKeys.Sensors)
            ? [.. Read(ScenarioKeys.Sensors, ScenarioKeys.OfSensor).Select(ReadSensor)]
            : _standard.Sensors;
        NameSet known = CheckGroups(
            ScenarioKeys.Sensors,
            Scenario.MaximumSensorCount,
            [.. plans.Select(plan => (plan.Name, plan.Replicas))]);
        names = errors.Count == errorCount ? known : null;
        return plans;
    }

    private IEnumerable<KeyReader> Read(string key, IReadOnlyList<KeyRow> rows)
    {
        return keys.Entries(key).Select(map => new KeyReader(map, rows, errors));
    }

    private static HubPlan ReadHub(KeyReader plan)
    {
        HubPlan standard = new();
        return new HubPlan
        {
            Name = plan.Name(ScenarioKeys.Name) ?? standard.Name,
            Replicas = plan.Int32(ScenarioKeys.Replicas) ?? standard.Replicas,
            Connections = plan.Int32(ScenarioKeys.Connections) ?? standard.Connections,
            DialsPerSecond = plan.Int32(ScenarioKeys.DialsPerSecond) ?? standard.DialsPerSecond,
            SaysBusy = plan.Word(ScenarioKeys.WhenFull) is { } word
                ? ScenarioKeys.FullWords[word] == ScenarioKeys.Busy
                : standard.SaysBusy,
            Mppe = (HubMppe?)plan.Word(ScenarioKeys.Mppe) ?? standard.Mppe,
            MppeMode = (HubMppeMode?)plan.Word(ScenarioKeys.MppeMode) ?? standard.MppeMode,
            Authentication = (HubAuthentication?)plan.Word(ScenarioKeys.Authentication)
                ?? standard.Authentication,
        };
    }

    private static SensorPlan ReadSensor(KeyReader plan)
    {
        SensorPlan standard = new();
        return new SensorPlan
        {
            Name = plan.Name(ScenarioKeys.Name) ?? standard.Name,
            Replicas = plan.Int32(ScenarioKeys.Replicas) ?? standard.Replicas,
            ReadingIntervalMs =
                plan.Number(ScenarioKeys.ReadingInterval) ?? standard.ReadingIntervalMs,
            ReadingLength = plan.Int32(ScenarioKeys.ReadingLength) ?? standard.ReadingLength,
            Telemetry = (TelemetryWay?)plan.Word(ScenarioKeys.Telemetry) ?? standard.Telemetry,
            QueueCapacity = plan.Int32(ScenarioKeys.QueueCapacity) ?? standard.QueueCapacity,
            FirstDialMs = plan.Int32(ScenarioKeys.FirstDial) ?? standard.FirstDialMs,
            Redials = plan.YesOrNo(ScenarioKeys.Redial) ?? standard.Redials,
            HangUpAtMs = plan.Number(ScenarioKeys.HangUp),
            LostPaceMs = plan.Int32(ScenarioKeys.LostPace),
            IdleMs = plan.Int32(ScenarioKeys.Idle) ?? standard.IdleMs,
            SessionMs = plan.Int32(ScenarioKeys.Session) ?? standard.SessionMs,
            Encryption =
                (EncryptionPolicy?)plan.Word(ScenarioKeys.Encryption) ?? standard.Encryption,
            AllowsStateful = plan.YesOrNo(ScenarioKeys.Stateful) ?? standard.AllowsStateful,
            Authentication = (HubAuthentication?)(plan.Word(ScenarioKeys.Authentication) + 1)
                ?? standard.Authentication,
        };
    }

    private NameSet CheckGroups(
        string key, int maximum, IReadOnlyList<(string Name, int Replicas)> groups)
    {
        YamlNode place = keys.PlaceOf(key);
        NameSet names = new();
        foreach ((string name, int replicas) in groups)
        {
            if (!names.TryAdd(name, replicas))
            {
                errors.Add(place, $"{key}: two groups are called '{name}'");
            }
        }

        long count = groups.Sum(group => (long)group.Replicas);
        if (count == 0)
        {
            errors.Add(place, $"{key}: at least one is needed");
        }
        else if (count > maximum)
        {
            errors.Add(place, $"{key}: {count} are too many: {maximum} at most");
        }

        foreach ((string name, _) in groups)
        {
            if (names.FindOwner(name) is { } owner)
            {
                errors.Add(place, $"{key}: '{name}' is also a member of the group '{owner}'");
            }
        }

        return names;
    }
}
