// The queue step by step: numbers, order, overflow, times, flash, and that it never allocates.

using System;
using System.Linq;
using nanoPptp.Telemetry.Queue;
using Xunit;

namespace nanoPptp.Telemetry.Tests.Queue;

public class ReadingQueueTests
{
    private readonly MemoryStore _store = new(2, 4000);
    private readonly byte[] _octets = [.. Enumerable.Range(0, 64).Select(i => (byte)i)];

    [Fact]
    public void Readings_come_out_in_order_with_numbers_from_1()
    {
        ReadingQueue queue = Start();
        for (int i = 1; i <= 5; i++)
        {
            Assert.Equal(i, Add(queue, 10 + i));
        }

        Assert.True(queue.SeekFrom(2));
        Assert.Equal(2, queue.EntrySequence);
        Assert.Equal(12, queue.EntryLength);
        Assert.Equal(_octets[..12], queue.Octets[queue.EntryOffset..(queue.EntryOffset + 12)]);
        Assert.True(queue.Next());
        Assert.Equal(3, queue.EntrySequence);
        Assert.True(queue.SeekFrom(5));
        Assert.False(queue.Next());
        Assert.Equal(5, queue.EntrySequence);
        Assert.False(queue.SeekFrom(6));
        Assert.True(queue.SeekFrom(int.MinValue));
        Assert.Equal(1, queue.EntrySequence);
        Assert.Equal(5, queue.Count);
        Assert.Equal(5 * 7 + 11 + 12 + 13 + 14 + 15, queue.UsedOctets);
    }

    [Fact]
    public void Ranges_are_acknowledged_in_any_order_and_unknown_numbers_ignored()
    {
        ReadingQueue queue = Start();
        for (int i = 1; i <= 6; i++)
        {
            Add(queue, 8);
        }

        queue.Acknowledge(3, 4);
        queue.Acknowledge(3, 4);
        queue.Acknowledge(9, 12);
        queue.Acknowledge(5, 2);
        Assert.Equal(4, queue.Count);
        Assert.Equal(6 * 15, queue.UsedOctets);
        Assert.True(queue.SeekFrom(3));
        Assert.Equal(5, queue.EntrySequence);

        queue.Acknowledge(1, 2);
        Assert.Equal(2 * 15, queue.UsedOctets);
        queue.Acknowledge(int.MinValue, int.MaxValue);
        Assert.Equal(0, queue.Count);
        Assert.Equal(0, queue.UsedOctets);
        Assert.Equal(6, queue.Counters.Delivered);
        Assert.False(queue.SeekFrom(1));
    }

    [Fact]
    public void What_is_acknowledged_before_its_flush_is_never_written()
    {
        ReadingQueue queue = Start();
        int nowMs = 0;
        Add(queue, 20, nowMs);
        int lease = _store.Spent;

        // A reading every 70 ms, acknowledged after 400 ms, for a lease of numbers.
        for (int i = 2; i <= 255; i++)
        {
            nowMs += 70;
            queue.Tick(nowMs);
            Add(queue, 20, nowMs);
            queue.Acknowledge(1, i - 5);
        }

        Assert.Equal(lease, _store.Spent);
        Assert.Equal(1, queue.Counters.Erases);
    }

    [Fact]
    public void What_nobody_acknowledges_is_on_the_medium_after_the_interval()
    {
        ReadingQueue queue = Start();
        int nowMs = int.MaxValue - 700;
        for (int i = 0; i < 300; i++)
        {
            int sequence = Add(queue, 20, nowMs);
            for (int waited = 0; waited < 1000; waited += 10)
            {
                nowMs = unchecked(nowMs + 10);
                queue.Tick(nowMs);
            }

            ReadingQueue after = On(_store.Copy());
            Assert.True(after.Restore(0));
            Assert.True(after.SeekFrom(sequence));
            Assert.Equal(sequence, after.EntrySequence);
            queue.Acknowledge(1, sequence);
        }

        Assert.InRange(queue.Counters.Flushes, 300, 320);
        Assert.Equal(0, queue.Counters.StoreFailures);
    }

