// What LCP, CCP and IPCP have in common: timer and counter, identifiers, answers, codes 1 to 7
// (RFC 1661 s.4.4 to 4.6, s.5). Each rule is shown on the machine whose options are the simplest.

using nanoPptp.Diagnostics;
using nanoPptp.Ppp;
using nanoPptp.Tests.Support;
using Xunit;

namespace nanoPptp.Tests.Ppp;

public sealed class OptionNegotiationTests
{
    private const uint Hub = 0xC0A80001;
    private const uint Ours = 0x0A000102;

    [Fact]
    public void The_restart_timer_doubles_to_three_seconds_and_ten_requests_are_the_last()
    {
        NegotiationBench peer = NegotiationBench.Ipcp().BeginsAndRequests(out Packet request);
        foreach (int periodMs in new[] { 750, 1500, 3000, 3000, 3000, 3000, 3000, 3000, 3000 })
        {
            peer.Waits(periodMs).Expects(request).ExpectNothing();
        }

        Assert.Equal(10, peer.Machine.RequestCount);
        peer.Signals(0).Advance(2999).Signals(0);
        peer.Advance(1).ExpectNothing().Signals(OptionNegotiation.ThisLayerFinished);
        Assert.Equal(OptionNegotiation.CauseTimeOut, peer.Machine.Cause);
        Assert.Equal(Automaton.Stopped, peer.Machine.State);
        peer.Advance(100000).ExpectNothing().Signals(0);
    }

    [Theory]
    [InlineData(int.MaxValue - 1000)]
    [InlineData(-1000)]
    public void C91_The_restart_timer_holds_across_the_wrap_of_the_clock(int nowMs)
    {
        NegotiationBench peer = NegotiationBench.Ipcp(nowMs).BeginsAndRequests(out Packet request);
        peer.Waits(750).Expects(request).Waits(1500).Expects(request).Waits(3000).Expects(request);
    }

    [Fact]
    public void A_repeated_request_keeps_its_identifier_and_a_changed_one_gets_a_new_one()
    {
        NegotiationBench peer = NegotiationBench.Ipcp().BeginsAndRequests(out Packet first);
        peer.Waits(750).Expects(first);
        peer.Sends(Packet.ConfigureNak(first.Identifier, Option.Address(Ours)));
        Packet second = peer.ExpectsRequest();
        Assert.NotEqual(first.Identifier, second.Identifier);
        Assert.Equal(Octets.Number(Ours, 4), second.OptionData(3));
        peer.Waits(1500).Expects(second);
    }

    [Fact]
    public void An_answer_resets_the_counter_but_not_the_period_that_the_link_needs()
    {
        NegotiationBench peer = NegotiationBench.Ipcp().BeginsAndRequests(out Packet request);
        peer.Waits(750).Expects(request);
        Assert.Equal(1500, peer.Machine.PeriodMs);
        peer.Sends(Packet.ConfigureNak(request.Identifier, Option.Address(Ours)));
        Packet second = peer.ExpectsRequest();
        Assert.Equal(1500, peer.Machine.PeriodMs);
        peer.Waits(1500).Expects(second);
        for (int i = 0; i < 8; i++)
        {
            peer.Waits(3000).Expects(second);
        }

        peer.Signals(0).Advance(2999).ExpectNothing().Signals(0);
        peer.Advance(1).ExpectNothing().Signals(OptionNegotiation.ThisLayerFinished);
    }

    [Fact]
    public void The_period_outlives_a_reset_and_the_owner_may_set_it()
    {
        NegotiationBench peer = NegotiationBench.Ipcp().BeginsAndRequests(out Packet request);
        peer.Waits(750).Expects(request);
        peer.Machine.Reset();
        peer.BeginsAndRequests(out request).Waits(1500).Expects(request);
        peer.Machine.Reset();
        peer.Machine.PeriodMs = 3000;
        peer.BeginsAndRequests(out request).Waits(3000).Expects(request).Waits(3000);
        peer.Expects(request);
    }

