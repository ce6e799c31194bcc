// The data plane of a tunnel that is up: encryption on the wire, loss, late frames, clear data, and
// what IpOutput refuses.

using System;
using System.Linq;
using nanoPptp.Client;
using nanoPptp.Diagnostics;
using nanoPptp.Memory;
using nanoPptp.Tests.Support;
using Xunit;

namespace nanoPptp.Tests.Client;

public sealed class DataTests
{
    private readonly Tunnel _tunnel = Tunnel.Up();

    private ScriptedHub Hub => _tunnel.Hub;

    [Fact]
    public void C36_C67_A_data_frame_is_as_short_as_the_hub_allows()
    {
        // The hub asked for both compressions: FD, two octets of MPPE, two of the inner protocol.
        _tunnel.Sends(_tunnel.FromClient());
        _tunnel.Pump();
        byte[] packet = _tunnel.GreSent[^1];
        int frame = packet[1] == 0x81 ? 16 : 12;
        Assert.Equal("fd9000", Octets.ToHex(packet.AsSpan(frame, 3)));
        Assert.Equal(frame + 1 + 2 + 2 + 28, packet.Length);
    }

    [Fact]
    public void C36_Without_compression_a_data_frame_has_the_long_header()
    {
        var tunnel = new Tunnel();
        tunnel.Hub.LcpOptions = [Option.MsChapV2];
        tunnel.Dial();
        tunnel.Sends(tunnel.FromClient());
        tunnel.Pump();
        byte[] packet = tunnel.GreSent[^1];
        int frame = packet[1] == 0x81 ? 16 : 12;
        Assert.Equal("ff0300fd9000", Octets.ToHex(packet.AsSpan(frame, 6)));
        Assert.Single(tunnel.Hub.Received);
    }

    [Fact]
    public void C36_The_hub_may_use_any_of_the_four_headers_at_any_time()
    {
        foreach (string header in new[] { "ff03 00fd", "ff03 fd", "00fd", "fd" })
        {
            foreach (string inner in new[] { "0021", "21" })
            {
                byte[] packet = _tunnel.FromHub();
                Hub.SendFrame(Octets.Join(
                    Octets.FromHex(header),
                    Hub.Transmit!.Encrypt(Octets.Join(Octets.FromHex(inner), packet))));
                _tunnel.Pump();
                Assert.Equal(packet, _tunnel.Delivered[^1]);
            }
        }

        Assert.Equal(8, _tunnel.Delivered.Count);
    }

    [Fact]
    public void C32_Padding_behind_a_packet_is_trimmed_outside_and_inside()
    {
        byte[] packet = _tunnel.FromHub();
        Hub.SendFrame(Hub.EncryptedFrame(Octets.Join(packet, new byte[18])));
        Hub.GreOut.Enqueue(Octets.Join(Hub.GreOut.Dequeue(), Octets.Filled(20, 0xEE)));
        _tunnel.Pump();
        Assert.Equal(packet, Assert.Single(_tunnel.Delivered));
    }

    [Fact]
    public void C29_Lost_frames_are_counted_and_the_next_one_is_read()
    {
        for (int i = 0; i < 100; i++)
        {
            byte[] packet = Hub.Gre(Hub.EncryptedFrame(_tunnel.FromHub(seed: i)));
            if (i % 3 == 0)
            {
                _tunnel.GreArrives(packet);
                _tunnel.Pump();
            }
        }

        _tunnel.Advance(100);
        Assert.Equal(34, _tunnel.Delivered.Count);
        Assert.Equal(66, _tunnel.Counters.GreGap);
        Assert.Equal(66, _tunnel.Counters.MppeGap);
    }

    [Fact]
    public void C74_A_duplicate_is_dropped_before_it_is_decrypted()
    {
        byte[] packet = Hub.Gre(Hub.EncryptedFrame(_tunnel.FromHub(seed: 1)));
        _tunnel.GreArrives(packet);
        _tunnel.GreArrives(packet);
        Hub.SendIp(_tunnel.FromHub(seed: 2));
        _tunnel.Pump();
        Assert.Equal(2, _tunnel.Delivered.Count);
        Assert.Equal(1, _tunnel.Count(Reason.GreLate));
    }

