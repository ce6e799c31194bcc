// What could be chosen otherwise in the small TCP, each with a name and a reason. Numbers of the
// specification live with the code that the specification describes.

namespace nanoPptp.Telemetry.Tcp
{
    /// <summary>The limits of the small TCP: sizes in octets, times in milliseconds.</summary>
    public static class TcpLimits
    {
        /// <summary>Send ring by default: a few packs of readings, and no less than the three
        /// segments of a tunnel that may be on their way at first.</summary>
        public const int SendCapacity = 4096;

        /// <summary>Receive ring by default: what a broker says to a sensor is short.</summary>
        public const int ReceiveCapacity = 2048;

        /// <summary>The smallest ring that works: four segments of the smallest size.</summary>
        public const int MinimumCapacity = 4 * MinimumSegment;

        /// <summary>The largest ring: a window without scaling (RFC 7323 is not used).</summary>
        public const int MaximumCapacity = 65535;

        /// <summary>Segments in flight at most, each way. lwIP queues six packets for a raw socket
        /// and the tunnel has six slots: four segments leave room for the tunnel's own words.
        /// </summary>
        public const int WindowSegments = 4;

        /// <summary>Payload of a segment when the peer names none (RFC 9293 s.3.7.1).</summary>
        public const int DefaultSegment = 536;

        /// <summary>A peer that names a smaller segment is not believed: a segment of one octet
        /// would cost a tunnel's packet each.</summary>
        public const int MinimumSegment = 64;

        /// <summary>Out-of-order stretches kept at once. Four segments in flight leave two gaps at
        /// most; peers with small segments may leave more.</summary>
        public const int GapCount = 4;

        /// <summary>RTO before the first measurement (RFC 6298 rule 2.1).</summary>
        public const int InitialTimeoutMs = 1000;

        /// <summary>RTO of data when the SYN had to be repeated (RFC 6298 rule 5.7).</summary>
        public const int CautiousTimeoutMs = 3000;

        /// <summary>The least that the RTO is above the smoothed round trip. RFC 6298 rule 2.4 says
        /// that an RTO below a second SHOULD be rounded up to one, for the sake of coarse clocks
        /// and of receivers that delay acknowledgments. Our clock ticks in 10 ms, and no common
        /// stack delays them by more than 200 ms; so 300 ms above the round trip is as safe, and a
        /// reading whose segment was lost is not another 700 ms late. Linux does the same with 200.
        /// </summary>
        public const int MinimumVarianceMs = 300;

        /// <summary>Largest RTO and largest pause between probes (RFC 6298 rule 2.5).</summary>
        public const int MaximumTimeoutMs = 60000;

        /// <summary>Longest delay of an acknowledgment; RFC 9293 s.3.8.6.3 allows 500.</summary>
        public const int DelayedAckMs = 200;

        /// <summary>Silence after which the peer is asked whether it lives, by default. RFC 9293
        /// s.3.8.4 wants two hours and off; what is behind a tunnel vanishes more often than that,
        /// and a sensor that only sends would otherwise notice at its next reading only.</summary>
        public const int KeepAliveMs = 120000;

        /// <summary>How long a peer may leave what was sent unacknowledged, by default (RFC 9293
        /// s.3.9.1): R2 of s.3.8.3 is at least 100 seconds, for a SYN three minutes.</summary>
        public const int UserTimeoutMs = 300000;

        /// <summary>How long the peer may be silent in FIN-WAIT-2 without closing. The RFC has no
        /// end to it; Linux and we have a minute.</summary>
        public const int FinWaitMs = 60000;

        /// <summary>TIME-WAIT. The RFC's four minutes protect a next connection between the same
        /// two ports from old segments, and the peer from not hearing our last acknowledgment. A
        /// sensor's next connection has another port and a random sequence number, so the first is
        /// no danger; for the second, time for some repetitions of the peer's FIN is enough, and
        /// whoever repeats it later gets an RST.</summary>
        public const int TimeWaitMs = 10000;

        /// <summary>Answers to segments that may be forged, challenge acknowledgments and RSTs, in
        /// <see cref="ChallengeIntervalMs"/> (RFC 5961 s.7).</summary>
        public const int ChallengeCount = 10;

        /// <summary>The interval of <see cref="ChallengeCount"/>.</summary>
        public const int ChallengeIntervalMs = 5000;
    }
}
