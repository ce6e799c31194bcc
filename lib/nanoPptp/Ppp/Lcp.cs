// The Link Control Protocol (RFC 1661): MRU, authentication, magic number, header compression;
// echo, Protocol-Reject, and the codes of RFC 1570 that are tolerated.

using System;
using nanoPptp.Crypto;
using nanoPptp.Diagnostics;
using nanoPptp.Memory;
using nanoPptp.Time;
using nanoPptp.Wire;

namespace nanoPptp.Ppp
{
    /// <summary>LCP as a client speaks it.</summary>
    internal sealed class Lcp : OptionNegotiation
    {
        /// <summary>Signal: the peer rejected <see cref="RejectedProtocol"/>.</summary>
        internal const int ProtocolRejected = 16;

        private const int RowMru = 0;
        private const int RowAuthentication = 2;
        private const int RowMagic = 3;
        private const int RowProtocolCompression = 4;
        private const int RowAddressCompression = 5;

        private const int DefaultMru = 1500;

        private const int MagicLength = 4;

        // What only a hub that heard us can say again (RFC 1661 s.5.8: the data come back
        // unchanged).
        private const int NonceLength = 4;

        private static readonly byte[] s_rows =
        {
            ConfigureOption.MaximumReceiveUnit, 2, OptionSet.OwnSmaller, OptionSet.PeerAccept,
            ConfigureOption.AsyncControlCharacterMap, 4, OptionSet.OwnSilent, OptionSet.PeerAccept,
            ConfigureOption.AuthenticationProtocol, 3, OptionSet.OwnSilent, OptionSet.PeerChoose,
            ConfigureOption.MagicNumber, 4, OptionSet.OwnDrawn, OptionSet.PeerDiffer,
            ConfigureOption.ProtocolFieldCompression, 0, OptionSet.OwnOptional,
            OptionSet.PeerAccept,
            ConfigureOption.AddressAndControlFieldCompression, 0, OptionSet.OwnOptional,
            OptionSet.PeerAccept,
        };

        private readonly RandomPool _random;
        private readonly Deadline _echo = new Deadline();
        private readonly byte[] _nonce = new byte[NonceLength];
        private int _echoIdentifier;
        private bool _echoIsPending;
        private bool _nonceComesBack;
        private int _loopCount;
        private bool _allowsChapMd5;
        private bool _allowsPap;
        private bool _asksForStronger;
        private int _weakest;
        private int _nakedMethod;
        private int _nakedIdentifier;

        internal Lcp(byte[] arena, FrameQueue frames, Counters counters, RandomPool random)
            : base(arena, frames, counters, PppFrame.Lcp, ArenaMap.Acks, s_rows)
        {
            _random = random;
        }

        /// <summary>The protocol that the peer's last Protocol-Reject named.</summary>
        internal int RejectedProtocol;

        /// <summary>Time without proof of life after which the hub counts as dead, milliseconds;
        /// the owner sets it.</summary>
        internal int DeadPeerMs = Limits.DefaultDeadPeerMs;

        /// <summary>When the hub last proved that it lives: by an encrypted packet, which the owner
        /// notes, or by the answer to our Echo-Request. What anybody can forge proves nothing.
        /// </summary>
        internal int ProvenMs;

        /// <summary>The longest information field that the peer asks us to send, octets.</summary>
        internal int PeerMru
        {
            get { return Options.PeerHas[RowMru] ? Options.Peer[RowMru] : DefaultMru; }
        }

        /// <summary>Whether the peer takes one-octet protocol fields.</summary>
        internal bool PeerTakesShortProtocol
        {
            get { return Options.PeerHas[RowProtocolCompression]; }
        }

        /// <summary>Whether the peer takes frames without address and control.</summary>
        internal bool PeerTakesNoAddress
        {
            get { return Options.PeerHas[RowAddressCompression]; }
        }

        /// <summary>The method of authentication that was agreed on, see
        /// <see cref="AuthenticationProtocol"/>.</summary>
        internal int Method
        {
            get { return Options.Peer[RowAuthentication]; }
        }

