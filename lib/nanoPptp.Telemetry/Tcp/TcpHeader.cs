// The TCP header (RFC 9293 s.3.1).
//
//    0                   1                   2                   3
//    0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
//   +-------------------------------+-------------------------------+
//   |          Source Port          |       Destination Port        |
//   +-------------------------------+-------------------------------+
//   |                        Sequence Number                        |
//   +---------------------------------------------------------------+
//   |                    Acknowledgment Number                      |
//   +-------+-------+-+-+-+-+-+-+-+-+-------------------------------+
//   |  Data |       |C|E|U|A|P|R|S|F|                               |
//   | Offset| Rsrvd |W|C|R|C|S|S|Y|I|            Window             |
//   |       |       |R|E|G|K|H|T|N|N|                               |
//   +-------+-------+-+-+-+-+-+-+-+-+-------------------------------+
//   |           Checksum            |         Urgent Pointer        |
//   +-------------------------------+-------------------------------+
//   |                           [Options]                           |
//   +---------------------------------------------------------------+
//   |                             Data ...
//   +-------------------
//
// Of the options (s.3.2) the maximum segment size is read in a SYN and written in ours; all others
// are skipped by their length.

using nanoPptp.Wire;

namespace nanoPptp.Telemetry.Tcp
{
    /// <summary>The TCP header (RFC 9293 s.3.1).</summary>
    internal static class TcpHeader
    {
        internal const int Length = 20;

        /// <summary>Octets of the header of our SYN.</summary>
        internal const int SynLength = Length + MaximumSegmentLength;

        internal const int Fin = 0x01;
        internal const int Syn = 0x02;
        internal const int Rst = 0x04;
        internal const int Psh = 0x08;
        internal const int Ack = 0x10;

        private const int DestinationPortOffset = 2;
        private const int SequenceOffset = 4;
        private const int AcknowledgmentOffset = 8;
        private const int DataOffsetOffset = 12;
        private const int ControlOffset = 13;
        private const int WindowOffset = 14;
        private const int ChecksumOffset = 16;
        private const int UrgentOffset = 18;

        private const int OptionEnd = 0;
        private const int OptionNone = 1;
        private const int OptionMaximumSegment = 2;
        private const int MaximumSegmentLength = 4;

        /// <summary>The one gate: the header lies within the segment.</summary>
        /// <param name="b">The octets.</param>
        /// <param name="offset">Where the segment begins.</param>
        /// <param name="length">Octets of the segment.</param>
        /// <returns>Octets of the header with its options, 20 to 60, or -1.</returns>
        internal static int Check(byte[] b, int offset, int length)
        {
            if (length < Length)
            {
                return -1;
            }

            int headerLength = (b[offset + DataOffsetOffset] >> 4) << 2;
            return headerLength < Length || headerLength > length ? -1 : headerLength;
        }

        internal static int SourcePort(byte[] b, int offset)
        {
            return BigEndian.ReadUInt16(b, offset);
        }

        internal static int DestinationPort(byte[] b, int offset)
        {
            return BigEndian.ReadUInt16(b, offset + DestinationPortOffset);
        }

        internal static int Sequence(byte[] b, int offset)
        {
            return BigEndian.ReadInt32(b, offset + SequenceOffset);
        }

        internal static int Acknowledgment(byte[] b, int offset)
        {
            return BigEndian.ReadInt32(b, offset + AcknowledgmentOffset);
        }

        /// <summary>The control bits, CWR to FIN.</summary>
        /// <param name="b">The octets, checked.</param>
        /// <param name="offset">Where the segment begins.</param>
        /// <returns>0 to 255.</returns>
        internal static int Control(byte[] b, int offset)
        {
            return b[offset + ControlOffset];
        }

        internal static int Window(byte[] b, int offset)
        {
            return BigEndian.ReadUInt16(b, offset + WindowOffset);
        }

