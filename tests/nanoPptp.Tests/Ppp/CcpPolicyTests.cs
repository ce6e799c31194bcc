// CCP where more than one key length will do, or the stateful mode: what comes of the bargaining
// with the hubs of this world (RFC 3078 s.2.1), and that it never ends with less than before.

using nanoPptp.Diagnostics;
using nanoPptp.Memory;
using nanoPptp.Ppp;
using nanoPptp.Tests.Support;
using Xunit;

namespace nanoPptp.Tests.Ppp;

public sealed class CcpPolicyTests
{
    private const uint H = 0x01000000;
    private const uint S = 0x40;
    private const uint M = 0x80;
    private const uint L = 0x20;
    private const uint All = S | M | L;
    private const int ResetAsked = nanoPptp.Ppp.Ccp.ResetAsked;

    [Fact]
    public void C62_All_lengths_are_asked_for_when_all_will_do()
    {
        Bench(weak: true).BeginsAndRequests(out Packet request);
        Assert.Equal("1206010000e0", Octets.ToHex(request.Data));
    }

    [Theory]
    [InlineData(H | S)] // pppd that has 128 bits, accel-ppp, RRAS
    [InlineData(H | M)] // mpd set to 56
    [InlineData(H | L)] // pppd with require-mppe-40
    public void C62_The_hubs_Nak_narrows_them_to_one(uint bits)
    {
        NegotiationBench peer = Bench(weak: true).BeginsAndRequests(out Packet request);
        peer.Sends(Packet.ConfigureNak(request.Identifier, Option.Mppe(bits)));
        request = peer.ExpectsRequest();
        Assert.Equal(Option.Mppe(bits), request.Data);
        peer.Sends(request with { Code = 2 });
        peer.Sends(Packet.ConfigureRequest(1, Option.Mppe(bits)));
        peer.Expects(Packet.ConfigureAck(1, Option.Mppe(bits)));
        peer.Signals(OptionNegotiation.ThisLayerUp).ExpectNothing();
        Assert.Equal((int)(bits & All), Ccp(peer).OwnStrength);
        Assert.Equal((int)(bits & All), Ccp(peer).PeerStrength);
        Assert.True(Ccp(peer).IsOwnStateless && Ccp(peer).IsPeerStateless);
    }

    [Fact]
    public void C62_The_two_directions_may_differ()
    {
        NegotiationBench peer = Bench(weak: true).BeginsAndRequests(out Packet request);
        peer.Sends(Packet.ConfigureRequest(1, Option.Mppe(H | L)));
        peer.Expects(Packet.ConfigureAck(1, Option.Mppe(H | L)));
        peer.Sends(Packet.ConfigureNak(request.Identifier, Option.Mppe(H | S)));
        request = peer.ExpectsRequest();
        peer.Sends(request with { Code = 2 });
        peer.Signals(OptionNegotiation.ThisLayerUp);
        Assert.Equal((int)S, Ccp(peer).OwnStrength);
        Assert.Equal((int)L, Ccp(peer).PeerStrength);
    }

    [Theory]
    [InlineData(H | All, H | S)]
    [InlineData(H | M | L, H | M)]
    [InlineData(H | S | L, H | S)]
    [InlineData(H | L | 0x01, H | L)] // compression as well
    [InlineData(H | S | 0x10, H | S)] // the obsolete bit
    [InlineData(H, H | S)]
    [InlineData(0x01u, H | S)]
    [InlineData(0xFFFFFFFFu, H | S)]
    [InlineData(0xFFFFFF00u | M, H | M)]
    [InlineData(All, H | S)]
    [InlineData(L, H | L)] // stateful, which will not do here
    public void C62_Of_the_hub_one_length_is_acknowledged_and_our_Nak_names_one(
        uint bits, uint expected)
    {
        NegotiationBench peer = Bench(weak: true).BeginsAndRequests(out _);
        peer.Sends(Packet.ConfigureRequest(1, Option.Mppe(bits)));
        peer.Expects(Packet.ConfigureNak(1, Option.Mppe(expected)));
        peer.Sends(Packet.ConfigureRequest(2, Option.Mppe(expected)));
        peer.Expects(Packet.ConfigureAck(2, Option.Mppe(expected)));
    }

    [Fact]
    public void C62_A_request_without_mppe_is_naked_with_the_strongest()
    {
        NegotiationBench peer = Bench(weak: true).BeginsAndRequests(out _);
        peer.Sends(Packet.ConfigureRequest(1));
        peer.Expects(Packet.ConfigureNak(1, Option.Mppe(H | S)));
        peer.Sends(Packet.ConfigureRequest(2, Option.Of(18, [1, 0, 0])));
        peer.Expects(Packet.ConfigureNak(2, Option.Mppe(H | S)));
    }

