// The weather does what the fault says, as often as it says, where it says, and nothing else.

using System;
using System.Collections.Generic;
using System.Linq;
using Simulator.Scenarios;
using Simulator.World;
using Xunit;

namespace Simulator.Tests.World;

public class WeatherTests
{
    private const int Many = 20_000;
    private const int Always = 1_000_000;

    private static readonly byte[] s_packet = [.. Enumerable.Range(0, 100).Select(i => (byte)i)];

    private readonly Weather _weather = new(new Random64(1));

    /// <summary>Kinds that change what becomes of a GRE packet.</summary>
    public static TheoryData<FaultKind> OfGre =>
    [
        FaultKind.Loss, FaultKind.BurstLoss, FaultKind.Duplicate, FaultKind.Reorder,
        FaultKind.Corrupt, FaultKind.Truncate, FaultKind.Delay, FaultKind.Jitter,
        FaultKind.MtuBlackHole, FaultKind.GreBlocked, FaultKind.NatWithoutHelper,
    ];

    /// <summary>Kinds that do not: they befall TCP or the hub itself.</summary>
    public static TheoryData<FaultKind> NotOfGre =>
        [.. Enum.GetValues<FaultKind>().Except(OfGre.Select(row => row.Data))];

    public static TheoryData<FaultKind> OfPackets =>
        [.. FaultTable.Rows.Where(row => row.IsOfPackets).Select(row => row.Kind)];

    [Fact]
    public void On_a_calm_day_everything_passes_as_it_is()
    {
        Assert.True(_weather.IsCalm);
        Assert.True(Carry().IsUntouched);
        Assert.Equal(0, _weather.CarryTcp(0, 0, Direction.ToHub));
    }

    [Fact]
    public void Losses_come_with_their_probability_and_change_nothing_else()
    {
        Begin(new Fault { Kind = FaultKind.Loss, Share = 200_000 });
        List<Outcome> outcomes = CarryMany();
        AssertRate(outcomes.Count(one => one.IsLost), 0.2);
        Assert.All(outcomes, one => Assert.True(
            one.IsLost ? one is { Fate: "lost", DelayUs: 0, IsHeldBack: false } : one.IsUntouched));
    }

    [Fact]
    public void Duplicates_come_with_their_probability_soon_after_the_first()
    {
        Begin(new Fault { Kind = FaultKind.Duplicate, Share = 300_000 });
        List<Outcome> outcomes = CarryMany();
        List<Outcome> twice = outcomes.FindAll(one => one.CopyAfterUs >= 0);
        AssertRate(twice.Count, 0.3);
        Assert.All(twice, one => Assert.Equal(
            new Outcome(one.Octets, false, false, 0, one.CopyAfterUs, "twice"), one));
        Assert.All(twice, one => Assert.Equal(s_packet, one.Octets));
        Assert.InRange(twice.Min(one => one.CopyAfterUs), 0, 100);
        Assert.InRange(twice.Max(one => one.CopyAfterUs), 9_900, 9_999);
        Assert.All(outcomes.Except(twice), one => Assert.True(one.IsUntouched));
    }

    [Fact]
    public void What_is_held_back_comes_later_by_at_most_the_delay()
    {
        Begin(new Fault { Kind = FaultKind.Reorder, Share = 300_000, DelayMs = 40 });
        List<Outcome> outcomes = CarryMany();
        List<Outcome> held = outcomes.FindAll(one => one.IsHeldBack);
        AssertRate(held.Count, 0.3);
        Assert.All(held, one => Assert.Equal(
            new Outcome(one.Octets, false, true, one.DelayUs, -1, "held back"), one));
        Assert.Equal(1_000, held.Min(one => one.DelayUs));
        Assert.Equal(40_000, held.Max(one => one.DelayUs));
        Assert.All(outcomes.Except(held), one => Assert.True(one.IsUntouched));
    }

    [Fact]
    public void Exactly_one_octet_is_corrupted_and_it_may_be_any()
    {
        Begin(new Fault { Kind = FaultKind.Corrupt, Share = 500_000 });
        List<Outcome> outcomes = CarryMany();
        List<Outcome> corrupted = outcomes.FindAll(one => one.Fate.Length > 0);
        AssertRate(corrupted.Count, 0.5);
        var places = new HashSet<int>();
        var changes = new HashSet<int>();
        foreach (Outcome one in corrupted)
        {
            Assert.Equal(new Outcome(one.Octets, false, false, 0, -1, "corrupted"), one);
            Assert.Equal(s_packet.Length, one.Octets.Length);
            int place = Assert.Single(
                Enumerable.Range(0, s_packet.Length), i => one.Octets[i] != s_packet[i]);
            places.Add(place);
            changes.Add(one.Octets[place] ^ s_packet[place]);
        }

        Assert.Equal(s_packet.Length, places.Count);
        Assert.Equal(255, changes.Count);
        Assert.All(outcomes.Except(corrupted), one => Assert.True(one.IsUntouched));
        Assert.Equal(Enumerable.Range(0, 100).Select(i => (byte)i), s_packet);
    }

