// What LCP, CCP and IPCP have in common: the automaton, identifiers, the restart timer and counter
// (RFC 1661 s.4.4 to 4.6), and the codes 1 to 7 (s.5). A protocol adds its options and its own
// codes.

using nanoPptp.Diagnostics;
using nanoPptp.Memory;
using nanoPptp.Time;
using nanoPptp.Wire;

namespace nanoPptp.Ppp
{
    /// <summary>The base of LCP, CCP and IPCP: RFC 1661's option negotiation.</summary>
    internal abstract partial class OptionNegotiation
    {
        // Signals to the owner, one bit each, collected until TakeSignals.
        internal const int ThisLayerUp = 1;
        internal const int ThisLayerDown = 2;
        internal const int ThisLayerFinished = 4;
        internal const int Failed = 8;

        // What moved the automaton last: the cause of a ThisLayerDown or ThisLayerFinished.
        internal const int CauseLocal = 0;
        internal const int CauseTimeOut = 1;
        internal const int CauseTerminated = 2;
        internal const int CauseRejected = 3;
        internal const int CauseRenegotiated = 4;

        /// <summary>The arena that all offsets point into.</summary>
        protected readonly byte[] Arena;

        /// <summary>Where our packets go.</summary>
        protected readonly FrameQueue Frames;

        /// <summary>Where oddities are counted.</summary>
        protected readonly Counters Counters;

        private readonly int _protocol;
        private readonly int _ack;
        private readonly Deadline _restart = new Deadline();
        private int _restartCounter;
        private int _requestIdentifier;
        private int _otherIdentifier;
        private int _nakSentCount;
        private int _nakReceivedCount;
        private int _rejectSentCount;
        private int _signals;

        // The packet being answered, for the actions that quote it.
        private int _packet;
        private int _packetLength;
        private int _verdict;
        private bool _answerDue;

        // The last Configure-Ack, in the arena.
        private int _ackLength;
        private bool _ackIsNew;
        private bool _requestSeen;
        private int _promptCount;

        /// <summary>Makes the machine of one protocol.</summary>
        /// <param name="arena">The arena.</param>
        /// <param name="frames">Where our packets go.</param>
        /// <param name="counters">Where oddities are counted.</param>
        /// <param name="protocol">PPP protocol number.</param>
        /// <param name="ack">Arena offset of room for its last Configure-Ack:
        /// <see cref="ArenaMap.AckLength"/> octets.</param>
        /// <param name="rows">The options, see <see cref="OptionSet"/>.</param>
        protected OptionNegotiation(
            byte[] arena, FrameQueue frames, Counters counters, int protocol, int ack, byte[] rows)
        {
            _ack = ack;
            Arena = arena;
            Frames = frames;
            Counters = counters;
            _protocol = protocol;
            Options = new OptionSet(arena, rows);
        }

        /// <summary>What is negotiated.</summary>
        internal readonly OptionSet Options;

        /// <summary>State of the automaton: 0 to 9.</summary>
        internal int State;

        /// <summary>What moved the automaton last.</summary>
        internal int Cause;

        /// <summary>Why the machine signalled <see cref="Failed"/>.</summary>
        internal Reason FailReason;

        /// <summary>Configure-Requests sent since the last Reset.</summary>
        internal int RequestCount;

        /// <summary>Wait for the answer to a Configure-Request, milliseconds. The owner sets it; it
        /// doubles with every repetition and is not reset by an answer: where RFC 1661's irc would,
        /// a link slower than the first value would never come up, because each answer would be met
        /// by another repetition.</summary>
        internal int PeriodMs = Limits.RestartTimerMs;

        /// <summary>Whether to a peer that repeats the very request that we acknowledged the
        /// Configure-Ack may be said again, and nothing else: its repetitions keep their
        /// identifier, and a second Configure-Ack is no news to it.</summary>
        internal bool RepeatsAck;

