// The verb "connect": from its options to a session, and from that to an exit code.

using System;
using System.Collections.Generic;
using System.Collections.Immutable;
using System.CommandLine;
using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using System.Threading;
using System.Threading.Tasks;
using nanoPptp.Client;

namespace nanoPptp.Tool.Connect;

/// <summary>Connects to a hub as a sensor does, from this machine.</summary>
internal static class ConnectCommand
{
    private const int ResolveMs = 10000;

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

            IPAddress? address = Resolve(options.Hub, interruption.Token);
            if (address is null)
            {
                throw new ToolFailureException(
                    ExitCode.Interrupted,
                    ConnectFailures.Interrupted(Stage.Tcp, interruption.Count));
            }

            using ConnectSession session = new(options, address, presenter, interruption);
            return session.Run().ExitCode;
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

    private static IPAddress? Resolve(string hub, CancellationToken cancellation)
    {
        if (IPAddress.TryParse(hub, out IPAddress? address))
        {
            return address;
        }

        using CancellationTokenSource limit =
            CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        limit.CancelAfter(ResolveMs);
        try
        {
            Task<IPAddress[]> lookup =
                Dns.GetHostAddressesAsync(hub, AddressFamily.InterNetwork, limit.Token);
            IPAddress[] found = lookup.GetAwaiter().GetResult();
            if (found.Length == 0)
            {
                throw ConnectFailures.NameUnknown(hub, "the name server gave none");
            }

            return HubName.WhyNoHost(found[0]) is { } why
                ? throw ConnectFailures.NameUnknown(
                    hub, $"the name server gave {found[0]}, which is {why}")
                : found[0];
        }
        catch (SocketException e)
        {
            throw ConnectFailures.NameUnknown(hub, e.Message);
        }
        catch (ArgumentException)
        {
            throw ConnectFailures.NameUnknown(hub, "it is no valid name");
        }
        catch (OperationCanceledException)
        {
            return cancellation.IsCancellationRequested
                ? null
                : throw ConnectFailures.NameUnknown(hub, "no name server answered in 10 s");
        }
    }
}
