// The key of one direction (RFC 3078 s.7, RFC 3079 s.3): a start key that stays and a session key
// that changes with every frame in stateless mode.
//
//   interim = SHA-1(start key, 40 x 00, session key, 40 x F2), its first 16 octets
//   session key = RC4 under interim, of interim
//   RC4 starts anew under the session key
//
// The 112 octets of the hash are two blocks whose words are known but for the session key's four:
// the message is laid out as words and never as octets.
//
//   block 1: start key (4 words), zero (10), session key words 0 and 1
//   block 2: session key words 2 and 3, F2F2F2F2 (10), 80000000, zero (2), 896
//
// Keys of 40 and 56 bits are 8 octets of which everybody knows the first three, D1 26 9E, or the
// first one, D1; the hash is cut to 8 octets too, and its message is 96:
//
//   block 1: start key (2 words), zero (10), session key (2), F2F2F2F2 (2)
//   block 2: F2F2F2F2 (8), 80000000, zero (6), 768

using nanoPptp.Crypto;

namespace nanoPptp.Mppe
{
    /// <summary>Start key, session key and cipher of one direction.</summary>
    internal sealed class MppeKey
    {
        /// <summary>Octets of a start key in the arena; a weaker key uses the first half.</summary>
        internal const int Length = 16;

        internal const int Bits128 = 128;
        internal const int Bits56 = 56;
        internal const int Bits40 = 40;

        private const int ShortLength = 8;
        private const int KeyWords = 4;
        private const int ShortKeyWords = 2;
        private const int BlockWords = 16;
        private const int StateWords = 5;
        private const int SessionWord = 14;
        private const int ShortSessionWord = 12;
        private const int SavedWords = 6;
        private const int Pad2 = unchecked((int)0xF2F2F2F2);
        private const int HashEnd = int.MinValue;
        private const int HashBits = 112 * 8;
        private const int ShortHashBits = 96 * 8;

        private readonly int[] _first = new int[BlockWords];
        private readonly int[] _second = new int[BlockWords];
        private readonly int[] _state = new int[StateWords];
        private readonly int[] _saved = new int[SavedWords];
        private readonly byte[] _interim = new byte[Length];

        // Of a weak key's first word: the bits that are the same for everybody, and which ones are
        // not. 0 for a key of 128 bits, which has neither.
        private int _fixedBits;
        private int _freeMask;

        /// <summary>The cipher, keyed for the present frame.</summary>
        internal readonly Rc4 Cipher = new Rc4();

        /// <summary>Sets the start key of 128 bits; see <see cref="Start(byte[], int, int)"/>.
        /// </summary>
        /// <param name="b">The octets.</param>
        /// <param name="offset">Where the 16 octets of the start key begin.</param>
        internal void Start(byte[] b, int offset)
        {
            Start(b, offset, Bits128);
        }

        /// <summary>Sets the start key, derives the first session key and keys the cipher with it.
        /// In stateless mode no frame uses it: the first one changes it first (RFC 3078 s.7.1 to
        /// 7.3).</summary>
        /// <param name="b">The octets.</param>
        /// <param name="offset">Where the start key begins: 16 octets, or 8 for a weak key.</param>
        /// <param name="bits">The strength: 128, 56 or 40.</param>
        internal void Start(byte[] b, int offset, int bits)
        {
            _fixedBits = 0;
            _freeMask = 0;
            if (bits == Bits40)
            {
                _fixedBits = unchecked((int)0xD1269E00);
                _freeMask = 0x000000FF;
            }
            else if (bits == Bits56)
            {
                _fixedBits = unchecked((int)0xD1000000);
                _freeMask = 0x00FFFFFF;
            }

            bool isShort = _freeMask != 0;
            int[] first = _first;
            int[] second = _second;
            for (int i = 0; i < BlockWords; i++)
            {
                first[i] = 0;
                second[i] = Pad2;
            }

            int hashEnd = KeyWords + 8;
            if (isShort)
            {
                first[SessionWord] = Pad2;
                first[SessionWord + 1] = Pad2;
                hashEnd = 8;
            }

            second[hashEnd] = HashEnd;
            for (int i = hashEnd + 1; i < BlockWords; i++)
            {
                second[i] = 0;
            }

            second[BlockWords - 1] = isShort ? ShortHashBits : HashBits;
            int words = isShort ? ShortKeyWords : KeyWords;
            for (int i = 0; i < words; i++)
            {
                int at = offset + (4 * i);
                first[i] = (b[at] << 24) | (b[at + 1] << 16)
                    | (b[at + 2] << 8) | b[at + 3];
            }

            if (isShort)
            {
                first[ShortSessionWord] = first[0];
                first[ShortSessionWord + 1] = first[1];
                Hash();
                first[ShortSessionWord] = (_state[0] & _freeMask) | _fixedBits;
                first[ShortSessionWord + 1] = _state[1];
            }
            else
            {
                first[SessionWord] = first[0];
                first[SessionWord + 1] = first[1];
                second[0] = first[2];
                second[1] = first[3];
                Hash();
                first[SessionWord] = _state[0];
                first[SessionWord + 1] = _state[1];
                second[0] = _state[2];
                second[1] = _state[3];
            }

            Restart();
        }

