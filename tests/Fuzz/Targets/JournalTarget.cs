// The journal of readings: files as a queue has left them, then damaged, or made up with checksums
// that are right. Restoring comes to an end, brings back what the octets still say, and the queue
// goes on from there.

using System;
using System.Buffers.Binary;
using System.Collections.Generic;
using System.Linq;
using nanoPptp.Fuzz.Engine;
using nanoPptp.Telemetry.Queue;

namespace nanoPptp.Fuzz.Targets;

/// <summary>Defects planted into what the target sees of a queue.</summary>
internal enum JournalSabotage
{
    None,
    Allocate,
    LoseOne,
    GoBack,
    ReadOn,
}

/// <summary>Fuzzes <see cref="ReadingQueue.Restore"/> and what comes after it.</summary>
internal sealed class JournalTarget(JournalSabotage sabotage = JournalSabotage.None) : FuzzTarget
{
    private const int Capacity = 400;
    private const int Longest = 40;
    private const int MostCalls = 20_000;

    private static readonly int[] s_numbers =
        [1, 2, 3, 0, -1, int.MaxValue, int.MaxValue - 1, int.MinValue, 256, 255, 1 << 30, 300];

    private readonly Meter _meter = new();
    private readonly byte[] _octets = new byte[600];
    private ReadingQueue _queue = new(new ReadingQueueSettings(), null);
    private FuzzStore _store = new(2, 700);
    private Feedback _feedback = new();
    private int _nowMs;
    private int _highest;
    private object? _made;

    internal override int MaximumLength => 320;

    internal override void Run(byte[] input, Feedback feedback)
    {
        _feedback = feedback;
        _meter.Reset();
        var script = new Script(input);
        int files = 2 + script.Pick(3);
        int capacity = script.Pick<int>([700, 900, 2000]);
        OverflowPolicy overflow = (OverflowPolicy)script.Pick(2);
        _store = new FuzzStore(files, capacity);
        _nowMs = script.Pick<int>([0, int.MaxValue - 3000, -500]);
        Make(overflow);
        Restore();
        for (int count = script.Byte(); count > 0; count--)
        {
            Operate(script);
        }

        _store.Failing = 0;
        int damages = script.Pick(8);
        if (damages == 0)
        {
            Tear(script, overflow);
        }

        for (int i = 0; i < damages; i++)
        {
            Damage(script);
        }

        _store.Piece = script.Pick<int>([int.MaxValue, 1, 7, 100]);
        _store.Failing = script.Pick(8) == 1 ? script.Pick(16) : 0;
        Make(overflow);
        Restore();
        _store.Failing = 0;
        do
        {
            Operate(script);
        }
        while (!script.IsAtEnd);
        Recover(overflow);
        _meter.Demand();
    }

    internal override byte[] Generate(Random64 random)
    {
        byte[] input = random.Octets(8 + random.Next(300));
        input[4] = (byte)random.Next(80);
        return input;
    }

    private void Make(OverflowPolicy overflow)
    {
        var settings = new ReadingQueueSettings
        {
            Capacity = Capacity,
            LongestReading = Longest,
            FlushIntervalMs = 1000,
            Overflow = overflow,
        };
        _queue = new ReadingQueue(settings, _store);
        _highest = 0;
    }

    private void Restore()
    {
        _store.Calls = 0;
        _meter.Start();
        if (sabotage == JournalSabotage.Allocate && _store.Octets(1).Length > 0)
        {
            _made = new object();
        }

        bool isWhole = _queue.Restore(_nowMs);
        _meter.Stop();
        GC.KeepAlive(_made);
        _feedback.Note(
            1,
            isWhole ? 1 : 0,
            Feedback.Bucket(_queue.Counters.TornRecords),
            Feedback.Bucket(_queue.Counters.Restored));
        Check();
    }

    private void Operate(Script script)
    {
        _store.Calls = 0;
        int operation = script.Pick(12);
        switch (operation)
        {
            case < 6:
                Add(1 + (operation * 7), script.Byte());
                break;
            case 6:
                Acknowledge(First(), First() + script.Pick(4));
                break;
            case 7:
                Acknowledge(_highest - script.Pick(6), _highest - script.Pick(3));
                break;
            case 8:
                _meter.Start();
                _queue.GiveUp(First() + script.Pick(3));
                _meter.Stop();
                break;
            case 9:
                _meter.Start();
                _queue.Flush(_nowMs);
                _meter.Stop();
                break;
            case 10 when script.Pick(8) == 1:
                _store.Failing = script.Pick(16);
                break;
            default:
                Pass(script.Byte() * 8);
                _store.Failing = 0;
                break;
        }

        _feedback.Note(2, operation, Feedback.Bucket(_queue.Count), _queue.Counters.Erases);
        Check();
    }

