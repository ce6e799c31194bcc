// The hub over real sockets, in one thread: wait for the sockets, a signal or a deadline; feed what
// came into the hub; let it tick; then tell whoever watches; again.
//
//   from               by                 into the hub     out of the hub   by
//   TCP port 1723      ClientConnection   TcpReceived      SendTcp          ClientConnection
//   IP protocol 47     GreSocket          GreReceived      SendGre          GreSocket
//   TUN                TunDevice          SendIp           IpReceived ...   TunDevice
//
// The hub must not be called from inside its own calls: what its observer and transport learn there
// is kept in lists, and followed when the call is over.

using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.IO;
using System.Linq;
using System.Net;
using System.Net.Sockets;
using System.Runtime.Versioning;
using nanoPptp.Tool.Hub.Configuration;
using nanoPptp.Tool.Sockets;
using nanoPptp.Tool.Streams;
using Simulator.Hub;

namespace nanoPptp.Tool.Hub;

/// <summary>Runs a hub from its first socket to its last.</summary>
[SupportedOSPlatform("linux")]
internal sealed partial class HubLoop : IHubTransport, IHubObserver, IDisposable
{
    // So much is taken from one socket before the others and the clock are looked after.
    private const int AcceptsInARow = 16;
    private const int ReadsInARow = 8;
    private const int DrainsInARow = 256;

    private const int MostConnections = 4096;
    private const int ConnectionsBeyondCalls = 32;
    private const int MostLocalAddresses = 64;
    private const int LongestWaitMs = 60_000;
    private const int AcceptPauseMs = 1000;
    private const int CloseMs = 2000;
    private const int StopMs = 3000;
    private const int SecondMs = 1000;

    private readonly HubPlan _plan;
    private readonly Audience<IHubPresenter> _audience;
    private readonly int _refreshMs;
    private readonly Interruption _interruption;
    private readonly PptpHub _hub;
    private readonly Poller _poller = new();
    private readonly Socket _listener;
    private readonly List<GreSocket> _greSockets = [];
    private readonly TunDevice? _tun;
    private readonly CaptureFile? _capture;
    private readonly ReadingsFile? _readings;
    private readonly Dictionary<int, ClientConnection> _connections = [];
    private readonly List<ClientConnection> _polled = [];
    private readonly List<int> _broken = [];
    private readonly byte[] _buffer = new byte[4096];
    private readonly long _start = Stopwatch.GetTimestamp();
    private readonly int _connectionLimit;
    private int _lastConnection;
    private bool _hasToldLocalLimit;
    private long _acceptsFromMs;
    private long _refreshedMs = -SecondMs;
    private long _sweptMs;
    private long? _stoppingSinceMs;

    /// <summary>Opens everything that must be open before the first client.</summary>
    /// <param name="plan">What to do.</param>
    /// <param name="presenter">Who is told.</param>
    /// <param name="interruption">Ctrl-C.</param>
    /// <exception cref="ToolFailureException">Something cannot be opened.</exception>
    public HubLoop(HubPlan plan, IHubPresenter presenter, Interruption interruption)
    {
        _plan = plan;
        _audience = new Audience<IHubPresenter>(presenter);
        _refreshMs = presenter.RefreshMs;
        _interruption = interruption;
        _hub = new PptpHub(plan.Settings, this, this, new SystemHubRandom());
        long addresses = plan.Settings.ClientAddresses.Sum(range => range.Count);
        _connectionLimit = (int)long.Min(
            MostConnections,
            long.Min(addresses, plan.Settings.MaximumCallCount) + ConnectionsBeyondCalls);
        _listener = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            Listen();
            if (plan.TunName is { } name)
            {
                // pppd takes MPPE's four octets off the MTU, and so does the hub.
                const int MppePadding = 4;
                _tun = TunDevice.Open(
                    name,
                    plan.Settings.TunnelAddress,
                    plan.Settings.Mtu - MppePadding,
                    AddressList.NetworksOf(plan.Settings));
            }

            _capture = plan.CaptureFile is { } capture
                ? new CaptureFile(capture, "nanopptp hub")
                : null;
            _readings = plan.ReadingsFile is { } readings ? new ReadingsFile(readings) : null;
        }
        catch
        {
            Dispose();
            throw;
        }

