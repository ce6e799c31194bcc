// Whether a diagnosis is true. The simulation knows what went wrong, so what the library says about an
// attempt can be held against it: a reason is believed only when one of the faults that lead to it was in
// force since the attempt began.

using System.Collections.Generic;
using nanoPptp.Client;
using nanoPptp.Diagnostics;
using Simulator.Hub;
using Simulator.Scenarios;

namespace Simulator.Checkers;

/// <summary>Which faults explain which reason.</summary>
public static class Truth
{
    // GRE has no checksum over what it carries, so a corrupted octet can say anything in the hub's name.
    private static readonly FaultKind[] s_anything = [FaultKind.Corrupt];

    private static readonly FaultKind[] s_deadLine =
    [
        FaultKind.Loss, FaultKind.BurstLoss, FaultKind.GreBlocked, FaultKind.MtuBlackHole,
        FaultKind.NatMappingLost, FaultKind.HubSilent, FaultKind.HubMoved, FaultKind.Truncate,
        FaultKind.Corrupt, FaultKind.Delay, FaultKind.Jitter, FaultKind.HubSlow,
        FaultKind.Reorder, FaultKind.Duplicate, FaultKind.HubKilled, FaultKind.EarlyGre,
        FaultKind.NatWithoutHelper, FaultKind.Looped,
    ];

    // Between two ends that hear different things, either gives up, and not always with the same
    // words.
    private static readonly FaultKind[] s_tampered =
    [
        FaultKind.StrippedEncryption, FaultKind.DowngradedAuthentication,
        FaultKind.StrippedAuthentication, FaultKind.AuthenticationSilent, FaultKind.CcpSilent,
        FaultKind.IpcpSilent, FaultKind.ForgedProof, FaultKind.ForgedTerminate,
        FaultKind.ForgedReject, FaultKind.ForgedCcpEnd, FaultKind.ForgedIpcpEnd,
        FaultKind.ForgedData,
    ];

    private static readonly FaultKind[] s_brokenControl =
    [
        FaultKind.TcpReset, FaultKind.HubKilled, FaultKind.HubSilent, FaultKind.HubMoved,
        FaultKind.NatMappingLost,
    ];

    // TCP stands, and an answer that was asked for in time comes too late.
    private static readonly FaultKind[] s_lateControl =
    [
        .. s_brokenControl, FaultKind.Loss, FaultKind.BurstLoss, FaultKind.Delay,
        FaultKind.Jitter, FaultKind.EarlyGre, FaultKind.HubSlow,
    ];

    // A hub that gives up a link closes the control connection: whatever kills the link does.
    private static readonly FaultKind[] s_hubGaveUp = [.. s_deadLine, .. s_brokenControl];

