// The course of a run: faults begin and end, the weather clears, and then everybody has to come
// back.

using System;
using System.Collections.Generic;
using System.Linq;
using nanoPptp.Client;
using nanoPptp.Diagnostics;
using Simulator.Checkers;
using Simulator.Reports;
using Simulator.Scenarios;
using Simulator.World;
using Xunit;

namespace Simulator.Tests.World;

public class SimulationTests
{
    private const long ForMs = 90_000;
    private const long EndUs = ForMs * 1_000;

    // Sixty seconds of a control connection, ninety of a link, ten to hang up, and the way back.
    private const long LivenessUs = 400_000_000;

    public static TheoryData<FaultKind> Kinds => [.. Enum.GetValues<FaultKind>()];

    [Theory]
    [MemberData(nameof(Kinds))]
    public void A_fault_that_never_ends_by_itself_ends_with_the_run_and_all_come_back(
        FaultKind kind)
    {
        foreach (long atMs in new[] { 0L, 20_000L })
        {
            var scenario = new Scenario
            {
                Name = "healed",
                ForMs = ForMs,
                Hubs = [new HubPlan { Replicas = 2 }],
                Sensors = [new SensorPlan { Replicas = 2 }],
                Faults = [Runs.Strong(kind) with { AtMs = atMs }],
            };
            RunRecord record = Runs.Of(scenario, 1);
            Runs.AssertPassed(record, $"a strong {kind} at {atMs} ms");
            Assert.Equal(EndUs, record.PlannedUs);
            long pauseUs =
                new RedialSettings().MaximumMs(FailureClass.Authentication) * 1_000L;
            Assert.InRange(record.NowUs, EndUs + 1, EndUs + LivenessUs + pauseUs);
            Assert.All(record.Sensors, one => Assert.Equal("Up", one.Stage));
            FaultRecord fault = Assert.Single(record.Faults);
            Assert.Equal(atMs * 1_000, fault.FromUs);
            Assert.Equal(
                FaultTable.Of(kind).IsMoment ? fault.FromUs : EndUs, fault.UntilUs);
        }
    }

    [Fact]
    public void Faults_that_would_begin_or_end_after_the_run_do_not()
    {
        Scenario scenario = One(new Fault { Kind = FaultKind.GreBlocked, AtMs = ForMs + 1 });
        RunRecord record = Runs.Of(scenario, 1);
        Runs.AssertPassed(record, "late fault");
        Assert.Equal(1, record.Sensors[0].DialCount);
    }

    [Fact]
    public void A_sensor_that_is_dismissed_or_dials_once_need_not_come_back()
    {
        foreach (SensorPlan plan in new[]
        {
            new SensorPlan { HangUpAtMs = 30_000 }, new SensorPlan { Redials = false },
        })
        {
            Scenario scenario = One(
                new Fault { Kind = FaultKind.HubKilled, AtMs = 50_000 }) with
            {
                Sensors = [plan],
            };
            RunRecord record = Runs.Of(scenario, 1);
            Runs.AssertPassed(record, "dismissed");
            Assert.Equal("Closed", record.Sensors[0].Stage);
            Assert.Equal(1, record.Sensors[0].DialCount);
            Assert.Equal(
                plan.Redials ? Reason.ClosedByUser : Reason.ControlClosed,
                Runs.ReasonOf(record));
        }
    }

    [Fact]
    public void A_fault_befalls_its_hub_and_its_sensor_only()
    {
        var scenario = new Scenario
        {
            ForMs = ForMs,
            Hubs = [new HubPlan { Replicas = 2 }],
            Sensors = [new SensorPlan { Replicas = 2 }],
            Faults =
            [
                new Fault { Kind = FaultKind.TcpReset, AtMs = 20_000, Sensor = "sensor-2" },
                new Fault { Kind = FaultKind.HubKilled, AtMs = 30_000, Hub = "hub-2" },
                new Fault { Kind = FaultKind.HubMoved, AtMs = 31_000, Hub = "hub-2" },
                new Fault { Kind = FaultKind.WrongPassword, Sensor = "sensor-2", Hub = "hub-2" },
            ],
        };
        RunRecord record = Runs.Of(scenario, 1);
        Runs.AssertPassed(record, "scope");
        Assert.Equal([1, 2], record.Sensors.Select(one => one.DialCount));
        Assert.Equal(Reason.None, Runs.ReasonOf(record));
        Assert.Equal(Reason.ControlClosed, Runs.ReasonOf(record, 1));
    }

