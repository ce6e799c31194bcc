// How a connection ends (RFC 9293 s.3.6, s.3.10.4, s.3.10.5, s.3.10.7.4): FIN and RST in every state,
// from either end.

using nanoPptp.Telemetry.Tcp;
using Xunit;

namespace nanoPptp.Telemetry.Tests.Tcp;

public sealed class TcpCloseTests
{
    [Fact]
    public void A_close_goes_behind_what_was_sent()
    {
        TcpBench bench = TcpBench.Open();
        bench.Write(TcpBench.Text(100));
        bench.Tcp.Close(bench.NowMs);
        Assert.False(bench.Tcp.IsOpen);
        Assert.Equal(0, bench.Tcp.Send([1], 0, 1));
        bench.Expects("AF", 1, 1, TcpBench.Text(100));
        Assert.Equal(TcpState.FinWait1, bench.Tcp.State);
        bench.Sends("A", 1, 102);
        Assert.Equal(TcpState.FinWait2, bench.Tcp.State);
        Assert.False(bench.Tcp.IsOver);
        bench.Sends("AF", 1, 102);
        Assert.Equal((TcpState.TimeWait, TcpEnd.ClosedByUs), (bench.Tcp.State, bench.Tcp.End));
        bench.Expects("A", 102, 2);
        bench.ExpectsNothing();
        Assert.True(bench.Tcp.IsOver);
        Assert.Equal(0, bench.Tcp.UnacknowledgedCount);
    }

    [Fact]
    public void A_FIN_waits_for_room_only_if_octets_do()
    {
        TcpBench bench = TcpBench.Open(window: 0);
        bench.Tcp.Close(bench.NowMs);
        bench.Expects("AF", 1, 1);

        bench = TcpBench.Open(window: 50);
        bench.Write(TcpBench.Text(60));
        bench.Tcp.Close(bench.NowMs);
        TcpWire first = bench.Expects("A", 1, 1, TcpBench.Text(50));
        Assert.False(first.Has('P'));
        bench.ExpectsNothing();
        bench.Sends("A", 1, 51, window: 50);
        bench.Expects("AF", 51, 1, TcpBench.Text(10, 50));
    }

    [Fact]
    public void A_lost_FIN_is_repeated_with_what_is_missing()
    {
        TcpBench bench = TcpBench.Open();
        bench.Write(TcpBench.Text(100));
        bench.Expects("A", 1, 1, TcpBench.Text(100));
        bench.Tcp.Close(bench.NowMs);
        bench.Expects("AF", 101, 1);
        bench.Advance(bench.Tcp.RetransmissionTimeoutMs);
        bench.Expects("AF", 1, 1, TcpBench.Text(100));
        bench.Sends("A", 1, 101);
        Assert.Equal(TcpState.FinWait1, bench.Tcp.State);
        bench.Advance(bench.Tcp.RetransmissionTimeoutMs);
        bench.Expects("AF", 101, 1);
        bench.Sends("A", 1, 102);
        Assert.Equal(TcpState.FinWait2, bench.Tcp.State);
    }

    [Fact]
    public void The_peer_may_close_its_half_and_we_go_on()
    {
        TcpBench bench = TcpBench.Open();
        bench.Sends("AF", 1, 1, TcpBench.Text(10));
        bench.Expects("A", 1, 12);
        Assert.Equal(TcpState.CloseWait, bench.Tcp.State);
        Assert.False(bench.Tcp.IsPeerDone);
        Assert.Equal(TcpBench.Text(10), bench.Read());
        Assert.True(bench.Tcp.IsPeerDone);
        Assert.True(bench.Tcp.IsOpen);
        bench.ExpectsNothing();
        bench.Write(TcpBench.Text(20));
        bench.Expects("A", 1, 12, TcpBench.Text(20));
        bench.Tcp.Close(bench.NowMs);
        bench.Expects("AF", 21, 12);
        Assert.Equal(TcpState.LastAck, bench.Tcp.State);
        bench.Sends("A", 12, 22);
        Assert.Equal((TcpState.Closed, TcpEnd.ClosedByPeer), (bench.Tcp.State, bench.Tcp.End));
        Assert.Equal(int.MaxValue, bench.Tcp.NextDeadlineMs(bench.NowMs));
    }

