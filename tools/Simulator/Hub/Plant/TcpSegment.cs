// A TCP segment: RFC 9293 section 3.1, of the options only Maximum Segment Size.
//
//    0                   1                   2                   3
//    0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
//   +-------------------------------+-------------------------------+
//   |          Source Port          |       Destination Port        |
//   +-------------------------------+-------------------------------+
//   |                        Sequence Number                        |
//   +---------------------------------------------------------------+
//   |                    Acknowledgment Number                      |
//   +-------+-------+---------------+-------------------------------+
//   | Offset| Rsrvd |     Flags     |            Window             |
//   +-------+-------+---------------+-------------------------------+
//   |           Checksum            |         Urgent Pointer        |
//   +-------------------------------+-------------------------------+

using System;
using System.Buffers.Binary;
using Simulator.Hub;

namespace Simulator.Plant;

/// <summary>The control bits that the plant's TCP knows.</summary>
[Flags]
internal enum TcpFlags : byte
{
    None = 0,
    Fin = 1,
    Syn = 2,
    Rst = 4,
    Psh = 8,
    Ack = 16,
}

/// <summary>A segment that was checked.</summary>
internal readonly ref struct TcpSegment
{
    public const int HeaderLength = 20;

    private const int MssLength = 4;
    private const byte EndOfOptions = 0;
    private const byte NoOperation = 1;
    private const byte MaximumSegmentSize = 2;

    public ushort SourcePort { get; init; }

    public ushort DestinationPort { get; init; }

    public uint Sequence { get; init; }

    public uint Acknowledgment { get; init; }

    public TcpFlags Flags { get; init; }

    public ushort Window { get; init; }

    /// <summary>What the peer takes in one segment; null without the option.</summary>
    public ushort? Mss { get; init; }

    public ReadOnlySpan<byte> Payload { get; init; }

    public bool IsSyn => (Flags & TcpFlags.Syn) != 0;

    public bool IsAck => (Flags & TcpFlags.Ack) != 0;

    public bool IsFin => (Flags & TcpFlags.Fin) != 0;

    public bool IsRst => (Flags & TcpFlags.Rst) != 0;

    /// <summary>Sequence numbers that it takes: its octets, and one each for SYN and FIN.</summary>
    public int SequenceLength => Payload.Length + (IsSyn ? 1 : 0) + (IsFin ? 1 : 0);

    /// <summary>Reads a segment; false when its header or its checksum is wrong.</summary>
    public static bool TryRead(Ipv4Packet packet, out TcpSegment segment)
    {
        segment = default;
        ReadOnlySpan<byte> octets = packet.Payload;
        if (octets.Length < HeaderLength)
        {
            return false;
        }

        int headerLength = (octets[12] >> 4) * 4;
        uint pseudo = InternetChecksum.PseudoHeader(
            packet.Source, packet.Destination, Ipv4Packet.Tcp, octets.Length);
        if (headerLength < HeaderLength
            || headerLength > octets.Length
            || InternetChecksum.Finish(InternetChecksum.Add(pseudo, octets)) != 0)
        {
            return false;
        }

        segment = new TcpSegment
        {
            SourcePort = BinaryPrimitives.ReadUInt16BigEndian(octets),
            DestinationPort = BinaryPrimitives.ReadUInt16BigEndian(octets[2..]),
            Sequence = BinaryPrimitives.ReadUInt32BigEndian(octets[4..]),
            Acknowledgment = BinaryPrimitives.ReadUInt32BigEndian(octets[8..]),
            Flags = (TcpFlags)(octets[13] & 0x1F),
            Window = BinaryPrimitives.ReadUInt16BigEndian(octets[14..]),
            Mss = ReadMss(octets[HeaderLength..headerLength]),
            Payload = octets[headerLength..],
        };
        return true;
    }

    /// <summary>Makes a whole IPv4 packet of it.</summary>
    public byte[] ToPacket(uint source, uint destination, ushort identification)
    {
        int headerLength = HeaderLength + (Mss is null ? 0 : MssLength);
        int length = headerLength + Payload.Length;
        byte[] packet = new byte[Ipv4Packet.HeaderLength + length];
        Span<byte> octets = packet.AsSpan(Ipv4Packet.HeaderLength);
        BinaryPrimitives.WriteUInt16BigEndian(octets, SourcePort);
        BinaryPrimitives.WriteUInt16BigEndian(octets[2..], DestinationPort);
        BinaryPrimitives.WriteUInt32BigEndian(octets[4..], Sequence);
        BinaryPrimitives.WriteUInt32BigEndian(octets[8..], Acknowledgment);
        octets[12] = (byte)(headerLength / 4 << 4);
        octets[13] = (byte)Flags;
        BinaryPrimitives.WriteUInt16BigEndian(octets[14..], Window);
        if (Mss is ushort mss)
        {
            octets[HeaderLength] = MaximumSegmentSize;
            octets[HeaderLength + 1] = MssLength;
            BinaryPrimitives.WriteUInt16BigEndian(octets[(HeaderLength + 2)..], mss);
        }

        Payload.CopyTo(octets[headerLength..]);
        uint pseudo = InternetChecksum.PseudoHeader(
            source, destination, Ipv4Packet.Tcp, length);
        BinaryPrimitives.WriteUInt16BigEndian(
            octets[16..], InternetChecksum.Finish(InternetChecksum.Add(pseudo, octets)));
        Ipv4Packet.WriteHeader(packet, identification, Ipv4Packet.Tcp, source, destination);
        return packet;
    }

    // Options that are broken end the list: what came before them counts.
    private static ushort? ReadMss(ReadOnlySpan<byte> options)
    {
        while (!options.IsEmpty && options[0] != EndOfOptions)
        {
            if (options[0] == NoOperation)
            {
                options = options[1..];
                continue;
            }

            if (options.Length < 2 || options[1] < 2 || options[1] > options.Length)
            {
                return null;
            }

            if (options[0] == MaximumSegmentSize && options[1] == MssLength)
            {
                return BinaryPrimitives.ReadUInt16BigEndian(options[2..]);
            }

            options = options[options[1]..];
        }

        return null;
    }
}
