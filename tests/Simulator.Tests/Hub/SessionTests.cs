// Whole sessions: from TCP to data and back down, as RFC 2637, 1661, 2759, 1332, 3078 and the
// habits of pptpd have it.

using System;
using System.Collections.Generic;
using System.Linq;
using System.Text;
using Simulator.Hub;
using Xunit;

namespace Simulator.Tests.Hub;

public class SessionTests
{
    [Fact]
    public void A_session_comes_up_in_the_order_of_a_real_server()
    {
        var bench = new HubBench(HubBench.Settings() with { LcpEchoIntervalMs = 10_000 });
        ScriptedClient client = bench.NewClient();
        client.StartAndCall();
        byte[] request = client.Expect(
            "LCP Configure-Request id 1 mru 1400 asyncmap 0 auth chap MS-v2 magic * pcomp accomp");
        client.SendPacket(ScriptedClient.Lcp, 1, 1, ScriptedClient.LcpOptions);
        client.Expect(
            "LCP Configure-Ack id 1 mru 1400 asyncmap 0 magic 11223344 pcomp accomp");
        client.SendPacket(ScriptedClient.Lcp, 2, 1, ScriptedClient.DataOf(request));
        client.Expect("LCP Echo-Request id 0 magic *");
        client.Authenticate();
        client.OpenCcp();
        client.OpenIpcp();
        client.ExpectNothing();
        Assert.Equal(["up sensor1 10.98.0.100 MPPE 128-bit stateless"], bench.Events);
        Assert.Empty(bench.Notes);
        Assert.True(bench.LastSession!.IsUp);
        Assert.Equal(1, bench.Hub.SessionCount);
    }

    [Fact]
    public void The_first_call_id_is_0_and_the_next_is_128()
    {
        var bench = new HubBench();
        ScriptedClient first = bench.NewClientUp("192.0.2.1");
        ScriptedClient second = bench.NewClientUp("192.0.2.2");
        Assert.Equal(0, first.HubCallId);
        Assert.Equal(128, second.HubCallId);
        Assert.Equal("10.98.0.100", Ipv4Address.ToText(first.TunnelAddress));
        Assert.Equal("10.98.0.101", Ipv4Address.ToText(second.TunnelAddress));
    }

    [Fact]
    public void Start_and_call_in_one_segment_are_both_answered()
    {
        var bench = new HubBench();
        ScriptedClient client = bench.NewClient();
        client.SendTcp([.. ScriptedClient.StartRequest(), .. client.CallRequest()]);
        client.ExpectControl("Start-Control-Connection-Reply result 1 version 1.0 *");
        client.ExpectControl("Outgoing-Call-Reply call 0 peer 4711 result 1 window 3");
        client.Expect("LCP Configure-Request *");
    }

    [Fact]
    public void Control_messages_may_come_octet_by_octet()
    {
        var bench = new HubBench();
        ScriptedClient client = bench.NewClient();
        foreach (byte octet in (byte[])[.. ScriptedClient.StartRequest(), .. client.CallRequest()])
        {
            client.SendTcp(octet);
        }

        client.ExpectControl("Start-Control-Connection-Reply result 1 *");
        client.ExpectControl("Outgoing-Call-Reply call 0 peer 4711 result 1 *");
    }

    [Theory]
    [InlineData(false, "< Outgoing-Call-Reply")]
    [InlineData(true, "< GRE call 4711 seq 0: LCP Configure-Request")]
    public void The_first_lcp_request_can_overtake_the_call_reply(bool isEarly, string first)
    {
        var bench = new HubBench(HubBench.Settings() with { SendLcpBeforeCallReply = isEarly });
        ScriptedClient client = bench.NewClient();
        client.SendTcp(ScriptedClient.StartRequest());
        bench.Trace.Clear();
        client.SendTcp(client.CallRequest());
        Assert.StartsWith(first, bench.Trace[1], StringComparison.Ordinal);
        Assert.Equal(3, bench.Trace.Count);
    }

