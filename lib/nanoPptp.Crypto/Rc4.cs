// RC4, the cipher of MPPE (RFC 3078 s.5); test vectors in RFC 6229. The hottest code of the
// library: every octet of the tunnel passes here, and every packet of the stateless mode costs two
// key schedules.
//
// The textbook, which the twins SetKeyReadable and ProcessReadable follow:
//
//   key    S[x] = x, then for i = 0 to 255:
//          j = (j + S[i] + key[i mod length]) & 255, exchange S[i] and S[j]
//   data   i = (i + 1) & 255, j = (j + S[i]) & 255, exchange S[i] and S[j],
//          octet ^= S[(S[i] + S[j]) & 255]
//
// To the interpreter all instructions cost nearly the same and a native call as much as dozens, so
// in the fast shapes
//   - fields become locals, and loops are written out eight and sixteen times;
//   - an exchange is one expression, s[i] = u = s[j = ...], that leaves both octets in locals;
//   - i is the index of the next octet, one ahead of the textbook, and data is taken in pieces that
//     end where i reaches 256, so i never wraps inside a piece;
//   - a piece is copied to the place of a window where i indexes it too: one index for both.

using System;

namespace nanoPptp.Crypto
{
    /// <summary>An RC4 keystream. An instance allocates when it is made and never again. Not safe
    /// for two threads at once.</summary>
    public sealed class Rc4
    {
        private const int StateLength = 256;

        private static readonly byte[] s_identity = CreateIdentity();

        private readonly byte[] _state = new byte[StateLength];

        // Octets i..255 hold the piece of data under way, at the index of the state they meet.
        private readonly byte[] _window = new byte[StateLength];

        // Index i for the next octet, 0 to 255: one ahead of the i that the textbook keeps.
        private int _i;
        private int _j;

        /// <summary>Makes an instance without a key; <see cref="SetKey"/> or
        /// <see cref="CopyStateFrom"/> must come before <see cref="Process"/>.</summary>
        public Rc4()
        {
        }

        /// <summary>Begins the keystream of a key. Keys of 16 and 8 octets, those of MPPE, take the
        /// short way.</summary>
        /// <param name="key">The key; not kept.</param>
        /// <param name="offset">Index of its first octet.</param>
        /// <param name="length">Octets, 1 to 256.</param>
        public void SetKey(byte[] key, int offset, int length)
        {
            Array.Copy(s_identity, 0, _state, 0, StateLength);
            if (length == 16)
            {
                MixUnrolled(key, offset, offset + 8);
            }
            else if (length == 8)
            {
                MixUnrolled(key, offset, offset);
            }
            else
            {
                Mix(key, offset, length);
            }

            _i = 1;
            _j = 0;
        }

        /// <summary>Encrypts or decrypts octets in place and advances the keystream. The stream may
        /// be cut into calls anywhere.</summary>
        /// <param name="data">The octets.</param>
        /// <param name="offset">Index of the first.</param>
        /// <param name="length">How many, 0 and more.</param>
        public void Process(byte[] data, int offset, int length)
        {
            byte[] s = _state;
            byte[] w = _window;
            int i = _i;
            int j = _j;
            byte t;
            byte u;
            while (length > 0)
            {
                int count = StateLength - i;
                if (count > length)
                {
                    count = length;
                }

                Array.Copy(data, offset, w, i, count);
                int end = i + count;
                int lastEight = end - 8;

                // Per octet: t is the new s[j], u the new s[i]; i moves on where it is read last.
                while (i <= lastEight)
                {
                    s[i] = u = s[j = (j + (t = s[i])) & 255];
                    s[j] = t;
                    w[i] = (byte)(w[i++] ^ s[(t + u) & 255]);
                    s[i] = u = s[j = (j + (t = s[i])) & 255];
                    s[j] = t;
                    w[i] = (byte)(w[i++] ^ s[(t + u) & 255]);
                    s[i] = u = s[j = (j + (t = s[i])) & 255];
                    s[j] = t;
                    w[i] = (byte)(w[i++] ^ s[(t + u) & 255]);
                    s[i] = u = s[j = (j + (t = s[i])) & 255];
                    s[j] = t;
                    w[i] = (byte)(w[i++] ^ s[(t + u) & 255]);
                    s[i] = u = s[j = (j + (t = s[i])) & 255];
                    s[j] = t;
                    w[i] = (byte)(w[i++] ^ s[(t + u) & 255]);
                    s[i] = u = s[j = (j + (t = s[i])) & 255];
                    s[j] = t;
                    w[i] = (byte)(w[i++] ^ s[(t + u) & 255]);
                    s[i] = u = s[j = (j + (t = s[i])) & 255];
                    s[j] = t;
                    w[i] = (byte)(w[i++] ^ s[(t + u) & 255]);
                    s[i] = u = s[j = (j + (t = s[i])) & 255];
                    s[j] = t;
                    w[i] = (byte)(w[i++] ^ s[(t + u) & 255]);
                }

                while (i < end)
                {
                    s[i] = u = s[j = (j + (t = s[i])) & 255];
                    s[j] = t;
                    w[i] = (byte)(w[i++] ^ s[(t + u) & 255]);
                }

                Array.Copy(w, end - count, data, offset, count);
                offset += count;
                length -= count;
                i &= 255;
            }

            _i = i;
            _j = j;
        }

