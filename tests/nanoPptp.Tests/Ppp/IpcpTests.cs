// IPCP as a client speaks it (RFC 1332).

using nanoPptp.Diagnostics;
using nanoPptp.Ppp;
using nanoPptp.Tests.Support;
using Xunit;

namespace nanoPptp.Tests.Ppp;

public sealed class IpcpTests
{
    private const uint Hub = 0xC0A80001;
    private const uint Ours = 0xC0A800E9;

    [Fact]
    public void C81_We_ask_for_no_address_and_adopt_the_one_of_the_nak()
    {
        NegotiationBench peer = NegotiationBench.Ipcp().BeginsAndRequests(out Packet request);
        Assert.Equal("030600000000", Octets.ToHex(request.Data));
        peer.Sends(Packet.ConfigureNak(request.Identifier, Option.Address(Ours)));
        request = peer.ExpectsRequest();
        Assert.Equal("0306c0a800e9", Octets.ToHex(request.Data));
        peer.Sends(request with { Code = 2 });
        peer.Sends(Packet.ConfigureRequest(1, Option.Address(Hub)));
        peer.Expects(Packet.ConfigureAck(1, Option.Address(Hub)));
        peer.Signals(OptionNegotiation.ThisLayerUp);
        Assert.Equal(Ours, (uint)((Ipcp)peer.Machine).LocalAddress);
        Assert.Equal(Hub, (uint)((Ipcp)peer.Machine).PeerAddress);
    }

    [Fact]
    public void A_hub_may_change_its_mind_about_our_address()
    {
        NegotiationBench peer = NegotiationBench.Ipcp().BeginsAndRequests(out Packet request);
        peer.Sends(Packet.ConfigureNak(request.Identifier, Option.Address(Ours)));
        request = peer.ExpectsRequest();
        peer.Sends(Packet.ConfigureNak(request.Identifier, Option.Address(Ours + 1)));
        request = peer.ExpectsRequest();
        Assert.Equal(Octets.Number(Ours + 1, 4), request.OptionData(3));
    }

    [Theory]
    [InlineData(0u)]
    [InlineData(1u)]
    [InlineData(Hub)]
    [InlineData(uint.MaxValue)]
    public void C82_Whatever_address_the_hub_has_is_acknowledged(uint address)
    {
        NegotiationBench peer = NegotiationBench.Ipcp().Opens(Option.Address(address));
        Assert.Equal(address, (uint)((Ipcp)peer.Machine).PeerAddress);
    }

    [Fact]
    public void C82_A_hub_without_an_address_is_acknowledged_too()
    {
        NegotiationBench peer = NegotiationBench.Ipcp().Opens();
        Assert.Equal(0, ((Ipcp)peer.Machine).PeerAddress);
    }

    [Fact]
    public void C83_Van_Jacobson_compression_and_name_servers_are_rejected()
    {
        NegotiationBench peer = NegotiationBench.Ipcp().BeginsAndRequests(out _);
        byte[] primaryDns = Option.Of(129, Octets.Number(Hub, 4));
        byte[] oldAddresses = Option.Of(1, new byte[8]);
        peer.Sends(Packet.ConfigureRequest(
            7, oldAddresses, Option.VanJacobson, Option.Address(Hub), primaryDns));
        peer.Expects(Packet.ConfigureReject(7, oldAddresses, Option.VanJacobson, primaryDns));
        peer.Sends(Packet.ConfigureRequest(8, Option.Address(Hub)));
        peer.Expects(Packet.ConfigureAck(8, Option.Address(Hub)));
    }

    [Fact]
    public void A_hub_that_rejects_our_address_is_given_up()
    {
        NegotiationBench peer = NegotiationBench.Ipcp().BeginsAndRequests(out Packet request);
        peer.Sends(request with { Code = 4 }).ExpectNothing();
        peer.Fails(Reason.IpcpRefused);
    }

    [Fact]
    public void A_nak_that_suggests_what_we_never_asked_for_is_no_answer_to_follow()
    {
        NegotiationBench peer = NegotiationBench.Ipcp().BeginsAndRequests(out Packet request);
        peer.Sends(Packet.ConfigureNak(
            request.Identifier, Option.VanJacobson, Option.Of(3, [1, 2, 3])));
        Assert.Equal("030600000000", Octets.ToHex(peer.ExpectsRequest().Data));
    }

    [Fact]
    public void Reset_forgets_our_address()
    {
        NegotiationBench peer = NegotiationBench.Ipcp().BeginsAndRequests(out Packet request);
        peer.Sends(Packet.ConfigureNak(request.Identifier, Option.Address(Ours)));
        peer.ExpectsRequest();
        peer.Machine.Reset();
        Assert.Equal(0, ((Ipcp)peer.Machine).LocalAddress);
        peer.BeginsAndRequests(out request);
        Assert.Equal("030600000000", Octets.ToHex(request.Data));
    }
}
