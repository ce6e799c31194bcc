// How much may be under way (RFC 5681: slow start, congestion avoidance), four segments at most,
// and what acknowledgments tell of a loss (fast retransmit, with the recovery of RFC 6582).
//
// Three duplicate acknowledgments need a flight of four segments: the lost one and three that
// arrive. Readings are small and few, flights are often of two or three. So limited transmit (RFC
// 3042) lets up to two duplicates send one new segment each, within the ceiling; and when there is
// nothing new to send, early retransmit (RFC 5827, the octet-based form of s.3.1, since segments
// are not remembered) lowers the threshold to one less than the segments under way. Where all of
// the flight would fit into one segment it cannot say how many there were: two are taken then. What
// is below all that waits for the time-out.

namespace nanoPptp.Telemetry.Tcp
{
    public sealed partial class TcpConnection
    {
        private const int DuplicateThreshold = 3;

        private int _cwnd;
        private int _ssthresh;
        private int _duplicateAcks;
        private int _recover;
        private int _lossAt;
        private bool _isRecovering;
        private bool _isFastDue;
        private bool _hasLost;

        // The segment whose round trip is measured, if any: one at a time, never a repeated one.
        private bool _isTiming;
        private int _timedEnd;
        private int _timedMs;
        private bool _isSynRepeated;

        private void ResetLoss()
        {
            QuietLoss();
            _recover = _iss;
            _ssthresh = TcpLimits.MaximumCapacity;
            _hasLost = false;
            _isSynRepeated = false;
        }

        private void QuietLoss()
        {
            _duplicateAcks = 0;
            _isRecovering = false;
            _isFastDue = false;
            _isTiming = false;
        }

        private void Establish(int nowMs)
        {
            _counters.Established++;
            _cwnd = InitialWindow();
            if (_isSynRepeated)
            {
                // RFC 6298 rule 5.7, RFC 5681 s.3.1: the first round trip was lost somewhere.
                _timeout.Reset(TcpLimits.CautiousTimeoutMs);
                _cwnd = _segment;
            }

            _lastSentMs = nowMs;
            _heardMs = nowMs;
        }

        // RFC 5681 s.3.1, equation (1) and its neighbours.
        private int InitialWindow()
        {
            if (_segment > 2190)
            {
                return 2 * _segment;
            }

            return _segment > 1095 ? 3 * _segment : 4 * _segment;
        }

        private int Ceiling()
        {
            return TcpLimits.WindowSegments * _segment;
        }

        private int CongestionWindow()
        {
            int window = _cwnd;
            if (!_isRecovering)
            {
                // Limited transmit.
                window += (_duplicateAcks < 2 ? _duplicateAcks : 2) * _segment;
            }

            int ceiling = Ceiling();
            return window < ceiling ? window : ceiling;
        }

        // New octets were acknowledged.
        private void Grow(int acked)
        {
            if (!_isRecovering)
            {
                if (_cwnd < _ssthresh)
                {
                    _cwnd += acked < _segment ? acked : _segment;
                }
                else
                {
                    int step = _segment * _segment / _cwnd;
                    _cwnd += step > 0 ? step : 1;
                }
            }
            else if (_una - _recover >= 0)
            {
                // RFC 6582 s.3.2 step 3, full acknowledgment.
                int flight = _max - _una;
                int window = (flight > _segment ? flight : _segment) + _segment;
                _cwnd = window < _ssthresh ? window : _ssthresh;
                _isRecovering = false;
            }
            else
            {
                // A partial one: the next hole begins here.
                _cwnd -= acked;
                _cwnd += acked >= _segment ? _segment : 0;
                _cwnd = _cwnd > _segment ? _cwnd : _segment;
                _isFastDue = true;
            }

            _duplicateAcks = 0;
            int ceiling = Ceiling();
            _cwnd = _cwnd < ceiling ? _cwnd : ceiling;
            if (_una == _max || !_isRecovering)
            {
                _isFastDue = false;
            }
        }

        private void InputDuplicateAck()
        {
            _counters.DuplicateAcks++;
            _duplicateAcks++;
            if (_isRecovering)
            {
                int ceiling = Ceiling();
                _cwnd = _cwnd + _segment < ceiling ? _cwnd + _segment : ceiling;
                return;
            }

            // RFC 6582 s.3.2 step 1: not again for what was repeated after a time-out. _recover
            // begins as ISS, and _una is behind it from the SYN's acknowledgment on.
            if (_una - _recover <= 0 || _nxt != _max || _duplicateAcks < Threshold())
            {
                return;
            }

            int flight = _max - _una;
            Halve(flight);
            _cwnd = _ssthresh + (_duplicateAcks * _segment);
            _recover = _max;
            _isRecovering = true;
            _isFastDue = true;
            _counters.FastRetransmits++;
        }

        private int Threshold()
        {
            int flight = _max - _una;
            if (flight >= 4 * _segment || Plan(_segment))
            {
                return DuplicateThreshold;
            }

            int segments = (flight + _segment - 1) / _segment;
            return segments < 2 ? 2 : segments - 1;
        }

        private void Halve(int flight)
        {
            int half = flight >> 1;
            _ssthresh = half > 2 * _segment ? half : 2 * _segment;
        }

        // RFC 5681 s.3.1 equation (4), RFC 6298 rules 5.4 to 5.6: the timer expired.
        private void InputTimeOut()
        {
            _counters.TimeOuts++;
            _timeout.BackOff();
            _isTiming = false;
            if (_state <= TcpState.SynReceived)
            {
                _isSynRepeated = true;
            }
            else
            {
                if (!_hasLost || _lossAt != _una)
                {
                    // Once for the same octet: its repetition being lost says nothing new.
                    Halve(_max - _una);
                    _lossAt = _una;
                    _hasLost = true;
                }

                _cwnd = _segment;
            }

            _recover = _max;
            QuietLoss();
            _nxt = _una;
        }

        private void Measure(int acknowledgment, int nowMs)
        {
            if (_isTiming && acknowledgment - _timedEnd >= 0)
            {
                _isTiming = false;
                _timeout.Measured(nowMs - _timedMs);
            }
        }

        private void Time(int end, int nowMs)
        {
            if (!_isTiming)
            {
                _isTiming = true;
                _timedEnd = end;
                _timedMs = nowMs;
            }
        }
    }
}
