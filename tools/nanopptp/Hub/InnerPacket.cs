// IPv4 packets for the TUN device (RFC 791, 768, 792). The hub gives datagrams and echo replies
// without their headers; what goes on into the system gets them again. Fragments never come here.

using System;
using System.Buffers.Binary;
using Simulator.Hub;

namespace nanoPptp.Tool.Hub;

/// <summary>Reads and writes inner packets.</summary>
internal static class InnerPacket
{
    private const int HeaderLength = 20;
    private const int UdpHeaderLength = 8;
    private const int EchoHeaderLength = 8;
    private const byte EchoReply = 0;
    private const byte EchoRequest = 8;
    private const byte ProtocolIcmp = 1;
    private const byte ProtocolUdp = 17;
    private const byte TimeToLive = 63;

    /// <summary>Where a packet wants to go.</summary>
    /// <returns>False when it is no IPv4 packet.</returns>
    public static bool TryReadDestination(ReadOnlySpan<byte> packet, out uint destination)
    {
        bool isIpv4 = packet.Length >= HeaderLength && packet[0] >> 4 == 4;
        destination = isIpv4 ? BinaryPrimitives.ReadUInt32BigEndian(packet[16..]) : 0;
        return isIpv4;
    }

    /// <summary>Writes a datagram that came through a tunnel.</summary>
    /// <returns>Octets; 0 when it does not fit.</returns>
    public static int WriteUdp(Span<byte> target, ushort identification, HubDatagram datagram)
    {
        int udpLength = UdpHeaderLength + datagram.Payload.Length;
        int length = HeaderLength + udpLength;
        if (length > target.Length)
        {
            return 0;
        }

        Span<byte> udp = target.Slice(HeaderLength, udpLength);
        BinaryPrimitives.WriteUInt16BigEndian(udp, datagram.SourcePort);
        BinaryPrimitives.WriteUInt16BigEndian(udp[2..], datagram.DestinationPort);
        BinaryPrimitives.WriteUInt16BigEndian(udp[4..], (ushort)udpLength);
        udp[6..8].Clear();
        datagram.Payload.CopyTo(udp[UdpHeaderLength..]);
        WriteHeader(
            target[..length], identification, ProtocolUdp, datagram.Source, datagram.Destination);

        uint pseudo = InternetChecksum.PseudoHeader(
            datagram.Source, datagram.Destination, ProtocolUdp, udpLength);
        ushort checksum = InternetChecksum.Finish(InternetChecksum.Add(pseudo, udp));
        BinaryPrimitives.WriteUInt16BigEndian(udp[6..], checksum == 0 ? (ushort)0xFFFF : checksum);
        return length;
    }

    /// <summary>Writes an echo reply that came through a tunnel.</summary>
    /// <returns>Octets; 0 when it does not fit.</returns>
    public static int WriteEchoReply(
        Span<byte> target,
        ushort ipIdentification,
        uint source,
        uint destination,
        ushort identifier,
        ushort sequence,
        ReadOnlySpan<byte> payload)
    {
        return WriteEcho(
            target,
            EchoReply,
            ipIdentification,
            source,
            destination,
            identifier,
            sequence,
            payload);
    }

    /// <summary>Writes a ping.</summary>
    /// <returns>Octets; 0 when it does not fit.</returns>
    public static int WriteEchoRequest(
        Span<byte> target,
        ushort ipIdentification,
        uint source,
        uint destination,
        ushort identifier,
        ushort sequence,
        ReadOnlySpan<byte> payload)
    {
        return WriteEcho(
            target,
            EchoRequest,
            ipIdentification,
            source,
            destination,
            identifier,
            sequence,
            payload);
    }

    private static int WriteEcho(
        Span<byte> target,
        byte type,
        ushort ipIdentification,
        uint source,
        uint destination,
        ushort identifier,
        ushort sequence,
        ReadOnlySpan<byte> payload)
    {
        int length = HeaderLength + EchoHeaderLength + payload.Length;
        if (length > target.Length)
        {
            return 0;
        }

        Span<byte> icmp = target[HeaderLength..length];
        icmp[..4].Clear();
        icmp[0] = type;
        BinaryPrimitives.WriteUInt16BigEndian(icmp[4..], identifier);
        BinaryPrimitives.WriteUInt16BigEndian(icmp[6..], sequence);
        payload.CopyTo(icmp[EchoHeaderLength..]);
        BinaryPrimitives.WriteUInt16BigEndian(icmp[2..], InternetChecksum.Of(icmp));
        WriteHeader(target[..length], ipIdentification, ProtocolIcmp, source, destination);
        return length;
    }

    private static void WriteHeader(
        Span<byte> packet, ushort identification, byte protocol, uint source, uint destination)
    {
        packet[0] = 0x45;
        packet[1] = 0;
        BinaryPrimitives.WriteUInt16BigEndian(packet[2..], (ushort)packet.Length);
        BinaryPrimitives.WriteUInt16BigEndian(packet[4..], identification);
        packet[6..8].Clear();
        packet[8] = TimeToLive;
        packet[9] = protocol;
        packet[10..12].Clear();
        BinaryPrimitives.WriteUInt32BigEndian(packet[12..], source);
        BinaryPrimitives.WriteUInt32BigEndian(packet[16..], destination);
        BinaryPrimitives.WriteUInt16BigEndian(
            packet[10..], InternetChecksum.Of(packet[..HeaderLength]));
    }
}
