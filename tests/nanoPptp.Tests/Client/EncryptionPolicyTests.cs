// Encryption by policy, from Open to data: strong, weak and none, stateful where it is allowed, and
// that no hub and nobody on the way gets less than the policy says.

using System;
using System.Collections.Generic;
using System.Linq;
using System.Text;
using nanoPptp.Client;
using nanoPptp.Diagnostics;
using nanoPptp.Memory;
using nanoPptp.Tests.Support;
using Xunit;

namespace nanoPptp.Tests.Client;

public sealed class EncryptionPolicyTests : FailureBench
{
    private const uint H = 0x01000000;
    private const uint S = 0x40;
    private const uint M = 0x80;
    private const uint L = 0x20;

    // ---- Key lengths ---------------------------------------------------------------------------

    [Theory]
    [InlineData(128, H | S)]
    [InlineData(56, H | M)]
    [InlineData(40, H | L)]
    public void C62_With_weak_keys_allowed_the_tunnel_has_what_the_hub_has(int bits, uint mppe)
    {
        Tunnel.Settings.Encryption = EncryptionPolicy.Weak;
        HubHas(mppe, (bits, PeerMode.Stateless));
        Tunnel.Dial();
        Assert.Equal(Stage.Up, Tunnel.Client.Stage);
        Assert.Equal(bits, Tunnel.Client.TransmitKeyBits);
        Assert.Equal(bits, Tunnel.Client.ReceiveKeyBits);
        Assert.False(Tunnel.Client.IsStateful);
        AssertPacketsPass(600);
    }

    [Theory]
    [InlineData(H | L)]
    [InlineData(H | M)]
    public void G5_With_strong_keys_required_a_hub_with_weak_ones_is_left(uint mppe)
    {
        HubHas(mppe, (40, PeerMode.Stateless));
        Tunnel.Dial();
        AssertTrouble(Reason.EncryptionRefused, 0);
        AssertNothingWentInClear();
    }

