// What the library promises to its adapter, measured at every call.

using System;
using System.Linq;
using System.Runtime;
using System.Runtime.CompilerServices;
using nanoPptp.Client;
using nanoPptp.Crypto;
using nanoPptp.Memory;
using nanoPptp.Telemetry.Ip;
using Simulator.Checkers;

namespace Simulator.Sensor;

public sealed partial class SimulatedSensor
{
    // Six slots that each lead to an answer, a delivery and events, and what the timers add.
    private const int MostOutputs = 64;
    private const int GuardLength = 8;
    private const byte GuardOctet = 0xA5;

    private readonly int[] _guardOffsets = new int[Limits.ReceiveSlotCount];
    private object? _planted;

    static SimulatedSensor()
    {
        // What a class allocates when it is first used is not what a call allocates.
        foreach (Type type in new[] { typeof(PptpClient), typeof(Rc4), typeof(IpEndpoint) }
            .SelectMany(one => one.Assembly.GetTypes()))
        {
            RuntimeHelpers.RunClassConstructor(type.TypeHandle);
        }
    }

    // When a concurrent collection begins, the counter takes what the thread's allocator has in reserve
    // for allocated (seen with .NET 10.0.12: up to 8 KiB).
    private static void CheckThatAllocationsCanBeMeasured()
    {
        if (GCSettings.LatencyMode != GCLatencyMode.Batch)
        {
            throw new InvalidOperationException(
                "A simulation measures allocations, so its process must run with "
                    + "System.GC.Concurrent=false.");
        }
    }

    private static long Measured() => GC.GetAllocatedBytesForCurrentThread();

    private void CheckAllocation(long before, string call)
    {
        if (Bug == PlantedBug.Allocates && Client.Stage == Stage.Up)
        {
            _planted = new object();
        }

        long octets = GC.GetAllocatedBytesForCurrentThread() - before;
        if (octets != 0)
        {
            Break(Checks.NoAllocation, $"{call} allocated {octets} octets after Open ({_planted})");
        }
    }

    private void CheckWork(int count)
    {
        if (count == MostOutputs)
        {
            Break(Checks.BoundedWork, $"Poll gave more than {MostOutputs} outputs in one round");
        }

        if (count > 2 * MostOutputs)
        {
            throw new InvalidOperationException("Poll never comes to an end.");
        }
    }

    private void CheckFates()
    {
        int waiting = unchecked(Client.Counters.GreReceived - Client.Counters.SumOfFates());
        if (waiting != Client.WaitingCount)
        {
            Break(
                Checks.FatesAddUp,
                $"{Client.Counters.GreReceived} GRE packets were handed in and "
                    + $"{Client.Counters.SumOfFates()} have a fate and {Client.WaitingCount} "
                    + $"wait, in stage {Client.Stage}");
        }
    }

    // GRE (RFC 2637 s.4.1): 8 octets, sequence number 4 with S, acknowledgment 4 with A; then PPP, whose
    // address and control octets and first protocol octet may be left out (RFC 1661 s.6.5, s.6.6).
    private void CheckNotInClear(ReadOnlySpan<byte> gre)
    {
        if (_tunnelSettings.Encryption == EncryptionPolicy.Clear)
        {
            return;
        }

        ReadOnlySpan<byte> ppp = gre[Math.Min(PppOffset(gre), gre.Length)..];
        if (ppp.StartsWith((ReadOnlySpan<byte>)[0xFF, 0x03]))
        {
            ppp = ppp[2..];
        }

        if (ppp.StartsWith((ReadOnlySpan<byte>)[0x00, 0x21])
            || ppp.StartsWith((ReadOnlySpan<byte>)[0x21]))
        {
            Break(Checks.NeverInClear, "an IP packet was given out without encryption");
        }
    }

    private static int PppOffset(ReadOnlySpan<byte> gre) =>
        8 + ((gre[0] & 0x10) != 0 ? 4 : 0) + ((gre[1] & 0x80) != 0 ? 4 : 0);

    private ReadOnlySpan<byte> GreOctets()
    {
        ReadOnlySpan<byte> gre = OutputOctets();
        int at = PppOffset(gre);
        if (Bug != PlantedBug.SendsInClear || Client.Stage != Stage.Up || at >= gre.Length)
        {
            return gre;
        }

        byte[] clear = gre.ToArray();
        clear[at] = 0x21;
        return clear;
    }

    // The octets behind a packet belong to nobody: whoever writes them has left its buffer.
    private void Guard(int slot, int length)
    {
        int offset = PptpClient.ReceiveSlotOffset(slot) + length;
        if (length + GuardLength > Limits.ReceiveSlotLength)
        {
            _guardOffsets[slot] = 0;
            return;
        }

        _guardOffsets[slot] = offset;
        Client.Arena.AsSpan(offset, GuardLength).Fill(GuardOctet);
        if (Bug == PlantedBug.WritesBehind && Client.Stage == Stage.Up)
        {
            Client.Arena[offset] = 0;
        }
    }

    private void CheckGuards()
    {
        for (int slot = 0; slot < _guardOffsets.Length; slot++)
        {
            int offset = _guardOffsets[slot];
            _guardOffsets[slot] = 0;

            // A client that closes wipes its arena.
            if (offset != 0
                && Client.Stage != Stage.Closed
                && Client.Arena.AsSpan(offset, GuardLength).ContainsAnyExcept(GuardOctet))
            {
                Break(Checks.GuardsIntact, $"octets behind the packet in slot {slot} were written");
            }
        }
    }

    private void ForgetGuards() => Array.Clear(_guardOffsets);

    private void Break(string check, string text) => _observer.PromiseBroken(this, check, text);
}