    [Fact]
    public void Both_sides_acknowledge_and_the_layer_is_up_whichever_is_first()
    {
        NegotiationBench peer = NegotiationBench.Ipcp().BeginsAndRequests(out Packet request);
        peer.Sends(request with { Code = 2 }).ExpectNothing().Signals(0);
        Assert.Equal(Automaton.AckRcvd, peer.Machine.State);
        peer.Sends(Packet.ConfigureRequest(9, Option.Address(Hub)));
        peer.Expects(Packet.ConfigureAck(9, Option.Address(Hub)));
        peer.Signals(OptionNegotiation.ThisLayerUp);

        peer = NegotiationBench.Ipcp().BeginsAndRequests(out request);
        peer.Sends(Packet.ConfigureRequest(9, Option.Address(Hub)));
        peer.Expects(Packet.ConfigureAck(9, Option.Address(Hub))).Signals(0);
        Assert.Equal(Automaton.AckSent, peer.Machine.State);
        peer.Sends(request with { Code = 2 }).ExpectNothing();
        peer.Signals(OptionNegotiation.ThisLayerUp);
        Assert.True(peer.Machine.IsOpened);
        peer.Advance(60000).ExpectNothing().Signals(0);
    }

    [Fact]
    public void C41_An_acknowledgment_with_another_identifier_is_discarded()
    {
        NegotiationBench peer = NegotiationBench.Ipcp().BeginsAndRequests(out Packet request);
        peer.Sends(request with { Code = 2, Identifier = request.Identifier + 1 });
        peer.Fates(Reason.PppDiscarded);
        peer.Sends(request with { Code = 2, Identifier = request.Identifier ^ 0x80 });
        peer.Fates(Reason.PppDiscarded);
        Assert.Equal(Automaton.ReqSent, peer.Machine.State);
        peer.Sends(request with { Code = 2 }).Fates(Reason.PppNegotiated);
    }

    [Fact]
    public void C41_An_acknowledgment_that_is_not_our_request_octet_for_octet_is_discarded()
    {
        NegotiationBench peer = NegotiationBench.Ipcp().BeginsAndRequests(out Packet request);
        for (int i = 0; i < request.Data.Length; i++)
        {
            byte[] data = (byte[])request.Data.Clone();
            data[i] ^= 1;
            peer.Sends(new Packet(2, request.Identifier, data)).Fates(Reason.PppDiscarded);
        }

        for (int length = 0; length < request.Data.Length; length++)
        {
            peer.Sends(new Packet(2, request.Identifier, request.Data[..length]));
            peer.Fates(Reason.PppDiscarded);
        }

        peer.Sends(new Packet(
            2, request.Identifier, Octets.Join(request.Data, Option.Address(Hub))));
        peer.Fates(Reason.PppDiscarded);
        Assert.Equal(Automaton.ReqSent, peer.Machine.State);
        peer.ExpectNothing().Signals(0);
    }

    [Theory]
    [InlineData(3)]
    [InlineData(4)]
    public void C41_A_nak_or_reject_with_another_identifier_is_discarded(int code)
    {
        NegotiationBench peer = NegotiationBench.Lcp().BeginsAndRequests(out Packet request);
        peer.Sends(new Packet(code, request.Identifier + 1, Option.Mru(1000)));
        peer.Fates(Reason.PppDiscarded).ExpectNothing();
        Assert.Equal(Automaton.ReqSent, peer.Machine.State);
    }

    [Fact]
    public void A_second_acknowledgment_of_a_repeated_request_does_no_harm()
    {
        NegotiationBench peer = NegotiationBench.Ipcp().BeginsAndRequests(out Packet request);
        peer.Waits(750).Expects(request);
        peer.Sends(request with { Code = 2 });
        peer.Sends(request with { Code = 2 }).Fates(Reason.PppDiscarded);
        Assert.Equal(Automaton.AckRcvd, peer.Machine.State);
        peer.Sends(Packet.ConfigureRequest(9, Option.Address(Hub)));
        peer.Expects(Packet.ConfigureAck(9, Option.Address(Hub)));
        peer.Signals(OptionNegotiation.ThisLayerUp);
        peer.Sends(request with { Code = 2 }).Fates(Reason.PppDiscarded);
        peer.ExpectNothing().Signals(0);
        Assert.True(peer.Machine.IsOpened);
    }

    [Fact]
    public void Padding_behind_a_packet_is_no_part_of_it()
    {
        NegotiationBench peer = NegotiationBench.Ipcp().BeginsAndRequests(out Packet request);
        peer.Sends(request with { Code = 2 }, padding: 46);
        peer.Sends(Packet.ConfigureRequest(9, Option.Address(Hub)), padding: 30);
        peer.Expects(Packet.ConfigureAck(9, Option.Address(Hub)));
        peer.Signals(OptionNegotiation.ThisLayerUp);
    }

