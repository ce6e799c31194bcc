// The control connection's messages as octets: RFC 2637 section 2. Every message starts with the
// same twelve octets and has one exact length, so a stream is cut into messages without guessing.
//
//    0               2               4                               8               10
//   +---------------+---------------+-------------------------------+---------------+----------+
//   | Length        | Message Type  | Magic Cookie 1A2B3C4D         | Control Type  | Reserved0|
//   +---------------+---------------+-------------------------------+---------------+----------+

using System;
using System.Buffers.Binary;

namespace Simulator.Hub;

/// <summary>Control message types, RFC 2637 section 1.4.</summary>
internal enum ControlType : ushort
{
    None = 0,
    StartControlConnectionRequest = 1,
    StartControlConnectionReply = 2,
    StopControlConnectionRequest = 3,
    StopControlConnectionReply = 4,
    EchoRequest = 5,
    EchoReply = 6,
    OutgoingCallRequest = 7,
    OutgoingCallReply = 8,
    IncomingCallRequest = 9,
    IncomingCallReply = 10,
    IncomingCallConnected = 11,
    CallClearRequest = 12,
    CallDisconnectNotify = 13,
    WanErrorNotify = 14,
    SetLinkInfo = 15,
}

/// <summary>What the octets at the head of the stream turned out to be.</summary>
internal enum ControlVerdict
{
    NeedMore,
    Complete,
    BadLength,
    BadCookie,
}

/// <summary>The common header, and the lengths of all messages.</summary>
internal static class ControlMessage
{
    public const int HeaderLength = 12;
    public const int MaximumLength = 220;
    public const uint MagicCookie = 0x1A2B3C4D;
    public const ushort ControlMessageType = 1;
    public const ushort ProtocolVersion = 0x0100;

    private const int TypeOffset = 8;

    /// <summary>The exact length of a message in octets, 0 for an unknown type.</summary>
    public static int LengthOf(ControlType type) => type switch
    {
        ControlType.StartControlConnectionRequest => StartControlConnection.Length,
        ControlType.StartControlConnectionReply => StartControlConnection.Length,
        ControlType.StopControlConnectionRequest => StopControlConnection.Length,
        ControlType.StopControlConnectionReply => StopControlConnection.Length,
        ControlType.EchoRequest => ControlEcho.RequestLength,
        ControlType.EchoReply => ControlEcho.ReplyLength,
        ControlType.OutgoingCallRequest => OutgoingCallRequest.Length,
        ControlType.OutgoingCallReply => OutgoingCallReply.Length,
        ControlType.IncomingCallRequest => 220,
        ControlType.IncomingCallReply => 24,
        ControlType.IncomingCallConnected => 28,
        ControlType.CallClearRequest => CallClearRequest.Length,
        ControlType.CallDisconnectNotify => CallDisconnectNotify.Length,
        ControlType.WanErrorNotify => 40,
        ControlType.SetLinkInfo => SetLinkInfo.Length,
        _ => 0,
    };

    /// <summary>
    /// Judges the head of the stream. A message of an unknown type is complete when its declared
    /// length, at most the longest known one, has arrived: it is skipped, not fatal.
    /// </summary>
    public static ControlVerdict Check(
        ReadOnlySpan<byte> stream, out ControlType type, out int length)
    {
        type = ControlType.None;
        length = 0;
        if (stream.Length < TypeOffset + 2)
        {
            return ControlVerdict.NeedMore;
        }

        int declared = BinaryPrimitives.ReadUInt16BigEndian(stream);
        if (BinaryPrimitives.ReadUInt32BigEndian(stream[4..]) != MagicCookie)
        {
            return ControlVerdict.BadCookie;
        }

        bool isControl = BinaryPrimitives.ReadUInt16BigEndian(stream[2..]) == ControlMessageType;
        var declaredType = (ControlType)BinaryPrimitives.ReadUInt16BigEndian(stream[TypeOffset..]);
        int expected = isControl ? LengthOf(declaredType) : 0;
        bool isFit = expected == 0
            ? declared is >= HeaderLength and <= MaximumLength
            : declared == expected;
        if (!isFit)
        {
            return ControlVerdict.BadLength;
        }

        if (stream.Length < declared)
        {
            return ControlVerdict.NeedMore;
        }

        type = expected == 0 ? ControlType.None : declaredType;
        length = declared;
        return ControlVerdict.Complete;
    }

    /// <summary>Clears the message and writes its header; the reserved fields stay zero.</summary>
    public static void WriteHeader(Span<byte> message, ControlType type)
    {
        message.Clear();
        BinaryPrimitives.WriteUInt16BigEndian(message, (ushort)message.Length);
        BinaryPrimitives.WriteUInt16BigEndian(message[2..], ControlMessageType);
        BinaryPrimitives.WriteUInt32BigEndian(message[4..], MagicCookie);
        BinaryPrimitives.WriteUInt16BigEndian(message[TypeOffset..], (ushort)type);
    }
}
