// The plant's TCP against segments written by hand, as traces of RFC 9293.

using System;
using Simulator.Hub;
using Simulator.Plant;
using Xunit;

namespace Simulator.Tests.Plant;

public class TcpServerTests
{
    // A SYN from 10.98.0.2 to 10.99.0.2 as tcpdump would show it, checksums counted apart from this code.
    private const string GoldenSyn = """
        45 00 00 2C 00 01 00 00 40 06 66 03 0A 62 00 02 0A 63 00 02
        9C 40 07 5B FF FF FF F0 00 00 00 00 60 02 0F A0 D1 FD 00 00 02 04 03 E8
        """;

    private readonly PlantBench _bench = new();

    [Fact]
    public void A_segment_is_written_and_read_octet_for_octet()
    {
        byte[] golden = PlantBench.Hex(GoldenSyn);
        var syn = new TcpSegment
        {
            SourcePort = 40_000,
            DestinationPort = 1883,
            Sequence = 0xFFFFFFF0,
            Flags = TcpFlags.Syn,
            Window = 4_000,
            Mss = 1_000,
        };
        Assert.Equal(
            Convert.ToHexString(golden),
            Convert.ToHexString(syn.ToPacket(PlantBench.Sensor, PlantBench.Address, 1)));
        Assert.Equal(Ipv4Verdict.Sound, Ipv4Packet.Check(golden, out Ipv4Packet packet));
        Assert.True(TcpSegment.TryRead(packet, out TcpSegment read));
        Assert.Equal(TcpFlags.Syn, read.Flags);
        Assert.Equal((ushort)1_000, read.Mss!.Value);
        Assert.Equal(1, read.SequenceLength);
    }

    [Fact]
    public void Every_changed_octet_of_a_segment_is_noticed()
    {
        byte[] golden = PlantBench.Hex(GoldenSyn);
        for (int i = Ipv4Packet.HeaderLength; i < golden.Length; i++)
        {
            byte[] changed = [.. golden];
            changed[i] ^= 0x10;
            _bench.Input(changed);
            _bench.ExpectNothing();
        }

        Assert.Equal(24, _bench.Plant.Tcp.Malformed);
    }

    [Fact]
    public void A_handshake_data_and_an_orderly_end()
    {
        var client = new ScriptedTcp(_bench);
        client.Send(TcpFlags.Syn);
        client.Sequence++;
        Assert.Equal("Syn, Ack ack 0 length 0 window 8192 mss 1360", client.Hear());
        client.Send(TcpFlags.Ack);
        client.Say([0x10]);
        Assert.Equal("Ack ack 0 length 0 window 8192", client.Hear());
        client.Send(TcpFlags.Fin | TcpFlags.Ack);
        client.Sequence++;
        Assert.Equal("Ack ack 0 length 0 window 8192", client.Hear());
        Assert.Equal("Fin, Ack ack 0 length 0 window 8192", client.Hear());
        Assert.Equal(1, _bench.Plant.ConnectionCount);
        client.Send(TcpFlags.Ack);
        Assert.Equal(0, _bench.Plant.ConnectionCount);
        _bench.Advance(600_000);
        _bench.ExpectNothing();
    }

    [Fact]
    public void A_lost_syn_ack_comes_again_by_syn_and_by_time()
    {
        var client = new ScriptedTcp(_bench);
        client.Send(TcpFlags.Syn);
        byte[] first = _bench.Next();
        client.Send(TcpFlags.Syn);
        Assert.Equal(first[20..], _bench.Next()[20..]);
        _bench.Advance(1_000);
        Assert.Equal(first[20..], _bench.Next()[20..]);
        _bench.Advance(1_999);
        _bench.ExpectNothing();
        _bench.Advance(1);
        Assert.Equal(first[20..], _bench.Next()[20..]);
    }

