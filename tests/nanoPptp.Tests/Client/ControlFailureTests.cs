// How a tunnel fails on TCP, on the control connection and in the call.

using System.Linq;
using nanoPptp.Client;
using nanoPptp.Diagnostics;
using nanoPptp.Tests.Support;
using Xunit;

namespace nanoPptp.Tests.Client;

public sealed class ControlFailureTests : FailureBench
{
    [Theory]
    [InlineData(Stage.Tcp, Reason.HubUnreachable)]
    [InlineData(Stage.Control, Reason.ControlClosed)]
    [InlineData(Stage.Call, Reason.CallDropped)]
    [InlineData(Stage.Lcp, Reason.ControlClosed)]
    [InlineData(Stage.Authentication, Reason.ControlClosed)]
    [InlineData(Stage.Ccp, Reason.ControlClosed)]
    [InlineData(Stage.Ipcp, Reason.ControlClosed)]
    [InlineData(Stage.Up, Reason.ControlClosed)]
    public void C14_The_end_of_TCP_closes_at_once_in_every_stage(Stage stage, Reason reason)
    {
        Reach(stage);
        Tunnel.Client.ControlClosed(Tunnel.NowMs);
        Assert.Equal(Stage.Closed, Tunnel.Client.Stage);
        Tunnel.Pump();
        AssertTrouble(reason, 0);
        Assert.Equal(Stage.Closed, Tunnel.Stages[^1]);
        for (int i = 0; i < 200; i++)
        {
            Tunnel.Skip(1000);
            Tunnel.Client.Tick(Tunnel.NowMs);
            Tunnel.Pump();
        }

        Assert.Equal([reason], Tunnel.Troubles);
    }

    [Theory]
    [InlineData(Stage.Tcp)]
    [InlineData(Stage.Control)]
    [InlineData(Stage.Call)]
    [InlineData(Stage.Lcp)]
    [InlineData(Stage.Authentication)]
    [InlineData(Stage.Ccp)]
    [InlineData(Stage.Ipcp)]
    [InlineData(Stage.Up)]
    public void A_closed_client_waits_for_nothing(Stage stage)
    {
        Reach(stage);
        Tunnel.Client.ControlClosed(Tunnel.NowMs);
        Tunnel.Pump();
        for (int i = 0; i < 200; i++)
        {
            Assert.Equal(60000, Tunnel.Client.NextDeadlineMs(Tunnel.NowMs));
            Tunnel.Skip(1000);
            Tunnel.Client.Tick(Tunnel.NowMs);
        }
    }

    [Theory]
    [InlineData(Stage.Lcp)]
    [InlineData(Stage.Authentication)]
    [InlineData(Stage.Ccp)]
    [InlineData(Stage.Ipcp)]
    [InlineData(Stage.Up)]
    public void C20_Nothing_leaves_for_a_call_that_is_gone(Stage stage)
    {
        Reach(stage);

        // A reply is due, but TCP ends before the adapter polls.
        Tunnel.GreArrives(Hub.Gre(ScriptedHub.Frame(
            ScriptedHub.Lcp, Packet.ConfigureRequest(99, Option.Callback).Octets)));
        Assert.NotEqual(Output.Nothing, Tunnel.Client.Poll(Tunnel.NowMs));
        int sent = Tunnel.GreSent.Count;
        Tunnel.Client.ControlClosed(Tunnel.NowMs);
        Tunnel.Pump();
        Assert.Equal(sent, Tunnel.GreSent.Count);
    }

    [Fact]
    public void C04_A_refused_start_ends_theTunnel_with_result_and_error()
    {
        Hub.On["Start-Control-Connection-Request"] =
            _ => Hub.SendControl(ControlOctets.StartReply(4, 6));
        Tunnel.Dial();
        Assert.Equal(Stage.Closed, Tunnel.Client.Stage);
        AssertTrouble(Reason.StartRefused, 0x406);
    }

    [Fact]
    public void C04_Another_version_ends_theTunnel()
    {
        Hub.On["Start-Control-Connection-Request"] =
            _ => Hub.SendControl(ControlOctets.StartReply(version: 0x0200));
        Tunnel.Dial();
        AssertTrouble(Reason.BadVersion, 0x0200);
    }

    [Fact]
    public void C06_A_hub_that_never_answers_the_start_is_given_up_after_60_seconds()
    {
        Reach(Stage.Control);
        Tunnel.Advance(59999);
        Assert.Equal(Stage.Control, Tunnel.Client.Stage);
        Tunnel.Advance(1);
        Assert.Equal(Stage.Closed, Tunnel.Client.Stage);
        AssertTrouble(Reason.StartTimeout, 0);
    }

    [Fact]
    public void C06_A_hub_that_never_answers_the_call_is_given_up_after_60_seconds()
    {
        Reach(Stage.Call);
        Tunnel.Advance(59999);
        Assert.Equal(Stage.Call, Tunnel.Client.Stage);
        Tunnel.Advance(1);
        AssertTrouble(Reason.CallTimeout, 0);
        Assert.Equal("Stop-Control-Connection-Request", Hub.Log[^1]);
        Assert.Equal(Stage.Closed, Tunnel.Client.Stage);
    }

    [Fact]
    public void C11_A_refused_call_is_followed_by_an_orderly_stop()
    {
        Hub.On["Outgoing-Call-Request"] = message => Hub.SendControl(
            ControlOctets.OutgoingCallReply(0, ControlOctets.U16(message, 12), 4, 2));
        Tunnel.Dial();
        AssertTrouble(Reason.CallRefused, 0x402);
        Assert.Equal("Stop-Control-Connection-Request", Hub.Log[^1]);
        Assert.DoesNotContain("Call-Clear-Request", Hub.Log);
        Assert.Equal(Stage.Closed, Tunnel.Client.Stage);
    }

