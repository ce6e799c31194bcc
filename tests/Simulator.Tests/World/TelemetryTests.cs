// Readings that must not be lost, in worlds where everything goes wrong. The runs hold themselves against
// the checks; here stands what a run alone cannot see.

using System;
using System.Globalization;
using System.Linq;
using Simulator.Reports;
using Simulator.Scenarios;
using Xunit;

namespace Simulator.Tests.World;

public class TelemetryTests
{
    private const long ShortDayMs = 2 * 3600 * 1000;
    private const int ShortFleet = 20;

    [Theory]
    [InlineData("telemetry-storm", 1)]
    [InlineData("telemetry-day", 4)]
    public void A_storm_of_every_fault_has_every_fault_there_is(string name, int times)
    {
        Scenario scenario = ShippedScenarios.Read(name);
        Assert.All(
            Enum.GetValues<FaultKind>(),
            kind => Assert.True(
                scenario.Faults.Count(fault => fault.Kind == kind) >= times, $"{name}: {kind}"));
        Assert.Contains(scenario.Faults, fault => fault.Forgets);
        Assert.Equal(
            [TelemetryWay.Mqtt, TelemetryWay.Coap],
            scenario.Sensors.Select(plan => plan.Telemetry));
    }

    [Fact]
    public void A_day_is_a_day_of_a_hundred_sensors()
    {
        Scenario day = ShippedScenarios.Read("telemetry-day");
        Assert.Equal(24 * 3600 * 1000, day.ForMs);
        Assert.Equal(100, day.Sensors.Sum(plan => plan.Replicas));
    }

    // The first of the day's four storms, and forty of its sensors.
    [Fact(Timeout = 300_000)]
    public void The_first_hours_of_a_day_lose_no_reading_and_no_memory()
    {
        Scenario day = ShippedScenarios.Read("telemetry-day");
        Scenario hours = day with
        {
            ForMs = ShortDayMs,
            Sensors = [.. day.Sensors.Select(plan => plan with { Replicas = ShortFleet })],
            Faults = [.. day.Faults.Where(fault => fault.AtMs < ShortDayMs)],
            Expectations = [day.Expectations[0]],
        };
        RunRecord record = Runs.Of(hours, 1);
        Runs.AssertPassed(record, "the first two hours of telemetry-day");
        long least = 2 * ShortFleet * (ShortDayMs / 60_000) * 98 / 100;
        Assert.InRange(Figure(record, "readings at the plant"), least, long.MaxValue);
        Assert.True(Figure(record, "readings that came again") > 0, "Nothing was sent twice.");
        Assert.Equal(0, Figure(record, "readings given up by full queues"));
        Assert.Equal(
            Figure(record, "library's memory after a minute"),
            Figure(record, "library's memory at the end"));
        Assert.True(Figure(record, "writes to flash") > 0, "The journal was never written.");
        Assert.True(Figure(record, "retransmissions of sensors") > 0, "Nothing was repeated.");
    }

    [Fact]
    public void A_full_queue_gives_up_its_oldest_readings_and_says_how_many()
    {
        var scenario = new Scenario
        {
            Name = "overflow",
            ForMs = 300_000,
            Sensors =
            [
                new SensorPlan
                {
                    ReadingIntervalMs = 1_000,
                    Telemetry = TelemetryWay.Coap,
                    QueueCapacity = 512,
                },
            ],
            Faults = [new Fault { Kind = FaultKind.BrokerSilent, AtMs = 60_000, ForMs = 120_000 }],
        };
        RunRecord record = Runs.Of(scenario, 1);
        Runs.AssertPassed(record, "overflow");
        Assert.InRange(Figure(record, "readings given up by full queues"), 80, 130);
    }

    [Fact]
    public void What_waits_longer_than_the_flush_interval_survives_the_power()
    {
        var scenario = new Scenario
        {
            Name = "power",
            ForMs = 300_000,
            Sensors = [new SensorPlan { ReadingIntervalMs = 1_000, Telemetry = TelemetryWay.Mqtt }],
            Faults =
            [
                new Fault { Kind = FaultKind.BrokerSilent, AtMs = 60_000, ForMs = 60_000 },
                new Fault { Kind = FaultKind.PowerLoss, AtMs = 110_500, ForMs = 5_000 },
            ],
        };
        long most = 0;
        for (ulong seed = 1; seed <= 20; seed++)
        {
            RunRecord record = Runs.Of(scenario, seed);
            Runs.AssertPassed(record, "power");
            most = Math.Max(most, Figure(record, "readings lost with the power"));
        }

        // Some went with the power, for they were younger; the check has seen that no older one did.
        Assert.InRange(most, 1, 10);
    }

    [Fact]
    public void Sensors_without_a_queue_need_no_plant()
    {
        RunRecord record = Runs.Of(ShippedScenarios.Read("ok"), 1);
        Assert.DoesNotContain(
            record.Figures, one => one.Name.Contains("plant", StringComparison.Ordinal));
    }

    private static long Figure(RunRecord record, string name) => long.Parse(
        record.Figures.Single(one => one.Name == name).Value, CultureInfo.InvariantCulture);
}
