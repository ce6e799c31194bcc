// One moment to wait for, in milliseconds that wrap: compared by their signed difference.

namespace nanoPptp.Telemetry.Mqtt
{
    /// <summary>At most one armed moment.</summary>
    internal sealed class MqttDeadline
    {
        private bool _isArmed;
        private int _atMs;

        internal bool IsArmed
        {
            get { return _isArmed; }
        }

        /// <summary>Arms the deadline.</summary>
        /// <param name="nowMs">The present, in milliseconds; wraps.</param>
        /// <param name="delayMs">How long from now: 0 to 2^30.</param>
        internal void Arm(int nowMs, int delayMs)
        {
            _isArmed = true;
            _atMs = nowMs + delayMs;
        }

        internal void Disarm()
        {
            _isArmed = false;
        }

        internal bool IsDue(int nowMs)
        {
            return _isArmed && nowMs - _atMs >= 0;
        }

        /// <summary>The smaller of a wait and the time left here.</summary>
        /// <param name="nowMs">The present, in milliseconds; wraps.</param>
        /// <param name="waitMs">A wait in milliseconds.</param>
        /// <returns>Milliseconds, never negative.</returns>
        internal int Sooner(int nowMs, int waitMs)
        {
            if (!_isArmed)
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
