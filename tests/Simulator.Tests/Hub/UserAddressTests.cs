// Which address a user gets: the connection's, the user's own, or none, by pppd's rules.

using System;
using System.Collections.Generic;
using System.Linq;
using Simulator.Hub;
using Xunit;

namespace Simulator.Tests.Hub;

public class UserAddressTests
{
    private const string Second = "sensor2";

    [Theory]
    [InlineData("0.0.0.0/0", "10.98.0.100", "10.98.0.100")]
    [InlineData("10.98.0.0/24", "10.98.0.100", "10.98.0.100")]
    [InlineData("10.98.0.7", "10.98.0.100", "10.98.0.7")]
    [InlineData("10.98.0.100", "10.98.0.100", "10.98.0.100")]
    [InlineData("10.98.0.7 10.98.0.100", "10.98.0.100", "10.98.0.100")]
    [InlineData("10.98.0.7 10.98.0.8", "10.98.0.100", "10.98.0.7")]
    [InlineData("10.99.0.0/16 10.98.0.8", "10.98.0.100", "10.98.0.8")]
    [InlineData("10.99.0.0/16", "10.98.0.100", null)]
    [InlineData("!10.98.0.100 0.0.0.0/0", "10.98.0.100", null)]
    [InlineData("!10.98.0.100 0.0.0.0/0", "10.98.0.101", "10.98.0.101")]
    [InlineData("!10.98.0.0/24 10.98.0.7 10.97.0.7", "10.98.0.100", "10.97.0.7")]
    [InlineData("10.98.0.0/31 !10.98.0.0/24 0.0.0.0/0", "10.98.0.1", "10.98.0.1")]
    [InlineData("10.98.0.0/31 !10.98.0.0/24 0.0.0.0/0", "10.98.0.2", null)]
    [InlineData("!0.0.0.0/0 10.98.0.7", "10.98.0.100", null)]
    [InlineData("127.0.0.5", "10.98.0.100", null)]
    [InlineData("224.0.0.5 10.98.0.7", "10.98.0.100", "10.98.0.7")]
    [InlineData("", "10.98.0.100", null)]
    public void The_first_rule_that_covers_an_address_counts(
        string rules, string offered, string? expected)
    {
        uint? chosen = Of(rules).Choose(Ipv4Address.Parse(offered));
        Assert.Equal(expected, chosen is uint address ? Ipv4Address.ToText(address) : null);
    }

    [Fact]
    public void A_prefix_has_0_to_32_bits()
    {
        Assert.Throws<ArgumentOutOfRangeException>(
            () => new HubUserAddresses(new HubAddressRule(0, 33, true)));
        Assert.Throws<ArgumentOutOfRangeException>(
            () => new HubUserAddresses(new HubAddressRule(0, -1, true)));
        Assert.True(HubUserAddresses.Any.Permits(Ipv4Address.Parse("10.98.0.100")));
    }

    [Fact]
    public void A_user_with_an_address_gets_it_and_nobody_else_does()
    {
        var bench = new HubBench(Settings("10.98.7.7"));
        ScriptedClient own = bench.NewClientUp("192.0.2.1");
        HubSession session = bench.LastSession!;
        ScriptedClient other = NewSecond(bench);
        Assert.Equal("10.98.7.7", Ipv4Address.ToText(own.TunnelAddress));
        Assert.Equal("10.98.0.101", Ipv4Address.ToText(other.TunnelAddress));
        Assert.Equal(
            [
                "up sensor1 10.98.7.7 MPPE 128-bit stateless",
                "up sensor2 10.98.0.101 MPPE 128-bit stateless",
            ],
            bench.Events);

        // Both ways, and nothing in the name of the address that the connection was given first.
        own.SendIp(own.UdpOf("mine"));
        Assert.Equal("udp 10.98.7.7:12345 > 10.98.0.1:9 mine", bench.Events[^1]);
        bench.Hub.SendUdp(session, 1, 2, "to you"u8, bench.NowMs);
        own.ExpectIp("IPv4 UDP 10.98.0.1:1 > 10.98.7.7:2, 6 octets");
        bench.Hub.Ping(session, 1, 1, "ping"u8, bench.NowMs);
        own.ExpectIp("IPv4 * 10.98.0.1 > 10.98.7.7*");
        int eventCount = bench.Events.Count;
        own.SendIp(ScriptedClient.UdpOf(
            "not mine"u8.ToArray(), Ipv4Address.Parse("10.98.0.100"), "10.98.0.1", 9));
        Assert.Equal([HubNote.IpWrongSource], bench.Notes);
        other.SendIp(ScriptedClient.UdpOf(
            "not mine"u8.ToArray(), Ipv4Address.Parse("10.98.7.7"), "10.98.0.1", 9));
        Assert.Equal([HubNote.IpWrongSource, HubNote.IpWrongSource], bench.Notes);
        Assert.Equal(eventCount, bench.Events.Count);
    }

