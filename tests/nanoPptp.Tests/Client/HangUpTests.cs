// How a tunnel ends in order, from either side, and how the end is found when the other side does
// not keep to the order.

using nanoPptp.Client;
using nanoPptp.Diagnostics;
using nanoPptp.Tests.Support;
using Xunit;

namespace nanoPptp.Tests.Client;

public sealed class HangUpTests
{
    [Fact]
    public void C14_We_say_terminate_clear_and_stop_each_after_the_answer_to_the_one_before()
    {
        Tunnel tunnel = Tunnel.Up();
        ScriptedHub hub = tunnel.Hub;
        hub.On.Remove("LCP Terminate-Request");
        hub.On.Remove("Call-Clear-Request");
        hub.On.Remove("Stop-Control-Connection-Request");

        tunnel.Client.Close(tunnel.NowMs);
        tunnel.Pump();
        Assert.Equal(["LCP Terminate-Request"], hub.Log);
        hub.SendPpp(
            ScriptedHub.Lcp, Packet.TerminateAck(hub.LastMessage("LCP Terminate-Request")[1]));
        tunnel.Pump();
        Assert.Equal(["LCP Terminate-Request", "Call-Clear-Request"], hub.Log);
        Assert.Equal(
            hub.ClientCallId, ControlOctets.U16(hub.LastMessage("Call-Clear-Request"), 12));
        hub.SendControl(ControlOctets.CallDisconnectNotify(hub.CallId));
        tunnel.Pump();
        Assert.Equal("Stop-Control-Connection-Request", hub.Log[^1]);
        Assert.Equal(Stage.Closing, tunnel.Client.Stage);
        hub.SendControl(ControlOctets.StopReply());
        tunnel.Pump();
        Assert.Equal(Stage.Closed, tunnel.Client.Stage);
        Assert.Equal(3, hub.Log.Count);
        Assert.Equal([Stage.Closing, Stage.Closed], tunnel.Stages);
        Assert.Empty(tunnel.Troubles);
        Assert.Equal(Reason.ClosedByUser, tunnel.Diagnosis.Reason);
    }

    [Fact]
    public void C14_A_hub_that_never_answers_is_waited_for_seconds_only()
    {
        Tunnel tunnel = Tunnel.Up();
        ScriptedHub hub = tunnel.Hub;
        hub.On.Clear();
        tunnel.Client.Close(tunnel.NowMs);

        // Two Terminate-Requests of 750 ms each, then two seconds for each answer.
        tunnel.Advance(750 + 750 + 2000 + 1999);
        Assert.Equal(Stage.Closing, tunnel.Client.Stage);
        tunnel.Advance(1);
        Assert.Equal(Stage.Closed, tunnel.Client.Stage);
        Assert.Equal(
            [
                "LCP Terminate-Request", "LCP Terminate-Request", "Call-Clear-Request",
                "Stop-Control-Connection-Request",
            ],
            hub.Log);
    }

    [Fact]
    public void Closing_again_changes_nothing()
    {
        Tunnel tunnel = Tunnel.Up();
        tunnel.Hub.On.Remove("LCP Terminate-Request");
        for (int i = 0; i < 5; i++)
        {
            tunnel.Client.Close(tunnel.NowMs);
            tunnel.Pump();
        }

        Assert.Equal(["LCP Terminate-Request"], tunnel.Hub.Log);
        Assert.Equal(Stage.Closing, tunnel.Client.Stage);
    }

    [Theory]
    [InlineData("Start-Control-Connection-Request", Stage.Control)]
    [InlineData("Outgoing-Call-Request", Stage.Call)]
    [InlineData("LCP Configure-Request", Stage.Lcp)]
    [InlineData("CHAP Response", Stage.Authentication)]
    [InlineData("CCP Configure-Request", Stage.Ccp)]
    [InlineData("IPCP Configure-Request", Stage.Ipcp)]
    public void A_tunnel_may_be_closed_in_every_stage(string silent, Stage stage)
    {
        var tunnel = new Tunnel();
        tunnel.Hub.On.Remove(silent);
        tunnel.Dial();
        Assert.Equal(stage, tunnel.Client.Stage);
        tunnel.Client.Close(tunnel.NowMs);
        tunnel.Advance(10000);
        Assert.Equal(Stage.Closed, tunnel.Client.Stage);
        Assert.Empty(tunnel.Troubles);
        Assert.Equal(stage >= Stage.Call, tunnel.Hub.Log.Contains("Call-Clear-Request"));
    }

