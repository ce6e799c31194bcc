// What we encrypt (RFC 3078 s.4). Stateless: every frame under a key of its own, flags A and D,
// counts in order. Stateful: the keystream goes on from frame to frame, and the key changes with
// every "flag" frame, whose count ends in FF.
//
// A receiver that missed a frame of the stateful mode sends a Reset-Request, and the RFC (s.8.2)
// has the sender begin the keystream of the present key again, which encrypts two packets with the
// same octets: whoever forges a Reset-Request reads their sum. Linux changes the key instead, and
// the two never agree. We leave out the counts up to the next flag frame. To every receiver that
// looks like frames lost in front of a flag frame with A set: all change the key once for it, and
// no octet of a keystream is used twice. A is set in flag frames only: Linux changes the key for
// each A that it sees.

using nanoPptp.Wire;

namespace nanoPptp.Mppe
{
    /// <summary>The sending half of MPPE.</summary>
    internal sealed class MppeTransmit
    {
        private readonly MppeKey _key = new MppeKey();
        private int _coherencyCount;
        private bool _resetAsked;

        /// <summary>Whether a frame was encrypted since <see cref="Start"/>.</summary>
        internal bool IsUsed;

        internal void Start(byte[] b, int startKeyOffset, int bits = MppeKey.Bits128)
        {
            _key.Start(b, startKeyOffset, bits);
            _coherencyCount = 0;
            _resetAsked = false;
            IsUsed = false;
        }

        /// <summary>Encrypts in place and writes the MPPE header in front: stateless
        /// mode.</summary>
        /// <param name="b">The octets.</param>
        /// <param name="offset">Where the inner protocol field begins; two octets in front of it
        /// are ours.</param>
        /// <param name="length">Octets of protocol field and packet.</param>
        internal void Encrypt(byte[] b, int offset, int length)
        {
            IsUsed = true;
            MppeKey key = _key;
            key.Change();
            key.Cipher.Process(b, offset, length);
            int count = _coherencyCount;
            MppeHeader.Write(b, offset - MppeHeader.Length, MppeHeader.Stateless, count);
            _coherencyCount = (count + 1) & MppeHeader.CountMask;
        }

        /// <summary>Encrypts in place and writes the MPPE header in front: stateful mode.</summary>
        /// <param name="b">The octets.</param>
        /// <param name="offset">Where the inner protocol field begins; two octets in front of it
        /// are ours.</param>
        /// <param name="length">Octets of protocol field and packet.</param>
        internal void EncryptStateful(byte[] b, int offset, int length)
        {
            IsUsed = true;
            MppeKey key = _key;
            int count = _coherencyCount;
            if (_resetAsked)
            {
                _resetAsked = false;
                count |= MppeHeader.FlagCount;
            }

            int flags = MppeHeader.Encrypted;
            if ((count & MppeHeader.FlagCount) == MppeHeader.FlagCount)
            {
                flags = MppeHeader.Stateless;
                key.Change();
            }

            key.Cipher.Process(b, offset, length);
            MppeHeader.Write(b, offset - MppeHeader.Length, flags, count);
            _coherencyCount = (count + 1) & MppeHeader.CountMask;
        }

        /// <summary>Makes the next frame of the stateful mode one that the hub can read whatever it
        /// missed.</summary>
        internal void AskReset()
        {
            _resetAsked = true;
        }

        internal void Wipe()
        {
            _key.Wipe();
        }
    }
}
