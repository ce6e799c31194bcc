// A failing world shrinks to what its failure needs, and what is written down fails again.

using System;
using System.Linq;
using System.Threading;
using Simulator.Checkers;
using Simulator.Reports;
using Simulator.Scenarios;
using Simulator.Sensor;
using Simulator.World;
using Xunit;

namespace Simulator.Tests.World;

public class ShrinkerTests
{
    private const long ForMs = 300_000;
    private const int MostRuns = 400;

    public static TheoryData<string, string> Bugs => new()
    {
        { nameof(PlantedBug.NeverRedials), Checks.ComesBack },
        { nameof(PlantedBug.BlamesPassword), Checks.TrueDiagnosis },
        { nameof(PlantedBug.SendsTwice), Checks.NoDuplicates },
    };

    [Theory]
    [MemberData(nameof(Bugs))]
    public void A_world_with_several_faults_shrinks_to_those_that_are_needed(
        string name, string check)
    {
        PlantedBug bug = Enum.Parse<PlantedBug>(name);
        (Scenario failing, RunRecord record) = FindFailing(bug, check);
        Shrunk shrunk = Shrinker.Shrink(
            failing, record, bug, TestContext.Current.CancellationToken);

        Assert.InRange(shrunk.RunCount, 1, MostRuns);
        Assert.Contains(shrunk.Record.Failures, one => one.Check == check);
        Assert.True(shrunk.Scenario.Faults.Count < failing.Faults.Count);
        Assert.True(shrunk.Scenario.ForMs <= failing.ForMs);
        Assert.Equal(record.Seed, shrunk.Scenario.Seed);
        Assert.Contains(check, shrunk.Scenario.About, StringComparison.Ordinal);
        Assert.Equal($"{failing.Name}-shrunk", shrunk.Scenario.Name);

        // Without any one of the faults it passes; and so it does without the bug.
        for (int i = 0; i < shrunk.Scenario.Faults.Count; i++)
        {
            Scenario without = shrunk.Scenario with
            {
                Faults = [.. shrunk.Scenario.Faults.Where((_, place) => place != i)],
            };
            Assert.DoesNotContain(
                Runs.Of(without, record.Seed, bug).Failures, one => one.Check == check);
        }

        Runs.AssertPassed(Runs.Of(shrunk.Scenario, record.Seed), name);

        // What is written down is the whole script.
        string text = ScenarioWriter.Write(shrunk.Scenario);
        Scenario read = ScenarioReader.Read(text, "shrunk");
        RunRecord again = Runs.Of(read, Assert.NotNull(read.Seed), bug);
        Assert.Contains(again.Failures, one => one.Check == check);
        Assert.Equal(shrunk.Record.TraceHash, again.TraceHash);
    }

    [Fact]
    public void A_bug_that_needs_no_fault_shrinks_to_one_sensor_and_one_hub_in_fair_weather()
    {
        (Scenario failing, RunRecord record) = FindFailing(
            PlantedBug.SendsTwice, Checks.NoDuplicates);
        Scenario shrunk = Shrinker.Shrink(
            failing, record, PlantedBug.SendsTwice, TestContext.Current.CancellationToken).Scenario;
        Assert.Empty(shrunk.Faults);
        Assert.Equal(1, shrunk.Sensors[0].Replicas);
        Assert.Equal(1, shrunk.Hubs[0].Replicas);
        Assert.Equal(0, shrunk.ClockMs);
        Assert.True(shrunk.ForMs < failing.ForMs);
    }

    [Fact]
    public void Nothing_is_run_for_whoever_has_interrupted_already()
    {
        (Scenario failing, RunRecord record) = FindFailing(
            PlantedBug.SendsTwice, Checks.NoDuplicates);
        Shrunk shrunk = Shrinker.Shrink(
            failing, record, PlantedBug.SendsTwice, new CancellationToken(canceled: true));
        Assert.True(shrunk.IsCutShort);
        Assert.Equal(0, shrunk.RunCount);
        Assert.Equal(failing.Faults, shrunk.Scenario.Faults);
        Assert.Same(record, shrunk.Record);
    }

