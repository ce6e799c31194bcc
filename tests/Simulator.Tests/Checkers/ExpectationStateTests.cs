// An expectation counts what happens within its window, of those whom it is about, and no more.

using System.Collections.Generic;
using System.Linq;
using nanoPptp.Diagnostics;
using Simulator.Checkers;
using Simulator.Scenarios;
using Xunit;

namespace Simulator.Tests.Checkers;

public class ExpectationStateTests
{
    private const long FromUs = 10_000_000;
    private const long UntilUs = 70_000_000;
    private const long LastSentUs = UntilUs - 2_000_000;

    private static readonly Expectation s_window = new() { AtMs = 10_000, WithinMs = 60_000 };

    [Fact]
    public void Its_window_is_that_of_the_scenario()
    {
        ExpectationState state = New(ExpectationKind.Up);
        Assert.Equal(FromUs, state.FromUs);
        Assert.Equal(UntilUs, state.UntilUs);
        Assert.Equal("text", state.Text);
    }

    [Theory]
    [InlineData(FromUs - 1, null)]
    [InlineData(FromUs, FromUs)]
    [InlineData(UntilUs, UntilUs)]
    [InlineData(UntilUs + 1, null)]
    public void Up_counts_within_the_window_ends_included(long atUs, long? metAtUs)
    {
        ExpectationState state = New(ExpectationKind.Up);
        state.WentUp(0, 0, atUs);
        AssertMet(state, metAtUs);
    }

    [Fact]
    public void What_is_up_before_the_window_is_up_when_it_begins()
    {
        ExpectationState state = New(ExpectationKind.Up);
        state.WentUp(0, 0, 5);
        AssertMet(state, null);
        state.Judge(FromUs);
        AssertMet(state, FromUs);
    }

    [Fact]
    public void What_was_up_before_the_window_and_is_down_since_does_not_count()
    {
        ExpectationState state = New(ExpectationKind.Up);
        state.WentUp(0, 0, 5);
        state.WentDown(0, 6);
        state.Judge(FromUs);
        state.Judge(UntilUs);
        AssertMet(state, null);
    }

    [Fact]
    public void All_must_be_up_at_the_same_time()
    {
        ExpectationState state = New(ExpectationKind.Up, sensors: 2);
        state.WentUp(0, 0, FromUs);
        state.WentDown(0, FromUs + 1);
        state.WentUp(1, 0, FromUs + 2);
        AssertMet(state, null);
        Assert.Equal("1 of 2 were up in the end", state.Seen());
        state.WentUp(0, 0, FromUs + 3);
        AssertMet(state, FromUs + 3);
    }

    [Fact]
    public void What_was_met_stays_met_from_the_first_moment()
    {
        ExpectationState state = New(ExpectationKind.Up);
        state.WentUp(0, 0, FromUs + 1);
        state.WentDown(0, FromUs + 2);
        state.WentUp(0, 0, FromUs + 3);
        state.Judge(UntilUs);
        AssertMet(state, FromUs + 1);
    }

    [Theory]
    [InlineData(500_000, 1, false)]
    [InlineData(500_000, 2, true)]
    [InlineData(510_000, 2, false)]
    [InlineData(750_000, 3, true)]
    [InlineData(750_001, 3, false)]
    [InlineData(1_000_000, 3, false)]
    [InlineData(1_000_000, 4, true)]
    [InlineData(1, 0, false)]
    [InlineData(1, 1, true)]
    public void A_share_of_the_sensors_is_enough(int share, int upCount, bool isMet)
    {
        ExpectationState state = New(ExpectationKind.Up, 4, share);
        state.Judge(FromUs);
        for (int sensor = 0; sensor < upCount; sensor++)
        {
            state.WentUp(sensor, 0, FromUs + 1);
        }

        Assert.Equal(isMet, state.IsMet);
    }

    [Fact]
    public void The_least_share_is_not_nobody()
    {
        ExpectationState state = New(ExpectationKind.Up, 1, 1);
        state.Judge(FromUs);
        AssertMet(state, null);
    }

    [Fact]
    public void The_share_of_a_great_fleet_does_not_overflow()
    {
        ExpectationState state = New(ExpectationKind.Up, Scenario.MaximumSensorCount, 999_990);
        for (int sensor = 0; sensor < Scenario.MaximumSensorCount - 1; sensor++)
        {
            Assert.False(state.IsMet);
            state.WentUp(sensor, 0, FromUs);
        }

        Assert.True(state.IsMet);
    }

    [Fact]
    public void Only_the_sensors_it_is_about_count()
    {
        var state = new ExpectationState(
            s_window with { Kind = ExpectationKind.Up }, "text", [1], null);
        state.WentUp(0, 0, FromUs);
        state.WentUp(2, 0, FromUs);
        AssertMet(state, null);
        state.WentUp(1, 0, FromUs + 5);
        AssertMet(state, FromUs + 5);
    }

    [Fact]
    public void Up_at_a_hub_is_up_at_that_hub()
    {
        var state = new ExpectationState(
            s_window with { Kind = ExpectationKind.Up }, "text", [0], new HashSet<int> { 1 });
        state.WentUp(0, 0, FromUs);
        AssertMet(state, null);
        state.WentDown(0, FromUs + 1);
        state.WentUp(0, 1, FromUs + 2);
        AssertMet(state, FromUs + 2);
    }

    [Fact]
    public void Down_is_met_by_those_who_have_never_been_up()
    {
        ExpectationState state = New(ExpectationKind.Down);
        state.Judge(FromUs);
        AssertMet(state, FromUs);
    }

