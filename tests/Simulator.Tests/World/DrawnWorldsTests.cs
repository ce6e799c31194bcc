// Five hundred worlds that seeds drew, ten virtual minutes each, and every seed that once failed.

using System;
using System.Collections.Concurrent;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Runtime.CompilerServices;
using System.Threading.Tasks;
using Simulator.Reports;
using Simulator.Scenarios;
using Simulator.Sensor;
using Xunit;

namespace Simulator.Tests.World;

public class DrawnWorldsTests
{
    private const long ForMs = 600_000;
    private const int ChunkCount = 10;
    private const int ChunkLength = 50;

    // A simulation shares nothing with another one but constants, so two may run at a time.
    private static readonly ParallelOptions s_twoAtATime = new() { MaxDegreeOfParallelism = 2 };

    private static readonly string s_folder = Path.GetFullPath(
        Path.Combine(FolderOfThisFile(), "../../Seeds"));

    public static TheoryData<int> FirstSeeds =>
        [.. Enumerable.Range(0, ChunkCount).Select(chunk => 1 + (chunk * ChunkLength))];

    public static TheoryData<string> Kept =>
        [.. Directory.GetFiles(s_folder, "*.yaml")
            .Select(path => Path.GetFileName(path))
            .Order(StringComparer.Ordinal)];

    [Theory]
    [MemberData(nameof(FirstSeeds))]
    public void Fifty_drawn_worlds_pass_from(int firstSeed)
    {
        var failures = new ConcurrentDictionary<int, string>();
        Parallel.For(firstSeed, firstSeed + ChunkLength, s_twoAtATime, number =>
        {
            string text = Run((ulong)number, PlantedBug.None);
            if (text.Length > 0)
            {
                failures[number] = text;
            }
        });
        Assert.True(
            failures.IsEmpty,
            string.Join("\n\n", failures.OrderBy(one => one.Key).Select(one => one.Value)));
    }

    [Fact]
    public void A_failing_seed_is_told_with_its_check_and_the_command_that_repeats_it()
    {
        string text = Run(17, PlantedBug.ChangesReading);
        Assert.Contains("seed 17", text, StringComparison.Ordinal);
        Assert.Contains("only-what-was-sent at ", text, StringComparison.Ordinal);
        Assert.Contains(
            "again: nanopptp simulate --seeds 17", text, StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Kept))]
    public void A_kept_seed_passes(string file)
    {
        Scenario scenario = ScenarioReader.ReadFile(Path.Combine(s_folder, file));
        ulong seed = Assert.NotNull(scenario.Seed);
        Runs.AssertPassed(
            Runs.Of(scenario, seed), Runs.CommandOf($"tests/Seeds/{file}", seed));
    }

    [Theory]
    [MemberData(nameof(Kept))]
    public void A_kept_seed_says_why_in_its_first_line_and_the_readme_names_it(string file)
    {
        string why = File.ReadLines(Path.Combine(s_folder, file)).First();
        Assert.Matches("^# [A-Z0-9].{20,}\\.$", why);
        Assert.Contains(
            $"`{file}`",
            File.ReadAllText(Path.Combine(s_folder, "README.md")),
            StringComparison.Ordinal);
        Assert.Equal(
            Path.GetFileNameWithoutExtension(file),
            ScenarioReader.ReadFile(Path.Combine(s_folder, file)).Name);
    }

    [Fact]
    public void The_worlds_are_not_all_alike()
    {
        List<Scenario> worlds =
            [.. Enumerable.Range(1, 500).Select(seed => WorldDraw.Draw((ulong)seed, ForMs))];

        // Two faults are wrong settings of a hub from the beginning and have scenarios of their own.
        Assert.Equal(
            FaultTable.Rows.Where(row => !row.IsTampering && !row.IsOfTelemetry).Select(row => row.Kind),
            worlds.SelectMany(one => one.Faults).Select(fault => fault.Kind).Distinct().Order());
        Assert.Equal(
            Enumerable.Range(0, 7), worlds.Select(one => one.Faults.Count).Distinct().Order());
        Assert.Equal([1, 2, 3], worlds.Select(one => one.Hubs[0].Replicas).Distinct().Order());
        Assert.Equal([1, 2, 3], worlds.Select(one => one.Sensors[0].Replicas).Distinct().Order());
        Assert.Contains(worlds, one => one.Sensors[0].IdleMs > 0);
        Assert.Contains(worlds, one => one.Sensors[0].SessionMs > 0);
        foreach (long wrap in new[] { 0L, 1L << 31 })
        {
            Assert.Contains(worlds, one => IsPassed(wrap, one.ClockMs));
        }
    }

    [Fact]
    public void A_drawn_world_can_be_written_down_and_read_again()
    {
        for (ulong seed = 1; seed <= 200; seed++)
        {
            Scenario drawn = WorldDraw.Draw(seed, ForMs);
            string text = ScenarioWriter.Write(drawn);
            Scenarios.SameScenario.Assert(
                drawn, ScenarioReader.Read(text, "drawn"), text);
        }
    }

    // Whether a clock passes a wrap, of all 32 bits or of its sign, in the course of the run.
    private static bool IsPassed(long wrap, int clockMs)
    {
        uint left = unchecked((uint)(wrap - clockMs));
        return left is > 0 and < (uint)ForMs;
    }

    private static string Run(ulong seed, PlantedBug bug)
    {
        RunRecord record = Runs.Of(WorldDraw.Draw(seed, ForMs), seed, bug);
        return record.Verdict == Verdict.Passed
            ? ""
            : Runs.TextOf(record, Runs.CommandOfSeed(seed));
    }

    private static string FolderOfThisFile([CallerFilePath] string path = "") =>
        Path.GetDirectoryName(path)!;
}
