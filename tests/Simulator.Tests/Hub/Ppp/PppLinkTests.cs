// Which protocol is heard in which phase, LCP's small messages, and MPPE on a link that loses,
// repeats and disorders: RFC 1661 sections 3 and 5, RFC 3078 section 4.

using System;
using System.Linq;
using Simulator.Hub;
using Simulator.World;
using Xunit;

namespace Simulator.Tests.Hub.Ppp;

public class PppLinkTests
{
    [Fact]
    public void Echoes_are_answered_with_our_magic_and_their_data_in_any_phase()
    {
        var bench = new HubBench();
        ScriptedClient client = bench.NewClient();
        client.StartAndCall();
        byte[] request = client.Expect("LCP Configure-Request *");
        byte[] magic = ScriptedClient.DataOf(request)[^8..^4];
        client.SendPacket(ScriptedClient.Lcp, 9, 8, "11223344");
        client.ExpectNothing();
        client.SendPacket(ScriptedClient.Lcp, 2, 1, ScriptedClient.DataOf(request));
        client.SendPacket(ScriptedClient.Lcp, 1, 1, ScriptedClient.LcpOptions);
        client.Expect("LCP Configure-Ack *");
        client.Expect("CHAP Challenge *");
        client.SendPacket(ScriptedClient.Lcp, 9, 8, "11223344 aabb");
        byte[] reply = client.Expect("LCP Echo-Reply id 8 *");
        Assert.Equal([.. magic, 0xAA, 0xBB], ScriptedClient.DataOf(reply));
    }

    [Fact]
    public void Discards_identifications_and_time_remaining_are_heard_in_silence()
    {
        var bench = new HubBench();
        ScriptedClient client = bench.NewClientUp();
        client.SendPacket(ScriptedClient.Lcp, 11, 1, "11223344");
        client.SendPacket(ScriptedClient.Lcp, 12, 2, "11223344 4d53");
        client.SendPacket(ScriptedClient.Lcp, 13, 3, "11223344 00000001");
        client.ExpectNothing();
        Assert.Empty(bench.Notes);
    }

    [Fact]
    public void Unknown_codes_and_protocols_are_rejected_when_lcp_is_open()
    {
        var bench = new HubBench();
        ScriptedClient client = bench.NewClientUp();
        client.SendPacket(ScriptedClient.Lcp, 77, 1, "aabb");
        client.Expect("LCP Code-Reject id * code 77");
        client.SendPacket(0x8057, 1, 1, "010a0000000000000001");
        byte[] reject = client.Expect("LCP Protocol-Reject id * protocol 8057");
        Assert.Equal(
            "8057 0101000e 010a0000000000000001".Replace(" ", "", StringComparison.Ordinal),
            Convert.ToHexStringLower(ScriptedClient.DataOf(reject)));
        Assert.Equal(
            [HubNote.PppCodeRejected, HubNote.PppProtocolRejected], bench.Notes);
    }

    [Fact]
    public void Only_lcp_is_heard_before_it_is_open_and_only_chap_too_before_its_success()
    {
        var bench = new HubBench();
        ScriptedClient client = bench.NewClient();
        client.StartAndCall();
        client.SendPacket(ScriptedClient.Chap, 2, 1, "00");
        client.SendPacket(ScriptedClient.Ccp, 1, 1, ScriptedClient.MppeOption);
        client.SendPacket(0x8057, 1, 1);
        client.OpenLcp();
        client.Expect("CHAP Challenge *");
        client.SendPacket(ScriptedClient.Ccp, 1, 1, ScriptedClient.MppeOption);
        client.SendPacket(ScriptedClient.Ipcp, 1, 1, "030600000000");
        client.SendPacket(0x8057, 1, 1);
        client.ExpectNothing();
        Assert.Equal(Enumerable.Repeat(HubNote.PppOutOfPhase, 6), bench.Notes);
    }

