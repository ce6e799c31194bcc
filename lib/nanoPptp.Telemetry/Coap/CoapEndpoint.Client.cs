// The one request of ours (RFC 7252 s.4.2, s.5.2, s.5.3).
//
//             Post               empty ACK (s.5.2.2)
//   Idle ------------> Waiting ----------------------> Acknowledged
//    ^                    |                                 |
//    | Poll               | response that fits, RST,        | response that fits, RST,
//    |                    | MAX_RETRANSMIT without ACK      | SeparateMs without response
//    +----- Over <--------+---------------------------------+
//
// Waiting: the request goes out again when the wait ends, and each wait is twice the last one; the
// first is drawn between ACK_TIMEOUT and ACK_RANDOM_FACTOR times that. A wait begins when the
// datagram is really handed out, so that a tunnel that is down costs no attempt.
//
// A response is believed from the endpoint that was asked, with the token of the request; one in an
// acknowledgement also needs its message ID (s.5.3.2). Whatever comes before the acknowledgement is
// one (s.5.2.2). A response with a critical option that we do not know is rejected (s.5.4.1): we
// know none, except that Block1 in 4.13 only hints at a size (RFC 7959 s.2.9.3).
//
// A confirmable response is acknowledged, and again when it comes again, also long after: the
// numbers of the last ones are kept for EXCHANGE_LIFETIME. Anything else that is confirmable and
// fits nothing is rejected with a Reset (s.4.2).
//
// Message IDs go up by one, so that 65,536 messages in EXCHANGE_LIFETIME, 265 in a second, are the
// most for one server (s.4.4); a request at a time over a tunnel is far from that.

using System;

namespace nanoPptp.Telemetry.Coap
{
    public sealed partial class CoapEndpoint
    {
        private const int StateIdle = 0;
        private const int StateWaiting = 1;
        private const int StateAcknowledged = 2;
        private const int StateOver = 3;

        // Confirmable responses that were acknowledged.
        private const int SeenCapacity = 8;

        // The default of Max-Age (s.5.10.5), and the longest that is told, seconds.
        private const int DefaultMaxAgeS = 60;
        private const int LongestMaxAgeS = 1000000;

        private const int CodeServiceUnavailable = 0xA3;
        private const int CodeTooManyRequests = 0x9D;
        private const int CodeTooLarge = 0x8D;

        private readonly byte[] _request;
        private readonly byte[] _token = new byte[TokenLength];
        private readonly int _payloadCapacity;
        private readonly int[] _seenAddresses = new int[SeenCapacity];
        private readonly int[] _seenPortsAndIds = new int[SeenCapacity];
        private readonly int[] _seenMs = new int[SeenCapacity];
        private int _seenCount;
        private int _seenNext;
        private int _requestLength;
        private int _requestId;
        private int _serverAddress;
        private int _serverPort;
        private int _state;
        private CoapEvent _event;
        private bool _isRequestDue;
        private bool _isArmed;
        private int _deadlineMs;
        private int _waitMs;
        private int _attempts;
        private int _tag;
        private int _code;
        private int _retryAfterMs;

        /// <summary>Whether a request is under way, or its end was not yet polled.</summary>
        public bool IsBusy
        {
            get { return _state != StateIdle; }
        }

        /// <summary>The application's own number of the last request.</summary>
        public int Tag
        {
            get { return _tag; }
        }

        /// <summary>The code of its response: class * 32 + detail, so that 2.04 is 0x44; 0 without
        /// one.</summary>
        public int Code
        {
            get { return _code; }
        }

        /// <summary>For how long a server that refused with 5.03 or 4.29 asks to be left alone:
        /// its Max-Age (s.5.9.3.4; RFC 8516 s.4), ms; 0 with every other code.</summary>
        public int RetryAfterMs
        {
            get { return _retryAfterMs; }
        }

