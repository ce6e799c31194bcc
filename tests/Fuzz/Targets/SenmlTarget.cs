// Readings in SenML (RFC 8428): the gate over anything, the writers with any argument, and packs of
// every capacity, which a reader of our own takes apart.

using System;
using System.Collections.Generic;
using System.Text;
using nanoPptp.Fuzz.Engine;
using nanoPptp.Telemetry.Senml;

namespace nanoPptp.Fuzz.Targets;

/// <summary>Defects planted into what the target sees of a pack.</summary>
internal enum SenmlSabotage
{
    None,
    Allocate,
    Overrun,
    Truncate,
    Miscount,
}

/// <summary>Fuzzes <see cref="SenmlEntry"/> and <see cref="SenmlPack"/>.</summary>
internal sealed class SenmlTarget(SenmlSabotage sabotage = SenmlSabotage.None) : FuzzTarget
{
    private const byte Guard = 0xA7;
    private const int At = 16;
    private const int Room = 1400;

    private static readonly byte[] s_baseName =
        Encoding.ASCII.GetBytes("urn:dev:mac:0024befffe804ff1");

    private static readonly long[] s_longs =
    [
        0, 1, -1, 23, 24, 255, 256, 65_535, 65_536, uint.MaxValue, 1L << 32, long.MaxValue,
        long.MinValue, SenmlEntry.FirstAbsoluteMs, SenmlEntry.FirstAbsoluteMs - 1,
        1_784_371_200_250, 1000, 999, 1_000_000_000_000_000_000, 215,
    ];

    private static readonly int[] s_exponents = [0, -1, 1, -2, -99, 99, -100, 100, 3, 18, -3, 19];

    private readonly Meter _meter = new();
    private readonly SenmlPack _decimals = new(s_baseName, false);
    private readonly SenmlPack _floats = new(s_baseName, true);
    private readonly byte[] _entry = new byte[At + 700 + At];
    private readonly byte[] _pack = new byte[At + Room + At];
    private readonly List<int> _sequences = [];
    private long _baseMs;
    private object? _made;

    internal override int MaximumLength => 640;

    internal override void Run(byte[] input, Feedback feedback)
    {
        _meter.Reset();
        CheckAnything(input, feedback);
        var script = new Script(input);
        int capacity = script.Pick(4) switch
        {
            0 => script.Byte(),
            1 => script.UInt16() % Room,
            2 => -script.Byte(),
            _ => 1024,
        };
        SenmlPack pack = script.Pick(2) == 0 ? _decimals : _floats;
        _pack.AsSpan().Fill(Guard);
        _sequences.Clear();
        _meter.Start();
        pack.SetClock(0, 0, int.MaxValue);
        if (script.Pick(3) != 0)
        {
            pack.SetClock(Long(script), Long(script), script.Byte());
        }

        pack.Begin(_pack, At, capacity);
        _meter.Stop();
        int sequence = 1;
        _baseMs = Long(script);
        while (!script.IsAtEnd)
        {
            sequence = script.Pick(4) switch
            {
                0 => sequence + 1 + script.Byte(),
                1 when script.Byte() == 0 => Math.Abs(script.Int32() | 1),
                _ => sequence + 1,
            };
            Add(pack, script, Math.Max(1, sequence), feedback);
        }

        _meter.Start();
        int length = pack.End();
        _meter.Stop();
        Oracle.Demand(
            length >= 0 && length <= Math.Max(0, capacity) && (length > 0) == (pack.Count > 0),
            "pack",
            $"{length} octets of {pack.Count} readings where {capacity} fit");
        if (sabotage == SenmlSabotage.Overrun && pack.Count > 2)
        {
            _pack[At + length] = 0;
            _pack[At + Math.Max(capacity, 0)] = 0;
        }

        Oracle.DemandFilled(_pack.AsSpan(0, At), Guard, "before the pack");
        Oracle.DemandFilled(_pack.AsSpan(At + Math.Max(0, capacity)), Guard, "behind the pack");
        if (length > 0)
        {
            int shown = sabotage == SenmlSabotage.Truncate && length > 200 ? length - 1 : length;
            Read(_pack.AsSpan(At, shown), pack.Count);
        }

        feedback.Note(3, Feedback.Bucket(pack.Count), Feedback.Bucket(length));
        _meter.Demand();
    }

