// What is received and how it is acknowledged (RFC 9293 s.3.8.6, s.3.10.7.4; RFC 5681 s.4.2), and what
// a forger may try (RFC 5961).

using System;
using System.Collections.Generic;
using System.Linq;
using nanoPptp.Telemetry.Tcp;
using Xunit;

namespace nanoPptp.Telemetry.Tests.Tcp;

public sealed class TcpReceiveTests
{
    [Fact]
    public void A_single_segment_is_acknowledged_within_200_ms()
    {
        TcpBench bench = TcpBench.Open();
        Assert.Equal(10, bench.Sends("A", 1, 1, TcpBench.Text(10)));
        bench.ExpectsNothing();
        bench.Advance(199);
        bench.ExpectsNothing();
        bench.Advance(1);
        bench.Expects("A", 1, 11, window: 2038);
        bench.ExpectsNothing();
        Assert.Equal(TcpBench.Text(10), bench.Read());
    }

    [Fact]
    public void Every_second_segment_is_acknowledged_at_once()
    {
        TcpBench bench = TcpBench.Open();
        for (uint next = 1; next < 200; next += 20)
        {
            bench.Sends("A", next, 1, TcpBench.Text(10));
            bench.ExpectsNothing();
            bench.Sends("A", next + 10, 1, TcpBench.Text(10));
            bench.Expects("A", 1, next + 20);
        }
    }

    [Fact]
    public void What_we_send_carries_the_acknowledgment()
    {
        TcpBench bench = TcpBench.Open();
        bench.Sends("A", 1, 1, TcpBench.Text(10));
        bench.Write(TcpBench.Text(5));
        bench.Expects("A", 1, 11, TcpBench.Text(5));
        bench.Advance(250);
        bench.ExpectsNothing();
    }

    [Fact]
    public void Segments_in_any_order_come_out_in_order()
    {
        int[] order = [0, 1, 2, 3, 4];
        foreach (int[] permutation in Permutations(order))
        {
            TcpBench bench = TcpBench.Open();
            int taken = 0;
            foreach (int i in permutation)
            {
                taken += bench.Sends("A", (uint)(1 + (i * 100)), 1, TcpBench.Text(100, i * 100));
            }

            Assert.Equal(500, taken);
            Assert.Equal(TcpBench.Text(500), bench.Read());
            Assert.Equal(0, bench.Counters.Unkept);
        }
    }

    [Fact]
    public void Each_early_segment_makes_a_duplicate_acknowledgment_and_the_missing_one_is_acknowledged_at_once()
    {
        TcpBench bench = TcpBench.Open();
        bench.Sends("A", 101, 1, TcpBench.Text(100, 100));
        bench.Expects("A", 1, 1, window: 2048);
        bench.Sends("A", 201, 1, TcpBench.Text(100, 200));
        bench.Sends("A", 301, 1, TcpBench.Text(100, 300));
        bench.Sends("A", 401, 1, TcpBench.Text(100, 400));
        bench.Expects("A", 1, 1);
        bench.Expects("A", 1, 1);
        bench.Expects("A", 1, 1);
        bench.ExpectsNothing();
        Assert.Equal(0, bench.Tcp.ReceiveCount);
        Assert.Equal(500, bench.Sends("A", 1, 1, TcpBench.Text(100)));
        bench.Expects("A", 1, 501, window: 1548);
        Assert.Equal(4, bench.Counters.OutOfOrder);
    }

    [Fact]
    public void Four_stretches_are_kept_and_a_fifth_comes_again()
    {
        TcpBench bench = TcpBench.Open();
        for (int i = 1; i <= 5; i++)
        {
            bench.Sends("A", (uint)(1 + (i * 200)), 1, TcpBench.Text(100, i * 200));
        }

        Assert.Equal(1, bench.Counters.Unkept);

        // A stretch that touches two of them needs no room of its own.
        bench.Sends("A", 301, 1, TcpBench.Text(100, 300));
        Assert.Equal(1, bench.Counters.Unkept);
        Assert.Equal(500, bench.Sends("A", 1, 1, TcpBench.Text(200)));
        Assert.Equal(200, bench.Sends("A", 501, 1, TcpBench.Text(100, 500)));
        bench.Sends("A", 1001, 1, TcpBench.Text(100, 1000));
        Assert.Equal(1, bench.Counters.Unkept);
        Assert.Equal(200, bench.Sends("A", 701, 1, TcpBench.Text(100, 700)));
        Assert.Equal(200, bench.Sends("A", 901, 1, TcpBench.Text(100, 900)));
        Assert.Equal(TcpBench.Text(1100), bench.Read());
    }

