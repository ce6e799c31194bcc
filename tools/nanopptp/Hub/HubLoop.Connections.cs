// The life of the clients' TCP connections.

using System;
using System.Net;
using System.Net.Sockets;
using nanoPptp.Tool.Sockets;
using Simulator.Hub;
using Simulator.Reports;

namespace nanoPptp.Tool.Hub;

/// <content>Connections from their acceptance to their end.</content>
internal sealed partial class HubLoop
{
    private void Listen()
    {
        IPEndPoint place = new(_plan.Listen, _plan.Port);

        // A hub that was stopped can be started again while old connections die away. .NET's own
        // ReuseAddress would let two hubs share the port as well.
        const int ReuseAddress = 2;
        _listener.SetRawSocketOption(Libc.LevelSocket, ReuseAddress, BitConverter.GetBytes(1));
        try
        {
            _listener.Bind(place);
            _listener.Listen(128);
            _listener.Blocking = false;

            // Opened now for the permission's sake, and kept when it is the one that will serve.
            GreSocket gre = OpenGre(_plan.Listen);
            if (_plan.Listen.Equals(IPAddress.Any))
            {
                gre.Dispose();
            }
            else
            {
                _greSockets.Add(gre);
            }
        }
        catch (SocketException e)
        {
            throw HubFailures.CannotListen(place, e.SocketErrorCode);
        }
    }

    private void Accept(long nowMs)
    {
        for (int i = 0; i < AcceptsInARow && _connections.Count < _connectionLimit; i++)
        {
            if (i > 0 && !_listener.Poll(0, SelectMode.SelectRead))
            {
                return;
            }

            Socket socket;
            try
            {
                socket = _listener.Accept();
            }
            catch (SocketException e)
            {
                // The client is gone already, or there is no file left for it: others first.
                bool isFull = e.SocketErrorCode
                    is SocketError.TooManyOpenSockets or SocketError.NoBufferSpaceAvailable;
                _acceptsFromMs = isFull ? nowMs + AcceptPauseMs : _acceptsFromMs;
                return;
            }

            Admit(socket, nowMs);
        }
    }

    private void Admit(Socket socket, long nowMs)
    {
        ClientConnection connection;
        try
        {
            connection = new ClientConnection(socket, ++_lastConnection);

            // The client's GRE follows within a millisecond of the call: without this socket the
            // kernel would answer that the protocol is unreachable.
            if (FindGre(connection.Local) is null)
            {
                if (_greSockets.Count == MostLocalAddresses)
                {
                    TurnAway(connection);
                    return;
                }

                _greSockets.Add(OpenGre(connection.Local));
            }
        }
        catch (SocketException)
        {
            // It was faster gone than looked at.
            socket.Dispose();
            return;
        }

        _connections.Add(connection.Number, connection);
        _connectionCount++;
        if (_capture is not null)
        {
            int port = ((IPEndPoint)_listener.LocalEndPoint!).Port;
            connection.Capture = new CaptureLine(
                _capture, connection.Outer, new IPEndPoint(connection.Local, port));
        }

        IPEndPoint outer = connection.Outer;
        _audience.Note(presenter => presenter.Connected(outer));
        _hub.TcpConnected(connection.Number, connection.Address, nowMs);
    }

    // Whoever scans a network with many addresses of ours would fill the log: it is told once.
    private void TurnAway(ClientConnection connection)
    {
        _rejectedCount++;
        connection.Reset();
        if (!_hasToldLocalLimit)
        {
            _hasToldLocalLimit = true;
            IPEndPoint outer = connection.Outer;
            IPAddress local = connection.Local;
            _audience.Note(presenter => presenter.LocalLimit(outer, local, MostLocalAddresses));
        }
    }

