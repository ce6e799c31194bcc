// An MQTT 3.1.1 client on an octet stream that somebody else opens and closes.
//
//            Start                    CONNACK 0                   Disconnect
//   Idle ------------> Connecting --------------> Connected -----------------> Closing
//    ^                     |                          |                           |
//    |                     | CONNACK 1 to 5: Refused  |                           | DISCONNECT
//    |                     | Disconnect               |                           | sent
//    |                     v                          v                           v
//    '---- Stop, or what is wrong: Failed ------------+---------------------------'
//
// A session outlives its connections: what is in flight stays when a connection ends, whoever ended
// it, and the next one begins with it.
//
// - Persistent sessions: it is sent again with the same packet identifiers and DUP set, in the old
//   order [MQTT-4.4.0-1], [MQTT-4.6.0-1], whether the broker says Session Present or not. DUP tells
//   whether this is our first attempt to send the message (s.3.3.1.1, [MQTT-3.3.1-1]) and not what
//   a broker remembers, and a broker that lost its session may yet have passed the message on.
//   s.3.2.2.2 leaves a client free to go on when the broker has lost the session.
// - Clean sessions: the old session is discarded on both sides [MQTT-3.1.2-6], so the application
//   is asked for the same messages, but they are new ones: new packet identifiers, DUP 0.
//
// The subscription is made anew on each connection but those that resume a session in which this
// client has seen it granted: to make it again would have the broker repeat a retained command on
// every reconnect, and to trust a session of before our start could mean one that ended between
// CONNACK and SUBSCRIBE, or one with the topic filter of older settings.
//
// Whoever speaks wrongly is cut off [MQTT-4.8.0-1], and the next connection begins anew.

using System;
using nanoPptp.Telemetry.Tcp;
using nanoPptp.Time;

namespace nanoPptp.Telemetry.Mqtt
{
    /// <summary>
    /// An MQTT 3.1.1 client: QoS 0 and 1 both ways, one subscription. Not thread-safe. Everything
    /// is allocated by the constructor. All times are 32-bit milliseconds that may wrap.
    /// </summary>
    /// <remarks>
    /// A round: <see cref="Poll"/> until None, publish, then <see cref="Tick"/>. A Tick in front of
    /// the answers that wait in the stream would find them missing.
    /// </remarks>
    public sealed partial class MqttClient
    {
        /// <summary>Default of the longest packet taken in, octets.</summary>
        public const int DefaultInputCapacity = 512;

        /// <summary>Smallest value for the longest packet taken in, octets.</summary>
        public const int MinimumInputCapacity = 32;

        // Octets of the stream that publishing leaves free, so that acknowledgments, pings and the
        // last word find room: a stream that is full in both directions would never move again.
        internal const int ControlReserve = 16;

        private const int Idle = 0;
        private const int Connecting = 1;
        private const int Connected = 2;
        private const int Closing = 3;

        private readonly OctetStream _stream;
        private readonly MqttWindow _window;
        private readonly byte[] _connect;
        private readonly byte[] _subscribe;
        private readonly byte[] _output = new byte[MqttPacket.MaximumPublishHeaderLength];
        private readonly bool _isClean;
        private readonly int _answerMs;
        private readonly int _keepAliveMs;

        private readonly Deadline _silence = new Deadline();
        private readonly Deadline _answer = new Deadline();
        private readonly Deadline _pong = new Deadline();
        private readonly Deadline _acknowledgment = new Deadline();

        private int _state;
        private bool _hasFailed;

        // What waits for room in the stream: CONNECT, the acknowledgment of the message that was
        // shown last, SUBSCRIBE, PINGREQ. Nothing is read while an acknowledgment waits, so there
        // is never a second one, and they leave in order [MQTT-4.6.0-2].
        private bool _owesConnect;
        private int _owedIdentifier;
        private bool _owesSubscribe;
        private bool _owesPing;

        // The packet identifier of a SUBSCRIBE that was sent, 0 when none waits for its answer.
        private int _subscribeIdentifier;
        private bool _isSubscribed;

