// What SenML needs of the Concise Binary Object Representation (RFC 8949), always in preferred
// serialization: the shortest head, the shortest float that is exact (s.4.1, s.4.2.1).
//
//   initial octet (s.3)            argument
//     7 6 5   4 3 2 1 0             0..23  in the initial octet itself
//   +-------+-----------+           24     in 1 octet that follows
//   | major |   info    |           25, 26, 27   in 2, 4, 8 octets, most significant first
//   +-------+-----------+
//
//   major 0  unsigned integer n          4  array of n items
//         1  negative integer -1 - n     5  map of n pairs
//         2  n octets                    6  tag n: 4 is a decimal fraction, [exponent, mantissa]
//         3  n octets of UTF-8           7  20 false, 21 true; 25, 26, 27 are floats of 2, 4, 8
//
// Writers go on from an offset and return the one behind what they wrote. When the limit would be
// passed they write nothing and return -1, and a writer that is given -1 returns it: a whole record
// is written without a question in between and asked about at its end.

namespace nanoPptp.Telemetry.Senml
{
    /// <summary>The subset of RFC 8949 that SenML needs.</summary>
    internal static class Cbor
    {
        internal const int Unsigned = 0;
        internal const int Negative = 1;
        internal const int Octets = 2;
        internal const int Text = 3;
        internal const int Array = 4;
        internal const int Map = 5;
        internal const int Tag = 6;
        internal const int Simple = 7;

        internal const int DecimalFraction = 4;
        internal const int False = 20;
        internal const int True = 21;

        private const int Info1 = 24;
        private const int Info2 = 25;
        private const int Info4 = 26;
        private const int Info8 = 27;

        /// <summary>Writes a head: major type and argument.</summary>
        /// <param name="b">Receives the octets.</param>
        /// <param name="offset">Where to write; -1 passes through.</param>
        /// <param name="limit">The first index that may not be written.</param>
        /// <param name="major">Major type: 0 to 7.</param>
        /// <param name="argument">The argument; its 64 bits count without a sign.</param>
        /// <returns>The offset behind the head, or -1.</returns>
        internal static int WriteHead(byte[] b, int offset, int limit, int major, long argument)
        {
            int length = HeadLength(argument);
            if (offset < 0 || limit - offset < length)
            {
                return -1;
            }

            int type = major << 5;
            switch (length)
            {
                case 1:
                    b[offset] = (byte)(type | (int)argument);
                    return offset + 1;
                case 2:
                    b[offset] = (byte)(type | Info1);
                    break;
                case 3:
                    b[offset] = (byte)(type | Info2);
                    break;
                case 5:
                    b[offset] = (byte)(type | Info4);
                    break;
                default:
                    b[offset] = (byte)(type | Info8);
                    break;
            }

            WriteArgument(b, offset + 1, length - 1, argument);
            return offset + length;
        }

        /// <summary>Octets of the shortest head with this argument.</summary>
        /// <param name="argument">The argument; its 64 bits count without a sign.</param>
        /// <returns>1, 2, 3, 5 or 9.</returns>
        internal static int HeadLength(long argument)
        {
            if ((argument >> 32) != 0)
            {
                return 9;
            }

            if ((argument >> 16) != 0)
            {
                return 5;
            }

            if ((argument >> 8) != 0)
            {
                return 3;
            }

            return argument < Info1 ? 1 : 2;
        }

        /// <summary>Writes an integer.</summary>
        /// <param name="b">Receives the octets.</param>
        /// <param name="offset">Where to write; -1 passes through.</param>
        /// <param name="limit">The first index that may not be written.</param>
        /// <param name="value">The integer.</param>
        /// <returns>The offset behind it, or -1.</returns>
        internal static int WriteInt(byte[] b, int offset, int limit, long value)
        {
            // -1 - n in two's complement is the complement of n.
            return value < 0
                ? WriteHead(b, offset, limit, Negative, ~value)
                : WriteHead(b, offset, limit, Unsigned, value);
        }