    internal override byte[] Generate(Random64 random)
    {
        byte[] input = random.Octets(random.Next(MaximumLength + 1));
        if (random.OneIn(3))
        {
            // An entry as it is in a journal, near right.
            byte[] entry = new byte[64];
            int length = SenmlEntry.Write(
                entry, 0, entry.Length, random.Next(100_000), "t1"u8.ToArray(), "Cel"u8.ToArray(),
                random.Next(-4000, 4000), random.Next(-3, 3));
            entry[random.Next(length)] ^= (byte)(random.OneIn(2) ? random.NextByte() : 0);
            return entry[..length];
        }

        for (int i = 0; i < input.Length; i++)
        {
            input[i] = random.OneIn(3) ? input[i] : (byte)random.Next(24);
        }

        return input;
    }

    private static long Long(Script script) => script.Pick(3) switch
    {
        0 => ((long)script.Int32() << 32) | (uint)script.Int32(),
        1 => script.UInt16(),
        _ => script.Pick<long>(s_longs),
    };

    private static byte[]? Text(Script script, string letters)
    {
        int length = script.Pick(7) switch
        {
            0 => -1,
            1 => 0,
            2 => script.Byte(),
            _ => 1 + script.Pick(5),
        };
        if (length < 0)
        {
            return null;
        }

        byte[] text = new byte[length];
        for (int i = 0; i < length; i++)
        {
            text[i] = (byte)letters[(script.Byte() + i) % letters.Length];
        }

        return text;
    }

    // Whatever the gate lets pass is an entry by our own arithmetic, and fits a pack.
    private void CheckAnything(byte[] input, Feedback feedback)
    {
        _entry.AsSpan().Fill(Guard);
        input.CopyTo(_entry, At);
        _meter.Start();
        int result = SenmlEntry.Check(_entry, At, input.Length);
        _meter.Stop();
        Oracle.Demand(
            result == -1 || result == input.Length, "gate", $"{result} of {input.Length} octets");
        feedback.Note(1, result < 0 ? 0 : 1, input.Length > 9 ? input[9] : -1);
        Oracle.Demand((result > 0) == IsEntry(input), "gate", $"the gate says {result}");
        if (result > 0)
        {
            AddAlone(_entry, At, result);
        }
    }

    private void AddAlone(byte[] entry, int offset, int length)
    {
        foreach (SenmlPack pack in (SenmlPack[])[_decimals, _floats])
        {
            _pack.AsSpan().Fill(Guard);
            _meter.Start();
            pack.Begin(_pack, At, Room);
            bool isAdded = pack.Add(entry, offset, length, 7);
            int written = pack.End();
            _meter.Stop();
            Oracle.Demand(isAdded, "pack", "an empty pack refuses an entry");
            _sequences.Clear();
            _sequences.Add(7);
            Oracle.DemandFilled(_pack.AsSpan(At + Room), Guard, "behind the pack");
            Read(_pack.AsSpan(At, written), 1);
        }
    }

    private void Add(SenmlPack pack, Script script, int sequence, Feedback feedback)
    {
        int kind = script.Pick(5);
        int capacity = script.Pick(4) == 0 ? script.Byte() - 10 : 600;
        long timeMs = script.Pick(8) == 1 ? Long(script) : _baseMs + script.Byte();
        byte[]? name = Text(script, script.Pick(8) == 0 ? "a b,~\u00ff" : "abcXYZ019-._/:");
        byte[]? unit = Text(script, "Cel%/2");
        long mantissa = Long(script);
        int exponent = script.Pick<int>(s_exponents);
        byte[] data = Text(script, "text 1") ?? [];
        bool isTrue = script.Pick(2) != 0;
        _entry.AsSpan().Fill(Guard);
        _meter.Start();
        if (sabotage == SenmlSabotage.Allocate && pack.Count == 3)
        {
            _made = new object();
        }

        int length = kind switch
        {
            0 => SenmlEntry.WriteText(_entry, At, capacity, timeMs, name, unit, data),
            1 => SenmlEntry.WriteData(_entry, At, capacity, timeMs, name, unit, data),
            2 => SenmlEntry.WriteBool(_entry, At, capacity, timeMs, name, unit, isTrue),
            _ => SenmlEntry.Write(
                _entry, At, capacity, timeMs, name, unit, mantissa, exponent),
        };
        int result = length < 0 ? -1 : SenmlEntry.Check(_entry, At, length);
        _meter.Stop();
        GC.KeepAlive(_made);
        Oracle.Demand(
            length == -1 || (length > 0 && length <= capacity && result == length),
            "writer",
            $"{length} octets where {capacity} fit, and the gate says {result}");
        Oracle.DemandFilled(_entry.AsSpan(0, At), Guard, "before the entry");
        Oracle.DemandFilled(_entry.AsSpan(At + Math.Max(0, capacity)), Guard, "behind the entry");
        if (length < 0)
        {
            bool mayRefuse = timeMs < 0
                || Math.Abs(exponent) > SenmlEntry.LargestExponent
                || !SenmlEntry.IsName(name)
                || capacity < 600;
            Oracle.Demand(mayRefuse, "writer", "an entry was refused that fits");
            return;
        }

        Oracle.Demand(
            IsEntry(_entry.AsSpan(At, length)), "writer", "what was written is no entry");
        int before = pack.Count;
        _meter.Start();
        bool isAdded = pack.Add(_entry, At, length, sequence);
        _meter.Stop();
        Oracle.Demand(
            pack.Count == before + (isAdded ? 1 : 0), "pack", "a reading is not counted");
        feedback.Note(2, kind, isAdded ? 1 : 0, Feedback.Bucket(length));
        if (isAdded)
        {
            _sequences.Add(sequence);
        }
    }

