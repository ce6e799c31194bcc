// What the broker sends. The stream brings octets in any portions; a packet is put together in
// _input and then processed. A longer one passes through _input in pieces, of which only the packet
// identifier is kept.

namespace nanoPptp.Telemetry.Mqtt
{
    /// <content>Reading and processing packets.</content>
    public sealed partial class MqttClient
    {
        private readonly byte[] _input;

        // Octets of the packet that came so far, of its fixed header when that is complete, and of
        // the whole packet.
        private int _inputCount;
        private int _headerLength;
        private int _packetLength;

        // Of a packet that is too long: where its packet identifier is, and the identifier.
        private bool _isTooLong;
        private bool _hasIdentifier;
        private int _identifierAt;
        private int _identifier;

        /// <summary>The octets of the message that <see cref="MqttEvent.Message"/> has announced;
        /// like all that is said of it, until the next <see cref="Poll"/>.</summary>
        public byte[] InputOctets
        {
            get { return _input; }
        }

        /// <summary>Where the topic name begins.</summary>
        public int TopicOffset { get; private set; }

        /// <summary>Octets of the topic name.</summary>
        public int TopicLength { get; private set; }

        /// <summary>Where the payload begins.</summary>
        public int PayloadOffset { get; private set; }

        /// <summary>Octets of the payload.</summary>
        public int PayloadLength { get; private set; }

        /// <summary>Whether the message is one that the broker kept, and not news.</summary>
        public bool IsRetained { get; private set; }

        /// <summary>Whether the broker has tried to send it before: it may have come already.
        /// </summary>
        public bool IsDuplicate { get; private set; }

        private void BeginPacket()
        {
            _inputCount = 0;
            _headerLength = 0;
            _packetLength = 0;
            _isTooLong = false;
            _hasIdentifier = false;
            _identifierAt = 0;
            _identifier = 0;
        }

        /// <summary>Goes on with the packet that is coming.</summary>
        /// <returns>Whether it is complete and good; otherwise there is no octet left, or the
        /// connection has failed.</returns>
        private bool ReadPacket(int nowMs)
        {
            if (_headerLength == 0 && !ReadHeader(nowMs))
            {
                return false;
            }

            int end = _packetLength < _input.Length ? _packetLength : _input.Length;
            while (_inputCount < end)
            {
                if (!Receive(_inputCount, end - _inputCount))
                {
                    return false;
                }
            }

            MqttFailure failure = MqttFailure.None;
            if (_packetLength > _input.Length)
            {
                if (!SkipPacket(nowMs))
                {
                    return false;
                }
            }
            else
            {
                failure = MqttPacket.Check(_input, 0, _headerLength, _packetLength);
            }

            if (failure != MqttFailure.None)
            {
                Fail(failure, nowMs);
                return false;
            }

            return true;
        }

        private bool ReadHeader(int nowMs)
        {
            int headerLength;
            do
            {
                // No packet is shorter than two octets; behind them the next packet may begin.
                if (!Receive(_inputCount, _inputCount < 2 ? 2 - _inputCount : 1))
                {
                    return false;
                }

                headerLength = MqttPacket.HeaderLength(_input, 0, _inputCount);
            }
            while (headerLength == 0);

            MqttFailure failure = MqttFailure.RemainingLength;
            if (headerLength > 0)
            {
                int remaining = MqttPacket.RemainingLength(_input, 0, headerLength);
                failure = MqttPacket.CheckHeader(_input, 0, remaining);
                _headerLength = headerLength;
                _packetLength = headerLength + remaining;
            }

            if (failure != MqttFailure.None)
            {
                Fail(failure, nowMs);
                return false;
            }

            return true;
        }

        private bool Receive(int offset, int capacity)
        {
            int count = _stream.Receive(_input, offset, capacity);
            _inputCount += count;
            Counters.ReceivedOctets += count;
            return count > 0;
        }

        /// <summary>Goes on with a message that is too long; its beginning is in _input.</summary>
        /// <returns>Whether all of it has passed.</returns>
        private bool SkipPacket(int nowMs)
        {
            if (!_isTooLong)
            {
                _isTooLong = true;
                _identifierAt = MqttPacket.TopicEnd(_input, 0, _headerLength);
                _hasIdentifier = MqttPacket.QosOf(_input, 0) > 0;
                if (_identifierAt + (_hasIdentifier ? 2 : 0) > _packetLength)
                {
                    Fail(MqttFailure.Length, nowMs);
                    return false;
                }

                KeepIdentifier(0, _inputCount);
            }

            while (_inputCount < _packetLength)
            {
                int position = _inputCount;
                int left = _packetLength - position;
                if (!Receive(0, left < _input.Length ? left : _input.Length))
                {
                    return false;
                }

                KeepIdentifier(position, _inputCount - position);
            }

            return true;
        }

