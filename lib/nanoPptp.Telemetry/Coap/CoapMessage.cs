// The message of the Constrained Application Protocol (RFC 7252 s.3).
//
//    0                   1                   2                   3
//    0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
//   +---+---+-------+---------------+-------------------------------+
//   |Ver| T |  TKL  |      Code     |          Message ID           |
//   +---+---+-------+---------------+-------------------------------+
//   |   Token (TKL octets, 0 to 8) ...                              |
//   +---------------------------------------------------------------+
//   |   Options ...                                                 |
//   +---------------+-----------------------------------------------+
//   |1 1 1 1 1 1 1 1|    Payload (to the end, one octet or more)    |
//   +---------------+-----------------------------------------------+
//
// An option (s.3.1): delta of its number to the last one's, length, value.
//
//     7   6   5   4   3   2   1   0      0..12  the delta or length itself
//   +---------------+---------------+    13     in 1 octet more, less 13
//   |  Option Delta | Option Length |    14     in 2 octets more, less 269
//   +---------------+---------------+    15     reserved; both 15: the payload marker
//   |   extended delta, 0 to 2      |
//   +-------------------------------+
//   |   extended length, 0 to 2     |
//   +-------------------------------+
//   |   value ...                   |
//   +-------------------------------+

using System;
using nanoPptp.Wire;

namespace nanoPptp.Telemetry.Coap
{
    /// <summary>A received message, once it has passed <see cref="Check"/>; and the writers.
    /// </summary>
    internal sealed class CoapMessage
    {
        internal const int HeaderLength = 4;
        internal const int LongestToken = 8;
        internal const int PayloadMarker = 0xFF;

        internal const int Confirmable = 0;
        internal const int NonConfirmable = 1;
        internal const int Acknowledgement = 2;
        internal const int Reset = 3;

        internal const int CodeEmpty = 0;
        internal const int CodeGet = 0x01;
        internal const int CodePost = 0x02;
        internal const int ClassRequest = 0;
        internal const int ClassSuccess = 2;
        internal const int ClassClientError = 4;
        internal const int ClassServerError = 5;

        internal const int UriHost = 3;
        internal const int UriPort = 7;
        internal const int UriPath = 11;
        internal const int ContentFormat = 12;
        internal const int MaxAge = 14;
        internal const int UriQuery = 15;
        internal const int Accept = 17;
        internal const int Block1 = 27;
        internal const int ProxyUri = 35;
        internal const int ProxyScheme = 39;

        /// <summary>What <see cref="Check"/> says of a format error: header, type and number are
        /// there to reject it with.</summary>
        internal const int Malformed = -1;

        /// <summary>What <see cref="Check"/> says of octets that are no message of this version.
        /// </summary>
        internal const int Unknown = -2;

        private const int Version = 1;

        private byte[] _b;
        private int _next;
        private int _end;

        internal int Type;
        internal int Code;
        internal int Id;
        internal int TokenOffset;
        internal int TokenLength;

        /// <summary>Octets of the payload, which ends the message.</summary>
        internal int PayloadLength;

        /// <summary>Where <see cref="NextOption"/> stands.</summary>
        internal int OptionNumber;

        internal int OptionOffset;
        internal int OptionLength;

        /// <summary>2 for 2.04, and so on.</summary>
        internal int CodeClass
        {
            get { return Code >> 5; }
        }

        /// <summary>Whether who does not know the option must refuse the message (s.5.4.6).
        /// </summary>
        internal bool IsOptionCritical
        {
            get { return (OptionNumber & 1) != 0; }
        }

        /// <summary>The one gate: version, code, token, options, marker. What is behind it can be
        /// read without a further look at lengths.</summary>
        /// <param name="b">The octets; to be left alone while the message is read.</param>
        /// <param name="offset">Where the message begins.</param>
        /// <param name="length">Its octets.</param>
        /// <returns>The length; or <see cref="Malformed"/>, or <see cref="Unknown"/>.</returns>
        internal int Check(byte[] b, int offset, int length)
        {
            if (length < HeaderLength || (b[offset] >> 6) != Version)
            {
                return Unknown;
            }

            _b = b;
            _end = offset + length;
            Type = (b[offset] >> 4) & 3;
            TokenLength = b[offset] & 15;
            Code = b[offset + 1];
            Id = BigEndian.ReadUInt16(b, offset + 2);
            TokenOffset = offset + HeaderLength;
            PayloadLength = 0;

            // An empty message is a header and nothing else (s.4.1); the classes 1, 3, 6 and 7 are
            // reserved (s.3, s.4.2); a token has eight octets at most (s.3).
            bool isGood = Code == CodeEmpty
                ? length == HeaderLength && TokenLength == 0
                : ((1 << CodeClass) & 0x35) != 0
                    && TokenLength <= LongestToken
                    && TokenLength <= length - HeaderLength;
            if (!isGood)
            {
                return Malformed;
            }

            FirstOption();
            while (NextOption())
            {
            }

            if (OptionLength < 0 || (_next < _end && _end - _next == 1))
            {
                return Malformed;
            }

            PayloadLength = _next < _end ? _end - _next - 1 : 0;
            return length;
        }

        /// <summary>Goes back in front of the first option.</summary>
        internal void FirstOption()
        {
            _next = TokenOffset + TokenLength;
            OptionNumber = 0;
            OptionLength = 0;
        }

