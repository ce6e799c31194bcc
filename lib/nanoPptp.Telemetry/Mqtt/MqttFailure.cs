// Why an MQTT connection ended without being asked to.

namespace nanoPptp.Telemetry.Mqtt
{
    /// <summary>Why a connection failed. Whatever a peer does wrong ends here [MQTT-4.8.0-1].
    /// </summary>
    public enum MqttFailure : byte
    {
        /// <summary>It did not.</summary>
        None,

        /// <summary>A remaining length of more than four octets.</summary>
        RemainingLength,

        /// <summary>Reserved bits are not what they must be.</summary>
        ReservedFlags,

        /// <summary>A packet that a broker never sends, or never to us.</summary>
        PacketType,

        /// <summary>Something in front of CONNACK, or a second one.</summary>
        Order,

        /// <summary>A packet that is shorter or longer than its fields.</summary>
        Length,

        /// <summary>QoS 3, or QoS 2, which was never asked for.</summary>
        Qos,

        /// <summary>A topic name that is empty, has wildcards or is not UTF-8.</summary>
        Topic,

        /// <summary>A message at QoS 1 without a packet identifier.</summary>
        PacketIdentifier,

        /// <summary>A return code that the standard does not have, or a session where a clean one
        /// was asked for.</summary>
        ReturnCode,

        /// <summary>No CONNACK in time.</summary>
        ConnectTimeout,

        /// <summary>No SUBACK in time.</summary>
        SubscribeTimeout,

        /// <summary>No PINGRESP in time.</summary>
        PingTimeout,

        /// <summary>Messages are in flight, and no PUBACK in time.</summary>
        AcknowledgmentTimeout,

        /// <summary>DISCONNECT found no room in the stream in time.</summary>
        DisconnectTimeout,

        /// <summary>The stream has ended, or the broker has closed its side.</summary>
        StreamEnded,
    }
}
