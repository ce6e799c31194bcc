// LCP as a client speaks it (RFC 1661).

using System;
using nanoPptp.Diagnostics;
using nanoPptp.Ppp;
using nanoPptp.Tests.Support;
using Xunit;

namespace nanoPptp.Tests.Ppp;

public sealed class LcpTests
{
    private const uint HubMagic = 0xCAFEBABE;
    private const int EchoMs = 10000;

    private static byte[][] HubOptions => [Option.MsChapV2, Option.Magic(HubMagic)];

    [Fact]
    public void C40_We_ask_for_mru_magic_number_and_header_compression()
    {
        NegotiationBench peer = NegotiationBench.Lcp().BeginsAndRequests(out Packet request);
        Assert.NotEqual(0u, peer.Magic);
        Assert.Equal(
            Octets.ToHex(Octets.Join(
                Option.Mru(1400), Option.Magic(peer.Magic), Option.Pfc, Option.Acfc)),
            Octets.ToHex(request.Data));
    }

    [Fact]
    public void C40_The_default_mru_is_not_asked_for()
    {
        NegotiationBench peer = NegotiationBench.Lcp();
        peer.LcpMachine.Reset(1500);
        peer.BeginsAndRequests(out Packet request);
        Assert.Null(request.OptionData(1));
    }

    [Fact]
    public void Each_link_draws_another_magic_number()
    {
        NegotiationBench peer = NegotiationBench.Lcp().BeginsAndRequests(out _);
        uint first = peer.Magic;
        peer.LcpMachine.Reset(1400);
        peer.BeginsAndRequests(out _);
        Assert.NotEqual(first, peer.Magic);
    }

    [Fact]
    public void C40_What_a_hub_may_ask_for_is_acknowledged()
    {
        NegotiationBench peer = NegotiationBench.Lcp().Opens(
            Option.Mru(1450),
            Option.Accm(0),
            Option.MsChapV2,
            Option.Magic(HubMagic),
            Option.Pfc,
            Option.Acfc);
        Assert.Equal(1450, peer.LcpMachine.PeerMru);
        Assert.True(peer.LcpMachine.PeerTakesShortProtocol);
        Assert.True(peer.LcpMachine.PeerTakesNoAddress);
    }

    [Fact]
    public void What_the_hub_does_not_ask_for_has_its_default()
    {
        NegotiationBench peer = NegotiationBench.Lcp().Opens(HubOptions);
        Assert.Equal(1500, peer.LcpMachine.PeerMru);
        Assert.False(peer.LcpMachine.PeerTakesShortProtocol);
        Assert.False(peer.LcpMachine.PeerTakesNoAddress);
    }

    [Fact]
    public void C40_Callback_multilink_and_endpoint_discriminator_are_rejected_together()
    {
        NegotiationBench peer = NegotiationBench.Lcp().BeginsAndRequests(out _);
        peer.Sends(Packet.ConfigureRequest(
            3,
            Option.Mru(1400),
            Option.Pap,
            Option.Magic(HubMagic),
            Option.Callback,
            Option.Mrru,
            Option.EndpointDiscriminator));
        peer.Expects(Packet.ConfigureReject(
            3, Option.Callback, Option.Mrru, Option.EndpointDiscriminator));
        peer.Sends(Packet.ConfigureRequest(
            4, Option.Mru(1400), Option.Pap, Option.Magic(HubMagic)));
        peer.Expects(Packet.ConfigureNak(4, Option.MsChapV2));
        peer.Sends(Packet.ConfigureRequest(
            5, Option.Mru(1400), Option.MsChapV2, Option.Magic(HubMagic)));
        peer.Expects(Packet.ConfigureAck(
            5, Option.Mru(1400), Option.MsChapV2, Option.Magic(HubMagic)));
        Assert.Equal(Automaton.AckSent, peer.Machine.State);
    }

    public static TheoryData<string> OtherAuthentications =>
    [
        Octets.ToHex(Option.Pap), Octets.ToHex(Option.ChapMd5), Octets.ToHex(Option.MsChapV1),
        Octets.ToHex(Option.Eap), "0303c2", "0302",
    ];