    [Fact]
    public void The_deadline_is_the_next_look_and_none_when_nothing_waits()
    {
        ReadingQueue queue = Start();
        Assert.Equal(int.MaxValue, queue.NextDeadlineMs(0));
        Add(queue, 20, 100);
        Assert.Equal(500, queue.NextDeadlineMs(100));
        Assert.Equal(1, queue.NextDeadlineMs(599));
        Assert.Equal(0, queue.NextDeadlineMs(5000));
        queue.Tick(599);
        Assert.Equal(1, queue.Counters.Flushes);
        queue.Tick(600);
        Assert.Equal(2, queue.Counters.Flushes);
        Assert.Equal(int.MaxValue, queue.NextDeadlineMs(600));

        // That it is delivered is written too, in the same time.
        queue.Acknowledge(1, 1);
        Assert.Equal(500, queue.NextDeadlineMs(700));
        queue.Tick(700);
        queue.Tick(1199);
        Assert.Equal(2, queue.Counters.Flushes);
        queue.Tick(1200);
        Assert.Equal(3, queue.Counters.Flushes);
        ReadingQueue after = On(_store.Copy());
        Assert.True(after.Restore(0));
        Assert.Equal(0, after.Count);
    }

    [Fact]
    public void Numbers_go_on_exactly_after_an_orderly_end_and_at_256_after_a_loss_of_power()
    {
        ReadingQueue queue = Start();
        Add(queue, 20);
        Add(queue, 20);
        Assert.True(queue.Flush(0));

        queue = On(_store);
        Assert.True(queue.Restore(0));
        Assert.Equal(2, queue.Counters.Restored);
        Assert.Equal(3, queue.NextSequence);
        Assert.Equal(3, Add(queue, 20));

        queue = On(_store);
        Assert.True(queue.Restore(0));
        Assert.Equal(256, queue.NextSequence);
        Assert.Equal(2, queue.Count);
    }

    [Fact]
    public void A_lease_is_written_once_for_256_numbers()
    {
        ReadingQueue queue = Start();
        for (int i = 1; i <= 10 * 256; i++)
        {
            Assert.Equal(i, Add(queue, 1));
            queue.Acknowledge(i, i);
        }

        Assert.Equal(1 + 10, queue.Counters.Writes);
    }

    [Fact]
    public void Flushing_twice_writes_once()
    {
        ReadingQueue queue = Start();
        Add(queue, 20);
        Assert.True(queue.Flush(0));
        int spent = _store.Spent;
        Assert.True(queue.Flush(0));
        Assert.Equal(spent, _store.Spent);
        Assert.Equal(int.MaxValue, queue.NextDeadlineMs(0));
    }

    [Fact]
    public void The_oldest_goes_and_is_counted()
    {
        ReadingQueue queue = Start(OverflowPolicy.OldestGoes);
        int sequence = 0;
        for (int i = 0; i < 20; i++)
        {
            sequence = Add(queue, 33);
        }

        Assert.Equal(20, sequence);
        Assert.Equal(10, queue.Count);
        Assert.Equal(10, queue.Counters.DroppedOldest);
        Assert.True(queue.SeekFrom(1));
        Assert.Equal(11, queue.EntrySequence);
        Assert.Equal(400, queue.UsedOctets);
    }

    [Fact]
    public void Going_on_from_a_reading_that_was_given_up_leads_to_the_next_that_is_there()
    {
        ReadingQueue queue = Start(OverflowPolicy.OldestGoes);
        for (int i = 0; i < 10; i++)
        {
            Add(queue, 33);
        }

        Assert.True(queue.SeekFrom(1));
        Add(queue, 33);
        Add(queue, 33);
        Assert.True(queue.Next());
        Assert.Equal(3, queue.EntrySequence);
    }