    [Theory]
    [InlineData("01040010", "LCP Configure-Nak id 1 mru 128")]
    [InlineData("050600000000", "LCP Configure-Nak id 1 magic *")]
    [InlineData("0304c023", "LCP Configure-Reject id 1 auth pap")]
    [InlineData("0d0306 11040640 1206aabbccdd", "LCP Configure-Reject id 1 *")]
    [InlineData("0103ff", "LCP Configure-Reject id 1 *")]
    [InlineData("010405dc", "LCP Configure-Ack id 1 mru 1500")]
    [InlineData("130901aabbccddeeff", "LCP Configure-Ack id 1 option 19 of 9 octets")]
    [InlineData("1302", "LCP Configure-Reject id 1 option 19 of 2 octets")]
    [InlineData("1202", "LCP Configure-Reject id 1 option 18 of 2 octets")]
    [InlineData("0408c02500000bb8", "LCP Configure-Reject id 1 option 4 of 8 octets")]
    [InlineData("", "LCP Configure-Ack id 1")]
    public void Options_of_the_client_are_judged(string options, string answer)
    {
        var bench = new HubBench();
        ScriptedClient client = bench.NewClient();
        client.StartAndCall();
        client.Expect("LCP Configure-Request *");
        client.SendPacket(ScriptedClient.Lcp, 1, 1, options);
        client.Expect(answer);
    }

    [Fact]
    public void Our_own_magic_number_gets_a_nak_with_another()
    {
        var bench = new HubBench();
        ScriptedClient client = bench.NewClient();
        client.StartAndCall();
        byte[] option = ScriptedClient.DataOf(client.Expect("LCP Configure-Request *"))[^10..^4];
        Assert.Equal(5, option[0]);
        client.SendPacket(ScriptedClient.Lcp, 1, 1, option);
        byte[] nak = client.Expect("LCP Configure-Nak id 1 magic *");
        Assert.NotEqual(option, ScriptedClient.DataOf(nak));
        Assert.Equal([HubNote.PppLoopback], bench.Notes);
    }

    [Fact]
    public void What_the_client_rejects_is_not_asked_for_again()
    {
        var bench = new HubBench();
        ScriptedClient client = bench.NewClient();
        client.StartAndCall();
        byte[] options = ScriptedClient.DataOf(client.Expect("LCP Configure-Request *"));
        byte[] withoutAuthentication = [.. options[..10], .. options[15..]];
        client.SendPacket(ScriptedClient.Lcp, 4, 1, withoutAuthentication);
        client.Expect("LCP Configure-Request id 2 auth chap MS-v2");
    }

    [Fact]
    public void A_smaller_mru_and_another_magic_are_taken_from_a_nak()
    {
        var bench = new HubBench();
        ScriptedClient client = bench.NewClient();
        client.StartAndCall();
        byte[] first = client.Expect("LCP Configure-Request id 1 mru 1400 *");
        client.SendPacket(ScriptedClient.Lcp, 3, 1, "01040400 050600000009");
        byte[] second = client.Expect("LCP Configure-Request id 2 mru 1024 asyncmap 0 *");
        Assert.NotEqual(
            ScriptedClient.DataOf(first)[^8..^4], ScriptedClient.DataOf(second)[^8..^4]);
    }

    [Fact]
    public void Reset_requests_are_acknowledged_and_leave_the_keys_alone()
    {
        var bench = new HubBench();
        ScriptedClient client = bench.NewClientUp();
        client.SendIp(client.UdpOf("one"));
        client.SendPacket(ScriptedClient.Ccp, 14, 5);
        client.Expect("CCP Reset-Ack id 5");
        client.SendPacket(ScriptedClient.Ccp, 15, 6);
        client.SendIp(client.UdpOf("two"));
        client.ExpectNothing();
        Assert.EndsWith("two", bench.Events[^1], StringComparison.Ordinal);
    }

    [Fact]
    public void Lost_mppe_frames_cost_only_themselves()
    {
        var bench = new HubBench();
        ScriptedClient client = bench.NewClientUp();
        for (int i = 0; i < 5000; i++)
        {
            byte[] frame = client.Encrypt(client.UdpOf($"{i}"));
            if (i % 3 != 1)
            {
                client.SendPpp(frame);
                Assert.EndsWith($":9 {i}", bench.Events[^1], StringComparison.Ordinal);
            }
        }

        Assert.All(bench.Notes, note => Assert.Equal(HubNote.MppeGap, note));
        Assert.Equal(5000 / 3, bench.Notes.Count);
    }

