// The packet of LCP, CCP, IPCP and CHAP (RFC 1661 s.5, RFC 1994 s.4).
//
//    0                   1                   2                   3
//    0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
//   +---------------+---------------+-------------------------------+
//   |     Code      |  Identifier   |            Length             |
//   +---------------+---------------+-------------------------------+
//   |    Data ...
//   +----------------

using nanoPptp.Diagnostics;

namespace nanoPptp.Wire
{
    /// <summary>Code, identifier and length (RFC 1661 s.5).</summary>
    internal static class PppPacket
    {
        internal const int HeaderLength = 4;

        internal const int ConfigureRequest = 1;
        internal const int ConfigureAck = 2;
        internal const int ConfigureNak = 3;
        internal const int ConfigureReject = 4;
        internal const int TerminateRequest = 5;
        internal const int TerminateAck = 6;
        internal const int CodeReject = 7;
        internal const int ProtocolReject = 8;
        internal const int EchoRequest = 9;
        internal const int EchoReply = 10;
        internal const int DiscardRequest = 11;
        internal const int Identification = 12;
        internal const int TimeRemaining = 13;

        /// <summary>The one gate: the packet's own length. Octets behind it are padding.</summary>
        /// <param name="b">The octets.</param>
        /// <param name="offset">Where the packet begins.</param>
        /// <param name="length">Octets present.</param>
        /// <returns>Octets of the packet as its length field says, 4 or more, or the negated
        /// <see cref="Reason.BadLength"/>.</returns>
        internal static int Check(byte[] b, int offset, int length)
        {
            if (length < HeaderLength)
            {
                return -(int)Reason.BadLength;
            }

            int packetLength = BigEndian.ReadUInt16(b, offset + 2);
            return packetLength < HeaderLength || packetLength > length
                ? -(int)Reason.BadLength
                : packetLength;
        }

        internal static int Code(byte[] b, int offset)
        {
            return b[offset];
        }

        internal static int Identifier(byte[] b, int offset)
        {
            return b[offset + 1];
        }

        /// <summary>Writes code, identifier and length.</summary>
        /// <param name="b">The octets.</param>
        /// <param name="offset">Where the packet begins.</param>
        /// <param name="code">The code.</param>
        /// <param name="identifier">The identifier; its low 8 bits count.</param>
        /// <param name="length">Octets of the packet, header included.</param>
        /// <returns>Octets written: 4.</returns>
        internal static int WriteHeader(byte[] b, int offset, int code, int identifier, int length)
        {
            b[offset] = (byte)code;
            b[offset + 1] = (byte)identifier;
            BigEndian.WriteUInt16(b, offset + 2, length);
            return HeaderLength;
        }
    }
}