        /// <summary>The method that the hub asked for last and did not get; 0 when it named none.
        /// </summary>
        internal int NakedMethod
        {
            get { return _nakedMethod; }
        }

        /// <summary>Our magic number; 0 when the peer rejected it (RFC 1661 s.5.8).</summary>
        private int Magic
        {
            get { return Options.IsAsking(RowMagic) ? Options.Own[RowMagic] : 0; }
        }

        internal override void Reset()
        {
            base.Reset();
            _echo.Disarm();
            _echoIsPending = false;
            _nonceComesBack = false;
            _loopCount = 0;
            _weakest = 0;
            _nakedMethod = 0;
            RejectedProtocol = 0;
        }

        /// <summary>Sets the methods of authentication that the hub may ask for besides MS-CHAPv2.
        /// </summary>
        /// <param name="chapMd5">Whether CHAP-MD5 is allowed.</param>
        /// <param name="pap">Whether PAP is allowed.</param>
        /// <param name="asksForStronger">Whether MS-CHAPv2 is named once before either of them is
        /// taken.</param>
        internal void Allow(bool chapMd5, bool pap, bool asksForStronger)
        {
            _allowsChapMd5 = chapMd5;
            _allowsPap = pap;
            _asksForStronger = asksForStronger;
        }

        /// <summary>Sees to it that no later negotiation of this link agrees on a weaker method
        /// than the present one.</summary>
        internal void HoldMethod()
        {
            _weakest = StrengthOf(Method);
            _nakedMethod = 0;
        }

        /// <summary>Back to Initial, ready to open.</summary>
        /// <param name="mru">The MRU to ask for, octets.</param>
        internal void Reset(int mru)
        {
            Reset();
            Options.Own[RowMru] = mru;
            Options.Own[RowMagic] = Draw();
            Options.Wanted[RowAuthentication] = AuthenticationProtocol.MsChapV2;
            if (mru == DefaultMru)
            {
                Options.StopAsking(RowMru);
            }
        }

        /// <summary>Begins to watch the link: it has come up.</summary>
        /// <param name="nowMs">The present, in milliseconds; wraps.</param>
        internal void WatchLink(int nowMs)
        {
            _loopCount = 0;
            _echoIsPending = false;
            ProvenMs = nowMs;
            _echo.Arm(nowMs, DeadPeerMs / 3);
        }

        /// <summary>Sends Echo-Requests when a third of <see cref="DeadPeerMs"/> has passed without
        /// proof that the hub lives, one every sixth, and gives the hub up at the end.</summary>
        /// <param name="nowMs">The present, in milliseconds; wraps.</param>
        internal void TickEcho(int nowMs)
        {
            if (!_echo.IsDue(nowMs))
            {
                return;
            }

            if (State != Automaton.Opened)
            {
                _echo.Disarm();
                return;
            }

            int silentMs = nowMs - ProvenMs;
            if (silentMs >= DeadPeerMs)
            {
                _echo.Disarm();
                Fail(Reason.LcpEchoTimeout);
                return;
            }

            int quietMs = DeadPeerMs / 3;
            if (silentMs < quietMs)
            {
                _echo.Arm(nowMs, quietMs - silentMs);
                return;
            }

            int leftMs = DeadPeerMs - silentMs;
            _echo.Arm(nowMs, leftMs < DeadPeerMs / 6 ? leftMs : DeadPeerMs / 6);
            SendEchoRequest();
        }

        /// <summary>Whether a packet is the answer to our Echo-Request, data included: nobody could
        /// write it who did not hear us.</summary>
        /// <param name="offset">Arena offset of the packet.</param>
        /// <param name="length">Octets present.</param>
        /// <returns>True for that answer.</returns>
        internal bool IsProof(int offset, int length)
        {
            int packetLength = PppPacket.Check(Arena, offset, length);
            return packetLength >= PppPacket.HeaderLength + MagicLength + NonceLength
                && PppPacket.Code(Arena, offset) == PppPacket.EchoReply
                && IsAnswer(offset, packetLength);
        }

        internal int SoonerEcho(int nowMs, int waitMs)
        {
            return _echo.Sooner(nowMs, waitMs);
        }

