// The queue of deadlines against a plain sorted list.

using System.Collections.Generic;
using System.Linq;
using Simulator.Hub;
using Simulator.World;
using Xunit;

namespace Simulator.Tests.Hub;

public class DeadlineQueueTests
{
    [Fact]
    public void An_empty_queue_waits_for_nothing()
    {
        var queue = new DeadlineQueue();
        Assert.Equal(DeadlineHolder.Never, queue.NextDeadlineMs);
        Assert.Null(queue.First);
        queue.Remove(new Holder(1));
        Assert.Equal(0, queue.Count);
    }

    [Fact]
    public void Equal_deadlines_come_in_the_order_of_their_numbers()
    {
        var queue = new DeadlineQueue();
        var holders = Enumerable.Range(0, 50).Select(number => new Holder(number)).ToList();
        foreach (Holder holder in Enumerable.Reverse(holders))
        {
            queue.Set(holder, 7);
        }

        foreach (Holder holder in holders)
        {
            Assert.Same(holder, queue.First);
            queue.Set(holder, DeadlineHolder.Never);
        }
    }

    [Fact]
    public void Ten_thousand_changes_keep_it_in_step_with_a_sorted_list()
    {
        var random = new Random64(5);
        var queue = new DeadlineQueue();
        var holders = Enumerable.Range(0, 300).Select(number => new Holder(number)).ToList();
        var plain = new Dictionary<Holder, long>();
        for (int i = 0; i < 10_000; i++)
        {
            Holder holder = holders[(int)(random.NextUInt64() % 300)];
            if (random.NextUInt64() % 4 == 0)
            {
                queue.Remove(holder);
                plain.Remove(holder);
            }
            else
            {
                long deadline = (long)(random.NextUInt64() % 1_000);
                queue.Set(holder, deadline);
                plain[holder] = deadline;
            }

            Assert.Equal(plain.Count, queue.Count);
            if (plain.Count > 0)
            {
                KeyValuePair<Holder, long> first =
                    plain.MinBy(pair => (pair.Value, pair.Key.Number));
                Assert.Same(first.Key, queue.First);
                Assert.Equal(first.Value, queue.NextDeadlineMs);
            }
        }
    }

    private sealed class Holder(long number) : DeadlineHolder(number);
}
