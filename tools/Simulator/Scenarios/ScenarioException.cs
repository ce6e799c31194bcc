// What is wrong with a scenario file: all of it at once, each with its place.

using System;
using System.Collections.Generic;
using System.Linq;

namespace Simulator.Scenarios;

/// <summary>One thing that is wrong with a scenario.</summary>
/// <param name="File">The file's name as it was given.</param>
/// <param name="Line">Line, from 1.</param>
/// <param name="Column">Column, from 1.</param>
/// <param name="Text">What, and what was meant. It may quote the file, made printable.</param>
public sealed record ScenarioError(string File, int Line, int Column, string Text)
{
    /// <summary>As compilers say it: file:line:column: text.</summary>
    public override string ToString() => $"{File}:{Line}:{Column}: {Text}";
}

/// <summary>A scenario cannot be read.</summary>
public sealed class ScenarioException : Exception
{
    private const int MostInMessage = 20;

    /// <summary>Makes an exception without errors.</summary>
    public ScenarioException()
        : this([])
    {
    }

    /// <summary>Makes an exception without errors.</summary>
    public ScenarioException(string message)
        : base(message)
    {
        Errors = [];
    }

    /// <summary>Makes an exception without errors.</summary>
    public ScenarioException(string message, Exception innerException)
        : base(message, innerException)
    {
        Errors = [];
    }

    /// <summary>Makes an exception that tells errors.</summary>
    /// <param name="errors">The errors, in the order of the file.</param>
    public ScenarioException(IReadOnlyList<ScenarioError> errors)
        : base(Describe(errors))
    {
        Errors = errors;
    }

    /// <summary>Everything that is wrong, in the order of the file.</summary>
    public IReadOnlyList<ScenarioError> Errors { get; }

    private static string Describe(IReadOnlyList<ScenarioError> errors)
    {
        ArgumentNullException.ThrowIfNull(errors);
        string text = string.Join('\n', errors.Take(MostInMessage));
        int rest = errors.Count - MostInMessage;
        return rest > 0 ? $"{text}\nand {rest} more" : text;
    }
}
