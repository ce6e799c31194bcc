// The control packets of MQTT 3.1.1 (OASIS Standard, 29 October 2014, s.2 and s.3).
//
//   Fixed header (s.2.2)
//      7   6   5   4   3   2   1   0
//   +---------------+---------------+
//   |     Type      |     Flags     |
//   +---------------+---------------+
//   |       Remaining Length        |   1 to 4 octets, 7 bits in each, lowest first;
//   +-------------------------------+   bit 7 says that another one follows
//
//   PUBLISH (s.3.3): flags DUP, QoS, QoS, RETAIN
//   +-------------------------------+
//   |   Length of the topic name    |   2 octets
//   +-------------------------------+
//   |          Topic name           |
//   +-------------------------------+
//   |       Packet identifier       |   2 octets, with QoS 1 and 2 only
//   +-------------------------------+
//   |            Payload            |   the rest
//   +-------------------------------+
//
//   CONNACK (s.3.2)   20 02 | 0000000 SP | return code
//   PUBACK (s.3.4)    40 02 | packet identifier
//   SUBSCRIBE (s.3.8) 82 .. | packet identifier | length, topic filter, QoS
//   SUBACK (s.3.9)    90 03 | packet identifier | return code
//   PINGREQ (s.3.12)  C0 00     PINGRESP (s.3.13) D0 00     DISCONNECT (s.3.14) E0 00
//
//   CONNECT (s.3.1)
//   10 .. | 00 04 M Q T T | level 4 | flags | keep alive, 2 octets, seconds
//   flags: User name, Password, Will retain, Will QoS, Will QoS, Will, Clean session, 0
//   then, each with 2 octets of length in front and as the flags say [MQTT-3.1.3-1]:
//   client identifier, will topic, will message, user name, password

using System;
using nanoPptp.Wire;

namespace nanoPptp.Telemetry.Mqtt
{
    /// <summary>Octets and fields of MQTT's packets, as a client sees them.</summary>
    internal static class MqttPacket
    {
        internal const int Connect = 1;
        internal const int ConnectAck = 2;
        internal const int Publish = 3;
        internal const int PublishAck = 4;
        internal const int Subscribe = 8;
        internal const int SubscribeAck = 9;
        internal const int PingRequest = 12;
        internal const int PingResponse = 13;
        internal const int Disconnect = 14;

        /// <summary>Longest fixed header, octets.</summary>
        internal const int MaximumHeaderLength = 5;

        /// <summary>Octets of a PUBACK.</summary>
        internal const int PublishAckLength = 4;

        /// <summary>Octets of a PINGREQ, and of a DISCONNECT.</summary>
        internal const int BareLength = 2;

        /// <summary>What <see cref="WritePublish"/> may need: the fixed header and the length of
        /// the topic.</summary>
        internal const int MaximumPublishHeaderLength = MaximumHeaderLength + 2;

        /// <summary>Largest remaining length (s.2.2.3).</summary>
        internal const int MaximumRemainingLength = 268435455;

        /// <summary>The return code of a refused subscription (s.3.9.3).</summary>
        internal const int SubscriptionFailure = 0x80;

        /// <summary>Last return code of CONNACK that the standard has (s.3.2.2.3).</summary>
        internal const int LastReturnCode = 5;

        private const int SubscribeFlags = 2;
        private const int ProtocolLevel = 4;

        /// <summary>Finds the end of the fixed header.</summary>
        /// <param name="b">The octets.</param>
        /// <param name="offset">Where the packet begins.</param>
        /// <param name="length">Octets present from there.</param>
        /// <returns>Octets of the fixed header, 2 to 5; 0 when more octets have to come; -1 when a
        /// fifth octet of length would follow.</returns>
        internal static int HeaderLength(byte[] b, int offset, int length)
        {
            for (int at = 1; at < MaximumHeaderLength; at++)
            {
                if (at >= length)
                {
                    return 0;
                }

                if (b[offset + at] < 0x80)
                {
                    return at + 1;
                }
            }

            return -1;
        }

        /// <summary>The remaining length of a fixed header that is complete. A longer form than
        /// needed is taken: the standard does not forbid it.</summary>
        /// <param name="b">The octets.</param>
        /// <param name="offset">Where the packet begins.</param>
        /// <param name="headerLength">From <see cref="HeaderLength"/>: 2 to 5.</param>
        /// <returns>0 to 268,435,455.</returns>
        internal static int RemainingLength(byte[] b, int offset, int headerLength)
        {
            int value = 0;
            for (int at = headerLength - 1; at > 0; at--)
            {
                value = (value << 7) | (b[offset + at] & 0x7F);
            }

            return value;
        }

