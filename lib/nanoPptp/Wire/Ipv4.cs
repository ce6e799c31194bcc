// The IPv4 header (RFC 791 s.3.1). It lives in the tunnel's library because a decrypted frame is
// judged by it: MPPE itself carries no checksum.
//
//    0                   1                   2                   3
//    0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
//   +-------+-------+---------------+-------------------------------+
//   |Version|  IHL  |Type of Service|          Total Length         |
//   +-------+-------+---------------+-----+-------------------------+
//   |         Identification        |Flags|     Fragment Offset     |
//   +---------------+---------------+-----+-------------------------+
//   |  Time to Live |    Protocol   |        Header Checksum        |
//   +---------------+---------------+-------------------------------+
//   |                         Source Address                        |
//   +---------------------------------------------------------------+
//   |                      Destination Address                      |
//   +---------------------------------------------------------------+

using nanoPptp.Diagnostics;

namespace nanoPptp.Wire
{
    /// <summary>The IPv4 header (RFC 791).</summary>
    public static class Ipv4
    {
        /// <summary>The version in the upper four bits of the first octet.</summary>
        public const int Version = 4;

        /// <summary>Octets of a header without options.</summary>
        public const int HeaderLength = 20;

        /// <summary>Protocol number of ICMP.</summary>
        public const int ProtocolIcmp = 1;

        /// <summary>Protocol number of TCP.</summary>
        public const int ProtocolTcp = 6;

        /// <summary>Protocol number of UDP.</summary>
        public const int ProtocolUdp = 17;

        /// <summary>Protocol number of GRE, PPTP's data channel.</summary>
        public const int ProtocolGre = 47;

        private const int TotalLengthOffset = 2;
        private const int IdentificationOffset = 4;
        private const int FragmentOffset = 6;
        private const int TimeToLiveOffset = 8;
        private const int ProtocolOffset = 9;
        private const int ChecksumOffset = 10;
        private const int SourceOffset = 12;
        private const int DestinationOffset = 16;
        private const int DontFragment = 0x4000;
        private const int FragmentMask = 0x3FFF;

        /// <summary>The one gate: version, header length, total length and checksum.</summary>
        /// <param name="b">The octets.</param>
        /// <param name="offset">Where the header begins.</param>
        /// <param name="length">Octets present from there; more than the total length is allowed.
        /// </param>
        /// <returns>Octets of the header with its options, 20 to 60, or the negated
        /// <see cref="Reason.BadIpHeader"/>.</returns>
        public static int Check(byte[] b, int offset, int length)
        {
            if (length < HeaderLength || (b[offset] >> 4) != Version)
            {
                return -(int)Reason.BadIpHeader;
            }

            int headerLength = (b[offset] & 15) << 2;
            int totalLength = (b[offset + 2] << 8) | b[offset + 3];
            if (headerLength < HeaderLength || totalLength < headerLength || totalLength > length)
            {
                return -(int)Reason.BadIpHeader;
            }

            // The twin of this sum is Checksum; a header is short, so it is unrolled by fours.
            int sum = 0;
            int end = offset + headerLength;
            for (int i = offset; i < end; i += 4)
            {
                sum += ((b[i] + b[i + 2]) << 8) + b[i + 1] + b[i + 3];
            }

            sum = (sum & 0xFFFF) + (sum >> 16);
            sum = (sum & 0xFFFF) + (sum >> 16);
            return sum == 0xFFFF ? headerLength : -(int)Reason.BadIpHeader;
        }

        /// <summary>Octets of the whole packet, header included.</summary>
        /// <param name="b">The octets, checked.</param>
        /// <param name="offset">Where the header begins.</param>
        /// <returns>20 to 65535.</returns>
        public static int TotalLength(byte[] b, int offset)
        {
            return BigEndian.ReadUInt16(b, offset + TotalLengthOffset);
        }

