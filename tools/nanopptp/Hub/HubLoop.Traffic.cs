// Between the sockets and the hub.

using System;
using System.Net;
using nanoPptp.Tool.Sockets;
using Simulator.Hub;
using Simulator.Reports;

namespace nanoPptp.Tool.Hub;

/// <content>What passes between the sockets and the hub.</content>
internal sealed partial class HubLoop
{
    private int _greReady;

    /// <inheritdoc/>
    public void SendTcp(int connection, ReadOnlySpan<byte> octets)
    {
        if (!_connections.TryGetValue(connection, out ClientConnection? client))
        {
            return;
        }

        if (CallReply.TryRead(octets, out ushort callId))
        {
            ForgetCall(client);
            client.BeginCall(callId);
            _byCallId[callId] = client;
        }

        client.Capture?.Control(PacketDirection.Inbound, octets);
        if (!client.Send(octets))
        {
            _broken.Add(connection);
        }
    }

    /// <inheritdoc/>
    public void CloseTcp(int connection, bool reset)
    {
        if (!_connections.TryGetValue(connection, out ClientConnection? client))
        {
            return;
        }

        client.Capture?.Ended(PacketDirection.Inbound, reset);
        if (reset)
        {
            // Before its call a client is reset only when it is turned away.
            IPEndPoint outer = client.Outer;
            _audience.Note(presenter => presenter.Rejected(outer));
            _rejectedCount++;
            client.Reset();
            Forget(client);
        }
        else
        {
            client.ClosesByMs = NowMs + CloseMs;
        }
    }

    /// <inheritdoc/>
    public void SendGre(int connection, uint clientAddress, ReadOnlySpan<byte> gre)
    {
        if (!_connections.TryGetValue(connection, out ClientConnection? client)
            || !GreFrame.TryRead(gre, out GreFrame frame))
        {
            return;
        }

        FindGre(client.Local)?.SendTo(client.GreAddress, gre);
        client.Capture?.Gre(PacketDirection.Inbound, gre);
        if (frame.IsData)
        {
            client.Facts.PacketsOut++;
            client.Facts.OctetsOut += frame.Information.Length;
            client.Facts.LastDataMs = NowMs;
        }
        else if (client.Watch.Sent(frame.Protocol, frame.Information) is { } outcome)
        {
            IPEndPoint outer = client.Outer;
            client.Facts.User = outcome.User;
            _audience.Note(presenter => presenter.Authenticated(outer, outcome));
            _refusedCount += outcome.IsAccepted ? 0 : 1;
        }
    }

    private static GreSocket OpenGre(IPAddress local)
    {
        try
        {
            return GreSocket.BindTo(local);
        }
        catch (UnauthorizedAccessException)
        {
            throw HubFailures.NoRawSocket();
        }
    }

    private GreSocket? FindGre(IPAddress local)
    {
        foreach (GreSocket socket in _greSockets)
        {
            if (socket.Local.Equals(local))
            {
                return socket;
            }
        }

        return null;
    }

    private void Wait(long nowMs, out int listener, out int tun, out int firstGre)
    {
        _poller.Clear();
        bool accepts = _stoppingSinceMs is null
            && nowMs >= _acceptsFromMs
            && _connections.Count < _connectionLimit;
        listener = accepts ? _poller.Add(_listener.SafeHandle) : -1;
        tun = _tun is null ? -1 : _poller.Add(_tun.Handle);
        firstGre = -1;
        _greReady = _greSockets.Count;
        foreach (GreSocket socket in _greSockets)
        {
            int place = _poller.Add(socket.Handle);
            firstGre = firstGre < 0 ? place : firstGre;
        }

        _polled.Clear();
        foreach (ClientConnection connection in _connections.Values)
        {
            connection.PollPlace = _poller.Add(connection.Handle, connection.HasWaiting);
            _polled.Add(connection);
        }

        _poller.Wait(WaitMs(nowMs));
    }

    private void Drain(GreSocket socket, long nowMs)
    {
        for (int i = 0; i < DrainsInARow; i++)
        {
            GreReceipt receipt = socket.Receive(_buffer);
            if (receipt == GreReceipt.Empty)
            {
                return;
            }

            if (receipt == GreReceipt.Nothing)
            {
                continue;
            }

            ReadOnlySpan<byte> gre = _buffer.AsSpan(socket.HeaderLength..socket.PacketLength);
            if (GreFrame.TryRead(gre, out GreFrame frame)
                && _byCallId.TryGetValue(frame.CallId, out ClientConnection? client)
                && client.Address == socket.Source)
            {
                client.Capture?.Gre(PacketDirection.Outbound, gre);
                if (frame.IsData)
                {
                    client.Facts.PacketsIn++;
                    client.Facts.OctetsIn += frame.Information.Length;
                    client.Facts.LastDataMs = nowMs;
                }
                else
                {
                    client.Watch.Received(frame.Protocol, frame.Information);
                }
            }

            _hub.GreReceived(socket.Source, gre, nowMs);
        }
    }

    private void Drain(TunDevice tun, long nowMs)
    {
        for (int i = 0; i < DrainsInARow; i++)
        {
            int length = tun.Read(_buffer);
            if (length == 0)
            {
                return;
            }

            ReadOnlySpan<byte> packet = _buffer.AsSpan(0, length);
            bool isSent = InnerPacket.TryReadDestination(packet, out uint destination)
                && _byInner.TryGet(destination, out HubSession? session)
                && _hub.SendIp(session, packet, nowMs);
            if (isSent)
            {
                _tunSentCount++;
            }
            else
            {
                _tunDroppedCount++;
            }
        }
    }
}
