// What leaves: new octets as far as the windows allow, what was lost, probes of a closed window.

using System;

namespace Simulator.Plant;

/// <content>Sending.</content>
internal sealed partial class TcpServerConnection
{
    private void SendWhatFits(long nowMs)
    {
        if (State == TcpServerState.SynReceived || IsOver)
        {
            return;
        }

        while (true)
        {
            int sent = Math.Min(
                Distance(_sendNext, _sendUnacknowledged), _unacknowledged.Count);
            int waiting = _unacknowledged.Count - sent;
            int room = (int)_sendWindow - Distance(_sendNext, _sendUnacknowledged);
            int length = Math.Min(Math.Min(waiting, _peerMss), room);
            if (_isFinSent && Distance(_sendNext, _sendHighest) >= 0)
            {
                break;
            }

            if (length <= 0 && !(waiting == 0 && _isFinQueued))
            {
                if (waiting > 0 && _sendNext == _sendUnacknowledged && _probeAtMs == Never)
                {
                    _probeAtMs = nowMs + _timeoutMs;
                }

                break;
            }

            bool isLast = length <= 0 || length == waiting;
            SendData(sent, Math.Max(length, 0), isLast && _isFinQueued, nowMs);
        }
    }

    private void SendData(int at, int length, bool hasFin, long nowMs)
    {
        byte[] octets = [.. _unacknowledged.GetRange(at, length)];
        TcpFlags flags = TcpFlags.Ack | (length > 0 ? TcpFlags.Psh : 0)
            | (hasFin ? TcpFlags.Fin : 0);
        bool isNew = Distance(_sendNext, _sendHighest) >= 0;
        Transmit(flags, _sendNext, octets);
        if (hasFin && !_isFinSent)
        {
            _isFinSent = true;
            State = State == TcpServerState.CloseWait
                ? TcpServerState.LastAck
                : TcpServerState.FinWait1;
        }

        if (isNew && _timedFromMs < 0)
        {
            _timedFromMs = nowMs;
            _timedSequence = _sendNext;
        }

        if (!isNew)
        {
            _server.Counters.Retransmissions++;
        }

        _sendNext = unchecked(_sendNext + (uint)length + (hasFin ? 1u : 0u));
        if (Distance(_sendNext, _sendHighest) > 0)
        {
            _sendHighest = _sendNext;
        }

        if (_retransmitAtMs == Never)
        {
            _retransmitAtMs = nowMs + _timeoutMs;
        }
    }

    // RFC 6298 s.5: the earliest again, and twice the wait. Karn: it is not measured.
    private void Retransmit(long nowMs)
    {
        if (nowMs - _progressMs >= UserTimeoutMs)
        {
            _server.Counters.GivenUp++;
            Abort(nowMs);
            return;
        }

        _timedFromMs = -1;
        _timeoutMs = Math.Min(_timeoutMs * 2, LongestTimeoutMs);
        _retransmitAtMs = Never;
        if (State == TcpServerState.SynReceived)
        {
            _server.Counters.Retransmissions++;
            SendSynAck(nowMs);
            return;
        }

        int length = Math.Min(_unacknowledged.Count, _peerMss);
        bool hasFin = _isFinSent && length == _unacknowledged.Count;
        _sendNext = _sendUnacknowledged;
        SendData(0, length, hasFin, nowMs);
        if (hasFin)
        {
            _sendNext = _sendHighest;
        }
    }

    // RFC 9293 s.3.8.6.1: one octet asks whether the window has opened.
    private void Probe(long nowMs)
    {
        if (nowMs - _progressMs >= UserTimeoutMs)
        {
            _server.Counters.GivenUp++;
            Abort(nowMs);
            return;
        }

        _probeAtMs = Never;
        if (_unacknowledged.Count > 0 && _sendWindow == 0)
        {
            _timeoutMs = Math.Min(_timeoutMs * 2, LongestTimeoutMs);
            Transmit(TcpFlags.Ack, _sendUnacknowledged, [_unacknowledged[0]]);
            uint next = unchecked(_sendUnacknowledged + 1);
            if (Distance(next, _sendHighest) > 0)
            {
                _sendHighest = next;
            }

            _probeAtMs = nowMs + _timeoutMs;
        }
    }

    private void SendSynAck(long nowMs)
    {
        uint first = State == TcpServerState.SynReceived && _sendNext != _sendUnacknowledged
            ? _sendUnacknowledged
            : _sendNext;
        _server.Transmit(PeerAddress, new TcpSegment
        {
            SourcePort = _localPort,
            DestinationPort = PeerPort,
            Sequence = first,
            Acknowledgment = _receiveNext,
            Flags = TcpFlags.Syn | TcpFlags.Ack,
            Window = (ushort)_mood.Window,
            Mss = (ushort)_mood.Mss,
        });
        _sendNext = unchecked(first + 1);
        _sendHighest = _sendNext;
        _retransmitAtMs = nowMs + _timeoutMs;
    }

    private void SendAck() => Transmit(TcpFlags.Ack, _sendHighest, default);

    // The right edge of the window never moves back (RFC 9293 s.3.8.6).
    private void Transmit(TcpFlags flags, uint sequence, ReadOnlySpan<byte> octets)
    {
        _owedSegments = 0;
        _ackAtMs = Never;
        uint edge = unchecked(_receiveNext + (uint)Math.Max(Room, 0));
        if (Distance(edge, _offeredEdge) > 0)
        {
            _offeredEdge = edge;
        }

        _server.Transmit(PeerAddress, new TcpSegment
        {
            SourcePort = _localPort,
            DestinationPort = PeerPort,
            Sequence = sequence,
            Acknowledgment = _receiveNext,
            Flags = flags,
            Window = (ushort)Math.Max(Distance(_offeredEdge, _receiveNext), 0),
            Payload = octets,
        });
    }
}
