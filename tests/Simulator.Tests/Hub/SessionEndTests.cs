// How sessions end: by the client, by the hub in two ways, by silence, by TCP.

using System;
using Simulator.Hub;
using Xunit;

namespace Simulator.Tests.Hub;

public class SessionEndTests
{
    [Fact]
    public void Call_clear_is_answered_with_call_disconnect_notify_and_a_new_call_can_follow()
    {
        var bench = new HubBench();
        ScriptedClient client = bench.NewClientUp();
        client.SendControl(12, 16, "1267");
        client.ExpectControl("Call-Disconnect-Notify call 0 result 4");
        Assert.Equal("down CallCleared", bench.Events[^1]);
        Assert.Null(client.TcpEndedByReset);
        Assert.Equal(0, bench.Hub.SessionCount);
        client.CallId = 4712;
        client.Call();
        Assert.Equal(128, client.HubCallId);
        client.OpenLcp();
        client.Authenticate();
        client.OpenCcp();
        client.OpenIpcp();
        Assert.Equal("up sensor1 10.98.0.100 MPPE 128-bit stateless", bench.Events[^1]);
    }

    [Fact]
    public void Call_clear_can_end_in_a_fin_as_behind_a_dead_pppd()
    {
        var bench = new HubBench(HubBench.Settings() with { AnswerCallClear = false });
        ScriptedClient client = bench.NewClientUp();
        client.SendControl(12, 16, "1267");
        client.ExpectNothing();
        Assert.False(client.TcpEndedByReset);
        Assert.Equal("down CallCleared", bench.Events[^1]);
    }

    [Fact]
    public void Call_clear_with_another_call_id_changes_nothing()
    {
        var bench = new HubBench();
        ScriptedClient client = bench.NewClientUp();
        client.SendControl(12, 16, "1268");
        client.ExpectNothing();
        Assert.Equal([HubNote.CallIdMismatch], bench.Notes);
        Assert.True(bench.LastSession!.IsUp);
    }

    [Fact]
    public void Stop_is_answered_and_closes()
    {
        var bench = new HubBench();
        ScriptedClient client = bench.NewClientUp();
        client.SendControl(3, 16, "01");
        client.ExpectControl("Stop-Control-Connection-Reply result 1");
        Assert.False(client.TcpEndedByReset);
        Assert.Equal("down ControlStopped", bench.Events[^1]);
        Assert.Equal(0, bench.Hub.ConnectionCount);
        Assert.Equal(long.MaxValue, bench.Hub.NextDeadlineMs);
    }

    [Fact]
    public void The_end_of_tcp_ends_the_session()
    {
        var bench = new HubBench();
        ScriptedClient client = bench.NewClientUp();
        bench.Hub.TcpClosed(client.Connection, bench.NowMs);
        Assert.Equal("down TcpClosed", bench.Events[^1]);
        Assert.Equal(0, bench.Hub.SessionCount);
        bench.Hub.TcpClosed(client.Connection, bench.NowMs);
        Assert.Equal(2, bench.Events.Count);
        client.SendPacket(ScriptedClient.Lcp, 9, 1, "11223344");
        Assert.Equal([HubNote.GreUnknownCall], bench.Notes);
    }

    [Fact]
    public void A_clients_terminate_request_stops_ip_at_once_and_tcp_after_a_restart_period()
    {
        var bench = new HubBench();
        ScriptedClient client = bench.NewClientUp();
        client.SendPacket(ScriptedClient.Lcp, 5, 2, "4d505045");
        client.Expect("LCP Terminate-Ack id 2");
        Assert.Equal("down ClientTerminated", bench.Events[^1]);
        client.SendPacket(ScriptedClient.Lcp, 5, 3);
        client.Expect("LCP Terminate-Ack id 3");
        bench.Advance(2_999);
        Assert.Null(client.TcpEndedByReset);
        bench.Advance(1);
        Assert.False(client.TcpEndedByReset);
        Assert.Equal(2, bench.Events.Count);
    }

