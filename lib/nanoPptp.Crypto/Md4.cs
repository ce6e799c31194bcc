// MD4, RFC 1320 s.3: the hash under the passwords of MS-CHAP. This file cuts a message into
// blocks and holds the readable twin of the block function; Md4.Compress.cs holds the fast one.
// Words are least significant octet first.
//
//   | message octets | 80 | 00 ... 00 | message length in bits, 64 |   a multiple of 64 octets

using System;

namespace nanoPptp.Crypto
{
    /// <summary>MD4 (RFC 1320) over octets that arrive in pieces. An instance allocates when it is
    /// made and never again; it serves one message after the other.</summary>
    public sealed partial class Md4
    {
        /// <summary>Octets of a digest.</summary>
        public const int DigestLength = 16;

        /// <summary>Octets of a block.</summary>
        public const int BlockLength = 64;

        private const int LengthOffset = BlockLength - 8;

        private readonly int[] _state = new int[4];
        private readonly int[] _words = new int[16];
        private readonly byte[] _block = new byte[BlockLength];
        private int _length;

        /// <summary>Makes an instance that is ready for a message.</summary>
        public Md4()
        {
            Reset();
        }

        /// <summary>Begins a new message and forgets the one under way. What is left of it in the
        /// buffers is not overwritten: <see cref="Wipe"/> does that.</summary>
        public void Reset()
        {
            _state[0] = 0x67452301;
            _state[1] = unchecked((int)0xEFCDAB89);
            _state[2] = unchecked((int)0x98BADCFE);
            _state[3] = 0x10325476;
            _length = 0;
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
            _words[14] = _length << 3;
            _words[15] = (int)((uint)_length >> 29);
            Compress(_state, _words);

            for (int i = 0; i < 4; i++)
            {
                int word = _state[i];
                digest[digestOffset] = (byte)word;
                digest[digestOffset + 1] = (byte)(word >> 8);
                digest[digestOffset + 2] = (byte)(word >> 16);
                digest[digestOffset + 3] = (byte)(word >> 24);
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

        private void ReadWords(byte[] source, int offset)
        {
            int[] words = _words;
            for (int i = 0; i < 16; i++)
            {
                words[i] = source[offset] | (source[offset + 1] << 8)
                    | (source[offset + 2] << 16) | (source[offset + 3] << 24);
                offset += 4;
            }
        }
    }
}
