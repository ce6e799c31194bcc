// The block function of MD5, RFC 1321 s.3.4, in the shape the interpreter runs fastest: array
// accesses cost more than steps, so the sixteen words live in locals and the sixty-four steps are
// written out.
//
// How to read it. A paragraph is one row of the RFC: [ABCD k s i] [DABC k s i] [CDAB k s i]
// [BCDA k s i]; the constant of a step is the RFC's T[i]. A step is two lines, the sum and its
// rotation by s. F is written d ^ (b & (c ^ d)) and G is written c ^ (d & (b ^ c)): the same
// functions with fewer instructions.
// The twin is CompressReadable in Md5.cs.

namespace nanoPptp.Crypto
{
    public sealed partial class Md5
    {
        /// <summary>Hashes one block into a state (RFC 1321 s.3.4). Allocates nothing.</summary>
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
            t = a + (d ^ (b & (c ^ d))) + w0 + 0xD76AA478;
            a = b + ((t << 7) | (t >> 25));
            t = d + (c ^ (a & (b ^ c))) + w1 + 0xE8C7B756;
            d = a + ((t << 12) | (t >> 20));
            t = c + (b ^ (d & (a ^ b))) + w2 + 0x242070DB;
            c = d + ((t << 17) | (t >> 15));
            t = b + (a ^ (c & (d ^ a))) + w3 + 0xC1BDCEEE;
            b = c + ((t << 22) | (t >> 10));

            t = a + (d ^ (b & (c ^ d))) + w4 + 0xF57C0FAF;
            a = b + ((t << 7) | (t >> 25));
            t = d + (c ^ (a & (b ^ c))) + w5 + 0x4787C62A;
            d = a + ((t << 12) | (t >> 20));
            t = c + (b ^ (d & (a ^ b))) + w6 + 0xA8304613;
            c = d + ((t << 17) | (t >> 15));
            t = b + (a ^ (c & (d ^ a))) + w7 + 0xFD469501;
            b = c + ((t << 22) | (t >> 10));

            t = a + (d ^ (b & (c ^ d))) + w8 + 0x698098D8;
            a = b + ((t << 7) | (t >> 25));
            t = d + (c ^ (a & (b ^ c))) + w9 + 0x8B44F7AF;
            d = a + ((t << 12) | (t >> 20));
            t = c + (b ^ (d & (a ^ b))) + w10 + 0xFFFF5BB1;
            c = d + ((t << 17) | (t >> 15));
            t = b + (a ^ (c & (d ^ a))) + w11 + 0x895CD7BE;
            b = c + ((t << 22) | (t >> 10));

            t = a + (d ^ (b & (c ^ d))) + w12 + 0x6B901122;
            a = b + ((t << 7) | (t >> 25));
            t = d + (c ^ (a & (b ^ c))) + w13 + 0xFD987193;
            d = a + ((t << 12) | (t >> 20));
            t = c + (b ^ (d & (a ^ b))) + w14 + 0xA679438E;
            c = d + ((t << 17) | (t >> 15));
            t = b + (a ^ (c & (d ^ a))) + w15 + 0x49B40821;
            b = c + ((t << 22) | (t >> 10));

            // Round 2: G.
            t = a + (c ^ (d & (b ^ c))) + w1 + 0xF61E2562;
            a = b + ((t << 5) | (t >> 27));
            t = d + (b ^ (c & (a ^ b))) + w6 + 0xC040B340;
            d = a + ((t << 9) | (t >> 23));
            t = c + (a ^ (b & (d ^ a))) + w11 + 0x265E5A51;
            c = d + ((t << 14) | (t >> 18));
            t = b + (d ^ (a & (c ^ d))) + w0 + 0xE9B6C7AA;
            b = c + ((t << 20) | (t >> 12));

            t = a + (c ^ (d & (b ^ c))) + w5 + 0xD62F105D;
            a = b + ((t << 5) | (t >> 27));
            t = d + (b ^ (c & (a ^ b))) + w10 + 0x02441453;
            d = a + ((t << 9) | (t >> 23));
            t = c + (a ^ (b & (d ^ a))) + w15 + 0xD8A1E681;
            c = d + ((t << 14) | (t >> 18));
            t = b + (d ^ (a & (c ^ d))) + w4 + 0xE7D3FBC8;
            b = c + ((t << 20) | (t >> 12));

            t = a + (c ^ (d & (b ^ c))) + w9 + 0x21E1CDE6;
            a = b + ((t << 5) | (t >> 27));
            t = d + (b ^ (c & (a ^ b))) + w14 + 0xC33707D6;
            d = a + ((t << 9) | (t >> 23));
            t = c + (a ^ (b & (d ^ a))) + w3 + 0xF4D50D87;
            c = d + ((t << 14) | (t >> 18));
            t = b + (d ^ (a & (c ^ d))) + w8 + 0x455A14ED;
            b = c + ((t << 20) | (t >> 12));

