// Every Reason that can end a tunnel has its class, and no Reason is forgotten.

using System;
using System.Collections.Generic;
using System.Linq;
using nanoPptp.Client;
using nanoPptp.Diagnostics;
using Xunit;

namespace nanoPptp.Tests.Client;

public sealed class RedialTableTests
{
    // What ends a tunnel: before it was up, and after.
    private static readonly Dictionary<Reason, (FailureClass Before, FailureClass After)> s_ends =
        new()
        {
            [Reason.HubUnreachable] = (FailureClass.Unreachable, FailureClass.Unreachable),
            [Reason.BadMagicCookie] = (FailureClass.Unreachable, FailureClass.Lost),
            [Reason.BadControlLength] = (FailureClass.Unreachable, FailureClass.Lost),
            [Reason.StartTimeout] = (FailureClass.Unreachable, FailureClass.Unreachable),
            [Reason.StartRefused] = (FailureClass.Busy, FailureClass.Busy),
            [Reason.BadVersion] = (FailureClass.Negotiation, FailureClass.Lost),
            [Reason.ControlEchoTimeout] = (FailureClass.Unreachable, FailureClass.Lost),
            [Reason.StoppedByHub] = (FailureClass.Busy, FailureClass.Lost),
            [Reason.ControlClosed] = (FailureClass.Unreachable, FailureClass.Lost),
            [Reason.CallTimeout] = (FailureClass.Unreachable, FailureClass.Unreachable),
            [Reason.CallRefused] = (FailureClass.Busy, FailureClass.Busy),
            [Reason.CallDisconnected] = (FailureClass.Busy, FailureClass.Lost),
            [Reason.CallDropped] = (FailureClass.Busy, FailureClass.Busy),
            [Reason.GreBlocked] = (FailureClass.Unreachable, FailureClass.Unreachable),
            [Reason.LcpTimeout] = (FailureClass.Lost, FailureClass.Lost),
            [Reason.LcpTerminated] = (FailureClass.Lost, FailureClass.Lost),
            [Reason.LcpLoopback] = (FailureClass.Negotiation, FailureClass.Lost),
            [Reason.LcpRejected] = (FailureClass.Negotiation, FailureClass.Lost),
            [Reason.LcpEchoTimeout] = (FailureClass.Lost, FailureClass.Lost),
            [Reason.DataTimeout] = (FailureClass.Lost, FailureClass.Lost),
            [Reason.AuthenticationNotOffered] = (FailureClass.Policy, FailureClass.Policy),
            [Reason.AuthenticationWeak] = (FailureClass.Policy, FailureClass.Policy),
            [Reason.AuthenticationTimeout] = (FailureClass.Busy, FailureClass.Lost),
            [Reason.AuthenticationFailed] =
                (FailureClass.Authentication, FailureClass.Authentication),
            [Reason.HubNotAuthentic] = (FailureClass.Policy, FailureClass.Policy),
            [Reason.EncryptionRefused] = (FailureClass.Policy, FailureClass.Policy),
            [Reason.CcpRejected] = (FailureClass.Policy, FailureClass.Policy),
            [Reason.EncryptionDemanded] = (FailureClass.Policy, FailureClass.Policy),
            [Reason.CcpTimeout] = (FailureClass.Negotiation, FailureClass.Lost),
            [Reason.EncryptionLost] = (FailureClass.Lost, FailureClass.Lost),
            [Reason.KeysDisagree] = (FailureClass.Policy, FailureClass.Policy),
            [Reason.IpcpTimeout] = (FailureClass.Negotiation, FailureClass.Lost),
            [Reason.IpcpRefused] = (FailureClass.Negotiation, FailureClass.Lost),
            [Reason.IpcpTerminated] = (FailureClass.Negotiation, FailureClass.Lost),
            [Reason.Invariant] = (FailureClass.Lost, FailureClass.Lost),
        };

    // What ends none: fates of packets, refusals of methods, and the end that was wanted.
    private static readonly Reason[] s_others =
    [
        Reason.None, Reason.NeedMore, Reason.Truncated, Reason.BadLength, Reason.BadIpHeader,
        Reason.ControlIgnored, Reason.ControlOutputFull, Reason.WrongCallId, Reason.GreBadHeader,
        Reason.GreWrongCall, Reason.GreLate, Reason.GreEarly, Reason.GreAcknowledgment,
        Reason.GreBadAcknowledgment, Reason.PppBadFrame, Reason.PppWrongPhase,
        Reason.PppUnknownProtocol, Reason.PppNegotiated, Reason.PppDiscarded,
        Reason.PppRateLimited, Reason.GreJump, Reason.MppeJump,
        Reason.CallDeclined, Reason.WanErrors,
        Reason.PppOutputFull, Reason.PppIllegalEvent, Reason.MppeBadFrame, Reason.MppeLate,
        Reason.MppeBadProtocol, Reason.MppeClearData, Reason.IpDelivered, Reason.IpTooLong,
        Reason.NotUp, Reason.Busy, Reason.ClosedByUser,
    ];

    [Fact]
    public void Every_reason_either_ends_a_tunnel_or_does_not()
    {
        Assert.Equal(
            Enum.GetValues<Reason>().Order(),
            s_ends.Keys.Concat(s_others).Order());
    }

    [Fact]
    public void C87_Every_end_has_its_class_before_the_tunnel_was_up_and_after()
    {
        Stage[] before =
            [Stage.Closed, Stage.Tcp, Stage.Control, Stage.Call, Stage.Lcp, Stage.Ccp, Stage.Ipcp];
        foreach (Reason reason in Enum.GetValues<Reason>())
        {
            (FailureClass Before, FailureClass After) expected =
                s_ends.GetValueOrDefault(reason, (FailureClass.None, FailureClass.None));
            Assert.All(
                before,
                stage => Assert.Equal(
                    (reason, expected.Before), (reason, FailureTable.ClassOf(reason, stage))));
            Assert.Equal(
                (reason, expected.After), (reason, FailureTable.ClassOf(reason, Stage.Up)));
        }
    }

    [Fact]
    public void C87_Only_a_hub_that_hangs_up_in_the_middle_of_the_authentication_is_another_matter()
    {
        foreach (Reason reason in Enum.GetValues<Reason>())
        {
            FailureClass expected = reason
                is Reason.LcpTerminated or Reason.ControlClosed or Reason.CallDisconnected
                ? FailureClass.Policy
                : FailureTable.ClassOf(reason, Stage.Lcp);
            Assert.Equal(
                (reason, expected), (reason, FailureTable.ClassOf(reason, Stage.Authentication)));
        }
    }

    [Fact]
    public void Every_class_has_an_end()
    {
        Assert.Equal(FailureTable.ClassCount, Enum.GetValues<FailureClass>().Length);
        Assert.Equal(
            Enum.GetValues<FailureClass>().Where(c => c != FailureClass.None),
            s_ends.Values.SelectMany(e => new[] { e.Before, e.After }).Distinct().Order());
    }
}
