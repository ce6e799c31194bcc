// What a segment of the peer carries: text in order and out of order, its FIN, and the
// acknowledgment that is owed for them.

using System;
using System.Collections.Generic;

namespace Simulator.Plant;

/// <content>Receiving.</content>
internal sealed partial class TcpServerConnection
{
    private void TakeData(TcpSegment segment, long nowMs)
    {
        if (State is TcpServerState.Closing or TcpServerState.TimeWait or TcpServerState.LastAck
            or TcpServerState.CloseWait)
        {
            if (segment.SequenceLength > 0)
            {
                SendAck();
            }

            return;
        }

        if (segment.SequenceLength == 0)
        {
            return;
        }

        if (segment.Payload.Length > _mood.Mss)
        {
            _server.Counters.TooLong++;
        }

        int known = Math.Max(-Distance(segment.Sequence, _receiveNext), 0);
        int beyond = Math.Max(
            Distance(
                unchecked(segment.Sequence + (uint)segment.Payload.Length), _offeredEdge),
            0);
        _server.Counters.BeyondWindow += beyond;
        if (known >= segment.Payload.Length && segment.Payload.Length > 0 && !segment.IsFin)
        {
            _server.Counters.Duplicates++;
            SendAck();
            return;
        }

        int taken = Math.Max(segment.Payload.Length - known - beyond, 0);
        ReadOnlySpan<byte> octets = segment.Payload.Slice(
            Math.Min(known, segment.Payload.Length), taken);
        uint first = unchecked(segment.Sequence + (uint)known);
        if (first != _receiveNext)
        {
            Keep(first, octets);
            return;
        }

        Append(octets);
        while (_early.Count > 0 && Earliest(out uint at, out byte[] early)
            && Distance(at, _receiveNext) <= 0)
        {
            _early.Remove(at);
            int skip = Math.Min(Distance(_receiveNext, at), early.Length);
            Append(early.AsSpan(skip));
        }

        _owedSegments++;
        bool isFinInOrder = segment.IsFin && beyond == 0
            && unchecked(segment.Sequence + (uint)segment.Payload.Length) == _receiveNext;
        if (isFinInOrder)
        {
            _receiveNext++;
            _offeredEdge = Distance(_receiveNext, _offeredEdge) > 0 ? _receiveNext : _offeredEdge;
            _hasPeerFinished = true;
        }

        Received(nowMs);
        if (IsOver)
        {
            return;
        }

        if (isFinInOrder)
        {
            PeerFinished(nowMs);
        }
        else
        {
            OweAck(nowMs);
        }
    }

    private bool Earliest(out uint at, out byte[] octets)
    {
        foreach (KeyValuePair<uint, byte[]> one in _early)
        {
            (at, octets) = (one.Key, one.Value);
            return true;
        }

        (at, octets) = (0, []);
        return false;
    }

    // RFC 5681 s.4.2: what comes out of order is acknowledged at once: the peer sees the gap.
    private void Keep(uint first, ReadOnlySpan<byte> octets)
    {
        _server.Counters.OutOfOrder++;
        if (octets.Length > 0
            && (!_early.TryGetValue(first, out byte[]? known) || known.Length < octets.Length))
        {
            _early[first] = octets.ToArray();
        }

        SendAck();
    }

    private void Append(ReadOnlySpan<byte> octets)
    {
        _unread.AddRange(octets);
        _receiveNext = unchecked(_receiveNext + (uint)octets.Length);
    }

    private void Received(long nowMs)
    {
        if (_readAgainAtMs != Never)
        {
            return;
        }

        if (!_hasPeerFinished && _server.Random.Happens(_server.Moods.PausedReading))
        {
            _server.Counters.ClosedWindows++;
            _readAgainAtMs =
                _server.Random.Later(nowMs, ShortestPauseMs, LongestPauseMs);
            return;
        }

        Read(nowMs);
    }

    // The application takes what waits; a window that was small opens, and the peer is told.
    private void Read(long nowMs)
    {
        bool wasSmall =
            Distance(_offeredEdge, _receiveNext) < Math.Min(_mood.Mss, _mood.Window / 2);
        byte[] octets = [.. _unread];
        _unread.Clear();
        if (octets.Length > 0)
        {
            _server.Application.Received(this, octets, nowMs);
        }

        if (!IsOver && wasSmall && octets.Length > 0)
        {
            SendAck();
        }
    }

    private void PeerFinished(long nowMs)
    {
        SendAck();
        switch (State)
        {
            case TcpServerState.Established:
                State = TcpServerState.CloseWait;
                _server.Application.PeerClosed(this, nowMs);
                break;
            case TcpServerState.FinWait1:
                State = TcpServerState.Closing;
                break;
            case TcpServerState.FinWait2:
                State = TcpServerState.TimeWait;
                _closeAtMs = nowMs + TimeWaitMs;
                break;
            default:
                break;
        }
    }

    private void OweAck(long nowMs)
    {
        if (_owedSegments == 0)
        {
            return;
        }

        if (_owedSegments >= AckAtOnceAfter || _mood.AckDelayMs == 0)
        {
            SendAck();
        }
        else if (_ackAtMs == Never)
        {
            _ackAtMs = nowMs + _mood.AckDelayMs;
        }
    }
}
