// The anomaly sweep: one packet of a session is disturbed, each in turn.

using System.Globalization;
using Simulator.Reports;
using Simulator.Scenarios;
using Simulator.Sensor;
using Simulator.World;

namespace nanoPptp.Tool.Simulate;

/// <summary>The sweep.</summary>
internal sealed class SweepRun(Terminal terminal, Interruption interruption, SimulateOutput output)
{
    /// <summary>The seed of every run.</summary>
    public required ulong Seed { get; init; }

    /// <summary>What is planted in the sensors; only tests plant something.</summary>
    internal PlantedBug Bug { get; init; }

    /// <summary>Runs the sweep.</summary>
    /// <param name="folder">Where reports go; null for nowhere.</param>
    public ExitCode Run(ReportFolder? folder)
    {
        string command = string.Create(
            CultureInfo.InvariantCulture, $"nanopptp simulate --sweep --seed {Seed}");
        var batch = new Batch(terminal, folder, output.IsJson, "sweep", Seed, command);
        batch.Begin();
        foreach (FaultKind kind in AnomalySweep.Kinds)
        {
            if (interruption.Count == 0 && !batch.HasFailedEnough)
            {
                Sweep(batch, kind, command);
            }
        }

        ExitCode exitCode = batch.End(interruption.Count > 0, null);
        if (!output.IsJson && batch.HasFailedEnough)
        {
            terminal.Output.WriteLine("Enough have failed; the others were not run.");
        }

        return exitCode;
    }

    private void Sweep(Batch batch, FaultKind kind, string command)
    {
        string name = FaultTable.Of(kind).Name;
        long packet = 0;
        long failedBefore = batch.FailedCount;
        foreach (RunRecord record in AnomalySweep.Run(Seed, kind, Bug))
        {
            packet++;
            Scenario scenario = AnomalySweep.ScenarioOf(kind, packet);
            Shrunk? shrunk = Shrinking.Shrink(scenario, record, Bug, interruption.Token);
            batch.Tell(scenario, record, shrunk, command);
            if (batch.Progress.IsDue)
            {
                batch.Progress.Show(string.Create(
                    CultureInfo.InvariantCulture, $"{name}: packet {packet}"));
            }

            if (interruption.Count > 0 || batch.HasFailedEnough)
            {
                break;
            }
        }

        batch.Progress.Clear();
        if (!output.IsJson)
        {
            // The last session had no such packet any more, which is how the sweep ends.
            terminal.Output.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"{name}: packets 1 to {packet} of a session, one at a time; "
                    + $"{batch.FailedCount - failedBefore} failed"));
        }
    }
}
