// What became of CoAP messages.

namespace nanoPptp.Telemetry.Coap
{
    /// <summary>Counts since construction: 32 bits that wrap.</summary>
    public sealed class CoapCounters
    {
        /// <summary>Requests begun.</summary>
        public int Requests;

        /// <summary>Requests sent again.</summary>
        public int Retransmissions;

        /// <summary>Requests answered with success.</summary>
        public int Delivered;

        /// <summary>Requests answered with an error.</summary>
        public int Refused;

        /// <summary>Requests without an answer in time.</summary>
        public int TimedOut;

        /// <summary>Requests that the server rejected.</summary>
        public int Resets;

        /// <summary>Empty acknowledgements that promised a response.</summary>
        public int Promised;

        /// <summary>Confirmable responses that came again and were acknowledged again.</summary>
        public int Duplicates;

        /// <summary>Messages that belong to no request of ours.</summary>
        public int Unmatched;

        /// <summary>Messages with a format error, of another version, or too short to be one.
        /// </summary>
        public int Malformed;

        /// <summary>Messages with a critical option that we do not know.</summary>
        public int UnknownCritical;

        /// <summary>Pings answered.</summary>
        public int Pings;

        /// <summary>Resets sent, those for pings included.</summary>
        public int ResetsSent;

        /// <summary>Requests to us that were answered.</summary>
        public int Answered;

        /// <summary>Requests to us that came again and got the same answer again.</summary>
        public int AnsweredAgain;

        /// <summary>Requests to us that were dropped because another one was being answered, and
        /// acknowledgements for which there was no room.</summary>
        public int Unanswered;

        /// <summary>Datagrams that were longer than the way out takes.</summary>
        public int TooLong;
    }
}
