// The block function of SHA-1, FIPS 180-4 s.6.1.2, in the shape the interpreter runs fastest:
// array accesses cost more than rounds, so the sixteen words live in locals, and the eighty
// rounds are written out so that no value ever moves from one name to another.
//
// How to read it. The standard shifts the names after each round (e = d, d = c, ...). Here the
// names stand still and the roles move: the round that would compute the new "a" adds into the
// variable that holds "e", and the next round sees it as "a". Five rounds bring the roles back:
// one paragraph. From round 16 on, two lines in front of a round make its word of four earlier
// ones, numbers modulo 16 (s.6.1.3). Ch is written d ^ (b & (c ^ d)) and Maj is written
// (b & c) | (d & (b | c)): the same functions with fewer instructions.
// The twin is CompressReadable in Sha1.cs.

namespace nanoPptp.Crypto
{
    public sealed partial class Sha1
    {
        private const uint K0 = 0x5A827999;
        private const uint K1 = 0x6ED9EBA1;
        private const uint K2 = 0x8F1BBCDC;
        private const uint K3 = 0xCA62C1D6;

        /// <summary>Hashes one block into a state (FIPS 180-4 s.6.1.2). Allocates nothing.
        /// </summary>
        /// <param name="state">Five words, updated in place.</param>
        /// <param name="words">The sixteen words of the block, each from four octets, most
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
            uint e = (uint)state[4];
            uint t;

            // Rounds 0 to 19: Ch and the constant K0.
            e += ((a << 5) | (a >> 27)) + (d ^ (b & (c ^ d))) + w0 + K0;
            b = (b << 30) | (b >> 2);
            d += ((e << 5) | (e >> 27)) + (c ^ (a & (b ^ c))) + w1 + K0;
            a = (a << 30) | (a >> 2);
            c += ((d << 5) | (d >> 27)) + (b ^ (e & (a ^ b))) + w2 + K0;
            e = (e << 30) | (e >> 2);
            b += ((c << 5) | (c >> 27)) + (a ^ (d & (e ^ a))) + w3 + K0;
            d = (d << 30) | (d >> 2);
            a += ((b << 5) | (b >> 27)) + (e ^ (c & (d ^ e))) + w4 + K0;
            c = (c << 30) | (c >> 2);

            e += ((a << 5) | (a >> 27)) + (d ^ (b & (c ^ d))) + w5 + K0;
            b = (b << 30) | (b >> 2);
            d += ((e << 5) | (e >> 27)) + (c ^ (a & (b ^ c))) + w6 + K0;
            a = (a << 30) | (a >> 2);
            c += ((d << 5) | (d >> 27)) + (b ^ (e & (a ^ b))) + w7 + K0;
            e = (e << 30) | (e >> 2);
            b += ((c << 5) | (c >> 27)) + (a ^ (d & (e ^ a))) + w8 + K0;
            d = (d << 30) | (d >> 2);
            a += ((b << 5) | (b >> 27)) + (e ^ (c & (d ^ e))) + w9 + K0;
            c = (c << 30) | (c >> 2);

            e += ((a << 5) | (a >> 27)) + (d ^ (b & (c ^ d))) + w10 + K0;
            b = (b << 30) | (b >> 2);
            d += ((e << 5) | (e >> 27)) + (c ^ (a & (b ^ c))) + w11 + K0;
            a = (a << 30) | (a >> 2);
            c += ((d << 5) | (d >> 27)) + (b ^ (e & (a ^ b))) + w12 + K0;
            e = (e << 30) | (e >> 2);
            b += ((c << 5) | (c >> 27)) + (a ^ (d & (e ^ a))) + w13 + K0;
            d = (d << 30) | (d >> 2);
            a += ((b << 5) | (b >> 27)) + (e ^ (c & (d ^ e))) + w14 + K0;
            c = (c << 30) | (c >> 2);

