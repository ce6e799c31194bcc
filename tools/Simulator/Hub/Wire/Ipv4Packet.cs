// The packets inside the tunnel: IPv4 (RFC 791), UDP (RFC 768) and ICMP echo (RFC 792), as far as
// the hub speaks them. Addresses are numbers in host order: 10.98.0.1 is 0x0A620001.

using System;
using System.Buffers.Binary;
using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace Simulator.Hub;

/// <summary>Why an inner packet was not taken.</summary>
internal enum Ipv4Verdict
{
    Sound,
    Malformed,
    BadChecksum,
    Fragment,
}

/// <summary>An IPv4 packet that was checked, without the padding behind it.</summary>
internal readonly ref struct Ipv4Packet
{
    public const int HeaderLength = 20;
    public const byte Icmp = 1;
    public const byte Tcp = 6;
    public const byte Udp = 17;

    private const byte TimeToLive = 64;

    public uint Source { get; private init; }

    public uint Destination { get; private init; }

    public byte Protocol { get; private init; }

    /// <summary>Header and payload.</summary>
    public ReadOnlySpan<byte> Whole { get; private init; }

    public ReadOnlySpan<byte> Payload { get; private init; }

    public static Ipv4Verdict Check(ReadOnlySpan<byte> octets, out Ipv4Packet packet)
    {
        packet = default;
        if (octets.Length < HeaderLength || octets[0] >> 4 != 4)
        {
            return Ipv4Verdict.Malformed;
        }

        int headerLength = (octets[0] & 0x0F) * 4;
        int totalLength = BinaryPrimitives.ReadUInt16BigEndian(octets[2..]);
        if (headerLength < HeaderLength
            || totalLength < headerLength
            || totalLength > octets.Length)
        {
            return Ipv4Verdict.Malformed;
        }

        if (InternetChecksum.Of(octets[..headerLength]) != 0)
        {
            return Ipv4Verdict.BadChecksum;
        }

        // More-fragments, or an offset: the hub reassembles nothing.
        if ((BinaryPrimitives.ReadUInt16BigEndian(octets[6..]) & 0x3FFF) != 0)
        {
            return Ipv4Verdict.Fragment;
        }

        packet = new Ipv4Packet
        {
            Source = BinaryPrimitives.ReadUInt32BigEndian(octets[12..]),
            Destination = BinaryPrimitives.ReadUInt32BigEndian(octets[16..]),
            Protocol = octets[9],
            Whole = octets[..totalLength],
            Payload = octets[headerLength..totalLength],
        };
        return Ipv4Verdict.Sound;
    }

    /// <summary>Writes the header before a payload that already stands in its place.</summary>
    public static void WriteHeader(
        Span<byte> packet, ushort identification, byte protocol, uint source, uint destination)
    {
        packet[0] = 0x45;
        packet[1] = 0;
        BinaryPrimitives.WriteUInt16BigEndian(packet[2..], (ushort)packet.Length);
        BinaryPrimitives.WriteUInt16BigEndian(packet[4..], identification);
        BinaryPrimitives.WriteUInt16BigEndian(packet[6..], 0);
        packet[8] = TimeToLive;
        packet[9] = protocol;
        BinaryPrimitives.WriteUInt16BigEndian(packet[10..], 0);
        BinaryPrimitives.WriteUInt32BigEndian(packet[12..], source);
        BinaryPrimitives.WriteUInt32BigEndian(packet[16..], destination);
        ushort checksum = InternetChecksum.Of(packet[..HeaderLength]);
        BinaryPrimitives.WriteUInt16BigEndian(packet[10..], checksum);
    }
}

/// <summary>UDP inside a checked IPv4 packet.</summary>
internal static class UdpDatagram
{
    public const int HeaderLength = 8;

    /// <summary>
    /// Reads ports and payload. <paramref name="isChecksumSound"/> is true too when the sender
    /// sent none (zero), as RFC 768 allows.
    /// </summary>
    public static bool TryRead(
        Ipv4Packet packet,
        out ushort sourcePort,
        out ushort destinationPort,
        out ReadOnlySpan<byte> payload,
        out bool isChecksumSound)
    {
        ReadOnlySpan<byte> udp = packet.Payload;
        sourcePort = 0;
        destinationPort = 0;
        payload = default;
        isChecksumSound = false;
        if (udp.Length < HeaderLength)
        {
            return false;
        }

        int length = BinaryPrimitives.ReadUInt16BigEndian(udp[4..]);
        if (length < HeaderLength || length > udp.Length)
        {
            return false;
        }

        udp = udp[..length];
        sourcePort = BinaryPrimitives.ReadUInt16BigEndian(udp);
        destinationPort = BinaryPrimitives.ReadUInt16BigEndian(udp[2..]);
        payload = udp[HeaderLength..];
        uint pseudo = InternetChecksum.PseudoHeader(
            packet.Source, packet.Destination, Ipv4Packet.Udp, length);
        isChecksumSound = BinaryPrimitives.ReadUInt16BigEndian(udp[6..]) == 0
            || InternetChecksum.Finish(InternetChecksum.Add(pseudo, udp)) == 0;
        return true;
    }

