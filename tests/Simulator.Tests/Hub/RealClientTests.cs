// What well-known clients say, and that each gets the answers a pptpd with pppd gives. The lists
// of options are those of their logs and captures.

using Simulator.Hub;
using Xunit;

namespace Simulator.Tests.Hub;

public class RealClientTests
{
    private static readonly HubSettings s_settings = HubBench.Settings() with
    {
        PrimaryDns = Ipv4Address.Parse("10.0.0.53"),
        PrimaryWins = Ipv4Address.Parse("10.0.0.60"),
        SecondaryWins = Ipv4Address.Parse("10.0.0.61"),
        MppeStrengths = MppeStrengths.Bits40 | MppeStrengths.Bits128,
    };

    // mru 1400, magic, pcomp, accomp, callback CBCP, mrru 1614, endpoint; Identification; MPPC
    // with all of MPPE; four name servers; IPv6.
    [Fact]
    public void A_windows_client_comes_up()
    {
        var bench = new HubBench(s_settings);
        ScriptedClient client = bench.NewClient();
        client.StartAndCall();
        client.SendControl(15, 24, "0000 0000 ffffffff ffffffff");
        byte[] request = client.Expect("LCP Configure-Request id 1 *");
        const string Common = "01040578 05064a4b4c4d 0702 0802";
        const string Endpoint = "131701 000102030405060708090a0b0c0d0e0f10111213";
        client.SendPacket(
            ScriptedClient.Lcp, 1, 0, Common + "0d0306 1104064e" + Endpoint);
        byte[] reject = client.Expect("LCP Configure-Reject id 0 *");
        Assert.Equal(
            ScriptedClient.Bytes("0d0306 1104064e"), ScriptedClient.DataOf(reject));
        client.SendPacket(ScriptedClient.Lcp, 2, 1, ScriptedClient.DataOf(request));
        client.SendPacket(ScriptedClient.Lcp, 1, 1, Common + Endpoint);
        client.Expect("LCP Configure-Ack id 1 *");
        client.SendPacket(ScriptedClient.Lcp, 12, 2, "4a4b4c4d 4d53524153");
        client.SendPacket(ScriptedClient.Lcp, 12, 3, "4a4b4c4d 4d5352415320");
        client.SendControl(15, 24, "0000 0000 ffffffff ffffffff");
        client.User = "PLANT\\" + HubBench.User;
        client.Authenticate();
        byte[] ccp = client.Expect("CCP Configure-Request id 1 mppe +H +S +L");
        client.SendPacket(ScriptedClient.Ccp, 1, 4, "1206 010000e1");
        client.Expect("CCP Configure-Nak id 4 mppe +H +S");
        client.SendPacket(ScriptedClient.Ccp, 3, 1, "1206 01000040");
        ccp = client.Expect("CCP Configure-Request id 2 mppe +H +S");
        client.SendPacket(ScriptedClient.Ipcp, 1, 5, "030600000000");
        client.Expect("IPCP Terminate-Ack id 5");
        client.SendPacket(ScriptedClient.Ccp, 1, 6, "1206 01000040");
        client.Expect("CCP Configure-Ack id 6 mppe +H +S");
        client.SendPacket(ScriptedClient.Ccp, 2, 2, ScriptedClient.DataOf(ccp));
        client.PrepareKeys();
        byte[] ipcp = client.Expect("IPCP Configure-Request id 1 addr 10.98.0.1");
        client.SendPacket(ScriptedClient.Ipcp, 2, 1, ScriptedClient.DataOf(ipcp));
        const string NoServers = "810600000000 820600000000 830600000000 840600000000";
        client.SendPacket(ScriptedClient.Ipcp, 1, 7, "030600000000" + NoServers);
        client.Expect("IPCP Configure-Reject id 7 dns2 0.0.0.0");
        client.SendPacket(
            ScriptedClient.Ipcp,
            1,
            8,
            "030600000000 810600000000 820600000000 840600000000");
        byte[] nak = client.Expect(
            "IPCP Configure-Nak id 8 addr 10.98.0.100 dns1 10.0.0.53 nbns1 10.0.0.60 "
            + "nbns2 10.0.0.61");
        client.SendPacket(0x8057, 1, 9, "010a0000000000000001");
        client.Expect("LCP Protocol-Reject id * protocol 8057");
        client.SendPacket(ScriptedClient.Ipcp, 1, 10, ScriptedClient.DataOf(nak));
        client.Expect("IPCP Configure-Ack id 10 *");
        client.ExpectNothing();
        Assert.Equal(["up sensor1 10.98.0.100 MPPE 128-bit stateless"], bench.Events);
    }