    [Fact]
    public void What_comes_out_of_order_is_put_in_order()
    {
        var client = new ScriptedTcp(_bench);
        client.Open();
        byte[] connect = Connect();
        uint start = client.Sequence;
        client.Send(TcpFlags.Ack, connect[30..], start + 30);
        Assert.Equal("Ack ack 0 length 0 window 8192", client.Hear());
        client.Send(TcpFlags.Ack, connect[10..20], start + 10);
        Assert.Equal("Ack ack 0 length 0 window 8192", client.Hear());
        client.Send(TcpFlags.Ack, connect[5..35], start + 5);
        Assert.Equal("Ack ack 0 length 0 window 8192", client.Hear());
        client.Sequence += (uint)connect.Length;
        client.Send(TcpFlags.Ack, connect[..8], start);
        Assert.Equal("Psh, Ack ack 0 length 4 window 8192", client.Hear(out byte[] answer));
        Assert.Equal([0x20, 2, 0, 0], answer);
        Assert.Equal(3, _bench.Plant.Tcp.OutOfOrder);
        client.Send(TcpFlags.Ack, connect[..8], start);
        Assert.StartsWith("Ack ack 0", client.Hear(), StringComparison.Ordinal);
        Assert.Equal(1, _bench.Plant.Tcp.Duplicates);
    }

    [Fact]
    public void What_is_not_acknowledged_is_sent_again_with_twice_the_wait()
    {
        var client = new ScriptedTcp(_bench);
        client.Open();
        uint before = client.Acknowledgment;
        client.Connect();
        foreach (int wait in (int[])[1_000, 2_000, 4_000])
        {
            _bench.Advance(wait - 1);
            _bench.ExpectNothing();
            _bench.Advance(1);
            client.Acknowledgment = before;
            Assert.Equal("Psh, Ack ack 0 length 4 window 8192", client.Hear());
        }

        client.Send(TcpFlags.Ack);
        _bench.Advance(60_000);
        _bench.ExpectNothing();
        Assert.Equal(3, _bench.Plant.Tcp.Retransmissions);
    }

    [Fact]
    public void The_time_out_follows_the_round_trips()
    {
        var client = new ScriptedTcp(_bench);
        client.Open();
        client.Connect();
        _bench.Advance(100);
        client.Send(TcpFlags.Ack);

        // SRTT 100, RTTVAR 50: 100 + 4 * 50 (RFC 6298 s.2.2).
        client.Say([0xC0, 0]);
        client.HearAll();
        _bench.Advance(299);
        _bench.ExpectNothing();
        _bench.Advance(1);
        Assert.Equal(1, _bench.SentCount);
    }

    [Fact]
    public void A_reset_counts_at_the_very_number_only()
    {
        var client = new ScriptedTcp(_bench);
        client.Open();
        client.Send(TcpFlags.Rst, sequence: client.Sequence + 1);
        Assert.Equal("Ack ack 0 length 0 window 8192", client.Hear());
        client.Send(TcpFlags.Rst, sequence: client.Sequence - 1);
        _bench.ExpectNothing();
        Assert.Equal(1, _bench.Plant.ConnectionCount);
        client.Send(TcpFlags.Rst);
        _bench.ExpectNothing();
        Assert.Equal(0, _bench.Plant.ConnectionCount);
    }

    [Fact]
    public void A_client_that_begins_anew_on_the_same_port_gets_through()
    {
        var client = new ScriptedTcp(_bench);
        client.Open();
        var reborn = new ScriptedTcp(_bench, first: 5_000_000);
        reborn.Send(TcpFlags.Syn);

        // The challenge (RFC 5961 s.4) names the old numbers; the client's reset proves that they are old.
        Assert.StartsWith("Ack ack", client.Hear(), StringComparison.Ordinal);
        client.Send(TcpFlags.Rst);
        reborn.Open();
        Assert.Equal(1, _bench.Plant.ConnectionCount);
    }

    [Fact]
    public void What_belongs_to_no_connection_is_reset()
    {
        var client = new ScriptedTcp(_bench) { Acknowledgment = 77 };
        client.Send(TcpFlags.Ack);
        client.Acknowledgment = 0;
        byte[] packet = _bench.Next();
        Ipv4Packet.Check(packet, out Ipv4Packet whole);
        Assert.True(TcpSegment.TryRead(whole, out TcpSegment reset));
        Assert.Equal(TcpFlags.Rst, reset.Flags);
        Assert.Equal(77u, reset.Sequence);
        _bench.Plant.Kill(forgets: false);
        client.Send(TcpFlags.Syn);
        client.Sequence++;
        Assert.StartsWith("Rst, Ack ack 0", client.Hear(), StringComparison.Ordinal);
        client.Send(TcpFlags.Rst);
        _bench.ExpectNothing();
    }