        /// <summary>Whether a request that comes again word for word when we are open is answered
        /// with the same Configure-Ack: a peer that repeats has not got it, and to begin anew would
        /// cost more than an answer.</summary>
        protected bool AnswersRepetition;

        /// <summary>Whether our request, once we have acknowledged the peer's, is repeated only at
        /// the owner's word.</summary>
        internal bool HoldsRequest;

        /// <summary>Where the peer numbers its requests from 1 and sends its own before it answers
        /// ours: how long to wait, milliseconds, when an answer shows that its request was lost and
        /// it was asked to say it again; else 0.</summary>
        internal int PromptMs;

        /// <summary>Naks that chose among what we offered, and disputed nothing.</summary>
        protected int HarmlessNakCount;

        /// <summary>Whether one side asked for what the other would not have, in the negotiation
        /// under way.</summary>
        internal bool IsDisputed
        {
            get
            {
                return _nakSentCount + _nakReceivedCount + _rejectSentCount > HarmlessNakCount;
            }
        }

        internal bool IsOpened
        {
            get { return State == Automaton.Opened; }
        }

        /// <summary>Back to Initial; the subclass sets the values to ask for.</summary>
        internal virtual void Reset()
        {
            State = Automaton.Initial;
            _restart.Disarm();
            _signals = 0;
            _nakSentCount = 0;
            _nakReceivedCount = 0;
            _rejectSentCount = 0;
            HarmlessNakCount = 0;
            RequestCount = 0;
            _answerDue = false;
            _ackLength = 0;
            _ackIsNew = false;
            _requestSeen = false;
            _promptCount = 0;
            FailReason = Reason.None;
            Options.Reset();
        }

        internal int TakeSignals()
        {
            int signals = _signals;
            _signals = 0;
            return signals;
        }

        /// <summary>Tells whether we have acknowledged the peer's request since this was asked
        /// last.
        /// </summary>
        /// <returns>True when a Configure-Ack left.</returns>
        internal bool TakeAck()
        {
            bool isNew = _ackIsNew;
            _ackIsNew = false;
            return isNew;
        }

        internal void Up(int nowMs)
        {
            Cause = CauseLocal;
            Do(Automaton.Up, nowMs);
        }

        internal void Down(int nowMs)
        {
            if (State > Automaton.Starting)
            {
                Cause = CauseLocal;
                Do(Automaton.Down, nowMs);
            }
        }

        internal void Open(int nowMs)
        {
            Cause = CauseLocal;
            Do(Automaton.Open, nowMs);
        }

        internal void Close(int nowMs)
        {
            Cause = CauseLocal;
            Do(Automaton.Close, nowMs);
        }

        /// <summary>Takes an LCP Protocol-Reject of this protocol: catastrophic.</summary>
        /// <param name="nowMs">The present, in milliseconds; wraps.</param>
        internal void InputProtocolReject(int nowMs)
        {
            if (State > Automaton.Starting)
            {
                Cause = CauseRejected;
                Do(Automaton.RxjMinus, nowMs);
            }
        }

        internal void Tick(int nowMs)
        {
            if (!_restart.IsDue(nowMs))
            {
                return;
            }

            _restart.Disarm();
            if (HoldsRequest && State == Automaton.AckSent)
            {
                _restart.Arm(nowMs, Limits.RestartTimerMaximumMs);
                return;
            }

            if (_restartCounter > 0)
            {
                if (State >= Automaton.ReqSent)
                {
                    PeriodMs = 2 * PeriodMs < Limits.RestartTimerMaximumMs
                        ? 2 * PeriodMs
                        : Limits.RestartTimerMaximumMs;
                }

                Do(Automaton.TimeOutPlus, nowMs);
                return;
            }

            Cause = CauseTimeOut;
            Do(Automaton.TimeOutMinus, nowMs);
        }

        internal int Sooner(int nowMs, int waitMs)
        {
            return _restart.Sooner(nowMs, waitMs);
        }