    [Fact]
    public void Hanging_up_as_pptpd_is_two_terminate_requests_and_a_fin()
    {
        var bench = new HubBench();
        ScriptedClient client = bench.NewClientUp();
        bench.Hub.HangUp(bench.LastSession!, HangUpStyle.Pptpd, bench.NowMs);
        client.Expect("LCP Terminate-Request id 2 \"MPPE disabled\"");
        client.Expect("LCP Terminate-Request id 3 \"MPPE disabled\"");
        Assert.Equal("down HungUp", bench.Events[^1]);
        Assert.Null(client.TcpEndedByReset);
        client.SendPacket(ScriptedClient.Lcp, 6, 2);
        Assert.False(client.TcpEndedByReset);
        client.ExpectNothing();
        Assert.Equal(2, bench.Events.Count);
    }

    [Fact]
    public void A_hang_up_that_is_not_answered_ends_by_itself()
    {
        var bench = new HubBench();
        ScriptedClient client = bench.NewClientUp();
        bench.Hub.HangUp(bench.LastSession!, HangUpStyle.Pptpd, bench.NowMs);
        client.Skip();
        bench.Advance(6_000);
        Assert.False(client.TcpEndedByReset);
        Assert.Equal(0, bench.Hub.SessionCount);
    }

    [Fact]
    public void Hanging_up_as_the_rfc_is_a_call_disconnect_notify_and_tcp_stays()
    {
        var bench = new HubBench();
        ScriptedClient client = bench.NewClientUp();
        HubSession session = bench.LastSession!;
        bench.Hub.HangUp(session, HangUpStyle.Rfc, bench.NowMs);
        client.ExpectControl("Call-Disconnect-Notify call 0 result 3");
        client.ExpectNothing();
        Assert.Null(client.TcpEndedByReset);
        Assert.Equal("down HungUp", bench.Events[^1]);
        Assert.True(session.IsEnded);
        bench.Hub.HangUp(session, HangUpStyle.Rfc, bench.NowMs);
        bench.Hub.HangUp(session, HangUpStyle.Pptpd, bench.NowMs);
        client.ExpectNothing();
        Assert.False(bench.Hub.SendUdp(session, 1, 2, "x"u8, bench.NowMs));
    }

    [Fact]
    public void A_stopping_hub_says_so_in_the_order_of_connections_and_takes_no_more()
    {
        var bench = new HubBench();
        ScriptedClient first = bench.NewClientUp("192.0.2.1");
        ScriptedClient second = bench.NewClient("192.0.2.2");
        ScriptedClient third = bench.NewClientUp("192.0.2.3");
        bench.Trace.Clear();
        bench.Hub.Stop(bench.NowMs);
        first.ExpectControl("Stop-Control-Connection-Request reason 3");
        second.ExpectNothing();
        third.ExpectControl("Stop-Control-Connection-Request reason 3");
        Assert.Equal(5, bench.Trace.Count);
        Assert.Equal("down HubStopped", bench.Events[^1]);
        Assert.Equal(0, bench.Hub.ConnectionCount);
        Assert.True(bench.NewClient("192.0.2.4").TcpEndedByReset);
    }

    [Fact]
    public void Unanswered_lcp_echoes_end_the_link()
    {
        var bench = new HubBench(HubBench.Settings() with
        {
            LcpEchoIntervalMs = 1_000,
            LcpEchoFailureCount = 3,
        });
        ScriptedClient client = bench.NewClient();
        client.StartAndCall();
        client.OpenLcpWithEcho();
        client.Authenticate();
        client.OpenCcp();
        client.OpenIpcp();
        client.SendPacket(ScriptedClient.Lcp, 10, 0, "11223344");
        bench.Advance(1_000);
        client.Expect("LCP Echo-Request id 1 magic *");
        bench.Advance(1_000);
        client.Expect("LCP Echo-Request id 2 magic *");
        bench.Advance(1_000);
        client.Expect("LCP Echo-Request id 3 magic *");
        Assert.Single(bench.Events);
        bench.Advance(1_000);
        client.Expect("LCP Terminate-Request id 2 \"MPPE disabled\"");
        Assert.Equal("down EchoLost", bench.Events[^1]);
        bench.Advance(6_000);
        Assert.False(client.TcpEndedByReset);
    }