    [Fact]
    public void The_newest_goes_is_counted_and_takes_no_number()
    {
        ReadingQueue queue = Start(OverflowPolicy.NewestGoes);
        for (int i = 1; i <= 10; i++)
        {
            Assert.Equal(i, Add(queue, 33));
        }

        Assert.Equal(0, Add(queue, 33));
        Assert.Equal(1, queue.Counters.DroppedNewest);
        Assert.Equal(11, queue.NextSequence);
        queue.Acknowledge(1, 1);
        Assert.Equal(11, Add(queue, 33));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(-1)]
    [InlineData(41)]
    public void A_length_out_of_its_range_is_refused_and_counted(int length)
    {
        ReadingQueue queue = Start();
        Assert.Equal(0, Add(queue, length));
        Assert.Equal(1, queue.Counters.TooLong);
        Assert.Equal(1, queue.NextSequence);
        Assert.Equal(0, _store.Spent);
    }

    [Fact]
    public void Numbers_end_at_2_to_the_31_less_2_and_do_not_begin_again()
    {
        ReadingQueue queue = On(_store, first: int.MaxValue - 2);
        Assert.True(queue.Restore(0));
        Assert.Equal(int.MaxValue - 2, Add(queue, 5));
        Assert.Equal(int.MaxValue - 1, Add(queue, 5));
        Assert.Equal(0, Add(queue, 5));
        Assert.Equal(1, queue.Counters.Exhausted);
        Assert.Equal(2, queue.Count);
        Assert.True(queue.Flush(0));

        queue = On(_store);
        Assert.True(queue.Restore(0));
        Assert.Equal(2, queue.Count);
        Assert.Equal(0, Add(queue, 5));
    }

    [Fact]
    public void A_queue_in_RAM_alone_begins_where_it_is_told_and_has_no_deadline()
    {
        ReadingQueue queue = On(null, first: 1000);
        Assert.True(queue.Restore(0));
        Assert.Equal(1000, Add(queue, 5));
        Assert.Equal(int.MaxValue, queue.NextDeadlineMs(0));
        queue.Tick(100_000);
        Assert.False(queue.Flush(0));
        Assert.Equal(400, queue.BufferOctets);
        Assert.Equal(1, queue.Count);
    }

    [Fact]
    public void A_smaller_queue_than_before_keeps_the_newest()
    {
        ReadingQueue queue = Start();
        for (int i = 0; i < 10; i++)
        {
            Add(queue, 33);
        }

        Assert.True(queue.Flush(0));
        var settings = new ReadingQueueSettings { Capacity = 100, LongestReading = 10 };
        queue = new ReadingQueue(settings, _store);
        Assert.True(queue.Restore(0));
        Assert.Equal([9, 10], QueueBench.Contents(queue).Select(one => one.Sequence));
        Assert.Equal(8, queue.Counters.DroppedOldest);

        settings.Capacity = 30;
        queue = new ReadingQueue(settings, _store);
        Assert.True(queue.Restore(0));
        Assert.Equal(0, queue.Count);
        Assert.Equal(10, queue.Counters.TooLong);
    }

    [Fact]
    public void Thousands_of_operations_allocate_nothing()
    {
        ReadingQueue queue = Start();
        int failures = Work(queue, 0, 1000);
        long before = GC.GetAllocatedBytesForCurrentThread();
        failures += Work(queue, 1000, 20_000);
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
        Assert.Equal(0, failures);
        Assert.True(queue.Counters.Erases > 10);
    }

    [Fact]
    public void Coming_back_allocates_nothing_and_its_work_is_bounded()
    {
        ReadingQueue queue = Start();
        Work(queue, 0, 3000);
        On(_store.Copy()).Restore(0);
        MemoryStore store = _store.Copy();
        queue = On(store);
        long before = GC.GetAllocatedBytesForCurrentThread();
        queue.Restore(0);
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);

