// Which encryption hub and client agree on, and what flows then: RFC 1962, RFC 3078 section 2,
// with data frames in both directions under every strength.

using System;
using System.Linq;
using Simulator.Hub;
using Xunit;
using static Simulator.Hub.MppeStrengths;

namespace Simulator.Tests.Hub.Ppp;

public class CcpTests
{
    private const MppeStrengths All = Bits40 | Bits56 | Bits128;
    private const string Option40 = "1206 01000020";
    private const string Option56 = "1206 01000080";
    private const string Option128 = "1206 01000040";

    [Theory]
    [InlineData(Bits40, Option40, Bits40, "40")]
    [InlineData(Bits56, Option56, Bits56, "56")]
    [InlineData(Bits128, Option128, Bits128, "128")]
    [InlineData(All, Option40, Bits40, "40")]
    [InlineData(All, Option56, Bits56, "56")]
    [InlineData(All, Option128, Bits128, "128")]
    [InlineData(Bits40 | Bits128, Option40, Bits40, "40")]
    public void Every_strength_carries_data_both_ways(
        MppeStrengths allowed, string option, MppeStrengths strength, string bits)
    {
        HubBench bench = Bench(allowed);
        ScriptedClient client = BeforeCcp(bench);
        client.OpenCcp(option, strength);
        client.OpenIpcp();
        client.ExpectNothing();
        Assert.Equal([$"up sensor1 10.98.0.100 MPPE {bits}-bit stateless"], bench.Events);
        for (int i = 0; i < 300; i++)
        {
            client.SendIp(client.UdpOf($"up {i}"));
            Assert.EndsWith($":9 up {i}", bench.Events[^1], StringComparison.Ordinal);
            Assert.True(bench.Hub.SendUdp(bench.LastSession!, 1, 2, "down"u8, bench.NowMs));
            client.ExpectIp("IPv4 UDP 10.98.0.1:1 > 10.98.0.100:2, 4 octets");
        }

        Assert.Empty(bench.Notes);
    }

    [Fact]
    public void Lost_frames_cost_only_themselves_with_short_keys_too()
    {
        HubBench bench = Bench(Bits40);
        ScriptedClient client = BeforeCcp(bench);
        client.OpenCcp(Option40, Bits40);
        client.OpenIpcp();
        for (int i = 0; i < 5000; i++)
        {
            byte[] frame = client.Encrypt(client.UdpOf($"{i}"));
            if (i % 3 != 1)
            {
                client.SendPpp(frame);
                Assert.EndsWith($":9 {i}", bench.Events[^1], StringComparison.Ordinal);
            }
        }
    }

    [Theory]
    [InlineData(Bits40, "01000020")]
    [InlineData(Bits56 | Bits40, "010000a0")]
    [InlineData(Bits128, "01000040")]
    [InlineData(All, "010000e0")]
    public void The_hub_asks_for_all_it_is_set_to(MppeStrengths allowed, string bits)
    {
        ScriptedClient client = BeforeCcp(Bench(allowed));
        byte[] request = client.Expect("CCP Configure-Request id 1 mppe +H *");
        Assert.Equal("1206" + bits, Convert.ToHexStringLower(ScriptedClient.DataOf(request)));
    }

    // M 56 bits, S 128, L 40, D obsolete, C compression; H stateless.
    [Theory]
    [InlineData(All, "010000e0", "+H +S")]
    [InlineData(All, "010000a0", "+H +M")]
    [InlineData(All, "01000060", "+H +S")]
    [InlineData(All, "010000e1", "+H +S")]
    [InlineData(All, "01000050", "+H +S")]
    [InlineData(All, "00000020", "+H +L")]
    [InlineData(All, "00000080", "+H +M")]
    [InlineData(All, "00000040", "+H +S")]
    [InlineData(All, "01000000", "+H +S")]
    [InlineData(All, "00000001", "+H +S")]
    [InlineData(Bits40 | Bits56, "01000040", "+H +M")]
    [InlineData(Bits40 | Bits56, "01000060", "+H +L")]
    [InlineData(Bits40, "010000e0", "+H +L")]
    [InlineData(Bits128, "01000020", "+H +S")]
    public void A_request_that_is_not_one_allowed_strength_gets_a_nak_with_one(
        MppeStrengths allowed, string bits, string suggestion)
    {
        ScriptedClient client = BeforeCcp(Bench(allowed));
        client.Expect("CCP Configure-Request *");
        client.SendPacket(ScriptedClient.Ccp, 1, 1, "1206" + bits);
        client.Expect($"CCP Configure-Nak id 1 mppe {suggestion}");
        client.ExpectNothing();
    }

