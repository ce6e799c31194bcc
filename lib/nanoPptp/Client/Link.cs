// The phases of the PPP link (RFC 1661 s.3.2), with encryption as a phase of its own between
// authentication and the network protocol: LCP, authentication, CCP, IPCP, up. Each machine knows
// only itself; what one's end means for the next is decided here.

using nanoPptp.Auth;
using nanoPptp.Crypto;
using nanoPptp.Diagnostics;
using nanoPptp.Memory;
using nanoPptp.Mppe;
using nanoPptp.Ppp;
using nanoPptp.Time;
using nanoPptp.Wire;

namespace nanoPptp.Client
{
    /// <summary>The PPP link of one call.</summary>
    internal sealed partial class Link
    {
        // Signals to the owner.
        internal const int StageChanged = 1;
        internal const int Finished = 2;
        internal const int Failed = 4;

        // What a frame is worth, see Weigh.
        internal const int Plain = 0;
        internal const int Judged = 1;
        internal const int Proven = 2;

        private const int InnerProtocolLength = 2;

        private readonly byte[] _arena;
        private readonly Counters _counters;
        private readonly Lcp _lcp;
        private readonly Credentials _credentials;
        private readonly MsChapV2 _msChapV2;
        private readonly ChapMd5 _chapMd5;
        private readonly Pap _pap;
        private readonly Ccp _ccp;
        private readonly Ipcp _ipcp;
        private readonly MppeTransmit _transmit = new MppeTransmit();
        private readonly MppeReceive _receive;
        private readonly Deadline _authenticate = new Deadline();
        private readonly Deadline _comeUp = new Deadline();
        private readonly Deadline _renegotiated = new Deadline();
        private Authentication _authentication;
        private int _signals;
        private bool _closing;
        private bool _shortProtocol;
        private bool _noAddress;
        private int _refusedCount;
        private int _jumpCount;
        private int _controlCreditMs;
        private int _controlAtMs;

        internal Link(byte[] arena, FrameQueue frames, Counters counters, RandomPool random)
        {
            _arena = arena;
            _counters = counters;
            _lcp = new Lcp(arena, frames, counters, random);
            _credentials = new Credentials(arena);
            _msChapV2 = new MsChapV2(arena, _credentials, frames, counters, random);
            _chapMd5 = new ChapMd5(arena, _credentials, frames, counters);
            _pap = new Pap(arena, _credentials, frames, counters);
            _authentication = _msChapV2;
            _ccp = new Ccp(arena, frames, counters);
            _ipcp = new Ipcp(arena, frames, counters);
            _receive = new MppeReceive(counters);
        }

        /// <summary>How far the link is: Closed, Lcp to Up.</summary>
        internal Stage Stage;

        /// <summary>Why the link signalled <see cref="Failed"/>.</summary>
        internal Reason FailReason;

        /// <summary>The detail that goes with it.</summary>
        internal int FailDetail;

        /// <summary>Arena offset of the packet that told it; 0 octets when none did.</summary>
        internal int FailOffset;

        /// <summary>Octets of that packet.</summary>
        internal int FailLength;

        /// <summary>Arena offset of the IP packet delivered last.</summary>
        internal int IpOffset;

        /// <summary>Octets of that packet.</summary>
        internal int IpLength;

        /// <summary>How far the coherency count of the next frame may have moved on; the owner sets
        /// it before <see cref="Input"/>.</summary>
        internal int JumpLimit;

        /// <summary>Whether that frame's sequence number was overtaken; set as well.</summary>
        internal bool IsOvertaken;

        internal int LocalAddress
        {
            get { return _ipcp.LocalAddress; }
        }

        internal int PeerAddress
        {
            get { return _ipcp.PeerAddress; }
        }

        internal int PrimaryDns
        {
            get { return _ipcp.PrimaryDns; }
        }

        internal int SecondaryDns
        {
            get { return _ipcp.SecondaryDns; }
        }

        internal int PeerMru
        {
            get { return _lcp.PeerMru; }
        }

        /// <summary>LCP Configure-Requests sent since the link was opened.</summary>
        internal int LcpRequestCount
        {
            get { return _lcp.RequestCount; }
        }

