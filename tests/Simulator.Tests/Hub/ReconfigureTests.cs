// New settings for a hub that runs: what is new follows them, what stands keeps its own.

using System;
using System.Collections.Generic;
using System.Linq;
using Simulator.Hub;
using Xunit;

namespace Simulator.Tests.Hub;

public class ReconfigureTests
{
    [Fact]
    public void New_calls_follow_the_new_settings_and_standing_ones_keep_theirs()
    {
        var bench = new HubBench(HubBench.Settings() with
        {
            ChapRechallengeIntervalMs = 10_000,
        });
        ScriptedClient first = bench.NewClientUp("192.0.2.1");
        HubSession session = bench.LastSession!;
        bench.Hub.Reconfigure(
            HubBench.Settings() with
            {
                HostName = "other",
                Users = new Dictionary<string, string> { ["fresh"] = "another phrase" },
                Authentications = [HubAuthentication.Pap],
                Encryption = HubEncryption.Refused,
                TunnelAddress = Ipv4Address.Parse("10.98.0.2"),
                Mtu = 1300,
                PrimaryDns = Ipv4Address.Parse("10.0.0.53"),
            },
            bench.NowMs);
        ScriptedClient second = bench.NewClient("192.0.2.2");
        second.SendTcp(ScriptedClient.StartRequest());
        second.ExpectControl("Start-Control-Connection-Reply result 1 * host \"other\" *");
        second.Call();
        second.OpenLcp();
        second.User = "fresh";
        second.Password = "another phrase";
        second.SendPap(1);
        second.Expect("PAP Authenticate-Ack id 1");
        second.Expect("IPCP Configure-Request id 1 addr 10.98.0.2");
        second.SendPacket(ScriptedClient.Ipcp, 1, 1, "03060a620065 81060a000035");
        second.Expect("IPCP Configure-Ack id 1 addr 10.98.0.101 dns1 10.0.0.53");
        second.SendPacket(ScriptedClient.Ipcp, 2, 1, "03060a620002");
        Assert.Equal("up fresh 10.98.0.101 none", bench.Events[^1]);
        Assert.Equal(1300, bench.LastSession!.MaximumPacketLength);

        // The first knows its old user and password, its encryption and its addresses.
        bench.Advance(10_000);
        first.AnswerChallenge(first.Expect("CHAP Challenge * name \"hub\""));
        first.Expect("CHAP Success *");
        first.SendIp(first.UdpOf("still here"));
        Assert.EndsWith("still here", bench.Events[^1], StringComparison.Ordinal);
        bench.Hub.SendUdp(session, 1, 2, "to you"u8, bench.NowMs);
        first.ExpectIp("IPv4 UDP 10.98.0.1:1 > 10.98.0.100:2, 6 octets");
        first.SendPpp([0x21, .. first.UdpOf("clear")]);
        Assert.Equal(HubNote.ClearData, bench.Notes[^1]);
    }

    [Fact]
    public void A_new_call_on_a_standing_connection_has_the_new_settings()
    {
        var bench = new HubBench();
        ScriptedClient client = bench.NewClientUp();
        client.SendControl(12, 16, "1267");
        client.ExpectControl("Call-Disconnect-Notify *");
        bench.Hub.Reconfigure(
            HubBench.Settings() with { Authentications = [HubAuthentication.ChapMd5] },
            bench.NowMs);
        client.Call();
        client.Expect("LCP Configure-Request id 1 * auth chap MD5 *");
    }

    [Fact]
    public void A_link_negotiated_anew_keeps_the_settings_of_its_call()
    {
        var bench = new HubBench();
        ScriptedClient client = bench.NewClientUp();
        bench.Hub.Reconfigure(
            HubBench.Settings() with
            {
                Authentications = [HubAuthentication.Pap],
                Users = new Dictionary<string, string>(),
            },
            bench.NowMs);
        client.SendPacket(ScriptedClient.Lcp, 1, 9, ScriptedClient.LcpOptions);
        byte[] request = client.Expect("LCP Configure-Request id 2 * auth chap MS-v2 *");
        client.Expect("LCP Configure-Ack id 9 *");
        client.SendPacket(ScriptedClient.Lcp, 2, 2, ScriptedClient.DataOf(request));
        client.Authenticate();
        client.OpenCcp();
        client.OpenIpcp();
        Assert.Equal("up sensor1 10.98.0.100 MPPE 128-bit stateless", bench.Events[^1]);
    }