    [Theory]
    [InlineData("01000000")]
    [InlineData("00000020")]
    [InlineData("01000010")]
    [InlineData("01000001")]
    [InlineData("01000080")]
    [InlineData("00000000")]
    public void A_nak_with_what_was_not_asked_for_ends_a_link_that_requires_mppe(string bits)
    {
        HubBench bench = Bench(Bits40 | Bits128);
        ScriptedClient client = BeforeCcp(bench);
        client.Expect("CCP Configure-Request id 1 mppe +H +S +L");
        client.SendPacket(ScriptedClient.Ccp, 3, 1, "1206" + bits);
        client.Expect("CCP Configure-Request id 2 mppe +H +S +L");
        client.Expect(
            "LCP Terminate-Request id 2 \"MPPE required but peer negotiation failed\"");
        client.SendPacket(ScriptedClient.Lcp, 6, 2);
        Assert.Equal(["down EncryptionFailed"], bench.Events);
    }

    [Fact]
    public void A_nak_with_several_strengths_gets_the_strongest()
    {
        ScriptedClient client = BeforeCcp(Bench(All));
        client.Expect("CCP Configure-Request id 1 *");
        client.SendPacket(ScriptedClient.Ccp, 3, 1, "1206 010000a0");
        client.Expect("CCP Configure-Request id 2 mppe +H +M");
    }

    [Fact]
    public void An_ack_of_several_strengths_means_the_strongest()
    {
        HubBench bench = Bench(Bits40 | Bits128);
        ScriptedClient client = BeforeCcp(bench);
        byte[] request = client.Expect("CCP Configure-Request id 1 mppe +H +S +L");
        client.SendPacket(ScriptedClient.Ccp, 2, 1, ScriptedClient.DataOf(request));
        client.SendPacket(ScriptedClient.Ccp, 1, 1, Option128);
        client.Expect("CCP Configure-Ack *");
        client.PrepareKeys();
        client.OpenIpcp();
        client.SendIp(client.UdpOf("strong"));
        Assert.EndsWith("strong", bench.Events[^1], StringComparison.Ordinal);
    }

    [Fact]
    public void The_directions_may_differ()
    {
        HubBench bench = Bench(Bits40 | Bits128);
        ScriptedClient client = BeforeCcp(bench);
        client.Expect("CCP Configure-Request id 1 mppe +H +S +L");
        client.SendPacket(ScriptedClient.Ccp, 3, 1, Option128);
        client.Expect("CCP Configure-Request id 2 mppe +H +S");
        client.SendPacket(ScriptedClient.Ccp, 2, 2, Option128);
        client.SendPacket(ScriptedClient.Ccp, 1, 1, Option40);
        client.Expect("CCP Configure-Ack id 1 mppe +H +L");
        client.PrepareKeys(send: Bits128, receive: Bits40);
        client.OpenIpcp();
        Assert.Equal(
            ["up sensor1 10.98.0.100 MPPE 128-bit / 40-bit stateless"], bench.Events);
        client.SendIp(client.UdpOf("there"));
        Assert.EndsWith("there", bench.Events[^1], StringComparison.Ordinal);
        bench.Hub.SendUdp(bench.LastSession!, 1, 2, "back"u8, bench.NowMs);
        client.ExpectIp("IPv4 UDP *");
    }

    // A pppd without require-mppe asks for its own compressions, and is let go for that alone.
    [Fact]
    public void A_request_for_nothing_but_other_compressions_ends_a_link_that_requires_mppe()
    {
        HubBench bench = Bench(Bits128);
        ScriptedClient client = BeforeCcp(bench);
        client.Expect("CCP Configure-Request id 1 *");
        client.SendPacket(ScriptedClient.Ccp, 1, 1, "1a047800 18047800 15032f");
        client.Expect("CCP Configure-Reject id 1 *");
        client.Expect("LCP Terminate-Request * \"MPPE required but peer negotiation failed\"");
    }