    [Fact]
    public void A_client_that_asks_for_another_address_is_told_its_own()
    {
        var bench = new HubBench(Settings("10.98.7.7 10.98.7.8"));
        ScriptedClient client = NewBeforeIpcp(bench, HubBench.User);
        client.Expect("IPCP Configure-Request id 1 addr 10.98.0.1");
        client.SendPacket(ScriptedClient.Ipcp, 1, 1, "03060a620708");
        client.Expect("IPCP Configure-Nak id 1 addr 10.98.7.7");
        client.SendPacket(ScriptedClient.Ipcp, 1, 2, "03060a620064");
        client.Expect("IPCP Configure-Nak id 2 addr 10.98.7.7");
    }

    [Fact]
    public void A_user_that_may_have_no_address_is_let_in_and_then_loses_ipcp()
    {
        var bench = new HubBench(Settings(""));
        ScriptedClient client = NewBeforeIpcp(bench, HubBench.User);
        byte[] request = client.Expect("IPCP Configure-Request id 1 addr 10.98.0.1");
        client.SendPacket(ScriptedClient.Ipcp, 2, 1, ScriptedClient.DataOf(request));
        client.SendPacket(ScriptedClient.Ipcp, 1, 1, "03060a620064");
        client.Expect("IPCP Configure-Ack id 1 addr 10.98.0.100");
        byte[] terminate = client.Expect("IPCP Terminate-Request id *");
        Assert.Equal("Unauthorized remote IP address", ScriptedClient.TextOf(terminate));

        // No packet passes in between.
        client.SendIp(ScriptedClient.UdpOf(
            "too early"u8.ToArray(), Ipv4Address.Parse("10.98.0.100"), "10.98.0.1", 9));
        Assert.Equal([HubNote.PppOutOfPhase], bench.Notes);
        client.SendPacket(
            ScriptedClient.Ipcp, 6, ScriptedClient.IdentifierOf(terminate), "");
        client.Expect("LCP Terminate-Request *");
        client.Skip();
        client.SendPacket(ScriptedClient.Lcp, 6, 2);
        Assert.Equal(["down AddressRefused"], bench.Events);
        Assert.False(client.TcpEndedByReset);
        Assert.Equal(0, bench.Hub.SessionCount);
    }

    [Fact]
    public void A_client_that_does_not_hear_the_end_of_ipcp_is_given_up()
    {
        var bench = new HubBench(Settings("10.99.0.0/16"));
        ScriptedClient client = NewBeforeIpcp(bench, HubBench.User);
        client.OpenIpcp();
        Assert.Equal("10.98.0.100", Ipv4Address.ToText(client.TunnelAddress));
        client.Expect("IPCP Terminate-Request *");
        bench.Advance(30_000);
        Assert.Equal(["down AddressRefused"], bench.Events);
        Assert.False(client.TcpEndedByReset);
    }

    [Fact]
    public void Two_sessions_of_one_user_share_the_address_as_nobody_looks()
    {
        var bench = new HubBench(Settings("10.98.7.7"));
        ScriptedClient first = bench.NewClientUp("192.0.2.1");
        ScriptedClient second = bench.NewClientUp("192.0.2.2");
        Assert.Equal(first.TunnelAddress, second.TunnelAddress);
        first.SendIp(first.UdpOf("one"));
        second.SendIp(second.UdpOf("two"));
        Assert.Equal(
            ["udp 10.98.7.7:12345 > 10.98.0.1:9 one", "udp 10.98.7.7:12345 > 10.98.0.1:9 two"],
            bench.Events.Skip(2));
        first.SendControl(3, 16, "01");
        second.SendIp(second.UdpOf("still here"));
        Assert.EndsWith("still here", bench.Events[^1], StringComparison.Ordinal);
    }

