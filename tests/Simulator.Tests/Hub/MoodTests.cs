// A hub in a bad mood: refused starts, refused IPCP.

using System;
using Simulator.Hub;
using Xunit;

namespace Simulator.Tests.Hub;

public class MoodTests
{
    [Theory]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    [InlineData(5)]
    [InlineData(255)]
    public void A_start_can_be_refused_with_any_result(byte result)
    {
        var bench = new HubBench(HubBench.Settings() with { StartResult = result });
        ScriptedClient client = bench.NewClient();
        client.SendTcp([.. ScriptedClient.StartRequest(), .. client.CallRequest()]);
        client.ExpectControl($"Start-Control-Connection-Reply result {result} *");
        client.ExpectNothing();
        Assert.False(client.TcpEndedByReset);
        Assert.Equal([HubNote.ConnectionRefused], bench.Notes);
        Assert.Equal(0, bench.Hub.ConnectionCount);
        Assert.Equal(long.MaxValue, bench.Hub.NextDeadlineMs);
    }

    [Fact]
    public void A_mood_passes()
    {
        var bench = new HubBench(HubBench.Settings() with { StartResult = 4 });
        ScriptedClient first = bench.NewClient("192.0.2.1");
        ScriptedClient early = bench.NewClient("192.0.2.2");
        first.SendTcp(ScriptedClient.StartRequest());
        bench.Hub.Reconfigure(HubBench.Settings(), bench.NowMs);
        early.SendTcp(ScriptedClient.StartRequest());
        early.ExpectControl("Start-Control-Connection-Reply result 4 *");
        ScriptedClient late = bench.NewClientUp("192.0.2.3");
        Assert.Equal("10.98.0.100", Ipv4Address.ToText(late.TunnelAddress));
    }

    [Fact]
    public void Ipcp_can_be_refused_with_a_protocol_reject()
    {
        var bench = new HubBench(HubBench.Settings() with { RejectIpcp = true });
        ScriptedClient client = bench.NewClient();
        client.StartAndCall();
        client.OpenLcp();
        client.Authenticate();
        client.OpenCcp();
        client.ExpectNothing();
        client.SendPacket(ScriptedClient.Ipcp, 1, 1, "030600000000");
        byte[] reject = client.Expect("LCP Protocol-Reject id * protocol 8021");
        Assert.Equal(
            "8021 0101000a 030600000000".Replace(" ", "", StringComparison.Ordinal),
            Convert.ToHexStringLower(ScriptedClient.DataOf(reject)));
        bench.Advance(60_000);
        client.ExpectControl("Echo-Request *");
        client.ExpectNothing();
        client.SendPacket(ScriptedClient.Lcp, 5, 7, "62796521");
        client.Expect("LCP Terminate-Ack id 7");
        bench.Advance(3_000);
        Assert.Equal(["down ClientTerminated"], bench.Events);
        Assert.Equal([HubNote.PppProtocolRejected], bench.Notes);
    }

    [Theory]
    [InlineData(HubEncryption.Refused)]
    [InlineData(HubEncryption.AllowMppe)]
    public void Ipcp_is_refused_without_encryption_too(HubEncryption encryption)
    {
        var bench = new HubBench(
            HubBench.Settings() with { RejectIpcp = true, Encryption = encryption });
        ScriptedClient client = bench.NewClient();
        client.StartAndCall();
        client.OpenLcp();
        client.Authenticate();
        client.Skip();
        client.SendPacket(ScriptedClient.Ipcp, 1, 1, "030600000000");
        client.Expect("LCP Protocol-Reject id * protocol 8021");
        client.SendPpp([0x21, .. client.UdpOf("clear")]);
        Assert.Empty(bench.Events);
    }
}
