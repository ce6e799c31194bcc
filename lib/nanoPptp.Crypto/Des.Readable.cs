// The readable twin of Des.cs: FIPS 46-3 bit by bit, with its tables as printed there. It serves
// tests alone, so it may allocate, and its tables are text: text costs no memory until it is
// read.

namespace nanoPptp.Crypto
{
    public static partial class Des
    {
        private const string InitialPermutation =
            "58 50 42 34 26 18 10 02 60 52 44 36 28 20 12 04 " +
            "62 54 46 38 30 22 14 06 64 56 48 40 32 24 16 08 " +
            "57 49 41 33 25 17 09 01 59 51 43 35 27 19 11 03 " +
            "61 53 45 37 29 21 13 05 63 55 47 39 31 23 15 07 ";

        private const string FinalPermutation =
            "40 08 48 16 56 24 64 32 39 07 47 15 55 23 63 31 " +
            "38 06 46 14 54 22 62 30 37 05 45 13 53 21 61 29 " +
            "36 04 44 12 52 20 60 28 35 03 43 11 51 19 59 27 " +
            "34 02 42 10 50 18 58 26 33 01 41 09 49 17 57 25 ";

        private const string Expansion =
            "32 01 02 03 04 05 04 05 06 07 08 09 08 09 10 11 " +
            "12 13 12 13 14 15 16 17 16 17 18 19 20 21 20 21 " +
            "22 23 24 25 24 25 26 27 28 29 28 29 30 31 32 01 ";

        private const string Permutation =
            "16 07 20 21 29 12 28 17 01 15 23 26 05 18 31 10 " +
            "02 08 24 14 32 27 03 09 19 13 30 06 22 11 04 25 ";

        private const string PermutedChoice1 =
            "57 49 41 33 25 17 09 01 58 50 42 34 26 18 " +
            "10 02 59 51 43 35 27 19 11 03 60 52 44 36 " +
            "63 55 47 39 31 23 15 07 62 54 46 38 30 22 " +
            "14 06 61 53 45 37 29 21 13 05 28 20 12 04 ";

        private const string PermutedChoice2 =
            "14 17 11 24 01 05 03 28 15 06 21 10 " +
            "23 19 12 04 26 08 16 07 27 20 13 02 " +
            "41 52 31 37 47 55 30 40 51 45 33 48 " +
            "44 49 39 56 34 53 46 42 50 36 29 32 ";

        private const string LeftShifts = "1122222212222221";

        // Eight boxes of four rows of sixteen hexadecimal digits.
        private const string SubstitutionBoxes =
            "E4D12FB83A6C5907" + "0F74E2D1A6CB9538" + "41E8D62BFC973A50" + "FC8249175B3EA06D" +
            "F18E6B34972DC05A" + "3D47F28EC01A69B5" + "0E7BA4D158C6932F" + "D8A13F42B67C05E9" +
            "A09E63F51DC7B428" + "D709346A285ECBF1" + "D6498F30B12C5AE7" + "1AD069874FE3B52C" +
            "7DE3069A1285BC4F" + "D8B56F03472C1AE9" + "A690CB7DF13E5284" + "3F06A1D8945BC72E" +
            "2C417AB6853FD0E9" + "EB2C47D150FA3986" + "421BAD78F9C5630E" + "B8C71E2D6F09A453" +
            "C1AF92680D34E75B" + "AF427C9561DE0B38" + "9EF528C3704A1DB6" + "432C95FABE17608D" +
            "4B2EF08D3C975A61" + "D0B7491AE35C2F86" + "14BDC37EAF680592" + "6BD814A7950FE23C" +
            "D2846FB1A93E50C7" + "1FD8A374C56B0E92" + "7B419CE206ADF358" + "21E74A8DFC90356B";

