// Hubs that neither answer in order nor fall silent: whatever they do, setting up, waiting and
// hanging up have an end, and a tunnel that can stay up stays up.

using System;
using System.Linq;
using nanoPptp.Client;
using nanoPptp.Diagnostics;
using nanoPptp.Memory;
using nanoPptp.Tests.Support;
using Xunit;

namespace nanoPptp.Tests.Client;

public sealed class EnduranceTests : FailureBench
{
    // The bounds that are promised, in numbers of their own.
    private const int LinkMs = 90000;
    private const int AuthenticationMs = 30000;
    private const int ClosingMs = 10000;
    private const int RefusedCount = 16;

    private static readonly byte[] s_unknownOption = Option.Of(0x66, [1, 2]);

    [Theory]
    [InlineData(ScriptedHub.Lcp, Stage.Lcp, Reason.LcpTimeout)]
    [InlineData(ScriptedHub.Ccp, Stage.Ccp, Reason.CcpTimeout)]
    [InlineData(ScriptedHub.Ipcp, Stage.Ipcp, Reason.IpcpTimeout)]
    public void A_hub_that_acknowledges_for_ever_and_never_asks_is_left_after_90_seconds(
        int protocol, Stage stage, Reason reason)
    {
        NeverAsks(protocol);
        Tunnel.Dial();
        Tunnel.Advance(LinkMs - 1);
        Assert.Equal(stage, Tunnel.Client.Stage);
        Assert.Empty(Tunnel.Troubles);
        Tunnel.Advance(1);
        AssertTrouble(reason, 0);
        Assert.Equal(Stage.Closed, Tunnel.Client.Stage);
        Assert.Equal(OrderlyEnd, Hub.Log.TakeLast(3));
    }

    [Fact]
    public void A_hub_that_challenges_for_ever_and_never_judges_is_left_after_30_seconds()
    {
        Reach(Stage.Authentication);
        for (int ms = 1000; ms < AuthenticationMs; ms += 1000)
        {
            Tunnel.Advance(1000);
            Hub.Challenge();
            Tunnel.Pump();
            Assert.Equal(Stage.Authentication, Tunnel.Client.Stage);
        }

        Tunnel.Advance(1000);
        AssertTrouble(Reason.AuthenticationTimeout, 0);
        Assert.Equal(Stage.Closed, Tunnel.Client.Stage);
    }

    [Fact]
    public void A_hub_that_takes_a_tunnel_down_has_90_seconds_to_bring_it_up_again()
    {
        Reach(Stage.Up);
        Tunnel.Advance(600000);
        Hub.Request(ScriptedHub.Ipcp, Option.Address(Hub.Address), s_unknownOption);
        Tunnel.Pump();
        Assert.Equal(Stage.Ipcp, Tunnel.Client.Stage);
        Tunnel.Advance(LinkMs - 1);
        Assert.Equal(Stage.Ipcp, Tunnel.Client.Stage);
        Tunnel.Advance(1);
        AssertTrouble(Reason.IpcpTimeout, 0);
        Assert.Equal(Stage.Closed, Tunnel.Client.Stage);
    }

    [Fact]
    public void A_tunnel_that_came_up_late_is_not_ended_by_the_bound_on_coming_up()
    {
        NeverAsks(ScriptedHub.Ipcp);
        Tunnel.Dial();
        Tunnel.Advance(LinkMs - 1000);
        Hub.Request(ScriptedHub.Ipcp, Option.Address(Hub.Address));
        Tunnel.Pump();
        Assert.Equal(Stage.Up, Tunnel.Client.Stage);
        Tunnel.Advance(10 * LinkMs);
        Assert.Equal(Stage.Up, Tunnel.Client.Stage);
        Assert.Empty(Tunnel.Troubles);
    }

