// The reorder buffer in front of MPPE: packets that overtook others wait for them in the receive slots,
// for 100 ms at most (RFC 2637 s.4.3 leaves it open; a stateless MPPE frame that is late is lost).

using System;
using System.Collections.Generic;
using System.Linq;
using nanoPptp.Client;
using nanoPptp.Diagnostics;
using nanoPptp.Tests.Support;
using Xunit;

namespace nanoPptp.Tests.Client;

public sealed class ReorderTests
{
    private readonly List<byte[]> _frames = [];
    private Tunnel _tunnel = Tunnel.Up();

    private ScriptedHub Hub => _tunnel.Hub;

    [Fact]
    public void C29_One_frame_that_was_overtaken_is_not_lost()
    {
        Arrive(0, 2, 1, 3, 4, 5);
        _tunnel.Pump();
        Assert.Equal([0, 1, 2, 3, 4, 5], Delivered());
        Assert.Equal(0, _tunnel.Counters.GreGap);
        Assert.Equal(0, _tunnel.Counters.MppeGap);
    }

    [Fact]
    public void C29_Without_the_buffer_the_overtaken_frame_is_lost_and_no_other()
    {
        Use(reorderMs: 0);
        Arrive(0, 2, 1, 3, 4, 5);
        _tunnel.Pump();
        Assert.Equal([0, 2, 3, 4, 5], Delivered());
        Assert.Equal(1, _tunnel.Count(Reason.GreLate));
    }

    [Fact]
    public void Four_that_overtook_one_wait_for_it_and_a_fifth_makes_them_go_on()
    {
        Arrive(0, 2, 3, 4, 5, 1, 6);
        _tunnel.Pump();
        Assert.Equal([0, 1, 2, 3, 4, 5, 6], Delivered());
        _tunnel.Delivered.Clear();
        Arrive(8, 9, 10, 11, 12);
        Assert.Equal([8, 9, 10, 11, 12], Delivered());
        Arrive(7, 13);
        Assert.Equal([8, 9, 10, 11, 12, 13], Delivered());
        Assert.Equal(1, _tunnel.Count(Reason.GreLate));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(40)]
    [InlineData(100)]
    public void A_gap_holds_nobody_up_for_longer_than_was_set(int reorderMs)
    {
        Use(reorderMs);
        Arrive(0, 2);
        Assert.Equal([0], Delivered());
        Assert.Equal(reorderMs, _tunnel.Client.NextDeadlineMs(_tunnel.NowMs));
        _tunnel.Advance(reorderMs - 1);
        Assert.Equal([0], Delivered());
        _tunnel.Advance(1);
        Assert.Equal([0, 2], Delivered());
        Assert.Equal(1, _tunnel.Counters.GreGap);
        Arrive(1, 3);
        Assert.Equal([0, 2, 3], Delivered());
    }

    [Fact]
    public void Every_packet_waits_for_its_own_gap()
    {
        Arrive(0, 2);
        _tunnel.Advance(60);
        Arrive(4);
        _tunnel.Advance(40);
        Assert.Equal([0, 2], Delivered());
        _tunnel.Advance(59);
        Assert.Equal([0, 2], Delivered());
        _tunnel.Advance(1);
        Assert.Equal([0, 2, 4], Delivered());
    }

    [Fact]
    public void Who_waited_longest_takes_those_in_front_of_it_along()
    {
        Arrive(0, 5);
        _tunnel.Advance(50);
        Arrive(3);
        _tunnel.Advance(50);
        Assert.Equal([0, 3, 5], Delivered());
    }

    [Fact]
    public void Negotiation_is_put_in_order_as_well()
    {
        byte[][] echoes = [.. Enumerable.Range(1, 3).Select(i => Hub.Gre(ScriptedHub.Frame(
            ScriptedHub.Lcp, Packet.EchoRequest(i, ScriptedHub.Magic).Octets)))];
        var answered = new List<int>();
        Hub.On["LCP Echo-Reply"] = packet => answered.Add(packet[1]);
        foreach (int i in new[] { 2, 0, 1 })
        {
            _tunnel.GreArrives(echoes[i]);
            _tunnel.Pump();
        }

        Assert.Equal([1, 2, 3], answered);
    }

    [Fact]
    public void What_is_held_is_acknowledged_when_it_takes_effect()
    {
        _tunnel.Advance(1000);
        Arrive(0, 2);
        _tunnel.Sends(_tunnel.FromClient());
        _tunnel.Pump();
        uint first = Hub.NextSequence - 3;
        Assert.Equal(first, Hub.Acknowledged[^1]);
        Arrive(1);
        _tunnel.Advance(100);
        Assert.Equal(first + 2, Hub.Acknowledged[^1]);
    }

    [Fact]
    public void What_is_held_when_the_tunnel_ends_has_a_fate_and_gives_its_slot_back()
    {
        Arrive(0, 2, 4);
        Assert.Equal(2, _tunnel.Client.WaitingCount);
        _tunnel.Client.Close(_tunnel.NowMs);
        _tunnel.Advance(5000);
        Assert.Equal(Stage.Closed, _tunnel.Client.Stage);
        Assert.Equal(0, _tunnel.Client.WaitingCount);
        _tunnel = _tunnel.With(new ScriptedHub()).Dial();
        _frames.Clear();
        Arrive(1, 2, 3, 4, 5);
        Assert.Equal(5, _tunnel.Delivered.Count);
    }

    [Theory]
    [InlineData(-1)]
    [InlineData(101)]
    public void The_wait_has_its_bounds(int reorderMs)
    {
        var tunnel = new Tunnel();
        tunnel.Settings.ReorderMs = reorderMs;
        Assert.Throws<ArgumentException>(tunnel.Open);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void No_frame_is_lost_when_each_is_overtaken_by_three_at_most(int seed)
    {
        var random = new Random(seed);
        const int count = 2000;
        byte[][] packets = [.. Enumerable.Range(0, count).Select(i => Hub.Gre(
            Hub.EncryptedFrame(_tunnel.FromHub(seed: i))))];
        int[] order = [.. Enumerable.Range(0, count)
            .OrderBy(i => i + (random.Next(3) == 0 ? 3 * random.NextDouble() : 0))];
        foreach (int i in order)
        {
            _tunnel.GreArrives(packets[i]);
            _tunnel.Advance(random.Next(10));
        }

        _tunnel.Advance(100);
        Assert.Equal(
            Enumerable.Range(0, count).Select(i => Octets.ToHex(_tunnel.FromHub(seed: i))),
            _tunnel.Delivered.Select(packet => Octets.ToHex(packet)));
    }

    private void Use(int reorderMs)
    {
        _tunnel = new Tunnel();
        _tunnel.Settings.ReorderMs = reorderMs;
        _tunnel.Dial();
        Assert.Equal(Stage.Up, _tunnel.Client.Stage);
    }

    /// <summary>Frames arrive in this order; their numbers and counts are as they are named.
    /// </summary>
    private void Arrive(params int[] frames)
    {
        foreach (int i in frames)
        {
            while (_frames.Count <= i)
            {
                _frames.Add(Hub.Gre(Hub.EncryptedFrame(_tunnel.FromHub(seed: _frames.Count))));
            }
        }

        foreach (int i in frames)
        {
            Assert.True(_tunnel.GreArrives(_frames[i]));
            _tunnel.Pump();
        }
    }

    private int[] Delivered() => [.. _tunnel.Delivered.Select(packet => Enumerable.Range(0, 100)
        .First(i => _tunnel.FromHub(seed: i).SequenceEqual(packet)))];
}
