// MD5, RFC 1321 s.3: the hash of CHAP's own algorithm (RFC 1994 s.4.1). BlockHash.cs cuts a message
// into blocks, and LittleEndianHash.cs reads its words; this file holds the readable twin of the
// block function, Md5.Compress.cs the fast one.

namespace nanoPptp.Crypto
{
    /// <summary>MD5 (RFC 1321) over octets that arrive in pieces.</summary>
    public sealed partial class Md5 : LittleEndianHash
    {
        /// <summary>Octets of a digest.</summary>
        public const int DigestLength = 16;

        // T[1] to T[64] of RFC 1321 s.3.4: the sines of 1 to 64 radians, times 2^32, without their
        // sign and fraction. Text, as only the twin reads it: it costs no memory until then.
        private const string Sines =
            "D76AA478 E8C7B756 242070DB C1BDCEEE F57C0FAF 4787C62A A8304613 FD469501 " +
            "698098D8 8B44F7AF FFFF5BB1 895CD7BE 6B901122 FD987193 A679438E 49B40821 " +
            "F61E2562 C040B340 265E5A51 E9B6C7AA D62F105D 02441453 D8A1E681 E7D3FBC8 " +
            "21E1CDE6 C33707D6 F4D50D87 455A14ED A9E3E905 FCEFA3F8 676F02D9 8D2A4C8A " +
            "FFFA3942 8771F681 6D9D6122 FDE5380C A4BEEA44 4BDECFA9 F6BB4B60 BEBFBC70 " +
            "289B7EC6 EAA127FA D4EF3085 04881D05 D9D4D039 E6DB99E5 1FA27CF8 C4AC5665 " +
            "F4292244 432AFF97 AB9423A7 FC93A039 655B59C3 8F0CCC92 FFEFF47D 85845DD1 " +
            "6FA87E4F FE2CE6E0 A3014314 4E0811A1 F7537E82 BD3AF235 2AD7D2BB EB86D391 ";

        private const string Rotations = "07121722 05091420 04111623 06101521 ";

        /// <summary>Makes an instance that is ready for a message.</summary>
        public Md5()
            : base(4)
        {
        }

        /// <summary>Sets a state for <see cref="Compress"/> to its initial value (RFC 1321 s.3.3).
        /// </summary>
        /// <param name="state">Four words.</param>
        public static void Begin(int[] state)
        {
            Md4.Begin(state);
        }

        /// <summary>The twin of <see cref="Compress"/>, the steps of RFC 1321 s.3.4 as a loop. For
        /// tests: it is slow.</summary>
        /// <param name="state">Four words, updated in place.</param>
        /// <param name="words">The sixteen words of the block; not changed.</param>
        internal static void CompressReadable(int[] state, int[] words)
        {
            uint a = (uint)state[0];
            uint b = (uint)state[1];
            uint c = (uint)state[2];
            uint d = (uint)state[3];
            for (int step = 0; step < 64; step++)
            {
                int round = step >> 4;
                uint f;
                int k;
                switch (round)
                {
                    case 0:
                        f = (b & c) | (~b & d);
                        k = step;
                        break;
                    case 1:
                        f = (b & d) | (c & ~d);
                        k = (1 + (5 * step)) & 15;
                        break;
                    case 2:
                        f = b ^ c ^ d;
                        k = (5 + (3 * step)) & 15;
                        break;
                    default:
                        f = c ^ (b | ~d);
                        k = (7 * step) & 15;
                        break;
                }

                uint sum = a + f + (uint)words[k] + SineOf(step);
                int rotation = RotationOf(round, step & 3);
                a = d;
                d = c;
                c = b;
                b += (sum << rotation) | (sum >> (32 - rotation));
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

        private static uint SineOf(int step)
        {
            uint value = 0;
            for (int i = 0; i < 8; i++)
            {
                int digit = Sines[(9 * step) + i];
                value = (value << 4) | (uint)(digit <= '9' ? digit - '0' : digit - 'A' + 10);
            }

            return value;
        }

        private static int RotationOf(int round, int column)
        {
            int at = (9 * round) + (2 * column);
            return (10 * (Rotations[at] - '0')) + Rotations[at + 1] - '0';
        }
    }
}
