// Forged packets with the right addresses and the right call ID. GRE and MPPE carry no checksum, so what
// is inside decides: a forged data packet costs no genuine one, whatever its numbers are, and a bounded
// amount of work. Control packets cannot be told from real ones: what they can do is bounded.

using System;
using System.Collections.Generic;
using System.Linq;
using nanoPptp.Client;
using nanoPptp.Diagnostics;
using nanoPptp.Tests.Support;
using Xunit;

namespace nanoPptp.Tests.Client;

public sealed class ForgeryTests
{
    // Around the next number and count, around the bounds, and at the ends of the field.
    private static readonly int[] s_sequenceSteps =
    [
        int.MinValue, -1000000, -33, -32, -31, -1, 0, 1, 2, 3, 31, 32, 33, 34, 255, 256, 1000000,
        int.MaxValue,
    ];

    private static readonly int[] s_countSteps =
        [-2048, -1, 0, 1, 2, 31, 32, 33, 223, 255, 256, 257, 2047];

    private Tunnel _tunnel = Tunnel.Up();

    private ScriptedHub Hub => _tunnel.Hub;

    [Fact]
    public void C76_One_forged_data_packet_costs_no_genuine_one()
    {
        foreach (int sequenceStep in s_sequenceSteps)
        {
            foreach (int countStep in s_countSteps)
            {
                _tunnel = Tunnel.Up();
                for (int i = 0; i < 40; i++)
                {
                    if (i == 10)
                    {
                        _tunnel.GreArrives(Forged(sequenceStep, countStep));
                        _tunnel.Pump();
                    }

                    Hub.SendIp(_tunnel.FromHub(seed: i));
                    _tunnel.Pump();
                    Assert.Equal(i + 1, _tunnel.Delivered.Count);
                }

                Assert.Equal(Stage.Up, _tunnel.Client.Stage);
                Assert.Equal(0, _tunnel.Counters.MppeGap);
            }
        }
    }