        /// <summary>The first gate, as soon as the fixed header is there: type, flags, and the
        /// length of what has one length only. Nothing behind the fixed header is read.</summary>
        /// <param name="b">The octets.</param>
        /// <param name="offset">Where the packet begins.</param>
        /// <param name="remainingLength">From <see cref="RemainingLength"/>.</param>
        /// <returns>What is wrong, or None.</returns>
        internal static MqttFailure CheckHeader(byte[] b, int offset, int remainingLength)
        {
            int type = TypeOf(b, offset);
            int expected;
            switch (type)
            {
                case Publish:
                    return CheckPublishFlags(b[offset], remainingLength);
                case ConnectAck:
                case PublishAck:
                    expected = 2;
                    break;
                case SubscribeAck:
                    expected = 3;
                    break;
                case PingResponse:
                    expected = 0;
                    break;
                default:
                    return MqttFailure.PacketType;
            }

            if ((b[offset] & 0x0F) != 0)
            {
                return MqttFailure.ReservedFlags;
            }

            return remainingLength == expected ? MqttFailure.None : MqttFailure.Length;
        }

        /// <summary>The second gate, when the packet is complete: the fields behind the fixed
        /// header. The readers may be used behind it.</summary>
        /// <param name="b">The octets.</param>
        /// <param name="offset">Where the packet begins.</param>
        /// <param name="headerLength">From <see cref="HeaderLength"/>: 2 to 5.</param>
        /// <param name="length">Octets of the packet; the first gate has passed them.</param>
        /// <returns>What is wrong, or None.</returns>
        internal static MqttFailure Check(byte[] b, int offset, int headerLength, int length)
        {
            int at = offset + headerLength;
            switch (TypeOf(b, offset))
            {
                case ConnectAck:
                    return CheckConnectAck(b[at], b[at + 1]);
                case SubscribeAck:
                    return b[at + 2] <= 2 || b[at + 2] == SubscriptionFailure
                        ? MqttFailure.None
                        : MqttFailure.ReturnCode;
                case Publish:
                    return CheckPublish(b, offset, headerLength, length);
                default:
                    return MqttFailure.None;
            }
        }

        internal static int TypeOf(byte[] b, int offset)
        {
            return b[offset] >> 4;
        }

        internal static bool IsDuplicate(byte[] b, int offset)
        {
            return (b[offset] & 8) != 0;
        }

        internal static int QosOf(byte[] b, int offset)
        {
            return (b[offset] >> 1) & 3;
        }

        internal static bool IsRetained(byte[] b, int offset)
        {
            return (b[offset] & 1) != 0;
        }

        internal static bool IsSessionPresent(byte[] b, int offset, int headerLength)
        {
            return (b[offset + headerLength] & 1) != 0;
        }

        internal static int ReturnCode(byte[] b, int offset, int headerLength)
        {
            return b[offset + headerLength + 1];
        }

        internal static int SubscribeReturnCode(byte[] b, int offset, int headerLength)
        {
            return b[offset + headerLength + 2];
        }

        /// <summary>The packet identifier of a PUBACK or SUBACK.</summary>
        /// <param name="b">The octets.</param>
        /// <param name="offset">Where the packet begins.</param>
        /// <param name="headerLength">From <see cref="HeaderLength"/>.</param>
        /// <returns>0 to 65535.</returns>
        internal static int Identifier(byte[] b, int offset, int headerLength)
        {
            return BigEndian.ReadUInt16(b, offset + headerLength);
        }

        internal static int TopicLength(byte[] b, int offset, int headerLength)
        {
            return BigEndian.ReadUInt16(b, offset + headerLength);
        }

        /// <summary>Octets of a PUBLISH in front of its payload, or of its packet identifier.
        /// </summary>
        /// <param name="b">The octets.</param>
        /// <param name="offset">Where the packet begins.</param>
        /// <param name="headerLength">From <see cref="HeaderLength"/>.</param>
        /// <returns>Fixed header, length of the topic name, topic name.</returns>
        internal static int TopicEnd(byte[] b, int offset, int headerLength)
        {
            return headerLength + 2 + TopicLength(b, offset, headerLength);
        }

