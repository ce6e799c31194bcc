// SHA-1, FIPS 180-4 s.5 (padding) and s.6.1 (computation). This file cuts a message into blocks
// and holds the readable twin of the block function; Sha1.Compress.cs holds the fast one.
//
//   | message octets | 80 | 00 ... 00 | message length in bits, 64 |   a multiple of 64 octets

using System;

namespace nanoPptp.Crypto
{
    /// <summary>SHA-1 (FIPS 180-4 s.6.1) over octets that arrive in pieces. An instance allocates
    /// when it is made and never again; it serves one message after the other.</summary>
    public sealed partial class Sha1
    {
        /// <summary>Octets of a digest.</summary>
        public const int DigestLength = 20;

        /// <summary>Octets of a block.</summary>
        public const int BlockLength = 64;

        private const int LengthOffset = BlockLength - 8;

        private readonly int[] _state = new int[5];
        private readonly int[] _words = new int[16];
        private readonly byte[] _block = new byte[BlockLength];
        private int _length;

        /// <summary>Makes an instance that is ready for a message.</summary>
        public Sha1()
        {
            Reset();
        }

        /// <summary>Begins a new message and forgets the one under way. What is left of it in the
        /// buffers is not overwritten: <see cref="Wipe"/> does that.</summary>
        public void Reset()
        {
            Begin(_state);
            _length = 0;
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

        /// <summary>Appends octets to the message, which may reach 2^32 - 1 octets.</summary>
        /// <param name="source">The octets; not kept.</param>
        /// <param name="offset">Index of the first.</param>
        /// <param name="length">How many, 0 and more.</param>
        public void Update(byte[] source, int offset, int length)
        {
            int used = _length & (BlockLength - 1);
            int room = BlockLength - used;
            _length += length;
            if (length >= room)
            {
                if (used != 0)
                {
                    Array.Copy(source, offset, _block, used, room);
                    ReadWords(_block, 0);
                    Compress(_state, _words);
                    offset += room;
                    length -= room;
                    used = 0;
                }

                while (length >= BlockLength)
                {
                    ReadWords(source, offset);
                    Compress(_state, _words);
                    offset += BlockLength;
                    length -= BlockLength;
                }
            }

            if (length > 0)
            {
                Array.Copy(source, offset, _block, used, length);
            }
        }

        /// <summary>Ends the message, writes its digest, overwrites what was kept of the message
        /// and begins a new one.</summary>
        /// <param name="digest">Receives <see cref="DigestLength"/> octets.</param>
        /// <param name="digestOffset">Index of the first.</param>
        public void Finish(byte[] digest, int digestOffset)
        {
            int used = _length & (BlockLength - 1);
            _block[used] = 0x80;
            used++;
            if (used > LengthOffset)
            {
                Array.Clear(_block, used, BlockLength - used);
                ReadWords(_block, 0);
                Compress(_state, _words);
                used = 0;
            }

            Array.Clear(_block, used, BlockLength - used);
            ReadWords(_block, 0);
            _words[14] = (int)((uint)_length >> 29);
            _words[15] = _length << 3;
            Compress(_state, _words);

            for (int i = 0; i < 5; i++)
            {
                int word = _state[i];
                digest[digestOffset] = (byte)(word >> 24);
                digest[digestOffset + 1] = (byte)(word >> 16);
                digest[digestOffset + 2] = (byte)(word >> 8);
                digest[digestOffset + 3] = (byte)word;
                digestOffset += 4;
            }

            Wipe();
        }

        /// <summary>Overwrites everything that depends on a message with constants and begins a new
        /// message.</summary>
        public void Wipe()
        {
            Array.Clear(_words, 0, _words.Length);
            Array.Clear(_block, 0, BlockLength);
            Reset();
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

        private void ReadWords(byte[] source, int offset)
        {
            int[] words = _words;
            for (int i = 0; i < 16; i++)
            {
                words[i] = (source[offset] << 24) | (source[offset + 1] << 16)
                    | (source[offset + 2] << 8) | source[offset + 3];
                offset += 4;
            }
        }
    }
}
