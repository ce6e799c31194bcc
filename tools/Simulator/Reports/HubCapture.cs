// What passes between one client and one hub, as packets of a capture. The control connection is
// known as a stream of octets only, so its TCP segments are made up: a handshake, segments whose
// sequence numbers follow each other, checksums, an end. Wireshark then follows the stream and
// dissects PPTP. GRE packets get an IPv4 header when they come without one.
//
//   IPv4 (RFC 791): 45 | tos | length 2 | identification 2 | flags 2 | ttl | protocol | checksum 2
//                   | source 4 | destination 4
//   TCP (RFC 9293): source 2 | destination 2 | sequence 4 | acknowledgment 4 | 50 | flags
//                   | window 2 | checksum 2 | urgent 2

using System;
using System.Buffers.Binary;
using Simulator.Hub;

namespace Simulator.Reports;

/// <summary>One interface of a capture: the control connection and the GRE packets of one hub.
/// Directions are the client's: inbound is what the hub sent.</summary>
public sealed class HubCapture
{
    /// <summary>TCP port of the control connection (RFC 2637 s.1.3).</summary>
    public const int ControlPort = 1723;

    private const int Ipv4HeaderLength = 20;
    private const int TcpHeaderLength = 20;
    private const byte ProtocolTcp = 6;
    private const byte ProtocolGre = 47;
    private const byte TimeToLive = 64;
    private const ushort DoNotFragment = 0x4000;
    private const byte Fin = 0x01;
    private const byte Syn = 0x02;
    private const byte Rst = 0x04;
    private const byte Psh = 0x08;
    private const byte Ack = 0x10;
    private const ushort Window = 64240;
    private const int SegmentLength = 1460;

    private readonly PcapngWriter _writer;
    private readonly int _interface;
    private readonly Side _client;
    private readonly Side _hub;
    private byte[] _packet = new byte[2048];

    /// <summary>Describes the interface in the capture.</summary>
    /// <param name="writer">The capture.</param>
    /// <param name="name">What to call the interface.</param>
    /// <param name="clientAddress">The client's IPv4 address, first octet most significant.</param>
    /// <param name="clientPort">The client's TCP port.</param>
    /// <param name="hubAddress">The hub's IPv4 address, first octet most significant.</param>
    /// <param name="hubPort">The hub's TCP port.</param>
    public HubCapture(
        PcapngWriter writer,
        string name,
        uint clientAddress,
        int clientPort,
        uint hubAddress,
        int hubPort = ControlPort)
    {
        ArgumentNullException.ThrowIfNull(writer);
        _writer = writer;
        _interface = writer.AddInterface(name);
        _client = new Side(clientAddress, (ushort)clientPort, PacketDirection.Outbound);
        _hub = new Side(hubAddress, (ushort)hubPort, PacketDirection.Inbound);
    }

    /// <summary>The next TCP connection is another one.</summary>
    /// <param name="clientPort">The client's TCP port, other than that of the one before.</param>
    public void BeginConnection(int clientPort)
    {
        _client.Restart((ushort)clientPort);
        _hub.Restart(_hub.Port);
    }

    /// <summary>The client's SYN.</summary>
    /// <param name="unixNanoseconds">When it was sent.</param>
    /// <param name="comment">A comment, or null.</param>
    public void TcpRequested(long unixNanoseconds, string? comment = null)
    {
        WriteSegment(_client, Syn, [], unixNanoseconds, comment);
        _client.Sequence++;
    }

    /// <summary>The rest of the handshake: the connection stands.</summary>
    /// <param name="unixNanoseconds">When the client knew.</param>
    /// <param name="comment">A comment, or null.</param>
    public void TcpEstablished(long unixNanoseconds, string? comment = null)
    {
        WriteSegment(_hub, Syn | Ack, [], unixNanoseconds, comment);
        _hub.Sequence++;
        WriteSegment(_client, Ack, [], unixNanoseconds, null);
    }

    /// <summary>Octets of the control connection.</summary>
    /// <param name="direction">Who sent them.</param>
    /// <param name="octets">As much as was sent or received at once.</param>
    /// <param name="unixNanoseconds">When.</param>
    /// <param name="comment">A comment for the first segment, or null.</param>
    public void Control(
        PacketDirection direction,
        ReadOnlySpan<byte> octets,
        long unixNanoseconds,
        string? comment = null)
    {
        Side from = SideOf(direction);
        while (octets.Length > 0)
        {
            int length = Math.Min(octets.Length, SegmentLength);
            WriteSegment(from, Psh | Ack, octets[..length], unixNanoseconds, comment);
            from.Sequence += (uint)length;
            octets = octets[length..];
            comment = null;
        }
    }

    /// <summary>One side ends its half of the control connection: FIN, acknowledged.</summary>
    /// <param name="direction">Whose half.</param>
    /// <param name="unixNanoseconds">When.</param>
    /// <param name="comment">A comment, or null.</param>
    public void TcpFinished(
        PacketDirection direction, long unixNanoseconds, string? comment = null)
    {
        Side from = SideOf(direction);
        WriteSegment(from, Fin | Ack, [], unixNanoseconds, comment);
        from.Sequence++;
        WriteSegment(Other(from), Ack, [], unixNanoseconds, null);
    }

