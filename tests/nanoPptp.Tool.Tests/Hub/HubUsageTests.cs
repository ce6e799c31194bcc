// What is wrong with a command line or with files is said in sentences, all at once, and nothing is
// begun.

using System;
using System.Linq;
using Xunit;

namespace nanoPptp.Tool.Tests.Hub;

public sealed class HubUsageTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    [Theory]
    [InlineData("either --secrets FILE")]
    [InlineData("either --secrets FILE", "--secrets", "x", "--user", "u", "--password-file", "p")]
    [InlineData("belong together", "--user", "u")]
    [InlineData("belong together", "--secrets", "x", "--password-file", "p")]
    [InlineData("1 to 128 octets", "--user", "", "--password-file", "p")]
    [InlineData("--listen needs an IPv4 address", "--secrets", "x", "--listen", "::1")]
    [InlineData("--listen needs an IPv4 address", "--secrets", "x", "--listen", "10.98.0.1-9")]
    [InlineData("--port needs a port", "--secrets", "x", "--port", "0")]
    [InlineData("--port needs a port", "--secrets", "x", "--port", "65536")]
    [InlineData("--port wants a TCP port", "--secrets", "x", "--port", "pptp")]
    [InlineData("--reading-port needs a port", "--secrets", "x", "--reading-port", "-1")]
    [InlineData("--tun needs a name", "--secrets", "x", "--tun", "a-name-that-is-too-long")]
    [InlineData("--tun needs a name", "--secrets", "x", "--tun", "a/b")]
    [InlineData("--for needs", "--secrets", "x", "--for", "-1")]
    [InlineData("--pcap needs the name", "--secrets", "x", "--pcap", "-")]
    [InlineData("--readings needs the name", "--secrets", "x", "--readings", "")]
    [InlineData("--options needs the name", "--secrets", "x", "--options", "")]
    [InlineData("one file only", "--secrets", "-", "--options", "-")]
    [InlineData("write over the file of --secrets", "--secrets", "./x", "--readings", "x")]
    [InlineData(
        "write over the file of --pcap", "--secrets", "y", "--pcap", "x", "--readings", "x")]
    [InlineData("'--dial'", "--secrets", "x", "--dial")]
    public void A_command_line_that_is_wrong_is_exit_code_2(
        string expected, params string[] arguments)
    {
        ToolRun run = ToolRun.Of(["hub", .. arguments]);

        Assert.Equal(ExitCode.Usage, run.ExitCode);
        Assert.Contains(expected, run.Errors, StringComparison.Ordinal);
        Assert.Contains("nanopptp hub --help", run.Errors, StringComparison.Ordinal);
        Assert.Empty(run.Output);
    }

    [Fact]
    public void All_mistakes_in_all_files_are_told_at_once_with_exit_code_4()
    {
        string options = _folder.WriteSecret("options", "require-mschapv2\nmtu 9000\n");
        string conf = _folder.WriteSecret("pptpd.conf", $"option {options}\nremotip 10.98.0.9\n");
        string secrets = _folder.WriteSecret("secrets", "sensor1 hunter2\n");
        ToolRun run = ToolRun.Of("hub", "--json", "--pptpd-conf", conf, "--secrets", secrets);

        Assert.Equal(ExitCode.FileUnreadable, run.ExitCode);
        string[] lines = run.Errors.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Contains($"{conf}:2: ", lines[0], StringComparison.Ordinal);
        Assert.Contains($"{options}:1: ", lines[1], StringComparison.Ordinal);
        Assert.Contains($"{options}:2: ", lines[2], StringComparison.Ordinal);
        Assert.Contains($"{secrets}:1: ", lines[^1], StringComparison.Ordinal);
        Assert.DoesNotContain("hunter2", run.Errors + run.Output, StringComparison.Ordinal);
        Assert.Equal("configuration-wrong", run.Events()[^1].GetProperty("code").GetString());
    }

    [Theory]
    [InlineData("--pptpd-conf")]
    [InlineData("--options")]
    [InlineData("--secrets")]
    public void A_file_that_is_missing_is_exit_code_4(string option)
    {
        string none = _folder["none"];
        string secrets = _folder.WriteSecret("secrets", "* * x *\n");
        string[] users = option == "--secrets" ? [] : ["--secrets", secrets];
        ToolRun run = ToolRun.Of(["hub", .. users, option, none]);

        Assert.Equal(ExitCode.FileUnreadable, run.ExitCode);
        Assert.Contains($"{none}: does not exist.", run.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public void Text_that_is_none_is_told()
    {
        System.IO.File.WriteAllBytes(_folder["binary"], [0x70, 0xFF, 0xFE]);
        ToolRun run = ToolRun.Of("hub", "--secrets", _folder["binary"]);

        Assert.Equal(ExitCode.FileUnreadable, run.ExitCode);
        Assert.Contains("UTF-8", run.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public void Help_names_every_option()
    {
        ToolRun run = ToolRun.Of("hub", "--help");

        Assert.Equal(ExitCode.Ok, run.ExitCode);
        foreach (string option in (string[])
        [
            "--pptpd-conf", "--options", "--secrets", "--user", "--password-file", "--listen",
            "--port", "--tun", "--reading-port", "--readings", "--pcap", "--for", "--json",
        ])
        {
            Assert.Contains($"{option} ", run.Output, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void The_README_names_every_option()
    {
        string readme = System.IO.File.ReadAllText(ReadmePath());
        string section = readme[readme.IndexOf("\n## hub\n", StringComparison.Ordinal)..];
        section = section[..section.IndexOf("\n## ", 4, StringComparison.Ordinal)];
        ToolRun help = ToolRun.Of("hub", "--help");
        string[] options =
        [
            .. help.Output.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries)
                .Where(word => word.StartsWith("--", StringComparison.Ordinal))
                .Select(word => word.TrimEnd(',', '.', ')', ';', ':'))
                .Distinct(),
        ];

        Assert.True(options.Length >= 13, string.Join(' ', options));
        foreach (string option in options.Where(name => name != "--help"))
        {
            Assert.Contains($"`{option}", section, StringComparison.Ordinal);
        }
    }

    public void Dispose() => _folder.Dispose();

    private static string ReadmePath(
        [System.Runtime.CompilerServices.CallerFilePath] string here = "") =>
        System.IO.Path.Combine(
            System.IO.Path.GetDirectoryName(here)!,
            "..", "..", "..", "tools", "nanopptp", "README.md");
}
