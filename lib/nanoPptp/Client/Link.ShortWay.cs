// The short way up: what may leave without waiting leaves, and a packet that was lost is said again
// as soon as something shows that it was.
//
//   what the hub does                            what it tells us        what we do
//   Challenge, Echo-Request in LCP's Ack-Sent    its LCP is open         take its Ack for received
//   CCP request before its verdict (CHAP)        it gave its verdict     keep it, ask for that
//   IPCP in CCP's Ack-Sent (IpcpFollowsCcp)      its CCP is open         take its Ack for received
//   Terminate-Ack to our IPCP request            its IPCP is closed      say CCP again, ask again
//   an answer before its request (CountsFromOne) its request is lost     a Nak: it asks again
//   not the next step (IgnoresSecondAck)         it may wait for our Ack say the Ack again
//
// A CCP request is never repeated blindly to a hub that opens IPCP behind CCP: pppd ends the link
// when the request meets an open CCP. The early IPCP request asks instead, and its answer says how
// things are. It leaves under a new identifier behind whatever leaves in CCP, and only the
// Terminate-Ack to the last one counts: it proves that all of CCP that had left by then did not
// open the hub. Our request leaves in front of a repeated Configure-Ack, which would open the hub:
// an open hub would take the request for a new negotiation.

using System;
using nanoPptp.Diagnostics;
using nanoPptp.Memory;
using nanoPptp.Ppp;
using nanoPptp.Time;
using nanoPptp.Wire;

namespace nanoPptp.Client
{
    internal sealed partial class Link
    {
        private const int ChapChallenge = 1;

        // Whose Configure-Ack the hub's next step waits for.
        private const int WaitsForNothing = 0;
        private const int WaitsForLcp = 1;
        private const int WaitsForCcp = 2;
        private const int WaitsForIpcp = 3;

        private readonly Deadline _nextStep = new Deadline();
        private HubQuirks _quirks = HubQuirks.Default;
        private int _firstWaitMs;
        private int _waitsFor;
        private int _nextStepMs;
        private int _nextStepCount;
        private int _earlyRequestLength;
        private int _ccpRequestCount;
        private int _urgedMs;
        private int _urgeWaitMs;
        private bool _urged;
        private bool _ipcpBegun;
        private bool _ipcpWaits;
        private bool _ipcpUnheard;

        /// <summary>The address to ask for first; 0 for none.</summary>
        internal int LastAddress;

        /// <summary>Whether to ask for name servers; the owner sets it.</summary>
        internal bool AsksForDns;

        internal void UseQuirks(HubQuirks quirks)
        {
            _quirks = quirks;
            bool repeats = quirks.Has(HubQuirks.IgnoresSecondAck);
            _lcp.RepeatsAck = repeats;
            _ccp.RepeatsAck = repeats;
            _ipcp.RepeatsAck = repeats;
        }

        private void ResetShortWay()
        {
            _nextStep.Disarm();
            _waitsFor = WaitsForNothing;
            _earlyRequestLength = 0;
            _ipcpWaits = false;
            ResetIpcp();
        }

        private void ResetIpcp()
        {
            _ipcp.FirstAddress = LastAddress;
            _ipcp.AsksForDns = AsksForDns;
            _ipcp.Reset();
            _ccp.HoldsRequest = false;
            _ipcpBegun = false;
            _ipcpUnheard = false;
            _urged = false;
        }

        private void LearnWait(int roundTripMs)
        {
            int marginMs = roundTripMs / 4;
            if (marginMs < Limits.RestartMarginMs)
            {
                marginMs = Limits.RestartMarginMs;
            }

            _firstWaitMs = roundTripMs + marginMs;
            if (_firstWaitMs < Limits.RestartTimerMinimumMs)
            {
                _firstWaitMs = Limits.RestartTimerMinimumMs;
            }
            else if (_firstWaitMs > Limits.RestartTimerMaximumMs)
            {
                _firstWaitMs = Limits.RestartTimerMaximumMs;
            }
        }

        // ---- What a packet tells beyond its own protocol -------------------------------------

