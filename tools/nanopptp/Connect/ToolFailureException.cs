// What ends a run before or beside the tunnel's own reasons: a wrong file, no permission, a message
// that does not fit. The text never holds a secret.

using System;

namespace nanoPptp.Tool.Connect;

/// <summary>Ends the run with an exit code and an explanation.</summary>
/// <param name="exitCode">What the process ends with.</param>
/// <param name="explanation">What to tell.</param>
internal sealed class ToolFailureException(ExitCode exitCode, Explanation explanation)
    : Exception(explanation.Sentence)
{
    /// <summary>What the process ends with.</summary>
    public ExitCode ExitCode { get; } = exitCode;

    /// <summary>What to tell.</summary>
    public Explanation Explanation { get; } = explanation;

    /// <summary>A file that cannot be read or written, or does not hold what it should.</summary>
    public static ToolFailureException OfFile(string what, string path, string why)
    {
        string name = path == "-" ? "standard input" : path;
        return new ToolFailureException(
            ExitCode.FileUnreadable,
            new Explanation("file-unreadable", $"The {what} ({name}) {why}", "", ""));
    }
}
