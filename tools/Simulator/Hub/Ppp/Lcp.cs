// LCP: RFC 1661 sections 5 and 6. The options are those pppd asks for behind a tunnel: mru,
// asyncmap 0, auth (the first of the settings' list, chap MS-v2 by default), magic, pcomp, accomp.

using System;
using System.Buffers.Binary;
using System.Collections.Generic;

namespace Simulator.Hub;

/// <summary>LCP's options, RFC 1661 section 6 and RFC 1662 section 7.</summary>
internal enum LcpOption : byte
{
    MaximumReceiveUnit = 1,
    AsyncControlCharacterMap = 2,
    AuthenticationProtocol = 3,
    QualityProtocol = 4,
    MagicNumber = 5,
    ProtocolFieldCompression = 7,
    AddressControlFieldCompression = 8,
    Callback = 13,
    MultilinkMrru = 17,
    ShortSequenceNumbers = 18,
    EndpointDiscriminator = 19,
}

/// <summary>The link control protocol of one link.</summary>
internal sealed class Lcp(PppLink link) : NegotiationMachine(link, PppProtocol.Lcp)
{
    public const ushort DefaultMru = 1500;

    private const ushort MinimumMru = 128;
    private const byte ChapMd5Algorithm = 0x05;
    private const byte ChapMsV2Algorithm = 0x81;

    /// <summary>A class, and up to twenty octets of an address.</summary>
    private const int MaximumEndpointLength = 21;

    private readonly PppLink _link = link;
    private ushort _mru = link.Settings.Mru;
    private uint _magic = link.NextMagic();
    private bool _asksMru = link.Settings.Mru != DefaultMru;
    private bool _asksMap = true;
    private bool _asksMagic = true;
    private bool _asksProtocolCompression = true;
    private bool _asksAddressCompression = true;
    private int _offer;
    private int _refusedOffers;
    private byte _echoNumber;
    private int _echoesUnanswered;

    /// <summary>When the next LCP Echo-Request is due.</summary>
    public long EchoDeadlineMs { get; private set; } = DeadlineHolder.Never;

    /// <summary>Largest information field the client takes.</summary>
    public ushort PeerMru { get; private set; } = DefaultMru;

    /// <summary>The client takes one-octet protocol fields.</summary>
    public bool PeerTakesShortProtocol { get; private set; }

    /// <summary>The client takes frames without FF 03.</summary>
    public bool PeerTakesNoAddress { get; private set; }

    /// <summary>
    /// What the client was asked for, of the list in the settings; null when it refused all.
    /// </summary>
    public HubAuthentication? Authentication =>
        _offer < Offers.Count ? Offers[_offer] : null;

    private IReadOnlyList<HubAuthentication> Offers => _link.Settings.Authentications;

    private uint Magic => _asksMagic ? _magic : 0;

    /// <summary>Sends an Echo-Request, or gives the link up after too many.</summary>
    public void TickEcho(long nowMs)
    {
        if (nowMs < EchoDeadlineMs)
        {
            return;
        }

        if (_echoesUnanswered >= _link.Settings.LcpEchoFailureCount)
        {
            EchoDeadlineMs = DeadlineHolder.Never;
            _link.Fail(HubEnd.EchoLost, "Peer not responding");
            return;
        }

        // Echo identifiers count on their own from 0, as in pppd.
        BinaryPrimitives.WriteUInt32BigEndian(Host.PacketData, Magic);
        Host.SendPacket(Protocol, PppCode.EchoRequest, _echoNumber++, 4);
        _echoesUnanswered++;
        EchoDeadlineMs = nowMs + _link.Settings.LcpEchoIntervalMs;
    }

    /// <summary>Tells the client that a protocol is unknown; only an open LCP may.</summary>
    public void SendProtocolReject(ushort protocol, ReadOnlySpan<byte> information)
    {
        if (State != PppState.Opened)
        {
            return;
        }

        Host.Note(HubNote.PppProtocolRejected);
        Span<byte> data = Host.PacketData;
        int room = Math.Min(data.Length, PeerMru - PppPacket.HeaderLength);
        int length = Math.Min(information.Length, room - 2);
        BinaryPrimitives.WriteUInt16BigEndian(data, protocol);
        information[..length].CopyTo(data[2..]);
        Host.SendPacket(Protocol, PppCode.ProtocolReject, NextIdentifier(), 2 + length);
    }

