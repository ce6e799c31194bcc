// How a tunnel fails in IPCP, and what a link does with protocols out of their time.

using System;
using nanoPptp.Client;
using nanoPptp.Diagnostics;
using nanoPptp.Memory;
using nanoPptp.Tests.Support;
using Xunit;

namespace nanoPptp.Tests.Client;

public sealed class IpcpFailureTests : FailureBench
{
    [Fact]
    public void C65_An_early_ipcp_request_is_neither_answered_nor_held_against_the_hub()
    {
        Action<byte[]> habit = Hub.On["CHAP Opened"];
        Hub.On["CHAP Opened"] = octets =>
        {
            Hub.SendPpp(
                ScriptedHub.Ipcp, Packet.ConfigureRequest(77, Option.Address(Hub.Address)));
            habit(octets);
        };
        Tunnel.Dial();
        Assert.Equal(Stage.Up, Tunnel.Client.Stage);
        Assert.DoesNotContain("IPCP Terminate-Ack", Hub.Log);
        Assert.Single(Hub.Log, name => name == "IPCP Configure-Ack");
    }

    [Fact]
    public void C65_A_hub_that_terminate_acks_our_ipcp_is_asked_again()
    {
        int asked = 0;
        Action<byte[]> habit = Hub.On["IPCP Configure-Request"];
        Hub.On["IPCP Configure-Request"] = octets =>
        {
            if (asked++ == 0)
            {
                Hub.SendPpp(ScriptedHub.Ipcp, Packet.TerminateAck(octets[1]));
                return;
            }

            habit(octets);
        };
        Tunnel.Dial();
        Tunnel.Advance(750);
        Assert.Equal(Stage.Up, Tunnel.Client.Stage);
    }

    [Fact]
    public void A_hub_that_acknowledges_no_address_is_left()
    {
        Hub.ClientAddress = 0;
        Tunnel.Dial();
        AssertTrouble(Reason.IpcpRefused, 0);
    }

    [Fact]
    public void C49_A_hub_that_rejects_ipcp_is_left()
    {
        Hub.On["IPCP Configure-Request"] = octets => Hub.SendPpp(
            ScriptedHub.Lcp, Packet.ProtocolReject(1, ScriptedHub.Ipcp, octets));
        Tunnel.Dial();
        AssertTrouble(Reason.IpcpRefused, 0);
    }

    [Fact]
    public void A_hub_that_is_silent_about_addresses_is_left()
    {
        Hub.On.Remove("IPCP Configure-Request");
        Tunnel.Dial();
        Tunnel.Advance(27000);
        AssertTrouble(Reason.IpcpTimeout, 0);
    }

    [Fact]
    public void A_hub_that_ends_ipcp_is_left()
    {
        Reach(Stage.Up);
        Hub.SendPpp(ScriptedHub.Ipcp, Packet.TerminateRequest(1));
        Tunnel.Pump();
        AssertTrouble(Reason.IpcpTerminated, 0);
    }

    [Theory]
    [InlineData(0x8057)]
    [InlineData(0x8281)]
    [InlineData(0x0031)]
    [InlineData(0xC025)]
    public void C83_Protocols_that_we_do_not_speak_are_rejected_once_lcp_is_open(int protocol)
    {
        Reach(Stage.Up);
        byte[]? rejected = null;
        Hub.On["LCP Protocol-Reject"] = octets => rejected = octets;
        Hub.SendFrame(ScriptedHub.Frame(protocol, Octets.FromHex("01010004")));
        Tunnel.Pump();
        Assert.NotNull(rejected);
        Assert.Equal(protocol, ControlOctets.U16(rejected, 4));
        Assert.Equal("01010004", Octets.ToHex(rejected.AsSpan(6)));
        Assert.Equal(1, Tunnel.Count(Reason.PppUnknownProtocol));
        Assert.Equal(Stage.Up, Tunnel.Client.Stage);
    }

    [Fact]
    public void C38_Before_lcp_opens_everything_but_lcp_is_dropped()
    {
        Hub.On.Remove("LCP Configure-Request");
        Tunnel.Dial();
        Assert.Equal(Stage.Lcp, Tunnel.Client.Stage);
        int sent = Tunnel.GreSent.Count;
        foreach (int protocol in new[] { 0xC223, 0x80FD, 0x8021, 0x00FD, 0x8057 })
        {
            Hub.SendFrame(ScriptedHub.Frame(protocol, Octets.FromHex("01010004")));
        }

        Tunnel.Pump();
        Assert.Equal(5, Tunnel.Count(Reason.PppWrongPhase));
        Assert.Equal(sent, Tunnel.GreSent.Count);
    }

    [Theory]
    [InlineData(0xC023)]
    [InlineData(0x80FD)]
    [InlineData(0x8021)]
    [InlineData(0x00FD)]
    [InlineData(0x0021)]
    [InlineData(0x8057)]
    [InlineData(0xC227)]
    public void C38_During_authentication_everything_but_lcp_and_the_agreed_method_is_dropped(
        int protocol)
    {
        Reach(Stage.Authentication);
        int sent = Tunnel.GreSent.Count;
        int dropped = Tunnel.Count(Reason.PppWrongPhase) + Tunnel.Count(Reason.MppeClearData);
        Hub.SendFrame(ScriptedHub.Frame(protocol, Octets.FromHex("02010004")));
        Tunnel.Pump();
        Assert.Equal(
            dropped + 1, Tunnel.Count(Reason.PppWrongPhase) + Tunnel.Count(Reason.MppeClearData));
        Assert.Equal(sent, Tunnel.GreSent.Count);
        Assert.Equal(Stage.Authentication, Tunnel.Client.Stage);
    }

    [Fact]
    public void C60_No_secret_is_left_when_theTunnel_has_closed()
    {
        Reach(Stage.Up);
        Assert.Contains(
            Tunnel.Client.Arena[ArenaMap.Secrets..ArenaMap.Length], octet => octet != 0);
        Tunnel.Client.ControlClosed(Tunnel.NowMs);
        Assert.All(
            Tunnel.Client.Arena[ArenaMap.Secrets..ArenaMap.Length],
            octet => Assert.Equal(0, octet));
    }
}
