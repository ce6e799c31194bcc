// The words of reports.

using System.Collections.Generic;
using System.Linq;
using nanoPptp.Diagnostics;
using Simulator.Scenarios;
using Simulator.World;
using Xunit;

namespace Simulator.Tests.Scenarios;

public class ScenarioTextTests
{
    private static readonly Scenario s_one = new();

    private static readonly Scenario s_many = new()
    {
        Hubs = [new HubPlan { Replicas = 2 }],
        Sensors =
            [new SensorPlan { Name = "pump", Replicas = 3 }, new SensorPlan { Name = "valve" }],
    };

    public static TheoryData<Fault, string> Faults => new()
    {
        {
            new() { Kind = FaultKind.Loss, Share = 50_000, Direction = Direction.ToHub },
            "5 % of GRE lost towards the hub"
        },
        {
            new() { Kind = FaultKind.Loss, Share = 50_000, Sensor = "pump", ForMs = 20_000 },
            "5 % of GRE lost, pump only, for 20 s"
        },
        { new() { Kind = FaultKind.Corrupt, Packet = 17 }, "GRE packet 17 corrupted" },
        {
            new() { Kind = FaultKind.BurstLoss, Share = 5_000, Count = 4 },
            "bursts of about 4 GRE packets lost, begun by 0.5 % of them"
        },
        {
            new() { Kind = FaultKind.Reorder, Share = 100_000, DelayMs = 30, Hub = "hub-1" },
            "10 % of GRE held back by up to 30 ms, on the way to hub-1"
        },
        {
            new() { Kind = FaultKind.Jitter, DelayMs = 1_500, Direction = Direction.ToSensor },
            "everything late by 0 to 1.5 s towards the sensor"
        },
        {
            new() { Kind = FaultKind.MtuBlackHole, Length = 576, ForMs = 600_000 },
            "packets longer than 576 octets lost for 10 min"
        },
        {
            new() { Kind = FaultKind.NatMappingLost, Sensor = "pump-2" },
            "NAT mapping lost, pump-2 only"
        },
        {
            new() { Kind = FaultKind.HubKilled, Hub = "hub-1", ForMs = 20_000 },
            "hub-1 killed for 20 s"
        },
        { new() { Kind = FaultKind.HubKilled }, "all hubs killed" },
        {
            new() { Kind = FaultKind.WrongPassword, Sensor = "pump", Hub = "hub-1", ForMs = 1 },
            "other passwords at hub-1, pump only, for 1 ms"
        },
        { new() { Kind = FaultKind.CcpRejected, Hub = "hub" }, "hub refuse CCP" },
        { new() { Kind = FaultKind.KeysWrong, Hub = "hub-2" }, "wrong keys at hub-2" },
        { new() { Kind = FaultKind.IpcpRefused, Hub = "hub" }, "hub refuse IPCP" },
        { new() { Kind = FaultKind.IpcpRefused, Hub = "hub-2" }, "hub-2 refuses IPCP" },
    };

    public static TheoryData<Expectation, string> Expectations => new()
    {
        {
            new() { WithinMs = 5_000 },
            "At some time from 0 s to 5 s all 4 sensors are up."
        },
        {
            new() { Share = 950_000, Sensor = "pump", Hub = "hub-1" },
            "At some time from 0 s to 1 min at least 95 % of 3 sensors of pump are up at hub-1."
        },
        {
            new() { Kind = ExpectationKind.Down, AtMs = 30_000, Sensor = "pump-2" },
            "At some time from 30 s to 90 s pump-2 is down."
        },
        {
            new()
            {
                Kind = ExpectationKind.Diagnosis,
                Reason = Reason.ControlClosed,
                Sensor = "pump",
            },
            "At some time from 0 s to 1 min the diagnosis of all 3 sensors of pump is"
            + " ControlClosed."
        },
        {
            new() { Kind = ExpectationKind.Delivered, Share = 900_000 },
            "By 1 min at least 90 % of the readings sent since 0 s have"
            + " arrived, and one was sent at least."
        },
        {
            new() { Kind = ExpectationKind.Delivered, Sensor = "valve", AtMs = 1_000 },
            "By 61 s all readings of valve sent since 1 s have arrived, and"
            + " one was sent at least."
        },
    };

    [Theory]
    [MemberData(nameof(Faults))]
    public void A_fault_is_told_in_a_few_words(Fault fault, string words)
    {
        Assert.Equal(words, ScenarioText.Of(s_many, fault));
    }

    [Theory]
    [MemberData(nameof(Expectations))]
    public void An_expectation_is_told_in_a_sentence(Expectation expectation, string sentence)
    {
        Assert.Equal(sentence, ScenarioText.Of(s_many, expectation));
    }

    [Fact]
    public void With_one_hub_and_one_sensor_they_are_called_by_their_names()
    {
        Fault full = new() { Kind = FaultKind.HubFull };
        Assert.Equal("hub full", ScenarioText.Of(s_one, full));
        Fault start = new() { Kind = FaultKind.StartRefused };
        Assert.Equal("hub refuses control connections", ScenarioText.Of(s_one, start));
        Assert.Equal(
            "At some time from 0 s to 1 min sensor is up.",
            ScenarioText.Of(s_one, new Expectation()));
    }

    [Fact]
    public void Every_fault_has_words_of_its_own()
    {
        List<string> words = [.. FaultTable.Rows.Select(row => ScenarioText.Of(
            s_one, new Fault { Kind = row.Kind, Share = 1, DelayMs = 1, Length = 1, Count = 1 }))];
        Assert.Equal(words.Count, words.Distinct().Count());
        Assert.DoesNotContain(words, text => FaultTable.Find(text) != null);
    }
}
