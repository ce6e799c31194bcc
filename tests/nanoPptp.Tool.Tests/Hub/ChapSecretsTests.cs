// chap-secrets: who may log in, by pppd's rules.

using System;
using System.Linq;
using System.Runtime.Versioning;
using nanoPptp.Tool.Hub.Configuration;
using Simulator.Hub;
using Xunit;

namespace nanoPptp.Tool.Tests.Hub;

public sealed class ChapSecretsTests : IDisposable
{
    private const string Options = "auth name hub1\n";

    private readonly FilesUnderTest _files = new();

    [Theory]
    [InlineData("sensor1 hub1 one *", "one")]
    [InlineData("sensor1 * one *", "one")]
    [InlineData("sensor1 other one *\nsensor1 * two *", "two")]
    [InlineData("sensor1 * one *\nsensor1 * two *", "one")]
    [InlineData("sensor1 * one *\nsensor1 hub1 two *", "two")]
    [InlineData("* * one *\nsensor1 * two *", "two")]
    [InlineData("* hub1 one *\nsensor1 * two *", "one")]
    [InlineData("* hub1 one *\nsensor1 hub1 two *", "two")]
    [InlineData("\"sensor1\" 'hub1' \"a b\\\"c # d\" * # comment", "a b\"c # d")]
    [InlineData("# sensor1 * zero *\n\n  sensor1 \\\n * one *", "one")]
    [InlineData("'DESK\\\\sensor1' * one *", "one")]
    [InlineData("sensor1 * \"\" *", "")]
    public void The_line_that_counts_is_the_one_that_counts_for_pppd(string text, string expected)
    {
        HubConfiguration read = _files.Read(options: Options, secrets: text + "\n");

        Assert.Empty(_files.Report.Errors);
        Assert.True(read.Settings.Users.TryGetValue("sensor1", out string? password));
        Assert.Equal(expected, password);
    }

    [Theory]
    [InlineData("sensor2 * one *")]
    [InlineData("sensor1 other one *\nsensor2 * two *")]
    public void Who_has_no_line_has_no_password(string text)
    {
        HubConfiguration read = _files.Read(options: Options, secrets: text);

        Assert.Empty(_files.Report.Errors);
        Assert.False(read.Settings.Users.TryGetValue("sensor1", out _));
        Assert.False(read.Settings.Users.ContainsKey("SENSOR2"));
        Assert.True(read.Settings.Users.ContainsKey("sensor2"));
    }

    [Fact]
    public void A_secret_may_be_in_a_file_of_its_own()
    {
        string path = _files.Write("one", "'the word'\n");
        HubConfiguration read = _files.Read(options: Options, secrets: $"sensor1 * @{path} *");

        Assert.Empty(_files.Report.Errors);
        Assert.Equal("the word", read.Settings.Users["sensor1"]);
    }