    [Fact]
    public void Down_is_met_when_enough_have_gone_down()
    {
        ExpectationState state = New(ExpectationKind.Down, 2);
        state.WentUp(0, 0, 1);
        state.WentUp(1, 0, 1);
        state.Judge(FromUs);
        state.WentDown(1, FromUs + 1);
        AssertMet(state, null);
        Assert.Equal("1 of 2 were up in the end", state.Seen());
        state.WentDown(0, FromUs + 2);
        AssertMet(state, FromUs + 2);
    }

    [Theory]
    [InlineData(FromUs - 1, false)]
    [InlineData(FromUs, true)]
    [InlineData(UntilUs, true)]
    [InlineData(UntilUs + 1, false)]
    public void A_diagnosis_counts_within_the_window(long atUs, bool isMet)
    {
        ExpectationState state = New(ExpectationKind.Diagnosis);
        state.Ended(0, Reason.GreBlocked, atUs);
        state.Judge(UntilUs);
        Assert.Equal(isMet, state.IsMet);
    }

    [Fact]
    public void A_diagnosis_must_be_the_right_one_of_the_right_sensor()
    {
        ExpectationState state = New(ExpectationKind.Diagnosis, 2);
        state.Ended(0, Reason.LcpTimeout, FromUs);
        state.Ended(2, Reason.GreBlocked, FromUs);
        state.Ended(1, Reason.GreBlocked, FromUs);
        state.Ended(1, Reason.GreBlocked, FromUs + 1);
        AssertMet(state, null);
        Assert.Equal("it was the diagnosis of 1 of 2", state.Seen());
        state.Ended(0, Reason.GreBlocked, FromUs + 2);
        AssertMet(state, FromUs + 2);
    }

    [Fact]
    public void Delivered_is_known_at_the_end_of_the_window_only()
    {
        ExpectationState state = New(ExpectationKind.Delivered);
        Pass(state, FromUs);
        state.Judge(UntilUs - 1);
        AssertMet(state, null);
        state.Judge(UntilUs);
        AssertMet(state, UntilUs);
    }

    [Theory]
    [InlineData(FromUs - 1, false)]
    [InlineData(FromUs, true)]
    [InlineData(LastSentUs, true)]
    [InlineData(LastSentUs + 1, false)]
    public void Readings_count_when_they_were_sent_in_time_to_arrive(long sentUs, bool counts)
    {
        ExpectationState lost = New(ExpectationKind.Delivered);
        Pass(lost, FromUs + 1);
        lost.Sent(0, sentUs);
        lost.Judge(UntilUs);
        Assert.Equal(!counts, lost.IsMet);
        Assert.Equal($"1 of {(counts ? 2 : 1)} readings arrived", lost.Seen());

        ExpectationState arrived = New(ExpectationKind.Delivered);
        Pass(arrived, sentUs);
        arrived.Judge(UntilUs);
        Assert.Equal(counts, arrived.IsMet);
    }

    [Fact]
    public void What_was_sent_before_the_window_does_not_stand_in_for_what_was_lost_in_it()
    {
        ExpectationState state = New(ExpectationKind.Delivered);
        state.Sent(0, FromUs);
        Pass(state, FromUs - 1);
        Pass(state, LastSentUs + 1);
        state.Judge(UntilUs);
        AssertMet(state, null);
    }

    [Fact]
    public void Nothing_sent_is_nothing_delivered()
    {
        ExpectationState state = New(ExpectationKind.Delivered, share: 1);
        state.Judge(UntilUs);
        AssertMet(state, null);
    }

    [Theory]
    [InlineData(900_000, 1, true)]
    [InlineData(900_001, 1, false)]
    [InlineData(900_000, 2, false)]
    public void A_share_of_the_readings_is_enough(int share, int lostCount, bool isMet)
    {
        ExpectationState state = New(ExpectationKind.Delivered, share: share);
        for (int i = 0; i < 10; i++)
        {
            if (i < lostCount)
            {
                state.Sent(0, FromUs + i);
            }
            else
            {
                Pass(state, FromUs + i);
            }
        }

        state.Judge(UntilUs);
        Assert.Equal(isMet, state.IsMet);
    }

    [Fact]
    public void Readings_of_others_do_not_count()
    {
        ExpectationState state = New(ExpectationKind.Delivered);
        Pass(state, FromUs);
        state.Sent(1, FromUs);
        state.Judge(UntilUs);
        AssertMet(state, UntilUs);
    }

    [Fact]
    public void It_is_over_when_it_is_met_or_its_window_has_passed()
    {
        ExpectationState met = New(ExpectationKind.Up);
        Assert.False(met.Record(FromUs).IsOver);
        met.WentUp(0, 0, FromUs);
        Assert.True(met.Record(FromUs).IsOver);
        ExpectationState missed = New(ExpectationKind.Up);
        Assert.False(missed.Record(UntilUs).IsOver);
        Assert.True(missed.Record(UntilUs + 1).IsOver);
        Assert.Null(missed.Record(UntilUs + 1).MetAtUs);
    }

    private static ExpectationState New(
        ExpectationKind kind, int sensors = 1, int share = 1_000_000) => new(
            s_window with { Kind = kind, Share = share, Reason = Reason.GreBlocked },
            "text",
            [.. Enumerable.Range(0, sensors)],
            null);

    private static void Pass(ExpectationState state, long sentUs)
    {
        state.Sent(0, sentUs);
        state.Delivered(0, sentUs);
    }

    private static void AssertMet(ExpectationState state, long? atUs)
    {
        Assert.Equal(atUs is not null, state.IsMet);
        Assert.Equal(atUs, state.Record(UntilUs).MetAtUs);
    }
}
