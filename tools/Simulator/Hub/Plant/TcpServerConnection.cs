// One connection of the plant's TCP: RFC 9293 section 3.10 from SYN-RECEIVED on, with the timer of
// RFC 6298 and the care of RFC 5961 about resets and SYNs. Data that comes out of order is kept; a window
// that was offered is never taken back; a window that the peer has closed is probed.

using System;
using System.Collections.Generic;

namespace Simulator.Plant;

/// <summary>States of a connection that was opened by the peer.</summary>
internal enum TcpServerState
{
    SynReceived,
    Established,
    CloseWait,
    LastAck,
    FinWait1,
    FinWait2,
    Closing,
    TimeWait,
    Closed,
}

/// <summary>A connection.</summary>
internal sealed partial class TcpServerConnection : PlantMachine
{
    private const int FirstTimeoutMs = 1_000;
    private const int ShortestTimeoutMs = 300;
    private const int LongestTimeoutMs = 60_000;
    private const int UserTimeoutMs = 300_000;
    private const int TimeWaitMs = 60_000;
    private const int AckAtOnceAfter = 2;
    private const int LeastMss = 64;
    private const int ShortestPauseMs = 1_000;
    private const int LongestPauseMs = 10_000;

    private readonly TcpServer _server;
    private readonly TcpMood _mood;
    private readonly SortedDictionary<uint, byte[]> _early;
    private readonly List<byte> _unread = [];
    private readonly List<byte> _unacknowledged = [];
    private readonly ushort _localPort;
    private readonly int _peerMss;

    // RFC 9293 s.3.3.1: what was sent and acknowledged, and what is expected.
    private uint _sendUnacknowledged;
    private uint _sendNext;
    private uint _sendHighest;
    private uint _sendWindow;
    private uint _windowSequence;
    private uint _windowAcknowledgment;
    private uint _receiveNext;
    private uint _offeredEdge;

    // RFC 6298.
    private long _smoothedMs = -1;
    private long _variationMs;
    private long _timeoutMs = FirstTimeoutMs;
    private long _timedFromMs = -1;
    private uint _timedSequence;

    private long _retransmitAtMs = Never;
    private long _probeAtMs = Never;
    private long _ackAtMs = Never;
    private long _readAgainAtMs = Never;
    private long _closeAtMs = Never;
    private long _progressMs;
    private int _owedSegments;
    private bool _isFinQueued;
    private bool _isFinSent;
    private bool _hasPeerFinished;

    public TcpServerConnection(
        TcpServer server, uint peerAddress, TcpSegment syn, TcpMood mood, long nowMs)
        : base(server.Timers)
    {
        _server = server;
        _mood = mood;
        _localPort = syn.DestinationPort;
        PeerAddress = peerAddress;
        PeerPort = syn.SourcePort;
        _receiveNext = unchecked(syn.Sequence + 1);
        _early = new SortedDictionary<uint, byte[]>(
            Comparer<uint>.Create((one, other) => Distance(one, other)));
        _peerMss = Math.Min(Math.Max((int)(syn.Mss ?? 536), LeastMss), 1360);
        _sendWindow = syn.Window;
        _windowSequence = syn.Sequence;
        _sendUnacknowledged = unchecked((uint)server.Random.NextUInt64());
        _sendNext = _sendUnacknowledged;
        _sendHighest = _sendNext;
        _offeredEdge = unchecked(_receiveNext + (uint)mood.Window);
        _progressMs = nowMs;
        SendSynAck(nowMs);
        Plan();
    }

    public uint PeerAddress { get; }

    public ushort PeerPort { get; }

    public TcpServerState State { get; private set; } = TcpServerState.SynReceived;

    /// <summary>For the application; this class does not look at it.</summary>
    public object? Tag { get; set; }

    public bool IsOver => State == TcpServerState.Closed;

    /// <summary>A new SYN came for a connection in TIME-WAIT: RFC 9293 s.3.10.7.4 lets it be
    /// opened anew.</summary>
    public bool IsReplacedBySyn { get; private set; }