    private int Add(int length, byte fill)
    {
        _octets.AsSpan(0, length).Fill(fill);
        int next = _queue.NextSequence;
        _meter.Start();
        int sequence = _queue.Add(_octets, 0, length, _nowMs);
        _meter.Stop();
        Oracle.Demand(
            sequence == 0 || (sequence == next && sequence > _highest),
            "numbers",
            $"{sequence} after {_highest}, when {next} was to come");
        _highest = sequence == 0 ? _highest : sequence;
        return sequence;
    }

    private void Acknowledge(int first, int last)
    {
        _meter.Start();
        _queue.Acknowledge(first, last);
        _meter.Stop();
    }

    private void Pass(int ms)
    {
        _nowMs += ms;
        _meter.Start();
        _queue.Tick(_nowMs);
        int waitMs = _queue.NextDeadlineMs(_nowMs);
        _meter.Stop();
        Oracle.Demand(waitMs >= 0, "deadline", $"a wait of {waitMs} ms");
    }

    private int First() => _queue.SeekFrom(1) ? _queue.EntrySequence : 1;

    private void Check()
    {
        Oracle.Demand(
            _store.Calls <= MostCalls, OracleKinds.Hang, $"{_store.Calls} calls of the store");
        int last = 0;
        int count = 0;
        _meter.Start();
        bool hasMore = _queue.SeekFrom(1);
        _meter.Stop();
        while (hasMore)
        {
            int sequence = _queue.EntrySequence;
            if (sabotage == JournalSabotage.GoBack && count == 3)
            {
                sequence -= 4;
            }

            Oracle.Demand(sequence > last, "numbers", $"{sequence} behind {last}");
            Oracle.Demand(
                sequence < _queue.NextSequence,
                "numbers",
                $"{sequence} is there and {_queue.NextSequence} comes next");
            Oracle.Demand(
                _queue.EntryLength > 0
                    && _queue.EntryOffset >= 0
                    && _queue.EntryOffset + _queue.EntryLength <= _queue.Octets.Length,
                "entry",
                "a reading does not lie in the ring");
            last = sequence;
            count++;
            Oracle.Demand(count <= Capacity, OracleKinds.Hang, "readings without an end");
            _meter.Start();
            hasMore = _queue.Next();
            _meter.Stop();
        }

        _highest = Math.Max(_highest, last);
        Oracle.Demand(
            count == _queue.Count, "count", $"{count} readings wait and {_queue.Count} are told");
        Oracle.Demand(
            _queue.UsedOctets is >= 0 and <= Capacity, "entry", $"{_queue.UsedOctets} octets");
        QueueCounters counters = _queue.Counters;
        Oracle.Demand(
            counters.Restored + counters.Added
                == counters.Delivered + counters.DroppedOldest + counters.GivenUp + _queue.Count,
            "count",
            $"{counters.Restored} restored and {counters.Added} added are not the sum of the others");
    }

    // The tail of the newest file is torn off, or noise: the readings in front of it are kept.
    private void Tear(Script script, OverflowPolicy overflow)
    {
        int newest = Newest();
        if (newest < 0)
        {
            return;
        }

        int committed = Committed(_store.Octets(newest));
        Span<byte> octets = _store.Octets(newest);
        int at = committed + (script.Byte() * (octets.Length - committed) / 256);
        bool isNoise = script.Pick(2) != 0;
        byte[] torn = octets.ToArray();
        List<int> expected = Readings(torn.AsSpan(0, at));
        if (isNoise)
        {
            for (int i = at; i < torn.Length; i++)
            {
                torn[i] = (byte)~torn[i];
            }
        }
        else
        {
            torn = torn[..at];
        }

        _store.Load(newest, torn);
        _nowMs += 1;
        Make(overflow);
        Restore();
        var present = new List<int>();
        for (bool more = _queue.SeekFrom(1); more; more = _queue.Next())
        {
            present.Add(_queue.EntrySequence);
        }

        if (sabotage == JournalSabotage.LoseOne && present.Count > 2)
        {
            present.RemoveAt(0);
        }

        // The oldest ones go when they do not fit; the rest is there, and nothing else.
        int surplus = _queue.Counters.DroppedOldest;
        expected.RemoveRange(0, Math.Min(surplus, expected.Count));
        Oracle.Demand(
            present.SequenceEqual(expected),
            "kept",
            $"{string.Join(' ', present)} instead of {string.Join(' ', expected)}");
    }

