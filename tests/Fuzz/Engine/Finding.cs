// What was found: which target, which input, what broke, and where it came from.

using System;
using System.Diagnostics;
using System.Globalization;

namespace nanoPptp.Fuzz.Engine;

/// <summary>An input that breaks a promise.</summary>
internal sealed record Finding
{
    internal required string Target { get; init; }

    internal required byte[] Input { get; init; }

    /// <summary>What broke, so that two inputs can be compared: a promise, or an exception and
    /// where it was thrown.</summary>
    internal required string Kind { get; init; }

    /// <summary>What broke, in a sentence.</summary>
    internal required string Message { get; init; }

    internal ulong Seed { get; init; }

    internal int Job { get; init; }

    internal long Number { get; init; }

    /// <summary>The length before it was minimised.</summary>
    internal int FoundLength { get; init; }

    internal string Origin => string.Create(
        CultureInfo.InvariantCulture, $"seed {Seed}, job {Job}, input {Number}");

    /// <summary>Gives the kind of what a target threw.</summary>
    internal static string KindOf(Exception exception)
    {
        if (exception is OracleException oracle)
        {
            return oracle.Kind;
        }

        // The method that threw, or the first one below it that is not .NET's own.
        foreach (StackFrame frame in new StackTrace(exception).GetFrames())
        {
            string? type = frame.GetMethod()?.DeclaringType?.FullName;
            if (type != null
                && !type.StartsWith("System.", StringComparison.Ordinal)
                && !type.StartsWith("Internal.", StringComparison.Ordinal))
            {
                return $"{exception.GetType().Name} in {type}.{frame.GetMethod()!.Name}";
            }
        }

        return exception.GetType().Name;
    }
}
