// Writes control packets as pppd's debug log does, reading them with the library: when a line
// comes out as pppd wrote it, both read the packet alike, every option of it.

using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using System.Text;
using nanoPptp.Wire;
using Xunit;

namespace nanoPptp.Tests.Captures;

/// <summary>Control packets in the words of pppd.</summary>
internal static class PppdText
{
    private const int Pap = 0xC023;
    private const int LongestDump = 32;

    private static readonly string[] s_negotiationCodes =
    [
        "", "ConfReq", "ConfAck", "ConfNak", "ConfRej", "TermReq", "TermAck", "CodeRej",
        "ProtRej", "EchoReq", "EchoRep", "DiscReq", "Ident", "TimeRem", "ResetReq", "ResetAck",
    ];

    private static readonly string[] s_chapCodes =
        ["", "Challenge", "Response", "Success", "Failure"];

    private static readonly string[] s_papCodes = ["", "AuthReq", "AuthAck", "AuthNak"];

    /// <summary>Writes a packet.</summary>
    /// <param name="protocol">LCP, CCP, IPCP, CHAP or PAP.</param>
    /// <param name="packet">The packet, no octet more.</param>
    public static string Describe(int protocol, byte[] packet)
    {
        Assert.Equal(packet.Length, PppPacket.Check(packet, 0, packet.Length));
        int code = PppPacket.Code(packet, 0);
        string id = string.Create(
            CultureInfo.InvariantCulture, $" id=0x{PppPacket.Identifier(packet, 0):x}");
        return protocol switch
        {
            PppFrame.Lcp => $"[LCP {s_negotiationCodes[code]}{id}{Body(protocol, packet)}]",
            PppFrame.Ccp => $"[CCP {s_negotiationCodes[code]}{id}{Body(protocol, packet)}]",
            PppFrame.Ipcp => $"[IPCP {s_negotiationCodes[code]}{id}{Body(protocol, packet)}]",
            PppFrame.Chap => $"[CHAP {s_chapCodes[code]}{id}{ChapBody(code, packet)}]",
            Pap => $"[PAP {s_papCodes[code]}{id}{PapBody(code, packet)}]",
            _ => throw new ArgumentOutOfRangeException(nameof(protocol)),
        };
    }

    /// <summary>Walks through the options of a Configure packet.</summary>
    /// <returns>Offset and length of each.</returns>
    public static IEnumerable<(int Offset, int Length)> Options(byte[] packet)
    {
        int end = PppPacket.Check(packet, 0, packet.Length);
        int at = PppPacket.HeaderLength;
        while (at < end)
        {
            int length = ConfigureOption.Check(packet, at, end - at);
            Assert.True(length >= ConfigureOption.HeaderLength, $"no option at {at}");
            yield return (at, length);
            at += length;
        }

        Assert.Equal(end, at);
    }

    private static string Body(int protocol, byte[] packet)
    {
        ReadOnlySpan<byte> data = packet.AsSpan(PppPacket.HeaderLength);
        switch (PppPacket.Code(packet, 0))
        {
            case PppPacket.ConfigureRequest:
            case PppPacket.ConfigureAck:
            case PppPacket.ConfigureNak:
            case PppPacket.ConfigureReject:
                return string.Concat(Options(packet)
                    .Select(one => $" <{Option(protocol, packet, one.Offset, one.Length)}>"));
            case PppPacket.TerminateRequest:
            case PppPacket.TerminateAck:
                return data.Length == 0 ? "" : $" \"{Encoding.ASCII.GetString(data)}\"";
            case PppPacket.EchoRequest:
            case PppPacket.EchoReply:
                uint magic = (uint)BigEndian.ReadInt32(packet, PppPacket.HeaderLength);
                return Invariant($" magic=0x{magic:x}") + Dump(data[4..]);
            default:
                return Dump(data);
        }
    }

    private static string Option(int protocol, byte[] packet, int at, int length)
    {
        int type = ConfigureOption.Type(packet, at);
        uint value =
            (uint)ConfigureOption.Value(packet, at, length - ConfigureOption.HeaderLength);
        return (protocol, type, length) switch
        {
            (PppFrame.Lcp, ConfigureOption.MaximumReceiveUnit, 4) => Invariant($"mru {value}"),
            (PppFrame.Lcp, ConfigureOption.AsyncControlCharacterMap, 6) =>
                Invariant($"asyncmap 0x{value:x}"),
            (PppFrame.Lcp, ConfigureOption.AuthenticationProtocol, 4) when value == Pap =>
                "auth pap",
            (PppFrame.Lcp, ConfigureOption.AuthenticationProtocol, 5) =>
                "auth chap " + ChapAlgorithm(value),
            (PppFrame.Lcp, ConfigureOption.MagicNumber, 6) => Invariant($"magic 0x{value:x}"),
            (PppFrame.Lcp, ConfigureOption.ProtocolFieldCompression, 2) => "pcomp",
            (PppFrame.Lcp, ConfigureOption.AddressAndControlFieldCompression, 2) => "accomp",
            (PppFrame.Ccp, ConfigureOption.Mppe, 6) => "mppe " + MppeBits(value),
            (PppFrame.Ipcp, ConfigureOption.IpAddress, 6) => "addr " + Address(value),
            _ => Invariant($"option {type} of {length}"),
        };
    }

    private static string ChapAlgorithm(uint value)
    {
        return value switch
        {
            0xC22305 => "MD5",
            0xC22380 => "MS",
            0xC22381 => "MS-v2",
            _ => Invariant($"{value:x}"),
        };
    }

    private static string MppeBits(uint bits)
    {
        // H stateless, M 56 bits, S 128 bits, L 40 bits, D obsolete, C compression.
        (char Name, uint Mask)[] names =
        [
            ('H', 0x01000000), ('M', 0x80), ('S', 0x40), ('L', 0x20), ('D', 0x10), ('C', 0x01),
        ];
        return string.Join(
            ' ', names.Select(one => ((bits & one.Mask) != 0 ? "+" : "-") + one.Name));
    }

    private static string Address(uint value)
    {
        return Invariant(
            $"{value >> 24}.{(value >> 16) & 255}.{(value >> 8) & 255}.{value & 255}");
    }

    private static string ChapBody(int code, byte[] packet)
    {
        const int ValueOffset = PppPacket.HeaderLength + 1;
        if (code > 2)
        {
            return $" \"{Encoding.ASCII.GetString(packet.AsSpan(PppPacket.HeaderLength))}\"";
        }

        int valueLength = packet[PppPacket.HeaderLength];
        string value = Convert.ToHexStringLower(packet.AsSpan(ValueOffset, valueLength));
        string name = Encoding.ASCII.GetString(packet.AsSpan(ValueOffset + valueLength));
        return $" <{value}>, name = \"{name}\"";
    }

    private static string PapBody(int code, byte[] packet)
    {
        string text = Encoding.ASCII.GetString(
            packet, PppPacket.HeaderLength + 1, packet[PppPacket.HeaderLength]);
        return code == 1 ? $" user=\"{text}\" password=<hidden>" : $" \"{text}\"";
    }

    private static string Dump(ReadOnlySpan<byte> data)
    {
        var text = new StringBuilder();
        for (int i = 0; i < data.Length && i < LongestDump; i++)
        {
            text.Append(CultureInfo.InvariantCulture, $" {data[i]:x2}");
        }

        return text.Append(data.Length > LongestDump ? " ..." : "").ToString();
    }

    private static string Invariant(FormattableString text)
    {
        return text.ToString(CultureInfo.InvariantCulture);
    }
}
