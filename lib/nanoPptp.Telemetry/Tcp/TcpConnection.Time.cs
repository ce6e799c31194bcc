// What is waited for. One timer serves what excludes each other: the retransmission (RFC 6298), the
// probe of a closed window (RFC 9293 s.3.8.6.1), the keepalive (s.3.8.4), FIN-WAIT-2 and TIME-WAIT.
// Beside it run the delayed acknowledgment (s.3.8.6.3) and the user time-out (s.3.9.1).
//
// When no output is possible, as while the tunnel is down, an expired timer leaves its segment due
// and does not expire again: such time is neither counted as loss nor backed off. It does count for
// the user time-out.

namespace nanoPptp.Telemetry.Tcp
{
    public sealed partial class TcpConnection
    {
        private const int TimerNone = 0;
        private const int TimerRetransmit = 1;
        private const int TimerProbe = 2;
        private const int TimerKeepAlive = 3;
        private const int TimerFinWait = 4;
        private const int TimerTimeWait = 5;

        private int _timer;
        private int _timerMs;

        // Probes or keepalives since the last answer: their back-off.
        private int _asked;
        private bool _isAckDelayed;
        private int _ackMs;

        // Since when something is unanswered.
        private bool _isWaiting;
        private int _waitingMs;

        private int _heardMs;
        private int _lastSentMs;

        /// <summary>Lets time pass. Hand in what was received first, so that nothing is repeated
        /// whose answer has come.</summary>
        /// <param name="nowMs">The present, in milliseconds; wraps.</param>
        public void Tick(int nowMs)
        {
            if (_state == TcpState.Closed)
            {
                return;
            }

            if (_isAckDelayed && nowMs - _ackMs >= 0)
            {
                _isAckDelayed = false;
                AcknowledgeNow();
            }

            if (_send.Count > 0)
            {
                Waits(nowMs);
            }

            Rearm(nowMs);
            if (_isWaiting && UserTimeoutMs > 0 && nowMs - _waitingMs >= UserTimeoutMs)
            {
                _end = TcpEnd.TimedOut;
                Step(TcpTable.UserTimeOut, nowMs);
            }
            else if (_timer != TimerNone && nowMs - _timerMs >= 0)
            {
                Expire(nowMs);
                Rearm(nowMs);
            }
        }

        /// <summary>How long the loop may wait before the next <see cref="Tick"/>.</summary>
        /// <param name="nowMs">The present, in milliseconds; wraps.</param>
        /// <returns>Milliseconds; 0 when <see cref="Output"/> would write a segment or a time is
        /// over; <see cref="int.MaxValue"/> when nothing is waited for.</returns>
        public int NextDeadlineMs(int nowMs)
        {
            if (_state != TcpState.Closed)
            {
                Rearm(nowMs);
            }

            return HasOutput ? 0 : NextTimeMs(nowMs);
        }

        /// <summary>The same when no output is possible.</summary>
        /// <param name="nowMs">The present, in milliseconds; wraps.</param>
        /// <returns>Milliseconds, or <see cref="int.MaxValue"/>.</returns>
        internal int NextTimeMs(int nowMs)
        {
            int waitMs = int.MaxValue;
            if (_state == TcpState.Closed)
            {
                return waitMs;
            }

            if (_timer != TimerNone)
            {
                waitMs = Sooner(waitMs, _timerMs - nowMs);
            }

            if (_isAckDelayed)
            {
                waitMs = Sooner(waitMs, _ackMs - nowMs);
            }

            if (_isWaiting && UserTimeoutMs > 0)
            {
                waitMs = Sooner(waitMs, _waitingMs + UserTimeoutMs - nowMs);
            }

            return waitMs;
        }

        /// <summary>The tunnel stands again: what is unanswered is asked at once, since the silence
        /// had a reason that is gone.</summary>
        /// <param name="nowMs">The present, in milliseconds; wraps.</param>
        internal void Resume(int nowMs)
        {
            if (_timer == TimerRetransmit || _timer == TimerProbe)
            {
                _timeout.Forgive();
                _asked = 0;
                _timerMs = nowMs;
            }
        }

        private static int Sooner(int waitMs, int leftMs)
        {
            leftMs = leftMs > 0 ? leftMs : 0;
            return leftMs < waitMs ? leftMs : waitMs;
        }

        private void ResetTime(int nowMs)
        {
            QuietTime();
            _heardMs = nowMs;
            _lastSentMs = nowMs;
            _answersMs = nowMs;
            _answers = 0;
            Waits(nowMs);
        }

        private void QuietTime()
        {
            _timer = TimerNone;
            _asked = 0;
            _isAckDelayed = false;
            _isWaiting = false;
            _isProbeDue = false;
            _isKeepAliveDue = false;
            _acksDue = 0;
            _unansweredSegments = 0;
        }

