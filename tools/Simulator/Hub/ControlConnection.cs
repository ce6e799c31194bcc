// One control connection as the PAC sees it: RFC 2637 sections 2 and 3. It carries at most one
// call at a time, as pptpd's do.

using System;

namespace Simulator.Hub;

/// <summary>The TCP side of a client, and the holder of its session's deadline.</summary>
internal sealed class ControlConnection(
    PptpHub hub, int connection, uint clientAddress, long number, long nowMs)
    : DeadlineHolder(number)
{
    private readonly HubSettings _settings = hub.Settings;
    private byte[] _partial = [];
    private bool _isEstablished;
    private bool _awaitsEchoReply;
    private uint _echoIdentifier;
    private long _deadlineMs = nowMs + hub.Settings.StartTimeoutMs;

    public int Connection { get; } = connection;

    public uint ClientAddress { get; } = clientAddress;

    /// <summary>Reserved from Start-Control-Connection-Request to the end of TCP.</summary>
    public uint? TunnelAddress { get; private set; }

    public HubSession? Session { get; private set; }

    public bool IsClosed { get; private set; }

    public long DeadlineMs => Math.Min(_deadlineMs, Session?.DeadlineMs ?? Never);

    /// <summary>Takes octets of the stream, cut anywhere.</summary>
    public void Receive(ReadOnlySpan<byte> octets, long nowMs)
    {
        ReadOnlySpan<byte> stream = octets;
        if (_partial.Length > 0)
        {
            stream = (byte[])[.. _partial, .. octets];
            _partial = [];
        }

        while (!IsClosed)
        {
            ControlVerdict verdict = ControlMessage.Check(
                stream, out ControlType type, out int length);
            if (verdict == ControlVerdict.NeedMore)
            {
                _partial = stream.IsEmpty ? [] : stream.ToArray();
                return;
            }

            if (verdict != ControlVerdict.Complete)
            {
                // RFC 2637 section 1.4: who has lost the boundaries closes and does not search.
                hub.Note(Session, HubNote.ControlBroken);
                End(HubEnd.ControlBroken, nowMs);
                return;
            }

            NoteSignOfLife(nowMs);
            Dispatch(type, stream[..length], nowMs);
            stream = stream[length..];
        }
    }

    public void Tick(long nowMs)
    {
        if (nowMs >= _deadlineMs)
        {
            if (!_isEstablished || _awaitsEchoReply)
            {
                End(HubEnd.ControlTimeout, nowMs);
                return;
            }

            _awaitsEchoReply = true;
            _echoIdentifier++;
            _deadlineMs = nowMs + _settings.ControlEchoTimeoutMs;
            Span<byte> message = stackalloc byte[ControlEcho.RequestLength];
            new ControlEcho(_echoIdentifier, 0, 0).WriteRequest(message);
            Send(message);
        }

        Session?.Tick(nowMs);
    }

    /// <summary>Ends the call, if there is one, and closes TCP.</summary>
    public void End(HubEnd reason, long nowMs, bool reset = false)
    {
        Session?.End(reason, nowMs);
        Close(reset);
    }

    /// <summary>Closes TCP from this side.</summary>
    public void Close(bool reset)
    {
        if (!IsClosed)
        {
            Forget();
            hub.Transport.CloseTcp(Connection, reset);
        }
    }

    /// <summary>The client's side is gone: nothing is left to close.</summary>
    public void ClosedByPeer(long nowMs)
    {
        Session?.End(HubEnd.TcpClosed, nowMs);
        Forget();
    }

    /// <summary>The session is over; the connection may carry another.</summary>
    public void ReleaseSession()
    {
        Session = null;
    }

    /// <summary>RFC 2637's way to end a call from the PAC's side.</summary>
    public void DisconnectCall(byte resultCode, HubEnd reason, long nowMs)
    {
        if (Session is HubSession session)
        {
            Span<byte> message = stackalloc byte[CallDisconnectNotify.Length];
            new CallDisconnectNotify(session.CallId, resultCode, 0, 0).Write(message);
            Send(message);
            session.End(reason, nowMs);
        }
    }

    /// <summary>Says that the hub stops, and closes without waiting for the reply.</summary>
    public void Stop(long nowMs)
    {
        if (_isEstablished)
        {
            Span<byte> message = stackalloc byte[StopControlConnection.Length];
            new StopControlConnection(StopControlConnection.ReasonLocalShutdown, 0)
                .Write(ControlType.StopControlConnectionRequest, message);
            Send(message);
        }

        End(HubEnd.HubStopped, nowMs);
    }

    private void Dispatch(ControlType type, ReadOnlySpan<byte> message, long nowMs)
    {
        switch (type)
        {
            case ControlType.StartControlConnectionRequest:
                ReceiveStart(StartControlConnection.Read(message), nowMs);
                break;
            case ControlType.StopControlConnectionRequest:
                Span<byte> reply = stackalloc byte[StopControlConnection.Length];
                new StopControlConnection(StopControlConnection.ResultOk, 0)
                    .Write(ControlType.StopControlConnectionReply, reply);
                Send(reply);
                End(HubEnd.ControlStopped, nowMs);
                break;
            case ControlType.EchoRequest:
                AnswerEcho(ControlEcho.ReadRequest(message));
                break;
            case ControlType.EchoReply:
                ReceiveEchoReply(ControlEcho.ReadReply(message), nowMs);
                break;
            case ControlType.OutgoingCallRequest when _isEstablished:
                ReceiveCall(OutgoingCallRequest.Read(message), nowMs);
                break;
            case ControlType.CallClearRequest when _isEstablished:
                ReceiveClear(CallClearRequest.Read(message), nowMs);
                break;
            case ControlType.SetLinkInfo when _isEstablished:
                ushort callId = SetLinkInfo.Read(message).PeerCallId;
                hub.Note(
                    Session,
                    Session?.CallId == callId ? HubNote.SetLinkInfo : HubNote.CallIdMismatch);
                break;
            case ControlType.WanErrorNotify when _isEstablished:
                hub.Note(Session, HubNote.WanError);
                break;
            default:
                hub.Note(Session, HubNote.ControlUnexpected);
                break;
        }
    }

    private void ReceiveStart(StartControlConnection request, long nowMs)
    {
        if (_isEstablished)
        {
            hub.Note(Session, HubNote.ControlUnexpected);
            SendStartReply(StartControlConnection.ChannelAlreadyExists);
            return;
        }

        if (request.ProtocolVersion < ControlMessage.ProtocolVersion)
        {
            SendStartReply(StartControlConnection.VersionNotSupported);
            End(HubEnd.ControlBroken, nowMs);
            return;
        }

        if (_settings.StartResult != StartControlConnection.Successful)
        {
            hub.Note(null, HubNote.ConnectionRefused);
            SendStartReply(_settings.StartResult);
            Close(reset: false);
            return;
        }

        TunnelAddress = hub.TakeAddress();
        if (TunnelAddress is null && _settings.FullStyle == HubFullStyle.Reset)
        {
            hub.Note(null, HubNote.ConnectionRefused);
            Close(reset: true);
            return;
        }

        _isEstablished = true;
        NoteSignOfLife(nowMs);
        SendStartReply(StartControlConnection.Successful);
    }

    // The fields behind the result are those pptpd sends.
    private void SendStartReply(byte resultCode)
    {
        Span<byte> message = stackalloc byte[StartControlConnection.Length];
        var reply = new StartControlConnection(
            ControlMessage.ProtocolVersion,
            resultCode,
            ErrorCode: 0,
            FramingCapabilities: 0,
            BearerCapabilities: 0,
            MaximumChannels: 1,
            FirmwareRevision: 1,
            _settings.HostName,
            _settings.VendorName);
        reply.Write(ControlType.StartControlConnectionReply, message);
        Send(message);
    }

    private void ReceiveCall(OutgoingCallRequest request, long nowMs)
    {
        if (Session is not null)
        {
            hub.Note(Session, HubNote.ControlUnexpected);
            SendCallReply(
                0,
                request,
                OutgoingCallReply.GeneralError,
                OutgoingCallReply.ErrorNoResource);
            return;
        }

        HubSession? session = TunnelAddress is null ? null : hub.Begin(this, request);
        if (session is null)
        {
            hub.Note(null, HubNote.ConnectionRefused);
            SendCallReply(0, request, OutgoingCallReply.Busy, 0);
            return;
        }

        Session = session;
        if (session.Settings.SendLcpBeforeCallReply)
        {
            session.Start(nowMs);
            SendCallReply(session.CallId, request, OutgoingCallReply.Connected, 0);
        }
        else
        {
            SendCallReply(session.CallId, request, OutgoingCallReply.Connected, 0);
            session.Start(nowMs);
        }
    }

    private void SendCallReply(
        ushort callId, OutgoingCallRequest request, byte resultCode, byte errorCode)
    {
        Span<byte> message = stackalloc byte[OutgoingCallReply.Length];
        var reply = new OutgoingCallReply(
            callId,
            request.CallId,
            resultCode,
            errorCode,
            CauseCode: 0,
            request.MaximumBps,
            _settings.ReceiveWindowSize,
            ProcessingDelay: 0,
            PhysicalChannelId: 0);
        reply.Write(message);
        Send(message);
    }

    private void ReceiveClear(CallClearRequest request, long nowMs)
    {
        if (Session?.PeerCallId != request.CallId)
        {
            hub.Note(Session, HubNote.CallIdMismatch);
        }
        else if (Session.Settings.AnswerCallClear)
        {
            DisconnectCall(CallDisconnectNotify.Requested, HubEnd.CallCleared, nowMs);
        }
        else
        {
            End(HubEnd.CallCleared, nowMs);
        }
    }

    private void AnswerEcho(ControlEcho request)
    {
        Span<byte> message = stackalloc byte[ControlEcho.ReplyLength];
        new ControlEcho(request.Identifier, ControlEcho.ResultOk, 0).WriteReply(message);
        Send(message);
    }

    private void ReceiveEchoReply(ControlEcho reply, long nowMs)
    {
        if (_awaitsEchoReply && reply.Identifier == _echoIdentifier)
        {
            _awaitsEchoReply = false;
            NoteSignOfLife(nowMs);
        }
        else
        {
            hub.Note(Session, HubNote.ControlEchoUnmatched);
        }
    }

    // Any message puts the hub's own question off, but only the right reply settles one asked.
    private void NoteSignOfLife(long nowMs)
    {
        if (_isEstablished && !_awaitsEchoReply)
        {
            long interval = _settings.ControlEchoIntervalMs;
            _deadlineMs = interval > 0 ? nowMs + interval : Never;
        }
    }

    private void Send(ReadOnlySpan<byte> message) => hub.Transport.SendTcp(Connection, message);

    private void Forget()
    {
        IsClosed = true;
        _partial = [];
        hub.Forget(this);
    }
}
