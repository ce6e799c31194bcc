// One PPP link: its phases (RFC 1661 section 3), the machines in them, and where each protocol
// goes. Establish: LCP. Authenticate: LCP and CHAP. Network: CCP, IPCP and data. What a machine
// asks for the whole link (Fail, the end) happens after the event that led to it.

using System;
using System.Buffers.Binary;

namespace Simulator.Hub;

/// <summary>The PPP side of a session.</summary>
internal sealed class PppLink : INegotiationHost
{
    /// <summary>Frames beyond this are not looked at: no MRU asks for them.</summary>
    public const int MaximumFrameLength = 1600;

    private const int MppePadding = 4;

    private readonly HubSession _session;
    private readonly PptpHub _hub;
    private readonly Lcp _lcp;
    private ChapAuthenticator? _chap;
    private Ccp? _ccp;
    private Ipcp? _ipcp;
    private byte[] _masterKey = [];
    private MppeSender? _sender;
    private MppeReceiver? _receiver;
    private (HubEnd Reason, string Text)? _failure;
    private int _bogusness;
    private bool _isFinished;

    public PppLink(HubSession session, PptpHub hub)
    {
        _session = session;
        _hub = hub;
        _lcp = new Lcp(this);
    }

    public HubSettings Settings => _hub.Settings;

    public uint ClientAddress => _session.Address;

    /// <summary>The first cause of the link's end; null while none is in sight.</summary>
    public HubEnd? EndReason { get; private set; }

    public bool IsEncrypting => _sender is not null;

    public Span<byte> PacketData =>
        _hub.Scratch.AsSpan(PptpHub.ScratchHeadroom + PppPacket.HeaderLength);

    /// <summary>Longest inner packet: pppd takes MPPE's octets off the MTU.</summary>
    public int MaximumPacketLength =>
        Math.Min(Settings.Mtu, _lcp.PeerMru) - (IsEncrypting ? MppePadding : 0);

    public long DeadlineMs
    {
        get
        {
            long deadline = Math.Min(_lcp.DeadlineMs, _lcp.EchoDeadlineMs);
            deadline = Math.Min(deadline, _chap?.DeadlineMs ?? DeadlineHolder.Never);
            deadline = Math.Min(deadline, _ccp?.DeadlineMs ?? DeadlineHolder.Never);
            return Math.Min(deadline, _ipcp?.DeadlineMs ?? DeadlineHolder.Never);
        }
    }

    public void Start(long nowMs)
    {
        _lcp.Open(nowMs);
        _lcp.Up(nowMs);
    }

    public void Tick(long nowMs)
    {
        _lcp.Tick(nowMs);
        _lcp.TickEcho(nowMs);
        _chap?.Tick(nowMs);
        _ccp?.Tick(nowMs);
        _ipcp?.Tick(nowMs);
        Settle(nowMs);
    }

    /// <summary>Ends the link from this side.</summary>
    public void Terminate(HubEnd reason, string text, long nowMs)
    {
        Fail(reason, text);
        Settle(nowMs);
    }

    /// <summary>Takes the payload of a GRE packet.</summary>
    public void Receive(ReadOnlySpan<byte> frame, long nowMs)
    {
        if (frame.Length > MaximumFrameLength
            || !PppFrame.TryRead(frame, out ushort protocol, out ReadOnlySpan<byte> information))
        {
            Note(HubNote.PppMalformed);
            return;
        }

        Dispatch(protocol, information, nowMs);
        Settle(nowMs);
    }

    /// <summary>
    /// Sends an IPv4 packet that stands in the scratch buffer behind the headroom.
    /// </summary>
    public bool SendIp(int length)
    {
        if (!_session.IsUp || length > MaximumPacketLength)
        {
            return false;
        }

        byte[] scratch = _hub.Scratch;
        int start = PptpHub.ScratchHeadroom;
        int end = start + length;
        ushort protocol = PppProtocol.Ipv4;
        if (_sender is not null)
        {
            // Inside, Linux writes the protocol in two octets even when one would do.
            start = PppFrame.WriteBefore(
                scratch, start, protocol, addressControl: false, compressProtocol: false);
            _sender.Encrypt(_hub.Rc4, scratch, start, end - start);
            start -= Mppe.HeaderLength;
            protocol = PppProtocol.Compressed;
        }

        SendFrame(start, end, protocol, isPlain: false);
        return true;
    }