    [Fact]
    public void Every_truncation_of_every_packet_is_discarded()
    {
        foreach (Packet packet in new[]
        {
            Packet.ConfigureRequest(9, Option.Address(Hub)),
            Packet.ConfigureNak(1, Option.Address(Ours)),
            Packet.ConfigureReject(1, Option.VanJacobson),
            Packet.TerminateRequest(3),
            Packet.CodeReject(4, Packet.TerminateAck(5)),
            new Packet(77, 6, [1, 2, 3]),
        })
        {
            for (int length = 0; length < packet.Octets.Length; length++)
            {
                NegotiationBench peer = NegotiationBench.Ipcp().BeginsAndRequests(out _);
                peer.SendsOctets(packet.Octets[..length]).Fates(Reason.PppDiscarded);
                peer.ExpectNothing().Signals(0);
                Assert.Equal(Automaton.ReqSent, peer.Machine.State);
            }
        }
    }

    [Theory]
    [InlineData("03")] // type without length
    [InlineData("0300")]
    [InlineData("0301")]
    [InlineData("0307 c0a80001")] // longer than the list
    [InlineData("0306 c0a800")]
    [InlineData("0306 c0a80001 02")] // a second option that is cut
    [InlineData("0306 c0a80001 0203")]
    [InlineData("0306 c0a80001 0200")]
    public void Malformed_option_lists_are_discarded_in_every_configure_packet(string hex)
    {
        foreach (int code in new[] { 1, 3, 4 })
        {
            NegotiationBench peer = NegotiationBench.Ipcp().BeginsAndRequests(out Packet request);
            peer.Sends(new Packet(code, request.Identifier, Octets.FromHex(hex)));
            peer.Fates(Reason.PppDiscarded).ExpectNothing().Signals(0);
            Assert.Equal(Automaton.ReqSent, peer.Machine.State);

            // Nothing was taken over: the next request asks for the same.
            peer.Advance(750).Expects(request);
        }
    }

    [Fact]
    public void A_request_in_Opened_takes_the_layer_down_and_negotiates_anew()
    {
        NegotiationBench peer = NegotiationBench.Ipcp().Opens(Option.Address(Hub));
        peer.Sends(Packet.ConfigureRequest(10, Option.Address(Hub + 1)));
        Packet request = peer.ExpectsRequest();
        peer.Expects(Packet.ConfigureAck(10, Option.Address(Hub + 1)));
        peer.Signals(OptionNegotiation.ThisLayerDown);
        Assert.Equal(OptionNegotiation.CauseRenegotiated, peer.Machine.Cause);
        Assert.Equal(Automaton.AckSent, peer.Machine.State);
        peer.Sends(request with { Code = 2 }).Signals(OptionNegotiation.ThisLayerUp);
    }

    [Fact]
    public void A_bad_request_in_Opened_takes_the_layer_down_and_is_refused()
    {
        NegotiationBench peer = NegotiationBench.Ipcp().Opens(Option.Address(Hub));
        peer.Sends(Packet.ConfigureRequest(10, Option.VanJacobson));
        peer.ExpectsRequest();
        peer.Expects(Packet.ConfigureReject(10, Option.VanJacobson));
        peer.Signals(OptionNegotiation.ThisLayerDown);
        Assert.Equal(Automaton.ReqSent, peer.Machine.State);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(255)]
    public void C51_A_terminate_request_is_acknowledged_with_its_identifier(int identifier)
    {
        NegotiationBench peer = NegotiationBench.Ipcp().Opens(Option.Address(Hub));
        peer.Sends(Packet.TerminateRequest(identifier));
        peer.Expects(Packet.TerminateAck(identifier)).Signals(OptionNegotiation.ThisLayerDown);
        Assert.Equal(OptionNegotiation.CauseTerminated, peer.Machine.Cause);
        Assert.Equal(Automaton.Stopping, peer.Machine.State);

        // zrc: one restart period, so that the acknowledgment can be lost and asked for again.
        peer.Sends(Packet.TerminateRequest(identifier)).Expects(Packet.TerminateAck(identifier));
        peer.Advance(749).Signals(0).Advance(1).ExpectNothing();
        peer.Signals(OptionNegotiation.ThisLayerFinished);
        Assert.Equal(Automaton.Stopped, peer.Machine.State);
    }