    [Fact]
    public void A_password_is_wrong_for_the_sensor_that_it_is_said_of()
    {
        var scenario = new Scenario
        {
            ForMs = ForMs,
            Sensors = [new SensorPlan { Replicas = 2, Redials = false }],
            Faults = [new Fault { Kind = FaultKind.WrongPassword, Sensor = "sensor-1" }],
        };
        RunRecord record = Runs.Of(scenario, 1);
        Assert.Equal(Reason.AuthenticationFailed, Runs.ReasonOf(record));
        Assert.Equal("Up", record.Sensors[1].Stage);
    }

    [Theory]
    [InlineData(FaultKind.HubKilled, FaultKind.HubKilled)]
    [InlineData(FaultKind.HubKilled, FaultKind.HubSilent)]
    [InlineData(FaultKind.HubSilent, FaultKind.HubKilled)]
    [InlineData(FaultKind.HubSilent, FaultKind.HubSilent)]
    [InlineData(FaultKind.HubKilled, FaultKind.HubMoved)]
    public void A_hub_that_is_gone_twice_is_back_when_both_are_over(
        FaultKind longer, FaultKind shorter)
    {
        Scenario scenario = One(
            new Fault { Kind = longer, AtMs = 20_000, ForMs = 40_000 },
            new Fault
            {
                Kind = shorter,
                AtMs = 30_000,
                ForMs = FaultTable.Of(shorter).IsMoment ? null : 10_000,
            }) with
        {
            Expectations =
            [
                new Expectation { Kind = ExpectationKind.Up, WithinMs = 5_000 },

                // From the end of the shorter one to that of the longer one not a reading arrives.
                new Expectation
                {
                    Kind = ExpectationKind.Delivered,
                    AtMs = 40_000,
                    WithinMs = 20_000,
                    Share = 1,
                },
            ],
        };
        RunRecord record = Runs.Of(scenario, 1);
        Assert.NotNull(record.Expectations[0].MetAtUs);
        Assert.Null(record.Expectations[1].MetAtUs);
        RunFailure failure = Assert.Single(record.Failures);
        Assert.Equal(Checks.Expectation, failure.Check);
        Assert.Equal("Up", record.Sensors[0].Stage);
        Assert.InRange(record.Sensors[0].UpCount, 2, 2);
    }

    [Fact]
    public void A_machine_that_is_on_again_refuses_while_its_process_is_dead()
    {
        // Silence lets a dial wait for ten seconds, a refusal tells at once.
        Scenario scenario = One(
            new Fault { Kind = FaultKind.HubKilled, AtMs = 20_000, ForMs = 60_000 },
            new Fault { Kind = FaultKind.HubSilent, AtMs = 20_000, ForMs = 20_000 });
        using var simulation = new Simulation(
            scenario, new SimulationOptions { RecordsLadder = true });
        IReadOnlyList<LadderLine> ladder = simulation.Run().Ladder;
        Assert.DoesNotContain(ladder, line => IsReset(line) && line.AtUs < 40_000_000);
        Assert.Contains(
            ladder, line => IsReset(line) && line.AtUs is > 40_000_000 and < 80_000_000);
        static bool IsReset(LadderLine line) =>
            line.Text.Contains("reset", StringComparison.OrdinalIgnoreCase)
            && line.AtUs > 20_100_000;
    }

    [Fact]
    public void What_is_wrong_at_another_hub_explains_nothing()
    {
        Scenario scenario = new()
        {
            ForMs = ForMs,
            Hubs = [new HubPlan { Replicas = 2 }],
            Faults =
            [
                new Fault { Kind = FaultKind.WrongPassword, Hub = "hub-2", AtMs = 5_000 },
                new Fault { Kind = FaultKind.TcpReset, Hub = "hub-1", AtMs = 10_000 },
            ],
        };
        RunRecord record = Runs.Of(scenario, 1, Simulator.Sensor.PlantedBug.BlamesPassword);
        RunFailure failure = Assert.Single(
            record.Failures, one => one.Check == Checks.TrueDiagnosis);
        Assert.Contains("tcp-reset", failure.Text, StringComparison.Ordinal);
        Assert.DoesNotContain("wrong-password", failure.Text, StringComparison.Ordinal);
    }