            e += ((a << 5) | (a >> 27)) + (d ^ (b & (c ^ d))) + w15 + K0;
            b = (b << 30) | (b >> 2);
            t = w13 ^ w8 ^ w2 ^ w0;
            w0 = (t << 1) | (t >> 31);
            d += ((e << 5) | (e >> 27)) + (c ^ (a & (b ^ c))) + w0 + K0;
            a = (a << 30) | (a >> 2);
            t = w14 ^ w9 ^ w3 ^ w1;
            w1 = (t << 1) | (t >> 31);
            c += ((d << 5) | (d >> 27)) + (b ^ (e & (a ^ b))) + w1 + K0;
            e = (e << 30) | (e >> 2);
            t = w15 ^ w10 ^ w4 ^ w2;
            w2 = (t << 1) | (t >> 31);
            b += ((c << 5) | (c >> 27)) + (a ^ (d & (e ^ a))) + w2 + K0;
            d = (d << 30) | (d >> 2);
            t = w0 ^ w11 ^ w5 ^ w3;
            w3 = (t << 1) | (t >> 31);
            a += ((b << 5) | (b >> 27)) + (e ^ (c & (d ^ e))) + w3 + K0;
            c = (c << 30) | (c >> 2);

            // Rounds 20 to 39: Parity and the constant K1.
            t = w1 ^ w12 ^ w6 ^ w4;
            w4 = (t << 1) | (t >> 31);
            e += ((a << 5) | (a >> 27)) + (b ^ c ^ d) + w4 + K1;
            b = (b << 30) | (b >> 2);
            t = w2 ^ w13 ^ w7 ^ w5;
            w5 = (t << 1) | (t >> 31);
            d += ((e << 5) | (e >> 27)) + (a ^ b ^ c) + w5 + K1;
            a = (a << 30) | (a >> 2);
            t = w3 ^ w14 ^ w8 ^ w6;
            w6 = (t << 1) | (t >> 31);
            c += ((d << 5) | (d >> 27)) + (e ^ a ^ b) + w6 + K1;
            e = (e << 30) | (e >> 2);
            t = w4 ^ w15 ^ w9 ^ w7;
            w7 = (t << 1) | (t >> 31);
            b += ((c << 5) | (c >> 27)) + (d ^ e ^ a) + w7 + K1;
            d = (d << 30) | (d >> 2);
            t = w5 ^ w0 ^ w10 ^ w8;
            w8 = (t << 1) | (t >> 31);
            a += ((b << 5) | (b >> 27)) + (c ^ d ^ e) + w8 + K1;
            c = (c << 30) | (c >> 2);

            t = w6 ^ w1 ^ w11 ^ w9;
            w9 = (t << 1) | (t >> 31);
            e += ((a << 5) | (a >> 27)) + (b ^ c ^ d) + w9 + K1;
            b = (b << 30) | (b >> 2);
            t = w7 ^ w2 ^ w12 ^ w10;
            w10 = (t << 1) | (t >> 31);
            d += ((e << 5) | (e >> 27)) + (a ^ b ^ c) + w10 + K1;
            a = (a << 30) | (a >> 2);
            t = w8 ^ w3 ^ w13 ^ w11;
            w11 = (t << 1) | (t >> 31);
            c += ((d << 5) | (d >> 27)) + (e ^ a ^ b) + w11 + K1;
            e = (e << 30) | (e >> 2);
            t = w9 ^ w4 ^ w14 ^ w12;
            w12 = (t << 1) | (t >> 31);
            b += ((c << 5) | (c >> 27)) + (d ^ e ^ a) + w12 + K1;
            d = (d << 30) | (d >> 2);
            t = w10 ^ w5 ^ w15 ^ w13;
            w13 = (t << 1) | (t >> 31);
            a += ((b << 5) | (b >> 27)) + (c ^ d ^ e) + w13 + K1;
            c = (c << 30) | (c >> 2);

            t = w11 ^ w6 ^ w0 ^ w14;
            w14 = (t << 1) | (t >> 31);
            e += ((a << 5) | (a >> 27)) + (b ^ c ^ d) + w14 + K1;
            b = (b << 30) | (b >> 2);
            t = w12 ^ w7 ^ w1 ^ w15;
            w15 = (t << 1) | (t >> 31);
            d += ((e << 5) | (e >> 27)) + (a ^ b ^ c) + w15 + K1;
            a = (a << 30) | (a >> 2);
            t = w13 ^ w8 ^ w2 ^ w0;
            w0 = (t << 1) | (t >> 31);
            c += ((d << 5) | (d >> 27)) + (e ^ a ^ b) + w0 + K1;
            e = (e << 30) | (e >> 2);
            t = w14 ^ w9 ^ w3 ^ w1;
            w1 = (t << 1) | (t >> 31);
            b += ((c << 5) | (c >> 27)) + (d ^ e ^ a) + w1 + K1;
            d = (d << 30) | (d >> 2);
            t = w15 ^ w10 ^ w4 ^ w2;
            w2 = (t << 1) | (t >> 31);
            a += ((b << 5) | (b >> 27)) + (c ^ d ^ e) + w2 + K1;
            c = (c << 30) | (c >> 2);

