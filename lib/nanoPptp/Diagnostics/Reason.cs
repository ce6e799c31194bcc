// Why something ended, was refused or was dropped: one small number for every cause, grouped by
// layer. The same numbers count (Counters) and diagnose (Diagnosis). Sentences for people live in
// the tools.

namespace nanoPptp.Diagnostics
{
    /// <summary>
    /// The cause of an end, a refusal or a drop. Methods that can fail return a count or offset
    /// when they succeed and the negated value of a <see cref="Reason"/> when they do not.
    /// </summary>
    public enum Reason : byte
    {
        /// <summary>No cause: nothing went wrong.</summary>
        None = 0,

        // ---- Wire: octets that are not what the format demands -------------------------------

        /// <summary>More octets are needed before the message can be judged.</summary>
        NeedMore = 1,

        /// <summary>Fewer octets than the fixed header of the format, or than its length
        /// claims.</summary>
        Truncated = 2,

        /// <summary>A length field contradicts the format (RFC 1661 s.5, RFC 2637 s.2).</summary>
        BadLength = 3,

        /// <summary>The IPv4 header is not valid: version, length or checksum (RFC 791).</summary>
        BadIpHeader = 4,

        // ---- Control connection (RFC 2637 s.2 and s.3.1) -------------------------------------

        /// <summary>The TCP connection to the hub was refused, timed out or could not be
        /// made.</summary>
        HubUnreachable = 10,

        /// <summary>The magic cookie was not 1A2B3C4D: synchronization is lost (RFC 2637
        /// s.1.4).</summary>
        BadMagicCookie = 11,

        /// <summary>A control message does not have the exact length of its type.</summary>
        BadControlLength = 12,

        /// <summary>No Start-Control-Connection-Reply in time (60 s).</summary>
        StartTimeout = 13,

        /// <summary>Start-Control-Connection-Reply with a result other than 1; the detail is the
        /// result code times 256 plus the error code.</summary>
        StartRefused = 14,

        /// <summary>The hub speaks another protocol version than 1.0; the detail is its version.
        /// </summary>
        BadVersion = 15,

        /// <summary>The hub did not answer an Echo-Request in time (60 s).</summary>
        ControlEchoTimeout = 16,

        /// <summary>The hub asked to stop the control connection; the detail is its
        /// reason.</summary>
        StoppedByHub = 17,

        /// <summary>The TCP connection ended (FIN or RST) without a word before.</summary>
        ControlClosed = 18,

        /// <summary>A control message that a PNS does not expect, or of an unknown type: ignored.
        /// </summary>
        ControlIgnored = 19,

        /// <summary>The control output did not fit: the hub floods us with requests.</summary>
        ControlOutputFull = 20,

        // ---- Call (RFC 2637 s.2.7 to 2.15 and s.3.2) -----------------------------------------

        /// <summary>No Outgoing-Call-Reply in time (60 s).</summary>
        CallTimeout = 30,

        /// <summary>Outgoing-Call-Reply with a result other than 1; the detail is the result code
        /// times 256 plus the error code.</summary>
        CallRefused = 31,

        /// <summary>The hub disconnected the call (Call-Disconnect-Notify); the detail is the
        /// result code.</summary>
        CallDisconnected = 32,

        /// <summary>A call message that names none of our call IDs: ignored.</summary>
        WrongCallId = 33,

        /// <summary>The hub closed the connection while our call was being set up, as a hub without
        /// a free address or line does.</summary>
        CallDropped = 34,

        /// <summary>A call that the hub wanted to place to us: declined (RFC 2637 s.2.9).</summary>
        CallDeclined = 35,

        /// <summary>WAN-Error-Notify: the hub's own line had errors (RFC 2637 s.2.14). Counted, one
        /// for each message.</summary>
        WanErrors = 36,

        // ---- GRE (RFC 2637 s.4) --------------------------------------------------------------

        /// <summary>Our LCP requests left, and not one GRE packet came back: IP protocol 47 is
        /// blocked on the path.</summary>
        GreBlocked = 40,

        /// <summary>The GRE header is not that of RFC 2637 s.4.1, or the packet is too
        /// short.</summary>
        GreBadHeader = 41,

        /// <summary>A GRE packet for another call.</summary>
        GreWrongCall = 42,

        /// <summary>A GRE packet whose sequence number was seen or overtaken: late or duplicate.
        /// </summary>
        GreLate = 43,

        /// <summary>A GRE packet that came before there was a call to give it to, when both early
        /// slots were taken.</summary>
        GreEarly = 44,

        /// <summary>A GRE packet that carried an acknowledgment and nothing else: its
        /// fate.</summary>
        GreAcknowledgment = 45,

        /// <summary>An acknowledgment of a number never sent: ignored.</summary>
        GreBadAcknowledgment = 46,

        /// <summary>A GRE packet that cannot be checked for what it is and whose sequence number is
        /// far from all others: dropped, unless the next one goes on from there.</summary>
        GreJump = 47,

        // ---- PPP framing and LCP (RFC 1661) --------------------------------------------------

        /// <summary>A PPP frame too short to hold its protocol and packet.</summary>
        PppBadFrame = 50,

        /// <summary>A PPP packet of a protocol that this phase does not allow: dropped.</summary>
        PppWrongPhase = 51,

