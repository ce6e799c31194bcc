// CCP: RFC 1962, with the one option of RFC 3078 section 2. Each direction is negotiated on its
// own: the hub's request says what it can decrypt, the client's what it can. The hub asks for all
// strengths it is set to and lets the client choose; of several the client asks for it names the
// strongest. On the mode, stateless or stateful, it insists.

using System;
using System.Buffers.Binary;

namespace Simulator.Hub;

/// <summary>The compression (here: encryption) control protocol of one link.</summary>
internal sealed class Ccp(PppLink link, HubEncryption encryption)
    : NegotiationMachine(link, PppProtocol.Ccp)
{
    public const byte MppeOption = 18;

    private const long ResetIntervalMs = 1_000;

    private readonly PppLink _link = link;
    private HubEncryption _stance = encryption;
    private MppeStrengths _asked = link.Settings.MppeStrengths;
    private MppeStrengths _granted;
    private long _nextResetMs;

    /// <summary>Whether it is known if the link is encrypted.</summary>
    public bool IsSettled => _link.IsEncrypting || _stance == HubEncryption.Refused;

    /// <summary>Whether a client without MPPE may send in clear, now or later.</summary>
    public bool AllowsClear => !_link.IsEncrypting && _stance != HubEncryption.RequireMppe;

    // A hub without MPPE wants nothing of CCP, but answers a client that does.
    protected override bool IsPassive => _stance == HubEncryption.Refused;

    protected override void WriteRequest(ref PppOptionWriter writer)
    {
        if (_stance != HubEncryption.Refused)
        {
            writer.Add(MppeOption, BitsOf(_asked));
        }
    }

    protected override OptionVerdict Judge(PppOption option)
    {
        if (_stance == HubEncryption.Refused || !IsMppe(option))
        {
            return OptionVerdict.Reject;
        }

        uint bits = BinaryPrimitives.ReadUInt32BigEndian(option.Data);
        return bits == Suggested(bits) ? OptionVerdict.Ack : OptionVerdict.Nak;
    }

    protected override void WriteNak(PppOption option, ref PppOptionWriter writer) =>
        writer.Add(MppeOption, Suggested(BinaryPrimitives.ReadUInt32BigEndian(option.Data)));

    protected override void Accept(ReadOnlySpan<byte> options)
    {
        _granted = MppeStrengths.None;
        foreach (PppOption option in new PppOptions(options))
        {
            _granted = Mppe.StrengthsOf(BinaryPrimitives.ReadUInt32BigEndian(option.Data));
        }
    }

    // As in pppd: a request in which not even MPPE was good leaves nothing to agree on.
    protected override void Rejected(ReadOnlySpan<byte> options)
    {
        foreach (PppOption option in new PppOptions(options))
        {
            if (Judge(option) != OptionVerdict.Reject)
            {
                return;
            }
        }

        if (_stance == HubEncryption.RequireMppe)
        {
            FailNegotiation();
        }
    }

    // The client chooses among what it was asked for; anything else is no MPPE of this hub.
    protected override void TakeNak(PppOption option)
    {
        if (_stance == HubEncryption.Refused || !IsMppe(option))
        {
            return;
        }

        uint bits = BinaryPrimitives.ReadUInt32BigEndian(option.Data);
        MppeStrengths chosen = Mppe.StrengthsOf(bits);
        bool isModeGood = (bits & Mppe.StatelessBit) != 0
            || _link.Settings.MppeMode != HubMppeMode.Stateless;
        if ((bits & ~Mppe.BitsOf(_asked)) == 0 && isModeGood && chosen != MppeStrengths.None)
        {
            _asked = Mppe.Strongest(chosen);
        }
        else
        {
            GiveUp("MPPE required but peer negotiation failed");
        }
    }

    protected override void TakeReject(PppOption option) =>
        GiveUp("MPPE required but peer refused");

    protected override bool ReceiveOther(PppPacket packet, long nowMs)
    {
        switch (packet.Code)
        {
            case PppCode.ResetRequest:
                // The Ack goes first: Linux decrypts nothing before it.
                if (State == PppState.Opened)
                {
                    _link.ResetSender();
                    Host.SendPacket(Protocol, PppCode.ResetAck, packet.Identifier, 0);
                }

                return true;
            case PppCode.ResetAck:
                return true;
            default:
                return false;
        }
    }

    protected override void ThisLayerUp(long nowMs)
    {
        if (_stance == HubEncryption.Refused)
        {
            return;
        }

        if (_granted == MppeStrengths.None)
        {
            // The client would send what the hub can read, but could not read the hub.
            FailNegotiation();
            return;
        }

        // Who acknowledges several strengths at once, against the RFC, means the strongest.
        _link.EncryptionUp(receive: Mppe.Strongest(_asked), send: _granted, nowMs);
    }

    protected override void ThisLayerDown(long nowMs)
    {
        if (_stance != HubEncryption.Refused)
        {
            _link.Fail(HubEnd.EncryptionFailed, "MPPE disabled");
        }
    }

    protected override void ThisLayerFinished(long nowMs) =>
        GiveUp("MPPE required but peer negotiation failed");

    /// <summary>Frames of the client are missing; asks it to begin its keystream anew, once a
    /// second at most, as pppd.</summary>
    public void AskReset(long nowMs)
    {
        if (State == PppState.Opened && nowMs >= _nextResetMs)
        {
            _nextResetMs = nowMs + ResetIntervalMs;
            Host.SendPacket(Protocol, PppCode.ResetRequest, NextIdentifier(), 0);
        }
    }

    private static bool IsMppe(PppOption option) =>
        option.Type == MppeOption && option.Data.Length == 4;

    /// <summary>One strength for the client, the strongest it wants or else could want.</summary>
    private uint Suggested(uint bits)
    {
        MppeStrengths allowed = _link.Settings.MppeStrengths;
        MppeStrengths common = allowed & Mppe.StrengthsOf(bits);
        return BitsOf(Mppe.Strongest(common == MppeStrengths.None ? allowed : common));
    }

    private uint BitsOf(MppeStrengths strengths) => Mppe.BitsOf(strengths)
        & ~(_link.Settings.MppeMode == HubMppeMode.Stateless ? 0 : Mppe.StatelessBit);

    /// <summary>There will be no MPPE: the end of the link, or of asking for it.</summary>
    private void GiveUp(string text)
    {
        if (_stance == HubEncryption.RequireMppe)
        {
            _link.Fail(HubEnd.EncryptionFailed, text);
        }
        else if (!_link.IsEncrypting)
        {
            _stance = HubEncryption.Refused;
        }
    }

    private void FailNegotiation() =>
        _link.Fail(HubEnd.EncryptionFailed, "MPPE required but peer negotiation failed");
}
