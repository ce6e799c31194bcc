// Configuration options: RFC 1661 section 6. A list of type, length (of the whole option), data.

using System;
using System.Buffers.Binary;

namespace Simulator.Hub;

/// <summary>One option inside a list; <see cref="Whole"/> includes type and length.</summary>
internal readonly ref struct PppOption(ReadOnlySpan<byte> whole)
{
    public ReadOnlySpan<byte> Whole { get; } = whole;

    public byte Type => Whole[0];

    public ReadOnlySpan<byte> Data => Whole[2..];
}

/// <summary>Walks a list of options with foreach; stops where the list is malformed.</summary>
internal ref struct PppOptions(ReadOnlySpan<byte> list)
{
    private readonly ReadOnlySpan<byte> _list = list;
    private int _next;
    private int _start;

    public readonly PppOption Current => new(_list[_start.._next]);

    /// <summary>Whether every option has a sound length and the list ends with an option.</summary>
    public static bool AreSound(ReadOnlySpan<byte> list)
    {
        var walk = new PppOptions(list);
        while (walk.MoveNext())
        {
        }

        return walk._next == list.Length;
    }

    public readonly PppOptions GetEnumerator() => this;

    public bool MoveNext()
    {
        if (_next + 2 > _list.Length)
        {
            return false;
        }

        int length = _list[_next + 1];
        if (length < 2 || _next + length > _list.Length)
        {
            return false;
        }

        _start = _next;
        _next += length;
        return true;
    }
}

/// <summary>Appends options to a list in a caller's buffer.</summary>
internal ref struct PppOptionWriter(Span<byte> list)
{
    private readonly Span<byte> _list = list;

    public int Length { get; private set; }

    public void Add(byte type)
    {
        Begin(type, 0);
    }

    public void Add(byte type, ushort value)
    {
        BinaryPrimitives.WriteUInt16BigEndian(Begin(type, 2), value);
    }

    public void Add(byte type, uint value)
    {
        BinaryPrimitives.WriteUInt32BigEndian(Begin(type, 4), value);
    }

    public void Add(byte type, ReadOnlySpan<byte> data)
    {
        data.CopyTo(Begin(type, data.Length));
    }

    /// <summary>Copies an option as it came, for an Ack or a Reject.</summary>
    public void Copy(PppOption option)
    {
        option.Whole.CopyTo(_list[Length..]);
        Length += option.Whole.Length;
    }

    private Span<byte> Begin(byte type, int dataLength)
    {
        Span<byte> option = _list.Slice(Length, 2 + dataLength);
        option[0] = type;
        option[1] = (byte)(2 + dataLength);
        Length += 2 + dataLength;
        return option[2..];
    }
}
