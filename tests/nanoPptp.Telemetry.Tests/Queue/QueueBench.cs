// A queue on a medium, and a plain list that says what has to be in it.

using System.Collections.Generic;
using System.Linq;
using nanoPptp.Telemetry.Queue;
using Xunit;

namespace nanoPptp.Telemetry.Tests.Queue;

/// <summary>Drives a queue and checks it against a model of its promises.</summary>
internal sealed class QueueBench
{
    public const int Capacity = 400;
    public const int Longest = 40;

    private readonly byte[] _octets = new byte[600];
    private readonly SortedDictionary<int, byte[]> _all = [];
    private readonly HashSet<int> _used = [];
    private List<int> _waiting = [];
    private HashSet<int> _gone = [];

    // At the last moment when everything was on the medium.
    private HashSet<int> _kept = [];
    private HashSet<int> _goneThen = [];
    private int _highest;

    public QueueBench(
        MemoryStore? store, OverflowPolicy overflow = OverflowPolicy.OldestGoes, int nowMs = 0)
    {
        Store = store;
        Overflow = overflow;
        NowMs = nowMs;
        Queue = Make();
    }

    public static ReadingQueueSettings Settings { get; } =
        new() { Capacity = Capacity, LongestReading = Longest, FlushIntervalMs = 1000 };

    public MemoryStore? Store { get; set; }

    public ReadingQueue Queue { get; private set; }

    public OverflowPolicy Overflow { get; }

    public int NowMs { get; set; }

    public IReadOnlyList<int> Waiting => _waiting;

    public static List<(int Sequence, byte[] Octets)> Contents(ReadingQueue queue)
    {
        List<(int Sequence, byte[] Octets)> contents = [];
        for (bool more = queue.SeekFrom(1); more; more = queue.Next())
        {
            byte[] octets = queue.Octets[queue.EntryOffset..(queue.EntryOffset + queue.EntryLength)];
            contents.Add((queue.EntrySequence, octets));
        }

        return contents;
    }

    public bool Restore() => Queue.Restore(NowMs);

    public int Add(int length)
    {
        int given = Queue.Counters.DroppedOldest;
        int flushes = Queue.Counters.Flushes;
        int next = Queue.NextSequence;
        for (int i = 0; i < length; i++)
        {
            _octets[i] = (byte)((next * 31) + i);
        }

        int sequence = Queue.Add(_octets, 0, length, NowMs);
        GiveUp(Queue.Counters.DroppedOldest - given);
        if (Queue.Counters.Flushes != flushes)
        {
            // The snapshot that leases numbers is written before the reading is in.
            Keep();
        }

        if (sequence > 0)
        {
            Assert.True(_used.Add(sequence), $"{sequence} was used twice");
            Assert.Equal(next, sequence);
            _all[sequence] = _octets[..length];
            _waiting.Add(sequence);
            _highest = sequence;
        }

        return sequence;
    }

    public void Acknowledge(int first, int last)
    {
        Queue.Acknowledge(first, last);
        _gone.UnionWith(_waiting.Where(one => one >= first && one <= last));
        _waiting.RemoveAll(one => one >= first && one <= last);
    }

    public bool Flush()
    {
        bool isFlushed = Queue.Flush(NowMs);
        if (isFlushed)
        {
            Keep();
        }

        return isFlushed;
    }

    public void Advance(int ms)
    {
        NowMs += ms;
        int flushes = Queue.Counters.Flushes;
        Queue.Tick(NowMs);
        if (Queue.Counters.Flushes != flushes)
        {
            Keep();
        }
    }

    /// <summary>The power comes back: a new queue on the old medium, and what it must hold.</summary>
    public bool Restart(bool isStrict = true, bool areNumbersSafe = true)
    {
        Store!.OctetsLeft = -1;
        Queue = Make();
        bool isWhole = Restore();
        List<(int Sequence, byte[] Octets)> contents = Contents(Queue);
        HashSet<int> back = [.. contents.Select(one => one.Sequence)];
        foreach ((int sequence, byte[] octets) in contents)
        {
            Assert.True(_all.TryGetValue(sequence, out byte[]? added), $"{sequence} was never in");
            Assert.Equal(added, octets);
        }

        if (isStrict)
        {
            Assert.Empty(_kept.Except(_gone).Except(back));
            Assert.Empty(_goneThen.Intersect(back));
        }

        Assert.True(
            !isStrict || !areNumbersSafe || Queue.NextSequence > _highest, "numbers go back");

        _waiting = [.. contents.Select(one => one.Sequence)];
        _gone = [.. _used.Except(back)];
        _goneThen = [];
        _kept = [.. back];
        Check();
        return isWhole;
    }

    /// <summary>The queue holds what the list holds, in order.</summary>
    public void Check()
    {
        List<(int Sequence, byte[] Octets)> contents = Contents(Queue);
        Assert.Equal(_waiting, contents.Select(one => one.Sequence));
        Assert.All(contents, one => Assert.Equal(_all[one.Sequence], one.Octets));
        Assert.Equal(_waiting.Count, Queue.Count);
        QueueCounters counters = Queue.Counters;
        Assert.Equal(
            counters.Restored + counters.Added,
            counters.Delivered + counters.DroppedOldest + Queue.Count);
        Assert.InRange(Queue.UsedOctets, 0, Capacity);
    }

    private void GiveUp(int count)
    {
        // Nothing is given up while there is room, whatever is wasted at the end of the array.
        int span = _waiting.Count == 0
            ? 0
            : _all.Where(one => one.Key >= _waiting[0])
                .Sum(one => one.Value.Length + ReadingQueue.EntryHeaderLength);
        Assert.True(
            count == 0 || span + (2 * (Longest + ReadingQueue.EntryHeaderLength)) > Capacity);
        _gone.UnionWith(_waiting.Take(count));
        _waiting.RemoveRange(0, count);
    }

    private void Keep()
    {
        _kept = [.. _waiting];
        _goneThen = [.. _gone];
    }

    private ReadingQueue Make()
    {
        Settings.Overflow = Overflow;
        return new ReadingQueue(Settings, Store!);
    }
}
