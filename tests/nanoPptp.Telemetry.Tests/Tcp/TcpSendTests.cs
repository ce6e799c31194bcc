// What is sent and sent again: windows (RFC 9293 s.3.8.6), the time-out (RFC 6298), congestion and
// recovery (RFC 5681, 6582, 3042, 5827).

using System.Collections.Generic;
using nanoPptp.Telemetry.Tcp;
using Xunit;

namespace nanoPptp.Telemetry.Tests.Tcp;

public sealed class TcpSendTests
{
    private const int Segment = 1000;

    [Fact]
    public void Each_pack_leaves_at_once_although_the_one_before_is_unanswered()
    {
        TcpBench bench = TcpBench.Open();
        bench.Write(TcpBench.Text(10));
        bench.Expects("A", 1, 1, TcpBench.Text(10));
        bench.Write(TcpBench.Text(20));
        bench.Expects("A", 11, 1, TcpBench.Text(20));
        Assert.Equal(30, bench.Tcp.UnacknowledgedCount);
        bench.Sends("A", 1, 11);
        Assert.Equal(20, bench.Tcp.UnacknowledgedCount);
        bench.Sends("A", 1, 31);
        Assert.Equal(0, bench.Tcp.UnacknowledgedCount);
        bench.ExpectsNothing();
    }

    [Fact]
    public void Send_takes_all_or_nothing()
    {
        TcpBench bench = TcpBench.Open();
        Assert.Equal(4096, bench.Tcp.SendFree);
        Assert.Equal(0, bench.Tcp.Send(new byte[4097], 0, 4097));
        Assert.Equal(0, bench.Tcp.Send([], 0, 0));
        Assert.Equal(4096, bench.Tcp.Send(new byte[4096], 0, 4096));
        Assert.Equal(0, bench.Tcp.SendFree);
        Assert.Equal(0, bench.Tcp.Send([1], 0, 1));
    }

    [Fact]
    public void Slow_start_begins_with_four_segments_and_never_has_more_under_way()
    {
        TcpBench bench = Flight(window: 60000, send: 20000);
        Write(bench, 20000);
        uint next = 1;
        for (; next < 4000; next += Segment)
        {
            bench.Expects("A", next, 1, TcpBench.Text(Segment, (int)next - 1));
        }

        bench.ExpectsNothing();
        for (uint acked = 1001; acked < 15000; acked += Segment, next += Segment)
        {
            bench.Advance(7);
            bench.Sends("A", 1, acked, window: 60000);
            bench.Expects("A", next, 1, TcpBench.Text(Segment, (int)next - 1));
            bench.ExpectsNothing();
        }
    }

    [Fact]
    public void Segments_of_a_tunnel_begin_with_three()
    {
        TcpBench bench = TcpBench.Open(window: 60000);
        Assert.Equal(4096, bench.Tcp.Send(TcpBench.Text(4096), 0, 4096));
        bench.Expects("A", 1, 1, TcpBench.Text(1360));
        bench.Expects("A", 1361, 1, TcpBench.Text(1360, 1360));
        bench.Expects("A", 2721, 1, TcpBench.Text(1360, 2720));
        bench.ExpectsNothing();
        bench.Sends("A", 1, 1361, window: 60000);
        TcpWire last = bench.Expects("A", 4081, 1, TcpBench.Text(16, 4080));
        Assert.True(last.Has('P'));
    }