    [Fact]
    public void Our_terminate_request_is_repeated_once_and_then_the_layer_is_finished()
    {
        NegotiationBench peer = NegotiationBench.Ipcp().Opens(Option.Address(Hub));
        peer.Machine.Close(peer.NowMs);
        peer.ExpectsCode(5);
        peer.Signals(OptionNegotiation.ThisLayerDown);
        peer.Waits(750).ExpectsCode(5);
        peer.Advance(749).Signals(0).ExpectNothing().Advance(1).ExpectNothing();
        peer.Signals(OptionNegotiation.ThisLayerFinished);
        Assert.Equal(Automaton.Closed, peer.Machine.State);
    }

    [Fact]
    public void A_terminate_ack_finishes_our_close()
    {
        NegotiationBench peer = NegotiationBench.Ipcp().Opens(Option.Address(Hub));
        peer.Machine.Close(peer.NowMs);
        Packet terminate = peer.ExpectsCode(5);
        peer.Sends(Packet.TerminateAck(terminate.Identifier));
        peer.Signals(
            OptionNegotiation.ThisLayerDown | OptionNegotiation.ThisLayerFinished);
        peer.Advance(60000).ExpectNothing().Signals(0);
    }

    [Fact]
    public void C65_A_terminate_ack_of_an_early_request_does_not_end_the_negotiation()
    {
        NegotiationBench peer = NegotiationBench.Ipcp().BeginsAndRequests(out Packet request);
        peer.Sends(Packet.TerminateAck(request.Identifier)).Signals(0);
        Assert.Equal(Automaton.ReqSent, peer.Machine.State);
        peer.Waits(750).Expects(request);
    }

    [Fact]
    public void A_closed_machine_answers_requests_with_terminate_ack()
    {
        NegotiationBench peer = NegotiationBench.Ipcp();
        peer.Machine.Up(0);
        peer.Sends(Packet.ConfigureRequest(9, Option.Address(Hub)));
        peer.ExpectsCode(6);
        peer.ExpectNothing().Signals(0);
    }

    [Fact]
    public void Before_the_line_is_up_everything_is_discarded()
    {
        NegotiationBench peer = NegotiationBench.Ipcp();
        peer.Machine.Open(0);
        peer.Sends(Packet.ConfigureRequest(9, Option.Address(Hub))).Fates(Reason.PppDiscarded);
        peer.Sends(Packet.TerminateRequest(9)).Fates(Reason.PppDiscarded);
        peer.ExpectNothing().Signals(0);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(8)]
    [InlineData(9)]
    [InlineData(12)]
    [InlineData(255)]
    public void An_unknown_code_is_rejected_with_the_whole_packet(int code)
    {
        NegotiationBench peer = NegotiationBench.Ipcp().BeginsAndRequests(out _);
        var unknown = new Packet(code, 77, Octets.FromHex("deadbeef"));
        peer.Sends(unknown).Fates(Reason.PppNegotiated);
        Packet reject = peer.ExpectsCode(7);
        Assert.Equal(unknown.Octets, reject.Data);
        Assert.Equal(Automaton.ReqSent, peer.Machine.State);
        peer.ExpectNothing().Signals(0);
    }

    [Fact]
    public void A_long_packet_with_an_unknown_code_is_quoted_as_far_as_it_fits()
    {
        NegotiationBench peer = NegotiationBench.Ipcp().BeginsAndRequests(out _);
        var unknown = new Packet(77, 1, Octets.Filled(1000, 0x33));
        peer.Sends(unknown);
        Packet reject = peer.ExpectsCode(7);
        Assert.Equal(unknown.Octets[..reject.Data.Length], reject.Data);
        Assert.InRange(reject.Data.Length, 200, 1000);
    }