        /// <summary>The maximum segment size option.</summary>
        /// <param name="b">The octets, checked.</param>
        /// <param name="offset">Where the segment begins.</param>
        /// <param name="headerLength">Octets of the header with its options.</param>
        /// <returns>0 to 65535, or -1 when there is none. The walk ends at an option whose length
        /// is impossible.</returns>
        internal static int MaximumSegment(byte[] b, int offset, int headerLength)
        {
            int end = offset + headerLength;
            int at = offset + Length;
            while (at < end && b[at] != OptionEnd)
            {
                if (b[at] == OptionNone)
                {
                    at++;
                    continue;
                }

                int length = at + 1 < end ? b[at + 1] : 0;
                if (length < 2 || length > end - at)
                {
                    return -1;
                }

                if (b[at] == OptionMaximumSegment && length == MaximumSegmentLength)
                {
                    return BigEndian.ReadUInt16(b, at + 2);
                }

                at += length;
            }

            return -1;
        }

        /// <summary>Whether the checksum over pseudo-header, header and payload is right.</summary>
        /// <param name="b">The octets.</param>
        /// <param name="offset">Where the segment begins.</param>
        /// <param name="length">Octets of the segment.</param>
        /// <param name="source">Source address of the packet.</param>
        /// <param name="destination">Destination address of the packet.</param>
        /// <returns>Unlike in UDP there is no way to send none.</returns>
        internal static bool IsIntact(
            byte[] b, int offset, int length, int source, int destination)
        {
            int sum = PseudoHeaderSum(source, destination, length);
            return Ipv4.Checksum(b, offset, length, sum) == 0;
        }

        /// <summary>Writes a header in front of a payload that is already in place; the checksum
        /// comes last, by <see cref="WriteChecksum"/>.</summary>
        /// <param name="b">The octets.</param>
        /// <param name="offset">Where the segment begins.</param>
        /// <param name="sourcePort">Source port: 0 to 65535.</param>
        /// <param name="destinationPort">Destination port: 0 to 65535.</param>
        /// <param name="sequence">Sequence number.</param>
        /// <param name="acknowledgment">Acknowledgment number; 0 without ACK.</param>
        /// <param name="control">The control bits; with SYN the option for the maximum segment
        /// size follows.</param>
        /// <param name="window">Window: 0 to 65535.</param>
        /// <param name="maximumSegment">The value of that option.</param>
        /// <returns>Octets written: 24 with SYN, else 20.</returns>
        internal static int Write(
            byte[] b,
            int offset,
            int sourcePort,
            int destinationPort,
            int sequence,
            int acknowledgment,
            int control,
            int window,
            int maximumSegment)
        {
            int length = (control & Syn) != 0 ? SynLength : Length;
            BigEndian.WriteUInt16(b, offset, sourcePort);
            BigEndian.WriteUInt16(b, offset + DestinationPortOffset, destinationPort);
            BigEndian.WriteInt32(b, offset + SequenceOffset, sequence);
            BigEndian.WriteInt32(b, offset + AcknowledgmentOffset, acknowledgment);
            b[offset + DataOffsetOffset] = (byte)((length >> 2) << 4);
            b[offset + ControlOffset] = (byte)control;
            BigEndian.WriteUInt16(b, offset + WindowOffset, window);
            BigEndian.WriteUInt16(b, offset + ChecksumOffset, 0);
            BigEndian.WriteUInt16(b, offset + UrgentOffset, 0);
            if (length > Length)
            {
                b[offset + Length] = OptionMaximumSegment;
                b[offset + Length + 1] = MaximumSegmentLength;
                BigEndian.WriteUInt16(b, offset + Length + 2, maximumSegment);
            }

            return length;
        }

        /// <summary>Completes a segment whose checksum field is zero.</summary>
        /// <param name="b">The octets.</param>
        /// <param name="offset">Where the segment begins.</param>
        /// <param name="length">Octets of header and payload.</param>
        /// <param name="source">Source address.</param>
        /// <param name="destination">Destination address.</param>
        internal static void WriteChecksum(
            byte[] b, int offset, int length, int source, int destination)
        {
            int sum = PseudoHeaderSum(source, destination, length);
            BigEndian.WriteUInt16(
                b, offset + ChecksumOffset, Ipv4.Checksum(b, offset, length, sum));
        }

        private static int PseudoHeaderSum(int source, int destination, int length)
        {
            return ((source >> 16) & 0xFFFF) + (source & 0xFFFF)
                + ((destination >> 16) & 0xFFFF) + (destination & 0xFFFF)
                + Ipv4.ProtocolTcp + length;
        }
    }
}