    /// <summary>Writes a whole IPv4 packet with one datagram and returns its length.</summary>
    public static int Write(
        Span<byte> packet,
        ushort identification,
        uint source,
        ushort sourcePort,
        uint destination,
        ushort destinationPort,
        ReadOnlySpan<byte> payload)
    {
        int length = HeaderLength + payload.Length;
        Span<byte> udp = packet.Slice(Ipv4Packet.HeaderLength, length);
        payload.CopyTo(udp[HeaderLength..]);
        BinaryPrimitives.WriteUInt16BigEndian(udp, sourcePort);
        BinaryPrimitives.WriteUInt16BigEndian(udp[2..], destinationPort);
        BinaryPrimitives.WriteUInt16BigEndian(udp[4..], (ushort)length);
        BinaryPrimitives.WriteUInt16BigEndian(udp[6..], 0);
        uint pseudo = InternetChecksum.PseudoHeader(
            source, destination, Ipv4Packet.Udp, length);
        ushort checksum = InternetChecksum.Finish(InternetChecksum.Add(pseudo, udp));
        // Zero on the wire means "no checksum", so a computed zero travels as its complement.
        BinaryPrimitives.WriteUInt16BigEndian(
            udp[6..], checksum == 0 ? (ushort)0xFFFF : checksum);
        int total = Ipv4Packet.HeaderLength + length;
        Ipv4Packet.WriteHeader(
            packet[..total], identification, Ipv4Packet.Udp, source, destination);
        return total;
    }
}

/// <summary>ICMP echo inside a checked IPv4 packet.</summary>
internal static class IcmpEcho
{
    public const int HeaderLength = 8;
    public const byte Reply = 0;
    public const byte Request = 8;

    /// <summary>Reads an echo request or reply; false for any other ICMP message.</summary>
    public static bool TryRead(
        ReadOnlySpan<byte> icmp,
        out byte type,
        out ushort identifier,
        out ushort sequence,
        out ReadOnlySpan<byte> payload)
    {
        type = 0;
        identifier = 0;
        sequence = 0;
        payload = default;
        if (icmp.Length < HeaderLength || (icmp[0] != Request && icmp[0] != Reply) || icmp[1] != 0)
        {
            return false;
        }

        type = icmp[0];
        identifier = BinaryPrimitives.ReadUInt16BigEndian(icmp[4..]);
        sequence = BinaryPrimitives.ReadUInt16BigEndian(icmp[6..]);
        payload = icmp[HeaderLength..];
        return true;
    }

    /// <summary>Writes a whole IPv4 packet with one echo message and returns its length.</summary>
    public static int Write(
        Span<byte> packet,
        ushort identification,
        uint source,
        uint destination,
        byte type,
        ushort identifier,
        ushort sequence,
        ReadOnlySpan<byte> payload)
    {
        int length = HeaderLength + payload.Length;
        Span<byte> icmp = packet.Slice(Ipv4Packet.HeaderLength, length);
        payload.CopyTo(icmp[HeaderLength..]);
        icmp[0] = type;
        icmp[1] = 0;
        BinaryPrimitives.WriteUInt16BigEndian(icmp[2..], 0);
        BinaryPrimitives.WriteUInt16BigEndian(icmp[4..], identifier);
        BinaryPrimitives.WriteUInt16BigEndian(icmp[6..], sequence);
        BinaryPrimitives.WriteUInt16BigEndian(icmp[2..], InternetChecksum.Of(icmp));
        int total = Ipv4Packet.HeaderLength + length;
        Ipv4Packet.WriteHeader(
            packet[..total], identification, Ipv4Packet.Icmp, source, destination);
        return total;
    }
}

/// <summary>Addresses as text and as numbers in host order.</summary>
public static class Ipv4Address
{
    /// <summary>Reads dotted decimal.</summary>
    /// <exception cref="FormatException">The text is no IPv4 address.</exception>
    public static uint Parse(string text)
    {
        var address = IPAddress.Parse(text);
        if (address.AddressFamily != AddressFamily.InterNetwork)
        {
            throw new FormatException("not an IPv4 address: " + text);
        }

        return BinaryPrimitives.ReadUInt32BigEndian(address.GetAddressBytes());
    }

    /// <summary>Writes dotted decimal.</summary>
    public static string ToText(uint address) => string.Create(
        CultureInfo.InvariantCulture,
        $"{address >> 24}.{(address >> 16) & 0xFF}.{(address >> 8) & 0xFF}.{address & 0xFF}");
}
