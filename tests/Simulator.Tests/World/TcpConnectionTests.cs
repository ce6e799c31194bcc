// Control connections on the simulated network: how they come about, keep their order and end.

using System.Collections.Generic;
using System.Linq;
using Simulator.Hub;
using Simulator.Scenarios;
using Simulator.World;
using Xunit;

namespace Simulator.Tests.World;

public sealed class TcpConnectionTests : System.IDisposable
{
    private readonly NetworkBench _bench = new(2);

    public void Dispose() => _bench.Dispose();

    [Fact]
    public void A_connection_stands_after_one_way_there_and_one_back()
    {
        Assert.True(_bench.Link.Dial(0));
        _bench.Advance(1_000);
        Arrived one = Assert.Single(_bench.Arrivals);
        Assert.Equal(NetworkBench.Connected, one.What);
        Assert.Equal(2 * NetworkBench.CalmUs, one.AtUs);
        Assert.Equal([TcpTurn.Connect, TcpTurn.Established], _bench.Turns);
        Assert.Equal(1, _bench.Hub.Hub!.ConnectionCount);
        Assert.Equal(1, _bench.Hub.DialCount);
        Assert.Equal(0, _bench.Internet.Hubs[1].DialCount);
    }

    [Fact]
    public void An_unknown_name_is_not_dialled()
    {
        _bench.Hub.IsNameUnknown = true;
        Assert.False(_bench.Link.Dial(0));
        Assert.True(_bench.Link.Dial(1));
        _bench.Advance(1_000);
        Assert.Equal(0, _bench.Hub.DialCount);
        Assert.Equal(1, _bench.Internet.Hubs[1].DialCount);
    }

    [Theory]
    [InlineData(500, 1_050)]
    [InlineData(1_500, 3_070)]
    [InlineData(6_900, 7_090)]
    [InlineData(14_000, 15_110)]
    public void SYN_is_repeated_to_a_silent_hub(int backAtMs, int connectedByMs)
    {
        _bench.Hub.Unplug();
        _bench.Link.Dial(0);
        _bench.Advance(backAtMs);
        Assert.Empty(_bench.Arrivals);
        Assert.Equal(0, _bench.Hub.DialCount);
        _bench.Hub.Restart();
        _bench.Advance(60_000);
        Arrived one = Assert.Single(_bench.Arrivals);
        Assert.Equal(NetworkBench.Connected, one.What);

        // After 1, 2, 4 and 8 s, each one way's delay later than it was sent.
        Assert.InRange(one.AtUs, (connectedByMs - 50) * 1_000, connectedByMs * 1_000);
        Assert.Equal(1, _bench.Hub.DialCount);
    }

    [Fact]
    public void SYN_is_not_repeated_for_ever()
    {
        _bench.Hub.Unplug();
        _bench.Link.Dial(0);
        _bench.Advance(20_000);
        _bench.Hub.Restart();
        _bench.Advance(600_000);
        Assert.Empty(_bench.Arrivals);
        Assert.Equal(0, _bench.Hub.DialCount);
    }

    [Fact]
    public void A_sensor_that_has_given_up_sends_no_further_SYN()
    {
        _bench.Hub.Unplug();
        _bench.Link.Dial(0);
        _bench.Advance(500);
        _bench.Link.CloseTcp();
        _bench.Hub.Restart();
        _bench.Advance(60_000);
        Assert.Empty(_bench.Arrivals);
        Assert.Equal(0, _bench.Hub.DialCount);
        Assert.Equal(0, _bench.Hub.Hub!.ConnectionCount);
    }

    [Fact]
    public void A_dead_process_refuses_at_once_and_a_new_one_takes_new_connections()
    {
        _bench.Hub.Kill();
        _bench.Link.Dial(0);
        _bench.Advance(1_000);
        Arrived refused = Assert.Single(_bench.Arrivals);
        Assert.Equal(NetworkBench.Ended, refused.What);
        Assert.Equal(2 * NetworkBench.CalmUs, refused.AtUs);
        Assert.Equal(1, _bench.Hub.DialCount);
        _bench.Hub.Restart();
        _bench.DialUp();
        Assert.Equal([NetworkBench.Ended, NetworkBench.Connected], _bench.What);
    }

