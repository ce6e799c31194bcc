// A stream whose other end is the script: it takes as much as the script allows and gives portions.

using System;
using nanoPptp.Fuzz.Engine;
using nanoPptp.Telemetry.Tcp;

namespace nanoPptp.Fuzz.Targets;

/// <summary>A scripted <see cref="OctetStream"/>. Nothing is allocated after construction.</summary>
internal sealed class FuzzStream : OctetStream
{
    private readonly byte[] _sent = new byte[1 << 16];
    private readonly byte[] _fed = new byte[1 << 16];
    private int _sentCount;
    private int _read;
    private int _fedCount;
    private bool _isOver = true;
    private bool _isClosed;
    private bool _isPeerDone;

    public override bool IsOpen => !_isOver && !_isClosed;

    public override bool IsOver => _isOver;

    public override bool IsPeerDone => _isPeerDone && ReceiveCount == 0;

    public override int SendFree => IsOpen ? Math.Min(Room, _sent.Length - _sentCount) : 0;

    public override int ReceiveCount => _fedCount - _read;

    public override int UnacknowledgedCount => _sentCount;

    /// <summary>Octets that Send takes; each Send lessens it.</summary>
    internal int Room { get; set; }

    /// <summary>The most that one Receive moves.</summary>
    internal int Portion { get; set; } = int.MaxValue;

    /// <summary>What was sent since the stream was opened.</summary>
    internal ReadOnlySpan<byte> Sent => _sent.AsSpan(0, _sentCount);

    /// <summary>What the broker has sent since then.</summary>
    internal ReadOnlySpan<byte> Fed => _fed.AsSpan(0, _fedCount);

    public override int Send(byte[] b, int offset, int length)
    {
        Oracle.Demand(length > 0, "stream", "no octets to send");
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
        Oracle.Demand(capacity > 0, "stream", "no room for octets");
        int count = Math.Min(Math.Min(capacity, ReceiveCount), Portion);
        _fed.AsSpan(_read, count).CopyTo(b.AsSpan(offset, capacity));
        _read += count;
        return count;
    }

    public override void Close(int nowMs) => _isClosed = true;

    public override void Abort(int nowMs) => _isOver = true;

    internal void Open(int room)
    {
        _isOver = false;
        _isClosed = false;
        _isPeerDone = false;
        Room = room;
        _sentCount = 0;
        _read = 0;
        _fedCount = 0;
    }

    internal void Feed(ReadOnlySpan<byte> octets)
    {
        int count = Math.Min(octets.Length, _fed.Length - _fedCount);
        octets[..count].CopyTo(_fed.AsSpan(_fedCount));
        _fedCount += count;
    }

    internal void EndByPeer() => _isPeerDone = true;

    internal void Reset() => _isOver = true;
}