    [Theory]
    [MemberData(nameof(OtherAuthentications))]
    public void C40_Any_other_authentication_is_naked_with_MsChapV2(string option)
    {
        NegotiationBench peer = NegotiationBench.Lcp().BeginsAndRequests(out _);
        peer.Sends(Packet.ConfigureRequest(1, Octets.FromHex(option)));
        peer.Expects(Packet.ConfigureNak(1, Option.MsChapV2));
    }

    [Fact]
    public void A_hub_that_asks_for_no_authentication_is_told_to()
    {
        NegotiationBench peer = NegotiationBench.Lcp().BeginsAndRequests(out _);
        peer.Sends(Packet.ConfigureRequest(1, Option.Magic(HubMagic)));
        peer.Expects(Packet.ConfigureNak(1, Option.MsChapV2));
        peer.Sends(Packet.ConfigureRequest(2));
        peer.Expects(Packet.ConfigureNak(2, Option.MsChapV2));
    }

    [Fact]
    public void A_hub_that_insists_on_another_authentication_is_given_up_after_five_naks()
    {
        NegotiationBench peer = NegotiationBench.Lcp().BeginsAndRequests(out _);
        for (int i = 1; i <= 5; i++)
        {
            peer.DoesNotFail();
            peer.Sends(Packet.ConfigureRequest(i, Option.Pap, Option.Magic(HubMagic)));
            peer.Expects(Packet.ConfigureNak(i, Option.MsChapV2));
        }

        peer.Fails(Reason.AuthenticationWeak);
        Assert.Equal(0xC02300, peer.LcpMachine.NakedMethod);
    }

    [Fact]
    public void A_hub_that_goes_on_without_authentication_is_given_up_after_five_naks()
    {
        NegotiationBench peer = NegotiationBench.Lcp().BeginsAndRequests(out _);
        for (int i = 1; i <= 5; i++)
        {
            peer.DoesNotFail();
            peer.Sends(Packet.ConfigureRequest(i, Option.Magic(HubMagic)));
            peer.Expects(Packet.ConfigureNak(i, Option.MsChapV2));
        }

        peer.Fails(Reason.AuthenticationNotOffered);
        Assert.Equal(0, peer.LcpMachine.NakedMethod);
    }

    [Fact]
    public void Naks_are_counted_in_a_row_only()
    {
        NegotiationBench peer = NegotiationBench.Lcp().BeginsAndRequests(out _);
        for (int round = 0; round < 3; round++)
        {
            for (int i = 0; i < 4; i++)
            {
                peer.Sends(Packet.ConfigureRequest(i, Option.Pap)).ExpectsCode(3);
            }

            peer.Sends(Packet.ConfigureRequest(9, HubOptions)).ExpectsCode(2);
        }

        peer.DoesNotFail();
    }

    [Fact]
    public void C43_Our_own_magic_number_is_naked_with_another()
    {
        NegotiationBench peer = NegotiationBench.Lcp().BeginsAndRequests(out _);
        peer.Sends(Packet.ConfigureRequest(1, Option.MsChapV2, Option.Magic(peer.Magic)));
        Packet nak = peer.ExpectsCode(3);
        byte[]? suggested = nak.OptionData(5);
        Assert.NotNull(suggested);
        Assert.NotEqual(peer.Magic, Octets.Number(suggested));
        Assert.NotEqual(0u, Octets.Number(suggested));
        Assert.Single(nak.Options);
        peer.DoesNotFail();
    }

    [Fact]
    public void C43_A_magic_number_of_zero_is_naked()
    {
        NegotiationBench peer = NegotiationBench.Lcp().BeginsAndRequests(out _);
        peer.Sends(Packet.ConfigureRequest(1, Option.MsChapV2, Option.Magic(0)));
        Assert.NotEqual(0u, Octets.Number(peer.ExpectsCode(3).OptionData(5)));
    }

