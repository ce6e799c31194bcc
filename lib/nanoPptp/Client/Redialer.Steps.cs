// What the redialer does with an end: which pause, which hub, which order; and what it watches
// while a session lasts.

using nanoPptp.Diagnostics;
using nanoPptp.Memory;

namespace nanoPptp.Client
{
    public sealed partial class Redialer
    {
        // ---- Dialling --------------------------------------------------------------------------

        private bool MayDial(int nowMs)
        {
            if (_leftMs > 0
                || _client.Stage != Stage.Closed
                || _client.NextDeadlineMs(nowMs) == 0)
            {
                // Also while last words wait to be polled: they belong to the call before.
                return false;
            }

            if (_isHop)
            {
                return true;
            }

            // A pause is over, or a session: a new round.
            _hubs.NewRound();
            int hub = _hubs.Choose();
            if (hub < 0)
            {
                Wait(_hubs.LeastHoldMs());
                return false;
            }

            Hub = hub;
            return true;
        }

        private RedialOrder Dial()
        {
            _state = Ordered;
            _leftMs = Limits.DialMs;
            _isHop = false;
            _hubs.Current = Hub;
            AttemptCount++;
            _oldReason = _client.Diagnosis.Reason;
            _oldAtMs = _client.Diagnosis.AtMs;
            _oldCount = _client.Counters.Get(_oldReason);
            return RedialOrder.Dial;
        }

        /// <summary>Whether the client was opened since the order, even if it is closed again: Open
        /// clears the diagnosis, and every end but one that was asked for is counted.</summary>
        private bool WasOpened()
        {
            Diagnosis diagnosis = _client.Diagnosis;
            return _client.Stage != Stage.Closed
                || diagnosis.Reason != _oldReason
                || diagnosis.AtMs != _oldAtMs
                || _client.Counters.Get(diagnosis.Reason) != _oldCount;
        }

        // ---- The session -----------------------------------------------------------------------

        private void BeginSession()
        {
            _state = Open;
            _isHop = false;
            _isWanted = false;
            _isSettled = false;
            _isRenewal = false;
            _isUnanswered = false;
            _reached = Stage.Closed;
            _ageMs = 0;
            _quietMs = 0;
        }

        private void WatchSession(Stage stage, int nowMs)
        {
            if (stage == Stage.Closed)
            {
                Ended();
                return;
            }

            if (_reached != Stage.Up && IsRunning(stage))
            {
                _reached = stage;
            }

            if (stage != Stage.Up)
            {
                return;
            }

            if (!_isSettled && _ageMs >= _settledMs)
            {
                Settle();
            }

            int delivered = _client.Counters.Get(Reason.IpDelivered);
            int sent = _client.Counters.IpSent;
            if (delivered != _delivered || sent != _sent)
            {
                _delivered = delivered;
                _sent = sent;
                _quietMs = 0;
            }

            if (_idleMs > 0 && _quietMs >= _idleMs)
            {
                _client.Close(nowMs);
            }
            else if (_sessionMs > 0 && _ageMs >= _sessionMs)
            {
                _isRenewal = true;
                _client.Close(nowMs);
            }
        }

        private void Settle()
        {
            _isSettled = true;
            FailureCount = 0;
            _backOff.StartOver();
            _hubs.Succeeded(Hub);
        }

        private Stage Reached()
        {
            // The address tells of a session that came and went between two ticks.
            return _client.LocalAddress != 0 ? Stage.Up : _reached;
        }

        private void Ended()
        {
            Reason reason = _client.Diagnosis.Reason;
            Stage reached = Reached();
            if (_isUnanswered)
            {
                Failed(FailureClass.Lost);
                return;
            }

            if (reason != Reason.ClosedByUser)
            {
                FailureClass c = FailureTable.ClassOf(reason, reached);
                Failed(c == FailureClass.None ? FailureClass.Lost : c);
                return;
            }

            if (reached == Stage.Up && !_isSettled)
            {
                // It stood until we wanted its end.
                Settle();
            }

            if (_isRenewal)
            {
                // A moment for the hub to free the line and the address.
                Wait(_backOff.DrawRenewalMs());
            }
            else if (_isWanted)
            {
                Wait(0);
            }
            else
            {
                _state = Resting;
            }
        }

        private void Failed(FailureClass c)
        {
            LastFailure = c;
            FailureCount++;
            int failed = Hub;
            _hubs.Failed(failed, c);
            int next = c == FailureClass.Authentication ? -1 : _hubs.Choose();
            _hubs.Hold(failed, _backOff.MinimumMs(c));
            if (next >= 0 && next != failed)
            {
                _hubs.Leave(failed);
                Hub = next;
                Wait(_backOff.DrawHopMs(c));
                _isHop = true;
                return;
            }

            // All hubs were tried, or all of them would refuse the user: a full pause. The next hub
            // is chosen when it is over.
            Wait(_backOff.DrawPauseMs(c));
            _isHop = false;
        }
    }
}
