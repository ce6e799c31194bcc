// Network byte order, written once. Hot loops inline these expressions and name this file as their
// twin.

namespace nanoPptp.Wire
{
    /// <summary>Reads and writes big-endian numbers in octet arrays. The caller has checked that
    /// the octets exist.</summary>
    public static class BigEndian
    {
        /// <summary>Reads 16 bits.</summary>
        /// <param name="b">The octets.</param>
        /// <param name="offset">Index of the most significant octet.</param>
        /// <returns>0 to 65535.</returns>
        public static int ReadUInt16(byte[] b, int offset)
        {
            return (b[offset] << 8) | b[offset + 1];
        }

        /// <summary>Reads 32 bits; numbers of 2^31 and more come out negative.</summary>
        /// <param name="b">The octets.</param>
        /// <param name="offset">Index of the most significant octet.</param>
        /// <returns>The 32 bits.</returns>
        public static int ReadInt32(byte[] b, int offset)
        {
            return (b[offset] << 24) | (b[offset + 1] << 16) | (b[offset + 2] << 8) | b[offset + 3];
        }

        /// <summary>Writes the low 16 bits of a number.</summary>
        /// <param name="b">The octets.</param>
        /// <param name="offset">Index of the most significant octet.</param>
        /// <param name="value">The number.</param>
        public static void WriteUInt16(byte[] b, int offset, int value)
        {
            b[offset] = (byte)(value >> 8);
            b[offset + 1] = (byte)value;
        }

        /// <summary>Writes 32 bits.</summary>
        /// <param name="b">The octets.</param>
        /// <param name="offset">Index of the most significant octet.</param>
        /// <param name="value">The 32 bits.</param>
        public static void WriteInt32(byte[] b, int offset, int value)
        {
            b[offset] = (byte)(value >> 24);
            b[offset + 1] = (byte)(value >> 16);
            b[offset + 2] = (byte)(value >> 8);
            b[offset + 3] = (byte)value;
        }
    }
}