    [Fact]
    public void C74_C75_The_same_or_an_older_coherency_count_is_late_and_harms_nothing()
    {
        byte[] first = Hub.EncryptedFrame(_tunnel.FromHub(seed: 1));
        byte[] second = Hub.EncryptedFrame(_tunnel.FromHub(seed: 2));
        byte[] third = Hub.EncryptedFrame(_tunnel.FromHub(seed: 3));
        foreach (byte[] frame in new[] { first, third, second, third, first })
        {
            Hub.SendFrame(frame);
        }

        Hub.SendIp(_tunnel.FromHub(seed: 4));
        _tunnel.Advance(100);
        Assert.Equal(3, _tunnel.Count(Reason.MppeLate));
        Assert.Equal(
            [_tunnel.FromHub(seed: 1), _tunnel.FromHub(seed: 3), _tunnel.FromHub(seed: 4)],
            _tunnel.Delivered);
    }

    [Fact]
    public void C79_The_coherency_count_wraps_both_ways()
    {
        for (int i = 0; i < 4200; i++)
        {
            _tunnel.Sends(_tunnel.FromClient(seed: i));
            Hub.SendIp(_tunnel.FromHub(seed: i));
            _tunnel.Pump();
        }

        Assert.Equal(4200, Hub.Received.Count);
        Assert.Equal(4200, _tunnel.Delivered.Count);
        Assert.Equal(4200 - 4096, Hub.Transmit!.Count);
        Assert.Equal(_tunnel.FromHub(seed: 4199), _tunnel.Delivered[^1]);
        Assert.Equal(_tunnel.FromClient(seed: 4199), Hub.Received[^1]);
    }

    [Theory]
    [InlineData(256, 256, 1)]
    [InlineData(255, 255, 2)]
    [InlineData(223, 255, 2)]
    [InlineData(222, 255, 1)]
    [InlineData(1, 33, 2)]
    [InlineData(1, 34, 1)]
    [InlineData(0, 33, 1)]
    [InlineData(0, 32, 2)]
    public void C73_C75_A_jump_of_the_coherency_count_is_bounded_by_that_of_the_sequence_number(
        int numbers, int counts, int delivered)
    {
        Hub.SendIp(_tunnel.FromHub());
        Hub.NextSequence += (uint)numbers;
        for (int i = 0; i < counts; i++)
        {
            Hub.EncryptedFrame(_tunnel.FromHub());
        }

        Hub.SendIp(_tunnel.FromHub());
        _tunnel.Advance(100);
        Assert.Equal(delivered, _tunnel.Delivered.Count);
        Assert.Equal(2 - delivered, _tunnel.Count(Reason.MppeJump));
    }

    [Theory]
    [InlineData("0000")]
    [InlineData("8000")] // not encrypted
    [InlineData("1000")] // not flushed
    [InlineData("b000")] // compressed
    [InlineData("d000")] // the obsolete bit
    [InlineData("f000")]
    [InlineData("9000")] // nothing inside
    [InlineData("90")]
    [InlineData("")]
    public void C73_Wrong_flags_or_nothing_inside_are_a_bad_frame(string hex)
    {
        byte[] inside = hex == "9000" || hex.Length < 4 ? [] : new byte[22];
        Hub.SendFrame(ScriptedHub.Frame(
            ScriptedHub.Mppe, Octets.Join(Octets.FromHex(hex), inside)));
        Hub.SendIp(_tunnel.FromHub());
        _tunnel.Advance(100);
        Assert.Equal(1, _tunnel.Count(Reason.MppeBadFrame));
        Assert.Single(_tunnel.Delivered);
    }

    [Theory]
    [InlineData(0x0057)]
    [InlineData(0x8021)]
    [InlineData(0xC021)]
    [InlineData(0x00FD)]
    [InlineData(0x0020)]
    public void C50_C76_What_decrypts_to_another_protocol_is_never_answered(int protocol)
    {
        int sent = _tunnel.GreSent.Count;
        Hub.SendFrame(ScriptedHub.Frame(ScriptedHub.Mppe, Hub.Transmit!.Encrypt(Octets.Join(
            Octets.Number((uint)protocol, 2), Packet.TerminateRequest(1).Octets))));
        _tunnel.Pump();
        Assert.Equal(1, _tunnel.Count(Reason.MppeBadProtocol));
        Assert.Equal(sent, _tunnel.GreSent.Count);
        Assert.Equal(Stage.Up, _tunnel.Client.Stage);
    }

