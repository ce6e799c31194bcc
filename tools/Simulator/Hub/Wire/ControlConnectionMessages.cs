// Messages about the control connection itself: RFC 2637 sections 2.1 to 2.6. Each record reads
// a message that ControlMessage.Check has passed and writes one of exactly its length.

using System;
using System.Buffers.Binary;
using System.Text;

namespace Simulator.Hub;

/// <summary>Start-Control-Connection-Request and -Reply, which differ in two octets.</summary>
internal readonly record struct StartControlConnection(
    ushort ProtocolVersion,
    byte ResultCode,
    byte ErrorCode,
    uint FramingCapabilities,
    uint BearerCapabilities,
    ushort MaximumChannels,
    ushort FirmwareRevision,
    string HostName,
    string VendorName)
{
    public const int Length = 156;
    public const int NameLength = 64;

    /// <summary>Result codes of the reply, section 2.2.</summary>
    public const byte Successful = 1;
    public const byte ChannelAlreadyExists = 3;
    public const byte VersionNotSupported = 5;

    public static StartControlConnection Read(ReadOnlySpan<byte> message) => new(
        BinaryPrimitives.ReadUInt16BigEndian(message[12..]),
        message[14],
        message[15],
        BinaryPrimitives.ReadUInt32BigEndian(message[16..]),
        BinaryPrimitives.ReadUInt32BigEndian(message[20..]),
        BinaryPrimitives.ReadUInt16BigEndian(message[24..]),
        BinaryPrimitives.ReadUInt16BigEndian(message[26..]),
        ReadName(message.Slice(28, NameLength)),
        ReadName(message.Slice(92, NameLength)));

    /// <summary>Writes a request or a reply; a request has zeros for a result.</summary>
    public void Write(ControlType type, Span<byte> message)
    {
        ControlMessage.WriteHeader(message[..Length], type);
        BinaryPrimitives.WriteUInt16BigEndian(message[12..], ProtocolVersion);
        message[14] = ResultCode;
        message[15] = ErrorCode;
        BinaryPrimitives.WriteUInt32BigEndian(message[16..], FramingCapabilities);
        BinaryPrimitives.WriteUInt32BigEndian(message[20..], BearerCapabilities);
        BinaryPrimitives.WriteUInt16BigEndian(message[24..], MaximumChannels);
        BinaryPrimitives.WriteUInt16BigEndian(message[26..], FirmwareRevision);
        WriteName(HostName, message.Slice(28, NameLength));
        WriteName(VendorName, message.Slice(92, NameLength));
    }

    // A name fills its field without a terminator when it is as long as the field.
    private static string ReadName(ReadOnlySpan<byte> field)
    {
        int end = field.IndexOf((byte)0);
        return Encoding.Latin1.GetString(end < 0 ? field : field[..end]);
    }

    private static void WriteName(string name, Span<byte> field)
    {
        ReadOnlySpan<char> fitting = name.AsSpan(0, Math.Min(name.Length, field.Length));
        Encoding.Latin1.GetBytes(fitting, field);
    }
}

/// <summary>
/// Stop-Control-Connection-Request (reason) and -Reply (result, error), sections 2.3 and 2.4: the
/// same sixteen octets, the first of the body being the reason or the result.
/// </summary>
internal readonly record struct StopControlConnection(byte ReasonOrResult, byte ErrorCode)
{
    public const int Length = 16;
    public const byte ReasonLocalShutdown = 3;
    public const byte ResultOk = 1;

    public static StopControlConnection Read(ReadOnlySpan<byte> message) =>
        new(message[12], message[13]);

    public void Write(ControlType type, Span<byte> message)
    {
        ControlMessage.WriteHeader(message[..Length], type);
        message[12] = ReasonOrResult;
        message[13] = ErrorCode;
    }
}

/// <summary>Echo-Request and Echo-Reply, sections 2.5 and 2.6.</summary>
internal readonly record struct ControlEcho(uint Identifier, byte ResultCode, byte ErrorCode)
{
    public const int RequestLength = 16;
    public const int ReplyLength = 20;
    public const byte ResultOk = 1;

    public static ControlEcho ReadRequest(ReadOnlySpan<byte> message) =>
        new(BinaryPrimitives.ReadUInt32BigEndian(message[12..]), 0, 0);

    public static ControlEcho ReadReply(ReadOnlySpan<byte> message) =>
        new(BinaryPrimitives.ReadUInt32BigEndian(message[12..]), message[16], message[17]);

    public void WriteRequest(Span<byte> message)
    {
        ControlMessage.WriteHeader(message[..RequestLength], ControlType.EchoRequest);
        BinaryPrimitives.WriteUInt32BigEndian(message[12..], Identifier);
    }

    public void WriteReply(Span<byte> message)
    {
        ControlMessage.WriteHeader(message[..ReplyLength], ControlType.EchoReply);
        BinaryPrimitives.WriteUInt32BigEndian(message[12..], Identifier);
        message[16] = ResultCode;
        message[17] = ErrorCode;
    }
}
