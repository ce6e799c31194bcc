// CCP: RFC 1962, with the one option of RFC 3078 section 2. Each direction is negotiated on its
// own; the hub asks for and grants exactly 128 bits and stateless mode, or nothing at all.

using System;
using System.Buffers.Binary;

namespace Simulator.Hub;

/// <summary>The compression (here: encryption) control protocol of one link.</summary>
internal sealed class Ccp(PppLink link) : NegotiationMachine(link, PppProtocol.Ccp)
{
    public const byte MppeOption = 18;

    private readonly PppLink _link = link;
    private readonly bool _isRequired =
        link.Settings.Encryption == HubEncryption.RequireMppe128;

    private bool _peerEncrypts;

    // A hub without MPPE wants nothing of CCP, but answers a client that does.
    protected override bool IsPassive => !_isRequired;

    protected override void WriteRequest(ref PppOptionWriter writer)
    {
        if (_isRequired)
        {
            writer.Add(MppeOption, Mppe.SupportedBits);
        }
    }

    protected override OptionVerdict Judge(PppOption option)
    {
        if (!_isRequired || option.Type != MppeOption || option.Data.Length != 4)
        {
            return OptionVerdict.Reject;
        }

        return BinaryPrimitives.ReadUInt32BigEndian(option.Data) == Mppe.SupportedBits
            ? OptionVerdict.Ack
            : OptionVerdict.Nak;
    }

    protected override void WriteNak(PppOption option, ref PppOptionWriter writer) =>
        writer.Add(MppeOption, Mppe.SupportedBits);

    protected override void Accept(ReadOnlySpan<byte> options) => _peerEncrypts = !options.IsEmpty;

    // There is nothing else to ask for: the request stays, until a Nak counts as a Reject.
    protected override void TakeNak(PppOption option)
    {
    }

    protected override void TakeReject(PppOption option) =>
        _link.Fail(HubEnd.EncryptionFailed, "MPPE required but peer refused");

    protected override bool ReceiveOther(PppPacket packet, long nowMs)
    {
        switch (packet.Code)
        {
            case PppCode.ResetRequest:
                // Stateless frames repair themselves; the Ack only ends the asking.
                if (State == PppState.Opened)
                {
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
        if (!_isRequired)
        {
            return;
        }

        if (_peerEncrypts)
        {
            _link.EncryptionUp(nowMs);
        }
        else
        {
            FailNegotiation();
        }
    }

    protected override void ThisLayerDown(long nowMs)
    {
        if (_isRequired)
        {
            _link.Fail(HubEnd.EncryptionFailed, "MPPE disabled");
        }
    }

    protected override void ThisLayerFinished(long nowMs)
    {
        if (_isRequired)
        {
            FailNegotiation();
        }
    }

    private void FailNegotiation() =>
        _link.Fail(HubEnd.EncryptionFailed, "MPPE required but peer negotiation failed");
}
