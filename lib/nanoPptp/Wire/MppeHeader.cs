// The header of an encrypted frame (RFC 3078 s.3): four flags and the coherency count. In stateless
// mode every frame is flushed (A) and encrypted (D), in stateful mode A says that the keystream
// begins anew; B and C belong to compression, which we never do.
//
//    0                   1
//    0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5
//   +-+-+-+-+-----------------------+----------------------
//   |A|B|C|D|    Coherency Count    |  encrypted: protocol, information
//   +-+-+-+-+-----------------------+----------------------

namespace nanoPptp.Wire
{
    /// <summary>Flags and coherency count of MPPE (RFC 3078 s.3).</summary>
    internal static class MppeHeader
    {
        internal const int Length = 2;

        /// <summary>Header and the shortest protocol field.</summary>
        internal const int MinimumFrameLength = 3;

        internal const int Flushed = 0x80;
        internal const int Reserved = 0x40;
        internal const int Compressed = 0x20;
        internal const int Encrypted = 0x10;
        internal const int FlagMask = 0xF0;

        /// <summary>A and D: what every stateless frame carries.</summary>
        internal const int Stateless = Flushed | Encrypted;

        internal const int CountMask = 0x0FFF;

        /// <summary>The low octet of the count of a "flag" frame, with which the key changes in
        /// stateful mode (RFC 3078 s.7).</summary>
        internal const int FlagCount = 0xFF;

        internal static int Flags(byte[] b, int offset)
        {
            return b[offset] & FlagMask;
        }

        internal static int CoherencyCount(byte[] b, int offset)
        {
            return BigEndian.ReadUInt16(b, offset) & CountMask;
        }

        /// <summary>Writes flags and count.</summary>
        /// <param name="b">The octets.</param>
        /// <param name="offset">Where the header begins.</param>
        /// <param name="flags">The flags, in the upper four bits of an octet.</param>
        /// <param name="coherencyCount">0 to 4095.</param>
        /// <returns>Octets written: 2.</returns>
        internal static int Write(byte[] b, int offset, int flags, int coherencyCount)
        {
            b[offset] = (byte)(flags | (coherencyCount >> 8));
            b[offset + 1] = (byte)coherencyCount;
            return Length;
        }
    }
}
