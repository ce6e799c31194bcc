// Pings the hub through a tunnel that is up, first with short packets until one is answered, then
// with longer ones to find the longest that pass. Without a user it stops the session before the
// authentication.

using System;
using System.Diagnostics;
using nanoPptp.Client;
using nanoPptp.Telemetry.Ip;
using nanoPptp.Tool.Connect;
using nanoPptp.Tool.Hub;

namespace nanoPptp.Tool.Netcheck;

/// <summary>The work of a session that checks the way. Times are milliseconds that may wrap.
/// </summary>
internal sealed class TunnelProbe : ISessionWork
{
    /// <summary>Every link of the Internet takes IPv4 packets of this length (RFC 791).</summary>
    public const int ShortestLength = 576;

    // pppd's interface passes packets some milliseconds after IPCP; a hub that answers none gets so
    // long.
    private const int PingsMs = 3000;
    private const int PingIntervalMs = 100;
    private const int MeasuredPings = 5;
    private const int PingTimeoutMs = 1000;

    private const int ShortestWaitMs = 300;
    private const int LongestWaitMs = 2000;
    private const int LongestRestMs = 60000;
    private const int PingLength = 64;
    private const int Headers = 28;
    private const int Identifier = 0x6E52;

    private readonly PptpClient _client;
    private readonly IpEndpoint _endpoint;
    private readonly bool _hasUser;
    private readonly long _endTimestamp;
    private readonly byte[] _packet = new byte[1500];
    private readonly byte[] _payload = new byte[1500];
    private MtuSearch? _search;
    private bool _isUp;
    private bool _isThrough;
    private bool _isStopped;
    private bool _isWaiting;
    private int _startMs;
    private int _sentMs;
    private int _sequence;
    private int _answeredSequence;
    private int _fragments;
    private int _answered;
    private long _sentTimestamp;

    /// <summary>Makes the work.</summary>
    /// <param name="client">The tunnel.</param>
    /// <param name="endpoint">Its inner end.</param>
    /// <param name="hasUser">Whether there is somebody to log in.</param>
    /// <param name="limit">How long all may take.</param>
    public TunnelProbe(PptpClient client, IpEndpoint endpoint, bool hasUser, TimeSpan limit)
    {
        _client = client;
        _endpoint = endpoint;
        _hasUser = hasUser;
        _endTimestamp =
            Stopwatch.GetTimestamp() + (long)(limit.TotalSeconds * Stopwatch.Frequency);
        for (int i = 0; i < _payload.Length; i++)
        {
            _payload[i] = (byte)i;
        }
    }

    /// <summary>The two ends of the way; null before the socket is open.</summary>
    public OuterPath? Path { get; private set; }

    /// <summary>What the hub said of itself.</summary>
    public HubProfile Hub { get; } = new();

    /// <summary>Whether the session was stopped before the authentication, as it should.</summary>
    public bool IsStoppedBeforeUser { get; private set; }

    /// <summary>Whether it came to its own end.</summary>
    public bool IsFinished => _isStopped && !IsTimedOut;

    /// <summary>Whether the time was over first.</summary>
    public bool IsTimedOut { get; private set; }

    /// <summary>Shortest time of a ping through the tunnel, milliseconds; null when none was
    /// answered.</summary>
    public double? PingMs { get; private set; }

    /// <summary>Whether the hub told its address inside, so that it can be pinged.</summary>
    public bool HasTarget { get; private set; }

    /// <summary>Whether the hub sent an answer as IPv4 fragments: its own MTU is smaller.</summary>
    public bool AnswersInPieces { get; private set; }

    /// <summary>What was found of the lengths that pass; null when it was not tried to the end.
    /// </summary>
    public MtuSearch? Lengths => _search is { IsDone: true } ? _search : null;

    public void Opened(OuterPath path)
    {
        Path = path;
    }

    public void Start(int nowMs)
    {
        _isUp = true;
        _startMs = nowMs;
        HasTarget = _client.PeerAddress != 0;
        _isStopped = !HasTarget;
    }

    public void ControlReceived(ReadOnlySpan<byte> octets)
    {
        Hub.HearControl(octets);
    }

    public void GreReceived(ReadOnlySpan<byte> gre)
    {
        Hub.HearGre(gre);
    }

