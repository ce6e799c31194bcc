// MPPE in stateful mode (RFC 3078 s.7 and s.8.2): by vectors, and against peers that do it as the
// RFC says and as Linux does. The peers share nothing with the library.

using System;
using System.Collections.Generic;
using System.Linq;
using nanoPptp.Crypto.Tests;
using nanoPptp.Diagnostics;
using nanoPptp.Memory;
using nanoPptp.Mppe;
using nanoPptp.Tests.Client;
using Xunit;

namespace nanoPptp.Tests.Mppe;

public class MppeStatefulTests
{
    private const int Late = -(int)Reason.MppeLate;
    private const int Bad = -(int)Reason.MppeBadFrame;

    private static readonly byte[] s_startKey =
        MppeKeyTests.Vector128("transmit-start-key").Octets("transmit-start-key");

    public static TheoryData<int> Strengths => [40, 56, 128];

    [Theory]
    [MemberData(nameof(Strengths))]
    public void C63_What_we_send_is_what_the_vectors_say(int bits)
    {
        Vector vector = VectorOf(bits);
        byte[] plain = vector.Octets("plain");
        var transmit = new MppeTransmit();
        transmit.Start(vector.Octets("transmit-start-key"), 0, bits);
        byte[][] frames = [.. Enumerable.Range(0, 257).Select(_ => Encrypt(transmit, plain))];

        Assert.Equal(vector.Octets("frame-0"), frames[0]);
        Assert.Equal(vector.Octets("frame-1"), frames[1]);
        Assert.Equal(vector.Octets("frame-254"), frames[254]);
        Assert.Equal(vector.Octets("linux-frame-255"), frames[255]);
        Assert.Equal(vector.Octets("frame-256"), frames[256]);

        transmit.AskReset();
        transmit.AskReset();
        Assert.Equal(vector.Octets("jump-511"), Encrypt(transmit, plain));
        Assert.Equal(0x12, Encrypt(transmit, plain)[0]);
    }

    [Theory]
    [MemberData(nameof(Strengths))]
    public void C63_What_a_hub_sends_is_read_whichever_way_it_begins_anew(int bits)
    {
        Vector vector = VectorOf(bits);
        foreach (string flag in (string[])["frame-255", "linux-frame-255"])
        {
            foreach (string reset in (string[])["reset-257", "linux-reset-257", "jump-511"])
            {
                var bench = new Bench(vector.Octets("transmit-start-key"), bits);
                var hub = new PeerMppe(
                    vector.Octets("transmit-start-key"), bits, PeerMode.Stateful);
                byte[] plain = vector.Octets("plain");
                for (int i = 0; i < 257; i++)
                {
                    byte[] frame = hub.Encrypt(plain);
                    frame = i == 255 ? vector.Octets(flag) : frame;
                    Assert.Equal(plain, bench.Take(frame, plain));
                }

                Assert.Equal(plain, bench.Take(vector.Octets(reset), plain));
            }
        }
    }

    [Fact]
    public void G9_What_the_rfc_does_on_a_reset_uses_a_keystream_twice_and_ours_does_not()
    {
        // Frame 255 is the first of its key. The RFC's frame 257 begins the same key again: who has
        // both knows the sum of the two packets. Ours begins another.
        Vector vector = VectorOf(128);

        Assert.Equal(vector.Octets("frame-255")[2..], vector.Octets("reset-257")[2..]);
        Assert.NotEqual(vector.Octets("frame-255")[2..], vector.Octets("jump-511")[2..]);
    }

    [Fact]
    public void G9_Equal_packets_never_become_equal_frames_however_often_a_reset_is_asked_for()
    {
        var random = new Random(1);
        var transmit = new MppeTransmit();
        transmit.Start(s_startKey, 0);
        byte[] plain = new byte[32];
        var seen = new HashSet<string>();
        for (int i = 0; i < 20000; i++)
        {
            if (random.Next(10) == 0)
            {
                transmit.AskReset();
            }

            Assert.True(seen.Add(Convert.ToHexString(Encrypt(transmit, plain).AsSpan(2))));
        }
    }

    [Theory]
    [InlineData((int)PeerMode.Stateful, 40)]
    [InlineData((int)PeerMode.Stateful, 56)]
    [InlineData((int)PeerMode.Stateful, 128)]
    [InlineData((int)PeerMode.StatefulLinux, 128)]
    public void C63_Every_hub_reads_on_behind_a_loss(int mode, int bits)
    {
        // With one frame in ten lost, requests and all. What is not lost is read, or a reset is
        // asked for; and behind each answer to one all is well.
        var random = new Random(7);
        var transmit = new MppeTransmit();
        transmit.Start(s_startKey, 0, bits);
        var hub = new PeerMppe(s_startKey, bits, (PeerMode)mode);
        int read = 0;
        int requests = 0;
        for (int i = 0; i < 30000; i++)
        {
            byte[] plain = Plain(i);
            byte[] frame = Encrypt(transmit, plain);
            if (random.Next(10) == 0)
            {
                continue;
            }

            byte[]? clear = hub.TryDecrypt(frame);
            if (clear != null)
            {
                Assert.Equal(plain, clear);
                read++;
            }
            else
            {
                requests++;
                if (random.Next(10) != 0)
                {
                    transmit.AskReset();
                }
            }
        }

        Assert.InRange(read, 20000, 27000);
        Assert.InRange(requests, 2000, 4500);
    }

