// ICMP Echo (RFC 792): what a hub's administrator sends to see whether a sensor is there.
//
//    0                   1                   2                   3
//   +---------------+---------------+-------------------------------+
//   |     Type      |     Code      |          Checksum             |
//   +---------------+---------------+-------------------------------+
//   |           Identifier          |        Sequence Number        |
//   +-------------------------------+-------------------------------+
//   |     Data ...
//   +-----------

using nanoPptp.Wire;

namespace nanoPptp.Telemetry.Ip
{
    /// <summary>ICMP Echo and Echo Reply (RFC 792).</summary>
    internal static class Icmp
    {
        internal const int HeaderLength = 8;

        private const int EchoReply = 0;
        private const int Echo = 8;
        private const int ChecksumOffset = 2;
        private const int IdentifierOffset = 4;
        private const int SequenceOffset = 6;

        /// <summary>The one gate: length and checksum.</summary>
        /// <param name="b">The octets.</param>
        /// <param name="offset">Where the message begins.</param>
        /// <param name="length">Octets of the message.</param>
        /// <returns><paramref name="length"/>, or -1.</returns>
        internal static int Check(byte[] b, int offset, int length)
        {
            return length < HeaderLength || Ipv4.Checksum(b, offset, length, 0) != 0 ? -1 : length;
        }

        internal static bool IsEcho(byte[] b, int offset)
        {
            return b[offset] == Echo && b[offset + 1] == 0;
        }

        internal static bool IsEchoReply(byte[] b, int offset)
        {
            return b[offset] == EchoReply && b[offset + 1] == 0;
        }

        internal static int Sequence(byte[] b, int offset)
        {
            return BigEndian.ReadUInt16(b, offset + SequenceOffset);
        }

        /// <summary>Writes an Echo without data.</summary>
        /// <param name="b">The octets.</param>
        /// <param name="offset">Where the message begins.</param>
        /// <param name="identifier">Identifier: 0 to 65535.</param>
        /// <param name="sequence">Sequence number: 0 to 65535.</param>
        /// <returns>Octets written: 8.</returns>
        internal static int WriteEcho(byte[] b, int offset, int identifier, int sequence)
        {
            b[offset] = Echo;
            b[offset + 1] = 0;
            BigEndian.WriteUInt16(b, offset + ChecksumOffset, 0);
            BigEndian.WriteUInt16(b, offset + IdentifierOffset, identifier);
            BigEndian.WriteUInt16(b, offset + SequenceOffset, sequence);
            BigEndian.WriteUInt16(
                b, offset + ChecksumOffset, Ipv4.Checksum(b, offset, HeaderLength, 0));
            return HeaderLength;
        }

        /// <summary>Turns a copied Echo into its reply.</summary>
        /// <param name="b">The octets.</param>
        /// <param name="offset">Where the message begins.</param>
        /// <param name="length">Octets of the message.</param>
        internal static void WriteReply(byte[] b, int offset, int length)
        {
            b[offset] = EchoReply;
            b[offset + 1] = 0;
            BigEndian.WriteUInt16(b, offset + ChecksumOffset, 0);
            BigEndian.WriteUInt16(
                b, offset + ChecksumOffset, Ipv4.Checksum(b, offset, length, 0));
        }
    }
}