    [Fact]
    public void A_process_that_is_killed_resets_its_connections()
    {
        _bench.DialUp();
        _bench.Hub.Kill();
        _bench.Advance(10);
        Assert.Equal([NetworkBench.Connected, NetworkBench.Ended], _bench.What);
        Assert.Equal(TcpTurn.Reset, _bench.Turns[^1]);
        Assert.Null(_bench.Hub.Hub);
    }

    [Fact]
    public void A_machine_that_goes_off_tells_nobody()
    {
        _bench.DialUp();
        _bench.Hub.Unplug();
        _bench.SendEcho(1);
        _bench.Advance(60_000);
        Assert.Equal([NetworkBench.Connected], _bench.What);
    }

    [Fact]
    public void A_machine_that_does_not_know_the_connection_resets_it()
    {
        _bench.DialUp();
        _bench.Hub.Unplug();
        _bench.Hub.Restart();
        _bench.Advance(60_000);
        Assert.Equal([NetworkBench.Connected], _bench.What);
        long sentUs = _bench.Clock.NowUs;
        _bench.SendEcho(1);
        _bench.SendEcho(2);
        _bench.Advance(1_000);
        Assert.Equal([NetworkBench.Connected, NetworkBench.Ended], _bench.What);
        Assert.Equal(sentUs + (2 * NetworkBench.CalmUs), _bench.Arrivals[^1].AtUs);
        Assert.Equal(TcpTurn.Reset, _bench.Turns[^1]);
    }

    [Fact]
    public void The_end_reaches_the_hub_and_nothing_comes_after_it()
    {
        _bench.DialUp();
        _bench.SendEcho(1);
        _bench.Link.CloseTcp();
        _bench.SendEcho(2);
        _bench.Advance(1_000);

        // The answer to the first came for a connection that the sensor had left.
        Assert.Equal([NetworkBench.Connected], _bench.What);
        Assert.Equal(0, _bench.Hub.Hub!.ConnectionCount);
        Assert.Equal(0, _bench.Hub.Hub.CountOf(HubNote.UnknownConnection));
    }

    [Fact]
    public void A_hub_closes_behind_what_it_sent()
    {
        _bench.DialUp();
        _bench.Hub.SendTcp(1, [1, 2, 3]);
        _bench.Hub.CloseTcp(1, reset: false);
        _bench.Hub.SendTcp(1, [4]);
        _bench.Advance(1_000);
        Assert.Equal(
            [NetworkBench.Connected, NetworkBench.Tcp, NetworkBench.Ended], _bench.What);
        Assert.Equal([1, 2, 3], _bench.Arrivals[1].Octets);
        Assert.Equal(TcpTurn.Close, _bench.Turns[^1]);
    }

    [Fact]
    public void A_reset_on_the_way_befalls_both_sides_and_only_whom_it_should()
    {
        _bench.DialUp();
        _bench.Hub.ResetConnections(sensor => sensor == 1);
        _bench.Advance(1_000);
        Assert.Equal([NetworkBench.Connected], _bench.What);
        _bench.Hub.ResetConnections(sensor => sensor == 0);
        _bench.Advance(1_000);
        Assert.Equal([NetworkBench.Connected, NetworkBench.Ended], _bench.What);
        Assert.Equal(0, _bench.Hub.Hub!.ConnectionCount);
    }

    [Fact]
    public void A_reset_leaves_nothing_behind_at_a_slow_hub()
    {
        _bench.Hub.SlowUs = 500_000;
        _bench.DialUp();
        _bench.SendEcho(1);
        _bench.Advance(100);
        _bench.Hub.ResetConnections(_ => true);
        _bench.Advance(5_000);
        Assert.Equal(0, _bench.Hub.Hub!.ConnectionCount);
        Assert.Empty(_bench.EchoNumbers);
    }

    [Fact]
    public void A_hub_that_moves_is_silent_at_the_old_address_and_there_at_the_new_one()
    {
        _bench.DialUp();
        uint before = _bench.Hub.Address;
        _bench.Hub.Move();
        Assert.NotEqual(before, _bench.Hub.Address);
        _bench.SendEcho(1);
        _bench.Advance(60_000);
        Assert.Equal([NetworkBench.Connected], _bench.What);
        _bench.DialUp();
        _bench.SendEcho(2);
        _bench.Advance(1_000);
        Assert.Equal([2u], _bench.EchoNumbers);
    }

