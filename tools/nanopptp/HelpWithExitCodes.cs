// The help text of every command, with the exit codes below it.

using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;
using System.IO;

namespace nanoPptp.Tool;

/// <summary>Prints the ordinary help and then the exit codes.</summary>
/// <param name="help">What prints the ordinary help.</param>
internal sealed class HelpWithExitCodes(HelpAction help) : SynchronousCommandLineAction
{
    public override bool ClearsParseErrors => true;

    public override int Invoke(ParseResult parseResult)
    {
        int result = help.Invoke(parseResult);
        TextWriter output = parseResult.InvocationConfiguration.Output;
        output.WriteLine("Exit codes:");
        foreach ((ExitCode code, string meaning) in ExitCodes.Meanings)
        {
            output.WriteLine($"  {(int)code,3}  {meaning}");
        }

        return result;
    }
}
