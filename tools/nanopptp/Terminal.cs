// Where the tool reads and writes: the process's own streams, or those of a test.

using System;
using System.Collections.Generic;
using System.Globalization;
using System.IO;
using nanoPptp.Tool.Streams;

namespace nanoPptp.Tool;

/// <summary>Input, output and messages of one run of the tool.</summary>
internal sealed class Terminal
{
    /// <summary>Results: lines for people, or JSON Lines. What cannot be written is an
    /// <see cref="OutputLostException"/>.</summary>
    public required TextWriter Output
    {
        get;
        init => field = GuardedWriter.Strict(value);
    }

    /// <summary>Failures and warnings; what cannot be written is passed over.</summary>
    public required TextWriter Error
    {
        get;
        init => field = GuardedWriter.Quiet(value);
    }

    /// <summary>What the file name "-" reads.</summary>
    public required Func<Stream> OpenInput { get; init; }

    /// <summary>Whether <see cref="Output"/> is a screen whose last line may be written over.
    /// </summary>
    public bool IsLive { get; init; }

    /// <summary>Columns of the screen; null to ask the system.</summary>
    public int? Columns { get; init; }

    /// <summary>The streams of this process.</summary>
    public static Terminal OfProcess()
    {
        bool plain = Console.IsOutputRedirected
            || !string.IsNullOrEmpty(Environment.GetEnvironmentVariable("NO_COLOR"))
            || Environment.GetEnvironmentVariable("TERM") is null or "" or "dumb";
        return new Terminal
        {
            Output = OperatingSystem.IsLinux() ? StandardOutput.OpenText() : Console.Out,
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

    /// <summary>Says why a run ended that did not end well.</summary>
    /// <param name="code">What the process ends with.</param>
    /// <param name="why">Why.</param>
    public void Explain(ExitCode code, Explanation why)
    {
        Error.WriteLine($"nanopptp: {why.Sentence}");
        if (why.Cause.Length > 0)
        {
            Error.WriteLine($"  Likely cause: {why.Cause}");
        }

        if (why.NextStep.Length > 0)
        {
            Error.WriteLine($"  Next step: {why.NextStep}");
        }

        Error.WriteLine(string.Create(
            CultureInfo.InvariantCulture, $"  Exit code {(int)code} ({why.Code})"));
    }
}
