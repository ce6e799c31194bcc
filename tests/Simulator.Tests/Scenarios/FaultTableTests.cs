// The tables are what the reader does: every key of every fault is tried, and every default is the
// model's.

using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using System.Text;
using Simulator.Scenarios;
using Xunit;

namespace Simulator.Tests.Scenarios;

public class FaultTableTests
{
    private static readonly Dictionary<string, string> s_values = new()
    {
        ["at"] = "1s",
        ["for"] = "1s",
        ["within"] = "1s",
        ["sensor"] = "sensor",
        ["hub"] = "hub",
        ["share"] = "5%",
        ["reason"] = "LcpTimeout",
        ["direction"] = "to-hub",
        ["packet"] = "17",
        ["delay"] = "20ms",
        ["length"] = "576",
        ["count"] = "5",
        ["sessions"] = "forgotten",
    };

    public static TheoryData<FaultKind> Kinds => [.. Enum.GetValues<FaultKind>()];

    [Fact]
    public void Every_kind_has_its_row_in_order_and_its_name_in_kebab_case()
    {
        Assert.Equal(
            Enum.GetValues<FaultKind>(), FaultTable.Rows.Select(row => row.Kind));
        foreach (FaultRow row in FaultTable.Rows)
        {
            Assert.Equal(InKebabCase(row.Kind.ToString()), row.Name);
            Assert.Same(row, FaultTable.Of(row.Kind));
            Assert.Same(row, FaultTable.Find(row.Name));
            Assert.EndsWith(".", row.Meaning, StringComparison.Ordinal);
        }

        Assert.Null(FaultTable.Find("fog"));
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void The_reader_takes_the_keys_of_a_fault_and_no_others(FaultKind kind)
    {
        FaultRow row = FaultTable.Of(kind);
        List<string> needed = [.. row.Required];
        if (row.IsOfPackets)
        {
            needed.Add("share");
        }

        Assert.Empty(ErrorsOf(row, needed));
        foreach (string key in needed)
        {
            Assert.Contains(
                ErrorsOf(row, needed.Where(other => other != key)),
                error => error.Contains($"{row.Name} needs", StringComparison.Ordinal));
        }

        foreach (string key in s_values.Keys.Except(needed))
        {
            bool isTaken = key == "at"
                || row.Optional.Contains(key)
                || (key == "packet" && row.IsOfPackets);
            bool excludes = key == "packet" && row.IsOfPackets;
            IEnumerable<string> keys = excludes ? [key] : needed.Append(key);
            Assert.Equal(isTaken, ErrorsOf(row, keys).Count == 0);
            Assert.Equal(isTaken, row.Takes(key));
        }
    }

    [Fact]
    public void Every_key_that_a_fault_names_is_a_key_of_the_timeline()
    {
        string[] known = [.. ScenarioKeys.OfTimeline.Select(row => row.Name)];
        Assert.All(
            FaultTable.Rows.SelectMany(row => row.Keys), key => Assert.Contains(key, known));
        Assert.Equal(
            known.Except(["fault", "expect"]).Order(), s_values.Keys.Order());
    }

    [Fact]
    public void What_the_tables_call_the_default_is_the_models()
    {
        Scenario run = new();
        HubPlan hub = run.Hubs[0];
        SensorPlan sensor = run.Sensors[0];
        Assert.Equal(
            [
                run.Name, Durations.ToText(run.ForMs), ClockText.ToText(run.ClockMs),
                run.IsPlantMoody ? "moody" : "calm",
            ],
            Defaults(ScenarioKeys.OfScenario, "name", "for", "clock", "plant"));
        Assert.Equal(
            [
                hub.Name, Text(hub.Replicas), Text(hub.Connections), Text(hub.DialsPerSecond),
                hub.SaysBusy ? "busy" : "reset",
            ],
            Defaults(
                ScenarioKeys.OfHub,
                "name", "replicas", "connections", "dials-per-second", "when-full"));
        Assert.Equal(
            [
                sensor.Name, Text(sensor.Replicas), Durations.ToText(sensor.ReadingIntervalMs),
                Text(sensor.ReadingLength), Durations.ToText(sensor.FirstDialMs),
                sensor.Redials ? "yes" : "no", Durations.ToText(sensor.IdleMs),
                Durations.ToText(sensor.SessionMs),
                ScenarioKeys.TelemetryWords[(int)sensor.Telemetry], Text(sensor.QueueCapacity),
            ],
            Defaults(
                ScenarioKeys.OfSensor,
                "name", "replicas", "reading-interval", "reading-length", "first-dial", "redial",
                "idle", "session", "telemetry", "queue-capacity"));
        Assert.Equal(
            [Durations.ToText(0), Durations.ToText(new Expectation().WithinMs)],
            Defaults(ScenarioKeys.OfTimeline, "at", "within"));
        Assert.StartsWith(
            Shares.ToText(new Expectation().Share),
            Defaults(ScenarioKeys.OfTimeline, "share")[0],
            StringComparison.Ordinal);
        Assert.Null(run.Seed);
        Assert.Null(sensor.HangUpAtMs);
        Assert.Null(sensor.LostPaceMs);
    }

    private static string[] Defaults(IReadOnlyList<KeyRow> rows, params string[] keys)
    {
        return [.. keys.Select(key => rows.Single(row => row.Name == key).Default)];
    }

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);

    private static IReadOnlyList<string> ErrorsOf(FaultRow row, IEnumerable<string> keys)
    {
        StringBuilder text = new($"timeline:\n  - fault: {row.Name}\n");
        foreach (string key in keys)
        {
            text.Append(CultureInfo.InvariantCulture, $"    {key}: {s_values[key]}\n");
        }

        try
        {
            ScenarioReader.Read(text.ToString(), "f");
            return [];
        }
        catch (ScenarioException e)
        {
            return [.. e.Errors.Select(error => error.Text)];
        }
    }

    private static string InKebabCase(string name)
    {
        return string.Concat(name.Select((c, i) =>
            char.IsAsciiLetterUpper(c)
                ? $"{(i == 0 ? "" : "-")}{char.ToLowerInvariant(c)}"
                : c.ToString()));
    }
}
