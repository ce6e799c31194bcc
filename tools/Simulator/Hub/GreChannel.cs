// Sequence and acknowledgment numbers of one call: RFC 2637 section 4. The hub numbers from 0,
// takes any first number, drops what comes late or twice, and acknowledges on the next packet or,
// after a while, with a packet of its own. It keeps no window and sends nothing twice.

using System;

namespace Simulator.Hub;

/// <summary>The GRE side of a session.</summary>
internal sealed class GreChannel(
    IHubTransport transport, ControlConnection owner, ushort peerCallId, long ackDelayMs)
{
    private uint _nextSequence;
    private uint _lastReceived;
    private bool _hasReceived;
    private bool _owesAck;

    /// <summary>When the owed acknowledgment goes alone.</summary>
    public long DeadlineMs { get; private set; } = DeadlineHolder.Never;

    /// <summary>
    /// Sends the frame in [start, end) with a header in front of it; the buffer has room there.
    /// </summary>
    public void Send(byte[] buffer, int start, int end)
    {
        uint? acknowledgment = _owesAck ? _lastReceived : null;
        int headerLength = GreHeader.LengthWith(sequence: true, _owesAck);
        GreHeader.Write(
            buffer.AsSpan(start - headerLength),
            peerCallId,
            end - start,
            _nextSequence++,
            acknowledgment);
        AckIsOnItsWay();
        SendGre(buffer.AsSpan((start - headerLength)..end));
    }

    public void Tick(long nowMs)
    {
        if (nowMs < DeadlineMs)
        {
            return;
        }

        Span<byte> packet = stackalloc byte[GreHeader.MaximumLength];
        int length = GreHeader.Write(packet, peerCallId, 0, null, _lastReceived);
        AckIsOnItsWay();
        SendGre(packet[..length]);
    }

    /// <summary>
    /// Takes a header; true when its payload is to be looked at. Differences are signed, so
    /// that the numbers may wrap.
    /// </summary>
    public bool Receive(GreHeader header, HubSession session, long nowMs)
    {
        if (header.Acknowledgment is uint acknowledged
            && (int)(acknowledged - _nextSequence) >= 0)
        {
            session.Note(HubNote.GreAckUnsent);
        }

        if (header.Sequence is not uint sequence)
        {
            return false;
        }

        int ahead = (int)(sequence - _lastReceived);
        if (_hasReceived && ahead <= 0)
        {
            session.Note(HubNote.GreLate);
            return false;
        }

        if (_hasReceived && ahead > 1)
        {
            session.Note(HubNote.GreGap);
        }

        _hasReceived = true;
        _lastReceived = sequence;
        if (!_owesAck)
        {
            _owesAck = true;
            DeadlineMs = nowMs + ackDelayMs;
        }

        return true;
    }

    private void SendGre(ReadOnlySpan<byte> packet) =>
        transport.SendGre(owner.Connection, owner.ClientAddress, packet);

    private void AckIsOnItsWay()
    {
        _owesAck = false;
        DeadlineMs = DeadlineHolder.Never;
    }
}