    [Theory]
    [InlineData("sensor1 *\n", "a line needs a client, a server and a secret.")]
    [InlineData("sensor1 * @/no/such *", "/no/such does not exist.")]
    [InlineData("sensor1 * pass word", "its address number 1 is no IPv4 address")]
    [InlineData("sensor1 * x 10.98.0.0/33", "its address number 1")]
    [InlineData("sensor1 * x * 10.98.0.0/", "its address number 2")]
    [InlineData("sensor1 * x 10.98.0.7/0", "its address number 1")]
    [InlineData("sensor1 * x !*", "its address number 1")]
    [InlineData("sensor1 * x !!10.98.0.7", "its address number 1")]
    public void A_mistake_is_told_with_its_line_and_without_the_secret(
        string line, string expected)
    {
        _files.Read(options: Options, secrets: $"# first\nsensor9 * y *\n{line}\n");

        string error = Assert.Single(_files.Report.Errors).ToString();
        Assert.StartsWith($"{_files["secrets"]}:3: ", error, StringComparison.Ordinal);
        Assert.Contains(expected, error, StringComparison.Ordinal);
        Assert.DoesNotContain("word", error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("")]
    [InlineData("-")]
    [InlineData("- 10.98.0.7")]
    [InlineData("!10.99.0.0/16")]
    public void Without_an_address_there_is_no_session_and_that_is_told(string addresses)
    {
        HubConfiguration read = _files.Read(
            options: Options, secrets: $"sensor1 * one {addresses}\nsensor2 * two *\n");

        Assert.Empty(_files.Report.Errors);
        Assert.Contains(
            ":1: sensor1: without an address",
            Assert.Single(_files.Report.Warnings).ToString(),
            StringComparison.Ordinal);
        Assert.True(read.Settings.Users.ContainsKey("sensor1"));
        Assert.Null(Choose(read, "sensor1"));
        Assert.Equal("10.98.0.100", Choose(read, "sensor2"));
    }

    [Fact]
    public void A_file_that_lets_nobody_in_is_a_mistake()
    {
        _files.Read(options: Options, secrets: "sensor1 other one *\n");

        Assert.Contains(
            "the server hub1 ",
            Assert.Single(_files.Report.Errors).ToString(),
            StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("*", "10.98.0.100")]
    [InlineData("10.98.0.0/24", "10.98.0.100")]
    [InlineData("!10.99.0.0/16 *", "10.98.0.100")]
    [InlineData("10.98.7.7", "10.98.7.7")]
    [InlineData("10.98.7.7 10.98.7.8", "10.98.7.7")]
    [InlineData("10.99.0.0/16 10.98.7.8/32", "10.98.7.8")]
    [InlineData("!10.98.0.0/16 *  10.97.0.7", null, "not all addresses of remoteip")]
    [InlineData("10.98.0.128/25", null, "not all addresses of remoteip")]
    [InlineData("10.98.0.150", "10.98.0.150", "10.98.0.150 is one of remoteip too")]
    [InlineData("10.98.7.7 -- mtu 500", "10.98.7.7")]
    public void What_stands_behind_the_secret_decides_on_the_address(
        string addresses, string? expected, string? warning = null)
    {
        HubConfiguration read = _files.Read(
            options: Options, secrets: $"sensor1 * one {addresses}\nsensor2 * two *\n");

        Assert.Empty(_files.Report.Errors);
        Assert.Equal(expected, Choose(read, "sensor1"));
        Assert.Equal("10.98.0.100", Choose(read, "sensor2"));
        if (warning is null)
        {
            Assert.Empty(_files.Report.Warnings);
            return;
        }

        string told = Assert.Single(_files.Report.Warnings).ToString();
        Assert.Contains(":1: sensor1: ", told, StringComparison.Ordinal);
        Assert.Contains(warning, told, StringComparison.Ordinal);
    }

    [Fact]
    public void The_line_for_everybody_decides_on_the_address_of_those_without_a_line()
    {
        HubConfiguration read = _files.Read(
            options: Options, secrets: "* * one 10.98.7.7\nsensor2 * two *\n");

        Assert.Empty(_files.Report.Errors);
        Assert.Contains(
            "*: all clients get 10.98.7.7",
            Assert.Single(_files.Report.Warnings).ToString(),
            StringComparison.Ordinal);
        Assert.Equal("10.98.7.7", Choose(read, "sensor1"));
        Assert.Equal("10.98.0.100", Choose(read, "sensor2"));
        Assert.Equal(["sensor2", "*"], read.Settings.UserAddresses.Keys);
        Assert.Equal(2, read.Settings.UserAddresses.Count);
        Assert.Equal("10.98.7.7", Ipv4Address.ToText(
            read.Settings.UserAddresses.Values.Last().Own!.Value));
    }

    [Fact]
    public void The_hubs_own_address_is_no_clients()
    {
        _files.Read(options: Options, secrets: "sensor1 * one 10.98.0.1\n");

        string error = Assert.Single(_files.Report.Errors).ToString();
        Assert.Contains(":1: sensor1: ", error, StringComparison.Ordinal);
        Assert.Contains("10.98.0.1 is the hub's", error, StringComparison.Ordinal);
    }

    [Fact]
    [UnsupportedOSPlatform("windows")]
    public void A_file_that_others_may_read_gives_a_warning()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows has no such file modes");
        _files.Read(options: Options);
        Assert.Empty(_files.Report.Warnings);

        System.IO.File.SetUnixFileMode(
            _files["secrets"],
            System.IO.UnixFileMode.UserRead | System.IO.UnixFileMode.OtherRead
                | System.IO.UnixFileMode.UserWrite);
        ConfigurationReport report = new();
        using System.IO.StringWriter errors = new();
        new ConfigurationFiles(ToolRun.TerminalOf(errors, errors), report)
            .Read(_files["secrets"], isSecret: true);

        Assert.Contains(
            $"chmod 600 {_files["secrets"]}",
            Assert.Single(report.Warnings).ToString(),
            StringComparison.Ordinal);
    }

    private static string? Choose(HubConfiguration read, string user)
    {
        uint offered = read.Settings.ClientAddresses[0].First;
        return read.Settings.UserAddresses[user].Choose(offered) is { } address
            ? Ipv4Address.ToText(address)
            : null;
    }

    public void Dispose() => _files.Dispose();
}
