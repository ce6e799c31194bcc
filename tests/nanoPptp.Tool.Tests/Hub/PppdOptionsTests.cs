// pppd's options, mapped to the hub as pppd would act on them.

using System;
using System.Linq;
using nanoPptp.Tool.Hub.Configuration;
using Simulator.Hub;
using Xunit;

namespace nanoPptp.Tool.Tests.Hub;

public sealed class PppdOptionsTests : IDisposable
{
    private const string Debian =
        """
        # Debian's own pptpd-options
        name pptpd
        refuse-pap
        refuse-chap
        refuse-mschap
        require-mschap-v2
        require-mppe-128
        proxyarp
        nodefaultroute
        lock
        nobsdcomp
        novj
        novjccomp
        nologfd
        """;

    private readonly FilesUnderTest _files = new();

    [Fact]
    public void The_options_that_Debian_ships_are_understood()
    {
        HubSettings settings = _files.Read(options: Debian).Settings;

        Assert.Empty(_files.Report.Errors);
        Assert.Empty(_files.Report.Warnings);
        Assert.Equal("pptpd", settings.HostName);
        Assert.Equal([HubAuthentication.MsChapV2], settings.Authentications);
        Assert.Equal(HubEncryption.RequireMppe, settings.Encryption);
        Assert.Equal(MppeStrengths.Bits128, settings.MppeStrengths);
        Assert.Equal(
            ["refuse-pap", "refuse-chap", "refuse-mschap", "proxyarp", "nodefaultroute", "lock",
                "nobsdcomp", "novj", "novjccomp", "nologfd"],
            _files.Report.Idle.Select(remark => remark.Text));
    }

    [Theory]
    [InlineData("require-mschap-v2", "MsChapV2")]
    [InlineData("+mschap-v2", "MsChapV2")]
    [InlineData("require-chap", "ChapMd5")]
    [InlineData("require-pap require-chap require-mschap-v2", "MsChapV2 ChapMd5 Pap")]
    [InlineData("require-mschap require-mschap-v2", "MsChapV2")]
    [InlineData("auth", "MsChapV2 ChapMd5 Pap")]
    [InlineData("auth require-pap", "Pap")]
    [InlineData("", "None")]
    [InlineData("require-mschap-v2 noauth", "None")]
    [InlineData("noauth require-mschap-v2", "MsChapV2")]
    public void Authentication_is_what_pppd_would_demand(string options, string expected)
    {
        HubSettings settings = _files.Read(options: options).Settings;

        Assert.Empty(_files.Report.Errors);
        Assert.Equal(expected, string.Join(' ', settings.Authentications));
        Assert.Equal(
            expected == "None" || options.Contains("mschap ", StringComparison.Ordinal),
            _files.Report.Warnings.Count > 0);
    }

    [Theory]
    [InlineData("", HubEncryption.Refused, MppeStrengths.Bits128)]
    [InlineData("nomppe", HubEncryption.Refused, MppeStrengths.Bits128)]
    [InlineData("noccp", HubEncryption.Refused, MppeStrengths.Bits128)]
    [InlineData("require-mppe nomppe", HubEncryption.Refused, MppeStrengths.Bits128)]
    [InlineData(
        "require-mppe", HubEncryption.RequireMppe, MppeStrengths.Bits40 | MppeStrengths.Bits128)]
    [InlineData("+mppe nomppe-40", HubEncryption.RequireMppe, MppeStrengths.Bits128)]
    [InlineData("require-mppe nomppe-128", HubEncryption.RequireMppe, MppeStrengths.Bits40)]
    [InlineData("require-mppe-40", HubEncryption.RequireMppe, MppeStrengths.Bits40)]
    [InlineData(
        "require-mppe-128 nomppe-stateful", HubEncryption.RequireMppe, MppeStrengths.Bits128)]
    [InlineData(
        "require-mppe-40 require-mppe-128",
        HubEncryption.RequireMppe,
        MppeStrengths.Bits40 | MppeStrengths.Bits128)]
    public void Encryption_is_what_pppd_would_demand(
        string options, HubEncryption encryption, MppeStrengths strengths)
    {
        HubSettings settings = _files.Read(options: $"require-mschap-v2 {options}").Settings;

        Assert.Empty(_files.Report.Errors);
        Assert.Equal(encryption, settings.Encryption);
        Assert.Equal(strengths, settings.MppeStrengths);
    }

