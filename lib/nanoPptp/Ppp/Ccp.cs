// The Compression Control Protocol (RFC 1962) with the one option that we speak: MPPE (RFC 3078
// s.2). Each direction is negotiated on its own: our request says what we decrypt, the hub's what
// we shall encrypt.
//
// What may come of it is the settings' business: key lengths, and whether the stateful mode will
// do. We ask for all lengths that are allowed, stateless; the hub's Nak narrows that to one. That
// is the RFC's way (s.2.1), and the one by which every hub ends with the strongest length of both:
// to ask for a single one first would be rejected for good by a pppd that has another. Of the hub
// we acknowledge exactly one length, and our Nak names exactly one. With one length allowed there
// is nothing to bargain about.

using nanoPptp.Diagnostics;
using nanoPptp.Memory;
using nanoPptp.Time;
using nanoPptp.Wire;

namespace nanoPptp.Ppp
{
    /// <summary>CCP, which here negotiates encryption.</summary>
    internal sealed class Ccp : OptionNegotiation
    {
        // The supported bits of RFC 3078 s.2.
        internal const int Stateless = 0x01000000;
        internal const int Strength128 = 0x40;
        internal const int Strength56 = 0x80;
        internal const int Strength40 = 0x20;
        internal const int AllStrengths = Strength128 | Strength56 | Strength40;

        /// <summary>Signal: the hub missed frames of ours in stateful mode.</summary>
        internal const int ResetAsked = 16;

        private const int ResetRequest = 14;
        private const int ResetAck = 15;
        private const int RowMppe = 0;
        private const int MppeLength = 6;

        private static readonly byte[] s_rows =
        {
            ConfigureOption.Mppe, 4, OptionSet.OwnInsist, OptionSet.PeerRequire,
        };

        private readonly Deadline _reset = new Deadline();

        // What may still come of the negotiation, by direction.
        private int _ownStrengths = Strength128;
        private int _peerStrengths = Strength128;
        private bool _ownStateful;
        private bool _peerStateful;

        // The identifier of the first request for stateful mode; -1 before.
        private int _statefulRequest;

        private bool _resetWanted;
        private int _resetCount;
        private int _resetPeriodMs;
        private int _resetIdentifier;
        private bool _resetHeard;
        private int _resetHeardMs;

        internal Ccp(byte[] arena, FrameQueue frames, Counters counters)
            : base(
                arena,
                frames,
                counters,
                PppFrame.Ccp,
                ArenaMap.Acks + ArenaMap.AckLength,
                s_rows)
        {
            // To begin anew would end the tunnel once its keys have been used.
            AnswersRepetition = true;
        }

        /// <summary>Strength of what we decrypt, one of the constants. Valid when open.</summary>
        internal int OwnStrength
        {
            get { return Strongest(Options.Own[RowMppe]); }
        }

        /// <summary>Strength of what we encrypt.</summary>
        internal int PeerStrength
        {
            get { return Strongest(Options.Peer[RowMppe]); }
        }

        /// <summary>Whether what we decrypt is stateless.</summary>
        internal bool IsOwnStateless
        {
            get { return (Options.Own[RowMppe] & Stateless) != 0; }
        }

        /// <summary>Whether what we encrypt is stateless.</summary>
        internal bool IsPeerStateless
        {
            get { return (Options.Peer[RowMppe] & Stateless) != 0; }
        }

        /// <summary>Says what may come of the negotiations of a tunnel.</summary>
        /// <param name="strengths">One or more of the strengths.</param>
        /// <param name="allowStateful">Whether the stateful mode will do.</param>
        internal void Allow(int strengths, bool allowStateful)
        {
            _ownStrengths = strengths;
            _peerStrengths = strengths;
            _ownStateful = allowStateful;
            _peerStateful = allowStateful;
            Reset();
        }

        /// <summary>Notes what has been agreed: no later negotiation of this tunnel ends with less.
        /// </summary>
        internal void Agree()
        {
            _ownStrengths &= AtLeast(OwnStrength);
            _peerStrengths &= AtLeast(PeerStrength);
            _ownStateful &= !IsOwnStateless;
            _peerStateful &= !IsPeerStateless;
        }

        /// <summary>Whether a packet of CCP asks for MPPE.</summary>
        /// <param name="offset">Arena offset of the packet.</param>
        /// <param name="length">Octets present.</param>
        /// <returns>True for a Configure-Request that names a key length.</returns>
        internal bool AsksForEncryption(int offset, int length)
        {
            int packetLength = PppPacket.Check(Arena, offset, length);
            return packetLength >= 0
                && PppPacket.Code(Arena, offset) == PppPacket.ConfigureRequest
                && (FindMppe(offset, packetLength) & AllStrengths) != 0;
        }

        internal override void Reset()
        {
            base.Reset();
            Options.Own[RowMppe] = _ownStrengths | Stateless;
            Options.Wanted[RowMppe] = Strongest(_peerStrengths) | Stateless;
            _statefulRequest = -1;
            _reset.Disarm();
            _resetWanted = false;
            _resetCount = 0;
            _resetPeriodMs = Limits.MppeResetMs;
            _resetHeard = false;
        }