        /// <summary>Goes on to the next option.</summary>
        /// <returns>False at the end. In <see cref="Check"/> alone also false with a negative
        /// <see cref="OptionLength"/>, when the octets are no option.</returns>
        internal bool NextOption()
        {
            if (_next >= _end || _b[_next] == PayloadMarker)
            {
                return false;
            }

            int head = _b[_next];
            _next++;
            int delta = ReadExtended(head >> 4);
            int length = delta < 0 ? -1 : ReadExtended(head & 15);
            if (length < 0 || length > _end - _next || OptionNumber + delta > 0xFFFF)
            {
                OptionLength = -1;
                return false;
            }

            OptionNumber += delta;
            OptionOffset = _next;
            OptionLength = length;
            _next += length;
            return true;
        }

        /// <summary>The option's value as an unsigned integer (s.3.2); of its first 31 bits when
        /// it is longer than the definition allows.</summary>
        /// <returns>0 to int.MaxValue; what is larger counts as that.</returns>
        internal int OptionUInt()
        {
            int value = 0;
            for (int i = 0; i < OptionLength; i++)
            {
                if ((value >> 23) != 0)
                {
                    return int.MaxValue;
                }

                value = (value << 8) | _b[OptionOffset + i];
            }

            return value;
        }

        /// <summary>Whether the message has this token.</summary>
        /// <param name="token">The token.</param>
        /// <returns>Whether length and octets are equal.</returns>
        internal bool HasToken(byte[] token)
        {
            if (TokenLength != token.Length)
            {
                return false;
            }

            int difference = 0;
            for (int i = 0; i < token.Length; i++)
            {
                difference |= token[i] ^ _b[TokenOffset + i];
            }

            return difference == 0;
        }

        /// <summary>Writes a header.</summary>
        /// <param name="b">Receives 4 octets.</param>
        /// <param name="offset">Where to write.</param>
        /// <param name="type">Type: 0 to 3.</param>
        /// <param name="tokenLength">Octets of the token that follows: 0 to 8.</param>
        /// <param name="code">Code: 0 to 255.</param>
        /// <param name="id">Message ID: 0 to 65535.</param>
        /// <returns>The offset behind it.</returns>
        internal static int WriteHeader(
            byte[] b,
            int offset,
            int type,
            int tokenLength,
            int code,
            int id)
        {
            b[offset] = (byte)((Version << 6) | (type << 4) | tokenLength);
            b[offset + 1] = (byte)code;
            BigEndian.WriteUInt16(b, offset + 2, id);
            return offset + HeaderLength;
        }

        /// <summary>Octets that an option takes.</summary>
        /// <param name="delta">Its number less the last one's.</param>
        /// <param name="length">Octets of its value.</param>
        /// <returns>The octets.</returns>
        internal static int OptionSize(int delta, int length)
        {
            return 1 + ExtendedSize(delta) + ExtendedSize(length) + length;
        }

        /// <summary>Writes an option, for which there is room.</summary>
        /// <param name="b">Receives the octets.</param>
        /// <param name="offset">Where to write.</param>
        /// <param name="delta">Its number less the last one's.</param>
        /// <param name="value">Its value.</param>
        /// <returns>The offset behind it.</returns>
        internal static int WriteOption(byte[] b, int offset, int delta, byte[] value)
        {
            int length = value.Length;
            int at = offset + 1;
            b[offset] = (byte)((Nibble(delta) << 4) | Nibble(length));
            at = WriteExtended(b, at, delta);
            at = WriteExtended(b, at, length);
            Array.Copy(value, 0, b, at, length);
            return at + length;
        }

        /// <summary>Writes an option that is an unsigned integer in as few octets as it takes
        /// (s.3.2): none for 0.</summary>
        /// <param name="b">Receives the octets.</param>
        /// <param name="offset">Where to write.</param>
        /// <param name="delta">Its number less the last one's: 0 to 12.</param>
        /// <param name="value">Its value: 0 to 65535.</param>
        /// <returns>The offset behind it.</returns>
        internal static int WriteUIntOption(byte[] b, int offset, int delta, int value)
        {
            int length = value > 255 ? 2 : value > 0 ? 1 : 0;
            b[offset] = (byte)((delta << 4) | length);
            if (length == 2)
            {
                BigEndian.WriteUInt16(b, offset + 1, value);
            }
            else if (length == 1)
            {
                b[offset + 1] = (byte)value;
            }

            return offset + 1 + length;
        }

        private static int ExtendedSize(int value)
        {
            return value < 13 ? 0 : value < 269 ? 1 : 2;
        }

        private static int Nibble(int value)
        {
            return value < 13 ? value : value < 269 ? 13 : 14;
        }

        private static int WriteExtended(byte[] b, int at, int value)
        {
            switch (ExtendedSize(value))
            {
                case 0:
                    return at;
                case 1:
                    b[at] = (byte)(value - 13);
                    return at + 1;
                default:
                    BigEndian.WriteUInt16(b, at, value - 269);
                    return at + 2;
            }
        }

        /// <summary>A delta or length from its four bits and what extends them; -1 when that is
        /// cut off or reserved.</summary>
        private int ReadExtended(int nibble)
        {
            switch (nibble)
            {
                case 13:
                    if (_end - _next < 1)
                    {
                        return -1;
                    }

                    _next++;
                    return _b[_next - 1] + 13;
                case 14:
                    if (_end - _next < 2)
                    {
                        return -1;
                    }

                    _next += 2;
                    return BigEndian.ReadUInt16(_b, _next - 2) + 269;
                case 15:
                    return -1;
                default:
                    return nibble;
            }
        }
    }
}
