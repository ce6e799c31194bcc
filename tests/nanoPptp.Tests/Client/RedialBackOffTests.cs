// Pauses: uniform, doubling, capped, and counted for each class by itself.

using System;
using System.Linq;
using nanoPptp.Client;
using Xunit;

namespace nanoPptp.Tests.Client;

public sealed class RedialBackOffTests
{
    private const int DrawCount = 10000;

    public static TheoryData<FailureClass> Classes =>
        [.. Enum.GetValues<FailureClass>().Where(c => c != FailureClass.None)];

    [Theory]
    [InlineData(1999)]
    [InlineData(299999)]
    [InlineData(1 << 30)]
    public void C89_Ten_thousand_draws_are_uniform(int capMs)
    {
        BackOff backOff = Make(new RedialSettings());
        int[] draws = Enumerable.Range(0, DrawCount).Select(_ => backOff.DrawMs(capMs)).ToArray();
        Assert.All(draws, ms => Assert.InRange(ms, 0, capMs));

        // 20 buckets of 500 draws; one standard deviation is 21.8, and five are allowed.
        int[] buckets = new int[20];
        foreach (int ms in draws)
        {
            buckets[(int)(20L * ms / (capMs + 1L))]++;
        }

        Assert.All(buckets, count => Assert.InRange(count, 500 - 109, 500 + 109));

        // The mean of so many has a deviation of cap / sqrt(12) / 100.
        Assert.InRange(
            draws.Average(), capMs * (0.5 - (5 * 0.00289)), capMs * (0.5 + (5 * 0.00289)));

        // Neighbours are strangers: the correlation of so many pairs has a deviation of 0.01.
        double mean = draws.Average();
        double together = draws.Zip(draws.Skip(1), (a, b) => (a - mean) * (b - mean)).Sum();
        double apart = draws.Sum(ms => (ms - mean) * (ms - mean));
        Assert.InRange(together / apart, -0.05, 0.05);
    }

    [Fact]
    public void Small_caps_include_both_ends()
    {
        BackOff backOff = Make(new RedialSettings());
        int[] counts = new int[4];
        for (int i = 0; i < DrawCount; i++)
        {
            counts[backOff.DrawMs(3)]++;
            Assert.Equal(0, backOff.DrawMs(0));
        }

        Assert.All(counts, count => Assert.InRange(count, 2500 - 217, 2500 + 217));
    }

    [Theory]
    [MemberData(nameof(Classes))]
    public void C89_Caps_double_and_stop(FailureClass c)
    {
        // The greatest of 400 draws at each step shows the cap: it misses the last 5 % with a
        // probability of one in 800 million, and the seeds are fixed.
        var settings = new RedialSettings();
        const int Steps = 14;
        int[] greatest = new int[Steps];
        int[] least = [.. Enumerable.Repeat(int.MaxValue, Steps)];
        for (int seed = 0; seed < 400; seed++)
        {
            BackOff backOff = Make(settings, seed);
            for (int i = 0; i < Steps; i++)
            {
                int ms = backOff.DrawPauseMs(c);
                greatest[i] = Math.Max(greatest[i], ms);
                least[i] = Math.Min(least[i], ms);
            }
        }

        long cap = settings.FirstMs(c);
        for (int i = 0; i < Steps; i++)
        {
            int minimum = settings.MinimumMs(c);
            Assert.InRange(greatest[i], minimum + (int)(cap * 95 / 100), minimum + (int)cap);
            Assert.InRange(least[i], minimum, minimum + (int)(cap * 5 / 100));
            cap = Math.Min(2 * cap, settings.MaximumMs(c));
        }

        Assert.Equal(settings.MaximumMs(c), cap);
    }

    [Theory]
    [InlineData(1, 1 << 30)]
    [InlineData(3, (1 << 30) - 1)]
    [InlineData(1 << 30, 1 << 30)]
    [InlineData((1 << 29) + 1, 1 << 30)]
    [InlineData(0, 1 << 30)]
    public void No_number_of_failures_is_too_many(int firstMs, int maximumMs)
    {
        var settings = new RedialSettings();
        settings.SetPace(FailureClass.Busy, 0, firstMs, maximumMs);
        BackOff backOff = Make(settings);
        int greatest = 0;
        for (int i = 0; i < 5000; i++)
        {
            int ms = backOff.DrawPauseMs(FailureClass.Busy);
            Assert.InRange(ms, 0, maximumMs);
            greatest = Math.Max(greatest, ms);
        }

        Assert.True(firstMs == 0 ? greatest == 0 : greatest > maximumMs / 100 * 99);
    }

    [Fact]
    public void Each_class_counts_its_own_failures_and_a_success_forgets_them_all()
    {
        var settings = new RedialSettings();
        settings.SetPace(FailureClass.Authentication, 60000, 1, 1 << 29);
        for (int seed = 0; seed < 50; seed++)
        {
            BackOff backOff = Make(settings, seed);
            for (int i = 0; i < 20; i++)
            {
                backOff.DrawPauseMs(FailureClass.Unreachable);
                backOff.DrawPauseMs(FailureClass.Policy);
            }

            Assert.InRange(backOff.DrawPauseMs(FailureClass.Authentication), 60000, 60001);
            Assert.InRange(backOff.DrawPauseMs(FailureClass.Authentication), 60000, 60002);
            for (int i = 0; i < 20; i++)
            {
                backOff.DrawPauseMs(FailureClass.Authentication);
            }

            backOff.StartOver();
            Assert.InRange(backOff.DrawPauseMs(FailureClass.Unreachable), 0, 5000);
            Assert.InRange(backOff.DrawPauseMs(FailureClass.Authentication), 60000, 60001);
        }
    }

    [Theory]
    [MemberData(nameof(Classes))]
    public void The_wait_before_another_hub_is_short_and_does_not_grow(FailureClass c)
    {
        var settings = new RedialSettings();
        BackOff backOff = Make(settings);
        int capMs = Math.Min(5000, settings.FirstMs(c));
        int greatest = 0;
        for (int i = 0; i < 1000; i++)
        {
            backOff.DrawPauseMs(c);
            int ms = backOff.DrawHopMs(c);
            Assert.InRange(ms, 0, capMs);
            greatest = Math.Max(greatest, ms);
        }

        Assert.True(greatest > capMs * 95 / 100);
    }

    [Fact]
    public void The_same_entropy_gives_the_same_pauses_and_one_octet_changes_them()
    {
        BackOff one = Make(new RedialSettings(), 7);
        BackOff same = Make(new RedialSettings(), 7);
        byte[] entropy = Entropy(7);
        entropy[31] ^= 1;
        var other = new BackOff(new RedialSettings());
        other.Seed(entropy, 0, 32);
        int[] draws = Enumerable.Range(0, 50).Select(_ => one.DrawMs(1 << 30)).ToArray();
        Assert.Equal(draws, Enumerable.Range(0, 50).Select(_ => same.DrawMs(1 << 30)));
        Assert.Empty(draws.Intersect(Enumerable.Range(0, 50).Select(_ => other.DrawMs(1 << 30))));
    }

    private static byte[] Entropy(int seed)
    {
        byte[] entropy = new byte[32];
        new Random(seed).NextBytes(entropy);
        return entropy;
    }

    private static BackOff Make(RedialSettings settings, int seed = 1)
    {
        var backOff = new BackOff(settings);
        backOff.Seed(Entropy(seed), 0, 32);
        return backOff;
    }
}
