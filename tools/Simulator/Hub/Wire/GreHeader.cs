// The enhanced GRE header of the tunnel: RFC 2637 section 4.1.
//
//    0                   1                   2                   3
//    0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
//   +-+-+-+-+-+-----+-+-------+-----+-------------------------------+
//   |C|R|K|S|s|Recur|A| Flags | Ver |    Protocol Type 880B         |
//   +-+-+-+-+-+-----+-+-------+-----+-------------------------------+
//   |    Key (HW) Payload Length    |       Key (LW) Call ID        |
//   +-------------------------------+-------------------------------+
//   |  Sequence Number, if S          |  Acknowledgment Number, if A |
//   +----------------------------------------------------------------+

using System;
using System.Buffers.Binary;

namespace Simulator.Hub;

/// <summary>
/// A header that was read: <see cref="CallId"/> is the receiver's, the sequence number is there
/// exactly when there is a payload.
/// </summary>
internal readonly record struct GreHeader(
    ushort CallId, uint? Sequence, uint? Acknowledgment, int Length, int PayloadLength)
{
    public const int MaximumLength = 16;
    public const ushort ProtocolType = 0x880B;

    private const byte KeyBit = 0x20;
    private const byte SequenceBit = 0x10;
    private const byte AcknowledgmentBit = 0x80;
    private const byte Version = 1;

    /// <summary>
    /// Reads the header. It is refused when a bit that has to be zero is set, when neither a
    /// payload nor an acknowledgment is there, when sequence number and payload do not go
    /// together, or when octets are missing. Octets behind the payload are padding.
    /// </summary>
    public static bool TryRead(ReadOnlySpan<byte> octets, out GreHeader header)
    {
        header = default;
        if (octets.Length < 8
            || (octets[0] & ~SequenceBit) != KeyBit
            || (octets[1] & ~AcknowledgmentBit) != Version
            || BinaryPrimitives.ReadUInt16BigEndian(octets[2..]) != ProtocolType)
        {
            return false;
        }

        bool hasSequence = (octets[0] & SequenceBit) != 0;
        bool hasAcknowledgment = (octets[1] & AcknowledgmentBit) != 0;
        int payloadLength = BinaryPrimitives.ReadUInt16BigEndian(octets[4..]);
        int length = 8 + (hasSequence ? 4 : 0) + (hasAcknowledgment ? 4 : 0);
        if (hasSequence != (payloadLength != 0)
            || (!hasSequence && !hasAcknowledgment)
            || octets.Length < length + payloadLength)
        {
            return false;
        }

        header = new GreHeader(
            BinaryPrimitives.ReadUInt16BigEndian(octets[6..]),
            hasSequence ? BinaryPrimitives.ReadUInt32BigEndian(octets[8..]) : null,
            hasAcknowledgment ? BinaryPrimitives.ReadUInt32BigEndian(octets[(length - 4)..]) : null,
            length,
            payloadLength);
        return true;
    }

    /// <summary>The length in octets a header with these fields has.</summary>
    public static int LengthWith(bool sequence, bool acknowledgment) =>
        8 + (sequence ? 4 : 0) + (acknowledgment ? 4 : 0);

    /// <summary>Writes a header and returns its length in octets.</summary>
    public static int Write(
        Span<byte> octets, ushort callId, int payloadLength, uint? sequence, uint? acknowledgment)
    {
        octets[0] = (byte)(KeyBit | (sequence.HasValue ? SequenceBit : 0));
        octets[1] = (byte)(Version | (acknowledgment.HasValue ? AcknowledgmentBit : 0));
        BinaryPrimitives.WriteUInt16BigEndian(octets[2..], ProtocolType);
        BinaryPrimitives.WriteUInt16BigEndian(octets[4..], (ushort)payloadLength);
        BinaryPrimitives.WriteUInt16BigEndian(octets[6..], callId);
        int length = 8;
        if (sequence.HasValue)
        {
            BinaryPrimitives.WriteUInt32BigEndian(octets[length..], sequence.Value);
            length += 4;
        }

        if (acknowledgment.HasValue)
        {
            BinaryPrimitives.WriteUInt32BigEndian(octets[length..], acknowledgment.Value);
            length += 4;
        }

        return length;
    }
}
