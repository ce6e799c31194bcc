// Counts for every Reason and for the traffic. Preallocated; 32 bits that wrap, as in SNMP.

namespace nanoPptp.Diagnostics
{
    /// <summary>
    /// Counts everything that happens, by <see cref="Reason"/> and by kind of traffic. Values are
    /// 32-bit counts of packets since construction; they wrap.
    /// </summary>
    public sealed class Counters
    {
        /// <summary>One more than the greatest <see cref="Reason"/>.</summary>
        public const int ReasonCount = 102;

        /// <summary>GRE packets handed in by the adapter.</summary>
        public int GreReceived;

        /// <summary>GRE packets given out, acknowledgments included.</summary>
        public int GreSent;

        /// <summary>GRE packets given out that carried an acknowledgment and nothing
        /// else.</summary>
        public int GreAcknowledgmentsSent;

        /// <summary>Sequence numbers that were skipped on receipt: packets lost or still to come.
        /// </summary>
        public int GreGap;

        /// <summary>IP packets encrypted and given out.</summary>
        public int IpSent;

        /// <summary>Octets of those IP packets.</summary>
        public int IpSentOctets;

        /// <summary>Octets of IP packets delivered.</summary>
        public int IpDeliveredOctets;

        /// <summary>MPPE frames skipped by the coherency count on receipt: frames lost on the way.
        /// </summary>
        public int MppeGap;

        /// <summary>Negotiations of the link that lost keys asked for.</summary>
        public int Renegotiations;

        private readonly int[] _byReason = new int[ReasonCount];

        /// <summary>Gives the count of one reason.</summary>
        /// <param name="reason">The reason asked for.</param>
        /// <returns>How often it happened since construction; wraps at 2^32.</returns>
        public int Get(Reason reason)
        {
            return _byReason[(int)reason];
        }

        /// <summary>
        /// Adds up the fates of received GRE packets. Every packet ends in exactly one, so that
        /// <see cref="GreReceived"/> equals this sum plus the packets still held in receive slots.
        /// </summary>
        /// <returns>The number of GRE packets whose fate is known.</returns>
        public int SumOfFates()
        {
            int[] byReason = _byReason;

            return byReason[(int)Reason.GreBadHeader]
                + byReason[(int)Reason.GreWrongCall]
                + byReason[(int)Reason.GreLate]
                + byReason[(int)Reason.GreEarly]
                + byReason[(int)Reason.GreAcknowledgment]
                + byReason[(int)Reason.GreJump]
                + byReason[(int)Reason.PppBadFrame]
                + byReason[(int)Reason.PppWrongPhase]
                + byReason[(int)Reason.PppUnknownProtocol]
                + byReason[(int)Reason.PppNegotiated]
                + byReason[(int)Reason.PppDiscarded]
                + byReason[(int)Reason.PppRateLimited]
                + byReason[(int)Reason.MppeJump]
                + byReason[(int)Reason.MppeBadFrame]
                + byReason[(int)Reason.MppeLate]
                + byReason[(int)Reason.MppeBadProtocol]
                + byReason[(int)Reason.MppeClearData]
                + byReason[(int)Reason.BadIpHeader]
                + byReason[(int)Reason.IpDelivered];
        }

        internal void Count(Reason reason)
        {
            _byReason[(int)reason]++;
        }
    }
}