    public void SendPacket(ushort protocol, PppCode code, byte identifier, int dataLength)
    {
        int start = PptpHub.ScratchHeadroom;
        PppPacket.WriteHeader(
            _hub.Scratch.AsSpan(start), (byte)code, identifier, dataLength);
        bool isPlain = protocol == PppProtocol.Lcp
            && code is >= PppCode.ConfigureRequest and <= PppCode.CodeReject;
        SendFrame(start, start + PppPacket.HeaderLength + dataLength, protocol, isPlain);
    }

    public void Note(HubNote note) => _session.Note(note);

    public uint NextMagic() => _hub.NextMagic();

    public void FillRandom(Span<byte> octets) => _hub.FillRandom(octets);

    /// <summary>Asks for the end of the link; the first cause counts.</summary>
    public void Fail(HubEnd reason, string text) => _failure ??= (reason, text);

    public void LcpUp(long nowMs)
    {
        _chap = new ChapAuthenticator(this);
        _chap.Start(nowMs);
    }

    public void LcpDown(long nowMs)
    {
        HubEnd reason = _lcp.State switch
        {
            PppState.Stopping when EndReason is null => HubEnd.ClientTerminated,
            PppState.Stopping or PppState.Closing => EndReason ?? HubEnd.LcpFailed,
            _ => HubEnd.Renegotiated,
        };
        if (reason != HubEnd.Renegotiated)
        {
            EndReason ??= reason;
        }

        _session.GoDown(reason, nowMs);
        _chap = null;
        _ccp = null;
        _ipcp = null;
        _sender = null;
        _receiver = null;
        _masterKey = [];
    }

    public void LcpFinished() => _isFinished = true;

    public void Authenticated(string userName, byte[] masterKey, long nowMs)
    {
        _session.UserName = userName;
        _masterKey = masterKey;
        _ccp = new Ccp(this);
        _ipcp = new Ipcp(this);
        _ccp.Open(nowMs);
        _ccp.Up(nowMs);
        if (Settings.Encryption == HubEncryption.Refused)
        {
            _ipcp.Open(nowMs);
        }

        // Until CCP is open IPCP stays Closed, which answers an early client Terminate-Ack.
        _ipcp.Up(nowMs);
    }

    public void EncryptionUp(long nowMs)
    {
        _sender = new MppeSender(MppeKeys.ServerToClient(_masterKey));
        _receiver = new MppeReceiver(MppeKeys.ClientToServer(_masterKey));
        _ipcp?.Open(nowMs);
    }

    public void NetworkUp(long nowMs) => _session.GoUp(IsEncrypting, nowMs);

    public void NetworkDown(bool isEnd, long nowMs)
    {
        _session.GoDown(isEnd ? HubEnd.IpcpFailed : HubEnd.Renegotiated, nowMs);
        if (isEnd)
        {
            Fail(HubEnd.IpcpFailed, "No network protocols running");
        }
    }

    public void ReceiveProtocolReject(ReadOnlySpan<byte> data, long nowMs)
    {
        if (_lcp.State != PppState.Opened)
        {
            return;
        }

        if (data.Length < 2)
        {
            Note(HubNote.PppMalformed);
            return;
        }

        Note(HubNote.PppProtocolRejectReceived);
        switch (BinaryPrimitives.ReadUInt16BigEndian(data))
        {
            case PppProtocol.Lcp:
                _lcp.ReceiveProtocolReject(nowMs);
                break;
            case PppProtocol.Chap:
                Fail(HubEnd.AuthenticationFailed, "peer refused to authenticate");
                break;
            case PppProtocol.Ccp:
                _ccp?.ReceiveProtocolReject(nowMs);
                break;
            case PppProtocol.Ipcp:
                _ipcp?.ReceiveProtocolReject(nowMs);
                break;
            default:
                break;
        }
    }

