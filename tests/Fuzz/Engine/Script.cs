// An input read as a script: what to do and with what. Any octets are a legal script, and behind
// its end there are zeros, so that inputs can be cut, joined and changed blindly.

using System;

namespace nanoPptp.Fuzz.Engine;

/// <summary>Reads choices and octets from an input.</summary>
internal sealed class Script(byte[] input, int position = 0)
{
    private int _position = position;

    internal bool IsAtEnd => _position >= input.Length;

    internal int Left => input.Length - _position;

    internal byte Byte() => _position < input.Length ? input[_position++] : (byte)0;

    internal int UInt16() => (Byte() << 8) | Byte();

    internal int Int32() => (UInt16() << 16) | UInt16();

    /// <summary>One of so many, at most 256.</summary>
    internal int Pick(int count) => Byte() % count;

    /// <summary>One of a list.</summary>
    internal T Pick<T>(ReadOnlySpan<T> choices) => choices[Pick(choices.Length)];

    /// <summary>The next octets; fewer at the end.</summary>
    internal byte[] Take(int length)
    {
        int count = Math.Min(length, Left);
        byte[] octets = input.AsSpan(Math.Min(_position, input.Length), count).ToArray();
        _position += count;
        return octets;
    }

    /// <summary>All that is left.</summary>
    internal byte[] TakeAll() => Take(Left);
}