    [Fact]
    public void A_user_with_an_address_holds_one_of_the_hubs_all_the_same()
    {
        // As with pptpd, an address is a place: when all are taken nobody more gets in.
        var bench = new HubBench(Settings("10.98.7.7") with
        {
            ClientAddresses =
            [
                HubBench.Range("10.98.0.100", "10.98.0.100"),
                HubBench.Range("10.98.0.245", "10.98.0.245"),
            ],
        });
        ScriptedClient first = bench.NewClientUp("192.0.2.1");
        ScriptedClient second = NewSecond(bench);
        Assert.Equal("10.98.0.245", Ipv4Address.ToText(second.TunnelAddress));
        ScriptedClient third = bench.NewClient("192.0.2.3");
        third.SendTcp(ScriptedClient.StartRequest());
        Assert.True(third.TcpEndedByReset);
        first.SendControl(3, 16, "01");
        Assert.Equal(
            "10.98.0.100", Ipv4Address.ToText(NewSecond(bench, "192.0.2.4").TunnelAddress));
    }

    [Fact]
    public void A_link_negotiated_anew_by_another_user_has_the_address_of_that_user()
    {
        var bench = new HubBench(Settings("10.98.7.7"));
        ScriptedClient client = bench.NewClientUp();
        client.SendPacket(ScriptedClient.Lcp, 1, 9, ScriptedClient.LcpOptions);
        byte[] request = client.Expect("LCP Configure-Request id 2 *");
        client.Expect("LCP Configure-Ack id 9 *");
        client.SendPacket(ScriptedClient.Lcp, 2, 2, ScriptedClient.DataOf(request));
        client.User = Second;
        client.Authenticate();
        client.OpenCcp();
        client.OpenIpcp();
        Assert.Equal("up sensor2 10.98.0.100 MPPE 128-bit stateless", bench.Events[^1]);
        client.SendIp(client.UdpOf("as another"));
        Assert.Equal("udp 10.98.0.100:12345 > 10.98.0.1:9 as another", bench.Events[^1]);
    }

    [Fact]
    public void Without_authentication_there_is_no_user_whose_rules_could_count()
    {
        var bench = new HubBench(HubBench.Settings() with
        {
            Authentications = [HubAuthentication.None],
            Encryption = HubEncryption.Refused,
            UserAddresses = new Dictionary<string, HubUserAddresses> { [""] = Of("10.98.7.7") },
        });
        ScriptedClient client = bench.NewClient();
        client.StartAndCall();
        client.OpenLcp();
        client.OpenIpcp();
        Assert.Equal(["up  10.98.0.100 none"], bench.Events);
    }

    private static HubSettings Settings(string rules) => HubBench.Settings() with
    {
        Users = new Dictionary<string, string>
        {
            [HubBench.User] = HubBench.Password,
            [Second] = HubBench.Password,
        },
        UserAddresses = new Dictionary<string, HubUserAddresses>
        {
            [HubBench.User] = Of(rules),
        },
    };

    private static HubUserAddresses Of(string rules) => new(
        [.. rules.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(RuleOf)]);

    private static HubAddressRule RuleOf(string rule)
    {
        string[] parts = rule.TrimStart('!').Split('/');
        return new HubAddressRule(
            Ipv4Address.Parse(parts[0]),
            parts.Length > 1
                ? int.Parse(parts[1], System.Globalization.CultureInfo.InvariantCulture)
                : 32,
            !rule.StartsWith('!'));
    }

    private static ScriptedClient NewSecond(HubBench bench, string address = "192.0.2.2")
    {
        ScriptedClient client = NewBeforeIpcp(bench, Second, address);
        client.OpenIpcp();
        return client;
    }

    private static ScriptedClient NewBeforeIpcp(
        HubBench bench, string user, string address = "192.0.2.10")
    {
        ScriptedClient client = bench.NewClient(address);
        client.User = user;
        client.StartAndCall();
        client.OpenLcp();
        client.Authenticate();
        client.OpenCcp();
        return client;
    }
}