        // Each file once until its commit, the newest again to its end, in pieces of a kibioctet.
        Assert.InRange(store.Calls, 4, 2 * (2 + (4000 / 512)) + 8);
    }

    [Theory]
    [InlineData(1, 4000)]
    [InlineData(17, 4000)]
    [InlineData(2, 100)]
    [InlineData(2, 1 << 21)]
    public void A_store_that_cannot_hold_the_queue_is_refused(int files, int capacity)
    {
        Assert.Throws<ArgumentException>(() => On(new MemoryStore(files, capacity)));
    }

    [Fact]
    public void A_full_queue_of_the_shortest_readings_fits_into_the_smallest_file()
    {
        int capacity = QueueBench.Settings.LeastFileCapacity;
        Assert.Throws<ArgumentException>(() => On(new MemoryStore(2, capacity - 1)));
        var store = new MemoryStore(2, capacity);
        ReadingQueue queue = On(store);
        Assert.True(queue.Restore(0));
        for (int i = 0; i < 200; i++)
        {
            Add(queue, 1);
            Assert.True(queue.Flush(0));
        }

        Assert.Equal(50, queue.Count);
        queue = On(store);
        Assert.True(queue.Restore(0));
        Assert.Equal(50, queue.Count);
        Assert.Equal(201, queue.NextSequence);
    }

    [Fact]
    public void Settings_out_of_their_range_are_refused()
    {
        ReadingQueueSettings[] wrong =
        [
            new() { Capacity = 100, LongestReading = 94 },
            new() { Capacity = ReadingQueueSettings.LargestCapacity + 1 },
            new() { LongestReading = 0 },
            new() { LongestReading = 513 },
            new() { FlushIntervalMs = 1 },
            new() { FlushIntervalMs = (1 << 30) + 1 },
            new() { Overflow = (OverflowPolicy)2 },
            new() { FirstSequence = 0 },
            new() { FirstSequence = int.MaxValue },
        ];
        Assert.All(
            wrong, one => Assert.Throws<ArgumentException>(() => new ReadingQueue(one, null!)));
        Assert.Equal(0, new ReadingQueue(new ReadingQueueSettings(), null!).Count);
    }

    private static ReadingQueue On(
        MemoryStore? store,
        OverflowPolicy overflow = OverflowPolicy.OldestGoes,
        int first = 1)
    {
        var settings = new ReadingQueueSettings
        {
            Capacity = QueueBench.Capacity,
            LongestReading = QueueBench.Longest,
            FlushIntervalMs = 1000,
            Overflow = overflow,
            FirstSequence = first,
        };
        return new ReadingQueue(settings, store!);
    }

    private ReadingQueue Start(OverflowPolicy overflow = OverflowPolicy.OldestGoes)
    {
        ReadingQueue queue = On(_store, overflow);
        Assert.True(queue.Restore(0));
        return queue;
    }

    private int Add(ReadingQueue queue, int length, int nowMs = 0) =>
        queue.Add(_octets, 0, length, nowMs);

    private int Work(ReadingQueue queue, int from, int to)
    {
        int failures = 0;
        for (int i = from; i < to; i++)
        {
            int sequence = queue.Add(_octets, 0, 1 + (i % 40), i * 40);
            failures += sequence == 0 ? 1 : 0;
            queue.Tick(i * 40);
            if (i % 3 == 0)
            {
                queue.Acknowledge(sequence - 3, sequence - 1);
            }

            if (i % 11 == 0)
            {
                queue.Acknowledge(sequence - 20, sequence - 5);
                failures += queue.SeekFrom(sequence - 7) ? 0 : 1;
                queue.Next();
            }

            if (i % 97 == 0)
            {
                failures += queue.Flush(i * 40) ? 0 : 1;
            }
        }

        return failures;
    }
}
