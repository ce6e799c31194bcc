// How the stages of a tunnel follow each other: what a control message, the call and the link mean
// for the whole, and the hang-up in order: link, call, control connection.

using System;
using nanoPptp.Control;
using nanoPptp.Diagnostics;
using nanoPptp.Memory;
using nanoPptp.Wire;

namespace nanoPptp.Client
{
    public sealed partial class PptpClient
    {
        // What is being closed, in order.
        private const int ClosingNothing = 0;
        private const int ClosingLink = 1;
        private const int ClosingCall = 2;
        private const int ClosingControl = 3;

        private void InputMessage(int nowMs)
        {
            int type = ControlHeader.Type(_arena, ArenaMap.ControlInput);
            _control.Heard(nowMs);
            switch (type)
            {
                case ControlHeader.StartControlConnectionReply:
                    if (!_quirksSet && _stage == Stage.Control)
                    {
                        UseQuirks(HubQuirks.Recognize(_arena, ArenaMap.ControlInput));
                    }

                    AfterControl(_control.Input(type, nowMs), nowMs);
                    break;
                case ControlHeader.StopControlConnectionRequest:
                case ControlHeader.StopControlConnectionReply:
                case ControlHeader.EchoRequest:
                case ControlHeader.EchoReply:
                    AfterControl(_control.Input(type, nowMs), nowMs);
                    break;
                case ControlHeader.OutgoingCallReply:
                case ControlHeader.CallDisconnectNotify:
                    if (_stage == Stage.Control)
                    {
                        // The call may be asked for before the connection stands, but not answered.
                        _counters.Count(Reason.ControlIgnored);
                        break;
                    }

                    AfterCall(_call.Input(type, nowMs), nowMs);
                    break;
                case ControlHeader.IncomingCallRequest:
                    DeclineCall();
                    break;
                case ControlHeader.WanErrorNotify:
                    _counters.Count(Reason.WanErrors);
                    break;
                default:
                    // What a PAC does not send, and what RFC 2637 does not know; Set-Link-Info
                    // changes nothing on GRE.
                    _counters.Count(Reason.ControlIgnored);
                    break;
            }
        }

        private void DeclineCall()
        {
            _counters.Count(Reason.CallDeclined);
            int at = _stream.Begin(ControlHeader.IncomingCallReply);
            if (at < 0)
            {
                _counters.Count(Reason.ControlOutputFull);
                return;
            }

            IncomingCall.WriteRefusal(
                _arena, at, IncomingCall.CallId(_arena, ArenaMap.ControlInput));
        }

        private void AfterControl(int outcome, int nowMs)
        {
            switch (outcome)
            {
                case ControlConnection.Established:
                    if (!_call.IsWaitingForReply)
                    {
                        Dial(nowMs);
                    }

                    Enter(Stage.Call, nowMs);
                    break;
                case ControlConnection.Failed:
                    if (_stage != Stage.Closing)
                    {
                        Report(_control.FailReason, _control.FailDetail, nowMs);
                    }

                    Finish(nowMs);
                    break;
                case ControlConnection.Stopped:
                    Finish(nowMs);
                    break;
                default:
                    break;
            }
        }

        private void UseQuirks(HubQuirks quirks)
        {
            _quirks = quirks;
            _control.AcceptsResultZero = quirks.Has(HubQuirks.StartResultZero);
            _call.AcceptsSwappedId = quirks.Has(HubQuirks.SwappedCallId);
            _link.UseQuirks(quirks);
        }

        private void Dial(int nowMs)
        {
            _random.Fill(_arena, ArenaMap.Request, 2);
            _call.Dial(BigEndian.ReadUInt16(_arena, ArenaMap.Request), nowMs);
        }

        private void AfterCall(int outcome, int nowMs)
        {
            switch (outcome)
            {
                case Call.Connected:
                    _gre.Reset(_call.PeerCallId);
                    _order.Reset();
                    _link.Open(
                        _mtuLimit,
                        _deadPeerMs,
                        _call.RoundTripMs < _control.RoundTripMs
                            ? _call.RoundTripMs
                            : _control.RoundTripMs,
                        nowMs);
                    AfterLink(nowMs);
                    break;
                case Call.Failed:
                    _link.Drop();
                    if (_closing == ClosingNothing)
                    {
                        Fail(_call.FailReason, _call.FailDetail, nowMs);
                    }
                    else
                    {
                        // The hub hung up while we did: the link cannot be ended in order any more.
                        CloseControl(nowMs);
                    }

                    break;
                case Call.Cleared:
                    CloseControl(nowMs);
                    break;
                default:
                    break;
            }
        }