    [Fact]
    public void A_hub_that_allows_mppe_encrypts_with_a_client_that_wants_it()
    {
        HubBench bench = Bench(Bits128, HubEncryption.AllowMppe);
        ScriptedClient client = BeforeCcp(bench);
        byte[] request = client.Expect("CCP Configure-Request id 1 mppe +H +S");
        client.OpenIpcp();
        Assert.Empty(bench.Events);
        client.SendPpp([0x21, .. client.UdpOf("too early")]);
        Assert.Equal([HubNote.PppOutOfPhase], bench.Notes);
        client.SendPacket(ScriptedClient.Ccp, 2, 1, ScriptedClient.DataOf(request));
        client.SendPacket(ScriptedClient.Ccp, 1, 1, Option128);
        client.Expect("CCP Configure-Ack id 1 mppe +H +S");
        client.PrepareKeys();
        Assert.Equal(["up sensor1 10.98.0.100 MPPE 128-bit stateless"], bench.Events);
        client.SendIp(client.UdpOf("secret"));
        Assert.EndsWith("secret", bench.Events[^1], StringComparison.Ordinal);
        client.SendPpp([0x21, .. client.UdpOf("clear")]);
        Assert.EndsWith("secret", bench.Events[^1], StringComparison.Ordinal);
        Assert.Equal(HubNote.ClearData, bench.Notes[^1]);
        Assert.Equal(1396, bench.LastSession!.MaximumPacketLength);
        client.SendPacket(ScriptedClient.Ccp, 5, 9);
        client.Expect("CCP Terminate-Ack id 9");
        client.Expect("LCP Terminate-Request id 2 \"MPPE disabled\"");
        Assert.Equal("down EncryptionFailed", bench.Events[^1]);
    }

    [Fact]
    public void A_hub_that_allows_mppe_goes_up_at_the_end_of_ccp_or_of_ipcp()
    {
        HubBench bench = Bench(Bits40 | Bits128, HubEncryption.AllowMppe);
        ScriptedClient client = BeforeCcp(bench);
        client.Expect("CCP Configure-Request id 1 mppe +H +S +L");
        byte[] ipcp = client.Expect("IPCP Configure-Request id 1 *");
        client.SendPacket(ScriptedClient.Ccp, 3, 1, Option40);
        client.Expect("CCP Configure-Request id 2 mppe +H +L");
        client.SendPacket(ScriptedClient.Ccp, 2, 2, Option40);
        client.SendPacket(ScriptedClient.Ccp, 1, 1, Option40);
        client.Expect("CCP Configure-Ack id 1 *");
        Assert.Empty(bench.Events);
        client.SendPacket(ScriptedClient.Ipcp, 2, 1, ScriptedClient.DataOf(ipcp));
        client.SendPacket(ScriptedClient.Ipcp, 1, 1, "03060a620064");
        client.Expect("IPCP Configure-Ack id 1 addr 10.98.0.100");
        Assert.Equal(["up sensor1 10.98.0.100 MPPE 40-bit stateless"], bench.Events);
    }

    [Theory]
    [InlineData("reject")]
    [InlineData("protocol-reject")]
    [InlineData("nak")]
    [InlineData("silence")]
    public void A_hub_that_allows_mppe_goes_clear_with_a_client_that_does_not_want_it(string how)
    {
        HubBench bench = Bench(Bits128, HubEncryption.AllowMppe);
        ScriptedClient client = BeforeCcp(bench);
        client.Expect("CCP Configure-Request id 1 mppe +H +S");
        client.OpenIpcp();
        Assert.Empty(bench.Events);
        switch (how)
        {
            case "reject":
                client.SendPacket(ScriptedClient.Ccp, 4, 1, Option128);
                client.Expect("CCP Configure-Request id 2");
                break;
            case "protocol-reject":
                client.SendPacket(ScriptedClient.Lcp, 8, 1, "80fd 0101000a120601000040");
                break;
            case "nak":
                client.SendPacket(ScriptedClient.Ccp, 3, 1, "1206 00000000");
                client.Expect("CCP Configure-Request id 2");
                break;
            default:
                bench.Advance(29_999);
                Assert.Empty(bench.Events);
                bench.Advance(1);
                client.Skip();
                break;
        }

        Assert.Equal(["up sensor1 10.98.0.100 none"], bench.Events);
        client.ExpectNothing();
        client.SendPpp([0x21, .. client.UdpOf("clear")]);
        Assert.EndsWith("clear", bench.Events[^1], StringComparison.Ordinal);
        bench.Hub.SendUdp(bench.LastSession!, 1, 2, "back"u8, bench.NowMs);
        client.Expect("IPv4 UDP 10.98.0.1:1 > 10.98.0.100:2, 4 octets");
        Assert.Equal(1400, bench.LastSession!.MaximumPacketLength);
    }

