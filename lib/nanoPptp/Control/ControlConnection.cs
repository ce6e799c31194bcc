// The control connection as a PNS sees it (RFC 2637 s.3.1): start, keep alive, stop.
//
//   state        Start-Reply ok   Start-Reply bad   Stop-Request   Stop-Reply   60 s
//   Idle         -                -                 -              -            -
//   WaitReply    Established      fail              reply, fail    -            fail
//   Established  -                -                 reply, fail    -            echo, then fail
//   WaitStop     -                -                 reply, stopped stopped      stopped (2 s)

using nanoPptp.Diagnostics;
using nanoPptp.Memory;
using nanoPptp.Time;
using nanoPptp.Wire;

namespace nanoPptp.Control
{
    /// <summary>The control connection machine (RFC 2637 s.3.1).</summary>
    internal sealed class ControlConnection
    {
        internal const int Nothing = 0;
        internal const int Established = 1;
        internal const int Stopped = 2;
        internal const int Failed = 3;

        private const int StateIdle = 0;
        private const int StateWaitReply = 1;
        private const int StateEstablished = 2;
        private const int StateWaitStop = 3;

        private readonly byte[] _arena;
        private readonly ControlStream _stream;
        private readonly Counters _counters;
        private readonly Deadline _deadline = new Deadline();
        private int _state;
        private int _echoIdentifier;
        private bool _echoPending;
        private int _startedMs;

        internal ControlConnection(byte[] arena, ControlStream stream, Counters counters)
        {
            _arena = arena;
            _stream = stream;
            _counters = counters;
        }

        /// <summary>Why the machine said <see cref="Failed"/>.</summary>
        internal Reason FailReason;

        /// <summary>The detail that goes with <see cref="FailReason"/>.</summary>
        internal int FailDetail;

        /// <summary>Whether result 0 of Start-Control-Connection-Reply means success, as some
        /// modems have it.</summary>
        internal bool AcceptsResultZero;

        /// <summary>From our request to the reply that established the connection, milliseconds: a
        /// round trip, and what TCP and the hub added.</summary>
        internal int RoundTripMs;

        internal bool IsEstablished
        {
            get { return _state == StateEstablished; }
        }

        internal void Reset()
        {
            _state = StateIdle;
            _echoPending = false;
            _deadline.Disarm();
        }

        /// <summary>Begins: the TCP connection stands.</summary>
        /// <param name="hostName">Our host name, at most 63 ASCII characters.</param>
        /// <param name="vendor">Our vendor string, at most 63 ASCII characters.</param>
        /// <param name="nowMs">The present, in milliseconds; wraps.</param>
        internal void Start(string hostName, string vendor, int nowMs)
        {
            int at = _stream.Begin(ControlHeader.StartControlConnectionRequest);
            if (at >= 0)
            {
                StartControlConnection.WriteRequest(_arena, at, hostName, vendor);
            }

            _state = StateWaitReply;
            _startedMs = nowMs;
            _deadline.Arm(nowMs, Limits.ControlReplyMs);
        }

        /// <summary>Asks the hub to end the connection.</summary>
        /// <param name="reason">One of the reasons of Stop-Control-Connection-Request.</param>
        /// <param name="nowMs">The present, in milliseconds; wraps.</param>
        internal void Stop(int reason, int nowMs)
        {
            SendStopRequest(reason);
            _state = StateWaitStop;
            _deadline.Arm(nowMs, Limits.HangUpMs);
        }

        /// <summary>Takes any control message: it shows that the hub lives.</summary>
        /// <param name="nowMs">The present, in milliseconds; wraps.</param>
        internal void Heard(int nowMs)
        {
            if (_state == StateEstablished && !_echoPending)
            {
                _deadline.Arm(nowMs, Limits.ControlEchoMs);
            }
        }

        /// <summary>Takes a message of the connection itself.</summary>
        /// <param name="type">Start, Stop or Echo, request or reply.</param>
        /// <param name="nowMs">The present, in milliseconds; wraps.</param>
        /// <returns>What became of the connection.</returns>
        internal int Input(int type, int nowMs)
        {
            int message = ArenaMap.ControlInput;
            switch (type)
            {
                case ControlHeader.StartControlConnectionReply:
                    return InputStartReply(message, nowMs);
                case ControlHeader.StopControlConnectionRequest:
                    return InputStopRequest(message);
                case ControlHeader.StopControlConnectionReply:
                    if (_state != StateWaitStop)
                    {
                        break;
                    }

                    Reset();
                    return Stopped;
                case ControlHeader.EchoRequest:
                    return AnswerEcho(message);
                case ControlHeader.EchoReply:
                    if (_echoPending && ControlEcho.Identifier(_arena, message) == _echoIdentifier)
                    {
                        _echoPending = false;
                        Heard(nowMs);
                        return Nothing;
                    }

                    break;
                default:
                    break;
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

            switch (_state)
            {
                case StateWaitReply:
                    return Fail(Reason.StartTimeout, 0);
                case StateEstablished:
                    return _echoPending ? Fail(Reason.ControlEchoTimeout, 0) : SendEcho(nowMs);
                default:
                    Reset();
                    return Stopped;
            }
        }

        internal int Sooner(int nowMs, int waitMs)
        {
            return _deadline.Sooner(nowMs, waitMs);
        }

        private int InputStartReply(int message, int nowMs)
        {
            if (_state != StateWaitReply)
            {
                _counters.Count(Reason.ControlIgnored);
                return Nothing;
            }

            int result = StartControlConnection.Result(_arena, message);
            int version = StartControlConnection.Version(_arena, message);
            if (result != StartControlConnection.ResultOk && (result != 0 || !AcceptsResultZero))
            {
                int error = StartControlConnection.Error(_arena, message);
                return Fail(Reason.StartRefused, (result << 8) | error);
            }

            if (version != StartControlConnection.ProtocolVersion)
            {
                SendStopRequest(StopControlConnection.ReasonVersion);
                return Fail(Reason.BadVersion, version);
            }

            _state = StateEstablished;
            RoundTripMs = nowMs - _startedMs;
            Heard(nowMs);
            return Established;
        }

        private void SendStopRequest(int reason)
        {
            int at = _stream.Begin(ControlHeader.StopControlConnectionRequest);
            if (at >= 0)
            {
                StopControlConnection.WriteRequest(_arena, at, reason);
            }
        }

        private int InputStopRequest(int message)
        {
            int at = _stream.Begin(ControlHeader.StopControlConnectionReply);
            if (at >= 0)
            {
                StopControlConnection.WriteReply(_arena, at, StopControlConnection.ResultOk);
            }

            if (_state == StateWaitStop)
            {
                Reset();
                return Stopped;
            }

            return Fail(
                Reason.StoppedByHub, StopControlConnection.ReasonOrResult(_arena, message));
        }

        private int AnswerEcho(int message)
        {
            int at = _stream.Begin(ControlHeader.EchoReply);
            if (at < 0)
            {
                _counters.Count(Reason.ControlOutputFull);
                return Nothing;
            }

            ControlEcho.WriteReply(_arena, at, ControlEcho.Identifier(_arena, message));
            return Nothing;
        }

        private int SendEcho(int nowMs)
        {
            int at = _stream.Begin(ControlHeader.EchoRequest);
            if (at >= 0)
            {
                _echoIdentifier++;
                ControlEcho.WriteRequest(_arena, at, _echoIdentifier);
            }

            // Without room the hub has not read for a minute: it has the next minute to do so.
            _echoPending = true;
            _deadline.Arm(nowMs, Limits.ControlEchoMs);
            return Nothing;
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
