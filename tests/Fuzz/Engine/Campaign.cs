// Many targets in some jobs, for so many inputs or for so long; a watch over inputs that do not
// end.

using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.Linq;
using System.Threading;

namespace nanoPptp.Fuzz.Engine;

/// <summary>What a campaign is to do.</summary>
internal sealed record CampaignPlan
{
    internal required IReadOnlyList<TargetRow> Targets { get; init; }

    /// <summary>Inputs to begin with, by target.</summary>
    internal required ILookup<string, byte[]> Seeds { get; init; }

    internal ulong Seed { get; init; } = 1;

    internal int Jobs { get; init; } = 1;

    /// <summary>Inputs in all; null for as many as there is time for.</summary>
    internal long? Inputs { get; init; }

    internal TimeSpan? Duration { get; init; }

    /// <summary>An input that takes longer hangs.</summary>
    internal long HangMs { get; init; } = 20_000;

    /// <summary>How often to say how far it is; 0 is never.</summary>
    internal long ReportMs { get; init; }
}

/// <summary>Runs a plan.</summary>
internal sealed class Campaign(CampaignPlan plan, Action<Finding> found, Action<Campaign> report)
{
    private const int RoundsPerJob = 64;
    private const int WatchMs = 100;

    private readonly Lock _lock = new();
    private readonly List<Worker> _workers = [];
    private readonly long _startedAt = Stopwatch.GetTimestamp();
    private volatile bool _mustStop;

    /// <summary>All workers; of each target one for each job.</summary>
    internal IReadOnlyList<Worker> Workers => _workers;

    internal TimeSpan Elapsed => Stopwatch.GetElapsedTime(_startedAt);

    internal long InputCount => _workers.Sum(worker => worker.InputCount);

    /// <summary>Different findings that were told.</summary>
    internal int FindingCount { get; private set; }

    /// <summary>Runs it to its end, or until an input hangs.</summary>
    internal void Run()
    {
        var threads = new List<Thread>();
        for (int job = 0; job < plan.Jobs; job++)
        {
            Worker[] own = [.. plan.Targets.Select(row => MakeWorker(row, job))];
            _workers.AddRange(own);
            threads.Add(new Thread(() => Work(own)) { IsBackground = true });
        }

        foreach (Thread thread in threads)
        {
            thread.Start();
        }

        long reportAt = plan.ReportMs;
        while (threads.Find(thread => thread.IsAlive) is Thread running)
        {
            running.Join(WatchMs);
            if (_workers.Select(FindHang).FirstOrDefault(hang => hang != null) is Finding hang)
            {
                // The thread cannot be ended; whoever asked for the campaign ends the process.
                _mustStop = true;
                Tell(hang);
                return;
            }

            if (plan.ReportMs > 0 && Elapsed.TotalMilliseconds >= reportAt)
            {
                reportAt += plan.ReportMs;
                report(this);
            }
        }
    }

    private Finding? FindHang(Worker worker) =>
        worker.FindHang(Environment.TickCount64, plan.HangMs);

    private Worker MakeWorker(TargetRow row, int job) =>
        new(row, plan.Seed, job, [.. plan.Seeds[row.Name]], Tell);

    private void Tell(Finding finding)
    {
        lock (_lock)
        {
            FindingCount++;
            found(finding);
        }
    }

    private bool MustStop() =>
        _mustStop || (plan.Duration is TimeSpan duration && Elapsed >= duration);

    // All targets in turn, again and again, so that a run that is ended early has met them all.
    private void Work(Worker[] workers)
    {
        long total = plan.Targets.Sum(row => (long)row.Weight);
        long[] shares = [.. plan.Targets.Select(ShareOf)];
        for (int round = 0; !MustStop(); round++)
        {
            bool isDone = true;
            for (int i = 0; i < workers.Length; i++)
            {
                long slice = Math.Max(1, Math.Min(shares[i] / RoundsPerJob, 50L * RowOf(i).Weight));
                long left = shares[i] - workers[i].InputCount;
                isDone &= left <= slice;
                workers[i].Run(Math.Min(slice, left), MustStop);
            }

            if (isDone)
            {
                return;
            }
        }

        long ShareOf(TargetRow row) => plan.Inputs is long inputs
            ? Math.Max(1, (long)Math.Ceiling((double)inputs * row.Weight / total / plan.Jobs))
            : long.MaxValue;

        TargetRow RowOf(int index) => plan.Targets[index];
    }
}
