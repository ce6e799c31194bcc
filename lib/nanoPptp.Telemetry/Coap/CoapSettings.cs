// The settings of a CoAP endpoint; the transmission parameters are those of RFC 7252 s.4.8.

namespace nanoPptp.Telemetry.Coap
{
    /// <summary>Settings, read when the endpoint is made.</summary>
    public sealed class CoapSettings
    {
        /// <summary>ACK_TIMEOUT: the least first wait for an acknowledgement, ms: 1 to 600,000.
        /// </summary>
        public int AckTimeoutMs = 2000;

        /// <summary>ACK_RANDOM_FACTOR in percent: the first wait is drawn between one and this
        /// times <see cref="AckTimeoutMs"/>: 100 to 1000.</summary>
        public int AckRandomPercent = 150;

        /// <summary>MAX_RETRANSMIT: how often a request is sent again: 0 to 8.</summary>
        public int MaxRetransmit = 4;

        /// <summary>How long a response may take that was promised by an empty acknowledgement,
        /// ms.</summary>
        public int SeparateMs = 60000;

        /// <summary>Our UDP port, for the application that takes the datagrams.</summary>
        public int Port = 5683;

        /// <summary>The path of our one resource: letters, digits and - . _ with slashes between
        /// the segments.</summary>
        public string StatusPath = "status";

        /// <summary>Longest payload of an answer of ours, octets.</summary>
        public int StatusCapacity = 640;
    }
}
