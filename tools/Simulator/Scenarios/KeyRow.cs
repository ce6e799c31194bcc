// One key of a scenario file: what it takes, in which range, and what it means.

using System.Collections.Generic;
using System.Globalization;

namespace Simulator.Scenarios;

/// <summary>What kind of value a key takes.</summary>
public enum ValueForm
{
    /// <summary>A name: letters, digits and hyphens.</summary>
    Name,

    /// <summary>One line of text.</summary>
    Line,

    /// <summary>A seed: 64 bits.</summary>
    Seed,

    /// <summary>A duration; minimum and maximum are in milliseconds.</summary>
    Duration,

    /// <summary>What a 32-bit clock shows.</summary>
    Clock,

    /// <summary>A whole number.</summary>
    Count,

    /// <summary>A share; minimum and maximum are in parts of a million.</summary>
    Share,

    /// <summary>One of a few words.</summary>
    Word,

    /// <summary>The name of a sensor, a hub or a group of them.</summary>
    Reference,

    /// <summary>A name of <see cref="nanoPptp.Diagnostics.Reason"/>.</summary>
    Reason,

    /// <summary>A list of entries with keys of their own.</summary>
    List,
}

/// <summary>A key of a scenario file.</summary>
/// <param name="Name">The key.</param>
/// <param name="Form">What it takes.</param>
/// <param name="Default">What holds without the key, as text.</param>
/// <param name="Meaning">What it means, in one line.</param>
public sealed record KeyRow(string Name, ValueForm Form, string Default, string Meaning)
{
    /// <summary>Least value, for forms that have a range.</summary>
    public long Minimum { get; init; }

    /// <summary>Greatest value, for forms that have a range.</summary>
    public long Maximum { get; init; }

    /// <summary>The words, for <see cref="ValueForm.Word"/>.</summary>
    public IReadOnlyList<string> Words { get; init; } = [];

    /// <summary>The values that the key takes, in words.</summary>
    public string Range => Form switch
    {
        ValueForm.Name => $"letters, digits, hyphens; 1 to {Naming.MaximumLength}",
        ValueForm.Line => $"one line, up to {Maximum} characters",
        ValueForm.Seed => $"0 to {ulong.MaxValue}",
        ValueForm.Duration => $"{Durations.ToText(Minimum)} to {Durations.ToText(Maximum)}",
        ValueForm.Clock => ClockText.Forms,
        ValueForm.Count => string.Create(
            CultureInfo.InvariantCulture, $"{Minimum} to {Maximum}"),
        ValueForm.Share => $"{Shares.ToText((int)Minimum)} to {Shares.ToText((int)Maximum)}",
        ValueForm.Word => string.Join(" or ", Words),
        ValueForm.Reference => "a name, or that of a group",
        ValueForm.Reason => "a name of `Reason` in `lib/nanoPptp/Diagnostics`",
        _ => "a list",
    };
}
