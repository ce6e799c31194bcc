// The verb "netcheck": the way to a hub, step by step, and a verdict.

using System;
using System.Collections.Generic;
using System.Collections.Immutable;
using System.CommandLine;
using System.Diagnostics;
using System.Net;
using System.Runtime.InteropServices;
using nanoPptp.Client;
using nanoPptp.Tool.Connect;

namespace nanoPptp.Tool.Netcheck;

/// <summary>Checks the way to a hub.</summary>
internal static class NetcheckCommand
{
    /// <summary>Makes the verb.</summary>
    public static Command Create(Terminal terminal)
    {
        Command command = new(
            "netcheck",
            "Check the way to a PPTP hub, step by step, and say what is wrong with it.");
        ConnectArguments arguments = new();
        arguments.AddCheckTo(command);
        command.SetAction(parsed => (int)Run(arguments, parsed, terminal));
        return command;
    }

    /// <summary>Checks and tells; for the verb and for tests.</summary>
    /// <param name="options">Which hub, and who logs in.</param>
    /// <param name="hasUser">Whether there is somebody to log in.</param>
    /// <param name="limit">How long all may take.</param>
    /// <param name="presenter">Who is told.</param>
    /// <param name="interruption">Ctrl-C.</param>
    public static ExitCode Run(
        ConnectOptions options,
        bool hasUser,
        TimeSpan limit,
        ICheckPresenter presenter,
        Interruption interruption)
    {
        string step = "name";
        try
        {
            if (!OperatingSystem.IsLinux())
            {
                throw ToolFailureException.NotLinux("netcheck");
            }

            if (Resolve(options, presenter, interruption) is not { } address)
            {
                throw new ToolFailureException(
                    ExitCode.Interrupted,
                    ConnectFailures.Interrupted(Stage.Tcp, interruption.Count));
            }

            step = "socket";
            Check check = new(hasUser, limit, presenter);
            using ConnectRun run = new(
                options with { Hub = address.ToString() },
                check,
                interruption,
                check.MakeWork);
            RunEnd end = run.Run();
            return (check.Verdict ?? end).ExitCode;
        }
        catch (ToolFailureException failure)
        {
            string code = failure.Explanation.Code;
            presenter.Step(new CheckStep(
                step, StepResult.Failed, code, null, [("code", code)]));
            presenter.Verdict(new RunEnd(
                failure.ExitCode,
                failure.Explanation,
                ImmutableDictionary<string, long>.Empty));
            return failure.ExitCode;
        }
        finally
        {
            options.Settings.Wipe();
        }
    }

    private static ExitCode Run(
        ConnectArguments arguments, ParseResult parsed, Terminal terminal)
    {
        IReadOnlyList<string> complaints = arguments.Check(parsed);
        if (complaints.Count > 0)
        {
            return terminal.RefuseUsage(complaints, parsed.CommandResult.Command.Name);
        }

        using ICheckPresenter presenter = arguments.WantsJson(parsed)
            ? new CheckJsonPresenter(terminal.Output)
            : new CheckTextPresenter(terminal.Output);
        ConnectOptions options;
        try
        {
            options = arguments.Read(parsed, new InputFiles(terminal));
        }
        catch (ToolFailureException failure)
        {
            presenter.Verdict(new RunEnd(
                failure.ExitCode,
                failure.Explanation,
                ImmutableDictionary<string, long>.Empty));
            return failure.ExitCode;
        }

        foreach (string warning in EncryptionWords.WarningsOf(options.Settings))
        {
            terminal.Error.WriteLine($"nanopptp: warning: {warning}");
        }

        using Interruption interruption = new(
            PosixSignal.SIGINT, PosixSignal.SIGTERM, PosixSignal.SIGHUP);
        return Run(
            options,
            arguments.HasUser(parsed),
            arguments.TimeoutOf(parsed),
            presenter,
            interruption);
    }

    private static IPAddress? Resolve(
        ConnectOptions options, ICheckPresenter presenter, Interruption interruption)
    {
        long begin = Stopwatch.GetTimestamp();
        IPAddress? address = HubLookup.Resolve(options.Hub, interruption.Token);
        if (address is not null)
        {
            bool isName = address.ToString() != options.Hub;
            presenter.Step(new CheckStep(
                "name",
                StepResult.Ok,
                isName ? $"{options.Hub} is {address}" : $"{address} is an address",
                isName ? Stopwatch.GetElapsedTime(begin).TotalMilliseconds : null,
                [("address", address)]));
        }

        return address;
    }
}
