// Decryption of what we receive (RFC 3078 s.4 and s.8.1): frames that are lost, late, repeated,
// forged or malformed.

using System;
using System.Collections.Generic;
using System.Linq;
using nanoPptp.Crypto.Tests;
using nanoPptp.Diagnostics;
using nanoPptp.Memory;
using nanoPptp.Mppe;
using Xunit;

namespace nanoPptp.Tests.Mppe;

public class MppeReceiveTests
{
    private const int Late = -(int)Reason.MppeLate;
    private const int Jump = -(int)Reason.MppeJump;
    private const int Bad = -(int)Reason.MppeBadFrame;
    private const byte Guard = 0xA5;

    private static readonly byte[] s_startKey =
        MppeKeyTests.Vector128("receive-start-key").Octets("receive-start-key");

    [Theory]
    [InlineData(40)]
    [InlineData(56)]
    [InlineData(128)]
    public void Whole_frames_of_the_vectors_are_decrypted(int bits)
    {
        Vector vector = MppeKeyTests.VectorOf(bits, "transmit-start-key");
        var receive = new MppeReceive(new Counters());
        receive.Start(vector.Octets("transmit-start-key"), 0, bits);

        foreach (string name in (string[])["frame-0", "frame-1"])
        {
            byte[] b = vector.Octets(name);
            Assert.Equal(2, receive.Accept(b, 0, b.Length));
            Assert.Equal(vector.Octets("plain"), b[2..]);
        }
    }

    [Fact]
    public void A_late_frame_is_lost_and_no_other_with_it()
    {
        // The order on which a well-known embedded stack loses every frame from 1 on.
        var bench = new Bench();

        Assert.Equal([0], bench.Give(0));
        Assert.Equal([2], bench.Give(2));
        Assert.Equal([], bench.Give(1));
        Assert.Equal([3, 4, 5], bench.Give(3, 4, 5));
        Assert.Equal(1, bench.Counters.MppeGap);
    }

    [Fact]
    public void A_frame_that_comes_twice_is_taken_once()
    {
        var bench = new Bench();

        Assert.Equal([0, 1, 2], bench.Give(0, 0, 1, 1, 1, 0, 2, 2, 1));
        Assert.Equal(0, bench.Counters.MppeGap);
    }

    [Fact]
    public void Lost_frames_are_counted_and_the_next_one_is_read()
    {
        var bench = new Bench();

        Assert.Equal([3, 4, 100, 355], bench.Give(3, 4, 100, 355));
        Assert.Equal(3 + 95 + 254, bench.Counters.MppeGap);
    }

    [Fact]
    public void A_jump_of_256_is_the_longest()
    {
        Assert.Equal(256, Limits.MppeForwardJump);
        for (int first = 0; first < 3; first++)
        {
            var bench = new Bench();
            Assert.Equal([first], bench.Give(first));

            Assert.Equal([], bench.Give(first + 257));
            Assert.Equal([first + 256], bench.Give(first + 256));
            Assert.Equal([first + 257], bench.Give(first + 257));
        }

        // Before the first frame, the one in front of 0 counts as the last.
        Assert.Equal([255], new Bench().Give(256, 255));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(33)]
    [InlineData(256)]
    public void C73_The_callers_bound_is_kept_to_the_frame(int limit)
    {
        var bench = new Bench();
        bench.Give(9);
        byte[] b = Bench.Frame(10 + limit);
        byte[] before = [.. b];
        Assert.Equal(Jump, bench.Receive.Decrypt(b, 0, b.Length, limit));
        Assert.Equal(before, b);
        b = Bench.Frame(9 + limit);
        Assert.Equal(2, bench.Receive.Decrypt(b, 0, b.Length, limit));
        Assert.Equal(Bench.Plain(9 + limit), b[2..]);
    }

    [Fact]
    public void C75_Half_of_the_counts_are_ahead_and_half_are_late()
    {
        var bench = new Bench();
        bench.Give([.. Enumerable.Range(0, 100)]);
        for (int ahead = 256; ahead < 4096; ahead++)
        {
            byte[] b = Bench.Frame((100 + ahead) % 4096);
            Assert.Equal(ahead < 2048 ? Jump : Late, bench.Receive.Accept(b, 0, b.Length));
        }

        // None of them has changed anything.
        Assert.Equal([100, 101], bench.Give(100, 101));
    }