    [Theory]
    [InlineData((int)PeerMode.Stateful, 40)]
    [InlineData((int)PeerMode.Stateful, 56)]
    [InlineData((int)PeerMode.Stateful, 128)]
    [InlineData((int)PeerMode.StatefulLinux, 128)]
    public void C63_Every_hub_is_read_on_behind_a_loss(int mode, int bits)
    {
        var random = new Random(11);
        var hub = new PeerMppe(s_startKey, bits, (PeerMode)mode);
        var bench = new Bench(s_startKey, bits);
        int arrived = 0;
        int read = 0;
        int unreadable = 0;
        int longest = 0;
        for (int i = 0; i < 30000; i++)
        {
            byte[] plain = Plain(i);
            byte[] frame = hub.Encrypt(plain);
            if (random.Next(10) == 0)
            {
                continue;
            }

            arrived++;
            if (bench.Take(frame, plain) != null)
            {
                read++;
                unreadable = 0;
                Assert.False(bench.Receive.IsLost);
                continue;
            }

            Assert.True(bench.Receive.IsLost);
            unreadable++;
            longest = Math.Max(longest, unreadable);
            hub.MustFlush |= random.Next(10) != 0;
        }

        Assert.InRange(arrived, 26500, 27500);
        Assert.InRange(read, 20000, arrived);
        Assert.InRange(longest, 1, 8);
        Assert.InRange(bench.Counters.MppeGap, 2000, 10000);
    }

    [Fact]
    public void C75_A_late_or_repeated_frame_moves_nothing()
    {
        var hub = new PeerMppe(s_startKey, 128, PeerMode.Stateful);
        byte[][] frames = [.. Enumerable.Range(0, 600).Select(i => hub.Encrypt(Plain(i)))];
        var bench = new Bench(s_startKey, 128);
        for (int i = 0; i < frames.Length; i++)
        {
            Assert.Equal(Plain(i), bench.Take(frames[i], Plain(i)));
            for (int back = 0; back <= i && back < 300; back += 37)
            {
                byte[] old = [.. frames[i - back]];
                Assert.Equal(Late, bench.Receive.Decrypt(old, 0, old.Length));
                Assert.Equal(frames[i - back], old);
                old[0] |= 0x80;
                Assert.Equal(Late, bench.Receive.Decrypt(old, 0, old.Length));
            }
        }

        Assert.False(bench.Receive.IsLost);
        Assert.Equal(0, bench.Counters.MppeGap);
    }

    [Fact]
    public void C76_A_forged_frame_costs_no_genuine_one_whatever_its_count_and_flags()
    {
        // Between any two genuine frames come forged ones: every flag, counts near and far, noise.
        var random = new Random(3);
        var hub = new PeerMppe(s_startKey, 128, PeerMode.Stateful);
        var bench = new Bench(s_startKey, 128);
        for (int i = 0; i < 2000; i++)
        {
            byte[] forged = new byte[random.Next(1, 80)];
            random.NextBytes(forged);
            if (random.Next(4) != 0 && forged.Length >= 2)
            {
                int ahead = random.Next(3) == 0 ? 0 : random.Next(2048);
                int header = (random.Next(2) == 0 ? 0x1000 : 0x9000) | ((i + ahead) & 0xFFF);
                forged[0] = (byte)(header >> 8);
                forged[1] = (byte)header;
            }

            Assert.Null(bench.Take(forged, null));
            Assert.Equal(Plain(i), bench.Take(hub.Encrypt(Plain(i)), Plain(i)));
        }

        Assert.Equal(0, bench.Counters.MppeGap);
    }

    [Fact]
    public void C73_Only_encrypted_frames_without_compression_are_taken()
    {
        for (int flags = 0; flags < 16; flags++)
        {
            var hub = new PeerMppe(s_startKey, 128, PeerMode.Stateful);
            var bench = new Bench(s_startKey, 128);
            byte[] frame = hub.Encrypt(Plain(0));
            frame[0] = (byte)((flags << 4) | (frame[0] & 0x0F));

            int result = bench.Receive.Decrypt(frame, 0, frame.Length);

            // With A the first key begins anew, which it has just done.
            Assert.Equal(flags is 1 or 9 ? 2 : Bad, result);
            if (result > 0)
            {
                Assert.Equal(Plain(0), frame[2..]);
            }
        }

        var other = new Bench(s_startKey, 128);
        for (int length = 0; length < 3; length++)
        {
            Assert.Equal(Bad, other.Receive.Decrypt([0x10, 0x00, 0x55], 0, length));
        }

        Assert.False(other.Receive.IsLost);
    }