    private static readonly Dictionary<Reason, FaultKind[]> s_causes = new()
    {
        [Reason.HubUnreachable] = [FaultKind.NameUnknown, FaultKind.HubFull, .. s_lateControl],
        [Reason.StartRefused] = [FaultKind.StartRefused],
        [Reason.StartTimeout] = s_lateControl,
        [Reason.BadMagicCookie] = [FaultKind.NotPptp],
        [Reason.BadControlLength] = [FaultKind.WrongLength],
        [Reason.BadVersion] = [FaultKind.WrongVersion],
        [Reason.StoppedByHub] = [FaultKind.ForgedStop],
        [Reason.CallDisconnected] = [FaultKind.ForgedDisconnect],
        [Reason.ControlEchoTimeout] = s_lateControl,
        [Reason.ControlClosed] =
            [.. s_hubGaveUp, .. s_tampered, FaultKind.HubFull, FaultKind.StartRefused],
        [Reason.CallTimeout] = s_lateControl,
        [Reason.CallRefused] = [FaultKind.HubFull],
        [Reason.CallDropped] = [.. s_brokenControl, FaultKind.HubFull],
        [Reason.GreBlocked] = s_deadLine,

        // Before the tunnel is up nothing tells a forged packet's number from a genuine one.
        [Reason.LcpTimeout] = [FaultKind.ForgedData, .. s_deadLine],
        [Reason.LcpTerminated] =
            [.. s_hubGaveUp, .. s_tampered, FaultKind.EncryptionRefused,
             FaultKind.WrongPassword, FaultKind.IpcpRefused],
        [Reason.LcpEchoTimeout] = s_hubGaveUp,
        [Reason.DataTimeout] = [FaultKind.KeysWrong, .. s_hubGaveUp],
        [Reason.LcpLoopback] = [FaultKind.Looped, .. s_anything],
        [Reason.LcpRejected] = [FaultKind.ForgedReject, .. s_anything],
        [Reason.AuthenticationNotOffered] =
            [FaultKind.StrippedAuthentication, .. s_anything],
        [Reason.AuthenticationWeak] = [FaultKind.DowngradedAuthentication, .. s_anything],
        [Reason.AuthenticationTimeout] =
            [FaultKind.AuthenticationSilent, FaultKind.ForgedData, .. s_deadLine],
        [Reason.AuthenticationFailed] = [FaultKind.WrongPassword, FaultKind.Corrupt],
        [Reason.HubNotAuthentic] = [FaultKind.ForgedProof, .. s_anything],
        [Reason.EncryptionRefused] =
            [FaultKind.EncryptionRefused, FaultKind.StrippedEncryption, FaultKind.ForgedCcpEnd,
             .. s_anything],

        // What is decrypted with another key is CCP once in so many frames, and the hub follows it.
        [Reason.EncryptionLost] = [FaultKind.ForgedCcpEnd, FaultKind.KeysWrong, .. s_deadLine],
        [Reason.KeysDisagree] = [FaultKind.KeysWrong, FaultKind.Looped, .. s_anything],
        [Reason.CcpRejected] = [FaultKind.CcpRejected, .. s_anything],
        [Reason.EncryptionDemanded] = s_anything,
        [Reason.CcpTimeout] = [FaultKind.CcpSilent, FaultKind.ForgedData, .. s_deadLine],
        [Reason.IpcpTimeout] = [FaultKind.IpcpSilent, FaultKind.ForgedData, .. s_deadLine],

        // A hub whose Naks are lost says Reject in the end (RFC 1661 s.4.6, Max-Failure).
        [Reason.IpcpRefused] = [FaultKind.IpcpRefused, FaultKind.IpcpSilent, .. s_deadLine],
        [Reason.IpcpTerminated] = [FaultKind.ForgedIpcpEnd, .. s_anything],
    };

    /// <summary>What a sensor says of a hub that cannot agree with it on authentication or
    /// encryption, whatever the weather.</summary>
    /// <param name="sensor">What the sensor is set to.</param>
    /// <param name="hub">What the hub is set to.</param>
    /// <returns>None when they can agree.</returns>
    public static Reason Disagreement(SensorPlan sensor, HubPlan hub)
    {
        if (!sensor.Allows(hub.Authentication))
        {
            return hub.Authentication == HubAuthentication.None
                ? Reason.AuthenticationNotOffered
                : Reason.AuthenticationWeak;
        }

        bool isClear = sensor.Encryption == EncryptionPolicy.Clear;
        if (isClear || hub.Mppe == HubMppe.None)
        {
            return isClear == (hub.Mppe == HubMppe.None) ? Reason.None
                : isClear ? Reason.EncryptionDemanded
                : Reason.EncryptionRefused;
        }

        bool isStrongEnough =
            hub.Mppe == HubMppe.Bits128 || sensor.Encryption == EncryptionPolicy.Weak;
        bool isModeGood = hub.MppeMode == HubMppeMode.Stateless || sensor.AllowsStateful;
        return isStrongEnough && isModeGood ? Reason.None : Reason.EncryptionRefused;
    }

    /// <summary>Whether one of some faults explains a reason.</summary>
    /// <param name="reason">What the library says.</param>
    /// <param name="faults">The faults that were in force during the attempt.</param>
    public static bool Explains(Reason reason, IReadOnlyCollection<FaultKind> faults)
    {
        foreach (FaultKind cause in s_causes.GetValueOrDefault(reason, []))
        {
            foreach (FaultKind fault in faults)
            {
                if (fault == cause)
                {
                    return true;
                }
            }
        }

        return false;
    }
}