        /// <summary>Writes a string of octets or of text.</summary>
        /// <param name="b">Receives the octets.</param>
        /// <param name="offset">Where to write; -1 passes through.</param>
        /// <param name="limit">The first index that may not be written.</param>
        /// <param name="major"><see cref="Octets"/> or <see cref="Text"/>.</param>
        /// <param name="value">What is in it; text is UTF-8.</param>
        /// <returns>The offset behind it, or -1.</returns>
        internal static int WriteString(byte[] b, int offset, int limit, int major, byte[] value)
        {
            if (offset < 0 || limit - offset < HeadLength(value.Length) + value.Length)
            {
                return -1;
            }

            int at = WriteHead(b, offset, limit, major, value.Length);
            System.Array.Copy(value, 0, b, at, value.Length);
            return at + value.Length;
        }

        /// <summary>Writes mantissa * 10^exponent: as an integer where it is one of 64 bits, else
        /// as a decimal fraction (s.3.4.4), below one without zeros at the end of its mantissa.
        /// </summary>
        /// <param name="b">Receives the octets.</param>
        /// <param name="offset">Where to write; -1 passes through.</param>
        /// <param name="limit">The first index that may not be written.</param>
        /// <param name="mantissa">The digits.</param>
        /// <param name="exponent">The power of ten.</param>
        /// <returns>The offset behind it, or -1; what lies between is undefined then.</returns>
        internal static int WriteDecimal(
            byte[] b,
            int offset,
            int limit,
            long mantissa,
            int exponent)
        {
            while (mantissa % 10 == 0 && mantissa != 0 && exponent < 0)
            {
                mantissa /= 10;
                exponent++;
            }

            // A positive power is multiplied out where the product fits into 64 bits.
            long product = mantissa;
            int left = exponent;
            while (left > 0 && product <= long.MaxValue / 10 && product >= long.MinValue / 10)
            {
                product *= 10;
                left = product == 0 ? 0 : left - 1;
            }

            if (mantissa == 0 || left == 0)
            {
                return WriteInt(b, offset, limit, product);
            }

            int at = WriteHead(b, offset, limit, Tag, DecimalFraction);
            at = WriteHead(b, at, limit, Array, 2);
            at = WriteInt(b, at, limit, exponent);
            return WriteInt(b, at, limit, mantissa);
        }

        /// <summary>Writes a floating-point number in 2, 4 or 8 octets, the fewest that keep it
        /// exactly (s.4.2.1); every NaN as 7E00.</summary>
        /// <param name="b">Receives the octets.</param>
        /// <param name="offset">Where to write; -1 passes through.</param>
        /// <param name="limit">The first index that may not be written.</param>
        /// <param name="bits">The number in IEEE 754 binary64.</param>
        /// <returns>The offset behind it, or -1.</returns>
        internal static int WriteFloat(byte[] b, int offset, int limit, long bits)
        {
            int info = Info2;
            int octets = 2;
            long shorter = Narrow(bits, 5, 10);
            if (shorter < 0)
            {
                info = Info4;
                octets = 4;
                shorter = Narrow(bits, 8, 23);
            }

            if (shorter < 0)
            {
                info = Info8;
                octets = 8;
                shorter = bits;
            }

            if (offset < 0 || limit - offset < 1 + octets)
            {
                return -1;
            }

            b[offset] = (byte)((Simple << 5) | info);
            WriteArgument(b, offset + 1, octets, shorter);
            return offset + 1 + octets;
        }

        /// <summary>Major type of the item at an offset.</summary>
        /// <param name="b">The octets.</param>
        /// <param name="offset">Where the item begins.</param>
        /// <param name="limit">The first index that may not be read.</param>
        /// <returns>0 to 7; -1 when there is none.</returns>
        internal static int Major(byte[] b, int offset, int limit)
        {
            return offset >= 0 && offset < limit ? b[offset] >> 5 : -1;
        }

        /// <summary>Octets of the head at an offset.</summary>
        /// <param name="b">The octets.</param>
        /// <param name="offset">Where the item begins.</param>
        /// <param name="limit">The first index that may not be read.</param>
        /// <returns>1, 2, 3, 5 or 9; -1 when the head is cut off, of an indefinite length, or
        /// longer than it need be.</returns>
        internal static int CheckHead(byte[] b, int offset, int limit)
        {
            if (offset < 0 || offset >= limit)
            {
                return -1;
            }

            int info = b[offset] & 31;
            if (info < Info1)
            {
                return 1;
            }

            int length = info > Info8 ? 0 : 1 + (1 << (info - Info1));
            if (length == 0 || limit - offset < length)
            {
                return -1;
            }

            return HeadLength(Argument(b, offset)) == length ? length : -1;
        }

