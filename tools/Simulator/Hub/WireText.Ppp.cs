// PPP, IPv4 and what they carry, in words.

using System;
using System.Buffers.Binary;
using System.Globalization;
using System.Text;

namespace Simulator.Hub;

public static partial class WireText
{
    /// <summary>Describes a PPP frame as it stands in GRE.</summary>
    public static string DescribePpp(ReadOnlySpan<byte> frame)
    {
        if (!PppFrame.TryRead(frame, out ushort protocol, out ReadOnlySpan<byte> information))
        {
            return Line($"malformed PPP, {frame.Length} octets");
        }

        return protocol switch
        {
            PppProtocol.Lcp => DescribeNegotiation("LCP", protocol, information),
            PppProtocol.Ccp => DescribeNegotiation("CCP", protocol, information),
            PppProtocol.Ipcp => DescribeNegotiation("IPCP", protocol, information),
            PppProtocol.Ipv6cp => DescribeNegotiation("IPV6CP", protocol, information),
            PppProtocol.Chap => DescribeChap(information),
            PppProtocol.Pap => DescribePap(information),
            PppProtocol.Compressed => DescribeMppe(information),
            PppProtocol.Ipv4 => DescribeIpv4(information),
            _ => Line($"PPP protocol {protocol:x4}, {information.Length} octets"),
        };
    }

    /// <summary>Describes an IPv4 packet.</summary>
    public static string DescribeIpv4(ReadOnlySpan<byte> octets)
    {
        Ipv4Verdict verdict = Ipv4Packet.Check(octets, out Ipv4Packet packet);
        if (verdict != Ipv4Verdict.Sound)
        {
            string what = verdict switch
            {
                Ipv4Verdict.BadChecksum => "IPv4 with a wrong header checksum",
                Ipv4Verdict.Fragment => "IPv4 fragment",
                _ => "malformed IPv4",
            };
            return Line($"{what}, {octets.Length} octets");
        }

        string from = Ipv4Address.ToText(packet.Source);
        string to = Ipv4Address.ToText(packet.Destination);
        switch (packet.Protocol)
        {
            case Ipv4Packet.Udp when UdpDatagram.TryRead(
                packet, out ushort source, out ushort destination, out var payload, out bool sound):
                string checksum = sound ? "" : ", wrong checksum";
                return Line(
                    $"IPv4 UDP {from}:{source} > {to}:{destination}, "
                    + $"{payload.Length} octets{checksum}");
            case Ipv4Packet.Icmp when IcmpEcho.TryRead(
                packet.Payload, out byte type, out ushort id, out ushort sequence, out var data):
                string kind = type == IcmpEcho.Request ? "request" : "reply";
                return Line(
                    $"IPv4 ICMP echo {kind} {from} > {to} id {id} seq {sequence}, "
                    + $"{data.Length} octets");
            case Ipv4Packet.Tcp when packet.Payload.Length >= 20:
                ushort sourcePort = BinaryPrimitives.ReadUInt16BigEndian(packet.Payload);
                ushort destinationPort = BinaryPrimitives.ReadUInt16BigEndian(packet.Payload[2..]);
                return Line(
                    $"IPv4 TCP {from}:{sourcePort} > {to}:{destinationPort}, "
                    + $"{packet.Payload.Length} octets");
            default:
                return Line(
                    $"IPv4 protocol {packet.Protocol} {from} > {to}, "
                    + $"{packet.Payload.Length} octets");
        }
    }

    private static string DescribeNegotiation(
        string name, ushort protocol, ReadOnlySpan<byte> information)
    {
        if (!PppPacket.TryRead(information, out PppPacket packet))
        {
            return Line($"malformed {name}, {information.Length} octets");
        }

        var text = new StringBuilder();
        text.Append(
            CultureInfo.InvariantCulture, $"{name} {CodeText(packet.Code)} id {packet.Identifier}");
        switch (packet.Code)
        {
            case >= PppCode.ConfigureRequest and <= PppCode.ConfigureReject:
                AppendOptions(text, protocol, packet.Data);
                break;
            case PppCode.TerminateRequest when !packet.Data.IsEmpty:
                text.Append(' ').Append(Quoted(Encoding.Latin1.GetString(packet.Data)));
                break;
            case PppCode.CodeReject when !packet.Data.IsEmpty:
                text.Append(CultureInfo.InvariantCulture, $" code {packet.Data[0]}");
                break;
            case PppCode.ProtocolReject when packet.Data.Length >= 2:
                ushort rejected = BinaryPrimitives.ReadUInt16BigEndian(packet.Data);
                text.Append(CultureInfo.InvariantCulture, $" protocol {rejected:x4}");
                break;
            case PppCode.EchoRequest or PppCode.EchoReply when packet.Data.Length >= 4:
                uint magic = BinaryPrimitives.ReadUInt32BigEndian(packet.Data);
                text.Append(CultureInfo.InvariantCulture, $" magic {magic:x8}");
                break;
            default:
                break;
        }

        return text.ToString();
    }

