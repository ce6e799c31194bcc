// Our own limits, each with a name and a reason. Constants of the specifications live with their
// formats in Wire/; what is here could be chosen otherwise.

namespace nanoPptp.Memory
{
    /// <summary>The limits of this implementation: sizes in octets, times in
    /// milliseconds.</summary>
    public static class Limits
    {
        /// <summary>Longest IP packet in the tunnel by default, octets. 1400 leaves room for every
        /// header of PPTP on a 1500-octet path, on PPPoE as well.</summary>
        public const int DefaultMtu = 1400;

        /// <summary>Longest IP packet that may be configured, octets: 1500 less the outer IP header
        /// (20), GRE (16), PPP (4), MPPE (2) and the inner protocol field (2), rounded
        /// down.</summary>
        public const int MaximumMtu = 1452;

        /// <summary>Shortest MTU that may be configured, octets: every IPv4 host accepts 576.
        /// </summary>
        public const int MinimumMtu = 576;

        /// <summary>Receive slots. lwIP queues six packets for a raw socket, so one burst that it
        /// can hold fits here before anything is decrypted.</summary>
        public const int ReceiveSlotCount = 6;

        /// <summary>Octets of a receive slot: a whole outer IP packet of an Ethernet path, header
        /// included, as raw sockets deliver it.</summary>
        public const int ReceiveSlotLength = 1500;

        /// <summary>GRE packets kept that arrive before Outgoing-Call-Reply.</summary>
        public const int EarlySlotCount = 2;

        /// <summary>Frames of negotiation that may wait to be sent at once.</summary>
        public const int FrameSlotCount = 4;

        /// <summary>Octets of such a frame, headroom included. The longest we make is PAP's request
        /// with the longest user name and password, 262 octets; a longer Configure-Reject is cut at
        /// an option, other quotations anywhere.</summary>
        public const int FrameSlotLength = 284;

        /// <summary>Octets in front of a packet in such a frame: GRE 16, address and control 2,
        /// protocol 2.</summary>
        public const int FrameHeadroom = 20;

        /// <summary>Octets in front of an IP packet to send: GRE 16, address and control 2,
        /// protocol 2, MPPE 2, inner protocol 2.</summary>
        public const int SendHeadroom = 24;

        /// <summary>Octets of TCP output that may wait: the two longest messages and some echoes.
        /// </summary>
        public const int ControlOutputLength = 440;

        /// <summary>Octets of TCP input kept for reassembly: the longest control message.</summary>
        public const int ControlInputLength = 220;

        /// <summary>Longest user name with its domain, octets of UTF-8.</summary>
        public const int UserNameLength = 128;

        /// <summary>Longest password, UTF-16 code units (RFC 2759 s.8.1).</summary>
        public const int PasswordLength = 256;

        /// <summary>Longest password for CHAP-MD5 and PAP, octets of UTF-8.</summary>
        public const int PasswordOctets = 128;

        /// <summary>Events that wait for the application.</summary>
        public const int EventCount = 16;

        /// <summary>Shortest entropy that Open accepts, octets.</summary>
        public const int MinimumEntropyLength = 16;

        /// <summary>Wait for the answer to a Terminate-Request, and for any answer before a round
        /// trip was measured.</summary>
        public const int RestartTimerMs = 750;

        /// <summary>Shortest first wait for an answer. The first wait is the round trip of the
        /// control connection and a margin; it doubles with every repetition up to
        /// <see cref="RestartTimerMaximumMs"/> (RFC 1661 s.4.6 allows both) and is not forgotten
        /// again: what the link needed once, IPCP and the next negotiation of LCP need too.
        /// </summary>
        public const int RestartTimerMinimumMs = 150;

        /// <summary>Margin of the first wait: a quarter of the round trip, and so much at least.
        /// </summary>
        public const int RestartMarginMs = 100;

        /// <summary>How often a hub is prompted for a request that was lost.</summary>
        public const int PromptCount = 3;

