// Runs the gate, the readers and the writers of a format. What they give may depend on the octets
// that are theirs and on nothing else: not on where they lie, nor on what lies around them.

using System;
using nanoPptp.Fuzz.Engine;

namespace nanoPptp.Fuzz.Targets;

/// <summary>Fuzzes one format.</summary>
internal sealed class CodecTarget(Codec codec) : FuzzTarget
{
    private const int GuardLength = 16;
    private const int WriteCapacity = 256;

    private static readonly int[] s_offsets = [0, 1, 7];
    private static readonly byte[] s_guards = [0x5A, 0xFF, 0x00];

    private readonly Meter _meter = new();
    private readonly int[] _values = new int[codec.Readers.Length];
    private readonly byte[] _written = new byte[WriteCapacity];
    private readonly byte[] _room = new byte[GuardLength + WriteCapacity + GuardLength];

    internal override int MaximumLength => 240;

    internal override void Run(byte[] input, Feedback feedback)
    {
        _meter.Reset();
        RunReaders(input, feedback);
        if (codec.Mend != null)
        {
            byte[] mended = (byte[])input.Clone();
            codec.Mend(mended);
            RunReaders(mended, feedback);
        }

        for (int i = 0; i < codec.Writers.Length; i++)
        {
            Write(codec.Writers[i], input);
        }

        _meter.Demand();
    }

    private void RunReaders(byte[] input, Feedback feedback)
    {
        int result = ReadExact(input, s_offsets[0], isFirst: true, 0);
        feedback.Note(1, result);
        for (int i = 0; i < _values.Length && result >= 0; i++)
        {
            feedback.Note(2, i, Feedback.Bucket(_values[i] & 0xFFFF), _values[i] < 0 ? 1 : 0);
        }

        ReadExact(input, s_offsets[1], isFirst: false, result);
        ReadExact(input, s_offsets[2], isFirst: false, result);
        foreach (byte guard in s_guards)
        {
            ReadGuarded(input, guard, result);
        }
    }

    internal override byte[] Generate(Random64 random)
    {
        byte[] golden = Convert.FromHexString(codec.Golden);
        return random.Next(3) switch
        {
            0 => random.Octets(random.Next(MaximumLength + 1)),
            1 => golden,
            _ => [.. golden, .. random.Octets(random.Next(MaximumLength - golden.Length + 1))],
        };
    }

    // The array ends where the octets end, so that to read on throws.
    private int ReadExact(byte[] input, int offset, bool isFirst, int expected)
    {
        byte[] b = new byte[offset + input.Length];
        input.CopyTo(b, offset);
        int result = Read(b, offset, input.Length, isFirst, expected);
        Oracle.DemandEqual(input, b.AsSpan(offset), "guard", $"{codec.Name} changed what it read");
        Oracle.DemandFilled(b.AsSpan(0, offset), 0, codec.Name);
        return result;
    }

    private void ReadGuarded(byte[] input, byte guard, int expected)
    {
        byte[] b = new byte[GuardLength + input.Length + GuardLength];
        Array.Fill(b, guard);
        input.CopyTo(b, GuardLength);
        Read(b, GuardLength, input.Length, isFirst: false, expected);
        Oracle.DemandFilled(b.AsSpan(0, GuardLength), guard, codec.Name);
        Oracle.DemandFilled(b.AsSpan(GuardLength + input.Length), guard, codec.Name);
        Oracle.DemandEqual(
            input,
            b.AsSpan(GuardLength, input.Length),
            "guard",
            $"{codec.Name} changed what it read");
    }

    private int Read(byte[] b, int offset, int length, bool isFirst, int expected)
    {
        _meter.Start();
        int result = codec.Check(b, offset, length);
        _meter.Stop();
        Oracle.Demand(
            result <= length || codec.TellsWhatIsMissing,
            "gate",
            $"{codec.Name}: the gate gave {result} for {length} octets");
        Oracle.Demand(
            isFirst || result == expected,
            "depends on surroundings",
            $"{codec.Name}: the gate gave {result} at {offset} and {expected} elsewhere");
        if (result < 0)
        {
            return result;
        }

        for (int i = 0; i < _values.Length; i++)
        {
            _meter.Start();
            int value = codec.Readers[i](b, offset, result, length);
            _meter.Stop();
            Oracle.Demand(
                isFirst || value == _values[i],
                "depends on surroundings",
                $"{codec.Name}: reader {i} gave {value} at {offset} and {_values[i]} elsewhere");
            _values[i] = value;
        }

        return result;
    }

    private void Write(Func<byte[], int, Script, int> writer, byte[] input)
    {
        int length = -1;
        foreach (byte guard in s_guards)
        {
            Array.Fill(_room, guard);
            var script = new Script(input);
            int written = writer(_room, GuardLength, script);
            Oracle.Demand(
                written is > 0 and <= WriteCapacity && (length < 0 || written == length),
                "writer",
                $"{codec.Name}: {written} octets were written, {length} before");
            Span<byte> octets = _room.AsSpan(GuardLength, written);
            if (length >= 0)
            {
                Oracle.DemandEqual(
                    _written.AsSpan(0, length),
                    octets,
                    "depends on surroundings",
                    $"{codec.Name}: what is written");
            }

            length = written;
            octets.CopyTo(_written);
            Oracle.DemandFilled(_room.AsSpan(0, GuardLength), guard, codec.Name);
            Oracle.DemandFilled(_room.AsSpan(GuardLength + written), guard, codec.Name);
        }
    }
}
