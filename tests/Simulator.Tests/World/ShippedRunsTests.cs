// Every shipped scenario keeps what it promises, for several seeds.

using System;
using System.Linq;
using Simulator.Reports;
using Simulator.Scenarios;
using Xunit;

namespace Simulator.Tests.World;

public class ShippedRunsTests
{
    private const int SeedCount = 5;

    public static TheoryData<string> Names =>
        [.. ShippedScenarios.Names.Where(name => name is not ("storm" or "telemetry-day"))];

    [Theory]
    [MemberData(nameof(Names))]
    public void A_shipped_scenario_passes(string name)
    {
        Scenario scenario = ShippedScenarios.Read(name);
        for (ulong seed = 1; seed <= SeedCount; seed++)
        {
            RunRecord record = Runs.Of(scenario, seed);
            Runs.AssertPassed(record, Runs.CommandOf(name, seed));
            Assert.Equal(scenario.Expectations.Count, record.Expectations.Count);
            Assert.All(record.Expectations, one => Assert.NotNull(one.MetAtUs));
            Assert.Equal(scenario.Faults.Count, record.Faults.Count);
        }
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void A_scenario_that_demands_an_impossible_thing_fails(string name)
    {
        // Never up at all, from the beginning to the end: some expectation must notice.
        Scenario scenario = ShippedScenarios.Read(name);
        Scenario other = scenario with
        {
            Faults = [new Fault { Kind = FaultKind.NameUnknown }, .. scenario.Faults],
        };
        RunRecord record = Runs.Of(other, 1);
        bool isAbout = name == "hub-unreachable";
        Assert.Equal(isAbout ? Verdict.Passed : Verdict.Failed, record.Verdict);
        Assert.All(record.Failures, one => Assert.Equal("expectation", one.Check));
    }
}

/// <summary>Apart from the others, so that it can run beside them.</summary>
public class StormTests
{
    [Fact(Timeout = 600_000)]
    public void Ten_thousand_sensors_come_back_without_trampling_their_hub()
    {
        Scenario storm = ShippedScenarios.Read("storm");
        int count = storm.Sensors.Sum(plan => plan.Replicas);
        RunRecord record = Runs.Of(storm, 1);
        Runs.AssertPassed(record, Runs.CommandOf("storm", 1));
        HubRecord hub = Assert.Single(record.Hubs);
        Assert.Equal(10_000, count);
        Assert.Equal(count, record.SensorCount);
        Assert.Equal(count, hub.SessionCount);

        // Everybody dialled twice at least, and never all at once.
        Assert.InRange(hub.DialCount, 2 * count, 3 * count);
        Assert.InRange(hub.PeakDialsPerSecond, count / 60, hub.DialsPerSecondLimit);
        Assert.Contains(record.Samples, one => one.UpCount == 0 && one.AtUs > 120_000_000);
        Assert.Contains(record.Samples, one => one.UpCount == count);
        Figure back = Assert.Single(
            record.Figures,
            one => one.Name.StartsWith("from the hub's return", StringComparison.Ordinal));
        Assert.NotEqual("not reached", back.Value);
        Assert.Equal(1_000, record.Sensors.Count);
    }
}
