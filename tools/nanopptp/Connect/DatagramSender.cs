// Sends the datagrams of --udp at their times, and knows when the session is done because of them
// or because of --for.

using System.Net;
using nanoPptp.Client;
using nanoPptp.Telemetry.Ip;
using nanoPptp.Tool.Sockets;
using nanoPptp.Tool.Streams;

namespace nanoPptp.Tool.Connect;

/// <summary>The timetable of a session that is up. Times are milliseconds that may wrap.</summary>
internal sealed class DatagramSender : ISessionWork
{
    private const int GraceMs = 200;

    // The client may refuse a datagram that is due; so long nothing is tried then.
    private const int RetryMs = 50;
    private const int LongestWaitMs = 60000;

    // With no interval at all, the sockets are looked after between two bursts.
    private const int BurstCount = 16;

    private readonly ConnectOptions _options;
    private readonly PptpClient _client;
    private readonly IpEndpoint _endpoint;
    private readonly Audience<IPresenter> _audience;
    private readonly int _sourcePort;
    private readonly DataPathProbe _probe;
    private bool _started;
    private bool _isFirst;
    private int _sent;
    private int _dueMs;
    private int? _sinceMs;
    private int _lastSentMs;
    private int? _refusedMs;

    /// <summary>Makes a timetable that begins when <see cref="Start"/> is called.</summary>
    /// <param name="options">What to send, where, how often.</param>
    /// <param name="client">The tunnel.</param>
    /// <param name="endpoint">Its inner end.</param>
    /// <param name="audience">Who is told.</param>
    /// <param name="sourcePort">Our UDP port.</param>
    public DatagramSender(
        ConnectOptions options,
        PptpClient client,
        IpEndpoint endpoint,
        Audience<IPresenter> audience,
        int sourcePort)
    {
        _options = options;
        _client = client;
        _endpoint = endpoint;
        _audience = audience;
        _sourcePort = sourcePort;
        _probe = new DataPathProbe(client, endpoint);
    }

    private int Count => _options.Datagrams?.Count ?? 0;

    /// <summary>The time of --for passes from now on, and not only from when the tunnel is up.
    /// </summary>
    public void Begin(int nowMs)
    {
        _sinceMs = nowMs;
    }

    /// <summary>A tunnel is up: the first one, or another one after that was lost. What was sent is
    /// sent; the timetable goes on behind it.</summary>
    public void Start(int nowMs)
    {
        _started = true;
        _sinceMs ??= nowMs;
        _dueMs = nowMs;
        _refusedMs = null;
        _isFirst = true;
        _probe.Start(nowMs);
    }

    /// <summary>Hands one datagram to the client if it is due; poll the client then.</summary>
    /// <returns>Whether one was handed over.</returns>
    public bool SendNext(int nowMs)
    {
        if (!_started || _sent == Count || nowMs - _dueMs < 0 || RetryWaitMs(nowMs) > 0
            || !_client.IsIpOutputFree)
        {
            return false;
        }

        if (!_probe.IsThrough(nowMs))
        {
            return _probe.SendNext(nowMs);
        }

        if (_isFirst)
        {
            // What the probe took is not to be made up.
            _dueMs = nowMs;
        }

        byte[] payload = _options.Datagrams!.Get(_sent + 1);
        IPEndPoint target = _options.Target!;
        payload.CopyTo(_client.Arena, IpEndpoint.UdpPayloadOffset);
        int result = _endpoint.UdpOutput(
            TunnelAddress.ToInt(target.Address), target.Port, _sourcePort, payload.Length);
        if (result <= 0)
        {
            _refusedMs = nowMs;
            return false;
        }

        _refusedMs = null;
        _isFirst = false;
        _sent++;
        _lastSentMs = nowMs;
        _dueMs += _options.IntervalMs;
        if (nowMs - _dueMs > _options.IntervalMs * BurstCount)
        {
            // The tunnel was away for long: what was missed is not made up in one go.
            _dueMs = nowMs;
        }

        _audience.Tell(presenter => presenter.Sent(_sent, payload.Length));
        return true;
    }

    /// <summary>The most datagrams to hand over before the sockets are looked after.</summary>
    public static int Burst => BurstCount;

    /// <summary>Whether it is time to hang up.</summary>
    public bool IsDone(int nowMs)
    {
        return WaitMs(EndMs(), nowMs) == 0;
    }

    /// <summary>How long nothing is to be done.</summary>
    public int NextDeadlineMs(int nowMs)
    {
        int waitMs = WaitMs(EndMs(), nowMs);
        if (!_started || _sent == Count || _client.Stage != Stage.Up)
        {
            return waitMs;
        }

        return int.Min(
            waitMs,
            _probe.IsThrough(nowMs)
                ? int.Max(unchecked(_dueMs - nowMs), RetryWaitMs(nowMs))
                : _probe.NextDeadlineMs(nowMs));
    }

    private int RetryWaitMs(int nowMs)
    {
        return _refusedMs is { } refused
            ? int.Clamp(unchecked(refused + RetryMs - nowMs), 0, RetryMs)
            : 0;
    }

    private int? EndMs()
    {
        if (_options.Duration is { } duration)
        {
            return _sinceMs + (int)duration.TotalMilliseconds;
        }

        return _sent > 0 && _sent == Count ? _lastSentMs + GraceMs : null;
    }

    private static int WaitMs(int? atMs, int nowMs)
    {
        return atMs is { } at
            ? int.Clamp(unchecked(at - nowMs), 0, LongestWaitMs)
            : LongestWaitMs;
    }
}
