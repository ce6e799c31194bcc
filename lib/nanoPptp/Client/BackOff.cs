// Exponential back-off with full jitter: the pause after a failure is a minimum and a uniform
// random part whose cap doubles with every failure of the same class. Spreading the whole pause,
// and not only a margin of it, is what keeps a thousand boards that lost one hub from coming back
// in step.

using nanoPptp.Crypto;
using nanoPptp.Memory;

namespace nanoPptp.Client
{
    /// <summary>Draws pauses. Each class counts its own failures: a board that could not reach its
    /// hub all night is not to be treated, at the first wrong password, as if it had been the
    /// tenth.
    /// </summary>
    internal sealed class BackOff
    {
        // More doublings than any cap has bits.
        private const int MostDoublings = 31;

        private readonly RandomPool _random = new RandomPool();
        private readonly byte[] _octets = new byte[4];
        private readonly int[] _minimumMs = new int[FailureTable.ClassCount];
        private readonly int[] _firstMs = new int[FailureTable.ClassCount];
        private readonly int[] _maximumMs = new int[FailureTable.ClassCount];
        private readonly int[] _failureCount = new int[FailureTable.ClassCount];

        internal BackOff(RedialSettings settings)
        {
            for (int i = 1; i < FailureTable.ClassCount; i++)
            {
                FailureClass c = (FailureClass)i;
                _minimumMs[i] = settings.MinimumMs(c);
                _firstMs[i] = settings.FirstMs(c);
                _maximumMs[i] = settings.MaximumMs(c);
            }
        }

        internal void Seed(byte[] entropy, int offset, int length)
        {
            _random.Seed(entropy, offset, length);
        }

        /// <summary>Forgets all failures, after a success.</summary>
        internal void StartOver()
        {
            for (int i = 0; i < FailureTable.ClassCount; i++)
            {
                _failureCount[i] = 0;
            }
        }

        /// <summary>The part of a pause that a class always waits.</summary>
        /// <param name="c">The class.</param>
        /// <returns>Milliseconds.</returns>
        internal int MinimumMs(FailureClass c)
        {
            return _minimumMs[(int)c];
        }

        /// <summary>Draws the pause after a failure and counts it: the next cap is twice this one.
        /// </summary>
        /// <param name="c">The class.</param>
        /// <returns>Milliseconds.</returns>
        internal int DrawPauseMs(FailureClass c)
        {
            int i = (int)c;
            int capMs = _firstMs[i];
            int maximumMs = _maximumMs[i];
            for (int n = _failureCount[i]; n > 0 && capMs < maximumMs; n--)
            {
                // Halving the maximum, and not doubling the cap, cannot overflow.
                capMs = capMs > (maximumMs >> 1) ? maximumMs : capMs << 1;
            }

            if (_failureCount[i] < MostDoublings)
            {
                _failureCount[i]++;
            }

            return _minimumMs[i] + DrawMs(capMs);
        }

        /// <summary>Draws the short wait before another hub is tried: the jitter of a first
        /// failure, without the minimum, which is for the hub that failed.</summary>
        /// <param name="c">The class of that hub's failure.</param>
        /// <returns>Milliseconds.</returns>
        internal int DrawHopMs(FailureClass c)
        {
            int firstMs = _firstMs[(int)c];
            return DrawMs(firstMs < Limits.HubHopMs ? firstMs : Limits.HubHopMs);
        }

        /// <summary>Draws the short wait before a session that was hung up for its age is dialled
        /// again.
        /// </summary>
        /// <returns>Milliseconds.</returns>
        internal int DrawRenewalMs()
        {
            return DrawMs(_firstMs[(int)FailureClass.Lost]);
        }

        /// <summary>Draws uniformly from 0 to a cap, both included.</summary>
        /// <param name="capMs">Milliseconds: 0 to 2^30.</param>
        /// <returns>Milliseconds.</returns>
        internal int DrawMs(int capMs)
        {
            _random.Fill(_octets, 0, 4);
            uint r = ((uint)_octets[0] << 24)
                | ((uint)_octets[1] << 16)
                | ((uint)_octets[2] << 8)
                | _octets[3];

            // 32 random bits as a fraction of one; no cap is more than a quarter of them, and what
            // one value gets more than another is one draw in 2^32.
            return (int)(((ulong)r * ((ulong)capMs + 1)) >> 32);
        }
    }
}