    [Fact]
    public void Answered_lcp_echoes_keep_the_link_but_our_own_magic_is_no_answer()
    {
        var bench = new HubBench(HubBench.Settings() with
        {
            LcpEchoIntervalMs = 1_000,
            LcpEchoFailureCount = 1,
        });
        ScriptedClient client = bench.NewClient();
        client.StartAndCall();
        byte[] ownEcho = client.OpenLcpWithEcho();
        for (byte id = 0; id < 9; id++)
        {
            client.SendPacket(ScriptedClient.Lcp, 10, id, "11223344");
            client.Skip();
            bench.Advance(1_000);
        }

        Assert.Null(client.TcpEndedByReset);
        client.SendPacket(ScriptedClient.Lcp, 10, 9, ScriptedClient.DataOf(ownEcho));
        Assert.Contains(HubNote.PppLoopback, bench.Notes);
        client.Skip();
        bench.Advance(1_000);
        client.Expect("LCP Terminate-Request id * \"Peer not responding\"");
    }

    [Fact]
    public void Quiet_control_connections_are_asked_and_closed_when_they_stay_quiet()
    {
        var bench = new HubBench();
        ScriptedClient client = bench.NewClientUp();
        bench.Advance(60_000);
        client.ExpectControl("Echo-Request id 1");
        client.SendControl(6, 20, "00000001 01");
        bench.Advance(60_000);
        client.ExpectControl("Echo-Request id 2");
        bench.Advance(30_000);
        client.SendControl(6, 20, "00000001 01");
        Assert.Equal([HubNote.ControlEchoUnmatched], bench.Notes);
        bench.Advance(29_999);
        Assert.Null(client.TcpEndedByReset);
        bench.Advance(1);
        Assert.False(client.TcpEndedByReset);
        Assert.Equal("down ControlTimeout", bench.Events[^1]);
    }

    [Fact]
    public void Any_message_puts_the_hubs_echo_off_and_clients_echoes_are_answered()
    {
        var bench = new HubBench();
        ScriptedClient client = bench.NewClientUp();
        bench.Advance(59_000);
        client.SendControl(5, 16, "a1b2c3d4");
        client.ExpectControl($"Echo-Reply id {0xA1B2C3D4} result 1");
        bench.Advance(59_000);
        client.ExpectNothing();
        bench.Advance(1_000);
        client.ExpectControl("Echo-Request id 1");
    }

    [Fact]
    public void A_connection_that_does_not_start_is_closed()
    {
        var bench = new HubBench();
        ScriptedClient client = bench.NewClient();
        bench.Advance(9_999);
        Assert.Null(client.TcpEndedByReset);
        bench.Advance(1);
        Assert.False(client.TcpEndedByReset);
    }

    [Fact]
    public void A_new_configure_request_takes_the_session_down_and_up_again()
    {
        var bench = new HubBench();
        ScriptedClient client = bench.NewClientUp();
        client.SendPacket(ScriptedClient.Lcp, 1, 9, ScriptedClient.LcpOptions);
        byte[] request = client.Expect("LCP Configure-Request id 2 *");
        client.Expect("LCP Configure-Ack id 9 *");
        Assert.Equal("down Renegotiated", bench.Events[^1]);
        client.SendPacket(ScriptedClient.Lcp, 2, 2, ScriptedClient.DataOf(request));
        client.Authenticate();
        client.OpenCcp();
        client.OpenIpcp();
        Assert.Equal("up sensor1 10.98.0.100 MPPE 128-bit stateless", bench.Events[^1]);
        client.SendIp(client.UdpOf("again"));
        Assert.EndsWith("again", bench.Events[^1], StringComparison.Ordinal);
        client.SendControl(3, 16, "01");
        Assert.Equal("down ControlStopped", bench.Events[^1]);
        Assert.Equal(5, bench.Events.Count);
    }
}
