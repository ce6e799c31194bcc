// What we decrypt in stateful mode (RFC 3078 s.7 and s.8.2): one keystream runs through all frames
// until the next "flag" frame, whose count ends in FF, changes the key. Behind a lost frame nothing
// can be read before the hub begins a keystream anew, which it says by flag A; we ask for that by a
// Reset-Request.
//
//   in order, without A    the keystream goes on
//   behind a gap, no A     cannot be read: dropped, and a Reset-Request is due
//   with A                 one key change for each flag frame up to this one, a fresh keystream
//   overtaken              its keystream is gone: dropped
//
// Nothing counts before what is inside has been judged: the state is kept before each attempt and
// put back when it fails. So a forged frame, whatever its count and flags, costs at most sixteen
// key changes and one Reset-Request, and the frames that follow in order are still read.
//
// What A means in a frame that is no flag frame is told in two ways. By the RFC, and by FreeBSD,
// the present key begins anew; Linux changes the key, and goes on to do so for each such frame of
// which one may be lost. All are tried, the RFC's first.

using nanoPptp.Crypto;
using nanoPptp.Diagnostics;
using nanoPptp.Memory;
using nanoPptp.Wire;

namespace nanoPptp.Mppe
{
    /// <summary>The receiving half of MPPE in stateful mode.</summary>
    internal sealed class MppeStatefulReceive
    {
        private const int FlagShift = 8;

        private readonly MppeKey _key = new MppeKey();
        private readonly Rc4 _kept = new Rc4();
        private readonly Counters _counters;
        private int _expectedCount;
        private int _skipped;
        private int _triesLeft;

        internal MppeStatefulReceive(Counters counters)
        {
            _counters = counters;
        }

        /// <summary>Whether a frame was taken since <see cref="Start"/>.</summary>
        internal bool IsUsed;

        /// <summary>Whether the count of the last frame was seen or overtaken.</summary>
        internal bool IsBehind;

        /// <summary>Whether frames come that cannot be read until the hub begins a keystream anew.
        /// </summary>
        internal bool IsLost;

        internal void Start(byte[] b, int startKeyOffset, int bits)
        {
            _key.Start(b, startKeyOffset, bits);
            _expectedCount = 0;
            IsUsed = false;
            IsLost = false;
        }

        /// <summary>Decrypts in place; <see cref="Commit"/>, <see cref="DecryptAgain"/> or
        /// <see cref="Undo"/> follows when what is inside has been judged.</summary>
        /// <param name="b">The octets.</param>
        /// <param name="offset">Where the MPPE header begins.</param>
        /// <param name="length">Octets of header and encrypted octets.</param>
        /// <returns>Octets of the header, 2; or the negated <see cref="Reason.MppeBadFrame"/> or
        /// <see cref="Reason.MppeLate"/>, and then no key has moved.</returns>
        internal int Decrypt(byte[] b, int offset, int length)
        {
            if (length < MppeHeader.MinimumFrameLength
                || (b[offset] & MppeHeader.FlagMask & ~MppeHeader.Flushed)
                    != MppeHeader.Encrypted)
            {
                return -(int)Reason.MppeBadFrame;
            }

            int count = MppeHeader.CoherencyCount(b, offset);
            int skipped = (count - _expectedCount) & MppeHeader.CountMask;
            IsBehind = skipped > MppeHeader.CountMask / 2;
            if (skipped >= Limits.MppeStatefulJump)
            {
                return -(int)Reason.MppeLate;
            }

            bool isFlushed = (b[offset] & MppeHeader.Flushed) != 0;
            if (skipped != 0 && !isFlushed)
            {
                IsLost = true;
                return -(int)Reason.MppeLate;
            }

            MppeKey key = _key;
            key.Save();
            _kept.CopyStateFrom(key.Cipher);
            int flagsPassed = ((_expectedCount + skipped + 1) >> FlagShift)
                - (_expectedCount >> FlagShift);
            for (int i = 0; i < flagsPassed; i++)
            {
                key.Change();
            }

            if (isFlushed && flagsPassed == 0)
            {
                key.Restart();
            }

            _skipped = skipped;
            _triesLeft = isFlushed ? Limits.MppeFlushTries : 0;
            key.Cipher.Process(b, offset + MppeHeader.Length, length - MppeHeader.Length);
            return MppeHeader.Length;
        }

        /// <summary>Decrypts the same frame with the next key that a hub may have meant by flag A.
        /// </summary>
        /// <param name="b">The octets, as <see cref="Decrypt"/> left them.</param>
        /// <param name="offset">Where the MPPE header begins.</param>
        /// <param name="length">Octets of header and encrypted octets.</param>
        /// <returns>False when there is no other key to try; the octets are noise then.</returns>
        internal bool DecryptAgain(byte[] b, int offset, int length)
        {
            if (_triesLeft == 0)
            {
                return false;
            }

            _triesLeft--;

            // The same keystream once more gives the octets back as they came.
            MppeKey key = _key;
            key.Restart();
            key.Cipher.Process(b, offset + MppeHeader.Length, length - MppeHeader.Length);
            key.Change();
            key.Cipher.Process(b, offset + MppeHeader.Length, length - MppeHeader.Length);
            return true;
        }

        /// <summary>Moves on behind the frame decrypted last: what was inside is a
        /// packet.</summary>
        internal void Commit()
        {
            IsUsed = true;
            IsLost = false;
            _counters.MppeGap += _skipped;
            _expectedCount = (_expectedCount + _skipped + 1) & MppeHeader.CountMask;
        }

        /// <summary>Goes back in front of the frame decrypted last: what was inside is noise. It
        /// was forged or damaged, or the keystream is not the hub's any more.</summary>
        internal void Undo()
        {
            IsLost = true;
            _key.Restore();
            _key.Cipher.CopyStateFrom(_kept);
        }

        internal void Wipe()
        {
            _key.Wipe();
            _kept.Wipe();
        }
    }
}
