// CRC-32 of IEEE 802.3 (ITU-T V.42 s.8.1.1.6.2): polynomial 04C11DB7 in reflected form, register
// all ones, result complemented.

namespace nanoPptp.Telemetry.Queue
{
    /// <summary>
    /// The checksum of journal records. Its table is for four bits at a time: 84 octets of RAM for
    /// ever, where a table for eight takes 1,044. That costs about twice the instructions, for some
    /// hundred octets every ten seconds and one file when the power comes back.
    /// </summary>
    internal static class Crc32
    {
        private static readonly int[] s_table = MakeTable();

        /// <summary>Goes on with a checksum.</summary>
        /// <param name="crc">That of the octets before; 0 when there are none.</param>
        /// <param name="b">The octets.</param>
        /// <param name="offset">Where they begin.</param>
        /// <param name="length">How many.</param>
        /// <returns>The checksum of all octets so far.</returns>
        internal static int Update(int crc, byte[] b, int offset, int length)
        {
            int[] table = s_table;
            int end = offset + length;
            int register = ~crc;
            for (int i = offset; i < end; i++)
            {
                register ^= b[i];
                register = ((register >> 4) & 0x0FFFFFFF) ^ table[register & 15];
                register = ((register >> 4) & 0x0FFFFFFF) ^ table[register & 15];
            }

            return ~register;
        }

        private static int[] MakeTable()
        {
            int[] table = new int[16];
            for (int i = 0; i < table.Length; i++)
            {
                int register = i;
                for (int bit = 0; bit < 4; bit++)
                {
                    int shifted = (register >> 1) & 0x7FFFFFFF;
                    register = (register & 1) == 0 ? shifted : shifted ^ unchecked((int)0xEDB88320);
                }

                table[i] = register;
            }

            return table;
        }
    }
}
