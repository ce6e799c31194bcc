// CBOR (RFC 8949) as far as SenML can carry it: everything well formed is read; what has no meaning in
// SenML is told by its kind. Numbers are exact: decimal fractions stay decimal.

using System;
using System.Collections.Generic;
using System.Text;

namespace Simulator.Plant;

/// <summary>Kinds of items.</summary>
internal enum CborKind
{
    Number,
    Octets,
    Text,
    Array,
    Map,
    Boolean,
    Other,
}

/// <summary>A data item.</summary>
internal sealed class CborItem
{
    private const int DeepestNesting = 8;
    private const int TagDecimalFraction = 4;
    private const int Indefinite = 31;

    public CborKind Kind { get; private init; }

    public decimal Number { get; private init; }

    public byte[] Octets { get; private init; } = [];

    public string Text { get; private init; } = "";

    public bool Boolean { get; private init; }

    public List<CborItem> Items { get; } = [];

    public List<(CborItem Key, CborItem Value)> Pairs { get; } = [];

    /// <summary>Reads one item that is all there is.</summary>
    /// <exception cref="FormatException">It is not well formed.</exception>
    public static CborItem Read(ReadOnlySpan<byte> octets)
    {
        var reader = new Reader { Left = octets };
        CborItem item = reader.Item(0);
        return reader.Left.IsEmpty
            ? item
            : throw new FormatException("octets behind the item");
    }

    private ref struct Reader
    {
        private static readonly UTF8Encoding s_strict = new(false, throwOnInvalidBytes: true);

        public ReadOnlySpan<byte> Left;

        public CborItem Item(int depth)
        {
            if (depth > DeepestNesting)
            {
                throw new FormatException("nested too deep");
            }

            int first = Take(1)[0];
            int major = first >> 5;
            int minor = first & 31;
            return major switch
            {
                0 => Of(Argument(minor)),
                1 => Of(-1 - (decimal)Argument(minor)),
                2 => new CborItem { Kind = CborKind.Octets, Octets = String(major, minor) },
                3 => new CborItem { Kind = CborKind.Text, Text = Decode(String(major, minor)) },
                4 => Array(minor, depth),
                5 => Map(minor, depth),
                6 => Tagged(Argument(minor), depth),
                _ => Simple(minor),
            };
        }

        private static CborItem Of(decimal number) =>
            new() { Kind = CborKind.Number, Number = number };

        private static string Decode(byte[] octets)
        {
            try
            {
                return s_strict.GetString(octets);
            }
            catch (DecoderFallbackException)
            {
                throw new FormatException("a text is not UTF-8");
            }
        }

        private static CborItem Fraction(CborItem item)
        {
            if (item.Items is not
                    [{ Kind: CborKind.Number } exponent, { Kind: CborKind.Number } mantissa]
                || exponent.Number is < -28 or > 28
                || decimal.Truncate(exponent.Number) != exponent.Number)
            {
                throw new FormatException("a decimal fraction is not [exponent, mantissa]");
            }

            try
            {
                decimal value = mantissa.Number;
                for (int i = 0; i < Math.Abs((int)exponent.Number); i++)
                {
                    value = exponent.Number < 0 ? value / 10 : value * 10;
                }

                return Of(value);
            }
            catch (OverflowException)
            {
                throw new FormatException("a decimal fraction is too large");
            }
        }

        private static CborItem OfFloat(double value)
        {
            try
            {
                return Of((decimal)value);
            }
            catch (OverflowException)
            {
                throw new FormatException("a number is too large, infinite or none");
            }
        }

        private CborItem Tagged(ulong tag, int depth)
        {
            CborItem item = Item(depth + 1);
            return tag == TagDecimalFraction
                ? Fraction(item)
                : new CborItem { Kind = CborKind.Other };
        }

        private CborItem Simple(int minor)
        {
            switch (minor)
            {
                case 20 or 21:
                    return new CborItem { Kind = CborKind.Boolean, Boolean = minor == 21 };
                case 25:
                    return OfFloat((double)BitConverter.UInt16BitsToHalf((ushort)Argument(minor)));
                case 26:
                    return OfFloat(BitConverter.UInt32BitsToSingle((uint)Argument(minor)));
                case 27:
                    return OfFloat(BitConverter.UInt64BitsToDouble(Argument(minor)));
                case 24 when Argument(minor) < 32:
                    throw new FormatException("a simple value in two octets is below 32");
                case <= 24:
                    return new CborItem { Kind = CborKind.Other };
                default:
                    throw new FormatException($"a simple value {minor}");
            }
        }

        private CborItem Array(int minor, int depth)
        {
            var item = new CborItem { Kind = CborKind.Array };
            ulong count = minor == Indefinite ? ulong.MaxValue : Argument(minor);
            for (ulong i = 0; i < count && !IsBreak(minor); i++)
            {
                item.Items.Add(Item(depth + 1));
            }

            return item;
        }

        private CborItem Map(int minor, int depth)
        {
            var item = new CborItem { Kind = CborKind.Map };
            ulong count = minor == Indefinite ? ulong.MaxValue : Argument(minor);
            for (ulong i = 0; i < count && !IsBreak(minor); i++)
            {
                CborItem key = Item(depth + 1);
                item.Pairs.Add((key, Item(depth + 1)));
            }

            return item;
        }

        private byte[] String(int major, int minor)
        {
            if (minor != Indefinite)
            {
                ulong length = Argument(minor);
                return length > (ulong)Left.Length
                    ? throw new FormatException("a string is cut off")
                    : Take((int)length).ToArray();
            }

            List<byte> octets = [];
            while (!IsBreak(minor))
            {
                int first = Take(1)[0];
                if (first >> 5 != major || (first & 31) == Indefinite)
                {
                    throw new FormatException("a piece of a string is none");
                }

                octets.AddRange(String(major, first & 31));
            }

            return [.. octets];
        }

        private bool IsBreak(int minor)
        {
            if (minor != Indefinite || Left.IsEmpty || Left[0] != 0xFF)
            {
                return false;
            }

            Left = Left[1..];
            return true;
        }

        private ulong Argument(int minor)
        {
            if (minor < 24)
            {
                return (ulong)minor;
            }

            if (minor > 27)
            {
                throw new FormatException($"additional information {minor}");
            }

            ulong value = 0;
            foreach (byte octet in Take(1 << (minor - 24)))
            {
                value = (value << 8) | octet;
            }

            return value;
        }

        private ReadOnlySpan<byte> Take(int count)
        {
            if (count > Left.Length)
            {
                throw new FormatException("the item is cut off");
            }

            ReadOnlySpan<byte> taken = Left[..count];
            Left = Left[count..];
            return taken;
        }
    }
}
