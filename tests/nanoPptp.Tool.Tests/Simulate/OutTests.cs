// The folder of --out: what is in it, that it repeats the run, and what is said when it cannot be
// written.

using System;
using System.IO;
using System.Linq;
using System.Xml.Linq;
using Xunit;

namespace nanoPptp.Tool.Tests.Simulate;

[Collection(FullDisk.Collection)]
public sealed class OutTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    [Fact]
    public void Every_report_is_of_the_run_that_was_told()
    {
        ToolRun run = SimulateRun.Of(
            "--scenario", "bad-weather", "--seed", "7", "--json", "--out", _folder["out"]);

        Assert.Equal(ExitCode.Ok, run.ExitCode);
        string hash = Assert.Single(run.Hashes());
        Assert.Equal(
            ["junit.xml", "report.html", "run.jsonl", "scenario.yaml"],
            Directory.GetFiles(_folder["out"])
                .Select(Path.GetFileName).Order(StringComparer.Ordinal));
        Assert.Equal(run.Output, Text("run.jsonl"));
        Assert.Contains(hash, Text("report.html"), StringComparison.Ordinal);
        XElement suite = Assert.Single(XDocument.Parse(Text("junit.xml")).Root!.Elements());
        Assert.Equal("bad-weather, seed 7", (string?)suite.Attribute("name"));
        Assert.Equal("0", (string?)suite.Attribute("failures"));
        Assert.Contains(
            suite.Descendants("property"),
            property => (string?)property.Attribute("value") == hash);
    }

    [Theory]
    [InlineData("--scenario", "hub-killed", "--seed", "9")]
    [InlineData(
        "--sensors", "3", "--hubs", "2", "--for", "40s", "--loss", "5%", "--reorder", "--duplicate",
        "1%", "--corrupt", "0", "--delay", "30ms", "--jitter", "20ms", "--seed", "3")]
    public void The_scenario_file_repeats_the_run_by_itself(params string[] arguments)
    {
        ToolRun first = SimulateRun.Of([.. arguments, "--json", "--out", _folder["out"]]);
        string path = _folder["out/scenario.yaml"];
        ToolRun alone = SimulateRun.Of("--scenario", path, "--json");
        ToolRun withSeed = SimulateRun.Of("--scenario", path, "--json", "--seed", arguments[^1]);
        ToolRun otherSeed = SimulateRun.Of("--scenario", path, "--json", "--seed", "1000");

        string hash = Assert.Single(first.Hashes());
        Assert.Equal(ExitCode.Ok, alone.ExitCode);
        Assert.Equal(hash, Assert.Single(alone.Hashes()));
        Assert.Equal(hash, Assert.Single(withSeed.Hashes()));
        Assert.NotEqual(hash, Assert.Single(otherSeed.Hashes()));
    }

    [Fact]
    public void The_command_that_is_told_repeats_the_run()
    {
        string[] arguments =
            ["--sensors", "2", "--for", "20s", "--loss", "5%", "--duplicate", "--seed", "6"];
        ToolRun first = SimulateRun.Of([.. arguments, "--json", "--out", _folder["out"]]);
        string command = first.Lines("run")[0].GetProperty("command").GetString()!;
        ToolRun again = ToolRun.Of([.. command.Split(' ')[1..], "--json"]);

        Assert.StartsWith("nanopptp simulate ", command, StringComparison.Ordinal);
        Assert.Equal(first.Hashes(), again.Hashes());
    }

    [Fact]
    public void Captures_are_of_the_first_hundred_sensors_and_the_rest_is_said()
    {
        ToolRun run = SimulateRun.Of(
            "--sensors", "103", "--for", "2s", "--out", _folder["out"], "--pcap");

        Assert.Equal(ExitCode.Ok, run.ExitCode);
        Assert.Equal(100, Directory.GetFiles(_folder["out"], "*.pcapng").Length);
        Assert.True(File.Exists(_folder["out/sensor-100.pcapng"]));
        Assert.Contains("the other 3 none", run.Output, StringComparison.Ordinal);
        Assert.All(
            Directory.GetFiles(_folder["out"], "*.pcapng"),
            path => Assert.True(new FileInfo(path).Length > 1024));
    }

    [Fact]
    public void Captures_do_not_change_the_run()
    {
        string[] arguments = ["--scenario", "tcp-reset", "--json"];

        Assert.Equal(
            SimulateRun.Of(arguments).Hashes(),
            SimulateRun.Of([.. arguments, "--pcap", "--out", _folder["out"]]).Hashes());
    }

    [Fact]
    public void The_conversation_of_the_first_sensor_is_shown_and_captured_at_once()
    {
        ToolRun run = SimulateRun.Of(
            "--scenario", "ok", "--ladder", "--pcap", "--out", _folder["out"]);

        Assert.Equal(ExitCode.Ok, run.ExitCode);
        Assert.Contains("sensor    hub  message\n", run.Output, StringComparison.Ordinal);
        Assert.Contains("Outgoing-Call-Request", run.Output, StringComparison.Ordinal);
        Assert.True(new FileInfo(_folder["out/sensor.pcapng"]).Length > 4096);
    }

    [Fact]
    public void A_file_in_the_place_of_the_folder_is_exit_code_4()
    {
        File.WriteAllText(_folder["out"], "mine");
        foreach (string path in (string[])[_folder["out"], _folder["out/below"]])
        {
            foreach (string what in (string[])["--scenario ok", "--seeds 1", "--sweep"])
            {
                ToolRun run = SimulateRun.Of([.. what.Split(' '), "--out", path]);

                Assert.Equal(4, (int)run.ExitCode);
                Assert.Contains(
                    $"The folder for reports ({path}) ", run.Errors, StringComparison.Ordinal);
                Assert.Contains("another folder with --out", run.Errors, StringComparison.Ordinal);
                Assert.DoesNotContain("Could not", run.Errors, StringComparison.Ordinal);
                Assert.Empty(run.Output);
            }
        }

        Assert.Equal("mine", File.ReadAllText(_folder["out"]));
    }

    [Theory]
    [InlineData("sensor.pcapng", true)]
    [InlineData("run.jsonl", false)]
    [InlineData("junit.xml", false)]
    public void A_full_disk_is_exit_code_4_and_nobody_else_is_blamed(string name, bool isCapture)
    {
        Assert.SkipUnless(File.Exists("/dev/full"), "there is no /dev/full here");
        Directory.CreateDirectory(_folder["out"]);
        File.CreateSymbolicLink(_folder[$"out/{name}"], "/dev/full");
        string[] more = isCapture ? ["--pcap"] : [];

        ToolRun run = SimulateRun.Of(
            ["--for", "1h", "--loss", "5%", "--out", _folder["out"], .. more]);

        Assert.Equal(4, (int)run.ExitCode);
        Assert.Contains(
            $"out/{name}) cannot be written: No space left on device.",
            run.Errors,
            StringComparison.Ordinal);
        Assert.DoesNotContain("no-exception", run.Output, StringComparison.Ordinal);
    }

    [Fact]
    public void A_screen_that_is_gone_is_exit_code_4_and_nobody_else_is_blamed()
    {
        using BrokenWriter output = new(10);
        using StringWriter errors = new();

        ExitCode code = Program.Run(
            ["simulate", "--for", "1h", "--ladder", "--out", _folder["out"]],
            ToolRun.TerminalOf(output, errors));

        Assert.Equal(4, (int)code);
        Assert.Contains(
            "Standard output cannot be written", errors.ToString(), StringComparison.Ordinal);
        Assert.Contains("unfinished", Text("junit.xml"), StringComparison.Ordinal);
    }

    public void Dispose() => _folder.Dispose();

    private string Text(string name) => File.ReadAllText(_folder[$"out/{name}"]);
}