    [Fact]
    public void We_may_close_our_half_and_the_peer_goes_on()
    {
        TcpBench bench = TcpBench.In(TcpState.FinWait2);
        uint next = 1;
        for (int i = 0; i < 10; i++, next += 100)
        {
            // Longer than the end of FIN-WAIT-2, but never silent for so long.
            bench.Advance(50_000);
            Assert.Equal(100, bench.Sends("A", next, 2, TcpBench.Text(100)));
            Assert.Equal(TcpBench.Text(100), bench.Read());
            bench.Advance(200);
            bench.Expects("A", 2, next + 100);
        }

        bench.Sends("AF", next, 2);
        bench.Expects("A", 2, next + 1);
        Assert.Equal(TcpState.TimeWait, bench.Tcp.State);
    }

    [Fact]
    public void A_peer_that_never_closes_is_left_after_a_minute()
    {
        TcpBench bench = TcpBench.In(TcpState.FinWait2);
        bench.Advance(TcpLimits.FinWaitMs - 1);
        Assert.False(bench.Tcp.IsOver);
        bench.Advance(1);
        Assert.Equal((TcpState.Closed, TcpEnd.ClosedByUs), (bench.Tcp.State, bench.Tcp.End));
        bench.Expects("RA", 2, 1);
        bench.ExpectsNothing();
    }

    [Fact]
    public void Both_may_close_at_once()
    {
        TcpBench bench = TcpBench.In(TcpState.Closing);
        Assert.False(bench.Tcp.IsOver);
        bench.Advance(bench.Tcp.RetransmissionTimeoutMs);
        bench.Expects("AF", 1, 2);
        bench.Sends("A", 2, 2);
        Assert.Equal((TcpState.TimeWait, TcpEnd.ClosedByUs), (bench.Tcp.State, bench.Tcp.End));
        bench.ExpectsNothing();
    }

    [Fact]
    public void A_FIN_that_acknowledges_ours_leads_from_FIN_WAIT_1_to_TIME_WAIT()
    {
        TcpBench bench = TcpBench.In(TcpState.FinWait1);
        bench.Sends("AF", 1, 2, TcpBench.Text(4));
        bench.Expects("A", 2, 6);
        Assert.Equal(TcpState.TimeWait, bench.Tcp.State);
        Assert.Equal(TcpBench.Text(4), bench.Read());
        Assert.True(bench.Tcp.IsPeerDone);
    }

    [Theory]
    [InlineData(TcpState.Established, TcpState.CloseWait)]
    [InlineData(TcpState.FinWait1, TcpState.Closing)]
    [InlineData(TcpState.FinWait2, TcpState.TimeWait)]
    public void A_FIN_in_front_of_missing_octets_waits_for_them(TcpState before, TcpState after)
    {
        TcpBench bench = TcpBench.In(before);
        uint ours = before == TcpState.FinWait2 ? 2u : 1u;
        bench.Sends("AF", 101, ours, TcpBench.Text(50, 100));
        Assert.Equal(before, bench.Tcp.State);
        Assert.Equal(1u, bench.Next().Acknowledgment - bench.PeerIss);
        Assert.Equal(151, bench.Sends("A", 1, ours, TcpBench.Text(101)) + 1);
        Assert.Equal(after, bench.Tcp.State);
        Assert.Equal(152u, bench.Next().Acknowledgment - bench.PeerIss);
        Assert.Equal(TcpBench.Text(150), bench.Read());
        Assert.True(bench.Tcp.IsPeerDone);
    }

    [Fact]
    public void A_bare_FIN_in_front_of_missing_octets_waits_for_them_and_nothing_comes_behind_it()
    {
        TcpBench bench = TcpBench.Open();
        bench.Sends("AF", 101, 1);
        bench.Expects("A", 1, 1);
        Assert.Equal(100, bench.Sends("A", 1, 1, TcpBench.Text(130)));
        bench.Expects("A", 1, 102);
        Assert.Equal(TcpState.CloseWait, bench.Tcp.State);
        Assert.Equal(0, bench.Sends("A", 102, 1, TcpBench.Text(10)));
        Assert.Equal(TcpBench.Text(100), bench.Read());
    }

