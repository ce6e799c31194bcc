// A reading as the queue keeps it, in the order of its octets:
//
//   0                               8       9
//   +-------------------------------+-------+----------------------------------------+
//   |  time, ms, most significant   | pairs |  [0: name]  [1: unit]  one value       |
//   |  octet first                  | 1..3  |  in CBOR: label, item                  |
//   +-------------------------------+-------+----------------------------------------+
//
//   value (RFC 8428 s.4.3, s.6)    2 v   integer or decimal fraction
//                                  3 vs  text       4 vb  boolean       8 vd  octets
//
// Its pairs are those of its record in a pack, ready to be copied; the time, the sequence number
// and the base name join them there.
//
// The time is one of two sorts, told apart by the bound of RFC 8428 s.4.5.3:
//   2^28 s and more    milliseconds since 1970-01-01T00:00Z
//   0 to 2^28 s        milliseconds since the board started, when it did not know better
// What a pack makes of the second sort is told at SenmlPack.

using nanoPptp.Wire;

namespace nanoPptp.Telemetry.Senml
{
    /// <summary>A reading, encoded as far as it can be without the pack it will travel in.
    /// </summary>
    public static class SenmlEntry
    {
        /// <summary>The least time that is one since 1970, milliseconds: 2^28 seconds. Smaller ones
        /// count from the start of the board.</summary>
        public const long FirstAbsoluteMs = (1L << 28) * 1000;

        /// <summary>Largest exponent of a value, either sign.</summary>
        public const int LargestExponent = DecimalToDouble.LargestExponent;

        internal const int TimeLength = 8;
        internal const int PairsOffset = 9;

        internal const int Name = 0;
        internal const int Unit = 1;
        internal const int Value = 2;
        internal const int StringValue = 3;
        internal const int BooleanValue = 4;
        internal const int DataValue = 8;

        /// <summary>Writes a number: mantissa * 10^exponent, exactly.</summary>
        /// <param name="b">Receives the octets.</param>
        /// <param name="offset">Where to write.</param>
        /// <param name="capacity">Octets that may be written.</param>
        /// <param name="timeMs">Milliseconds since 1970, or since the board's start when they are
        /// less than <see cref="FirstAbsoluteMs"/>; 0 and more.</param>
        /// <param name="name">What is appended to the base name, of the characters that
        /// <see cref="IsName"/> allows; null or empty when the base name is the whole.</param>
        /// <param name="unit">The unit in UTF-8, as RFC 8428 s.12.1 writes it; null for none.
        /// </param>
        /// <param name="mantissa">The digits.</param>
        /// <param name="exponent">The power of ten: -99 to 99.</param>
        /// <returns>Octets written; -1 when they do not fit or a parameter is out of its range, and
        /// then the octets of the capacity are undefined.</returns>
        public static int Write(
            byte[] b,
            int offset,
            int capacity,
            long timeMs,
            byte[] name,
            byte[] unit,
            long mantissa,
            int exponent)
        {
            if (exponent < -LargestExponent || exponent > LargestExponent)
            {
                return -1;
            }

            int limit = offset + capacity;
            int at = WriteStart(b, offset, limit, timeMs, name, unit);
            at = Cbor.WriteInt(b, at, limit, Value);
            at = Cbor.WriteDecimal(b, at, limit, mantissa, exponent);
            return at < 0 ? -1 : at - offset;
        }

        /// <summary>Writes a text.</summary>
        /// <param name="b">Receives the octets.</param>
        /// <param name="offset">Where to write.</param>
        /// <param name="capacity">Octets that may be written.</param>
        /// <param name="timeMs">The time, as for <see cref="Write"/>.</param>
        /// <param name="name">The name, as for <see cref="Write"/>.</param>
        /// <param name="unit">The unit, as for <see cref="Write"/>.</param>
        /// <param name="text">The text in UTF-8.</param>
        /// <returns>Octets written, or -1, as for <see cref="Write"/>.</returns>
        public static int WriteText(
            byte[] b,
            int offset,
            int capacity,
            long timeMs,
            byte[] name,
            byte[] unit,
            byte[] text)
        {
            int limit = offset + capacity;
            int at = WriteStart(b, offset, limit, timeMs, name, unit);
            at = Cbor.WriteInt(b, at, limit, StringValue);
            at = Cbor.WriteString(b, at, limit, Cbor.Text, text);
            return at < 0 ? -1 : at - offset;
        }