    /// <summary>One side resets the control connection.</summary>
    /// <param name="direction">Who does.</param>
    /// <param name="unixNanoseconds">When.</param>
    /// <param name="comment">A comment, or null.</param>
    public void TcpReset(PacketDirection direction, long unixNanoseconds, string? comment = null)
    {
        WriteSegment(SideOf(direction), Rst | Ack, [], unixNanoseconds, comment);
    }

    /// <summary>A GRE packet that has no IPv4 header, or whose header nobody kept.</summary>
    /// <param name="direction">Who sent it.</param>
    /// <param name="gre">The packet from its GRE header on.</param>
    /// <param name="unixNanoseconds">When.</param>
    /// <param name="comment">A comment, or null.</param>
    public void Gre(
        PacketDirection direction,
        ReadOnlySpan<byte> gre,
        long unixNanoseconds,
        string? comment = null)
    {
        Span<byte> packet = BeginPacket(SideOf(direction), ProtocolGre, gre.Length);
        gre.CopyTo(packet[Ipv4HeaderLength..]);
        _writer.WritePacket(_interface, unixNanoseconds, direction, packet, comment);
    }

    /// <summary>A packet with the IPv4 header that it had.</summary>
    /// <param name="direction">Who sent it.</param>
    /// <param name="packet">The packet from its IPv4 header on.</param>
    /// <param name="unixNanoseconds">When.</param>
    /// <param name="comment">A comment, or null.</param>
    public void Packet(
        PacketDirection direction,
        ReadOnlySpan<byte> packet,
        long unixNanoseconds,
        string? comment = null)
    {
        _writer.WritePacket(_interface, unixNanoseconds, direction, packet, comment);
    }

    private Side SideOf(PacketDirection direction)
    {
        return direction == PacketDirection.Inbound ? _hub : _client;
    }

    private Side Other(Side side)
    {
        return side == _hub ? _client : _hub;
    }

    private void WriteSegment(
        Side from, byte flags, ReadOnlySpan<byte> payload, long unixNanoseconds, string? comment)
    {
        int length = TcpHeaderLength + payload.Length;
        Side to = Other(from);
        Span<byte> packet = BeginPacket(from, ProtocolTcp, length);
        Span<byte> tcp = packet[Ipv4HeaderLength..];
        BinaryPrimitives.WriteUInt16BigEndian(tcp, from.Port);
        BinaryPrimitives.WriteUInt16BigEndian(tcp[2..], to.Port);
        BinaryPrimitives.WriteUInt32BigEndian(tcp[4..], from.Sequence);
        BinaryPrimitives.WriteUInt32BigEndian(
            tcp[8..], (flags & Ack) != 0 ? to.Sequence : 0);
        tcp[12] = (TcpHeaderLength / 4) << 4;
        tcp[13] = flags;
        BinaryPrimitives.WriteUInt16BigEndian(tcp[14..], Window);
        BinaryPrimitives.WriteUInt32BigEndian(tcp[16..], 0);
        payload.CopyTo(tcp[TcpHeaderLength..]);

        uint pseudo = InternetChecksum.PseudoHeader(from.Address, to.Address, ProtocolTcp, length);
        BinaryPrimitives.WriteUInt16BigEndian(
            tcp[16..], InternetChecksum.Finish(InternetChecksum.Add(pseudo, tcp)));
        _writer.WritePacket(_interface, unixNanoseconds, from.Direction, packet, comment);
    }

    private Span<byte> BeginPacket(Side from, byte protocol, int payloadLength)
    {
        int length = Ipv4HeaderLength + payloadLength;
        if (_packet.Length < length)
        {
            _packet = new byte[length];
        }

        Span<byte> packet = _packet.AsSpan(0, length);
        packet[0] = 0x45;
        packet[1] = 0;
        BinaryPrimitives.WriteUInt16BigEndian(packet[2..], (ushort)length);
        BinaryPrimitives.WriteUInt16BigEndian(packet[4..], from.Identification++);
        BinaryPrimitives.WriteUInt16BigEndian(packet[6..], DoNotFragment);
        packet[8] = TimeToLive;
        packet[9] = protocol;
        BinaryPrimitives.WriteUInt16BigEndian(packet[10..], 0);
        BinaryPrimitives.WriteUInt32BigEndian(packet[12..], from.Address);
        BinaryPrimitives.WriteUInt32BigEndian(packet[16..], Other(from).Address);
        BinaryPrimitives.WriteUInt16BigEndian(
            packet[10..], InternetChecksum.Of(packet[..Ipv4HeaderLength]));
        return packet;
    }

    private sealed class Side(uint address, ushort port, PacketDirection direction)
    {
        internal uint Address { get; } = address;

        internal ushort Port { get; private set; } = port;

        internal PacketDirection Direction { get; } = direction;

        internal ushort Identification { get; set; }

        internal uint Sequence { get; set; } = InitialSequence(direction);

        internal void Restart(ushort newPort)
        {
            Port = newPort;
            Sequence = InitialSequence(Direction);
        }

        // Initial sequence numbers are free; the same in every capture makes captures comparable.
        private static uint InitialSequence(PacketDirection direction)
        {
            return direction == PacketDirection.Outbound ? 1000u : 2000u;
        }
    }
}