    [Fact]
    public void G5_Who_lowers_both_requests_on_the_way_gets_no_tunnel()
    {
        // 128 bits is rewritten to 40 in both directions, as somebody on the path would; the
        // answers are rewritten back.
        Hub.On["CHAP Opened"] = _ => Hub.Request(ScriptedHub.Ccp, Option.Mppe(H | L));
        Hub.On["CCP Configure-Nak"] = _ => Hub.Request(ScriptedHub.Ccp, Option.Mppe(H | L));
        Hub.On["CCP Configure-Request"] = octets => Hub.SendPpp(
            ScriptedHub.Ccp,
            Packet.ConfigureNak(Packet.Parse(octets).Identifier, Option.Mppe(H | L)));
        Tunnel.Dial();
        AssertTrouble(Reason.EncryptionRefused, 0);
        AssertNothingWentInClear();
        Assert.Empty(Hub.Received);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void G5_Encryption_that_is_stripped_ends_the_tunnel(bool weak)
    {
        Tunnel.Settings.Encryption = weak ? EncryptionPolicy.Weak : EncryptionPolicy.Strong;

        // Every request of CCP comes without its option, and our own is rejected.
        Hub.On["CHAP Opened"] = _ => Hub.Request(ScriptedHub.Ccp);
        Hub.On["CCP Configure-Nak"] = _ => Hub.Request(ScriptedHub.Ccp);
        Hub.On.Remove("CCP Configure-Request");
        Tunnel.Dial();
        AssertTrouble(Reason.EncryptionRefused, 0);

        Tunnel other = Tunnel.With(new ScriptedHub());
        other.Hub.On["CCP Configure-Request"] = octets => other.Hub.SendPpp(
            ScriptedHub.Ccp, Packet.Parse(octets) with { Code = 4 });
        other.Dial();
        Assert.Equal([Reason.EncryptionRefused], other.Troubles);
        Assert.DoesNotContain(
            other.Hub.Log, name => name.StartsWith("0021", StringComparison.Ordinal));
    }

    [Fact]
    public void G5_A_hub_that_says_IPCP_without_CCP_gets_no_answer_to_it()
    {
        Hub.On["CHAP Opened"] = _ => Hub.Request(ScriptedHub.Ipcp, Option.Address(Hub.Address));
        Hub.On.Remove("CCP Configure-Request");
        Tunnel.Dial();
        Assert.Equal(Stage.Ccp, Tunnel.Client.Stage);
        Assert.DoesNotContain(Hub.Log, name => name.StartsWith("IPCP", StringComparison.Ordinal));
        Tunnel.Advance(30000);
        AssertTrouble(Reason.CcpTimeout, 0);
    }

    [Fact]
    public void G5_A_tunnel_of_128_bits_does_not_become_one_of_40()
    {
        Tunnel.Settings.Encryption = EncryptionPolicy.Weak;
        Tunnel.Dial();
        Assert.Equal(128, Tunnel.Client.TransmitKeyBits);

        // Before any packet a new negotiation is taken, but it may not end with less.
        Hub.Forget(ScriptedHub.Ccp);
        Hub.Forget(ScriptedHub.Ipcp);
        HubHas(H | L, (40, PeerMode.Stateless));
        Hub.Request(ScriptedHub.Ccp, Option.Mppe(H | L));
        Tunnel.Pump();
        AssertTrouble(Reason.EncryptionRefused, 0);
    }

    [Fact]
    public void G5_Nor_does_it_when_the_whole_link_is_negotiated_again()
    {
        Tunnel.Settings.Encryption = EncryptionPolicy.Weak;
        Tunnel.Dial();
        AssertPacketsPass(3);
        foreach (int protocol in (int[])[ScriptedHub.Lcp, ScriptedHub.Ccp, ScriptedHub.Ipcp])
        {
            Hub.Forget(protocol);
        }

        HubHas(H | L, (40, PeerMode.Stateless));
        Hub.Request(ScriptedHub.Lcp, Hub.LcpOptions);
        Tunnel.Pump();
        AssertTrouble(Reason.EncryptionRefused, 0);
    }

    // ---- Data in clear -------------------------------------------------------------------------

    [Fact]
    public void C77_A_row_of_packets_in_clear_ends_the_tunnel()
    {
        Tunnel.Dial();
        for (int i = 1; i < Limits.ClearDataCount; i++)
        {
            SendClear(i % 2 == 0 ? ScriptedHub.Ipv4 : 0x0057);
        }

        // A good one in between, and the row begins again.
        Hub.SendIp(Tunnel.FromHub());
        for (int i = 1; i < Limits.ClearDataCount; i++)
        {
            SendClear(ScriptedHub.Ipv4);
        }

        Tunnel.Pump();
        Assert.Equal(Stage.Up, Tunnel.Client.Stage);
        SendClear(ScriptedHub.Ipv4);
        Tunnel.Pump();
        AssertTrouble(Reason.EncryptionLost, 0);
        Assert.Equal(31, Tunnel.Count(Reason.MppeClearData));
        Assert.Single(Tunnel.Delivered);
        Assert.DoesNotContain("LCP Protocol-Reject", Hub.Log);
    }

    // ---- No encryption -------------------------------------------------------------------------

    [Fact]
    public void C61_In_clear_IPCP_follows_the_authentication_at_once()
    {
        Tunnel clear = Clear();
        clear.Dial();
        Assert.Equal(
            [
                Stage.Tcp, Stage.Control, Stage.Call, Stage.Lcp, Stage.Authentication, Stage.Ipcp,
                Stage.Up,
            ],
            clear.Stages);
        Assert.DoesNotContain(Hub.Log, name => name.StartsWith("CCP", StringComparison.Ordinal));
        Assert.Equal(0, clear.Client.TransmitKeyBits);
        AssertPacketsPass(300);
    }

    [Theory]
    [InlineData(true, true, "21")]
    [InlineData(true, false, "ff0321")]
    [InlineData(false, true, "0021")]
    [InlineData(false, false, "ff030021")]
    public void C36_In_clear_the_header_is_as_short_as_the_hub_takes_it(
        bool pfc, bool acfc, string header)
    {
        Tunnel clear = Clear();
        Hub.LcpOptions =
        [
            Option.MsChapV2, Option.Magic(ScriptedHub.Magic),
            .. pfc ? [Option.Pfc] : Array.Empty<byte[]>(),
            .. acfc ? [Option.Acfc] : Array.Empty<byte[]>(),
        ];
        clear.Dial();
        byte[] packet = clear.FromClient();
        Assert.Equal(packet.Length, clear.Sends(packet));
        clear.Pump();
        Assert.EndsWith(header + Octets.ToHex(packet), Octets.ToHex(clear.GreSent[^1]));
        Assert.Equal(packet, Hub.Received[^1]);
        foreach (string form in new[] { "ff030021", "ff0321", "0021", "21" })
        {
            clear.Delivered.Clear();
            Hub.SendFrame(Octets.Join(Octets.FromHex(form), clear.FromHub()));
            clear.Pump();
            Assert.Equal(clear.FromHub(), Assert.Single(clear.Delivered));
        }
    }

    [Theory]
    [InlineData("120601000040")] // MPPE, which it does not insist on
    [InlineData("")] // nothing, as a pppd without MPPE in its kernel
    [InlineData("1a047800")] // Deflate
    public void C49_In_clear_CCP_is_turned_away_as_a_protocol_and_the_hub_goes_on(string options)
    {
        Tunnel clear = Clear();
        byte[] request = new Packet(1, 5, Octets.FromHex(options)).Octets;
        Hub.On["CHAP Opened"] = _ =>
        {
            Hub.SendFrame(ScriptedHub.Frame(ScriptedHub.Ccp, request));
            Hub.Request(ScriptedHub.Ipcp, Option.Address(Hub.Address));
        };
        clear.Dial();
        Assert.Equal(Stage.Up, clear.Client.Stage);
        byte[] reject = Hub.LastMessage("LCP Protocol-Reject");
        Assert.Equal("80fd" + Octets.ToHex(request), Octets.ToHex(reject.AsSpan(4)));
        AssertPacketsPass(2);

        // Later as well, and for whatever CCP says.
        Hub.SendPpp(ScriptedHub.Ccp, Packet.TerminateRequest(1));
        Hub.SendPpp(ScriptedHub.Ccp, new Packet(14, 1, []));
        clear.Pump();
        Assert.Equal(3, Hub.Log.Count(name => name == "LCP Protocol-Reject"));
        Assert.Equal(Stage.Up, clear.Client.Stage);
    }

    [Fact]
    public void C61_In_clear_encrypted_frames_are_dropped_and_counted()
    {
        Tunnel clear = Clear();
        clear.Dial();
        for (int i = 0; i < 40; i++)
        {
            Hub.SendFrame(ScriptedHub.Frame(ScriptedHub.Mppe, [0x90, (byte)i, .. clear.FromHub()]));
        }

        clear.Advance(1000);
        Assert.Equal(40, clear.Count(Reason.MppeBadFrame));
        Assert.Empty(clear.Delivered);
        Assert.DoesNotContain("LCP Protocol-Reject", Hub.Log);
        Assert.Equal(Stage.Up, clear.Client.Stage);
    }

    [Fact]
    public void C76_In_clear_what_is_no_IPv4_packet_is_not_delivered()
    {
        Tunnel clear = Clear();
        clear.Dial();
        byte[] damaged = clear.FromHub();
        damaged[8] ^= 1;
        Hub.SendFrame(ScriptedHub.Frame(ScriptedHub.Ipv4, damaged));
        Hub.SendFrame(ScriptedHub.Frame(ScriptedHub.Ipv4, []));
        clear.Pump();
        Assert.Equal(2, clear.Count(Reason.BadIpHeader));
        Assert.Empty(clear.Delivered);

        Hub.SendFrame(ScriptedHub.Frame(0x0057, damaged));
        clear.Pump();
        Assert.Equal(1, clear.Count(Reason.PppUnknownProtocol));
        Assert.Equal("0057", Octets.ToHex(Hub.LastMessage("LCP Protocol-Reject").AsSpan(4, 2)));
    }

    [Theory]
    [InlineData("MPPE required but peer negotiation failed")]
    [InlineData("")]
    public void C49_A_hub_that_ends_the_link_when_CCP_is_turned_away_demanded_encryption(
        string text)
    {
        Tunnel clear = Clear();
        Hub.On["CHAP Opened"] = _ => Hub.Request(ScriptedHub.Ccp, Option.Mppe(H | S));
        Hub.On.Remove("IPCP Configure-Request");
        Hub.On["LCP Protocol-Reject"] = _ => Hub.SendPpp(
            ScriptedHub.Lcp, new Packet(5, 9, Encoding.ASCII.GetBytes(text)));
        clear.Dial();
        AssertTrouble(Reason.EncryptionDemanded, 0);
    }

    [Fact]
    public void C49_So_did_one_that_says_it_without_having_asked()
    {
        Tunnel clear = Clear();
        Hub.On.Remove("IPCP Configure-Request");
        Hub.On["CHAP Opened"] = _ => Hub.SendPpp(
            ScriptedHub.Lcp,
            new Packet(5, 9, Encoding.ASCII.GetBytes("MPPE required but not available")));
        clear.Dial();
        AssertTrouble(Reason.EncryptionDemanded, 0);
    }

    [Fact]
    public void C49_And_one_that_asked_and_then_never_answers_IPCP()
    {
        Tunnel clear = Clear();
        Hub.On["CHAP Opened"] = _ => Hub.Request(ScriptedHub.Ccp, Option.Mppe(H | S));
        Hub.On.Remove("IPCP Configure-Request");
        clear.Dial();
        clear.Advance(60000);
        AssertTrouble(Reason.EncryptionDemanded, 0);
    }

    [Fact]
    public void Other_ends_in_clear_keep_their_names()
    {
        Tunnel clear = Clear();
        Hub.On["CHAP Opened"] = _ => Hub.SendPpp(
            ScriptedHub.Lcp, new Packet(5, 9, Encoding.ASCII.GetBytes("Connect time expired")));
        Hub.On.Remove("IPCP Configure-Request");
        clear.Dial();
        AssertTrouble(Reason.LcpTerminated, 0);
    }

    [Fact]
    public void A_policy_that_does_not_exist_is_refused()
    {
        Tunnel.Settings.Encryption = (EncryptionPolicy)3;
        Assert.Throws<ArgumentException>(Tunnel.Open);
        Assert.Equal(Stage.Closed, Tunnel.Client.Stage);
    }

    [Fact]
    public void A_client_that_was_in_clear_encrypts_again_with_the_next_tunnel()
    {
        Tunnel clear = Clear();
        clear.Dial();
        AssertPacketsPass(2);
        clear.Client.Close(clear.NowMs);
        clear.Pump();
        Assert.Equal(Stage.Closed, clear.Client.Stage);

        Tunnel strong = clear.With(new ScriptedHub());
        strong.Dial();
        Assert.Equal(128, strong.Client.TransmitKeyBits);
        byte[] packet = strong.FromClient();
        strong.Sends(packet);
        strong.Pump();
        Assert.Equal(packet, Assert.Single(strong.Hub.Received));
        Assert.DoesNotContain(Octets.ToHex(packet), Octets.ToHex(strong.GreSent[^1]));
    }

    // ---- What a Protocol-Reject says -----------------------------------------------------------

    [Theory]
    [InlineData(0x0063)]
    [InlineData(0x003B)]
    [InlineData(0xB5A1)]
    public void C49_Three_rejects_of_what_we_never_sent_say_that_the_keys_disagree(int protocol)
    {
        Tunnel.Dial();
        for (int i = 1; i <= 3; i++)
        {
            Assert.Empty(Tunnel.Troubles);
            Tunnel.Sends(Tunnel.FromClient(seed: i));
            Hub.SendPpp(ScriptedHub.Lcp, Packet.ProtocolReject(i, protocol, 1, 2, 3));
            Tunnel.Pump();
        }

        AssertTrouble(Reason.KeysDisagree, protocol);
    }

    [Fact]
    public void C49_If_the_hubs_own_frames_were_good_it_has_lost_count_and_not_the_keys()
    {
        Tunnel.Dial();
        Hub.SendIp(Tunnel.FromHub());
        Tunnel.Pump();
        Assert.Single(Tunnel.Delivered);
        for (int i = 1; i <= 3; i++)
        {
            Tunnel.Sends(Tunnel.FromClient(seed: i));
            Hub.SendPpp(ScriptedHub.Lcp, Packet.ProtocolReject(i, 0x0063, 1, 2, 3));
            Tunnel.Pump();
        }

        AssertTrouble(Reason.EncryptionLost, 0x0063);
    }

    [Fact]
    public void C49_A_reject_now_and_then_is_a_damaged_packet()
    {
        Tunnel.Dial();
        for (int i = 0; i < 100; i++)
        {
            Tunnel.Sends(Tunnel.FromClient(seed: i));
            Tunnel.Pump();
            if (i % 9 == 0)
            {
                Hub.SendPpp(ScriptedHub.Lcp, Packet.ProtocolReject(i, 0x0063, 1, 2, 3));
            }
        }

        Tunnel.Pump();
        Assert.Empty(Tunnel.Troubles);
        Assert.Equal(Stage.Up, Tunnel.Client.Stage);
    }

    [Fact]
    public void C49_Rejects_of_MPPE_itself_say_that_the_hub_has_stopped_decrypting()
    {
        Tunnel.Dial();
        for (int i = 1; i <= 3; i++)
        {
            Hub.SendPpp(ScriptedHub.Lcp, Packet.ProtocolReject(i, ScriptedHub.Mppe, 1, 2, 3));
        }

        Tunnel.Pump();
        AssertTrouble(Reason.EncryptionLost, ScriptedHub.Mppe);
    }

    [Theory]
    [InlineData(ScriptedHub.Chap)]
    [InlineData(0x8057)]
    public void Rejects_before_the_tunnel_is_up_and_of_the_authentication_change_nothing(
        int protocol)
    {
        Reach(Stage.Ipcp);
        for (int i = 1; i <= 5; i++)
        {
            Hub.SendPpp(ScriptedHub.Lcp, Packet.ProtocolReject(i, protocol, 1, 2, 3));
        }

        Tunnel.Pump();
        Assert.Empty(Tunnel.Troubles);
    }

    // ---- Stateful ------------------------------------------------------------------------------

    [Theory]
    [InlineData((int)PeerMode.Stateful, 128, S)]
    [InlineData((int)PeerMode.Stateful, 56, M)]
    [InlineData((int)PeerMode.Stateful, 40, L)]
    [InlineData((int)PeerMode.StatefulLinux, 128, S)]
    public void C63_A_hub_that_insists_on_stateful_gets_it_where_it_is_allowed(
        int mode, int bits, uint mppe)
    {
        Tunnel.Settings.AllowStateful = true;
        Tunnel.Settings.Encryption = EncryptionPolicy.Weak;
        HubHas(mppe, (bits, (PeerMode)mode));
        Tunnel.Dial();
        Assert.Equal(Stage.Up, Tunnel.Client.Stage);
        Assert.True(Tunnel.Client.IsStateful);
        Assert.Equal(bits, Tunnel.Client.ReceiveKeyBits);
        AssertPacketsPass(600);
    }

    [Fact]
    public void C63_Without_leave_it_does_not()
    {
        HubHas(S, (128, PeerMode.Stateful));
        Tunnel.Dial();
        AssertTrouble(Reason.EncryptionRefused, 0);
    }

    [Fact]
    public void C63_A_hub_that_has_both_modes_gets_stateless_although_stateful_is_allowed()
    {
        Tunnel.Settings.AllowStateful = true;
        HubHas(H | S, (128, PeerMode.Stateless));
        Hub.On["CHAP Opened"] = _ => Hub.Request(ScriptedHub.Ccp, Option.Mppe(S));
        Tunnel.Dial();
        Assert.Equal(Stage.Up, Tunnel.Client.Stage);
        Assert.False(Tunnel.Client.IsStateful);
        AssertPacketsPass(3);
    }

    [Theory]
    [InlineData((int)PeerMode.Stateful)]
    [InlineData((int)PeerMode.StatefulLinux)]
    public void C63_A_lost_frame_of_the_hub_is_asked_for_and_the_tunnel_reads_on(int mode)
    {
        DialStateful((PeerMode)mode);
        Hub.SendIp(Tunnel.FromHub(seed: 1));
        Tunnel.Pump();
        Hub.EncryptedFrame(Tunnel.FromHub(seed: 2));
        Hub.SendIp(Tunnel.FromHub(seed: 3));
        Hub.SendIp(Tunnel.FromHub(seed: 4));
        Tunnel.Pump();
        Assert.Equal(["CCP Reset-Request"], Hub.Log);

        // The second one waits for the first, as packets that were overtaken do.
        Tunnel.Advance(100);
        Assert.Equal(2, Tunnel.Count(Reason.MppeLate));
        Hub.SendIp(Tunnel.FromHub(seed: 5));
        Hub.SendIp(Tunnel.FromHub(seed: 6));
        Tunnel.Advance(60000);
        Assert.Equal(
            [Tunnel.FromHub(seed: 1), Tunnel.FromHub(seed: 5), Tunnel.FromHub(seed: 6)],
            Tunnel.Delivered);
        Assert.Single(Hub.Log, name => name == "CCP Reset-Request");
        Assert.Equal(3, Tunnel.Counters.MppeGap);
    }

    [Fact]
    public void C63_A_burst_behind_a_lost_frame_does_not_end_the_tunnel()
    {
        DialStateful(PeerMode.Stateful);
        Hub.On.Remove("CCP Reset-Request");
        Hub.EncryptedFrame(Tunnel.FromHub());
        for (int i = 0; i < 200; i++)
        {
            Hub.SendIp(Tunnel.FromHub());
            Tunnel.Pump();
        }

        Assert.Equal(["CCP Reset-Request"], Hub.Log);
        Hub.Transmit!.MustFlush = true;
        Hub.SendIp(Tunnel.FromHub());
        Tunnel.Pump();
        Assert.Single(Tunnel.Delivered);
        Assert.Equal(Stage.Up, Tunnel.Client.Stage);
    }

    [Fact]
    public void C63_A_hub_that_never_begins_anew_is_left()
    {
        DialStateful(PeerMode.Stateful);
        Hub.On.Remove("CCP Reset-Request");
        Hub.EncryptedFrame(Tunnel.FromHub());
        Hub.SendIp(Tunnel.FromHub());
        Tunnel.Pump();
        Tunnel.Advance(31499);
        Assert.Empty(Tunnel.Troubles);
        Tunnel.Advance(1);
        AssertTrouble(Reason.EncryptionLost, 0);
        Assert.Equal(10, Hub.Log.Count(name => name == "CCP Reset-Request"));
    }

    [Theory]
    [InlineData((int)PeerMode.Stateful)]
    [InlineData((int)PeerMode.StatefulLinux)]
    public void C63_A_frame_of_ours_that_is_lost_is_asked_for_and_the_hub_reads_on(int mode)
    {
        DialStateful((PeerMode)mode);
        Hub.ToleratesLoss = true;
        Send(1);
        Tunnel.GreOutPasses = false;
        Send(2);
        Tunnel.GreOutPasses = true;
        Send(3);
        Send(4);
        Send(5);
        Assert.Equal(
            [Tunnel.FromClient(seed: 1), Tunnel.FromClient(seed: 4), Tunnel.FromClient(seed: 5)],
            Hub.Received);
        Assert.Equal(["CCP Reset-Ack"], Hub.Log);
    }

    [Fact]
    public void G9_Forged_reset_requests_are_bounded_and_uncover_no_keystream()
    {
        DialStateful(PeerMode.Stateful);
        var seen = new HashSet<string>();
        byte[] zeros = Tunnel.FromClient();
        for (int i = 0; i < 300; i++)
        {
            Hub.SendPpp(ScriptedHub.Ccp, new Packet(14, i & 0xFF, []));
            Tunnel.Pump();
            Assert.Equal(zeros.Length, Tunnel.Sends(zeros));
            Tunnel.Pump();
            Assert.True(seen.Add(Octets.ToHex(Tunnel.GreSent[^1].AsSpan(^zeros.Length))));
            Tunnel.Advance(50);
        }

        // Fifteen seconds, four a second at most; every packet was read.
        Assert.InRange(Hub.Log.Count(name => name == "CCP Reset-Ack"), 50, 61);
        Assert.Equal(300, Hub.Received.Count);
    }

    [Fact]
    public void C76_A_forged_frame_in_stateful_mode_costs_no_genuine_one()
    {
        DialStateful(PeerMode.Stateful);
        var random = new Random(76);
        for (int i = 0; i < 400; i++)
        {
            byte[] forged = new byte[42];
            random.NextBytes(forged);
            int count = (i + random.Next(3) - 1 + (random.Next(2) * random.Next(2000))) & 0xFFF;
            forged[0] = (byte)((random.Next(2) == 0 ? 0x10 : 0x90) | (count >> 8));
            forged[1] = (byte)count;
            Hub.SendFrame(ScriptedHub.Frame(ScriptedHub.Mppe, forged));
            Hub.SendIp(Tunnel.FromHub(seed: i));
            Tunnel.Pump();
        }

        Tunnel.Advance(100);
        Assert.Equal(400, Tunnel.Delivered.Count);
        Assert.Equal(Stage.Up, Tunnel.Client.Stage);
        Assert.InRange(Hub.Log.Count(name => name == "CCP Reset-Request"), 1, 2);
    }

    [Fact]
    public void C63_Loss_both_ways_is_survived_for_an_hour()
    {
        DialStateful(PeerMode.Stateful);
        Hub.ToleratesLoss = true;
        var random = new Random(63);
        for (int i = 0; i < 3600; i++)
        {
            Tunnel.GreOutPasses = random.Next(20) != 0;
            Tunnel.GreInPasses = random.Next(20) != 0;
            Send(i);
            Hub.SendIp(Tunnel.FromHub(seed: i));
            Tunnel.Pump();
            Tunnel.GreOutPasses = true;
            Tunnel.GreInPasses = true;
            Tunnel.Advance(1000);
        }

        Assert.Equal(Stage.Up, Tunnel.Client.Stage);
        Assert.InRange(Hub.Received.Count, 3000, 3500);
        Assert.InRange(Tunnel.Delivered.Count, 3000, 3500);
    }

    [Fact]
    public void Keys_of_the_stateful_mode_that_were_used_are_not_used_again()
    {
        DialStateful(PeerMode.Stateful);
        Hub.SendIp(Tunnel.FromHub());
        Tunnel.Pump();
        Hub.Forget(ScriptedHub.Ccp);
        Hub.Request(ScriptedHub.Ccp, Option.Mppe(S));
        Tunnel.Pump();
        AssertTrouble(Reason.EncryptionLost, 0);
    }

    private Tunnel Clear()
    {
        Tunnel.Settings.Encryption = EncryptionPolicy.Clear;
        Hub.IsClear = true;
        Hub.On["CHAP Opened"] = _ => Hub.Request(ScriptedHub.Ipcp, Option.Address(Hub.Address));
        return Tunnel;
    }

    private void DialStateful(PeerMode mode)
    {
        Tunnel.Settings.AllowStateful = true;
        HubHas(S, (128, mode));
        Tunnel.Dial();
        Assert.Equal(Stage.Up, Tunnel.Client.Stage);
        Assert.True(Tunnel.Client.IsStateful);
        Hub.Log.Clear();
    }

    /// <summary>The hub asks for exactly this, and Naks everything else with it.</summary>
    private void HubHas(uint mppe, (int Bits, PeerMode Mode) by)
    {
        byte[] option = Option.Mppe(mppe);
        Hub.TransmitsBy = by;
        Hub.ReceivesBy = by;
        Action<byte[]> acknowledge = Hub.On["CCP Configure-Request"];
        Hub.On["CHAP Opened"] = _ => Hub.Request(ScriptedHub.Ccp, option);
        Hub.On["CCP Configure-Nak"] = _ => Hub.Request(ScriptedHub.Ccp, option);
        Hub.On["CCP Configure-Request"] = octets =>
        {
            Packet request = Packet.Parse(octets);
            if (request.Data.SequenceEqual(option))
            {
                acknowledge(octets);
                return;
            }

            Hub.SendPpp(ScriptedHub.Ccp, Packet.ConfigureNak(request.Identifier, option));
        };
    }

    private void SendClear(int protocol) =>
        Hub.SendFrame(ScriptedHub.Frame(protocol, Tunnel.FromHub()));

    private void Send(int seed)
    {
        Tunnel.Sends(Tunnel.FromClient(seed: seed));
        Tunnel.Pump();
    }

    private void AssertPacketsPass(int count)
    {
        Hub.Received.Clear();
        Tunnel.Delivered.Clear();
        for (int i = 0; i < count; i++)
        {
            byte[] packet = Tunnel.FromClient(i % 60, i);
            Assert.Equal(packet.Length, Tunnel.Sends(packet));
            Hub.SendIp(Tunnel.FromHub(i % 70, i));
            Tunnel.Pump();
            Assert.Equal(packet, Hub.Received[i]);
            Assert.Equal(Tunnel.FromHub(i % 70, i), Tunnel.Delivered[i]);
        }

        Assert.Equal(Stage.Up, Tunnel.Client.Stage);
    }
}