            t = w0 ^ w11 ^ w5 ^ w3;
            w3 = (t << 1) | (t >> 31);
            e += ((a << 5) | (a >> 27)) + (b ^ c ^ d) + w3 + K1;
            b = (b << 30) | (b >> 2);
            t = w1 ^ w12 ^ w6 ^ w4;
            w4 = (t << 1) | (t >> 31);
            d += ((e << 5) | (e >> 27)) + (a ^ b ^ c) + w4 + K1;
            a = (a << 30) | (a >> 2);
            t = w2 ^ w13 ^ w7 ^ w5;
            w5 = (t << 1) | (t >> 31);
            c += ((d << 5) | (d >> 27)) + (e ^ a ^ b) + w5 + K1;
            e = (e << 30) | (e >> 2);
            t = w3 ^ w14 ^ w8 ^ w6;
            w6 = (t << 1) | (t >> 31);
            b += ((c << 5) | (c >> 27)) + (d ^ e ^ a) + w6 + K1;
            d = (d << 30) | (d >> 2);
            t = w4 ^ w15 ^ w9 ^ w7;
            w7 = (t << 1) | (t >> 31);
            a += ((b << 5) | (b >> 27)) + (c ^ d ^ e) + w7 + K1;
            c = (c << 30) | (c >> 2);

            // Rounds 40 to 59: Maj and the constant K2.
            t = w5 ^ w0 ^ w10 ^ w8;
            w8 = (t << 1) | (t >> 31);
            e += ((a << 5) | (a >> 27)) + ((b & c) | (d & (b | c))) + w8 + K2;
            b = (b << 30) | (b >> 2);
            t = w6 ^ w1 ^ w11 ^ w9;
            w9 = (t << 1) | (t >> 31);
            d += ((e << 5) | (e >> 27)) + ((a & b) | (c & (a | b))) + w9 + K2;
            a = (a << 30) | (a >> 2);
            t = w7 ^ w2 ^ w12 ^ w10;
            w10 = (t << 1) | (t >> 31);
            c += ((d << 5) | (d >> 27)) + ((e & a) | (b & (e | a))) + w10 + K2;
            e = (e << 30) | (e >> 2);
            t = w8 ^ w3 ^ w13 ^ w11;
            w11 = (t << 1) | (t >> 31);
            b += ((c << 5) | (c >> 27)) + ((d & e) | (a & (d | e))) + w11 + K2;
            d = (d << 30) | (d >> 2);
            t = w9 ^ w4 ^ w14 ^ w12;
            w12 = (t << 1) | (t >> 31);
            a += ((b << 5) | (b >> 27)) + ((c & d) | (e & (c | d))) + w12 + K2;
            c = (c << 30) | (c >> 2);

            t = w10 ^ w5 ^ w15 ^ w13;
            w13 = (t << 1) | (t >> 31);
            e += ((a << 5) | (a >> 27)) + ((b & c) | (d & (b | c))) + w13 + K2;
            b = (b << 30) | (b >> 2);
            t = w11 ^ w6 ^ w0 ^ w14;
            w14 = (t << 1) | (t >> 31);
            d += ((e << 5) | (e >> 27)) + ((a & b) | (c & (a | b))) + w14 + K2;
            a = (a << 30) | (a >> 2);
            t = w12 ^ w7 ^ w1 ^ w15;
            w15 = (t << 1) | (t >> 31);
            c += ((d << 5) | (d >> 27)) + ((e & a) | (b & (e | a))) + w15 + K2;
            e = (e << 30) | (e >> 2);
            t = w13 ^ w8 ^ w2 ^ w0;
            w0 = (t << 1) | (t >> 31);
            b += ((c << 5) | (c >> 27)) + ((d & e) | (a & (d | e))) + w0 + K2;
            d = (d << 30) | (d >> 2);
            t = w14 ^ w9 ^ w3 ^ w1;
            w1 = (t << 1) | (t >> 31);
            a += ((b << 5) | (b >> 27)) + ((c & d) | (e & (c | d))) + w1 + K2;
            c = (c << 30) | (c >> 2);

