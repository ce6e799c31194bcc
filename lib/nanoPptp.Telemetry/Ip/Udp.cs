// The UDP header (RFC 768) and its checksum over the pseudo-header.
//
//    0      7 8     15 16    23 24    31
//   +--------+--------+--------+--------+
//   |   Source Port   | Destination Port|
//   +--------+--------+--------+--------+
//   |     Length      |    Checksum     |
//   +--------+--------+--------+--------+

using nanoPptp.Wire;

namespace nanoPptp.Telemetry.Ip
{
    /// <summary>The UDP header (RFC 768).</summary>
    internal static class Udp
    {
        internal const int HeaderLength = 8;

        private const int DestinationPortOffset = 2;
        private const int LengthOffset = 4;
        private const int ChecksumOffset = 6;

        /// <summary>The one gate: length and checksum; 0 means that the sender made none.</summary>
        /// <param name="b">The octets.</param>
        /// <param name="offset">Where the header begins.</param>
        /// <param name="length">Octets present from there.</param>
        /// <param name="source">Source address of the packet.</param>
        /// <param name="destination">Destination address of the packet.</param>
        /// <returns>Octets of header and payload, 8 or more, or -1.</returns>
        internal static int Check(byte[] b, int offset, int length, int source, int destination)
        {
            if (length < HeaderLength)
            {
                return -1;
            }

            int datagramLength = BigEndian.ReadUInt16(b, offset + LengthOffset);
            if (datagramLength < HeaderLength || datagramLength > length)
            {
                return -1;
            }

            if (BigEndian.ReadUInt16(b, offset + ChecksumOffset) == 0)
            {
                return datagramLength;
            }

            int sum = PseudoHeaderSum(source, destination, datagramLength);
            return Ipv4.Checksum(b, offset, datagramLength, sum) == 0 ? datagramLength : -1;
        }

        internal static int SourcePort(byte[] b, int offset)
        {
            return BigEndian.ReadUInt16(b, offset);
        }

        internal static int DestinationPort(byte[] b, int offset)
        {
            return BigEndian.ReadUInt16(b, offset + DestinationPortOffset);
        }

        /// <summary>Writes the header in front of a payload that is already in place.</summary>
        /// <param name="b">The octets.</param>
        /// <param name="offset">Where the header begins.</param>
        /// <param name="payloadLength">Octets of the payload.</param>
        /// <param name="source">Source address.</param>
        /// <param name="sourcePort">Source port: 0 to 65535.</param>
        /// <param name="destination">Destination address.</param>
        /// <param name="destinationPort">Destination port: 0 to 65535.</param>
        /// <returns>Octets of header and payload.</returns>
        internal static int Write(
            byte[] b,
            int offset,
            int payloadLength,
            int source,
            int sourcePort,
            int destination,
            int destinationPort)
        {
            int length = HeaderLength + payloadLength;
            BigEndian.WriteUInt16(b, offset, sourcePort);
            BigEndian.WriteUInt16(b, offset + DestinationPortOffset, destinationPort);
            BigEndian.WriteUInt16(b, offset + LengthOffset, length);
            BigEndian.WriteUInt16(b, offset + ChecksumOffset, 0);
            int checksum =
                Ipv4.Checksum(b, offset, length, PseudoHeaderSum(source, destination, length));

            // A sum of zero is sent as all ones: zero would say that there is none.
            BigEndian.WriteUInt16(b, offset + ChecksumOffset, checksum == 0 ? 0xFFFF : checksum);
            return length;
        }

        private static int PseudoHeaderSum(int source, int destination, int length)
        {
            return ((source >> 16) & 0xFFFF) + (source & 0xFFFF)
                + ((destination >> 16) & 0xFFFF) + (destination & 0xFFFF)
                + Ipv4.ProtocolUdp + length;
        }
    }
}
