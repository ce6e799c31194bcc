// What somebody on the path makes of what hubs send, and what he sends in their name. He sees every
// packet and has no password: he knows the addresses, the call IDs and the sequence numbers, can
// write what is not encrypted, and cannot make an encrypted packet that decrypts to anything.
// Octets only: he shares no code with the hub or the library.
//
//   RFC 2637 s.4.1   GRE: 8 octets, sequence number 4 with S, acknowledgment 4 with A
//   RFC 1661 s.5     PPP packets: code, identifier, length, data

using System;
using System.Buffers.Binary;
using System.Collections.Generic;
using Simulator.Scenarios;

namespace Simulator.World;

/// <summary>Octets as a forger writes them.</summary>
internal static class Forger
{
    private const ushort Ccp = 0x80FD;
    private const ushort Ipcp = 0x8021;
    private const ushort Lcp = 0xC021;
    private const ushort Chap = 0xC223;
    private const ushort Compressed = 0x00FD;

    private const byte ConfigureRequest = 1;
    private const byte ConfigureAck = 2;
    private const byte ConfigureReject = 4;
    private const byte TerminateRequest = 5;
    private const byte ProtocolReject = 8;
    private const byte ChapSuccess = 3;

    private const byte AuthenticationOption = 3;
    private const byte Md5 = 5;
    private const byte MsChapV2 = 0x81;

    private const int PacketHeaderLength = 4;
    private const int LongestGarbage = 64;
    private const byte Identifier = 0x77;

    private static readonly byte[] s_noPptp = "HTTP/1.1 400 Bad Request\r\n\r\n"u8.ToArray();

    private static readonly Dictionary<FaultKind, ushort> s_silenced = new()
    {
        [FaultKind.AuthenticationSilent] = Chap,
        [FaultKind.CcpSilent] = Ccp,
        [FaultKind.IpcpSilent] = Ipcp,
    };

    /// <summary>What a packet of the hub's becomes.</summary>
    /// <param name="kind">What the forger does.</param>
    /// <param name="gre">The packet.</param>
    /// <returns>The packet in its place, without octets when it does not arrive at all; null when
    /// it stays as it is.</returns>
    public static byte[]? Rewrite(FaultKind kind, ReadOnlySpan<byte> gre)
    {
        if (!TryRead(gre, out ushort protocol, out int at))
        {
            return null;
        }

        if (s_silenced.TryGetValue(kind, out ushort silenced))
        {
            return protocol == silenced ? [] : null;
        }

        ReadOnlySpan<byte> packet = gre[at..];
        if (packet.Length < PacketHeaderLength)
        {
            return null;
        }

        switch (kind, protocol, packet[0])
        {
            case (FaultKind.StrippedEncryption, Ccp, ConfigureAck):
                byte[] refused = gre.ToArray();
                refused[at] = ConfigureReject;
                return refused;
            case (FaultKind.ForgedProof, Chap, ChapSuccess):
                return WithOtherProof(gre, at);
            case (FaultKind.DowngradedAuthentication, Lcp, ConfigureRequest):
            case (FaultKind.StrippedAuthentication, Lcp, ConfigureRequest):
                return WithOtherAuthentication(kind, gre, packet);
            default:
                return null;
        }
    }

    /// <summary>What control messages of the hub's become.</summary>
    /// <param name="kind">What the forger does.</param>
    /// <param name="octets">Whole messages.</param>
    /// <returns>The octets in their place; null when they stay as they are.</returns>
    public static byte[]? RewriteTcp(FaultKind kind, ReadOnlySpan<byte> octets)
    {
        const int TypeOffset = 8;
        const int VersionOffset = 12;
        const byte StartReply = 2;
        byte[] changed = octets.ToArray();
        switch (kind)
        {
            case FaultKind.NotPptp:
                return s_noPptp;
            case FaultKind.WrongLength:
                changed[1]++;
                return changed;
            case FaultKind.WrongVersion when octets[TypeOffset + 1] == StartReply:
                changed[VersionOffset] = 2;
                return changed;
            default:
                return null;
        }
    }