    [Fact]
    public void Drawn_stretches_that_overlap_in_every_way_give_the_text()
    {
        for (int seed = 0; seed < 3000; seed++)
        {
            var random = new Random(seed);
            TcpBench bench = TcpBench.Open(receive: 1024);
            byte[] text = TcpBench.Text(3000);
            int read = 0;
            for (int step = 0; step < 2000 && read < text.Length; step++)
            {
                int from = Math.Max(0, read + random.Next(-300, 1100));
                int length = Math.Min(random.Next(1, 500), text.Length - from);
                if (length > 0)
                {
                    bench.Sends("A", (uint)(1 + from), 1, text[from..(from + length)]);
                }

                byte[] octets = random.Next(3) == 0 ? bench.Read(random.Next(1, 400)) : [];
                Assert.Equal(text[read..(read + octets.Length)], octets);
                read += octets.Length;
                bench.Tcp.Output(new byte[100], 0, 100, bench.NowMs);
            }

            Assert.Equal(text.Length, read);
        }
    }

    [Fact]
    public void The_window_shrinks_with_what_waits_and_its_edge_never_goes_back()
    {
        TcpBench bench = TcpBench.Open();
        for (uint i = 0; i < 4; i++)
        {
            Assert.Equal(512, bench.Sends("A", 1 + (i * 512), 1, TcpBench.Text(512, (int)i * 512)));
        }

        bench.Expects("A", 1, 2049, window: 0);

        // A probe of the closed window is answered, its octet dropped.
        Assert.Equal(0, bench.Sends("A", 2049, 1, [1]));
        bench.Expects("A", 1, 2049, window: 0);

        // A few octets of room are not offered; a segment is, at once.
        Assert.Equal(500, bench.Read(500).Length);
        bench.ExpectsNothing();
        Assert.Equal(0, bench.Sends("A", 2049, 1, [1]));
        bench.Expects("A", 1, 2049, window: 0);
        bench.Read(12);
        bench.Expects("A", 1, 2049, window: 512);
        bench.Read(500);
        bench.ExpectsNothing();
        bench.Read(1024);
        bench.Expects("A", 1, 2049, window: 2036);
    }

    [Fact]
    public void An_acknowledgment_at_a_closed_window_counts_also_with_octets_that_do_not_fit()
    {
        TcpBench bench = TcpBench.Open();
        bench.Write(TcpBench.Text(9));
        bench.Expects("A", 1, 1, TcpBench.Text(9));
        bench.Sends("A", 1, 1, TcpBench.Text(2048));
        Assert.Equal(0, bench.Sends("A", 2049, 10, TcpBench.Text(100)));
        Assert.Equal(0, bench.Tcp.UnacknowledgedCount);
    }

    [Fact]
    public void A_segment_without_octets_at_the_edge_of_a_full_window_counts()
    {
        TcpBench bench = TcpBench.Open();
        bench.Write(TcpBench.Text(9));
        bench.Expects("A", 1, 1, TcpBench.Text(9));

        // The first of four was lost; the peer's acknowledgment bears the number behind the last.
        bench.Sends("A", 513, 1, TcpBench.Text(1536, 512));
        bench.Sends("A", 2049, 10);
        Assert.Equal(0, bench.Tcp.UnacknowledgedCount);
    }

    [Fact]
    public void Octets_beyond_the_window_are_cut_off()
    {
        TcpBench bench = TcpBench.Open();
        Assert.Equal(2048, bench.Sends("AF", 1, 1, TcpBench.Text(3000)));
        Assert.Equal(TcpBench.Text(2048), bench.Read());
        Assert.Equal(TcpState.Established, bench.Tcp.State);
    }

    [Fact]
    public void What_came_already_is_acknowledged_again_and_told_apart_from_what_is_new()
    {
        TcpBench bench = TcpBench.Open();
        bench.Sends("A", 1, 1, TcpBench.Text(100));
        bench.Advance(200);
        bench.Expects("A", 1, 101);
        bench.Sends("A", 1, 1, TcpBench.Text(100));
        bench.Expects("A", 1, 101);
        Assert.Equal(1, bench.Counters.Duplicates);
        Assert.Equal(50, bench.Sends("A", 51, 1, TcpBench.Text(100, 50)));
        Assert.Equal(TcpBench.Text(150), bench.Read());
    }

    [Fact]
    public void The_peers_keepalive_is_answered()
    {
        TcpBench bench = TcpBench.Open();
        bench.Sends("A", 0, 1);
        bench.Expects("A", 1, 1);
        bench.Sends("A", 0, 1, [0]);
        bench.Expects("A", 1, 1);
    }

    [Fact]
    public void A_segment_without_ACK_is_dropped()
    {
        TcpBench bench = TcpBench.Open();
        Assert.Equal(0, bench.Sends(string.Empty, 1, 1, TcpBench.Text(10)));
        Assert.Equal(0, bench.Sends("F", 1, 1));
        bench.ExpectsNothing();
        Assert.Equal(TcpState.Established, bench.Tcp.State);
    }