    [Theory]
    [InlineData(Stage.Control)]
    [InlineData(Stage.Call)]
    [InlineData(Stage.Up)]
    public void C02_A_bad_cookie_closes_without_another_word(Stage stage)
    {
        Reach(stage);
        int said = Hub.Log.Count;
        byte[] message = ControlOctets.EchoRequest(1);
        message[4] = 0;
        Tunnel.ControlArrives(Octets.Join(message, ControlOctets.EchoRequest(2)));
        Tunnel.Pump();
        Assert.Equal(Stage.Closed, Tunnel.Client.Stage);
        AssertTrouble(Reason.BadMagicCookie, 0);
        Assert.Equal(said, Hub.Log.Count);
    }

    [Fact]
    public void C02_A_wrong_length_closes_without_another_word()
    {
        Reach(Stage.Up);
        byte[] message = ControlOctets.EchoRequest(1);
        message[1]++;
        Tunnel.ControlArrives(message);
        Tunnel.Pump();
        AssertTrouble(Reason.BadControlLength, 0);
        Assert.Equal(Stage.Closed, Tunnel.Client.Stage);
    }

    [Fact]
    public void C07_A_hub_that_stops_answering_echoes_is_given_up()
    {
        Reach(Stage.Up);
        Hub.On.Remove("Echo-Request");
        Tunnel.Advance(120000);
        AssertTrouble(Reason.ControlEchoTimeout, 0);
        Assert.Equal(Stage.Closed, Tunnel.Client.Stage);
    }

    [Fact]
    public void C07_Whatever_a_hub_says_puts_the_echo_off()
    {
        Reach(Stage.Up);
        Tunnel.Advance(59999);
        Hub.SendControl(ControlOctets.WanErrorNotify(Hub.ClientCallId));
        Tunnel.Pump();
        Tunnel.Advance(59999);
        Assert.DoesNotContain("Echo-Request", Hub.Log);
        Tunnel.Advance(1);
        Assert.Contains("Echo-Request", Hub.Log);
    }

    [Fact]
    public void C08_A_hub_that_never_sends_echoes_of_its_own_is_fine()
    {
        Reach(Stage.Up);
        Tunnel.Advance(600000);
        Assert.Equal(Stage.Up, Tunnel.Client.Stage);
        Assert.Empty(Tunnel.Troubles);
        Assert.Equal(10, Hub.Log.Count(name => name == "Echo-Request"));
    }

    [Fact]
    public void C17_A_call_to_us_is_declined_and_ours_goes_on()
    {
        Reach(Stage.Up);
        Hub.SendControl(ControlOctets.IncomingCallRequest(0x4321));
        Tunnel.Pump();
        byte[] reply = Hub.LastMessage("Incoming-Call-Reply");
        Assert.Equal(
            "0018 0001 1a2b3c4d 000a 0000 0000 4321 0300 0000 0000 0000".Replace(" ", ""),
            Octets.ToHex(reply));
        Assert.Equal(1, Tunnel.Count(Reason.CallDeclined));
        Assert.Equal(Stage.Up, Tunnel.Client.Stage);
    }

    [Fact]
    public void C17_A_flood_of_calls_to_us_is_declined_as_far_as_there_is_room()
    {
        Reach(Stage.Up);
        for (int i = 0; i < 100; i++)
        {
            byte[] message = ControlOctets.IncomingCallRequest(i);
            Tunnel.Client.ControlInput(message, 0, message.Length, Tunnel.NowMs);
        }

        Assert.Equal(100, Tunnel.Count(Reason.CallDeclined));
        Assert.True(Tunnel.Count(Reason.ControlOutputFull) > 0);
        Tunnel.Pump();
        Assert.Equal(Stage.Up, Tunnel.Client.Stage);
    }

    [Fact]
    public void C18_Errors_of_the_hubs_line_are_counted()
    {
        Reach(Stage.Up);
        for (int i = 0; i < 3; i++)
        {
            Hub.SendControl(ControlOctets.WanErrorNotify(Hub.ClientCallId));
        }

        Tunnel.Pump();
        Assert.Equal(3, Tunnel.Count(Reason.WanErrors));
        Assert.Equal(Stage.Up, Tunnel.Client.Stage);
    }

    [Fact]
    public void C05_C16_C19_What_a_hub_says_besides_is_counted_and_ignored()
    {
        Reach(Stage.Up);
        int ignored = Tunnel.Count(Reason.ControlIgnored);
        byte[] management = ControlOctets.EchoRequest(1);
        management[3] = 2;
        byte[][] messages =
        [
            ControlOctets.SetLinkInfo(Hub.ClientCallId, 0, 0x000A0000),
            ControlOctets.CallClearRequest(Hub.ClientCallId),
            ControlOctets.StartRequest(),
            ControlOctets.Message(16, new byte[4]),
            ControlOctets.Message(999, []),
            management,
        ];
        foreach (byte[] message in messages)
        {
            // Reserved0 is not zero, as Cisco sends it.
            message[10] = 0xC0;
            message[11] = 0x01;
            Hub.SendControl(message);
        }

        Tunnel.Pump();
        Assert.Equal(ignored + messages.Length, Tunnel.Count(Reason.ControlIgnored));
        Assert.Equal(Stage.Up, Tunnel.Client.Stage);
        Tunnel.Sends(Tunnel.FromClient());
        Tunnel.Pump();
        Assert.Single(Hub.Received);
    }
}