            t = w15 ^ w10 ^ w4 ^ w2;
            w2 = (t << 1) | (t >> 31);
            e += ((a << 5) | (a >> 27)) + ((b & c) | (d & (b | c))) + w2 + K2;
            b = (b << 30) | (b >> 2);
            t = w0 ^ w11 ^ w5 ^ w3;
            w3 = (t << 1) | (t >> 31);
            d += ((e << 5) | (e >> 27)) + ((a & b) | (c & (a | b))) + w3 + K2;
            a = (a << 30) | (a >> 2);
            t = w1 ^ w12 ^ w6 ^ w4;
            w4 = (t << 1) | (t >> 31);
            c += ((d << 5) | (d >> 27)) + ((e & a) | (b & (e | a))) + w4 + K2;
            e = (e << 30) | (e >> 2);
            t = w2 ^ w13 ^ w7 ^ w5;
            w5 = (t << 1) | (t >> 31);
            b += ((c << 5) | (c >> 27)) + ((d & e) | (a & (d | e))) + w5 + K2;
            d = (d << 30) | (d >> 2);
            t = w3 ^ w14 ^ w8 ^ w6;
            w6 = (t << 1) | (t >> 31);
            a += ((b << 5) | (b >> 27)) + ((c & d) | (e & (c | d))) + w6 + K2;
            c = (c << 30) | (c >> 2);

            t = w4 ^ w15 ^ w9 ^ w7;
            w7 = (t << 1) | (t >> 31);
            e += ((a << 5) | (a >> 27)) + ((b & c) | (d & (b | c))) + w7 + K2;
            b = (b << 30) | (b >> 2);
            t = w5 ^ w0 ^ w10 ^ w8;
            w8 = (t << 1) | (t >> 31);
            d += ((e << 5) | (e >> 27)) + ((a & b) | (c & (a | b))) + w8 + K2;
            a = (a << 30) | (a >> 2);
            t = w6 ^ w1 ^ w11 ^ w9;
            w9 = (t << 1) | (t >> 31);
            c += ((d << 5) | (d >> 27)) + ((e & a) | (b & (e | a))) + w9 + K2;
            e = (e << 30) | (e >> 2);
            t = w7 ^ w2 ^ w12 ^ w10;
            w10 = (t << 1) | (t >> 31);
            b += ((c << 5) | (c >> 27)) + ((d & e) | (a & (d | e))) + w10 + K2;
            d = (d << 30) | (d >> 2);
            t = w8 ^ w3 ^ w13 ^ w11;
            w11 = (t << 1) | (t >> 31);
            a += ((b << 5) | (b >> 27)) + ((c & d) | (e & (c | d))) + w11 + K2;
            c = (c << 30) | (c >> 2);

            // Rounds 60 to 79: Parity and the constant K3.
            t = w9 ^ w4 ^ w14 ^ w12;
            w12 = (t << 1) | (t >> 31);
            e += ((a << 5) | (a >> 27)) + (b ^ c ^ d) + w12 + K3;
            b = (b << 30) | (b >> 2);
            t = w10 ^ w5 ^ w15 ^ w13;
            w13 = (t << 1) | (t >> 31);
            d += ((e << 5) | (e >> 27)) + (a ^ b ^ c) + w13 + K3;
            a = (a << 30) | (a >> 2);
            t = w11 ^ w6 ^ w0 ^ w14;
            w14 = (t << 1) | (t >> 31);
            c += ((d << 5) | (d >> 27)) + (e ^ a ^ b) + w14 + K3;
            e = (e << 30) | (e >> 2);
            t = w12 ^ w7 ^ w1 ^ w15;
            w15 = (t << 1) | (t >> 31);
            b += ((c << 5) | (c >> 27)) + (d ^ e ^ a) + w15 + K3;
            d = (d << 30) | (d >> 2);
            t = w13 ^ w8 ^ w2 ^ w0;
            w0 = (t << 1) | (t >> 31);
            a += ((b << 5) | (b >> 27)) + (c ^ d ^ e) + w0 + K3;
            c = (c << 30) | (c >> 2);

