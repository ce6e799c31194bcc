// What is wrong with the options of "simulate" is said in a sentence, and nothing is begun.

using System;
using System.Linq;
using Xunit;

namespace nanoPptp.Tool.Tests.Simulate;

public sealed class SimulateUsageTests
{
    [Theory]
    [InlineData("--seed wants a number from 0 to 18446744073709551615; '-1' is none.",
        "--seed", "-1")]
    [InlineData("'18446744073709551616' is none.", "--seed", "18446744073709551616")]
    [InlineData("'1,5' is none.", "--seed", "1,5")]
    [InlineData("--scenario wants a name or a file; '' is none.", "--scenario", "")]
    [InlineData("--sensors wants a number from 1 to 65532; '0' is none.", "--sensors", "0")]
    [InlineData("'65533' is none.", "--sensors", "65533")]
    [InlineData("'x' is none.", "--sensors", "x")]
    [InlineData("'99999999999999999999' is none.", "--sensors", "99999999999999999999")]
    [InlineData("--hubs wants a number from 1 to 8; '9' is none.", "--hubs", "9")]
    [InlineData("--for wants a time from 1ms to 24h, like 500ms, 30s, 10m, 1h; '5' is none.",
        "--for", "5")]
    [InlineData("'25h' is none.", "--for", "25h")]
    [InlineData("'0' is none.", "--for", "0")]
    [InlineData("'-5s' is none.", "--for", "-5s")]
    [InlineData("--loss wants a share of at most 100%, like 5% or 0.05; '5' is none.",
        "--loss", "5")]
    [InlineData("'101%' is none.", "--loss", "101%")]
    [InlineData("'x' is none.", "--reorder", "x")]
    [InlineData("'2.0' is none.", "--duplicate", "2.0")]
    [InlineData("'-1%' is none.", "--corrupt", "-1%")]
    [InlineData("--delay wants a time from 1ms to 10m,", "--delay", "0")]
    [InlineData("'11m' is none.", "--jitter", "11m")]
    [InlineData("--out wants the name of a folder; '' is none.", "--out", "")]
    [InlineData("--web wants PORT or ADDRESS:PORT,", "--web", "hub:80")]
    [InlineData("'0.0.0.0' is none.", "--web", "0.0.0.0")]
    [InlineData("'65536' is none.", "--web", "65536")]
    [InlineData("--seeds wants FIRST-LAST, like 1-500, or 1- for all from 1 on; '5-1' is none.",
        "--seeds", "5-1")]
    [InlineData("'1-2-3' is none.", "--seeds", "1-2-3")]
    [InlineData("'-' is none.", "--seeds", "-")]
    [InlineData("'a\\u001b[2J' is none.", "--seeds", "a\u001b[2J")]
    [InlineData("--stop-after wants a time from 1ms to 720h,",
        "--seeds", "1-2", "--stop-after", "721h")]
    [InlineData("--jobs wants a number from 1 to 256; '0' is none.",
        "--seeds", "1-2", "--jobs", "0")]
    [InlineData("--seed", "--seed")]
    [InlineData("--seed", "--seed", "1", "--seed", "2")]
    public void A_value_that_is_none_is_exit_code_2(string expected, params string[] arguments) =>
        AssertRefused(expected, arguments);

    [Theory]
    [InlineData("--scenario and --seeds do not go together", "--scenario", "ok", "--seeds", "1-2")]
    [InlineData("--seeds and --sweep do not go together", "--seeds", "1-2", "--sweep")]
    [InlineData("--scenario and --list do not go together", "--scenario", "ok", "--list")]
    [InlineData("the scenario says it", "--scenario", "ok", "--sensors", "3")]
    [InlineData("the scenario says it", "--scenario", "ok", "--hubs", "3")]
    [InlineData("each seed draws its own world", "--seeds", "1-2", "--seed", "3")]
    [InlineData("each seed draws its own world", "--seeds", "1-2", "--loss", "3%")]
    [InlineData("each seed draws its own world", "--seeds", "1-2", "--web")]
    [InlineData("each seed draws its own world", "--seeds", "1-2", "--ladder")]
    [InlineData("each seed draws its own world", "--seeds", "1-2", "--out", "x", "--pcap")]
    [InlineData("the sweep has a session of its own", "--sweep", "--for", "3s")]
    [InlineData("nothing is run", "--list", "--out", "x")]
    [InlineData("--stop-after means nothing without --seeds", "--stop-after", "3s")]
    [InlineData("--jobs means nothing without --seeds", "--jobs", "3")]
    [InlineData("--pcap means nothing without --out", "--pcap")]
    [InlineData("--ladder and --json do not go together", "--ladder", "--json")]
    [InlineData("no option '--bug'", "--bug", "SendsTwice")]
    public void Options_that_do_not_go_together_are_exit_code_2(
        string expected, params string[] arguments) => AssertRefused(expected, arguments);

    private static void AssertRefused(string expected, string[] arguments)
    {
        ToolRun run = SimulateRun.Of(arguments);

        Assert.Equal(2, (int)run.ExitCode);
        Assert.Contains(expected, run.Errors, StringComparison.Ordinal);
        Assert.Empty(run.Output);
        Assert.EndsWith("Try: nanopptp simulate --help\n", run.Errors, StringComparison.Ordinal);
        string[] lines = run.Errors.TrimEnd('\n').Split('\n');
        Assert.Equal(lines.Distinct(), lines);
        Assert.All(
            lines[..^1], line => Assert.StartsWith("nanopptp: ", line, StringComparison.Ordinal));
        Assert.DoesNotContain("System.", run.Errors, StringComparison.Ordinal);
        Assert.DoesNotContain("Exception", run.Errors, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", run.Errors, StringComparison.Ordinal);
    }
}
