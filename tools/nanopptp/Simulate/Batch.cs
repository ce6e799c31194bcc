// Many runs that are told of together: a line for each that failed, what it was shrunk to, and one
// JUnit report for all of them, whose test cases do not change with the seeds.

using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.Globalization;
using System.IO;
using Simulator.Checkers;
using Simulator.Reports;
using Simulator.Scenarios;
using Simulator.World;

namespace nanoPptp.Tool.Simulate;

/// <summary>Many runs.</summary>
/// <param name="terminal">Where they are told of.</param>
/// <param name="folder">Where reports go; null for nowhere.</param>
/// <param name="isJson">Whether results are JSON Lines.</param>
/// <param name="name">What the runs are called together.</param>
/// <param name="seed">The seed, or the first.</param>
/// <param name="command">What repeats them all.</param>
internal sealed class Batch(
    Terminal terminal, ReportFolder? folder, bool isJson, string name, ulong seed, string command)
{
    // A defect that every run meets is told often enough with these.
    private const int MostFailures = 20;

    private readonly List<RunFailure> _failures = [];
    private readonly Stopwatch _stopwatch = Stopwatch.StartNew();

    /// <summary>The line of progress.</summary>
    public ProgressLine Progress { get; } = new(terminal, isJson);

    /// <summary>How many runs were told of.</summary>
    public long Count { get; private set; }

    /// <summary>How many of them failed.</summary>
    public long FailedCount { get; private set; }

    /// <summary>Virtual time of all of them.</summary>
    public long VirtualUs { get; private set; }

    /// <summary>Real time since the beginning.</summary>
    public TimeSpan Elapsed => _stopwatch.Elapsed;

    /// <summary>Whether enough have failed.</summary>
    public bool HasFailedEnough => FailedCount >= MostFailures;

    /// <summary>Begins: a batch that never ends leaves no better verdict of an earlier one behind.
    /// </summary>
    public void Begin() => folder?.WriteJUnit(Record(Verdict.Running));

    /// <summary>Tells of a run.</summary>
    /// <param name="scenario">What was run.</param>
    /// <param name="record">What became of it.</param>
    /// <param name="shrunk">What it was shrunk to; null when it passed, or when there was no time.
    /// </param>
    /// <param name="again">What repeats it.</param>
    public void Tell(Scenario scenario, RunRecord record, Shrunk? shrunk, string again)
    {
        Count++;
        VirtualUs += record.NowUs;
        if (isJson)
        {
            JsonLinesReport.Write(terminal.Output, Brief(record) with { Command = again });
        }

        if (record.Verdict != Verdict.Passed)
        {
            FailedCount++;
            Progress.Clear();
            foreach (RunFailure failure in record.Failures)
            {
                Keep(scenario, failure, again);
            }

            TellFailure(scenario, record, again);
            TellShrunk(shrunk ?? new Shrunk(scenario, record, 0) { IsCutShort = true });
        }
    }

    /// <summary>Ends.</summary>
    /// <param name="isInterrupted">Whether somebody was tired of it.</param>
    /// <param name="lastSeed">The last seed; null when there is none.</param>
    public ExitCode End(bool isInterrupted, ulong? lastSeed)
    {
        Progress.Clear();
        (Verdict verdict, ExitCode exitCode) = FailedCount > 0
            ? (Verdict.Failed, ExitCode.SimulationFailed)
            : isInterrupted
                ? (Verdict.Running, ExitCode.Interrupted)
                : (Verdict.Passed, ExitCode.Ok);
        if (isJson)
        {
            BatchJson.WriteEnd(terminal.Output, this, verdict, lastSeed);
        }

        folder?.WriteJUnit(Record(verdict));
        return exitCode;
    }

    // What is worth a line when there are thousands of runs.
    private static RunRecord Brief(RunRecord record) => record with
    {
        Samples = [],
        Hubs = [],
        Sensors = [],
        Ladder = [],
        Figures = [],
        Faults = [],
    };

    private void Keep(Scenario scenario, RunFailure failure, string again) =>
        _failures.Add(failure with
        {
            Sensor = failure.Sensor.Length == 0
                ? scenario.Name
                : $"{scenario.Name}, {failure.Sensor}",
            Text = $"{failure.Text} ({again})",
        });

    private void TellFailure(Scenario scenario, RunRecord record, string again)
    {
        if (!isJson)
        {
            terminal.Output.WriteLine(
                $"FAILED {scenario.Name}: {RunText.Describe(record.Failures[0])}");
            terminal.Output.WriteLine($"  again: {again}");
        }
    }

    private void TellShrunk(Shrunk shrunk)
    {
        // What there was no time to shrink has to have its seed in it too.
        Scenario scenario = shrunk.Scenario with { Seed = shrunk.Record.Seed };
        string? path = folder?.WriteScenario(
            $"{scenario.Name}{ShippedScenarios.Extension}", scenario);
        if (path is not null)
        {
            folder?.WritePage($"{scenario.Name}.html", shrunk.Record with
            {
                Name = scenario.Name,
                About = scenario.About,
                Command = RepeatCommand.OfFile(path),
            });
        }

        if (isJson)
        {
            BatchJson.WriteShrunk(terminal.Output, shrunk with { Scenario = scenario }, path);
            return;
        }

        string end = shrunk.IsCutShort ? ", until it was interrupted" : "";
        string how = shrunk.IsCutShort && shrunk.RunCount == 0
            ? "  not shrunk, for it was interrupted"
            : string.Create(
                CultureInfo.InvariantCulture, $"  shrunk in {shrunk.RunCount} runs{end}");
        terminal.Output.WriteLine(path is not null
            ? $"{how}: {RepeatCommand.OfFile(path)}"
            : $"{how} (--out DIR keeps it):");
        if (path is null)
        {
            using StringReader lines = new(ScenarioWriter.Write(scenario));
            while (lines.ReadLine() is { } line)
            {
                terminal.Output.WriteLine($"    {line}");
            }
        }
    }

    private RunRecord Record(Verdict verdict) => new()
    {
        Name = name,
        Seed = seed,
        Command = command,
        Verdict = verdict,
        NowUs = VirtualUs,
        PlannedUs = VirtualUs,
        RealMs = _stopwatch.ElapsedMilliseconds,
        Checks = Checks.All,
        Failures = [.. _failures],
    };
}
