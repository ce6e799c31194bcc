// Messages about one call: RFC 2637 sections 2.7, 2.8, 2.12, 2.13 and 2.15. Each record reads a
// message that ControlMessage.Check has passed and writes one of exactly its length.

using System;
using System.Buffers.Binary;

namespace Simulator.Hub;

/// <summary>Outgoing-Call-Request, section 2.7; the phone fields are written as zeros.</summary>
internal readonly record struct OutgoingCallRequest(
    ushort CallId,
    ushort CallSerialNumber,
    uint MinimumBps,
    uint MaximumBps,
    uint BearerType,
    uint FramingType,
    ushort ReceiveWindowSize,
    ushort ProcessingDelay)
{
    public const int Length = 168;

    public static OutgoingCallRequest Read(ReadOnlySpan<byte> message) => new(
        BinaryPrimitives.ReadUInt16BigEndian(message[12..]),
        BinaryPrimitives.ReadUInt16BigEndian(message[14..]),
        BinaryPrimitives.ReadUInt32BigEndian(message[16..]),
        BinaryPrimitives.ReadUInt32BigEndian(message[20..]),
        BinaryPrimitives.ReadUInt32BigEndian(message[24..]),
        BinaryPrimitives.ReadUInt32BigEndian(message[28..]),
        BinaryPrimitives.ReadUInt16BigEndian(message[32..]),
        BinaryPrimitives.ReadUInt16BigEndian(message[34..]));

    public void Write(Span<byte> message)
    {
        ControlMessage.WriteHeader(message[..Length], ControlType.OutgoingCallRequest);
        BinaryPrimitives.WriteUInt16BigEndian(message[12..], CallId);
        BinaryPrimitives.WriteUInt16BigEndian(message[14..], CallSerialNumber);
        BinaryPrimitives.WriteUInt32BigEndian(message[16..], MinimumBps);
        BinaryPrimitives.WriteUInt32BigEndian(message[20..], MaximumBps);
        BinaryPrimitives.WriteUInt32BigEndian(message[24..], BearerType);
        BinaryPrimitives.WriteUInt32BigEndian(message[28..], FramingType);
        BinaryPrimitives.WriteUInt16BigEndian(message[32..], ReceiveWindowSize);
        BinaryPrimitives.WriteUInt16BigEndian(message[34..], ProcessingDelay);
    }
}

/// <summary>
/// Outgoing-Call-Reply, section 2.8. <see cref="CallId"/> is the sender's own; the asker's comes
/// back as <see cref="PeerCallId"/>.
/// </summary>
internal readonly record struct OutgoingCallReply(
    ushort CallId,
    ushort PeerCallId,
    byte ResultCode,
    byte ErrorCode,
    ushort CauseCode,
    uint ConnectSpeed,
    ushort ReceiveWindowSize,
    ushort ProcessingDelay,
    uint PhysicalChannelId)
{
    public const int Length = 32;

    public const byte Connected = 1;
    public const byte GeneralError = 2;
    public const byte Busy = 4;

    /// <summary>General error code "no resource", section 2.16.</summary>
    public const byte ErrorNoResource = 4;

    public static OutgoingCallReply Read(ReadOnlySpan<byte> message) => new(
        BinaryPrimitives.ReadUInt16BigEndian(message[12..]),
        BinaryPrimitives.ReadUInt16BigEndian(message[14..]),
        message[16],
        message[17],
        BinaryPrimitives.ReadUInt16BigEndian(message[18..]),
        BinaryPrimitives.ReadUInt32BigEndian(message[20..]),
        BinaryPrimitives.ReadUInt16BigEndian(message[24..]),
        BinaryPrimitives.ReadUInt16BigEndian(message[26..]),
        BinaryPrimitives.ReadUInt32BigEndian(message[28..]));

    public void Write(Span<byte> message)
    {
        ControlMessage.WriteHeader(message[..Length], ControlType.OutgoingCallReply);
        BinaryPrimitives.WriteUInt16BigEndian(message[12..], CallId);
        BinaryPrimitives.WriteUInt16BigEndian(message[14..], PeerCallId);
        message[16] = ResultCode;
        message[17] = ErrorCode;
        BinaryPrimitives.WriteUInt16BigEndian(message[18..], CauseCode);
        BinaryPrimitives.WriteUInt32BigEndian(message[20..], ConnectSpeed);
        BinaryPrimitives.WriteUInt16BigEndian(message[24..], ReceiveWindowSize);
        BinaryPrimitives.WriteUInt16BigEndian(message[26..], ProcessingDelay);
        BinaryPrimitives.WriteUInt32BigEndian(message[28..], PhysicalChannelId);
    }
}

/// <summary>Call-Clear-Request, section 2.12: carries the call ID of the PNS that asks.</summary>
internal readonly record struct CallClearRequest(ushort CallId)
{
    public const int Length = 16;

    public static CallClearRequest Read(ReadOnlySpan<byte> message) =>
        new(BinaryPrimitives.ReadUInt16BigEndian(message[12..]));

    public void Write(Span<byte> message)
    {
        ControlMessage.WriteHeader(message[..Length], ControlType.CallClearRequest);
        BinaryPrimitives.WriteUInt16BigEndian(message[12..], CallId);
    }
}

/// <summary>
/// Call-Disconnect-Notify, section 2.13: carries the call ID of the PAC that sends it. The 128
/// octets of call statistics are written as zeros.
/// </summary>
internal readonly record struct CallDisconnectNotify(
    ushort CallId, byte ResultCode, byte ErrorCode, ushort CauseCode)
{
    public const int Length = 148;

    public const byte AdministrativeShutdown = 3;
    public const byte Requested = 4;

    public static CallDisconnectNotify Read(ReadOnlySpan<byte> message) => new(
        BinaryPrimitives.ReadUInt16BigEndian(message[12..]),
        message[14],
        message[15],
        BinaryPrimitives.ReadUInt16BigEndian(message[16..]));

    public void Write(Span<byte> message)
    {
        ControlMessage.WriteHeader(message[..Length], ControlType.CallDisconnectNotify);
        BinaryPrimitives.WriteUInt16BigEndian(message[12..], CallId);
        message[14] = ResultCode;
        message[15] = ErrorCode;
        BinaryPrimitives.WriteUInt16BigEndian(message[16..], CauseCode);
    }
}

/// <summary>Set-Link-Info, section 2.15: carries the call ID of the PAC it is sent to.</summary>
internal readonly record struct SetLinkInfo(ushort PeerCallId, uint SendAccm, uint ReceiveAccm)
{
    public const int Length = 24;

    public static SetLinkInfo Read(ReadOnlySpan<byte> message) => new(
        BinaryPrimitives.ReadUInt16BigEndian(message[12..]),
        BinaryPrimitives.ReadUInt32BigEndian(message[16..]),
        BinaryPrimitives.ReadUInt32BigEndian(message[20..]));

    public void Write(Span<byte> message)
    {
        ControlMessage.WriteHeader(message[..Length], ControlType.SetLinkInfo);
        BinaryPrimitives.WriteUInt16BigEndian(message[12..], PeerCallId);
        BinaryPrimitives.WriteUInt32BigEndian(message[16..], SendAccm);
        BinaryPrimitives.WriteUInt32BigEndian(message[20..], ReceiveAccm);
    }
}