    // pppd with require-mppe alone asks for 128 and 40 bits, and for Van Jacobson compression.
    [Fact]
    public void A_linux_client_comes_up()
    {
        var bench = new HubBench(s_settings);
        ScriptedClient client = bench.NewClient();
        client.StartAndCall();
        client.OpenLcp();
        client.Authenticate();
        client.Expect("CCP Configure-Request id 1 mppe +H +S +L");
        client.SendPacket(ScriptedClient.Ccp, 1, 1, "1206 01000060");
        client.Expect("CCP Configure-Nak id 1 mppe +H +S");
        client.SendPacket(ScriptedClient.Ccp, 3, 1, "1206 01000040");
        client.SendPacket(ScriptedClient.Ccp, 1, 2, "1206 01000040");
        client.Expect("CCP Configure-Request id 2 mppe +H +S");
        client.Expect("CCP Configure-Ack id 2 mppe +H +S");
        client.SendPacket(ScriptedClient.Ccp, 2, 2, "1206 01000040");
        byte[] ipcp = client.Expect("IPCP Configure-Request id 1 *");
        client.SendPacket(ScriptedClient.Ipcp, 2, 1, ScriptedClient.DataOf(ipcp));
        client.SendPacket(ScriptedClient.Ipcp, 1, 1, "0206002d0f01 030600000000 810600000000");
        byte[] reject = client.Expect("IPCP Configure-Reject id 1 compress");
        Assert.Equal(ScriptedClient.Bytes("0206002d0f01"), ScriptedClient.DataOf(reject));
        client.SendPacket(ScriptedClient.Ipcp, 1, 2, "030600000000 810600000000");
        client.Expect("IPCP Configure-Nak id 2 addr 10.98.0.100 dns1 10.0.0.53");
        client.SendPacket(ScriptedClient.Ipcp, 1, 3, "03060a620064 81060a000035");
        client.Expect("IPCP Configure-Ack id 3 *");
        Assert.Equal(["up sensor1 10.98.0.100 MPPE 128-bit stateless"], bench.Events);
    }

    // mru 1450, magic, mrru 1600 when it may bundle links; MPLS beside IP.
    [Fact]
    public void A_router_comes_up()
    {
        var bench = new HubBench(s_settings);
        ScriptedClient client = bench.NewClient();
        client.StartAndCall();
        byte[] request = client.Expect("LCP Configure-Request id 1 *");
        client.SendPacket(ScriptedClient.Lcp, 1, 1, "010405aa 0506aabbccdd 11040640");
        byte[] reject = client.Expect("LCP Configure-Reject id 1 *");
        Assert.Equal(ScriptedClient.Bytes("11040640"), ScriptedClient.DataOf(reject));
        client.SendPacket(ScriptedClient.Lcp, 2, 1, ScriptedClient.DataOf(request));
        client.SendPacket(ScriptedClient.Lcp, 1, 2, "010405aa 0506aabbccdd");
        client.Expect("LCP Configure-Ack id 2 *");
        client.Authenticate();
        client.OpenCcp("1206 01000040", MppeStrengths.Bits128);
        client.SendPacket(0x8281, 1, 1);
        client.Expect("IPCP Configure-Request id 1 *");
        client.Expect("LCP Protocol-Reject id * protocol 8281");
        client.SendPacket(ScriptedClient.Ipcp, 2, 1, "03060a620001");
        client.SendPacket(ScriptedClient.Ipcp, 1, 1, "030600000000");
        client.Expect("IPCP Configure-Nak id 1 addr 10.98.0.100");
        client.SendPacket(ScriptedClient.Ipcp, 1, 2, "03060a620064");
        client.Expect("IPCP Configure-Ack id 2 *");
        Assert.Equal(["up sensor1 10.98.0.100 MPPE 128-bit stateless"], bench.Events);
        Assert.Equal(1396, bench.LastSession!.MaximumPacketLength);
    }

    [Theory]
    [InlineData("820600000000 840600000000", "IPCP Configure-Reject id 1 nbns1 * nbns2 *")]
    [InlineData("82060a00003c", "IPCP Configure-Reject id 1 nbns1 10.0.0.60")]
    public void Name_servers_that_are_not_set_are_rejected(string options, string answer)
    {
        var bench = new HubBench();
        ScriptedClient client = bench.NewClient();
        client.StartAndCall();
        client.OpenLcp();
        client.Authenticate();
        client.OpenCcp();
        client.Expect("IPCP Configure-Request *");
        client.SendPacket(ScriptedClient.Ipcp, 1, 1, options);
        client.Expect(answer);
    }
}
