// A hub's place on the network: what a slow hub does first, and how many dials came within a
// second.

using System;
using System.Collections.Generic;
using System.Linq;
using Simulator.World;
using Xunit;

namespace Simulator.Tests.World;

public sealed class HubNodeTests : IDisposable
{
    private readonly NetworkBench _bench = new();
    private readonly List<string> _done = [];

    public void Dispose() => _bench.Dispose();

    [Fact]
    public void A_hub_that_is_not_slow_does_everything_at_once()
    {
        Ask("a");
        Assert.Equal(["a at 0"], _done);
    }

    [Fact]
    public void A_slow_hub_does_everything_later()
    {
        _bench.Hub.SlowUs = 50_000;
        Ask("a");
        _bench.Advance(20);
        Ask("b");
        _bench.Advance(1_000);
        Assert.Equal(["a at 50000", "b at 70000"], _done);
    }

    [Fact]
    public void A_slow_hub_keeps_its_order_when_it_becomes_faster()
    {
        _bench.Hub.SlowUs = 50_000;
        Ask("a");
        _bench.Advance(10);
        _bench.Hub.SlowUs = 5_000;
        Ask("b");
        _bench.Advance(10);
        _bench.Hub.SlowUs = 0;
        Ask("c");
        _bench.Advance(40);
        Ask("d");
        Assert.Equal(["a at 50000", "b at 50000", "c at 50000", "d at 60000"], _done);
    }

    [Fact]
    public void What_comes_when_something_is_just_due_waits_for_its_turn()
    {
        _bench.Clock.At(50_000, () =>
        {
            _bench.Hub.SlowUs = 0;
            Ask("b");
        });
        _bench.Hub.SlowUs = 50_000;
        Ask("a");
        _bench.Advance(50);
        Assert.Equal(["a at 50000", "b at 50000"], _done);
    }

    [Fact]
    public void A_new_process_does_nothing_of_what_the_old_one_was_asked()
    {
        _bench.Hub.SlowUs = 50_000;
        Ask("a");
        _bench.Hub.Kill();
        _bench.Hub.Restart();
        _bench.Advance(1_000);
        Assert.Empty(_done);
        Ask("b");
        _bench.Advance(1_000);
        Assert.Equal(["b at 1050000"], _done);
    }

    [Fact]
    public void A_dead_process_does_nothing()
    {
        _bench.Hub.Kill();
        Ask("a");
        _bench.Hub.SlowUs = 1_000;
        Ask("b");
        _bench.Advance(1_000);
        Assert.Empty(_done);
    }

    [Fact]
    public void A_slow_hub_answers_late_and_in_order()
    {
        _bench.DialUp();
        _bench.Hub.SlowUs = 300_000;
        _bench.SendEcho(1);
        _bench.Advance(10);
        _bench.SendEcho(2);
        _bench.Advance(10);
        _bench.Hub.SlowUs = 0;
        _bench.SendEcho(3);
        _bench.Advance(1_000);
        Assert.Equal([1u, 2u, 3u], _bench.EchoNumbers);
        Assert.Equal(
            100_000 + (2 * NetworkBench.CalmUs) + 300_000,
            _bench.Arrivals.First(one => one.What == NetworkBench.Tcp).AtUs);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    public void The_peak_of_dials_is_that_of_any_second(int seed)
    {
        var random = new Random64((ulong)seed);
        var dialsMs = new List<long>();
        int peak = 0;
        for (int i = 0; i < 400; i++)
        {
            _bench.Advance(random.Below(4) == 0 ? random.Between(0, 1_500) : random.Below(20));
            _bench.Hub.Dialled();
            long nowMs = _bench.Clock.NowMs;
            dialsMs.Add(nowMs);
            peak = Math.Max(peak, dialsMs.Count(ms => ms > nowMs - 1_000));
            Assert.Equal(peak, _bench.Hub.PeakDialsPerSecond);
        }

        Assert.Equal(400, _bench.Hub.DialCount);
        Assert.InRange(peak, 10, 399);
    }

    [Fact]
    public void Two_dials_a_whole_second_apart_are_not_within_one()
    {
        _bench.Hub.Dialled();
        _bench.Advance(1_000);
        _bench.Hub.Dialled();
        Assert.Equal(1, _bench.Hub.PeakDialsPerSecond);
        _bench.Advance(999);
        _bench.Hub.Dialled();
        Assert.Equal(2, _bench.Hub.PeakDialsPerSecond);
    }

    [Fact]
    public void Timers_of_a_hub_run_by_themselves_and_not_on_after_its_end()
    {
        // A hub closes a control connection that never begins.
        _bench.DialUp();
        _bench.Advance(2 * NetworkBench.StartTimeoutMs);
        Assert.Equal([NetworkBench.Connected, NetworkBench.Ended], _bench.What);
        _bench.DialUp();
        _bench.Hub.Unplug();
        _bench.Advance(2 * NetworkBench.StartTimeoutMs);
        _bench.Hub.Restart();
        _bench.DialUp();
        _bench.Advance(2 * NetworkBench.StartTimeoutMs);
        Assert.Equal(
            [
                NetworkBench.Connected, NetworkBench.Ended, NetworkBench.Connected,
                NetworkBench.Connected, NetworkBench.Ended,
            ],
            _bench.What);
    }

    private void Ask(string what) =>
        _bench.Hub.InputSlowly(_ => _done.Add($"{what} at {_bench.Clock.NowUs}"));
}
