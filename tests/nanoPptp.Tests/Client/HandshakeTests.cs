// A whole tunnel from the first word to the first packet, against the scripted hub.

using System;
using System.Collections.Generic;
using System.Linq;
using nanoPptp.Client;
using nanoPptp.Diagnostics;
using nanoPptp.Tests.Support;
using Xunit;

namespace nanoPptp.Tests.Client;

public sealed class HandshakeTests
{
    private static readonly Stage[] s_stages =
    [
        Stage.Tcp, Stage.Control, Stage.Call, Stage.Lcp, Stage.Authentication, Stage.Ccp,
        Stage.Ipcp, Stage.Up,
    ];

    [Fact]
    public void A_tunnel_comes_up_through_every_stage_and_takes_no_time_of_its_own()
    {
        Tunnel tunnel = new Tunnel().Dial();
        Assert.Equal(s_stages, tunnel.Stages);
        Assert.Empty(tunnel.Troubles);
        Assert.Equal(Reason.None, tunnel.Diagnosis.Reason);
        Assert.Equal(tunnel.Hub.ClientAddress, (uint)tunnel.Client.LocalAddress);
        Assert.Equal(tunnel.Hub.Address, (uint)tunnel.Client.PeerAddress);
        Assert.Equal(1400, tunnel.Client.Mtu);
        Assert.Equal(1000, tunnel.NowMs);
    }

    [Fact]
    public void Every_word_of_the_client_is_said_in_its_order_and_once()
    {
        Tunnel tunnel = new Tunnel().Dial();
        Assert.Equal(
            [
                "Start-Control-Connection-Request",
                "Outgoing-Call-Request",
                "Set-Link-Info",
                "LCP Configure-Request",
                "LCP Configure-Ack",
                "CHAP Response",
                "CCP Configure-Request",
                "CCP Configure-Ack",
                "IPCP Configure-Request",
                "IPCP Configure-Ack",
                "IPCP Configure-Request",
            ],
            tunnel.Hub.Log);
    }

    [Fact]
    public void C53_The_name_goes_out_with_its_domain_and_is_hashed_without()
    {
        // The hub's own hash leaves the domain out; a client that hashed it would be refused.
        Tunnel tunnel = new Tunnel().Dial();
        Assert.Equal("DOMAIN\\board-7", tunnel.Hub.UserName);
        Assert.Equal(Stage.Up, tunnel.Client.Stage);
    }

    [Theory]
    [InlineData("")]
    [InlineData("pässwörd€")]
    [InlineData("\U0001F511 and more")]
    public void C54_Passwords_are_hashed_as_UTF_16(string password)
    {
        var tunnel = new Tunnel();
        tunnel.Hub.Password = password;
        tunnel.Settings.SetPassword(password);
        tunnel.Dial();
        Assert.Equal(Stage.Up, tunnel.Client.Stage);
    }

    [Fact]
    public void Packets_pass_both_ways_octet_for_octet()
    {
        Tunnel tunnel = Tunnel.Up();
        foreach (int length in new[] { 0, 1, 8, 255, 256, 1379, 1380 })
        {
            byte[] up = tunnel.FromClient(length, length);
            byte[] down = tunnel.FromHub(length, length + 1);
            Assert.Equal(up.Length, tunnel.Sends(up));
            tunnel.Hub.SendIp(down);
            tunnel.Pump();
            Assert.Equal(up, tunnel.Hub.Received[^1]);
            Assert.Equal(down, tunnel.Delivered[^1]);
        }

        Assert.Equal(7, tunnel.Count(Reason.IpDelivered));
        Assert.Equal(7, tunnel.Counters.IpSent);
        Assert.Equal(tunnel.Hub.Received.Sum(p => p.Length), tunnel.Counters.IpSentOctets);
        Assert.Equal(tunnel.Delivered.Sum(p => p.Length), tunnel.Counters.IpDeliveredOctets);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(65535)]
    public void C12_The_hubs_call_id_may_be_anything_even_zero(int callId)
    {
        var tunnel = new Tunnel();
        tunnel.Hub.CallId = callId;
        tunnel.Dial();
        Assert.Equal(Stage.Up, tunnel.Client.Stage);
    }