    [Fact]
    public void C79_The_count_wraps_after_4095()
    {
        var hub = new PeerMppe(s_startKey, 128, PeerMode.Stateful);
        var bench = new Bench(s_startKey, 128);
        var transmit = new MppeTransmit();
        transmit.Start(s_startKey, 0);
        for (int i = 0; i < (3 * 4096) + 300; i++)
        {
            byte[] frame = hub.Encrypt(Plain(i));
            Assert.Equal(Plain(i), bench.Take(frame, Plain(i)));
            byte[] ours = Encrypt(transmit, Plain(i));
            Assert.Equal(i & 0xFFF, ((ours[0] << 8) | ours[1]) & 0xFFF);
            Assert.Equal((i & 0xFF) == 0xFF ? 0x90 : 0x10, ours[0] & 0xF0);
            Assert.Equal(frame[2..], ours[2..]);
        }
    }

    [Fact]
    public void A_gap_of_2047_frames_is_the_longest_that_flag_A_bridges()
    {
        Assert.Equal(2048, Limits.MppeStatefulJump);
        foreach (int gap in (int[])[0, 1, 254, 255, 256, 2046, 2047, 2048])
        {
            var hub = new PeerMppe(s_startKey, 128, PeerMode.Stateful);
            var bench = new Bench(s_startKey, 128);
            for (int i = 0; i < gap; i++)
            {
                hub.Encrypt(Plain(i));
            }

            hub.MustFlush = true;
            byte[]? clear = bench.Take(hub.Encrypt(Plain(gap)), Plain(gap));

            Assert.Equal(gap < 2048 ? Plain(gap) : null, clear);
            Assert.Equal(gap < 2048 ? gap : 0, bench.Counters.MppeGap);
        }
    }

    [Fact]
    public void Start_forgets_the_session_before_and_Wipe_leaves_nothing()
    {
        var bench = new Bench(s_startKey, 40);
        var hub = new PeerMppe(s_startKey, 40, PeerMode.Stateful);
        bench.Take(hub.Encrypt(Plain(0)), Plain(0));
        Assert.Equal(Late, bench.Receive.Decrypt([0x10, 9, 1, 2], 0, 4));
        Assert.True(bench.Receive is { IsUsed: true, IsLost: true });

        bench.Receive.Start(s_startKey, 0, 128);
        Assert.True(bench.Receive is { IsUsed: false, IsLost: false });
        hub = new PeerMppe(s_startKey, 128, PeerMode.Stateful);
        Assert.Equal(Plain(0), bench.Take(hub.Encrypt(Plain(0)), Plain(0)));

        bench.Receive.Wipe();
        byte[] noise = hub.Encrypt(Plain(1));
        bench.Receive.Decrypt(noise, 0, noise.Length);
        Assert.NotEqual(Plain(1), noise[2..]);
    }

    private static Vector VectorOf(int bits)
    {
        IReadOnlyList<Vector> vectors = VectorFile.Read("rfc3078-mppe-stateful.txt");
        Assert.Equal(3, vectors.Count);
        return vectors.Single(vector => vector.Number("bits-count", 0) == bits);
    }

    /// <summary>A packet that cannot be mistaken for noise.</summary>
    private static byte[] Plain(int number)
    {
        byte[] plain = new byte[8 + (number % 40)];
        new Random(number).NextBytes(plain);
        plain[0] = 0x00;
        plain[1] = 0x21;
        return plain;
    }

    private static byte[] Encrypt(MppeTransmit transmit, byte[] plain)
    {
        byte[] b = [0xA5, 0, 0, .. plain, 0xA5];
        transmit.EncryptStateful(b, 3, plain.Length);
        Assert.Equal(0xA5, b[0]);
        Assert.Equal(0xA5, b[^1]);
        return b[1..^1];
    }

    /// <summary>A receiver, and a judge who knows what should be inside.</summary>
    private sealed class Bench
    {
        public Bench(byte[] startKey, int bits)
        {
            Receive = new MppeStatefulReceive(Counters);
            Receive.Start(startKey, 0, bits);
        }

        public Counters Counters { get; } = new();

        public MppeStatefulReceive Receive { get; }

        /// <summary>Gives a frame to the receiver and judges as the link does.</summary>
        /// <returns>What was inside, or null when it was not the packet.</returns>
        public byte[]? Take(byte[] frame, byte[]? plain)
        {
            byte[] b = [.. frame];
            if (Receive.Decrypt(b, 0, b.Length) < 0)
            {
                return null;
            }

            bool isRead = plain != null && b.AsSpan(2).SequenceEqual(plain);
            while (!isRead && Receive.DecryptAgain(b, 0, b.Length))
            {
                isRead = plain != null && b.AsSpan(2).SequenceEqual(plain);
            }

            if (!isRead)
            {
                Receive.Undo();
                return null;
            }

            Receive.Commit();
            return b[2..];
        }
    }
}