        /// <summary>Takes over who we are and how we may prove it.</summary>
        /// <param name="settings">The settings, their methods checked.</param>
        /// <returns>False when the user's name does not fit.</returns>
        internal bool SetCredentials(PptpSettings settings)
        {
            _lcp.Allow(settings.AllowChapMd5, settings.AllowPap, settings.AskForStronger);
            _credentials.SetPassword(
                settings.Password, settings.NeedsPassword ? settings.PasswordLength : 0);
            return _credentials.Set(settings.UserName, settings.NtHash);
        }

        /// <summary>Opens the link: the call is connected.</summary>
        /// <param name="mru">The MRU to ask for, octets.</param>
        /// <param name="deadPeerMs">Time without proof of life after which the hub counts as dead,
        /// milliseconds.</param>
        /// <param name="roundTripMs">The round trip of the control connection.</param>
        /// <param name="nowMs">The present, in milliseconds; wraps.</param>
        internal void Open(int mru, int deadPeerMs, int roundTripMs, int nowMs)
        {
            _lcp.Reset(mru);
            _lcp.DeadPeerMs = deadPeerMs;
            _ccp.Reset();
            ResetShortWay();
            _authentication.Reset();
            ResetEncryption();
            _signals = 0;
            _closing = false;
            _refusedCount = 0;
            _jumpCount = 0;
            _controlCreditMs = Limits.ControlBurstCount * Limits.ControlPaceMs;
            _controlAtMs = nowMs;
            _renegotiated.Disarm();
            LearnWait(roundTripMs);
            int promptMs = _quirks.Has(HubQuirks.CountsFromOne) ? _firstWaitMs : 0;
            _lcp.PromptMs = promptMs;
            _ccp.PromptMs = promptMs;
            _ipcp.PromptMs = promptMs;
            _lcp.PeriodMs = _firstWaitMs;

            // A repeated CCP request ends the link at a pppd that has it open already, so this one
            // waits as long as RFC 1661 would, or until it is known to be safe.
            _ccp.PeriodMs = Limits.RestartTimerMaximumMs;
            _authenticate.Disarm();
            _comeUp.Arm(nowMs, Limits.LinkMs);
            FailReason = Reason.None;
            FailDetail = 0;
            FailLength = 0;
            _lcp.Open(nowMs);
            _lcp.Up(nowMs);
            Enter(Stage.Lcp);
            Settle(nowMs);
        }

        /// <summary>Ends the link in order; <see cref="Finished"/> follows.</summary>
        /// <param name="nowMs">The present, in milliseconds; wraps.</param>
        internal void Close(int nowMs)
        {
            _closing = true;
            _nextStep.Disarm();
            _authenticate.Disarm();
            _comeUp.Disarm();
            _renegotiated.Disarm();
            _lcp.Close(nowMs);
            Settle(nowMs);
            if (_lcp.State <= Automaton.Stopped)
            {
                _signals |= Finished;
            }
        }

        /// <summary>Drops the link at once: the call is gone.</summary>
        internal void Drop()
        {
            _lcp.Reset();
            _ccp.Reset();
            ResetShortWay();
            _authenticate.Disarm();
            _comeUp.Disarm();
            _renegotiated.Disarm();
            _signals = 0;
            Stage = Stage.Closed;
            Wipe();
        }

        /// <summary>Overwrites every key and secret.</summary>
        internal void Wipe()
        {
            _msChapV2.Wipe();
            _chapMd5.Wipe();
            _pap.Wipe();
            _credentials.Wipe();
            _transmit.Wipe();
            _receive.Wipe();
            if (_statefulReceive != null)
            {
                _statefulReceive.Wipe();
            }
        }

        internal int TakeSignals()
        {
            int signals = _signals;
            _signals = 0;
            return signals;
        }