    public void Entered(Stage stage)
    {
        if (stage == Stage.Authentication && !_hasUser)
        {
            _isStopped = true;
            IsStoppedBeforeUser = true;
        }
        else if (_isUp && stage < Stage.Up)
        {
            // Negotiated anew: what was sent before is lost.
            _isWaiting = false;
        }
    }

    public bool IsDone(int nowMs)
    {
        if (!_isStopped && Stopwatch.GetTimestamp() >= _endTimestamp)
        {
            _isStopped = true;
            IsTimedOut = true;
        }

        Look(nowMs);
        return _isStopped;
    }

    public bool SendNext(int nowMs)
    {
        Look(nowMs);
        if (!_isUp || _isStopped || _isWaiting || !_client.IsIpOutputFree || RestMs(nowMs) > 0)
        {
            return false;
        }

        int length = _isThrough ? _search!.Length : PingLength;
        _sequence++;
        int written = InnerPacket.WriteEchoRequest(
            _packet,
            (ushort)_sequence,
            (uint)_client.LocalAddress,
            (uint)_client.PeerAddress,
            Identifier,
            (ushort)_sequence,
            _payload.AsSpan(0, length - Headers));
        _packet.AsSpan(0, written).CopyTo(_client.Arena.AsSpan(PptpClient.IpOutputOffset));
        _fragments = _endpoint.Counters.Fragments;
        _sentMs = nowMs;
        _sentTimestamp = Stopwatch.GetTimestamp();
        _isWaiting = true;
        return _client.IpOutput(written) > 0;
    }

    public int NextDeadlineMs(int nowMs)
    {
        double leftMs = (_endTimestamp - Stopwatch.GetTimestamp()) * 1000.0 / Stopwatch.Frequency;
        int waitMs = (int)double.Clamp(leftMs + 1, 0, LongestRestMs);
        if (!_isUp || _isStopped || _client.Stage != Stage.Up)
        {
            return waitMs;
        }

        int dueMs = _isWaiting ? _sentMs + PatienceMs - nowMs : RestMs(nowMs);
        return int.Clamp(unchecked(dueMs), 0, waitMs);
    }

    private int PatienceMs => !_isThrough
        ? _answered == 0 ? PingIntervalMs : PingTimeoutMs
        : int.Clamp((int)(4 * (PingMs ?? 0)) + ShortestWaitMs, ShortestWaitMs, LongestWaitMs);

    private int RestMs(int nowMs)
    {
        // Pings that are answered do not follow on each other's heels.
        return !_isThrough && _sequence > 0
            ? int.Max(0, unchecked(_sentMs + PingIntervalMs - nowMs))
            : 0;
    }

    private void Look(int nowMs)
    {
        if (!_isUp || _isStopped || !_isWaiting)
        {
            return;
        }

        if (_endpoint.Counters.EchoReplies > 0
            && _endpoint.EchoReplySequence == _sequence
            && _answeredSequence != _sequence)
        {
            _answeredSequence = _sequence;
            _isWaiting = false;
            TakeAnswer();
        }
        else if (_endpoint.Counters.Fragments != _fragments)
        {
            // The answer came in pieces: the hub's own MTU is smaller, and nothing is lost.
            _isWaiting = false;
            AnswersInPieces = true;
            TakeAnswer();
        }
        else if (unchecked(nowMs - _sentMs) >= PatienceMs)
        {
            _isWaiting = false;
            TakeSilence(nowMs);
        }
    }

    private void TakeAnswer()
    {
        if (_isThrough)
        {
            _search!.Passed();
            _isStopped = _search.IsDone;
            return;
        }

        double tookMs = Stopwatch.GetElapsedTime(_sentTimestamp).TotalMilliseconds;
        PingMs = double.Min(PingMs ?? tookMs, tookMs);
        _answered++;
        if (_answered == MeasuredPings)
        {
            _isThrough = true;
            _search = new MtuSearch(ShortestLength, _client.Mtu);
        }
    }

    private void TakeSilence(int nowMs)
    {
        if (_isThrough)
        {
            _search!.Lost();
            _isStopped = _search.IsDone;
        }
        else if (_answered == 0 && unchecked(nowMs - _startMs) >= PingsMs)
        {
            _isStopped = true;
        }
    }
}
