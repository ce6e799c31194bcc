// One moment to wait for. Time is a 32-bit count of milliseconds that wraps every 49.7 days, so
// moments are compared by their signed difference and never by order.

namespace nanoPptp.Time
{
    /// <summary>At most one armed moment, in milliseconds; each machine owns its own.</summary>
    public sealed class Deadline
    {
        private bool _armed;
        private int _atMs;

        /// <summary>Whether there is a moment to wait for.</summary>
        public bool IsArmed
        {
            get { return _armed; }
        }

        /// <summary>Arms the deadline.</summary>
        /// <param name="nowMs">The present, in milliseconds; wraps.</param>
        /// <param name="delayMs">How long from now: 0 to 2^30.</param>
        public void Arm(int nowMs, int delayMs)
        {
            _armed = true;
            _atMs = nowMs + delayMs;
        }

        /// <summary>Arms it again from now, if it is armed.</summary>
        /// <param name="nowMs">The present, in milliseconds; wraps.</param>
        /// <param name="delayMs">How long from now: 0 to 2^30.</param>
        public void Rearm(int nowMs, int delayMs)
        {
            if (_armed)
            {
                Arm(nowMs, delayMs);
            }
        }

        /// <summary>There is nothing to wait for.</summary>
        public void Disarm()
        {
            _armed = false;
        }

        /// <summary>Whether the moment has come.</summary>
        /// <param name="nowMs">The present, in milliseconds; wraps.</param>
        /// <returns>False too when it is not armed.</returns>
        public bool IsDue(int nowMs)
        {
            return _armed && nowMs - _atMs >= 0;
        }

        /// <summary>The smaller of a wait and the time left here.</summary>
        /// <param name="nowMs">The present, in milliseconds; wraps.</param>
        /// <param name="waitMs">A wait in milliseconds.</param>
        /// <returns>Milliseconds, never negative.</returns>
        public int Sooner(int nowMs, int waitMs)
        {
            if (!_armed)
            {
                return waitMs;
            }

            int leftMs = _atMs - nowMs;
            if (leftMs < 0)
            {
                return 0;
            }

            return leftMs < waitMs ? leftMs : waitMs;
        }
    }
}