    [Fact]
    public void C76_Every_flipped_bit_of_the_inner_header_is_found_and_nothing_is_answered()
    {
        byte[] clear = Octets.Join(Octets.FromHex("0021"), _tunnel.FromHub(0));
        int sent = _tunnel.GreSent.Count - _tunnel.Counters.GreAcknowledgmentsSent;
        int flips = 0;
        int good = 0;
        for (int bit = 0; bit < 8 * clear.Length; bit++)
        {
            if (flips % 15 == 0)
            {
                // One frame more in a row, and the keys would count as lost.
                Hub.SendIp(_tunnel.FromHub());
                good++;
            }

            byte[] frame = Hub.Transmit!.Encrypt(clear);
            frame[2 + (bit / 8)] ^= (byte)(1 << (bit % 8));
            Hub.SendFrame(ScriptedHub.Frame(ScriptedHub.Mppe, frame));
            _tunnel.Advance(100);
            flips++;
        }

        Assert.Equal(good, _tunnel.Delivered.Count);
        Assert.All(
            _tunnel.Delivered, packet => Assert.Equal(_tunnel.FromHub(), packet));
        Assert.Equal(sent, _tunnel.GreSent.Count - _tunnel.Counters.GreAcknowledgmentsSent);
        Assert.Equal(
            flips, _tunnel.Count(Reason.MppeBadProtocol) + _tunnel.Count(Reason.BadIpHeader));
        Assert.Equal(Stage.Up, _tunnel.Client.Stage);
    }

    [Fact]
    public void C76_A_forged_frame_costs_no_genuine_one()
    {
        // MPPE has no authentication: a forged count ahead must not move the key on.
        Hub.SendIp(_tunnel.FromHub(seed: 1));
        byte[] forged = new byte[42];
        new Random(76).NextBytes(forged);
        forged[0] = 0x90;
        forged[1] = 100;
        Hub.SendFrame(ScriptedHub.Frame(ScriptedHub.Mppe, forged));
        for (int i = 2; i < 12; i++)
        {
            Hub.SendIp(_tunnel.FromHub(seed: i));
        }

        _tunnel.Pump();
        Assert.Equal(11, _tunnel.Delivered.Count);
    }

    [Fact]
    public void C77_Data_in_clear_is_dropped_and_counted()
    {
        foreach (string header in new[] { "ff03 0021", "ff03 21", "0021", "21" })
        {
            Hub.SendFrame(Octets.Join(Octets.FromHex(header), _tunnel.FromHub()));
        }

        _tunnel.Pump();
        Assert.Empty(_tunnel.Delivered);
        Assert.Equal(4, _tunnel.Count(Reason.MppeClearData));
        Assert.Equal(Stage.Up, _tunnel.Client.Stage);
    }

    [Fact]
    public void C66_A_reset_request_is_acknowledged_and_the_keys_go_on()
    {
        Hub.SendIp(_tunnel.FromHub(seed: 1));
        Hub.SendPpp(ScriptedHub.Ccp, new Packet(14, 5, []));
        Hub.SendIp(_tunnel.FromHub(seed: 2));
        _tunnel.Pump();
        Assert.Equal(2, _tunnel.Delivered.Count);
        Assert.Equal(["CCP Reset-Ack"], Hub.Log);
        Assert.Equal(5, Hub.LastMessage("CCP Reset-Ack")[1]);
    }

    [Fact]
    public void C26_What_the_hub_sends_is_acknowledged_after_100_ms_when_nothing_leaves()
    {
        _tunnel.Advance(1000);
        Hub.SendIp(_tunnel.FromHub());
        _tunnel.Pump();
        int acknowledgments = _tunnel.Counters.GreAcknowledgmentsSent;
        _tunnel.Advance(99);
        Assert.Equal(acknowledgments, _tunnel.Counters.GreAcknowledgmentsSent);
        _tunnel.Advance(1);
        Assert.Equal(acknowledgments + 1, _tunnel.Counters.GreAcknowledgmentsSent);
        Assert.Equal(Hub.NextSequence - 1, Hub.Acknowledged[^1]);
        _tunnel.Advance(5000);
        Assert.Equal(acknowledgments + 1, _tunnel.Counters.GreAcknowledgmentsSent);
    }

    [Fact]
    public void A_burst_of_six_packets_is_taken_before_anything_is_polled()
    {
        for (int i = 0; i < 6; i++)
        {
            Assert.True(_tunnel.GreArrives(Hub.Gre(Hub.EncryptedFrame(_tunnel.FromHub(seed: i)))));
        }

        Assert.Equal(-1, _tunnel.Client.LendReceiveSlot());
        Assert.Equal(0, _tunnel.Client.NextDeadlineMs(_tunnel.NowMs));
        _tunnel.Pump();
        Assert.Equal(6, _tunnel.Delivered.Count);
        for (int i = 0; i < 6; i++)
        {
            Assert.Equal(_tunnel.FromHub(seed: i), _tunnel.Delivered[i]);
        }
    }

