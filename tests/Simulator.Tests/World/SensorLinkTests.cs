// GRE on the simulated network: the outer header, who gets it, in which order, and which packet is
// which.

using System;
using System.Buffers.Binary;
using System.Collections.Generic;
using System.Linq;
using Simulator.Hub;
using Simulator.Scenarios;
using Simulator.World;
using Xunit;

namespace Simulator.Tests.World;

public sealed class SensorLinkTests : IDisposable
{
    private const int Count = 500;
    private const string Dead = "lost on a dead path";

    private readonly NetworkBench _bench = new(2);

    public void Dispose() => _bench.Dispose();

    [Fact]
    public void A_packet_comes_as_a_raw_socket_gives_it()
    {
        _bench.DialUp();
        _bench.SendGreToSensor(7);
        _bench.Advance(10);
        byte[] packet = _bench.Arrivals[^1].Octets;
        Assert.Equal(20 + 24, packet.Length);
        Assert.Equal(0x45, packet[0]);
        Assert.Equal(packet.Length, BinaryPrimitives.ReadUInt16BigEndian(packet.AsSpan(2)));
        Assert.Equal(47, packet[9]);
        Assert.Equal(0xC0000201, BinaryPrimitives.ReadUInt32BigEndian(packet.AsSpan(12)));
        Assert.Equal(0x64400001u, BinaryPrimitives.ReadUInt32BigEndian(packet.AsSpan(16)));
        Assert.Equal(0, InternetChecksum.Finish(InternetChecksum.Add(0, packet.AsSpan(0, 20))));
        Assert.Equal(NetworkBench.Numbered(7), packet[20..]);
    }

    [Fact]
    public void GRE_of_another_hub_than_the_dialled_one_is_not_delivered()
    {
        _bench.DialUp(0);
        _bench.SendGreToSensor(1, hub: 1);
        _bench.SendGreToSensor(2, hub: 0);
        _bench.Advance(1_000);
        Assert.Equal([2], _bench.GreNumbers);

        // What is on its way when another hub is dialled comes from elsewhere then.
        _bench.SendGreToSensor(3, hub: 0);
        _bench.Link.CloseTcp();
        _bench.Link.Dial(1);
        _bench.Advance(1_000);
        _bench.SendGreToSensor(4, hub: 0);
        _bench.SendGreToSensor(5, hub: 1);
        _bench.Advance(1_000);
        Assert.Equal([2, 5], _bench.GreNumbers);
    }

    [Fact]
    public void GRE_reaches_the_hub_that_was_dialled_last_and_no_other()
    {
        _bench.DialUp(0);
        _bench.Link.SendGre(NetworkBench.Numbered(1));
        _bench.Advance(1_000);
        Assert.Equal(1, Malformed(0));
        Assert.Equal(0, Malformed(1));
        _bench.Link.CloseTcp();
        _bench.DialUp(1);
        _bench.Link.SendGre(NetworkBench.Numbered(2));
        _bench.Advance(1_000);
        Assert.Equal(1, Malformed(0));
        Assert.Equal(1, Malformed(1));
    }

    [Fact]
    public void Nothing_is_sent_before_the_first_dial()
    {
        _bench.Link.SendGre(NetworkBench.Numbered(1));
        _bench.Link.SendTcp([1]);
        _bench.Link.CloseTcp();
        _bench.Advance(1_000);
        Assert.Empty(_bench.GreSeen);
        Assert.Equal(0, _bench.Link.PacketCount);
    }

    [Fact]
    public void A_silent_hub_and_an_old_address_get_nothing()
    {
        _bench.DialUp();
        _bench.Link.SendGre(NetworkBench.Numbered(1));
        _bench.Hub.Unplug();
        _bench.Advance(1_000);
        _bench.Hub.Restart();
        Assert.Equal(0, Malformed(0));
        _bench.Link.SendGre(NetworkBench.Numbered(2));
        _bench.Hub.Move();
        _bench.Advance(1_000);
        _bench.Link.SendGre(NetworkBench.Numbered(3));
        _bench.SendGreToSensor(4);
        _bench.Advance(1_000);
        Assert.Equal(0, Malformed(0));
        Assert.Empty(_bench.GreNumbers);
        Assert.Equal(["", "", Dead, Dead], _bench.GreSeen.Select(one => one.Fate));
    }

    [Fact]
    public void A_line_with_jitter_keeps_its_order()
    {
        _bench.DialUp();
        _bench.Begin(new Fault { Kind = FaultKind.Jitter, DelayMs = 100 });
        SendMany();
        Assert.Equal(Enumerable.Range(0, Count), _bench.GreNumbers);
        List<long> ways = WaysUs();
        Assert.InRange(ways.Min(), NetworkBench.CalmUs, 60_000);
        Assert.InRange(ways.Max(), 90_000, NetworkBench.CalmUs + 100_000);
    }