    [Fact]
    public void C43_A_nak_of_our_magic_number_makes_us_draw_another()
    {
        NegotiationBench peer = NegotiationBench.Lcp().BeginsAndRequests(out Packet request);
        uint first = peer.Magic;
        peer.Sends(Packet.ConfigureNak(request.Identifier, Option.Magic(0x12345678)));
        peer.ExpectsRequest();
        Assert.NotEqual(first, peer.Magic);
        Assert.NotEqual(0x12345678u, peer.Magic);
    }

    [Fact]
    public void C43_A_looped_line_is_found_after_five_equal_magic_numbers()
    {
        NegotiationBench peer = NegotiationBench.Lcp().Begins();
        for (int i = 0; i < 100 && peer.Machine.FailReason == Reason.None; i++)
        {
            peer.TryTake(out Packet? packet);
            Assert.NotNull(packet);
            peer.Sends(packet);
        }

        peer.Fails(Reason.LcpLoopback);
    }

    [Fact]
    public void C44_An_endless_nak_of_our_mru_is_not_followed_for_ever()
    {
        NegotiationBench peer = NegotiationBench.Lcp().BeginsAndRequests(out Packet request);
        for (int i = 0; i < 10; i++)
        {
            peer.DoesNotFail();
            peer.Sends(Packet.ConfigureNak(request.Identifier, Option.Mru(1500)));
            request = peer.ExpectsRequest();
            Assert.Equal(Octets.Number(1400, 2), request.OptionData(1));
        }

        peer.Sends(Packet.ConfigureNak(request.Identifier, Option.Mru(1500)));
        peer.Fails(Reason.LcpRejected).ExpectNothing();
    }

    [Fact]
    public void C44_A_smaller_mru_is_taken_over()
    {
        NegotiationBench peer = NegotiationBench.Lcp().BeginsAndRequests(out Packet request);
        peer.Sends(Packet.ConfigureNak(request.Identifier, Option.Mru(1000)));
        Assert.Equal(Octets.Number(1000, 2), peer.ExpectsRequest().OptionData(1));
    }

    [Fact]
    public void Everything_that_we_ask_for_may_be_rejected()
    {
        NegotiationBench peer = NegotiationBench.Lcp().BeginsAndRequests(out Packet request);
        peer.Sends(request with { Code = 4 });
        request = peer.ExpectsCode(1);
        Assert.Empty(request.Data);
        peer.Sends(request with { Code = 2 });
        peer.Sends(Packet.ConfigureRequest(1, HubOptions)).ExpectsCode(2);
        peer.Signals(OptionNegotiation.ThisLayerUp);
    }

    [Fact]
    public void C46_An_echo_request_is_answered_with_our_magic_number_and_its_own_data()
    {
        NegotiationBench peer = NegotiationBench.Lcp().Opens(HubOptions);
        peer.Sends(Packet.EchoRequest(33, HubMagic, 1, 2, 3)).Fates(Reason.PppNegotiated);
        peer.Expects(Packet.EchoReply(33, peer.Magic, 1, 2, 3));
        peer.Sends(Packet.EchoRequest(34, 0)).Expects(Packet.EchoReply(34, peer.Magic));
    }

    [Fact]
    public void C46_Without_a_negotiated_magic_number_an_echo_reply_carries_zero()
    {
        // RFC 1661 s.5.8: until it has been successfully negotiated, it must be zero.
        NegotiationBench peer = NegotiationBench.Lcp().BeginsAndRequests(out Packet request);
        peer.Sends(Packet.ConfigureReject(request.Identifier, Option.Magic(peer.Magic)));
        request = peer.ExpectsCode(1);
        peer.Sends(request with { Code = 2 });
        peer.Sends(Packet.ConfigureRequest(1, HubOptions)).ExpectsCode(2);
        peer.Sends(Packet.EchoRequest(33, HubMagic)).Expects(Packet.EchoReply(33, 0));
    }

    [Fact]
    public void C46_An_echo_request_before_Opened_is_not_answered()
    {
        NegotiationBench peer = NegotiationBench.Lcp().BeginsAndRequests(out _);
        peer.Sends(Packet.EchoRequest(33, HubMagic)).ExpectNothing();
        peer.Sends(Packet.ConfigureRequest(1, HubOptions)).ExpectsCode(2);
        peer.Sends(Packet.EchoRequest(34, HubMagic)).ExpectNothing();
    }