    [Fact]
    public void A_truncated_packet_keeps_its_beginning_and_loses_an_octet_at_least()
    {
        Begin(new Fault { Kind = FaultKind.Truncate, Share = 500_000 });
        List<Outcome> outcomes = CarryMany();
        List<Outcome> truncated = outcomes.FindAll(one => one.Fate.Length > 0);
        AssertRate(truncated.Count, 0.5);
        Assert.All(truncated, one =>
        {
            Assert.Equal(new Outcome(one.Octets, false, false, 0, -1, "truncated"), one);
            Assert.Equal(s_packet[..one.Octets.Length], one.Octets);
        });
        Assert.Equal(
            Enumerable.Range(0, s_packet.Length),
            truncated.Select(one => one.Octets.Length).Distinct().Order());
        Assert.All(outcomes.Except(truncated), one => Assert.True(one.IsUntouched));
    }

    [Theory]
    [InlineData(FaultKind.Corrupt)]
    [InlineData(FaultKind.Truncate)]
    public void An_empty_packet_cannot_be_damaged(FaultKind kind)
    {
        Begin(new Fault { Kind = kind, Share = Always });
        Passage passage = _weather.CarryGre(0, 0, Direction.ToHub, 1, []);
        Assert.Equal(0, passage.Octets.Length);
        Assert.Equal("", passage.Fate);
    }

    [Fact]
    public void A_delay_is_the_same_for_everything()
    {
        Begin(new Fault { Kind = FaultKind.Delay, DelayMs = 70 });
        Assert.All(CarryMany(), one => Assert.Equal(
            new Outcome(one.Octets, false, false, 70_000, -1, ""), one));
        Assert.Equal(70_000, _weather.CarryTcp(0, 0, Direction.ToHub));
        Assert.Equal(70_000, _weather.CarryTcp(0, 0, Direction.ToSensor));
    }

    [Fact]
    public void Jitter_delays_by_anything_up_to_its_delay()
    {
        Begin(new Fault { Kind = FaultKind.Jitter, DelayMs = 10 });
        List<Outcome> outcomes = CarryMany();
        Assert.All(outcomes, one => Assert.Equal(
            new Outcome(one.Octets, false, false, one.DelayUs, -1, ""), one));
        AssertSpread(outcomes.ConvertAll(one => one.DelayUs), 10_000);
        AssertSpread(
            [.. Enumerable.Range(0, Many)
                .Select(_ => _weather.CarryTcp(0, 0, Direction.ToSensor))],
            10_000);
    }

    [Fact]
    public void A_black_hole_takes_what_is_longer_with_its_outer_header()
    {
        Begin(new Fault { Kind = FaultKind.MtuBlackHole, Length = 120 });
        Assert.True(Carry().IsUntouched);
        Passage passage = _weather.CarryGre(0, 0, Direction.ToHub, 1, new byte[101]);
        Assert.True(passage.IsLost);
        Assert.Equal("too long for the path", passage.Fate);
    }

    [Fact]
    public void Blocked_GRE_never_passes()
    {
        Begin(new Fault { Kind = FaultKind.GreBlocked });
        Assert.All(CarryMany(), one => Assert.Equal(
            new Outcome(one.Octets, true, false, 0, -1, "blocked"), one));
    }

    [Fact]
    public void Bursts_are_as_long_as_they_say_on_average_and_less_than_twice_as_long_at_most()
    {
        const int Count = 10;
        Begin(new Fault { Kind = FaultKind.BurstLoss, Share = 1_000, Count = Count });
        List<int> bursts = BurstsOf(200_000);
        Assert.InRange(bursts.Count, 140, 260);
        Assert.InRange(bursts.Average(), 0.85 * Count, 1.15 * Count);
        Assert.Equal(1, bursts.Min());

        // Now and then a burst begins where another has just ended.
        Assert.InRange(bursts.Count(length => length > (2 * Count) - 1), 0, 3);
        Assert.Contains((2 * Count) - 1, bursts);
    }