        /// <summary>Tells the peer that we do not speak a protocol (RFC 1661 s.5.7).</summary>
        /// <param name="protocol">The protocol.</param>
        /// <param name="offset">Arena offset of its information field.</param>
        /// <param name="length">Octets of that field.</param>
        internal void SendProtocolReject(int protocol, int offset, int length)
        {
            SendReject(PppPacket.ProtocolReject, protocol, offset, length);
        }

        /// <inheritdoc/>
        protected override Reason InputOther(int code, int offset, int length, int nowMs)
        {
            switch (code)
            {
                case PppPacket.ProtocolReject:
                    return InputProtocolRejectPacket(offset, length, nowMs);
                case PppPacket.EchoRequest:
                case PppPacket.EchoReply:
                    return InputEcho(code, offset, length, nowMs);
                case PppPacket.DiscardRequest:
                    Do(Automaton.Rxr, nowMs);
                    return Reason.PppNegotiated;
                case PppPacket.Identification:
                case PppPacket.TimeRemaining:
                    // RFC 1570 s.2.1 and 2.2: information that asks for nothing. Windows sends it.
                    return Reason.PppNegotiated;
                default:
                    return base.InputOther(code, offset, length, nowMs);
            }
        }

        /// <inheritdoc/>
        protected override Reason TerminatedReason()
        {
            // A hub that gives up in a dispute about authentication does so because of it.
            return _nakedMethod == 0 ? Reason.LcpTerminated : Reason.AuthenticationWeak;
        }

        /// <inheritdoc/>
        protected override void Weigh(int code, int packet, int length)
        {
            if (code != PppPacket.ConfigureRequest)
            {
                return;
            }

            int identifier = PppPacket.Identifier(Arena, packet);
            Options.Choices[0] = _allowsChapMd5
                ? ChoiceOf(AuthenticationProtocol.ChapMd5, identifier)
                : 0;
            Options.Choices[1] = _allowsPap
                ? ChoiceOf(AuthenticationProtocol.Pap, identifier)
                : 0;
        }

        /// <inheritdoc/>
        protected override void Naking(int identifier)
        {
            int method = Options.CandidateOf(RowAuthentication);
            if (method != 0 && !Options.IsTaken(RowAuthentication, method))
            {
                _nakedMethod = method;
                _nakedIdentifier = identifier;
            }
        }

        /// <inheritdoc/>
        protected override void CodeRejected(int code)
        {
            if (code == PppPacket.EchoRequest)
            {
                // A peer without echo cannot be watched by it.
                _echo.Disarm();
            }
        }

        /// <inheritdoc/>
        protected override Reason RefusedReason()
        {
            return Reason.LcpRejected;
        }

        /// <inheritdoc/>
        protected override Reason NotConvergingReason()
        {
            if (Options.IsCandidate(RowMagic, Options.Own[RowMagic]))
            {
                return Reason.LcpLoopback;
            }

            return _nakedMethod == 0
                ? Reason.AuthenticationNotOffered
                : Reason.AuthenticationWeak;
        }

        /// <inheritdoc/>
        protected override int Draw()
        {
            int value;
            do
            {
                _random.Fill(Arena, ArenaMap.Request, MagicLength);
                value = BigEndian.ReadInt32(Arena, ArenaMap.Request);
            }
            while (value == 0);

            return value;
        }

        /// <inheritdoc/>
        protected override void SendEchoReply(int packet, int length)
        {
            if (PppPacket.Code(Arena, packet) != PppPacket.EchoRequest)
            {
                return;
            }

            int at = Frames.Begin();
            if (at < 0)
            {
                Counters.Count(Reason.PppOutputFull);
                return;
            }

            if (length > FrameQueue.PacketCapacity)
            {
                length = FrameQueue.PacketCapacity;
            }

            Array.Copy(Arena, packet, Arena, at, length);
            PppPacket.WriteHeader(
                Arena, at, PppPacket.EchoReply, PppPacket.Identifier(Arena, packet), length);
            BigEndian.WriteInt32(Arena, at + PppPacket.HeaderLength, Magic);
            Frames.Commit(PppFrame.Lcp, length);
        }

