// One PPP link: its phases (RFC 1661 section 3), the machines in them, and where each protocol
// goes. Establish: LCP. Authenticate: LCP and CHAP or PAP. Network: CCP, IPCP and data. What a
// machine asks for the whole link (Fail, the end) happens after the event that led to it.

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
    private Authenticator? _authenticator;
    private Ccp? _ccp;
    private Ipcp? _ipcp;
    private byte[] _masterKey = [];
    private MppeSender? _sender;
    private MppeReceiver? _receiver;
    private (HubEnd Reason, string Text)? _failure;
    private ushort _bogusness;
    private bool _isFinished;

    public PppLink(HubSession session, PptpHub hub)
    {
        _session = session;
        _hub = hub;
        ClientAddress = session.Owner.TunnelAddress ?? 0;
        _lcp = new Lcp(this);
    }

    public HubSettings Settings => _session.Settings;

    /// <summary>The client's address inside; final when the user is known.</summary>
    public uint ClientAddress { get; private set; }

    /// <summary>Whether the user is known and may have no address of this hub.</summary>
    public bool IsAddressRefused { get; private set; }

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
            deadline = Math.Min(deadline, _authenticator?.DeadlineMs ?? DeadlineHolder.Never);
            deadline = Math.Min(deadline, _ccp?.DeadlineMs ?? DeadlineHolder.Never);
            return Math.Min(deadline, _ipcp?.DeadlineMs ?? DeadlineHolder.Never);
        }
    }

    // The usual texts are shared by all sessions.
    private string EncryptionText => (_receiver?.Strength, _sender?.Strength) switch
    {
        (null, _) or (_, null) => "none",
        _ when Settings.MppeMode != HubMppeMode.Stateless => TextOf("stateful"),
        (MppeStrengths.Bits40, MppeStrengths.Bits40) => "MPPE 40-bit stateless",
        (MppeStrengths.Bits56, MppeStrengths.Bits56) => "MPPE 56-bit stateless",
        (MppeStrengths.Bits128, MppeStrengths.Bits128) => "MPPE 128-bit stateless",
        _ => TextOf("stateless"),
    };

    public void Start(long nowMs)
    {
        _lcp.Open(nowMs);
        _lcp.Up(nowMs);
    }

    public void Tick(long nowMs)
    {
        _lcp.Tick(nowMs);
        _lcp.TickEcho(nowMs);
        _authenticator?.Tick(nowMs);
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
        switch (_lcp.Authentication)
        {
            case null:
                Fail(HubEnd.AuthenticationFailed, "peer refused to authenticate");
                break;
            case HubAuthentication.None:
                Authenticated("", [], nowMs);
                break;
            case HubAuthentication authentication:
                _authenticator = Authenticator.Of(authentication, this);
                _authenticator.Start(nowMs);
                break;
        }
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
        _authenticator = null;
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
        _session.Authentication = _lcp.Authentication;
        _masterKey = masterKey;
        ChooseAddress(userName);
        HubEncryption encryption = Settings.Encryption;
        if (masterKey.Length == 0 && encryption == HubEncryption.AllowMppe)
        {
            encryption = HubEncryption.Refused;
        }

        _ccp = new Ccp(this, encryption);
        _ipcp = Settings.RejectIpcp ? null : new Ipcp(this);
        if (masterKey.Length == 0 && encryption == HubEncryption.RequireMppe)
        {
            Note(HubNote.EncryptionWithoutKeys);
            Fail(HubEnd.EncryptionFailed, "MPPE required but not available");
            return;
        }

        _ccp.Open(nowMs);
        _ccp.Up(nowMs);
        if (_ccp.AllowsClear)
        {
            _ipcp?.Open(nowMs);
        }

        // Until CCP is open IPCP stays Closed, which answers an early client Terminate-Ack.
        _ipcp?.Up(nowMs);
    }

    public void EncryptionUp(MppeStrengths receive, MppeStrengths send, long nowMs)
    {
        byte[] sendKey = MppeKeys.ServerToClient(_masterKey, send);
        byte[] receiveKey = MppeKeys.ClientToServer(_masterKey, receive);
        if (Settings.ReceivesWithWrongKey)
        {
            receiveKey[0] ^= 1;
        }

        bool isLinux = Settings.MppeMode == HubMppeMode.StatefulLinux;
        bool isStateless = Settings.MppeMode == HubMppeMode.Stateless;
        _sender = isStateless
            ? new MppeSender(sendKey, send)
            : new StatefulMppeSender(sendKey, send, isLinux);
        _receiver = isStateless
            ? new MppeReceiver(receiveKey, receive)
            : new StatefulMppeReceiver(receiveKey, receive, isLinux);
        _ipcp?.Open(nowMs);
    }

    /// <summary>The client missed frames.</summary>
    public void ResetSender() => _sender?.Reset();

    /// <summary>IPCP is open. Whether packets are encrypted must be known too.</summary>
    public void NetworkUp(long nowMs)
    {
        if (_ccp?.IsSettled == true)
        {
            _session.GoUp(EncryptionText, nowMs);
        }
    }

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
            case ushort protocol when protocol == _authenticator?.Protocol:
                _authenticator.Fail();
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
            || (_ccp is null && protocol is not (PppProtocol.Chap or PppProtocol.Pap)))
        {
            Note(HubNote.PppOutOfPhase);
        }
        else if ((protocol == PppProtocol.Ipcp && Settings.RejectIpcp)
            || (protocol == PppProtocol.Ccp && Settings.RejectCcp))
        {
            _lcp.SendProtocolReject(protocol, information);
        }
        else if (protocol
            is PppProtocol.Chap or PppProtocol.Pap or PppProtocol.Ccp or PppProtocol.Ipcp)
        {
            DispatchControl(protocol, information, nowMs);
        }
        else if (protocol == PppProtocol.Compressed && _receiver is not null)
        {
            ReceiveEncrypted(information, nowMs);
        }
        else if (protocol == PppProtocol.Ipv4)
        {
            if (_ccp!.AllowsClear)
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
            case PppProtocol.Chap or PppProtocol.Pap:
                ReceiveAuthentication(protocol, packet, nowMs);
                break;
            case PppProtocol.Ccp:
                _ccp?.Receive(packet, nowMs);
                break;
            default:
                _ipcp?.Receive(packet, nowMs);
                break;
        }
    }

    private void ReceiveAuthentication(ushort protocol, PppPacket packet, long nowMs)
    {
        if (_authenticator?.Protocol == protocol)
        {
            _authenticator.Receive(packet, nowMs);
        }
        else
        {
            // pppd speaks both and hears what it did not ask for in silence.
            Note(HubNote.ChapUnmatched);
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
            case MppeVerdict.Lost:
                Note(HubNote.MppeGap);
                _ccp?.AskReset(nowMs);
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
    private void CountBogus(ushort weight)
    {
        _bogusness += weight;
        if (_bogusness >= 1600)
        {
            Fail(HubEnd.EncryptionFailed, "MPPE disabled");
        }
    }

    // Without authentication there is no user whose rules could count.
    private void ChooseAddress(string userName)
    {
        uint offered = _session.Owner.TunnelAddress ?? 0;
        uint? chosen = _lcp.Authentication != HubAuthentication.None
            && Settings.UserAddresses.TryGetValue(userName, out HubUserAddresses? addresses)
                ? addresses.Choose(offered)
                : offered;
        ClientAddress = chosen ?? offered;
        IsAddressRefused = chosen is null;
    }

    private string TextOf(string mode)
    {
        string receive = BitsOf(_receiver!.Strength);
        string send = BitsOf(_sender!.Strength);
        return receive == send
            ? $"MPPE {send}-bit {mode}"
            : $"MPPE {receive}-bit / {send}-bit {mode}";
    }

    private static string BitsOf(MppeStrengths strength) => strength switch
    {
        MppeStrengths.Bits40 => "40",
        MppeStrengths.Bits56 => "56",
        _ => "128",
    };

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

    // Most sessions go up with IPCP. Where MPPE is only allowed, IPCP can be open before CCP is
    // settled; the session then goes up at the end of the event that settles it.
    private void Settle(long nowMs)
    {
        if (!_session.IsUp && _ipcp?.State == PppState.Opened && _failure is null)
        {
            NetworkUp(nowMs);
        }

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
