// Shrinking takes hundreds of runs, and whoever presses Ctrl-C does not wait for them.

using System;
using System.Threading;
using System.Threading.Tasks;
using Simulator.Reports;
using Simulator.Scenarios;
using Simulator.Sensor;
using Simulator.World;

namespace nanoPptp.Tool.Simulate;

/// <summary>Shrinks failing runs unless interrupted.</summary>
internal static class Shrinking
{
    /// <summary>Shrinks a run. When it is interrupted the work goes on in the background, bounded,
    /// and nobody waits for it: the process is about to end.</summary>
    /// <param name="scenario">What was run.</param>
    /// <param name="record">What became of it.</param>
    /// <param name="bug">What was planted.</param>
    /// <param name="interrupted">Ends the waiting.</param>
    /// <returns>Null when interrupted, or when there was nothing to shrink.</returns>
    public static Shrunk? Shrink(
        Scenario scenario, RunRecord record, PlantedBug bug, CancellationToken interrupted)
    {
        if (record.Verdict != Verdict.Failed || interrupted.IsCancellationRequested)
        {
            return null;
        }

        Task<Shrunk> work = Task.Factory.StartNew(
            () => Shrinker.Shrink(scenario, record, bug),
            CancellationToken.None,
            TaskCreationOptions.LongRunning,
            TaskScheduler.Default);
        try
        {
            Task.WaitAny([work], interrupted);
        }
        catch (OperationCanceledException)
        {
            return null;
        }

        return work.GetAwaiter().GetResult();
    }
}
