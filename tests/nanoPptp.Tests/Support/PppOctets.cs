// Packets and options of the PPP protocols, octet for octet (RFC 1661, 1332, 1962, 3078). They
// share nothing with the library.

using System;
using System.Collections.Generic;
using System.Linq;

namespace nanoPptp.Tests.Support;

/// <summary>Configuration options.</summary>
internal static class Option
{
    internal static byte[] Mru(int mru) => Of(1, Octets.Number((uint)mru, 2));

    internal static byte[] Accm(uint map) => Of(2, Octets.Number(map, 4));

    internal static byte[] MsChapV2 => Of(3, Octets.FromHex("c223 81"));

    internal static byte[] MsChapV1 => Of(3, Octets.FromHex("c223 80"));

    internal static byte[] ChapMd5 => Of(3, Octets.FromHex("c223 05"));

    internal static byte[] Pap => Of(3, Octets.FromHex("c023"));

    internal static byte[] Eap => Of(3, Octets.FromHex("c227"));

    internal static byte[] Magic(uint number) => Of(5, Octets.Number(number, 4));

    internal static byte[] Pfc => Of(7, []);

    internal static byte[] Acfc => Of(8, []);

    internal static byte[] Callback => Of(13, [6]);

    internal static byte[] Mrru => Of(17, Octets.FromHex("05dc"));

    internal static byte[] EndpointDiscriminator => Of(19, Octets.FromHex("03 001122334455"));

    internal static byte[] Mppe(uint supportedBits) => Of(18, Octets.Number(supportedBits, 4));

    internal static byte[] Address(uint address) => Of(3, Octets.Number(address, 4));

    internal static byte[] VanJacobson => Of(2, Octets.FromHex("002d 0f01"));

    internal static byte[] Of(int type, byte[] data) =>
        Octets.Join([(byte)type, (byte)(2 + data.Length)], data);
}

/// <summary>A packet of LCP, CCP, IPCP or CHAP.</summary>
internal sealed record Packet(int Code, int Identifier, byte[] Data)
{
    internal byte[] Octets => Support.Octets.Join(
        [(byte)Code, (byte)Identifier],
        Support.Octets.Number((uint)(4 + Data.Length), 2),
        Data);

    internal static Packet ConfigureRequest(int identifier, params byte[][] options) =>
        new(1, identifier, Support.Octets.Join(options));

    internal static Packet ConfigureAck(int identifier, params byte[][] options) =>
        new(2, identifier, Support.Octets.Join(options));

    internal static Packet ConfigureNak(int identifier, params byte[][] options) =>
        new(3, identifier, Support.Octets.Join(options));

    internal static Packet ConfigureReject(int identifier, params byte[][] options) =>
        new(4, identifier, Support.Octets.Join(options));

    internal static Packet TerminateRequest(int identifier) => new(5, identifier, []);

    internal static Packet TerminateAck(int identifier) => new(6, identifier, []);

    internal static Packet CodeReject(int identifier, Packet rejected) =>
        new(7, identifier, rejected.Octets);

    internal static Packet ProtocolReject(int identifier, int protocol, params byte[] rejected) =>
        new(8, identifier, Support.Octets.Join(
            Support.Octets.Number((uint)protocol, 2), rejected));

    internal static Packet EchoRequest(int identifier, uint magic, params byte[] data) =>
        new(9, identifier, Support.Octets.Join(Support.Octets.Number(magic, 4), data));

    internal static Packet EchoReply(int identifier, uint magic, params byte[] data) =>
        new(10, identifier, Support.Octets.Join(Support.Octets.Number(magic, 4), data));

    /// <summary>Reads a packet; its length field has to be right.</summary>
    internal static Packet Parse(ReadOnlySpan<byte> octets)
    {
        int length = (int)Support.Octets.Number(octets.Slice(2, 2));
        if (length < 4 || length > octets.Length)
        {
            throw new FormatException("A packet of " + octets.Length + " octets says " + length);
        }

        return new Packet(octets[0], octets[1], octets[4..length].ToArray());
    }

    /// <summary>The options of a Configure packet.</summary>
    internal IReadOnlyList<byte[]> Options
    {
        get
        {
            var options = new List<byte[]>();
            for (int at = 0; at < Data.Length; at += Data[at + 1])
            {
                options.Add(Data[at..(at + Data[at + 1])]);
            }

            return options;
        }
    }

    /// <summary>The data of one option, or null when it is not there.</summary>
    internal byte[]? OptionData(int type) =>
        Options.FirstOrDefault(option => option[0] == type)?[2..];

    public override string ToString() => Support.Octets.ToHex(Octets);
}
