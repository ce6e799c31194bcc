// When no encrypted frame is good any more: the link is negotiated anew for new keys, inside the call,
// and the tunnel ends only when that does not help.

using System;
using nanoPptp.Client;
using nanoPptp.Diagnostics;
using nanoPptp.Tests.Support;
using Xunit;

namespace nanoPptp.Tests.Client;

public sealed class ReplaceKeysTests
{
    private readonly Tunnel _tunnel = Tunnel.Up();

    public ReplaceKeysTests()
    {
        // As pppd does: a Configure-Request to an open LCP takes everything down and begins again.
        Action<byte[]> acknowledge = Hub.On["LCP Configure-Request"];
        bool renegotiates = true;
        Hub.On["LCP Configure-Request"] = packet =>
        {
            if (renegotiates)
            {
                foreach (int protocol in (int[])[ScriptedHub.Lcp, ScriptedHub.Ccp, ScriptedHub.Ipcp])
                {
                    Hub.Forget(protocol);
                }

                Hub.Request(ScriptedHub.Lcp, Hub.LcpOptions);
            }

            renegotiates = !renegotiates;
            acknowledge(packet);
            renegotiates = true;
        };
    }

    private ScriptedHub Hub => _tunnel.Hub;

    [Theory]
    [InlineData(300)]
    [InlineData(2030)]
    [InlineData(2100)]
    public void C30_C78_Frames_lost_between_the_hubs_MPPE_and_its_GRE_bring_new_keys(int lost)
    {
        Gives(1);
        LosesBeforeNumbering(lost);

        // From 2048 on they look late instead of far ahead, and sixteen are needed.
        int refused = lost < 2048 ? 8 : 16;
        for (int i = 1; i < refused; i++)
        {
            Gives(2);
            Assert.Equal(Stage.Up, _tunnel.Client.Stage);
        }

        Assert.Empty(Hub.Log);
        Gives(2);
        Assert.Equal(1, _tunnel.Counters.Renegotiations);
        Assert.Equal("LCP Configure-Request", Hub.Log[0]);
        Assert.Single(Hub.Log, name => name == "CHAP Response");
        Assert.Equal(Stage.Up, _tunnel.Client.Stage);
        Assert.Single(_tunnel.Delivered);
        Assert.Empty(_tunnel.Troubles);

        // Both directions have new keys that count from the beginning.
        Gives(3);
        Assert.Equal(_tunnel.FromHub(seed: 3), _tunnel.Delivered[^1]);
        Assert.Equal(1, Hub.Transmit!.Count);
        _tunnel.Sends(_tunnel.FromClient());
        _tunnel.Pump();
        Assert.Equal(_tunnel.FromClient(), Hub.Received[^1]);
    }

    [Fact]
    public void A_whole_turn_of_the_count_that_was_lost_brings_new_keys_too()
    {
        // The count is right again and the key is not: what comes out is noise.
        Gives(1);
        LosesBeforeNumbering(4096);
        for (int i = 0; i < 16; i++)
        {
            Gives(2);
        }

        Assert.Equal(1, _tunnel.Counters.Renegotiations);
        Assert.Equal(
            16, _tunnel.Count(Reason.MppeBadProtocol) + _tunnel.Count(Reason.BadIpHeader));
        Gives(3);
        Assert.Equal(_tunnel.FromHub(seed: 3), _tunnel.Delivered[^1]);
    }

    [Fact]
    public void C78_Seven_refused_frames_between_good_ones_bring_no_new_keys()
    {
        for (int round = 0; round < 10; round++)
        {
            Gives(round);
            for (int i = 0; i < 7; i++)
            {
                int count = (Hub.Transmit!.Count + 100) & 0x0FFF;
                Hub.SendFrame(ScriptedHub.Frame(
                    ScriptedHub.Mppe, [(byte)(0x90 | (count >> 8)), (byte)count, 1, 2, 3, 4]));
                _tunnel.Advance(100);
            }
        }

        Assert.Equal(70, _tunnel.Count(Reason.MppeJump));
        Assert.Equal(0, _tunnel.Counters.Renegotiations);
        Assert.Equal(10, _tunnel.Delivered.Count);
    }

    [Fact]
    public void C78_The_second_time_within_a_minute_the_tunnel_ends()
    {
        Gives(1);
        LosesBeforeNumbering(300);
        GivesEight();
        _tunnel.Advance(59000);
        Gives(3);
        LosesBeforeNumbering(300);
        GivesEight();
        Assert.Equal(1, _tunnel.Counters.Renegotiations);
        Assert.Equal([Reason.EncryptionLost], _tunnel.Troubles);
        _tunnel.Advance(5000);
        Assert.Equal(Stage.Closed, _tunnel.Client.Stage);
    }

    [Fact]
    public void After_a_minute_it_may_happen_again()
    {
        for (int i = 1; i <= 5; i++)
        {
            Gives(i);
            LosesBeforeNumbering(300);
            GivesEight();
            Assert.Equal(i, _tunnel.Counters.Renegotiations);
            _tunnel.Advance(60000);
        }

        Assert.Equal(Stage.Up, _tunnel.Client.Stage);
        Assert.Empty(_tunnel.Troubles);
    }

    [Fact]
    public void A_hub_that_does_not_negotiate_anew_is_left()
    {
        Hub.On.Remove("LCP Configure-Request");
        Gives(1);
        LosesBeforeNumbering(300);
        GivesEight();
        _tunnel.Advance(60000);
        Assert.Equal([Reason.LcpTimeout], _tunnel.Troubles);
        Assert.Equal(Stage.Closed, _tunnel.Client.Stage);
    }

    [Fact]
    public void C49_When_no_frame_was_ever_good_the_keys_of_the_two_ends_differ()
    {
        Hub.KeepKeys(new PeerMppe(Octets.Filled(16, 0x11)), Hub.Receive!);
        for (int i = 0; i < 16; i++)
        {
            Gives(i);
        }

        Assert.Equal([Reason.KeysDisagree], _tunnel.Troubles);
        Assert.Equal(0, _tunnel.Counters.Renegotiations);
    }

    [Fact]
    public void C80_A_packet_that_waits_to_be_sent_does_not_leave_under_the_old_keys()
    {
        Gives(1);
        LosesBeforeNumbering(300);
        for (int i = 0; i < 7; i++)
        {
            Gives(2);
        }

        _tunnel.Sends(_tunnel.FromClient());
        _tunnel.GreArrives(Hub.Gre(Hub.EncryptedFrame(_tunnel.FromHub())));
        _tunnel.Pump();
        _tunnel.Advance(100);
        Assert.Equal(1, _tunnel.Counters.Renegotiations);
        Assert.Equal(Stage.Up, _tunnel.Client.Stage);
        _tunnel.Sends(_tunnel.FromClient(seed: 5));
        _tunnel.Pump();
        Assert.Equal(_tunnel.FromClient(seed: 5), Hub.Received[^1]);
    }

    private void Gives(int seed)
    {
        Hub.SendIp(_tunnel.FromHub(seed: seed));
        _tunnel.Advance(100);
    }

    private void GivesEight()
    {
        for (int i = 0; i < 8; i++)
        {
            Gives(i);
        }
    }

    private void LosesBeforeNumbering(int count)
    {
        for (int i = 0; i < count; i++)
        {
            Hub.EncryptedFrame(_tunnel.FromHub());
        }
    }
}