    [Fact]
    public void Datagrams_flow_both_ways()
    {
        var bench = new HubBench { EchoesUdp = true };
        ScriptedClient client = bench.NewClientUp();
        client.SendIp(client.UdpOf("hello"));
        Assert.Equal("udp 10.98.0.100:12345 > 10.98.0.1:9 hello", bench.Events[^1]);
        byte[] answer = client.ExpectIp(
            "IPv4 UDP 10.98.0.1:9 > 10.98.0.100:12345, 5 octets");
        Assert.Equal("hello", Encoding.ASCII.GetString(answer.AsSpan(28)));
        Assert.True(bench.Hub.SendUdp(bench.LastSession!, 53, 54, "x"u8, bench.NowMs));
        client.ExpectIp("IPv4 UDP 10.98.0.1:53 > 10.98.0.100:54, 1 octets");
        Assert.Empty(bench.Notes);
    }

    [Fact]
    public void Pings_are_answered_and_can_be_sent()
    {
        var bench = new HubBench();
        ScriptedClient client = bench.NewClientUp();
        client.SendIp(client.EchoOf(8, 7, 1, "abc"));
        byte[] reply = client.ExpectIp(
            "IPv4 ICMP echo reply 10.98.0.1 > 10.98.0.100 id 7 seq 1, 3 octets");
        Assert.Equal("abc", Encoding.ASCII.GetString(reply.AsSpan(28)));
        Assert.True(bench.Hub.Ping(bench.LastSession!, 3, 4, "xyz"u8, bench.NowMs));
        client.ExpectIp("IPv4 ICMP echo request 10.98.0.1 > 10.98.0.100 id 3 seq 4, 3 octets");
        client.SendIp(client.EchoOf(0, 3, 4, "xyz"));
        Assert.Equal("echo reply 3 4 xyz", bench.Events[^1]);
    }

    [Fact]
    public void Other_packets_reach_the_observer_whole()
    {
        var bench = new HubBench();
        ScriptedClient client = bench.NewClientUp();
        client.SendIp(ScriptedClient.Ipv4Of(6, client.TunnelAddress, 0x0A620001, new byte[20]));
        Assert.Equal("ip protocol 6, 40 octets", bench.Events[^1]);
    }

    [Theory]
    [InlineData(10, HubNote.IpMalformed)]
    [InlineData(25, HubNote.InnerChecksum)]
    [InlineData(28, HubNote.InnerChecksum)]
    public void Damaged_packets_are_not_delivered(int damagedOffset, HubNote expected)
    {
        var bench = new HubBench();
        ScriptedClient client = bench.NewClientUp();
        byte[] packet = client.UdpOf("hello");
        packet[damagedOffset] ^= 0x40;
        client.SendIp(packet);
        Assert.Single(bench.Events);
        Assert.Equal([expected], bench.Notes);
    }

    [Fact]
    public void A_source_address_that_is_not_the_clients_is_not_delivered()
    {
        var bench = new HubBench();
        ScriptedClient client = bench.NewClientUp();
        client.SendIp(
            ScriptedClient.UdpOf("x"u8.ToArray(), client.TunnelAddress + 1, "10.98.0.1", 9));
        Assert.Equal([HubNote.IpWrongSource], bench.Notes);
        Assert.Single(bench.Events);
    }

    [Fact]
    public void Packets_beyond_the_mtu_are_refused_and_mppe_takes_four_octets_of_it()
    {
        var bench = new HubBench();
        ScriptedClient client = bench.NewClientUp();
        HubSession session = bench.LastSession!;
        Assert.Equal(1396, session.MaximumPacketLength);
        byte[] longest = ScriptedClient.Ipv4Of(99, 1, 2, new byte[1376]);
        Assert.True(bench.Hub.SendIp(session, longest, bench.NowMs));
        byte[] tooLong = ScriptedClient.Ipv4Of(99, 1, 2, new byte[1377]);
        Assert.False(bench.Hub.SendIp(session, tooLong, bench.NowMs));
        client.ExpectIp("IPv4 protocol 99 *");
        client.ExpectNothing();
    }

