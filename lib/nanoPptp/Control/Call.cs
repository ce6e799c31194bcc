// One outgoing call as a PNS sees it (RFC 2637 s.3.2).
//
//   state        Call-Reply ok   Call-Reply bad   Disconnect-Notify   60 s / 2 s
//   Idle         -               -                -                   -
//   WaitReply    Connected       fail             fail                fail
//   Connected    -               -                fail                -
//   WaitNotify   -               -                cleared             cleared

using nanoPptp.Diagnostics;
using nanoPptp.Memory;
using nanoPptp.Time;
using nanoPptp.Wire;

namespace nanoPptp.Control
{
    /// <summary>The outgoing call machine (RFC 2637 s.3.2).</summary>
    internal sealed class Call
    {
        internal const int Nothing = 0;
        internal const int Connected = 1;
        internal const int Cleared = 2;
        internal const int Failed = 3;

        private const int StateIdle = 0;
        private const int StateWaitReply = 1;
        private const int StateConnected = 2;
        private const int StateWaitNotify = 3;

        private readonly byte[] _arena;
        private readonly ControlStream _stream;
        private readonly Counters _counters;
        private readonly Deadline _deadline = new Deadline();
        private int _state;
        private int _serialNumber;
        private int _dialledMs;

        internal Call(byte[] arena, ControlStream stream, Counters counters)
        {
            _arena = arena;
            _stream = stream;
            _counters = counters;
        }

        /// <summary>The call ID that we assigned: what the hub puts into its GRE keys.</summary>
        internal int CallId;

        /// <summary>The call ID that the hub assigned, and 0 is legal: what we put into ours. Taken
        /// from Outgoing-Call-Reply and from nowhere else, because a NAT may rewrite it.</summary>
        internal int PeerCallId;

        /// <summary>Why the machine said <see cref="Failed"/>.</summary>
        internal Reason FailReason;

        /// <summary>The detail that goes with <see cref="FailReason"/>.</summary>
        internal int FailDetail;

        /// <summary>Whether the call stands. A field, because every packet asks.</summary>
        internal bool IsConnected;

        /// <summary>Whether a Call-Disconnect-Notify may name the call with its octets swapped, as
        /// some hubs do.</summary>
        internal bool AcceptsSwappedId;

        /// <summary>From our request to the reply that connected the call, milliseconds: a round
        /// trip at least, and what the hub does before it answers.</summary>
        internal int RoundTripMs;

        internal bool IsWaitingForReply
        {
            get { return _state == StateWaitReply; }
        }

        internal void Reset()
        {
            _state = StateIdle;
            IsConnected = false;
            _deadline.Disarm();
        }

        /// <summary>Asks the hub for a call.</summary>
        /// <param name="randomBits">Where the new call ID comes from; it is never 0 and never that
        /// of the call before, so that a NAT or a hub cannot take one for the other.</param>
        /// <param name="nowMs">The present, in milliseconds; wraps.</param>
        internal void Dial(int randomBits, int nowMs)
        {
            int callId = randomBits & 0xFFFF;
            while (callId == 0 || callId == CallId)
            {
                callId = (callId + 1) & 0xFFFF;
            }

            CallId = callId;
            PeerCallId = 0;
            _serialNumber = (_serialNumber + 1) & 0xFFFF;
            int at = _stream.Begin(ControlHeader.OutgoingCallRequest);
            if (at >= 0)
            {
                OutgoingCall.WriteRequest(
                    _arena, at, callId, _serialNumber, Limits.ReceiveSlotCount);
            }

            _state = StateWaitReply;
            _dialledMs = nowMs;
            _deadline.Arm(nowMs, Limits.ControlReplyMs);
        }

        /// <summary>Asks the hub to end the call.</summary>
        /// <param name="nowMs">The present, in milliseconds; wraps.</param>
        internal void Clear(int nowMs)
        {
            int at = _stream.Begin(ControlHeader.CallClearRequest);
            if (at >= 0)
            {
                CallEnd.WriteClearRequest(_arena, at, CallId);
            }

            _state = StateWaitNotify;
            IsConnected = false;
            _deadline.Arm(nowMs, Limits.HangUpMs);
        }

        /// <summary>Takes a message about a call.</summary>
        /// <param name="type">Outgoing-Call-Reply or Call-Disconnect-Notify; others are counted and
        /// ignored.</param>
        /// <param name="nowMs">The present, in milliseconds; wraps.</param>
        /// <returns>What became of the call.</returns>
        internal int Input(int type, int nowMs)
        {
            int message = ArenaMap.ControlInput;
            if (type == ControlHeader.OutgoingCallReply)
            {
                return InputReply(message, nowMs);
            }

            if (type == ControlHeader.CallDisconnectNotify)
            {
                return InputDisconnectNotify(message);
            }

            _counters.Count(Reason.ControlIgnored);
            return Nothing;
        }

        internal int Tick(int nowMs)
        {
            if (!_deadline.IsDue(nowMs))
            {
                return Nothing;
            }

            if (_state == StateWaitReply)
            {
                return Fail(Reason.CallTimeout, 0);
            }

            Reset();
            return Cleared;
        }

        internal int Sooner(int nowMs, int waitMs)
        {
            return _deadline.Sooner(nowMs, waitMs);
        }

        private int InputReply(int message, int nowMs)
        {
            if (_state != StateWaitReply)
            {
                _counters.Count(Reason.ControlIgnored);
                return Nothing;
            }

            if (OutgoingCall.PeerCallId(_arena, message) != CallId)
            {
                _counters.Count(Reason.WrongCallId);
                return Nothing;
            }

            int result = OutgoingCall.Result(_arena, message);
            if (result != OutgoingCall.ResultConnected)
            {
                return Fail(
                    Reason.CallRefused, (result << 8) | OutgoingCall.Error(_arena, message));
            }

            PeerCallId = OutgoingCall.CallId(_arena, message);
            _state = StateConnected;
            IsConnected = true;
            RoundTripMs = nowMs - _dialledMs;
            _deadline.Disarm();
            int at = _stream.Begin(ControlHeader.SetLinkInfo);
            if (at >= 0)
            {
                SetLinkInfo.Write(_arena, at, PeerCallId);
            }

            return Connected;
        }

        private int InputDisconnectNotify(int message)
        {
            // RFC 2637 s.2.13 says the PAC's call ID; accel-ppp sends ours; we take either, and
            // before the reply told us the PAC's only ours can match.
            int callId = CallEnd.CallId(_arena, message);
            bool ours = IsOurs(callId)
                || (AcceptsSwappedId && IsOurs(((callId & 0xFF) << 8) | (callId >> 8)));
            if (_state == StateIdle || !ours)
            {
                _counters.Count(Reason.WrongCallId);
                return Nothing;
            }

            if (_state == StateWaitNotify)
            {
                Reset();
                return Cleared;
            }

            return Fail(Reason.CallDisconnected, CallEnd.Result(_arena, message));
        }

        private bool IsOurs(int callId)
        {
            return callId == CallId || (_state != StateWaitReply && callId == PeerCallId);
        }

        private int Fail(Reason reason, int detail)
        {
            Reset();
            FailReason = reason;
            FailDetail = detail;
            return Failed;
        }
    }
}