        /// <summary>Changes the session key and keys the cipher with it.</summary>
        internal void Change()
        {
            if (_freeMask != 0)
            {
                ChangeShort();
                return;
            }

            Hash();
            int[] state = _state;
            byte[] interim = _interim;
            for (int i = 0; i < KeyWords; i++)
            {
                int word = state[i];
                int at = 4 * i;
                interim[at] = (byte)(word >> 24);
                interim[at + 1] = (byte)(word >> 16);
                interim[at + 2] = (byte)(word >> 8);
                interim[at + 3] = (byte)word;
            }

            Rc4 cipher = Cipher;
            cipher.SetKey(interim, 0, Length);
            cipher.Process(interim, 0, Length);
            cipher.SetKey(interim, 0, Length);

            int[] first = _first;
            int[] second = _second;
            first[SessionWord] = (interim[0] << 24) | (interim[1] << 16)
                | (interim[2] << 8) | interim[3];
            first[SessionWord + 1] = (interim[4] << 24) | (interim[5] << 16)
                | (interim[6] << 8) | interim[7];
            second[0] = (interim[8] << 24) | (interim[9] << 16)
                | (interim[10] << 8) | interim[11];
            second[1] = (interim[12] << 24) | (interim[13] << 16)
                | (interim[14] << 8) | interim[15];
        }

        /// <summary>Keys the cipher anew with the present session key (RFC 3078 s.8.2).</summary>
        internal void Restart()
        {
            if (_freeMask != 0)
            {
                WriteOctets(0, _first[ShortSessionWord]);
                WriteOctets(4, _first[ShortSessionWord + 1]);
                Cipher.SetKey(_interim, 0, ShortLength);
                return;
            }

            WriteOctets(0, _first[SessionWord]);
            WriteOctets(4, _first[SessionWord + 1]);
            WriteOctets(8, _second[0]);
            WriteOctets(12, _second[1]);
            Cipher.SetKey(_interim, 0, Length);
        }

        /// <summary>Keeps the session key for <see cref="Restore"/>.</summary>
        internal void Save()
        {
            // Wherever a key of either length lies: what is no key never changes.
            _saved[0] = _first[SessionWord];
            _saved[1] = _first[SessionWord + 1];
            _saved[2] = _second[0];
            _saved[3] = _second[1];
            _saved[4] = _first[ShortSessionWord];
            _saved[5] = _first[ShortSessionWord + 1];
        }

        /// <summary>Goes back to the session key kept last; the cipher is keyed again by the next
        /// <see cref="Change"/>.</summary>
        internal void Restore()
        {
            _first[SessionWord] = _saved[0];
            _first[SessionWord + 1] = _saved[1];
            _second[0] = _saved[2];
            _second[1] = _saved[3];
            _first[ShortSessionWord] = _saved[4];
            _first[ShortSessionWord + 1] = _saved[5];
        }

        /// <summary>Overwrites keys and cipher.</summary>
        internal void Wipe()
        {
            System.Array.Clear(_first, 0, BlockWords);
            System.Array.Clear(_second, 0, BlockWords);
            System.Array.Clear(_state, 0, StateWords);
            System.Array.Clear(_saved, 0, SavedWords);
            System.Array.Clear(_interim, 0, Length);
            Cipher.Wipe();
        }

        private void ChangeShort()
        {
            Hash();
            int[] first = _first;
            byte[] interim = _interim;
            WriteOctets(0, _state[0]);
            WriteOctets(4, _state[1]);
            Cipher.SetKey(interim, 0, ShortLength);
            Cipher.Process(interim, 0, ShortLength);
            int word = (interim[0] << 24) | (interim[1] << 16) | (interim[2] << 8) | interim[3];
            first[ShortSessionWord] = (word & _freeMask) | _fixedBits;
            first[ShortSessionWord + 1] = (interim[4] << 24) | (interim[5] << 16)
                | (interim[6] << 8) | interim[7];
            WriteOctets(0, first[ShortSessionWord]);
            Cipher.SetKey(interim, 0, ShortLength);
        }

        private void WriteOctets(int at, int word)
        {
            byte[] interim = _interim;
            interim[at] = (byte)(word >> 24);
            interim[at + 1] = (byte)(word >> 16);
            interim[at + 2] = (byte)(word >> 8);
            interim[at + 3] = (byte)word;
        }

        private void Hash()
        {
            int[] state = _state;
            Sha1.Begin(state);
            Sha1.Compress(state, _first);
            Sha1.Compress(state, _second);
        }
    }
}