    [Fact]
    public void The_name_servers_are_given_to_those_who_ask_and_vj_is_rejected()
    {
        var bench = new HubBench(HubBench.Settings() with
        {
            PrimaryDns = Ipv4Address.Parse("10.98.0.53"),
            SecondaryDns = Ipv4Address.Parse("10.98.0.54"),
        });
        ScriptedClient client = bench.NewClient();
        client.StartAndCall();
        client.OpenLcp();
        client.Authenticate();
        client.OpenCcp();
        client.Expect("IPCP Configure-Request id 1 addr 10.98.0.1");
        client.SendPacket(
            ScriptedClient.Ipcp, 1, 1, "0206002d0f01 030600000000 810600000000 830600000000");
        client.Expect("IPCP Configure-Reject id 1 compress");
        client.SendPacket(
            ScriptedClient.Ipcp, 1, 2, "030600000000 810600000000 820600000000 830600000000");
        client.Expect("IPCP Configure-Reject id 2 nbns1 0.0.0.0");
        client.SendPacket(ScriptedClient.Ipcp, 1, 3, "030600000000 810600000000 830600000000");
        client.Expect(
            "IPCP Configure-Nak id 3 addr 10.98.0.100 dns1 10.98.0.53 dns2 10.98.0.54");
    }

    [Fact]
    public void A_client_that_asks_for_no_address_is_told_one_once()
    {
        var bench = new HubBench();
        ScriptedClient client = bench.NewClient();
        client.StartAndCall();
        client.OpenLcp();
        client.Authenticate();
        client.OpenCcp();
        byte[] request = client.Expect("IPCP Configure-Request *");
        client.SendPacket(ScriptedClient.Ipcp, 2, 1, ScriptedClient.DataOf(request));
        client.SendPacket(ScriptedClient.Ipcp, 1, 1);
        client.Expect("IPCP Configure-Nak id 1 addr 10.98.0.100");
        client.SendPacket(ScriptedClient.Ipcp, 1, 2);
        client.Expect("IPCP Configure-Ack id 2");
        Assert.Equal(["up sensor1 10.98.0.100 MPPE 128-bit stateless"], bench.Events);
    }

    [Fact]
    public void A_domain_before_the_user_name_is_ignored()
    {
        var bench = new HubBench();
        ScriptedClient client = bench.NewClient();
        client.User = @"FIELD\" + HubBench.User;
        client.BringUp();
        Assert.Equal(["up sensor1 10.98.0.100 MPPE 128-bit stateless"], bench.Events);
    }

    [Fact]
    public void Frames_are_as_short_as_the_client_agreed_to_and_lcp_configuration_never()
    {
        var bench = new HubBench();
        ScriptedClient client = bench.NewClientUp();
        bench.Hub.Ping(bench.LastSession!, 1, 1, default, bench.NowMs);
        byte[] data = client.GrePackets[^1];
        int payload = data.Length - ((data[4] << 8) | data[5]);
        Assert.Equal(0xFD, data[payload]);
        client.SendPacket(ScriptedClient.Lcp, 9, 9, "11223344");
        Assert.Equal(0xC0, client.GrePackets[^1][16]);
        client.SendPacket(ScriptedClient.Lcp, 5, 9);
        Assert.Equal(0xFF, client.GrePackets[^1][16]);
    }

    [Fact]
    public void Frames_are_long_when_the_client_did_not_agree_to_less()
    {
        var bench = new HubBench();
        ScriptedClient client = bench.NewClient();
        client.StartAndCall();
        byte[] request = client.Expect("LCP Configure-Request *");
        client.SendPacket(ScriptedClient.Lcp, 2, 1, ScriptedClient.DataOf(request));
        client.SendPacket(ScriptedClient.Lcp, 1, 1, "050611223344");
        client.Expect("LCP Configure-Ack *");
        client.Authenticate();
        client.OpenCcp();
        client.OpenIpcp();
        bench.Hub.Ping(bench.LastSession!, 1, 1, default, bench.NowMs);
        byte[] frame = client.Expect("MPPE count 0 *");
        Assert.Equal(ScriptedClient.Bytes("ff0300fd9000"), frame[..6]);
    }

    [Fact]
    public void The_same_seed_gives_the_same_trace_and_another_another()
    {
        Assert.Equal(TraceOf(7), TraceOf(7));
        Assert.NotEqual(TraceOf(7), TraceOf(8));

        static List<string> TraceOf(ulong seed)
        {
            var bench = new HubBench(seed: seed);
            ScriptedClient client = bench.NewClientUp();
            client.SendIp(client.EchoOf(8, 7, 1, "abc"));
            bench.Advance(200_000);
            return [.. bench.Trace, .. client.GrePackets.Select(Convert.ToHexString)];
        }
    }
}