        private void AfterLink(int nowMs)
        {
            int signals = _link.TakeSignals();
            if (signals == 0)
            {
                return;
            }

            if ((signals & Link.StageChanged) != 0 && _closing == ClosingNothing)
            {
                if (_link.Stage == Stage.Up)
                {
                    int mru = _link.PeerMru < Limits.MinimumPeerMru
                        ? Limits.MinimumPeerMru
                        : _link.PeerMru;
                    _mtu = mru < _mtuLimit ? mru : _mtuLimit;
                    _localAddress = _link.LocalAddress;
                    _peerAddress = _link.PeerAddress;
                    _primaryDns = _link.PrimaryDns;
                    _secondaryDns = _link.SecondaryDns;
                }

                else if (_stage == Stage.Up)
                {
                    // Negotiated anew: what was encrypted for the old keys is of no use any more.
                    _sendLength = 0;
                    _order.ForgetData();
                    _expectIp.Disarm();
                }

                Enter(_link.Stage, nowMs);
            }

            if ((signals & Link.Failed) != 0)
            {
                Reason reason = _link.FailReason;
                if (reason == Reason.LcpTimeout && !_greHeard)
                {
                    reason = Reason.GreBlocked;
                }

                _diagnosis.RecordOctets(
                    reason,
                    _link.FailDetail,
                    nowMs,
                    _arena,
                    _link.FailOffset,
                    _link.FailLength);
                Fail(reason, _link.FailDetail, nowMs);
            }

            if ((signals & Link.Finished) != 0 && _closing == ClosingLink)
            {
                CloseCall(nowMs);
            }
        }

        private void Fail(Reason reason, int detail, int nowMs)
        {
            if (_closing == ClosingNothing)
            {
                Report(reason, detail, nowMs);
                BeginClose(nowMs);
            }
        }

        private void Report(Reason reason, int detail, int nowMs)
        {
            _counters.Count(reason);
            _diagnosis.Record(reason, detail, nowMs);
            _events.Add((int)TunnelEvent.Trouble, (int)reason, nowMs);
        }

        private void BeginClose(int nowMs)
        {
            _sendLength = 0;
            _expectIp.Disarm();
            Stage reached = _stage;
            Enter(Stage.Closing, nowMs);
            _closeBy.Arm(nowMs, Limits.ClosingMs);
            if (reached >= Stage.Lcp && _call.IsConnected)
            {
                _closing = ClosingLink;
                _link.Close(nowMs);
                AfterLink(nowMs);
                return;
            }

            if (reached >= Stage.Call)
            {
                CloseCall(nowMs);
                return;
            }

            Finish(nowMs);
        }

        private void CloseCall(int nowMs)
        {
            if (_call.IsConnected || _call.IsWaitingForReply)
            {
                _closing = ClosingCall;
                _call.Clear(nowMs);
                return;
            }

            CloseControl(nowMs);
        }

        private void CloseControl(int nowMs)
        {
            if (_closing == ClosingControl)
            {
                return;
            }

            _closing = ClosingControl;
            _control.Stop(StopControlConnection.ReasonNone, nowMs);
        }

        private void Finish(int nowMs)
        {
            _closing = ClosingNothing;
            _closeBy.Disarm();
            _sendLength = 0;
            _link.Drop();
            _call.Reset();
            _control.Reset();
            _random.Wipe();
            _gre.Reset(0);
            _frames.Reset();
            _order.Reset();
            _expectIp.Disarm();
            while (_slots.Count > 0)
            {
                // The call that they were for is gone.
                _slots.Release(_slots.Take());
                _counters.Count(Reason.GreWrongCall);
            }

            while (_slots.HeldCount > 0)
            {
                int slot = _slots.LowestHeld(0);
                _slots.TakeHeld(slot);
                _slots.Release(slot);
                _counters.Count(Reason.GreWrongCall);
            }

            // Plaintext and negotiation; the last octets for TCP stay.
            Array.Clear(_arena, ArenaMap.ReceiveSlots, ArenaMap.ControlOutput);
            Enter(Stage.Closed, nowMs);
        }

        private void Enter(Stage stage, int nowMs)
        {
            if (_stage != stage)
            {
                _stage = stage;
                _events.Add((int)TunnelEvent.StageEntered, (int)stage, nowMs);
            }
        }
    }
}
