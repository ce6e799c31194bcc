// Enhanced GRE (RFC 2637 s.4.1). Sequence and acknowledgment are present when S and A say so, in
// this order; the key holds the payload length and the receiver's call ID.
//
//    0                   1                   2                   3
//    0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
//   +-+-+-+-+-+-----+-+-------+-----+-------------------------------+
//   |C|R|K|S|s|Recur|A| Flags | Ver |         Protocol Type         |
//   +-+-+-+-+-+-----+-+-------+-----+-------------------------------+
//   |       Payload Length          |            Call ID            |
//   +-------------------------------+-------------------------------+
//   |                  Sequence Number (optional)                   |
//   +---------------------------------------------------------------+
//   |               Acknowledgment Number (optional)                |
//   +---------------------------------------------------------------+

using nanoPptp.Diagnostics;

namespace nanoPptp.Wire
{
    /// <summary>The enhanced GRE header of PPTP (RFC 2637 s.4.1).</summary>
    internal static class EnhancedGre
    {
        internal const int MinimumHeaderLength = 8;
        internal const int MaximumHeaderLength = 16;
        internal const int AcknowledgmentLength = 12;

        // First octet: K set; C, R, s and Recur clear; S as needed.
        private const int KeyPresent = 0x20;
        private const int SequencePresent = 0x10;

        // Second octet: A as needed, Flags clear, Ver 1.
        private const int AcknowledgmentPresent = 0x80;
        private const int Version = 0x01;
        private const int ProtocolTypeHigh = 0x88;
        private const int ProtocolTypeLow = 0x0B;

        /// <summary>The one gate: flags, version, protocol type, and the lengths of header and
        /// payload. Octets behind the payload are padding and are allowed.</summary>
        /// <param name="b">The octets.</param>
        /// <param name="offset">Where the GRE header begins.</param>
        /// <param name="length">Octets present.</param>
        /// <returns>Octets of the header, 8 to 16, or the negated
        /// <see cref="Reason.GreBadHeader"/>.</returns>
        internal static int Check(byte[] b, int offset, int length)
        {
            if (length < MinimumHeaderLength
                || b[offset + 2] != ProtocolTypeHigh
                || b[offset + 3] != ProtocolTypeLow
                || (b[offset] & ~SequencePresent) != KeyPresent
                || (b[offset + 1] & ~AcknowledgmentPresent) != Version)
            {
                return -(int)Reason.GreBadHeader;
            }

            int headerLength = MinimumHeaderLength;
            int payloadLength = (b[offset + 4] << 8) | b[offset + 5];
            if ((b[offset] & SequencePresent) != 0)
            {
                headerLength += 4;
            }
            else if (payloadLength != 0 || (b[offset + 1] & AcknowledgmentPresent) == 0)
            {
                // A payload without a number, or neither payload nor acknowledgment.
                return -(int)Reason.GreBadHeader;
            }

            if ((b[offset + 1] & AcknowledgmentPresent) != 0)
            {
                headerLength += 4;
            }

            return headerLength + payloadLength > length
                ? -(int)Reason.GreBadHeader
                : headerLength;
        }

        internal static bool HasSequence(byte[] b, int offset)
        {
            return (b[offset] & SequencePresent) != 0;
        }

        internal static bool HasAcknowledgment(byte[] b, int offset)
        {
            return (b[offset + 1] & AcknowledgmentPresent) != 0;
        }

        internal static int PayloadLength(byte[] b, int offset)
        {
            return BigEndian.ReadUInt16(b, offset + 4);
        }

        internal static int CallId(byte[] b, int offset)
        {
            return BigEndian.ReadUInt16(b, offset + 6);
        }

        internal static int Sequence(byte[] b, int offset)
        {
            return BigEndian.ReadInt32(b, offset + 8);
        }

        /// <summary>The acknowledgment number: behind the sequence number, or in its place.
        /// </summary>
        /// <param name="b">The octets, checked, with an acknowledgment.</param>
        /// <param name="offset">Where the GRE header begins.</param>
        /// <returns>The highest sequence number the sender received.</returns>
        internal static int Acknowledgment(byte[] b, int offset)
        {
            return BigEndian.ReadInt32(b, HasSequence(b, offset) ? offset + 12 : offset + 8);
        }

        /// <summary>Octets of the header in front of a payload.</summary>
        /// <param name="acknowledges">Whether an acknowledgment rides along.</param>
        /// <returns>12 or 16.</returns>
        internal static int DataHeaderLength(bool acknowledges)
        {
            return acknowledges ? MaximumHeaderLength : MinimumHeaderLength + 4;
        }

        /// <summary>Writes the header of a packet with a payload.</summary>
        /// <param name="b">The octets.</param>
        /// <param name="offset">Where the header begins.</param>
        /// <param name="payloadLength">Octets of the payload: 0 to 65535.</param>
        /// <param name="peerCallId">The receiver's call ID.</param>
        /// <param name="sequence">The sequence number.</param>
        /// <param name="acknowledges">Whether an acknowledgment rides along.</param>
        /// <param name="acknowledgment">The highest sequence number received.</param>
        /// <returns>Octets written: 12 or 16.</returns>
        internal static int WriteData(
            byte[] b,
            int offset,
            int payloadLength,
            int peerCallId,
            int sequence,
            bool acknowledges,
            int acknowledgment)
        {
            b[offset] = KeyPresent | SequencePresent;
            b[offset + 2] = ProtocolTypeHigh;
            b[offset + 3] = ProtocolTypeLow;
            BigEndian.WriteUInt16(b, offset + 4, payloadLength);
            BigEndian.WriteUInt16(b, offset + 6, peerCallId);
            BigEndian.WriteInt32(b, offset + 8, sequence);
            if (!acknowledges)
            {
                b[offset + 1] = Version;
                return MinimumHeaderLength + 4;
            }

            b[offset + 1] = AcknowledgmentPresent | Version;
            BigEndian.WriteInt32(b, offset + 12, acknowledgment);
            return MaximumHeaderLength;
        }

        /// <summary>Writes a packet that carries an acknowledgment and nothing else.</summary>
        /// <param name="b">The octets.</param>
        /// <param name="offset">Where the header begins.</param>
        /// <param name="peerCallId">The receiver's call ID.</param>
        /// <param name="acknowledgment">The highest sequence number received.</param>
        /// <returns>Octets written: 12.</returns>
        internal static int WriteAcknowledgment(
            byte[] b, int offset, int peerCallId, int acknowledgment)
        {
            b[offset] = KeyPresent;
            b[offset + 1] = AcknowledgmentPresent | Version;
            b[offset + 2] = ProtocolTypeHigh;
            b[offset + 3] = ProtocolTypeLow;
            BigEndian.WriteUInt16(b, offset + 4, 0);
            BigEndian.WriteUInt16(b, offset + 6, peerCallId);
            BigEndian.WriteInt32(b, offset + 8, acknowledgment);
            return AcknowledgmentLength;
        }
    }
}
