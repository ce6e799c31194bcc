// One tunnel over real sockets, in one thread: wait for the sockets, a signal or a deadline; drain
// what came into the client; poll it until it has nothing more; again.
//
//   from               by               into the client   out of the client   by
//   TCP port 1723      ControlSocket    ControlInput      SendControl         ControlSocket
//   IP protocol 47     GreSocket        GreInput          SendGre             GreSocket
//   --udp              DatagramSender   IpOutput          DeliverIp           IpEndpoint

using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Runtime.Versioning;
using System.Security.Cryptography;
using nanoPptp.Client;
using nanoPptp.Diagnostics;
using nanoPptp.Telemetry.Ip;
using nanoPptp.Tool.Sockets;
using nanoPptp.Tool.Streams;

namespace nanoPptp.Tool.Connect;

/// <summary>One tunnel of "connect", from the hub's address to the last packet.</summary>
[SupportedOSPlatform("linux")]
internal sealed partial class ConnectSession : IDisposable
{
    private const int ConnectMs = 10000;
    private const int HangUpMs = 8000;

    private readonly ConnectRun _run;
    private readonly ConnectOptions _options;
    private readonly Audience<IPresenter> _audience;
    private readonly int _refreshMs;
    private readonly Interruption _interruption;
    private readonly PptpClient _client;
    private readonly IpEndpoint _endpoint;
    private readonly StageClock _clock = new();
    private readonly ISessionWork _work;
    private readonly Poller _poller;
    private readonly GreSocket _gre;
    private readonly SessionCapture? _capture;
    private readonly IPEndPoint _hub;
    private readonly byte[] _received = new byte[4096];
    private ControlSocket? _control;
    private SocketError _controlError;
    private ToolFailureException? _failure;
    private int _grePlace;
    private int _controlPlace;
    private bool _controlStands;
    private bool _controlWaits;
    private bool _hangingUp;
    private int _connectingSinceMs;
    private int _hangingUpSinceMs;
    private long _upTimestamp;

    /// <summary>Opens everything that must be open before the hub is called.</summary>
    /// <param name="run">What outlasts this tunnel.</param>
    /// <param name="address">The hub's address.</param>
    /// <exception cref="ToolFailureException">The GRE socket or the capture cannot be opened.
    /// </exception>
    public ConnectSession(ConnectRun run, IPAddress address)
    {
        _run = run;
        _options = run.Options;
        _hub = new IPEndPoint(address, _options.HubPort);
        _audience = run.Audience;
        _refreshMs = run.RefreshMs;
        _interruption = run.Interruption;
        _client = run.Client;
        _endpoint = run.Endpoint;
        _work = run.Work;
        _poller = run.Poller;

        try
        {
            // The hub speaks GRE within a millisecond of the call: without this socket the kernel
            // would answer that the protocol is unreachable.
            _gre = OpenGre(address);
            run.OpenCapture();
            _capture = run.Capture;
        }
        catch
        {
            _gre?.Dispose();
            throw;
        }
    }

    /// <summary>The two ends of the way.</summary>
    private OuterPath Path => new(_gre.Local, _hub.Address);

    /// <summary>The socket for GRE.</summary>
    public GreSocket Socket => _gre;

    private static int NowMs => ConnectRun.NowMs;

    private bool IsOpen => _client.Stage is not (Stage.Closed or Stage.Closing);

    /// <summary>Whether something went wrong here, on this side: the session hangs up.</summary>
    private bool IsTroubled =>
        _audience.IsLost || _failure is not null || _capture?.Failure is not null;

    /// <summary>Whether nobody wants another tunnel after this one.</summary>
    private bool IsWanted =>
        IsTroubled
        || _interruption.Count > 0
        || _client.Diagnosis.Reason is Reason.ClosedByUser or Reason.None;

    private bool Refreshes =>
        _refreshMs > 0 && !_audience.IsLost && _client.Stage == Stage.Up;

    /// <summary>Connects, stays, hangs up.</summary>
    /// <returns>How it ended.</returns>
    public SessionEnd Run()
    {
        Open();
        while (Step())
        {
        }

        CloseControl();
        RunEnd end = Conclude();
        TimeSpan? uptime = _clock.WasUp ? Uptime() : null;
        return new SessionEnd(end, uptime, IsWanted);
    }

    public void Dispose()
    {
        _control?.Dispose();
        _gre.Dispose();
    }

    // What the last session learned of the hub saves round trips in the next one.
    private void KeepWhatIsKnown()
    {
        if (_client.LocalAddress != 0)
        {
            _options.Settings.LastAddress = _client.LocalAddress;
        }

        if (_client.Quirks != HubQuirks.Default)
        {
            _options.Settings.Quirks ??= _client.Quirks;
        }
    }