    [Theory]
    [InlineData(true, 1)]
    [InlineData(false, 2)]
    public void A_tick_repeats_nothing_whose_answer_waits_in_a_slot(bool answered, int requests)
    {
        Action<byte[]> acknowledge = Hub.On["CCP Configure-Request"];
        Reach(Stage.Ccp);
        Tunnel.Skip(Limits.RestartTimerMaximumMs);
        acknowledge(Hub.LastMessage("CCP Configure-Request"));
        byte[][] answers = [.. Hub.GreOut];
        Hub.GreOut.Clear();
        if (answered)
        {
            Assert.All(answers, packet => Assert.True(Tunnel.GreArrives(packet)));
        }

        Tunnel.Client.Tick(Tunnel.NowMs);
        Assert.All(
            answered ? [] : answers, packet => Assert.True(Tunnel.GreArrives(packet)));
        Tunnel.Pump();
        Assert.Equal(requests, Hub.Log.Count(name => name == "CCP Configure-Request"));
        Assert.Equal(Stage.Up, Tunnel.Client.Stage);
    }

    [Fact]
    public void Ten_responses_to_a_challenge_without_a_verdict_are_the_last()
    {
        Reach(Stage.Up);
        Hub.On.Remove("CHAP Response");
        Hub.Log.Clear();
        Hub.Challenge();
        Tunnel.Pump();
        byte[] first = Hub.LastMessage("CHAP Response");
        Tunnel.Advance(3600000);
        Assert.Equal(10, Hub.Log.Count(name => name == "CHAP Response"));
        Assert.Equal(first, Hub.LastMessage("CHAP Response"));
        Assert.Equal(Stage.Up, Tunnel.Client.Stage);
        Assert.Empty(Tunnel.Troubles);
    }

    [Theory]
    [InlineData(0, 128)]
    [InlineData(1, 128)]
    [InlineData(20, 128)]
    [InlineData(127, 128)]
    [InlineData(128, 128)]
    [InlineData(129, 129)]
    [InlineData(1399, 1399)]
    [InlineData(65535, 1400)]
    public void A_hub_with_a_nonsensical_mru_cannot_make_the_mtu_useless(int mru, int mtu)
    {
        Hub.LcpOptions = [Option.Mru(mru), Option.MsChapV2, Option.Magic(ScriptedHub.Magic)];
        Reach(Stage.Up);
        Assert.Equal(mtu, Tunnel.Client.Mtu);
        byte[] longest = Tunnel.FromClient(mtu - 20);
        Assert.Equal(mtu, Tunnel.Sends(longest));
        Tunnel.Pump();
        Assert.Equal(longest, Assert.Single(Hub.Received));
        Assert.Equal(-(int)Reason.IpTooLong, Tunnel.Sends(Tunnel.FromClient(mtu - 19)));
    }

    [Fact]
    public void A_hub_without_echo_is_not_watched_by_it_and_keeps_its_tunnel()
    {
        Reach(Stage.Up);
        Hub.On["LCP Echo-Request"] = octets => Hub.SendPpp(
            ScriptedHub.Lcp, Packet.CodeReject(Hub.NextIdentifier(), Packet.Parse(octets)));
        Hub.Log.Clear();
        Tunnel.Advance(600000);
        Assert.Equal(1, Hub.Log.Count(name => name == "LCP Echo-Request"));
        Assert.Equal(Stage.Up, Tunnel.Client.Stage);
        Assert.Empty(Tunnel.Troubles);
    }

    [Fact]
    public void A_gap_within_the_window_costs_the_lost_frames_only()
    {
        Reach(Stage.Up);
        Lose(255);
        Hub.SendIp(Tunnel.FromHub());
        Tunnel.Pump();
        Assert.Equal(Tunnel.FromHub(), Assert.Single(Tunnel.Delivered));
        Assert.Equal(255, Tunnel.Counters.MppeGap);
    }

    [Fact]
    public void C78_Refused_frames_between_good_ones_never_end_a_tunnel()
    {
        Reach(Stage.Up);
        for (int round = 1; round <= 20; round++)
        {
            for (int i = 1; i < RefusedCount; i++)
            {
                byte count = (byte)(Hub.Transmit!.Count + (i % 20));
                Hub.SendFrame(ScriptedHub.Frame(ScriptedHub.Mppe, [0x90, count, 1, 2, 3, 4]));
            }

            Hub.SendIp(Tunnel.FromHub());
            Tunnel.Advance(100);
            Assert.Equal(round, Tunnel.Delivered.Count);
        }

        Assert.Equal(Stage.Up, Tunnel.Client.Stage);
        Assert.Empty(Tunnel.Troubles);
    }