        private void TakeEvidence(int protocol, int offset, int length, int nowMs)
        {
            int packetLength = PppPacket.Check(_arena, offset, length);
            if (Stage > Stage.Ipcp || packetLength < 0)
            {
                return;
            }

            int code = PppPacket.Code(_arena, offset);
            if ((protocol == PppFrame.Chap
                    && code == ChapChallenge
                    && packetLength > PppPacket.HeaderLength + 1)
                || (protocol == PppFrame.Lcp && code == PppPacket.EchoRequest))
            {
                if (Stage == Stage.Lcp)
                {
                    _lcp.AssumeAcknowledged(nowMs);
                    SettleLcp(_lcp.TakeSignals(), nowMs);
                }

                SeeNextStep(WaitsForLcp);
            }
            else if (protocol == PppFrame.Ipcp && code < PppPacket.TerminateRequest)
            {
                SeeNextStep(WaitsForCcp);
                if (_ipcpBegun && _quirks.Has(HubQuirks.IpcpFollowsCcp))
                {
                    _ccp.AssumeAcknowledged(nowMs);
                    SettleCcp(_ccp.TakeSignals(), nowMs);
                }
            }
        }

        private Reason InputEarlyCcp(int offset, int length, int nowMs)
        {
            int packetLength = PppPacket.Check(_arena, offset, length);
            if (Stage != Stage.Authentication
                || packetLength < 0
                || packetLength > ArenaMap.EarlyRequestLength
                || PppPacket.Code(_arena, offset) != PppPacket.ConfigureRequest)
            {
                return Reason.PppWrongPhase;
            }

            Array.Copy(_arena, offset, _arena, ArenaMap.EarlyRequest, packetLength);
            _earlyRequestLength = packetLength;
            _authentication.AskVerdict(nowMs);
            return Reason.PppNegotiated;
        }

        private Reason InputIpcp(int offset, int length, int nowMs)
        {
            Reason fate = _ipcp.Input(offset, length, nowMs);
            if (_urged
                && !_quirks.Has(HubQuirks.IpcpFollowsCcp)
                && fate == Reason.PppNegotiated
                && PppPacket.Code(_arena, offset) == PppPacket.ConfigureRequest)
            {
                // The hub that was not ready is: our request need not wait for its timer. (Behind
                // CCP it is under way already.)
                _urged = false;
                _ipcp.AskAnew(nowMs);
            }

            if (fate == Reason.PppNegotiated
                && PppPacket.Code(_arena, offset) == PppPacket.TerminateAck
                && _ipcp.IsLastRequest(PppPacket.Identifier(_arena, offset))
                && _ipcp.State >= Automaton.ReqSent
                && _ipcp.State != Automaton.Opened)
            {
                if (Stage >= Stage.Ipcp)
                {
                    // Not yet is not never; how long it may take is bounded by the link's time.
                    _ipcp.RenewRestartCounter();
                }

                Urge(nowMs);
            }

            return fate;
        }

        // The hub has not opened IPCP: a request or a Configure-Ack of ours in CCP is lost. Not
        // more often than an answer can come.
        private void Urge(int nowMs)
        {
            if (_urged && nowMs - _urgedMs < _urgeWaitMs)
            {
                return;
            }

            if (Stage == Stage.Ccp && !_quirks.Has(HubQuirks.IpcpFollowsCcp))
            {
                // It says nothing about CCP: the request leaves again when CCP is open.
                _ipcpUnheard = true;
                return;
            }

            // Sooner than an answer can come it would be no news, and a hub that needs its time is
            // left in peace more and more.
            _urgeWaitMs = _urged ? 2 * _urgeWaitMs : _firstWaitMs;
            if (_urgeWaitMs > Limits.RestartTimerMaximumMs)
            {
                _urgeWaitMs = Limits.RestartTimerMaximumMs;
            }

            _urged = true;
            _urgedMs = nowMs;
            _ccp.RepeatRequest(nowMs);
            _ccpRequestCount = _ccp.RequestCount;
            if (_quirks.Has(HubQuirks.IgnoresSecondAck))
            {
                _ccp.RepeatAck();
            }

            _ipcp.AskAnew(nowMs);
        }