        /// <summary>A PPP packet of a protocol we do not speak: answered with
        /// Protocol-Reject.</summary>
        PppUnknownProtocol = 52,

        /// <summary>A control packet that the automaton took: its fate.</summary>
        PppNegotiated = 53,

        /// <summary>A control packet with a wrong length, identifier or content:
        /// discarded.</summary>
        PppDiscarded = 54,

        /// <summary>No room in the queue of frames to send: the restart timer sends
        /// again.</summary>
        PppOutputFull = 55,

        /// <summary>An event that the automaton calls impossible in its state.</summary>
        PppIllegalEvent = 56,

        /// <summary>A packet of a control protocol beyond what a tunnel that is up needs: dropped,
        /// because it may be one of a flood of forged ones.</summary>
        PppRateLimited = 57,

        /// <summary>LCP Configure-Requests were not answered in the end.</summary>
        LcpTimeout = 60,

        /// <summary>The hub ended the link with an LCP Terminate-Request.</summary>
        LcpTerminated = 61,

        /// <summary>The link is looped back: our own magic number came back again and
        /// again.</summary>
        LcpLoopback = 62,

        /// <summary>LCP itself, or one of its codes that cannot be done without, was
        /// rejected.</summary>
        LcpRejected = 63,

        /// <summary>The hub stopped answering LCP Echo-Requests.</summary>
        LcpEchoTimeout = 64,

        /// <summary>LCP is answered, but the data that the application expects does not come.
        /// </summary>
        DataTimeout = 65,

        // ---- Authentication (RFC 1334, 1994, 2759) -------------------------------------------

        /// <summary>The hub asked for no authentication at all: nobody would have proved anything.
        /// </summary>
        AuthenticationNotOffered = 70,

        /// <summary>The hub fell silent during authentication.</summary>
        AuthenticationTimeout = 71,

        /// <summary>The hub refused the user; the detail is the E= number, for example
        /// 691.</summary>
        AuthenticationFailed = 72,

        /// <summary>The hub did not prove that it knows the password (RFC 2759 s.5); the detail is
        /// 0 for a wrong authenticator response and 1 for none at all.</summary>
        HubNotAuthentic = 73,

        /// <summary>The hub asks only for a method of authentication that the settings do not
        /// allow, or that is weaker than the one used before in this tunnel; the detail is its
        /// protocol times 256 plus its algorithm: C02300 PAP, C22305 CHAP-MD5, C22380 MS-CHAPv1,
        /// C22700 EAP.</summary>
        AuthenticationWeak = 74,

        // ---- Encryption: CCP and MPPE (RFC 1962, 3078, 3079) ---------------------------------

        /// <summary>An encrypted frame whose coherency count is further ahead than the GRE sequence
        /// number explains: forged, or the hub lost frames before it numbered them.</summary>
        MppeJump = 79,

        /// <summary>The hub refuses MPPE with every key length and mode that the settings allow: by
        /// default 128 bits, stateless.</summary>
        EncryptionRefused = 80,

        /// <summary>CCP Configure-Requests were not answered in the end.</summary>
        CcpTimeout = 81,

        /// <summary>The hub ended encryption while the tunnel needs it.</summary>
        EncryptionLost = 82,

        /// <summary>An encrypted frame with wrong flags or without room for a packet, or one that
        /// came although encryption is off.</summary>
        MppeBadFrame = 83,

        /// <summary>An encrypted frame whose coherency count was seen or overtaken; in stateful
        /// mode also one behind a gap, which cannot be read.</summary>
        MppeLate = 84,

        /// <summary>An encrypted frame that decrypts to another protocol than IPv4.</summary>
        MppeBadProtocol = 85,

        /// <summary>A frame in clear while encryption is required: dropped.</summary>
        MppeClearData = 86,

        /// <summary>What the hub encrypts does not decrypt, or the hub rejects protocols that we
        /// never sent: the two ends have different keys. In the latter case the detail is the
        /// protocol that the hub read, else 0.</summary>
        KeysDisagree = 87,

        /// <summary>The hub answers CCP with Protocol-Reject: it has no MPPE at all.</summary>
        CcpRejected = 88,

        /// <summary>The hub insists on encryption, and the settings say that there is
        /// none.</summary>
        EncryptionDemanded = 89,

        // ---- IPCP and the IP face (RFC 1332) -------------------------------------------------

        /// <summary>IPCP Configure-Requests were not answered in the end.</summary>
        IpcpTimeout = 90,

        /// <summary>The hub refuses IPCP or gives no address.</summary>
        IpcpRefused = 91,

        /// <summary>The hub ended IPCP.</summary>
        IpcpTerminated = 92,

        /// <summary>An IP packet that was delivered: its fate.</summary>
        IpDelivered = 93,

        /// <summary>The packet to send is longer than the tunnel's MTU.</summary>
        IpTooLong = 94,

        /// <summary>The tunnel is not up: nothing is ever sent in clear.</summary>
        NotUp = 95,

        /// <summary>The packet given before has not been polled yet.</summary>
        Busy = 96,

        // ---- Ours ----------------------------------------------------------------------------

        /// <summary>The application closed the tunnel.</summary>
        ClosedByUser = 100,

        /// <summary>An invariant of this library was broken: a defect of ours.</summary>
        Invariant = 101,
    }
}
