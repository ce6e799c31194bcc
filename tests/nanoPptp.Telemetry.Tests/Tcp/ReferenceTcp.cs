// The other end for tests with a drawn network: a small TCP of its own, which answers a call, sends
// one array and takes another. It keeps whole arrays and counts in 64 bits where the library keeps
// rings and wraps, so that the two can hardly share a mistake.

using System;
using System.Collections.Generic;

namespace nanoPptp.Telemetry.Tests.Tcp;

internal sealed class ReferenceTcp
{
    private readonly Random _random;
    private readonly byte[] _out;
    private readonly byte[] _in;
    private readonly bool[] _present;
    private readonly uint _iss;
    private readonly int _mss;
    private readonly int _buffer;
    private readonly bool _closesFirst;
    private uint _irs;
    private bool _isCalled;
    private bool _isEstablished;
    private long _una;
    private long _nxt;
    private long _received;
    private long _read;
    private long _edge;
    private long _finAt = -1;
    private bool _finTaken;
    private bool _isForgotten;
    private int _peerWindow;
    private int _peerMss = 536;
    private long _dueMs = long.MaxValue;
    private int _backOffs;
    private long _holdsUntilMs;

    internal ReferenceTcp(Random random, uint iss, byte[] sends, int takes, int mss, int buffer, bool closesFirst)
    {
        _random = random;
        _iss = iss;
        _out = sends;
        _in = new byte[takes];
        _present = new bool[takes];
        _mss = mss;
        _buffer = buffer;
        _closesFirst = closesFirst;
    }

    internal byte[] Taken => _in.AsSpan(0, (int)_received).ToArray();

    internal bool IsReset { get; private set; }

    // Everything was sent and acknowledged, the FIN too, and the peer's FIN came.
    internal bool IsDone => _finTaken && (_una == _out.Length + 1 || _isForgotten);

    internal bool IsEstablished => _isEstablished;

    internal List<TcpWire> Outbox { get; } = [];

    internal long NextMs => Math.Min(_dueMs, _holdsUntilMs > 0 ? _holdsUntilMs : long.MaxValue);

    private bool MayClose => _una >= 0 && (_closesFirst || _finTaken);

    internal void Input(TcpWire segment, long nowMs)
    {
        if (segment.Has('R'))
        {
            IsReset = true;
            return;
        }

        if (segment.Has('S'))
        {
            if (!_isCalled)
            {
                _isCalled = true;
                _irs = segment.Sequence;
                _peerMss = segment.MaximumSegment ?? 536;
                _edge = _buffer;
            }

            if (!_isEstablished)
            {
                Outbox.Add(new(_iss, _irs + 1, "SA", Window(), []) { MaximumSegment = _mss });
                _dueMs = nowMs + 1000;
            }
            else
            {
                Acknowledge();
            }

            return;
        }

        if (!_isCalled || !segment.Has('A'))
        {
            return;
        }

        long acked = _una + (int)(segment.Acknowledgment - (uint)(_iss + 1 + _una));
        if (!_isEstablished)
        {
            if (acked < 0)
            {
                return;
            }

            _isEstablished = true;
            _dueMs = long.MaxValue;
        }

        if (acked > _una && acked <= _out.Length + 1)
        {
            _una = acked;
            _nxt = Math.Max(_nxt, _una);
            _backOffs = 0;
            _dueMs = long.MaxValue;
        }

        if (acked == _una)
        {
            _peerWindow = segment.Window;
        }

        Take(segment);
        Send(nowMs);
    }

    // The other end was closed in order and knows nothing of us any more.
    internal void Refused() => _isForgotten = true;

    // The application reads now and then; time passes.
    internal void Tick(long nowMs)
    {
        if (nowMs >= _holdsUntilMs && _isEstablished && !_finTaken)
        {
            int window = Window();
            _read = _received;
            _holdsUntilMs = nowMs + _random.Next(1, 400);
            _holdsUntilMs += _random.Next(20) == 0 ? 20000 : 0;
            if (Window() >= Math.Max(1, window * 2))
            {
                Acknowledge();
            }
        }
        else if (_finTaken)
        {
            _holdsUntilMs = 0;
        }

        if (nowMs >= _dueMs)
        {
            _dueMs = long.MaxValue;
            _backOffs = Math.Min(_backOffs + 1, 3);
            if (!_isEstablished)
            {
                Outbox.Add(new(_iss, _irs + 1, "SA", Window(), []) { MaximumSegment = _mss });
                _dueMs = nowMs + (1000 << _backOffs);
                return;
            }

            _nxt = _una;
            Emit(Math.Max(1, Math.Min(_peerWindow, _peerMss)), nowMs);
        }

        if (_isEstablished)
        {
            Send(nowMs);
        }
    }

    private void Take(TcpWire segment)
    {
        long at = _received + (int)(segment.Sequence - (_irs + 1 + (uint)_received));
        int length = segment.Payload.Length;
        if (_finTaken)
        {
            if (length > 0 || segment.Has('F') || at < _received)
            {
                Acknowledge();
            }

            return;
        }

        for (int i = 0; i < length; i++)
        {
            long position = at + i;
            if (position >= _received && position < _edge && position < _in.Length)
            {
                if (_present[position] && _in[position] != segment.Payload[i])
                {
                    throw new InvalidOperationException($"octet {position} was sent twice and differs");
                }

                _in[position] = segment.Payload[i];
                _present[position] = true;
            }
            else if (position >= _in.Length)
            {
                throw new InvalidOperationException("more octets than were sent");
            }
        }

        if (segment.Has('F'))
        {
            _finAt = at + length;
            if (_finAt != _in.Length)
            {
                throw new InvalidOperationException($"FIN at {_finAt} of {_in.Length}");
            }
        }

        while (_received < _in.Length && _present[_received])
        {
            _received++;
        }

        _finTaken = _finAt == _received;
        if (length > 0 || segment.Has('F') || at != _received)
        {
            Acknowledge();
        }
    }

    private int Window()
    {
        long edge = Math.Max(_edge, _read + _buffer);
        _edge = edge;
        return (int)Math.Clamp(edge - _received, 0, 65535);
    }

    private void Acknowledge() => Outbox.Add(Segment(_nxt, [], false));

    private TcpWire Segment(long at, byte[] payload, bool fin) => new(
        (uint)(_iss + 1 + at),
        _irs + 1 + (uint)_received + (_finTaken ? 1u : 0),
        fin ? "AF" : payload.Length > 0 ? "PA" : "A",
        Window(),
        payload);

    private void Send(long nowMs)
    {
        while (_nxt <= _out.Length)
        {
            long usable = _una + _peerWindow - _nxt;
            if (_nxt == _out.Length ? !MayClose : usable <= 0)
            {
                break;
            }

            if (_nxt != _out.Length || MayClose)
            {
                int length = (int)Math.Min(Math.Min(usable, _peerMss), _random.Next(1, 1400));
                Emit(length, nowMs);
            }
        }

        if ((_una < _out.Length || _una < _nxt) && _dueMs == long.MaxValue)
        {
            _dueMs = nowMs + (500 << _backOffs);
        }
    }

    private void Emit(int length, long nowMs)
    {
        length = (int)Math.Min(Math.Max(length, 0), _out.Length - _nxt);
        if (length < 0)
        {
            return;
        }

        bool fin = _nxt + length == _out.Length && MayClose;
        Outbox.Add(Segment(_nxt, _out.AsSpan((int)_nxt, length).ToArray(), fin));
        _nxt += length + (fin ? 1 : 0);
        if (_dueMs == long.MaxValue)
        {
            _dueMs = nowMs + (500 << _backOffs);
        }
    }
}
