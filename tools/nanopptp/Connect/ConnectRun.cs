// One run of "connect": what outlasts a tunnel, and the dialling, once or again and again. The
// library's redialer says when; here is the waiting between two sessions.

using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.Net;
using System.Runtime.Versioning;
using System.Security.Cryptography;
using nanoPptp.Client;
using nanoPptp.Telemetry.Ip;
using nanoPptp.Tool.Sockets;
using nanoPptp.Tool.Streams;

namespace nanoPptp.Tool.Connect;

/// <summary>How a session, or the attempt to have one, ended.</summary>
/// <param name="End">What would be told if it was the last.</param>
/// <param name="Uptime">How long the tunnel was up; null when it never was.</param>
/// <param name="IsWanted">Whether the run is over: it was to end, or cannot go on here.</param>
internal sealed record SessionEnd(RunEnd End, TimeSpan? Uptime, bool IsWanted);

/// <summary>Makes the work of a run.</summary>
/// <param name="client">The tunnel.</param>
/// <param name="endpoint">Its inner end.</param>
/// <param name="redialer">Its way back; null for none.</param>
/// <param name="audience">Who is told.</param>
internal delegate ISessionWork WorkFactory(
    PptpClient client, IpEndpoint endpoint, Redialer? redialer, Audience<IPresenter> audience);

/// <summary>Runs "connect" from the name of the hub to the last packet of the last tunnel.</summary>
[SupportedOSPlatform("linux")]
internal sealed class ConnectRun : IDisposable
{
    private const int FirstDynamicPort = 49152;
    private const int LastPort = 65535;
    private const int EntropyLength = 32;

    private readonly SocketCounts _socketCounts = new();
    private bool _isOrdered;

    /// <summary>Gets ready; nothing is opened yet but the place to wait.</summary>
    /// <param name="options">What to do.</param>
    /// <param name="presenter">Who is told.</param>
    /// <param name="interruption">Ctrl-C.</param>
    /// <param name="work">Makes other work than sending the datagrams of the options; null for
    /// those.</param>
    public ConnectRun(
        ConnectOptions options,
        IPresenter presenter,
        Interruption interruption,
        WorkFactory? work = null)
    {
        Options = options;
        Audience = new Audience<IPresenter>(presenter);
        RefreshMs = presenter.RefreshMs;
        Interruption = interruption;
        Endpoint = new IpEndpoint(Client);
        Redialer = options.Redial is { } redial ? new Redialer(Client, redial) : null;
        Work = work?.Invoke(Client, Endpoint, Redialer, Audience) ?? new DatagramSender(
            options,
            Client,
            Endpoint,
            Audience,
            RandomNumberGenerator.GetInt32(FirstDynamicPort, LastPort + 1));
        interruption.Wakes(Poller.Ring);
    }

    // The system's 32-bit tick count would do, but it moves in steps of up to 4 ms.
    public static int NowMs =>
        unchecked((int)(Stopwatch.GetTimestamp() / (Stopwatch.Frequency / 1000)));

    public ConnectOptions Options { get; }

    public Audience<IPresenter> Audience { get; }

    public int RefreshMs { get; }

    public Interruption Interruption { get; }

    public PptpClient Client { get; } = new();

    public IpEndpoint Endpoint { get; }

    /// <summary>What a session does with its tunnel.</summary>
    public ISessionWork Work { get; }

    public Poller Poller { get; } = new();

    /// <summary>The capture, once <see cref="OpenCapture"/> was called.</summary>
    public SessionCapture? Capture { get; private set; }

    /// <summary>Says when to dial; null when there is one attempt only.</summary>
    public Redialer? Redialer { get; }

    /// <summary>Whether it was told that a piece of a datagram was dropped.</summary>
    public bool IsFragmentTold { get; set; }

    /// <summary>Tunnels that came up.</summary>
    public int SessionCount { get; set; }

    /// <summary>Fills octets that nobody can foresee.</summary>
    public static byte[] DrawEntropy()
    {
        byte[] entropy = new byte[EntropyLength];
        RandomNumberGenerator.Fill(entropy);
        return entropy;
    }

    /// <summary>Connects, stays, hangs up; with a redialer as often as it takes.</summary>
    /// <returns>How it ended; already shown.</returns>
    /// <exception cref="ToolFailureException">There was no session, and what hinders it is on this
    /// side; or there was to be one attempt only, and the name is unknown.</exception>
    /// <exception cref="System.IO.IOException">It could not be shown. The hub was hung up in order.
    /// </exception>
    public RunEnd Run()
    {
        SessionEnd last = Redialer is { } redialer ? DialAgainAndAgain(redialer) : Dial();
        RunEnd end = last.End with { Delivery = Work.Conclude(NowMs) };
        Audience.Tell(presenter => presenter.Ended(end, last.Uptime));
        Audience.ThrowIfLost();
        return end;
    }

