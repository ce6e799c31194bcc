// The command line "nanopptp": one verb for each thing that a person runs on a PC.

using System;
using System.CommandLine;
using System.CommandLine.Help;
using nanoPptp.Tool.Connect;
using nanoPptp.Tool.Footprint;
using nanoPptp.Tool.Hub;
using nanoPptp.Tool.Netcheck;
using nanoPptp.Tool.Simulate;
using nanoPptp.Tool.Streams;

namespace nanoPptp.Tool;

/// <summary>The root command and the way out.</summary>
internal static class Program
{
    private static int Main(string[] arguments)
    {
        return (int)Run(arguments, Terminal.OfProcess());
    }

    /// <summary>Runs one command line.</summary>
    /// <param name="arguments">The command line without the program's name.</param>
    /// <param name="terminal">Where it reads and writes.</param>
    /// <returns>What the process ends with.</returns>
    internal static ExitCode Run(string[] arguments, Terminal terminal)
    {
        // An argument that begins with @ is a message or a name, not a file with more arguments.
        ParserConfiguration parsing = new() { ResponseFileTokenReplacer = null };
        InvocationConfiguration running = new()
        {
            Output = terminal.Output,
            Error = terminal.Error,
            EnableDefaultExceptionHandler = false,
            ProcessTerminationTimeout = null,
        };
        try
        {
            ParseResult parsed = BuildRoot(terminal).Parse(arguments, parsing);
            return parsed.Errors.Count > 0
                ? RefuseUsage(parsed, terminal)
                : (ExitCode)parsed.Invoke(running);
        }
        catch (OutputLostException lost)
        {
            terminal.Error.WriteLine($"nanopptp: {lost.Message}");
            return ExitCode.FileUnreadable;
        }
#pragma warning disable CA1031 // The last line of defence: whatever it is becomes an exit code.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            terminal.Error.WriteLine(
                $"nanopptp: internal error: {exception.GetType().Name}: {exception.Message}");
            terminal.Error.WriteLine(exception.StackTrace);
            return ExitCode.InternalError;
        }
    }

    private static Command BuildRoot(Terminal terminal)
    {
        HelpOption help = new();
        help.Action = new HelpWithExitCodes((HelpAction)help.Action!);
        return new Command("nanopptp", "PPTP tunnels for sensors: connect and see what happens.")
        {
            ConnectCommand.Create(terminal),
            NetcheckCommand.Create(terminal),
            HubCommand.Create(terminal),
            SimulateCommand.Create(terminal),
            FootprintCommand.Create(terminal),
            help,
            new VersionOption(),
        };
    }

    private static ExitCode RefuseUsage(ParseResult parsed, Terminal terminal)
    {
        Command asked = parsed.CommandResult.Command;
        bool isVerb = asked != parsed.RootCommandResult.Command;
        return terminal.RefuseUsage(UsageErrors.Of(parsed), isVerb ? asked.Name : "");
    }
}