    [Fact]
    public void A_lost_segment_is_repeated_after_the_RTO_together_with_what_was_behind_it()
    {
        TcpBench bench = TcpBench.Open();
        int rtoMs = bench.Tcp.RetransmissionTimeoutMs;
        Assert.Equal(320, rtoMs);
        bench.Write(TcpBench.Text(100));
        bench.Expects("A", 1, 1, TcpBench.Text(100));
        bench.Write(TcpBench.Text(50, 100));
        bench.Expects("A", 101, 1, TcpBench.Text(50, 100));
        bench.Advance(rtoMs - 1);
        bench.ExpectsNothing();
        bench.Advance(1);
        bench.Expects("A", 1, 1, TcpBench.Text(150));
        bench.ExpectsNothing();
        bench.Advance((rtoMs * 2) - 1);
        bench.ExpectsNothing();
        bench.Advance(1);
        bench.Expects("A", 1, 1, TcpBench.Text(150));

        // Karn: the answer to a repetition measures nothing, and the back-off stays.
        bench.Advance(500);
        bench.Sends("A", 1, 151);
        Assert.Equal((20, rtoMs * 4), (bench.Tcp.RoundTripMs, bench.Tcp.RetransmissionTimeoutMs));
        bench.Write(TcpBench.Text(1));
        bench.Expects("A", 151, 1, TcpBench.Text(1));
        bench.Advance(20);
        bench.Sends("A", 1, 152);
        Assert.Equal(rtoMs, bench.Tcp.RetransmissionTimeoutMs);
        Assert.Equal((2, 2), (bench.Counters.Retransmissions, bench.Counters.TimeOuts));
    }

    [Fact]
    public void The_RTO_follows_the_RFCs_arithmetic()
    {
        var timer = new RetransmissionTimer();
        timer.Reset(1000);
        Assert.Equal(1000, timer.TimeoutMs);
        double smoothed = 0;
        double variation = 0;
        int[] trips = [500, 700, 650, 90, 2000, 2000, 40, 3000, 3000, 3000, 10, 10, 10, 10, 10, 10, 10, 0];
        foreach (int r in trips)
        {
            timer.Measured(r);
            int measured = System.Math.Max(r, 1);
            double error = System.Math.Abs(smoothed - measured);
            variation = smoothed == 0 ? measured / 2.0 : (variation * 0.75) + (error * 0.25);
            smoothed = smoothed == 0 ? measured : (smoothed * 0.875) + (measured * 0.125);
            double rto = System.Math.Min(smoothed + System.Math.Max(300, 4 * variation), 60000);
            Assert.InRange(timer.RoundTripMs, smoothed - 2, smoothed + 1);
            Assert.InRange(timer.TimeoutMs, rto - 12, rto + 12);
        }

        timer.Measured(59000);
        timer.Measured(59000);
        Assert.InRange(timer.TimeoutMs, 1000, 60000);
        timer.Reset(1000);
        for (int i = 0; i < 100; i++)
        {
            timer.BackOff();
        }

        Assert.Equal(60000, timer.TimeoutMs);
        timer.Measured(100);
        Assert.Equal(400, timer.TimeoutMs);
    }

    [Fact]
    public void Three_duplicates_bring_the_lost_segment_at_once()
    {
        TcpBench bench = Flight(window: 60000);
        Write(bench, 4000);
        Pull(bench, 4);
        bench.Advance(20);
        bench.Sends("A", 1, 1, window: 60000);
        bench.Sends("A", 1, 1, window: 60000);
        bench.ExpectsNothing();
        bench.Sends("A", 1, 1, window: 60000);
        bench.Expects("A", 1, 1, TcpBench.Text(Segment));
        bench.ExpectsNothing();
        bench.Sends("A", 1, 1, window: 60000);
        bench.ExpectsNothing();
        bench.Sends("A", 1, 4001, window: 60000);
        bench.ExpectsNothing();
        Assert.Equal((1, 1), (bench.Counters.FastRetransmits, bench.Counters.Retransmissions));
        Assert.Equal(0, bench.Counters.TimeOuts);
        Assert.Equal(0, bench.Tcp.UnacknowledgedCount);
    }

    [Fact]
    public void A_partial_acknowledgment_in_recovery_brings_the_next_hole()
    {
        TcpBench bench = Flight(window: 60000);
        Write(bench, 4000);
        Pull(bench, 4);

        // The first and the third were lost.
        bench.Sends("A", 1, 1, window: 60000);
        bench.Sends("A", 1, 1, window: 60000);
        bench.Sends("A", 1, 1, window: 60000);
        bench.Expects("A", 1, 1, TcpBench.Text(Segment));
        bench.Sends("A", 1, 2001, window: 60000);
        bench.Expects("A", 2001, 1, TcpBench.Text(Segment, 2000));
        bench.ExpectsNothing();
        bench.Sends("A", 1, 4001, window: 60000);
        bench.ExpectsNothing();
        Assert.Equal(0, bench.Counters.TimeOuts);
    }