        /// <summary>Takes over the place in the keystream of another instance; both go on
        /// independently.</summary>
        /// <param name="other">The instance to copy.</param>
        public void CopyStateFrom(Rc4 other)
        {
            Array.Copy(other._state, 0, _state, 0, StateLength);
            _i = other._i;
            _j = other._j;
        }

        /// <summary>Overwrites the keystream state and the octets processed last. A key must be set
        /// before the next use.</summary>
        public void Wipe()
        {
            Array.Clear(_state, 0, StateLength);
            Array.Clear(_window, 0, StateLength);
            _i = 0;
            _j = 0;
        }

        /// <summary>The twin of <see cref="SetKey"/>.</summary>
        /// <param name="key">The key.</param>
        /// <param name="offset">Index of its first octet.</param>
        /// <param name="length">Octets, 1 to 256.</param>
        internal void SetKeyReadable(byte[] key, int offset, int length)
        {
            for (int x = 0; x < StateLength; x++)
            {
                _state[x] = (byte)x;
            }

            int j = 0;
            for (int i = 0; i < StateLength; i++)
            {
                j = (j + _state[i] + key[offset + (i % length)]) & 255;
                Exchange(i, j);
            }

            _i = 1;
            _j = 0;
        }

        /// <summary>The twin of <see cref="Process"/>.</summary>
        /// <param name="data">The octets.</param>
        /// <param name="offset">Index of the first.</param>
        /// <param name="length">How many.</param>
        internal void ProcessReadable(byte[] data, int offset, int length)
        {
            for (int n = 0; n < length; n++)
            {
                _j = (_j + _state[_i]) & 255;
                Exchange(_i, _j);
                data[offset + n] ^= _state[(_state[_i] + _state[_j]) & 255];
                _i = (_i + 1) & 255;
            }
        }

        private static byte[] CreateIdentity()
        {
            byte[] identity = new byte[StateLength];
            for (int x = 0; x < StateLength; x++)
            {
                identity[x] = (byte)x;
            }

            return identity;
        }

        private void Exchange(int a, int b)
        {
            byte octet = _state[a];
            _state[a] = _state[b];
            _state[b] = octet;
        }

        // The key schedule for any length.
        private void Mix(byte[] key, int offset, int length)
        {
            byte[] s = _state;
            byte t;
            int j = 0;
            int k = 0;
            for (int i = 0; i < StateLength; i++)
            {
                s[i] = s[j = (j + (t = s[i]) + key[offset + k]) & 255];
                s[j] = t;
                k++;
                if (k == length)
                {
                    k = 0;
                }
            }
        }

        // The key schedule for sixteen key octets, eight at each offset: a key of eight is given
        // twice. Sixteen steps a turn, each with its key octet in a local.
        private void MixUnrolled(byte[] key, int first, int second)
        {
            byte[] s = _state;
            byte k0 = key[first];
            byte k1 = key[first + 1];
            byte k2 = key[first + 2];
            byte k3 = key[first + 3];
            byte k4 = key[first + 4];
            byte k5 = key[first + 5];
            byte k6 = key[first + 6];
            byte k7 = key[first + 7];
            byte k8 = key[second];
            byte k9 = key[second + 1];
            byte k10 = key[second + 2];
            byte k11 = key[second + 3];
            byte k12 = key[second + 4];
            byte k13 = key[second + 5];
            byte k14 = key[second + 6];
            byte k15 = key[second + 7];
            byte t;
            int i = 0;
            int j = 0;
            while (i < StateLength)
            {
                s[i] = s[j = (j + (t = s[i++]) + k0) & 255];
                s[j] = t;
                s[i] = s[j = (j + (t = s[i++]) + k1) & 255];
                s[j] = t;
                s[i] = s[j = (j + (t = s[i++]) + k2) & 255];
                s[j] = t;
                s[i] = s[j = (j + (t = s[i++]) + k3) & 255];
                s[j] = t;
                s[i] = s[j = (j + (t = s[i++]) + k4) & 255];
                s[j] = t;
                s[i] = s[j = (j + (t = s[i++]) + k5) & 255];
                s[j] = t;
                s[i] = s[j = (j + (t = s[i++]) + k6) & 255];
                s[j] = t;
                s[i] = s[j = (j + (t = s[i++]) + k7) & 255];
                s[j] = t;
                s[i] = s[j = (j + (t = s[i++]) + k8) & 255];
                s[j] = t;
                s[i] = s[j = (j + (t = s[i++]) + k9) & 255];
                s[j] = t;
                s[i] = s[j = (j + (t = s[i++]) + k10) & 255];
                s[j] = t;
                s[i] = s[j = (j + (t = s[i++]) + k11) & 255];
                s[j] = t;
                s[i] = s[j = (j + (t = s[i++]) + k12) & 255];
                s[j] = t;
                s[i] = s[j = (j + (t = s[i++]) + k13) & 255];
                s[j] = t;
                s[i] = s[j = (j + (t = s[i++]) + k14) & 255];
                s[j] = t;
                s[i] = s[j = (j + (t = s[i++]) + k15) & 255];
                s[j] = t;
            }
        }
    }
}