    private void Attend(ClientConnection connection, long nowMs)
    {
        if (_poller.HasRoom(connection.PollPlace) && _connections.ContainsKey(connection.Number))
        {
            connection.Flush();
        }

        // A round may have forgotten the connection before its turn came.
        for (int i = 0;
            i < ReadsInARow
                && _poller.IsReady(connection.PollPlace)
                && _connections.ContainsKey(connection.Number);
            i++)
        {
            int length = connection.Receive(_buffer);
            if (length < 0)
            {
                return;
            }

            if (length == 0)
            {
                Lose(connection, nowMs);
                return;
            }

            // After the hub closed it, what still comes is read only so that no reset overtakes the
            // hub's last words.
            if (connection.ClosesByMs is null)
            {
                connection.Capture?.Control(
                    PacketDirection.Outbound, _buffer.AsSpan(0, length));
                _hub.TcpReceived(connection.Number, _buffer.AsSpan(0, length), nowMs);
            }
        }
    }

    private void Lose(ClientConnection connection, long nowMs)
    {
        connection.Capture?.Ended(PacketDirection.Outbound, reset: false);
        bool isTheHubs = connection.ClosesByMs is null;
        if (isTheHubs)
        {
            _hub.TcpClosed(connection.Number, nowMs);
        }

        Forget(connection);
        connection.Dispose();
    }

    private void Forget(ClientConnection connection)
    {
        if (_connections.Remove(connection.Number))
        {
            ForgetCall(connection);
            IPEndPoint outer = connection.Outer;
            _audience.Note(presenter => presenter.Disconnected(outer));
        }
    }

    private void ForgetCall(ClientConnection connection)
    {
        if (connection.CallId is { } callId)
        {
            _byCallId.Remove(callId);
            connection.CallId = null;
        }
    }

    /// <summary>Sends what waits, closes what is through, and tells the hub what broke.</summary>
    private void Flush(long nowMs)
    {
        // To be told may make the hub send, and that may break another; each breaks once.
        for (int i = 0; i < _broken.Count; i++)
        {
            if (_connections.TryGetValue(_broken[i], out ClientConnection? connection))
            {
                connection.Capture?.Ended(PacketDirection.Inbound, reset: true);
                connection.Reset();
                Forget(connection);
                _hub.TcpClosed(_broken[i], nowMs);
            }
        }

        _broken.Clear();
        foreach (ClientConnection connection in (ClientConnection[])[.. _connections.Values])
        {
            if (connection.ClosesByMs is { } closesByMs)
            {
                connection.Flush();
                if (nowMs >= closesByMs)
                {
                    connection.Reset();
                    Forget(connection);
                }
            }
        }
    }

    /// <summary>Hangs up sessions that were quiet or up for too long: pppd's idle and maxconnect.
    /// </summary>
    private void Sweep(long nowMs)
    {
        if ((_plan.IdleSeconds == 0 && _plan.LongestSeconds == 0) || nowMs - _sweptMs < SecondMs)
        {
            return;
        }

        _sweptMs = nowMs;
        foreach (ClientConnection connection in (ClientConnection[])[.. _connections.Values])
        {
            SessionFacts facts = connection.Facts;
            if (connection.Session is not { IsUp: true } session
                || facts.UpSinceMs is not { } upSinceMs
                || facts.HangUpCause.Length > 0)
            {
                continue;
            }

            bool isIdle = _plan.IdleSeconds > 0
                && nowMs - long.Max(facts.LastDataMs, upSinceMs) >= _plan.IdleSeconds * 1000L;
            bool isLong = _plan.LongestSeconds > 0
                && nowMs - upSinceMs >= _plan.LongestSeconds * 1000L;
            if (isIdle || isLong)
            {
                facts.HangUpCause = isIdle
                    ? $"this hub hung up: no packet for {_plan.IdleSeconds} s (idle)"
                    : $"this hub hung up: up for {_plan.LongestSeconds} s (maxconnect)";
                _hub.HangUp(session, HangUpStyle.Pptpd, nowMs);
            }
        }
    }
}