    [Theory]
    [InlineData(2, 1)]
    [InlineData(3, 2)]
    public void Early_retransmit_needs_one_duplicate_less_than_segments_under_way(int segments, int duplicates)
    {
        TcpBench bench = Flight(window: 60000);
        Write(bench, segments * Segment);
        Pull(bench, segments);
        for (int i = 1; i < duplicates; i++)
        {
            bench.Sends("A", 1, 1, window: 60000);
            bench.ExpectsNothing();
        }

        bench.Sends("A", 1, 1, window: 60000);
        bench.Expects("A", 1, 1, TcpBench.Text(Segment));
    }

    [Fact]
    public void Of_a_flight_of_small_segments_two_duplicates_are_believed_and_all_is_repeated_in_one()
    {
        TcpBench bench = TcpBench.Open();
        for (int i = 0; i < 3; i++)
        {
            bench.Write(TcpBench.Text(30, i * 30));
            bench.Expects("A", (uint)(1 + (i * 30)), 1, TcpBench.Text(30, i * 30));
        }

        bench.Sends("A", 1, 1);
        bench.ExpectsNothing();
        bench.Sends("A", 1, 1);
        bench.Expects("A", 1, 1, TcpBench.Text(90));
        bench.ExpectsNothing();
    }

    [Fact]
    public void Limited_transmit_sends_something_new_for_the_first_two_duplicates()
    {
        TcpBench bench = Flight(window: 60000);
        Write(bench, 4000);
        Pull(bench, 4);
        bench.Advance(2000);
        bench.Expects("A", 1, 1, TcpBench.Text(Segment));
        bench.Sends("A", 1, 4001, window: 60000);

        // The window is two segments now, and two and a half after the next acknowledgment.
        Write(bench, 5000, 4000);
        Pull(bench, 2);
        bench.ExpectsNothing();
        bench.Sends("A", 1, 5001, window: 60000);
        Pull(bench, 1);
        bench.ExpectsNothing();
        bench.Sends("A", 1, 5001, window: 60000);
        bench.Expects("A", 7001, 1, TcpBench.Text(Segment, 7000));
        bench.ExpectsNothing();
        bench.Sends("A", 1, 5001, window: 60000);
        bench.Expects("A", 8001, 1, TcpBench.Text(Segment, 8000));
        bench.ExpectsNothing();
        bench.Sends("A", 1, 5001, window: 60000);
        bench.Expects("A", 5001, 1, TcpBench.Text(Segment, 5000));
    }

    [Fact]
    public void After_a_time_out_one_segment_goes_and_slow_start_begins_anew()
    {
        TcpBench bench = Flight(window: 60000);
        Write(bench, 4000);
        Pull(bench, 4);
        bench.Advance(bench.Tcp.RetransmissionTimeoutMs);
        bench.Expects("A", 1, 1, TcpBench.Text(Segment));
        bench.ExpectsNothing();

        // The peer had kept the second: what is acknowledged is not sent again.
        bench.Sends("A", 1, 2001, window: 60000);
        bench.Expects("A", 2001, 1, TcpBench.Text(Segment, 2000));
        bench.Expects("A", 3001, 1, TcpBench.Text(Segment, 3000));
        bench.ExpectsNothing();

        // Duplicates of what was under way then bring no second recovery.
        bench.Sends("A", 1, 2001, window: 60000);
        bench.Sends("A", 1, 2001, window: 60000);
        bench.Sends("A", 1, 2001, window: 60000);
        bench.ExpectsNothing();
        Assert.Equal(0, bench.Counters.FastRetransmits);
    }

    [Fact]
    public void The_peers_window_is_the_limit()
    {
        TcpBench bench = TcpBench.Open(window: 2000);
        bench.Write(TcpBench.Text(3000));
        bench.Expects("A", 1, 1, TcpBench.Text(1360));

        // 640 octets would fit: less than a segment and less than half of its window. No silly window.
        bench.ExpectsNothing();
        bench.Sends("A", 1, 1361, window: 2000);
        bench.Expects("A", 1361, 1, TcpBench.Text(1360, 1360));
    }