    [Fact]
    public void A_burst_befalls_one_sensor_and_one_direction()
    {
        Begin(new Fault { Kind = FaultKind.BurstLoss, Share = 20_000, Count = 30 });
        (int, Direction)[] ways =
        [
            (0, Direction.ToHub), (0, Direction.ToSensor), (1, Direction.ToHub),
            (1, Direction.ToSensor),
        ];
        List<bool>[] lost = [.. ways.Select(_ => new List<bool>())];
        for (int i = 0; i < Many; i++)
        {
            for (int way = 0; way < ways.Length; way++)
            {
                lost[way].Add(Carry(sensor: ways[way].Item1, direction: ways[way].Item2).IsLost);
            }
        }

        // One way's bursts would cut the others' into pieces, were they not kept apart.
        Assert.All(lost, way => Assert.InRange(Bursts(way).Average(), 20, 60));
        for (int way = 1; way < ways.Length; way++)
        {
            int both = Enumerable.Range(0, Many).Count(i => lost[0][i] && lost[way][i]);
            Assert.InRange(both, 1, 0.7 * lost[0].Count(one => one));
        }
    }

    [Theory]
    [MemberData(nameof(NotOfGre))]
    public void What_befalls_TCP_or_the_hub_leaves_GRE_alone(FaultKind kind)
    {
        Begin(Strong(kind));
        Assert.All(CarryMany(100), one => Assert.True(one.IsUntouched));
    }

    [Theory]
    [MemberData(nameof(OfGre))]
    public void A_fault_befalls_its_direction_its_sensors_and_its_hubs_only(FaultKind kind)
    {
        var placed = new PlacedFault(
            0, Strong(kind) with { Direction = Direction.ToSensor }, [1, 2], [3]);
        _weather.Begin(placed);
        for (int sensor = 0; sensor < 4; sensor++)
        {
            for (int hub = 2; hub < 5; hub++)
            {
                bool isBefallen = sensor is 1 or 2 && hub == 3;
                foreach (Direction direction in Enum.GetValues<Direction>())
                {
                    Outcome one = Carry(sensor, hub, direction);
                    Assert.Equal(
                        !isBefallen || direction == Direction.ToHub, one.IsUntouched);
                    Assert.True(one.IsUntouched || !HasTcpDelay(kind)
                        || _weather.CarryTcp(sensor, hub, direction) > 0);
                    Assert.True(!one.IsUntouched
                        || _weather.CarryTcp(sensor, hub, direction) == 0);
                }
            }
        }

        _weather.End(placed);
        Assert.True(_weather.IsCalm);
        Assert.True(Carry(1, 3, Direction.ToSensor).IsUntouched);
    }

    [Theory]
    [MemberData(nameof(OfPackets))]
    public void A_fault_of_one_packet_befalls_exactly_that_one(FaultKind kind)
    {
        Begin(new Fault { Kind = kind, Packet = 17 });
        List<Outcome> outcomes = CarryMany(100);
        Assert.Equal(
            [16], Enumerable.Range(0, 100).Where(i => !outcomes[i].IsUntouched));
        Assert.Equal(0, _weather.CarryTcp(0, 0, Direction.ToHub));
    }

    [Fact]
    public void Lost_TCP_segments_are_repeated_so_they_only_come_later()
    {
        Begin(new Fault { Kind = FaultKind.Loss, Share = 200_000 });
        List<long> delays =
        [
            .. Enumerable.Range(0, Many).Select(_ => _weather.CarryTcp(0, 0, Direction.ToHub)),
        ];

        // 300 ms, and twice as long for each further repetition.
        AssertRate(delays.Count(delay => delay > 0), 0.2);
        AssertRate(delays.Count(delay => delay > 300_000), 0.04);
        AssertRate(delays.Count(delay => delay > 900_000), 0.008);
        long[] possible = [0, 300_000, 900_000, 2_100_000, 4_500_000, 9_300_000, 18_900_000];
        Assert.All(delays, delay => Assert.Contains(delay, possible));
    }

    [Fact]
    public void TCP_gets_through_even_when_everything_is_lost()
    {
        Begin(new Fault { Kind = FaultKind.Loss, Share = Always });
        Assert.Equal(
            300_000L * 1_023, _weather.CarryTcp(0, 0, Direction.ToHub));
    }

    [Fact]
    public void Early_GRE_is_TCP_from_the_hub_that_is_late()
    {
        Begin(new Fault { Kind = FaultKind.EarlyGre, DelayMs = 200 });
        Assert.Equal(200_000, _weather.CarryTcp(0, 0, Direction.ToSensor));
        Assert.Equal(0, _weather.CarryTcp(0, 0, Direction.ToHub));
    }

    [Theory]
    [InlineData(FaultKind.Duplicate)]
    [InlineData(FaultKind.Reorder)]
    [InlineData(FaultKind.Corrupt)]
    [InlineData(FaultKind.Truncate)]
    [InlineData(FaultKind.MtuBlackHole)]
    [InlineData(FaultKind.GreBlocked)]
    [InlineData(FaultKind.HubSlow)]
    public void What_befalls_GRE_or_the_hub_leaves_TCP_alone(FaultKind kind)
    {
        Begin(Strong(kind));
        Assert.Equal(0, _weather.CarryTcp(0, 0, Direction.ToHub));
        Assert.Equal(0, _weather.CarryTcp(0, 0, Direction.ToSensor));
    }

