// DES of one block, FIPS 46-3, for the responses and keys of MS-CHAP (RFC 2759 s.8.6): a few
// blocks in the life of a connection, so a small table is worth more than the last instruction.
// The readable twin, bit by bit with the tables of the standard, is in Des.Readable.cs.
//
//   L, R = IP(block)      16 times: L, R = R, L ^ P(S(E(R) ^ K))      block = IP^-1(R, L)
//
// Three ideas make it short:
//   1. Both halves are kept rotated left by one bit. Then the six-bit groups that E cuts out of R
//      lie at shifts 24, 16, 8 and 0: of R itself for the S-boxes 2, 4, 6, 8, of R rotated right
//      by four for 1, 3, 5, 7. A round key is two words cut the same way.
//   2. P sends the four output bits of each S-box to places of their own. So one table of 64 words
//      holds all eight boxes with P and the rotation applied: entry v is the OR of what the boxes
//      give for input v, and a mask picks one box out.
//   3. IP and its inverse are five exchanges of bits between the halves.

using System;

namespace nanoPptp.Crypto
{
    /// <summary>The DES block function under 56-bit keys (FIPS 46-3, RFC 2759 s.8.6).</summary>
    public static partial class Des
    {
        /// <summary>Octets of a key without parity bits.</summary>
        public const int KeyLength = 7;

        /// <summary>Octets of a block.</summary>
        public const int BlockLength = 8;

        /// <summary>Numbers of scratch that <see cref="EncryptBlock"/> asks for.</summary>
        public const int ScheduleLength = 32;

        private const int HalfKeyMask = 0x0FFFFFFF;

        // Bit n set: before round key n the key halves turn by one place, else by two.
        private const int SingleTurns = 0x8103;

        // Where the output of each S-box lies after P and the rotation.
        private const uint Box1 = 0x01010404;
        private const uint Box2 = 0x80108020;
        private const uint Box3 = 0x08020208;
        private const uint Box4 = 0x00802081;
        private const uint Box5 = 0x42080100;
        private const uint Box6 = 0x20404010;
        private const uint Box7 = 0x04200802;
        private const uint Box8 = 0x10041040;

        private static readonly uint[] s_boxes =
        {
            0xB1B1B779, 0xAE6AB383, 0x060DE883, 0x7B57D5FC,
            0x39D92A84, 0x14811DF7, 0xE0F24A7F, 0x9E69AA21,
            0xE42E4D6A, 0x99FDE438, 0x9BD5B54C, 0xE48E3593,
            0xDB46979F, 0x671F504C, 0x2DAA11A2, 0xC0904A7F,
            0x1E148C05, 0x51782C7A, 0xF9AAD632, 0x04817E41,
            0xC4475782, 0x6FAFC150, 0x5F3FA979, 0xB376379E,
            0x6EF912FD, 0xC1020B25, 0x01426896, 0x7EF5CACE,
            0x1228E978, 0x9AD2F68E, 0xE6D576C5, 0x292C89A1,
            0x2C8F52C0, 0x4BB58D35, 0xB0F6313C, 0x07D17A8B,
            0xE543CCF3, 0x9F7E0242, 0xCF30D312, 0x608CB552,
            0x93713386, 0xE483C0C8, 0x7E8B0EE9, 0x9B3CC335,
            0x7CBCAD79, 0x30406BB7, 0x0364EC87, 0xFE6B1CCC,
            0x4BC9EFBF, 0xB45FD1C7, 0x4F350843, 0xFF6A277C,
            0x13BC083D, 0x9002F62D, 0xF0CB36E6, 0x4FF14CBB,
            0x181EF545, 0x0B643F9A, 0xE5A4D718, 0x088AB861,
            0xA44352CE, 0xE49D0C68, 0x9A5AA938, 0x71B7F396,
        };