    [Theory]
    [InlineData(H | S | L | 0x01, H | S)]
    [InlineData(H | M | L, H | M)]
    [InlineData(L, H | L)]
    [InlineData(H, H | All)]
    [InlineData(0x01u, H | All)]
    public void C62_A_Nak_is_taken_as_far_as_the_policy_goes(uint bits, uint expected)
    {
        NegotiationBench peer = Bench(weak: true).BeginsAndRequests(out Packet request);
        peer.Sends(Packet.ConfigureNak(request.Identifier, Option.Mppe(bits)));
        Assert.Equal(Option.Mppe(expected), peer.ExpectsRequest().Data);
    }

    [Fact]
    public void C62_A_hub_that_acknowledges_several_lengths_means_the_strongest()
    {
        NegotiationBench peer = Bench(weak: true).BeginsAndRequests(out Packet request);
        peer.Sends(request with { Code = 2 });
        peer.Sends(Packet.ConfigureRequest(1, Option.Mppe(H | S)));
        peer.ExpectsCode(2);
        Assert.Equal((int)S, Ccp(peer).OwnStrength);
    }

    [Fact]
    public void G5_With_128_bits_required_no_Nak_and_no_request_leads_lower()
    {
        NegotiationBench peer = Bench(weak: false).BeginsAndRequests(out Packet request);
        foreach (uint bits in new[] { H | L, H | M, L, S, 0u, All, 0x01u, H | S | 0x01u })
        {
            peer.Sends(Packet.ConfigureNak(request.Identifier, Option.Mppe(bits)));
            request = peer.ExpectsRequest();
            Assert.Equal(Option.Mppe(H | S), request.Data);
        }

        foreach (uint bits in new[] { H | L, H | M, S, H | All })
        {
            peer.Sends(Packet.ConfigureRequest((int)bits & 0xFF, Option.Mppe(bits)));
            peer.Expects(Packet.ConfigureNak((int)bits & 0xFF, Option.Mppe(H | S)));
        }

        peer.DoesNotFail();
        peer.Sends(Packet.ConfigureRequest(9, Option.Mppe(H | L))).ExpectsCode(3);
        peer.Fails(Reason.EncryptionRefused);
    }

