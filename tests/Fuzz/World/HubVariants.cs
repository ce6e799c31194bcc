// Hubs of many tempers. A script names one by its place in the list, so new ones go to its end.

using System.Collections.Generic;
using System.Linq;
using Simulator.Hub;

namespace nanoPptp.Fuzz.World;

/// <summary>Settings of hubs.</summary>
internal static class HubVariants
{
    internal const string User = "sensor1";
    internal const string Password = "a long test phrase";

    private static readonly HubSettings s_plain = new()
    {
        Users = new Dictionary<string, string> { [User] = Password },
        LcpEchoIntervalMs = 0,
    };

    /// <summary>All variants; the first one lets everybody in.</summary>
    internal static IReadOnlyList<HubSettings> All { get; } =
    [
        s_plain,
        s_plain with { FirstCallId = 0xFFFF, CallIdStep = 1, GreAckDelayMs = 0 },
        s_plain with { LcpEchoIntervalMs = 5000, LcpEchoFailureCount = 2 },
        s_plain with { ChapRechallengeIntervalMs = 5000 },
        s_plain with { SendLcpBeforeCallReply = true },
        s_plain with { Encryption = HubEncryption.Refused },
        s_plain with { Encryption = HubEncryption.AllowMppe },
        s_plain with { MppeStrengths = MppeStrengths.Bits40 },
        s_plain with { MppeStrengths = AllStrengths },
        s_plain with
        {
            Authentications = [HubAuthentication.ChapMd5],
            Encryption = HubEncryption.Refused,
        },
        s_plain with
        {
            Authentications = [HubAuthentication.Pap],
            Encryption = HubEncryption.Refused,
        },
        s_plain with
        {
            Authentications =
                [HubAuthentication.Pap, HubAuthentication.ChapMd5, HubAuthentication.MsChapV2],
        },
        s_plain with
        {
            Authentications = [HubAuthentication.None],
            Encryption = HubEncryption.Refused,
        },
        s_plain with { StartResult = 2 },
        s_plain with { MaximumCallCount = 0, FullStyle = HubFullStyle.Reset },
        s_plain with { MaximumCallCount = 0, FullStyle = HubFullStyle.BusyReply },
        s_plain with { RejectIpcp = true },
        s_plain with { RejectInnerProtocols = true },
        s_plain with { AnswerCallClear = false },
        s_plain with { Mru = 128, Mtu = 128 },
        s_plain with { Mru = 1500, Mtu = 1500, PrimaryDns = 0x0A620035 },
        s_plain with { ControlEchoIntervalMs = 1000, ControlEchoTimeoutMs = 1000 },
        s_plain with { RestartTimerMs = 100, MaximumConfigureCount = 3 },
        s_plain with
        {
            Users = new Dictionary<string, string> { [User] = "another phrase" },
        },
    ];

    private static MppeStrengths AllStrengths =>
        new[] { MppeStrengths.Bits40, MppeStrengths.Bits56, MppeStrengths.Bits128 }
            .Aggregate((left, right) => left | right);
}
