// Exactly one thing goes wrong: the Nth GRE packet between a sensor and its hub is lost, then doubled,
// then truncated, then corrupted, for N = 1, 2, 3 and so on until the session has fewer packets.

using System;
using System.Collections.Generic;
using Simulator.Reports;
using Simulator.Scenarios;
using Simulator.Sensor;

namespace Simulator.World;

/// <summary>One anomaly at each packet of a session.</summary>
public static class AnomalySweep
{
    private const int LongestSession = 10_000;
    private const long SessionMs = 12_000;

    /// <summary>What can happen to one packet.</summary>
    public static IReadOnlyList<FaultKind> Kinds { get; } =
        [FaultKind.Loss, FaultKind.Duplicate, FaultKind.Truncate, FaultKind.Corrupt];

    /// <summary>The session that is disturbed.</summary>
    /// <param name="kind">What happens.</param>
    /// <param name="packet">To which packet, from 1.</param>
    public static Scenario ScenarioOf(FaultKind kind, long packet) => new()
    {
        Name = FormattableString.Invariant($"sweep-{kind.ToString().ToLowerInvariant()}-{packet}"),
        About = "One packet of a session is disturbed.",
        ForMs = SessionMs,
        Sensors = [new SensorPlan { ReadingIntervalMs = 1_000 }],
        Faults = [new Fault { Kind = kind, Packet = packet }],
    };

    /// <summary>Runs the sweep.</summary>
    /// <param name="seed">The seed of every run.</param>
    /// <param name="kind">What happens.</param>
    /// <returns>The runs, as they come; the last one's session had no such packet.</returns>
    public static IEnumerable<RunRecord> Run(ulong seed, FaultKind kind) =>
        Run(seed, kind, PlantedBug.None);

    /// <summary>The same with something planted.</summary>
    internal static IEnumerable<RunRecord> Run(ulong seed, FaultKind kind, PlantedBug bug)
    {
        bool isOutlived = false;
        for (long packet = 1; !isOutlived; packet++)
        {
            if (packet > LongestSession)
            {
                throw new InvalidOperationException("the session never outlives its anomalies");
            }

            var options = new SimulationOptions { Seed = seed, Bug = bug, RecordsLadder = false };
            using var simulation = new Simulation(ScenarioOf(kind, packet), options);

            // Packets after the scenario's end are not disturbed any more.
            while (simulation.NowUs < SessionMs * 1000 && simulation.Step())
            {
            }

            isOutlived = simulation.FirstSensorPacketCount < packet;
            yield return simulation.Run();
        }
    }
}
