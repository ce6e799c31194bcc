// Progress: one line that is written over on a terminal, plain lines elsewhere, nothing between
// JSON.

using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.IO;
using System.Linq;
using System.Threading.Tasks;
using nanoPptp.Tool.Simulate;
using Xunit;

namespace nanoPptp.Tool.Tests.Simulate;

public sealed class ProgressTests
{
    private const string Erase = "\u001b[K";
    private const char Escape = '\u001b';

    // Long enough for several pictures of it.
    private static readonly string[] s_long = ["--sensors", "400", "--for", "2m"];

    [Fact]
    public void On_a_terminal_one_line_is_written_over_until_the_verdict()
    {
        ToolRun run = RunOnTerminal([.. s_long]);

        Assert.Equal(ExitCode.Ok, run.ExitCode);
        string[] lines = run.Output.Split('\n');
        string[] pictures = lines[1].Split('\r');
        Assert.True(pictures.Length > 3, run.Output);
        Assert.All(
            pictures[1..^1],
            picture => Assert.Matches(
                "^\\d+ of 400 up \\| \\d+ readings? in flight \\| virtual 0:0\\d:\\d\\d \\| "
                    + "real 0:\\d\\d:\\d\\d\u001b\\[K$",
                picture));
        Assert.StartsWith($"{Erase}readings sent: ", pictures[^1], StringComparison.Ordinal);
        Assert.DoesNotContain(lines[2..], line => line.Contains(Escape));
    }

    [Fact]
    public void A_pace_makes_a_run_slower_and_changes_nothing_else()
    {
        Stopwatch watch = Stopwatch.StartNew();
        ToolRun slow = SimulateRun.Of(["--for", "2s", "--pace", "2"]);
        long slowMs = watch.ElapsedMilliseconds;
        ToolRun fast = SimulateRun.Of(["--for", "2s"]);

        // Two virtual seconds of readings and at least one more until the last one arrived.
        Assert.InRange(slowMs, 1_000, 60_000);
        Assert.Equal(Trace(fast), Trace(slow));
        Assert.DoesNotContain("--pace", slow.Output, StringComparison.Ordinal);
    }

    [Fact]
    public void Elsewhere_there_is_nothing_that_moves_a_cursor()
    {
        ToolRun run = SimulateRun.Of(s_long);

        Assert.Equal(ExitCode.Ok, run.ExitCode);
        Assert.DoesNotContain('\r', run.Output);
        Assert.DoesNotContain(Escape, run.Output);
    }

    [Fact]
    public void Elsewhere_a_picture_is_a_plain_line()
    {
        using StringWriter output = new();
        ProgressLine line = new(ToolRun.TerminalOf(output, output), isSilent: false);

        line.Show("1 of 2 up");
        line.Clear();

        Assert.Equal("1 of 2 up\n", output.ToString());
        Assert.False(line.IsDue);
    }

    [Theory]
    [InlineData("--json")]
    [InlineData("--json", "--seeds", "1-40")]
    public void Between_JSON_there_is_nothing_even_on_a_terminal(params string[] more)
    {
        ToolRun run = RunOnTerminal(more.Length > 1 ? more : [.. s_long, .. more]);

        Assert.Equal(ExitCode.Ok, run.ExitCode);
        Assert.DoesNotContain(Escape, run.Output);
        Assert.NotEmpty(run.Events());
        Assert.Empty(run.Errors);
    }

    [Fact]
    public void A_narrow_terminal_shows_as_much_as_has_room()
    {
        using StringWriter output = new();
        Terminal terminal = new()
        {
            Output = output,
            Error = output,
            OpenInput = () => Stream.Null,
            IsLive = true,
            Columns = 10,
        };

        new ProgressLine(terminal, isSilent: false).Show("0123456789");

        Assert.Equal($"\r01234567\u2026{Erase}", output.ToString());
    }

    [Theory]
    [InlineData(true, "xterm", "")]
    [InlineData(false, "xterm", "1")]
    [InlineData(false, "dumb", "")]
    public async Task A_real_terminal_is_written_over_unless_it_is_dumb_or_NO_COLOR_is_set(
        bool isLive, string term, string noColor)
    {
        using ToolProcess? process = ToolProcess.SimulateOnTerminal(
            "--seeds 1-60 --jobs 1",
            KeyValuePair.Create("TERM", term),
            KeyValuePair.Create("NO_COLOR", noColor));
        Assert.SkipWhen(process is null, "there is no script(1) here");
        ToolRun run = await process.EndAsync();

        Assert.Equal(ExitCode.Ok, run.ExitCode);
        Assert.Contains("seeds 1 to 60: 60 passed, 0 failed", run.Output, StringComparison.Ordinal);
        Assert.Equal(isLive, run.Output.Contains(Erase, StringComparison.Ordinal));
        Assert.Equal(
            isLive, run.Output.Contains(" of 60 seeds | ", StringComparison.Ordinal));
    }

    private static ToolRun RunOnTerminal(string[] arguments)
    {
        using StringWriter output = new();
        using StringWriter errors = new();
        ExitCode code = Program.Run(
            ["simulate", .. arguments], ToolRun.TerminalOf(output, errors, isLive: true));
        return new ToolRun(code, output.ToString(), errors.ToString());
    }

    private static string Trace(ToolRun run) =>
        run.Output.Split('\n').Single(line => line.StartsWith("trace: ", StringComparison.Ordinal));
}
