// Which method of authentication LCP agrees on (RFC 1661 s.6.2): MS-CHAPv2 always, the weaker ones
// only where the settings allow them, and never a weaker one than before.

using System.Collections.Generic;
using System.Linq;
using nanoPptp.Diagnostics;
using nanoPptp.Tests.Support;
using Xunit;

namespace nanoPptp.Tests.Ppp;

public sealed class LcpMethodTests
{
    private const uint HubMagic = 0xCAFEBABE;
    private const int ChapMd5 = 0xC22305;
    private const int Pap = 0xC02300;
    private const int MsChapV2 = 0xC22381;

    private static readonly Dictionary<string, byte[]> s_options = new()
    {
        ["PAP"] = Option.Pap,
        ["CHAP-MD5"] = Option.ChapMd5,
        ["MS-CHAPv1"] = Option.MsChapV1,
        ["MS-CHAPv2"] = Option.MsChapV2,
        ["EAP"] = Option.Eap,
    };

    public static TheoryData<bool, bool, string> Policies
    {
        get
        {
            var data = new TheoryData<bool, bool, string>();
            foreach (string method in s_options.Keys)
            {
                data.Add(false, false, method);
                data.Add(true, false, method);
                data.Add(false, true, method);
                data.Add(true, true, method);
            }

            return data;
        }
    }

    [Theory]
    [MemberData(nameof(Policies))]
    public void C40_A_method_is_acknowledged_exactly_when_the_settings_allow_it(
        bool allowsChapMd5, bool allowsPap, string method)
    {
        NegotiationBench peer = Peer(allowsChapMd5, allowsPap);
        bool isAllowed = method == "MS-CHAPv2"
            || (method == "CHAP-MD5" && allowsChapMd5)
            || (method == "PAP" && allowsPap);

        peer.Sends(Packet.ConfigureRequest(1, s_options[method], Option.Magic(HubMagic)));

        if (isAllowed)
        {
            peer.Expects(
                Packet.ConfigureAck(1, s_options[method], Option.Magic(HubMagic)));
            Assert.Equal(MethodOf(s_options[method]), peer.LcpMachine.Method);
        }
        else
        {
            // The strongest one is named, whatever else is allowed.
            peer.Expects(Packet.ConfigureNak(1, Option.MsChapV2));
            Assert.Equal(MethodOf(s_options[method]), peer.LcpMachine.NakedMethod);
        }
    }

    [Theory]
    [InlineData("0305c02300")]
    [InlineData("0304c223")]
    [InlineData("0306c2230500")]
    [InlineData("0302")]
    public void C40_An_allowed_method_of_a_wrong_length_is_not_acknowledged(string option)
    {
        NegotiationBench peer = Peer(true, true);
        peer.Sends(Packet.ConfigureRequest(1, Octets.FromHex(option)));
        peer.Expects(Packet.ConfigureNak(1, Option.MsChapV2));
    }

    [Fact]
    public void C40_A_hub_without_authentication_is_told_to_use_MsChapV2_whatever_is_allowed()
    {
        NegotiationBench peer = Peer(true, true);
        peer.Sends(Packet.ConfigureRequest(1, Option.Magic(HubMagic)));
        peer.Expects(Packet.ConfigureNak(1, Option.MsChapV2));
    }

    [Fact]
    public void C40_A_hub_that_gives_in_to_our_Nak_gets_the_method_that_we_named()
    {
        NegotiationBench peer = Peer(false, true);
        peer.Sends(Packet.ConfigureRequest(1, Option.MsChapV1, Option.Magic(HubMagic)));
        peer.Expects(Packet.ConfigureNak(1, Option.MsChapV2));
        peer.Sends(Packet.ConfigureRequest(2, Option.MsChapV2, Option.Magic(HubMagic)));
        peer.ExpectsCode(2);
        Assert.Equal(MsChapV2, peer.LcpMachine.Method);
    }

    [Fact]
    public void C40_A_hub_that_falls_back_on_an_allowed_method_gets_it()
    {
        NegotiationBench peer = Peer(true, false);
        peer.Sends(Packet.ConfigureRequest(1, Option.Eap, Option.Magic(HubMagic)));
        peer.Expects(Packet.ConfigureNak(1, Option.MsChapV2));
        peer.Sends(Packet.ConfigureRequest(2, Option.ChapMd5, Option.Magic(HubMagic)));
        peer.ExpectsCode(2);
        Assert.Equal(ChapMd5, peer.LcpMachine.Method);
    }

