// What a connection counts. The counts outlive connections: they run since construction.

namespace nanoPptp.Telemetry.Tcp
{
    /// <summary>Counts of one <see cref="TcpConnection"/> object: 32 bits that wrap.</summary>
    public sealed class TcpCounters
    {
        /// <summary>Connections asked for.</summary>
        public int Connects;

        /// <summary>Connections that were established.</summary>
        public int Established;

        /// <summary>Segments written, of every kind.</summary>
        public int SegmentsSent;

        /// <summary>Segments handed in.</summary>
        public int SegmentsReceived;

        /// <summary>Octets of payload written for the first time.</summary>
        public int OctetsSent;

        /// <summary>Octets of payload taken in order.</summary>
        public int OctetsReceived;

        /// <summary>Segments written again, in whole or in part.</summary>
        public int Retransmissions;

        /// <summary>Of those, the ones that duplicate acknowledgments asked for.</summary>
        public int FastRetransmits;

        /// <summary>Times that the retransmission timer expired.</summary>
        public int TimeOuts;

        /// <summary>Segments that came before others that are missing.</summary>
        public int OutOfOrder;

        /// <summary>Segments with nothing but what is there already.</summary>
        public int Duplicates;

        /// <summary>Segments outside the window, or with an acknowledgment of what was never sent.
        /// </summary>
        public int Unacceptable;

        /// <summary>Out-of-order octets for which there was no stretch left; the peer sends them
        /// again.</summary>
        public int Unkept;

        /// <summary>Duplicate acknowledgments received.</summary>
        public int DuplicateAcks;

        /// <summary>Probes of a closed window sent.</summary>
        public int Probes;

        /// <summary>Keepalive segments sent.</summary>
        public int KeepAlives;

        /// <summary>RSTs sent.</summary>
        public int ResetsSent;

        /// <summary>RSTs received that ended a connection.</summary>
        public int ResetsReceived;

        /// <summary>Segments whose header is not one.</summary>
        public int Malformed;

        /// <summary>Challenge acknowledgments sent (RFC 5961).</summary>
        public int ChallengeAcks;

        /// <summary>Answers withheld because too many would have been sent (RFC 5961 s.7).
        /// </summary>
        public int Withheld;
    }
}