        _interruption.Wakes(_poller.Ring);
    }

    /// <summary>The file that cannot be written any more; null while all is well.</summary>
    private ToolFailureException? Failure => _capture?.Failure ?? _readings?.Failure;

    /// <summary>Whether something cannot be written any more: the hub stops.</summary>
    private bool IsTroubled => _audience.IsLost || Failure is not null;

    private long NowMs => (long)Stopwatch.GetElapsedTime(_start).TotalMilliseconds;

    /// <summary>Serves until told to stop.</summary>
    /// <returns>What the process ends with; already shown.</returns>
    /// <exception cref="IOException">It could not be shown. The clients were hung up in order.
    /// </exception>
    public ExitCode Run()
    {
        IPEndPoint place = (IPEndPoint)_listener.LocalEndPoint!;
        _audience.Tell(presenter => presenter.Listening(_plan, place, _tun?.Name));
        while (Step())
        {
        }

        RunEnd end = Conclude();
        _audience.Tell(presenter => presenter.Ended(end));
        _audience.ThrowIfLost();
        return end.ExitCode;
    }

    public void Dispose()
    {
        _interruption.Wakes(null);
        foreach (ClientConnection connection in _connections.Values)
        {
            connection.Dispose();
        }

        foreach (GreSocket socket in _greSockets)
        {
            socket.Dispose();
        }

        _listener.Dispose();
        _tun?.Dispose();
        _capture?.Dispose();
        _readings?.Dispose();
        _poller.Dispose();
    }

    /// <summary>One round of the loop.</summary>
    /// <returns>False when it was the last.</returns>
    private bool Step()
    {
        long nowMs = NowMs;
        FollowOrders(nowMs);
        Sweep(nowMs);
        _hub.Tick(nowMs);
        Flush(nowMs);
        Show(nowMs);
        bool isStopped = _stoppingSinceMs is { } since
            && (_connections.Count == 0 || nowMs - since >= StopMs);
        if (isStopped || _interruption.Count > 1)
        {
            return false;
        }

        Wait(nowMs, out int listener, out int tun, out int firstGre);
        nowMs = NowMs;
        if (listener >= 0 && _poller.IsReady(listener))
        {
            Accept(nowMs);
        }

        for (int i = 0; i < _greReady; i++)
        {
            if (_poller.IsReady(firstGre + i))
            {
                Drain(_greSockets[i], nowMs);
            }
        }

        foreach (ClientConnection connection in _polled)
        {
            Attend(connection, nowMs);
        }

        if (_tun is not null && _poller.IsReady(tun))
        {
            Drain(_tun, nowMs);
        }

        return true;
    }

    /// <summary>What somebody outside or the timetable demands.</summary>
    private void FollowOrders(long nowMs)
    {
        bool isOver = _interruption.Count > 0
            || IsTroubled
            || (_plan.Duration is { } duration && nowMs >= duration.TotalMilliseconds);
        if (isOver && _stoppingSinceMs is null)
        {
            _stoppingSinceMs = nowMs;
            _audience.Tell(presenter => presenter.Stopping());
            _listener.Close();
            _hub.Stop(nowMs);
        }
    }

    private int WaitMs(long nowMs)
    {
        long untilMs = long.Min(_hub.NextDeadlineMs, nowMs + LongestWaitMs);
        if (_refreshMs > 0)
        {
            untilMs = long.Min(untilMs, _refreshedMs + _refreshMs);
        }

        if (_plan.IdleSeconds > 0 || _plan.LongestSeconds > 0)
        {
            untilMs = long.Min(untilMs, _sweptMs + SecondMs);
        }

        if (_stoppingSinceMs is { } sinceMs)
        {
            untilMs = long.Min(untilMs, sinceMs + StopMs);
        }
        else if (_plan.Duration is { } duration)
        {
            untilMs = long.Min(untilMs, (long)Math.Ceiling(duration.TotalMilliseconds));
        }

        if (_acceptsFromMs > nowMs)
        {
            untilMs = long.Min(untilMs, _acceptsFromMs);
        }

        foreach (ClientConnection connection in _connections.Values)
        {
            untilMs = long.Min(untilMs, connection.ClosesByMs ?? long.MaxValue);
        }

        // A broken connection is waiting to be told of, or it is time to stop.
        bool isUrgent = _broken.Count > 0
            || _audience.HasNews
            || (IsTroubled && _stoppingSinceMs is null);
        return isUrgent ? 0 : (int)long.Max(untilMs - nowMs, 0);
    }

    private void Show(long nowMs)
    {
        bool isDue = _audience.HasNews || nowMs - _refreshedMs >= _refreshMs;
        _audience.TellNews();
        if (_refreshMs > 0 && isDue)
        {
            _refreshedMs = nowMs;
            List<SessionFacts> live = [];
            foreach (ClientConnection connection in _connections.Values)
            {
                if (connection.Facts.UpSinceMs is not null)
                {
                    live.Add(connection.Facts);
                }
            }

            _audience.Tell(presenter => presenter.Refresh(live, nowMs));
        }
    }

    private RunEnd Conclude()
    {
        Dictionary<string, long> counters = CollectCounters();
        if (Failure is { } failure)
        {
            return new RunEnd(failure.ExitCode, failure.Explanation, counters);
        }

        return _interruption.Count > 1
            ? new RunEnd(
                ExitCode.Interrupted,
                new Explanation(
                    "interrupted", "Interrupted twice: clients were not waited for.", "", ""),
                counters)
            : new RunEnd(
                ExitCode.Ok,
                new Explanation("stopped", "The hub was stopped in order.", "", ""),
                counters);
    }
}