        /// <summary>Encrypts one block.</summary>
        /// <param name="key56">The key: 56 bits without parity. MS-CHAP spreads them over eight
        /// octets and adds parity, which DES ignores; here they are taken as they are.</param>
        /// <param name="keyOffset">Index of the first of <see cref="KeyLength"/> octets.</param>
        /// <param name="source">The clear block, <see cref="BlockLength"/> octets.</param>
        /// <param name="sourceOffset">Index of its first octet.</param>
        /// <param name="target">Receives the encrypted block; may be the source.</param>
        /// <param name="targetOffset">Index of its first octet.</param>
        /// <param name="schedule">Scratch, <see cref="ScheduleLength"/> numbers; zero on return.
        /// </param>
        public static void EncryptBlock(
            byte[] key56,
            int keyOffset,
            byte[] source,
            int sourceOffset,
            byte[] target,
            int targetOffset,
            int[] schedule)
        {
            WriteSchedule(key56, keyOffset, schedule);

            uint l = (uint)((source[sourceOffset] << 24) | (source[sourceOffset + 1] << 16)
                | (source[sourceOffset + 2] << 8) | source[sourceOffset + 3]);
            uint r = (uint)((source[sourceOffset + 4] << 24) | (source[sourceOffset + 5] << 16)
                | (source[sourceOffset + 6] << 8) | source[sourceOffset + 7]);
            uint t;

            // IP. The last exchange leaves both halves rotated left by one.
            t = ((l >> 4) ^ r) & 0x0F0F0F0F;
            r ^= t;
            l ^= t << 4;
            t = ((l >> 16) ^ r) & 0x0000FFFF;
            r ^= t;
            l ^= t << 16;
            t = ((r >> 2) ^ l) & 0x33333333;
            l ^= t;
            r ^= t << 2;
            t = ((r >> 8) ^ l) & 0x00FF00FF;
            l ^= t;
            r ^= t << 8;
            r = (r << 1) | (r >> 31);
            t = (l ^ r) & 0xAAAAAAAA;
            l ^= t;
            r ^= t;
            l = (l << 1) | (l >> 31);

            // Two rounds a turn: the halves change roles instead of places.
            uint[] boxes = s_boxes;
            int k = 0;
            while (k < ScheduleLength)
            {
                t = (uint)schedule[k] ^ ((r >> 4) | (r << 28));
                l ^= (boxes[(int)((t >> 24) & 63)] & Box1)
                    | (boxes[(int)((t >> 16) & 63)] & Box3)
                    | (boxes[(int)((t >> 8) & 63)] & Box5)
                    | (boxes[(int)(t & 63)] & Box7);
                t = (uint)schedule[k + 1] ^ r;
                l ^= (boxes[(int)((t >> 24) & 63)] & Box2)
                    | (boxes[(int)((t >> 16) & 63)] & Box4)
                    | (boxes[(int)((t >> 8) & 63)] & Box6)
                    | (boxes[(int)(t & 63)] & Box8);

                t = (uint)schedule[k + 2] ^ ((l >> 4) | (l << 28));
                r ^= (boxes[(int)((t >> 24) & 63)] & Box1)
                    | (boxes[(int)((t >> 16) & 63)] & Box3)
                    | (boxes[(int)((t >> 8) & 63)] & Box5)
                    | (boxes[(int)(t & 63)] & Box7);
                t = (uint)schedule[k + 3] ^ l;
                r ^= (boxes[(int)((t >> 24) & 63)] & Box2)
                    | (boxes[(int)((t >> 16) & 63)] & Box4)
                    | (boxes[(int)((t >> 8) & 63)] & Box6)
                    | (boxes[(int)(t & 63)] & Box8);
                k += 4;
            }

            // IP^-1: the exchanges of IP backwards, with the halves crossed.
            r = (r >> 1) | (r << 31);
            t = (l ^ r) & 0xAAAAAAAA;
            l ^= t;
            r ^= t;
            l = (l >> 1) | (l << 31);
            t = ((l >> 8) ^ r) & 0x00FF00FF;
            r ^= t;
            l ^= t << 8;
            t = ((l >> 2) ^ r) & 0x33333333;
            r ^= t;
            l ^= t << 2;
            t = ((r >> 16) ^ l) & 0x0000FFFF;
            l ^= t;
            r ^= t << 16;
            t = ((r >> 4) ^ l) & 0x0F0F0F0F;
            l ^= t;
            r ^= t << 4;

            target[targetOffset] = (byte)(r >> 24);
            target[targetOffset + 1] = (byte)(r >> 16);
            target[targetOffset + 2] = (byte)(r >> 8);
            target[targetOffset + 3] = (byte)r;
            target[targetOffset + 4] = (byte)(l >> 24);
            target[targetOffset + 5] = (byte)(l >> 16);
            target[targetOffset + 6] = (byte)(l >> 8);
            target[targetOffset + 7] = (byte)l;

            Array.Clear(schedule, 0, ScheduleLength);
        }

