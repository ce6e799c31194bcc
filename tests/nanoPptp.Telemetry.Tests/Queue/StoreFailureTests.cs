// A medium that fails, lies, shrinks, ages and comes back.

using System;
using System.Linq;
using nanoPptp.Telemetry.Queue;
using Xunit;

namespace nanoPptp.Telemetry.Tests.Queue;

public class StoreFailureTests
{
    private const int FileCapacity = 1200;

    private readonly MemoryStore _store = new(2, FileCapacity);

    public static TheoryData<string> Failures => ["append", "erase", "length", "lie", "no erasure"];

    [Theory]
    [MemberData(nameof(Failures))]
    public void A_store_that_fails_is_counted_and_heals_by_a_snapshot(string failure)
    {
        QueueBench bench = Begin(5);
        Set(failure, true);
        bool isFlushed = true;
        for (int i = 0; i < 40; i++)
        {
            Assert.NotEqual(0, bench.Add(30));
            isFlushed &= bench.Flush();
            bench.Advance(400);
        }

        Assert.False(isFlushed);
        Assert.True(bench.Queue.Counters.StoreFailures > 0);
        Assert.Equal(45, bench.Queue.Counters.Added);
        bench.Check();

        Set(failure, false);
        bench.Advance(1000);
        bench.Check();
        Assert.Equal(10, bench.Queue.Count);
        Assert.True(bench.Restart());
        Assert.Equal(10, bench.Queue.Count);
    }

    [Theory]
    [MemberData(nameof(Failures))]
    public void Whatever_fails_what_was_flushed_before_comes_back(string failure)
    {
        for (int good = 1; good < 12; good++)
        {
            var test = new StoreFailureTests();
            QueueBench bench = test.Begin(good);
            test.Set(failure, true);
            for (int i = 0; i < 8; i++)
            {
                bench.Advance(600);
                bench.Add(7);
            }

            test.Set(failure, false);

            // What a store swallows without a trace takes the numbers with it.
            bench.Restart(areNumbersSafe: failure != "lie");
            Assert.True(bench.Queue.Count >= int.Min(good, 5));
            Assert.True(bench.Flush());
            bench.Restart(areNumbersSafe: failure != "lie");
        }
    }

    [Fact]
    public void Random_failures_never_crash_it_or_lose_what_was_flushed()
    {
        var random = new Random(11);
        QueueBench bench = Begin(0);
        int failures = 0;
        for (int i = 0; i < 20_000; i++)
        {
            _store.FailsAppend = random.Next(6) == 0;
            _store.FailsErase = random.Next(6) == 0;
            _store.ReadPiece = random.Next(10, 50);
            int before = _store.Calls;
            switch (random.Next(12))
            {
                case < 6:
                    Assert.NotEqual(0, bench.Add(random.Next(1, 41)));
                    break;
                case < 8 when bench.Waiting.Count > 0:
                    bench.Acknowledge(1, bench.Waiting[random.Next(bench.Waiting.Count)]);
                    break;
                case 8:
                    bench.Flush();
                    break;
                case 9 when bench.Queue.Counters.StoreFailures == 0 || bench.Flush():
                    // With every number leased: a number used while the store failed may come again.
                    failures += bench.Queue.Counters.StoreFailures;
                    bench.Restart();
                    break;
                default:
                    bench.Advance(random.Next(900));
                    break;
            }

            Assert.InRange(_store.Calls - before, 0, 500);
            bench.Check();
        }

        Assert.True(failures > 500);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(7)]
    [InlineData(1000)]
    public void Short_reads_are_put_together(int piece)
    {
        QueueBench bench = Begin(9);
        _store.ReadPiece = piece;
        Assert.True(bench.Restart());
        Assert.Equal(9, bench.Queue.Count);
    }

    [Fact]
    public void A_read_of_nothing_is_a_failure_and_no_endless_loop()
    {
        QueueBench bench = Begin(9);
        _store.ReadPiece = 0;
        Assert.False(bench.Restart(isStrict: false));
        Assert.Equal(0, bench.Queue.Count);
        Assert.Equal(1, bench.Queue.Counters.StoreFailures);
    }

    [Fact]
    public void A_store_that_cannot_be_read_is_left_alone_until_it_can()
    {
        QueueBench bench = Begin(9);
        byte[] file = _store.Octets(0);
        foreach (bool byLength in new[] { true, false })
        {
            _store.FailsLength = byLength;
            _store.FailsRead = !byLength;
            ReadingQueue queue = new(QueueBench.Settings, _store);
            Assert.False(queue.Restore(0));
            Assert.Equal(1, queue.Add([1, 2, 3], 0, 3, 0));
            Assert.False(queue.Flush(0));
            Assert.True(queue.Counters.StoreFailures >= 2);
            Assert.Equal(file, _store.Octets(0));

            // Legible again: with numbers of its own the queue waits until it is empty.
            _store.FailsLength = false;
            _store.FailsRead = false;
            queue.Tick(1000);
            Assert.Equal(1, queue.Count);
            Assert.Equal(file, _store.Octets(0));
            queue.Acknowledge(1, 1);
            queue.Tick(2000);
            Assert.Equal(Enumerable.Range(1, 9), QueueBench.Contents(queue).Select(x => x.Sequence));
            Assert.True(queue.NextSequence > 9);
            Assert.True(queue.Flush(2000));
            file = _store.Octets(0);
        }
    }