        /// <summary>Whether the packet is a fragment of a longer one.</summary>
        /// <param name="b">The octets, checked.</param>
        /// <param name="offset">Where the header begins.</param>
        /// <returns>True for every fragment, the first one included.</returns>
        public static bool IsFragment(byte[] b, int offset)
        {
            return (BigEndian.ReadUInt16(b, offset + FragmentOffset) & FragmentMask) != 0;
        }

        /// <summary>The number of the protocol inside.</summary>
        /// <param name="b">The octets, checked.</param>
        /// <param name="offset">Where the header begins.</param>
        /// <returns>0 to 255.</returns>
        public static int Protocol(byte[] b, int offset)
        {
            return b[offset + ProtocolOffset];
        }

        /// <summary>The source address.</summary>
        /// <param name="b">The octets, checked.</param>
        /// <param name="offset">Where the header begins.</param>
        /// <returns>The 32 bits, first octet most significant.</returns>
        public static int Source(byte[] b, int offset)
        {
            return BigEndian.ReadInt32(b, offset + SourceOffset);
        }

        /// <summary>The destination address.</summary>
        /// <param name="b">The octets, checked.</param>
        /// <param name="offset">Where the header begins.</param>
        /// <returns>The 32 bits, first octet most significant.</returns>
        public static int Destination(byte[] b, int offset)
        {
            return BigEndian.ReadInt32(b, offset + DestinationOffset);
        }

        /// <summary>Writes a header of 20 octets: no options, Don't Fragment, time to live 64, its
        /// checksum computed.</summary>
        /// <param name="b">The octets.</param>
        /// <param name="offset">Where the header begins.</param>
        /// <param name="totalLength">Octets of the packet, header included: 20 to 65535.</param>
        /// <param name="identification">The identification field; its low 16 bits count.</param>
        /// <param name="protocol">Protocol number: 0 to 255.</param>
        /// <param name="source">Source address.</param>
        /// <param name="destination">Destination address.</param>
        /// <returns>Octets written: 20.</returns>
        public static int Write(
            byte[] b,
            int offset,
            int totalLength,
            int identification,
            int protocol,
            int source,
            int destination)
        {
            b[offset] = 0x45;
            b[offset + 1] = 0;
            BigEndian.WriteUInt16(b, offset + TotalLengthOffset, totalLength);
            BigEndian.WriteUInt16(b, offset + IdentificationOffset, identification);
            BigEndian.WriteUInt16(b, offset + FragmentOffset, DontFragment);
            b[offset + TimeToLiveOffset] = 64;
            b[offset + ProtocolOffset] = (byte)protocol;
            BigEndian.WriteUInt16(b, offset + ChecksumOffset, 0);
            BigEndian.WriteInt32(b, offset + SourceOffset, source);
            BigEndian.WriteInt32(b, offset + DestinationOffset, destination);
            BigEndian.WriteUInt16(b, offset + ChecksumOffset, Checksum(b, offset, HeaderLength, 0));
            return HeaderLength;
        }

        /// <summary>The Internet checksum (RFC 1071).</summary>
        /// <param name="b">The octets.</param>
        /// <param name="offset">Where to begin.</param>
        /// <param name="length">Octets to sum, 0 to 32768; an odd last one is padded with zero.
        /// </param>
        /// <param name="sum">A sum to start from, such as that of a pseudo-header; 0 to 2^24.
        /// </param>
        /// <returns>The complement of the folded sum, 0 to 65535: 0 when the octets contain their
        /// own valid checksum.</returns>
        public static int Checksum(byte[] b, int offset, int length, int sum)
        {
            // 2^14 words of at most 65535 stay below 2^30: one fold at the end is enough.
            int end = offset + (length & ~1);
            for (int i = offset; i < end; i += 2)
            {
                sum += (b[i] << 8) | b[i + 1];
            }

            if ((length & 1) != 0)
            {
                sum += b[end] << 8;
            }

            sum = (sum & 0xFFFF) + (sum >> 16);
            sum = (sum & 0xFFFF) + (sum >> 16);
            return ~sum & 0xFFFF;
        }
    }
}