    [Fact]
    public void What_was_wrong_before_the_last_dial_explains_nothing()
    {
        Scenario scenario = One(
            new Fault { Kind = FaultKind.WrongPassword, AtMs = 5_000, ForMs = 1_000 },
            new Fault { Kind = FaultKind.TcpReset, AtMs = 10_000 },
            new Fault { Kind = FaultKind.TcpReset, AtMs = 60_000 });
        RunRecord record = Runs.Of(scenario, 1, Simulator.Sensor.PlantedBug.BlamesPassword);

        // Of the first attempt the lie could be true.
        RunFailure failure = Assert.Single(record.Failures);
        Assert.Equal(Checks.TrueDiagnosis, failure.Check);
        Assert.InRange(failure.AtUs, 60_000_000, 61_000_000);
        Assert.EndsWith("what was wrong: tcp-reset", failure.Text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(ExpectationKind.Up, Verdict.Passed)]
    [InlineData(ExpectationKind.Delivered, Verdict.Passed)]
    [InlineData(ExpectationKind.Diagnosis, Verdict.Failed)]
    public void An_expectation_that_outlives_the_run_is_judged_when_the_run_ends(
        ExpectationKind kind, Verdict verdict)
    {
        Scenario scenario = One() with
        {
            Expectations =
            [
                new Expectation
                {
                    Kind = kind,
                    AtMs = 10_000,
                    WithinMs = 2 * ForMs,
                    Reason = Reason.GreBlocked,
                },
            ],
        };
        RunRecord record = Runs.Of(scenario, 1);
        Assert.Equal(verdict, record.Verdict);
        Assert.True(record.Expectations[0].IsOver);
        Assert.Equal(verdict == Verdict.Passed, record.Expectations[0].MetAtUs is not null);
        Assert.All(record.Failures, one => Assert.Equal(EndUs, one.AtUs));
    }

    [Fact]
    public void What_is_known_adds_up()
    {
        RunRecord record = Runs.Of(
            One(new Fault { Kind = FaultKind.HubKilled, AtMs = 30_000, ForMs = 5_000 }), 1);
        SensorRecord sensor = record.Sensors[0];
        Assert.Equal(sensor.DialCount, record.Samples.Sum(one => one.DialCount));
        Assert.Equal(record.Hubs[0].DialCount, sensor.DialCount);
        Assert.InRange(sensor.SentCount - record.Samples.Sum(one => one.SentCount), 0, 1);
        Assert.InRange(sensor.DeliveredCount, sensor.SentCount - 3, sensor.SentCount);
        Assert.Equal(2, sensor.UpCount);
        Assert.Equal(1, record.Hubs[0].SessionCount);
        RunRecord reset = Runs.Of(One(new Fault { Kind = FaultKind.TcpReset, AtMs = 30_000 }), 1);
        Assert.Equal(2, reset.Sensors[0].UpCount);
        Assert.Equal(1, reset.Hubs[0].SessionCount);
        Assert.InRange(
            sensor.UpShare,
            900_000.0 * record.Samples.Count(one => one.UpCount == 1) / record.Samples.Count,
            1_100_000.0 * record.Samples.Count(one => one.UpCount == 1) / record.Samples.Count);
        Assert.All(
            record.Samples.Where(one => one.DeliveredCount > 0),
            one => Assert.InRange(one.MedianDelayUs, 10_000, one.LongestDelayUs));
        Assert.Contains(
            record.Figures, one => one is { Name: "pings answered", Value: not "0" });
    }

    [Fact]
    public void Two_plans_and_two_kinds_of_hubs_have_their_own_settings()
    {
        var scenario = new Scenario
        {
            ForMs = ForMs,
            Hubs =
            [
                new HubPlan { Name = "small", Connections = 1, SaysBusy = true },
                new HubPlan { Name = "large" },
            ],
            Sensors =
            [
                new SensorPlan { Name = "pump", Replicas = 2 },
                new SensorPlan { Name = "valve", ReadingLength = 400 },
            ],
        };
        RunRecord record = Runs.Of(scenario, 1);
        Runs.AssertPassed(record, "two plans");
        Assert.Equal(["pump-1", "pump-2", "valve"], record.Sensors.Select(one => one.Name));
        Assert.Equal(["pump-1", "pump-2", "valve"], Simulation.SensorNames(scenario));
        Assert.Equal([1, 2], record.Hubs.Select(one => one.SessionCount));
        Assert.Equal(["small", "large"], record.Hubs.Select(one => one.Name));
        Assert.Equal(3, record.Sensors.Select(one => one.Address).Distinct().Count());
        Assert.Contains(record.Sensors, one => one.Diagnosis == nameof(Reason.CallRefused));
    }

    private static Scenario One(params Fault[] faults) => new()
    {
        Name = "one",
        ForMs = ForMs,
        Faults = faults,
    };
}