        // Arms the timer that is needed now, unless it runs already.
        private void Rearm(int nowMs)
        {
            int timer = WantedTimer();
            if (timer == _timer)
            {
                if (timer == TimerKeepAlive && _asked == 0)
                {
                    _timerMs = _heardMs + KeepAliveMs;
                }

                return;
            }

            _timer = timer;
            switch (timer)
            {
                case TimerRetransmit:
                    _asked = 0;
                    _timerMs = nowMs + _timeout.TimeoutMs;
                    break;
                case TimerProbe:
                    _timerMs = nowMs + AskAgainMs();
                    break;
                case TimerKeepAlive:
                    _timerMs = _asked == 0 ? _heardMs + KeepAliveMs : nowMs + AskAgainMs();
                    break;
                case TimerFinWait:
                    _timerMs = nowMs + TcpLimits.FinWaitMs;
                    break;
                case TimerTimeWait:
                    _timerMs = nowMs + TcpLimits.TimeWaitMs;
                    break;
                default:
                    break;
            }
        }

        private int WantedTimer()
        {
            switch (_state)
            {
                case TcpState.Closed:
                    return TimerNone;
                case TcpState.TimeWait:
                    return TimerTimeWait;
                case TcpState.FinWait2:
                    return TimerFinWait;
                default:
                    break;
            }

            if (_nxt != _una)
            {
                return TimerRetransmit;
            }

            if (_isProbeDue || _isKeepAliveDue || IsSynDue())
            {
                return TimerNone;
            }

            if (_send.Count > 0 || IsFinAsked())
            {
                return Plan(_segment) ? TimerNone : TimerProbe;
            }

            return KeepAliveMs > 0 ? TimerKeepAlive : TimerNone;
        }

        private int AskAgainMs()
        {
            int pauseMs = _timeout.TimeoutMs;
            for (int i = 0; i < _asked && pauseMs < TcpLimits.MaximumTimeoutMs; i++)
            {
                pauseMs <<= 1;
            }

            return pauseMs < TcpLimits.MaximumTimeoutMs ? pauseMs : TcpLimits.MaximumTimeoutMs;
        }

        private void Expire(int nowMs)
        {
            int timer = _timer;
            _timer = TimerNone;
            switch (timer)
            {
                case TimerRetransmit:
                    InputTimeOut();

                    // What was sent may not be sent into a window that has closed since: ask.
                    _isProbeDue = MaySend() && _send.Count > 0 && !Plan(_segment);
                    break;
                case TimerProbe:
                    _asked++;
                    _isProbeDue = true;
                    break;
                case TimerKeepAlive:
                    _asked++;
                    _isKeepAliveDue = true;
                    Waits(nowMs);
                    break;
                case TimerFinWait:
                    // Everything of ours has arrived; the peer may keep the rest.
                    _end = TcpEnd.ClosedByUs;
                    Step(TcpTable.Abort, nowMs);
                    break;
                default:
                    Step(TcpTable.TimeWaitTimeOut, nowMs);
                    break;
            }
        }

        // The peer goes on sending in FIN-WAIT-2, or repeats its FIN in TIME-WAIT.
        private void RestartFinWait()
        {
            _timer = TimerNone;
        }

        private void Waits(int nowMs)
        {
            if (!_isWaiting)
            {
                _isWaiting = true;
                _waitingMs = nowMs;
            }
        }

        // An acknowledgment of something new: RFC 6298 rules 5.2 and 5.3.
        private void ProgressMade(int nowMs)
        {
            _timer = TimerNone;
            _asked = 0;
            _isWaiting = _una != _max || _send.Count > 0;
            _waitingMs = nowMs;
        }

        // The peer answered although it took nothing.
        private void Heard(int nowMs)
        {
            _waitingMs = nowMs;
            _isWaiting = _una != _max || _send.Count > 0;
            if (!_isWaiting)
            {
                _asked = 0;
            }
        }

        private void WindowOpened()
        {
            _isProbeDue = false;
            _asked = 0;
            if (_timer == TimerProbe)
            {
                _timer = TimerNone;
            }
        }

        // RFC 9293 s.3.8.6.3: every second segment at once, a single one within 200 ms.
        private void AcknowledgeSoon(int nowMs)
        {
            _unansweredSegments++;
            if (_unansweredSegments >= 2)
            {
                AcknowledgeNow();
            }
            else if (!_isAckDelayed)
            {
                _isAckDelayed = true;
                _ackMs = nowMs + TcpLimits.DelayedAckMs;
            }
        }

        // RFC 5681 s.4.1: after a time without sending the window is not what it was.
        private void RestAfterIdle(int nowMs)
        {
            // A difference below zero is one of weeks.
            int idleMs = nowMs - _lastSentMs;
            if (_una == _max && (idleMs > _timeout.TimeoutMs || idleMs < 0))
            {
                int window = InitialWindow();
                _cwnd = _cwnd < window ? _cwnd : window;
            }
        }
    }
}
