// A reader of CBOR (RFC 8949) that shares no code with the library's writer: definite lengths and
// the preferred serialization only.

using System;
using nanoPptp.Fuzz.Engine;

namespace nanoPptp.Fuzz.Targets;

/// <summary>Walks over items and refuses what is not as short as can be.</summary>
internal ref struct CborParser(ReadOnlySpan<byte> octets)
{
    private readonly ReadOnlySpan<byte> _octets = octets;
    private int _at;

    internal readonly int Position => _at;

    internal readonly bool IsAtEnd => _at == _octets.Length;

    /// <summary>Reads a head.</summary>
    /// <returns>Major type and argument.</returns>
    internal (int Major, ulong Argument) Head()
    {
        Demand(_at < _octets.Length);
        int major = _octets[_at] >> 5;
        int info = _octets[_at] & 31;
        _at++;
        if (info < 24)
        {
            return (major, (ulong)info);
        }

        Demand(info < 28);
        int length = 1 << (info - 24);
        Demand(_octets.Length - _at >= length);
        ulong argument = 0;
        for (int i = 0; i < length; i++)
        {
            argument = (argument << 8) | _octets[_at + i];
        }

        _at += length;
        if (major == 7)
        {
            Demand(info > 24);
            return (major + info, argument);
        }

        Demand(argument >= (info == 24 ? 24UL : 1UL << (4 << (info - 24))));
        return (major, argument);
    }

    /// <summary>Reads an integer of 64 bits.</summary>
    internal long Integer()
    {
        (int major, ulong argument) = Head();
        Demand(major <= 1 && argument <= long.MaxValue);
        return major == 0 ? (long)argument : ~(long)argument;
    }

    /// <summary>Reads a string of octets (2) or text (3).</summary>
    internal ReadOnlySpan<byte> String(int wanted)
    {
        (int major, ulong length) = Head();
        Demand(major == wanted && length <= (ulong)(_octets.Length - _at));
        _at += (int)length;
        return _octets.Slice(_at - (int)length, (int)length);
    }

    /// <summary>Reads a number: an integer, a decimal fraction or a float.</summary>
    internal void Number()
    {
        (int major, ulong argument) = Head();
        switch (major)
        {
            case 0:
            case 1:
                Demand(argument <= long.MaxValue);
                break;
            case 6:
                Demand(argument == 4 && Head() == (4, 2));
                Integer();
                Integer();
                break;
            default:
                Demand(major is >= 7 + 25 and <= 7 + 27);
                break;
        }
    }

    /// <summary>Looks at the next major type.</summary>
    internal readonly int Peek()
    {
        Demand(_at < _octets.Length);
        return _octets[_at] >> 5;
    }

    internal static void Demand(bool holds) =>
        Oracle.Demand(holds, "cbor", "what is written is no CBOR, or longer than it need be");
}