        // ---- What leaves without waiting -----------------------------------------------------

        private void SettleShortWay(int nowMs)
        {
            if (_lcp.TakeAck() && Stage <= Stage.Authentication)
            {
                AwaitNextStep(WaitsForLcp, nowMs);
            }

            bool acknowledges = _ccp.TakeAck();
            if (acknowledges)
            {
                AwaitNextStep(WaitsForCcp, nowMs);
            }

            // Also behind a request that a Nak made us say again: a Terminate-Ack to the IPCP
            // request in front of it says nothing about this one.
            bool asks = _ccp.RequestCount != _ccpRequestCount;
            _ccpRequestCount = _ccp.RequestCount;
            if ((acknowledges || asks) && _ipcpBegun && Stage == Stage.Ccp)
            {
                _ipcp.AskAnew(nowMs);
            }

            if (acknowledges
                && Stage == Stage.Ccp
                && _ccp.State == Automaton.AckSent
                && !_ipcpWaits)
            {
                BeginIpcp(nowMs);
                _ccp.HoldsRequest = _quirks.Has(HubQuirks.IpcpFollowsCcp);
            }

            if (_ipcp.TakeAck())
            {
                AwaitNextStep(WaitsForIpcp, nowMs);
            }
        }

        private void TakeEarlyRequest(int nowMs)
        {
            if (_earlyRequestLength > 0 && Stage == Stage.Ccp)
            {
                int length = _earlyRequestLength;
                _earlyRequestLength = 0;
                _ccp.Input(ArenaMap.EarlyRequest, length, nowMs);
            }
        }

        private void BeginIpcp(int nowMs)
        {
            if (_ipcpBegun)
            {
                if (_ipcpUnheard)
                {
                    _ipcpUnheard = false;
                    _ipcp.RepeatRequest(nowMs);
                }

                return;
            }

            _ipcpBegun = true;
            _ipcp.PeriodMs = _lcp.PeriodMs;
            _ipcp.Open(nowMs);
            _ipcp.Up(nowMs);
        }

        // Nobody answered the early requests, or the hub does not know the protocol yet: it is
        // begun again when CCP is open.
        private void DeferIpcp()
        {
            _ipcpWaits = true;
            ResetIpcp();
        }

        private void ComeUp()
        {
            if (!Invariant.Check(_encryption == EncryptionPolicy.Clear || _ccp.IsOpened))
            {
                Fail(Reason.Invariant, 0);
                return;
            }

            _comeUp.Disarm();
            Enter(Stage.Up);
        }

        // ---- What the hub should do next -----------------------------------------------------

        private void AwaitNextStep(int waitsFor, int nowMs)
        {
            if (_quirks.Has(HubQuirks.IgnoresSecondAck) && !_closing)
            {
                _waitsFor = waitsFor;
                _nextStepCount = 0;
                _nextStepMs = _firstWaitMs;
                _nextStep.Arm(nowMs, _nextStepMs);
            }
        }

        private void SeeNextStep(int waitsFor)
        {
            if (_waitsFor == waitsFor)
            {
                _waitsFor = WaitsForNothing;
                _nextStep.Disarm();
            }
        }

        private void TickNextStep(int waitsFor, OptionNegotiation machine, int nowMs)
        {
            if (_waitsFor != waitsFor || !_nextStep.IsDue(nowMs))
            {
                return;
            }

            // Nothing has to follow IPCP, so its Configure-Ack is said once more and not oftener.
            _nextStepCount++;
            _nextStep.Disarm();
            machine.RepeatAck();
            if (waitsFor == WaitsForCcp && Stage == Stage.Ccp)
            {
                _ipcp.AskAnew(nowMs);
            }

            if (waitsFor != WaitsForIpcp && _nextStepCount < Limits.RepeatedAckCount)
            {
                _nextStepMs *= 2;
                _nextStep.Arm(nowMs, _nextStepMs);
            }
        }
    }
}
