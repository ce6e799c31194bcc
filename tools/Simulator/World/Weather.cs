// What the path between sensors and hubs does to what passes. The weather holds the faults that are in
// force; each draws from its own fork of the seed.

using System;
using System.Collections.Generic;
using Simulator.Scenarios;

namespace Simulator.World;

/// <summary>What becomes of one packet.</summary>
public ref struct Passage
{
    /// <summary>Octets to deliver; the original unless the weather changed them.</summary>
    public ReadOnlySpan<byte> Octets { get; set; }

    /// <summary>It does not arrive.</summary>
    public bool IsLost { get; set; }

    /// <summary>It may be overtaken.</summary>
    public bool IsHeldBack { get; set; }

    /// <summary>How much later than on a calm day it arrives.</summary>
    public long DelayUs { get; set; }

    /// <summary>How long after the first a second copy arrives; negative when there is none.
    /// </summary>
    public long CopyAfterUs { get; set; }

    /// <summary>What somebody on the way sends to the sensor in front of it; null for nothing.
    /// </summary>
    public byte[]? Forged { get; set; }

    /// <summary>In words, for people; empty when nothing happened to it.</summary>
    public string Fate { get; set; }
}

/// <summary>A fault of a scenario with the sensors and hubs that it befalls.</summary>
/// <param name="Number">Its place in the scenario.</param>
/// <param name="Fault">What it is.</param>
/// <param name="Sensors">The sensors' numbers; null is all.</param>
/// <param name="Hubs">The hubs' numbers; null is all.</param>
public sealed record PlacedFault(
    int Number, Fault Fault, HashSet<int>? Sensors, HashSet<int>? Hubs)
{
    /// <summary>Whether it befalls what passes between a sensor and a hub.</summary>
    public bool Befalls(int sensor, int hub) =>
        (Sensors is null || Sensors.Contains(sensor)) && (Hubs is null || Hubs.Contains(hub));
}

/// <summary>The weather.</summary>
/// <param name="random">Forked for each fault.</param>
public sealed class Weather(Random64 random)
{
    private const int OuterHeaderLength = Ipv4Header.Length;
    private const int LongestCopyDelayUs = 10_000;
    private const int RetransmissionUs = 300_000;
    private const int RetransmissionCount = 10;

    private readonly List<Active> _active = [];

    /// <summary>Whether nothing is wrong.</summary>
    public bool IsCalm => _active.Count == 0;

    /// <summary>A fault begins.</summary>
    public void Begin(PlacedFault fault)
    {
        ArgumentNullException.ThrowIfNull(fault);
        _active.Add(new Active(fault, random.Fork(fault.Number)));
    }

    /// <summary>A fault is over.</summary>
    public void End(PlacedFault fault) => _active.RemoveAll(active => active.Placed == fault);

    /// <summary>What becomes of a GRE packet.</summary>
    /// <param name="sensor">The sensor's number.</param>
    /// <param name="hub">The hub's number.</param>
    /// <param name="direction">Which way.</param>
    /// <param name="packet">Which of the sensor's GRE packets it is, from 1.</param>
    /// <param name="gre">Its octets.</param>
    public Passage CarryGre(
        int sensor, int hub, Direction direction, long packet, ReadOnlySpan<byte> gre)
    {
        var passage = new Passage { Octets = gre, CopyAfterUs = -1, Fate = "" };
        foreach (Active active in _active)
        {
            Fault fault = active.Placed.Fault;
            if (active.Befalls(sensor, hub, direction)
                && (fault.Packet is null || fault.Packet == packet))
            {
                Apply(active, sensor, direction, ref passage);
                Tamper(active, sensor, direction, ref passage);
            }
        }

        return passage;
    }

    /// <summary>What becomes of control messages that a hub sends.</summary>
    /// <param name="sensor">The sensor's number.</param>
    /// <param name="hub">The hub's number.</param>
    /// <param name="octets">Whole messages.</param>
    /// <returns>The octets that arrive in their place; null when they stay as they are.</returns>
    public byte[]? TamperWithTcp(int sensor, int hub, ReadOnlySpan<byte> octets)
    {
        foreach (Active active in _active)
        {
            if (active.Befalls(sensor, hub, Direction.ToSensor)
                && Forger.RewriteTcp(active.Placed.Fault.Kind, octets) is { } changed)
            {
                return changed;
            }
        }

        return null;
    }

    /// <summary>How much later than on a calm day a TCP segment arrives: TCP repeats what is lost.
    /// </summary>
    /// <param name="sensor">The sensor's number.</param>
    /// <param name="hub">The hub's number.</param>
    /// <param name="direction">Which way.</param>
    /// <returns>Microseconds.</returns>
    public long CarryTcp(int sensor, int hub, Direction direction)
    {
        long delayUs = 0;
        foreach (Active active in _active)
        {
            if (active.Befalls(sensor, hub, direction))
            {
                delayUs += active.TcpDelayUs(direction);
            }
        }

        return delayUs;
    }