    [Fact]
    public void G5_What_was_agreed_once_is_the_least_for_the_rest_of_the_tunnel()
    {
        NegotiationBench peer = Bench(weak: true, stateful: true)
            .BeginsAndRequests(out Packet request);
        peer.Sends(Packet.ConfigureNak(request.Identifier, Option.Mppe(H | M)));
        request = peer.ExpectsRequest();
        peer.Sends(request with { Code = 2 });
        peer.Sends(Packet.ConfigureRequest(1, Option.Mppe(H | S))).ExpectsCode(2);
        Ccp(peer).Agree();

        // The hub begins again, with less in mind: 40 bits to us, 40 and 56 from us, stateful.
        peer.Sends(Packet.ConfigureRequest(2, Option.Mppe(H | L)));
        request = peer.ExpectsRequest();
        Assert.Equal(Option.Mppe(H | M), request.Data);
        peer.Expects(Packet.ConfigureNak(2, Option.Mppe(H | S)));
        peer.Sends(Packet.ConfigureRequest(3, Option.Mppe(H | M)));
        peer.Expects(Packet.ConfigureNak(3, Option.Mppe(H | S)));
        peer.Sends(Packet.ConfigureRequest(4, Option.Mppe(S))).ExpectsCode(3);
        peer.Sends(Packet.ConfigureNak(request.Identifier, Option.Mppe(L)));
        request = peer.ExpectsRequest();
        Assert.Equal(Option.Mppe(H | M), request.Data);
        peer.Sends(Packet.ConfigureNak(request.Identifier, Option.Mppe(M)));
        request = peer.ExpectsRequest();
        Assert.Equal(Option.Mppe(H | M), request.Data);

        // Also behind a new negotiation of the whole link; but the next tunnel is another matter.
        peer.Machine.Reset();
        peer.BeginsAndRequests(out request);
        Assert.Equal(Option.Mppe(H | S | M), request.Data);
        Ccp(peer).Allow((int)All, true);
        peer.BeginsAndRequests(out request);
        Assert.Equal(Option.Mppe(H | All), request.Data);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void C62_Stateless_is_asked_for_first_and_stateful_taken_only_where_it_will_do(
        bool allowed)
    {
        NegotiationBench peer = Bench(weak: false, stateful: allowed)
            .BeginsAndRequests(out Packet request);
        Assert.Equal(Option.Mppe(H | S), request.Data);
        peer.Sends(Packet.ConfigureNak(request.Identifier, Option.Mppe(S)));
        Assert.Equal(Option.Mppe(allowed ? S : H | S), peer.ExpectsRequest().Data);

        // The hub asks, hears that stateless is preferred, repeats itself, and insists.
        peer.Sends(Packet.ConfigureRequest(1, Option.Mppe(S)));
        peer.Expects(Packet.ConfigureNak(1, Option.Mppe(H | S)));
        peer.Sends(Packet.ConfigureRequest(1, Option.Mppe(S)));
        peer.Expects(Packet.ConfigureNak(1, Option.Mppe(H | S)));
        peer.Sends(Packet.ConfigureRequest(2, Option.Mppe(S)));
        peer.Expects(allowed
            ? Packet.ConfigureAck(2, Option.Mppe(S))
            : Packet.ConfigureNak(2, Option.Mppe(H | S)));
    }

    [Fact]
    public void C62_A_stateful_hub_that_asks_for_several_lengths_is_given_one()
    {
        NegotiationBench peer = Bench(weak: true, stateful: true).BeginsAndRequests(out _);
        peer.Sends(Packet.ConfigureRequest(1, Option.Mppe(M | L)));
        peer.Expects(Packet.ConfigureNak(1, Option.Mppe(H | M)));
        peer.Sends(Packet.ConfigureRequest(2, Option.Mppe(M | L)));
        peer.Expects(Packet.ConfigureNak(2, Option.Mppe(M)));
        peer.Sends(Packet.ConfigureRequest(3, Option.Mppe(M)));
        peer.Expects(Packet.ConfigureAck(3, Option.Mppe(M)));
    }

    [Fact]
    public void C66_Reset_requests_are_repeated_with_patience_and_given_up_in_the_end()
    {
        NegotiationBench peer = Stateful();
        Ccp(peer).AskReset(peer.NowMs);
        Ccp(peer).AskReset(peer.NowMs);
        Packet first = peer.ExpectsCode(14);
        int[] waits = [500, 1000, 2000, 4000, 4000, 4000, 4000, 4000, 4000];
        foreach (int wait in waits)
        {
            Advance(peer, wait - 1);
            peer.ExpectNothing();
            Advance(peer, 1);
            peer.Expects(first).ExpectNothing();
        }

        Advance(peer, 3999);
        peer.DoesNotFail();
        Advance(peer, 1);
        peer.Fails(Reason.EncryptionLost);
    }

    [Fact]
    public void C66_A_new_reset_is_not_asked_for_at_once()
    {
        NegotiationBench peer = Stateful();
        Ccp(peer).AskReset(peer.NowMs);
        Packet first = peer.ExpectsCode(14);
        Ccp(peer).ResetDone();
        Ccp(peer).AskReset(peer.NowMs);
        peer.ExpectNothing();
        Advance(peer, 499);
        peer.ExpectNothing();
        Advance(peer, 1);
        Assert.NotEqual(first.Identifier, peer.ExpectsCode(14).Identifier);
    }

    [Fact]
    public void C66_A_reset_ack_with_our_identifier_ends_the_asking()
    {
        NegotiationBench peer = Stateful();
        Ccp(peer).AskReset(peer.NowMs);
        Packet asked = peer.ExpectsCode(14);
        peer.Sends(new Packet(15, asked.Identifier + 1, []));
        Advance(peer, 500);
        peer.Expects(asked);
        peer.Sends(new Packet(15, asked.Identifier, []));
        Advance(peer, 60000);
        peer.ExpectNothing();
    }

    [Fact]
    public void C66_A_reset_request_in_stateful_mode_is_acknowledged_and_told_to_the_owner()
    {
        NegotiationBench peer = Stateful();
        peer.Sends(new Packet(14, 7, [])).Expects(new Packet(15, 7, []));
        peer.Signals(ResetAsked);

        // Forged or repeated ones are heard four times a second at most.
        peer.Sends(new Packet(14, 8, [])).Fates(Reason.PppDiscarded).ExpectNothing().Signals(0);
        Advance(peer, Limits.MppeResetRestMs - 1);
        peer.Sends(new Packet(14, 9, [])).Fates(Reason.PppDiscarded).ExpectNothing().Signals(0);
        Advance(peer, 1);
        peer.Sends(new Packet(14, 9, [])).Expects(new Packet(15, 9, []));
        peer.Signals(ResetAsked);
    }

    private static NegotiationBench Bench(bool weak, bool stateful = false)
    {
        NegotiationBench bench = NegotiationBench.Ccp();
        Ccp(bench).Allow((int)(weak ? All : S), stateful);
        return bench;
    }

    private static NegotiationBench Stateful()
    {
        NegotiationBench peer = Bench(weak: false, stateful: true)
            .BeginsAndRequests(out Packet request);
        peer.Sends(Packet.ConfigureNak(request.Identifier, Option.Mppe(S)));
        request = peer.ExpectsRequest();
        peer.Sends(request with { Code = 2 });
        peer.Sends(Packet.ConfigureRequest(1, Option.Mppe(S))).ExpectsCode(3);
        peer.Sends(Packet.ConfigureRequest(2, Option.Mppe(S))).ExpectsCode(2);
        peer.Signals(OptionNegotiation.ThisLayerUp).ExpectNothing();
        return peer;
    }

    private static void Advance(NegotiationBench peer, int ms)
    {
        peer.Advance(ms);
        Ccp(peer).TickReset(peer.NowMs);
    }

    private static Ccp Ccp(NegotiationBench peer) => (Ccp)peer.Machine;
}