        internal void Tick(int nowMs)
        {
            _lcp.Tick(nowMs);
            TickNextStep(WaitsForLcp, _lcp, nowMs);
            _ccp.Tick(nowMs);
            TickNextStep(WaitsForCcp, _ccp, nowMs);
            _ccp.TickReset(nowMs);
            _ipcp.Tick(nowMs);
            TickNextStep(WaitsForIpcp, _ipcp, nowMs);
            _authentication.Tick(nowMs);
            _lcp.TickEcho(nowMs);
            if (_renegotiated.IsDue(nowMs))
            {
                _renegotiated.Disarm();
            }

            if (_authenticate.IsDue(nowMs) || _comeUp.IsDue(nowMs))
            {
                _authenticate.Disarm();
                _comeUp.Disarm();
                Fail(TimeOutReason(), 0);
            }

            Settle(nowMs);
        }

        internal int Sooner(int nowMs, int waitMs)
        {
            waitMs = _lcp.Sooner(nowMs, waitMs);
            waitMs = _lcp.SoonerEcho(nowMs, waitMs);
            waitMs = _ccp.Sooner(nowMs, waitMs);
            waitMs = _ccp.SoonerReset(nowMs, waitMs);
            waitMs = _ipcp.Sooner(nowMs, waitMs);
            waitMs = _authentication.Sooner(nowMs, waitMs);
            waitMs = _authenticate.Sooner(nowMs, waitMs);
            waitMs = _renegotiated.Sooner(nowMs, waitMs);
            waitMs = _nextStep.Sooner(nowMs, waitMs);
            return _comeUp.Sooner(nowMs, waitMs);
        }

        /// <summary>Says what can be known of a frame before it is taken.</summary>
        /// <param name="offset">Arena offset of the frame.</param>
        /// <param name="length">Octets of the frame.</param>
        /// <returns><see cref="Judged"/> for an encrypted frame while packets pass: decryption will
        /// tell whether it is genuine; <see cref="Proven"/> for the answer to our Echo-Request,
        /// which is; else <see cref="Plain"/>.</returns>
        internal int Weigh(int offset, int length)
        {
            if (Stage != Stage.Up || _closing)
            {
                return Plain;
            }

            int headerLength = PppFrame.Check(_arena, offset, length);
            if (headerLength < 0)
            {
                return Plain;
            }

            int protocol = PppFrame.Protocol(_arena, offset, headerLength);
            if (protocol == PppFrame.Mppe)
            {
                return Judged;
            }

            return protocol == PppFrame.Lcp
                && _lcp.IsProof(offset + headerLength, length - headerLength)
                ? Proven
                : Plain;
        }

        /// <summary>Takes a PPP frame.</summary>
        /// <param name="offset">Arena offset of the frame.</param>
        /// <param name="length">Octets of the frame.</param>
        /// <param name="nowMs">The present, in milliseconds; wraps.</param>
        /// <returns>The frame's fate; <see cref="Reason.IpDelivered"/> when
        /// <see cref="IpOffset"/> and <see cref="IpLength"/> name a packet.</returns>
        internal Reason Input(int offset, int length, int nowMs)
        {
            int headerLength = PppFrame.Check(_arena, offset, length);
            if (headerLength < 0)
            {
                return Reason.PppBadFrame;
            }

            int protocol = PppFrame.Protocol(_arena, offset, headerLength);
            offset += headerLength;
            length -= headerLength;
            if (_closing && protocol != PppFrame.Lcp)
            {
                return Reason.PppWrongPhase;
            }

            if (protocol == PppFrame.Mppe)
            {
                return _receiveCipher == CipherStateless
                    ? InputEncrypted(offset, length, nowMs)
                    : InputStateful(offset, length, nowMs);
            }

            if (Stage == Stage.Up
                && protocol != PppFrame.Ipv4
                && !(protocol == PppFrame.Lcp && _lcp.IsProof(offset, length))
                && !IsWithinPace(nowMs))
            {
                return Reason.PppRateLimited;
            }

            Reason fate = InputControl(protocol, offset, length, nowMs);
            Settle(nowMs);
            return fate;
        }

