// The inner end of a tunnel against the independent hub: what comes through, what is answered, and what
// each packet is counted as.

using System;
using System.Buffers.Binary;
using System.Collections.Generic;
using System.Linq;
using System.Text;
using nanoPptp.Client;
using nanoPptp.Diagnostics;
using nanoPptp.Telemetry.Ip;
using nanoPptp.Telemetry.Tests.Tcp;
using Simulator.Hub;
using Simulator.Sensor;
using Simulator.World;
using Xunit;

namespace nanoPptp.Telemetry.Tests.Ip;

public sealed class IpEndpointTests : IHubObserver, IDisposable
{
    private readonly SmallWorld _world;
    private readonly VirtualClock _clock;
    private readonly HubNode _hub;
    private readonly SimulatedSensor _sensor;
    private readonly List<string> _atHub = [];
    private readonly List<byte[]> _atSensor = [];
    private readonly List<ushort> _echoReplies = [];
    private HubSession? _session;

    public IpEndpointTests()
    {
        var users = new Dictionary<string, string> { ["u"] = "p" };
        var settings = new PptpSettings { UserName = "u" };
        settings.SetPassword("p");
        _world = new SmallWorld(7, new HubSettings { Users = users }, settings, this)
        {
            DatagramCame = _atSensor.Add,
        };
        _clock = _world.Clock;
        _hub = _world.Hub;
        _sensor = _world.Sensor;
        _sensor.Start();
        Assert.True(_clock.Run(5_000_000, () => _sensor.Client.Stage == Stage.Up));
    }

    private static uint Hub => Ipv4Address.Parse("10.98.0.1");

    private uint Ours => _session!.Address;

    private IpCounters Counters => _sensor.Endpoint.Counters;

    [Fact]
    public void Datagrams_of_every_length_pass_both_ways()
    {
        int capacity = _sensor.Endpoint.UdpPayloadCapacity;
        Assert.Equal(1400 - 28, capacity);
        for (int length = 0; length <= capacity; length += length < 64 ? 1 : 59)
        {
            string text = new('x', length);
            Send(text);
            byte[] payload = Encoding.ASCII.GetBytes(text);
            _hub.Input(hub => Assert.Equal(
                length + 28 <= _session!.MaximumPacketLength,
                hub.SendUdp(_session!, 7, 9, payload, _clock.NowMs)));
            Settle();
            Assert.Equal(text, _atHub[^1]);
            if (length + 28 <= _session!.MaximumPacketLength)
            {
                Assert.Equal(payload, _atSensor[^1]);
            }
        }

        Assert.Equal(Counters.UdpSent, _atHub.Count);
        Assert.Equal(Counters.UdpDelivered, _atSensor.Count);
    }

    [Fact]
    public void A_payload_beyond_the_capacity_is_refused_and_nothing_is_sent()
    {
        Assert.Equal(
            -(int)Reason.IpTooLong,
            _sensor.Endpoint.UdpOutput((int)Hub, 9, 1, _sensor.Endpoint.UdpPayloadCapacity + 1));
        Settle();
        Assert.Empty(_atHub);
        Assert.Equal(0, Counters.UdpSent);
    }

    [Fact]
    public void A_second_datagram_before_the_first_was_polled_is_refused_and_harms_nothing()
    {
        PptpClient client = _sensor.Client;
        client.Arena[IpEndpoint.UdpPayloadOffset] = (byte)'1';
        Assert.True(_sensor.Endpoint.UdpOutput((int)Hub, 9, 1, 1) > 0);
        Assert.Equal(-(int)Reason.Busy, _sensor.Endpoint.UdpOutput((int)Hub, 9, 1, 1));
        Send("2");
        Settle();
        Assert.Equal(["1", "2"], _atHub);
    }

    [Fact]
    public void A_ping_is_answered_with_its_own_octets()
    {
        var random = new Random(3);
        for (ushort sequence = 1; sequence <= 50; sequence++)
        {
            ushort number = sequence;
            byte[] payload = new byte[28 * sequence % 1300];
            random.NextBytes(payload);
            _hub.Input(hub => hub.Ping(_session!, 77, number, payload, _clock.NowMs));
            Settle();
        }

        Assert.Equal(Enumerable.Range(1, 50).Select(n => (ushort)n), _echoReplies);
        Assert.Equal(50, Counters.EchoAnswered);
    }

    [Fact]
    public void The_hub_answers_our_pings()
    {
        for (int sequence = 1; sequence <= 3; sequence++)
        {
            Assert.Equal(28, _sensor.Endpoint.EchoOutput((int)Hub, 7, sequence));
            Assert.Equal(-(int)Reason.Busy, _sensor.Endpoint.EchoOutput((int)Hub, 7, 99));

            // Any reading makes the sensor poll; it comes behind the ping.
            Send("r");
            Settle();
            Assert.Equal(sequence, _sensor.Endpoint.EchoReplySequence);
        }

        Assert.Equal(3, Counters.EchoSent);
        Assert.Equal(3, Counters.EchoReplies);
    }

