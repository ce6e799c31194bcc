// The help of "simulate": the ordinary one, what its exit codes mean, and examples.

using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;
using System.IO;

namespace nanoPptp.Tool.Simulate;

/// <summary>Prints the help.</summary>
/// <param name="help">What prints the ordinary one.</param>
internal sealed class SimulateHelp(HelpAction help) : SynchronousCommandLineAction
{
    public override bool ClearsParseErrors => true;

    /// <summary>What people do with it.</summary>
    public static string[][] Examples { get; } =
    [
        ["nanopptp simulate", "one conversation, message by message"],
        ["nanopptp simulate --scenario hub-killed --ladder", "a scenario that comes with the tool"],
        [
            "nanopptp simulate --scenario bad-weather --out reports",
            "in CI: junit.xml, report.html, exit code 20 when it fails",
        ],
        [
            "nanopptp simulate --sensors 50 --hubs 2 --loss 5% --jitter 20ms --for 10m --web 8080",
            "weather by options, and a page to watch",
        ],
        [
            "nanopptp simulate --seeds 1- --stop-after 8h --out night",
            "a night of drawn worlds; what fails is shrunk into the folder",
        ],
        ["nanopptp simulate --scenario storm --web", "ten thousand sensors"],
    ];

    private static (ExitCode Code, string Meaning)[] Meanings { get; } =
    [
        (ExitCode.Ok, "passed"),
        (ExitCode.InternalError, "internal error: a defect of this program"),
        (ExitCode.Usage, "the command line is wrong"),
        (ExitCode.FileUnreadable, "a file cannot be read or written, or its content is wrong"),
        (ExitCode.CannotListen, "the live page cannot be served at that address"),
        (ExitCode.SimulationFailed, "failed: a check, or what the scenario expects"),
        (ExitCode.Interrupted, "interrupted before it was over, and nothing had failed"),
    ];

    public override int Invoke(ParseResult parseResult)
    {
        int result = help.Invoke(parseResult);
        TextWriter output = parseResult.InvocationConfiguration.Output;
        output.WriteLine("Exit codes:");
        foreach ((ExitCode code, string meaning) in Meanings)
        {
            output.WriteLine($"  {(int)code,3}  {meaning}");
        }

        output.WriteLine();
        output.WriteLine("Examples:");
        foreach (string[] example in Examples)
        {
            output.WriteLine($"  {example[0]}");
            output.WriteLine($"      {example[1]}");
        }

        return result;
    }
}