    public override long NextDeadlineMs => IsOver
        ? Never
        : Math.Min(
            Math.Min(_retransmitAtMs, _probeAtMs),
            Math.Min(Math.Min(_ackAtMs, _readAgainAtMs), _closeAtMs));

    /// <summary>The retransmission timeout.</summary>
    internal long TimeoutMs => _timeoutMs;

    private int Room => _mood.Window - _unread.Count;

    /// <summary>Octets for the peer; what does not fit its window waits.</summary>
    public void Send(ReadOnlySpan<byte> octets, long nowMs)
    {
        if (_isFinQueued || IsOver)
        {
            return;
        }

        if (_unacknowledged.Count == 0)
        {
            _progressMs = nowMs;
        }

        _unacknowledged.AddRange(octets);
        SendWhatFits(nowMs);
        Plan();
    }

    /// <summary>FIN behind what was sent.</summary>
    public void Close(long nowMs)
    {
        if (_isFinQueued || IsOver)
        {
            return;
        }

        _isFinQueued = true;
        _progressMs = nowMs;
        SendWhatFits(nowMs);
        Plan();
    }

    /// <summary>RST, at once.</summary>
    public void Abort(long nowMs)
    {
        if (IsOver)
        {
            return;
        }

        Transmit(TcpFlags.Rst | TcpFlags.Ack, _sendHighest, default);
        End(nowMs);
    }

    /// <summary>The server's process is gone: RST, and the application is not told.</summary>
    public void Reset()
    {
        Transmit(TcpFlags.Rst | TcpFlags.Ack, _sendHighest, default);
        State = TcpServerState.Closed;
        Plan();
    }

    public void Input(TcpSegment segment, long nowMs)
    {
        if (IsOver)
        {
            return;
        }

        if (State == TcpServerState.TimeWait && segment.Flags == TcpFlags.Syn
            && Distance(segment.Sequence, _receiveNext) > 0)
        {
            IsReplacedBySyn = true;
            End(nowMs);
            return;
        }

        if (!IsAcceptable(segment))
        {
            Refuse(segment, nowMs);
            return;
        }

        // RFC 5961 s.3 and s.4: a reset counts at the very number only, a SYN never.
        if (segment.IsRst)
        {
            if (segment.Sequence == _receiveNext)
            {
                End(nowMs);
            }
            else
            {
                SendAck();
            }

            return;
        }

        if (segment.IsSyn)
        {
            SendAck();
            return;
        }

        if (segment.IsAck && TakeAcknowledgment(segment, nowMs))
        {
            TakeData(segment, nowMs);
        }
    }

    public override void Tick(long nowMs)
    {
        if (nowMs >= _closeAtMs)
        {
            End(nowMs);
            return;
        }

        if (nowMs >= _readAgainAtMs)
        {
            _readAgainAtMs = Never;
            Read(nowMs);
        }

        if (!IsOver && nowMs >= _retransmitAtMs)
        {
            Retransmit(nowMs);
        }

        if (!IsOver && nowMs >= _probeAtMs)
        {
            Probe(nowMs);
        }

        if (!IsOver && nowMs >= _ackAtMs)
        {
            SendAck();
        }
    }

    private static int Distance(uint later, uint earlier) => unchecked((int)(later - earlier));

    // RFC 9293 s.3.10.7.4, first: the four cases of length and window.
    private bool IsAcceptable(TcpSegment segment)
    {
        int window = Math.Max(Distance(_offeredEdge, _receiveNext), 0);
        int first = Distance(segment.Sequence, _receiveNext);
        if (segment.SequenceLength == 0)
        {
            return window == 0 ? first == 0 : first >= 0 && first < window;
        }

        int last = first + segment.SequenceLength - 1;
        return window > 0 && ((first >= 0 && first < window) || (last >= 0 && last < window));
    }