    [Theory]
    [InlineData("PAP", 0xC02300)]
    [InlineData("CHAP-MD5", 0xC22305)]
    [InlineData("MS-CHAPv1", 0xC22380)]
    [InlineData("EAP", 0xC22700)]
    public void C40_A_hub_that_insists_on_what_is_not_allowed_is_named_with_its_method(
        string method, int number)
    {
        NegotiationBench peer = Peer(false, false);
        for (int i = 1; i <= 5; i++)
        {
            peer.DoesNotFail();
            peer.Sends(Packet.ConfigureRequest(i, s_options[method], Option.Magic(HubMagic)));
            peer.Expects(Packet.ConfigureNak(i, Option.MsChapV2));
        }

        peer.Fails(Reason.AuthenticationWeak);
        Assert.Equal(number, peer.LcpMachine.NakedMethod);
    }

    [Fact]
    public void C40_A_hub_that_drops_its_only_method_after_our_Nak_is_named_with_it()
    {
        // pppd does so when it does not know what the Nak names.
        NegotiationBench peer = Peer(false, false);
        peer.Sends(Packet.ConfigureRequest(1, Option.ChapMd5, Option.Magic(HubMagic)));
        peer.ExpectsCode(3);
        for (int i = 2; i <= 5; i++)
        {
            peer.DoesNotFail();
            peer.Sends(Packet.ConfigureRequest(i, Option.Magic(HubMagic)));
            peer.Expects(Packet.ConfigureNak(i, Option.MsChapV2));
        }

        peer.Fails(Reason.AuthenticationWeak);
        Assert.Equal(ChapMd5, peer.LcpMachine.NakedMethod);
    }

    [Fact]
    public void C40_A_hub_that_ends_lcp_after_our_Nak_is_named_with_its_method()
    {
        // accel-ppp does so.
        NegotiationBench peer = Peer(false, false);
        peer.Sends(Packet.ConfigureRequest(1, Option.Pap, Option.Magic(HubMagic)));
        peer.ExpectsCode(3);
        peer.Sends(Packet.TerminateRequest(2));
        peer.Fails(Reason.AuthenticationWeak);
        Assert.Equal(Pap, peer.LcpMachine.NakedMethod);
    }

    [Fact]
    public void A_hub_that_is_asked_for_a_stronger_method_gives_in()
    {
        NegotiationBench peer = Peer(true, true, asksForStronger: true);
        peer.Sends(Packet.ConfigureRequest(1, Option.ChapMd5, Option.Magic(HubMagic)));
        peer.Expects(Packet.ConfigureNak(1, Option.MsChapV2));
        peer.Sends(Packet.ConfigureRequest(2, Option.MsChapV2, Option.Magic(HubMagic)));
        peer.ExpectsCode(2);
        Assert.Equal(MsChapV2, peer.LcpMachine.Method);
    }

    [Fact]
    public void A_hub_that_insists_gets_the_weaker_method_and_a_repetition_is_not_insisting()
    {
        NegotiationBench peer = Peer(true, true, asksForStronger: true);
        peer.Sends(Packet.ConfigureRequest(1, Option.Pap, Option.Magic(HubMagic)));
        peer.Expects(Packet.ConfigureNak(1, Option.MsChapV2));
        peer.Sends(Packet.ConfigureRequest(1, Option.Pap, Option.Magic(HubMagic)));
        peer.Expects(Packet.ConfigureNak(1, Option.MsChapV2));
        peer.Sends(Packet.ConfigureRequest(2, Option.Pap, Option.Magic(HubMagic)));
        peer.Expects(Packet.ConfigureAck(2, Option.Pap, Option.Magic(HubMagic)));
        Assert.Equal(Pap, peer.LcpMachine.Method);
    }

    [Fact]
    public void A_hub_that_goes_down_from_method_to_method_is_asked_each_time()
    {
        NegotiationBench peer = Peer(true, true, asksForStronger: true);
        peer.Sends(Packet.ConfigureRequest(1, Option.ChapMd5, Option.Magic(HubMagic)));
        peer.Expects(Packet.ConfigureNak(1, Option.MsChapV2));
        peer.Sends(Packet.ConfigureRequest(2, Option.Pap, Option.Magic(HubMagic)));
        peer.Expects(Packet.ConfigureNak(2, Option.MsChapV2));
        peer.Sends(Packet.ConfigureRequest(3, Option.Pap, Option.Magic(HubMagic)));
        peer.ExpectsCode(2);
    }