        /// <summary>Octets of a remaining length.</summary>
        /// <param name="remainingLength">0 to 268,435,455.</param>
        /// <returns>1 to 4.</returns>
        internal static int LengthOfLength(int remainingLength)
        {
            return remainingLength < 128 ? 1
                : remainingLength < 16384 ? 2
                : remainingLength < 2097152 ? 3
                : 4;
        }

        /// <summary>Octets of a PUBLISH behind its fixed header.</summary>
        /// <param name="topicLength">Octets of the topic name.</param>
        /// <param name="payloadLength">Octets of the payload.</param>
        /// <param name="qos">Quality of service: 0 or 1.</param>
        /// <returns>The remaining length.</returns>
        internal static int PublishRemainingLength(int topicLength, int payloadLength, int qos)
        {
            return 2 + topicLength + (qos > 0 ? 2 : 0) + payloadLength;
        }

        /// <summary>The longest payload of a PUBLISH that fits.</summary>
        /// <param name="capacity">Octets for the whole packet.</param>
        /// <param name="topicLength">Octets of the topic name.</param>
        /// <param name="qos">Quality of service: 0 or 1.</param>
        /// <returns>Octets, or -1 when not even an empty one fits.</returns>
        internal static int PayloadCapacity(int capacity, int topicLength, int qos)
        {
            int remaining = -1;
            for (int count = 1; count < MaximumHeaderLength; count++)
            {
                int fits = capacity - 1 - count;
                int most = (1 << (7 * count)) - 1;
                fits = fits < most ? fits : most;
                remaining = fits > remaining ? fits : remaining;
            }

            int payload = remaining - PublishRemainingLength(topicLength, 0, qos);
            return payload < 0 ? -1 : payload;
        }

        /// <summary>Writes the beginning of a PUBLISH. Topic name, packet identifier and payload
        /// follow from where they are.</summary>
        /// <param name="b">The octets.</param>
        /// <param name="offset">Where the packet begins; 7 octets at most are written.</param>
        /// <param name="topicLength">Octets of the topic name.</param>
        /// <param name="payloadLength">Octets of the payload.</param>
        /// <param name="qos">Quality of service: 0 or 1.</param>
        /// <param name="isDuplicate">Whether it was sent before; only with QoS 1.</param>
        /// <returns>Octets written.</returns>
        internal static int WritePublish(
            byte[] b, int offset, int topicLength, int payloadLength, int qos, bool isDuplicate)
        {
            int flags = (isDuplicate ? 8 : 0) | (qos << 1);
            int remaining = PublishRemainingLength(topicLength, payloadLength, qos);
            int length = WriteHeader(b, offset, Publish, flags, remaining);
            BigEndian.WriteUInt16(b, offset + length, topicLength);
            return length + 2;
        }

        internal static int WritePublishAck(byte[] b, int offset, int identifier)
        {
            int length = WriteHeader(b, offset, PublishAck, 0, 2);
            BigEndian.WriteUInt16(b, offset + length, identifier);
            return length + 2;
        }

        internal static int WritePingRequest(byte[] b, int offset)
        {
            return WriteHeader(b, offset, PingRequest, 0, 0);
        }

        internal static int WriteDisconnect(byte[] b, int offset)
        {
            return WriteHeader(b, offset, Disconnect, 0, 0);
        }

        /// <summary>Makes a SUBSCRIBE of one topic filter, with packet identifier 0.</summary>
        /// <param name="filter">The topic filter.</param>
        /// <param name="qos">Quality of service: 0 to 2.</param>
        /// <returns>The packet.</returns>
        internal static byte[] MakeSubscribe(byte[] filter, int qos)
        {
            int remaining = 2 + 2 + filter.Length + 1;
            byte[] packet = new byte[1 + LengthOfLength(remaining) + remaining];
            int at = WriteHeader(packet, 0, Subscribe, SubscribeFlags, remaining);
            at = WriteField(packet, at + 2, filter);
            packet[at] = (byte)qos;
            return packet;
        }

        /// <summary>Where the packet identifier of a packet is that <see cref="MakeSubscribe"/> has
        /// made.</summary>
        /// <param name="packet">The packet.</param>
        /// <returns>Its offset.</returns>
        internal static int SubscribeIdentifierOffset(byte[] packet)
        {
            return HeaderLength(packet, 0, packet.Length);
        }

