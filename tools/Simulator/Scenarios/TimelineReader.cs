// Reads the timeline of a scenario: faults, whose keys FaultTable knows, and expectations.

using System.Collections.Generic;
using System.Linq;
using Simulator.World;

namespace Simulator.Scenarios;

/// <summary>Reads the entries of a timeline.</summary>
/// <param name="forMs">How long the run takes.</param>
/// <param name="hubs">The hubs; null when they are not known.</param>
/// <param name="sensors">The sensors; null when they are not known.</param>
/// <param name="errors">What is wrong.</param>
internal sealed class TimelineReader(
    long forMs, NameSet? hubs, NameSet? sensors, ErrorList errors)
{
    // What is sent in the last two seconds may still be under way.
    private const long LeastDeliveredMs = 2_000;

    private readonly List<Fault> _faults = [];
    private readonly List<Expectation> _expectations = [];

    /// <summary>The faults so far, in the order of the file.</summary>
    public IReadOnlyList<Fault> Faults => _faults;

    /// <summary>The expectations so far, in the order of the file.</summary>
    public IReadOnlyList<Expectation> Expectations => _expectations;

    /// <summary>Reads an entry.</summary>
    public void Read(YamlMap entry)
    {
        KeyReader keys = new(entry, ScenarioKeys.OfTimeline, errors);
        bool isFault = keys.Has(ScenarioKeys.Fault);
        bool isExpectation = keys.Has(ScenarioKeys.Expect);
        if (isFault == isExpectation)
        {
            string text = isFault ? "'fault' or 'expect', not both" : "'fault' or 'expect'";
            errors.Add(entry, $"an entry of the timeline needs {text}");
        }
        else if (isFault)
        {
            _faults.Add(ReadFault(keys));
        }
        else
        {
            _expectations.Add(ReadExpectation(keys));
        }
    }

    private Fault ReadFault(KeyReader keys)
    {
        FaultRow? row = keys.Word(ScenarioKeys.Fault) is { } kind ? FaultTable.Rows[kind] : null;
        if (row == null)
        {
            keys.Keep(
                key => FaultTable.Rows.Any(fault => fault.Takes(key)),
                key => $"a fault has no '{key}'");
        }
        else
        {
            keys.Keep(row.Takes, key => DescribeStranger(row, key));
            CheckNeeds(keys, row);
        }

        Fault standard = new();
        return new Fault
        {
            Kind = row?.Kind ?? standard.Kind,
            AtMs = ReadAt(keys),
            ForMs = keys.Number(ScenarioKeys.For),
            Direction = (Direction?)keys.Word(ScenarioKeys.Direction),
            Sensor = keys.Reference(ScenarioKeys.Sensor, sensors),
            Hub = keys.Reference(ScenarioKeys.Hub, hubs),
            Share = keys.Int32(ScenarioKeys.Share) ?? standard.Share,
            Packet = keys.Number(ScenarioKeys.Packet),
            DelayMs = keys.Int32(ScenarioKeys.Delay) ?? standard.DelayMs,
            Length = keys.Int32(ScenarioKeys.Length) ?? standard.Length,
            Count = keys.Int32(ScenarioKeys.Count) ?? standard.Count,
            Forgets = keys.Word(ScenarioKeys.Sessions) is { } word
                ? ScenarioKeys.SessionWords[word] == ScenarioKeys.Forgotten
                : standard.Forgets,
        };
    }

    private static string DescribeStranger(FaultRow row, string key)
    {
        if (key == ScenarioKeys.For)
        {
            return $"{row.Name} happens in a moment: it has no 'for'";
        }

        return $"{row.Name} has no '{key}'; it takes at, {string.Join(", ", row.Keys)}";
    }

    private void CheckNeeds(KeyReader keys, FaultRow row)
    {
        YamlNode place = keys.PlaceOf(ScenarioKeys.Fault);
        foreach (string key in row.Required.Where(key => !keys.Has(key)))
        {
            errors.Add(place, $"{row.Name} needs '{key}'");
        }

        bool hasShare = keys.Has(ScenarioKeys.Share);
        if (row.IsOfPackets && hasShare == keys.Has(ScenarioKeys.Packet))
        {
            string text = hasShare ? "'share' or 'packet', not both" : "'share' or 'packet'";
            errors.Add(place, $"{row.Name} needs {text}");
        }
    }

    private Expectation ReadExpectation(KeyReader keys)
    {
        Expectation standard = new();
        ExpectationKind? kind = (ExpectationKind?)keys.Word(ScenarioKeys.Expect);
        keys.Keep(
            key => key is ScenarioKeys.Expect or ScenarioKeys.At or ScenarioKeys.Within
                or ScenarioKeys.Sensor or ScenarioKeys.Share
                || (key == ScenarioKeys.Hub && kind is null or ExpectationKind.Up)
                || (key == ScenarioKeys.Reason && kind is null or ExpectationKind.Diagnosis),
            key => kind is { } known
                ? $"expect: {ScenarioKeys.ExpectWords[(int)known]} has no '{key}'"
                : $"an expectation has no '{key}'");
        if (kind == ExpectationKind.Diagnosis && !keys.Has(ScenarioKeys.Reason))
        {
            errors.Add(keys.PlaceOf(ScenarioKeys.Expect), "expect: diagnosis needs 'reason'");
        }

        if (kind == ExpectationKind.Delivered
            && keys.Number(ScenarioKeys.Within) is long withinMs && withinMs <= LeastDeliveredMs)
        {
            errors.Add(
                keys.PlaceOf(ScenarioKeys.Within),
                "expect: delivered needs more than 2s: what is sent in the last 2s does not count");
        }

        return new Expectation
        {
            Kind = kind ?? standard.Kind,
            AtMs = ReadAt(keys),
            WithinMs = keys.Number(ScenarioKeys.Within) ?? standard.WithinMs,
            Sensor = keys.Reference(ScenarioKeys.Sensor, sensors),
            Hub = keys.Reference(ScenarioKeys.Hub, hubs),
            Share = keys.Int32(ScenarioKeys.Share) ?? standard.Share,
            Reason = keys.Reason(ScenarioKeys.Reason) ?? standard.Reason,
        };
    }

    private long ReadAt(KeyReader keys)
    {
        long atMs = keys.Number(ScenarioKeys.At) ?? 0;
        if (atMs >= forMs)
        {
            errors.Add(
                keys.PlaceOf(ScenarioKeys.At),
                $"at: {Durations.ToText(atMs)} is not before the end of the run, which is at"
                + $" {Durations.ToText(forMs)}");
        }

        return atMs;
    }
}
