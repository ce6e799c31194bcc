// Shrinking takes hundreds of runs, and whoever presses Ctrl-C does not wait for them.

using System.Threading;
using Simulator.Reports;
using Simulator.Scenarios;
using Simulator.Sensor;
using Simulator.World;

namespace nanoPptp.Tool.Simulate;

/// <summary>Shrinks failing runs until interrupted.</summary>
internal static class Shrinking
{
    /// <summary>Shrinks a run.</summary>
    /// <param name="scenario">What was run.</param>
    /// <param name="record">What became of it.</param>
    /// <param name="bug">What was planted.</param>
    /// <param name="interrupted">Ends it soon; what was shrunk so far is kept.</param>
    /// <returns>Null when there was no time for a single run, or nothing to shrink.</returns>
    public static Shrunk? Shrink(
        Scenario scenario, RunRecord record, PlantedBug bug, CancellationToken interrupted)
    {
        if (record.Verdict != Verdict.Failed)
        {
            return null;
        }

        Shrunk shrunk = Shrinker.Shrink(scenario, record, bug, interrupted);
        return shrunk.IsCutShort && shrunk.RunCount == 0 ? null : shrunk;
    }
}