        /// <summary>Writes octets.</summary>
        /// <param name="b">Receives the octets.</param>
        /// <param name="offset">Where to write.</param>
        /// <param name="capacity">Octets that may be written.</param>
        /// <param name="timeMs">The time, as for <see cref="Write"/>.</param>
        /// <param name="name">The name, as for <see cref="Write"/>.</param>
        /// <param name="unit">The unit, as for <see cref="Write"/>.</param>
        /// <param name="data">The octets of the value.</param>
        /// <returns>Octets written, or -1, as for <see cref="Write"/>.</returns>
        public static int WriteData(
            byte[] b,
            int offset,
            int capacity,
            long timeMs,
            byte[] name,
            byte[] unit,
            byte[] data)
        {
            int limit = offset + capacity;
            int at = WriteStart(b, offset, limit, timeMs, name, unit);
            at = Cbor.WriteInt(b, at, limit, DataValue);
            at = Cbor.WriteString(b, at, limit, Cbor.Octets, data);
            return at < 0 ? -1 : at - offset;
        }

        /// <summary>Writes a truth.</summary>
        /// <param name="b">Receives the octets.</param>
        /// <param name="offset">Where to write.</param>
        /// <param name="capacity">Octets that may be written.</param>
        /// <param name="timeMs">The time, as for <see cref="Write"/>.</param>
        /// <param name="name">The name, as for <see cref="Write"/>.</param>
        /// <param name="unit">The unit, as for <see cref="Write"/>.</param>
        /// <param name="value">The value.</param>
        /// <returns>Octets written, or -1, as for <see cref="Write"/>.</returns>
        public static int WriteBool(
            byte[] b,
            int offset,
            int capacity,
            long timeMs,
            byte[] name,
            byte[] unit,
            bool value)
        {
            int limit = offset + capacity;
            int at = WriteStart(b, offset, limit, timeMs, name, unit);
            at = Cbor.WriteInt(b, at, limit, BooleanValue);
            at = Cbor.WriteHead(b, at, limit, Cbor.Simple, value ? Cbor.True : Cbor.False);
            return at < 0 ? -1 : at - offset;
        }

        /// <summary>The one gate: whether the octets are one whole entry as it is written here. A
        /// journal may bring anything.</summary>
        /// <param name="b">The octets.</param>
        /// <param name="offset">Where the entry begins.</param>
        /// <param name="length">Its octets; neither fewer nor more.</param>
        /// <returns>The length, or -1.</returns>
        public static int Check(byte[] b, int offset, int length)
        {
            if (length < PairsOffset || b[offset] > 127)
            {
                return -1;
            }

            int limit = offset + length;
            int start = offset + PairsOffset;
            int afterName = SkipOptional(b, start, limit, Name);
            int at = SkipOptional(b, afterName, limit, Unit);
            if (at < 0 || at + 1 >= limit)
            {
                return -1;
            }

            int pairs = 1 + (afterName != start ? 1 : 0) + (at != afterName ? 1 : 0);
            if (b[offset + TimeLength] != pairs || SkipValue(b, at, limit) != limit)
            {
                return -1;
            }

            return length;
        }

        /// <summary>Whether SenML allows the characters of a name (RFC 8428 s.4.5.1): letters of
        /// ASCII, digits, and - : . / _</summary>
        /// <param name="name">The name; null counts as empty, and an empty one is allowed.</param>
        /// <returns>Whether all are allowed.</returns>
        public static bool IsName(byte[] name)
        {
            int length = name == null ? 0 : name.Length;
            for (int i = 0; i < length; i++)
            {
                int c = name[i];
                bool isGood = IsLetterOrDigit(c) || (c >= '-' && c <= '/') || c == ':' || c == '_';
                if (!isGood)
                {
                    return false;
                }
            }

            return true;
        }