    [Fact]
    public void C46_An_echo_with_our_own_magic_number_is_not_answered_and_five_are_a_loop()
    {
        NegotiationBench peer = NegotiationBench.Lcp().Opens(HubOptions);
        for (int i = 0; i < 5; i++)
        {
            peer.DoesNotFail();
            peer.Sends(Packet.EchoRequest(i, peer.Magic)).Fates(Reason.PppDiscarded);
            peer.ExpectNothing();
        }

        peer.Fails(Reason.LcpLoopback);
    }

    [Fact]
    public void An_echo_without_room_for_a_magic_number_is_discarded()
    {
        NegotiationBench peer = NegotiationBench.Lcp().Opens(HubOptions);
        for (int length = 0; length < 4; length++)
        {
            peer.Sends(new Packet(9, 1, new byte[length])).Fates(Reason.PppDiscarded);
            peer.Sends(new Packet(10, 1, new byte[length])).Fates(Reason.PppDiscarded);
        }

        peer.ExpectNothing();
    }

    [Fact]
    public void A_long_echo_request_is_answered_as_far_as_it_fits()
    {
        NegotiationBench peer = NegotiationBench.Lcp().Opens(HubOptions);
        Packet echo = Packet.EchoRequest(1, HubMagic, Octets.Filled(1000, 0x77));
        peer.Sends(echo);
        Packet reply = peer.ExpectsCode(10);
        Assert.Equal(peer.Magic, Octets.Number(reply.Data.AsSpan(0, 4)));
        Assert.All(reply.Data[4..], octet => Assert.Equal(0x77, octet));
    }

    [Fact]
    public void C46_A_discard_request_is_taken_and_not_answered()
    {
        NegotiationBench peer = NegotiationBench.Lcp().Opens(HubOptions);
        peer.Sends(new Packet(11, 1, Octets.Number(HubMagic, 4))).Fates(Reason.PppNegotiated);
        peer.ExpectNothing().Signals(0);
    }

    [Fact]
    public void C47_After_ten_seconds_of_silence_an_echo_request_leaves()
    {
        NegotiationBench peer = Watched(out EchoClock clock);
        clock.Advance(EchoMs - 1);
        peer.ExpectNothing();
        clock.Advance(1);
        Packet echo = peer.ExpectsCode(9);
        Assert.Equal(peer.Magic, Octets.Number(echo.Data.AsSpan(0, 4)));
        peer.ExpectNothing();
    }

    [Fact]
    public void C47_Traffic_puts_the_echo_off()
    {
        NegotiationBench peer = Watched(out EchoClock clock);
        clock.Advance(EchoMs - 1);
        clock.Hears();
        clock.Advance(1);
        peer.ExpectNothing();
        clock.Advance(EchoMs - 2);
        peer.ExpectNothing();
        clock.Advance(1);
        peer.ExpectsCode(9);
    }

    [Fact]
    public void C47_Four_echoes_without_an_answer_are_the_end_after_the_configured_time()
    {
        NegotiationBench peer = Watched(out EchoClock clock);
        clock.Advance(EchoMs);
        Packet first = peer.ExpectsCode(9);
        for (int i = 0; i < 3; i++)
        {
            clock.Advance(5000);
            Assert.Equal(first.Octets, peer.ExpectsCode(9).Octets);
        }

        clock.Advance(4999);
        peer.DoesNotFail();
        clock.Advance(1);
        peer.Fails(Reason.LcpEchoTimeout).ExpectNothing();
    }

    [Theory]
    [InlineData(3000)]
    [InlineData(3001)]
    [InlineData(3600000)]
    public void C47_The_end_comes_at_the_configured_time(int deadPeerMs)
    {
        NegotiationBench peer = Watched(out EchoClock clock, deadPeerMs);
        clock.Advance(deadPeerMs - 1);
        peer.DoesNotFail();
        clock.Advance(1);
        peer.Fails(Reason.LcpEchoTimeout);
    }