    [Fact]
    public void A_line_whose_delay_ends_keeps_its_order()
    {
        _bench.DialUp();
        PlacedFault delay = _bench.Begin(new Fault { Kind = FaultKind.Delay, DelayMs = 300 });
        _bench.SendGreToSensor(1);
        _bench.Advance(50);
        _bench.Weather.End(delay);
        _bench.SendGreToSensor(2);
        _bench.Advance(1_000);
        Assert.Equal([1, 2], _bench.GreNumbers);
    }

    [Fact]
    public void Only_what_is_held_back_is_overtaken()
    {
        _bench.DialUp();
        _bench.Begin(new Fault { Kind = FaultKind.Jitter, DelayMs = 100 });
        _bench.Begin(new Fault { Kind = FaultKind.Reorder, Share = 200_000, DelayMs = 50 });
        SendMany();
        Dictionary<int, int> places = _bench.GreNumbers
            .Select((number, place) => (number, place))
            .ToDictionary(pair => pair.number, pair => pair.place);
        Assert.Equal(Count, places.Count);
        bool[] isHeld = [.. _bench.GreSeen.Select(one => one.Fate == "held back")];
        int overtakings = 0;
        for (int earlier = 0; earlier < Count; earlier++)
        {
            for (int later = earlier + 1; later < Count; later++)
            {
                if (places[later] < places[earlier])
                {
                    Assert.True(isHeld[earlier], $"{later} overtook {earlier}");
                    overtakings++;
                }
            }
        }

        Assert.InRange(overtakings, 100, 20_000);
    }

    [Fact]
    public void Each_direction_has_an_order_of_its_own()
    {
        _bench.DialUp();
        _bench.Begin(new Fault
        {
            Kind = FaultKind.Delay,
            DelayMs = 500,
            Direction = Direction.ToHub,
        });
        _bench.Link.SendGre(NetworkBench.Numbered(1));
        _bench.SendGreToSensor(2);
        _bench.Advance(15);
        Assert.Equal([2], _bench.GreNumbers);
        Assert.Equal(0, Malformed(0));
        _bench.Advance(500);
        Assert.Equal(1, Malformed(0));
    }

    [Fact]
    public void A_duplicate_is_the_same_packet_again()
    {
        _bench.DialUp();
        _bench.Begin(new Fault { Kind = FaultKind.Duplicate, Share = 1_000_000 });
        for (int i = 0; i < 20; i++)
        {
            _bench.SendGreToSensor(i);
            _bench.Advance(50);
        }

        Assert.Equal(
            Enumerable.Range(0, 40).Select(i => i / 2), _bench.GreNumbers);
        List<Arrived> came = _bench.Arrivals.FindAll(one => one.What == NetworkBench.Gre);
        for (int i = 0; i < came.Count; i += 2)
        {
            Assert.Equal(came[i].Octets, came[i + 1].Octets);
            Assert.NotSame(came[i].Octets, came[i + 1].Octets);
            Assert.InRange(came[i + 1].AtUs - came[i].AtUs, 0, 10_000);
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(5)]
    [InlineData(10)]
    public void The_Nth_packet_is_counted_over_both_directions(int packet)
    {
        _bench.DialUp();
        _bench.Begin(new Fault { Kind = FaultKind.Loss, Packet = packet });
        for (int i = 0; i < 5; i++)
        {
            _bench.Link.SendGre(NetworkBench.Numbered(2 * i));
            _bench.SendGreToSensor((2 * i) + 1);
        }

        Assert.Equal(10, _bench.Link.PacketCount);
        Seen lost = Assert.Single(_bench.GreSeen, one => one.Fate == "lost");
        Assert.Equal(NetworkBench.Numbered(packet - 1), lost.Octets);
        _bench.Advance(1_000);
        Assert.Equal(
            Enumerable.Range(0, 5).Select(i => (2 * i) + 1).Where(i => i != packet - 1),
            _bench.GreNumbers);
        Assert.Equal(packet % 2 == 0 ? 5 : 4, Malformed(0));
    }

    [Fact]
    public void What_was_changed_on_the_way_is_shown_as_it_was_sent()
    {
        _bench.DialUp();
        _bench.Begin(new Fault { Kind = FaultKind.Truncate, Share = 1_000_000 });
        _bench.SendGreToSensor(1);
        _bench.Advance(1_000);
        Assert.Equal(NetworkBench.Numbered(1), Assert.Single(_bench.GreSeen).Octets);
        Assert.InRange(_bench.Arrivals[^1].Octets.Length, 20, 20 + 23);
    }

    // Octets of this bench are no GRE: a hub counts them.
    private long Malformed(int hub) =>
        _bench.Internet.Hubs[hub].Hub!.CountOf(HubNote.GreMalformed);

    private void SendMany()
    {
        for (int i = 0; i < Count; i++)
        {
            _bench.SendGreToSensor(i);
            _bench.Advance(1);
        }

        _bench.Advance(1_000);
    }

    private List<long> WaysUs()
    {
        List<Arrived> came = _bench.Arrivals.FindAll(one => one.What == NetworkBench.Gre);
        long firstUs = 100_000;
        return [.. came.Select((one, i) => one.AtUs - firstUs - (i * 1_000L))];
    }
}
