// What the machine does in every state of RFC 1661 s.4.1 that an event can find it in: what it
// sends, what the layers above and below hear, how often it still repeats, and in which state it is
// then, proved by its answers. AutomatonAlterationTests plays all of this with every cell altered.

using System;
using Xunit;
using static nanoPptp.Tests.Ppp.PppState;

namespace nanoPptp.Tests.Ppp;

public sealed class AutomatonTraceTests
{
    private const int All = AutomatonBench.All;
    private const int AllButOne = AutomatonBench.AllButOne;
    private const int AsBefore = AutomatonBench.AsBefore;
    private const int OneLess = AutomatonBench.OneLess;
    private const int Terminates = AutomatonBench.Terminates;

    // ---- The owner and the line ----------------------------------------------------------------

    [Fact]
    public void Up_with_nobody_waiting_for_it_only_ends_Initial() =>
        Proves(Initial, peer => peer.Up(), Closed);

    [Fact]
    public void Up_begins_what_was_opened() =>
        Proves(Starting, peer => peer.Up().GetsRequest(), ReqSent, AllButOne);

    [Theory]
    [InlineData(Closed, 0)]
    [InlineData(Stopped, 0)]
    [InlineData(Closing, Terminates)]
    [InlineData(Stopping, Terminates)]
    [InlineData(ReqSent, AsBefore)]
    [InlineData(AckRcvd, All)]
    [InlineData(AckSent, AsBefore)]
    [InlineData(Opened, 0)]
    public void Up_on_a_line_that_is_up_is_counted_and_changes_nothing(PppState state, int left) =>
        Proves(state, peer => peer.Up().IsCounted(), state, left);

    [Theory]
    [InlineData(Closed, Initial)]
    [InlineData(Stopped, Starting)]
    [InlineData(Closing, Initial)]
    [InlineData(Stopping, Starting)]
    [InlineData(ReqSent, Starting)]
    [InlineData(AckRcvd, Starting)]
    [InlineData(AckSent, Starting)]
    public void Down_before_Opened_is_told_to_nobody(PppState before, PppState after) =>
        Proves(before, peer => peer.Down(), after);

    [Fact]
    public void Down_takes_an_open_layer_down() =>
        Proves(Opened, peer => peer.Down().LayerIsDown(), Starting);

    [Fact]
    public void Open_on_a_line_that_is_up_asks_at_once() =>
        Proves(Closed, peer => peer.Open().GetsRequest(), ReqSent, AllButOne);

    [Theory]
    [InlineData(Initial, Starting, 0)]
    [InlineData(Starting, Starting, 0)]
    [InlineData(Stopped, Stopped, 0)]
    [InlineData(Closing, Stopping, Terminates)]
    [InlineData(Stopping, Stopping, Terminates)]
    [InlineData(ReqSent, ReqSent, AsBefore)]
    [InlineData(AckRcvd, AckRcvd, All)]
    [InlineData(AckSent, AckSent, AsBefore)]
    [InlineData(Opened, Opened, 0)]
    public void Open_sends_nothing_elsewhere(PppState before, PppState after, int left) =>
        Proves(before, peer => peer.Open(), after, left);

    [Fact]
    public void Close_before_the_line_came_up_finishes_the_layer() =>
        Proves(Starting, peer => peer.Close().LayerIsFinished(), Initial);

    [Theory]
    [InlineData(Initial, Initial, 0)]
    [InlineData(Closed, Closed, 0)]
    [InlineData(Stopped, Closed, 0)]
    [InlineData(Closing, Closing, Terminates)]
    [InlineData(Stopping, Closing, Terminates)]
    public void Close_of_what_is_not_open_sends_nothing(
        PppState before, PppState after, int left) =>
        Proves(before, peer => peer.Close(), after, left);

    [Theory]
    [InlineData(ReqSent)]
    [InlineData(AckRcvd)]
    [InlineData(AckSent)]
    public void Close_of_what_is_being_negotiated_is_said_to_the_peer(PppState before) =>
        Proves(before, peer => peer.Close().GetsTerminateRequest(), Closing, Terminates);

    [Fact]
    public void Close_takes_an_open_layer_down_and_is_said_to_the_peer() => Proves(
        Opened, peer => peer.Close().LayerIsDown().GetsTerminateRequest(), Closing, Terminates);

    // ---- The restart timer ---------------------------------------------------------------------

    [Theory]
    [InlineData(ReqSent, ReqSent, OneLess)]
    [InlineData(AckRcvd, ReqSent, AllButOne)]
    [InlineData(AckSent, AckSent, OneLess)]
    public void A_request_without_an_answer_is_repeated(
        PppState before, PppState after, int left) =>
        Proves(before, peer => peer.TimesOut().GetsRequest(), after, left);

    [Theory]
    [InlineData(Closing)]
    [InlineData(Stopping)]
    public void A_terminate_request_without_an_answer_is_repeated(PppState state) => Proves(
        state, peer => peer.TimesOut().GetsTerminateRequest(), state, Terminates - 1);