        /// <summary>The twin of <see cref="EncryptBlock"/>; parameters as there.</summary>
        /// <param name="key56">The key: 56 bits without parity.</param>
        /// <param name="keyOffset">Index of its first octet.</param>
        /// <param name="source">The clear block.</param>
        /// <param name="sourceOffset">Index of its first octet.</param>
        /// <param name="target">Receives the encrypted block.</param>
        /// <param name="targetOffset">Index of its first octet.</param>
        internal static void EncryptBlockReadable(
            byte[] key56,
            int keyOffset,
            byte[] source,
            int sourceOffset,
            byte[] target,
            int targetOffset)
        {
            byte[] key = new byte[8];
            InsertParity(key56, keyOffset, key);
            byte[] halves = Permute(ReadBits(key, 0, 8), PermutedChoice1, 56);

            byte[] block = ReadBits(source, sourceOffset, 8);
            block = Permute(block, InitialPermutation, 64);
            for (int round = 0; round < 16; round++)
            {
                for (int turn = '0'; turn < LeftShifts[round]; turn++)
                {
                    RotateLeft(halves, 0, 28);
                    RotateLeft(halves, 28, 28);
                }

                byte[] roundKey = Permute(halves, PermutedChoice2, 48);
                byte[] next = new byte[64];
                byte[] right = new byte[32];
                for (int i = 0; i < 32; i++)
                {
                    right[i] = block[32 + i];
                    next[i] = right[i];
                }

                byte[] mixed = Mix(right, roundKey);
                for (int i = 0; i < 32; i++)
                {
                    next[32 + i] = (byte)(block[i] ^ mixed[i]);
                }

                block = next;
            }

            // The halves of the last round are not exchanged.
            byte[] preoutput = new byte[64];
            for (int i = 0; i < 32; i++)
            {
                preoutput[i] = block[32 + i];
                preoutput[32 + i] = block[i];
            }

            block = Permute(preoutput, FinalPermutation, 64);
            for (int i = 0; i < 8; i++)
            {
                int octet = 0;
                for (int bit = 0; bit < 8; bit++)
                {
                    octet = (octet << 1) | block[(8 * i) + bit];
                }

                target[targetOffset + i] = (byte)octet;
            }
        }

        /// <summary>Spreads 56 bits over eight octets and makes the parity of each odd, as the keys
        /// of MS-CHAP become keys of DES (RFC 2759 s.8.6).</summary>
        /// <param name="key56">The seven octets.</param>
        /// <param name="keyOffset">Index of the first.</param>
        /// <param name="key">Receives eight octets.</param>
        internal static void InsertParity(byte[] key56, int keyOffset, byte[] key)
        {
            byte[] bits = ReadBits(key56, keyOffset, 7);
            for (int i = 0; i < 8; i++)
            {
                int octet = 0;
                int parity = 1;
                for (int bit = 0; bit < 7; bit++)
                {
                    octet = (octet << 1) | bits[(7 * i) + bit];
                    parity ^= bits[(7 * i) + bit];
                }

                key[i] = (byte)((octet << 1) | parity);
            }
        }

        // The cipher function f of FIPS 46-3: P(S(E(R) ^ K)).
        private static byte[] Mix(byte[] right, byte[] roundKey)
        {
            byte[] expanded = Permute(right, Expansion, 48);
            byte[] substituted = new byte[32];
            for (int box = 0; box < 8; box++)
            {
                int input = 0;
                for (int bit = 0; bit < 6; bit++)
                {
                    input = (input << 1) | (expanded[(6 * box) + bit] ^ roundKey[(6 * box) + bit]);
                }

                int row = ((input >> 4) & 2) | (input & 1);
                int column = (input >> 1) & 15;
                char digit = SubstitutionBoxes[(64 * box) + (16 * row) + column];
                int output = digit <= '9' ? digit - '0' : digit - 'A' + 10;
                for (int bit = 0; bit < 4; bit++)
                {
                    substituted[(4 * box) + bit] = (byte)((output >> (3 - bit)) & 1);
                }
            }

            return Permute(substituted, Permutation, 32);
        }

        // The tables number bits from 1; an entry is two digits and a space.
        private static byte[] Permute(byte[] bits, string table, int count)
        {
            byte[] permuted = new byte[count];
            for (int i = 0; i < count; i++)
            {
                int from = (10 * (table[3 * i] - '0')) + (table[(3 * i) + 1] - '0');
                permuted[i] = bits[from - 1];
            }

            return permuted;
        }

        private static byte[] ReadBits(byte[] source, int offset, int octetCount)
        {
            byte[] bits = new byte[8 * octetCount];
            for (int i = 0; i < bits.Length; i++)
            {
                bits[i] = (byte)((source[offset + (i >> 3)] >> (7 - (i & 7))) & 1);
            }

            return bits;
        }

        private static void RotateLeft(byte[] bits, int offset, int count)
        {
            byte first = bits[offset];
            for (int i = 1; i < count; i++)
            {
                bits[offset + i - 1] = bits[offset + i];
            }

            bits[offset + count - 1] = first;
        }
    }
}