    [Fact]
    public void C47_An_answer_begins_the_count_anew()
    {
        NegotiationBench peer = Watched(out EchoClock clock);
        int identifier = -1;
        for (int round = 0; round < 3; round++)
        {
            clock.Advance(EchoMs);
            peer.ExpectsCode(9);
            clock.Advance(5000);
            Packet echo = peer.ExpectsCode(9);
            Assert.NotEqual(identifier, echo.Identifier);
            identifier = echo.Identifier;
            Answers(peer, clock, echo.Identifier, echo.Data[4..]);
        }

        peer.DoesNotFail();
    }

    [Fact]
    public void An_echo_reply_with_another_identifier_proves_nothing()
    {
        NegotiationBench peer = Watched(out EchoClock clock);
        clock.Advance(EchoMs);
        Packet echo = peer.ExpectsCode(9);
        Answers(peer, clock, echo.Identifier ^ 0x40, echo.Data[4..]);
        clock.Advance(20000);
        peer.Fails(Reason.LcpEchoTimeout);
    }

    [Fact]
    public void C47_An_echo_reply_with_other_data_proves_nothing()
    {
        NegotiationBench peer = Watched(out EchoClock clock);
        clock.Advance(EchoMs);
        Packet echo = peer.ExpectsCode(9);
        byte[] forged = echo.Data[4..];
        for (int bit = 0; bit < 32; bit++)
        {
            forged[bit / 8] ^= (byte)(1 << (bit % 8));
            Answers(peer, clock, echo.Identifier, forged);
            forged[bit / 8] ^= (byte)(1 << (bit % 8));
        }

        clock.Advance(20000);
        peer.Fails(Reason.LcpEchoTimeout);
    }

    [Fact]
    public void C47_An_answer_proves_life_once()
    {
        NegotiationBench peer = Watched(out EchoClock clock);
        clock.Advance(EchoMs);
        Packet echo = peer.ExpectsCode(9);
        Answers(peer, clock, echo.Identifier, echo.Data[4..]);
        clock.Advance(EchoMs - 1);
        Answers(peer, clock, echo.Identifier, echo.Data[4..]);
        clock.Advance(1);
        peer.ExpectsCode(9);
        clock.Advance(20000);
        peer.Fails(Reason.LcpEchoTimeout);
    }

    [Fact]
    public void C47_A_hub_that_drops_the_data_is_believed_as_long_as_it_never_sent_them_back()
    {
        NegotiationBench peer = Watched(out EchoClock clock);
        clock.Advance(EchoMs);
        Answers(peer, clock, peer.ExpectsCode(9).Identifier, []);
        clock.Advance(EchoMs);
        Packet echo = peer.ExpectsCode(9);
        Answers(peer, clock, echo.Identifier, echo.Data[4..]);
        clock.Advance(EchoMs);
        Answers(peer, clock, peer.ExpectsCode(9).Identifier, []);
        clock.Advance(20000);
        peer.Fails(Reason.LcpEchoTimeout);
    }

    [Fact]
    public void C48_Identification_and_time_remaining_are_tolerated_in_every_state()
    {
        NegotiationBench peer = NegotiationBench.Lcp().BeginsAndRequests(out _);
        byte[] text = Octets.Join(Octets.Number(HubMagic, 4), "MSRASV5.20"u8.ToArray());
        peer.Sends(new Packet(12, 1, text)).Fates(Reason.PppNegotiated).ExpectNothing();
        peer = NegotiationBench.Lcp().Opens(HubOptions);
        peer.Sends(new Packet(12, 2, text)).Fates(Reason.PppNegotiated).ExpectNothing();
        peer.Sends(new Packet(13, 3, text)).Fates(Reason.PppNegotiated).ExpectNothing();
        peer.Signals(0);
        Assert.True(peer.Machine.IsOpened);
    }

    [Fact]
    public void C48_An_unknown_code_is_rejected()
    {
        NegotiationBench peer = NegotiationBench.Lcp().Opens(HubOptions);
        var unknown = new Packet(14, 1, [9, 9]);
        peer.Sends(unknown);
        Assert.Equal(unknown.Octets, peer.ExpectsCode(7).Data);
    }