        /// <summary>Begins a confirmable POST. Its event follows in
        /// <see cref="Poll"/>.</summary>
        /// <param name="target">Where to.</param>
        /// <param name="contentFormat">What the payload is: 0 to 65535; negative to say nothing.
        /// </param>
        /// <param name="payload">Octets in which the payload is; copied.</param>
        /// <param name="offset">Where it begins.</param>
        /// <param name="length">Its octets, 0 and more.</param>
        /// <param name="tag">The application's own number.</param>
        /// <param name="nowMs">The present, in milliseconds; wraps.</param>
        /// <returns>False when one is under way, the endpoint was not started, or the payload is
        /// too long.</returns>
        public bool Post(
            CoapTarget target,
            int contentFormat,
            byte[] payload,
            int offset,
            int length,
            int tag,
            int nowMs)
        {
            return Request(
                CoapMessage.CodePost, target, contentFormat, payload, offset, length, tag);
        }

        /// <summary>Forgets the request under way and its event. A response that still comes is
        /// rejected.</summary>
        public void Cancel()
        {
            _state = StateIdle;
            _isRequestDue = false;
            _isArmed = false;
        }

        /// <summary>Begins a confirmable request with any method.</summary>
        internal bool Request(
            int code,
            CoapTarget target,
            int contentFormat,
            byte[] payload,
            int offset,
            int length,
            int tag)
        {
            bool isGood = length >= 0 && length <= _payloadCapacity && contentFormat <= 0xFFFF;
            if (IsBusy || !_isStarted || !isGood)
            {
                return false;
            }

            DrawInto(_token, TokenLength);
            _requestId = TakeId();
            int at = CoapMessage.WriteHeader(
                _request, 0, CoapMessage.Confirmable, TokenLength, code, _requestId);
            Array.Copy(_token, 0, _request, at, TokenLength);
            at = target.WriteOptions(_request, at + TokenLength, contentFormat);
            _requestLength = WritePayload(_request, at, payload, offset, length);
            _serverAddress = target.Address;
            _serverPort = target.Port;
            int spreadMs = _settings.AckTimeoutMs * (_settings.AckRandomPercent - 100) / 100;
            _waitMs = _settings.AckTimeoutMs + (int)(((long)spreadMs * Draw()) >> 16);
            _attempts = 0;
            _tag = tag;
            _code = 0;
            _retryAfterMs = 0;
            _state = StateWaiting;
            _isRequestDue = true;
            _isArmed = false;
            _counters.Requests++;
            return true;
        }

        private static int WritePayload(byte[] b, int at, byte[] payload, int offset, int length)
        {
            if (length == 0)
            {
                return at;
            }

            b[at] = CoapMessage.PayloadMarker;
            Array.Copy(payload, offset, b, at + 1, length);
            return at + 1 + length;
        }

        private int OutputRequest(byte[] b, int offset, int capacity, int nowMs)
        {
            _isRequestDue = false;
            _counters.Retransmissions += _attempts == 0 ? 0 : 1;
            Arm(nowMs, _waitMs);
            OutputAddress = _serverAddress;
            OutputPort = _serverPort;
            return Copy(_request, _requestLength, b, offset, capacity);
        }

        private void TickRequest(int nowMs)
        {
            if (!_isArmed || nowMs - _deadlineMs < 0)
            {
                return;
            }

            _isArmed = false;
            if (_state == StateWaiting && _attempts < _settings.MaxRetransmit)
            {
                _attempts++;
                _waitMs *= 2;
                _isRequestDue = true;
                return;
            }

            _counters.TimedOut++;
            Finish(CoapEvent.TimedOut);
        }

        private void InputAcknowledgement(
            CoapMessage message,
            int source,
            int sourcePort,
            int nowMs)
        {
            if (!IsOurs(message, source, sourcePort))
            {
                _counters.Unmatched++;
                return;
            }

            if (message.Code == CoapMessage.CodeEmpty)
            {
                if (_state == StateWaiting)
                {
                    _counters.Promised++;
                    _state = StateAcknowledged;
                    _isRequestDue = false;
                    Arm(nowMs, _settings.SeparateMs);
                }

                return;
            }

            if (message.CodeClass == CoapMessage.ClassRequest || !message.HasToken(_token))
            {
                _counters.Unmatched++;
                return;
            }

            // s.4.2: an acknowledgement is rejected by ignoring it.
            if (CheckResponse(message))
            {
                FinishAnswered(message);
            }
        }

