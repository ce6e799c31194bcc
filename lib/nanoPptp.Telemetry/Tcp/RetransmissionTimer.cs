// The retransmission time-out (RFC 6298): how long to wait for an acknowledgment. Rule numbers are
// the RFC's. When to start and stop is the connection's business (section 5); this is section 2, 3
// and the back-off.

namespace nanoPptp.Telemetry.Tcp
{
    /// <summary>SRTT, RTTVAR and RTO of one connection (RFC 6298).</summary>
    internal sealed class RetransmissionTimer
    {
        // Kept in eighths and quarters of a millisecond, so that alpha = 1/8 and beta = 1/4 are
        // shifts that lose nothing.
        private int _smoothed8;
        private int _variation4;
        private int _baseMs;
        private int _backOffs;
        private bool _isMeasured;

        /// <summary>RTO with its back-off, milliseconds.</summary>
        internal int TimeoutMs
        {
            get
            {
                int timeoutMs = _baseMs;
                for (int i = 0; i < _backOffs && timeoutMs < TcpLimits.MaximumTimeoutMs; i++)
                {
                    timeoutMs <<= 1;
                }

                return timeoutMs < TcpLimits.MaximumTimeoutMs
                    ? timeoutMs
                    : TcpLimits.MaximumTimeoutMs;
            }
        }

        /// <summary>SRTT in milliseconds; 0 before the first measurement.</summary>
        internal int RoundTripMs
        {
            get { return _smoothed8 >> 3; }
        }

        internal int BackOffs
        {
            get { return _backOffs; }
        }

        /// <summary>Rule 2.1, and rule 5.7 for a connection whose SYN had to be repeated.</summary>
        /// <param name="timeoutMs">RTO until there is a measurement.</param>
        internal void Reset(int timeoutMs)
        {
            _smoothed8 = 0;
            _variation4 = 0;
            _baseMs = timeoutMs;
            _backOffs = 0;
            _isMeasured = false;
        }

        /// <summary>Rules 2.2 and 2.3: a round trip of a segment that was sent once only (Karn's
        /// algorithm, section 3). It ends the back-off.</summary>
        /// <param name="roundTripMs">The measured time, 0 or more.</param>
        internal void Measured(int roundTripMs)
        {
            // The clock may tick in 10 ms: what took no time took less than one tick.
            int r = roundTripMs < 1 ? 1 : roundTripMs;
            r = r < TcpLimits.MaximumTimeoutMs ? r : TcpLimits.MaximumTimeoutMs;
            if (!_isMeasured)
            {
                _isMeasured = true;
                _smoothed8 = r << 3;
                _variation4 = r << 1;
            }
            else
            {
                int error = r - (_smoothed8 >> 3);
                int distance = error < 0 ? -error : error;
                _variation4 += distance - (_variation4 >> 2);
                _smoothed8 += error;
            }

            int marginMs = _variation4;
            marginMs = marginMs > TcpLimits.MinimumVarianceMs
                ? marginMs
                : TcpLimits.MinimumVarianceMs;
            int timeoutMs = (_smoothed8 >> 3) + marginMs;
            _baseMs = timeoutMs < TcpLimits.MaximumTimeoutMs
                ? timeoutMs
                : TcpLimits.MaximumTimeoutMs;
            _backOffs = 0;
        }

        /// <summary>Rule 5.5: the timer expired.</summary>
        internal void BackOff()
        {
            if (_baseMs << (_backOffs < 8 ? _backOffs : 8) < TcpLimits.MaximumTimeoutMs)
            {
                _backOffs++;
            }
        }

        /// <summary>What made the peer silent is known and gone, as when the tunnel stands again:
        /// the back-off was not congestion (RFC 6069 says it of routers).</summary>
        internal void Forgive()
        {
            _backOffs = 0;
        }
    }
}
