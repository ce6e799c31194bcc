// Configuration options in words, as pppd writes them in its log.

using System;
using System.Buffers.Binary;
using System.Text;

namespace Simulator.Hub;

public static partial class WireText
{
    private static void AppendOptions(
        StringBuilder text, ushort protocol, ReadOnlySpan<byte> options)
    {
        foreach (PppOption option in new PppOptions(options))
        {
            text.Append(' ').Append(protocol switch
            {
                PppProtocol.Lcp => LcpOptionText(option),
                PppProtocol.Ccp => CcpOptionText(option),
                PppProtocol.Ipcp => IpcpOptionText(option),
                _ => UnknownOptionText(option),
            });
        }

        if (!PppOptions.AreSound(options))
        {
            text.Append(" malformed options");
        }
    }

    private static string LcpOptionText(PppOption option)
    {
        ReadOnlySpan<byte> data = option.Data;
        return ((LcpOption)option.Type, data.Length) switch
        {
            (LcpOption.MaximumReceiveUnit, 2) =>
                Line($"mru {BinaryPrimitives.ReadUInt16BigEndian(data)}"),
            (LcpOption.AsyncControlCharacterMap, 4) =>
                Line($"asyncmap {BinaryPrimitives.ReadUInt32BigEndian(data):x}"),
            (LcpOption.AuthenticationProtocol, >= 2) => "auth " + AuthenticationText(data),
            (LcpOption.MagicNumber, 4) =>
                Line($"magic {BinaryPrimitives.ReadUInt32BigEndian(data):x8}"),
            (LcpOption.ProtocolFieldCompression, 0) => "pcomp",
            (LcpOption.AddressControlFieldCompression, 0) => "accomp",
            _ => UnknownOptionText(option),
        };
    }

    private static string AuthenticationText(ReadOnlySpan<byte> data)
    {
        ushort protocol = BinaryPrimitives.ReadUInt16BigEndian(data);
        return (protocol, data.Length) switch
        {
            (PppProtocol.Pap, 2) => "pap",
            (PppProtocol.Chap, 3) when data[2] == 0x05 => "chap MD5",
            (PppProtocol.Chap, 3) when data[2] == 0x80 => "chap MS",
            (PppProtocol.Chap, 3) when data[2] == 0x81 => "chap MS-v2",
            _ => Line($"protocol {protocol:x4}"),
        };
    }

    // H stateless, M 56, S 128, L 40 bits, D obsolete, C compression: RFC 3078 section 2.1.
    private static string CcpOptionText(PppOption option)
    {
        if (option.Type != Ccp.MppeOption || option.Data.Length != 4)
        {
            return UnknownOptionText(option);
        }

        uint bits = BinaryPrimitives.ReadUInt32BigEndian(option.Data);
        var text = new StringBuilder("mppe");
        foreach ((uint bit, char letter) in
            (ReadOnlySpan<(uint, char)>)
            [
                (0x01000000, 'H'), (0x80, 'M'), (0x40, 'S'), (0x20, 'L'), (0x10, 'D'), (0x01, 'C'),
            ])
        {
            if ((bits & bit) != 0)
            {
                text.Append(" +").Append(letter);
            }
        }

        return text.ToString();
    }

    private static string IpcpOptionText(PppOption option)
    {
        string? name = (IpcpOption)option.Type switch
        {
            IpcpOption.IpAddress => "addr",
            IpcpOption.PrimaryDns => "dns1",
            IpcpOption.SecondaryDns => "dns2",
            IpcpOption.PrimaryNbns => "nbns1",
            IpcpOption.SecondaryNbns => "nbns2",
            IpcpOption.IpCompressionProtocol => "compress",
            _ => null,
        };
        if (name is null)
        {
            return UnknownOptionText(option);
        }

        return option.Data.Length == 4 && option.Type != (byte)IpcpOption.IpCompressionProtocol
            ? name + " " + Ipv4Address.ToText(BinaryPrimitives.ReadUInt32BigEndian(option.Data))
            : name;
    }

    private static string UnknownOptionText(PppOption option) =>
        Line($"option {option.Type} of {option.Whole.Length} octets");
}