    [Fact]
    public void Several_faults_add_up()
    {
        Begin(new Fault { Kind = FaultKind.Delay, DelayMs = 5 });
        Begin(new Fault { Kind = FaultKind.Delay, DelayMs = 6 }, 1);
        Begin(new Fault { Kind = FaultKind.Corrupt, Share = Always }, 2);
        Begin(new Fault { Kind = FaultKind.Corrupt, Share = Always }, 3);
        Begin(new Fault { Kind = FaultKind.Duplicate, Share = Always }, 4);
        Begin(new Fault { Kind = FaultKind.Loss, Share = Always }, 5);
        Outcome one = Carry();
        Assert.Equal("corrupted, corrupted, twice, lost", one.Fate);
        Assert.True(one is { IsLost: true, DelayUs: 11_000, CopyAfterUs: >= 0 });
        Assert.Equal(2, Enumerable.Range(0, 100).Count(i => one.Octets[i] != s_packet[i]));
    }

    [Fact]
    public void The_luck_of_one_fault_does_not_depend_on_the_others()
    {
        var loss = new Fault { Kind = FaultKind.Loss, Share = 300_000 };
        var alone = new Weather(new Random64(5));
        var among = new Weather(new Random64(5));
        var another = new Weather(new Random64(6));
        alone.Begin(new PlacedFault(2, loss, null, null));
        another.Begin(new PlacedFault(2, loss, null, null));
        among.Begin(new PlacedFault(0, Strong(FaultKind.Jitter), null, null));
        among.Begin(new PlacedFault(1, Strong(FaultKind.Corrupt), null, null));
        among.Begin(new PlacedFault(2, loss, null, null));
        List<bool> expected = Losses(alone);
        Assert.Equal(expected, Losses(among));
        Assert.NotEqual(expected, Losses(another));
    }

    private static List<bool> Losses(Weather weather) =>
    [
        .. Enumerable.Range(1, 1_000)
            .Select(i => weather.CarryGre(0, 0, Direction.ToHub, i, s_packet).IsLost),
    ];

    private static bool HasTcpDelay(FaultKind kind) =>
        kind is FaultKind.Loss or FaultKind.BurstLoss or FaultKind.Delay;

    /// <summary>A fault so strong that it befalls everything, if anything.</summary>
    private static Fault Strong(FaultKind kind) => new()
    {
        Kind = kind,
        Share = Always,
        DelayMs = 1_000,
        Count = 3,
        Length = 68,
    };

    private static void AssertRate(int count, double probability)
    {
        double mean = Many * probability;
        double deviation = Math.Sqrt(mean * (1 - probability));
        Assert.InRange(count, mean - (4 * deviation), mean + (4 * deviation));
    }

    private static void AssertSpread(List<long> delays, long longest)
    {
        Assert.InRange(delays.Min(), 0, longest / 100);
        Assert.InRange(delays.Max(), longest - (longest / 100), longest);
        Assert.InRange(delays.Average(), 0.48 * longest, 0.52 * longest);
    }

    private static List<int> Bursts(IEnumerable<bool> lost)
    {
        var bursts = new List<int>();
        int length = 0;
        foreach (bool isLost in lost.Append(false))
        {
            if (!isLost && length > 0)
            {
                bursts.Add(length);
            }

            length = isLost ? length + 1 : 0;
        }

        return bursts;
    }

    private List<int> BurstsOf(int count) =>
        Bursts(Enumerable.Range(0, count).Select(_ => Carry().IsLost));

    private void Begin(Fault fault, int number = 0) =>
        _weather.Begin(new PlacedFault(number, fault, null, null));

    private List<Outcome> CarryMany(int count = Many) =>
        [.. Enumerable.Range(1, count).Select(packet => Carry(packet: packet))];

    private Outcome Carry(
        int sensor = 0, int hub = 0, Direction direction = Direction.ToHub, long packet = 1)
    {
        Passage passage = _weather.CarryGre(sensor, hub, direction, packet, s_packet);
        return new Outcome(
            passage.Octets.ToArray(),
            passage.IsLost,
            passage.IsHeldBack,
            passage.DelayUs,
            passage.CopyAfterUs,
            passage.Fate);
    }

    /// <summary>What became of a packet; arrays are compared by reference.</summary>
    private sealed record Outcome(
        byte[] Octets, bool IsLost, bool IsHeldBack, long DelayUs, long CopyAfterUs, string Fate)
    {
        public bool IsUntouched => this is
        {
            IsLost: false,
            IsHeldBack: false,
            DelayUs: 0,
            CopyAfterUs: < 0,
            Fate: "",
        } && Octets.AsSpan().SequenceEqual(s_packet);
    }
}