    [Fact]
    public void No_count_outside_the_jump_changes_anything()
    {
        var bench = new Bench();
        bench.Give(10);
        for (int count = 0; count < 4096; count++)
        {
            if (count is < 11 or > 266)
            {
                Assert.Equal([], bench.Give(count));
            }
        }

        Assert.Equal([11, 12], bench.Give(11, 12));
        Assert.Equal(10, bench.Counters.MppeGap);
    }

    [Fact]
    public void The_count_wraps_after_4095()
    {
        var bench = new Bench();
        int[] all = [.. Enumerable.Range(0, (3 * 4096) + 10)];

        Assert.Equal(all, bench.Give(all));
        Assert.Equal(0, bench.Counters.MppeGap);
    }

    [Fact]
    public void Loss_and_late_frames_are_the_same_across_the_wrap()
    {
        var bench = new Bench();
        bench.Give([.. Enumerable.Range(0, 4094)]);

        Assert.Equal([4094, 4097, 4098], bench.Give(4094, 4097, 4095, 4096, 4097, 4098));
        Assert.Equal(2, bench.Counters.MppeGap);
        Assert.Equal([4098 + 256], bench.Give(4098 + 257, 4098 + 256));
    }

    [Fact]
    public void Only_flushed_and_encrypted_frames_without_compression_are_taken()
    {
        for (int flags = 0; flags < 16; flags++)
        {
            var bench = new Bench();
            byte[] frame = Bench.Frame(0);
            frame[0] = (byte)((flags << 4) | (frame[0] & 0x0F));
            byte[] before = [.. frame];

            int result = bench.Receive.Accept(frame, 0, frame.Length);

            Assert.Equal(flags == 9 ? 2 : Bad, result);
            if (flags != 9)
            {
                Assert.Equal(before, frame);
                Assert.Equal([0, 1], bench.Give(0, 1));
            }
        }
    }

    [Fact]
    public void A_frame_without_room_for_a_protocol_is_refused()
    {
        var bench = new Bench();
        for (int length = 0; length < 3; length++)
        {
            byte[] b = [0x90, 0x00, 0x55, 0x55];
            Assert.Equal(Bad, bench.Receive.Accept(b, 0, length));
            Assert.Equal([0x90, 0x00, 0x55, 0x55], b);
        }

        Assert.Equal([0, 1], bench.Give(0, 1));
    }

    [Fact]
    public void Refused_frames_are_left_as_they_were_and_nothing_around_a_frame_is_touched()
    {
        foreach (int offset in (int[])[0, 1, 7])
        {
            var bench = new Bench();
            byte[] frame = Bench.Frame(1);
            byte[] b = [.. Enumerable.Repeat(Guard, offset + frame.Length + 16)];
            frame.CopyTo(b, offset);
            byte[] before = [.. b];

            Assert.Equal(2, bench.Receive.Accept(b, offset, frame.Length));
            Assert.Equal(before[..(offset + 2)], b[..(offset + 2)]);
            Assert.Equal(Bench.Plain(1), b[(offset + 2)..^16]);
            Assert.Equal(before[^16..], b[^16..]);

            before.CopyTo(b, 0);
            Assert.Equal(Late, bench.Receive.Accept(b, offset, frame.Length));
            Assert.Equal(before, b);
        }
    }

    [Fact]
    public void Start_forgets_the_session_before()
    {
        var bench = new Bench();
        bench.Give(0, 1, 2);
        var other = new ReferenceMppe(MppeKeyTests.Vector128("transmit-start-key")
            .Octets("transmit-start-key"));

        bench.Receive.Start(
            MppeKeyTests.Vector128("transmit-start-key").Octets("transmit-start-key"), 0);

        byte[] b = other.Encrypt([0x00, 0x21, 9]);
        Assert.Equal(2, bench.Receive.Accept(b, 0, b.Length));
        Assert.Equal([0x00, 0x21, 9], b[2..]);
    }

