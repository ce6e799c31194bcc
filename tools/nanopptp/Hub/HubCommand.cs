// The verb "hub": from its options and files to a running hub, and from that to an exit code.

using System;
using System.Collections.Generic;
using System.Collections.Immutable;
using System.CommandLine;
using System.Globalization;
using System.Linq;
using System.Runtime.InteropServices;
using nanoPptp.Tool.Hub.Configuration;

namespace nanoPptp.Tool.Hub;

/// <summary>Runs a PPTP hub for a desk: something for a flashed board to dial.</summary>
internal static class HubCommand
{
    /// <summary>Said at every start.</summary>
    private const string Notice =
        "PPTP is not secure: its passwords can be broken from a capture. This hub is a tool for a"
        + " desk, not for production or the Internet.";

    /// <summary>Makes the verb.</summary>
    public static Command Create(Terminal terminal)
    {
        Command command = new(
            "hub", "Run a PPTP hub on this machine: something for a board on the desk to dial.");
        HubArguments arguments = new();
        arguments.AddTo(command);
        command.SetAction(parsed => (int)Run(arguments, parsed, terminal));
        return command;
    }

    /// <summary>Serves and tells how it ended; for the verb and for tests.</summary>
    /// <param name="plan">What to do.</param>
    /// <param name="presenter">Who is told.</param>
    /// <param name="interruption">Ctrl-C.</param>
    public static ExitCode Run(
        HubPlan plan, IHubPresenter presenter, Interruption interruption)
    {
        try
        {
            if (!OperatingSystem.IsLinux())
            {
                throw ToolFailureException.NotLinux("hub");
            }

            using HubLoop loop = new(plan, presenter, interruption);
            return loop.Run();
        }
        catch (ToolFailureException failure)
        {
            return Fail(failure, presenter);
        }
    }

    private static ExitCode Fail(ToolFailureException failure, IHubPresenter presenter)
    {
        RunEnd end = new(
            failure.ExitCode, failure.Explanation, ImmutableDictionary<string, long>.Empty);
        presenter.Ended(end);
        return end.ExitCode;
    }

    private static ExitCode Run(HubArguments arguments, ParseResult parsed, Terminal terminal)
    {
        IReadOnlyList<string> complaints = arguments.Check(parsed);
        if (complaints.Count > 0)
        {
            return terminal.RefuseUsage(complaints, parsed.CommandResult.Command.Name);
        }

        using IHubPresenter presenter = arguments.WantsJson(parsed)
            ? new HubJsonPresenter(terminal.Output)
            : new HubTextPresenter(terminal);
        ConfigurationReport report = new();
        HubPlan plan = arguments.Read(parsed, new ConfigurationFiles(terminal, report), report);
        Tell(report, terminal);
        if (report.Errors.Count > 0)
        {
            return Fail(Mistakes(report), presenter);
        }

        terminal.Error.WriteLine($"nanopptp: {Notice}");
        using Interruption interruption = new(
            PosixSignal.SIGINT, PosixSignal.SIGTERM, PosixSignal.SIGHUP);
        return Run(plan, presenter, interruption);
    }

    private static ToolFailureException Mistakes(ConfigurationReport report)
    {
        string count = report.Errors.Count == 1
            ? "There is one mistake"
            : string.Create(
                CultureInfo.InvariantCulture, $"There are {report.Errors.Count} mistakes");
        return new ToolFailureException(
            ExitCode.FileUnreadable,
            new Explanation(
                "configuration-wrong", $"{count} in the files: {report.Errors[0]}", "", ""));
    }

    /// <summary>All remarks, on standard error.</summary>
    private static void Tell(ConfigurationReport report, Terminal terminal)
    {
        foreach (Remark error in report.Errors)
        {
            terminal.Error.WriteLine($"nanopptp: {ScreenText.Escape(error.ToString())}");
        }

        foreach (Remark warning in report.Warnings)
        {
            terminal.Error.WriteLine(
                $"nanopptp: warning: {ScreenText.Escape(warning.ToString())}");
        }

        foreach (IGrouping<string, Remark> file in report.Idle.GroupBy(remark => remark.Path))
        {
            string names = string.Join(
                ", ",
                file.Select(remark => string.Create(
                    CultureInfo.InvariantCulture, $"{remark.Text} (line {remark.Line})")));
            terminal.Error.WriteLine(
                $"nanopptp: {ScreenText.Escape($"{file.Key}: without meaning here: {names}")}");
        }
    }
}
