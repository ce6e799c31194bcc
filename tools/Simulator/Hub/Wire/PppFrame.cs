// PPP without HDLC, as it travels in GRE: RFC 2637 section 4 and RFC 1661 sections 2, 6.5 and
// 6.6. FF 03 may be missing (address and control field compression) and the protocol may be one
// octet (protocol field compression); a receiver can tell and therefore takes both at any time.

using System;
using System.Buffers.Binary;

namespace Simulator.Hub;

/// <summary>Protocol numbers the hub speaks, and those it only names in traces.</summary>
internal static class PppProtocol
{
    public const ushort Ipv4 = 0x0021;
    public const ushort Compressed = 0x00FD;
    public const ushort Ipcp = 0x8021;
    public const ushort Ipv6cp = 0x8057;
    public const ushort Ccp = 0x80FD;
    public const ushort Lcp = 0xC021;
    public const ushort Pap = 0xC023;
    public const ushort Chap = 0xC223;
}

/// <summary>Codes of LCP and of the network control protocols, RFC 1661 section 5.</summary>
internal enum PppCode : byte
{
    VendorExtension = 0,
    ConfigureRequest = 1,
    ConfigureAck = 2,
    ConfigureNak = 3,
    ConfigureReject = 4,
    TerminateRequest = 5,
    TerminateAck = 6,
    CodeReject = 7,
    ProtocolReject = 8,
    EchoRequest = 9,
    EchoReply = 10,
    DiscardRequest = 11,
    Identification = 12,
    TimeRemaining = 13,
    ResetRequest = 14,
    ResetAck = 15,
}

/// <summary>Framing: the octets before the information field.</summary>
internal static class PppFrame
{
    public const int MaximumHeaderLength = 4;

    /// <summary>
    /// Reads the protocol number; false when the frame ends inside its header or the number is
    /// not of the form the RFC asks for (last octet odd, octet before it even).
    /// </summary>
    public static bool TryRead(
        ReadOnlySpan<byte> frame, out ushort protocol, out ReadOnlySpan<byte> information)
    {
        protocol = 0;
        information = default;
        if (frame.Length >= 2 && frame[0] == 0xFF && frame[1] == 0x03)
        {
            frame = frame[2..];
        }

        return TryReadProtocol(frame, out protocol, out information);
    }

    /// <summary>Reads a protocol field alone, as it stands inside an MPPE frame.</summary>
    public static bool TryReadProtocol(
        ReadOnlySpan<byte> frame, out ushort protocol, out ReadOnlySpan<byte> information)
    {
        protocol = 0;
        information = default;
        if (frame.Length >= 1 && (frame[0] & 1) != 0)
        {
            protocol = frame[0];
            information = frame[1..];
            return true;
        }

        if (frame.Length < 2 || (frame[1] & 1) == 0)
        {
            return false;
        }

        protocol = BinaryPrimitives.ReadUInt16BigEndian(frame);
        information = frame[2..];
        return true;
    }

    /// <summary>
    /// Writes the header so that it ends at <paramref name="end"/> and returns where it starts.
    /// </summary>
    public static int WriteBefore(
        Span<byte> buffer, int end, ushort protocol, bool addressControl, bool compressProtocol)
    {
        int start = end - 1;
        buffer[start] = (byte)protocol;
        if (!compressProtocol || protocol > 0xFF)
        {
            buffer[--start] = (byte)(protocol >> 8);
        }

        if (addressControl)
        {
            buffer[--start] = 0x03;
            buffer[--start] = 0xFF;
        }

        return start;
    }
}

/// <summary>A packet of a control protocol: code, identifier, length, data.</summary>
internal readonly ref struct PppPacket(PppCode code, byte identifier, ReadOnlySpan<byte> data)
{
    public const int HeaderLength = 4;

    public PppCode Code { get; } = code;

    public byte Identifier { get; } = identifier;

    public ReadOnlySpan<byte> Data { get; } = data;

    /// <summary>Reads the header; octets beyond its length field are padding.</summary>
    public static bool TryRead(ReadOnlySpan<byte> information, out PppPacket packet)
    {
        packet = default;
        if (information.Length < HeaderLength)
        {
            return false;
        }

        int length = BinaryPrimitives.ReadUInt16BigEndian(information[2..]);
        if (length < HeaderLength || length > information.Length)
        {
            return false;
        }

        packet = new PppPacket(
            (PppCode)information[0], information[1], information[HeaderLength..length]);
        return true;
    }

    /// <summary>Writes the header of a packet with so many octets of data.</summary>
    public static void WriteHeader(Span<byte> packet, byte code, byte identifier, int dataLength)
    {
        packet[0] = code;
        packet[1] = identifier;
        BinaryPrimitives.WriteUInt16BigEndian(
            packet[2..], (ushort)(HeaderLength + dataLength));
    }
}