    private void Dispatch(ushort protocol, ReadOnlySpan<byte> information, long nowMs)
    {
        if (protocol == PppProtocol.Lcp)
        {
            if (PppPacket.TryRead(information, out PppPacket packet))
            {
                _lcp.Receive(packet, nowMs);
            }
            else
            {
                Note(HubNote.PppMalformed);
            }
        }
        else if (_lcp.State != PppState.Opened
            || (_ccp is null && protocol != PppProtocol.Chap))
        {
            Note(HubNote.PppOutOfPhase);
        }
        else if (protocol is PppProtocol.Chap or PppProtocol.Ccp or PppProtocol.Ipcp)
        {
            DispatchControl(protocol, information, nowMs);
        }
        else if (protocol == PppProtocol.Compressed && _receiver is not null)
        {
            ReceiveEncrypted(information, nowMs);
        }
        else if (protocol == PppProtocol.Ipv4)
        {
            if (Settings.Encryption == HubEncryption.Refused)
            {
                _session.ReceiveIp(information, nowMs);
            }
            else
            {
                Note(HubNote.ClearData);
            }
        }
        else
        {
            _lcp.SendProtocolReject(protocol, information);
        }
    }

    private void DispatchControl(ushort protocol, ReadOnlySpan<byte> information, long nowMs)
    {
        if (!PppPacket.TryRead(information, out PppPacket packet))
        {
            Note(HubNote.PppMalformed);
            return;
        }

        switch (protocol)
        {
            case PppProtocol.Chap:
                _chap?.Receive(packet, nowMs);
                break;
            case PppProtocol.Ccp:
                _ccp?.Receive(packet, nowMs);
                break;
            default:
                _ipcp?.Receive(packet, nowMs);
                break;
        }
    }

    private void ReceiveEncrypted(ReadOnlySpan<byte> frame, long nowMs)
    {
        byte[] buffer = _hub.ReceiveScratch;
        frame.CopyTo(buffer);
        switch (_receiver!.Decrypt(_hub.Rc4, buffer, 0, frame.Length))
        {
            case MppeVerdict.Late:
                Note(HubNote.MppeLate);
                CountBogus(1);
                return;
            case MppeVerdict.Decrypted:
                _bogusness /= 2;
                break;
            default:
                Note(HubNote.MppeBadFrame);
                CountBogus(100);
                return;
        }

        if (_receiver.LostBefore > 0)
        {
            Note(HubNote.MppeGap);
        }

        ReadOnlySpan<byte> inner = buffer.AsSpan(Mppe.HeaderLength..frame.Length);
        if (PppFrame.TryReadProtocol(inner, out ushort protocol, out ReadOnlySpan<byte> packet)
            && protocol == PppProtocol.Ipv4)
        {
            _session.ReceiveIp(packet, nowMs);
            return;
        }

        Note(HubNote.MppeInnerProtocol);
        if (Settings.RejectInnerProtocols)
        {
            _lcp.SendProtocolReject(protocol, packet);
        }
    }

    // Linux keeps such a score and gives the link up at the same figure.
    private void CountBogus(int weight)
    {
        _bogusness += weight;
        if (_bogusness >= 1600)
        {
            Fail(HubEnd.EncryptionFailed, "MPPE disabled");
        }
    }

    private void SendFrame(int start, int end, ushort protocol, bool isPlain)
    {
        start = PppFrame.WriteBefore(
            _hub.Scratch,
            start,
            protocol,
            addressControl: isPlain || !_lcp.PeerTakesNoAddress,
            compressProtocol: !isPlain && _lcp.PeerTakesShortProtocol);
        _session.Gre.Send(_hub.Scratch, start, end);
    }

    private void Settle(long nowMs)
    {
        if (_failure is var (reason, text) && EndReason is null && !_isFinished)
        {
            EndReason = reason;
            bool wasEncrypting = IsEncrypting;
            _lcp.TerminateText = wasEncrypting ? "MPPE disabled" : text;
            _lcp.Close(nowMs);
            if (wasEncrypting)
            {
                _lcp.RepeatTerminateRequest(nowMs);
            }

            _isFinished |= _lcp.State is PppState.Initial or PppState.Closed;
        }

        _failure = null;
        if (_isFinished)
        {
            _session.PppFinished(EndReason ?? HubEnd.LcpFailed, nowMs);
        }
    }
}