    [Fact]
    public void Late_and_repeated_mppe_frames_are_dropped_and_the_next_are_read()
    {
        var bench = new HubBench();
        ScriptedClient client = bench.NewClientUp();
        byte[][] frames = Enumerable.Range(0, 6)
            .Select(i => client.Encrypt(client.UdpOf($"{i}")))
            .ToArray();
        foreach (int i in (int[])[0, 2, 1, 2, 3, 4, 5])
        {
            client.SendPpp(frames[i]);
        }

        Assert.Equal(
            ["0", "2", "3", "4", "5"], bench.Events.Skip(1).Select(text => text[^1..]));
        Assert.Equal([HubNote.MppeGap, HubNote.MppeLate, HubNote.MppeLate], bench.Notes);
    }

    [Fact]
    public void Clear_packets_are_dropped_while_mppe_is_on()
    {
        var bench = new HubBench();
        ScriptedClient client = bench.NewClientUp();
        client.SendPpp([0x21, .. client.UdpOf("clear")]);
        Assert.Single(bench.Events);
        Assert.Equal([HubNote.ClearData], bench.Notes);
        client.SendIp(client.UdpOf("secret"));
        Assert.EndsWith("secret", bench.Events[^1], StringComparison.Ordinal);
    }

    [Fact]
    public void Sixteen_frames_with_wrong_flags_end_the_link()
    {
        var bench = new HubBench();
        ScriptedClient client = bench.NewClientUp();
        for (int i = 0; i < 16; i++)
        {
            Assert.True(bench.LastSession!.IsUp);
            client.SendPpp("fd 1000 aabbcc");
        }

        Assert.Equal("down EncryptionFailed", bench.Events[^1]);
        Assert.Equal(16, bench.Hub.CountOf(HubNote.MppeBadFrame));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Only_ipv4_is_taken_out_of_mppe(bool isRejected)
    {
        var bench = new HubBench(
            HubBench.Settings() with { RejectInnerProtocols = isRejected });
        ScriptedClient client = bench.NewClientUp();
        byte[] echo = ScriptedClient.FrameOf(ScriptedClient.Lcp, 9, 1, new byte[4])[4..];
        client.SendPpp(client.Encrypt(echo, ScriptedClient.Lcp));
        Assert.Equal(HubNote.MppeInnerProtocol, bench.Notes[0]);
        if (isRejected)
        {
            client.Expect("LCP Protocol-Reject id * protocol c021");
        }

        client.ExpectNothing();
        client.SendIp(client.UdpOf("good"));
        Assert.EndsWith("good", bench.Events[^1], StringComparison.Ordinal);
    }

    [Fact]
    public void Frames_of_any_length_and_content_do_no_harm()
    {
        var random = new Random64(3);
        var bench = new HubBench();
        ScriptedClient client = bench.NewClientUp();
        for (int i = 0; i < 20_000 && client.TcpEndedByReset is null; i++)
        {
            int length = (int)(random.NextUInt64() % 70) + 1;
            var frame = new byte[length];
            for (int k = 0; k < length; k++)
            {
                frame[k] = (byte)random.NextUInt64();
            }

            ushort[] protocols = [0xC021, 0xC223, 0x80FD, 0x8021, 0x00FD, 0x0021];
            ushort protocol = protocols[random.NextUInt64() % 6];
            if (length > 7)
            {
                ScriptedClient.Short(protocol).CopyTo(frame, 0);
                // A likely code and a true length get deeper than noise does; codes that end
                // the link at once are left out.
                frame[2] = (byte)(1 + (frame[2] % 15));
                frame[2] = frame[2] is 5 or 7 or 8 ? (byte)9 : frame[2];
                ScriptedClient.Short(length - 2).CopyTo(frame, 4);
            }

            client.SendPpp(frame);
            client.Skip();
        }

        bench.Advance(3_600_000);
        Assert.Equal(0, bench.Hub.SessionCount);
        Assert.StartsWith("down ", bench.Events[^1], StringComparison.Ordinal);
    }
}
