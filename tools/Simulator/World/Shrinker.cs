// A failing run is made as small as it can be while it still fails by the same check: fewer faults, fewer
// sensors and hubs, shorter faults, a shorter run. What is left is the shortest script that shows the bug.

using System;
using System.Collections.Generic;
using System.Linq;
using System.Threading;
using Simulator.Reports;
using Simulator.Scenarios;
using Simulator.Sensor;

namespace Simulator.World;

/// <summary>A failing scenario and what it was shrunk to.</summary>
/// <param name="Scenario">The shrunk scenario.</param>
/// <param name="Record">Its run.</param>
/// <param name="RunCount">How many runs it took.</param>
public sealed record Shrunk(Scenario Scenario, RunRecord Record, int RunCount)
{
    /// <summary>Whether it was interrupted, and might be smaller.</summary>
    public bool IsCutShort { get; init; }
}

/// <summary>Shrinks failing scenarios.</summary>
public sealed class Shrinker
{
    private const int MostRuns = 400;
    private const long ShortestMs = 1_000;
    private const string Suffix = "-shrunk";

    private readonly ulong _seed;
    private readonly string _check;
    private readonly PlantedBug _bug;
    private readonly CancellationToken _interrupted;
    private Scenario _best;
    private RunRecord _record;
    private int _runCount;

    private Shrinker(
        Scenario failing, RunRecord record, PlantedBug bug, CancellationToken interrupted)
    {
        _best = failing;
        _record = record;
        _seed = record.Seed;
        _check = record.Failures[0].Check;
        _bug = bug;
        _interrupted = interrupted;
    }

    private bool IsOver => _runCount >= MostRuns || _interrupted.IsCancellationRequested;

    /// <summary>Shrinks a failing scenario.</summary>
    /// <param name="failing">The scenario.</param>
    /// <param name="record">Its run, which failed.</param>
    /// <param name="interrupted">Ends it within a second of virtual time; what was shrunk so far is
    /// kept.</param>
    public static Shrunk Shrink(
        Scenario failing, RunRecord record, CancellationToken interrupted) =>
        Shrink(failing, record, PlantedBug.None, interrupted);

    /// <summary>The same with something planted.</summary>
    internal static Shrunk Shrink(
        Scenario failing, RunRecord record, PlantedBug bug, CancellationToken interrupted)
    {
        ArgumentNullException.ThrowIfNull(failing);
        ArgumentNullException.ThrowIfNull(record);
        var shrinker = new Shrinker(failing, record, bug, interrupted);
        while (shrinker.Improve())
        {
        }

        Scenario named = shrinker._best with
        {
            Name = failing.Name[..Math.Min(
                failing.Name.Length, Naming.MaximumLength - Suffix.Length)] + Suffix,
            About = $"Fails by {shrinker._check}.",
            Seed = shrinker._seed,
        };
        return new Shrunk(named, shrinker._record, shrinker._runCount)
        {
            IsCutShort = interrupted.IsCancellationRequested,
        };
    }

    private bool Improve()
    {
        foreach (Scenario smaller in Smaller(_best))
        {
            if (IsOver)
            {
                return false;
            }

            if (StillFails(smaller))
            {
                return true;
            }
        }

        return false;
    }

    private bool StillFails(Scenario scenario)
    {
        var options = new SimulationOptions { Seed = _seed, Bug = _bug };
        using var simulation = new Simulation(scenario, options);
        while (simulation.Step())
        {
            if (_interrupted.IsCancellationRequested)
            {
                return false;
            }
        }

        _runCount++;
        RunRecord record = simulation.Record();
        if (!record.Failures.Any(failure => failure.Check == _check))
        {
            return false;
        }

        _best = scenario;
        _record = record;
        return true;
    }

    // From the boldest step to the smallest.
    private static IEnumerable<Scenario> Smaller(Scenario scenario) =>
        WithoutFaults(scenario)
            .Concat(WithLessOfEverything(scenario))
            .Concat(WithShorterFaults(scenario));

    private static IEnumerable<Scenario> WithoutFaults(Scenario scenario)
    {
        int count = scenario.Faults.Count;
        for (int size = count; size > 0; size /= 2)
        {
            for (int from = 0; from < count; from += size)
            {
                yield return scenario with
                {
                    Faults = [.. scenario.Faults.Where((_, i) => i < from || i >= from + size)],
                };
            }
        }
    }

    private static IEnumerable<Scenario> WithLessOfEverything(Scenario scenario)
    {
        for (int i = 0; i < scenario.Sensors.Count; i++)
        {
            SensorPlan plan = scenario.Sensors[i];
            if (plan.Replicas > 1
                && !scenario.Faults.Any(fault => IsMember(fault.Sensor, plan.Name))
                && !scenario.Expectations.Any(one => IsMember(one.Sensor, plan.Name)))
            {
                yield return scenario with
                {
                    Sensors = Replace(scenario.Sensors, i, plan with { Replicas = plan.Replicas / 2 }),
                };
            }
        }

        for (int i = 0; i < scenario.Hubs.Count; i++)
        {
            HubPlan plan = scenario.Hubs[i];
            if (plan.Replicas > 1
                && !scenario.Faults.Any(fault => IsMember(fault.Hub, plan.Name))
                && !scenario.Expectations.Any(one => IsMember(one.Hub, plan.Name)))
            {
                yield return scenario with
                {
                    Hubs = Replace(scenario.Hubs, i, plan with { Replicas = plan.Replicas / 2 }),
                };
            }
        }

        if (scenario.ClockMs != 0)
        {
            yield return scenario with { ClockMs = 0 };
        }

        long lastMs = scenario.Faults.Count == 0 ? 0 : scenario.Faults.Max(fault => fault.AtMs);
        if (scenario.ForMs / 2 > Math.Max(ShortestMs, lastMs) && scenario.Expectations.Count == 0)
        {
            yield return scenario with { ForMs = scenario.ForMs / 2 };
        }
    }

    private static IEnumerable<Scenario> WithShorterFaults(Scenario scenario)
    {
        for (int i = 0; i < scenario.Faults.Count; i++)
        {
            Fault fault = scenario.Faults[i];
            long lengthMs = fault.ForMs ?? (scenario.ForMs - fault.AtMs);
            if (fault.ForMs is not null && lengthMs / 2 >= ShortestMs)
            {
                yield return With(scenario, i, fault with { ForMs = lengthMs / 2 });
                long middleMs = fault.AtMs + (lengthMs / 2);
                if (middleMs < scenario.ForMs)
                {
                    yield return With(
                        scenario, i, fault with { AtMs = middleMs, ForMs = lengthMs / 2 });
                }
            }

            if (fault.Sensor is not null)
            {
                yield return With(scenario, i, fault with { Sensor = null });
            }

            if (fault.Hub is not null)
            {
                yield return With(scenario, i, fault with { Hub = null });
            }
        }
    }

    private static Scenario With(Scenario scenario, int index, Fault fault) =>
        scenario with { Faults = Replace(scenario.Faults, index, fault) };

    private static List<T> Replace<T>(IReadOnlyList<T> list, int index, T item)
    {
        List<T> changed = [.. list];
        changed[index] = item;
        return changed;
    }

    // A group of one has no numbered members.
    private static bool IsMember(string? name, string group) =>
        name is not null && name != group && name.StartsWith(group, StringComparison.Ordinal);
}