        /// <summary>How often a Configure-Ack is said again to a hub that does not take the next
        /// step. Three times, doubling, are within the three seconds of its own timer.</summary>
        public const int RepeatedAckCount = 3;

        /// <summary>Longest wait for an answer in a PPP negotiation: RFC 1661's default.</summary>
        public const int RestartTimerMaximumMs = 3000;

        /// <summary>Configure-Requests without an answer before we give up
        /// (Max-Configure).</summary>
        public const int MaxConfigure = 10;

        /// <summary>Terminate-Requests without an answer before we give up
        /// (Max-Terminate).</summary>
        public const int MaxTerminate = 2;

        /// <summary>Configure-Naks in a row before we close (Max-Failure); twice as many
        /// Configure-Rejects.</summary>
        public const int MaxFailure = 5;

        /// <summary>Equal magic numbers in a row that prove a loop.</summary>
        public const int MaxLoopback = 5;

        /// <summary>LCP requests without any GRE packet in return after which GRE counts as
        /// blocked: 11 s with a hub nearby, 14 s at a round trip of 200 ms.</summary>
        public const int GreBlockedRequestCount = 7;

        /// <summary>Wait for a control connection's or a call's reply (RFC 2637 s.3.1.1, s.3.2.1).
        /// </summary>
        public const int ControlReplyMs = 60000;

        /// <summary>Silence on the control connection before an Echo-Request, and wait for its
        /// answer (RFC 2637 s.3.1.4).</summary>
        public const int ControlEchoMs = 60000;

        /// <summary>Wait for each answer while hanging up.</summary>
        public const int HangUpMs = 2000;

        /// <summary>Wait for the link to come up, from the call's reply or from the moment it went
        /// down again: a bound for hubs that answer for ever without coming to an end.</summary>
        public const int LinkMs = 90000;

        /// <summary>Longest hang-up, whatever the hub does.</summary>
        public const int ClosingMs = 10000;

        /// <summary>Wait for the hub's next step in authentication.</summary>
        public const int AuthenticationMs = 30000;

        /// <summary>Time without any proof that the hub lives after which it counts as dead, by
        /// default.</summary>
        public const int DefaultDeadPeerMs = 30000;

        /// <summary>Shortest such time: two round trips of a satellite and a retry.</summary>
        public const int MinimumDeadPeerMs = 3000;

        /// <summary>Longest such time: an hour.</summary>
        public const int MaximumDeadPeerMs = 3600000;

        /// <summary>How long an acknowledgment may wait for a packet to ride on.</summary>
        public const int AcknowledgmentMs = 100;

        /// <summary>Largest accepted jump of the coherency count: a forged count costs at most so
        /// many key changes.</summary>
        public const int MppeForwardJump = 256;

        /// <summary>Largest jump of the coherency count in stateful mode, where only every 256th
        /// frame costs a key change: what lies in the other half of the count was
        /// overtaken.</summary>
        public const int MppeStatefulJump = 2048;

        /// <summary>Keys that are tried for a frame of the stateful mode with flag A, besides the
        /// one that RFC 3078 means: seven such frames of a Linux hub may be lost in a
        /// row.</summary>
        public const int MppeFlushTries = 8;

        /// <summary>Shortest time between two Reset-Requests of ours, and first wait for what they
        /// ask for; doubles up to <see cref="MppeResetMaximumMs"/>.</summary>
        public const int MppeResetMs = 500;

        /// <summary>Longest wait between two Reset-Requests.</summary>
        public const int MppeResetMaximumMs = 4000;

        /// <summary>Reset-Requests without effect after which the keys count as lost: about 30 s.
        /// </summary>
        public const int MppeResetCount = 10;

        /// <summary>Time within which a second Reset-Request of the hub is taken for the first one:
        /// forged ones cost a key change four times a second at most.</summary>
        public const int MppeResetRestMs = 250;

