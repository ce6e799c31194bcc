// What is known of a run, finished or not, as plain values: every report is made from this and nothing
// else, so that the page on disk, the live page, JSON Lines and JUnit cannot disagree.

using System.Collections.Generic;
using Simulator.World;

namespace Simulator.Reports;

/// <summary>How a run ended.</summary>
public enum Verdict
{
    /// <summary>It is still running.</summary>
    Running,

    /// <summary>All checks held and all expectations were met.</summary>
    Passed,

    /// <summary>A check failed or an expectation was not met.</summary>
    Failed,
}

/// <summary>A run. Never changed once it is made. Times are in microseconds of virtual time since the
/// beginning of the run, but for <see cref="RealMs"/>.</summary>
public sealed record RunRecord
{
    /// <summary>The scenario's name.</summary>
    public string Name { get; init; } = "";

    /// <summary>What the scenario shows.</summary>
    public string About { get; init; } = "";

    /// <summary>The seed.</summary>
    public ulong Seed { get; init; }

    /// <summary>The command that repeats the run; empty when there is none.</summary>
    public string Command { get; init; } = "";

    /// <summary>How it ended.</summary>
    public Verdict Verdict { get; init; }

    /// <summary>SHA-256 of the trace in hexadecimal; empty while it is running.</summary>
    public string TraceHash { get; init; } = "";

    /// <summary>Events in the trace so far.</summary>
    public long TraceEventCount { get; init; }

    /// <summary>The present, or the end.</summary>
    public long NowUs { get; init; }

    /// <summary>When the run is planned to end.</summary>
    public long PlannedUs { get; init; }

    /// <summary>Real time it took, in milliseconds: the only thing here that two runs of the same seed
    /// do not share.</summary>
    public long RealMs { get; init; }

    /// <summary>The names of the checks that the run is held against, whether they fail or not.
    /// </summary>
    public IReadOnlyList<string> Checks { get; init; } = [];

    /// <summary>What went wrong with the product; empty when it passed.</summary>
    public IReadOnlyList<RunFailure> Failures { get; init; } = [];

    /// <summary>What was expected, and what became of it.</summary>
    public IReadOnlyList<ExpectationRecord> Expectations { get; init; } = [];

    /// <summary>What was made to go wrong, in the order of time.</summary>
    public IReadOnlyList<FaultRecord> Faults { get; init; } = [];

    /// <summary>The fleet over time, at most about a thousand samples at even distances.</summary>
    public IReadOnlyList<FleetSample> Samples { get; init; } = [];

    /// <summary>The hubs, in the sensors' order.</summary>
    public IReadOnlyList<HubRecord> Hubs { get; init; } = [];

    /// <summary>The sensors; of a large fleet the first thousand.</summary>
    public IReadOnlyList<SensorRecord> Sensors { get; init; } = [];

    /// <summary>How many sensors there are in all.</summary>
    public int SensorCount { get; init; }

    /// <summary>The conversation of one sensor: its name.</summary>
    public string LadderSensor { get; init; } = "";

    /// <summary>The conversation of that sensor: of a long run the first and the last few hundred
    /// lines.</summary>
    public IReadOnlyList<LadderLine> Ladder { get; init; } = [];

    /// <summary>Figures of the whole run, such as the peak of dials a second.</summary>
    public IReadOnlyList<Figure> Figures { get; init; } = [];
}

/// <summary>A check that failed.</summary>
/// <param name="Check">The check's name, such as <c>no-duplicates</c>.</param>
/// <param name="AtUs">When.</param>
/// <param name="Sensor">Whose; empty when it is about the whole run.</param>
/// <param name="Text">What was seen and what was demanded, in one sentence.</param>
public sealed record RunFailure(string Check, long AtUs, string Sensor, string Text);

/// <summary>An expectation.</summary>
/// <param name="Text">What was expected, in one sentence.</param>
/// <param name="MetAtUs">When it was met; null when it was not (yet).</param>
/// <param name="IsOver">Whether it cannot change any more.</param>
public sealed record ExpectationRecord(string Text, long? MetAtUs, bool IsOver);

/// <summary>A fault on the axis of time.</summary>
/// <param name="Kind">The fault's name as in scenario files.</param>
/// <param name="Text">With its parameters, in a few words.</param>
/// <param name="FromUs">From when.</param>
/// <param name="UntilUs">Until when; equal to <paramref name="FromUs"/> for what happens in a moment.
/// </param>
public sealed record FaultRecord(string Kind, string Text, long FromUs, long UntilUs);

/// <summary>The fleet at a moment; counts since the sample before where it says so.</summary>
/// <param name="AtUs">When.</param>
/// <param name="UpCount">Sensors whose tunnel is up.</param>
/// <param name="DialCount">Dials since the sample before.</param>
/// <param name="SentCount">Readings sent since the sample before.</param>
/// <param name="DeliveredCount">Readings that reached a hub since the sample before.</param>
/// <param name="InFlightCount">Readings sent and neither delivered nor given up.</param>
/// <param name="MedianDelayUs">Median delay of those delivered since the sample before; 0 when none.
/// </param>
/// <param name="LongestDelayUs">The longest of them.</param>
public readonly record struct FleetSample(
    long AtUs,
    int UpCount,
    int DialCount,
    int SentCount,
    int DeliveredCount,
    int InFlightCount,
    long MedianDelayUs,
    long LongestDelayUs);

/// <summary>A hub.</summary>
/// <param name="Name">Its name.</param>
/// <param name="SessionCount">Sessions that are up.</param>
/// <param name="DialCount">TCP connections it was asked for.</param>
/// <param name="PeakDialsPerSecond">Most of them within one second.</param>
/// <param name="DialsPerSecondLimit">What it is good for; 0 when nothing was said.</param>
public sealed record HubRecord(
    string Name, int SessionCount, long DialCount, int PeakDialsPerSecond, int DialsPerSecondLimit);

/// <summary>A sensor.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Stage">How far its tunnel is, in the library's word.</param>
/// <param name="Hub">The hub it dialled last; empty before the first dial.</param>
/// <param name="Address">Its address in the tunnel, in dots; empty when it has none.</param>
/// <param name="Diagnosis">Why its last tunnel ended, in the library's word; empty when none did.</param>
/// <param name="DialCount">Dials so far.</param>
/// <param name="UpCount">How often its tunnel came up.</param>
/// <param name="SentCount">Readings sent.</param>
/// <param name="DeliveredCount">Readings that reached a hub.</param>
/// <param name="UpShare">Share of the time that its tunnel was up, in parts of a million.</param>
public sealed record SensorRecord(
    string Name,
    string Stage,
    string Hub,
    string Address,
    string Diagnosis,
    int DialCount,
    int UpCount,
    long SentCount,
    long DeliveredCount,
    int UpShare);

/// <summary>A line of a conversation.</summary>
/// <param name="AtUs">When it was sent.</param>
/// <param name="Direction">Which way; null for a remark about one side.</param>
/// <param name="Text">What, in words.</param>
/// <param name="Fate">What the weather did to it, such as "lost" or "twice"; empty when nothing.
/// Several are separated by commas. <see cref="LadderDiagram"/> knows those with which nothing arrives.
/// </param>
public sealed record LadderLine(long AtUs, Direction? Direction, string Text, string Fate);

/// <summary>A figure of the run.</summary>
/// <param name="Name">What, in a few words.</param>
/// <param name="Value">The number, as text.</param>
/// <param name="Unit">Its unit; empty when it is a count.</param>
public sealed record Figure(string Name, string Value, string Unit);
