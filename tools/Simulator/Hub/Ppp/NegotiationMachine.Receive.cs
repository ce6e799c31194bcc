// The automaton's events that come from the wire: RFC 1661 sections 4.3 and 5.

using System;

namespace Simulator.Hub;

internal abstract partial class NegotiationMachine
{
    private int _naksSent;
    private int _naksReceived;
    private bool _isAnswered;

    /// <summary>Takes a packet of this machine's protocol.</summary>
    public void Receive(PppPacket packet, long nowMs)
    {
        if (State is PppState.Initial or PppState.Starting)
        {
            Host.Note(HubNote.PppOutOfPhase);
            return;
        }

        switch (packet.Code)
        {
            case PppCode.ConfigureRequest:
                ReceiveConfigureRequest(packet, nowMs);
                break;
            case PppCode.ConfigureAck:
            case PppCode.ConfigureNak:
            case PppCode.ConfigureReject:
                ReceiveConfigureAnswer(packet, nowMs);
                break;
            case PppCode.TerminateRequest:
                ReceiveTerminateRequest(packet.Identifier, nowMs);
                break;
            case PppCode.TerminateAck:
                ReceiveTerminateAck(nowMs);
                break;
            case PppCode.CodeReject:
                ReceiveCodeReject(packet.Data, nowMs);
                break;
            default:
                if (!ReceiveOther(packet, nowMs))
                {
                    SendCodeReject(packet);
                }

                break;
        }
    }

    /// <summary>The peer does not speak this protocol at all: RXJ-.</summary>
    public void ReceiveProtocolReject(long nowMs) => ReceiveCatastrophicReject(nowMs);

    /// <summary>Writes the options of the next Configure-Request.</summary>
    protected abstract void WriteRequest(ref PppOptionWriter writer);

    /// <summary>Judges one option of the peer's request, without any effect.</summary>
    protected abstract OptionVerdict Judge(PppOption option);

    /// <summary>Writes what the peer should ask for instead of an option that gets a Nak.</summary>
    protected abstract void WriteNak(PppOption option, ref PppOptionWriter writer);

    /// <summary>Adds to a Nak an option the peer should have asked for.</summary>
    protected virtual void WriteMissing(ReadOnlySpan<byte> options, ref PppOptionWriter writer)
    {
    }

    /// <summary>The peer's request got a Reject; these are all of its options.</summary>
    protected virtual void Rejected(ReadOnlySpan<byte> options)
    {
    }

    /// <summary>The peer's request got an Ack as a whole: takes it instead of the last.</summary>
    protected abstract void Accept(ReadOnlySpan<byte> options);

    /// <summary>The peer wants another value in our request.</summary>
    protected abstract void TakeNak(PppOption option);

    /// <summary>The peer wants an option out of our request.</summary>
    protected abstract void TakeReject(PppOption option);

    /// <summary>Takes a code beyond 7; false when the protocol has no such code.</summary>
    protected virtual bool ReceiveOther(PppPacket packet, long nowMs) => false;

    private void ReceiveConfigureRequest(PppPacket packet, long nowMs)
    {
        if (!PppOptions.AreSound(packet.Data))
        {
            Host.Note(HubNote.PppMalformed);
            return;
        }

        switch (State)
        {
            case PppState.Closed:
                SendTerminateAck(packet.Identifier);
                return;
            case PppState.Closing:
            case PppState.Stopping:
                return;
            case PppState.Stopped:
                Enter(PppState.RequestSent);
                InitializeRestartCount(Host.Settings.MaximumConfigureCount);
                SendConfigureRequest(nowMs, isRepeated: false);
                break;
            case PppState.Opened:
                // The counter is not set anew here, and neither does the RFC: what is left of
                // it may be used up.
                Enter(PppState.RequestSent);
                ThisLayerDown(nowMs);
                SendConfigureRequest(nowMs, isRepeated: false);
                break;
            default:
                break;
        }

        bool isAcked = AnswerConfigureRequest(packet);
        if (State == PppState.AckReceived)
        {
            if (isAcked)
            {
                Enter(PppState.Opened);
                ThisLayerUp(nowMs);
            }
        }
        else
        {
            Enter(isAcked ? PppState.AckSent : PppState.RequestSent);
        }
    }