    [Fact]
    public void A_store_that_was_illegible_and_holds_nothing_that_waits_is_used_at_once()
    {
        QueueBench bench = Begin(9);
        bench.Acknowledge(1, 9);
        Assert.True(bench.Flush());
        _store.FailsRead = true;
        ReadingQueue queue = new(QueueBench.Settings, _store);
        Assert.False(queue.Restore(0));
        Assert.Equal(1, queue.Add([1, 2, 3], 0, 3, 0));
        _store.FailsRead = false;
        queue.Tick(1000);
        Assert.Equal(10, queue.NextSequence);
        queue = new ReadingQueue(QueueBench.Settings, _store);
        Assert.True(queue.Restore(0));
        Assert.Equal([1], QueueBench.Contents(queue).Select(one => one.Sequence));
    }

    [Fact]
    public void Where_a_journal_is_illegible_the_clock_gives_numbers_that_were_never_used()
    {
        QueueBench bench = Begin(9);
        Assert.True(bench.Flush());
        _store.FailsRead = true;
        ReadingQueueSettings settings = new()
        {
            Capacity = QueueBench.Settings.Capacity,
            LongestReading = QueueBench.Settings.LongestReading,
            SequenceIfIllegible = 200_000_000,
        };
        ReadingQueue queue = new(settings, _store);
        Assert.False(queue.Restore(0));
        Assert.Equal(200_000_000, queue.Add([1, 2, 3], 0, 3, 0));

        // A journal that can be read knows better.
        _store.FailsRead = false;
        queue = new ReadingQueue(settings, _store);
        Assert.True(queue.Restore(0));
        Assert.InRange(queue.Add([1, 2, 3], 0, 3, 0), 10, 1000);
    }

    [Fact]
    public void Where_all_records_are_destroyed_the_clock_gives_the_numbers_too()
    {
        QueueBench bench = Begin(9);
        Assert.True(bench.Flush());
        for (int file = 0; file < _store.FileCount; file++)
        {
            _store.Load(file, new byte[_store.Length(file)]);
        }

        ReadingQueueSettings settings = new()
        {
            Capacity = QueueBench.Settings.Capacity,
            LongestReading = QueueBench.Settings.LongestReading,
            SequenceIfIllegible = 200_000_000,
        };
        ReadingQueue queue = new(settings, _store);
        Assert.True(queue.Restore(0));
        Assert.Equal(200_000_000, queue.Add([1, 2, 3], 0, 3, 0));
    }

    [Fact]
    public void One_file_that_cannot_be_read_costs_its_readings_and_no_number()
    {
        QueueBench bench = Begin(0);
        while (bench.Queue.Counters.Erases < 2)
        {
            bench.Add(30);
            Assert.True(bench.Flush());
        }

        int next = bench.Queue.NextSequence;
        _store.FailingFile = 1;
        _store.FailsRead = true;
        ReadingQueue queue = new(QueueBench.Settings, _store);
        Assert.False(queue.Restore(0));
        Assert.True(queue.Count > 0);
        Assert.True(queue.NextSequence > next);

        // The next snapshot takes the place of the file that fails, and counts more than it.
        Assert.True(queue.Flush(0));
        _store.FailsRead = false;
        ReadingQueue after = new(QueueBench.Settings, _store);
        Assert.True(after.Restore(0));
        Assert.Equal(QueueBench.Contents(queue), QueueBench.Contents(after), (a, b) =>
            a.Sequence == b.Sequence && a.Octets.AsSpan().SequenceEqual(b.Octets));
        Assert.Equal(queue.NextSequence, after.NextSequence);
    }

    [Fact]
    public void A_file_that_is_legible_in_part_gives_that_part()
    {
        QueueBench bench = Begin(9);
        int next = bench.Queue.NextSequence;
        int length = _store.Octets(0).Length;
        int whole = 0;
        for (int from = 0; from < length; from++)
        {
            _store.UnreadableFrom = from;
            ReadingQueue queue = new(QueueBench.Settings, _store);
            queue.Restore(0);
            whole += queue.Count;
            Assert.True(queue.Count == 0 || queue.NextSequence >= next);
        }

        Assert.True(whole > 0);
    }

    [Fact]
    public void Every_flipped_bit_of_a_journal_is_survived_and_no_number_used_again()
    {
        QueueBench bench = Begin(6);
        byte[] file = _store.Octets(0);
        int next = bench.Queue.NextSequence;
        for (int bit = 0; bit < 8 * file.Length; bit++)
        {
            MemoryStore store = _store.Copy();
            byte[] spoiled = [.. file];
            spoiled[bit >> 3] ^= (byte)(1 << (bit & 7));
            store.Load(0, spoiled);
            ReadingQueue queue = new(QueueBench.Settings, store);
            Assert.True(queue.Restore(0));
            Assert.InRange(queue.Count, 0, 6);
            Assert.True(queue.NextSequence > next);
            Assert.Equal(1, queue.Counters.TornRecords);
            Assert.NotEqual(0, queue.Add([1], 0, 1, 0));
            Assert.True(queue.Flush(0));
            Assert.Equal(1, queue.Counters.Erases);
        }
    }

