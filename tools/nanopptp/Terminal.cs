// Where the tool reads and writes: the process's own streams, or those of a test.

using System;
using System.Collections.Generic;
using System.IO;

namespace nanoPptp.Tool;

/// <summary>Input, output and messages of one run of the tool.</summary>
internal sealed class Terminal
{
    /// <summary>Results: lines for people, or JSON Lines.</summary>
    public required TextWriter Output { get; init; }

    /// <summary>Failures and warnings.</summary>
    public required TextWriter Error { get; init; }

    /// <summary>What the file name "-" reads.</summary>
    public required Func<Stream> OpenInput { get; init; }

    /// <summary>Whether <see cref="Output"/> is a screen whose last line may be written over.
    /// </summary>
    public bool IsLive { get; init; }

    /// <summary>The streams of this process.</summary>
    public static Terminal OfProcess()
    {
        bool plain = Console.IsOutputRedirected
            || !string.IsNullOrEmpty(Environment.GetEnvironmentVariable("NO_COLOR"))
            || Environment.GetEnvironmentVariable("TERM") is null or "" or "dumb";
        return new Terminal
        {
            Output = Console.Out,
            Error = Console.Error,
            OpenInput = Console.OpenStandardInput,
            IsLive = !plain,
        };
    }

    /// <summary>Says what is wrong with a command line.</summary>
    /// <param name="complaints">One sentence for each thing that is wrong.</param>
    /// <param name="verb">Whose help tells more; empty for the tool's.</param>
    public ExitCode RefuseUsage(IEnumerable<string> complaints, string verb)
    {
        foreach (string complaint in complaints)
        {
            Error.WriteLine($"nanopptp: {complaint}");
        }

        Error.WriteLine(verb.Length == 0 ? "Try: nanopptp --help" : $"Try: nanopptp {verb} --help");
        return ExitCode.Usage;
    }
}
