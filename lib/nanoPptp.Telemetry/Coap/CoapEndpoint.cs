// A CoAP endpoint (RFC 7252) for a sensor: one confirmable request at a time to a server
// (NSTART 1), and one resource of our own, the status, that anybody inside the tunnel may GET.
// Datagrams and time go in, datagrams come out.
//
// This file has the public surface, what is received, and what is sent. CoapEndpoint.Client.cs has
// the request of ours, CoapEndpoint.Server.cs the requests to us.
//
// What a message is for (s.4.2, s.4.3, s.5.3.2):
//
//   type      code           then
//   CON       empty          a ping: Reset
//   CON, NON  request        the server's side; an error of format: CON Reset, NON nothing
//   CON, NON  response       token and source are those of our request: it is answered; CON is
//                            acknowledged. Else CON Reset (or an acknowledgement again, when it was
//                            acknowledged before), NON nothing
//   NON       empty          nothing: not allowed
//   ACK       empty          number and source fit: the request is acknowledged, an answer follows
//   ACK       response       number, source and token fit: it is answered
//   ACK       request        nothing: not allowed
//   RST       empty          number and source fit: the request was rejected

using System;
using nanoPptp.Crypto;
using nanoPptp.Wire;

namespace nanoPptp.Telemetry.Coap
{
    /// <summary>
    /// A CoAP endpoint. One thread; nothing is allocated after construction.
    /// </summary>
    public sealed partial class CoapEndpoint
    {
        /// <summary>Octets of our tokens: 32 bits of chance against answers from somebody who
        /// does not see our requests (s.5.3.1).</summary>
        internal const int TokenLength = 4;

        /// <summary>EXCHANGE_LIFETIME (s.4.8.2), ms: how long a message may come again.</summary>
        internal const int ExchangeLifetimeMs = 247000;

        // Acknowledgements and Resets that wait to be sent.
        private const int EmptyCapacity = 4;

        // Three requests' worth, and within one block of the pool's.
        private const int StockLength = 18;

        private readonly CoapSettings _settings;
        private readonly CoapCounters _counters = new CoapCounters();
        private readonly CoapMessage _message = new CoapMessage();
        private readonly RandomPool _random = new RandomPool();
        private readonly byte[] _stock = new byte[StockLength];
        private readonly byte[] _draw = new byte[2];
        private readonly int[] _emptyTypes = new int[EmptyCapacity];
        private readonly int[] _emptyIds = new int[EmptyCapacity];
        private readonly int[] _emptyAddresses = new int[EmptyCapacity];
        private readonly int[] _emptyPorts = new int[EmptyCapacity];
        private int _emptyFirst;
        private int _emptyCount;
        private int _nextId;
        private int _stockLeft;
        private bool _isStarted;

        /// <summary>Makes an endpoint and all its buffers.</summary>
        /// <param name="settings">Settings; not changed afterwards.</param>
        /// <param name="payloadCapacity">Longest payload of a request, octets.</param>
        public CoapEndpoint(CoapSettings settings, int payloadCapacity)
        {
            _settings = settings;
            _payloadCapacity = payloadCapacity;
            _request = new byte[
                CoapMessage.HeaderLength + TokenLength + CoapTarget.LongestOptions + 4
                    + payloadCapacity];
            _answer = new byte[
                CoapMessage.HeaderLength + CoapMessage.LongestToken + 4
                    + AnswerCapacity(settings)];
            byte[] path = Utf8.Octets(settings.StatusPath, 0, settings.StatusPath.Length);
            _statusPath = new CoapPath(path);
            _links = Links(path);
        }

        /// <summary>Where the datagram that <see cref="Output"/> wrote goes.</summary>
        public int OutputAddress;

        /// <summary>The port it goes to.</summary>
        public int OutputPort;

        /// <summary>What became of messages.</summary>
        public CoapCounters Counters
        {
            get { return _counters; }
        }

        /// <summary>Draws the first message ID and makes tokens unpredictable. Once, before
        /// anything else; again mixes more in.</summary>
        /// <param name="entropy">Octets from the platform; 16 and more.</param>
        /// <param name="offset">Index of the first.</param>
        /// <param name="length">How many.</param>
        /// <param name="nowMs">The present, in milliseconds; wraps.</param>
        public void Start(byte[] entropy, int offset, int length, int nowMs)
        {
            _random.Seed(entropy, offset, length);
            _stockLeft = 0;
            if (!_isStarted)
            {
                _isStarted = true;
                _nextId = Draw();
            }

            Tick(nowMs);
        }

        /// <summary>Takes a datagram that came to our port.</summary>
        /// <param name="b">The octets; not kept.</param>
        /// <param name="offset">Where its payload begins.</param>
        /// <param name="length">Octets of it.</param>
        /// <param name="source">Its source address.</param>
        /// <param name="sourcePort">Its source port.</param>
        /// <param name="nowMs">The present, in milliseconds; wraps.</param>
        public void Input(
            byte[] b,
            int offset,
            int length,
            int source,
            int sourcePort,
            int nowMs)
        {
            CoapMessage message = _message;
            int result = message.Check(b, offset, length);
            if (result < 0)
            {
                // s.3: another version is ignored in silence. s.4.2: an error of format in a
                // confirmable message is rejected, in any other one ignored.
                _counters.Malformed++;
                if (result == CoapMessage.Malformed && message.Type == CoapMessage.Confirmable)
                {
                    QueueReset(message.Id, source, sourcePort);
                }

                return;
            }

            if (message.Type == CoapMessage.Acknowledgement)
            {
                InputAcknowledgement(message, source, sourcePort, nowMs);
            }
            else if (message.Type == CoapMessage.Reset)
            {
                InputReset(message, source, sourcePort);
            }
            else if (message.Code == CoapMessage.CodeEmpty)
            {
                InputPing(message, source, sourcePort);
            }
            else if (message.CodeClass == CoapMessage.ClassRequest)
            {
                InputRequest(message, b, source, sourcePort, nowMs);
            }
            else
            {
                InputResponse(message, source, sourcePort, nowMs);
            }
        }