        /// <summary>Asks the hub to begin a keystream anew (RFC 3078 s.8.2), and goes on asking;
        /// not sooner than the last request allows.</summary>
        /// <param name="nowMs">The present, in milliseconds; wraps.</param>
        internal void AskReset(int nowMs)
        {
            if (_resetWanted)
            {
                return;
            }

            _resetWanted = true;
            _resetIdentifier = NextIdentifier();
            if (!_reset.IsArmed)
            {
                SendReset(nowMs);
            }
        }

        /// <summary>Ends the asking: frames can be read again.</summary>
        internal void ResetDone()
        {
            _resetWanted = false;
            _resetCount = 0;
            _resetPeriodMs = Limits.MppeResetMs;
        }

        internal void TickReset(int nowMs)
        {
            if (!_reset.IsDue(nowMs))
            {
                return;
            }

            _reset.Disarm();
            if (!_resetWanted || State != Automaton.Opened)
            {
                return;
            }

            if (_resetCount >= Limits.MppeResetCount)
            {
                Fail(Reason.EncryptionLost);
                return;
            }

            SendReset(nowMs);
        }

        internal int SoonerReset(int nowMs, int waitMs)
        {
            return _reset.Sooner(nowMs, waitMs);
        }

        /// <inheritdoc/>
        protected override void Weigh(int code, int packet, int length)
        {
            int bits = FindMppe(packet, length);
            if (code == PppPacket.ConfigureNak)
            {
                // Of several, against the RFC, the strongest; what else is named is not ours.
                int offered = bits & _ownStrengths;
                if (offered != 0)
                {
                    HarmlessNakCount++;
                    bool stateful = _ownStateful && (bits & Stateless) == 0;
                    Options.Own[RowMppe] = Strongest(offered) | (stateful ? 0 : Stateless);
                }

                return;
            }

            int common = bits & _peerStrengths;
            int wanted = Strongest(common != 0 ? common : _peerStrengths);
            bool asksStateful = common != 0 && (bits & Stateless) == 0;
            if (!asksStateful || !_peerStateful)
            {
                wanted |= Stateless;
            }
            else if (_statefulRequest < 0
                || _statefulRequest == PppPacket.Identifier(Arena, packet))
            {
                // Stateless is asked for once; who asks again for the other insists.
                _statefulRequest = PppPacket.Identifier(Arena, packet);
                wanted |= Stateless;
            }

            Options.Wanted[RowMppe] = wanted;
        }

        /// <inheritdoc/>
        protected override Reason InputOther(int code, int offset, int length, int nowMs)
        {
            if (code == ResetRequest || code == ResetAck)
            {
                if (State != Automaton.Opened)
                {
                    return Reason.PppDiscarded;
                }

                if (code == ResetRequest)
                {
                    return InputResetRequest(offset, nowMs);
                }

                if (_resetWanted && PppPacket.Identifier(Arena, offset) == _resetIdentifier)
                {
                    // The hub has heard; its next frame can be read. If that one is lost, the one
                    // behind it makes us ask again.
                    _resetWanted = false;
                }

                return Reason.PppNegotiated;
            }

            return base.InputOther(code, offset, length, nowMs);
        }

        /// <inheritdoc/>
        protected override Reason TerminatedReason()
        {
            return Reason.EncryptionRefused;
        }

        /// <inheritdoc/>
        protected override Reason RefusedReason()
        {
            return Reason.EncryptionRefused;
        }

        private static int Strongest(int bits)
        {
            if ((bits & Strength128) != 0)
            {
                return Strength128;
            }

            return (bits & Strength56) != 0 ? Strength56 : bits & Strength40;
        }

        private static int AtLeast(int strength)
        {
            if (strength == Strength40)
            {
                return AllStrengths;
            }

            return strength == Strength56 ? Strength128 | Strength56 : Strength128;
        }

        private Reason InputResetRequest(int offset, int nowMs)
        {
            if (!IsPeerStateless)
            {
                int restMs = nowMs - _resetHeardMs;
                if (_resetHeard && restMs >= 0 && restMs < Limits.MppeResetRestMs)
                {
                    return Reason.PppDiscarded;
                }

                _resetHeard = true;
                _resetHeardMs = nowMs;
                Signal(ResetAsked);
            }

            // Stateless keys change with every frame, so there is nothing to reset: the request is
            // acknowledged and the keys are left alone.
            SendShort(ResetAck, PppPacket.Identifier(Arena, offset));
            return Reason.PppNegotiated;
        }

        private void SendReset(int nowMs)
        {
            _resetCount++;
            _reset.Arm(nowMs, _resetPeriodMs);
            _resetPeriodMs = 2 * _resetPeriodMs < Limits.MppeResetMaximumMs
                ? 2 * _resetPeriodMs
                : Limits.MppeResetMaximumMs;
            SendShort(ResetRequest, _resetIdentifier);
        }

        private int FindMppe(int packet, int length)
        {
            int end = packet + length;
            for (int at = packet + PppPacket.HeaderLength; at < end;)
            {
                int optionLength = ConfigureOption.Check(Arena, at, end - at);
                if (optionLength < 0)
                {
                    return 0;
                }

                if (ConfigureOption.Type(Arena, at) == ConfigureOption.Mppe
                    && optionLength == MppeLength)
                {
                    return ConfigureOption.Value(Arena, at, MppeLength - 2);
                }

                at += optionLength;
            }

            return 0;
        }
    }
}