    [Fact]
    public void A_link_that_went_clear_stays_clear()
    {
        HubBench bench = Bench(Bits128, HubEncryption.AllowMppe);
        ScriptedClient client = BeforeCcp(bench);
        client.Expect("CCP Configure-Request id 1 *");
        client.SendPacket(ScriptedClient.Ccp, 4, 1, Option128);
        byte[] ipcp = client.Expect("IPCP Configure-Request id 1 *");
        client.Expect("CCP Configure-Request id 2");
        client.SendPacket(ScriptedClient.Ipcp, 2, 1, ScriptedClient.DataOf(ipcp));
        client.SendPacket(ScriptedClient.Ipcp, 1, 1, "03060a620064");
        client.Expect("IPCP Configure-Ack id 1 addr 10.98.0.100");
        client.SendPacket(ScriptedClient.Ccp, 1, 1, Option128);
        client.Expect("CCP Configure-Reject id 1 mppe +H +S");
        client.SendPacket(ScriptedClient.Ccp, 1, 2);
        client.Expect("CCP Configure-Ack id 2");
        client.SendPacket(ScriptedClient.Ccp, 2, 2);
        client.SendPacket(ScriptedClient.Ccp, 5, 3);
        client.Expect("CCP Terminate-Ack id 3");
        client.ExpectNothing();
        Assert.Equal(["up sensor1 10.98.0.100 none"], bench.Events);
        Assert.True(bench.LastSession!.IsUp);
    }

    [Fact]
    public void Encryption_in_one_direction_only_is_no_encryption()
    {
        HubBench bench = Bench(Bits128, HubEncryption.AllowMppe);
        ScriptedClient client = BeforeCcp(bench);
        byte[] request = client.Expect("CCP Configure-Request id 1 *");
        client.Expect("IPCP Configure-Request *");
        client.SendPacket(ScriptedClient.Ccp, 2, 1, ScriptedClient.DataOf(request));
        client.SendPacket(ScriptedClient.Ccp, 1, 1);
        client.Expect("CCP Configure-Ack id 1");
        client.Expect("LCP Terminate-Request * \"MPPE required but peer negotiation failed\"");
    }

    [Theory]
    [InlineData(HubAuthentication.Pap)]
    [InlineData(HubAuthentication.None)]
    public void Without_keys_a_hub_that_allows_mppe_rejects_it(HubAuthentication kind)
    {
        var bench = new HubBench(HubBench.Settings() with
        {
            Authentications = [kind],
            Encryption = HubEncryption.AllowMppe,
        });
        ScriptedClient client = bench.NewClient();
        client.StartAndCall();
        client.OpenLcp();
        if (kind == HubAuthentication.Pap)
        {
            client.SendPap(1);
            client.Expect("PAP Authenticate-Ack *");
        }

        client.OpenIpcp();
        Assert.EndsWith(" none", bench.Events.Single(), StringComparison.Ordinal);
        client.SendPacket(ScriptedClient.Ccp, 1, 1, Option128);
        client.Expect("CCP Configure-Request id 1");
        client.Expect("CCP Configure-Reject id 1 mppe +H +S");
    }

    private static HubBench Bench(
        MppeStrengths allowed, HubEncryption encryption = HubEncryption.RequireMppe) =>
        new(HubBench.Settings() with { MppeStrengths = allowed, Encryption = encryption });

    private static ScriptedClient BeforeCcp(HubBench bench)
    {
        ScriptedClient client = bench.NewClient();
        client.StartAndCall();
        client.OpenLcp();
        client.Authenticate();
        return client;
    }
}
