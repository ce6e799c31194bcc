// pptpd.conf: what matters is obeyed, what is wrong is told with its line, all at once.

using System;
using System.Linq;
using nanoPptp.Tool.Hub.Configuration;
using Simulator.Hub;
using Xunit;

namespace nanoPptp.Tool.Tests.Hub;

public sealed class PptpdConfTests : IDisposable
{
    private readonly FilesUnderTest _files = new();

    [Fact]
    public void Addresses_connections_and_timeout_are_obeyed()
    {
        HubConfiguration read = _files.Read(
            """
            # A comment
            localip 192.168.7.1
            remoteip 192.168.7.20-29     # behind a value too
            connections 5
            listen 127.0.0.9
            stimeout 3
            """);

        Assert.Empty(_files.Report.Errors);
        Assert.Empty(_files.Report.Warnings);
        Assert.Equal("192.168.7.1", Ipv4Address.ToText(read.Settings.TunnelAddress));
        Assert.Equal("192.168.7.20-29", AddressList.Describe(read.Settings.ClientAddresses));
        Assert.Equal(5, read.Settings.MaximumCallCount);
        Assert.Equal(3000, read.Settings.StartTimeoutMs);
        Assert.Equal("127.0.0.9", Ipv4Address.ToText(read.Listen!.Value));
    }

    [Fact]
    public void The_options_file_that_it_names_is_read_beside_it()
    {
        _files.Write("options.pptpd", "require-mschap-v2\nmtu 1300\n");
        HubConfiguration read = _files.Read("option options.pptpd\n");

        Assert.Empty(_files.Report.Errors);
        Assert.Equal(1300, read.Settings.Mtu);
        Assert.Equal(HubEncryption.Refused, read.Settings.Encryption);
    }

    [Fact]
    public void An_options_file_that_is_missing_is_told_with_the_line_that_names_it()
    {
        _files.Read("\noption none\n");

        Assert.Equal(
            [$"{_files["pptpd.conf"]}:2: {_files["none"]} does not exist."],
            _files.Report.Errors.Select(error => error.ToString()));
    }

    [Fact]
    public void What_has_no_meaning_here_is_accepted_and_told()
    {
        _files.Read("logwtmp\ndebug\nnoipparam\nspeed 115200\nbcrelay eth1\nppp /usr/sbin/pppd\n"
            + "pidfile /run/x\nvrf red\n");

        Assert.Empty(_files.Report.Errors);
        Assert.Equal(
            ["logwtmp", "debug", "noipparam", "speed", "bcrelay", "ppp", "pidfile", "vrf"],
            _files.Report.Idle.Select(remark => remark.Text));
        Assert.Equal(Enumerable.Range(1, 8), _files.Report.Idle.Select(remark => remark.Line));
    }

    [Theory]
    [InlineData("remotip 10.98.0.5", "no directive \"remotip\". Did you mean remoteip?")]
    [InlineData("loclaip 10.98.0.5", "no directive \"loclaip\". Did you mean localip?")]
    [InlineData("options /etc/x", "no directive \"options\". Did you mean option?")]
    [InlineData("frobnicate yes", "no directive \"frobnicate\".")]
    [InlineData("localip", "localip needs a value.")]
    [InlineData("logwtmp yes", "logwtmp takes no value.")]
    [InlineData("connections many", "connections needs a number from 1 to 65536, not \"many\".")]
    [InlineData("connections 0", "connections needs a number from 1 to 65536, not \"0\".")]
    [InlineData("stimeout -1", "stimeout needs a number from 1 to 3600, not \"-1\".")]
    [InlineData("listen eth0", "listen: \"eth0\" is no IPv4 address of this machine.")]
    [InlineData("remoteip 10.98.0.9-2", "a range goes upwards")]
    [InlineData("localip 10.98.0", "localip: \"10.98.0\" is no IPv4 address")]
    [InlineData(" debug", "begins with a blank")]
    [InlineData("remoteip 10.98.0.1-9", "10.98.0.1 (localip) is one of those for clients")]
    public void A_mistake_is_told_with_its_line(string line, string expected)
    {
        _files.Read($"# first\n\n{line}\n");

        string error = Assert.Single(_files.Report.Errors).ToString();
        Assert.StartsWith($"{_files["pptpd.conf"]}:3: ", error, StringComparison.Ordinal);
        Assert.Contains(expected, error, StringComparison.Ordinal);
    }

    [Fact]
    public void All_mistakes_are_told_at_once()
    {
        _files.Read("localip x\nremotip 1.2.3.4\nconnections 0\nlisten 1.2.3.4\nlisten 1.2.3.5\n");

        Assert.Equal([1, 2, 3, 5], _files.Report.Errors.Select(error => error.Line));
        Assert.Contains(
            "listen was given in line 4 already",
            _files.Report.Errors[^1].Text,
            StringComparison.Ordinal);
    }

    [Fact]
    public void A_gap_in_remoteip_is_a_gap_and_its_order_is_the_order()
    {
        HubConfiguration read = _files.Read(
            "remoteip 10.98.0.245,10.98.0.100-200,10.98.0.201,10.98.0.7\n");

        Assert.Empty(_files.Report.Errors);
        Assert.Empty(_files.Report.Warnings);
        Assert.Equal(
            "10.98.0.245,10.98.0.100-201,10.98.0.7",
            AddressList.Describe(read.Settings.ClientAddresses));
    }

    [Theory]
    [InlineData("10.98.0.7,10.98.0.1", true)]
    [InlineData("10.98.0.9,10.98.0.0-2", true)]
    [InlineData("10.98.0.0,10.98.0.2-9", false)]
    public void The_hubs_own_address_may_stand_in_a_gap_only(string list, bool isError)
    {
        _files.Read($"remoteip {list}\n");

        Assert.Equal(isError, _files.Report.Errors.Count == 1);
    }

    public void Dispose() => _files.Dispose();
}