    [Fact]
    public void Numbers_and_servers_are_obeyed()
    {
        HubConfiguration read = _files.Read(options:
            """
            auth mtu 1300 mru 1200
            lcp-echo-interval 7 lcp-echo-failure 2
            lcp-restart 5 lcp-max-configure 6 lcp-max-terminate 3
            lcp-max-failure 4
            chap-interval 60
            idle 90 maxconnect 3600
            ms-dns 10.0.0.1 ms-dns 10.0.0.2 ms-dns 10.0.0.3 ms-wins 10.0.0.4
            """);
        HubSettings settings = read.Settings;

        Assert.Empty(_files.Report.Errors);
        Assert.Equal(1300, settings.Mtu);
        Assert.Equal(1200, settings.Mru);
        Assert.Equal(7000, settings.LcpEchoIntervalMs);
        Assert.Equal(2, settings.LcpEchoFailureCount);
        Assert.Equal(5000, settings.RestartTimerMs);
        Assert.Equal(6, settings.MaximumConfigureCount);
        Assert.Equal(3, settings.MaximumTerminateCount);
        Assert.Equal(4, settings.MaximumFailureCount);
        Assert.Equal(60_000, settings.ChapRechallengeIntervalMs);
        Assert.Equal(90, read.IdleSeconds);
        Assert.Equal(3600, read.LongestSeconds);
        Assert.Equal(
            ["10.0.0.2", "10.0.0.3", "10.0.0.4", "10.0.0.4"],
            new[]
            {
                settings.PrimaryDns, settings.SecondaryDns, settings.PrimaryWins,
                settings.SecondaryWins,
            }.Select(address => Ipv4Address.ToText(address!.Value)));
    }

    [Fact]
    public void Without_a_word_about_them_MTU_and_MRU_are_those_of_PPP()
    {
        HubSettings settings = _files.Read(options: "auth").Settings;

        Assert.Equal(1500, settings.Mtu);
        Assert.Equal(1500, settings.Mru);
        Assert.Null(settings.PrimaryDns);
        Assert.Equal(
            int.MaxValue,
            _files.Read(options: "auth lcp-echo-failure 0").Settings.LcpEchoFailureCount);
    }

    [Theory]
    [InlineData(
        "require-mschapv2",
        "no option \"require-mschapv2\". Did you mean require-mschap-v2?")]
    [InlineData("require-mpe-128", "Did you mean require-mppe-128?")]
    [InlineData("mppe-128", "Did you mean ")]
    [InlineData("xyzzy-plugh-frotz", "no option \"xyzzy-plugh-frotz\".")]
    [InlineData("mtu 9000", "mtu needs a number from 128 to 1500, not \"9000\".")]
    [InlineData("mru x", "mru needs a number from 128 to 1500, not \"x\".")]
    [InlineData("ms-dns dns.example", "ms-dns needs an IPv4 address, not \"dns.example\".")]
    [InlineData("idle", "idle needs a value.")]
    [InlineData("name ''", "name needs 1 to 64 octets")]
    [InlineData("noip", "nothing for this hub to carry")]
    [InlineData("call provider", "this hub calls nobody")]
    [InlineData("file /no/such", "/no/such does not exist.")]
    [InlineData("\"open", "never closed")]
    public void A_mistake_is_told_with_its_line(string options, string expected)
    {
        _files.Read(options: $"auth\n\n{options}\n");

        string error = _files.Report.Errors[0].ToString();
        Assert.StartsWith($"{_files["options"]}:3: ", error, StringComparison.Ordinal);
        Assert.Contains(expected, error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("auth\nrequire-eap", ":2: this hub speaks MS-CHAPv2, CHAP-MD5 and PAP")]
    [InlineData("require-mschap", ":1: this hub speaks MS-CHAPv2, CHAP-MD5 and PAP")]
    [InlineData("require-chap\nrequire-mppe", ":2: MPPE takes its keys from MS-CHAPv2")]
    [InlineData("require-mppe", ":1: MPPE takes its keys from MS-CHAPv2")]
    public void What_no_client_could_satisfy_is_refused_at_once(string options, string expected)
    {
        _files.Read(options: options);

        Assert.Contains(
            expected, Assert.Single(_files.Report.Errors).ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("plugin radius.so", "not loaded")]
    [InlineData("mppe-stateful", "stateless MPPE only")]
    [InlineData("10.0.0.1:10.0.0.2", "come from pptpd.conf")]
    [InlineData("10.0.0.1:", "come from pptpd.conf")]
    public void What_works_otherwise_than_expected_is_a_warning(string options, string expected)
    {
        _files.Read(options: $"auth {options}");

        Assert.Empty(_files.Report.Errors);
        Assert.Contains(
            expected, Assert.Single(_files.Report.Warnings).Text, StringComparison.Ordinal);
    }

    [Fact]
    public void Files_may_include_files_but_not_without_end()
    {
        _files.Write("more", "mtu 1234 # in another file\n");
        HubSettings settings = _files.Read(options: $"auth file {_files["more"]}").Settings;
        Assert.Empty(_files.Report.Errors);
        Assert.Equal(1234, settings.Mtu);

        string self = _files["self"];
        _files.Write("self", $"file {self}\n");
        _files.Read(options: $"auth file {self}");
        Assert.Contains(
            "too deeply", Assert.Single(_files.Report.Errors).Text, StringComparison.Ordinal);
    }

    [Fact]
    public void Options_with_a_value_never_take_it_for_an_option()
    {
        _files.Read(
            options: "auth logfile mtu ipparam idle linkname 'a b' asyncmap 0 /dev/ttyS0 9600");

        Assert.Empty(_files.Report.Errors);
        Assert.Equal(
            ["logfile", "ipparam", "linkname", "asyncmap", "/dev/ttyS0", "9600"],
            _files.Report.Idle.Select(remark => remark.Text));
    }

    public void Dispose() => _files.Dispose();
}
