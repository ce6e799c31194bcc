// One packet of a session is disturbed, each in turn, in four ways, and nothing comes of it.

using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using Simulator.Checkers;
using Simulator.Reports;
using Simulator.Scenarios;
using Simulator.Sensor;
using Simulator.World;
using Xunit;

namespace Simulator.Tests.World;

public class AnomalySweepTests
{
    private const ulong Seed = 1;

    public static TheoryData<FaultKind> Kinds => [.. AnomalySweep.Kinds];

    [Fact]
    public void All_four_kinds_of_one_packet_are_swept()
    {
        Assert.Equal(
            FaultTable.Rows.Where(row => row.IsOfPackets).Select(row => row.Kind).Order(),
            AnomalySweep.Kinds.Order());
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Whichever_packet_is_disturbed_the_session_goes_on_or_comes_back(FaultKind kind)
    {
        List<RunRecord> records = [.. AnomalySweep.Run(Seed, kind)];
        string word = kind.ToString().ToLowerInvariant();

        // Each packet once, from the first to one that no session had.
        Assert.Equal(
            Enumerable.Range(1, records.Count).Select(packet =>
                string.Create(CultureInfo.InvariantCulture, $"sweep-{word}-{packet}")),
            records.Select(record => record.Name));
        Assert.InRange(records.Count, 40, 500);
        Assert.All(records, record => Runs.AssertPassed(record, $"sweep of {kind}"));
        Assert.All(records, record => Assert.True(record.Sensors[0].DeliveredCount > 0));

        // The last one's packet was never sent: that session was not disturbed, the one before was.
        string calm = Runs.Of(AnomalySweep.ScenarioOf(kind, 9_999), Seed).TraceHash;
        Assert.Equal(calm, records[^1].TraceHash);
        Assert.All(records.SkipLast(1), record => Assert.NotEqual(calm, record.TraceHash));
    }

    [Theory]
    [InlineData(FaultKind.Loss, "lost")]
    [InlineData(FaultKind.Duplicate, "twice")]
    [InlineData(FaultKind.Truncate, "truncated")]
    [InlineData(FaultKind.Corrupt, "corrupted")]
    public void The_disturbed_packet_is_the_one_that_the_name_says(FaultKind kind, string fate)
    {
        foreach (int packet in new[] { 1, 2, 9, 30 })
        {
            using var simulation = new Simulation(
                AnomalySweep.ScenarioOf(kind, packet), new SimulationOptions { Seed = Seed });
            List<LadderLine> gre = [.. simulation.Run().Ladder.Where(IsGre)];
            Assert.Equal(
                [packet - 1],
                Enumerable.Range(0, gre.Count).Where(i => gre[i].Fate.Length > 0));
            Assert.Equal(fate, gre[packet - 1].Fate);
        }
    }

    [Fact]
    public void A_sweep_finds_what_only_a_disturbed_session_shows()
    {
        // Only a tunnel that is lost would have to be dialled again.
        List<RunRecord> records =
            [.. AnomalySweep.Run(Seed, FaultKind.Corrupt, PlantedBug.NeverRedials)];
        Assert.Contains(records, record => record.Verdict == Verdict.Failed);
        Assert.Contains(records, record => record.Verdict == Verdict.Passed);
        Assert.All(
            records.SelectMany(record => record.Failures),
            failure => Assert.Equal(Checks.ComesBack, failure.Check));
    }

    // Remarks have no direction, and TCP has words of its own.
    private static bool IsGre(LadderLine line) => line.Direction is not null
        && !line.Text.StartsWith("TCP", StringComparison.Ordinal)
        && !s_control.Any(word => line.Text.StartsWith(word, StringComparison.Ordinal));

    private static readonly string[] s_control =
    [
        "Start-", "Stop-", "Outgoing-", "Call-", "Echo-", "Set-Link-Info",
    ];
}