    [Fact]
    public void A_silly_window_is_filled_after_the_probe_timer_only()
    {
        TcpBench bench = TcpBench.Open(window: 2000);
        bench.Write(TcpBench.Text(3000));
        bench.Expects("A", 1, 1, TcpBench.Text(1360));
        bench.Sends("A", 1, 1361, window: 50);
        bench.ExpectsNothing();
        bench.Advance(bench.Tcp.RetransmissionTimeoutMs);
        bench.Expects("A", 1361, 1, TcpBench.Text(50, 1360));
        bench.ExpectsNothing();
    }

    [Fact]
    public void A_closed_window_is_probed_at_doubling_intervals_for_as_long_as_the_peer_answers()
    {
        TcpBench bench = TcpBench.Open(window: 0);
        bench.Write(TcpBench.Text(100));
        bench.ExpectsNothing();
        List<int> pauses = [];
        int sum = 0;
        while (sum < 600_000)
        {
            int pauseMs = bench.Tcp.NextDeadlineMs(bench.NowMs);
            bench.Advance(pauseMs);
            bench.Expects("A", 1, 1, TcpBench.Text(1));
            bench.ExpectsNothing();
            bench.Sends("A", 1, 1, window: 0);
            pauses.Add(pauseMs);
            sum += pauseMs;
        }

        Assert.Equal([320, 640, 1280, 2560, 5120, 10240, 20480, 40960, 60000, 60000], pauses[..10]);
        Assert.Equal(pauses.Count, bench.Counters.Probes);
        Assert.True(bench.Tcp.IsOpen);

        // It opens: all of it goes, the probe's octet too.
        bench.Sends("A", 1, 1, window: 4000);
        bench.Expects("A", 1, 1, TcpBench.Text(100));
        bench.Sends("A", 1, 101, window: 4000);
        Assert.Equal(0, bench.Tcp.UnacknowledgedCount);
    }

    [Fact]
    public void A_closed_window_that_is_never_answered_ends_with_the_user_time_out()
    {
        TcpBench bench = TcpBench.Open(window: 0);
        bench.Write(TcpBench.Text(100));
        bench.Advance(1);
        while (!bench.Tcp.IsOver)
        {
            bench.Advance(1000);
            bench.Tcp.Output(new byte[1500], 0, 1380, bench.NowMs);
        }

        Assert.Equal((TcpEnd.TimedOut, 100), (bench.Tcp.End, bench.Tcp.UnacknowledgedCount));
    }

    [Fact]
    public void A_window_that_closes_over_what_is_under_way_is_probed_when_the_time_out_comes()
    {
        TcpBench bench = TcpBench.Open();
        bench.Write(TcpBench.Text(100));
        bench.Expects("A", 1, 1, TcpBench.Text(100));
        bench.Sends("A", 1, 1, window: 0);
        bench.Advance(bench.Tcp.RetransmissionTimeoutMs);
        bench.Expects("A", 1, 1, TcpBench.Text(1));
        bench.Sends("A", 1, 2, window: 3000);
        bench.Expects("A", 2, 1, TcpBench.Text(99, 1));
    }

    [Fact]
    public void An_old_segment_brings_no_old_window_back()
    {
        TcpBench bench = TcpBench.Open(window: 8000);
        bench.Sends("A", 1, 1, TcpBench.Text(10), window: 5000);
        bench.Sends("A", 11, 1, TcpBench.Text(10), window: 0);
        bench.Sends("A", 1, 1, TcpBench.Text(10), window: 5000);
        bench.Expects("A", 1, 21);
        bench.Write([1]);
        bench.ExpectsNothing();
    }

    [Fact]
    public void Time_without_any_way_out_is_one_repetition_and_not_many_back_offs()
    {
        TcpBench bench = TcpBench.Open();
        bench.Write(TcpBench.Text(100));
        bench.Expects("A", 1, 1, TcpBench.Text(100));
        for (int i = 0; i < 200; i++)
        {
            bench.Advance(1000);
        }

        Assert.Equal(1, bench.Counters.TimeOuts);
        bench.Expects("A", 1, 1, TcpBench.Text(100));
        Assert.Equal(640, bench.Tcp.RetransmissionTimeoutMs);
        bench.Sends("A", 1, 101);
        Assert.True(bench.Tcp.IsOpen);
    }

