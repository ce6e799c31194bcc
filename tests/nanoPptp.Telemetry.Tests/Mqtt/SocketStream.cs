// A stream over a real socket on loopback, polled.

using System;
using System.Net;
using System.Net.Sockets;
using nanoPptp.Telemetry.Tcp;

namespace nanoPptp.Telemetry.Tests.Mqtt;

internal sealed class SocketStream : OctetStream, IDisposable
{
    private readonly byte[] _toSend = new byte[4096];
    private readonly byte[] _received = new byte[2048];
    private Socket? _socket;
    private int _toSendCount;
    private int _receivedFrom;
    private int _receivedTo;
    private bool _isClosing;
    private bool _isPeerDone;

    public override bool IsOpen => _socket is not null && !_isClosing;

    public override bool IsOver => _socket is null;

    public override bool IsPeerDone => _isPeerDone && ReceiveCount == 0;

    public override int SendFree => IsOpen ? _toSend.Length - _toSendCount : 0;

    public override int ReceiveCount => _receivedTo - _receivedFrom;

    public override int UnacknowledgedCount => _toSendCount;

    public void Open(int port)
    {
        Dispose();
        _toSendCount = 0;
        _receivedFrom = 0;
        _receivedTo = 0;
        _isClosing = false;
        _isPeerDone = false;
        _socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp)
        {
            NoDelay = true,
        };
        _socket.Connect(IPAddress.Loopback, port);
        _socket.Blocking = false;
    }

    /// <summary>Moves octets between the socket and here.</summary>
    public void Move()
    {
        if (_socket is null)
        {
            return;
        }

        try
        {
            if (_toSendCount > 0 && _socket.Poll(0, SelectMode.SelectWrite))
            {
                int sent = _socket.Send(_toSend.AsSpan(0, _toSendCount));
                _toSend.AsSpan(sent, _toSendCount - sent).CopyTo(_toSend);
                _toSendCount -= sent;
            }

            if (_isClosing && _toSendCount == 0)
            {
                Dispose();
                return;
            }

            if (ReceiveCount == 0 && !_isPeerDone && _socket.Poll(0, SelectMode.SelectRead))
            {
                _receivedFrom = 0;
                _receivedTo = _socket.Receive(_received);
                _isPeerDone = _receivedTo == 0;
            }
        }
        catch (SocketException)
        {
            Dispose();
        }
    }

    public override int Send(byte[] b, int offset, int length)
    {
        if (length > SendFree)
        {
            return 0;
        }

        b.AsSpan(offset, length).CopyTo(_toSend.AsSpan(_toSendCount));
        _toSendCount += length;
        return length;
    }

    public override int Receive(byte[] b, int offset, int capacity)
    {
        int count = Math.Min(capacity, ReceiveCount);
        _received.AsSpan(_receivedFrom, count).CopyTo(b.AsSpan(offset));
        _receivedFrom += count;
        return count;
    }

    public override void Close(int nowMs) => _isClosing = true;

    public override void Abort(int nowMs)
    {
        if (_socket is not null)
        {
            _socket.LingerState = new LingerOption(true, 0);
        }

        Dispose();
    }

    public void Dispose()
    {
        _socket?.Dispose();
        _socket = null;
    }
}
