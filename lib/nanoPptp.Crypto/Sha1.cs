// SHA-1, FIPS 180-4 s.6.1. BlockHash.cs cuts a message into blocks; this file holds the readable
// twin of the block function, Sha1.Compress.cs the fast one. Words are most significant octet
// first.

namespace nanoPptp.Crypto
{
    /// <summary>SHA-1 (FIPS 180-4 s.6.1) over octets that arrive in pieces.</summary>
    public sealed partial class Sha1 : BlockHash
    {
        /// <summary>Octets of a digest.</summary>
        public const int DigestLength = 20;

        /// <summary>Makes an instance that is ready for a message.</summary>
        public Sha1()
            : base(5)
        {
        }

        /// <summary>Sets a state for <see cref="Compress"/> to its initial value (FIPS 180-4
        /// s.5.3.1).</summary>
        /// <param name="state">Five words.</param>
        public static void Begin(int[] state)
        {
            state[0] = 0x67452301;
            state[1] = unchecked((int)0xEFCDAB89);
            state[2] = unchecked((int)0x98BADCFE);
            state[3] = 0x10325476;
            state[4] = unchecked((int)0xC3D2E1F0);
        }

        /// <summary>The twin of <see cref="Compress"/>, line by line as FIPS 180-4 s.6.1.2 has it.
        /// For tests: it allocates and is slow.</summary>
        /// <param name="state">Five words, updated in place.</param>
        /// <param name="words">The sixteen words of the block; not changed.</param>
        internal static void CompressReadable(int[] state, int[] words)
        {
            uint[] w = new uint[80];
            for (int t = 0; t < 16; t++)
            {
                w[t] = (uint)words[t];
            }

            for (int t = 16; t < 80; t++)
            {
                w[t] = RotateLeft(w[t - 3] ^ w[t - 8] ^ w[t - 14] ^ w[t - 16], 1);
            }

            uint a = (uint)state[0];
            uint b = (uint)state[1];
            uint c = (uint)state[2];
            uint d = (uint)state[3];
            uint e = (uint)state[4];
            for (int t = 0; t < 80; t++)
            {
                uint f;
                uint k;
                if (t < 20)
                {
                    f = (b & c) ^ (~b & d);
                    k = 0x5A827999;
                }
                else if (t < 40)
                {
                    f = b ^ c ^ d;
                    k = 0x6ED9EBA1;
                }
                else if (t < 60)
                {
                    f = (b & c) ^ (b & d) ^ (c & d);
                    k = 0x8F1BBCDC;
                }
                else
                {
                    f = b ^ c ^ d;
                    k = 0xCA62C1D6;
                }

                uint next = RotateLeft(a, 5) + f + e + k + w[t];
                e = d;
                d = c;
                c = RotateLeft(b, 30);
                b = a;
                a = next;
            }

            state[0] += (int)a;
            state[1] += (int)b;
            state[2] += (int)c;
            state[3] += (int)d;
            state[4] += (int)e;
        }

        private static uint RotateLeft(uint x, int count)
        {
            return (x << count) | (x >> (32 - count));
        }

        private protected override void BeginState()
        {
            Begin(_state);
        }

        private protected override void CompressWords()
        {
            Compress(_state, _words);
        }

        private protected override void ReadWords(byte[] source, int offset)
        {
            int[] words = _words;
            for (int i = 0; i < 16; i++)
            {
                words[i] = (source[offset] << 24) | (source[offset + 1] << 16)
                    | (source[offset + 2] << 8) | source[offset + 3];
                offset += 4;
            }
        }

        private protected override void SetLengthWords(int low, int high)
        {
            _words[14] = high;
            _words[15] = low;
        }

        private protected override void WriteWord(int word, byte[] target, int offset)
        {
            target[offset] = (byte)(word >> 24);
            target[offset + 1] = (byte)(word >> 16);
            target[offset + 2] = (byte)(word >> 8);
            target[offset + 3] = (byte)word;
        }
    }
}