        /// <summary>Encrypts an IP packet in place, unless the policy is Clear, and writes MPPE and
        /// PPP in front of it.</summary>
        /// <param name="offset">Arena offset of the IP packet; 8 octets in front of it are ours.
        /// </param>
        /// <param name="length">Octets of the IP packet.</param>
        /// <returns>Arena offset of the PPP frame, which ends where the packet ended.</returns>
        internal int WriteFrame(int offset, int length)
        {
            // The policy decides, so that no defect elsewhere can make a packet leave as it is.
            if (_encryption == EncryptionPolicy.Clear)
            {
                return WriteProtocol(offset, PppFrame.Ipv4);
            }

            byte[] arena = _arena;
            int at = offset - InnerProtocolLength;
            arena[at] = PppFrame.Ipv4 >> 8;
            arena[at + 1] = PppFrame.Ipv4;
            if (_transmitCipher == CipherStateless)
            {
                _transmit.Encrypt(arena, at, length + InnerProtocolLength);
            }
            else
            {
                _transmit.EncryptStateful(arena, at, length + InnerProtocolLength);
            }

            return WriteProtocol(at - MppeHeader.Length, PppFrame.Mppe);
        }

        private int WriteProtocol(int at, int protocol)
        {
            byte[] arena = _arena;
            at--;
            arena[at] = (byte)protocol;
            if (!_shortProtocol)
            {
                at--;
                arena[at] = 0;
            }

            if (!_noAddress)
            {
                at -= PppFrame.AddressLength;
                PppFrame.WriteAddress(arena, at);
            }

            return at;
        }

        private Reason InputEncrypted(int offset, int length, int nowMs)
        {
            if (Stage != Stage.Up)
            {
                return Reason.PppWrongPhase;
            }

            int headerLength = _receive.Decrypt(_arena, offset, length, JumpLimit);
            if (headerLength == -(int)Reason.MppeLate && IsOvertaken)
            {
                // Number and count agree: a duplicate, or one that took its time. Nothing is wrong.
                return Reason.GreLate;
            }

            if (headerLength < 0)
            {
                return Refuse((Reason)(-headerLength), nowMs);
            }

            Reason fate = Deliver(offset + headerLength, length - headerLength);
            if (fate != Reason.IpDelivered)
            {
                // Never answered with Protocol-Reject: it may be noise under a wrong key.
                _receive.Undo();
                return Refuse(fate, nowMs);
            }

            _receive.Commit();
            _refusedCount = 0;
            _jumpCount = 0;
            _lcp.ProvenMs = nowMs;
            SeeNextStep(WaitsForIpcp);
            return fate;
        }

        private Reason Refuse(Reason fate, int nowMs)
        {
            // Frames that are late or forged come between good ones. When no good one comes any
            // more, the count has left the window or the keys differ, and only new keys help.
            _refusedCount++;
            if (fate == Reason.MppeJump)
            {
                _jumpCount++;
            }

            if (_jumpCount >= Limits.MppeJumpCount || _refusedCount >= Limits.MppeRefusedCount)
            {
                ReplaceKeys(fate, nowMs);
            }

            return fate;
        }

        private void ReplaceKeys(Reason fate, int nowMs)
        {
            _jumpCount = 0;
            _refusedCount = 0;
            if (!IsReceiveUsed() && fate != Reason.MppeJump && fate != Reason.MppeLate)
            {
                // Not one good frame since the keys are there, and these decrypt to noise.
                Fail(Reason.KeysDisagree, 0);
                return;
            }

            if (_renegotiated.IsArmed)
            {
                Fail(Reason.EncryptionLost, 0);
                return;
            }

            // New keys come from a new authentication only: CCP alone would start with the old ones
            // and encrypt other packets with the same octets.
            _renegotiated.Arm(nowMs, Limits.RenegotiationMs);
            _counters.Renegotiations++;
            _lcp.Down(nowMs);
            _lcp.Up(nowMs);
            Settle(nowMs);
        }