        private static int StrengthOf(int method)
        {
            switch (method)
            {
                case AuthenticationProtocol.MsChapV2:
                    return 3;
                case AuthenticationProtocol.ChapMd5:
                    return 2;
                default:
                    return method == AuthenticationProtocol.Pap ? 1 : 0;
            }
        }

        /// <summary>Gives a method that the settings allow, or 0 when it is not acceptable now.
        /// </summary>
        private int ChoiceOf(int method, int identifier)
        {
            // To insist is to ask again after our Nak: a repetition of what was Naked is not that,
            // for its sender may not have seen the Nak.
            bool insists = method == _nakedMethod && identifier != _nakedIdentifier;
            int strength = StrengthOf(method);
            bool isAgreed = insists || !_asksForStronger || strength == _weakest;
            return strength >= _weakest && isAgreed ? method : 0;
        }

        private Reason InputEcho(int code, int offset, int length, int nowMs)
        {
            if (length < PppPacket.HeaderLength + MagicLength)
            {
                return Reason.PppDiscarded;
            }

            int magic = BigEndian.ReadInt32(Arena, offset + PppPacket.HeaderLength);
            if (State == Automaton.Opened && magic != 0 && magic == Magic)
            {
                // Our own magic number came back: the line is looped.
                _loopCount++;
                if (_loopCount == Limits.MaxLoopback)
                {
                    Fail(Reason.LcpLoopback);
                }

                return Reason.PppDiscarded;
            }

            if (code == PppPacket.EchoReply && IsAnswer(offset, length))
            {
                _echoIsPending = false;
                _nonceComesBack |= length >= PppPacket.HeaderLength + MagicLength + NonceLength;
                _loopCount = 0;
                ProvenMs = nowMs;
                _echo.Arm(nowMs, DeadPeerMs / 3);
            }

            Do(Automaton.Rxr, nowMs);
            return Reason.PppNegotiated;
        }

        private void SendEchoRequest()
        {
            int at = Frames.Begin();
            if (at < 0)
            {
                Counters.Count(Reason.PppOutputFull);
                return;
            }

            const int length = PppPacket.HeaderLength + MagicLength + NonceLength;
            if (!_echoIsPending)
            {
                // Repetitions carry the same nonce, so that a slow answer to any of them counts.
                _echoIsPending = true;
                _echoIdentifier = NextIdentifier();
                _random.Fill(_nonce, 0, NonceLength);
            }

            BigEndian.WriteInt32(Arena, at + PppPacket.HeaderLength, Magic);
            Array.Copy(
                _nonce, 0, Arena, at + PppPacket.HeaderLength + MagicLength, NonceLength);
            PppPacket.WriteHeader(
                Arena, at, PppPacket.EchoRequest, _echoIdentifier, length);
            Frames.Commit(PppFrame.Lcp, length);
        }

        private bool IsAnswer(int offset, int length)
        {
            if (!_echoIsPending || PppPacket.Identifier(Arena, offset) != _echoIdentifier)
            {
                return false;
            }

            int nonce = offset + PppPacket.HeaderLength + MagicLength;
            if (length >= PppPacket.HeaderLength + MagicLength + NonceLength)
            {
                for (int i = 0; i < NonceLength; i++)
                {
                    if (Arena[nonce + i] != _nonce[i])
                    {
                        return false;
                    }
                }

                return true;
            }

            // Some hubs drop the data; one that ever sent it back does not.
            return !_nonceComesBack;
        }

        private Reason InputProtocolRejectPacket(int offset, int length, int nowMs)
        {
            if (length < PppPacket.HeaderLength + 2 || State != Automaton.Opened)
            {
                return Reason.PppDiscarded;
            }

            RejectedProtocol = BigEndian.ReadUInt16(Arena, offset + PppPacket.HeaderLength);
            if (RejectedProtocol == PppFrame.Lcp)
            {
                InputProtocolReject(nowMs);
                return Reason.PppNegotiated;
            }

            Do(Automaton.RxjPlus, nowMs);
            Signal(ProtocolRejected);
            return Reason.PppNegotiated;
        }
    }
}