    [Fact]
    public void A_move_does_not_revive_a_dead_process()
    {
        _bench.Hub.Kill();
        _bench.Hub.Move();
        _bench.DialUp();
        Assert.Equal([NetworkBench.Ended], _bench.What);
        _bench.Hub.Restart();
        _bench.DialUp();
        Assert.Equal([NetworkBench.Ended, NetworkBench.Connected], _bench.What);
    }

    [Fact]
    public void A_machine_that_is_on_again_without_its_process_refuses()
    {
        _bench.Hub.Unplug();
        _bench.Hub.PlugIn();
        _bench.DialUp();
        Assert.Equal([NetworkBench.Ended], _bench.What);
    }

    [Fact]
    public void A_mapping_that_is_forgotten_lets_nothing_pass_and_a_new_call_makes_a_new_one()
    {
        _bench.DialUp();

        // What is on its way when the mapping is forgotten does not pass the NAT either.
        _bench.SendGreToSensor(0);
        _bench.Link.ForgetMapping();
        _bench.SendEcho(1);
        _bench.Link.SendGre(NetworkBench.Numbered(1));
        _bench.SendGreToSensor(2);
        _bench.Hub.SendTcp(1, [1]);
        _bench.Hub.CloseTcp(1, reset: true);
        _bench.Advance(60_000);
        Assert.Equal([NetworkBench.Connected], _bench.What);
        Assert.Equal(
            ["", "lost on a dead path", "lost on a dead path"],
            _bench.GreSeen.Select(one => one.Fate));
        _bench.DialUp();
        _bench.SendEcho(3);
        _bench.SendGreToSensor(4);
        _bench.Advance(1_000);
        Assert.Equal([3u], _bench.EchoNumbers);
        Assert.Equal([4], _bench.GreNumbers);
    }

    [Fact]
    public void TCP_keeps_its_order_in_all_weathers_and_loses_nothing()
    {
        const int Count = 300;
        _bench.DialUp();
        _bench.Begin(new Fault { Kind = FaultKind.Jitter, DelayMs = 500 });
        _bench.Begin(new Fault { Kind = FaultKind.Loss, Share = 300_000 });
        _bench.Begin(new Fault { Kind = FaultKind.Reorder, Share = 300_000, DelayMs = 900 });
        _bench.Begin(new Fault { Kind = FaultKind.Duplicate, Share = 300_000 });
        PlacedFault delay = _bench.Begin(new Fault { Kind = FaultKind.Delay, DelayMs = 800 });
        for (uint i = 0; i < Count; i++)
        {
            _bench.SendEcho(i);
            _bench.Advance(1);
            if (i == Count / 2)
            {
                _bench.Weather.End(delay);
            }
        }

        // A segment may be repeated ten times, for longer each time.
        _bench.Advance(2 * 300 * 1_023);
        Assert.Equal(Enumerable.Range(0, Count).Select(i => (uint)i), _bench.EchoNumbers);
        List<long> times =
            [.. _bench.Arrivals.Where(one => one.What == NetworkBench.Tcp)
                .Select(one => one.AtUs)];
        Assert.Equal(times.Order(), times);
        Assert.True(times[^1] - times[0] > Count * 1_000);
    }

    [Fact]
    public void The_next_connection_gets_nothing_of_the_one_before()
    {
        _bench.DialUp();
        PlacedFault delay = _bench.Begin(new Fault { Kind = FaultKind.Delay, DelayMs = 400 });
        _bench.Hub.SendTcp(1, [1]);
        _bench.Hub.CloseTcp(1, reset: true);
        _bench.Weather.End(delay);
        _bench.Link.CloseTcp();
        _bench.DialUp();
        _bench.Hub.SendTcp(2, [2]);
        _bench.Advance(1_000);
        Assert.Equal(
            [NetworkBench.Connected, NetworkBench.Connected, NetworkBench.Tcp], _bench.What);
        Assert.Equal([2], _bench.Arrivals[^1].Octets);
    }
}