        /// <summary>Takes our request for acknowledged: the peer does what it does only when it has
        /// this protocol open, so that its Configure-Ack was sent and lost.</summary>
        /// <param name="nowMs">The present, in milliseconds; wraps.</param>
        internal void AssumeAcknowledged(int nowMs)
        {
            if (State == Automaton.AckSent && _answerDue)
            {
                _answerDue = false;
                Cause = CauseRenegotiated;
                Do(Automaton.Rca, nowMs);
            }
        }

        /// <summary>Sends our request again, before the restart timer would: the peer has shown
        /// that it is not open and must not have got it.</summary>
        /// <param name="nowMs">The present, in milliseconds; wraps.</param>
        internal void RepeatRequest(int nowMs)
        {
            if (State >= Automaton.ReqSent && State != Automaton.Opened && _restartCounter > 0)
            {
                SendRequest(true, nowMs);
            }
        }

        /// <summary>Sends our request again under a new identifier, so that answers to the last one
        /// are told from answers to this.</summary>
        /// <param name="nowMs">The present, in milliseconds; wraps.</param>
        internal void AskAnew(int nowMs)
        {
            if (State >= Automaton.ReqSent && State != Automaton.Opened && _restartCounter > 0)
            {
                SendRequest(false, nowMs);
            }
        }

        /// <summary>Gives the restart counter back: the peer has answered, if only that it is not
        /// ready.</summary>
        internal void RenewRestartCounter()
        {
            _restartCounter = Limits.MaxConfigure;
        }

        /// <summary>Whether an identifier is that of our last request.</summary>
        /// <param name="identifier">0 to 255.</param>
        /// <returns>True when it is.</returns>
        internal bool IsLastRequest(int identifier)
        {
            return _requestIdentifier == identifier;
        }

        /// <summary>Takes a packet of this protocol.</summary>
        /// <param name="offset">Arena offset of the packet.</param>
        /// <param name="length">Octets present; more than the packet's own length is
        /// padding.</param>
        /// <param name="nowMs">The present, in milliseconds; wraps.</param>
        /// <returns>The packet's fate.</returns>
        internal Reason Input(int offset, int length, int nowMs)
        {
            int packetLength = PppPacket.Check(Arena, offset, length);
            if (packetLength < 0 || State <= Automaton.Starting)
            {
                return Reason.PppDiscarded;
            }

            _packet = offset;
            _packetLength = packetLength;
            int code = PppPacket.Code(Arena, offset);
            int identifier = PppPacket.Identifier(Arena, offset);
            switch (code)
            {
                case PppPacket.ConfigureRequest:
                    return InputRequest(nowMs);
                case PppPacket.ConfigureAck:
                case PppPacket.ConfigureNak:
                case PppPacket.ConfigureReject:
                    return _answerDue && identifier == _requestIdentifier
                        ? InputAnswer(code, nowMs)
                        : Reason.PppDiscarded;
                case PppPacket.TerminateRequest:
                    Cause = CauseTerminated;
                    if (State >= Automaton.ReqSent && State != Automaton.Opened)
                    {
                        // RFC 1661 would have us ask on; a peer that ends what is not open refuses.
                        Fail(TerminatedReason());
                    }

                    Do(Automaton.Rtr, nowMs);
                    return Reason.PppNegotiated;
                case PppPacket.TerminateAck:
                    Cause = CauseTerminated;
                    Do(Automaton.Rta, nowMs);
                    return Reason.PppNegotiated;
                case PppPacket.CodeReject:
                    return InputCodeReject(nowMs);
                default:
                    return InputOther(code, offset, packetLength, nowMs);
            }
        }

        /// <summary>Takes a packet whose code is not one of 1 to 7.</summary>
        /// <param name="code">The code.</param>
        /// <param name="offset">Arena offset of the packet.</param>
        /// <param name="length">Octets of the packet.</param>
        /// <param name="nowMs">The present, in milliseconds; wraps.</param>
        /// <returns>The packet's fate.</returns>
        protected virtual Reason InputOther(int code, int offset, int length, int nowMs)
        {
            Do(Automaton.Ruc, nowMs);
            return Reason.PppNegotiated;
        }