    [Fact]
    public void To_insist_on_a_method_that_is_not_allowed_helps_nobody()
    {
        NegotiationBench peer = Peer(true, false, asksForStronger: true);
        for (int i = 1; i <= 5; i++)
        {
            peer.Sends(Packet.ConfigureRequest(i, Option.Pap, Option.Magic(HubMagic)));
            peer.Expects(Packet.ConfigureNak(i, Option.MsChapV2));
        }

        peer.Fails(Reason.AuthenticationWeak);
    }

    public static TheoryData<string, string> Descents => new()
    {
        { "MS-CHAPv2", "CHAP-MD5" }, { "MS-CHAPv2", "PAP" }, { "CHAP-MD5", "PAP" },
    };

    [Theory]
    [MemberData(nameof(Descents))]
    public void C45_A_new_negotiation_does_not_go_below_the_method_of_the_one_before(
        string before, string after)
    {
        foreach (bool asksForStronger in new[] { false, true })
        {
            NegotiationBench peer = Opened(before, asksForStronger);
            for (int i = 0; i < 5; i++)
            {
                peer.DoesNotFail();
                peer.Sends(
                    Packet.ConfigureRequest(90 + i, s_options[after], Option.Magic(HubMagic)));
                Packet[] sent = [.. Taken(peer)];
                Assert.Contains(
                    Octets.ToHex(Packet.ConfigureNak(90 + i, Option.MsChapV2).Octets),
                    sent.Select(packet => Octets.ToHex(packet.Octets)));
                Assert.DoesNotContain(sent, packet => packet.Code == 2);
            }

            peer.Fails(Reason.AuthenticationWeak);
        }
    }

    [Theory]
    [InlineData("PAP", "PAP")]
    [InlineData("PAP", "CHAP-MD5")]
    [InlineData("CHAP-MD5", "CHAP-MD5")]
    [InlineData("CHAP-MD5", "MS-CHAPv2")]
    [InlineData("MS-CHAPv2", "MS-CHAPv2")]
    public void C45_A_new_negotiation_may_stay_or_go_up(string before, string after)
    {
        NegotiationBench peer = Opened(before, asksForStronger: false);
        peer.Sends(Packet.ConfigureRequest(90, s_options[after], Option.Magic(HubMagic)));
        Assert.Contains(Taken(peer), packet => packet.Code == 2);
        Assert.Equal(MethodOf(s_options[after]), peer.LcpMachine.Method);
    }

    [Fact]
    public void Another_link_begins_without_a_past()
    {
        NegotiationBench peer = Opened("MS-CHAPv2", asksForStronger: false);
        peer.LcpMachine.Reset(NegotiationBench.Mru);
        peer.BeginsAndRequests(out _);
        peer.Sends(Packet.ConfigureRequest(1, Option.Pap, Option.Magic(HubMagic)));
        peer.ExpectsCode(2);
        Assert.Equal(0, peer.LcpMachine.NakedMethod);
    }

    private static NegotiationBench Peer(
        bool allowsChapMd5, bool allowsPap, bool asksForStronger = false)
    {
        NegotiationBench peer = NegotiationBench.Lcp();
        peer.LcpMachine.Allow(allowsChapMd5, allowsPap, asksForStronger);
        return peer.BeginsAndRequests(out _);
    }

    private static NegotiationBench Opened(string method, bool asksForStronger)
    {
        NegotiationBench peer = NegotiationBench.Lcp();
        peer.LcpMachine.Allow(true, true, false);
        peer.Opens(s_options[method], Option.Magic(HubMagic));
        peer.LcpMachine.HoldMethod();
        peer.LcpMachine.Allow(true, true, asksForStronger);
        return peer;
    }

    private static IEnumerable<Packet> Taken(NegotiationBench peer)
    {
        while (peer.TryTake(out Packet? packet))
        {
            yield return packet!;
        }
    }

    private static int MethodOf(byte[] option) =>
        (option[2] << 16) | (option[3] << 8) | (option.Length > 4 ? option[4] : 0);
}
