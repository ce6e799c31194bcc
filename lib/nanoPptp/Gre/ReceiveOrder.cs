// In which order received packets take effect (RFC 2637 s.4.2 and 4.3), when some of them may be
// forged: GRE has no checksum and no key that is secret.
//
// A sequence number is believed only as far as what it came with. An encrypted frame that decrypts
// to an IP packet is genuine, so its number becomes ours, forward or backward. A frame that does
// not is dropped and moves nothing. Control packets cannot be judged: their numbers move ours, but
// by a window at most; one from further away counts only when the next one goes on from there (as
// in RFC 3550 A.1). And since encrypted frames are late only by their own count, no forged number
// makes one of them late.

using nanoPptp.Memory;

namespace nanoPptp.Gre
{
    /// <summary>The order of received packets.</summary>
    internal sealed class ReceiveOrder
    {
        // Where a packet belongs.
        internal const int Now = 0;
        internal const int Ahead = 1;
        internal const int Late = 2;
        internal const int Jump = 3;

        private bool _any;
        private bool _isGenuine;
        private bool _anyData;
        private int _lastData;
        private bool _anyDoubt;
        private int _doubt;

        /// <summary>The number that took effect last.</summary>
        internal int Last;

        internal void Reset()
        {
            _any = false;
            _anyDoubt = false;
            _isGenuine = false;
            Last = 0;
            ForgetData();
        }

        /// <summary>Forgets which number the last genuine frame had: its keys are gone.</summary>
        internal void ForgetData()
        {
            _anyData = false;
        }

        /// <summary>Whether a packet is the next one.</summary>
        /// <param name="number">Its sequence number.</param>
        /// <returns>True when nothing is missing in front of it.</returns>
        internal bool IsNext(int number)
        {
            return number - Last <= 1;
        }

        /// <summary>Says where a packet belongs.</summary>
        /// <param name="number">Its sequence number.</param>
        /// <param name="isData">Whether it is a frame that decryption will judge.</param>
        /// <returns>Now, Ahead (packets in front of it are missing), Late or Jump.</returns>
        internal int Place(int number, bool isData)
        {
            // RFC 2637 s.4.2 begins at 0; Linux begins at 1; whatever comes first is the first.
            if (!_any)
            {
                return Now;
            }

            int step = number - Last;
            if (isData)
            {
                // Nothing is overtaken by a whole window: what comes from there is judged at once.
                // So is what seems to be late, because the number of the frame before may have been
                // changed on its way: the coherency count says it for less.
                return step > 1 && step <= Limits.SequenceWindow ? Ahead : Now;
            }

            int fromDoubt = number - _doubt;
            if (step > -Limits.SequenceWindow && step <= Limits.SequenceWindow)
            {
                // Right behind a frame that was refused there is no gap to wait for.
                bool follows = step == 1 || (_anyDoubt && fromDoubt == 1);
                return step <= 0 ? Late : follows ? Now : Ahead;
            }

            if (_anyDoubt && fromDoubt > 0 && fromDoubt <= Limits.SequenceWindow)
            {
                return Now;
            }

            Doubt(number);
            return Jump;
        }

        /// <summary>How far the coherency count may have moved on with this number.</summary>
        /// <param name="number">The sequence number of an encrypted frame.</param>
        /// <returns>A count of key changes: 1 to <see cref="Limits.MppeForwardJump"/>.</returns>
        internal int JumpLimit(int number)
        {
            if (!_anyData)
            {
                return Limits.MppeForwardJump;
            }

            int step = number - _lastData;
            if (step <= 0)
            {
                return Limits.MppeUnnumbered;
            }

            return step < Limits.MppeForwardJump - Limits.MppeUnnumbered
                ? step + Limits.MppeUnnumbered
                : Limits.MppeForwardJump;
        }

        /// <summary>Whether the number of an encrypted frame was overtaken by a genuine
        /// one.</summary>
        /// <param name="number">Its sequence number.</param>
        /// <returns>True when the frame is late or a duplicate, if its count says so too.</returns>
        internal bool IsOvertaken(int number)
        {
            return _anyData && number - _lastData <= 0;
        }

        /// <summary>Tells that a packet took effect that nobody can judge.</summary>
        /// <param name="number">Its sequence number.</param>
        internal void Accept(int number)
        {
            _any = true;
            _anyDoubt = false;
            _isGenuine = false;
            Last = number;
        }

        /// <summary>Tells that the answer to our Echo-Request came, which is genuine: its number is
        /// ours, unless a genuine one is ahead of it already.</summary>
        /// <param name="number">Its sequence number.</param>
        /// <returns>False when it was overtaken, and then nothing has moved.</returns>
        internal bool AcceptProof(int number)
        {
            if (_isGenuine && number - Last <= 0)
            {
                return false;
            }

            Accept(number);
            _isGenuine = true;
            return true;
        }

        /// <summary>Tells that an encrypted frame was genuine.</summary>
        /// <param name="number">Its sequence number.</param>
        internal void AcceptData(int number)
        {
            Accept(number);
            _isGenuine = true;
            _anyData = true;
            _lastData = number;
        }

        /// <summary>Tells that a packet was refused; if the hub sent it all the same, the next one
        /// goes on from here.</summary>
        /// <param name="number">Its sequence number.</param>
        internal void Doubt(int number)
        {
            _anyDoubt = true;
            _doubt = number;
        }
    }
}
