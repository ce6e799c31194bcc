// What the process ends with. The numbers are a promise to scripts: they never change their
// meaning.

using System.Collections.Generic;
using nanoPptp.Diagnostics;

namespace nanoPptp.Tool;

/// <summary>Exit codes of every verb.</summary>
internal enum ExitCode
{
    /// <summary>Done; for connect: the tunnel was up and was closed in order; for hub: it was
    /// stopped in order; for simulate: nothing failed.</summary>
    Ok = 0,

    /// <summary>A defect of this program.</summary>
    InternalError = 1,

    /// <summary>The command line is wrong.</summary>
    Usage = 2,

    /// <summary>This process may not open a raw socket for GRE, or make a TUN device.</summary>
    NoPermission = 3,

    /// <summary>A file cannot be read or written, or does not hold what it should.</summary>
    FileUnreadable = 4,

    /// <summary>The TCP port of the hub or of the live page cannot be listened on, or the TUN
    /// device cannot be made.</summary>
    CannotListen = 5,

    /// <summary>The hub's name is unknown, or its TCP port 1723 does not answer.</summary>
    HubUnreachable = 10,

    /// <summary>The control connection was refused or ended.</summary>
    ControlRefused = 11,

    /// <summary>The call was refused or ended.</summary>
    CallRefused = 12,

    /// <summary>GRE does not pass.</summary>
    GreBlocked = 13,

    /// <summary>LCP failed or was ended.</summary>
    LcpFailed = 14,

    /// <summary>Authentication failed.</summary>
    AuthenticationRefused = 15,

    /// <summary>The hub does not encrypt as we demand, or demands what we do not.</summary>
    EncryptionRefused = 16,

    /// <summary>IPCP failed: no address.</summary>
    IpcpFailed = 17,

    /// <summary>The tunnel was up and was lost.</summary>
    Lost = 18,

    /// <summary>The tunnel was up, and long packets do not pass through it.</summary>
    LongPacketsLost = 19,

    /// <summary>In a simulation a check failed or an expectation was not met.</summary>
    SimulationFailed = 20,

    /// <summary>Interrupted before the tunnel was up or the simulation was over, or twice.
    /// </summary>
    Interrupted = 130,
}

/// <summary>What exit codes mean and where they come from.</summary>
internal static class ExitCodes
{
    /// <summary>One line for each exit code, in order.</summary>
    public static IReadOnlyList<(ExitCode Code, string Meaning)> Meanings { get; } =
    [
        (
            ExitCode.Ok,
            "done: the tunnel was closed in order, the hub stopped, the simulation passed"),
        (ExitCode.InternalError, "internal error: a defect of this program"),
        (ExitCode.Usage, "the command line is wrong"),
        (ExitCode.NoPermission, "no permission for raw sockets (GRE) or a TUN device"),
        (ExitCode.FileUnreadable, "a file cannot be read or written, or its content is wrong"),
        (ExitCode.CannotListen, "a TCP port cannot be listened on, or the TUN device not made"),
        (ExitCode.HubUnreachable, "hub unreachable: name or TCP port 1723"),
        (ExitCode.ControlRefused, "control connection refused or ended"),
        (ExitCode.CallRefused, "call refused or ended"),
        (ExitCode.GreBlocked, "GRE (IP protocol 47) is blocked"),
        (ExitCode.LcpFailed, "LCP failed or was ended by the hub"),
        (ExitCode.AuthenticationRefused, "authentication refused: see E=... in the sentence"),
        (ExitCode.EncryptionRefused, "encryption refused, or demanded where there is to be none"),
        (ExitCode.IpcpFailed, "IPCP failed: no address"),
        (ExitCode.Lost, "the tunnel was up and was lost"),
        (ExitCode.LongPacketsLost, "the tunnel was up; long packets do not pass (MTU black hole)"),
        (ExitCode.SimulationFailed, "a simulation failed: a check, or what its scenario expects"),
        (
            ExitCode.Interrupted,
            "interrupted before the tunnel was up or the simulation over, or twice"),
    ];

    /// <summary>What a tunnel's end means for the process.</summary>
    /// <param name="reason">The first cause of trouble.</param>
    /// <param name="wasUp">Whether the tunnel had been up.</param>
    public static ExitCode Of(Reason reason, bool wasUp)
    {
        return reason switch
        {
            Reason.ClosedByUser => wasUp ? ExitCode.Ok : ExitCode.Interrupted,
            Reason.Invariant => ExitCode.InternalError,
            _ when wasUp => ExitCode.Lost,
            _ => FailureTexts.Find(reason)?.ExitCode ?? ExitCode.InternalError,
        };
    }
}
