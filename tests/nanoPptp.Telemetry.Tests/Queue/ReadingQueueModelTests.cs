// Random operations on a queue and on a plain list, which have to agree after every one.

using System;
using nanoPptp.Telemetry.Queue;
using Xunit;

namespace nanoPptp.Telemetry.Tests.Queue;

public class ReadingQueueModelTests
{
    [Theory]
    [InlineData(1, true, OverflowPolicy.OldestGoes)]
    [InlineData(2, true, OverflowPolicy.NewestGoes)]
    [InlineData(3, false, OverflowPolicy.OldestGoes)]
    [InlineData(4, false, OverflowPolicy.NewestGoes)]
    public void The_queue_and_a_list_agree_after_each_of_30000_operations(
        int seed, bool hasJournal, OverflowPolicy overflow)
    {
        var random = new Random(seed);
        MemoryStore? store = hasJournal ? new MemoryStore(2, 1500) : null;

        // The clock wraps on the way.
        var bench = new QueueBench(store, overflow, int.MaxValue - 100_000);
        Assert.True(bench.Restore());
        int full = 0;
        for (int i = 0; i < 30_000; i++)
        {
            // Now the tunnel works and now it does not.
            bool isUp = i / 500 % 2 == 0;
            int kind = random.Next(100);
            if (kind < 50)
            {
                full += bench.Add(random.Next(1, QueueBench.Longest + 1)) == 0 ? 1 : 0;
            }
            else if (kind < 75 && isUp && bench.Waiting.Count > 0)
            {
                bench.Acknowledge(1, bench.Waiting[random.Next(bench.Waiting.Count)]);
            }
            else if (kind < 85 && bench.Waiting.Count > 0)
            {
                int first = bench.Waiting[random.Next(bench.Waiting.Count)];
                bench.Acknowledge(first, first + random.Next(6));
            }
            else if (kind < 86)
            {
                Assert.Equal(hasJournal, bench.Flush());
            }
            else if (kind == 99 && hasJournal)
            {
                Assert.True(bench.Restart());
            }
            else
            {
                bench.Advance(random.Next(300));
            }

            bench.Check();
        }

        Assert.Equal(overflow == OverflowPolicy.NewestGoes, full > 0);
        Assert.Equal(0, bench.Queue.Counters.StoreFailures);
    }
}