        /// <summary>Keeps the octets of the packet identifier if they are in a piece.</summary>
        /// <param name="position">Where in the packet the piece begins that is in _input.</param>
        /// <param name="count">Its octets.</param>
        private void KeepIdentifier(int position, int count)
        {
            for (int i = 0; i < 2 && _hasIdentifier; i++)
            {
                int at = _identifierAt + i - position;
                if (at >= 0 && at < count)
                {
                    _identifier = (_identifier << 8) | _input[at];
                }
            }
        }

        private MqttEvent Process(int nowMs)
        {
            int type = _isTooLong ? MqttPacket.Publish : MqttPacket.TypeOf(_input, 0);
            bool isFirst = _state == Connecting && !_owesConnect;
            if ((type == MqttPacket.ConnectAck) != isFirst)
            {
                Fail(MqttFailure.Order, nowMs);
                return MqttEvent.None;
            }

            switch (type)
            {
                case MqttPacket.ConnectAck:
                    return ProcessConnectAck(nowMs);
                case MqttPacket.PublishAck:
                    return ProcessPublishAck(nowMs);
                case MqttPacket.SubscribeAck:
                    return ProcessSubscribeAck();
                case MqttPacket.Publish:
                    return _isTooLong ? ProcessTooLong(nowMs) : ProcessMessage();
                default:
                    _pong.Disarm();
                    return MqttEvent.None;
            }
        }

        private MqttEvent ProcessConnectAck(int nowMs)
        {
            ReturnCode = MqttPacket.ReturnCode(_input, 0, _headerLength);
            if (ReturnCode != 0)
            {
                Counters.Refused++;
                Stop();
                _stream.Close(nowMs);
                return MqttEvent.Refused;
            }

            IsSessionPresent = MqttPacket.IsSessionPresent(_input, 0, _headerLength);
            if (IsSessionPresent && _isClean)
            {
                // [MQTT-3.2.2-1]: whose session it is that we have here nobody knows.
                Fail(MqttFailure.ReturnCode, nowMs);
                return MqttEvent.None;
            }

            _state = Connected;
            _answer.Disarm();
            Sent(nowMs);
            Counters.Connected++;
            Counters.SessionsResumed += IsSessionPresent ? 1 : 0;
            Counters.SessionsLost += !IsSessionPresent && !_isClean && _window.HasOld ? 1 : 0;
            _isSubscribed = _isSubscribed && IsSessionPresent;
            if (_subscribe != null && !_isSubscribed)
            {
                _owesSubscribe = true;
                _answer.Arm(nowMs, _answerMs);
                SendOwed(nowMs);
            }

            return MqttEvent.Connected;
        }

        private MqttEvent ProcessPublishAck(int nowMs)
        {
            int index = _window.IndexOf(MqttPacket.Identifier(_input, 0, _headerLength));
            if (index < 0)
            {
                Counters.UnknownAcknowledgments++;
                return MqttEvent.None;
            }

            Tag = _window.TagAt(index);
            _window.Remove(index);
            Counters.Acknowledged++;
            if (_window.SentCount > 0)
            {
                _acknowledgment.Arm(nowMs, _answerMs);
            }
            else
            {
                _acknowledgment.Disarm();
            }

            return Tag == MqttWindow.NoTag ? MqttEvent.None : MqttEvent.Acknowledged;
        }

        private MqttEvent ProcessSubscribeAck()
        {
            int identifier = MqttPacket.Identifier(_input, 0, _headerLength);
            if (identifier == 0 || identifier != _subscribeIdentifier)
            {
                Counters.UnknownAcknowledgments++;
                return MqttEvent.None;
            }

            _subscribeIdentifier = 0;
            _answer.Disarm();
            int code = MqttPacket.SubscribeReturnCode(_input, 0, _headerLength);
            _isSubscribed = code != MqttPacket.SubscriptionFailure;
            return _isSubscribed ? MqttEvent.Subscribed : MqttEvent.SubscriptionRefused;
        }

        private MqttEvent ProcessMessage()
        {
            int end = MqttPacket.TopicEnd(_input, 0, _headerLength);
            TopicOffset = _headerLength + 2;
            TopicLength = end - TopicOffset;
            if (MqttPacket.QosOf(_input, 0) > 0)
            {
                _owedIdentifier = MqttPacket.Identifier(_input, 0, end);
                end += 2;
            }

            PayloadOffset = end;
            PayloadLength = _packetLength - end;
            IsRetained = MqttPacket.IsRetained(_input, 0);
            IsDuplicate = MqttPacket.IsDuplicate(_input, 0);
            Counters.Received++;
            Counters.ReceivedDuplicates += IsDuplicate ? 1 : 0;
            return MqttEvent.Message;
        }

        /// <summary>A message that was skipped is acknowledged all the same: the broker would send
        /// it on each connection again, and we would skip it again, and some day the broker's
        /// window would be full of such messages.</summary>
        private MqttEvent ProcessTooLong(int nowMs)
        {
            if (_hasIdentifier && _identifier == 0)
            {
                Fail(MqttFailure.PacketIdentifier, nowMs);
                return MqttEvent.None;
            }

            Counters.ReceivedTooLong++;
            _owedIdentifier = _identifier;
            SendOwed(nowMs);
            return MqttEvent.None;
        }
    }
}
