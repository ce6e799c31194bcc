// What we send. The stream takes a packet as a whole or not at all; what it does not take now
// waits, the application's messages with the application and everything else in a flag each.

using nanoPptp.Diagnostics;
using nanoPptp.Wire;

namespace nanoPptp.Telemetry.Mqtt
{
    /// <content>Writing packets.</content>
    public sealed partial class MqttClient
    {
        /// <summary>The tag of what must be sent again before anything new, -1 for none: in flight
        /// since an earlier connection. Answer it with <see cref="Resend"/>, or with
        /// <see cref="Forget"/>, until it is -1.</summary>
        public int ResendTag
        {
            get { return IsConnected && _window.HasOld ? _window.OldTag : -1; }
        }

        /// <summary>The longest payload that <see cref="Publish"/> takes now.</summary>
        /// <param name="topicLength">Octets of the topic name.</param>
        /// <param name="qos">Quality of service: 0 or 1.</param>
        /// <returns>Octets; negative when none is taken now: not connected, the window or the
        /// stream is full, or something old is to be sent first.</returns>
        public int PublishCapacity(int topicLength, int qos)
        {
            return !IsConnected || _window.HasOld || (qos > 0 && _window.IsFull)
                ? -1
                : MqttPacket.PayloadCapacity(
                    _stream.SendFree - ControlReserve, topicLength, qos);
        }

        /// <summary>Publishes a message.</summary>
        /// <param name="topic">The topic name in UTF-8, without wildcards.</param>
        /// <param name="payload">Where the payload is.</param>
        /// <param name="offset">Where it begins there.</param>
        /// <param name="length">Its octets.</param>
        /// <param name="qos">Quality of service: 0, or 1 to have it acknowledged.</param>
        /// <param name="tag">What the application calls it, 0 or more and like nothing else in
        /// flight; of no use with QoS 0.</param>
        /// <param name="nowMs">The present, in milliseconds; wraps.</param>
        /// <returns>Whether the stream has taken it; see <see cref="PublishCapacity"/>.</returns>
        public bool Publish(
            byte[] topic, byte[] payload, int offset, int length, int qos, int tag, int nowMs)
        {
            bool isSound = (qos == 0 || qos == 1)
                && (qos == 0 || tag >= 0)
                && MqttText.IsTopicName(topic, 0, topic.Length);
            if (!Invariant.Check(isSound) || length > PublishCapacity(topic.Length, qos))
            {
                return false;
            }

            int identifier = qos > 0 ? _window.NextIdentifier(_subscribeIdentifier) : 0;
            if (!SendMessage(topic, payload, offset, length, identifier, false, nowMs))
            {
                return false;
            }

            if (qos == 0)
            {
                Counters.SentAtMostOnce++;
                return true;
            }

            _window.Add(identifier, tag);
            Counters.SentAtLeastOnce++;
            return true;
        }

        /// <summary>Sends again what <see cref="ResendTag"/> names. In a persistent session it has
        /// its old packet identifier and DUP set; in a clean one it is new to both sides.</summary>
        /// <param name="topic">The topic name in UTF-8, as it was.</param>
        /// <param name="payload">Where the payload is, as it was.</param>
        /// <param name="offset">Where it begins there.</param>
        /// <param name="length">Its octets.</param>
        /// <param name="nowMs">The present, in milliseconds; wraps.</param>
        /// <returns>Whether the stream has taken it; otherwise try again when it has room.
        /// </returns>
        public bool Resend(byte[] topic, byte[] payload, int offset, int length, int nowMs)
        {
            int capacity = MqttPacket.PayloadCapacity(
                _stream.SendFree - ControlReserve, topic.Length, 1);
            if (!Invariant.Check(MqttText.IsTopicName(topic, 0, topic.Length))
                || ResendTag < 0
                || length > capacity)
            {
                return false;
            }

            int identifier = _window.OldIdentifier;
            bool isDuplicate = identifier != 0;
            if (!isDuplicate)
            {
                identifier = _window.NextIdentifier(_subscribeIdentifier);
            }

            if (!SendMessage(topic, payload, offset, length, identifier, isDuplicate, nowMs))
            {
                return false;
            }

            _window.SentAgain(identifier);
            Counters.Resent++;
            return true;
        }

