// What lies on the client's IP face: packets of the inner network with sound IP headers, as the
// client delivers them, and anything behind. The tunnel is up, so that pings are answered.

using System;
using System.Buffers.Binary;
using nanoPptp.Client;
using nanoPptp.Fuzz.Engine;
using nanoPptp.Fuzz.World;
using nanoPptp.Telemetry.Ip;
using nanoPptp.Wire;

namespace nanoPptp.Fuzz.Targets;

/// <summary>Fuzzes <see cref="IpEndpoint.Input"/>.</summary>
internal sealed class InnerIpTarget : FuzzTarget
{
    private const int At = 64;
    private const int SealHeader = 1;
    private const int ForUs = 2;
    private const int SealPayload = 4;
    private const int Answers = 8;

    private readonly World.World _world;

    internal InnerIpTarget()
    {
        _world = new World.World(0, 0, 0, new Feedback(), Sabotage.None);
        _world.Reach(Stage.Up);
        Oracle.Demand(_world.Client.Stage == Stage.Up, "recovery", "the tunnel is not up");
    }

    internal override void Run(byte[] input, Feedback feedback)
    {
        PptpClient client = _world.Client;
        IpEndpoint endpoint = _world.Endpoint;
        _world.Meter.Reset();
        var script = new Script(input);
        int flags = script.Byte();
        byte[] packet = Make(script.TakeAll(), flags, client.LocalAddress);
        if (Ipv4.Check(packet, 0, packet.Length) < 0)
        {
            return;
        }

        int length = Ipv4.TotalLength(packet, 0);
        packet.CopyTo(client.Arena, At);
        client.OutputOffset = At;
        client.OutputLength = length;
        IpCounters counters = endpoint.Counters;
        int before = counters.UdpDelivered;
        int answered = counters.EchoAnswered;
        _world.Meter.Start();
        bool isUdp = endpoint.Input(_world.NowMs);
        _world.Meter.Stop();
        Oracle.DemandEqual(
            packet, client.Arena.AsSpan(At, packet.Length), "guard", "the packet was changed");
        Oracle.Demand(
            isUdp == (counters.UdpDelivered != before), "delivery", "a datagram is not counted");
        if (isUdp)
        {
            Oracle.Demand(
                endpoint.UdpOffset >= At + Packets.IpHeaderLength
                    && endpoint.UdpLength >= 0
                    && endpoint.UdpOffset + endpoint.UdpLength <= At + length,
                "delivery",
                "a datagram does not lie within its packet");
        }

        feedback.Note(
            isUdp ? 1 : 0,
            counters.EchoAnswered - answered,
            packet[9],
            Feedback.Bucket(isUdp ? endpoint.UdpLength : length));
        _world.Pump();
        _world.DemandAll();
    }

    internal override byte[] Generate(Random64 random)
    {
        byte[] input = random.Octets(21 + random.Next(200));
        input[0] = (byte)random.Next(16);
        input[1] = (byte)(0x40 | (random.OneIn(4) ? random.Next(16) : 5));
        input[7] = (byte)(random.OneIn(8) ? random.Next(256) : 0);
        input[8] = 0;
        input[10] = random.OneIn(2) ? (byte)Packets.Udp : (byte)Packets.Icmp;
        return input;
    }

    private static byte[] Make(byte[] packet, int flags, int localAddress)
    {
        if (packet.Length < Packets.IpHeaderLength)
        {
            return packet;
        }

        if ((flags & ForUs) != 0)
        {
            BinaryPrimitives.WriteInt32BigEndian(packet.AsSpan(16), localAddress);
        }

        int header = Math.Clamp(packet[0] & 15, 5, Math.Min(15, packet.Length / 4)) * 4;
        Span<byte> payload = packet.AsSpan(header);
        if ((flags & SealPayload) != 0 && payload.Length >= 8)
        {
            SealUdpOrIcmp(packet[9], payload, (flags & Answers) != 0);
        }

        if ((flags & SealHeader) != 0)
        {
            Packets.Seal(packet);
        }

        return packet;
    }

    private static void SealUdpOrIcmp(int protocol, Span<byte> payload, bool asksForAnswer)
    {
        if (protocol == Packets.Icmp)
        {
            payload[0] = asksForAnswer ? (byte)8 : payload[0];
            payload[1] = asksForAnswer ? (byte)0 : payload[1];
            payload[2] = 0;
            payload[3] = 0;
            BinaryPrimitives.WriteUInt16BigEndian(payload[2..], Packets.Checksum(payload));
        }
        else if (protocol == Packets.Udp)
        {
            // None: the sender made no checksum.
            payload[6] = 0;
            payload[7] = 0;
            if (asksForAnswer)
            {
                BinaryPrimitives.WriteUInt16BigEndian(payload[4..], (ushort)payload.Length);
            }
        }
    }
}