    [Fact]
    public void C76_A_forged_data_packet_amid_loss_and_disorder_costs_no_genuine_one()
    {
        var random = new Random(7676);
        var expected = new List<string>();
        for (int i = 0; i < 10000; i += 2)
        {
            byte[] first = Hub.Gre(Hub.EncryptedFrame(_tunnel.FromHub(seed: i)));
            byte[] second = Hub.Gre(Hub.EncryptedFrame(_tunnel.FromHub(seed: i + 1)));
            expected.Add(Octets.ToHex(_tunnel.FromHub(seed: i)));
            expected.Add(Octets.ToHex(_tunnel.FromHub(seed: i + 1)));
            var arriving = new List<byte[]> { first, second };
            if (random.Next(2) == 0)
            {
                arriving.Reverse();
            }

            if (i % 100 == 0)
            {
                arriving.Insert(random.Next(3), Forged(random.Next(-3, 6), random.Next(-3, 6)));
            }

            foreach (byte[] packet in arriving)
            {
                Assert.True(_tunnel.GreArrives(packet));
                _tunnel.Advance(random.Next(4));
            }
        }

        _tunnel.Advance(100);
        Assert.Equal(expected, _tunnel.Delivered.Select(packet => Octets.ToHex(packet)));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Of_two_candidates_for_a_number_the_genuine_one_is_taken(bool forgedFirst)
    {
        byte[] missing = Hub.Gre(Hub.EncryptedFrame(_tunnel.FromHub(seed: 1)));
        byte[] forged = Forged(0, 0);
        byte[] genuine = Hub.Gre(Hub.EncryptedFrame(_tunnel.FromHub(seed: 2)));
        _tunnel.GreArrives(forgedFirst ? forged : genuine);
        _tunnel.GreArrives(forgedFirst ? genuine : forged);
        _tunnel.Pump();
        Assert.Equal(2, _tunnel.Client.WaitingCount);
        _tunnel.GreArrives(missing);
        _tunnel.Pump();
        Assert.Equal(
            [_tunnel.FromHub(seed: 1), _tunnel.FromHub(seed: 2)], _tunnel.Delivered);
        Assert.Equal(forgedFirst ? 1 : 0, Refused());
        Assert.Equal(forgedFirst ? 0 : 1, _tunnel.Count(Reason.GreLate));
    }

    [Fact]
    public void A_third_candidate_is_dropped()
    {
        Hub.Gre([]);
        for (int i = 0; i < 3; i++)
        {
            _tunnel.GreArrives(Forged(1, i));
        }

        _tunnel.Pump();
        Assert.Equal(2, _tunnel.Client.WaitingCount);
        Assert.Equal(1, _tunnel.Count(Reason.GreLate));
    }

    [Fact]
    public void C76_A_genuine_frame_whose_number_was_changed_on_its_way_costs_no_other_one()
    {
        for (int bit = 0; bit < 32; bit++)
        {
            _tunnel = Tunnel.Up();
            Hub.IsForgedFor = true;
            Hub.SendIp(_tunnel.FromHub(seed: 100));
            byte[] renumbered = Hub.Gre(Hub.EncryptedFrame(_tunnel.FromHub(seed: 101)));
            renumbered[8 + (bit / 8)] ^= (byte)(1 << (bit % 8));
            _tunnel.Pump();
            _tunnel.GreArrives(renumbered);
            for (int i = 0; i < 40; i++)
            {
                _tunnel.Advance(100);
                Hub.SendIp(_tunnel.FromHub(seed: i));
            }

            _tunnel.Advance(100);
            Assert.Equal(42, _tunnel.Delivered.Count);
            Assert.Equal(_tunnel.FromHub(seed: 39), _tunnel.Delivered[^1]);
        }
    }

    [Fact]
    public void Old_genuine_frames_sent_again_are_late_and_bring_no_new_keys()
    {
        byte[][] packets = [.. Enumerable.Range(0, 200).Select(i => Hub.Gre(
            Hub.EncryptedFrame(_tunnel.FromHub(seed: i))))];
        foreach (byte[] packet in packets.Concat(packets))
        {
            _tunnel.GreArrives(packet);
            _tunnel.Pump();
        }

        Assert.Equal(200, _tunnel.Delivered.Count);
        Assert.Equal(200, _tunnel.Count(Reason.GreLate));
        Assert.Equal(0, _tunnel.Counters.Renegotiations);
        Assert.Equal(Stage.Up, _tunnel.Client.Stage);
    }

    [Fact]
    public void A_forged_data_packet_costs_256_key_changes_at_most_and_is_not_acknowledged()
    {
        Hub.SendIp(_tunnel.FromHub(seed: 1));
        _tunnel.Advance(1000);
        uint acknowledged = Hub.Acknowledged[^1];
        for (int count = 0; count < 4096; count += 7)
        {
            int refused = _tunnel.Count(Reason.MppeBadProtocol) + _tunnel.Count(Reason.BadIpHeader);
            _tunnel.GreArrives(Forged(1000000 + count, count));
            _tunnel.Pump();
            refused = _tunnel.Count(Reason.MppeBadProtocol) + _tunnel.Count(Reason.BadIpHeader)
                - refused;
            Assert.Equal(count < 256 ? 1 : 0, refused);
            Hub.SendIp(_tunnel.FromHub(seed: 2));
            _tunnel.Pump();
            acknowledged++;
        }

        _tunnel.Advance(100);
        Assert.Equal(acknowledged, Hub.Acknowledged[^1]);
        Assert.Equal(Stage.Up, _tunnel.Client.Stage);
    }

    [Theory]
    [InlineData(2)]
    [InlineData(31)]
    [InlineData(32)]
    [InlineData(33)]
    [InlineData(1000000)]
    [InlineData(int.MaxValue)]
    [InlineData(int.MinValue)]
    public void A_forged_control_packet_loses_no_data_either(int step)
    {
        Hub.IsForgedFor = true;
        Hub.SendIp(_tunnel.FromHub(seed: 0));
        _tunnel.Pump();
        _tunnel.GreArrives(Numbered(
            step,
            ScriptedHub.Frame(
                ScriptedHub.Lcp, Packet.EchoRequest(9, ScriptedHub.Magic).Octets)));
        _tunnel.Advance(100);
        for (int i = 1; i < 60; i++)
        {
            Hub.SendIp(_tunnel.FromHub(seed: i));
            _tunnel.Pump();
            Assert.Equal(i + 1, _tunnel.Delivered.Count);
        }
    }

    [Fact]
    public void A_forged_control_packet_does_not_deafen_us_to_the_answers_of_the_hub()
    {
        Hub.IsForgedFor = true;
        _tunnel.GreArrives(Numbered(
            32,
            ScriptedHub.Frame(
                ScriptedHub.Lcp, Packet.EchoRequest(9, ScriptedHub.Magic).Octets)));
        _tunnel.Advance(1000);
        Hub.On["LCP Echo-Request"] = packet =>
        {
            byte[] reply = [.. packet];
            reply[0] = 10;
            Octets.Number(ScriptedHub.Magic, 4).CopyTo(reply, 4);
            Hub.SendPpp(ScriptedHub.Lcp, Packet.Parse(reply));
        };
        _tunnel.Advance(3600000);
        Assert.Equal(Stage.Up, _tunnel.Client.Stage);
    }

    [Fact]
    public void A_flood_of_control_packets_is_cut_to_four_a_second()
    {
        int answered = 0;
        Hub.On["LCP Echo-Reply"] = _ => answered++;
        for (int ms = 0; ms < 10000; ms += 5)
        {
            Hub.SendPpp(ScriptedHub.Lcp, Packet.EchoRequest(ms & 0xFF, ScriptedHub.Magic));
            _tunnel.Advance(5);
        }

        Assert.InRange(answered, 16 + 39, 16 + 41);
        Assert.Equal(2000 - answered, _tunnel.Count(Reason.PppRateLimited));
        Assert.Equal(Stage.Up, _tunnel.Client.Stage);
    }

    private int Refused() => _tunnel.Count(Reason.MppeBadProtocol)
        + _tunnel.Count(Reason.BadIpHeader) + _tunnel.Count(Reason.MppeJump);

    /// <summary>A data packet with numbers that are so far from the next genuine ones, and with
    /// noise inside.</summary>
    private byte[] Forged(int sequenceStep, int countStep)
    {
        byte[] noise = new byte[60];
        new Random((sequenceStep * 31) ^ countStep).NextBytes(noise);
        int count = (Hub.Transmit!.Count + countStep) & 0x0FFF;
        noise[0] = (byte)(0x90 | (count >> 8));
        noise[1] = (byte)count;
        return Numbered(sequenceStep, ScriptedHub.Frame(ScriptedHub.Mppe, noise));
    }

    /// <summary>A packet whose number is so far from the next genuine one; 0 is that one.</summary>
    private byte[] Numbered(int step, byte[] frame)
    {
        return Octets.Join(
            Octets.FromHex("3001880b"),
            Octets.Number((uint)frame.Length, 2),
            Octets.Number((uint)Hub.ClientCallId, 2),
            Octets.Number(unchecked(Hub.NextSequence + (uint)step), 4),
            frame);
    }
}
