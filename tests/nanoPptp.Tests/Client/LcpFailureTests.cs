// How a tunnel fails on GRE and in LCP.

using System;
using System.Linq;
using System.Text;
using nanoPptp.Client;
using nanoPptp.Diagnostics;
using nanoPptp.Tests.Support;
using Xunit;

namespace nanoPptp.Tests.Client;

public sealed class LcpFailureTests : FailureBench
{
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void C88_When_no_GRE_comes_back_it_is_named_in_11_seconds(bool outPasses)
    {
        Tunnel.GreInPasses = false;
        Tunnel.GreOutPasses = outPasses;
        Tunnel.Dial();
        Tunnel.Advance(10649);
        Assert.Empty(Tunnel.Troubles);
        Tunnel.Advance(1);
        AssertTrouble(Reason.GreBlocked, 0);

        // The hub may hear us: it is still told, and the rest takes seconds only.
        Tunnel.Advance(3000);
        Assert.Equal(Stage.Closed, Tunnel.Client.Stage);
        Assert.Equal(
            OrderlyEnd[(outPasses ? 0 : 1)..],
            Hub.Log.Where(OrderlyEnd.Contains).Distinct());
    }

    [Fact]
    public void C88_A_hub_that_is_heard_but_never_answers_is_an_LCP_time_out()
    {
        Hub.On.Remove("LCP Configure-Request");
        Hub.On.Remove("LCP Configure-Ack");
        Tunnel.Dial();
        Tunnel.Advance(19649);
        Assert.Empty(Tunnel.Troubles);
        Tunnel.Advance(1);
        AssertTrouble(Reason.LcpTimeout, 0);
        Assert.Equal(10, Hub.Log.Count(name => name == "LCP Configure-Request"));
        Assert.Equal(Stage.Closed, Tunnel.Advance(5000).Client.Stage);
    }

    [Fact]
    public void C33_A_lost_first_request_costs_150_ms_and_no_more()
    {
        int lost = 0;
        Action<byte[]> habit = Hub.On["LCP Configure-Request"];
        Hub.On["LCP Configure-Request"] = packet =>
        {
            if (lost++ > 0)
            {
                habit(packet);
            }
        };
        Tunnel.Dial();
        Assert.Equal(Stage.Lcp, Tunnel.Client.Stage);
        Tunnel.Advance(150);
        Assert.Equal(Stage.Up, Tunnel.Client.Stage);
    }

    [Fact]
    public void C47_A_hub_that_stops_answering_LCP_echoes_is_given_up()
    {
        Reach(Stage.Up);
        Hub.On.Remove("LCP Echo-Request");
        Tunnel.Advance(29999);
        Assert.Equal(Stage.Up, Tunnel.Client.Stage);
        Tunnel.Advance(1);
        AssertTrouble(Reason.LcpEchoTimeout, 0);
        Assert.Equal(4, Hub.Log.Count(name => name == "LCP Echo-Request"));
        Assert.Equal(OrderlyEnd, Hub.Log.TakeLast(3));
    }

    [Fact]
    public void A_hub_that_terminates_LCP_is_named()
    {
        Reach(Stage.Up);
        Hub.SendPpp(ScriptedHub.Lcp, Packet.TerminateRequest(9));
        Tunnel.Pump();
        AssertTrouble(Reason.LcpTerminated, 0);
        Assert.Equal("LCP Terminate-Ack", Hub.Log[^1]);
        Tunnel.Advance(5000);
        Assert.Equal(Stage.Closed, Tunnel.Client.Stage);
    }

    [Fact]
    public void C40_A_hub_that_wants_another_authentication_never_sees_a_password()
    {
        Hub.LcpOptions = [Option.Pap, Option.Magic(ScriptedHub.Magic)];
        Hub.On["LCP Configure-Nak"] = _ => Hub.Request(ScriptedHub.Lcp, Hub.LcpOptions);
        Tunnel.Dial();
        AssertTrouble(Reason.AuthenticationWeak, 0xC02300);
        Assert.Equal(5, Hub.Log.Count(name => name == "LCP Configure-Nak"));
        Assert.DoesNotContain("CHAP Response", Hub.Log);
        byte[] password = Encoding.ASCII.GetBytes(Hub.Password);
        Assert.All(Tunnel.GreSent, packet => Assert.True(packet.AsSpan().IndexOf(password) < 0));
    }

    [Fact]
    public void C40_A_hub_that_wants_no_authentication_at_all_is_left()
    {
        Hub.LcpOptions = [Option.Magic(ScriptedHub.Magic)];
        Hub.On["LCP Configure-Nak"] = _ => Hub.Request(ScriptedHub.Lcp, Hub.LcpOptions);
        Tunnel.Dial();
        AssertTrouble(Reason.AuthenticationNotOffered, 0);
        Assert.Equal(5, Hub.Log.Count(name => name == "LCP Configure-Nak"));
    }

    [Fact]
    public void C43_A_looped_line_is_named()
    {
        // A broken network brings our own packets back, with the numbers made right.
        Tunnel.GreOutPasses = false;
        Hub.On.Clear();
        Hub.On["Start-Control-Connection-Request"] =
            _ => Hub.SendControl(ControlOctets.StartReply());
        Hub.On["Outgoing-Call-Request"] = message => Hub.SendControl(
            ControlOctets.OutgoingCallReply(Hub.CallId, ControlOctets.U16(message, 12)));
        Tunnel.Dial();
        Assert.Equal(Stage.Lcp, Tunnel.Client.Stage);
        byte[] callId = Hub.LastMessage("Outgoing-Call-Request")[12..14];
        for (int i = 0; i < 100 && Tunnel.Troubles.Count == 0; i++)
        {
            byte[] packet = (byte[])Tunnel.GreSent[i].Clone();
            callId.CopyTo(packet, 6);
            Tunnel.GreArrives(packet);
            Tunnel.Pump();
        }

        AssertTrouble(Reason.LcpLoopback, 0);
    }

    [Fact]
    public void C45_A_hub_may_negotiate_anew_and_theTunnel_comes_up_again()
    {
        Reach(Stage.Up);

        // Keys that were used must not be used again: with them CCP could only fail.
        Tunnel.Sends(Tunnel.FromClient());
        Hub.SendIp(Tunnel.FromHub());
        Tunnel.Pump();
        Tunnel.Stages.Clear();
        foreach (int protocol in new[] { ScriptedHub.Lcp, ScriptedHub.Ccp, ScriptedHub.Ipcp })
        {
            Hub.Forget(protocol);
        }

        Hub.Request(ScriptedHub.Lcp, Hub.LcpOptions);
        Tunnel.Pump();
        Assert.Equal(
            [Stage.Lcp, Stage.Authentication, Stage.Ccp, Stage.Ipcp, Stage.Up], Tunnel.Stages);
        Assert.Empty(Tunnel.Troubles);
        Tunnel.Sends(Tunnel.FromClient());
        Hub.SendIp(Tunnel.FromHub());
        Tunnel.Pump();
        Assert.Equal(2, Hub.Received.Count);
        Assert.Equal(2, Tunnel.Delivered.Count);
    }
}
