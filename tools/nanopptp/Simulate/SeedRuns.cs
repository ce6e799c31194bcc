// Worlds drawn from seeds. Several threads run them, each run in one of them; they are told of in
// the order of the seeds, so that what is told does not depend on the number of threads.

using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using Simulator.Reports;
using Simulator.Scenarios;
using Simulator.Sensor;
using Simulator.World;

namespace nanoPptp.Tool.Simulate;

/// <summary>Many seeds.</summary>
internal sealed class SeedRuns(Terminal terminal, Interruption interruption, SimulateOutput output)
{
    /// <summary>How long a world lasts when nothing else is said.</summary>
    public const long DefaultForMs = 600_000;

    private readonly Lock _lock = new();
    private readonly Dictionary<ulong, Outcome> _untold = [];
    private readonly CancellationToken _interrupted = interruption.Token;
    private Batch _batch = null!;
    private ulong _nextToRun;
    private ulong _nextToTell;
    private bool _isOver;

    /// <summary>The seeds.</summary>
    public required SeedRange Seeds { get; init; }

    /// <summary>How long each world lasts.</summary>
    public long ForMs { get; init; } = DefaultForMs;

    /// <summary>After how much real time no further run begins; null for never.</summary>
    public TimeSpan? StopAfter { get; init; }

    /// <summary>How many runs at a time.</summary>
    public int Jobs { get; init; } = 1;

    /// <summary>What is planted in the sensors; only tests plant something.</summary>
    internal PlantedBug Bug { get; init; }

    /// <summary>Runs the seeds.</summary>
    /// <param name="folder">Where reports go; null for nowhere.</param>
    public ExitCode Run(ReportFolder? folder)
    {
        string command = RepeatCommand.OfSeeds(Seeds, ForMs);
        _batch = new Batch(terminal, folder, output.IsJson, "seeds", Seeds.First, command);
        _batch.Begin();
        _nextToRun = Seeds.First;
        _nextToTell = Seeds.First;
        Task[] workers = [.. Enumerable.Range(0, Jobs).Select(_ => Task.Factory.StartNew(
            Work, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default))];
        Task.WhenAll(workers).GetAwaiter().GetResult();

        ulong? last = _batch.Count > 0 ? Seeds.First + (ulong)_batch.Count - 1 : null;
        ExitCode exitCode = _batch.End(interruption.Count > 0 && last != Seeds.Last, last);
        if (!output.IsJson)
        {
            TellEnd(last);
        }

        return exitCode;
    }

    private void TellEnd(ulong? last)
    {
        if (_batch.HasFailedEnough)
        {
            terminal.Output.WriteLine("Enough have failed; the others were not run.");
        }

        string which = last is null ? ""
            : string.Create(CultureInfo.InvariantCulture, $"seeds {Seeds.First} to {last}: ");
        terminal.Output.WriteLine(which + Summary());
    }

    private void Work()
    {
        try
        {
            while (TryTake(out ulong seed))
            {
                Outcome outcome = RunSeed(seed);
                lock (_lock)
                {
                    _untold.Add(seed, outcome);
                    TellWhatIsDue();
                }
            }
        }
        catch
        {
            // What cannot be told need not be run.
            Volatile.Write(ref _isOver, true);
            throw;
        }
    }

    private bool TryTake(out ulong seed)
    {
        lock (_lock)
        {
            seed = _nextToRun;
            if (_isOver || interruption.Count > 0 || _batch.HasFailedEnough
                || (StopAfter is { } limit && _batch.Elapsed >= limit))
            {
                return false;
            }

            _isOver = seed == Seeds.Last;
            _nextToRun++;
            return true;
        }
    }

    private Outcome RunSeed(ulong seed)
    {
        Scenario scenario = WorldDraw.Draw(seed, ForMs);
        SimulationOptions options = new() { Seed = seed, RecordsLadder = false, Bug = Bug };
        using Simulation simulation = new(scenario, options);
        RunRecord record = simulation.Run();
        return new Outcome(scenario, record, Shrinking.Shrink(scenario, record, Bug, _interrupted));
    }

    private void TellWhatIsDue()
    {
        while (!_batch.HasFailedEnough && _untold.Remove(_nextToTell, out Outcome? outcome))
        {
            string again = RepeatCommand.OfSeeds(new SeedRange(_nextToTell, _nextToTell), ForMs);
            _batch.Tell(outcome.Scenario, outcome.Record, outcome.Shrunk, again);
            _nextToTell++;
        }

        if (_batch.Progress.IsDue)
        {
            string share = Seeds.IsOpen ? ""
                : string.Create(
                    CultureInfo.InvariantCulture,
                    $"{_batch.Count} of {(decimal)Seeds.Last - Seeds.First + 1} seeds | ");
            _batch.Progress.Show(share + Summary());
        }
    }

    private string Summary()
    {
        double seconds = Math.Max(_batch.Elapsed.TotalSeconds, 0.001);
        string real = seconds < 60
            ? string.Create(CultureInfo.InvariantCulture, $"{seconds:0.0} s")
            : RunText.Clock((long)(seconds * 1000));
        return string.Create(
            CultureInfo.InvariantCulture,
            $"{_batch.Count - _batch.FailedCount} passed, {_batch.FailedCount} failed | virtual "
                + $"{RunText.Clock(_batch.VirtualUs / 1000)} | real {real} "
                + $"({_batch.VirtualUs / 1_000_000 / seconds:0} times as fast)");
    }

    private sealed record Outcome(Scenario Scenario, RunRecord Record, Shrunk? Shrunk);
}