    /// <summary>Makes the file of the capture, if one is wanted and not there yet.</summary>
    /// <exception cref="ToolFailureException">It cannot be made.</exception>
    public void OpenCapture()
    {
        if (Options.CaptureFile is { } file)
        {
            Capture ??= new SessionCapture(file);
        }
    }

    /// <summary>Lets the redialer see what has become of the client.</summary>
    public void Follow(int nowMs)
    {
        // An order is given once, also in the last round of a session.
        _isOrdered |= Redialer?.Tick(nowMs) == RedialOrder.Dial;
    }

    /// <summary>How long the redialer may be left alone.</summary>
    public int NextDeadlineMs(int nowMs)
    {
        return Redialer?.NextDeadlineMs(nowMs) ?? int.MaxValue;
    }

    /// <summary>Everything that was counted, in all sessions.</summary>
    /// <param name="socket">The socket that is open now; null for none.</param>
    public Dictionary<string, long> CollectCounters(GreSocket? socket)
    {
        SocketCounts sockets = new();
        sockets.Add(_socketCounts);
        if (socket is not null)
        {
            sockets.Add(socket);
        }

        Dictionary<string, long> counters =
            SessionCounters.Collect(Client.Counters, Endpoint.Counters, sockets);
        if (Redialer is { } redialer)
        {
            counters["dials"] = redialer.AttemptCount;
            counters["sessions"] = SessionCount;
        }

        return counters;
    }

    public void Dispose()
    {
        Interruption.Wakes(null);
        (Work as IDisposable)?.Dispose();
        Capture?.Dispose();
        Poller.Dispose();
    }

    private SessionEnd Dial()
    {
        IPAddress address = HubLookup.Resolve(Options.Hub, Interruption.Token)
            ?? throw new ToolFailureException(
                ExitCode.Interrupted,
                ConnectFailures.Interrupted(Stage.Tcp, Interruption.Count));
        using ConnectSession session = new(this, address);
        SessionEnd end = session.Run();
        _socketCounts.Add(session.Socket);
        return end;
    }

    private SessionEnd DialAgainAndAgain(Redialer redialer)
    {
        byte[] entropy = DrawEntropy();
        redialer.Start(entropy, 0, entropy.Length, NowMs);
        Work.Begin(NowMs);
        SessionEnd? last = null;
        while (WaitForOrder(redialer))
        {
            SessionEnd end = Try(redialer);
            Follow(NowMs);
            if (end.IsWanted)
            {
                // Why there was no tunnel says more than that nobody waited for the next one.
                bool isCut = end.End.ExitCode == ExitCode.Interrupted && Interruption.Count <= 1;
                return isCut && last is not null ? Repeat(last) : end;
            }

            last = end;
            int pauseMs = redialer.WaitMs;
            int attempt = redialer.AttemptCount + (_isOrdered ? 0 : 1);
            Audience.Tell(presenter => presenter.Redialing(end.End, end.Uptime, attempt, pauseMs));
        }

        return last is not null
            ? Repeat(last)
            : new SessionEnd(
                new RunEnd(
                    ExitCode.Interrupted,
                    ConnectFailures.Interrupted(Stage.Tcp, Interruption.Count),
                    CollectCounters(null)),
                null,
                IsWanted: true);
    }

    /// <summary>An end that was told before, as the end of the run.</summary>
    private SessionEnd Repeat(SessionEnd last)
    {
        return new SessionEnd(
            last.End with { Counters = CollectCounters(null) }, null, IsWanted: true);
    }

    /// <summary>Carries out an order to dial.</summary>
    private SessionEnd Try(Redialer redialer)
    {
        try
        {
            return Dial();
        }
        catch (ToolFailureException failure) when (failure.ExitCode
            is ExitCode.HubUnreachable or ExitCode.Interrupted)
        {
            // No name, no route: as passing as a hub that is down.
            redialer.DialFailed(NowMs);
            return new SessionEnd(
                new RunEnd(failure.ExitCode, failure.Explanation, CollectCounters(null)),
                null,
                failure.ExitCode == ExitCode.Interrupted);
        }
    }

    /// <summary>Waits for the end of a pause.</summary>
    /// <returns>False when the run is to end instead.</returns>
    private bool WaitForOrder(Redialer redialer)
    {
        for (; ; )
        {
            int nowMs = NowMs;
            if (Interruption.Count > 0 || Audience.IsLost || Work.IsDone(nowMs))
            {
                return false;
            }

            Follow(nowMs);
            if (_isOrdered)
            {
                _isOrdered = false;
                return true;
            }

            Work.Wait(nowMs);
            Poller.Clear();
            Poller.Wait(int.Min(redialer.NextDeadlineMs(nowMs), Work.NextDeadlineMs(nowMs)));
        }
    }
}
