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