    // Header, name and unit where they are, exactly one value, nothing behind.
    private static bool IsEntry(ReadOnlySpan<byte> octets)
    {
        if (octets.Length < 9 || octets[0] > 127)
        {
            return false;
        }

        try
        {
            var parser = new CborParser(octets[9..]);
            int pairs = 0;
            int last = -1;
            while (last < 2)
            {
                (int major, ulong label) = parser.Head();
                CborParser.Demand(major == 0 && (int)label > last && label <= 8);
                last = (int)label;
                pairs++;
                if (last < 2 || last == 3)
                {
                    parser.String(3);
                }
                else if (last == 2)
                {
                    CborParser.Demand(IsDecimal(ref parser));
                }
                else if (last == 4)
                {
                    CborParser.Demand(parser.Head() is (7, 20 or 21));
                }
                else
                {
                    CborParser.Demand(last == 8);
                    parser.String(2);
                }
            }

            return parser.IsAtEnd && pairs == octets[8];
        }
        catch (OracleException)
        {
            return false;
        }
    }

    private static bool IsDecimal(ref CborParser parser)
    {
        if (parser.Peek() != 6)
        {
            parser.Integer();
            return true;
        }

        bool isFraction = parser.Head() == (6, 4UL) && parser.Head() == (4, 2UL);
        long exponent = parser.Integer();
        parser.Integer();
        return isFraction
            && exponent is >= -SenmlEntry.LargestExponent and <= SenmlEntry.LargestExponent;
    }

    // A pack: an array of maps, the base fields in the first alone, each with one value.
    private void Read(ReadOnlySpan<byte> octets, int count)
    {
        var parser = new CborParser(octets);
        int told = sabotage == SenmlSabotage.Miscount && count > 3 ? count + 1 : count;
        Oracle.Demand(
            parser.Head() == (4, (ulong)told),
            "pack",
            "the array has another number of records");
        int sequence = 0;
        for (int i = 0; i < count; i++)
        {
            sequence = ReadRecord(ref parser, i == 0, sequence + 1);
            Oracle.Demand(
                sequence == _sequences[i],
                "pack",
                $"record {i} is number {sequence} instead of {_sequences[i]}");
        }

        CborParser.Demand(parser.IsAtEnd);
    }

    private static int ReadRecord(ref CborParser parser, bool isFirst, int sequence)
    {
        (int major, ulong pairs) = parser.Head();
        CborParser.Demand(major == 5);
        int values = 0;
        bool hasBase = false;
        ulong met = 0;
        for (ulong i = 0; i < pairs; i++)
        {
            if (parser.Peek() == 3)
            {
                ReadOnlySpan<byte> label = parser.String(3);
                if (label.SequenceEqual("seq"u8))
                {
                    sequence = (int)parser.Integer();
                    continue;
                }

                CborParser.Demand(label.SequenceEqual("up"u8));
                parser.Number();
                continue;
            }

            long number = parser.Integer();
            CborParser.Demand(number is >= -3 and <= 8 && (met & (1UL << (int)(number + 3))) == 0);
            met |= 1UL << (int)(number + 3);
            switch (number)
            {
                case -2:
                    hasBase = parser.String(3).SequenceEqual(s_baseName);
                    break;
                case -3:
                    CborParser.Demand(isFirst);
                    parser.Number();
                    break;
                case 0:
                case 1:
                    parser.String(3);
                    break;
                case 2:
                    values++;
                    parser.Number();
                    break;
                case 3:
                    values++;
                    parser.String(3);
                    break;
                case 4:
                    values++;
                    CborParser.Demand(parser.Head() is (7, 20 or 21));
                    break;
                case 8:
                    values++;
                    parser.String(2);
                    break;
                default:
                    CborParser.Demand(number == 6 && !isFirst);
                    parser.Number();
                    break;
            }
        }

        Oracle.Demand(
            values == 1 && hasBase == isFirst, "pack", $"{values} values in a record");
        return sequence;
    }
}