    [Fact]
    public void C86_Every_packet_has_one_counted_fate()
    {
        Give(Packet(17, Ours + 1, Ours, new byte[8]));
        Assert.Equal(1, Counters.NotOurs);

        byte[] fragment = Packet(17, Ours, Hub, new byte[16]);
        BinaryPrimitives.WriteUInt16BigEndian(fragment.AsSpan(6), 0x2000);
        Give(Checksummed(fragment));
        BinaryPrimitives.WriteUInt16BigEndian(fragment.AsSpan(6), 0x0001);
        Give(Checksummed(fragment));
        Assert.Equal(2, Counters.Fragments);

        Give(Packet(132, Ours, Hub, new byte[20]));
        Give(Packet(1, Ours, Hub, Convert.FromHexString("0D00F2FF0000000000000000")));
        Assert.Equal(2, Counters.Unused);

        Give(Packet(17, Ours, Hub, Convert.FromHexString("0001000200081234")));
        Give(Packet(17, Ours, Hub, new byte[7]));
        Give(Packet(1, Ours, Hub, new byte[4]));
        Give(Packet(1, Ours, Hub, Convert.FromHexString("0800000000010001")));
        Give(Packet(6, Ours, Hub, new byte[20]));
        byte[] knock = new TcpWire(7, 0, "S", 1000, []) { SourcePort = 5, DestinationPort = 80 }.ToArray(Hub, Ours);
        Give(Packet(6, Ours, Hub, knock[..19]));
        knock[17] ^= 1;
        Give(Packet(6, Ours, Hub, knock));
        Assert.Equal(7, Counters.Malformed);
        knock[17] ^= 1;
        Give(Packet(6, Ours, Hub, knock));
        Assert.Equal(1, Counters.TcpForNobody);
        Assert.Equal(1, Counters.ResetsSent);

        Assert.Equal(
            Counters.Received,
            Counters.UdpDelivered + Counters.EchoAnswered + Counters.EchoReplies + Counters.NotOurs + Counters.Fragments
                + Counters.Unused + Counters.Malformed + Counters.Unanswered + Counters.TcpDelivered
                + Counters.TcpForNobody);
        Assert.Equal(13, Counters.Received);
        Assert.Empty(_atSensor);
        Assert.Empty(_echoReplies);
    }

    [Fact]
    public void Nothing_is_sent_when_the_tunnel_is_down()
    {
        _sensor.HangUp();
        Assert.Equal(
            -(int)Reason.NotUp, _sensor.Endpoint.UdpOutput((int)Hub, 9, 1, 1));
        Settle();
        Assert.Empty(_atHub);
    }

    void IHubObserver.SessionUp(HubSession session, long nowMs) => _session = session;

    void IHubObserver.SessionDown(HubSession session, HubEnd reason, long nowMs)
    {
    }

    void IHubObserver.UdpReceived(HubSession session, HubDatagram datagram, long nowMs) =>
        _atHub.Add(Encoding.ASCII.GetString(datagram.Payload));

    void IHubObserver.EchoReplyReceived(
        HubSession session,
        ushort identifier,
        ushort sequence,
        ReadOnlySpan<byte> payload,
        long nowMs) => _echoReplies.Add(sequence);

    void IHubObserver.IpReceived(HubSession session, ReadOnlySpan<byte> packet, long nowMs)
    {
    }

    void IHubObserver.Noted(HubSession? session, HubNote note, long nowMs)
    {
    }

    public void Dispose() => _world.Dispose();

    private static byte[] Packet(byte protocol, uint destination, uint source, byte[] payload)
    {
        byte[] packet = new byte[20 + payload.Length];
        packet[0] = 0x45;
        BinaryPrimitives.WriteUInt16BigEndian(packet.AsSpan(2), (ushort)packet.Length);
        packet[8] = 64;
        packet[9] = protocol;
        BinaryPrimitives.WriteUInt32BigEndian(packet.AsSpan(12), source);
        BinaryPrimitives.WriteUInt32BigEndian(packet.AsSpan(16), destination);
        payload.CopyTo(packet, 20);
        return Checksummed(packet);
    }

    private static byte[] Checksummed(byte[] packet)
    {
        packet[10] = 0;
        packet[11] = 0;
        int sum = 0;
        for (int i = 0; i < 20; i += 2)
        {
            sum += BinaryPrimitives.ReadUInt16BigEndian(packet.AsSpan(i));
        }

        sum = (sum & 0xFFFF) + (sum >> 16);
        sum = (sum & 0xFFFF) + (sum >> 16);
        BinaryPrimitives.WriteUInt16BigEndian(packet.AsSpan(10), (ushort)~sum);
        return packet;
    }

    private void Send(string text)
    {
        // A packet that waits goes out in the sensor's next round.
        byte[] payload = Encoding.ASCII.GetBytes(text);
        if (!_sensor.SendReading(payload, 9))
        {
            _sensor.Want();
            Assert.True(_sensor.SendReading(payload, 9));
        }
    }

    private void Give(byte[] packet)
    {
        byte[] copy = (byte[])packet.Clone();
        _hub.Input(hub => Assert.True(hub.SendIp(_session!, copy, _clock.NowMs)));
        Settle();
    }

    private void Settle() => _world.Advance(100_000);
}