        /// <summary>Packets in clear, in a row, after which a hub that should encrypt is left.
        /// </summary>
        public const int ClearDataCount = 16;

        /// <summary>Protocol-Rejects of protocols that we never sent, within
        /// <see cref="StrangeRejectSpan"/> packets, that prove that the hub reads noise: one may be
        /// a damaged packet.</summary>
        public const int StrangeRejectCount = 3;

        /// <summary>Packets of ours within which those Protocol-Rejects must come.</summary>
        public const int StrangeRejectSpan = 16;

        /// <summary>How many frames the hub may lose between encrypting and numbering them: a jump
        /// of the coherency count may exceed that of the GRE sequence number by so much.</summary>
        public const int MppeUnnumbered = 32;

        /// <summary>Encrypted frames in a row whose count is too far ahead after which the link is
        /// negotiated anew, for new keys.</summary>
        public const int MppeJumpCount = 8;

        /// <summary>Encrypted frames refused in a row, for whatever reason, after which the link is
        /// negotiated anew; when there was no good one before, the keys of the two ends differ.
        /// </summary>
        public const int MppeRefusedCount = 16;

        /// <summary>Shortest time between two negotiations of the link that lost keys ask for; at
        /// the next loss within it the tunnel ends.</summary>
        public const int RenegotiationMs = 60000;

        /// <summary>Longest wait for packets that were overtaken, milliseconds. Networks that
        /// reorder do so within this; what is later than that is lost.</summary>
        public const int MaximumReorderMs = 100;

        /// <summary>Receive slots that may hold packets back: the others are left for new ones.
        /// </summary>
        public const int HeldSlotCount = 4;

        /// <summary>How far the number of a packet that cannot be judged may be from the last one,
        /// and how far packets may overtake each other.</summary>
        public const int SequenceWindow = 32;

        /// <summary>Frames with the same number that may be held: if one of them is forged, the
        /// other is not lost.</summary>
        public const int CandidateCount = 2;

        /// <summary>Packets of control protocols that a tunnel that is up takes at once.</summary>
        public const int ControlBurstCount = 16;

        /// <summary>Time after which it takes one more of them: four a second, on and on.</summary>
        public const int ControlPaceMs = 250;

        /// <summary>Smallest MTU that a hub's MRU may lower ours to, octets. Every receiver takes
        /// 1500 (RFC 1661 s.6.1), so to exceed a smaller one breaks nothing.</summary>
        public const int MinimumPeerMru = 128;

        /// <summary>The longest wait that NextDeadlineMs ever gives.</summary>
        public const int LongestWaitMs = 60000;

        /// <summary>Hubs that a Redialer knows at most.</summary>
        public const int MaximumHubCount = 8;

        /// <summary>Longest time in the settings of a Redialer: 2^30 ms, 12.4 days, so that two of
        /// them stay within the signed half of a 32-bit clock.</summary>
        public const int LongestPauseMs = 1 << 30;

        /// <summary>Wait for the adapter to carry out an order to dial, after which the dial counts
        /// as failed: names are resolved or given up in less.</summary>
        public const int DialMs = 120000;

        /// <summary>Longest random wait before the next hub is tried when one has failed: short for
        /// one board, long enough to spread a plant's whole fleet over the seconds.</summary>
        public const int HubHopMs = 5000;

        /// <summary>Time in which a hub's penalty halves. One failure to reach it (1024) is
        /// forgotten entirely after eleven, in 2.75 hours at most: so often, and no oftener, a
        /// preferred hub that is gone for days costs a vain attempt while another one
        /// serves.</summary>
        public const int HubHalfLifeMs = 900000;

        /// <summary>The current hub's lead over the others, in units of penalty.</summary>
        public const int HubBonus = 256;

        /// <summary>Greatest penalty of a hub: forgotten after thirteen half-lives.</summary>
        public const int HubMaximumPenalty = 4096;
    }
}
