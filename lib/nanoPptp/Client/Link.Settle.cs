// What the end or the beginning of one protocol means for the next: LCP before authentication
// before CCP before IPCP (RFC 1661 s.3.2).

using nanoPptp.Diagnostics;
using nanoPptp.Memory;
using nanoPptp.Ppp;
using nanoPptp.Wire;

namespace nanoPptp.Client
{
    internal sealed partial class Link
    {
        private void Settle(int nowMs)
        {
            SettleLcp(_lcp.TakeSignals(), nowMs);
            TakeEarlyRequest(nowMs);
            SettleCcp(_ccp.TakeSignals(), nowMs);
            SettleIpcp(_ipcp.TakeSignals(), nowMs);
            SettleShortWay(nowMs);
        }

        private void SettleLcp(int signals, int nowMs)
        {
            if (signals == 0)
            {
                return;
            }

            if ((signals & OptionNegotiation.Failed) != 0)
            {
                Fail(
                    _lcp.FailReason,
                    _lcp.FailReason == Reason.AuthenticationWeak ? _lcp.NakedMethod : 0);
            }

            if ((signals & OptionNegotiation.ThisLayerDown) != 0)
            {
                bool isDisputed = _ccp.IsDisputed;
                Reason terminated = Unencrypted(Reason.LcpTerminated);
                ResetEncryption();
                _ccp.Reset();
                ResetShortWay();
                _authentication.Reset();
                _authenticate.Disarm();
                if (_lcp.Cause == OptionNegotiation.CauseTerminated)
                {
                    // A hub that gives up in a dispute about encryption does so because of it.
                    Fail(
                        Stage == Stage.Ccp && isDisputed
                            ? Reason.EncryptionRefused
                            : terminated,
                        0);
                }
                else if (_lcp.Cause == OptionNegotiation.CauseRejected)
                {
                    Fail(Reason.LcpRejected, 0);
                }
                else if (!_closing)
                {
                    EnterAgain(Stage.Lcp, nowMs);
                }
            }

            if ((signals & OptionNegotiation.ThisLayerUp) != 0)
            {
                _lcp.WatchLink(nowMs);
                _shortProtocol = _lcp.PeerTakesShortProtocol;
                _noAddress = _lcp.PeerTakesNoAddress;
                Authenticate(nowMs);
            }

            if ((signals & Lcp.ProtocolRejected) != 0)
            {
                if (_lcp.RejectedProtocol == PppFrame.Ccp)
                {
                    _ccp.InputProtocolReject(nowMs);
                }
                else if (_lcp.RejectedProtocol == PppFrame.Ipcp && Stage == Stage.Ccp)
                {
                    DeferIpcp();
                }
                else if (_lcp.RejectedProtocol == PppFrame.Ipcp)
                {
                    _ipcp.InputProtocolReject(nowMs);
                }
                else if (_lcp.RejectedProtocol != PppFrame.Chap)
                {
                    InputStrangeReject(_lcp.RejectedProtocol);
                }
            }

            if ((signals & OptionNegotiation.ThisLayerFinished) != 0)
            {
                if (!_closing)
                {
                    Fail(FinishReason(_lcp.Cause, Reason.LcpTimeout, Reason.LcpRejected), 0);
                }

                _signals |= Finished;
            }
        }

        private void SettleCcp(int signals, int nowMs)
        {
            if ((signals & OptionNegotiation.Failed) != 0)
            {
                Fail(_ccp.FailReason, 0);
            }

            if ((signals & OptionNegotiation.ThisLayerDown) != 0)
            {
                // The same start keys again would encrypt other packets with the same octets: only
                // a negotiation whose keys were never used may be repeated.
                if (_ccp.Cause == OptionNegotiation.CauseRenegotiated && !AreKeysUsed())
                {
                    ResetIpcp();
                    EnterAgain(Stage.Ccp, nowMs);
                }
                else
                {
                    Fail(Reason.EncryptionLost, 0);
                }
            }

            if ((signals & OptionNegotiation.ThisLayerUp) != 0)
            {
                StartKeys();
                OpenIpcp(nowMs);
                if (_ipcp.IsOpened)
                {
                    ComeUp();
                }
            }

            if ((signals & Ccp.ResetAsked) != 0)
            {
                _transmit.AskReset();
            }

            if ((signals & OptionNegotiation.ThisLayerFinished) != 0)
            {
                Fail(CcpFinishReason(), 0);
            }
        }

        private void SettleIpcp(int signals, int nowMs)
        {
            if ((signals & OptionNegotiation.Failed) != 0)
            {
                Fail(_ipcp.FailReason, 0);
            }

            if ((signals & OptionNegotiation.ThisLayerDown) != 0)
            {
                if (_ipcp.Cause == OptionNegotiation.CauseRenegotiated)
                {
                    // Where IPCP is ahead of CCP, the stage is still that of CCP.
                    if (Stage >= Stage.Ipcp)
                    {
                        EnterAgain(Stage.Ipcp, nowMs);
                    }
                }
                else
                {
                    Fail(Unencrypted(Reason.IpcpTerminated), 0);
                }
            }

            if ((signals & OptionNegotiation.ThisLayerUp) != 0)
            {
                if (_ipcp.LocalAddress == 0)
                {
                    Fail(Reason.IpcpRefused, 0);
                }
                else if (Stage >= Stage.Ipcp)
                {
                    // Else IPCP was quicker than CCP, and without encryption nothing is up.
                    ComeUp();
                }
            }

            if ((signals & OptionNegotiation.ThisLayerFinished) != 0 && Stage == Stage.Ccp)
            {
                if (_ccp.HoldsRequest)
                {
                    Fail(Reason.CcpTimeout, 0);
                }
                else
                {
                    DeferIpcp();
                }
            }
            else if ((signals & OptionNegotiation.ThisLayerFinished) != 0)
            {
                Fail(
                    Unencrypted(
                        FinishReason(_ipcp.Cause, Reason.IpcpTimeout, Reason.IpcpRefused)),
                    0);
            }
        }

        private static Reason FinishReason(int cause, Reason timeOut, Reason rejected)
        {
            if (cause == OptionNegotiation.CauseTimeOut)
            {
                return timeOut;
            }

            return cause == OptionNegotiation.CauseTerminated ? Reason.LcpTerminated : rejected;
        }

        private Reason CcpFinishReason()
        {
            switch (_ccp.Cause)
            {
                case OptionNegotiation.CauseTimeOut:
                    return Reason.CcpTimeout;
                case OptionNegotiation.CauseRejected:
                    return Reason.CcpRejected;
                default:
                    return Reason.EncryptionRefused;
            }
        }

        private void EnterAgain(Stage stage, int nowMs)
        {
            if (!_comeUp.IsArmed)
            {
                _comeUp.Arm(nowMs, Limits.LinkMs);
            }

            Enter(stage);
        }

        private Reason TimeOutReason()
        {
            switch (Stage)
            {
                case Stage.Authentication:
                    return Reason.AuthenticationTimeout;
                case Stage.Ccp:
                    return Reason.CcpTimeout;
                case Stage.Ipcp:
                    return Unencrypted(Reason.IpcpTimeout);
                default:
                    return Reason.LcpTimeout;
            }
        }

        private void Enter(Stage stage)
        {
            if (!_closing && Stage != stage)
            {
                Stage = stage;
                _signals |= StageChanged;
            }
        }

        private void Fail(Reason reason, int detail)
        {
            if (!_closing && FailReason == Reason.None)
            {
                FailReason = reason;
                FailDetail = detail;
                _signals |= Failed;
            }
        }
    }
}