            t = a + (c ^ (d & (b ^ c))) + w13 + 0xA9E3E905;
            a = b + ((t << 5) | (t >> 27));
            t = d + (b ^ (c & (a ^ b))) + w2 + 0xFCEFA3F8;
            d = a + ((t << 9) | (t >> 23));
            t = c + (a ^ (b & (d ^ a))) + w7 + 0x676F02D9;
            c = d + ((t << 14) | (t >> 18));
            t = b + (d ^ (a & (c ^ d))) + w12 + 0x8D2A4C8A;
            b = c + ((t << 20) | (t >> 12));

            // Round 3: H.
            t = a + (b ^ c ^ d) + w5 + 0xFFFA3942;
            a = b + ((t << 4) | (t >> 28));
            t = d + (a ^ b ^ c) + w8 + 0x8771F681;
            d = a + ((t << 11) | (t >> 21));
            t = c + (d ^ a ^ b) + w11 + 0x6D9D6122;
            c = d + ((t << 16) | (t >> 16));
            t = b + (c ^ d ^ a) + w14 + 0xFDE5380C;
            b = c + ((t << 23) | (t >> 9));

            t = a + (b ^ c ^ d) + w1 + 0xA4BEEA44;
            a = b + ((t << 4) | (t >> 28));
            t = d + (a ^ b ^ c) + w4 + 0x4BDECFA9;
            d = a + ((t << 11) | (t >> 21));
            t = c + (d ^ a ^ b) + w7 + 0xF6BB4B60;
            c = d + ((t << 16) | (t >> 16));
            t = b + (c ^ d ^ a) + w10 + 0xBEBFBC70;
            b = c + ((t << 23) | (t >> 9));

            t = a + (b ^ c ^ d) + w13 + 0x289B7EC6;
            a = b + ((t << 4) | (t >> 28));
            t = d + (a ^ b ^ c) + w0 + 0xEAA127FA;
            d = a + ((t << 11) | (t >> 21));
            t = c + (d ^ a ^ b) + w3 + 0xD4EF3085;
            c = d + ((t << 16) | (t >> 16));
            t = b + (c ^ d ^ a) + w6 + 0x04881D05;
            b = c + ((t << 23) | (t >> 9));

            t = a + (b ^ c ^ d) + w9 + 0xD9D4D039;
            a = b + ((t << 4) | (t >> 28));
            t = d + (a ^ b ^ c) + w12 + 0xE6DB99E5;
            d = a + ((t << 11) | (t >> 21));
            t = c + (d ^ a ^ b) + w15 + 0x1FA27CF8;
            c = d + ((t << 16) | (t >> 16));
            t = b + (c ^ d ^ a) + w2 + 0xC4AC5665;
            b = c + ((t << 23) | (t >> 9));

            // Round 4: I.
            t = a + (c ^ (b | ~d)) + w0 + 0xF4292244;
            a = b + ((t << 6) | (t >> 26));
            t = d + (b ^ (a | ~c)) + w7 + 0x432AFF97;
            d = a + ((t << 10) | (t >> 22));
            t = c + (a ^ (d | ~b)) + w14 + 0xAB9423A7;
            c = d + ((t << 15) | (t >> 17));
            t = b + (d ^ (c | ~a)) + w5 + 0xFC93A039;
            b = c + ((t << 21) | (t >> 11));

            t = a + (c ^ (b | ~d)) + w12 + 0x655B59C3;
            a = b + ((t << 6) | (t >> 26));
            t = d + (b ^ (a | ~c)) + w3 + 0x8F0CCC92;
            d = a + ((t << 10) | (t >> 22));
            t = c + (a ^ (d | ~b)) + w10 + 0xFFEFF47D;
            c = d + ((t << 15) | (t >> 17));
            t = b + (d ^ (c | ~a)) + w1 + 0x85845DD1;
            b = c + ((t << 21) | (t >> 11));

            t = a + (c ^ (b | ~d)) + w8 + 0x6FA87E4F;
            a = b + ((t << 6) | (t >> 26));
            t = d + (b ^ (a | ~c)) + w15 + 0xFE2CE6E0;
            d = a + ((t << 10) | (t >> 22));
            t = c + (a ^ (d | ~b)) + w6 + 0xA3014314;
            c = d + ((t << 15) | (t >> 17));
            t = b + (d ^ (c | ~a)) + w13 + 0x4E0811A1;
            b = c + ((t << 21) | (t >> 11));

            t = a + (c ^ (b | ~d)) + w4 + 0xF7537E82;
            a = b + ((t << 6) | (t >> 26));
            t = d + (b ^ (a | ~c)) + w11 + 0xBD3AF235;
            d = a + ((t << 10) | (t >> 22));
            t = c + (a ^ (d | ~b)) + w2 + 0x2AD7D2BB;
            c = d + ((t << 15) | (t >> 17));
            t = b + (d ^ (c | ~a)) + w9 + 0xEB86D391;
            b = c + ((t << 21) | (t >> 11));

            state[0] = (int)(a + (uint)state[0]);
            state[1] = (int)(b + (uint)state[1]);
            state[2] = (int)(c + (uint)state[2]);
            state[3] = (int)(d + (uint)state[3]);
        }
    }
}