    protected override void WriteRequest(ref PppOptionWriter writer)
    {
        if (_asksMru)
        {
            writer.Add((byte)LcpOption.MaximumReceiveUnit, _mru);
        }

        if (_asksMap)
        {
            writer.Add((byte)LcpOption.AsyncControlCharacterMap, 0u);
        }

        if (Authentication is HubAuthentication asked and not HubAuthentication.None)
        {
            writer.Add((byte)LcpOption.AuthenticationProtocol, NameOf(asked));
        }

        if (_asksMagic)
        {
            writer.Add((byte)LcpOption.MagicNumber, _magic);
        }

        if (_asksProtocolCompression)
        {
            writer.Add((byte)LcpOption.ProtocolFieldCompression);
        }

        if (_asksAddressCompression)
        {
            writer.Add((byte)LcpOption.AddressControlFieldCompression);
        }
    }

    // An option of a wrong length is rejected: nobody who means it sends it.
    protected override OptionVerdict Judge(PppOption option)
    {
        ReadOnlySpan<byte> data = option.Data;
        switch ((LcpOption)option.Type)
        {
            case LcpOption.MaximumReceiveUnit when data.Length == 2:
                return BinaryPrimitives.ReadUInt16BigEndian(data) >= MinimumMru
                    ? OptionVerdict.Ack
                    : OptionVerdict.Nak;
            case LcpOption.AsyncControlCharacterMap when data.Length == 4:
                return OptionVerdict.Ack;
            case LcpOption.MagicNumber when data.Length == 4:
                uint magic = BinaryPrimitives.ReadUInt32BigEndian(data);
                return magic != 0 && (!_asksMagic || magic != _magic)
                    ? OptionVerdict.Ack
                    : OptionVerdict.Nak;
            case LcpOption.ProtocolFieldCompression when data.IsEmpty:
            case LcpOption.AddressControlFieldCompression when data.IsEmpty:
            case LcpOption.EndpointDiscriminator
                when data.Length is >= 1 and <= MaximumEndpointLength:
                // Without multilink an endpoint's name means nothing, but pppd lets it stand.
                return OptionVerdict.Ack;
            default:
                return OptionVerdict.Reject;
        }
    }

    protected override void WriteNak(PppOption option, ref PppOptionWriter writer)
    {
        if ((LcpOption)option.Type == LcpOption.MaximumReceiveUnit)
        {
            writer.Add(option.Type, MinimumMru);
            return;
        }

        Host.Note(HubNote.PppLoopback);
        writer.Add(option.Type, _link.NextMagic());
    }

    protected override void Accept(ReadOnlySpan<byte> options)
    {
        PeerMru = DefaultMru;
        PeerTakesShortProtocol = false;
        PeerTakesNoAddress = false;
        foreach (PppOption option in new PppOptions(options))
        {
            switch ((LcpOption)option.Type)
            {
                case LcpOption.MaximumReceiveUnit:
                    PeerMru = BinaryPrimitives.ReadUInt16BigEndian(option.Data);
                    break;
                case LcpOption.ProtocolFieldCompression:
                    PeerTakesShortProtocol = true;
                    break;
                case LcpOption.AddressControlFieldCompression:
                    PeerTakesNoAddress = true;
                    break;
                default:
                    break;
            }
        }
    }

    protected override void TakeNak(PppOption option)
    {
        switch ((LcpOption)option.Type)
        {
            case LcpOption.MaximumReceiveUnit when option.Data.Length == 2:
                ushort mru = BinaryPrimitives.ReadUInt16BigEndian(option.Data);
                _asksMru &= mru is >= MinimumMru and < DefaultMru;
                _mru = _asksMru ? mru : DefaultMru;
                break;
            case LcpOption.AsyncControlCharacterMap:
                _asksMap = false;
                break;
            case LcpOption.AuthenticationProtocol:
                TakeAuthenticationNak(option.Data);
                break;
            case LcpOption.MagicNumber:
                _magic = _link.NextMagic();
                break;
            default:
                break;
        }
    }

