// What can be seen of a call from outside: its ID in the Outgoing-Call-Reply (RFC 2637 s.2.8) and
// in the GRE header (s.4.1), the PPP frame behind it, and in that the outcome of authentication
// (RFC 1334, 1994, 2759). Nothing here decides anything: it is for telling people.
//
//   GRE: K S flags 1 | A version 1 | protocol 880B | payload length 2 | call ID 2
//        | sequence 4 if S | acknowledgment 4 if A | PPP frame
//   PPP: FF 03, if not compressed | protocol 2, or 1 if odd | information

using System;
using System.Buffers.Binary;

namespace nanoPptp.Tool.Hub;

/// <summary>What a GRE packet carries.</summary>
internal readonly ref struct GreFrame
{
    private const int HeaderLength = 8;
    private const int NumberLength = 4;
    private const byte HasSequence = 0x10;
    private const byte HasAcknowledgment = 0x80;
    private const ushort Ipv4 = 0x0021;
    private const ushort Compressed = 0x00FD;

    /// <summary>The call ID of whoever receives the packet.</summary>
    public ushort CallId { get; private init; }

    /// <summary>PPP's protocol number; 0 when the packet has no frame.</summary>
    public ushort Protocol { get; private init; }

    /// <summary>What is behind it.</summary>
    public ReadOnlySpan<byte> Information { get; private init; }

    /// <summary>Whether it is a packet of the user's, encrypted or not.</summary>
    public bool IsData => Protocol is Ipv4 or Compressed;

    /// <summary>Reads a packet from its GRE header on.</summary>
    /// <returns>False when it is none of PPTP.</returns>
    public static bool TryRead(ReadOnlySpan<byte> gre, out GreFrame frame)
    {
        frame = default;
        if (gre.Length < HeaderLength
            || BinaryPrimitives.ReadUInt16BigEndian(gre[2..]) != 0x880B)
        {
            return false;
        }

        int header = HeaderLength
            + ((gre[0] & HasSequence) != 0 ? NumberLength : 0)
            + ((gre[1] & HasAcknowledgment) != 0 ? NumberLength : 0);
        int length = BinaryPrimitives.ReadUInt16BigEndian(gre[4..]);
        if (header + length > gre.Length)
        {
            return false;
        }

        ReadOnlySpan<byte> ppp = gre.Slice(header, length);
        ppp = ppp is [0xFF, 0x03, ..] ? ppp[2..] : ppp;
        int protocolLength = ppp is [var first, ..] && (first & 1) != 0 ? 1 : 2;
        bool hasProtocol = ppp.Length >= protocolLength;
        ushort protocol = !hasProtocol ? (ushort)0
            : protocolLength == 1 ? ppp[0]
            : BinaryPrimitives.ReadUInt16BigEndian(ppp);
        frame = new GreFrame
        {
            CallId = BinaryPrimitives.ReadUInt16BigEndian(gre[6..]),
            Protocol = protocol,
            Information = hasProtocol ? ppp[protocolLength..] : [],
        };
        return true;
    }
}

/// <summary>The call ID in what the hub sends on a control connection.</summary>
internal static class CallReply
{
    private const int Length = 32;
    private const int OutgoingCallReply = 8;
    private const int Connected = 1;

    /// <summary>Reads a control message that the hub sends.</summary>
    /// <returns>False when it does not begin a call.</returns>
    public static bool TryRead(ReadOnlySpan<byte> message, out ushort callId)
    {
        bool begins = message.Length >= Length
            && BinaryPrimitives.ReadUInt16BigEndian(message[8..]) == OutgoingCallReply
            && message[16] == Connected;
        callId = begins ? BinaryPrimitives.ReadUInt16BigEndian(message[12..]) : (ushort)0;
        return begins;
    }
}