        /// <summary>Makes a client that is idle.</summary>
        /// <param name="settings">What it needs to know; copied.</param>
        /// <param name="stream">What it speaks through.</param>
        /// <param name="inputCapacity">Longest packet taken in, octets; longer ones are skipped and
        /// counted.</param>
        /// <exception cref="ArgumentException">A setting is out of its range.</exception>
        public MqttClient(
            MqttSettings settings, OctetStream stream, int inputCapacity = DefaultInputCapacity)
        {
            settings.Check();
            if (inputCapacity < MinimumInputCapacity)
            {
                throw new ArgumentException();
            }

            _stream = stream;
            _window = new MqttWindow(settings.InFlight);
            _input = new byte[inputCapacity];
            _connect = MqttPacket.MakeConnect(settings);
            byte[] filter = MqttText.Encode(settings.CommandTopic);
            if (filter != null)
            {
                if (!MqttText.IsTopicFilter(filter))
                {
                    throw new ArgumentException();
                }

                _subscribe = MqttPacket.MakeSubscribe(filter, settings.CommandQos);
            }

            _isClean = settings.CleanSession;
            _answerMs = settings.AnswerMs;
            _keepAliveMs = settings.KeepAliveS * 1000;
            Counters = new MqttCounters();
        }

        /// <summary>What was done and seen.</summary>
        public MqttCounters Counters { get; }

        /// <summary>Whether the broker has accepted us and the connection goes on.</summary>
        public bool IsConnected
        {
            get { return _state == Connected; }
        }

        /// <summary>Whether the broker had our session when it accepted us.</summary>
        public bool IsSessionPresent { get; private set; }

        /// <summary>The return code of the last CONNACK: 0 is accepted, 1 the protocol, 2 the
        /// client identifier, 3 not at present, 4 name or password, 5 not allowed.</summary>
        public int ReturnCode { get; private set; }

        /// <summary>The tag of what <see cref="MqttEvent.Acknowledged"/> is about.</summary>
        public int Tag { get; private set; }

        /// <summary>Why the last connection failed; None since the next <see cref="Start"/>.
        /// </summary>
        public MqttFailure Failure { get; private set; }

        /// <summary>Messages that the broker has not acknowledged.</summary>
        public int InFlightCount
        {
            get { return _window.Count; }
        }

        /// <summary>Begins a connection: the stream is open. Until the broker answers nothing else
        /// is sent.</summary>
        /// <param name="nowMs">The present, in milliseconds; wraps.</param>
        public void Start(int nowMs)
        {
            Stop();
            Failure = MqttFailure.None;
            ReturnCode = 0;
            IsSessionPresent = false;
            _window.Restart(_isClean);
            _state = Connecting;
            _owesConnect = true;
            _answer.Arm(nowMs, _answerMs);
            SendOwed(nowMs);
        }

        /// <summary>Ends the connection without a word: the stream is gone. What is in flight
        /// stays.</summary>
        public void Stop()
        {
            _state = Idle;
            _hasFailed = false;
            _owesConnect = false;
            _owedIdentifier = 0;
            _owesSubscribe = false;
            _owesPing = false;
            _subscribeIdentifier = 0;
            _silence.Disarm();
            _answer.Disarm();
            _pong.Disarm();
            _acknowledgment.Disarm();
            BeginPacket();
        }

        /// <summary>Reads the stream, and sends what waited for room; call it until None. A message
        /// of QoS 1 that it has shown is acknowledged by the next call, when the application has
        /// dealt with it.</summary>
        /// <param name="nowMs">The present, in milliseconds; wraps.</param>
        /// <returns>What has happened.</returns>
        public MqttEvent Poll(int nowMs)
        {
            SendOwed(nowMs);
            while ((_state == Connecting || _state == Connected) && _owedIdentifier == 0)
            {
                if (!ReadPacket(nowMs))
                {
                    break;
                }

                MqttEvent happened = Process(nowMs);
                BeginPacket();
                if (happened != MqttEvent.None)
                {
                    return happened;
                }
            }

            CheckStream(nowMs);
            if (_hasFailed)
            {
                _hasFailed = false;
                return MqttEvent.Failed;
            }

            return MqttEvent.None;
        }