        /// <summary>The argument of a checked head.</summary>
        /// <param name="b">The octets.</param>
        /// <param name="offset">Where the item begins.</param>
        /// <returns>The 64 bits.</returns>
        internal static long Argument(byte[] b, int offset)
        {
            int info = b[offset] & 31;
            if (info < Info1)
            {
                return info;
            }

            long argument = 0;
            int end = offset + 1 + (1 << (info - Info1));
            for (int i = offset + 1; i < end; i++)
            {
                argument = (argument << 8) | b[i];
            }

            return argument;
        }

        /// <summary>The integer at a checked head of major type 0 or 1.</summary>
        /// <param name="b">The octets.</param>
        /// <param name="offset">Where the item begins.</param>
        /// <returns>The integer.</returns>
        internal static long Int(byte[] b, int offset)
        {
            long argument = Argument(b, offset);
            return (b[offset] >> 5) == Negative ? ~argument : argument;
        }

        /// <summary>The offset behind an integer of 64 bits, or -1 when none is there.</summary>
        /// <param name="b">The octets.</param>
        /// <param name="offset">Where the item begins; -1 passes through.</param>
        /// <param name="limit">The first index that may not be read.</param>
        /// <returns>The offset behind it, or -1.</returns>
        internal static int SkipInt(byte[] b, int offset, int limit)
        {
            int length = CheckHead(b, offset, limit);
            if (length < 0 || (b[offset] >> 5) > Negative || Argument(b, offset) < 0)
            {
                return -1;
            }

            return offset + length;
        }

        /// <summary>The offset behind a string, or -1 when none is there.</summary>
        /// <param name="b">The octets.</param>
        /// <param name="offset">Where the item begins; -1 passes through.</param>
        /// <param name="limit">The first index that may not be read.</param>
        /// <param name="major"><see cref="Octets"/> or <see cref="Text"/>.</param>
        /// <returns>The offset behind it, or -1.</returns>
        internal static int SkipString(byte[] b, int offset, int limit, int major)
        {
            int length = CheckHead(b, offset, limit);
            if (length < 0 || (b[offset] >> 5) != major)
            {
                return -1;
            }

            long octets = Argument(b, offset);
            int at = offset + length;
            return octets < 0 || octets > limit - at ? -1 : at + (int)octets;
        }

        private static void WriteArgument(byte[] b, int offset, int octets, long argument)
        {
            for (int i = offset + octets - 1; i >= offset; i--)
            {
                b[i] = (byte)argument;
                argument >>= 8;
            }
        }

        /// <summary>The bits of a shorter float that is exactly this one.</summary>
        /// <param name="bits">The number in binary64.</param>
        /// <param name="exponentBits">Bits of the shorter exponent.</param>
        /// <param name="fractionBits">Bits of the shorter fraction.</param>
        /// <returns>Its bits; -1 when there is none.</returns>
        private static long Narrow(long bits, int exponentBits, int fractionBits)
        {
            int exponent = (int)(bits >> 52) & 0x7FF;
            long fraction = bits & 0xFFFFFFFFFFFFFL;
            long sign = bits < 0 ? 1L << (exponentBits + fractionBits) : 0;
            int bias = (1 << (exponentBits - 1)) - 1;
            int highest = (1 << exponentBits) - 1;
            if (exponent == 0x7FF)
            {
                long special = (long)highest << fractionBits;
                return fraction == 0 ? sign | special : special | (1L << (fractionBits - 1));
            }

            if (exponent == 0)
            {
                return fraction == 0 ? sign : -1;
            }

            int shorter = exponent - 1023 + bias;
            if (shorter >= highest)
            {
                return -1;
            }

            int dropped = 52 - fractionBits;
            if (shorter <= 0)
            {
                // A subnormal number: the leading one is written out, further to the right.
                fraction |= 1L << 52;
                dropped += 1 - shorter;
                shorter = 0;
                if (dropped > 52)
                {
                    return -1;
                }
            }

            if ((fraction & ((1L << dropped) - 1)) != 0)
            {
                return -1;
            }

            return sign | ((long)shorter << fractionBits) | (fraction >> dropped);
        }
    }
}
