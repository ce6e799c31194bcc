// A check that has never caught anything proves nothing: each planted bug must be caught by the
// check that is there for it, in a run that passes without the bug.

using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using nanoPptp.Diagnostics;
using Simulator.Checkers;
using Simulator.Reports;
using Simulator.Scenarios;
using Simulator.Sensor;
using Simulator.Tests.World;
using Simulator.World;
using Xunit;

namespace Simulator.Tests.Sensor;

public class CanaryTests
{
    private const ulong Seed = 1;

    private static readonly Dictionary<PlantedBug, string> s_checks = new()
    {
        [PlantedBug.SendsTwice] = Checks.NoDuplicates,
        [PlantedBug.ChangesReading] = Checks.OnlyWhatWasSent,
        [PlantedBug.SwapsReadings] = Checks.InOrder,
        [PlantedBug.DeliversTwice] = Checks.NoDuplicates,
        [PlantedBug.Allocates] = Checks.NoAllocation,
        [PlantedBug.WritesBehind] = Checks.GuardsIntact,
        [PlantedBug.SendsInClear] = Checks.NeverInClear,
        [PlantedBug.LosesCount] = Checks.FatesAddUp,
        [PlantedBug.WorksWithoutBound] = Checks.BoundedWork,
        [PlantedBug.IgnoresReadings] = Checks.TrueDiagnosis,
        [PlantedBug.NeverRedials] = Checks.ComesBack,
        [PlantedBug.RedialsAtOnce] = Checks.HubLimit,
        [PlantedBug.BlamesPassword] = Checks.TrueDiagnosis,
        [PlantedBug.AcknowledgesUnstored] = Checks.AcknowledgedMeansStored,
        [PlantedBug.GarblesReading] = Checks.OnlyWhatWasSent,
        [PlantedBug.ForgetsJournal] = Checks.NoGapNoDuplicate,
        [PlantedBug.CountsBackwards] = Checks.OrderKept,
        [PlantedBug.HoardsReadings] = Checks.MemoryStays,
    };

    // One sensor whose hub is gone for a while.
    private static readonly Scenario s_one = new()
    {
        Name = "canary",
        ForMs = 60_000,
        Sensors = [new SensorPlan { ReadingIntervalMs = 500 }],
        Faults = [new Fault { Kind = FaultKind.HubKilled, AtMs = 30_000, ForMs = 5_000 }],
    };

    // A fleet whose hub is gone for a while and is not to be trampled then.
    private static readonly Scenario s_fleet = s_one with
    {
        Hubs = [new HubPlan { DialsPerSecond = 30 }],
        Sensors =
        [
            new SensorPlan
            {
                Replicas = 60,
                ReadingIntervalMs = 5_000,
                FirstDialMs = 10_000,
                LostPaceMs = 20_000,
            },
        ],
    };

    // One sensor in fair weather, for so long that its application loses patience.
    private static readonly Scenario s_calm = s_one with { ForMs = 120_000, Faults = [] };

    // One sensor with a queue, long enough for its memory to be compared.
    private static readonly Scenario s_queue = s_one with
    {
        ForMs = 120_000,
        Sensors =
        [
            new SensorPlan { ReadingIntervalMs = 1_000, Telemetry = TelemetryWay.Mqtt },
        ],
    };

    // Its power goes twice, while all is delivered.
    private static readonly Scenario s_power = s_queue with
    {
        Faults =
        [
            new Fault { Kind = FaultKind.PowerLoss, AtMs = 70_000, ForMs = 1_000 },
            new Fault { Kind = FaultKind.PowerLoss, AtMs = 90_000, ForMs = 1_000 },
        ],
    };

    public static TheoryData<string> Bugs => [.. Enum.GetNames<PlantedBug>().Skip(1)];

    [Fact]
    public void Without_a_bug_all_runs_pass()
    {
        Runs.AssertPassed(Runs.Of(s_calm, Seed), "canary in fair weather");
        Runs.AssertPassed(Runs.Of(s_one, Seed), "canary");
        Runs.AssertPassed(Runs.Of(s_fleet, Seed), "canary fleet");
        Runs.AssertPassed(Runs.Of(s_queue, Seed), "canary with a queue");
        Runs.AssertPassed(Runs.Of(s_power, Seed), "canary with a queue and without power");
    }

    [Theory]
    [MemberData(nameof(Bugs))]
    public void A_planted_bug_is_caught_by_its_check(string name)
    {
        PlantedBug bug = Enum.Parse<PlantedBug>(name);
        string check = s_checks[bug];
        Scenario scenario = bug switch
        {
            PlantedBug.RedialsAtOnce => s_fleet,
            PlantedBug.IgnoresReadings => s_calm,
            PlantedBug.AcknowledgesUnstored or PlantedBug.GarblesReading
                or PlantedBug.HoardsReadings => s_queue,
            PlantedBug.ForgetsJournal or PlantedBug.CountsBackwards => s_power,
            _ => s_one,
        };
        RunRecord record = Runs.Of(scenario, Seed, bug);
        Assert.Equal(Verdict.Failed, record.Verdict);
        Assert.Equal(check, record.Failures[0].Check);
        Assert.Contains(check, record.Checks);
    }

    [Fact]
    public void Every_check_is_caught_red_handed()
    {
        // A loop without end is broken off by an exception.
        RunRecord record = Runs.Of(s_one, Seed, PlantedBug.WorksWithoutBound);
        RunFailure failure = Assert.Single(
            record.Failures, one => one.Check == Checks.NoException);
        Assert.Equal("the run was broken off: Poll never comes to an end.", failure.Text);
        Assert.Equal(
            Checks.All.Order(),
            s_checks.Values.Append(Checks.NoException).Distinct().Order());
    }

    [Fact]
    public void A_broken_invariant_is_told_in_words()
    {
        Exception thrown = Assert.Throws<InvalidOperationException>(() => Invariant.Check(false));
        Assert.Equal("an invariant of the library does not hold", Simulation.TextOf(thrown));
        Assert.Equal("the way is barred", Simulation.TextOf(new IOException("the way is barred")));
    }

    [Fact]
    public void A_failure_says_whose_and_when()
    {
        RunFailure failure = Runs.Of(s_fleet, Seed, PlantedBug.SendsTwice).Failures[0];
        Assert.StartsWith("sensor-", failure.Sensor, StringComparison.Ordinal);
        Assert.InRange(failure.AtUs, 1, 60_000_000);
        Assert.Contains("twice", failure.Text, StringComparison.Ordinal);
    }

    [Fact]
    public void A_run_that_fails_everywhere_keeps_a_readable_number_of_failures()
    {
        RunRecord record = Runs.Of(s_fleet, Seed, PlantedBug.ChangesReading);
        Assert.Equal(20, record.Failures.Count);
    }
}
