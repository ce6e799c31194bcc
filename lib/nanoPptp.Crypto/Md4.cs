// MD4, RFC 1320 s.3: the hash under the passwords of MS-CHAP. BlockHash.cs cuts a message into
// blocks, and LittleEndianHash.cs reads its words; this file holds the readable twin of the block
// function, Md4.Compress.cs the fast one.

namespace nanoPptp.Crypto
{
    /// <summary>MD4 (RFC 1320) over octets that arrive in pieces.</summary>
    public sealed partial class Md4 : LittleEndianHash
    {
        /// <summary>Octets of a digest.</summary>
        public const int DigestLength = 16;

        /// <summary>Makes an instance that is ready for a message.</summary>
        public Md4()
            : base(4)
        {
        }

        /// <summary>Sets a state for <see cref="Compress"/> to its initial value (RFC 1320 s.3.3).
        /// </summary>
        /// <param name="state">Four words.</param>
        public static void Begin(int[] state)
        {
            state[0] = 0x67452301;
            state[1] = unchecked((int)0xEFCDAB89);
            state[2] = unchecked((int)0x98BADCFE);
            state[3] = 0x10325476;
        }

        /// <summary>The twin of <see cref="Compress"/>, the steps of RFC 1320 s.3.4 as a loop. For
        /// tests: it is slow.</summary>
        /// <param name="state">Four words, updated in place.</param>
        /// <param name="words">The sixteen words of the block; not changed.</param>
        internal static void CompressReadable(int[] state, int[] words)
        {
            uint a = (uint)state[0];
            uint b = (uint)state[1];
            uint c = (uint)state[2];
            uint d = (uint)state[3];
            for (int step = 0; step < 48; step++)
            {
                int column = step & 3;
                int row = (step >> 2) & 3;
                uint sum;
                int rotation;
                if (step < 16)
                {
                    // [abcd k s]: k = 0, 1, 2, ... and s = 3, 7, 11, 19.
                    sum = a + ((b & c) | (~b & d)) + (uint)words[(4 * row) + column];
                    rotation = 3 + (4 * column) + (column == 3 ? 4 : 0);
                }
                else if (step < 32)
                {
                    // k = 0, 4, 8, 12, 1, 5, ... and s = 3, 5, 9, 13.
                    sum = a + ((b & c) | (b & d) | (c & d)) + (uint)words[(4 * column) + row]
                        + 0x5A827999;
                    rotation = 1 + (4 * column) + (column == 0 ? 2 : 0);
                }
                else
                {
                    // k = 0, 8, 4, 12, 2, 10, ... (four bits read backwards) and s = 3, 9, 11, 15.
                    int k = (8 * (column & 1)) + (2 * (column & 2)) + (2 * (row & 1)) + (row >> 1);
                    sum = a + (b ^ c ^ d) + (uint)words[k] + 0x6ED9EBA1;
                    rotation = 3 + (4 * column) + (column == 1 ? 2 : 0);
                }

                a = d;
                d = c;
                c = b;
                b = (sum << rotation) | (sum >> (32 - rotation));
            }

            state[0] += (int)a;
            state[1] += (int)b;
            state[2] += (int)c;
            state[3] += (int)d;
        }

        private protected override void BeginState()
        {
            Begin(_state);
        }

        private protected override void CompressWords()
        {
            Compress(_state, _words);
        }
    }
}