        /// <summary>Why the negotiation failed when the peer rejected what we cannot do without, or
        /// when it never came to an end.</summary>
        /// <returns>The reason to report.</returns>
        protected abstract Reason RefusedReason();

        /// <summary>Why a negotiation failed that the peer ended before it was open.</summary>
        /// <returns>The reason to report.</returns>
        protected abstract Reason TerminatedReason();

        /// <summary>Hears that the peer rejected what we cannot do without.</summary>
        /// <returns>True when there is something more modest to ask for, which is set
        /// now.</returns>
        protected virtual bool AsksForLess()
        {
            return false;
        }

        /// <summary>Hears that the peer does not know one of our codes above 7.</summary>
        /// <param name="code">The code.</param>
        protected virtual void CodeRejected(int code)
        {
        }

        /// <summary>Draws a number for an option that needs a new one.</summary>
        /// <returns>Any number but 0.</returns>
        protected virtual int Draw()
        {
            return 1;
        }

        /// <summary>Why the negotiation failed when the peer went on asking for what we cannot
        /// accept.</summary>
        /// <returns>The reason to report.</returns>
        protected virtual Reason NotConvergingReason()
        {
            return RefusedReason();
        }

        /// <summary>Lets the subclass change what we want of the peer before its request is judged,
        /// or what we ask for behind a Nak that was well-formed: for a value that is bargained
        /// about in more than one step.</summary>
        /// <param name="code">Configure-Request or Configure-Nak.</param>
        /// <param name="packet">Arena offset of the packet; its options are not checked when it is
        /// a request.</param>
        /// <param name="length">Octets of the packet.</param>
        protected virtual void Weigh(int code, int packet, int length)
        {
        }

        /// <summary>Sends the answer to an Echo-Request (LCP).</summary>
        /// <param name="packet">Arena offset of the packet.</param>
        /// <param name="length">Octets of the packet.</param>
        protected virtual void SendEchoReply(int packet, int length)
        {
        }

        /// <summary>Reports a failure to the owner, once.</summary>
        /// <param name="reason">The reason.</param>
        protected void Fail(Reason reason)
        {
            if (FailReason == Reason.None)
            {
                FailReason = reason;
                _signals |= Failed;
            }
        }

        /// <summary>Adds a signal of the subclass.</summary>
        /// <param name="signal">Its bit.</param>
        protected void Signal(int signal)
        {
            _signals |= signal;
        }

        /// <summary>Takes an event that the subclass found.</summary>
        /// <param name="event">One of the automaton's events.</param>
        /// <param name="nowMs">The present, in milliseconds; wraps.</param>
        protected void Do(int @event, int nowMs)
        {
            int cell = Automaton.Step(State, @event);
            if (cell == Automaton.Illegal)
            {
                Counters.Count(Reason.PppIllegalEvent);
                return;
            }

            int actions = cell >> 4;
            State = cell & 15;
            if (State <= Automaton.Stopped || State == Automaton.Opened)
            {
                _restart.Disarm();
            }

            if ((actions & Automaton.Tld) != 0)
            {
                _signals |= ThisLayerDown;
            }

            if ((actions & Automaton.Irc) != 0)
            {
                _restartCounter = (actions & Automaton.Str) != 0
                    ? Limits.MaxTerminate
                    : Limits.MaxConfigure;
            }

            if ((actions & Automaton.Zrc) != 0)
            {
                _restartCounter = 0;
                _restart.Arm(nowMs, Limits.RestartTimerMs);
            }

            if ((actions & Automaton.Scr) != 0)
            {
                SendRequest(@event == Automaton.TimeOutPlus, nowMs);
            }

            if ((actions & (Automaton.Sca | Automaton.Scn)) != 0)
            {
                SendAnswer();
            }

            if ((actions & Automaton.Str) != 0)
            {
                SendTerminateRequest(nowMs);
            }

            if ((actions & Automaton.Sta) != 0)
            {
                SendTerminateAck(@event == Automaton.Rtr);
            }

            if ((actions & Automaton.Scj) != 0)
            {
                SendReject(PppPacket.CodeReject, 0, _packet, _packetLength);
            }

            if ((actions & Automaton.Ser) != 0)
            {
                SendEchoReply(_packet, _packetLength);
            }

            if ((actions & Automaton.Tlu) != 0)
            {
                _nakSentCount = 0;
                _nakReceivedCount = 0;
                _rejectSentCount = 0;
                HarmlessNakCount = 0;
                _signals |= ThisLayerUp;
            }

            if ((actions & Automaton.Tlf) != 0)
            {
                _signals |= ThisLayerFinished;
            }
        }