    [Theory]
    [InlineData(TcpState.SynReceived)]
    [InlineData(TcpState.Established)]
    [InlineData(TcpState.FinWait1)]
    [InlineData(TcpState.FinWait2)]
    [InlineData(TcpState.CloseWait)]
    [InlineData(TcpState.Closing)]
    [InlineData(TcpState.LastAck)]
    public void RFC5961_An_RST_counts_with_the_very_next_number_only(TcpState state)
    {
        TcpBench bench = TcpBench.In(state);
        uint next = NextOf(state);
        bench.Sends("R", next + 1, 0);
        TcpWire challenge = bench.Next();
        Assert.Equal(("A", next), (challenge.Flags, challenge.Acknowledgment - bench.PeerIss));
        bench.Sends("RA", next - 1, 1);
        bench.Sends("R", next + 3000, 0);
        Assert.Equal(1, bench.Counters.ChallengeAcks);
        Assert.Equal(state, bench.Tcp.State);
        bench.Sends("R", next, 0);
        Assert.Equal(TcpState.Closed, bench.Tcp.State);
        Assert.True(bench.Tcp.IsOver);
        bench.ExpectsNothing();
        Assert.Equal(
            state switch
            {
                TcpState.SynReceived => TcpEnd.Refused,
                TcpState.Closing => TcpEnd.ClosedByUs,
                TcpState.LastAck => TcpEnd.ClosedByPeer,
                _ => TcpEnd.Reset,
            },
            bench.Tcp.End);
    }

    [Theory]
    [InlineData(TcpState.SynReceived)]
    [InlineData(TcpState.Established)]
    [InlineData(TcpState.FinWait1)]
    [InlineData(TcpState.FinWait2)]
    [InlineData(TcpState.CloseWait)]
    [InlineData(TcpState.Closing)]
    [InlineData(TcpState.LastAck)]
    [InlineData(TcpState.TimeWait)]
    public void RFC5961_A_SYN_is_answered_with_a_challenge_wherever_it_lies(TcpState state)
    {
        TcpBench bench = TcpBench.In(state);
        foreach (uint sequence in new uint[] { 0, 1, 2, 5, 100_000, 3_000_000_000 })
        {
            bench.Sends(sequence % 2 == 0 ? "S" : "SA", sequence, 1, TcpBench.Text(3));
            TcpWire challenge = bench.Next();
            Assert.Equal(("A", NextOf(state)), (challenge.Flags, challenge.Acknowledgment - bench.PeerIss));
            Assert.Equal(state, bench.Tcp.State);
        }

        Assert.Equal(6, bench.Counters.ChallengeAcks);
        Assert.Equal(0, bench.Tcp.ReceiveCount);
    }

    [Fact]
    public void RFC5961_An_acknowledgment_of_what_was_never_sent_or_is_too_old_is_a_challenge()
    {
        TcpBench bench = TcpBench.Open(window: 5000);
        bench.Write(TcpBench.Text(100));
        bench.Expects("A", 1, 1, TcpBench.Text(100));
        Assert.Equal(0, bench.Sends("A", 1, 102, TcpBench.Text(10)));
        bench.Expects("A", 101, 1);
        Assert.Equal(0, bench.Sends("A", 1, unchecked(0u - 6000), TcpBench.Text(10)));
        bench.Expects("A", 101, 1);
        Assert.Equal(10, bench.Sends("A", 1, 0, TcpBench.Text(10)));
        Assert.Equal((100, 2), (bench.Tcp.UnacknowledgedCount, bench.Counters.ChallengeAcks));
    }

    [Fact]
    public void RFC5961_Challenges_are_limited()
    {
        TcpBench bench = TcpBench.Open();
        int answers = 0;
        for (int i = 0; i < 1000; i++)
        {
            bench.Sends("S", 77, 1);
            answers += bench.Tcp.Output(new byte[100], 0, 100, bench.NowMs) > 0 ? 1 : 0;
        }

        Assert.Equal((10, 10, 990), (answers, bench.Counters.ChallengeAcks, bench.Counters.Withheld));
        bench.Advance(5000);
        bench.Sends("S", 77, 1);
        bench.Expects("A", 1, 1);
    }

    [Fact]
    public void Acknowledgments_that_each_end_finds_unacceptable_fall_silent()
    {
        TcpBench bench = TcpBench.Open();
        int answers = 0;
        for (int i = 0; i < 100; i++)
        {
            bench.Sends("A", 90000, 1);
            answers += bench.Tcp.Output(new byte[100], 0, 100, bench.NowMs) > 0 ? 1 : 0;
        }

        Assert.Equal(10, answers);
    }

    private static uint NextOf(TcpState state) =>
        state is TcpState.CloseWait or TcpState.Closing or TcpState.LastAck or TcpState.TimeWait ? 2u : 1u;

    private static IEnumerable<int[]> Permutations(int[] items) => items.Length == 0
        ? [[]]
        : items.SelectMany(first => Permutations([.. items.Where(item => item != first)])
            .Select(rest => (int[])[first, .. rest]));
}