    private int Newest()
    {
        int newest = -1;
        for (int file = 0; file < _store.FileCount; file++)
        {
            if (Committed(_store.Octets(file)) > 0
                && (newest < 0 || Generation(file) - Generation(newest) > 0))
            {
                newest = file;
            }
        }

        return newest;
    }

    private int Generation(int file) =>
        BinaryPrimitives.ReadInt32BigEndian(_store.Octets(file)[7..]);

    // Where the records of a file end, by our own arithmetic.
    private static List<(int At, int Kind, int Length)> Walk(ReadOnlySpan<byte> octets)
    {
        var records = new List<(int At, int Kind, int Length)>();
        uint crc = 0;
        int at = 0;
        while (octets.Length - at >= 7)
        {
            int length = 3 + BinaryPrimitives.ReadUInt16BigEndian(octets[(at + 1)..]);
            if (octets.Length - at < length + 4)
            {
                break;
            }

            crc = Crc(crc, octets.Slice(at, length));
            if (BinaryPrimitives.ReadUInt32BigEndian(octets[(at + length)..]) != crc)
            {
                break;
            }

            records.Add((at, octets[at], length - 3));
            at += length + 4;
        }

        return records;
    }

    private static uint Crc(uint before, ReadOnlySpan<byte> octets)
    {
        uint crc = ~before;
        foreach (byte octet in octets)
        {
            crc ^= octet;
            for (int bit = 0; bit < 8; bit++)
            {
                crc = (crc & 1) != 0 ? (crc >> 1) ^ 0xEDB88320 : crc >> 1;
            }
        }

        return ~crc;
    }

    private static int Committed(ReadOnlySpan<byte> octets)
    {
        foreach ((int at, int kind, int length) in Walk(octets))
        {
            if ((at == 0) != (kind == 'H'))
            {
                return 0;
            }

            if (kind == 'C')
            {
                return at + 3 + length + 4;
            }
        }

        return 0;
    }

    private static List<int> Readings(ReadOnlySpan<byte> octets)
    {
        var readings = new List<int>();
        foreach ((int at, int kind, int _) in Walk(octets))
        {
            int number = BinaryPrimitives.ReadInt32BigEndian(octets[(at + 3)..]);
            if (kind == 'R')
            {
                readings.Add(number);
            }
            else if (kind == 'D')
            {
                int last = BinaryPrimitives.ReadInt32BigEndian(octets[(at + 7)..]);
                readings.RemoveAll(one => one >= number && one <= last);
            }
        }

        return readings;
    }

    private void Damage(Script script)
    {
        int file = script.Pick(_store.FileCount);
        byte[] octets = _store.Octets(file).ToArray();
        int at = octets.Length == 0 ? 0 : script.UInt16() % octets.Length;
        switch (script.Pick(10))
        {
            case 0 when octets.Length > 0:
                octets[at] ^= (byte)(1 << script.Pick(8));
                _store.Load(file, octets);
                break;
            case 1:
                _store.Load(file, octets.AsSpan(0, at));
                break;
            case 2:
                int other = script.Pick(_store.FileCount);
                byte[] theirs = _store.Octets(other).ToArray();
                _store.Load(other, octets);
                _store.Load(file, theirs);
                break;
            case 3:
                _store.Load(script.Pick(_store.FileCount), octets);
                break;
            case 4:
                octets.AsSpan(at).Fill(script.Byte());
                _store.Load(file, octets);
                break;
            case 5:
                _store.Load(file, [.. octets, .. octets]);
                break;
            case 6:
                _store.Load(file, script.Take(script.Byte()));
                break;
            case 7:
                Reseal(file, octets, at, script);
                break;
            case 8:
                _store.Load(file, [.. octets, .. Record(script, CrcOf(octets))]);
                break;
            default:
                _store.Load(file, MakeUp(script));
                break;
        }
    }

    private static uint CrcOf(ReadOnlySpan<byte> octets)
    {
        List<(int At, int Kind, int Length)> records = Walk(octets);
        return records.Count == 0
            ? 0
            : BinaryPrimitives.ReadUInt32BigEndian(
                octets[(records[^1].At + 3 + records[^1].Length)..]);
    }

