// Packets as they travel inside and outside of the tunnel, by the fuzzer's own arithmetic.

using System;
using System.Buffers.Binary;

namespace nanoPptp.Fuzz.World;

/// <summary>Makes packets.</summary>
internal static class Packets
{
    internal const int IpHeaderLength = 20;
    internal const int GreHeaderLength = 12;
    internal const int Udp = 17;
    internal const int Icmp = 1;

    private const int TransportHeaderLength = 8;

    /// <summary>An IPv4 packet whose payload begins with eight octets of UDP or ICMP, then a mark,
    /// then a number that no other packet has, then any octets.</summary>
    internal static byte[] Ip(
        uint source, uint destination, int protocol, ReadOnlySpan<byte> mark, int number, int fill)
    {
        int headers = IpHeaderLength + TransportHeaderLength;
        byte[] packet = new byte[headers + mark.Length + 4 + fill];
        packet[0] = 0x45;
        packet[8] = 64;
        packet[9] = (byte)protocol;
        BinaryPrimitives.WriteUInt32BigEndian(packet.AsSpan(12), source);
        BinaryPrimitives.WriteUInt32BigEndian(packet.AsSpan(16), destination);
        Span<byte> transport = packet.AsSpan(IpHeaderLength);
        mark.CopyTo(transport[TransportHeaderLength..]);
        BinaryPrimitives.WriteInt32BigEndian(
            transport[(TransportHeaderLength + mark.Length)..], number);
        if (protocol == Icmp)
        {
            transport[0] = 8;
            BinaryPrimitives.WriteUInt16BigEndian(transport[2..], Checksum(transport));
        }
        else
        {
            // No checksum: the sender made none.
            BinaryPrimitives.WriteUInt16BigEndian(transport, 5683);
            BinaryPrimitives.WriteUInt16BigEndian(transport[2..], 5683);
            BinaryPrimitives.WriteUInt16BigEndian(transport[4..], (ushort)transport.Length);
        }

        Seal(packet);
        return packet;
    }

    /// <summary>Makes version, lengths and checksum of an IP header right.</summary>
    internal static void Seal(Span<byte> packet)
    {
        packet[0] = (byte)(0x40 | Math.Clamp(packet[0] & 15, 5, Math.Min(15, packet.Length / 4)));
        int header = (packet[0] & 15) * 4;
        BinaryPrimitives.WriteUInt16BigEndian(packet[2..], (ushort)packet.Length);
        packet[10] = 0;
        packet[11] = 0;
        BinaryPrimitives.WriteUInt16BigEndian(packet[10..], Checksum(packet[..header]));
    }

    /// <summary>The Internet checksum of octets whose own field is zero.</summary>
    internal static ushort Checksum(ReadOnlySpan<byte> octets)
    {
        uint sum = 0;
        for (int i = 0; i < octets.Length; i++)
        {
            sum += (i & 1) == 0 ? (uint)octets[i] << 8 : octets[i];
        }

        sum = (sum & 0xFFFF) + (sum >> 16);
        sum = (sum & 0xFFFF) + (sum >> 16);
        return (ushort)~sum;
    }

    /// <summary>A GRE packet with a frame in it.</summary>
    internal static byte[] Gre(int callId, uint sequence, ReadOnlySpan<byte> frame)
    {
        byte[] packet = new byte[GreHeaderLength + frame.Length];
        BinaryPrimitives.WriteUInt32BigEndian(packet, 0x3001880B);
        BinaryPrimitives.WriteUInt16BigEndian(packet.AsSpan(4), (ushort)frame.Length);
        BinaryPrimitives.WriteUInt16BigEndian(packet.AsSpan(6), (ushort)callId);
        BinaryPrimitives.WriteUInt32BigEndian(packet.AsSpan(8), sequence);
        frame.CopyTo(packet.AsSpan(GreHeaderLength));
        return packet;
    }

    /// <summary>The frame in a GRE packet that is known to be sound; empty when there is none.
    ///</summary>
    internal static ReadOnlySpan<byte> FrameOf(ReadOnlySpan<byte> gre)
    {
        int header = 8 + ((gre[0] & 0x10) != 0 ? 4 : 0) + ((gre[1] & 0x80) != 0 ? 4 : 0);
        return gre[header..];
    }
}