    [Theory]
    [InlineData(0x80FD)]
    [InlineData(0x8021)]
    [InlineData(0x0063)]
    public void C49_A_protocol_reject_tells_the_owner_which(int protocol)
    {
        NegotiationBench peer = NegotiationBench.Lcp().Opens(HubOptions);
        peer.Sends(Packet.ProtocolReject(1, protocol, 1, 2, 3)).Fates(Reason.PppNegotiated);
        peer.Signals(nanoPptp.Ppp.Lcp.ProtocolRejected).ExpectNothing();
        Assert.Equal(protocol, peer.LcpMachine.RejectedProtocol);
        Assert.True(peer.Machine.IsOpened);
    }

    [Fact]
    public void C49_A_protocol_reject_of_lcp_itself_is_catastrophic()
    {
        NegotiationBench peer = NegotiationBench.Lcp().Opens(HubOptions);
        peer.Sends(Packet.ProtocolReject(1, 0xC021)).ExpectsCode(5);
        peer.Signals(OptionNegotiation.ThisLayerDown);
        Assert.Equal(OptionNegotiation.CauseRejected, peer.Machine.Cause);
    }

    [Fact]
    public void C49_A_protocol_reject_before_Opened_or_cut_short_is_discarded()
    {
        NegotiationBench peer = NegotiationBench.Lcp().BeginsAndRequests(out _);
        peer.Sends(Packet.ProtocolReject(1, 0x80FD)).Fates(Reason.PppDiscarded).Signals(0);
        peer = NegotiationBench.Lcp().Opens(HubOptions);
        peer.Sends(new Packet(8, 1, [0x80])).Fates(Reason.PppDiscarded).Signals(0);
        peer.Sends(new Packet(8, 1, [])).Fates(Reason.PppDiscarded).Signals(0);
    }

    [Fact]
    public void We_reject_a_protocol_with_its_number_and_what_fits_of_its_information()
    {
        NegotiationBench peer = NegotiationBench.Lcp().Opens(HubOptions);
        byte[] information = Octets.Filled(1000, 0x66);
        information.CopyTo(peer.Arena, 40);
        peer.LcpMachine.SendProtocolReject(0x8057, 40, 10);
        peer.Expects(new Packet(
            8, 1, Octets.Join(Octets.FromHex("8057"), information[..10])));
        peer.LcpMachine.SendProtocolReject(0x8057, 40, 1000);
        Packet reject = peer.ExpectsCode(8);
        Assert.Equal(2, reject.Identifier);
        Assert.Equal("805766", Octets.ToHex(reject.Data.AsSpan(0, 3)));
        Assert.InRange(reject.Data.Length, 100, 1000);
    }

    private static NegotiationBench Watched(out EchoClock clock, int deadPeerMs = 30000)
    {
        NegotiationBench peer = NegotiationBench.Lcp().Opens(HubOptions);
        clock = new EchoClock(peer);
        peer.LcpMachine.DeadPeerMs = deadPeerMs;
        peer.LcpMachine.WatchLink(peer.NowMs);
        return peer;
    }

    private static void Answers(
        NegotiationBench peer, EchoClock clock, int identifier, byte[] data)
    {
        byte[] body = Octets.Join(Octets.Number(HubMagic, 4), data);
        peer.Later(clock.NowMs).Sends(new Packet(10, identifier, body));
    }

    // The echo has a clock of its own: nothing else of the machine runs on it.
    private sealed class EchoClock(NegotiationBench peer)
    {
        internal int NowMs { get; private set; } = peer.NowMs;

        internal void Hears() => peer.LcpMachine.ProvenMs = NowMs;

        internal void Advance(int ms)
        {
            while (ms > 0)
            {
                int step = Math.Min(ms, Math.Max(1, peer.LcpMachine.SoonerEcho(NowMs, 60000)));
                NowMs += step;
                ms -= step;
                peer.LcpMachine.TickEcho(NowMs);
            }
        }
    }
}