    [Theory]
    [InlineData(ReqSent, AsBefore, Stopped)]
    [InlineData(AckSent, AsBefore, Stopped)]
    public void After_the_last_repetition_of_a_request_the_layer_is_finished(
        PppState before, int left, PppState after) =>
        Proves(before, peer => peer.TimesOutToTheEnd(left), after);

    [Theory]
    [InlineData(Closing, Terminates, Closed)]
    [InlineData(Stopping, Terminates, Stopped)]
    public void After_the_last_repetition_of_a_terminate_request_the_layer_is_finished(
        PppState before, int left, PppState after) =>
        Proves(before, peer => peer.TimesOutToTheEnd(left, terminates: true), after);

    // ---- Configure-Request ---------------------------------------------------------------------

    [Theory]
    [InlineData(ReqSent, AckSent, AsBefore)]
    [InlineData(AckSent, AckSent, AsBefore)]
    public void A_good_request_is_acknowledged(PppState before, PppState after, int left) =>
        Proves(before, peer => peer.GoodRequest().GetsAck(), after, left);

    [Fact]
    public void A_good_request_after_our_own_was_acknowledged_opens_the_layer() =>
        Proves(AckRcvd, peer => peer.GoodRequest().GetsAck().LayerIsUp(), Opened);

    [Fact]
    public void A_good_request_in_Opened_takes_the_layer_down_and_begins_anew() => Proves(
        Opened,
        peer => peer.GoodRequest().LayerIsDown().GetsRequest().GetsAck(),
        AckSent,
        AllButOne);

    [Fact]
    public void A_good_request_wakes_a_layer_that_gave_up() => Proves(
        Stopped, peer => peer.GoodRequest().GetsRequest().GetsAck(), AckSent, AllButOne);

    [Theory]
    [InlineData(ReqSent, ReqSent, AsBefore)]
    [InlineData(AckRcvd, AckRcvd, All)]
    [InlineData(AckSent, ReqSent, AsBefore)]
    public void A_bad_request_is_refused(PppState before, PppState after, int left) =>
        Proves(before, peer => peer.BadRequest().GetsReject(), after, left);

    [Fact]
    public void A_bad_request_in_Opened_takes_the_layer_down_and_begins_anew() => Proves(
        Opened,
        peer => peer.BadRequest().LayerIsDown().GetsRequest().GetsReject(),
        ReqSent,
        AllButOne);

    [Fact]
    public void A_bad_request_wakes_a_layer_that_gave_up() => Proves(
        Stopped, peer => peer.BadRequest().GetsRequest().GetsReject(), ReqSent, AllButOne);

    [Theory]
    [InlineData(Closing)]
    [InlineData(Stopping)]
    public void Requests_to_a_layer_that_is_ending_are_not_answered(PppState state)
    {
        Proves(state, peer => peer.GoodRequest(), state, Terminates);
        Proves(state, peer => peer.BadRequest(), state, Terminates);
    }

    [Fact]
    public void Requests_to_a_closed_layer_are_answered_with_terminate_ack()
    {
        Proves(Closed, peer => peer.GoodRequest().GetsTerminateAck(), Closed);
        Proves(Closed, peer => peer.BadRequest().GetsTerminateAck(), Closed);
    }

    // ---- Answers to our own request ------------------------------------------------------------

    [Fact]
    public void An_ack_is_half_of_the_way() =>
        Proves(ReqSent, peer => peer.Acks(), AckRcvd, All);

    [Fact]
    public void An_ack_after_ours_opens_the_layer() =>
        Proves(AckSent, peer => peer.Acks().LayerIsUp(), Opened);

    [Theory]
    [InlineData(ReqSent)]
    [InlineData(AckSent)]
    public void A_nak_is_followed_by_another_request(PppState state) =>
        Proves(state, peer => peer.Naks().GetsRequest(), state, AllButOne);

    [Theory]
    [InlineData(Closing)]
    [InlineData(Stopping)]
    public void Answers_to_a_layer_that_is_ending_are_taken_and_change_nothing(PppState state)
    {
        Proves(state, peer => peer.Acks(), state, Terminates);
        Proves(state, peer => peer.Naks(), state, Terminates);
    }

    [Fact]
    public void Answers_to_a_layer_that_gave_up_are_answered_with_terminate_ack()
    {
        Proves(Stopped, peer => peer.Acks().GetsTerminateAck(), Stopped);
        Proves(Stopped, peer => peer.Naks().GetsTerminateAck(), Stopped);
    }

    [Fact]
    public void Answers_to_a_layer_that_was_closed_are_answered_with_terminate_ack()
    {
        Proves(Stopped, peer => peer.Close().Acks().GetsTerminateAck(), Closed);
        Proves(Stopped, peer => peer.Close().Naks().GetsTerminateAck(), Closed);
    }

    // ---- Terminate -----------------------------------------------------------------------------