    [Fact]
    public void A_delivered_packet_stays_where_it_is_until_the_next_poll()
    {
        byte[] packet = _tunnel.FromHub(100);
        _tunnel.GreArrives(Hub.Gre(Hub.EncryptedFrame(packet)));
        Assert.Equal(Output.DeliverIp, _tunnel.Client.Poll(_tunnel.NowMs));
        int at = _tunnel.Client.OutputOffset;
        for (int i = 0; i < 5; i++)
        {
            Assert.True(_tunnel.GreArrives(Hub.Gre(Hub.EncryptedFrame(_tunnel.FromHub(1000)))));
        }

        Assert.Equal(packet, _tunnel.Client.Arena.AsSpan(at, packet.Length).ToArray());
        Assert.Equal(-1, _tunnel.Client.LendReceiveSlot());
        _tunnel.Pump();
        Assert.Equal(5, _tunnel.Delivered.Count);
    }

    [Fact]
    public void Nothing_is_written_outside_the_receive_slots_while_data_arrives()
    {
        byte[] before = (byte[])_tunnel.Client.Arena.Clone();
        for (int i = 0; i < 60; i++)
        {
            Hub.SendIp(_tunnel.FromHub(1380, i));
        }

        _tunnel.Pump();
        Assert.Equal(before[9000..], _tunnel.Client.Arena[9000..]);
    }

    [Fact]
    public void One_packet_at_a_time_may_wait_to_be_sent()
    {
        Assert.True(_tunnel.Client.IsIpOutputFree);
        Assert.Equal(28, _tunnel.Sends(_tunnel.FromClient()));
        Assert.False(_tunnel.Client.IsIpOutputFree);
        Assert.Equal(-(int)Reason.Busy, _tunnel.Client.IpOutput(28));
        Assert.Equal(0, _tunnel.Client.NextDeadlineMs(_tunnel.NowMs));
        _tunnel.Pump();
        Assert.True(_tunnel.Client.IsIpOutputFree);
        Assert.Single(Hub.Received);
    }

    [Fact]
    public void C86_A_packet_that_is_not_from_our_address_is_refused()
    {
        Assert.Equal(
            -(int)Reason.BadIpHeader,
            _tunnel.Sends(Tunnel.IpPacket(Hub.ClientAddress + 1, Hub.Address, 8, 1)));
        Assert.Equal(-(int)Reason.BadIpHeader, _tunnel.Sends(_tunnel.FromClient()[..19]));
        Assert.Equal(-(int)Reason.BadIpHeader, _tunnel.Client.IpOutput(0));
        Assert.Equal(0, _tunnel.Counters.IpSent);
        Assert.True(_tunnel.Client.IsIpOutputFree);
    }

    [Fact]
    public void C31_A_hub_that_never_acknowledges_stalls_nobody()
    {
        // RFC 2637 s.4.3 would stop at the hub's window of 16; nothing is retransmitted all the same.
        for (int i = 0; i < 100; i++)
        {
            Assert.Equal(28, _tunnel.Sends(_tunnel.FromClient(seed: i)));
            _tunnel.Pump();
        }

        Assert.Equal(100, Hub.Received.Count);
    }

    [Fact]
    public void C35_The_longest_packet_fits_a_path_of_1500_octets_with_all_its_headers()
    {
        var tunnel = new Tunnel();
        tunnel.Settings.Mtu = Limits.MaximumMtu;
        tunnel.Hub.LcpOptions = [Option.MsChapV2, Option.Magic(ScriptedHub.Magic)];
        tunnel.Dial();
        Assert.Equal(Limits.MaximumMtu, tunnel.Client.Mtu);
        tunnel.Hub.SendIp(tunnel.FromHub());
        tunnel.Pump();
        byte[] longest = tunnel.FromClient(Limits.MaximumMtu - 20);
        Assert.Equal(Limits.MaximumMtu, tunnel.Sends(longest));
        tunnel.Pump();
        byte[] packet = tunnel.GreSent[^1];
        Assert.Equal("3081", Octets.ToHex(packet.AsSpan(0, 2)));
        Assert.InRange(20 + packet.Length, 1490, 1500);
        Assert.Equal(longest, tunnel.Hub.Received[^1]);
    }