    // Another octet, and all checksums right again.
    private void Reseal(int file, byte[] octets, int at, Script script)
    {
        List<(int At, int Kind, int Length)> records = Walk(octets);
        if (octets.Length == 0 || records.Count == 0)
        {
            return;
        }

        // The generation is left alone: no two files of a queue are 2^31 snapshots apart.
        (int start, int _, int body) = records[script.Pick(records.Count)];
        if (body >= 4 && script.Pick(2) != 0)
        {
            int field = body == 12 ? 8 : body >= 8 ? 4 * script.Pick(2) : 0;
            BinaryPrimitives.WriteInt32BigEndian(
                octets.AsSpan(start + 3 + field), script.Pick<int>(s_numbers));
        }
        else if (start > 0 && body > 0)
        {
            octets[start + 3 + (at % body)] = script.Byte();
        }

        uint crc = 0;
        foreach ((int begin, int _, int length) in records)
        {
            crc = Crc(crc, octets.AsSpan(begin, 3 + length));
            BinaryPrimitives.WriteUInt32BigEndian(octets.AsSpan(begin + 3 + length), crc);
        }

        _store.Load(file, octets);
    }

    private static byte[] MakeUp(Script script)
    {
        var file = new List<byte>();
        uint crc = 0;
        Append('H', [0x6E, 0x50, 0x71, 0x31, 0, 0, 0, script.Byte(), .. Number(script)]);
        int count = script.Pick(4);
        for (int i = 0; i < count; i++)
        {
            Append('R', [.. Number(script), .. new byte[1 + script.Byte()]]);
        }

        Append('C', [0, (byte)count]);
        for (int more = script.Pick(6); more > 0; more--)
        {
            byte[] record = Record(script, crc);
            file.AddRange(record);
            crc = BinaryPrimitives.ReadUInt32BigEndian(record.AsSpan(record.Length - 4));
        }

        return [.. file];

        void Append(char kind, byte[] body)
        {
            byte[] record = Seal(kind, body, crc);
            file.AddRange(record);
            crc = BinaryPrimitives.ReadUInt32BigEndian(record.AsSpan(record.Length - 4));
        }
    }

    private static byte[] Record(Script script, uint crc)
    {
        return script.Pick(6) switch
        {
            0 => Seal('R', [.. Number(script), .. new byte[1 + (script.Byte() * 2)]], crc),
            1 => Seal('D', [.. Number(script), .. Number(script)], crc),
            2 => Seal('L', Number(script), crc),
            3 => Seal('C', [0, script.Byte()], crc),
            4 => Seal('H', [0x6E, 0x50, 0x71, 0x31, .. Number(script), .. Number(script)], crc),
            _ => Seal((char)script.Byte(), script.Take(script.Pick(20)), crc),
        };
    }

    private static byte[] Number(Script script)
    {
        byte[] octets = new byte[4];
        int number = script.Pick(3) == 0 ? script.Byte() : script.Pick<int>(s_numbers);
        BinaryPrimitives.WriteInt32BigEndian(octets, number);
        return octets;
    }

    private static byte[] Seal(char kind, byte[] body, uint crc)
    {
        byte[] record = [(byte)kind, (byte)(body.Length >> 8), (byte)body.Length, .. body];
        byte[] seal = new byte[4];
        BinaryPrimitives.WriteUInt32BigEndian(seal, Crc(crc, record));
        return [.. record, .. seal];
    }

    // A store that is well: what is added now is there after the next loss of power.
    private void Recover(OverflowPolicy overflow)
    {
        _store.Failing = 0;
        _store.Piece = int.MaxValue;
        _store.Calls = 0;
        Acknowledge(1, int.MaxValue);
        Check();
        int added = Add(5, 77);
        _meter.Start();
        bool isFlushed = _queue.Flush(_nowMs);
        _meter.Stop();
        int next = _queue.NextSequence;
        if (added == 0)
        {
            Oracle.Demand(next == int.MaxValue, "recovery", "nothing is taken in");
            return;
        }

        // Files that were not legible at first may hold readings, and are kept for them.
        Oracle.Demand(
            isFlushed || _queue.Counters.StoreFailures > 0, "recovery", "nothing can be written");
        if (!isFlushed)
        {
            return;
        }

        string files = Describe();
        Make(overflow);
        Restore();
        int sequence = sabotage == JournalSabotage.ReadOn ? next : added;
        Oracle.Demand(
            _queue.SeekFrom(sequence) && _queue.NextSequence >= next,
            "recovery",
            $"{sequence} is not there of {_queue.Count}, and {_queue.NextSequence} comes next, "
                + $"{next} was told: {files}");
    }

    // The generations of the files that count, and what is in them.
    private string Describe() => string.Join(
        ", ",
        Enumerable.Range(0, _store.FileCount)
            .Where(file => Committed(_store.Octets(file)) > 0)
            .Select(file => $"{file}: {Generation(file)}, {Convert.ToHexString(_store.Octets(file))}"));
}