    [Fact]
    public void A_FIN_into_a_closed_window_is_taken()
    {
        TcpBench bench = TcpBench.Open();
        bench.Sends("AF", 1, 1, TcpBench.Text(2048));
        bench.Expects("A", 1, 2050, window: 0);
        Assert.Equal(TcpState.CloseWait, bench.Tcp.State);

        bench = TcpBench.Open();
        bench.Sends("A", 1, 1, TcpBench.Text(2048));
        bench.Advance(200);
        bench.Expects("A", 1, 2049, window: 0);
        bench.Sends("AF", 2049, 1);
        bench.Expects("A", 1, 2050, window: 0);
        Assert.Equal(2048, bench.Read().Length);
        bench.ExpectsNothing();
    }

    [Theory]
    [InlineData(TcpState.CloseWait, 1u)]
    [InlineData(TcpState.Closing, 2u)]
    [InlineData(TcpState.LastAck, 2u)]
    [InlineData(TcpState.TimeWait, 2u)]
    public void A_FIN_that_comes_again_is_acknowledged_again(TcpState state, uint ours)
    {
        TcpBench bench = TcpBench.In(state);
        bench.Sends("AF", 1, 1);
        bench.Expects("A", ours, 2);
        Assert.Equal(state, bench.Tcp.State);
    }

    [Fact]
    public void TIME_WAIT_lasts_from_the_last_FIN_on_and_then_nothing_is_left()
    {
        TcpBench bench = TcpBench.In(TcpState.TimeWait);
        bench.Advance(TcpLimits.TimeWaitMs - 1);
        bench.Sends("AF", 1, 2);
        bench.Expects("A", 2, 2);
        bench.Advance(TcpLimits.TimeWaitMs - 1);
        Assert.Equal(TcpState.TimeWait, bench.Tcp.State);
        bench.Advance(1);
        Assert.Equal((TcpState.Closed, TcpEnd.ClosedByUs), (bench.Tcp.State, bench.Tcp.End));
        Assert.Equal(int.MaxValue, bench.Tcp.NextDeadlineMs(bench.NowMs));
    }

    [Fact]
    public void TIME_WAIT_keeps_its_ports_and_no_others()
    {
        TcpBench bench = TcpBench.In(TcpState.TimeWait);
        Assert.True(bench.Tcp.IsOver);
        Assert.False(bench.Connect(TcpBench.OurPort));
        Assert.True(bench.Connect(TcpBench.OurPort + 1));
        Assert.Equal((TcpState.SynSent, TcpEnd.None), (bench.Tcp.State, bench.Tcp.End));
        Assert.Equal(TcpBench.OurPort + 1, bench.Next().SourcePort);
        Assert.False(bench.Tcp.IsPeerDone);
    }

    [Fact]
    public void An_RST_ends_TIME_WAIT()
    {
        TcpBench bench = TcpBench.In(TcpState.TimeWait);
        bench.Sends("R", 2, 0);
        Assert.Equal((TcpState.Closed, TcpEnd.ClosedByUs), (bench.Tcp.State, bench.Tcp.End));
    }

    [Theory]
    [InlineData(TcpState.SynSent, false)]
    [InlineData(TcpState.SynReceived, true)]
    [InlineData(TcpState.Established, true)]
    [InlineData(TcpState.FinWait1, true)]
    [InlineData(TcpState.FinWait2, true)]
    [InlineData(TcpState.CloseWait, true)]
    [InlineData(TcpState.Closing, false)]
    [InlineData(TcpState.LastAck, false)]
    [InlineData(TcpState.TimeWait, false)]
    public void An_abort_sends_RST_where_the_RFC_says_so(TcpState state, bool sends)
    {
        TcpBench bench = TcpBench.In(state);
        bench.Tcp.Abort(bench.NowMs);
        Assert.Equal(TcpState.Closed, bench.Tcp.State);
        Assert.Equal(state == TcpState.TimeWait ? TcpEnd.ClosedByUs : TcpEnd.Aborted, bench.Tcp.End);
        if (sends)
        {
            Assert.Contains('R', bench.Next().Flags);
        }

        bench.ExpectsNothing();
        Assert.Equal(int.MaxValue, bench.Tcp.NextDeadlineMs(bench.NowMs));
        bench.Tcp.Abort(bench.NowMs);
        bench.ExpectsNothing();
    }

