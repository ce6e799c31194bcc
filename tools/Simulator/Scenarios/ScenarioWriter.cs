// Writes scenarios as YAML: always the same text for the same scenario, without what holds anyway.
// Read gives the scenario again, so that a run that was drawn, or shrunk, can be kept as a file.

using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using System.Text;
using nanoPptp.Diagnostics;

namespace Simulator.Scenarios;

/// <summary>Writes scenarios.</summary>
public static class ScenarioWriter
{
    private const string Header =
        "# A scenario of the nanoPptp simulator: tools/Simulator/Scenarios/README.md explains it."
        + "\n";

    // Words that other readers of YAML take for something else than text.
    private static readonly string[] s_reserved =
        ["y", "n", "yes", "no", "true", "false", "on", "off", "null"];

    /// <summary>Writes a scenario.</summary>
    /// <param name="scenario">The scenario. One that breaks a limit is written as it is, and then
    /// refused by the reader.</param>
    /// <returns>The text of a file, with LF at the end of each line.</returns>
    public static string Write(Scenario scenario)
    {
        ArgumentNullException.ThrowIfNull(scenario);
        Scenario standard = new();
        StringBuilder text = new(Header);
        Entry top = new(text, "");
        top.Say(ScenarioKeys.Name, scenario.Name, Quoted);
        top.Say(ScenarioKeys.About, scenario.About, Quoted, standard.About);
        top.Say(ScenarioKeys.Seed, scenario.Seed, Plain, standard.Seed);
        top.Say(ScenarioKeys.For, scenario.ForMs, Durations.ToText, standard.ForMs);
        top.Say(ScenarioKeys.Clock, scenario.ClockMs, ClockText.ToText, standard.ClockMs);
        top.Say(
            ScenarioKeys.Plant,
            scenario.IsPlantMoody,
            isMoody => isMoody ? ScenarioKeys.Moody : ScenarioKeys.Calm,
            standard.IsPlantMoody);
        WriteHubs(text, scenario.Hubs, standard.Hubs);
        WriteSensors(text, scenario.Sensors, standard.Sensors);
        WriteTimeline(text, scenario);
        return text.ToString();
    }

    private static void WriteHubs(
        StringBuilder text, IReadOnlyList<HubPlan> plans, IReadOnlyList<HubPlan> standardPlans)
    {
        if (plans.SequenceEqual(standardPlans))
        {
            return;
        }

        HubPlan standard = standardPlans[0];
        BeginList(text, ScenarioKeys.Hubs, plans.Count);
        foreach (HubPlan plan in plans)
        {
            Entry entry = new(text);
            entry.Say(ScenarioKeys.Name, plan.Name, Quoted);
            entry.Say(ScenarioKeys.Replicas, plan.Replicas, Plain, standard.Replicas);
            entry.Say(ScenarioKeys.Connections, plan.Connections, Plain, standard.Connections);
            entry.Say(
                ScenarioKeys.DialsPerSecond, plan.DialsPerSecond, Plain, standard.DialsPerSecond);
            entry.Say(
                ScenarioKeys.WhenFull,
                plan.SaysBusy,
                saysBusy => saysBusy ? ScenarioKeys.Busy : ScenarioKeys.Reset,
                standard.SaysBusy);
            entry.Say(
                ScenarioKeys.Mppe,
                plan.Mppe,
                mppe => ScenarioKeys.MppeWords[(int)mppe],
                standard.Mppe);
            entry.Say(
                ScenarioKeys.MppeMode,
                plan.MppeMode,
                mode => ScenarioKeys.MppeModeWords[(int)mode],
                standard.MppeMode);
            entry.Say(
                ScenarioKeys.Authentication,
                plan.Authentication,
                method => ScenarioKeys.AuthenticationWords[(int)method],
                standard.Authentication);
        }
    }

    private static void WriteSensors(
        StringBuilder text,
        IReadOnlyList<SensorPlan> plans,
        IReadOnlyList<SensorPlan> standardPlans)
    {
        if (plans.SequenceEqual(standardPlans))
        {
            return;
        }

        SensorPlan standard = standardPlans[0];
        BeginList(text, ScenarioKeys.Sensors, plans.Count);
        foreach (SensorPlan plan in plans)
        {
            Entry entry = new(text);
            entry.Say(ScenarioKeys.Name, plan.Name, Quoted);
            entry.Say(ScenarioKeys.Replicas, plan.Replicas, Plain, standard.Replicas);
            entry.Say(
                ScenarioKeys.ReadingInterval,
                plan.ReadingIntervalMs,
                Durations.ToText,
                standard.ReadingIntervalMs);
            entry.Say(
                ScenarioKeys.ReadingLength, plan.ReadingLength, Plain, standard.ReadingLength);
            entry.Say(
                ScenarioKeys.Telemetry,
                plan.Telemetry,
                way => ScenarioKeys.TelemetryWords[(int)way],
                standard.Telemetry);
            entry.Say(
                ScenarioKeys.QueueCapacity, plan.QueueCapacity, Plain, standard.QueueCapacity);
            entry.Say(ScenarioKeys.FirstDial, plan.FirstDialMs, Time, standard.FirstDialMs);
            entry.Say(
                ScenarioKeys.Redial,
                plan.Redials,
                redials => redials ? ScenarioKeys.Yes : ScenarioKeys.No,
                standard.Redials);
            entry.Say(ScenarioKeys.HangUp, plan.HangUpAtMs, Time, standard.HangUpAtMs);
            entry.Say(ScenarioKeys.LostPace, plan.LostPaceMs, Time, standard.LostPaceMs);
            entry.Say(ScenarioKeys.Idle, plan.IdleMs, Time, standard.IdleMs);
            entry.Say(ScenarioKeys.Session, plan.SessionMs, Time, standard.SessionMs);
            entry.Say(
                ScenarioKeys.Encryption,
                plan.Encryption,
                policy => ScenarioKeys.EncryptionWords[(int)policy],
                standard.Encryption);
            entry.Say(
                ScenarioKeys.Stateful,
                plan.AllowsStateful,
                allows => allows ? ScenarioKeys.Yes : ScenarioKeys.No,
                standard.AllowsStateful);
            entry.Say(
                ScenarioKeys.Authentication,
                plan.Authentication,
                method => ScenarioKeys.AuthenticationWords[(int)method],
                standard.Authentication);
        }
    }

