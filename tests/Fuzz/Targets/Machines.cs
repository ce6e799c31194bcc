// The three machines of the PPP negotiation as the fuzzer makes them. Whoever changes how they are
// made has this file to change and no other here.

using nanoPptp.Crypto;
using nanoPptp.Diagnostics;
using nanoPptp.Memory;
using nanoPptp.Ppp;

namespace nanoPptp.Fuzz.Targets;

/// <summary>Which machine.</summary>
internal enum MachineKind
{
    Lcp,
    Ccp,
    Ipcp,
}

/// <summary>Makes machines.</summary>
internal static class Machines
{
    internal const int Mru = 1400;

    internal static OptionNegotiation Make(
        MachineKind kind, byte[] arena, FrameQueue frames, Counters counters, RandomPool random)
    {
        switch (kind)
        {
            case MachineKind.Lcp:
                var lcp = new Lcp(arena, frames, counters, random);
                lcp.Reset(Mru);
                return lcp;
            case MachineKind.Ccp:
                var ccp = new Ccp(arena, frames, counters);
                ccp.Reset();
                return ccp;
            default:
                var ipcp = new Ipcp(arena, frames, counters);
                ipcp.Reset();
                return ipcp;
        }
    }

    /// <summary>Options that the machine acknowledges.</summary>
    internal static byte[] GoodOptions(MachineKind kind) => kind switch
    {
        MachineKind.Lcp => [0x03, 0x05, 0xC2, 0x23, 0x81],
        MachineKind.Ccp => [0x12, 0x06, 0x01, 0x00, 0x00, 0x40],
        _ => [0x03, 0x06, 0x0A, 0x62, 0x00, 0x01],
    };
}