    private void Refuse(TcpSegment segment, long nowMs)
    {
        if (State == TcpServerState.SynReceived && segment.IsSyn && !segment.IsAck)
        {
            // Our SYN-ACK was lost.
            SendSynAck(nowMs);
            return;
        }

        if (segment.Payload.Length > 0
            && Distance(segment.Sequence, _receiveNext) < 0)
        {
            _server.Counters.Duplicates++;
        }

        if (!segment.IsRst)
        {
            SendAck();
        }
    }

    private bool TakeAcknowledgment(TcpSegment segment, long nowMs)
    {
        uint acknowledgment = segment.Acknowledgment;
        if (State == TcpServerState.SynReceived)
        {
            if (acknowledgment != _sendNext)
            {
                Transmit(TcpFlags.Rst, acknowledgment, default);
                return false;
            }

            State = TcpServerState.Established;
        }

        if (Distance(acknowledgment, _sendHighest) > 0)
        {
            SendAck();
            return false;
        }

        TakeWindow(segment);
        int count = Distance(acknowledgment, _sendUnacknowledged);
        if (count > 0)
        {
            Acknowledged(acknowledgment, count, nowMs);
        }

        if (IsOver)
        {
            return false;
        }

        SendWhatFits(nowMs);
        return true;
    }

    private void TakeWindow(TcpSegment segment)
    {
        int newer = Distance(segment.Sequence, _windowSequence);
        if (newer > 0
            || (newer == 0 && Distance(segment.Acknowledgment, _windowAcknowledgment) >= 0))
        {
            _sendWindow = segment.Window;
            _windowSequence = segment.Sequence;
            _windowAcknowledgment = segment.Acknowledgment;
            if (_sendWindow > 0)
            {
                _probeAtMs = Never;
            }
        }
    }

    private void Acknowledged(uint acknowledgment, int count, long nowMs)
    {
        _progressMs = nowMs;
        bool isSynAcknowledged = _unacknowledged.Count == 0 && !_isFinSent && count == 1;
        _unacknowledged.RemoveRange(0, Math.Min(count, _unacknowledged.Count));
        _sendUnacknowledged = acknowledgment;
        if (Distance(_sendNext, acknowledgment) < 0)
        {
            _sendNext = acknowledgment;
        }

        if (_timedFromMs >= 0 && Distance(acknowledgment, _timedSequence) > 0)
        {
            Measured(nowMs - _timedFromMs);
            _timedFromMs = -1;
        }

        bool isAllAcknowledged = acknowledgment == _sendHighest;
        _retransmitAtMs = isAllAcknowledged ? Never : nowMs + _timeoutMs;
        if (isAllAcknowledged && _isFinSent && !isSynAcknowledged)
        {
            FinAcknowledged(nowMs);
        }
    }

    private void FinAcknowledged(long nowMs)
    {
        switch (State)
        {
            case TcpServerState.FinWait1:
                State = TcpServerState.FinWait2;
                _closeAtMs = nowMs + TimeWaitMs;
                break;
            case TcpServerState.Closing:
                State = TcpServerState.TimeWait;
                _closeAtMs = nowMs + TimeWaitMs;
                break;
            case TcpServerState.LastAck:
                End(nowMs);
                break;
            default:
                break;
        }
    }

    // RFC 6298 s.2, with a clock of one millisecond.
    private void Measured(long roundTripMs)
    {
        if (_smoothedMs < 0)
        {
            _smoothedMs = roundTripMs;
            _variationMs = roundTripMs / 2;
        }
        else
        {
            _variationMs = ((3 * _variationMs) + Math.Abs(_smoothedMs - roundTripMs)) / 4;
            _smoothedMs = ((7 * _smoothedMs) + roundTripMs) / 8;
        }

        _timeoutMs = Math.Clamp(
            _smoothedMs + Math.Max(1, 4 * _variationMs), ShortestTimeoutMs, LongestTimeoutMs);
    }

    private void End(long nowMs)
    {
        if (IsOver)
        {
            return;
        }

        State = TcpServerState.Closed;
        Plan();
        _server.Forget(this);
        _server.Application.Gone(this, nowMs);
    }
}
