// A PPP frame as GRE carries it (RFC 2637 s.4: no flags, no escaping, no FCS; RFC 1661 s.2 and
// s.6.5, 6.6): address and control may be missing, and the protocol field may be one octet. Both
// forms are taken at any time, whatever was negotiated.
//
//   | FF 03, or nothing | protocol: two octets, or one odd octet | information |

using nanoPptp.Diagnostics;

namespace nanoPptp.Wire
{
    /// <summary>Address, control and protocol field of a PPP frame (RFC 1661 s.2).</summary>
    internal static class PppFrame
    {
        /// <summary>Octets of the header in its long form.</summary>
        internal const int LongHeaderLength = 4;

        /// <summary>Octets of address and control.</summary>
        internal const int AddressLength = 2;

        internal const int Ipv4 = 0x0021;
        internal const int Ipv6 = 0x0057;
        internal const int Mppe = 0x00FD;
        internal const int Ipcp = 0x8021;
        internal const int Ccp = 0x80FD;
        internal const int Lcp = 0xC021;
        internal const int Pap = 0xC023;
        internal const int Chap = 0xC223;

        private const int Address = 0xFF;
        private const int Control = 0x03;

        /// <summary>The one gate: finds the protocol field.</summary>
        /// <param name="b">The octets.</param>
        /// <param name="offset">Where the frame begins.</param>
        /// <param name="length">Octets of the frame.</param>
        /// <returns>Octets in front of the information field, 1 to 4, or the negated
        /// <see cref="Reason.PppBadFrame"/>.</returns>
        internal static int Check(byte[] b, int offset, int length)
        {
            int addressLength = length >= AddressLength
                && b[offset] == Address
                && b[offset + 1] == Control
                ? AddressLength
                : 0;
            int protocolLength =
                CheckProtocol(b, offset + addressLength, length - addressLength);
            return protocolLength < 0 ? protocolLength : addressLength + protocolLength;
        }

        /// <summary>The gate for a protocol field without address and control, as MPPE hides one.
        /// </summary>
        /// <param name="b">The octets.</param>
        /// <param name="offset">Where the protocol field begins.</param>
        /// <param name="length">Octets from there.</param>
        /// <returns>Octets of the protocol field, 1 or 2, or the negated
        /// <see cref="Reason.PppBadFrame"/>.</returns>
        internal static int CheckProtocol(byte[] b, int offset, int length)
        {
            if (length >= 1 && (b[offset] & 1) != 0)
            {
                return 1;
            }

            // The second octet of a protocol number is odd (RFC 1661 s.2).
            return length >= 2 && (b[offset + 1] & 1) != 0 ? 2 : -(int)Reason.PppBadFrame;
        }

        /// <summary>The protocol number of a checked frame.</summary>
        /// <param name="b">The octets, checked.</param>
        /// <param name="offset">Where the frame begins.</param>
        /// <param name="headerLength">What <see cref="Check"/> gave.</param>
        /// <returns>The protocol number, compressed or not.</returns>
        internal static int Protocol(byte[] b, int offset, int headerLength)
        {
            int low = b[offset + headerLength - 1];
            bool compressed = headerLength == 1 || headerLength == 3;
            return compressed ? low : (b[offset + headerLength - 2] << 8) | low;
        }

        /// <summary>Writes the header in its long form, which every receiver takes.</summary>
        /// <param name="b">The octets.</param>
        /// <param name="offset">Where the frame begins.</param>
        /// <param name="protocol">The protocol number.</param>
        /// <returns>Octets written: 4.</returns>
        internal static int WriteLongHeader(byte[] b, int offset, int protocol)
        {
            WriteAddress(b, offset);
            BigEndian.WriteUInt16(b, offset + AddressLength, protocol);
            return LongHeaderLength;
        }

        /// <summary>Writes address and control.</summary>
        /// <param name="b">The octets.</param>
        /// <param name="offset">Where the frame begins.</param>
        internal static void WriteAddress(byte[] b, int offset)
        {
            b[offset] = Address;
            b[offset + 1] = Control;
        }
    }
}