    // Wherever the interruption finds it, between two runs or within one.
    [Theory]
    [InlineData(1)]
    [InlineData(10)]
    [InlineData(50)]
    [InlineData(200)]
    public void Whoever_interrupts_keeps_what_was_shrunk_so_far(int afterMs)
    {
        (Scenario failing, RunRecord record) = FindFailing(
            PlantedBug.SendsTwice, Checks.NoDuplicates);
        using CancellationTokenSource interrupted = new(TimeSpan.FromMilliseconds(afterMs));
        Shrunk shrunk = Shrinker.Shrink(
            failing, record, PlantedBug.SendsTwice, interrupted.Token);

        Assert.True(shrunk.Scenario.Faults.Count <= failing.Faults.Count);
        Assert.Contains(shrunk.Record.Failures, one => one.Check == Checks.NoDuplicates);
        RunRecord again = Runs.Of(shrunk.Scenario, record.Seed, PlantedBug.SendsTwice);
        Assert.Equal(shrunk.Record.TraceHash, again.TraceHash);
    }

    [Fact]
    public void Members_that_are_named_stay()
    {
        var failing = new Scenario
        {
            Name = "a-name-as-long-as-a-name-can-be-1234-abc",
            ForMs = 60_000,
            Hubs = [new HubPlan { Replicas = 2 }],
            Sensors = [new SensorPlan { Replicas = 3, ReadingIntervalMs = 500 }],
            Expectations =
            [
                new Expectation
                {
                    Sensor = "sensor-3", Hub = "hub-2", AtMs = 1_000, WithinMs = 1_000,
                },
            ],
        };
        RunRecord record = Runs.Of(failing, 1, PlantedBug.SendsTwice);
        Shrunk shrunk = Shrinker.Shrink(
            failing, record, PlantedBug.SendsTwice, TestContext.Current.CancellationToken);
        Assert.Equal(3, shrunk.Scenario.Sensors[0].Replicas);
        Assert.Equal(2, shrunk.Scenario.Hubs[0].Replicas);

        // A name that would be too long is cut, so that the script can be read.
        Assert.True(Naming.IsName(shrunk.Scenario.Name));
        Assert.EndsWith("-shrunk", shrunk.Scenario.Name, StringComparison.Ordinal);
        ScenarioReader.Read(ScenarioWriter.Write(shrunk.Scenario), "shrunk");
    }

    [Fact]
    public void Faults_that_are_longer_than_the_run_stay_within_it()
    {
        var failing = new Scenario
        {
            ForMs = 40_000,
            Sensors = [new SensorPlan { ReadingIntervalMs = 500 }],
            Faults =
            [
                new Fault { Kind = FaultKind.HubKilled, AtMs = 20_000, ForMs = 120_000 },
            ],
        };
        RunRecord record = Runs.Of(failing, 1, PlantedBug.NeverRedials);
        Shrunk shrunk = Shrinker.Shrink(
            failing, record, PlantedBug.NeverRedials, TestContext.Current.CancellationToken);
        Fault fault = Assert.Single(shrunk.Scenario.Faults);
        Assert.InRange(fault.AtMs, 0, shrunk.Scenario.ForMs - 1);
        Assert.True(fault.ForMs < 120_000);
        ScenarioReader.Read(ScenarioWriter.Write(shrunk.Scenario), "shrunk");
    }

    // The first drawn world with four faults at least that fails by the check with the bug only.
    private static (Scenario Scenario, RunRecord Record) FindFailing(PlantedBug bug, string check)
    {
        for (ulong seed = 1; seed < 200; seed++)
        {
            Scenario scenario = WorldDraw.Draw(seed, ForMs);
            if (scenario.Faults.Count < 4
                || scenario.Hubs[0].Replicas * scenario.Sensors[0].Replicas < 4)
            {
                continue;
            }

            RunRecord record = Runs.Of(scenario, seed, bug);
            if (record.Verdict == Verdict.Failed && record.Failures[0].Check == check)
            {
                return (scenario, record);
            }
        }

        throw new InvalidOperationException("no world fails");
    }
}