            t = w14 ^ w9 ^ w3 ^ w1;
            w1 = (t << 1) | (t >> 31);
            e += ((a << 5) | (a >> 27)) + (b ^ c ^ d) + w1 + K3;
            b = (b << 30) | (b >> 2);
            t = w15 ^ w10 ^ w4 ^ w2;
            w2 = (t << 1) | (t >> 31);
            d += ((e << 5) | (e >> 27)) + (a ^ b ^ c) + w2 + K3;
            a = (a << 30) | (a >> 2);
            t = w0 ^ w11 ^ w5 ^ w3;
            w3 = (t << 1) | (t >> 31);
            c += ((d << 5) | (d >> 27)) + (e ^ a ^ b) + w3 + K3;
            e = (e << 30) | (e >> 2);
            t = w1 ^ w12 ^ w6 ^ w4;
            w4 = (t << 1) | (t >> 31);
            b += ((c << 5) | (c >> 27)) + (d ^ e ^ a) + w4 + K3;
            d = (d << 30) | (d >> 2);
            t = w2 ^ w13 ^ w7 ^ w5;
            w5 = (t << 1) | (t >> 31);
            a += ((b << 5) | (b >> 27)) + (c ^ d ^ e) + w5 + K3;
            c = (c << 30) | (c >> 2);

            t = w3 ^ w14 ^ w8 ^ w6;
            w6 = (t << 1) | (t >> 31);
            e += ((a << 5) | (a >> 27)) + (b ^ c ^ d) + w6 + K3;
            b = (b << 30) | (b >> 2);
            t = w4 ^ w15 ^ w9 ^ w7;
            w7 = (t << 1) | (t >> 31);
            d += ((e << 5) | (e >> 27)) + (a ^ b ^ c) + w7 + K3;
            a = (a << 30) | (a >> 2);
            t = w5 ^ w0 ^ w10 ^ w8;
            w8 = (t << 1) | (t >> 31);
            c += ((d << 5) | (d >> 27)) + (e ^ a ^ b) + w8 + K3;
            e = (e << 30) | (e >> 2);
            t = w6 ^ w1 ^ w11 ^ w9;
            w9 = (t << 1) | (t >> 31);
            b += ((c << 5) | (c >> 27)) + (d ^ e ^ a) + w9 + K3;
            d = (d << 30) | (d >> 2);
            t = w7 ^ w2 ^ w12 ^ w10;
            w10 = (t << 1) | (t >> 31);
            a += ((b << 5) | (b >> 27)) + (c ^ d ^ e) + w10 + K3;
            c = (c << 30) | (c >> 2);

            t = w8 ^ w3 ^ w13 ^ w11;
            w11 = (t << 1) | (t >> 31);
            e += ((a << 5) | (a >> 27)) + (b ^ c ^ d) + w11 + K3;
            b = (b << 30) | (b >> 2);
            t = w9 ^ w4 ^ w14 ^ w12;
            w12 = (t << 1) | (t >> 31);
            d += ((e << 5) | (e >> 27)) + (a ^ b ^ c) + w12 + K3;
            a = (a << 30) | (a >> 2);
            t = w10 ^ w5 ^ w15 ^ w13;
            w13 = (t << 1) | (t >> 31);
            c += ((d << 5) | (d >> 27)) + (e ^ a ^ b) + w13 + K3;
            e = (e << 30) | (e >> 2);
            t = w11 ^ w6 ^ w0 ^ w14;
            w14 = (t << 1) | (t >> 31);
            b += ((c << 5) | (c >> 27)) + (d ^ e ^ a) + w14 + K3;
            d = (d << 30) | (d >> 2);
            t = w12 ^ w7 ^ w1 ^ w15;
            w15 = (t << 1) | (t >> 31);
            a += ((b << 5) | (b >> 27)) + (c ^ d ^ e) + w15 + K3;
            c = (c << 30) | (c >> 2);

            state[0] = (int)(a + (uint)state[0]);
            state[1] = (int)(b + (uint)state[1]);
            state[2] = (int)(c + (uint)state[2]);
            state[3] = (int)(d + (uint)state[3]);
            state[4] = (int)(e + (uint)state[4]);
        }
    }
}
