// Draws a world from a seed: how many sensors and hubs, how far the line is, near which wrap the clock
// begins, and what goes wrong when and how badly. What is drawn is an ordinary scenario, so a seed that
// fails can be written down, shrunk and run again.

using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using Simulator.World;

namespace Simulator.Scenarios;

/// <summary>Worlds from seeds.</summary>
public static class WorldDraw
{
    private const int MostFaults = 6;
    private const int LongestReading = 1_372;

    // The last part of a run is left to the way back from what came before.
    private const int LastFaultShare = 70;

    private static readonly FaultKind[] s_kinds =
    [
        FaultKind.Loss, FaultKind.BurstLoss, FaultKind.Duplicate, FaultKind.Reorder,
        FaultKind.EarlyGre, FaultKind.Corrupt, FaultKind.Truncate, FaultKind.Delay,
        FaultKind.Jitter, FaultKind.MtuBlackHole, FaultKind.GreBlocked, FaultKind.NatMappingLost,
        FaultKind.TcpReset, FaultKind.HubKilled, FaultKind.HubSilent, FaultKind.HubSlow,
        FaultKind.HubFull, FaultKind.WrongPassword, FaultKind.EncryptionRefused,
        FaultKind.IpcpRefused, FaultKind.StartRefused, FaultKind.HubMoved, FaultKind.NameUnknown,
    ];

    /// <summary>Draws the world of a seed.</summary>
    /// <param name="seed">The same seed gives the same world.</param>
    /// <param name="forMs">How long it lasts, in milliseconds of virtual time.</param>
    public static Scenario Draw(ulong seed, long forMs)
    {
        var random = new Random64(seed).Fork(-2);
        int hubCount = random.Between(1, 3);
        int sensorCount = random.Between(1, 3);
        return new Scenario
        {
            Name = $"seed-{seed.ToString(CultureInfo.InvariantCulture)}",
            About = "Drawn from a seed.",
            Seed = seed,
            ForMs = forMs,
            ClockMs = DrawClock(random, forMs),
            Hubs = [DrawHub(random, hubCount)],
            Sensors = [DrawSensor(random, sensorCount)],
            Faults = [.. DrawFaults(random, forMs, hubCount, sensorCount)
                .OrderBy(fault => fault.AtMs)],
        };
    }

    private static int DrawClock(Random64 random, long forMs)
    {
        int before = (int)(random.NextUInt64() % (ulong)forMs);
        return random.Below(4) switch
        {
            0 => 0,
            1 => int.MaxValue - before,
            2 => -before,
            _ => unchecked((int)random.NextUInt64()),
        };
    }

    private static HubPlan DrawHub(Random64 random, int count) => new()
    {
        Replicas = count,
        SaysBusy = random.Below(2) == 0,
    };

    private static SensorPlan DrawSensor(Random64 random, int count) => new()
    {
        Replicas = count,
        ReadingIntervalMs = random.Between(1_000, 10_000),
        ReadingLength = random.Below(3) == 0 ? random.Between(16, LongestReading) : 64,
        FirstDialMs = random.Below(2) == 0 ? 0 : random.Between(1_000, 20_000),
        IdleMs = random.Below(8) == 0 ? random.Between(500, 5_000) : 0,
        SessionMs = random.Below(6) == 0 ? random.Between(60_000, 240_000) : 0,
    };

    private static IEnumerable<Fault> DrawFaults(
        Random64 random, long forMs, int hubCount, int sensorCount)
    {
        int count = random.Between(0, MostFaults);
        for (int i = 0; i < count; i++)
        {
            yield return DrawFault(random, forMs, hubCount, sensorCount);
        }
    }

    private static Fault DrawFault(Random64 random, long forMs, int hubCount, int sensorCount)
    {
        FaultKind kind = s_kinds[random.Below(s_kinds.Length)];
        FaultRow row = FaultTable.Of(kind);
        long atMs = random.Below(3) == 0 ? 0 : random.Below((int)(forMs * LastFaultShare / 100));
        int longestMs = (int)System.Math.Min(120_000, forMs);
        return new Fault
        {
            Kind = kind,
            AtMs = atMs,
            ForMs = row.IsMoment ? null : random.Between(500, longestMs),
            Direction = row.Takes(ScenarioKeys.Direction) && random.Below(3) > 0
                ? (Direction)random.Below(2)
                : null,
            Sensor = sensorCount > 1 && row.Takes(ScenarioKeys.Sensor) && random.Below(3) == 0
                ? Naming.NameOf("sensor", sensorCount, random.Between(1, sensorCount))
                : null,
            Hub = hubCount > 1 && random.Below(2) == 0
                ? Naming.NameOf("hub", hubCount, random.Between(1, hubCount))
                : null,
            Share = row.Takes(ScenarioKeys.Share) ? random.Between(1_000, 300_000) : 0,
            Count = kind == FaultKind.BurstLoss ? random.Between(2, 30) : 0,
            DelayMs = row.Takes(ScenarioKeys.Delay) ? random.Between(1, 1_000) : 0,
            Length = kind == FaultKind.MtuBlackHole ? random.Between(200, 1_400) : 0,
        };
    }
}
