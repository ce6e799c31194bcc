// What the process ends with.

using System;
using System.IO;
using System.Net;
using System.Net.Sockets;
using System.Threading.Tasks;
using Xunit;

namespace nanoPptp.Tool.Tests.Simulate;

public sealed class SimulateExitCodeTests : IDisposable
{
    private const string Impossible = """
        name: impossible
        timeline:
          - fault: gre-blocked
          - expect: up
            within: 20s

        """;

    private readonly TemporaryFolder _folder = new();

    [Theory]
    [InlineData]
    [InlineData("--seed", "5")]
    [InlineData("--sensors", "3", "--hubs", "2", "--loss", "2%", "--for", "30s")]
    [InlineData("--seeds", "3")]
    public void A_simulation_that_passes_is_exit_code_0(params string[] arguments)
    {
        ToolRun run = SimulateRun.Of(arguments);

        Assert.Equal(0, (int)run.ExitCode);
        Assert.Empty(run.Errors);
    }

    [Fact]
    public void A_simulation_that_fails_is_exit_code_20_and_says_why()
    {
        string path = WriteScenario(Impossible);

        ToolRun run = SimulateRun.Of("--scenario", path);

        Assert.Equal(20, (int)run.ExitCode);
        Assert.Contains("FAILED expectation at 0:00:20.000", run.Output, StringComparison.Ordinal);
        Assert.Contains("not met: ", run.Output, StringComparison.Ordinal);
        Assert.Contains($"again: nanopptp simulate --scenario {path} --seed 1", run.Output,
            StringComparison.Ordinal);
        Assert.Contains("--out DIR", run.Output, StringComparison.Ordinal);
        Assert.Contains("\nFAILED: ", run.Output, StringComparison.Ordinal);
        Assert.Equal(20, (int)SimulateRun.Of("--scenario", path, "--json").ExitCode);
    }

    [Fact]
    public void A_file_that_is_not_there_is_exit_code_4()
    {
        ToolRun run = SimulateRun.Of("--scenario", _folder["none.yaml"]);

        Assert.Equal(4, (int)run.ExitCode);
        Assert.Contains("does not exist.", run.Errors, StringComparison.Ordinal);
        Assert.Empty(run.Output);
    }

    [Fact]
    public void A_folder_in_the_place_of_a_file_is_exit_code_4()
    {
        ToolRun run = SimulateRun.Of("--scenario", _folder.Path);

        Assert.Equal(4, (int)run.ExitCode);
        Assert.Contains("is a folder.", run.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public void Everything_that_is_wrong_with_a_file_is_told_with_its_line()
    {
        string path = WriteScenario("""
            name: broken
            hubs:
              - name: hub
                conections: 5
            timeline:
              - fault: los
                share: 5

            """);

        ToolRun run = SimulateRun.Of("--scenario", path);

        Assert.Equal(4, (int)run.ExitCode);
        string[] lines = run.Errors.TrimEnd('\n').Split('\n');
        Assert.Equal(3, lines.Length);
        Assert.StartsWith($"nanopptp: {path}:4:5: ", lines[0], StringComparison.Ordinal);
        Assert.Contains("did you mean 'connections'?", lines[0], StringComparison.Ordinal);
        Assert.StartsWith($"nanopptp: {path}:6:", lines[1], StringComparison.Ordinal);
        Assert.StartsWith($"nanopptp: {path}:7:", lines[2], StringComparison.Ordinal);
        Assert.Empty(run.Output);
    }

    [Fact]
    public void A_port_that_is_taken_is_exit_code_5()
    {
        using var taken = new TcpListener(IPAddress.Loopback, 0);
        taken.Start();

        ToolRun run = SimulateRun.Of("--web", taken.LocalEndpoint.ToString()!);

        Assert.Equal(5, (int)run.ExitCode);
        Assert.Contains(
            $"cannot be served at {taken.LocalEndpoint}: ", run.Errors, StringComparison.Ordinal);
        Assert.Contains("another port with --web PORT", run.Errors, StringComparison.Ordinal);
        Assert.Empty(run.Output);
    }

    [Theory]
    [InlineData("1 sensor, 1 hub, 24 h", "--for", "24h", "--reorder", "--loss", "20%")]
    [InlineData("", "--seeds", "1-")]
    public async Task Ctrl_C_is_exit_code_130_and_everything_so_far_is_told(
        string expected, params string[] arguments)
    {
        using var process = ToolProcess.Simulate([.. arguments, "--out", _folder["out"]]);
        await process.UntilAsync(_ => File.Exists(_folder["out/junit.xml"]) ? "begun" : null);
        await Task.Delay(500, TestContext.Current.CancellationToken);
        process.Interrupt();
        ToolRun run = await process.EndAsync();

        Assert.Equal(130, (int)run.ExitCode);
        Assert.Contains(expected, run.Output, StringComparison.Ordinal);
        Assert.Empty(run.Errors);
        Assert.Contains(
            "unfinished",
            await File.ReadAllTextAsync(
                _folder["out/junit.xml"], TestContext.Current.CancellationToken),
            StringComparison.Ordinal);
    }

    public void Dispose() => _folder.Dispose();

    private string WriteScenario(string text)
    {
        string path = _folder["scenario.yaml"];
        File.WriteAllText(path, text);
        return path;
    }
}