    private static void Apply(
        Active active, int sensor, Direction direction, ref Passage passage)
    {
        Fault fault = active.Placed.Fault;
        bool happens = fault.Packet is not null || active.Random.Happens(fault.Share);
        switch (fault.Kind)
        {
            case FaultKind.GreBlocked:
                Lose(ref passage, "blocked");
                break;
            case FaultKind.NatWithoutHelper:
                Lose(ref passage, "dropped by a NAT");
                break;
            case FaultKind.MtuBlackHole when passage.Octets.Length + OuterHeaderLength > fault.Length:
                Lose(ref passage, "too long for the path");
                break;
            case FaultKind.Loss when happens:
                Lose(ref passage, "lost");
                break;
            case FaultKind.BurstLoss when active.IsInBurst(sensor, direction, happens):
                Lose(ref passage, "lost in a burst");
                break;
            case FaultKind.Duplicate when happens:
                passage.CopyAfterUs = active.Random.Below(LongestCopyDelayUs);
                Add(ref passage, "twice");
                break;
            case FaultKind.Reorder when happens:
                passage.DelayUs += 1_000L * active.Random.Between(1, fault.DelayMs);
                passage.IsHeldBack = true;
                Add(ref passage, "held back");
                break;
            case FaultKind.Corrupt when happens && passage.Octets.Length > 0:
                passage.Octets = Corrupted(passage.Octets, active.Random);
                Add(ref passage, "corrupted");
                break;
            case FaultKind.Truncate when happens && passage.Octets.Length > 0:
                passage.Octets = passage.Octets[..active.Random.Below(passage.Octets.Length)];
                Add(ref passage, "truncated");
                break;
            case FaultKind.Delay:
                passage.DelayUs += 1_000L * fault.DelayMs;
                break;
            case FaultKind.Jitter:
                passage.DelayUs += active.Random.Below((1_000 * fault.DelayMs) + 1);
                break;
            default:
                break;
        }
    }

    // Somebody on the way does it on purpose: to what the hub sends, and with a mirror.
    private static void Tamper(
        Active active, int sensor, Direction direction, ref Passage passage)
    {
        FaultKind kind = active.Placed.Fault.Kind;
        if (kind == FaultKind.Looped)
        {
            Mirror(active, sensor, direction, ref passage);
        }
        else if (direction == Direction.ToHub)
        {
            return;
        }
        else if (kind == FaultKind.ForgedData)
        {
            if (active.Random.Happens(active.Placed.Fault.Share))
            {
                passage.Forged = Forger.MakeData(passage.Octets, active.Random);
            }
        }
        else if (Forger.Rewrite(kind, passage.Octets) is { } changed)
        {
            if (changed.Length == 0)
            {
                Lose(ref passage, "dropped on the way");
                return;
            }

            passage.Octets = changed;
            Add(ref passage, "forged");
        }
    }

    private static void Mirror(
        Active active, int sensor, Direction direction, ref Passage passage)
    {
        if (!Forger.TryReadHeader(passage.Octets, out ushort callId, out _))
        {
            return;
        }

        if (direction == Direction.ToSensor)
        {
            active.CallIds[sensor] = callId;
        }
        else if (active.CallIds.TryGetValue(sensor, out ushort own))
        {
            passage.Forged = Forger.Mirror(passage.Octets, own);
        }

        Lose(ref passage, "caught by a mirror");
    }

    private static byte[] Corrupted(ReadOnlySpan<byte> octets, Random64 random)
    {
        byte[] changed = octets.ToArray();
        changed[random.Below(changed.Length)] ^= (byte)random.Between(1, 255);
        return changed;
    }

    private static void Lose(ref Passage passage, string fate)
    {
        passage.IsLost = true;
        Add(ref passage, fate);
    }

    private static void Add(ref Passage passage, string fate) =>
        passage.Fate = passage.Fate.Length == 0 ? fate : $"{passage.Fate}, {fate}";

    /// <summary>A fault in force.</summary>
    private sealed class Active(PlacedFault placed, Random64 random)
    {
        private readonly Dictionary<(int Sensor, Direction Direction), int> _bursts = [];

        public PlacedFault Placed { get; } = placed;

        public Random64 Random { get; } = random;

        /// <summary>The sensors' call IDs, as a mirror learns them from the hub.</summary>
        public Dictionary<int, ushort> CallIds { get; } = [];

        public bool Befalls(int sensor, int hub, Direction direction) =>
            (Placed.Fault.Direction ?? direction) == direction && Placed.Befalls(sensor, hub);

        public bool IsInBurst(int sensor, Direction direction, bool begins)
        {
            int left = _bursts.GetValueOrDefault((sensor, direction));
            if (left == 0 && begins)
            {
                left = Random.Between(1, (2 * Placed.Fault.Count) - 1);
            }

            _bursts[(sensor, direction)] = Math.Max(left - 1, 0);
            return left > 0;
        }

        public long TcpDelayUs(Direction direction)
        {
            Fault fault = Placed.Fault;
            switch (fault.Kind)
            {
                case FaultKind.Loss when fault.Packet is null:
                case FaultKind.BurstLoss:
                    return RepeatedUs(fault.Share);
                case FaultKind.Delay:
                    return 1_000L * fault.DelayMs;
                case FaultKind.Jitter:
                    return Random.Below((1_000 * fault.DelayMs) + 1);
                case FaultKind.EarlyGre when direction == World.Direction.ToSensor:
                    return 1_000L * fault.DelayMs;
                default:
                    return 0;
            }
        }

        private long RepeatedUs(int share)
        {
            long delayUs = 0;
            long waitUs = RetransmissionUs;
            for (int i = 0; i < RetransmissionCount && Random.Happens(share); i++)
            {
                delayUs += waitUs;
                waitUs *= 2;
            }

            return delayUs;
        }
    }
}
