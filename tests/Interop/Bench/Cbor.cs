// CBOR (RFC 8949) as far as SenML needs it, read by other code than the sensor's.

using System;
using System.Buffers.Binary;
using System.Collections.Generic;
using System.Globalization;
using System.IO;
using System.Text;

namespace Interop.Tests;

/// <summary>
/// Reads data items: numbers become decimal (decimal fractions, tag 4, too), the others byte[],
/// string, bool, object?[] and a list of pairs. What is malformed is an exception: the test fails.
/// </summary>
internal sealed class Cbor
{
    private const int Indefinite = 31;
    private const int DecimalFraction = 4;

    private readonly byte[] _octets;
    private int _position;

    private Cbor(byte[] octets)
    {
        _octets = octets;
    }

    /// <summary>Reads octets that hold one data item and nothing behind it.</summary>
    public static object? Read(byte[] octets)
    {
        Cbor reader = new(octets);
        object? item = reader.ReadItem();
        return reader._position == octets.Length
            ? item
            : throw new InvalidDataException($"octets behind the item at {reader._position}");
    }

    private object? ReadItem()
    {
        byte first = Take(1)[0];
        int major = first >> 5;
        int information = first & 0x1F;
        return major switch
        {
            0 => (decimal)ReadArgument(information),
            1 => -1m - ReadArgument(information),
            2 => Take(ReadLength(information)).ToArray(),
            3 => new UTF8Encoding(false, true).GetString(Take(ReadLength(information))),
            4 => ReadItems(information).ToArray(),
            5 => ReadMap(information),
            6 => ReadTagged(ReadArgument(information)),
            _ => ReadSimple(information),
        };
    }

    private ulong ReadArgument(int information) => information switch
    {
        < 24 => (ulong)information,
        24 => Take(1)[0],
        25 => BinaryPrimitives.ReadUInt16BigEndian(Take(2)),
        26 => BinaryPrimitives.ReadUInt32BigEndian(Take(4)),
        27 => BinaryPrimitives.ReadUInt64BigEndian(Take(8)),
        _ => throw Unexpected(information),
    };

    private int ReadLength(int information) => checked((int)ReadArgument(information));

    private List<object?> ReadItems(int information, int itemsEach = 1)
    {
        List<object?> items = [];
        if (information == Indefinite)
        {
            while (_octets[_position] != 0xFF)
            {
                items.Add(ReadItem());
            }

            _position++;
            return items;
        }

        for (int left = ReadLength(information) * itemsEach; left > 0; left--)
        {
            items.Add(ReadItem());
        }

        return items;
    }

    private List<KeyValuePair<object, object?>> ReadMap(int information)
    {
        List<object?> items = ReadItems(information, itemsEach: 2);
        List<KeyValuePair<object, object?>> map = [];
        for (int i = 0; i < items.Count; i += 2)
        {
            map.Add(new(items[i] ?? throw new InvalidDataException("a key is null"), items[i + 1]));
        }

        return map;
    }

    private object? ReadTagged(ulong tag)
    {
        object? item = ReadItem();
        if (tag != DecimalFraction)
        {
            return item;
        }

        // The text keeps every digit; the power as a floating-point number would not.
        object?[] parts = (object?[])item!;
        string text = string.Create(CultureInfo.InvariantCulture, $"{parts[1]}E{parts[0]}");
        return decimal.Parse(text, NumberStyles.Float, CultureInfo.InvariantCulture);
    }

    private object? ReadSimple(int information) => information switch
    {
        20 => false,
        21 => true,
        22 => null,
        25 => (decimal)(float)BinaryPrimitives.ReadHalfBigEndian(Take(2)),
        26 => (decimal)BinaryPrimitives.ReadSingleBigEndian(Take(4)),
        27 => (decimal)BinaryPrimitives.ReadDoubleBigEndian(Take(8)),
        _ => throw Unexpected(information),
    };

    private InvalidDataException Unexpected(int information) =>
        new($"additional information {information} before octet {_position}");

    private ReadOnlySpan<byte> Take(int count)
    {
        ReadOnlySpan<byte> taken = _octets.AsSpan(_position, count);
        _position += count;
        return taken;
    }
}
