// The power goes at every octet of every write and at every erasure of long runs; then it comes back,
// and goes again.

using System;
using nanoPptp.Telemetry.Queue;
using Xunit;

namespace nanoPptp.Telemetry.Tests.Queue;

public class PowerCutTests
{
    private const int Operations = 160;

    [Theory]
    [InlineData(Tail.Prefix, 2, 700, OverflowPolicy.OldestGoes)]
    [InlineData(Tail.Prefix, 3, 900, OverflowPolicy.NewestGoes)]
    [InlineData(Tail.Noise, 2, 700, OverflowPolicy.OldestGoes)]
    [InlineData(Tail.Noise, 2, 2000, OverflowPolicy.NewestGoes)]
    [InlineData(Tail.Zeros, 2, 700, OverflowPolicy.OldestGoes)]
    [InlineData(Tail.Ones, 2, 700, OverflowPolicy.OldestGoes)]
    public void A_cut_at_any_octet_loses_nothing_that_was_flushed(
        Tail tail, int files, int fileCapacity, OverflowPolicy overflow)
    {
        for (int seed = 1; seed <= 2; seed++)
        {
            int spent = Run(seed, tail, files, fileCapacity, overflow, int.MaxValue).Store!.Spent;
            Assert.InRange(spent, 600, 30000);
            for (int cut = 0; cut < spent; cut++)
            {
                QueueBench bench = Run(seed, tail, files, fileCapacity, overflow, cut);
                bench.Restart();
                GoOn(bench, seed + cut);
                bench.Restart();
            }
        }
    }

    [Theory]
    [InlineData(Tail.Prefix)]
    [InlineData(Tail.Noise)]
    [InlineData(Tail.Zeros)]
    public void A_second_cut_at_any_octet_after_the_first_loses_nothing_either(Tail tail)
    {
        int spent = Run(9, tail, 2, 700, OverflowPolicy.OldestGoes, int.MaxValue).Store!.Spent;
        int runs = 0;
        for (int cut = 0; cut < spent; cut += 97)
        {
            for (int second = 0; ; second++)
            {
                QueueBench bench = Run(9, tail, 2, 700, OverflowPolicy.OldestGoes, cut);
                bench.Restart();
                bench.Store!.OctetsLeft = second;
                runs++;
                if (!Survives(() => GoOn(bench, cut)))
                {
                    bench.Restart();
                    GoOn(bench, second);
                    bench.Restart();
                    continue;
                }

                break;
            }
        }

        Assert.InRange(runs, 4_000, 100_000);
    }

    private static QueueBench Run(
        int seed, Tail tail, int files, int fileCapacity, OverflowPolicy overflow, int cut)
    {
        var store = new MemoryStore(files, fileCapacity) { OctetsLeft = cut, Tail = tail };
        var bench = new QueueBench(store, overflow);
        Survives(() =>
        {
            Assert.True(bench.Restore());
            Operate(bench, new Random(seed), Operations);
        });
        return bench;
    }

    private static void GoOn(QueueBench bench, int seed)
    {
        var random = new Random(seed);
        bench.Add(random.Next(1, QueueBench.Longest + 1));
        bench.Add(random.Next(1, QueueBench.Longest + 1));
        Assert.True(bench.Flush());
        Operate(bench, random, 6);

        // What a cut left behind is known from reading it, and never written on to.
        Assert.Equal(0, bench.Queue.Counters.StoreFailures);
    }

    private static void Operate(QueueBench bench, Random random, int count)
    {
        for (int i = 0; i < count; i++)
        {
            switch (random.Next(10))
            {
                case < 6:
                    bench.Add(random.Next(1, QueueBench.Longest + 1));
                    break;
                case 6 when bench.Waiting.Count > 0:
                    int first = bench.Waiting[random.Next(bench.Waiting.Count)];
                    bench.Acknowledge(first, first + random.Next(4));
                    break;
                case 7 when bench.Waiting.Count > 0:
                    bench.Acknowledge(1, bench.Waiting[bench.Waiting.Count / 2]);
                    break;
                case 8 when random.Next(4) == 0:
                    bench.Flush();
                    break;
                default:
                    bench.Advance(random.Next(700));
                    break;
            }
        }
    }

    private static bool Survives(Action action)
    {
        try
        {
            action();
            return true;
        }
        catch (PowerCutException)
        {
            return false;
        }
    }
}
