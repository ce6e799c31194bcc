// How a run ends, for whoever shows it.

using System.Collections.Generic;
using nanoPptp.Tool.Telemetry;

namespace nanoPptp.Tool;

/// <summary>Why something ended, for people and for scripts.</summary>
/// <param name="Code">A name in kebab case that never changes its meaning.</param>
/// <param name="Sentence">What happened.</param>
/// <param name="Cause">What most likely lies behind it; empty when the sentence says it.</param>
/// <param name="NextStep">What to do now; empty when there is nothing to do.</param>
internal sealed record Explanation(string Code, string Sentence, string Cause, string NextStep)
{
    /// <summary>The number that the hub gave, such as 691; 0 when it gave none.</summary>
    public int Error { get; init; }

    /// <summary>The name of that number; empty when it has none.</summary>
    public string ErrorName { get; init; } = "";
}

/// <summary>How a run ended.</summary>
/// <param name="ExitCode">What the process ends with.</param>
/// <param name="Explanation">Why, for people and scripts.</param>
/// <param name="Counters">Everything that was counted and is not zero.</param>
internal sealed record RunEnd(
    ExitCode ExitCode, Explanation Explanation, IReadOnlyDictionary<string, long> Counters)
{
    /// <summary>What became of readings; null when there were none to deliver.</summary>
    public DeliverySummary? Delivery { get; init; }
}