    /// <summary>A packet of a control protocol in the hub's name.</summary>
    /// <param name="kind">What the forger sends.</param>
    /// <param name="callId">The sensor's call ID.</param>
    /// <param name="sequence">The sequence number that the hub gives next.</param>
    /// <returns>The GRE packet; null when this is not sent by GRE.</returns>
    public static byte[]? Make(FaultKind kind, ushort callId, uint sequence)
    {
        // Of LCP's Protocol-Reject the rejected packet's first octets belong to it.
        (ushort protocol, byte code, byte[] data) = kind switch
        {
            FaultKind.ForgedTerminate => (Lcp, TerminateRequest, Array.Empty<byte>()),
            FaultKind.ForgedReject => (Lcp, ProtocolReject, [Lcp >> 8, Lcp & 0xFF, 1, 1, 0, 4]),
            FaultKind.ForgedCcpEnd => (Ccp, TerminateRequest, []),
            FaultKind.ForgedIpcpEnd => (Ipcp, TerminateRequest, []),
            _ => ((ushort)0, (byte)0, []),
        };
        if (protocol == 0)
        {
            return null;
        }

        byte[] header = new byte[12];
        header[0] = 0x30;
        header[1] = 1;
        BinaryPrimitives.WriteUInt16BigEndian(header.AsSpan(2), 0x880B);
        BinaryPrimitives.WriteUInt16BigEndian(header.AsSpan(6), callId);
        BinaryPrimitives.WriteUInt32BigEndian(header.AsSpan(8), sequence);
        return WithPpp(header, protocol, code, data);
    }

    /// <summary>A control message in the hub's name.</summary>
    /// <param name="kind">What the forger sends.</param>
    /// <param name="hubCallId">The hub's call ID.</param>
    /// <returns>The message; null when this is not sent by TCP.</returns>
    public static byte[]? MakeTcp(FaultKind kind, ushort hubCallId)
    {
        // Header (RFC 2637 s.2): length, message type 1, magic cookie, control message type.
        (int length, byte type) = kind switch
        {
            FaultKind.ForgedStop => (16, (byte)3),
            FaultKind.ForgedDisconnect => (148, (byte)13),
            _ => (0, (byte)0),
        };
        if (length == 0)
        {
            return null;
        }

        byte[] message = new byte[length];
        message[1] = (byte)length;
        message[3] = 1;
        BinaryPrimitives.WriteUInt32BigEndian(message.AsSpan(4), 0x1A2B3C4D);
        message[9] = type;
        if (kind == FaultKind.ForgedStop)
        {
            // Reason 3: the peer is being shut down.
            message[12] = 3;
        }
        else
        {
            // Result 3: the administrator hung up.
            BinaryPrimitives.WriteUInt16BigEndian(message.AsSpan(12), hubCallId);
            message[14] = 3;
        }

        return message;
    }

    /// <summary>A data packet in the hub's name: the genuine packet's addresses and call ID, any
    /// sequence number, any coherency count, garbage inside.</summary>
    /// <param name="genuine">A packet of the hub's.</param>
    /// <param name="random">Draws the rest.</param>
    /// <returns>Null when the model is no GRE packet with a payload.</returns>
    public static byte[]? MakeData(ReadOnlySpan<byte> genuine, Random64 random)
    {
        if (!TryRead(genuine, out _, out _))
        {
            return null;
        }

        byte[] forged = [.. genuine[..12], .. random.Octets(4 + random.Between(4, LongestGarbage))];

        // No acknowledgment; MPPE: flushed and encrypted, and the count as it was drawn.
        forged[1] &= 0x7F;
        random.Octets(4).CopyTo(forged, 8);
        BinaryPrimitives.WriteUInt16BigEndian(forged.AsSpan(4), (ushort)(forged.Length - 12));
        forged[12] = 0;
        forged[13] = Compressed & 0xFF;
        forged[14] = (byte)(0x90 | (forged[14] & 0x0F));
        return forged;
    }