    [Theory]
    [InlineData("LCP", Reason.LcpRejected)]
    [InlineData("CCP", Reason.EncryptionRefused)]
    [InlineData("IPCP", Reason.IpcpRefused)]
    public void A_hub_that_ignores_rejects_is_left_after_ten_of_them(string layer, Reason reason)
    {
        (int protocol, byte[][] options) = layer switch
        {
            "LCP" => (ScriptedHub.Lcp, Hub.LcpOptions),
            "CCP" => (ScriptedHub.Ccp, [Option.Mppe(ScriptedHub.Mppe128Stateless)]),
            _ => (ScriptedHub.Ipcp, new[] { Option.Address(Hub.Address) }),
        };
        options = [.. options, s_unknownOption];
        Hub.LcpOptions = protocol == ScriptedHub.Lcp ? options : Hub.LcpOptions;
        string below = layer == "CCP" ? "CHAP Opened" : "CCP Opened";
        Hub.On[below] = _ => Hub.Request(protocol, options);
        Hub.On[layer + " Configure-Reject"] = _ => Hub.Request(protocol, options);
        Tunnel.Dial();
        Assert.Equal(10, Hub.Log.Count(name => name == layer + " Configure-Reject"));
        AssertTrouble(reason, 0);
        Assert.Equal(Stage.Closed, Tunnel.Client.Stage);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_hub_that_terminates_lcp_before_it_opens_is_left_in_seconds(bool acknowledges)
    {
        NeverAsks(ScriptedHub.Lcp);
        if (!acknowledges)
        {
            Hub.On.Remove("LCP Configure-Request");
        }

        Tunnel.Dial();
        Assert.Equal(Stage.Lcp, Tunnel.Client.Stage);
        AssertLeftInSeconds(ScriptedHub.Lcp, Reason.LcpTerminated);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_hub_that_terminates_ipcp_before_it_opens_is_left_in_seconds(bool acknowledges)
    {
        NeverAsks(ScriptedHub.Ipcp);
        if (!acknowledges)
        {
            Hub.On.Remove("IPCP Configure-Request");
        }

        Tunnel.Dial();
        Assert.Equal(Stage.Ipcp, Tunnel.Client.Stage);
        AssertLeftInSeconds(ScriptedHub.Ipcp, Reason.IpcpTerminated);
    }

    [Fact]
    public void A_flood_that_holds_up_every_timer_of_the_link_delays_the_end_by_ten_seconds_only()
    {
        Reach(Stage.Up);
        Hub.On.Clear();
        Tunnel.Client.Close(Tunnel.NowMs);
        Tunnel.Pump();
        for (int ms = 100; ms <= ClosingMs; ms += 100)
        {
            Assert.Equal(Stage.Closing, Tunnel.Client.Stage);
            Tunnel.Skip(100);

            // A packet lies in a slot whenever time passes, so the link never hears of it.
            Tunnel.GreArrives(Hub.Gre(ScriptedHub.Frame(
                ScriptedHub.Lcp, Packet.TerminateRequest(ms & 0xFF).Octets)));
            Tunnel.Client.Tick(Tunnel.NowMs);
            if (ms < ClosingMs)
            {
                Tunnel.Pump();
            }
        }

        Assert.Equal(Stage.Closed, Tunnel.Client.Stage);
        Tunnel.Pump();
        Assert.Equal(1, Hub.Log.Count(name => name == "LCP Terminate-Request"));
        Assert.Equal(Reason.ClosedByUser, Tunnel.Diagnosis.Reason);
    }

    [Theory]
    [InlineData(Stage.Control)]
    [InlineData(Stage.Call)]
    [InlineData(Stage.Lcp)]
    [InlineData(Stage.Authentication)]
    [InlineData(Stage.Ccp)]
    [InlineData(Stage.Ipcp)]
    [InlineData(Stage.Up)]
    public void Hanging_up_takes_ten_seconds_at_most_whatever_the_hub_says(Stage stage)
    {
        for (int seed = 1; seed <= 50; seed++)
        {
            var bench = new EnduranceTests();
            bench.Reach(stage);
            Assert.InRange(bench.HangsUpAmidJunk(new Random(seed)), 0, ClosingMs);
        }
    }

    private void NeverAsks(int protocol)
    {
        switch (protocol)
        {
            case ScriptedHub.Lcp:
                Hub.On["Outgoing-Call-Request"] = message =>
                {
                    Hub.ClientCallId = ControlOctets.U16(message, 12);
                    Hub.SendControl(
                        ControlOctets.OutgoingCallReply(Hub.CallId, Hub.ClientCallId));
                };
                break;
            case ScriptedHub.Ccp:
                Hub.On.Remove("CHAP Opened");
                break;
            default:
                Hub.On.Remove("CCP Opened");
                break;
        }
    }

    private void Lose(int count)
    {
        Tunnel.GreInPasses = false;
        for (int i = 0; i < count; i++)
        {
            Hub.SendIp(Tunnel.FromHub());
        }

        Tunnel.Pump();
        Tunnel.GreInPasses = true;
    }

    private void AssertLeftInSeconds(int protocol, Reason reason)
    {
        // After its own word the hub says nothing any more on the link.
        Hub.On.Remove("LCP Terminate-Request");
        Hub.SendPpp(protocol, Packet.TerminateRequest(77));
        Tunnel.Pump();
        AssertTrouble(reason, 0);
        string acknowledgment = protocol == ScriptedHub.Lcp
            ? "LCP Terminate-Ack"
            : "IPCP Terminate-Ack";
        Assert.Equal(77, Hub.LastMessage(acknowledgment)[1]);
        Tunnel.Advance(5000);
        Assert.Equal(Stage.Closed, Tunnel.Client.Stage);
        AssertTrouble(reason, 0);
        Assert.Contains("Call-Clear-Request", Hub.Log);
        Assert.Equal("Stop-Control-Connection-Request", Hub.Log[^1]);
    }

    /// <summary>Closes, and the hub says at random what is legal and answers nothing.</summary>
    /// <returns>Milliseconds until the tunnel was closed.</returns>
    private int HangsUpAmidJunk(Random random)
    {
        Hub.On.Clear();
        Tunnel.Client.Close(Tunnel.NowMs);
        int beganMs = Tunnel.NowMs;
        Tunnel.Pump();
        while (Tunnel.Client.Stage != Stage.Closed && Tunnel.NowMs - beganMs < 60000)
        {
            SaysAnything(random);
            Tunnel.Advance(1 + random.Next(200));
        }

        return Tunnel.NowMs - beganMs;
    }

    private void SaysAnything(Random random)
    {
        int identifier = random.Next(256);
        int protocol = random.Next(3) switch
        {
            0 => ScriptedHub.Lcp,
            1 => ScriptedHub.Ccp,
            _ => ScriptedHub.Ipcp,
        };
        switch (random.Next(8))
        {
            case 0:
                Hub.SendPpp(ScriptedHub.Lcp, Packet.TerminateRequest(identifier));
                break;
            case 1:
                Hub.Request(protocol, Option.Mru(1400));
                break;
            case 2:
                Hub.SendPpp(protocol, new Packet(random.Next(16), identifier, new byte[4]));
                break;
            case 3:
                Hub.Challenge();
                break;
            case 4:
                Hub.SendControl(ControlOctets.EchoRequest((uint)identifier));
                break;
            case 5:
                Hub.SendControl(ControlOctets.StartReply());
                break;
            case 6:
                Hub.SendControl(ControlOctets.OutgoingCallReply(Hub.CallId, Hub.ClientCallId));
                break;
            default:
                Hub.SendPpp(
                    ScriptedHub.Lcp, Packet.EchoRequest(identifier, ScriptedHub.Magic));
                break;
        }
    }
}