    [Fact]
    public void Each_packet_of_ours_that_is_no_answer_has_an_identifier_of_its_own()
    {
        NegotiationBench peer = NegotiationBench.Ipcp().BeginsAndRequests(out _);
        peer.Sends(new Packet(77, 1, [])).Sends(new Packet(77, 1, []));
        Assert.NotEqual(peer.ExpectsCode(7).Identifier, peer.ExpectsCode(7).Identifier);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    [InlineData(5)]
    [InlineData(6)]
    [InlineData(7)]
    public void A_code_reject_of_the_codes_1_to_7_is_catastrophic(int code)
    {
        NegotiationBench peer = NegotiationBench.Ipcp().BeginsAndRequests(out _);
        peer.Sends(Packet.CodeReject(1, new Packet(code, 1, [])));
        peer.Signals(OptionNegotiation.ThisLayerFinished).ExpectNothing();
        Assert.Equal(OptionNegotiation.CauseRejected, peer.Machine.Cause);
        Assert.Equal(Automaton.Stopped, peer.Machine.State);
    }

    [Fact]
    public void A_catastrophic_reject_in_Opened_takes_the_layer_down_and_terminates()
    {
        NegotiationBench peer = NegotiationBench.Ipcp().Opens(Option.Address(Hub));
        peer.Sends(Packet.CodeReject(1, Packet.TerminateRequest(1)));
        peer.ExpectsCode(5);
        peer.Signals(OptionNegotiation.ThisLayerDown);
        Assert.Equal(Automaton.Stopping, peer.Machine.State);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(8)]
    [InlineData(14)]
    [InlineData(255)]
    public void A_code_reject_of_any_other_code_is_permitted(int code)
    {
        NegotiationBench peer = NegotiationBench.Ipcp().Opens(Option.Address(Hub));
        peer.Sends(Packet.CodeReject(1, new Packet(code, 1, []))).Fates(Reason.PppNegotiated);
        peer.ExpectNothing().Signals(0);
        Assert.True(peer.Machine.IsOpened);
    }

    [Fact]
    public void An_empty_code_reject_is_discarded()
    {
        NegotiationBench peer = NegotiationBench.Ipcp().Opens(Option.Address(Hub));
        peer.Sends(new Packet(7, 1, [])).Fates(Reason.PppDiscarded).Signals(0);
    }

    [Fact]
    public void A_full_queue_costs_a_packet_and_the_timer_sends_it_again()
    {
        NegotiationBench peer = NegotiationBench.Ipcp().BeginsAndRequests(out Packet request);
        for (int i = 0; i < 5; i++)
        {
            peer.Sends(new Packet(77, i, []));
        }

        Assert.Equal(1, peer.Counters.Get(Reason.PppOutputFull));
        peer.Advance(750);
        Assert.Equal(2, peer.Counters.Get(Reason.PppOutputFull));
        for (int i = 0; i < 4; i++)
        {
            peer.ExpectsCode(7);
        }

        peer.ExpectNothing().Waits(1500).Expects(request);
    }

    [Fact]
    public void Reset_ends_every_timer_and_forgets_what_was_negotiated()
    {
        NegotiationBench peer = NegotiationBench.Ipcp().Opens(Option.Address(Hub));
        peer.Machine.Reset();
        Assert.Equal(Automaton.Initial, peer.Machine.State);
        Assert.Equal(0, ((Ipcp)peer.Machine).PeerAddress);
        Assert.Equal(0, peer.Machine.RequestCount);
        peer.Advance(60000).ExpectNothing().Signals(0);
    }

    [Fact]
    public void An_option_too_long_to_quote_is_not_answered_with_an_empty_reject()
    {
        NegotiationBench peer = NegotiationBench.Ipcp().BeginsAndRequests(out _);
        peer.Sends(Packet.ConfigureRequest(9, Option.Of(99, new byte[253]), Option.VanJacobson));
        while (peer.TryTake(out Packet? packet))
        {
            AssertSensible(packet!);
        }
    }

    [Fact]
    public void Random_packets_never_break_a_machine_nor_make_it_send_nonsense()
    {
        var random = new System.Random(1661);
        for (int run = 0; run < 300; run++)
        {
            NegotiationBench peer = (run % 3) switch
            {
                0 => NegotiationBench.Lcp(),
                1 => NegotiationBench.Ccp(),
                _ => NegotiationBench.Ipcp(),
            };
            peer.Begins();
            for (int i = 0; i < 100; i++)
            {
                byte[] data = new byte[random.Next(4) == 0 ? random.Next(230) : random.Next(20)];
                random.NextBytes(data);
                if (data.Length > 2 && random.Next(2) == 0)
                {
                    data[0] = (byte)random.Next(20);
                    data[1] = (byte)data.Length;
                }

                peer.Sends(new Packet(random.Next(1, 16), random.Next(4), data));
                Assert.True(
                    peer.Fate is Reason.PppNegotiated or Reason.PppDiscarded,
                    peer.Fate.ToString());
                peer.Advance(random.Next(3) == 0 ? random.Next(1000) : 1);
                while (peer.TryTake(out Packet? packet))
                {
                    AssertSensible(packet!);
                }
            }

            Assert.Equal(0, peer.Counters.Get(Reason.PppIllegalEvent));
        }
    }

    // A Nak or Reject that names nothing would make the peer send the same request again.
    private static void AssertSensible(Packet packet)
    {
        Assert.InRange(packet.Code, 1, 15);
        if (packet.Code is 3 or 4)
        {
            Assert.NotEmpty(packet.Options);
        }
    }
}