    [Fact]
    public void An_RST_still_leaves_when_the_next_connection_has_begun()
    {
        TcpBench bench = TcpBench.Open();
        bench.Write(TcpBench.Text(10));
        bench.Expects("A", 1, 1, TcpBench.Text(10));
        bench.Tcp.Abort(bench.NowMs);
        Assert.True(bench.Connect(TcpBench.OurPort + 1));
        TcpWire reset = bench.Expects("RA", 11, 1);
        Assert.Equal(TcpBench.OurPort, reset.SourcePort);
        Assert.Equal(TcpBench.OurPort + 1, bench.Expects("S", 0, 0).SourcePort);
        Assert.Equal(1, bench.Counters.ResetsSent);
    }

    [Theory]
    [InlineData(TcpState.SynSent)]
    [InlineData(TcpState.SynReceived)]
    [InlineData(TcpState.Established)]
    [InlineData(TcpState.FinWait1)]
    [InlineData(TcpState.FinWait2)]
    [InlineData(TcpState.CloseWait)]
    [InlineData(TcpState.Closing)]
    [InlineData(TcpState.LastAck)]
    [InlineData(TcpState.TimeWait)]
    public void A_drop_says_nothing_and_leaves_nothing(TcpState state)
    {
        TcpBench bench = TcpBench.In(state);
        bench.Sends("A", 1, 1, TcpBench.Text(5));
        bench.Tcp.Drop();
        Assert.Equal(state == TcpState.TimeWait ? TcpEnd.ClosedByUs : TcpEnd.Dropped, bench.Tcp.End);
        Assert.Equal(TcpState.Closed, bench.Tcp.State);
        bench.ExpectsNothing();
        Assert.Equal(int.MaxValue, bench.Tcp.NextDeadlineMs(bench.NowMs));
        Assert.True(bench.Connect(TcpBench.OurPort));
        bench.Expects("S", 0, 0);
    }

    [Theory]
    [InlineData(TcpState.SynSent, TcpState.Closed)]
    [InlineData(TcpState.FinWait1, TcpState.FinWait1)]
    [InlineData(TcpState.FinWait2, TcpState.FinWait2)]
    [InlineData(TcpState.Closing, TcpState.Closing)]
    [InlineData(TcpState.LastAck, TcpState.LastAck)]
    [InlineData(TcpState.TimeWait, TcpState.TimeWait)]
    public void A_second_close_changes_nothing(TcpState before, TcpState after)
    {
        TcpBench bench = TcpBench.In(before);
        bench.Tcp.Close(bench.NowMs);
        Assert.Equal(after, bench.Tcp.State);
        bench.ExpectsNothing();
    }

    [Fact]
    public void What_was_received_before_the_end_may_still_be_read()
    {
        TcpBench bench = TcpBench.Open();
        bench.Sends("A", 1, 1, TcpBench.Text(33));
        bench.Sends("R", 34, 0);
        Assert.Equal((TcpEnd.Reset, 33), (bench.Tcp.End, bench.Tcp.ReceiveCount));
        Assert.Equal(TcpBench.Text(33), bench.Read());
        Assert.Equal(0, bench.Sends("A", 34, 1, TcpBench.Text(33)));
        bench.ExpectsNothing();
    }

    [Theory]
    [InlineData(TcpState.FinWait1)]
    [InlineData(TcpState.Closing)]
    [InlineData(TcpState.LastAck)]
    public void A_close_that_nobody_answers_times_out(TcpState state)
    {
        TcpBench bench = TcpBench.In(state);
        for (int i = 0; i < 400 && !bench.Tcp.IsOver; i++)
        {
            bench.Advance(1000);
            bench.Tcp.Output(new byte[1400], 0, 1380, bench.NowMs);
        }

        Assert.Equal(TcpEnd.TimedOut, bench.Tcp.End);
    }
}