    [Theory]
    [InlineData(Closed, Closed, 0)]
    [InlineData(Stopped, Stopped, 0)]
    [InlineData(Closing, Closing, Terminates)]
    [InlineData(Stopping, Stopping, Terminates)]
    [InlineData(ReqSent, ReqSent, AsBefore)]
    [InlineData(AckRcvd, ReqSent, All)]
    [InlineData(AckSent, ReqSent, AsBefore)]
    public void A_terminate_request_is_acknowledged(PppState before, PppState after, int left) =>
        Proves(before, peer => peer.TerminateRequest().GetsTerminateAck(), after, left);

    [Fact]
    public void A_terminate_request_takes_an_open_layer_down_and_nothing_is_repeated() => Proves(
        Opened, peer => peer.TerminateRequest().LayerIsDown().GetsTerminateAck(), Stopping, 0);

    [Theory]
    [InlineData(Closed, Closed, 0)]
    [InlineData(Stopped, Stopped, 0)]
    [InlineData(ReqSent, ReqSent, AsBefore)]
    [InlineData(AckRcvd, ReqSent, All)]
    [InlineData(AckSent, AckSent, AsBefore)]
    public void A_terminate_ack_that_nobody_waits_for_is_not_answered(
        PppState before, PppState after, int left) =>
        Proves(before, peer => peer.TerminateAck(), after, left);

    [Theory]
    [InlineData(Closing, Closed)]
    [InlineData(Stopping, Stopped)]
    public void A_terminate_ack_finishes_a_layer_that_is_ending(PppState before, PppState after) =>
        Proves(before, peer => peer.TerminateAck().LayerIsFinished(), after);

    [Fact]
    public void A_terminate_ack_in_Opened_takes_the_layer_down_and_we_ask_again() => Proves(
        Opened, peer => peer.TerminateAck().LayerIsDown().GetsRequest(), ReqSent, AllButOne);

    // ---- Rejects and unknown codes -------------------------------------------------------------

    [Theory]
    [InlineData(Closed, 0)]
    [InlineData(Stopped, 0)]
    [InlineData(Closing, Terminates)]
    [InlineData(Stopping, Terminates)]
    [InlineData(ReqSent, AsBefore)]
    [InlineData(AckRcvd, All)]
    [InlineData(AckSent, AsBefore)]
    [InlineData(Opened, 0)]
    public void An_unknown_code_is_rejected_in_every_state(PppState state, int left) =>
        Proves(state, peer => peer.UnknownCode().GetsCodeReject(), state, left);

    [Theory]
    [InlineData(Closed, Closed, 0)]
    [InlineData(Stopped, Stopped, 0)]
    [InlineData(Closing, Closing, Terminates)]
    [InlineData(Stopping, Stopping, Terminates)]
    [InlineData(ReqSent, ReqSent, AsBefore)]
    [InlineData(AckRcvd, ReqSent, All)]
    [InlineData(AckSent, AckSent, AsBefore)]
    [InlineData(Opened, Opened, 0)]
    public void A_reject_of_a_code_that_can_be_done_without_is_taken(
        PppState before, PppState after, int left) =>
        Proves(before, peer => peer.CodeReject(9), after, left);

    [Theory]
    [InlineData(Closed, Closed)]
    [InlineData(Stopped, Stopped)]
    [InlineData(Closing, Closed)]
    [InlineData(Stopping, Stopped)]
    [InlineData(ReqSent, Stopped)]
    [InlineData(AckRcvd, Stopped)]
    [InlineData(AckSent, Stopped)]
    public void A_reject_of_a_code_that_is_needed_finishes_the_layer(
        PppState before, PppState after) =>
        Proves(before, peer => peer.CodeReject(1).LayerIsFinished(), after);

    [Fact]
    public void A_reject_of_a_code_that_is_needed_ends_an_open_layer_in_order() => Proves(
        Opened,
        peer => peer.CodeReject(1).LayerIsDown().GetsTerminateRequest(),
        Stopping,
        Terminates);

    // ---- Echo ----------------------------------------------------------------------------------

    [Theory]
    [InlineData(Closed, 0)]
    [InlineData(Stopped, 0)]
    [InlineData(Closing, Terminates)]
    [InlineData(Stopping, Terminates)]
    [InlineData(ReqSent, AsBefore)]
    [InlineData(AckRcvd, All)]
    [InlineData(AckSent, AsBefore)]
    public void An_echo_request_before_Opened_is_not_answered(PppState state, int left) =>
        Proves(state, peer => peer.EchoRequest(), state, left);

    [Fact]
    public void An_echo_request_in_Opened_is_answered() =>
        Proves(Opened, peer => peer.EchoRequest().GetsEchoReply(), Opened);

    private static void Proves(
        PppState before,
        Func<AutomatonBench, AutomatonBench> happens,
        PppState after,
        int left = 0) =>
        AutomatonBench.Proves(() => happens(AutomatonBench.In(before)), after, left);
}