    [Theory]
    [InlineData(0u)]
    [InlineData(1u)]
    [InlineData(0x7FFFFFFEu)]
    [InlineData(0xFFFFFFFEu)]
    public void C24_The_hubs_first_number_may_be_anything(uint first)
    {
        var tunnel = new Tunnel();
        tunnel.Hub.NextSequence = first;
        tunnel.Dial();
        Assert.Equal(Stage.Up, tunnel.Client.Stage);
        Assert.Equal(0, tunnel.Count(Reason.GreLate));
        Assert.Equal(0, tunnel.Counters.GreGap);
    }

    [Fact]
    public void C24_C25_Our_first_packet_has_number_zero()
    {
        Tunnel tunnel = new Tunnel().Dial();
        Assert.Equal("00000000", Octets.ToHex(tunnel.GreSent[0].AsSpan(8, 4)));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void C34_The_hubs_first_request_may_come_before_its_reply_to_the_call(bool hasNumberZero)
    {
        var tunnel = new Tunnel();
        tunnel.Hub.NextSequence = hasNumberZero ? 0u : 1u;
        DelayReply(tunnel, out Action release);
        tunnel.Dial();
        Assert.Equal(Stage.Call, tunnel.Client.Stage);
        tunnel.AssertFatesAddUp(waiting: 1);

        // When the reply comes it is answered at once: no timer, the hub repeats nothing.
        release();
        tunnel.Pump();
        Assert.Equal(Stage.Up, tunnel.Client.Stage);
        Assert.Equal(1000, tunnel.NowMs);
        Assert.Equal(0, tunnel.Count(Reason.GreEarly));
    }

    [Fact]
    public void C34_Two_early_packets_are_kept_and_a_third_is_counted()
    {
        var tunnel = new Tunnel();
        DelayReply(tunnel, out Action release);
        tunnel.Hub.On["LCP Opened"] = _ => { };
        tunnel.Dial();
        for (int i = 0; i < 3; i++)
        {
            tunnel.Hub.SendPpp(ScriptedHub.Lcp, new Packet(12, 70 + i, new byte[8]));
        }

        tunnel.Pump();
        Assert.Equal(Stage.Call, tunnel.Client.Stage);
        Assert.Equal(2, tunnel.Count(Reason.GreEarly));
        tunnel.AssertFatesAddUp(waiting: 2);
        release();
        tunnel.Advance(100);
        Assert.Contains("LCP Configure-Ack", tunnel.Hub.Log);
        Assert.Equal(Stage.Authentication, tunnel.Client.Stage);
        tunnel.AssertFatesAddUp();
    }

    [Fact]
    public void C34_Early_packets_do_not_take_the_slots_of_a_burst_after_the_reply()
    {
        var tunnel = new Tunnel();
        DelayReply(tunnel, out Action release);
        tunnel.Dial();
        for (int i = 0; i < 100; i++)
        {
            Assert.True(tunnel.GreArrives(tunnel.Hub.Gre([0x21])));
        }

        Assert.Equal(99, tunnel.Count(Reason.GreEarly));
        release();
        tunnel.Pump();
        tunnel.AssertFatesAddUp();
    }

    [Fact]
    public void C20_C34_Early_packets_for_another_call_or_without_sense_are_not_kept()
    {
        var tunnel = new Tunnel();
        DelayReply(tunnel, out _);
        tunnel.Dial();
        byte[] other = tunnel.Hub.Gre([0x21]);
        other[7] ^= 1;
        tunnel.GreArrives(other);
        tunnel.GreArrives([0x30, 0x01]);
        tunnel.GreArrives([]);
        Assert.Equal(1, tunnel.Count(Reason.GreWrongCall));
        Assert.Equal(2, tunnel.Count(Reason.GreBadHeader));
        tunnel.AssertFatesAddUp(waiting: 1);
    }

    [Theory]
    [InlineData(Stage.Closed)]
    [InlineData(Stage.Tcp)]
    [InlineData(Stage.Control)]
    public void C20_Before_there_is_a_call_every_packet_is_for_another(Stage stage)
    {
        var tunnel = new Tunnel();
        tunnel.Hub.On.Remove("Start-Control-Connection-Request");
        if (stage >= Stage.Tcp)
        {
            tunnel.Open();
        }

        if (stage >= Stage.Control)
        {
            tunnel.Client.ControlConnected(tunnel.NowMs);
        }

        tunnel.Pump();
        Assert.Equal(stage, tunnel.Client.Stage);
        tunnel.GreArrives(tunnel.Hub.Gre([0x21]));
        tunnel.Pump();
        Assert.Equal(1, tunnel.Count(Reason.GreWrongCall));
    }

    [Fact]
    public void C20_Packets_kept_for_a_call_that_is_refused_are_dropped_and_counted()
    {
        var tunnel = new Tunnel();
        DelayReply(tunnel, out _);
        tunnel.Dial();
        tunnel.AssertFatesAddUp(waiting: 1);
        tunnel.Hub.SendControl(
            ControlOctets.OutgoingCallReply(0, tunnel.Hub.ClientCallId, result: 4));
        for (int i = 0; i < 20 && tunnel.Client.Stage != Stage.Closed; i++)
        {
            tunnel.Client.Tick(tunnel.NowMs);
            tunnel.Skip(500);
            while (tunnel.Hub.ControlOut.TryDequeue(out byte[]? message))
            {
                tunnel.ControlArrives(message);
            }

            Drain(tunnel);
        }

        Assert.Equal(Stage.Closed, tunnel.Client.Stage);
        tunnel.AssertFatesAddUp();
        Assert.Equal(1, tunnel.Count(Reason.GreWrongCall));
    }

    [Fact]
    public void C03_The_conversation_may_be_split_at_every_position()
    {
        // All that the hub says on TCP, both messages of the handshake and then some.
        int total = 156 + 32 + 16 + 148;
        for (int split = 1; split < total; split++)
        {
            AssertComesUpAndDown(Splitter(split));
        }
    }

    [Fact]
    public void C03_The_conversation_may_come_octet_by_octet()
    {
        AssertComesUpAndDown(octets => octets.Select(octet => new[] { octet }));
    }

    [Fact]
    public void C03_The_socket_may_take_one_octet_at_a_time()
    {
        var tunnel = new Tunnel { SocketTakes = 1 };
        tunnel.Dial();
        Assert.Equal(Stage.Up, tunnel.Client.Stage);
        tunnel.Client.Close(tunnel.NowMs);
        tunnel.Pump();
        Assert.Equal(Stage.Closed, tunnel.Client.Stage);
    }

    [Fact]
    public void C03_Several_messages_in_one_read_are_all_taken()
    {
        var tunnel = new Tunnel();
        tunnel.Hub.On["Start-Control-Connection-Request"] = _ => { };
        tunnel.Hub.On["Outgoing-Call-Request"] = message => tunnel.Hub.SendControl(Octets.Join(
            ControlOctets.EchoRequest(1),
            ControlOctets.SetLinkInfo(ControlOctets.U16(message, 12), 0, 0),
            ControlOctets.OutgoingCallReply(
                tunnel.Hub.CallId, ControlOctets.U16(message, 12)),
            ControlOctets.EchoRequest(2),
            ControlOctets.WanErrorNotify(ControlOctets.U16(message, 12))));
        tunnel.Dial();
        tunnel.ControlArrives(Octets.Join(
            ControlOctets.EchoRequest(3),
            ControlOctets.StartReply(),
            ControlOctets.EchoRequest(4)));
        tunnel.Pump();
        Assert.Equal(Stage.Lcp, tunnel.Client.Stage);
        Assert.Equal(4, tunnel.Hub.Log.Count(name => name == "Echo-Reply"));
        Assert.Equal(1, tunnel.Count(Reason.ControlIgnored));
        Assert.Equal(1, tunnel.Count(Reason.WanErrors));
    }

    [Theory]
    [InlineData(0x08080808u, 0x01010101u)]
    [InlineData(0x08080808u, 0u)]
    [InlineData(0u, 0u)]
    public void C81_Name_servers_are_asked_for_when_the_settings_say_so(uint first, uint second)
    {
        var tunnel = new Tunnel();
        tunnel.Settings.AskForDns = true;
        tunnel.Hub.On["IPCP Configure-Request"] = octets =>
        {
            // A hub that has none rejects them before anything else (RFC 1661 s.5.4).
            Packet request = Packet.Parse(octets);
            (int Type, uint Value)[] servers = [(129, first), (131, second)];
            byte[][] rejected = [.. servers
                .Where(one => one.Value == 0 && request.OptionData(one.Type) != null)
                .Select(one => Option.Of(one.Type, request.OptionData(one.Type)!))];
            byte[][] naked = [.. servers
                .Append((Type: 3, Value: tunnel.Hub.ClientAddress))
                .Where(one => request.OptionData(one.Type) is { } data
                    && Octets.Number(data) != one.Value)
                .Select(one => Option.Of(one.Type, Octets.Number(one.Value, 4)))];
            tunnel.Hub.SendPpp(
                ScriptedHub.Ipcp,
                rejected.Length > 0 ? Packet.ConfigureReject(request.Identifier, rejected)
                : naked.Length > 0 ? Packet.ConfigureNak(request.Identifier, naked)
                : request with { Code = 2 });
        };
        tunnel.Dial();
        Assert.Equal(Stage.Up, tunnel.Client.Stage);
        Assert.Equal(first, (uint)tunnel.Client.PrimaryDns);
        Assert.Equal(second, (uint)tunnel.Client.SecondaryDns);
        Assert.Equal(tunnel.Hub.ClientAddress, (uint)tunnel.Client.LocalAddress);
        tunnel.Sends(tunnel.FromClient());
        tunnel.Pump();
        Assert.Single(tunnel.Hub.Received);
    }

    [Fact]
    public void C16_The_reply_to_the_call_is_followed_by_maps_of_all_ones()
    {
        var tunnel = new Tunnel();
        tunnel.Hub.CallId = 0xBEEF;
        tunnel.Dial();
        Assert.Equal(
            "00180001" + "1a2b3c4d" + "000f0000" + "beef0000" + "ffffffff" + "ffffffff",
            Octets.ToHex(tunnel.Hub.LastMessage("Set-Link-Info")));
        Assert.Single(tunnel.Hub.Log, name => name == "Set-Link-Info");
    }

    [Theory]
    [InlineData(int.MaxValue - 1000)]
    [InlineData(-1000)]
    [InlineData(-1)]
    [InlineData(int.MaxValue)]
    public void C91_A_tunnel_comes_up_works_and_closes_across_the_wrap_of_the_clock(int nowMs)
    {
        Tunnel tunnel = Tunnel.Up(nowMs);
        for (int i = 0; i < 200; i++)
        {
            tunnel.Sends(tunnel.FromClient());
            tunnel.Hub.SendIp(tunnel.FromHub());
            tunnel.Advance(977);
        }

        Assert.Equal(200, tunnel.Hub.Received.Count);
        Assert.Equal(200, tunnel.Delivered.Count);
        Assert.Equal(Stage.Up, tunnel.Client.Stage);

        // 195 seconds: nothing was due too early or too often.
        Assert.Equal(["Echo-Request", "Echo-Request", "Echo-Request"], tunnel.Hub.Log);
        tunnel.Client.Close(tunnel.NowMs);
        tunnel.Pump();
        Assert.Equal(Stage.Closed, tunnel.Client.Stage);
    }

    [Fact]
    public void A_client_may_be_opened_again_and_draws_another_call_id()
    {
        Tunnel tunnel = Tunnel.Up();
        int first = tunnel.Hub.ClientCallId;
        tunnel.Client.Close(tunnel.NowMs);
        tunnel.Pump();
        Assert.Equal(Stage.Closed, tunnel.Client.Stage);

        var second = new ScriptedHub();
        tunnel = tunnel.With(second).Dial();
        Assert.Equal(Stage.Up, tunnel.Client.Stage);
        Assert.NotEqual(first, second.ClientCallId);
    }

    [Theory]
    [InlineData(575)]
    [InlineData(1453)]
    [InlineData(0)]
    [InlineData(-1)]
    public void An_mtu_out_of_range_is_refused(int mtu)
    {
        var tunnel = new Tunnel();
        tunnel.Settings.Mtu = mtu;
        Assert.Throws<ArgumentException>(tunnel.Open);
        Assert.Equal(Stage.Closed, tunnel.Client.Stage);
    }

    [Fact]
    public void Too_little_entropy_or_too_long_a_name_is_refused()
    {
        var tunnel = new Tunnel();
        Assert.Throws<ArgumentException>(
            () => tunnel.Client.Open(tunnel.Settings, new byte[15], 0, 15, 0));
        tunnel.Settings.UserName = new string('u', 129);
        Assert.Throws<ArgumentException>(tunnel.Open);
        tunnel.Settings.UserName = new string('u', 128);
        tunnel.Dial();
        Assert.Equal(Stage.Up, tunnel.Client.Stage);
    }

    [Fact]
    public void A_tunnel_that_is_not_closed_cannot_be_opened()
    {
        Tunnel tunnel = Tunnel.Up();
        Assert.Throws<InvalidOperationException>(tunnel.Open);
        Assert.Equal(Stage.Up, tunnel.Client.Stage);
    }

    [Theory]
    [InlineData(1300, 1300)]
    [InlineData(1500, 1400)]
    public void The_hub_may_lower_the_mtu(int hubMru, int mtu)
    {
        var tunnel = new Tunnel();
        tunnel.Hub.LcpOptions = [Option.Mru(hubMru), Option.MsChapV2];
        tunnel.Dial();
        Assert.Equal(mtu, tunnel.Client.Mtu);
        Assert.Equal(
            -(int)Reason.IpTooLong, tunnel.Sends(tunnel.FromClient(mtu - 19)));
        Assert.Equal(mtu, tunnel.Sends(tunnel.FromClient(mtu - 20)));
        tunnel.Pump();
        Assert.Equal(mtu, tunnel.Hub.Received[^1].Length);
    }

    // The hub says its first LCP request before the reply that connects the call.
    private static void DelayReply(Tunnel tunnel, out Action release)
    {
        byte[]? reply = null;
        Action<byte[]> habit = tunnel.Hub.On["Outgoing-Call-Request"];
        tunnel.Hub.On["Outgoing-Call-Request"] = message =>
        {
            habit(message);
            reply = tunnel.Hub.ControlOut.Dequeue();
        };
        release = () => tunnel.Hub.SendControl(reply!);
    }

    private static void Drain(Tunnel tunnel)
    {
        while (tunnel.Client.Poll(tunnel.NowMs) is Output output && output != Output.Nothing)
        {
            if (output == Output.SendControl)
            {
                tunnel.Hub.ControlReceived(tunnel.Client.Arena.AsSpan(
                    tunnel.Client.OutputOffset, tunnel.Client.OutputLength));
                tunnel.Client.ControlSent(tunnel.Client.OutputLength);
            }
        }
    }

    private static Func<byte[], IEnumerable<byte[]>> Splitter(int position)
    {
        int seen = 0;
        return octets =>
        {
            int at = position - seen;
            seen += octets.Length;
            return at > 0 && at < octets.Length ? [octets[..at], octets[at..]] : [octets];
        };
    }

    private static void AssertComesUpAndDown(Func<byte[], IEnumerable<byte[]>> cut)
    {
        var tunnel = new Tunnel { Cut = cut };
        tunnel.Dial();
        Assert.Equal(Stage.Up, tunnel.Client.Stage);
        tunnel.Hub.SendControl(ControlOctets.EchoRequest(1));
        tunnel.Pump();
        tunnel.Client.Close(tunnel.NowMs);
        tunnel.Pump();
        Assert.Equal(Stage.Closed, tunnel.Client.Stage);
        Assert.Empty(tunnel.Troubles);
        Assert.Contains("Echo-Reply", tunnel.Hub.Log);
    }
}