        /// <summary>Says goodbye, so that the will is not published, and closes the stream; then
        /// the client is idle. What is in flight stays.</summary>
        /// <param name="nowMs">The present, in milliseconds; wraps.</param>
        public void Disconnect(int nowMs)
        {
            if (_state == Idle || _owesConnect)
            {
                Stop();
                _stream.Close(nowMs);
                return;
            }

            // Without a CONNACK yet the word may follow CONNECT at once (s.3.1.4), which keeps a
            // broker that has accepted us from publishing the will.
            _state = Closing;
            _owesSubscribe = false;
            _owesPing = false;
            _silence.Disarm();
            _pong.Disarm();
            _acknowledgment.Disarm();
            _answer.Arm(nowMs, _answerMs);
            SendOwed(nowMs);
        }

        /// <summary>Lets time pass: pings, and notices answers that stay away.</summary>
        /// <param name="nowMs">The present, in milliseconds; wraps.</param>
        public void Tick(int nowMs)
        {
            if (_answer.IsDue(nowMs))
            {
                Fail(
                    _state == Connecting ? MqttFailure.ConnectTimeout
                    : _state == Closing ? MqttFailure.DisconnectTimeout
                    : MqttFailure.SubscribeTimeout,
                    nowMs);
            }
            else if (_pong.IsDue(nowMs))
            {
                Fail(MqttFailure.PingTimeout, nowMs);
            }
            else if (_acknowledgment.IsDue(nowMs))
            {
                Fail(MqttFailure.AcknowledgmentTimeout, nowMs);
            }
            else if (_silence.IsDue(nowMs))
            {
                // The wait for the answer begins here, whether the stream has room or not.
                _silence.Disarm();
                _owesPing = true;
                if (!_pong.IsArmed)
                {
                    _pong.Arm(nowMs, _answerMs);
                }
            }

            SendOwed(nowMs);
        }

        /// <summary>The way to the broker stands again after a time without: what was waited for
        /// is waited for anew.</summary>
        /// <param name="nowMs">The present, in milliseconds; wraps.</param>
        public void Resume(int nowMs)
        {
            _answer.Rearm(nowMs, _answerMs);
            _pong.Rearm(nowMs, _answerMs);
            _acknowledgment.Rearm(nowMs, _answerMs);
        }

        /// <summary>How long the caller may wait before the next <see cref="Tick"/>, unless the
        /// stream has octets or room again.</summary>
        /// <param name="nowMs">The present, in milliseconds; wraps.</param>
        /// <returns>Milliseconds; 0 when <see cref="Poll"/> has something to tell, int.MaxValue for
        /// any time.</returns>
        public int NextDeadlineMs(int nowMs)
        {
            if (_hasFailed)
            {
                return 0;
            }

            int waitMs = _answer.Sooner(nowMs, int.MaxValue);
            waitMs = _pong.Sooner(nowMs, waitMs);
            waitMs = _acknowledgment.Sooner(nowMs, waitMs);
            return _silence.Sooner(nowMs, waitMs);
        }

        private void CheckStream(int nowMs)
        {
            if (_state == Idle || !(_stream.IsOver || _stream.IsPeerDone))
            {
                return;
            }

            if (_state == Closing)
            {
                // Nobody is there any more to say goodbye to.
                Stop();
                _stream.Close(nowMs);
                return;
            }

            // What came in front of the end is read first, as long as reading goes on.
            if (_stream.ReceiveCount == 0 || _owedIdentifier != 0)
            {
                Fail(MqttFailure.StreamEnded, nowMs);
            }
        }

        private void Fail(MqttFailure failure, int nowMs)
        {
            Stop();
            Failure = failure;
            _hasFailed = true;
            Counters.Failures++;
            _stream.Abort(nowMs);
        }
    }
}
