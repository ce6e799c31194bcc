// Reads captures: the classic pcap file (24 octets in front, 16 in front of each packet, in the
// byte order of the machine that wrote it), Ethernet, IPv4. It shares no code with the library, so
// that what it says about a packet can be compared with what the library says.

using System;
using System.Buffers.Binary;
using System.Collections.Generic;
using System.IO;

namespace nanoPptp.Tests.Captures;

/// <summary>An IPv4 packet of a capture.</summary>
internal sealed class CapturedPacket
{
    public const int Icmp = 1;
    public const int Tcp = 6;
    public const int Udp = 17;
    public const int Gre = 47;

    /// <summary>Position in the file, from 1 as capture tools count.</summary>
    public required int Number { get; init; }

    /// <summary>When it was captured, in microseconds since 1970.</summary>
    public required long TimeUs { get; init; }

    /// <summary>The packet from its IP header to its total length.</summary>
    public required byte[] Ip { get; init; }

    public int HeaderLength => (Ip[0] & 15) * 4;

    public int Protocol => Ip[9];

    public uint Source => BinaryPrimitives.ReadUInt32BigEndian(Ip.AsSpan(12));

    public uint Destination => BinaryPrimitives.ReadUInt32BigEndian(Ip.AsSpan(16));

    public ReadOnlySpan<byte> Payload => Ip.AsSpan(HeaderLength);
}

/// <summary>Reader of pcap files.</summary>
internal static class PcapReader
{
    private const int FileHeaderLength = 24;
    private const int RecordHeaderLength = 16;
    private const int EthernetHeaderLength = 14;
    private const int Ethernet = 1;
    private const int EtherTypeIpv4 = 0x0800;
    private const uint Microseconds = 0xA1B2C3D4;
    private const uint Nanoseconds = 0xA1B23C4D;

    /// <summary>Reads a whole file.</summary>
    /// <exception cref="FormatException">The file is not a pcap file of Ethernet frames that carry
    /// whole IPv4 packets.</exception>
    public static IReadOnlyList<CapturedPacket> Read(string path)
    {
        return Parse(File.ReadAllBytes(path));
    }

    /// <summary>Reads the octets of a file.</summary>
    /// <exception cref="FormatException">As with <see cref="Read"/>.</exception>
    public static IReadOnlyList<CapturedPacket> Parse(byte[] file)
    {
        Demand(file.Length >= FileHeaderLength, "no file header");
        uint magic = BinaryPrimitives.ReadUInt32LittleEndian(file);
        bool little = magic is Microseconds or Nanoseconds;
        if (!little)
        {
            magic = BinaryPrimitives.ReadUInt32BigEndian(file);
        }

        Demand(magic is Microseconds or Nanoseconds, "not a pcap file");
        Demand(ReadUInt32(file, 20, little) == Ethernet, "not Ethernet");

        var packets = new List<CapturedPacket>();
        int at = FileHeaderLength;
        while (at < file.Length)
        {
            Demand(file.Length - at >= RecordHeaderLength, "record header cut off");
            long seconds = ReadUInt32(file, at, little);
            long fraction = ReadUInt32(file, at + 4, little);
            int length = checked((int)ReadUInt32(file, at + 8, little));
            Demand(ReadUInt32(file, at + 12, little) == length, "packet captured in part");
            at += RecordHeaderLength;
            Demand(file.Length - at >= length, "packet cut off");
            packets.Add(new CapturedPacket
            {
                Number = packets.Count + 1,
                TimeUs = (seconds * 1_000_000)
                    + (magic == Nanoseconds ? fraction / 1000 : fraction),
                Ip = ReadIp(file.AsSpan(at, length)),
            });
            at += length;
        }

        return packets;
    }

    private static byte[] ReadIp(ReadOnlySpan<byte> frame)
    {
        Demand(frame.Length >= EthernetHeaderLength + 20, "frame too short");
        Demand(
            BinaryPrimitives.ReadUInt16BigEndian(frame[12..]) == EtherTypeIpv4, "not IPv4");
        ReadOnlySpan<byte> ip = frame[EthernetHeaderLength..];
        int headerLength = (ip[0] & 15) * 4;
        int totalLength = BinaryPrimitives.ReadUInt16BigEndian(ip[2..]);
        Demand((ip[0] >> 4) == 4 && headerLength >= 20, "bad IPv4 header");
        Demand(totalLength >= headerLength && totalLength <= ip.Length, "bad IPv4 length");
        Demand((BinaryPrimitives.ReadUInt16BigEndian(ip[6..]) & 0x3FFF) == 0, "a fragment");

        // Short frames are padded; the padding is not the packet's.
        return ip[..totalLength].ToArray();
    }

    private static uint ReadUInt32(byte[] b, int offset, bool little)
    {
        ReadOnlySpan<byte> octets = b.AsSpan(offset);
        return little
            ? BinaryPrimitives.ReadUInt32LittleEndian(octets)
            : BinaryPrimitives.ReadUInt32BigEndian(octets);
    }

    private static void Demand(bool holds, string otherwise)
    {
        if (!holds)
        {
            throw new FormatException(otherwise);
        }
    }
}
