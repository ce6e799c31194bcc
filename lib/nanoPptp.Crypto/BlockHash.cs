// What MD4, MD5 and SHA-1 have in common (RFC 1320 and 1321 s.3.1 to 3.2, FIPS 180-4 s.5): a
// message that arrives in pieces is cut into blocks of 64 octets, and the last one is padded.
//
//   | message octets | 80 | 00 ... 00 | message length in bits, 64 |   a multiple of 64 octets

using System;

namespace nanoPptp.Crypto
{
    /// <summary>A hash over octets that arrive in pieces. An instance allocates when it is made and
    /// never again; it serves one message after the other.</summary>
    public abstract class BlockHash
    {
        /// <summary>Octets of a block.</summary>
        public const int BlockLength = 64;

        /// <summary>Words of a block.</summary>
        private protected const int WordCount = 16;

        private protected readonly int[] _state;
        private protected readonly int[] _words = new int[WordCount];
        private protected readonly byte[] _block = new byte[BlockLength];
        private protected int _length;

        private const int LengthOffset = BlockLength - 8;

        private protected BlockHash(int stateLength)
        {
            _state = new int[stateLength];
            Reset();
        }

        /// <summary>Begins a new message and forgets the one under way. What is left of it in the
        /// buffers is not overwritten: <see cref="Wipe"/> does that.</summary>
        public void Reset()
        {
            BeginState();
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
                    CompressWords();
                    offset += room;
                    length -= room;
                    used = 0;
                }

                while (length >= BlockLength)
                {
                    ReadWords(source, offset);
                    CompressWords();
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
        /// <param name="digest">Receives the DigestLength octets of the hash.</param>
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
                CompressWords();
                used = 0;
            }

            Array.Clear(_block, used, BlockLength - used);
            ReadWords(_block, 0);
            SetLengthWords(_length << 3, (int)((uint)_length >> 29));
            CompressWords();
            for (int i = 0; i < _state.Length; i++)
            {
                WriteWord(_state[i], digest, digestOffset + (4 * i));
            }

            Wipe();
        }

        /// <summary>Overwrites everything that depends on a message with constants and begins a new
        /// message.</summary>
        public void Wipe()
        {
            Array.Clear(_words, 0, WordCount);
            Array.Clear(_block, 0, BlockLength);
            Reset();
        }

        /// <summary>Sets the state to its initial value.</summary>
        private protected abstract void BeginState();

        /// <summary>Hashes the words of one block into the state.</summary>
        private protected abstract void CompressWords();

        /// <summary>Reads the words of a block in the byte order of the hash.</summary>
        private protected abstract void ReadWords(byte[] source, int offset);

        /// <summary>Sets the last two words to the length of the message in bits.</summary>
        private protected abstract void SetLengthWords(int low, int high);

        /// <summary>Writes a word in the byte order of the hash.</summary>
        private protected abstract void WriteWord(int word, byte[] target, int offset);
    }
}