        /// <summary>Makes the CONNECT of a client, which is the same for all its connections.
        /// </summary>
        /// <param name="settings">The settings; checked.</param>
        /// <returns>The packet. The password is in it.</returns>
        /// <exception cref="ArgumentException">A text cannot be encoded.</exception>
        internal static byte[] MakeConnect(MqttSettings settings)
        {
            byte[] clientId = MqttText.Encode(settings.ClientId);
            byte[] willTopic = MqttText.Encode(settings.WillTopic);
            byte[] userName = MqttText.Encode(settings.UserName);
            byte[] willMessage = null;
            if (willTopic != null)
            {
                willMessage = settings.WillMessage ?? MqttText.Encode("");
                if (!MqttText.IsTopicName(willTopic, 0, willTopic.Length))
                {
                    throw new ArgumentException();
                }
            }

            int remaining = 10
                + FieldLength(clientId) + FieldLength(willTopic) + FieldLength(willMessage)
                + FieldLength(userName) + FieldLength(settings.Password);
            byte[] packet = new byte[1 + LengthOfLength(remaining) + remaining];
            int at = WriteHeader(packet, 0, Connect, 0, remaining);
            BigEndian.WriteUInt16(packet, at, 4);
            packet[at + 2] = (byte)'M';
            packet[at + 3] = (byte)'Q';
            packet[at + 4] = (byte)'T';
            packet[at + 5] = (byte)'T';
            packet[at + 6] = ProtocolLevel;
            packet[at + 7] = (byte)ConnectFlags(settings);
            BigEndian.WriteUInt16(packet, at + 8, settings.KeepAliveS);
            at = WriteField(packet, at + 10, clientId);
            at = WriteField(packet, at, willTopic);
            at = WriteField(packet, at, willMessage);
            at = WriteField(packet, at, userName);
            WriteField(packet, at, settings.Password);
            return packet;
        }

        private static MqttFailure CheckPublishFlags(int first, int remainingLength)
        {
            int qos = (first >> 1) & 3;
            if (qos > 1)
            {
                return MqttFailure.Qos;
            }

            if (qos == 0 && (first & 8) != 0)
            {
                return MqttFailure.ReservedFlags;
            }

            // A topic name has one octet at least.
            return remainingLength >= PublishRemainingLength(1, 0, qos)
                ? MqttFailure.None
                : MqttFailure.Length;
        }

        private static MqttFailure CheckConnectAck(int flags, int returnCode)
        {
            if ((flags & 0xFE) != 0)
            {
                return MqttFailure.ReservedFlags;
            }

            // A session is present only where the connection was accepted [MQTT-3.2.2-4].
            return returnCode > LastReturnCode || (returnCode != 0 && flags != 0)
                ? MqttFailure.ReturnCode
                : MqttFailure.None;
        }

        private static MqttFailure CheckPublish(byte[] b, int offset, int headerLength, int length)
        {
            int end = TopicEnd(b, offset, headerLength);
            int qos = QosOf(b, offset);
            if (end + (qos > 0 ? 2 : 0) > length)
            {
                return MqttFailure.Length;
            }

            int topicLength = end - headerLength - 2;
            if (!MqttText.IsTopicName(b, offset + headerLength + 2, topicLength))
            {
                return MqttFailure.Topic;
            }

            return qos > 0 && BigEndian.ReadUInt16(b, offset + end) == 0
                ? MqttFailure.PacketIdentifier
                : MqttFailure.None;
        }

        private static int ConnectFlags(MqttSettings settings)
        {
            int flags = settings.CleanSession ? 2 : 0;
            if (settings.WillTopic != null)
            {
                flags |= 4 | (settings.WillQos << 3) | (settings.WillRetain ? 0x20 : 0);
            }

            flags |= settings.Password != null ? 0x40 : 0;
            return flags | (settings.UserName != null ? 0x80 : 0);
        }

        private static int FieldLength(byte[] field)
        {
            return field == null ? 0 : 2 + field.Length;
        }

        private static int WriteField(byte[] b, int offset, byte[] field)
        {
            if (field == null)
            {
                return offset;
            }

            BigEndian.WriteUInt16(b, offset, field.Length);
            Array.Copy(field, 0, b, offset + 2, field.Length);
            return offset + 2 + field.Length;
        }

        private static int WriteHeader(byte[] b, int offset, int type, int flags, int remaining)
        {
            b[offset] = (byte)((type << 4) | flags);
            int at = offset + 1;
            while (remaining > 0x7F)
            {
                b[at] = (byte)(0x80 | (remaining & 0x7F));
                remaining >>= 7;
                at++;
            }

            b[at] = (byte)remaining;
            return at + 1 - offset;
        }
    }
}