    [Fact]
    public void A_tunnel_that_stands_again_asks_at_once()
    {
        TcpBench bench = TcpBench.Open();
        bench.Write(TcpBench.Text(100));
        bench.Expects("A", 1, 1, TcpBench.Text(100));
        for (int i = 0; i < 5; i++)
        {
            bench.Advance(bench.Tcp.RetransmissionTimeoutMs);
            bench.Expects("A", 1, 1, TcpBench.Text(100));
        }

        Assert.Equal(320 << 5, bench.Tcp.RetransmissionTimeoutMs);
        bench.Tcp.Resume(bench.NowMs);
        bench.Advance(1);
        bench.Expects("A", 1, 1, TcpBench.Text(100));
        Assert.Equal(640, bench.Tcp.RetransmissionTimeoutMs);
    }

    [Fact]
    public void A_peer_that_acknowledges_nothing_ends_the_connection_after_the_user_time_out()
    {
        TcpBench bench = TcpBench.Open();
        bench.Tcp.UserTimeoutMs = 20000;
        bench.Write(TcpBench.Text(100));
        int sinceMs = bench.NowMs;
        while (!bench.Tcp.IsOver)
        {
            bench.Tcp.Output(new byte[1500], 0, 1380, bench.NowMs);
            bench.Advance(bench.Tcp.NextDeadlineMs(bench.NowMs));
        }

        Assert.Equal((TcpEnd.TimedOut, 20000), (bench.Tcp.End, unchecked(bench.NowMs - sinceMs)));
        Assert.Equal(100, bench.Tcp.UnacknowledgedCount);
        Assert.False(bench.Tcp.IsOpen);
    }

    [Fact]
    public void Silence_is_broken_by_a_keepalive_and_its_answer_is_enough()
    {
        TcpBench bench = TcpBench.Open();
        for (int i = 0; i < 3; i++)
        {
            bench.Advance(TcpLimits.KeepAliveMs - 1);
            bench.ExpectsNothing();
            bench.Advance(1);
            bench.Expects("A", 0, 1);
            bench.ExpectsNothing();
            bench.Sends("A", 1, 1);
        }

        Assert.Equal(3, bench.Counters.KeepAlives);
        bench.Advance(TcpLimits.KeepAliveMs);
        int asked = 0;
        while (!bench.Tcp.IsOver)
        {
            asked += bench.Tcp.Output(new byte[1500], 0, 1380, bench.NowMs) > 0 ? 1 : 0;
            bench.Advance(bench.Tcp.NextDeadlineMs(bench.NowMs));
        }

        Assert.Equal(TcpEnd.TimedOut, bench.Tcp.End);
        Assert.InRange(asked, 5, 15);
    }

    [Fact]
    public void Without_keepalive_an_idle_connection_waits_for_nothing()
    {
        TcpBench bench = TcpBench.Open();
        bench.Tcp.KeepAliveMs = 0;
        bench.Sends("A", 1, 1);
        Assert.Equal(int.MaxValue, bench.Tcp.NextDeadlineMs(bench.NowMs));
    }

    [Fact]
    public void A_narrower_tunnel_gets_shorter_segments()
    {
        TcpBench bench = TcpBench.Open();
        bench.Write(TcpBench.Text(1300));
        Assert.Equal(TcpBench.Text(536), bench.Next(556).Payload);
        Assert.Equal(TcpBench.Text(536, 536), bench.Next(556).Payload);
        Assert.Equal(TcpBench.Text(228, 1072), bench.Next(556).Payload);
    }

    private static TcpBench Flight(int window, int send = 8192)
    {
        var bench = new TcpBench(send: send);
        bench.Expects("S", 0, 0);
        bench.Advance(20);
        bench.Sends("SA", 0, 1, window: window, mss: Segment);
        bench.Expects("A", 1, 1);
        return bench;
    }

    private static void Write(TcpBench bench, int length, int from = 0) => bench.Write(TcpBench.Text(length, from));

    private static void Pull(TcpBench bench, int segments)
    {
        for (int i = 0; i < segments; i++)
        {
            Assert.Equal(Segment, bench.Next().Payload.Length);
        }
    }
}
