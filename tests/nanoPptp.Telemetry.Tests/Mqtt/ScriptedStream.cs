// A stream whose other end is the test: what the client sends is kept, what it receives is fed.

using System;
using nanoPptp.Telemetry.Tcp;
using Xunit;

namespace nanoPptp.Telemetry.Tests.Mqtt;

internal sealed class ScriptedStream : OctetStream
{
    private readonly byte[] _sent = new byte[1 << 16];
    private readonly byte[] _fed = new byte[1 << 17];
    private int _sentCount;
    private int _fedFrom;
    private int _fedTo;
    private bool _isPeerDone;
    private bool _isOver = true;

    public override bool IsOpen => !_isOver && !IsClosed;

    public override bool IsOver => _isOver;

    public override bool IsPeerDone => _isPeerDone && ReceiveCount == 0;

    public override int SendFree => IsOpen ? Room : 0;

    public override int ReceiveCount => _fedTo - _fedFrom;

    public override int UnacknowledgedCount => _sentCount;

    /// <summary>Octets that Send takes; each Send lessens it.</summary>
    public int Room { get; set; }

    /// <summary>The most that one Receive moves.</summary>
    public int Portion { get; set; } = int.MaxValue;

    public bool IsClosed { get; private set; }

    public bool IsAborted { get; private set; }

    /// <summary>When the client closed or aborted it.</summary>
    public int EndedMs { get; private set; }

    public void Open()
    {
        _isOver = false;
        _isPeerDone = false;
        IsClosed = false;
        IsAborted = false;
        Room = 4096;
        _sentCount = 0;
        _fedFrom = 0;
        _fedTo = 0;
    }

    public void Feed(ReadOnlySpan<byte> octets)
    {
        if (_fedFrom == _fedTo)
        {
            _fedFrom = 0;
            _fedTo = 0;
        }

        octets.CopyTo(_fed.AsSpan(_fedTo));
        _fedTo += octets.Length;
    }

    public void EndByPeer() => _isPeerDone = true;

    public void Reset() => _isOver = true;

    /// <summary>What was sent since the last call.</summary>
    public ReadOnlySpan<byte> TakeSent()
    {
        int count = _sentCount;
        _sentCount = 0;
        return _sent.AsSpan(0, count);
    }

    public override int Send(byte[] b, int offset, int length)
    {
        Assert.True(length > 0);
        if (length > SendFree)
        {
            return 0;
        }

        b.AsSpan(offset, length).CopyTo(_sent.AsSpan(_sentCount));
        _sentCount += length;
        Room -= length;
        return length;
    }

    public override int Receive(byte[] b, int offset, int capacity)
    {
        Assert.True(capacity > 0);
        int count = Math.Min(Math.Min(capacity, ReceiveCount), Portion);
        _fed.AsSpan(_fedFrom, count).CopyTo(b.AsSpan(offset, capacity));
        _fedFrom += count;
        return count;
    }

    public override void Close(int nowMs)
    {
        IsClosed = true;
        EndedMs = nowMs;
    }

    public override void Abort(int nowMs)
    {
        IsAborted = true;
        _isOver = true;
        EndedMs = nowMs;
    }
}
