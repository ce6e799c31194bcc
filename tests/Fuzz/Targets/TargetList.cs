// All targets, with the share of the inputs that each gets. The whole client is the slowest by far
// (it runs cryptography on both sides) and the most worth it, so it gets a fifth of all inputs.

using System.Collections.Generic;
using System.Linq;
using nanoPptp.Fuzz.Engine;

namespace nanoPptp.Fuzz.Targets;

/// <summary>What --target takes.</summary>
internal static class TargetList
{
    private const int CodecWeight = 40;
    private const int WalkerWeight = 60;
    private const int ClientWeight = 30;

    internal static IReadOnlyList<TargetRow> All { get; } =
    [
        .. CodecList.All.Select(
            codec => new TargetRow(codec.Name, CodecWeight, () => new CodecTarget(codec))),
        new("option-set", WalkerWeight, () => new OptionSetTarget()),
        new("lcp", WalkerWeight, () => new MachineTarget(MachineKind.Lcp)),
        new("ccp", WalkerWeight, () => new MachineTarget(MachineKind.Ccp)),
        new("ipcp", WalkerWeight, () => new MachineTarget(MachineKind.Ipcp)),
        new("control-stream", WalkerWeight, () => new ControlStreamTarget()),
        new("chap-text", CodecWeight, () => new ChapTextTarget()),
        new("inner-ip", WalkerWeight, () => new InnerIpTarget()),
        new("tcp", WalkerWeight, () => new TcpTarget()),
        new("mqtt", WalkerWeight, () => new MqttTarget()),
        new("coap", WalkerWeight, () => new CoapEndpointTarget()),
        new("senml", WalkerWeight, () => new SenmlTarget()),
        new("journal", WalkerWeight, () => new JournalTarget()),
        .. ClientProfile.All.Select(
            profile => new TargetRow(
                profile.Name, ClientWeight, () => new ClientTarget(profile))),
    ];
}