    [Fact]
    public void Before_TCP_stands_a_close_is_the_end()
    {
        var tunnel = new Tunnel();
        tunnel.Open();
        tunnel.Client.Close(tunnel.NowMs);
        Assert.Equal(Stage.Closed, tunnel.Client.Stage);
        tunnel.Client.ControlConnected(tunnel.NowMs);
        Assert.Equal(Stage.Closed, tunnel.Client.Stage);
        tunnel.Pump();
        Assert.Empty(tunnel.Hub.Log);
    }

    [Fact]
    public void C13_The_hub_hangs_up_in_order_and_every_message_is_answered()
    {
        Tunnel tunnel = Tunnel.Up();
        ScriptedHub hub = tunnel.Hub;
        hub.SendPpp(ScriptedHub.Lcp, Packet.TerminateRequest(88));
        tunnel.Pump();
        Assert.Equal(["LCP Terminate-Ack"], hub.Log);
        Assert.Equal(88, hub.LastMessage("LCP Terminate-Ack")[1]);
        Assert.Equal([Reason.LcpTerminated], tunnel.Troubles);

        // The rest follows within one restart period; then we clear and stop as well.
        tunnel.Advance(750);
        Assert.Equal(
            ["LCP Terminate-Ack", "Call-Clear-Request", "Stop-Control-Connection-Request"],
            hub.Log);
        Assert.Equal(Stage.Closed, tunnel.Client.Stage);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void C13_A_disconnect_notify_takes_the_link_down_at_once(bool withOurCallId)
    {
        Tunnel tunnel = Tunnel.Up();
        ScriptedHub hub = tunnel.Hub;
        hub.SendControl(ControlOctets.CallDisconnectNotify(
            withOurCallId ? hub.ClientCallId : hub.CallId, result: 3));
        tunnel.Pump();
        Assert.Equal([Reason.CallDisconnected], tunnel.Troubles);
        Assert.Equal(3, tunnel.Diagnosis.Detail);
        Assert.Equal(["Stop-Control-Connection-Request"], hub.Log);
        Assert.Equal(Stage.Closed, tunnel.Client.Stage);
    }

    [Fact]
    public void C13_C14_A_disconnect_notify_while_we_terminate_the_link_stops_nothing()
    {
        Tunnel tunnel = Tunnel.Up();
        ScriptedHub hub = tunnel.Hub;
        hub.On.Remove("LCP Terminate-Request");
        tunnel.Client.Close(tunnel.NowMs);
        tunnel.Pump();
        hub.SendControl(ControlOctets.CallDisconnectNotify(hub.CallId));
        tunnel.Advance(10000);
        Assert.Equal("Stop-Control-Connection-Request", hub.Log[^1]);
        Assert.Equal(Stage.Closed, tunnel.Client.Stage);
    }

    [Fact]
    public void C13_C14_A_hub_that_terminates_link_and_call_is_left_in_seconds()
    {
        Tunnel tunnel = Tunnel.Up();
        ScriptedHub hub = tunnel.Hub;
        hub.SendPpp(ScriptedHub.Lcp, Packet.TerminateRequest(88));
        tunnel.Advance(100);
        hub.SendControl(ControlOctets.CallDisconnectNotify(hub.CallId));
        tunnel.Advance(10000);
        Assert.Equal([Reason.LcpTerminated], tunnel.Troubles);
        Assert.Equal(Stage.Closed, tunnel.Client.Stage);
    }

    [Fact]
    public void C15_A_stop_request_is_answered_and_everything_is_over()
    {
        Tunnel tunnel = Tunnel.Up();
        tunnel.Hub.SendControl(ControlOctets.StopRequest(3));
        tunnel.Pump();
        Assert.Equal(["Stop-Control-Connection-Reply"], tunnel.Hub.Log);
        Assert.Equal([Reason.StoppedByHub], tunnel.Troubles);
        Assert.Equal(3, tunnel.Diagnosis.Detail);
        Assert.Equal(Stage.Closed, tunnel.Client.Stage);
    }

    [Theory]
    [InlineData("LCP Terminate-Request")]
    [InlineData("Call-Clear-Request")]
    [InlineData("Stop-Control-Connection-Request")]
    public void C15_A_stop_request_while_we_hang_up_is_answered_and_is_the_end(string step)
    {
        Tunnel tunnel = Tunnel.Up();
        tunnel.Hub.On[step] = _ => tunnel.Hub.SendControl(ControlOctets.StopRequest());
        tunnel.Client.Close(tunnel.NowMs);
        tunnel.Pump();
        Assert.Equal("Stop-Control-Connection-Reply", tunnel.Hub.Log[^1]);
        Assert.Equal(Stage.Closed, tunnel.Client.Stage);
        Assert.Empty(tunnel.Troubles);
    }

    [Theory]
    [InlineData("LCP Terminate-Request")]
    [InlineData("Call-Clear-Request")]
    [InlineData("Stop-Control-Connection-Request")]
    public void C14_The_end_of_TCP_while_we_hang_up_is_the_end(string step)
    {
        Tunnel tunnel = Tunnel.Up();
        tunnel.Hub.On[step] = _ => tunnel.Hub.HasClosed = true;
        tunnel.Client.Close(tunnel.NowMs);
        tunnel.Pump();
        Assert.True(tunnel.Hub.HasClosed);
        tunnel.Client.ControlClosed(tunnel.NowMs);
        tunnel.Pump();
        Assert.Equal(Stage.Closed, tunnel.Client.Stage);
        Assert.Empty(tunnel.Troubles);
        Assert.Equal(Reason.ClosedByUser, tunnel.Diagnosis.Reason);
    }

    [Fact]
    public void C51_The_terminate_ack_leaves_before_anything_else_is_torn_down()
    {
        Tunnel tunnel = Tunnel.Up();
        tunnel.Hub.On["LCP Terminate-Ack"] = _ => Assert.Equal(
            "LCP Terminate-Ack", Assert.Single(tunnel.Hub.Log));
        tunnel.Hub.SendPpp(ScriptedHub.Lcp, Packet.TerminateRequest(1));
        tunnel.Pump();
        Assert.Contains("LCP Terminate-Ack", tunnel.Hub.Log);
    }

    [Fact]
    public void Data_that_comes_while_we_hang_up_is_not_delivered()
    {
        Tunnel tunnel = Tunnel.Up();
        tunnel.Hub.On["LCP Terminate-Request"] = _ => tunnel.Hub.SendIp(tunnel.FromHub());
        tunnel.Sends(tunnel.FromClient());
        tunnel.Client.Close(tunnel.NowMs);
        tunnel.Pump();
        Assert.Equal(-(int)Reason.NotUp, tunnel.Sends(tunnel.FromClient()));
        tunnel.Advance(10000);
        Assert.Equal(Stage.Closed, tunnel.Client.Stage);
        tunnel.AssertFatesAddUp();
    }

    [Fact]
    public void C20_After_the_close_every_packet_is_for_another_call()
    {
        Tunnel tunnel = Tunnel.Up();
        tunnel.Client.Close(tunnel.NowMs);
        tunnel.Pump();
        int before = tunnel.Count(Reason.GreWrongCall);
        for (int i = 0; i < 10; i++)
        {
            tunnel.Hub.SendIp(tunnel.FromHub());
        }

        tunnel.Pump();
        Assert.Equal(before + 10, tunnel.Count(Reason.GreWrongCall));
        Assert.Empty(tunnel.Delivered);
    }

    [Fact]
    public void A_hundred_tunnels_one_after_the_other_never_repeat_a_call_id_in_a_row()
    {
        var tunnel = new Tunnel();
        int last = -1;
        for (int i = 0; i < 100; i++)
        {
            tunnel = tunnel.With(new ScriptedHub()).Dial();
            Assert.Equal(Stage.Up, tunnel.Client.Stage);
            Assert.NotEqual(last, tunnel.Hub.ClientCallId);
            Assert.NotEqual(0, tunnel.Hub.ClientCallId);
            last = tunnel.Hub.ClientCallId;
            tunnel.Client.Close(tunnel.NowMs);
            tunnel.Pump();
            Assert.Equal(Stage.Closed, tunnel.Client.Stage);
        }
    }
}
