// One line of a check.

using System.Collections.Generic;

namespace nanoPptp.Tool.Netcheck;

/// <summary>How a step went.</summary>
internal enum StepResult
{
    /// <summary>It is as it should be.</summary>
    Ok,

    /// <summary>It is not.</summary>
    Failed,

    /// <summary>It was not tried, or there is nothing to be known.</summary>
    Unknown,
}

/// <summary>One step of a check.</summary>
/// <param name="Name">Its name for scripts; never changes.</param>
/// <param name="Result">How it went.</param>
/// <param name="Text">What was seen, for people.</param>
/// <param name="TookMs">How long it took, milliseconds; null when that says nothing.</param>
/// <param name="Facts">What was seen, for scripts: texts and whole numbers.</param>
internal sealed record CheckStep(
    string Name,
    StepResult Result,
    string Text,
    double? TookMs,
    IReadOnlyList<(string Name, object Value)> Facts);