    [Fact]
    public void A_lower_limit_ends_nothing_and_lets_nobody_in_until_fewer_stand()
    {
        var bench = new HubBench();
        ScriptedClient first = bench.NewClientUp("192.0.2.1");
        ScriptedClient second = bench.NewClientUp("192.0.2.2");
        bench.Hub.Reconfigure(HubBench.Settings() with { MaximumCallCount = 1 }, bench.NowMs);
        Assert.Equal(2, bench.Hub.SessionCount);
        AssertTurnedAway(bench, "192.0.2.3");
        first.SendControl(3, 16, "01");
        AssertTurnedAway(bench, "192.0.2.4");
        second.SendControl(3, 16, "01");
        bench.NewClientUp("192.0.2.5");
        Assert.Equal(
            3, bench.Events.Count(text => text.StartsWith("up", StringComparison.Ordinal)));
    }

    [Fact]
    public void Addresses_of_another_range_go_to_new_clients_and_old_ones_are_not_given_twice()
    {
        var bench = new HubBench();
        ScriptedClient first = bench.NewClientUp("192.0.2.1");
        ScriptedClient second = bench.NewClientUp("192.0.2.2");
        bench.Hub.Reconfigure(
            HubBench.Settings() with
            {
                ClientAddresses = [HubBench.Range("10.98.0.101", "10.98.0.102")],
            },
            bench.NowMs);
        ScriptedClient third = bench.NewClientUp("192.0.2.3");
        Assert.Equal("10.98.0.102", Ipv4Address.ToText(third.TunnelAddress));
        AssertTurnedAway(bench, "192.0.2.4");
        first.SendControl(3, 16, "01");
        AssertTurnedAway(bench, "192.0.2.5");
        second.SendControl(3, 16, "01");
        ScriptedClient sixth = bench.NewClientUp("192.0.2.6");
        Assert.Equal("10.98.0.101", Ipv4Address.ToText(sixth.TunnelAddress));
    }

    [Fact]
    public void A_pool_with_other_gaps_leaves_out_what_is_in_use()
    {
        var bench = new HubBench();
        ScriptedClient first = bench.NewClientUp("192.0.2.1");
        bench.NewClientUp("192.0.2.2");
        bench.Hub.Reconfigure(
            HubBench.Settings() with
            {
                ClientAddresses =
                [
                    HubBench.Range("10.98.0.245", "10.98.0.245"),
                    HubBench.Range("10.98.0.100", "10.98.0.100"),
                    HubBench.Range("10.98.0.7", "10.98.0.7"),
                ],
            },
            bench.NowMs);
        ScriptedClient third = bench.NewClientUp("192.0.2.3");
        Assert.Equal("10.98.0.245", Ipv4Address.ToText(third.TunnelAddress));
        ScriptedClient fourth = bench.NewClientUp("192.0.2.4");
        Assert.Equal("10.98.0.7", Ipv4Address.ToText(fourth.TunnelAddress));
        AssertTurnedAway(bench, "192.0.2.5");
        first.SendControl(3, 16, "01");
        ScriptedClient sixth = bench.NewClientUp("192.0.2.6");
        Assert.Equal("10.98.0.100", Ipv4Address.ToText(sixth.TunnelAddress));
    }

    [Fact]
    public void Call_ids_go_on_as_the_new_settings_say_without_touching_those_in_use()
    {
        var bench = new HubBench();
        ScriptedClient first = bench.NewClientUp("192.0.2.1");
        ScriptedClient second = bench.NewClientUp("192.0.2.2");
        Assert.Equal([0, 128], new[] { (int)first.HubCallId, second.HubCallId });
        bench.Hub.Reconfigure(
            HubBench.Settings() with { FirstCallId = 127, CallIdStep = 1 }, bench.NowMs);
        Assert.Equal(127, bench.NewClientUp("192.0.2.3").HubCallId);
        Assert.Equal(129, bench.NewClientUp("192.0.2.4").HubCallId);
        bench.Hub.Reconfigure(
            HubBench.Settings() with { FirstCallId = 127, CallIdStep = 1 }, bench.NowMs);
        Assert.Equal(130, bench.NewClientUp("192.0.2.5").HubCallId);
    }

    [Fact]
    public void Bad_settings_leave_the_hub_as_it_was()
    {
        var bench = new HubBench();
        HubSettings before = bench.Hub.Settings;
        Assert.Throws<ArgumentOutOfRangeException>(() => bench.Hub.Reconfigure(
            HubBench.Settings() with { Authentications = [] }, bench.NowMs));
        Assert.Same(before, bench.Hub.Settings);
        Assert.Throws<ArgumentNullException>(() => bench.Hub.Reconfigure(null!, bench.NowMs));
        bench.NewClientUp();
    }

    private static void AssertTurnedAway(HubBench bench, string address)
    {
        ScriptedClient client = bench.NewClient(address);
        client.SendTcp(ScriptedClient.StartRequest());
        client.ExpectNothing();
        Assert.True(client.TcpEndedByReset);
    }
}
