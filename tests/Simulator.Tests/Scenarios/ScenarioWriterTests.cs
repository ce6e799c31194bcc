// What is written can be read again, and says no more than it must.

using System;
using System.Linq;
using nanoPptp.Diagnostics;
using Simulator.Scenarios;
using Simulator.World;
using Xunit;

namespace Simulator.Tests.Scenarios;

public class ScenarioWriterTests
{
    private const string Header =
        "# A scenario of the nanoPptp simulator: tools/Simulator/Scenarios/README.md explains it."
        + "\n";

    [Fact]
    public void A_thousand_drawn_scenarios_are_read_as_they_were_written()
    {
        for (ulong seed = 0; seed < 1000; seed++)
        {
            Scenario scenario = new Draw(seed).Scenario();
            string text = ScenarioWriter.Write(scenario);
            string story = $"seed {seed}\n{text}";
            SameScenario.Assert(scenario, ScenarioReader.Read(text, "drawn"), story);
            Assert.Equal(text, ScenarioWriter.Write(ScenarioReader.Read(text, "drawn")));
        }
    }

    [Fact]
    public void The_drawn_scenarios_hold_every_kind_and_every_parameter()
    {
        Scenario[] drawn =
            [.. Enumerable.Range(0, 1000).Select(seed => new Draw((ulong)seed).Scenario())];
        Fault[] faults = [.. drawn.SelectMany(scenario => scenario.Faults)];
        Assert.Equal(
            Enum.GetValues<FaultKind>(),
            faults.Select(fault => fault.Kind).Distinct().Order());
        Assert.Contains(faults, fault => fault.Packet != null);
        Assert.Contains(faults, fault => fault.Direction == Direction.ToSensor);
        Assert.Equal(
            Enum.GetValues<ExpectationKind>(),
            drawn.SelectMany(scenario => scenario.Expectations)
                .Select(expectation => expectation.Kind).Distinct().Order());
    }

    [Fact]
    public void A_scenario_without_anything_special_has_a_name_and_nothing_else()
    {
        Assert.Equal($"{Header}name: run\n", ScenarioWriter.Write(new Scenario()));
    }

    [Fact]
    public void A_scenario_is_written_in_one_order_and_without_defaults()
    {
        Scenario scenario = new()
        {
            Name = "no",
            About = "It says: \"no\"",
            Seed = 7,
            ForMs = 180_000,
            ClockMs = -5_000,
            Hubs = [new HubPlan { Replicas = 2, SaysBusy = true }],
            Sensors =
            [
                new SensorPlan { Name = "pump", Replicas = 3, Redials = false, HangUpAtMs = 1 },
            ],
            Faults =
            [
                new Fault
                {
                    Kind = FaultKind.Loss,
                    AtMs = 30_000,
                    Share = 50_000,
                    Direction = Direction.ToHub,
                    Sensor = "pump-2",
                },
                new Fault { Kind = FaultKind.Corrupt, Packet = 17 },
            ],
            Expectations =
            [
                new Expectation { Hub = "hub-1", WithinMs = 5_000 },
                new Expectation
                {
                    Kind = ExpectationKind.Diagnosis,
                    AtMs = 30_000,
                    Reason = Reason.ControlClosed,
                },
            ],
        };
        const string Text = """
            name: "no"
            about: "It says: \"no\""
            seed: 7
            for: 3m
            clock: -5s
            hubs:
              - name: hub
                replicas: 2
                when-full: busy
            sensors:
              - name: pump
                replicas: 3
                redial: no
                hang-up: 1ms
            timeline:
              - expect: up
                hub: hub-1
                within: 5s
              - at: 30s
                fault: loss
                share: 5%
                direction: to-hub
                sensor: pump-2
              - fault: corrupt
                packet: 17
              - at: 30s
                expect: diagnosis
                reason: ControlClosed

            """;
        Assert.Equal(Header + Text.ReplaceLineEndings("\n"), ScenarioWriter.Write(scenario));
        SameScenario.Assert(scenario, ScenarioReader.Read(Text, "text"), Text);
    }

    [Fact]
    public void What_breaks_a_limit_is_written_as_it_is_and_refused_by_the_reader()
    {
        Scenario scenario = new()
        {
            ForMs = Scenario.MaximumForMs + 1,
            Faults = [new Fault { Kind = FaultKind.GreBlocked, Share = 5 }],
            Hubs = [],
        };
        string text = ScenarioWriter.Write(scenario);
        ScenarioException e = Assert.Throws<ScenarioException>(
            () => ScenarioReader.Read(text, "drawn"));
        Assert.Equal(3, e.Errors.Count);
    }
}