    [Theory]
    [InlineData(1, 0.0, 0.0, 0.0)]
    [InlineData(2, 0.05, 0.0, 0.0)]
    [InlineData(3, 0.0, 0.3, 0.0)]
    [InlineData(4, 0.0, 0.0, 0.2)]
    [InlineData(5, 0.1, 0.2, 0.1)]
    [InlineData(6, 0.7, 0.1, 0.1)]
    public void Five_thousand_frames_are_read_as_other_hands_wrote_them(
        int seed, double loss, double disorder, double repetition)
    {
        var random = new Random(seed);
        byte[] startKey = new byte[16];
        random.NextBytes(startKey);
        var reference = new ReferenceMppe(startKey);
        var transmit = new MppeTransmit();
        transmit.Start(startKey, 0);
        var counters = new Counters();
        var receive = new MppeReceive(counters);
        receive.Start(startKey, 0);

        byte[][] plain = new byte[5000][];
        byte[][] frames = new byte[5000][];
        for (int i = 0; i < plain.Length; i++)
        {
            plain[i] = new byte[random.Next(1, 300)];
            random.NextBytes(plain[i]);
            frames[i] = reference.Encrypt(plain[i]);
            byte[] ours = [0, 0, .. plain[i]];
            transmit.Encrypt(ours, 2, plain[i].Length);
            Assert.Equal(frames[i], ours);
        }

        int[] order = [.. Enumerable.Range(0, frames.Length)
            .Where(_ => random.NextDouble() >= loss)
            .SelectMany(i => Enumerable.Repeat(i, random.NextDouble() < repetition ? 2 : 1))
            .Select(i => (
                Frame: i, At: i + (random.NextDouble() < disorder ? 8 * random.NextDouble() : 0)))
            .OrderBy(one => one.At)
            .Select(one => one.Frame)];
        int newest = -1;
        int gaps = 0;
        foreach (int i in order)
        {
            byte[] b = [.. frames[i]];
            int result = receive.Accept(b, 0, b.Length);
            if (i <= newest)
            {
                Assert.Equal(Late, result);
                Assert.Equal(frames[i], b);
                continue;
            }

            Assert.Equal(2, result);
            Assert.Equal(plain[i], b[2..]);
            gaps += i - newest - 1;
            newest = i;
        }

        Assert.Equal(gaps, counters.MppeGap);
        Assert.True(newest > 4096);
    }

    /// <summary>A receiver, and frames of its hub by number.</summary>
    private sealed class Bench
    {
        private static readonly byte[][] s_frames = Encrypt((3 * 4096) + 10);

        public Bench()
        {
            Receive = new MppeReceive(Counters);
            Receive.Start(s_startKey, 0);
        }

        public Counters Counters { get; } = new();

        public MppeReceive Receive { get; }

        /// <summary>What frame i holds.</summary>
        public static byte[] Plain(int i)
        {
            return [0x00, 0x21, (byte)(i >> 8), (byte)i, .. Enumerable.Repeat((byte)i, i % 50)];
        }

        public static byte[] Frame(int i)
        {
            return [.. s_frames[i]];
        }

        /// <summary>Gives frames to the receiver. Those it refuses are late and left alone; those
        /// it takes become what they held.</summary>
        /// <returns>The numbers of the frames taken.</returns>
        public int[] Give(params int[] numbers)
        {
            var taken = new List<int>();
            foreach (int i in numbers)
            {
                byte[] b = Frame(i);
                int result = Receive.Accept(b, 0, b.Length);
                if (result is Late or Jump)
                {
                    Assert.Equal(s_frames[i], b);
                    continue;
                }

                Assert.Equal(2, result);
                Assert.Equal(Plain(i), b[2..]);
                taken.Add(i);
            }

            return [.. taken];
        }

        private static byte[][] Encrypt(int count)
        {
            var reference = new ReferenceMppe(s_startKey);
            return [.. Enumerable.Range(0, count).Select(i => reference.Encrypt(Plain(i)))];
        }
    }
}
