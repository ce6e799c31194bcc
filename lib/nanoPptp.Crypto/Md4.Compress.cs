// The block function of MD4, RFC 1320 s.3.4, in the shape the interpreter runs fastest: array
// accesses cost more than steps, so the sixteen words live in locals and the forty-eight steps
// are written out.
//
// How to read it. A paragraph is one row of the RFC: [ABCD k s] [DABC k s] [CDAB k s] [BCDA k s].
// A step is two lines, the sum and its rotation by s. F is written d ^ (b & (c ^ d)) and G is
// written (b & c) | (d & (b | c)): the same functions with fewer instructions.
// The twin is CompressReadable in Md4.cs.

namespace nanoPptp.Crypto
{
    public sealed partial class Md4
    {
        private const uint K2 = 0x5A827999;
        private const uint K3 = 0x6ED9EBA1;

        /// <summary>Hashes one block into a state (RFC 1320 s.3.4). Allocates nothing.</summary>
        /// <param name="state">Four words, updated in place.</param>
        /// <param name="words">The sixteen words of the block, each from four octets, least
        /// significant first; not changed.</param>
        public static void Compress(int[] state, int[] words)
        {
            uint w0 = (uint)words[0];
            uint w1 = (uint)words[1];
            uint w2 = (uint)words[2];
            uint w3 = (uint)words[3];
            uint w4 = (uint)words[4];
            uint w5 = (uint)words[5];
            uint w6 = (uint)words[6];
            uint w7 = (uint)words[7];
            uint w8 = (uint)words[8];
            uint w9 = (uint)words[9];
            uint w10 = (uint)words[10];
            uint w11 = (uint)words[11];
            uint w12 = (uint)words[12];
            uint w13 = (uint)words[13];
            uint w14 = (uint)words[14];
            uint w15 = (uint)words[15];
            uint a = (uint)state[0];
            uint b = (uint)state[1];
            uint c = (uint)state[2];
            uint d = (uint)state[3];
            uint t;

            // Round 1: F.
            t = a + (d ^ (b & (c ^ d))) + w0;
            a = (t << 3) | (t >> 29);
            t = d + (c ^ (a & (b ^ c))) + w1;
            d = (t << 7) | (t >> 25);
            t = c + (b ^ (d & (a ^ b))) + w2;
            c = (t << 11) | (t >> 21);
            t = b + (a ^ (c & (d ^ a))) + w3;
            b = (t << 19) | (t >> 13);

            t = a + (d ^ (b & (c ^ d))) + w4;
            a = (t << 3) | (t >> 29);
            t = d + (c ^ (a & (b ^ c))) + w5;
            d = (t << 7) | (t >> 25);
            t = c + (b ^ (d & (a ^ b))) + w6;
            c = (t << 11) | (t >> 21);
            t = b + (a ^ (c & (d ^ a))) + w7;
            b = (t << 19) | (t >> 13);

            t = a + (d ^ (b & (c ^ d))) + w8;
            a = (t << 3) | (t >> 29);
            t = d + (c ^ (a & (b ^ c))) + w9;
            d = (t << 7) | (t >> 25);
            t = c + (b ^ (d & (a ^ b))) + w10;
            c = (t << 11) | (t >> 21);
            t = b + (a ^ (c & (d ^ a))) + w11;
            b = (t << 19) | (t >> 13);

            t = a + (d ^ (b & (c ^ d))) + w12;
            a = (t << 3) | (t >> 29);
            t = d + (c ^ (a & (b ^ c))) + w13;
            d = (t << 7) | (t >> 25);
            t = c + (b ^ (d & (a ^ b))) + w14;
            c = (t << 11) | (t >> 21);
            t = b + (a ^ (c & (d ^ a))) + w15;
            b = (t << 19) | (t >> 13);

            // Round 2: G and the constant K2.
            t = a + ((b & c) | (d & (b | c))) + w0 + K2;
            a = (t << 3) | (t >> 29);
            t = d + ((a & b) | (c & (a | b))) + w4 + K2;
            d = (t << 5) | (t >> 27);
            t = c + ((d & a) | (b & (d | a))) + w8 + K2;
            c = (t << 9) | (t >> 23);
            t = b + ((c & d) | (a & (c | d))) + w12 + K2;
            b = (t << 13) | (t >> 19);

            t = a + ((b & c) | (d & (b | c))) + w1 + K2;
            a = (t << 3) | (t >> 29);
            t = d + ((a & b) | (c & (a | b))) + w5 + K2;
            d = (t << 5) | (t >> 27);
            t = c + ((d & a) | (b & (d | a))) + w9 + K2;
            c = (t << 9) | (t >> 23);
            t = b + ((c & d) | (a & (c | d))) + w13 + K2;
            b = (t << 13) | (t >> 19);

            t = a + ((b & c) | (d & (b | c))) + w2 + K2;
            a = (t << 3) | (t >> 29);
            t = d + ((a & b) | (c & (a | b))) + w6 + K2;
            d = (t << 5) | (t >> 27);
            t = c + ((d & a) | (b & (d | a))) + w10 + K2;
            c = (t << 9) | (t >> 23);
            t = b + ((c & d) | (a & (c | d))) + w14 + K2;
            b = (t << 13) | (t >> 19);

            t = a + ((b & c) | (d & (b | c))) + w3 + K2;
            a = (t << 3) | (t >> 29);
            t = d + ((a & b) | (c & (a | b))) + w7 + K2;
            d = (t << 5) | (t >> 27);
            t = c + ((d & a) | (b & (d | a))) + w11 + K2;
            c = (t << 9) | (t >> 23);
            t = b + ((c & d) | (a & (c | d))) + w15 + K2;
            b = (t << 13) | (t >> 19);

            // Round 3: H and the constant K3.
            t = a + (b ^ c ^ d) + w0 + K3;
            a = (t << 3) | (t >> 29);
            t = d + (a ^ b ^ c) + w8 + K3;
            d = (t << 9) | (t >> 23);
            t = c + (d ^ a ^ b) + w4 + K3;
            c = (t << 11) | (t >> 21);
            t = b + (c ^ d ^ a) + w12 + K3;
            b = (t << 15) | (t >> 17);

            t = a + (b ^ c ^ d) + w2 + K3;
            a = (t << 3) | (t >> 29);
            t = d + (a ^ b ^ c) + w10 + K3;
            d = (t << 9) | (t >> 23);
            t = c + (d ^ a ^ b) + w6 + K3;
            c = (t << 11) | (t >> 21);
            t = b + (c ^ d ^ a) + w14 + K3;
            b = (t << 15) | (t >> 17);

            t = a + (b ^ c ^ d) + w1 + K3;
            a = (t << 3) | (t >> 29);
            t = d + (a ^ b ^ c) + w9 + K3;
            d = (t << 9) | (t >> 23);
            t = c + (d ^ a ^ b) + w5 + K3;
            c = (t << 11) | (t >> 21);
            t = b + (c ^ d ^ a) + w13 + K3;
            b = (t << 15) | (t >> 17);

            t = a + (b ^ c ^ d) + w3 + K3;
            a = (t << 3) | (t >> 29);
            t = d + (a ^ b ^ c) + w11 + K3;
            d = (t << 9) | (t >> 23);
            t = c + (d ^ a ^ b) + w7 + K3;
            c = (t << 11) | (t >> 21);
            t = b + (c ^ d ^ a) + w15 + K3;
            b = (t << 15) | (t >> 17);

            state[0] = (int)(a + (uint)state[0]);
            state[1] = (int)(b + (uint)state[1]);
            state[2] = (int)(c + (uint)state[2]);
            state[3] = (int)(d + (uint)state[3]);
        }
    }
}
