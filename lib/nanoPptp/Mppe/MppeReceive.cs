// What we decrypt (RFC 3078 s.4 and s.8.1): the coherency count says how often the key changed on
// the way to this frame. Nothing counts before what is inside has been judged (MPPE has no checksum
// of its own), so a forged frame leaves no trace. A frame that was overtaken is late and its key is
// gone: it is dropped. The step forward is bounded, because each one costs a key change and a count
// can be forged: a GRE packet holds at most one frame, so the caller's bound is the step of the GRE
// number and a little for frames that the hub lost before it numbered them.

using nanoPptp.Diagnostics;
using nanoPptp.Wire;

namespace nanoPptp.Mppe
{
    /// <summary>The receiving half of stateless MPPE.</summary>
    internal sealed class MppeReceive
    {
        private readonly MppeKey _key = new MppeKey();
        private readonly Counters _counters;
        private int _expectedCount;
        private int _skipped;

        internal MppeReceive(Counters counters)
        {
            _counters = counters;
        }

        /// <summary>Whether a frame was taken since <see cref="Start"/>.</summary>
        internal bool IsUsed;

        internal void Start(byte[] b, int startKeyOffset, int bits = MppeKey.Bits128)
        {
            _key.Start(b, startKeyOffset, bits);
            _expectedCount = 0;
            IsUsed = false;
        }

        /// <summary>Decrypts in place; <see cref="Commit"/> or <see cref="Undo"/> follows when what
        /// is inside has been judged.</summary>
        /// <param name="b">The octets.</param>
        /// <param name="offset">Where the MPPE header begins.</param>
        /// <param name="length">Octets of header and encrypted octets.</param>
        /// <param name="limit">How far the count may have moved on, 1 to 256: so many key changes
        /// a frame may cost.</param>
        /// <returns>Octets of the header, 2; or the negated <see cref="Reason.MppeBadFrame"/>,
        /// <see cref="Reason.MppeLate"/> or <see cref="Reason.MppeJump"/>, and then nothing has
        /// changed.</returns>
        internal int Decrypt(byte[] b, int offset, int length, int limit)
        {
            if (length < MppeHeader.MinimumFrameLength
                || (b[offset] & MppeHeader.FlagMask) != MppeHeader.Stateless)
            {
                return -(int)Reason.MppeBadFrame;
            }

            int count = MppeHeader.CoherencyCount(b, offset);
            int skipped = (count - _expectedCount) & MppeHeader.CountMask;
            if (skipped >= limit)
            {
                return skipped > MppeHeader.CountMask / 2
                    ? -(int)Reason.MppeLate
                    : -(int)Reason.MppeJump;
            }

            MppeKey key = _key;
            key.Save();
            for (int i = 0; i <= skipped; i++)
            {
                key.Change();
            }

            _skipped = skipped;
            key.Cipher.Process(b, offset + MppeHeader.Length, length - MppeHeader.Length);
            return MppeHeader.Length;
        }

        /// <summary>Moves on to the frame decrypted last: what was inside is a packet.</summary>
        internal void Commit()
        {
            IsUsed = true;
            _counters.MppeGap += _skipped;
            _expectedCount = (_expectedCount + _skipped + 1) & MppeHeader.CountMask;
        }

        /// <summary>Takes the frame decrypted last back: what was inside is noise, so its count was
        /// forged or its octets damaged, and the frames that follow still need the old
        /// key.</summary>
        internal void Undo()
        {
            _key.Restore();
        }

        internal void Wipe()
        {
            _key.Wipe();
        }
    }
}
