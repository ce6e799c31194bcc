// What is wrong with a command line is said in a sentence, and nothing is begun.

using System;
using System.Linq;
using Xunit;

namespace nanoPptp.Tool.Tests;

public sealed class UsageTests
{
    private static readonly string[] s_good =
        ["connect", "--hub", "192.0.2.1", "--user", "sensor1", "--password-file", "-"];

    [Theory]
    [InlineData("--password-file")]
    [InlineData("--nt-hash-file")]
    public void A_capture_never_overwrites_the_secret(string option)
    {
        ToolRun run = ToolRun.WithInput(
            "",
            "connect", "--hub", "127.0.0.1", "--user", "u", option, "./secret", "--pcap", "secret");

        Assert.Equal(ExitCode.Usage, run.ExitCode);
        Assert.Contains($"write over the file of {option}", run.Errors, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Required command")]
    [InlineData("--hub", "connect", "--user", "u", "--password-file", "-")]
    [InlineData("--user", "connect", "--hub", "h", "--password-file", "-")]
    [InlineData("either --password-file or --nt-hash-file", "connect", "--hub", "h", "--user", "u")]
    [InlineData("'--password'", "connect", "--hub", "h", "--user", "u", "--password", "x")]
    [InlineData("dial", "dial")]
    [InlineData("--hub", "netcheck")]
    [InlineData("need --user", "netcheck", "--hub", "h", "--password-file", "-")]
    [InlineData(
        "either --password-file or --nt-hash-file", "netcheck", "--hub", "h", "--user", "u")]
    [InlineData("--timeout needs", "netcheck", "--hub", "h", "--timeout", "0")]
    [InlineData("'--udp'", "netcheck", "--hub", "h", "--udp", "10.98.0.1:7")]
    public void A_command_line_that_lacks_something_is_exit_code_2(
        string expected, params string[] arguments)
    {
        ToolRun run = ToolRun.Of(arguments);

        Assert.Equal(ExitCode.Usage, run.ExitCode);
        Assert.Contains(expected, run.Errors, StringComparison.Ordinal);
        Assert.Contains("--help", run.Errors, StringComparison.Ordinal);
        Assert.Empty(run.Output);
    }

    [Theory]
    [InlineData("IPv4 only", "--hub", "2001:db8::1")]
    [InlineData("TCP port 1723", "--hub", "192.0.2.1:1723")]
    [InlineData("a name or an IPv4 address", "--hub", " ")]
    [InlineData("1 to 128 octets", "--user", "")]
    [InlineData("strong, weak or clear", "--encryption", "mppe")]
    [InlineData("strong, weak or clear", "--encryption", "")]
    [InlineData("576 to 1452", "--mtu", "575")]
    [InlineData("--hub-kind 'vms': it is one of default, poptop,", "--hub-kind", "vms")]
    [InlineData("--last-address 'ten': give an IPv4 address", "--last-address", "ten")]
    [InlineData("--last-address '10.98': give an IPv4 address", "--last-address", "10.98")]
    [InlineData("576 to 1452", "--mtu", "1453")]
    [InlineData("--for needs", "--for", "-1")]
    [InlineData("--redial-max needs --redial", "--redial-max", "5")]
    [InlineData("more than 0", "--redial-max", "0")]
    [InlineData("up to 1073741", "--redial-max", "1073742")]
    [InlineData("wants seconds", "--redial-max", "5s")]
    [InlineData("--pcap", "--pcap", "-")]
    [InlineData("--password-file needs the name", "--password-file", "")]
    [InlineData("four decimal numbers", "--hub", "127.1")]
    [InlineData("four decimal numbers", "--hub", "2130706433")]
    [InlineData("four decimal numbers", "--hub", "0x7f.0.0.1")]
    [InlineData("four decimal numbers", "--hub", "010.0.0.1")]
    [InlineData("four decimal numbers", "--hub", "192.0.2.256")]
    [InlineData("four decimal numbers", "--hub", "192.0.2.1.")]
    [InlineData("no host's address", "--hub", "0.0.0.0")]
    [InlineData("multicast", "--hub", "224.0.0.1")]
    [InlineData("multicast", "--hub", "239.255.255.255")]
    [InlineData("broadcast", "--hub", "255.255.255.255")]
    [InlineData("a name or an IPv4 address", "--hub", "hub\u001b[2J")]
    public void A_value_out_of_its_range_is_exit_code_2(
        string expected, string option, string value)
    {
        string[] others = [.. s_good];
        int at = Array.IndexOf(others, option);
        string[] arguments = at < 0
            ? [.. others, option, value]
            : [.. others[..(at + 1)], value, .. others[(at + 2)..]];

        ToolRun run = ToolRun.Of(arguments);

        Assert.Equal(ExitCode.Usage, run.ExitCode);
        Assert.Contains(expected, run.Errors, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("there is none", "--encryption", "clear", "--stateful")]
    [InlineData("--allow-pap needs --encryption clear", "--allow-pap")]
    [InlineData("--allow-chap-md5 needs --encryption clear", "--allow-chap-md5")]
    [InlineData(
        "--allow-pap needs --encryption clear", "--allow-pap", "--encryption", "weak")]
    [InlineData("need --udp", "--message", "x")]
    [InlineData("need --udp", "--message-file", "x")]
    [InlineData("need --udp", "--count", "3")]
    [InlineData("need --udp", "--interval", "500")]
    [InlineData("needs --message", "--udp", "10.98.0.1:9")]
    [InlineData("10.98.0.1:5683", "--udp", "hub:9", "--message", "x")]
    [InlineData("10.98.0.1:5683", "--udp", "10.98.0.1", "--message", "x")]
    [InlineData("10.98.0.1:5683", "--udp", "10.98.0.1:0", "--message", "x")]
    [InlineData("10.98.0.1:5683", "--udp", "10.98.0.1:65536", "--message", "x")]
    [InlineData("10.98.0.1:5683", "--udp", "10.98:9", "--message", "x")]
    [InlineData(
        "either --message or", "--udp", "10.98.0.1:9", "--message", "x", "--message-file", "y")]
    [InlineData("--count", "--udp", "10.98.0.1:9", "--message", "x", "--count", "0")]
    [InlineData("--interval", "--udp", "10.98.0.1:9", "--message", "x", "--interval", "-5")]
    [InlineData("not both", "--udp", "10.98.0.1:9", "--message-file", "-")]
    public void Datagrams_that_cannot_be_sent_are_exit_code_2(
        string expected, params string[] more)
    {
        ToolRun run = ToolRun.Of([.. s_good, .. more]);

        Assert.Equal(ExitCode.Usage, run.ExitCode);
        Assert.Contains(expected, run.Errors, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("--for wants seconds, like 30 or 1.5; '1,5' is none.", "--for", "1,5")]
    [InlineData("--for wants seconds, like 30 or 1.5; 'abc' is none.", "--for", "abc")]
    [InlineData("--for wants seconds, like 30 or 1.5; '' is none.", "--for", "")]
    [InlineData("--for wants seconds, like 30 or 1.5; ' 1' is none.", "--for", " 1")]
    [InlineData("--for wants seconds, like 30 or 1.5; 'NaN' is none.", "--for", "NaN")]
    [InlineData("--for wants seconds, like 30 or 1.5; '1e9' is none.", "--for", "1e9")]
    [InlineData("--count wants a number, like 10; '1,000' is none.", "--count", "1,000")]
    [InlineData("--count wants a number, like 10; '99999999999' is too large.",
        "--count", "99999999999")]
    [InlineData("--interval wants milliseconds, like 500; '1.5' is none.", "--interval", "1.5")]
    [InlineData("--mtu wants octets, like 1400; 'x' is none.", "--mtu", "x")]
    [InlineData("--mtu wants octets, like 1400; 'a\\u001b[2J' is none.", "--mtu", "a\u001b[2J")]
    public void What_is_no_number_is_said_without_the_words_of_a_programmer(
        string expected, string option, string value)
    {
        ToolRun run = ToolRun.Of([.. s_good, option, value]);

        Assert.Equal(ExitCode.Usage, run.ExitCode);
        Assert.Contains($"nanopptp: {expected}\n", run.Errors, StringComparison.Ordinal);
        Assert.DoesNotContain("System.", run.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public void A_number_of_any_verb_is_refused_without_the_words_of_a_programmer()
    {
        ToolRun run = ToolRun.Of("simulate", "--seed", "abc");

        Assert.Equal(ExitCode.Usage, run.ExitCode);
        Assert.Contains("--seed", run.Errors, StringComparison.Ordinal);
        Assert.Contains("'abc'", run.Errors, StringComparison.Ordinal);
        Assert.DoesNotContain("System.", run.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public void A_message_longer_than_the_tunnel_takes_is_refused_before_it_begins()
    {
        string longest = new('x', 1372);
        ToolRun run = ToolRun.WithInput(
            "secret", [.. s_good, "--udp", "10.98.0.1:9", "--message", longest + "x"]);

        Assert.Equal(ExitCode.Usage, run.ExitCode);
        Assert.Contains("1373 octets; 1372 fit", run.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public void There_is_no_file_behind_an_at_sign()
    {
        // System.CommandLine would read more arguments from a file called "nobody".
        ToolRun run = ToolRun.WithInput(
            "", [.. s_good, "--udp", "10.98.0.1:9", "--message", "@nobody"]);

        Assert.Equal(ExitCode.FileUnreadable, run.ExitCode);
        Assert.Contains("standard input) is empty", run.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public void Help_names_every_option_and_every_exit_code()
    {
        ToolRun run = ToolRun.Of("connect", "--help");

        Assert.Equal(ExitCode.Ok, run.ExitCode);
        foreach (string option in (string[])
        [
            "--hub", "--user", "--password-file", "--nt-hash-file", "--udp", "--message",
            "--message-file", "--count", "--interval", "--for", "--mtu", "--hub-kind",
            "--last-address", "--pcap", "--json",
        ])
        {
            Assert.Contains($"{option} ", run.Output, StringComparison.Ordinal);
        }

        string table = run.Output[run.Output.IndexOf("Exit codes:", StringComparison.Ordinal)..];
        foreach (ExitCode code in Enum.GetValues<ExitCode>())
        {
            Assert.Contains($"\n  {(int)code,3}  ", table, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void The_version_is_one_line()
    {
        ToolRun run = ToolRun.Of("--version");

        Assert.Equal(ExitCode.Ok, run.ExitCode);
        Assert.Equal(1, run.Output.Count(c => c == '\n'));
    }
}