        private bool IsWithinPace(int nowMs)
        {
            // Packets of control protocols carry nothing that a forger could not write.
            int creditMs = nowMs - _controlAtMs;
            int mostMs = Limits.ControlBurstCount * Limits.ControlPaceMs;
            creditMs = creditMs < 0 || creditMs > mostMs ? mostMs : creditMs;
            creditMs += _controlCreditMs;
            _controlCreditMs = creditMs > mostMs ? mostMs : creditMs;
            _controlAtMs = nowMs;
            if (_controlCreditMs < Limits.ControlPaceMs)
            {
                return false;
            }

            _controlCreditMs -= Limits.ControlPaceMs;
            return true;
        }

        private Reason InputControl(int protocol, int offset, int length, int nowMs)
        {
            TakeEvidence(protocol, offset, length, nowMs);
            switch (protocol)
            {
                case PppFrame.Lcp:
                    KeepTerminateText(offset, length);
                    return _lcp.Input(offset, length, nowMs);
                case PppFrame.Pap:
                case PppFrame.Chap:
                    // Only the method that LCP agreed on is listened to.
                    return Stage < Stage.Authentication || protocol != _authentication.Protocol
                        ? Reason.PppWrongPhase
                        : InputAuthentication(offset, length, nowMs);
                case PppFrame.Ccp:
                    if (Stage < Stage.Ccp)
                    {
                        return _encryption == EncryptionPolicy.Clear
                            ? Reason.PppWrongPhase
                            : InputEarlyCcp(offset, length, nowMs);
                    }

                    return _encryption == EncryptionPolicy.Clear
                        ? TurnCcpAway(offset, length)
                        : _ccp.Input(offset, length, nowMs);
                case PppFrame.Ipcp:
                    // A hub that begins IPCP before encryption is settled repeats its request; to
                    // answer now, with Terminate-Ack even, would end the session of some.
                    return _ipcpBegun
                        ? InputIpcp(offset, length, nowMs)
                        : Reason.PppWrongPhase;
                case PppFrame.Ipv4:
                case PppFrame.Ipv6:
                    return InputClear(protocol, offset, length);
                default:
                    return RejectProtocol(protocol, offset, length);
            }
        }

        private Reason RejectProtocol(int protocol, int offset, int length)
        {
            // Before the hub knows us it gets no answer but from LCP (RFC 1661 s.3.5).
            if (Stage <= Stage.Authentication || !_lcp.IsOpened)
            {
                return Reason.PppWrongPhase;
            }

            _lcp.SendProtocolReject(protocol, offset, length);
            return Reason.PppUnknownProtocol;
        }

        private void KeepTerminateText(int offset, int length)
        {
            // pppd says in the data of a Terminate-Request why it gives up.
            int packetLength = PppPacket.Check(_arena, offset, length);
            if (packetLength > PppPacket.HeaderLength
                && FailReason == Reason.None
                && PppPacket.Code(_arena, offset) == PppPacket.TerminateRequest)
            {
                FailOffset = offset + PppPacket.HeaderLength;
                FailLength = packetLength - PppPacket.HeaderLength;
            }
        }

        private Reason InputAuthentication(int offset, int length, int nowMs)
        {
            Reason fate = _authentication.Input(offset, length, nowMs);
            if (_authentication.Outcome == Authentication.Failed)
            {
                FailOffset = _authentication.TextOffset;
                FailLength = _authentication.TextLength;
                Fail(_authentication.FailReason, _authentication.FailDetail);
            }
            else if (_authentication.Outcome == Authentication.Succeeded
                && Stage == Stage.Authentication)
            {
                _authenticate.Disarm();
                OpenEncryption(nowMs);
            }

            return fate;
        }

        /// <summary>Begins the authentication that LCP agreed on.</summary>
        private void Authenticate(int nowMs)
        {
            switch (_lcp.Method)
            {
                case AuthenticationProtocol.ChapMd5:
                    _authentication = _chapMd5;
                    break;
                case AuthenticationProtocol.Pap:
                    _authentication = _pap;
                    break;
                default:
                    _authentication = _msChapV2;
                    break;
            }

            _lcp.HoldMethod();
            _authentication.FirstPeriodMs = _lcp.PeriodMs;
            _authenticate.Arm(nowMs, Limits.AuthenticationMs);
            Enter(Stage.Authentication);
            _authentication.Begin(nowMs);
        }
    }
}