    // Both lists keep their order; where they meet in time, the fault comes first.
    private static void WriteTimeline(StringBuilder text, Scenario scenario)
    {
        IReadOnlyList<Fault> faults = scenario.Faults;
        IReadOnlyList<Expectation> expectations = scenario.Expectations;
        int f = 0;
        int e = 0;
        if (faults.Count + expectations.Count > 0)
        {
            BeginList(text, ScenarioKeys.Timeline, faults.Count + expectations.Count);
        }

        while (f < faults.Count || e < expectations.Count)
        {
            bool isFault = e == expectations.Count
                || (f < faults.Count && faults[f].AtMs <= expectations[e].AtMs);
            if (isFault)
            {
                WriteFault(new Entry(text), faults[f++]);
            }
            else
            {
                WriteExpectation(new Entry(text), expectations[e++]);
            }
        }
    }

    private static void WriteFault(Entry entry, Fault fault)
    {
        Fault standard = new();
        entry.Say(ScenarioKeys.At, fault.AtMs, Durations.ToText, standard.AtMs);
        entry.Say(ScenarioKeys.Fault, FaultTable.Of(fault.Kind).Name, name => name);
        entry.Say(ScenarioKeys.Share, fault.Share, Shares.ToText, standard.Share);
        entry.Say(ScenarioKeys.Packet, fault.Packet, Plain, standard.Packet);
        entry.Say(ScenarioKeys.Count, fault.Count, Plain, standard.Count);
        entry.Say(ScenarioKeys.Delay, fault.DelayMs, Time, standard.DelayMs);
        entry.Say(ScenarioKeys.Length, fault.Length, Plain, standard.Length);
        entry.Say(
            ScenarioKeys.Direction,
            fault.Direction,
            direction => ScenarioKeys.DirectionWords[(int)direction!],
            standard.Direction);
        entry.Say(ScenarioKeys.Sensor, fault.Sensor, Quoted, standard.Sensor);
        entry.Say(ScenarioKeys.Hub, fault.Hub, Quoted, standard.Hub);
        entry.Say(
            ScenarioKeys.Sessions,
            fault.Forgets,
            forgets => forgets ? ScenarioKeys.Forgotten : ScenarioKeys.Kept,
            standard.Forgets);
        entry.Say(ScenarioKeys.For, fault.ForMs, Time, standard.ForMs);
    }

    private static void WriteExpectation(Entry entry, Expectation expectation)
    {
        Expectation standard = new();
        entry.Say(ScenarioKeys.At, expectation.AtMs, Durations.ToText, standard.AtMs);
        entry.Say(
            ScenarioKeys.Expect, expectation.Kind, kind => ScenarioKeys.ExpectWords[(int)kind]);
        entry.Say(ScenarioKeys.Reason, expectation.Reason, Plain, Reason.None);
        entry.Say(ScenarioKeys.Share, expectation.Share, Shares.ToText, standard.Share);
        entry.Say(ScenarioKeys.Sensor, expectation.Sensor, Quoted, standard.Sensor);
        entry.Say(ScenarioKeys.Hub, expectation.Hub, Quoted, standard.Hub);
        entry.Say(ScenarioKeys.Within, expectation.WithinMs, Durations.ToText, standard.WithinMs);
    }

    private static void BeginList(StringBuilder text, string key, int count)
    {
        text.Append(key).Append(count == 0 ? ": []\n" : ":\n");
    }

    private static string Time(int ms) => Durations.ToText(ms);

    private static string Time(int? ms) => Durations.ToText((long)ms!);

    private static string Time(long? ms) => Durations.ToText((long)ms!);

    private static string Plain<T>(T value)
    {
        return Convert.ToString(value, CultureInfo.InvariantCulture)!;
    }

    // Plain where every reader of YAML sees text, else in double quotes.
    private static string Quoted(string? text)
    {
        bool isPlain = text!.Length > 0
            && char.IsAsciiLetter(text[0])
            && text[^1] != ' '
            && text.All(c => char.IsLetterOrDigit(c) || " -,.;()/'%+".Contains(c))
            && !s_reserved.Contains(text.ToLowerInvariant());
        if (isPlain)
        {
            return text;
        }

        string escaped = text
            .Replace("\\", "\\\\", StringComparison.Ordinal)
            .Replace("\"", "\\\"", StringComparison.Ordinal);
        return $"\"{escaped}\"";
    }

    /// <summary>A mapping that is being written, key by key.</summary>
    private sealed class Entry(StringBuilder text, string firstIndent = "  - ")
    {
        private bool _hasBegun;

        public void Say<T>(string key, T value, Func<T, string> toText, T standard)
        {
            if (!EqualityComparer<T>.Default.Equals(value, standard))
            {
                Say(key, value, toText);
            }
        }

        public void Say<T>(string key, T value, Func<T, string> toText)
        {
            string indent = _hasBegun ? new string(' ', firstIndent.Length) : firstIndent;
            text.Append(indent).Append(key).Append(": ").Append(toText(value)).Append('\n');
            _hasBegun = true;
        }
    }
}