    private void Open()
    {
        byte[] entropy = ConnectRun.DrawEntropy();
        KeepWhatIsKnown();
        _client.Open(_options.Settings, entropy, 0, entropy.Length, NowMs);
        CryptographicOperations.ZeroMemory(entropy);
        if (_run.Redialer is null)
        {
            _options.Settings.Wipe();
        }

        _work.Opened(Path);
        _audience.Tell(presenter => presenter.Connecting(
            _options.Hub, _hub.Address, _options.Settings.UserName));
        if (_audience.IsLost)
        {
            return;
        }

        // The first wait is compiled now and not while the hub waits.
        WaitForSockets(0);
        _clock.Begin();
        _connectingSinceMs = NowMs;
        _control = ControlSocket.Connect(_hub);
    }

    /// <summary>One round of the loop.</summary>
    /// <returns>False when it was the last.</returns>
    private bool Step()
    {
        int nowMs = NowMs;
        FollowOrders(nowMs);
        _client.Tick(nowMs);
        PollClient(nowMs);
        for (int i = 0; i < DatagramSender.Burst && _work.SendNext(nowMs); i++)
        {
            PollClient(nowMs);
        }

        _run.Follow(nowMs);
        bool closed = _client.Stage == Stage.Closed && !_controlWaits;
        if (closed || _interruption.Count > 1
            || (_hangingUp && nowMs - _hangingUpSinceMs >= HangUpMs))
        {
            return false;
        }

        WaitForSockets(WaitMs(nowMs));
        nowMs = NowMs;
        if (_poller.IsReady(_grePlace))
        {
            DrainGre(nowMs);
        }

        if (_control is not null)
        {
            AttendControl(_control, nowMs);
        }

        return true;
    }

    /// <summary>What somebody outside or the timetable demands.</summary>
    private void FollowOrders(int nowMs)
    {
        if (IsOpen && (_interruption.Count > 0 || IsTroubled || _work.IsDone(nowMs)))
        {
            _failure ??= _capture?.Failure;
            HangUp(nowMs);
        }

        if (!IsOpen && !_hangingUp)
        {
            _hangingUp = true;
            _hangingUpSinceMs = nowMs;
        }

        if (!_controlStands && _control is not null && nowMs - _connectingSinceMs >= ConnectMs)
        {
            LoseControl(_control, SocketError.TimedOut, nowMs);
        }

        if (Refreshes)
        {
            _audience.Tell(presenter => presenter.Refresh(Uptime()));
        }
    }

    private void HangUp(int nowMs)
    {
        if (_controlStands)
        {
            _audience.Tell(presenter => presenter.HangingUp());
        }

        _client.Close(nowMs);
    }

    private int WaitMs(int nowMs)
    {
        int waitMs = int.Min(_client.NextDeadlineMs(nowMs), _work.NextDeadlineMs(nowMs));
        waitMs = int.Min(waitMs, _run.NextDeadlineMs(nowMs));
        if (!_controlStands && _control is not null)
        {
            waitMs = int.Min(waitMs, int.Max(ConnectMs - (nowMs - _connectingSinceMs), 0));
        }

        if (_hangingUp)
        {
            waitMs = int.Min(waitMs, int.Max(HangUpMs - (nowMs - _hangingUpSinceMs), 0));
        }

        if (Refreshes)
        {
            // To the next whole second of uptime, not a second from now.
            int partMs = (int)(Uptime().TotalMilliseconds % _refreshMs);
            waitMs = int.Min(waitMs, _refreshMs - partMs);
        }

        return IsOpen && IsTroubled ? 0 : waitMs;
    }

    private TimeSpan Uptime()
    {
        return Stopwatch.GetElapsedTime(_upTimestamp);
    }

    private RunEnd Conclude()
    {
        Dictionary<string, long> counters = _run.CollectCounters(_gre);
        if (_failure is not null)
        {
            return new RunEnd(_failure.ExitCode, _failure.Explanation, counters);
        }

        Diagnosis diagnosis = _client.Diagnosis;
        bool closedByUs = diagnosis.Reason is Reason.ClosedByUser or Reason.None;
        if (closedByUs && _capture?.Failure is { } lastWords)
        {
            return new RunEnd(lastWords.ExitCode, lastWords.Explanation, counters);
        }

        if (_interruption.Count > 1 || (closedByUs && !_clock.WasUp))
        {
            return new RunEnd(
                ExitCode.Interrupted,
                ConnectFailures.Interrupted(_clock.Reached, _interruption.Count),
                counters);
        }

        string said = ConnectFailures.WhatWasSaid(
            diagnosis, _controlError, _gre.LastNetworkError);
        return new RunEnd(
            ExitCodes.Of(diagnosis.Reason, _clock.WasUp),
            ConnectFailures.Explain(
                diagnosis, _clock.Reached, said, Path, _gre.TooLong),
            counters);
    }
}