    // Rejects go alone, then Naks alone; an Ack is for the whole list (RFC 1661 section 5).
    private bool AnswerConfigureRequest(PppPacket packet)
    {
        bool isOutOfPatience = _naksSent >= Host.Settings.MaximumFailureCount;
        var writer = new PppOptionWriter(Host.PacketData);
        foreach (PppOption option in new PppOptions(packet.Data))
        {
            OptionVerdict verdict = Judge(option);
            if (verdict == OptionVerdict.Reject
                || (verdict == OptionVerdict.Nak && isOutOfPatience))
            {
                writer.Copy(option);
            }
        }

        if (writer.Length > 0)
        {
            Host.SendPacket(
                Protocol, PppCode.ConfigureReject, packet.Identifier, writer.Length);
            Rejected(packet.Data);
            return false;
        }

        foreach (PppOption option in new PppOptions(packet.Data))
        {
            if (Judge(option) == OptionVerdict.Nak)
            {
                WriteNak(option, ref writer);
            }
        }

        if (!isOutOfPatience)
        {
            WriteMissing(packet.Data, ref writer);
        }

        if (writer.Length > 0)
        {
            _naksSent++;
            Host.SendPacket(Protocol, PppCode.ConfigureNak, packet.Identifier, writer.Length);
            return false;
        }

        _naksSent = 0;
        packet.Data.CopyTo(Host.PacketData);
        Host.SendPacket(Protocol, PppCode.ConfigureAck, packet.Identifier, packet.Data.Length);
        Accept(packet.Data);
        return true;
    }

    private void ReceiveConfigureAnswer(PppPacket packet, long nowMs)
    {
        switch (State)
        {
            case PppState.Closed:
            case PppState.Stopped:
                SendTerminateAck(packet.Identifier);
                return;
            case PppState.Closing:
            case PppState.Stopping:
                return;
            default:
                break;
        }

        if (packet.Identifier != _requestIdentifier
            || (_isAnswered && !HearsSecondAnswer)
            || !FitsRequest(packet))
        {
            Host.Note(HubNote.PppReplyUnmatched);
            return;
        }

        _isAnswered = true;

        if (packet.Code == PppCode.ConfigureAck)
        {
            ReceiveConfigureAck(nowMs);
        }
        else
        {
            TakeAnswer(packet);
            ReceiveConfigureNakOrReject(nowMs);
        }
    }

    private void ReceiveConfigureAck(long nowMs)
    {
        _naksReceived = 0;
        switch (State)
        {
            case PppState.RequestSent:
                Enter(PppState.AckReceived);
                InitializeRestartCount(Host.Settings.MaximumConfigureCount);
                break;
            case PppState.AckSent:
                Enter(PppState.Opened);
                InitializeRestartCount(Host.Settings.MaximumConfigureCount);
                ThisLayerUp(nowMs);
                break;
            default:
                RestartNegotiation(nowMs);
                break;
        }
    }

    private void ReceiveConfigureNakOrReject(long nowMs)
    {
        switch (State)
        {
            case PppState.RequestSent:
            case PppState.AckSent:
                InitializeRestartCount(Host.Settings.MaximumConfigureCount);
                SendConfigureRequest(nowMs, isRepeated: false);
                break;
            default:
                RestartNegotiation(nowMs);
                break;
        }
    }

    /// <summary>A crossed connection: Ack-Rcvd or Opened falls back to Req-Sent.</summary>
    private void RestartNegotiation(long nowMs)
    {
        bool wasOpened = State == PppState.Opened;
        Enter(PppState.RequestSent);
        if (wasOpened)
        {
            ThisLayerDown(nowMs);
        }

        SendConfigureRequest(nowMs, isRepeated: false);
    }

