// What an uplink counts.

namespace nanoPptp.Telemetry.Uplink
{
    /// <summary>Counts of an uplink since construction: 32 bits that wrap.</summary>
    public sealed class UplinkCounters
    {
        /// <summary>Packs handed to the application protocol for the first time.</summary>
        public int Packs;

        /// <summary>Packs handed over again, after a lost connection or without an answer.
        /// </summary>
        public int PacksAgain;

        /// <summary>Packs that were acknowledged.</summary>
        public int PacksDelivered;

        /// <summary>Connections to the application that were made, or for CoAP answers that came
        /// after none had come.</summary>
        public int Connections;

        /// <summary>Connections that were lost, or for CoAP requests that stayed without an answer.
        /// </summary>
        public int Losses;

        /// <summary>Refusals: CONNACK with a code, or CoAP 4.xx and 5.xx.</summary>
        public int Refusals;

        /// <summary>Times that the readings which waited did not fit into what the tunnel carries.
        /// </summary>
        public int TooNarrow;
    }
}
