// The verb "connect": from its options to a session, and from that to an exit code.

using System;
using System.Collections.Generic;
using System.Collections.Immutable;
using System.CommandLine;
using System.Runtime.InteropServices;
using System.Runtime.Versioning;
using nanoPptp.Tool.Telemetry;

namespace nanoPptp.Tool.Connect;

/// <summary>Connects to a hub as a sensor does, from this machine.</summary>
internal static class ConnectCommand
{
    /// <summary>Makes the verb.</summary>
    public static Command Create(Terminal terminal)
    {
        Command command = new("connect", "Connect to a PPTP hub and show each stage.");
        ConnectArguments arguments = new();
        arguments.AddTo(command);
        command.SetAction(parsed => (int)Run(arguments, parsed, terminal));
        return command;
    }

    /// <summary>Connects and tells how it ended; for the verb and for tests.</summary>
    /// <param name="options">What to do.</param>
    /// <param name="presenter">Who is told.</param>
    /// <param name="interruption">Ctrl-C.</param>
    public static ExitCode Run(
        ConnectOptions options, IPresenter presenter, Interruption interruption)
    {
        try
        {
            if (!OperatingSystem.IsLinux())
            {
                throw ToolFailureException.NotLinux("connect");
            }

            using ConnectRun run = new(options, presenter, interruption, WorkOf(options));
            return run.Run().ExitCode;
        }
        catch (ToolFailureException failure)
        {
            return Fail(failure, presenter);
        }
        finally
        {
            options.Settings.Wipe();
        }
    }

    [SupportedOSPlatform("linux")]
    private static WorkFactory? WorkOf(ConnectOptions options)
    {
        return options.Telemetry is not { } telemetry
            ? null
            : (client, endpoint, redialer, audience) => new TelemetryWork(
                telemetry,
                options.Duration,
                client,
                endpoint,
                redialer,
                audience,
                ConnectRun.NowMs);
    }

    private static ExitCode Fail(ToolFailureException failure, IPresenter presenter)
    {
        RunEnd end = new(
            failure.ExitCode,
            failure.Explanation,
            ImmutableDictionary<string, long>.Empty);
        presenter.Ended(end, null);
        return end.ExitCode;
    }

    private static ExitCode Run(
        ConnectArguments arguments, ParseResult parsed, Terminal terminal)
    {
        IReadOnlyList<string> complaints = arguments.Check(parsed);
        if (complaints.Count > 0)
        {
            return terminal.RefuseUsage(complaints, parsed.CommandResult.Command.Name);
        }

        using IPresenter presenter = arguments.WantsJson(parsed)
            ? new JsonPresenter(terminal.Output)
            : new TextPresenter(terminal);
        ConnectOptions options;
        try
        {
            options = arguments.Read(parsed, new InputFiles(terminal));
        }
        catch (ToolFailureException failure)
        {
            return Fail(failure, presenter);
        }

        foreach (string warning in EncryptionWords.WarningsOf(options.Settings))
        {
            terminal.Error.WriteLine($"nanopptp: warning: {warning}");
        }

        using Interruption interruption = new(
            PosixSignal.SIGINT, PosixSignal.SIGTERM, PosixSignal.SIGHUP);
        return Run(options, presenter, interruption);
    }
}
