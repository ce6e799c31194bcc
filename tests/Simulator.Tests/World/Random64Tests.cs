// The generator of chance: the same numbers on every machine and for ever, or kept seeds mean
// nothing.

using System.Collections.Generic;
using System.Linq;
using Simulator.World;
using Xunit;

namespace Simulator.Tests.World;

public class Random64Tests
{
    // The reference implementation's first numbers for seed 1234567 (Vigna, splitmix64.c).
    private static readonly ulong[] s_known =
    [
        6457827717110365317, 3203168211198807973, 9817491932198370423, 4593380528125082431,
        16408922859458223821,
    ];

    [Fact]
    public void It_gives_the_published_numbers_of_SplitMix64()
    {
        var random = new Random64(1234567);
        Assert.Equal(s_known, s_known.Select(_ => random.NextUInt64()));
    }

    [Fact]
    public void A_fork_does_not_depend_on_what_was_drawn_before()
    {
        var fresh = new Random64(7);
        var used = new Random64(7);
        for (int i = 0; i < 100; i++)
        {
            used.NextUInt64();
        }

        Assert.Equal(First(fresh.Fork(3)), First(used.Fork(3)));
    }

    [Fact]
    public void To_fork_changes_nothing_of_what_is_drawn_after()
    {
        var one = new Random64(7);
        var other = new Random64(7);
        one.Fork(1).NextUInt64();
        Assert.Equal(other.NextUInt64(), one.NextUInt64());
    }

    [Fact]
    public void Forks_of_other_numbers_and_other_seeds_are_other_generators()
    {
        var seen = new HashSet<ulong>();
        for (ulong seed = 0; seed < 50; seed++)
        {
            seen.Add(new Random64(seed).NextUInt64());
            for (int number = -2; number < 200; number++)
            {
                Assert.True(
                    seen.Add(new Random64(seed).Fork(number).NextUInt64()),
                    $"fork {number} of seed {seed}");
            }
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(7)]
    [InlineData(100)]
    public void Below_gives_every_number_equally_often(int bound)
    {
        const int Draws = 100_000;
        var random = new Random64(11);
        int[] counts = new int[bound];
        for (int i = 0; i < Draws; i++)
        {
            counts[random.Below(bound)]++;
        }

        // Chi squared with its degrees of freedom as its mean and twice as many as its variance.
        double expected = (double)Draws / bound;
        double chi = counts.Sum(count => (count - expected) * (count - expected) / expected);
        double degrees = bound - 1;
        Assert.InRange(chi, 0, degrees + (4 * System.Math.Sqrt(2 * degrees)));
    }

    [Fact]
    public void Below_reaches_the_ends_of_the_largest_bound_and_no_further()
    {
        var random = new Random64(12);
        int least = int.MaxValue;
        int greatest = 0;
        for (int i = 0; i < 10_000; i++)
        {
            int drawn = random.Below(int.MaxValue);
            least = System.Math.Min(least, drawn);
            greatest = System.Math.Max(greatest, drawn);
        }

        Assert.InRange(least, 0, 2_000_000);
        Assert.InRange(greatest, int.MaxValue - 2_000_000, int.MaxValue - 1);
    }

    [Fact]
    public void Between_includes_both_ends()
    {
        var random = new Random64(13);
        Assert.Equal(
            [5, 6, 7],
            Enumerable.Range(0, 1_000).Select(_ => random.Between(5, 7)).Distinct().Order());
        Assert.Equal(9, random.Between(9, 9));
    }

    [Theory]
    [InlineData(1_000)]
    [InlineData(200_000)]
    [InlineData(500_000)]
    [InlineData(999_000)]
    public void A_share_happens_as_often_as_it_says(int share)
    {
        const int Draws = 200_000;
        var random = new Random64(14);
        int count = Enumerable.Range(0, Draws).Count(_ => random.Happens(share));
        double probability = share / 1_000_000.0;
        double mean = Draws * probability;
        double deviation = System.Math.Sqrt(mean * (1 - probability));
        Assert.InRange(count, mean - (4 * deviation), mean + (4 * deviation));
    }

    [Fact]
    public void Nothing_never_happens_and_everything_always_does()
    {
        var random = new Random64(15);
        for (int i = 0; i < 100_000; i++)
        {
            Assert.False(random.Happens(0));
            Assert.True(random.Happens(1_000_000));
        }
    }

    [Fact]
    public void Octets_are_as_many_as_were_asked_for_and_of_every_value()
    {
        var random = new Random64(16);
        Assert.Empty(random.Octets(0));
        byte[] octets = random.Octets(10_000);
        Assert.Equal(10_000, octets.Length);
        Assert.Equal(256, octets.Distinct().Count());
    }

    private static List<ulong> First(Random64 random) =>
        [.. Enumerable.Range(0, 10).Select(_ => random.NextUInt64())];
}