    private static string DescribeChap(ReadOnlySpan<byte> information)
    {
        if (!PppPacket.TryRead(information, out PppPacket packet))
        {
            return Line($"malformed CHAP, {information.Length} octets");
        }

        string head = Line($"CHAP {ChapCodeText(packet.Code)} id {packet.Identifier}");
        switch ((ChapCode)packet.Code)
        {
            case ChapCode.Challenge:
            case ChapCode.Response:
                if (packet.Data.IsEmpty || packet.Data.Length < 1 + packet.Data[0])
                {
                    return head + " malformed value";
                }

                ReadOnlySpan<byte> name = packet.Data[(1 + packet.Data[0])..];
                return head + " name " + Quoted(Encoding.Latin1.GetString(name));
            case ChapCode.Success:
            case ChapCode.Failure:
                return head + MessageText(Encoding.Latin1.GetString(packet.Data));
            default:
                return head;
        }
    }

    // Of a message only the fields known to hold no secret are shown.
    private static string MessageText(string message)
    {
        var text = new StringBuilder();
        int end = message.IndexOf("M=", StringComparison.Ordinal);
        string fields = end < 0 ? message : message[..end];
        foreach (string field in fields.Split(' ', StringSplitOptions.RemoveEmptyEntries))
        {
            bool isNumber = field.Length is > 2 and <= 7
                && field[1] == '='
                && !field.AsSpan(2).ContainsAnyExceptInRange('0', '9');
            if (isNumber && field[0] is 'E' or 'R' or 'V')
            {
                text.Append(' ').Append(field);
            }
        }

        if (end >= 0)
        {
            text.Append(" M=").Append(Quoted(message[(end + 2)..]));
        }

        return text.ToString();
    }

    private static string DescribePap(ReadOnlySpan<byte> information)
    {
        if (!PppPacket.TryRead(information, out PppPacket packet))
        {
            return Line($"malformed PAP, {information.Length} octets");
        }

        string code = packet.Code switch
        {
            PppCode.ConfigureRequest => "Authenticate-Request",
            PppCode.ConfigureAck => "Authenticate-Ack",
            PppCode.ConfigureNak => "Authenticate-Nak",
            _ => Line($"code {(byte)packet.Code}"),
        };
        return Line($"PAP {code} id {packet.Identifier}");
    }

    private static string DescribeMppe(ReadOnlySpan<byte> frame)
    {
        if (frame.Length < Mppe.HeaderLength)
        {
            return Line($"malformed MPPE, {frame.Length} octets");
        }

        ushort header = BinaryPrimitives.ReadUInt16BigEndian(frame);
        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture, $"MPPE count {header & Mppe.CountMask}");
        for (int i = 0; i < 4; i++)
        {
            if ((header & (0x8000 >> i)) != 0)
            {
                text.Append(' ').Append("ABCD"[i]);
            }
        }

        int length = frame.Length - Mppe.HeaderLength;
        string kind = (header & Mppe.EncryptedBit) != 0 ? "encrypted" : "in clear";
        return text
            .Append(CultureInfo.InvariantCulture, $", {length} octets {kind}")
            .ToString();
    }

    private static string CodeText(PppCode code) => code switch
    {
        PppCode.VendorExtension => "Vendor-Extension",
        PppCode.ConfigureRequest => "Configure-Request",
        PppCode.ConfigureAck => "Configure-Ack",
        PppCode.ConfigureNak => "Configure-Nak",
        PppCode.ConfigureReject => "Configure-Reject",
        PppCode.TerminateRequest => "Terminate-Request",
        PppCode.TerminateAck => "Terminate-Ack",
        PppCode.CodeReject => "Code-Reject",
        PppCode.ProtocolReject => "Protocol-Reject",
        PppCode.EchoRequest => "Echo-Request",
        PppCode.EchoReply => "Echo-Reply",
        PppCode.DiscardRequest => "Discard-Request",
        PppCode.Identification => "Identification",
        PppCode.TimeRemaining => "Time-Remaining",
        PppCode.ResetRequest => "Reset-Request",
        PppCode.ResetAck => "Reset-Ack",
        _ => Line($"code {(byte)code}"),
    };

    private static string ChapCodeText(PppCode code) => (ChapCode)code switch
    {
        ChapCode.Challenge => "Challenge",
        ChapCode.Response => "Response",
        ChapCode.Success => "Success",
        ChapCode.Failure => "Failure",
        _ => Line($"code {(byte)code}"),
    };
}
