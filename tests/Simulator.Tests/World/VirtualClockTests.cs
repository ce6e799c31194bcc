// The virtual clock: order of time, then order of planning, and time never runs backwards.

using System;
using System.Collections.Generic;
using System.Linq;
using Simulator.World;
using Xunit;

namespace Simulator.Tests.World;

public class VirtualClockTests
{
    private readonly VirtualClock _clock = new();
    private readonly List<string> _done = [];

    [Fact]
    public void What_is_planned_is_done_in_the_order_of_time()
    {
        _clock.At(30, () => Do("c"));
        _clock.At(10, () => Do("a"));
        _clock.At(20, () => Do("b"));
        Assert.False(_clock.Run(100, () => false));
        Assert.Equal(["a at 10", "b at 20", "c at 30"], _done);
        Assert.Equal(100, _clock.NowUs);
    }

    [Fact]
    public void What_is_planned_for_one_moment_is_done_in_the_order_of_planning()
    {
        var expected = new List<int>();
        var done = new List<int>();
        for (int i = 0; i < 1_000; i++)
        {
            int number = i;
            expected.Add(number);
            _clock.At(5, () => done.Add(number));
        }

        _clock.Run(5, () => false);
        Assert.Equal(expected, done);
    }

    [Fact]
    public void What_is_planned_for_the_past_is_done_at_once_and_not_in_the_past()
    {
        _clock.At(50, () =>
        {
            _clock.At(10, () => Do("late"));
            _clock.At(50, () => Do("on time"));
            Do("first");
        });
        _clock.Run(50, () => false);
        Assert.Equal(["first at 50", "late at 50", "on time at 50"], _done);
    }

    [Fact]
    public void A_delay_counts_from_the_present()
    {
        _clock.At(40, () => _clock.After(2, () => Do("a")));
        _clock.At(40, () => _clock.After(0, () => Do("b")));
        _clock.Run(100, () => false);
        Assert.Equal(["b at 40", "a at 42"], _done);
        Assert.Throws<ArgumentOutOfRangeException>(() => _clock.After(-1, () => Do("never")));
    }

    [Fact]
    public void It_stops_at_the_last_moment_which_belongs_to_the_run()
    {
        _clock.At(10, () => Do("in"));
        _clock.At(11, () => Do("out"));
        _clock.Run(10, () => false);
        Assert.Equal(["in at 10"], _done);
        _clock.Run(11, () => false);
        Assert.Equal(["in at 10", "out at 11"], _done);
    }

    [Fact]
    public void It_stops_as_soon_as_the_condition_holds()
    {
        foreach (int atUs in Enumerable.Range(1, 5))
        {
            _clock.At(atUs, () => Do("step"));
        }

        Assert.True(_clock.Run(100, () => _done.Count == 3));
        Assert.Equal(3, _clock.NowUs);
        Assert.True(_clock.Run(100, () => true));
        Assert.Equal(3, _clock.NowUs);
    }

    [Fact]
    public void A_condition_that_only_time_fulfils_is_asked_at_the_end()
    {
        Assert.True(_clock.Run(70, () => _clock.NowUs >= 70));
    }

    [Fact]
    public void Time_never_runs_backwards()
    {
        _clock.Run(1_000, () => false);
        _clock.At(2_000, () => Do("later"));
        _clock.Run(500, () => false);
        Assert.Equal(1_000, _clock.NowUs);
        Assert.Empty(_done);
    }

    [Fact]
    public void Machines_see_whole_milliseconds()
    {
        _clock.Run(1_999, () => false);
        Assert.Equal(1, _clock.NowMs);
        _clock.Run(2_000, () => false);
        Assert.Equal(2, _clock.NowMs);
    }

    private void Do(string what) => _done.Add($"{what} at {_clock.NowUs}");
}