    // An Ack repeats our list octet for octet; a Reject holds options of it, unchanged.
    private bool FitsRequest(PppPacket packet)
    {
        if (!PppOptions.AreSound(packet.Data))
        {
            return false;
        }

        if (packet.Code == PppCode.ConfigureNak)
        {
            return true;
        }

        var writer = new PppOptionWriter(Host.PacketData);
        WriteRequest(ref writer);
        ReadOnlySpan<byte> request = Host.PacketData[..writer.Length];
        if (packet.Code == PppCode.ConfigureAck)
        {
            return packet.Data.SequenceEqual(request);
        }

        foreach (PppOption rejected in new PppOptions(packet.Data))
        {
            bool isOurs = false;
            foreach (PppOption sent in new PppOptions(request))
            {
                isOurs |= sent.Whole.SequenceEqual(rejected.Whole);
            }

            if (!isOurs)
            {
                return false;
            }
        }

        return true;
    }

    // A peer that answers Nak without end is taken to mean Reject, as pppd does.
    private void TakeAnswer(PppPacket packet)
    {
        bool isReject = packet.Code == PppCode.ConfigureReject;
        if (!isReject && ++_naksReceived >= Host.Settings.MaximumFailureCount)
        {
            isReject = true;
        }

        foreach (PppOption option in new PppOptions(packet.Data))
        {
            if (isReject)
            {
                TakeReject(option);
            }
            else
            {
                TakeNak(option);
            }
        }
    }

    private void ReceiveTerminateRequest(byte identifier, long nowMs)
    {
        switch (State)
        {
            case PppState.RequestSent:
            case PppState.AckReceived:
            case PppState.AckSent:
                Enter(PppState.RequestSent);
                break;
            case PppState.Opened:
                State = PppState.Stopping;
                ThisLayerDown(nowMs);
                ZeroRestartCount(nowMs);
                break;
            default:
                break;
        }

        SendTerminateAck(identifier);
    }

    private void ReceiveTerminateAck(long nowMs)
    {
        switch (State)
        {
            case PppState.Closing:
                Enter(PppState.Closed);
                ThisLayerFinished(nowMs);
                break;
            case PppState.Stopping:
                Enter(PppState.Stopped);
                ThisLayerFinished(nowMs);
                break;
            case PppState.AckReceived:
                Enter(PppState.RequestSent);
                break;
            case PppState.Opened:
                RestartNegotiation(nowMs);
                break;
            default:
                break;
        }
    }

    // RXJ-: without the codes 1 to 7 there is no protocol left. RXJ+: an extension is unknown.
    private void ReceiveCodeReject(ReadOnlySpan<byte> rejected, long nowMs)
    {
        Host.Note(HubNote.PppCodeRejectReceived);
        if (rejected.IsEmpty)
        {
            Host.Note(HubNote.PppMalformed);
            return;
        }

        if ((PppCode)rejected[0] is >= PppCode.ConfigureRequest and <= PppCode.CodeReject)
        {
            ReceiveCatastrophicReject(nowMs);
        }
        else if (State == PppState.AckReceived)
        {
            Enter(PppState.RequestSent);
        }
    }

    private void ReceiveCatastrophicReject(long nowMs)
    {
        switch (State)
        {
            case PppState.Initial:
            case PppState.Starting:
                Host.Note(HubNote.PppOutOfPhase);
                break;
            case PppState.Closed:
            case PppState.Closing:
                Enter(PppState.Closed);
                ThisLayerFinished(nowMs);
                break;
            case PppState.Opened:
                State = PppState.Stopping;
                ThisLayerDown(nowMs);
                StartTerminating(PppState.Stopping, nowMs);
                break;
            default:
                Enter(PppState.Stopped);
                ThisLayerFinished(nowMs);
                break;
        }
    }

    private void SendCodeReject(PppPacket packet)
    {
        Host.Note(HubNote.PppCodeRejected);
        // The rejected packet keeps its own length field even when it is cut to fit.
        Span<byte> data = Host.PacketData;
        int kept = Math.Min(
            packet.Data.Length, Host.Settings.Mtu - (2 * PppPacket.HeaderLength));
        PppPacket.WriteHeader(data, (byte)packet.Code, packet.Identifier, packet.Data.Length);
        packet.Data[..kept].CopyTo(data[PppPacket.HeaderLength..]);
        Host.SendPacket(
            Protocol, PppCode.CodeReject, NextIdentifier(), PppPacket.HeaderLength + kept);
    }
}
