// What ends a run before or beside the tunnel's own reasons: a wrong file, no permission, a message
// that does not fit. The text never holds a secret.

using System;
using System.IO;

namespace nanoPptp.Tool;

/// <summary>Ends the run with an exit code and an explanation.</summary>
/// <param name="exitCode">What the process ends with.</param>
/// <param name="explanation">What to tell.</param>
internal sealed class ToolFailureException(ExitCode exitCode, Explanation explanation)
    : Exception(explanation.Sentence)
{
    /// <summary>The program file that capabilities are given to.</summary>
    public static string ProgramPath { get; } = Path.Combine(
        AppContext.BaseDirectory, typeof(ToolFailureException).Assembly.GetName().Name!);

    /// <summary>What the process ends with.</summary>
    public ExitCode ExitCode { get; } = exitCode;

    /// <summary>What to tell.</summary>
    public Explanation Explanation { get; } = explanation;

    /// <summary>A file that cannot be read or written, or does not hold what it should.</summary>
    public static ToolFailureException OfFile(string what, string path, string why)
    {
        string name = path == "-" ? "standard input" : ScreenText.Escape(path);
        return new ToolFailureException(
            ExitCode.FileUnreadable,
            new Explanation("file-unreadable", $"The {what} ({name}) {why}", "", ""));
    }

    /// <summary>A verb that other systems cannot run.</summary>
    public static ToolFailureException NotLinux(string verb)
    {
        return new ToolFailureException(
            ExitCode.NoPermission,
            new Explanation(
                "not-linux",
                $"\"{verb}\" runs on Linux only: other systems do not let a program send and"
                + " receive GRE as it must.",
                "",
                "Run it on Linux, in a virtual machine for example."));
    }

    /// <summary>This process may not open a raw socket.</summary>
    /// <param name="nextStep">How it may; <see cref="ProgramPath"/> helps to say it.</param>
    public static ToolFailureException NoRawSocket(string nextStep)
    {
        return new ToolFailureException(
            ExitCode.NoPermission,
            new Explanation(
                "no-permission",
                "GRE (IP protocol 47) needs a raw socket, and this process may not open one.",
                "Linux lets only root and processes with CAP_NET_RAW do so.",
                nextStep));
    }
}
