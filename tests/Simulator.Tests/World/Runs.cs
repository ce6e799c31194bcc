// Runs for tests: a failing one is told with its seed, its checks and the command that repeats it.

using System;
using System.Globalization;
using System.Linq;
using nanoPptp.Diagnostics;
using Simulator.Reports;
using Simulator.Scenarios;
using Simulator.Sensor;
using Simulator.World;
using Xunit;

namespace Simulator.Tests.World;

internal static class Runs
{
    /// <summary>Runs a scenario without a ladder.</summary>
    public static RunRecord Of(Scenario scenario, ulong seed, PlantedBug bug = PlantedBug.None)
    {
        var options = new SimulationOptions { Seed = seed, RecordsLadder = false, Bug = bug };
        using var simulation = new Simulation(scenario, options);
        return simulation.Run();
    }

    /// <summary>Demands that a run has passed.</summary>
    /// <param name="record">The run.</param>
    /// <param name="command">Repeats it.</param>
    public static void AssertPassed(RunRecord record, string command) =>
        Assert.True(record.Verdict == Verdict.Passed, TextOf(record, command));

    /// <summary>What failed, in words.</summary>
    public static string TextOf(RunRecord record, string command) => string.Join(
        '\n',
        record.Failures
            .Select(one => string.Create(
                CultureInfo.InvariantCulture,
                $"{one.Check} at {one.AtUs / 1000.0:0.0} ms: {one.Sensor} {one.Text}"))
            .Prepend($"{record.Name}, seed {record.Seed}: {record.Verdict}")
            .Append($"again: {command}"));

    /// <summary>The command that runs a drawn world again.</summary>
    public static string CommandOfSeed(ulong seed) => string.Create(
        CultureInfo.InvariantCulture, $"nanopptp simulate --seeds {seed}");

    /// <summary>The command that runs a scenario again.</summary>
    public static string CommandOf(string nameOrPath, ulong seed) => string.Create(
        CultureInfo.InvariantCulture, $"nanopptp simulate --scenario {nameOrPath} --seed {seed}");

    /// <summary>Why a sensor's last tunnel ended; None when none did.</summary>
    public static Reason ReasonOf(RunRecord record, int sensor = 0)
    {
        string diagnosis = record.Sensors[sensor].Diagnosis;
        return diagnosis.Length == 0
            ? Reason.None
            : Enum.Parse<Reason>(diagnosis.Split(' ')[0]);
    }

    /// <summary>A fault of a kind that is strong enough to be noticed.</summary>
    public static Fault Strong(FaultKind kind) => new()
    {
        Kind = kind,
        Share = FaultTable.Of(kind).Takes(ScenarioKeys.Share) ? Shares.Whole : 0,
        DelayMs = FaultTable.Of(kind).Takes(ScenarioKeys.Delay) ? 100_000 : 0,
        Count = kind == FaultKind.BurstLoss ? 20 : 0,
        Length = kind == FaultKind.MtuBlackHole ? 68 : 0,
    };
}