    /// <summary>A packet of the sensor's as a mirror sends it back.</summary>
    /// <param name="gre">The packet.</param>
    /// <param name="callId">The sensor's call ID.</param>
    public static byte[] Mirror(ReadOnlySpan<byte> gre, ushort callId)
    {
        byte[] back = gre.ToArray();
        BinaryPrimitives.WriteUInt16BigEndian(back.AsSpan(6), callId);
        return back;
    }

    /// <summary>Reads what a forger needs to know of a GRE packet.</summary>
    /// <returns>Whether it is one that carries something.</returns>
    public static bool TryReadHeader(
        ReadOnlySpan<byte> gre, out ushort callId, out uint sequence)
    {
        callId = 0;
        sequence = 0;
        if (gre.Length < 12 || gre[0] != 0x30 || (gre[1] & 0x7F) != 1
            || BinaryPrimitives.ReadUInt16BigEndian(gre[2..]) != 0x880B)
        {
            return false;
        }

        callId = BinaryPrimitives.ReadUInt16BigEndian(gre[6..]);
        sequence = BinaryPrimitives.ReadUInt32BigEndian(gre[8..]);
        return true;
    }

    private static int HeaderLengthOf(ReadOnlySpan<byte> gre) => (gre[1] & 0x80) == 0 ? 12 : 16;

    private static bool TryRead(ReadOnlySpan<byte> gre, out ushort protocol, out int at)
    {
        protocol = 0;
        at = 0;
        if (!TryReadHeader(gre, out _, out _))
        {
            return false;
        }

        at = HeaderLengthOf(gre);
        if (gre.Length >= at + 2 && gre[at] == 0xFF && gre[at + 1] == 0x03)
        {
            at += 2;
        }

        if (gre.Length < at + 2)
        {
            return false;
        }

        // Protocol-Field-Compression (RFC 1661 s.6.5): an odd first octet is the whole number.
        bool isShort = (gre[at] & 1) != 0;
        protocol = isShort ? gre[at] : BinaryPrimitives.ReadUInt16BigEndian(gre[at..]);
        at += isShort ? 1 : 2;
        return true;
    }

    private static byte[] WithPpp(
        ReadOnlySpan<byte> gre, ushort protocol, byte code, ReadOnlySpan<byte> data)
    {
        int length = PacketHeaderLength + data.Length;
        byte[] forged =
        [
            .. gre[..HeaderLengthOf(gre)],
            0xFF, 0x03, (byte)(protocol >> 8), (byte)protocol,
            code, Identifier, (byte)(length >> 8), (byte)length,
            .. data,
        ];
        BinaryPrimitives.WriteUInt16BigEndian(forged.AsSpan(4), (ushort)(4 + length));
        return forged;
    }

    private static byte[] WithOtherProof(ReadOnlySpan<byte> gre, int at)
    {
        // S= and forty hexadecimal digits.
        byte[] changed = gre.ToArray();
        ref byte digit = ref changed[at + PacketHeaderLength + 2];
        digit = digit == (byte)'0' ? (byte)'1' : (byte)'0';
        return changed;
    }

    private static byte[] WithOtherAuthentication(
        FaultKind kind, ReadOnlySpan<byte> gre, ReadOnlySpan<byte> packet)
    {
        List<byte> options = [];
        ReadOnlySpan<byte> rest =
            packet[PacketHeaderLength..BinaryPrimitives.ReadUInt16BigEndian(packet[2..])];
        while (rest.Length >= 2 && rest[1] >= 2 && rest[1] <= rest.Length)
        {
            byte[] option = rest[..rest[1]].ToArray();
            rest = rest[rest[1]..];
            if (option[0] != AuthenticationOption)
            {
                options.AddRange(option);
            }
            else if (kind == FaultKind.DowngradedAuthentication)
            {
                option[^1] = option[^1] == MsChapV2 ? Md5 : option[^1];
                options.AddRange(option);
            }
        }

        byte[] changed = WithPpp(gre, Lcp, ConfigureRequest, options.ToArray());
        changed[HeaderLengthOf(gre) + 5] = packet[1];
        return changed;
    }
}