        internal static bool IsLetterOrDigit(int c)
        {
            return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
        }

        /// <summary>The time of a checked entry, milliseconds.</summary>
        /// <param name="b">The octets.</param>
        /// <param name="offset">Where the entry begins.</param>
        /// <returns>0 and more.</returns>
        internal static long TimeMs(byte[] b, int offset)
        {
            return ((long)BigEndian.ReadInt32(b, offset) << 32)
                | ((long)BigEndian.ReadInt32(b, offset + 4) & 0xFFFFFFFFL);
        }

        /// <summary>Where the value's label is in a checked entry.</summary>
        /// <param name="b">The octets.</param>
        /// <param name="offset">Where the entry begins.</param>
        /// <param name="length">Octets of the entry.</param>
        /// <returns>Its offset.</returns>
        internal static int ValueLabel(byte[] b, int offset, int length)
        {
            int at = SkipOptional(b, offset + PairsOffset, offset + length, Name);
            return SkipOptional(b, at, offset + length, Unit);
        }

        private static int WriteStart(
            byte[] b,
            int offset,
            int limit,
            long timeMs,
            byte[] name,
            byte[] unit)
        {
            bool hasName = name != null && name.Length > 0;
            if (timeMs < 0 || limit - offset < PairsOffset || !IsName(name))
            {
                return -1;
            }

            BigEndian.WriteInt32(b, offset, (int)(timeMs >> 32));
            BigEndian.WriteInt32(b, offset + 4, (int)timeMs);
            b[offset + TimeLength] = (byte)((hasName ? 1 : 0) + (unit != null ? 1 : 0) + 1);
            int at = offset + PairsOffset;
            if (hasName)
            {
                at = Cbor.WriteInt(b, at, limit, Name);
                at = Cbor.WriteString(b, at, limit, Cbor.Text, name);
            }

            if (unit != null)
            {
                at = Cbor.WriteInt(b, at, limit, Unit);
                at = Cbor.WriteString(b, at, limit, Cbor.Text, unit);
            }

            return at;
        }

        private static int SkipOptional(byte[] b, int at, int limit, int label)
        {
            if (at < 0 || at >= limit || b[at] != label)
            {
                return at;
            }

            return Cbor.SkipString(b, at + 1, limit, Cbor.Text);
        }

        private static int SkipValue(byte[] b, int at, int limit)
        {
            int item = at + 1;
            switch (b[at])
            {
                case Value:
                    return Cbor.Major(b, item, limit) == Cbor.Tag
                        ? SkipDecimal(b, item, limit)
                        : Cbor.SkipInt(b, item, limit);
                case StringValue:
                    return Cbor.SkipString(b, item, limit, Cbor.Text);
                case BooleanValue:
                    return (b[item] & ~1) == ((Cbor.Simple << 5) | Cbor.False) ? item + 1 : -1;
                case DataValue:
                    return Cbor.SkipString(b, item, limit, Cbor.Octets);
                default:
                    return -1;
            }
        }

        private static int SkipDecimal(byte[] b, int at, int limit)
        {
            if (limit - at < 2
                || b[at] != ((Cbor.Tag << 5) | Cbor.DecimalFraction)
                || b[at + 1] != ((Cbor.Array << 5) | 2))
            {
                return -1;
            }

            int exponent = at + 2;
            int mantissa = Cbor.SkipInt(b, exponent, limit);
            if (mantissa < 0)
            {
                return -1;
            }

            long power = Cbor.Int(b, exponent);
            if (power < -LargestExponent || power > LargestExponent)
            {
                return -1;
            }

            return Cbor.SkipInt(b, mantissa, limit);
        }
    }
}