        private void InputReset(CoapMessage message, int source, int sourcePort)
        {
            if (message.Code != CoapMessage.CodeEmpty || !IsOurs(message, source, sourcePort))
            {
                _counters.Unmatched++;
                return;
            }

            _counters.Resets++;
            Finish(CoapEvent.Reset);
        }

        private void InputResponse(CoapMessage message, int source, int sourcePort, int nowMs)
        {
            bool isConfirmable = message.Type == CoapMessage.Confirmable;
            bool isAnswer = IsWaiting
                && source == _serverAddress
                && sourcePort == _serverPort
                && message.HasToken(_token);
            if (isAnswer && CheckResponse(message))
            {
                if (isConfirmable)
                {
                    Remember(message.Id, source, sourcePort, nowMs);
                    QueueEmpty(CoapMessage.Acknowledgement, message.Id, source, sourcePort);
                }

                FinishAnswered(message);
                return;
            }

            if (isConfirmable && !isAnswer && HasSeen(message.Id, source, sourcePort, nowMs))
            {
                _counters.Duplicates++;
                QueueEmpty(CoapMessage.Acknowledgement, message.Id, source, sourcePort);
                return;
            }

            _counters.Unmatched += isAnswer ? 0 : 1;
            if (isConfirmable)
            {
                QueueReset(message.Id, source, sourcePort);
            }
        }

        /// <summary>Whether the request is neither answered nor given up.</summary>
        private bool IsWaiting
        {
            get { return _state == StateWaiting || _state == StateAcknowledged; }
        }

        /// <summary>Whether an acknowledgement or a Reset is for our request.</summary>
        private bool IsOurs(CoapMessage message, int source, int sourcePort)
        {
            return IsWaiting
                && message.Id == _requestId
                && source == _serverAddress
                && sourcePort == _serverPort;
        }

        /// <summary>Looks through the options of a response: Max-Age, and whether a critical one
        /// is unknown.</summary>
        private bool CheckResponse(CoapMessage message)
        {
            int maxAgeS = DefaultMaxAgeS;
            message.FirstOption();
            while (message.NextOption())
            {
                bool isHint =
                    message.OptionNumber == CoapMessage.Block1 && message.Code == CodeTooLarge;
                if (message.IsOptionCritical && !isHint)
                {
                    _counters.UnknownCritical++;
                    return false;
                }

                if (message.OptionNumber == CoapMessage.MaxAge && message.OptionLength <= 4)
                {
                    maxAgeS = message.OptionUInt();
                }
            }

            if (maxAgeS > LongestMaxAgeS)
            {
                maxAgeS = LongestMaxAgeS;
            }

            bool asksForRest =
                message.Code == CodeServiceUnavailable || message.Code == CodeTooManyRequests;
            _retryAfterMs = asksForRest ? maxAgeS * 1000 : 0;
            return true;
        }

        private void FinishAnswered(CoapMessage message)
        {
            _code = message.Code;
            if (message.CodeClass == CoapMessage.ClassSuccess)
            {
                _counters.Delivered++;
                Finish(CoapEvent.Delivered);
                return;
            }

            _counters.Refused++;
            Finish(CoapEvent.Refused);
        }

        private void Finish(CoapEvent outcome)
        {
            _state = StateOver;
            _event = outcome;
            _isRequestDue = false;
            _isArmed = false;
        }

        private void Arm(int nowMs, int delayMs)
        {
            _isArmed = true;
            _deadlineMs = nowMs + delayMs;
        }

        private void Remember(int id, int address, int port, int nowMs)
        {
            int at = _seenNext;
            _seenAddresses[at] = address;
            _seenPortsAndIds[at] = (port << 16) | id;
            _seenMs[at] = nowMs;
            _seenNext = (at + 1) % SeenCapacity;
            if (_seenCount < SeenCapacity)
            {
                _seenCount++;
            }
        }

        private bool HasSeen(int id, int address, int port, int nowMs)
        {
            int portAndId = (port << 16) | id;
            for (int i = 0; i < _seenCount; i++)
            {
                int ageMs = nowMs - _seenMs[i];
                if (_seenPortsAndIds[i] == portAndId
                    && _seenAddresses[i] == address
                    && ageMs >= 0 && ageMs < ExchangeLifetimeMs)
                {
                    return true;
                }
            }

            return false;
        }
    }
}