    [Fact]
    public void C37_Negotiation_keeps_the_long_header_when_short_ones_are_agreed()
    {
        Hub.SendPpp(ScriptedHub.Lcp, Packet.EchoRequest(3, ScriptedHub.Magic));
        Hub.SendPpp(ScriptedHub.Ccp, new Packet(14, 5, []));
        Hub.SendFrame(ScriptedHub.Frame(0x8057, [1, 1, 0, 4]));
        int before = _tunnel.GreSent.Count;
        _tunnel.Pump();
        string[] headers = [.. _tunnel.GreSent.Skip(before).Select(packet =>
            Octets.ToHex(packet.AsSpan(packet[1] == 0x81 ? 16 : 12, 4)))];
        Assert.Equal(["ff03c021", "ff0380fd", "ff03c021"], headers);
    }

    [Fact]
    public void C39_Nothing_is_escaped_framed_or_summed()
    {
        // Flags, escapes and control characters of asynchronous framing (RFC 1662 s.4.2).
        byte[] packet = _tunnel.FromHub(64);
        for (int i = 28; i < packet.Length; i++)
        {
            packet[i] = (byte)(i % 3 == 0 ? 0x7E : i % 3 == 1 ? 0x7D : i & 0x1F);
        }

        Hub.SendIp(packet);
        _tunnel.Pump();
        Assert.Equal(packet, Assert.Single(_tunnel.Delivered));
        byte[] out64 = _tunnel.FromClient(64);
        packet.AsSpan(28).CopyTo(out64.AsSpan(28));
        _tunnel.Sends(out64);
        _tunnel.Pump();
        Assert.Equal(out64, Assert.Single(Hub.Received));
        int frame = _tunnel.GreSent[^1][1] == 0x81 ? 16 : 12;
        Assert.Equal(1 + 2 + 2 + out64.Length, _tunnel.GreSent[^1].Length - frame);
    }

    [Fact]
    public void C72_Only_packets_are_encrypted_and_every_packet_is()
    {
        for (int i = 0; i < 16; i++)
        {
            _tunnel.Sends(_tunnel.FromClient(seed: i));
            Hub.SendPpp(ScriptedHub.Lcp, Packet.EchoRequest(i, ScriptedHub.Magic));
            _tunnel.Pump();
        }

        Assert.Equal(16, Hub.Received.Count);
        Assert.Equal(16, Hub.Log.Count(name => name == "LCP Echo-Reply"));
    }

    [Fact]
    public void C80_A_packet_that_is_refused_consumes_no_count()
    {
        Assert.Equal(28, _tunnel.Sends(_tunnel.FromClient(seed: 1)));
        for (int i = 0; i < 10; i++)
        {
            Assert.Equal(-(int)Reason.Busy, _tunnel.Client.IpOutput(28));
            Assert.True(_tunnel.Client.IpOutput(1401) < 0);
        }

        _tunnel.Pump();
        Assert.Equal(-(int)Reason.BadIpHeader, _tunnel.Sends(new byte[40]));
        _tunnel.Sends(_tunnel.FromClient(seed: 2));
        _tunnel.Pump();
        Assert.Equal([_tunnel.FromClient(seed: 1), _tunnel.FromClient(seed: 2)], Hub.Received);
        Assert.Equal(2, Hub.Receive!.Count);
    }

    [Fact]
    public void A_packet_that_is_not_IPv4_is_refused()
    {
        byte[] packet = _tunnel.FromClient(40);
        packet[0] = 0x65;
        Assert.Equal(-(int)Reason.BadIpHeader, _tunnel.Sends(packet));
    }

    [Fact]
    public void C20_A_packet_for_another_call_is_counted_and_not_read()
    {
        byte[] packet = Hub.Gre(Hub.EncryptedFrame(_tunnel.FromHub()));
        packet[6] ^= 0x80;
        _tunnel.GreArrives(packet);
        _tunnel.Pump();
        Assert.Equal(1, _tunnel.Count(Reason.GreWrongCall));
        Assert.Empty(_tunnel.Delivered);
    }

    [Fact]
    public void C46_The_hubs_echo_is_answered_between_the_data()
    {
        _tunnel.Sends(_tunnel.FromClient());
        Hub.SendIp(_tunnel.FromHub());
        Hub.SendPpp(ScriptedHub.Lcp, Packet.EchoRequest(44, ScriptedHub.Magic, 1, 2));
        Hub.SendIp(_tunnel.FromHub());
        _tunnel.Pump();
        Assert.Equal(["LCP Echo-Reply"], Hub.Log);
        Assert.Equal(2, _tunnel.Delivered.Count);
    }
}