        private Reason InputRequest(int nowMs)
        {
            int options = _packet + PppPacket.HeaderLength;
            int length = _packetLength - PppPacket.HeaderLength;
            _requestSeen = true;
            if (State == Automaton.Opened
                && (RepeatsAck || AnswersRepetition)
                && IsAcknowledgedRequest())
            {
                RepeatAck();
                return Reason.PppNegotiated;
            }

            Weigh(PppPacket.ConfigureRequest, _packet, _packetLength);
            _verdict = Options.Judge(options, length);
            if (_verdict == OptionSet.VerdictMalformed
                || (_verdict == OptionSet.VerdictAck
                    && length > FrameQueue.PacketCapacity - PppPacket.HeaderLength))
            {
                return Reason.PppDiscarded;
            }

            Cause = CauseRenegotiated;
            Do(
                _verdict == OptionSet.VerdictAck ? Automaton.RcrPlus : Automaton.RcrMinus,
                nowMs);
            return Reason.PppNegotiated;
        }

        private Reason InputAnswer(int code, int nowMs)
        {
            int options = _packet + PppPacket.HeaderLength;
            int length = _packetLength - PppPacket.HeaderLength;
            Cause = CauseRenegotiated;
            if (code == PppPacket.ConfigureAck)
            {
                if (!Options.IsOwnRequest(options, length, ArenaMap.Request))
                {
                    return Reason.PppDiscarded;
                }

                _answerDue = false;
                Do(Automaton.Rca, nowMs);
                Prompt(nowMs);
                return Reason.PppNegotiated;
            }

            int result = 1;
            if (code == PppPacket.ConfigureReject)
            {
                result = Options.InputReject(options, length);
            }
            else if (Options.InputNak(options, length, Draw()))
            {
                Weigh(code, _packet, _packetLength);
            }
            else
            {
                result = -1;
            }

            if (result < 0)
            {
                return Reason.PppDiscarded;
            }

            _answerDue = false;
            _nakReceivedCount++;
            if (result == 0 && AsksForLess())
            {
                result = 1;
            }

            if (result == 0 || _nakReceivedCount > 2 * Limits.MaxFailure)
            {
                // Rejected what we need, or asked in circles: the owner closes.
                Fail(RefusedReason());
                return Reason.PppNegotiated;
            }

            Do(Automaton.Rcn, nowMs);
            return Reason.PppNegotiated;
        }

        private Reason InputCodeReject(int nowMs)
        {
            if (_packetLength < PppPacket.HeaderLength + 1)
            {
                return Reason.PppDiscarded;
            }

            // Without codes 1 to 7 there is no negotiation; all others can be done without.
            int rejected = Arena[_packet + PppPacket.HeaderLength];
            bool catastrophic =
                rejected >= PppPacket.ConfigureRequest && rejected <= PppPacket.CodeReject;
            Cause = CauseRejected;
            if (!catastrophic)
            {
                CodeRejected(rejected);
            }

            Do(catastrophic ? Automaton.RxjMinus : Automaton.RxjPlus, nowMs);
            return Reason.PppNegotiated;
        }
    }
}