        // Writes two words for each of the sixteen round keys: the six-bit groups for the S-boxes
        // 1, 3, 5, 7, then those for 2, 4, 6, 8, at shifts 24, 16, 8, 0.
        private static void WriteSchedule(byte[] key, int offset, int[] schedule)
        {
            int upper = (key[offset] << 20) | (key[offset + 1] << 12) | (key[offset + 2] << 4)
                | (key[offset + 3] >> 4);
            int lower = ((key[offset + 3] & 15) << 24) | (key[offset + 4] << 16)
                | (key[offset + 5] << 8) | key[offset + 6];

            // PC-1 reads the key as eight rows of seven bits, column by column from the last row
            // up: C is columns 1, 2, 3 and half of 4, D is columns 7, 6, 5 and the other half of 4.
            // Each octet of these two numbers gathers one column, a row in each turn.
            int columns1234 = 0;
            int columns765 = 0;
            int rows = lower;
            for (int row = 7; row >= 0; row--)
            {
                columns1234 = (columns1234 << 1) | ((rows & 0x40) << 18) | ((rows & 0x20) << 11)
                    | ((rows & 0x10) << 4) | ((rows >> 3) & 1);
                columns765 = (columns765 << 1) | ((rows & 1) << 24) | ((rows & 2) << 15)
                    | ((rows & 4) << 6);
                rows = row == 4 ? upper : rows >> 7;
            }

            int c = (columns1234 >> 4) & HalfKeyMask;
            int d = ((columns765 >> 4) & HalfKeyMask) | (columns1234 & 15);

            for (int round = 0; round < 16; round++)
            {
                if (((SingleTurns >> round) & 1) != 0)
                {
                    c = ((c << 1) | (c >> 27)) & HalfKeyMask;
                    d = ((d << 1) | (d >> 27)) & HalfKeyMask;
                }
                else
                {
                    c = ((c << 2) | (c >> 26)) & HalfKeyMask;
                    d = ((d << 2) | (d >> 26)) & HalfKeyMask;
                }

                // PC-2: the bits that move by the same distance move together.
                schedule[2 * round] = ((c << 22) & 0x04000000) | ((c << 17) & 0x10000000)
                    | ((c << 16) & 0x00200000) | ((c << 15) & 0x20020000)
                    | ((c << 11) & 0x00100000) | ((c << 10) & 0x08000000)
                    | ((c << 3) & 0x00080000) | ((c << 1) & 0x01000000)
                    | ((c >> 2) & 0x02000000) | ((c >> 4) & 0x00010000)
                    | ((c >> 6) & 0x00040000) | ((d << 8) & 0x00001000)
                    | ((d << 7) & 0x00000100) | ((d << 2) & 0x00000004)
                    | (d & 0x00000200) | ((d >> 2) & 0x00002000)
                    | ((d >> 3) & 0x00000011) | ((d >> 7) & 0x00000020)
                    | ((d >> 9) & 0x00000400) | ((d >> 14) & 0x00000808)
                    | ((d >> 21) & 0x00000002);
                schedule[(2 * round) + 1] = ((c << 28) & 0x10000000) | ((c << 18) & 0x02080000)
                    | ((c << 14) & 0x08000000) | ((c << 10) & 0x00040000)
                    | ((c << 9) & 0x00200000) | ((c << 6) & 0x01000000)
                    | ((c << 4) & 0x24000000) | ((c << 2) & 0x00020000)
                    | ((c >> 1) & 0x00100000) | ((c >> 10) & 0x00010000)
                    | ((d << 6) & 0x00000800) | (d & 0x00000100)
                    | ((d >> 1) & 0x00000400) | ((d >> 3) & 0x00000008)
                    | ((d >> 4) & 0x00001000) | ((d >> 5) & 0x00000020)
                    | ((d >> 10) & 0x00000010) | ((d >> 13) & 0x00002000)
                    | ((d >> 14) & 0x00000200) | ((d >> 18) & 0x00000004)
                    | ((d >> 24) & 0x00000001) | ((d >> 26) & 0x00000002);
            }
        }
    }
}