        /// <summary>The application no longer has a message: it is not sent again, and its
        /// acknowledgment is not told. If it was sent on this connection, it keeps its place in the
        /// window until the broker acknowledges it.</summary>
        /// <param name="tag">Its tag.</param>
        /// <returns>Whether it was in flight.</returns>
        public bool Forget(int tag)
        {
            bool isFound = tag >= 0 && _window.Forget(tag, _state != Idle);
            Counters.Forgotten += isFound ? 1 : 0;
            return isFound;
        }

        private bool SendMessage(
            byte[] topic,
            byte[] payload,
            int offset,
            int length,
            int identifier,
            bool isDuplicate,
            int nowMs)
        {
            int qos = identifier != 0 ? 1 : 0;
            int count = MqttPacket.WritePublish(
                _output, 0, topic.Length, length, qos, isDuplicate);
            bool isSent = SendPart(_output, 0, count) && SendPart(topic, 0, topic.Length);
            if (qos > 0)
            {
                BigEndian.WriteUInt16(_output, 0, identifier);
                isSent = isSent && SendPart(_output, 0, 2);
                if (!_acknowledgment.IsArmed)
                {
                    _acknowledgment.Arm(nowMs, _answerMs);
                }
            }

            if (!isSent || !SendPart(payload, offset, length))
            {
                // A part of a message is in the stream although there was room for all of it: the
                // stream has broken its word, and the rest cannot be understood any more.
                Fail(MqttFailure.StreamEnded, nowMs);
                return false;
            }

            Sent(nowMs);
            return true;
        }

        private bool SendPart(byte[] b, int offset, int length)
        {
            bool isSent = length == 0 || _stream.Send(b, offset, length) == length;
            Counters.SentOctets += isSent ? length : 0;
            return isSent;
        }

        /// <summary>Begins the time of silence anew. It ends an eighth before the broker's patience
        /// would begin to: a Tick may be late, and what is sent is not yet there
        /// [MQTT-3.1.2-23].</summary>
        private void Sent(int nowMs)
        {
            if (_keepAliveMs > 0)
            {
                _silence.Arm(nowMs, _keepAliveMs - (_keepAliveMs >> 3));
            }
        }

        /// <summary>Sends what waits, in its order, as far as the stream has room.</summary>
        private void SendOwed(int nowMs)
        {
            switch (_state)
            {
                case Connecting:
                    if (_owesConnect && SendPart(_connect, 0, _connect.Length))
                    {
                        _owesConnect = false;
                        Counters.ConnectsSent++;
                    }

                    break;
                case Connected:
                    if (SendOwedAcknowledgment(nowMs) && SendOwedSubscribe(nowMs))
                    {
                        SendOwedPing(nowMs);
                    }

                    break;
                case Closing:
                    if (SendOwedAcknowledgment(nowMs)
                        && SendPart(_output, 0, MqttPacket.WriteDisconnect(_output, 0)))
                    {
                        // Nothing may follow it [MQTT-3.14.4-1], [MQTT-3.14.4-2].
                        Stop();
                        _stream.Close(nowMs);
                    }

                    break;
                default:
                    break;
            }
        }

        private bool SendOwedAcknowledgment(int nowMs)
        {
            if (_owedIdentifier == 0)
            {
                return true;
            }

            int count = MqttPacket.WritePublishAck(_output, 0, _owedIdentifier);
            if (!SendPart(_output, 0, count))
            {
                return false;
            }

            _owedIdentifier = 0;
            Sent(nowMs);
            return true;
        }

        private bool SendOwedSubscribe(int nowMs)
        {
            if (!_owesSubscribe)
            {
                return true;
            }

            if (_stream.SendFree < _subscribe.Length)
            {
                // Without this each try would use up a packet identifier.
                return false;
            }

            int identifier = _window.NextIdentifier(0);
            int at = MqttPacket.SubscribeIdentifierOffset(_subscribe);
            BigEndian.WriteUInt16(_subscribe, at, identifier);
            if (!SendPart(_subscribe, 0, _subscribe.Length))
            {
                return false;
            }

            _owesSubscribe = false;
            _subscribeIdentifier = identifier;
            Sent(nowMs);
            return true;
        }

        private void SendOwedPing(int nowMs)
        {
            if (_owesPing
                && SendPart(_output, 0, MqttPacket.WritePingRequest(_output, 0)))
            {
                _owesPing = false;
                Counters.Pings++;
                Sent(nowMs);
            }
        }
    }
}
