// CCP as a client speaks it: MPPE, 128 bits, stateless, and nothing else (RFC 1962, RFC 3078 s.2).

using nanoPptp.Diagnostics;
using nanoPptp.Ppp;
using nanoPptp.Tests.Support;
using Xunit;

namespace nanoPptp.Tests.Ppp;

public sealed class CcpTests
{
    private const uint Mppe128Stateless = 0x01000040;

    [Fact]
    public void C62_We_ask_for_exactly_128_bits_stateless()
    {
        NegotiationBench.Ccp().BeginsAndRequests(out Packet request);
        Assert.Equal("120601000040", Octets.ToHex(request.Data));
    }

    [Fact]
    public void C62_The_same_from_the_hub_is_acknowledged()
    {
        NegotiationBench.Ccp().Opens(Option.Mppe(Mppe128Stateless));
    }

    [Theory]
    [InlineData(0x00000040u)] // stateful
    [InlineData(0x01000020u)] // 40 bits
    [InlineData(0x01000080u)] // 56 bits
    [InlineData(0x010000E0u)] // any strength
    [InlineData(0x01000041u)] // compression as well
    [InlineData(0x01000050u)] // the obsolete bit
    [InlineData(0x00000001u)] // compression alone
    [InlineData(0x00000000u)]
    [InlineData(0xFFFFFFFFu)]
    public void C62_Any_other_set_of_bits_is_naked_with_ours(uint bits)
    {
        NegotiationBench peer = NegotiationBench.Ccp().BeginsAndRequests(out _);
        peer.Sends(Packet.ConfigureRequest(4, Option.Mppe(bits)));
        peer.Expects(Packet.ConfigureNak(4, Option.Mppe(Mppe128Stateless)));
    }

    [Fact]
    public void C62_A_request_without_mppe_is_naked_with_it()
    {
        NegotiationBench peer = NegotiationBench.Ccp().BeginsAndRequests(out _);
        peer.Sends(Packet.ConfigureRequest(4));
        peer.Expects(Packet.ConfigureNak(4, Option.Mppe(Mppe128Stateless)));
    }

    [Fact]
    public void Other_compressions_are_rejected()
    {
        NegotiationBench peer = NegotiationBench.Ccp().BeginsAndRequests(out _);
        byte[] deflate = Option.Of(26, [0x78, 0x00]);
        peer.Sends(Packet.ConfigureRequest(4, deflate, Option.Mppe(Mppe128Stateless)));
        peer.Expects(Packet.ConfigureReject(4, deflate));
    }

    [Fact]
    public void C62_A_hub_that_insists_on_other_bits_is_given_up_after_five_naks()
    {
        NegotiationBench peer = NegotiationBench.Ccp().BeginsAndRequests(out _);
        for (int i = 1; i <= 5; i++)
        {
            peer.DoesNotFail();
            peer.Sends(Packet.ConfigureRequest(i, Option.Mppe(0x00000040))).ExpectsCode(3);
        }

        peer.Fails(Reason.EncryptionRefused);
    }

    [Fact]
    public void C62_We_never_ask_for_what_a_nak_suggests_and_give_up_after_a_while()
    {
        NegotiationBench peer = NegotiationBench.Ccp().BeginsAndRequests(out Packet request);
        for (int i = 0; i < 10; i++)
        {
            peer.DoesNotFail();
            peer.Sends(Packet.ConfigureNak(request.Identifier, Option.Mppe(0x01000020)));
            request = peer.ExpectsRequest();
            Assert.Equal("120601000040", Octets.ToHex(request.Data));
        }

        peer.Sends(Packet.ConfigureNak(request.Identifier, Option.Mppe(0x01000020)));
        peer.Fails(Reason.EncryptionRefused).ExpectNothing();
    }

    [Fact]
    public void C64_A_reject_of_mppe_is_a_failure_at_once()
    {
        NegotiationBench peer = NegotiationBench.Ccp().BeginsAndRequests(out Packet request);
        peer.Sends(request with { Code = 4 }).ExpectNothing();
        peer.Fails(Reason.EncryptionRefused);
    }

    [Fact]
    public void C49_A_protocol_reject_of_ccp_finishes_it()
    {
        NegotiationBench peer = NegotiationBench.Ccp().BeginsAndRequests(out _);
        peer.Machine.InputProtocolReject(peer.NowMs);
        peer.Signals(OptionNegotiation.ThisLayerFinished).ExpectNothing();
        Assert.Equal(OptionNegotiation.CauseRejected, peer.Machine.Cause);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(255)]
    public void C66_A_reset_request_is_acknowledged_with_its_identifier(int identifier)
    {
        NegotiationBench peer = NegotiationBench.Ccp().Opens(Option.Mppe(Mppe128Stateless));
        peer.Sends(new Packet(14, identifier, [])).Fates(Reason.PppNegotiated);
        peer.Expects(new Packet(15, identifier, [])).ExpectNothing().Signals(0);
        Assert.True(peer.Machine.IsOpened);
    }

    [Fact]
    public void C66_A_reset_ack_changes_nothing()
    {
        NegotiationBench peer = NegotiationBench.Ccp().Opens(Option.Mppe(Mppe128Stateless));
        peer.Sends(new Packet(15, 1, [])).Fates(Reason.PppNegotiated).ExpectNothing().Signals(0);
        Assert.True(peer.Machine.IsOpened);
    }

    [Fact]
    public void C66_Before_Opened_resets_are_discarded()
    {
        NegotiationBench peer = NegotiationBench.Ccp().BeginsAndRequests(out _);
        peer.Sends(new Packet(14, 1, [])).Fates(Reason.PppDiscarded);
        peer.Sends(new Packet(15, 1, [])).Fates(Reason.PppDiscarded);
        peer.ExpectNothing().Signals(0);
    }

    [Fact]
    public void Codes_of_lcp_alone_are_unknown_here()
    {
        NegotiationBench peer = NegotiationBench.Ccp().Opens(Option.Mppe(Mppe128Stateless));
        peer.Sends(Packet.EchoRequest(1, 0)).ExpectsCode(7);
        peer.Sends(Packet.ProtocolReject(1, 0x80FD)).ExpectsCode(7);
        Assert.True(peer.Machine.IsOpened);
    }
}
