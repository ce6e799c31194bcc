// The same scenario and seed give the same run, octet for octet, whoever looks on.

using System;
using System.IO;
using System.Linq;
using Simulator.Reports;
using Simulator.Scenarios;
using Simulator.World;
using Xunit;

namespace Simulator.Tests.World;

public class DeterminismTests
{
    private const long ForMs = 240_000;
    private const ulong LastSeed = 20;

    public static TheoryData<string> Names =>
        [.. ShippedScenarios.Names.Where(name => name is not ("storm" or "telemetry-day"))];

    [Theory]
    [MemberData(nameof(Names))]
    public void A_scenario_is_the_same_run_again_and_another_seed_is_another(string name)
    {
        Scenario scenario = ShippedScenarios.Read(name);
        string first = Text(scenario, new SimulationOptions { Seed = 3 });
        Assert.Equal(first, Text(scenario, new SimulationOptions { Seed = 3 }));

        // A call that is refused before there is a link takes nothing that was drawn.
        string[] early =
        [
            "hub-unreachable", "control-refused", "not-pptp", "pool-exhausted", "start-timeout",
            "wrong-length", "wrong-version",
        ];
        if (!early.Contains(name))
        {
            Assert.NotEqual(Hash(scenario, 3), Hash(scenario, 4));
        }
    }

    [Fact]
    public void A_drawn_world_is_the_same_run_again_and_each_seed_is_another()
    {
        string[] first = new string[LastSeed];
        for (ulong seed = 1; seed <= LastSeed; seed++)
        {
            first[seed - 1] = Hash(WorldDraw.Draw(seed, ForMs), seed);
        }

        for (ulong seed = LastSeed; seed >= 1; seed--)
        {
            Assert.Equal(first[seed - 1], Hash(WorldDraw.Draw(seed, ForMs), seed));
        }

        Assert.Equal(first.Length, first.Distinct().Count());
        Assert.All(first, hash => Assert.Equal(64, hash.Length));
    }

    [Fact]
    public void The_seed_of_the_run_is_not_only_that_of_the_world()
    {
        Scenario scenario = WorldDraw.Draw(1, ForMs);
        Assert.NotEqual(Hash(scenario, 1), Hash(scenario, 2));
    }

    [Fact]
    public void To_step_is_to_run()
    {
        Scenario scenario = WorldDraw.Draw(5, ForMs);
        using var simulation = new Simulation(scenario, new SimulationOptions { Seed = 5 });
        while (simulation.Step())
        {
            Assert.Equal("", simulation.Record().TraceHash);
        }

        Assert.Equal(Hash(scenario, 5), simulation.Record().TraceHash);
        Assert.False(simulation.Step());
    }

    [Theory]
    [InlineData(2)]
    [InlineData(7)]
    [InlineData(11)]
    public void Whoever_looks_on_changes_nothing(int number)
    {
        ulong seed = (ulong)number;
        Scenario scenario = WorldDraw.Draw(seed, ForMs) with
        {
            Sensors = [new SensorPlan { Replicas = 3, ReadingIntervalMs = 2_000 }],
        };
        scenario = scenario with
        {
            Faults = [.. scenario.Faults.Select(fault => fault with { Sensor = null })],
        };
        var options = new SimulationOptions { Seed = seed, RecordsLadder = false };
        string alone = Hash(scenario, options);
        Assert.Equal(alone, Hash(scenario, options with { RecordsLadder = true }));
        Assert.Equal(
            alone, Hash(scenario, options with { RecordsLadder = true, FollowedSensor = 2 }));
        Assert.Equal(alone, Hash(scenario, options with { Command = "other" }));

        using var stream = new MemoryStream();
        using (var capture = new SensorCapture(
            stream, Internet.FirstSensorAddress + 1, Simulation.CapturedHubs(scenario)))
        {
            Assert.Equal(alone, Hash(scenario, options with
            {
                RecordsLadder = true,
                FollowedSensor = 1,
                Observers = one => one == 1 ? capture : null,
            }));
            Assert.True(stream.Length > 10_000);
        }

        using var changing = new Simulation(scenario, options with { RecordsLadder = true });
        for (int i = 0; changing.Step(); i++)
        {
            changing.FollowedSensor = $"sensor-{(i % 3) + 1}";
            changing.Record();
        }

        Assert.Equal(alone, changing.Record().TraceHash);
    }

    [Fact]
    public void The_sensor_that_is_followed_is_the_one_whose_conversation_is_recorded()
    {
        var scenario = new Scenario { ForMs = 5_000, Sensors = [new SensorPlan { Replicas = 2 }] };
        var options = new SimulationOptions { FollowedSensor = 1 };
        using var simulation = new Simulation(scenario, options);
        Assert.Equal("sensor-2", simulation.FollowedSensor);
        RunRecord record = simulation.Run();
        Assert.Equal("sensor-2", record.LadderSensor);
        Assert.Contains(
            record.Ladder, line => line.Text.Contains("sensor-2", StringComparison.Ordinal));
        Assert.DoesNotContain(
            record.Ladder, line => line.Text.Contains("sensor-1", StringComparison.Ordinal));
        simulation.FollowedSensor = "nobody";
        Assert.Equal("sensor-2", simulation.FollowedSensor);
        simulation.FollowedSensor = "sensor-1";
        Assert.Equal("sensor-1", simulation.FollowedSensor);
        Assert.Empty(simulation.Record().Ladder);
    }

    private static string Hash(Scenario scenario, ulong seed) =>
        Hash(scenario, new SimulationOptions { Seed = seed, RecordsLadder = false });

    private static string Hash(Scenario scenario, SimulationOptions options)
    {
        using var simulation = new Simulation(scenario, options);
        return simulation.Run().TraceHash;
    }

    // The whole record but for the real time.
    private static string Text(Scenario scenario, SimulationOptions options)
    {
        using var simulation = new Simulation(scenario, options);
        using var text = new StringWriter();
        JsonLinesReport.Write(text, simulation.Run() with { RealMs = 0 });
        return text.ToString();
    }
}