        /// <summary>What has happened; to be called until <see cref="CoapEvent.None"/>.</summary>
        /// <param name="nowMs">The present, in milliseconds; wraps.</param>
        /// <returns>The event.</returns>
        public CoapEvent Poll(int nowMs)
        {
            Tick(nowMs);
            DemandResponse();
            if (_state == StateOver)
            {
                _state = StateIdle;
                return _event;
            }

            if (_asked == AskedNew)
            {
                _asked = AskedReported;
                return CoapEvent.StatusAsked;
            }

            return CoapEvent.None;
        }

        /// <summary>Writes the next datagram that is due: acknowledgements first, then the answer,
        /// then the request.</summary>
        /// <param name="b">Receives the octets.</param>
        /// <param name="offset">Where to write.</param>
        /// <param name="capacity">Octets that may be written; what is longer counts as sent and
        /// lost.</param>
        /// <param name="nowMs">The present, in milliseconds; wraps.</param>
        /// <returns>Octets written, and <see cref="OutputAddress"/> and <see cref="OutputPort"/>
        /// say where to; 0 when none is due.</returns>
        public int Output(byte[] b, int offset, int capacity, int nowMs)
        {
            int length = 0;
            if (_emptyCount > 0)
            {
                length = OutputEmpty(b, offset, capacity);
            }

            if (length == 0 && _isAnswerDue)
            {
                _isAnswerDue = false;
                OutputAddress = _answerAddress;
                OutputPort = _answerPort;
                length = Copy(_answer, _answerLength, b, offset, capacity);
            }

            return length == 0 && _isRequestDue
                ? OutputRequest(b, offset, capacity, nowMs)
                : length;
        }

        /// <summary>Lets time pass.</summary>
        /// <param name="nowMs">The present, in milliseconds; wraps.</param>
        public void Tick(int nowMs)
        {
            TickRequest(nowMs);
            ForgetAnswer(nowMs);
        }

        /// <summary>How long nothing will be due without a datagram.</summary>
        /// <param name="nowMs">The present, in milliseconds; wraps.</param>
        /// <returns>Milliseconds; 0 when there is output or an event; int.MaxValue for no end.
        /// </returns>
        public int NextDeadlineMs(int nowMs)
        {
            if (_emptyCount > 0 || _isAnswerDue || _isRequestDue)
            {
                return 0;
            }

            if (_state == StateOver || _asked != AskedNot)
            {
                return 0;
            }

            if (!_isArmed)
            {
                return int.MaxValue;
            }

            int leftMs = _deadlineMs - nowMs;
            return leftMs < 0 ? 0 : leftMs;
        }

        private void InputPing(CoapMessage message, int source, int sourcePort)
        {
            // s.4.3: an empty message that needs no acknowledgement is not allowed, and ignored.
            if (message.Type != CoapMessage.Confirmable)
            {
                _counters.Malformed++;
                return;
            }

            _counters.Pings++;
            QueueReset(message.Id, source, sourcePort);
        }

        private void QueueReset(int id, int address, int port)
        {
            _counters.ResetsSent++;
            QueueEmpty(CoapMessage.Reset, id, address, port);
        }

        private void QueueEmpty(int type, int id, int address, int port)
        {
            if (_emptyCount == EmptyCapacity)
            {
                _counters.Unanswered++;
                return;
            }

            int at = (_emptyFirst + _emptyCount) % EmptyCapacity;
            _emptyTypes[at] = type;
            _emptyIds[at] = id;
            _emptyAddresses[at] = address;
            _emptyPorts[at] = port;
            _emptyCount++;
        }

        private int OutputEmpty(byte[] b, int offset, int capacity)
        {
            int at = _emptyFirst;
            _emptyFirst = (at + 1) % EmptyCapacity;
            _emptyCount--;
            if (capacity < CoapMessage.HeaderLength)
            {
                _counters.TooLong++;
                return 0;
            }

            OutputAddress = _emptyAddresses[at];
            OutputPort = _emptyPorts[at];
            CoapMessage.WriteHeader(
                b,
                offset,
                _emptyTypes[at],
                0,
                CoapMessage.CodeEmpty,
                _emptyIds[at]);
            return CoapMessage.HeaderLength;
        }

        private int Copy(byte[] from, int length, byte[] b, int offset, int capacity)
        {
            if (length > capacity)
            {
                _counters.TooLong++;
                return 0;
            }

            Array.Copy(from, 0, b, offset, length);
            return length;
        }

        private int TakeId()
        {
            int id = _nextId;
            _nextId = (id + 1) & 0xFFFF;
            return id;
        }

        /// <summary>16 bits of chance.</summary>
        private int Draw()
        {
            DrawInto(_draw, 2);
            return (_draw[0] << 8) | _draw[1];
        }

        // One filling costs two blocks of SHA-1, however little is asked for: it serves several
        // requests.
        private void DrawInto(byte[] target, int length)
        {
            if (_stockLeft < length)
            {
                _random.Fill(_stock, 0, StockLength);
                _stockLeft = StockLength;
            }

            _stockLeft -= length;
            Array.Copy(_stock, _stockLeft, target, 0, length);
        }
    }
}
