// CHAP (RFC 1994 s.4). Challenge and Response carry a value and a name; Success and Failure carry a
// message of any length. In front of all of them are code, identifier and length: PppPacket.
//
//   +---------------+---------------+---------------
//   |  Value-Size   |   Value ...   |   Name ...        Challenge, Response
//   +---------------+---------------+---------------
//   |   Message ...                                     Success, Failure
//   +---------------

using System;
using nanoPptp.Diagnostics;

namespace nanoPptp.Wire
{
    /// <summary>Value and name of a CHAP Challenge or Response (RFC 1994 s.4.1). Offsets are those
    /// of the octets behind the packet's header.</summary>
    internal static class ChapPacket
    {
        internal const int Challenge = 1;
        internal const int Response = 2;
        internal const int Success = 3;
        internal const int Failure = 4;

        /// <summary>Where the value begins.</summary>
        internal const int ValueOffset = 1;

        /// <summary>The one gate: a value of one octet or more, and all of it there.</summary>
        /// <param name="b">The octets.</param>
        /// <param name="offset">Where the data of the packet begins.</param>
        /// <param name="length">Octets of the data.</param>
        /// <returns>Octets of the value, 1 to 255, or the negated <see cref="Reason.BadLength"/>.
        /// </returns>
        internal static int Check(byte[] b, int offset, int length)
        {
            if (length < ValueOffset)
            {
                return -(int)Reason.BadLength;
            }

            int valueLength = b[offset];
            return valueLength == 0 || valueLength > length - ValueOffset
                ? -(int)Reason.BadLength
                : valueLength;
        }

        /// <summary>Writes a value and a name.</summary>
        /// <param name="b">The octets to write to, and those of the value.</param>
        /// <param name="offset">Where the data of the packet begins.</param>
        /// <param name="value">Where the value is; not where it goes.</param>
        /// <param name="valueLength">Octets of the value: 1 to 255.</param>
        /// <param name="name">The name.</param>
        /// <param name="nameLength">Octets of the name.</param>
        /// <returns>Octets written.</returns>
        internal static int Write(
            byte[] b, int offset, int value, int valueLength, byte[] name, int nameLength)
        {
            b[offset] = (byte)valueLength;
            Array.Copy(b, value, b, offset + ValueOffset, valueLength);
            Array.Copy(name, 0, b, offset + ValueOffset + valueLength, nameLength);
            return ValueOffset + valueLength + nameLength;
        }
    }
}