    protected override void TakeReject(PppOption option)
    {
        switch ((LcpOption)option.Type)
        {
            case LcpOption.MaximumReceiveUnit:
                _asksMru = false;
                break;
            case LcpOption.AsyncControlCharacterMap:
                _asksMap = false;
                break;
            case LcpOption.AuthenticationProtocol:
                // As in pppd: LCP goes on without it, and the link ends when LCP is open.
                _offer = Offers.Count;
                break;
            case LcpOption.MagicNumber:
                _asksMagic = false;
                break;
            case LcpOption.ProtocolFieldCompression:
                _asksProtocolCompression = false;
                break;
            case LcpOption.AddressControlFieldCompression:
                _asksAddressCompression = false;
                break;
            default:
                break;
        }
    }

    protected override bool ReceiveOther(PppPacket packet, long nowMs)
    {
        switch (packet.Code)
        {
            case PppCode.ProtocolReject:
                _link.ReceiveProtocolReject(packet.Data, nowMs);
                return true;
            case PppCode.EchoRequest:
                AnswerEcho(packet);
                return true;
            case PppCode.EchoReply:
                ReceiveEchoReply(packet.Data);
                return true;
            case PppCode.DiscardRequest:
            case PppCode.Identification:
            case PppCode.TimeRemaining:
                return true;
            default:
                return false;
        }
    }

    protected override void ThisLayerUp(long nowMs)
    {
        _echoesUnanswered = 0;
        if (_link.Settings.LcpEchoIntervalMs > 0)
        {
            EchoDeadlineMs = nowMs;
            TickEcho(nowMs);
        }

        _link.LcpUp(nowMs);
    }

    protected override void ThisLayerDown(long nowMs)
    {
        EchoDeadlineMs = DeadlineHolder.Never;
        _link.LcpDown(nowMs);
        _offer = 0;
        _refusedOffers = 0;
    }

    protected override void ThisLayerFinished(long nowMs) => _link.LcpFinished();

    private static byte[] NameOf(HubAuthentication authentication) => authentication switch
    {
        HubAuthentication.Pap => [PppProtocol.Pap >> 8, PppProtocol.Pap & 0xFF],
        HubAuthentication.ChapMd5 =>
            [PppProtocol.Chap >> 8, PppProtocol.Chap & 0xFF, ChapMd5Algorithm],
        _ => [PppProtocol.Chap >> 8, PppProtocol.Chap & 0xFF, ChapMsV2Algorithm],
    };

    // What was offered is refused for good; a hint at something else in the list is followed,
    // else the next in the list has its turn, as in pppd.
    private void TakeAuthenticationNak(ReadOnlySpan<byte> hint)
    {
        if (_offer >= Offers.Count || hint.SequenceEqual(NameOf(Offers[_offer])))
        {
            return;
        }

        _refusedOffers |= 1 << _offer;
        int next = Offers.Count;
        for (int i = Offers.Count - 1; i >= 0; i--)
        {
            if ((_refusedOffers & (1 << i)) == 0)
            {
                next = i;
                if (hint.SequenceEqual(NameOf(Offers[i])))
                {
                    break;
                }
            }
        }

        _offer = next;
    }

    private void AnswerEcho(PppPacket packet)
    {
        if (State != PppState.Opened)
        {
            return;
        }

        if (packet.Data.Length < 4)
        {
            Host.Note(HubNote.PppMalformed);
            return;
        }

        Span<byte> data = Host.PacketData;
        packet.Data.CopyTo(data);
        BinaryPrimitives.WriteUInt32BigEndian(data, Magic);
        Host.SendPacket(Protocol, PppCode.EchoReply, packet.Identifier, packet.Data.Length);
    }

    private void ReceiveEchoReply(ReadOnlySpan<byte> data)
    {
        if (State != PppState.Opened)
        {
            return;
        }

        if (data.Length < 4)
        {
            Host.Note(HubNote.PppMalformed);
        }
        else if (_asksMagic && BinaryPrimitives.ReadUInt32BigEndian(data) == _magic)
        {
            // Our own voice is no sign of life.
            Host.Note(HubNote.PppLoopback);
        }
        else
        {
            _echoesUnanswered = 0;
        }
    }
}
