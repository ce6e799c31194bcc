// The data of LCP's Authentication-Protocol option (RFC 1661 s.6.2): a PPP protocol and, for CHAP,
// its algorithm (RFC 1994 s.3). Both together are one number here: the protocol times 256 plus the
// algorithm, 0 where there is none.
//
//    0                   1                   2                   3
//    0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
//   +---------------+---------------+-------------------------------+
//   |   Type = 3    |  Length 4, 5  |    Authentication-Protocol    |
//   +---------------+---------------+-------------------------------+
//   |   Algorithm   |   CHAP only
//   +---------------+

namespace nanoPptp.Wire
{
    /// <summary>Methods of authentication as LCP names them (RFC 1661 s.6.2).</summary>
    internal static class AuthenticationProtocol
    {
        /// <summary>PAP (RFC 1334 s.2.1).</summary>
        internal const int Pap = 0xC02300;

        /// <summary>CHAP with MD5 (RFC 1994 s.3).</summary>
        internal const int ChapMd5 = 0xC22305;

        /// <summary>CHAP with MS-CHAPv2 (RFC 2759 s.1).</summary>
        internal const int MsChapV2 = 0xC22381;

        private const int AlgorithmLength = 1;
        private const int ProtocolLength = 2;

        /// <summary>Reads the method that an option names.</summary>
        /// <param name="b">The octets.</param>
        /// <param name="offset">Where the option begins, its type and length checked.</param>
        /// <returns>Protocol times 256 plus algorithm; 0 when the length is not that of its
        /// protocol.</returns>
        internal static int Read(byte[] b, int offset)
        {
            int length = b[offset + 1] - ConfigureOption.HeaderLength;
            if (length < ProtocolLength)
            {
                return 0;
            }

            int at = offset + ConfigureOption.HeaderLength;
            int protocol = BigEndian.ReadUInt16(b, at);
            switch (protocol)
            {
                case PppFrame.Chap:
                    return length == ProtocolLength + AlgorithmLength
                        ? (protocol << 8) | b[at + ProtocolLength]
                        : 0;
                case PppFrame.Pap:
                    return length == ProtocolLength ? Pap : 0;
                default:
                    return protocol << 8;
            }
        }
    }
}