    [Fact]
    public void A_window_that_closes_opens_again_and_nothing_is_taken_back()
    {
        var bench = new PlantBench(new PlantMoods
        {
            PausedReading = 1_000_000,
            SmallWindow = 1_000_000,
        });
        var client = new ScriptedTcp(bench);
        client.Send(TcpFlags.Syn);
        client.Sequence++;
        client.Hear();
        client.Send(TcpFlags.Ack);
        byte[] octets = new byte[2_000];
        octets[0] = 0x30;
        octets[1] = 0xCD;
        octets[2] = 0x0F;
        int sent = 0;
        int window = int.MaxValue;
        for (int i = 0; i < 400 && sent < octets.Length; i++)
        {
            int length = Math.Min(Math.Min(window, 50), octets.Length - sent);
            if (length > 0)
            {
                client.Say(octets[sent..(sent + length)]);
                sent += length;
            }
            else
            {
                // A probe beyond the closed window is not taken, and answered.
                client.Send(TcpFlags.Ack, octets[sent..(sent + 1)]);
            }

            while (bench.SentCount > 0)
            {
                string text = client.Hear();
                int edge = int.Parse(
                    text.Split(' ')[^1], System.Globalization.CultureInfo.InvariantCulture);
                if (text.StartsWith("Ack ack 0", StringComparison.Ordinal))
                {
                    Assert.True(edge >= window - length || window == int.MaxValue);
                    window = edge;
                }
            }

            bench.Advance(1_000);
        }

        Assert.Equal(octets.Length, sent);
        Assert.True(bench.Plant.Tcp.ClosedWindows > 0);
        Assert.Equal(0, bench.Plant.Tcp.BeyondWindow);
    }

    [Fact]
    public void A_closed_window_of_the_client_is_probed()
    {
        var client = new ScriptedTcp(_bench);
        client.Open();
        client.Window = 0;
        client.Say([0xC0, 0]);
        client.Hear();

        // PINGREQ before CONNECT is a violation; a client that is connected shows more.
        var other = new ScriptedTcp(_bench, port: 40_001) { Window = 0 };
        other.Send(TcpFlags.Syn);
        other.Sequence++;
        other.Hear();
        other.Send(TcpFlags.Ack);
        Assert.Empty(other.Connect());
        _bench.Advance(1_000);
        Assert.Equal("Ack ack 0 length 1 window 8192", other.Hear());
        _bench.Advance(2_000);
        other.Acknowledgment--;
        Assert.Equal("Ack ack 0 length 1 window 8192", other.Hear());
        other.Window = 100;
        other.Send(TcpFlags.Ack);
        Assert.Equal("Psh, Ack ack 0 length 3 window 8192", other.Hear());
    }

    [Fact]
    public void A_silent_client_is_given_up_in_the_end()
    {
        var client = new ScriptedTcp(_bench);
        client.Open();
        byte[] connect = Connect();
        connect[10] = 0;
        connect[11] = 0;
        client.Say(connect);
        _bench.Advance(299_000);
        Assert.Equal(1, _bench.Plant.ConnectionCount);
        _bench.Advance(61_000);
        Assert.Equal(0, _bench.Plant.ConnectionCount);
        Assert.Equal(1, _bench.Plant.Tcp.GivenUp);
        string last = "";
        while (_bench.SentCount > 0)
        {
            last = client.Hear();
        }

        Assert.StartsWith("Rst", last, StringComparison.Ordinal);
    }

    private static byte[] Connect()
    {
        byte[] body = PlantBench.Hex(
            "0004 4D515454 04 C0 003C 0004 70756D70 0006 70756D702D31 0012");
        return [0x10, (byte)(body.Length + 18), .. body, .. "a long test phrase"u8];
    }
}
