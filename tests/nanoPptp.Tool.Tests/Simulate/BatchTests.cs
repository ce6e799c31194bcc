// Many seeds and the sweep, and what becomes of those that fail. The product has no bug to plant on
// its command line; the tests plant one behind it.

using System;
using System.IO;
using System.Linq;
using System.Text.Json;
using System.Threading;
using System.Xml.Linq;
using nanoPptp.Tool.Simulate;
using Simulator.Checkers;
using Simulator.Reports;
using Simulator.Scenarios;
using Simulator.Sensor;
using Simulator.World;
using Xunit;

namespace nanoPptp.Tool.Tests.Simulate;

public sealed class BatchTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    [Fact]
    public void Seeds_that_pass_are_summed_up_in_one_line_and_one_suite()
    {
        ToolRun run = SimulateRun.Of("--seeds", "11-20", "--for", "2m", "--out", _folder["out"]);

        Assert.Equal(ExitCode.Ok, run.ExitCode);
        Assert.Matches("^seeds 11 to 20: 10 passed, 0 failed \\| virtual 0:2\\d:", run.Output);
        Assert.Equal(1, run.Output.Count(c => c == '\n'));
        XElement suite = Suite();
        Assert.Equal("0", (string?)suite.Attribute("failures"));
        Assert.Equal(
            [.. Checks.All.Select(check => $"check {check}"), "the run comes to its end"],
            suite.Elements("testcase").Select(item => (string?)item.Attribute("name")));
        Assert.Contains(
            "nanopptp simulate --seeds 11-20 --for 2m", suite.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void Seeds_without_end_stop_after_the_time_that_was_given()
    {
        ToolRun run = SimulateRun.Of(
            "--seeds", "1-", "--for", "30s", "--stop-after", "1s", "--json");

        Assert.Equal(ExitCode.Ok, run.ExitCode);
        JsonElement end = run.Events()[^1];
        Assert.Equal("batch", end.GetProperty("type").GetString());
        Assert.Equal("passed", end.GetProperty("verdict").GetString());
        Assert.InRange(end.GetProperty("realMs").GetInt64(), 1_000, 20_000);
        int count = end.GetProperty("passedCount").GetInt32();
        Assert.True(count > 0);
        Assert.Equal(count, run.Lines("run").Length);
        Assert.Equal($"{count}", end.GetProperty("lastSeed").GetString());
        Assert.Equal(
            Enumerable.Range(1, count).Select(seed => $"{seed}"),
            run.Lines("run").Select(line => line.GetProperty("seed").GetString()));
    }

    [Fact]
    public void The_last_seed_of_all_is_the_end()
    {
        ToolRun run = SimulateRun.Of("--seeds", "18446744073709551615", "--for", "1m");

        Assert.Equal(ExitCode.Ok, run.ExitCode);
        Assert.StartsWith(
            "seeds 18446744073709551615 to 18446744073709551615: 1 passed, 0 failed",
            run.Output,
            StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_seed_that_fails_is_shrunk_into_a_file_that_still_fails(bool json)
    {
        ToolRun run = RunSeeds(new SeedRange(5, 6), json, _folder["out"]);

        Assert.Equal(20, (int)run.ExitCode);
        foreach (ulong seed in (ulong[])[5, 6])
        {
            string path = _folder[$"out/seed-{seed}-shrunk.yaml"];
            Scenario shrunk = ScenarioReader.ReadFile(path);
            Scenario drawn = WorldDraw.Draw(seed, 240_000);
            Assert.Equal(seed, shrunk.Seed);
            Assert.Equal(
                (0, 1, 1),
                (shrunk.Faults.Count, shrunk.Sensors[0].Replicas, shrunk.Hubs[0].Replicas));
            Assert.True(shrunk.ForMs < drawn.ForMs);

            using Simulation simulation = new(
                shrunk, new SimulationOptions { Seed = seed, Bug = PlantedBug.SendsTwice });
            Assert.Contains(
                simulation.Run().Failures, failure => failure.Check == Checks.NoDuplicates);

            // Without the bug the same file passes.
            Assert.Equal(ExitCode.Ok, SimulateRun.Of("--scenario", path).ExitCode);
            Assert.Contains(
                $"nanopptp simulate --scenario {path}",
                File.ReadAllText(_folder[$"out/seed-{seed}-shrunk.html"]),
                StringComparison.Ordinal);
        }

        XElement failure = Assert.Single(Suite().Descendants("failure"));
        Assert.Equal(Checks.NoDuplicates, (string?)failure.Attribute("type"));
        Assert.Contains("seed-5, sensor", failure.Value, StringComparison.Ordinal);
        Assert.Contains(
            "(nanopptp simulate --seeds 6 --for 4m)", failure.Value, StringComparison.Ordinal);
        AssertTold(run, json);
    }

    [Fact]
    public void Without_a_folder_the_shrunk_scenario_is_shown()
    {
        ToolRun text = RunSeeds(new SeedRange(5, 5), json: false, folder: null);
        ToolRun json = RunSeeds(new SeedRange(5, 5), json: true, folder: null);

        Assert.Contains("    name: seed-5-shrunk\n", text.Output, StringComparison.Ordinal);
        JsonElement shrunk = Assert.Single(json.Lines("shrunk"));
        Assert.Equal(JsonValueKind.Null, shrunk.GetProperty("file").ValueKind);
        Scenario read = ScenarioReader.Read(shrunk.GetProperty("scenario").GetString()!, "it");
        Assert.Equal("seed-5-shrunk", read.Name);
    }

    [Fact]
    public void When_enough_have_failed_the_others_are_not_run()
    {
        ToolRun run = RunSeeds(new SeedRange(1, 500), json: false, _folder["out"], jobs: 4);

        Assert.Equal(20, (int)run.ExitCode);
        Assert.Contains("Enough have failed; the others were not run.\n", run.Output,
            StringComparison.Ordinal);
        Assert.Matches("(?m)^seeds 1 to \\d+: \\d+ passed, 20 failed ", run.Output);
        Assert.Equal(20, Directory.GetFiles(_folder["out"], "*-shrunk.yaml").Length);
    }

    [Fact]
    public void An_interruption_before_the_first_seed_is_exit_code_130()
    {
        using StringWriter output = new();
        using Interruption interruption = new();
        interruption.Interrupt();
        SeedRuns runs = new(
            ToolRun.TerminalOf(output, output), interruption, new SimulateOutput { IsJson = true })
        {
            Seeds = new SeedRange(1, 2),
        };

        Assert.Equal(130, (int)runs.Run(null));
        JsonElement end = Assert.Single(ToolRun.EventsOf(output.ToString()));
        Assert.Equal("running", end.GetProperty("verdict").GetString());
        Assert.Equal(JsonValueKind.Null, end.GetProperty("lastSeed").ValueKind);
    }

    [Fact]
    public void Nobody_who_interrupts_waits_until_a_run_is_shrunk()
    {
        Scenario scenario = WorldDraw.Draw(5, 60_000);
        using Simulation simulation = new(
            scenario, new SimulationOptions { Seed = 5, Bug = PlantedBug.SendsTwice });
        RunRecord record = simulation.Run();
        using CancellationTokenSource interrupted = new();
        interrupted.Cancel();

        Assert.Equal(Verdict.Failed, record.Verdict);
        Assert.Null(
            Shrinking.Shrink(scenario, record, PlantedBug.SendsTwice, interrupted.Token));

        // It is kept as it is.
        using StringWriter output = new();
        Batch batch = new(
            ToolRun.TerminalOf(output, output),
            new ReportFolder(_folder["out"]),
            isJson: false,
            "seeds",
            5,
            "");
        batch.Tell(scenario, record, shrunk: null, "nanopptp simulate --seeds 5");
        Assert.Contains("not shrunk, for it was interrupted", output.ToString(),
            StringComparison.Ordinal);
        Assert.Equal(5ul, ScenarioReader.ReadFile(_folder["out/seed-5.yaml"]).Seed);
    }

    [Fact]
    public void The_sweep_disturbs_every_packet_in_every_way()
    {
        ToolRun text = SimulateRun.Of("--sweep", "--out", _folder["out"]);
        ToolRun json = SimulateRun.Of("--sweep", "--json");

        Assert.Equal(ExitCode.Ok, text.ExitCode);
        string[] lines = text.Output.TrimEnd('\n').Split('\n');
        Assert.Equal(
            ["loss", "duplicate", "truncate", "corrupt"], lines.Select(line => line.Split(':')[0]));
        Assert.All(lines, line => Assert.Matches(
            ": packets 1 to \\d\\d+ of a session, one at a time; 0 failed$", line));
        Assert.Equal("0", (string?)Suite().Attribute("failures"));
        Assert.Equal(ExitCode.Ok, json.ExitCode);
        Assert.Equal(
            json.Lines("run").Length, json.Events()[^1].GetProperty("passedCount").GetInt32());
        Assert.True(json.Lines("run").Length > 100);
    }

    [Fact]
    public void A_sweep_that_fails_is_exit_code_20()
    {
        using StringWriter output = new();
        using Interruption interruption = new();
        SweepRun sweep = new(
            ToolRun.TerminalOf(output, output), interruption, new SimulateOutput())
        {
            Seed = 1,
            Bug = PlantedBug.SendsTwice,
        };

        Assert.Equal(20, (int)sweep.Run(new ReportFolder(_folder["out"])));
        Assert.Contains("FAILED sweep-loss-1: no-duplicates", output.ToString(),
            StringComparison.Ordinal);
        Assert.Contains("  again: nanopptp simulate --sweep --seed 1\n", output.ToString(),
            StringComparison.Ordinal);
        Assert.Equal(20, Directory.GetFiles(_folder["out"], "sweep-*-shrunk.yaml").Length);
    }

    public void Dispose() => _folder.Dispose();

    private static ToolRun RunSeeds(SeedRange seeds, bool json, string? folder, int jobs = 1)
    {
        using StringWriter output = new();
        using StringWriter errors = new();
        using Interruption interruption = new();
        SeedRuns runs = new(
            ToolRun.TerminalOf(output, errors), interruption, new SimulateOutput { IsJson = json })
        {
            Seeds = seeds,
            ForMs = 240_000,
            Jobs = jobs,
            Bug = PlantedBug.SendsTwice,
        };
        ExitCode code = runs.Run(folder is null ? null : new ReportFolder(folder));
        return new ToolRun(code, output.ToString(), errors.ToString());
    }

    private void AssertTold(ToolRun run, bool json)
    {
        if (json)
        {
            Assert.Equal(
                [_folder["out/seed-5-shrunk.yaml"], _folder["out/seed-6-shrunk.yaml"]],
                run.Lines("shrunk").Select(line => line.GetProperty("file").GetString()));
            Assert.Equal(2, run.Events()[^1].GetProperty("failedCount").GetInt32());
            Assert.Equal("failed", run.Lines("run")[0].GetProperty("verdict").GetString());
            Assert.Equal(
                Checks.NoDuplicates, run.Lines("failure")[0].GetProperty("check").GetString());
            return;
        }

        Assert.Contains("FAILED seed-5: no-duplicates at ", run.Output, StringComparison.Ordinal);
        Assert.Contains(
            "  again: nanopptp simulate --seeds 5 --for 4m\n",
            run.Output,
            StringComparison.Ordinal);
        Assert.Contains(
            $" runs: nanopptp simulate --scenario {_folder["out/seed-6-shrunk.yaml"]}\n",
            run.Output,
            StringComparison.Ordinal);
        Assert.Contains(
            "\nseeds 5 to 6: 0 passed, 2 failed ", run.Output, StringComparison.Ordinal);
    }

    private XElement Suite() => Assert.Single(
        XDocument.Parse(File.ReadAllText(_folder["out/junit.xml"])).Root!.Elements());
}
