// What an MQTT client did and saw. No octet of a message, name or password is ever here.

namespace nanoPptp.Telemetry.Mqtt
{
    /// <summary>Counts since construction: 32 bits that wrap.</summary>
    public sealed class MqttCounters
    {
        /// <summary>CONNECT packets sent.</summary>
        public int ConnectsSent;

        /// <summary>Connections that the broker accepted.</summary>
        public int Connected;

        /// <summary>Connections that the broker refused.</summary>
        public int Refused;

        /// <summary>Accepted connections on which the broker had our session.</summary>
        public int SessionsResumed;

        /// <summary>Accepted connections on which the broker did not have our session although
        /// something was in flight in it.</summary>
        public int SessionsLost;

        /// <summary>Connections that failed.</summary>
        public int Failures;

        /// <summary>Messages sent at QoS 0.</summary>
        public int SentAtMostOnce;

        /// <summary>Messages sent at QoS 1, repetitions not among them.</summary>
        public int SentAtLeastOnce;

        /// <summary>Messages sent again on a later connection.</summary>
        public int Resent;

        /// <summary>Messages that the broker acknowledged.</summary>
        public int Acknowledged;

        /// <summary>PUBACK and SUBACK packets whose packet identifier belongs to nothing.</summary>
        public int UnknownAcknowledgments;

        /// <summary>Messages in flight that the application gave up.</summary>
        public int Forgotten;

        /// <summary>Messages that came.</summary>
        public int Received;

        /// <summary>Messages among them that the broker marked as repeated.</summary>
        public int ReceivedDuplicates;

        /// <summary>Messages that came and were skipped because they were too long.</summary>
        public int ReceivedTooLong;

        /// <summary>PINGREQ packets sent.</summary>
        public int Pings;

        /// <summary>Octets given to the stream.</summary>
        public int SentOctets;

        /// <summary>Octets taken from the stream.</summary>
        public int ReceivedOctets;
    }
}