    [Theory]
    [InlineData(0x00, FileCapacity)]
    [InlineData(0xFF, FileCapacity)]
    [InlineData(0xFF, 2 * FileCapacity)]
    [InlineData(0x48, 1)]
    [InlineData(0x52, 5)]
    public void Files_of_anything_else_are_no_journal_and_are_used_all_the_same(
        byte fill, int length)
    {
        byte[] octets = new byte[length];
        Array.Fill(octets, fill);
        _store.Load(0, octets);
        _store.Load(1, octets);
        var bench = new QueueBench(_store);
        Assert.True(bench.Restore());
        Assert.Equal(2, bench.Queue.Counters.TornRecords);
        bench.Add(20);
        Assert.True(bench.Flush());
        bench.Restart();
        Assert.Equal(1, bench.Queue.Count);
    }

    [Fact]
    public void Noise_in_both_files_is_survived()
    {
        var random = new Random(3);
        for (int i = 0; i < 3000; i++)
        {
            for (int file = 0; file < 2; file++)
            {
                byte[] noise = new byte[random.Next(FileCapacity + 1)];
                random.NextBytes(noise);
                if (noise.Length > 20 && i % 2 == 0)
                {
                    JournalRecord.WriteHeader(noise, 0, random.Next(), 1 + random.Next(1000));
                }

                _store.Load(file, noise);
            }

            var bench = new QueueBench(_store);
            Assert.True(bench.Restore());
            Assert.Equal(0, bench.Queue.Count);
            bench.Add(20);
            Assert.True(bench.Flush());
            bench.Restart();
            Assert.Equal(1, bench.Queue.Count);
        }
    }

    [Fact]
    public void Files_that_changed_places_make_no_difference()
    {
        QueueBench bench = Begin(0);
        for (int round = 0; round < 60; round++)
        {
            bench.Add(30);
            Assert.True(bench.Flush());
            byte[] first = _store.Octets(0);
            _store.Load(0, _store.Octets(1));
            _store.Load(1, first);
            Assert.True(bench.Restart());
        }

        Assert.Equal(10, bench.Queue.Count);
    }

    [Fact]
    public void A_stale_file_in_place_of_the_older_one_makes_no_difference()
    {
        QueueBench bench = Begin(4);
        byte[] stale = _store.Octets(0);
        while (bench.Queue.Counters.Erases < 6)
        {
            bench.Add(30);
            Assert.True(bench.Flush());
        }

        _store.Load(0, stale);
        Assert.True(bench.Restart());
        Assert.Equal(10, bench.Queue.Count);
    }

    [Fact]
    public void The_newer_generation_counts_also_when_its_number_has_wrapped()
    {
        Write(0, int.MaxValue, 300);
        Write(1, int.MinValue, 600);
        ReadingQueue queue = new(QueueBench.Settings, _store);
        Assert.True(queue.Restore(0));
        Assert.Equal(600, queue.NextSequence);

        Write(0, -1, 300);
        Write(1, -2, 600);
        queue = new ReadingQueue(QueueBench.Settings, _store);
        Assert.True(queue.Restore(0));
        Assert.Equal(300, queue.NextSequence);
        for (int i = 0; i < 200; i++)
        {
            queue.Add([1, 2, 3, 4, 5, 6, 7, 8], 0, 8, 0);
            Assert.True(queue.Flush(0));
        }

        Assert.True(queue.Counters.Erases > 3);
        int next = queue.NextSequence;
        queue = new ReadingQueue(QueueBench.Settings, _store);
        Assert.True(queue.Restore(0));
        Assert.Equal(next, queue.NextSequence);
    }

    private QueueBench Begin(int readings)
    {
        var bench = new QueueBench(_store);
        Assert.True(bench.Restore());
        for (int i = 0; i < readings; i++)
        {
            bench.Add(20);
            Assert.True(bench.Flush());
        }

        return bench;
    }

    private void Set(string failure, bool fails)
    {
        switch (failure)
        {
            case "append":
                _store.FailsAppend = fails;
                break;
            case "erase":
                _store.FailsErase = fails;
                break;
            case "length":
                _store.FailsLength = fails;
                break;
            case "lie":
                _store.LiesOnAppend = fails;
                break;
            default:
                _store.LiesOnErase = fails;
                break;
        }
    }

    private void Write(int file, int generation, int limit)
    {
        byte[] b = new byte[100];
        int length = JournalRecord.WriteHeader(b, 0, generation, limit);
        length += JournalRecord.WriteCommit(b, length, 0, JournalRecord.Crc(b, 0));
        _store.Load(file, b[..length]);
    }
}
