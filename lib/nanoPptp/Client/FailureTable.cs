// The ends of a tunnel, sorted by how soon it makes sense to come back. This is the one place that
// says so.

using nanoPptp.Diagnostics;

namespace nanoPptp.Client
{
    /// <summary>Sorts the ends of a tunnel into <see cref="FailureClass"/>.</summary>
    public static class FailureTable
    {
        /// <summary>One more than the greatest <see cref="FailureClass"/>.</summary>
        public const int ClassCount = 7;

        /// <summary>Gives the class of an end.</summary>
        /// <param name="reason">The first cause, as <see cref="PptpClient.Diagnosis"/> has it.
        /// </param>
        /// <param name="reached">How far the tunnel was: <see cref="Stage.Up"/> when it was up at
        /// any time, else the last stage before it ended.</param>
        /// <returns>The class; <see cref="FailureClass.None"/> for what ends no tunnel, and for
        /// <see cref="Reason.ClosedByUser"/>.</returns>
        public static FailureClass ClassOf(Reason reason, Stage reached)
        {
            bool wasUp = reached == Stage.Up;
            switch (reason)
            {
                // No answer to a connect: the hub, or the way to it, is not there.
                case Reason.HubUnreachable:

                // The hub takes connections and has stopped serving them.
                case Reason.StartTimeout:
                case Reason.CallTimeout:

                // Something between here and there swallows protocol 47: that rarely changes soon.
                case Reason.GreBlocked:
                    return FailureClass.Unreachable;

                // Before the tunnel was up they say that no hub worth the name answers there; after
                // that, that a hub that did serve us restarted or the path failed.
                case Reason.BadMagicCookie:
                case Reason.BadControlLength:
                case Reason.ControlEchoTimeout:
                    return wasUp ? FailureClass.Lost : FailureClass.Unreachable;

                // The same; and a hub may refuse a user by hanging up, when its words are lost.
                case Reason.ControlClosed:
                    return wasUp ? FailureClass.Lost
                        : reached == Stage.Authentication ? FailureClass.Policy
                        : FailureClass.Unreachable;

                // The hub said no, or took the line away while it was being set up: no free
                // address, too many callers, not authorized at this hour.
                case Reason.StartRefused:
                case Reason.CallRefused:
                case Reason.CallDropped:
                    return FailureClass.Busy;

                // A hub that goes down in order says so, and anybody on the way can say it in its
                // name: after the tunnel was up it is worth as little as a reset.
                case Reason.StoppedByHub:
                    return wasUp ? FailureClass.Lost : FailureClass.Busy;

                // Before the tunnel is up a full hub does this; after that, an operator or a limit.
                // In the middle of the authentication it may be a refusal, as above.
                case Reason.CallDisconnected:
                    return wasUp ? FailureClass.Lost
                        : reached == Stage.Authentication ? FailureClass.Policy
                        : FailureClass.Busy;

                // The hub's account server does not answer: its load, and no verdict on the user.
                case Reason.AuthenticationTimeout:
                    return wasUp ? FailureClass.Lost : FailureClass.Busy;

                // A hub that hangs up in the middle of the authentication may have refused the user
                // without a word, or be full; too many of the former lock the account. Elsewhere it
                // is a lost acknowledgment, or the end of a session.
                case Reason.LcpTerminated:
                    return reached == Stage.Authentication
                        ? FailureClass.Policy
                        : FailureClass.Lost;

                // Packets were lost in a row: the next attempt has new luck.
                case Reason.LcpTimeout:
                case Reason.LcpEchoTimeout:
                case Reason.DataTimeout:

                // Keys that were lost or renegotiated: a new session has new ones.
                case Reason.EncryptionLost:

                // A defect of ours ended the tunnel; the state that led to it went with it.
                case Reason.Invariant:
                    return FailureClass.Lost;

                // An answer that the same hub gives again until somebody changes its settings.
                case Reason.BadVersion:
                case Reason.LcpLoopback:
                case Reason.LcpRejected:
                case Reason.CcpTimeout:
                case Reason.IpcpTimeout:
                case Reason.IpcpRefused:
                case Reason.IpcpTerminated:
                    return wasUp ? FailureClass.Lost : FailureClass.Negotiation;

                // Up or not: such a hub is not to be trusted with packets, and asking more often
                // does not make it safer.
                case Reason.AuthenticationNotOffered:
                case Reason.AuthenticationWeak:
                case Reason.EncryptionRefused:
                case Reason.CcpRejected:
                case Reason.HubNotAuthentic:

                // The other way round, and keys that no further attempt will make equal.
                case Reason.EncryptionDemanded:
                case Reason.KeysDisagree:
                    return FailureClass.Policy;

                // The password is wrong or the account is locked: every further try may lock it
                // for longer.
                case Reason.AuthenticationFailed:
                    return FailureClass.Authentication;

                // Wanted, or the fate of a single packet.
                default:
                    return FailureClass.None;
            }
        }
    }
}
