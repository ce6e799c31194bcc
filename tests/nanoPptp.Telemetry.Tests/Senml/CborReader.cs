// A decoder of CBOR (RFC 8949) written apart from the library's encoder, to judge it. It knows all
// definite-length items, and with IsStrict it refuses what is not the preferred serialization
// (s.4.1): longer heads than need be, longer floats than need be, the same key twice.

using System;
using System.Buffers.Binary;
using System.Collections.Generic;
using System.IO;
using System.Numerics;
using System.Text;

namespace nanoPptp.Telemetry.Tests.Senml;

/// <summary>A tag and what is in it.</summary>
/// <param name="Number">The tag's number.</param>
/// <param name="Item">What is tagged.</param>
internal sealed record CborTag(ulong Number, object? Item);

/// <summary>Reads CBOR into BigInteger, double, string, byte[], bool, null, lists, lists of pairs
/// and tags.</summary>
internal sealed class CborReader(byte[] octets, int start = 0, int? end = null)
{
    private static readonly UTF8Encoding s_utf8 = new(false, throwOnInvalidBytes: true);

    private readonly int _end = end ?? octets.Length;

    public bool IsStrict { get; init; } = true;

    public int Position { get; private set; } = start;

    public bool IsAtEnd => Position == _end;

    /// <summary>Reads octets that are one item and nothing more.</summary>
    public static object? ReadWhole(byte[] octets, bool isStrict = true)
    {
        var reader = new CborReader(octets) { IsStrict = isStrict };
        object? item = reader.Read();
        return reader.IsAtEnd ? item : throw new InvalidDataException("octets after the item");
    }

    public object? Read()
    {
        int initial = Take(1)[0];
        int major = initial >> 5;
        int info = initial & 31;
        if (major == 7)
        {
            return ReadSimple(info);
        }

        ulong argument = ReadArgument(info);
        return major switch
        {
            0 => (BigInteger)argument,
            1 => -1 - (BigInteger)argument,
            2 => Take(Length(argument)).ToArray(),
            3 => s_utf8.GetString(Take(Length(argument))),
            4 => ReadArray(Length(argument)),
            5 => ReadMap(Length(argument)),
            _ => new CborTag(argument, Read()),
        };
    }

    private ulong ReadArgument(int info)
    {
        if (info < 24)
        {
            return (ulong)info;
        }

        (ulong value, ulong least) = info switch
        {
            24 => (Take(1)[0], 24UL),
            25 => (BinaryPrimitives.ReadUInt16BigEndian(Take(2)), 1UL << 8),
            26 => (BinaryPrimitives.ReadUInt32BigEndian(Take(4)), 1UL << 16),
            27 => (BinaryPrimitives.ReadUInt64BigEndian(Take(8)), 1UL << 32),
            _ => throw new InvalidDataException($"additional information {info}"),
        };
        return !IsStrict || value >= least
            ? value
            : throw new InvalidDataException("a head longer than it need be");
    }

    private object? ReadSimple(int info)
    {
        switch (info)
        {
            case 20:
                return false;
            case 21:
                return true;
            case 22:
                return null;
            case 25:
                return (double)BinaryPrimitives.ReadHalfBigEndian(Take(2));
            case 26:
                float single = BinaryPrimitives.ReadSingleBigEndian(Take(4));
                Demand(float.IsNaN(single) || (float)(Half)single != single);
                return (double)single;
            case 27:
                double number = BinaryPrimitives.ReadDoubleBigEndian(Take(8));
                Demand(!double.IsNaN(number) && (float)number != number);
                return number;
            default:
                throw new InvalidDataException($"simple value {info}");
        }
    }

    private void Demand(bool isShortest)
    {
        if (IsStrict && !isShortest)
        {
            throw new InvalidDataException("a float longer than it need be");
        }
    }

    private List<object?> ReadArray(int count)
    {
        var items = new List<object?>();
        for (int i = 0; i < count; i++)
        {
            items.Add(Read());
        }

        return items;
    }

    private List<KeyValuePair<object, object?>> ReadMap(int count)
    {
        var pairs = new List<KeyValuePair<object, object?>>();
        var keys = new HashSet<object>();
        for (int i = 0; i < count; i++)
        {
            object key = Read() ?? throw new InvalidDataException("null as a key");
            if (!keys.Add(key))
            {
                throw new InvalidDataException($"the key {key} twice");
            }

            pairs.Add(new(key, Read()));
        }

        return pairs;
    }

    private int Length(ulong argument) =>
        argument <= (ulong)(_end - Position)
            ? (int)argument
            : throw new InvalidDataException("cut off");

    private ReadOnlySpan<byte> Take(int count)
    {
        if (_end - Position < count)
        {
            throw new InvalidDataException("cut off");
        }

        Position += count;
        return octets.AsSpan(Position - count, count);
    }
}
