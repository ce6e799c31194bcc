// Exit codes are a promise to scripts: this table is that promise.

using System;
using System.IO;
using System.Linq;
using System.Runtime.CompilerServices;
using nanoPptp.Diagnostics;
using Xunit;

namespace nanoPptp.Tool.Tests;

public sealed class ExitCodeTests
{
    /// <summary>Every reason that can end a tunnel, and the exit code when it was not up yet.
    /// </summary>
    public static TheoryData<Reason, int> Ends { get; } = new()
    {
        { Reason.HubUnreachable, 10 },
        { Reason.BadMagicCookie, 11 },
        { Reason.BadControlLength, 11 },
        { Reason.StartTimeout, 11 },
        { Reason.StartRefused, 11 },
        { Reason.BadVersion, 11 },
        { Reason.ControlEchoTimeout, 11 },
        { Reason.StoppedByHub, 11 },
        { Reason.ControlClosed, 11 },
        { Reason.CallTimeout, 12 },
        { Reason.CallRefused, 12 },
        { Reason.CallDisconnected, 12 },
        { Reason.CallDropped, 12 },
        { Reason.GreBlocked, 13 },
        { Reason.LcpTimeout, 14 },
        { Reason.LcpTerminated, 14 },
        { Reason.LcpLoopback, 14 },
        { Reason.LcpRejected, 14 },
        { Reason.LcpEchoTimeout, 14 },
        { Reason.DataTimeout, 14 },
        { Reason.AuthenticationNotOffered, 15 },
        { Reason.AuthenticationWeak, 15 },
        { Reason.AuthenticationTimeout, 15 },
        { Reason.AuthenticationFailed, 15 },
        { Reason.HubNotAuthentic, 15 },
        { Reason.EncryptionRefused, 16 },
        { Reason.CcpTimeout, 16 },
        { Reason.EncryptionLost, 16 },
        { Reason.KeysDisagree, 16 },
        { Reason.CcpRejected, 16 },
        { Reason.EncryptionDemanded, 16 },
        { Reason.IpcpTimeout, 17 },
        { Reason.IpcpRefused, 17 },
        { Reason.IpcpTerminated, 17 },
    };

    /// <summary>Reasons that count, drop or refuse something and never end a tunnel.</summary>
    public static TheoryData<Reason> Others { get; } =
    [
        Reason.None,
        Reason.NeedMore,
        Reason.Truncated,
        Reason.BadLength,
        Reason.BadIpHeader,
        Reason.ControlIgnored,
        Reason.ControlOutputFull,
        Reason.WrongCallId,
        Reason.CallDeclined,
        Reason.WanErrors,
        Reason.GreBadHeader,
        Reason.GreWrongCall,
        Reason.GreLate,
        Reason.GreEarly,
        Reason.GreAcknowledgment,
        Reason.GreBadAcknowledgment,
        Reason.GreJump,
        Reason.PppBadFrame,
        Reason.PppWrongPhase,
        Reason.PppUnknownProtocol,
        Reason.PppNegotiated,
        Reason.PppDiscarded,
        Reason.PppOutputFull,
        Reason.PppIllegalEvent,
        Reason.PppRateLimited,
        Reason.MppeJump,
        Reason.MppeBadFrame,
        Reason.MppeLate,
        Reason.MppeBadProtocol,
        Reason.MppeClearData,
        Reason.IpDelivered,
        Reason.IpTooLong,
        Reason.NotUp,
        Reason.Busy,
    ];

    [Theory]
    [MemberData(nameof(Ends))]
    public void A_tunnel_that_never_was_up_ends_with_the_code_of_its_layer(
        Reason reason, int expected)
    {
        Assert.Equal(expected, (int)ExitCodes.Of(reason, wasUp: false));
    }

    [Theory]
    [MemberData(nameof(Ends))]
    public void A_tunnel_that_was_up_is_lost_for_any_reason(Reason reason, int unused)
    {
        Assert.NotEqual(18, unused);
        Assert.Equal(18, (int)ExitCodes.Of(reason, wasUp: true));
    }

    [Fact]
    public void Closing_is_success_if_the_tunnel_was_up_and_an_interruption_if_not()
    {
        Assert.Equal(0, (int)ExitCodes.Of(Reason.ClosedByUser, wasUp: true));
        Assert.Equal(130, (int)ExitCodes.Of(Reason.ClosedByUser, wasUp: false));
    }

    [Fact]
    public void A_broken_invariant_is_our_own_fault_at_any_time()
    {
        Assert.Equal(1, (int)ExitCodes.Of(Reason.Invariant, wasUp: true));
        Assert.Equal(1, (int)ExitCodes.Of(Reason.Invariant, wasUp: false));
    }

    [Theory]
    [MemberData(nameof(Others))]
    public void A_reason_that_ends_no_tunnel_would_be_an_internal_error(Reason reason)
    {
        Assert.Equal(1, (int)ExitCodes.Of(reason, wasUp: false));
    }

    [Fact]
    public void Every_reason_is_in_one_of_the_lists_above()
    {
        Reason[] listed =
        [
            .. Ends.Select(row => row.Data.Item1),
            .. Others.Select(row => row.Data),
            Reason.ClosedByUser,
            Reason.Invariant,
        ];

        Assert.Equal(Enum.GetValues<Reason>().Order(), listed.Order());
    }

    [Fact]
    public void Every_exit_code_has_a_meaning_in_the_help_and_in_the_README()
    {
        string readme = File.ReadAllText(ReadmePath());

        Assert.Equal(Enum.GetValues<ExitCode>(), ExitCodes.Meanings.Select(row => row.Code));
        foreach ((ExitCode code, string meaning) in ExitCodes.Meanings)
        {
            Assert.Contains($"| {(int)code} | {meaning} |", readme, StringComparison.Ordinal);
        }
    }

    /// <summary>The tool's README.</summary>
    public static string ReadmePath([CallerFilePath] string here = "") =>
        Path.Combine(Path.GetDirectoryName(here)!, "..", "..", "tools", "nanopptp", "README.md");
}
