// TCP through a tunnel's inner end: whose a segment is, what nobody's segments are answered with, and how
// a connection outlives its tunnel.

using System;
using System.Buffers.Binary;
using System.Collections.Generic;
using System.Linq;
using nanoPptp.Client;
using nanoPptp.Telemetry.Ip;
using nanoPptp.Telemetry.Tcp;
using nanoPptp.Telemetry.Tests.Tcp;
using Simulator.Hub;
using Simulator.Sensor;
using Simulator.World;
using Xunit;

namespace nanoPptp.Telemetry.Tests.Ip;

public sealed class IpEndpointTcpTests : IHubObserver, IDisposable
{
    private readonly SmallWorld _world;
    private readonly VirtualClock _clock;
    private readonly SimulatedSensor _sensor;
    private readonly List<TcpWire> _atHub = [];
    private HubSession? _session;

    public IpEndpointTcpTests()
    {
        var users = new Dictionary<string, string> { ["u"] = "p" };
        var settings = new PptpSettings { UserName = "u" };
        settings.SetPassword("p");
        _world = new SmallWorld(7, new HubSettings { Users = users }, settings, this);
        _clock = _world.Clock;
        _sensor = _world.Sensor;
        _sensor.Start();
        Assert.True(_clock.Run(5_000_000, () => _sensor.Client.Stage == Stage.Up));
    }

    private static uint Hub => Ipv4Address.Parse("10.98.0.1");

    private uint Ours => _session!.Address;

    private IpEndpoint Endpoint => _sensor.Endpoint;

    private int NowMs => unchecked((int)_clock.NowMs);

    [Fact]
    public void Two_connections_have_their_own_segments_and_take_turns()
    {
        TcpConnection first = Attach(1001);
        TcpConnection second = Attach(1002);
        Assert.False(Endpoint.Attach(new TcpConnection(4096, 2048)));
        Assert.Equal(0, Endpoint.NextDeadlineMs(NowMs));
        Drain();
        Assert.Equal([1001, 1002], _atHub.Select(segment => segment.SourcePort).Order());
        Assert.All(_atHub, segment => Assert.Equal("S", segment.Flags));
        Give(new TcpWire(50, 78, "SA", 4000, []) { SourcePort = 80, DestinationPort = 1002 });
        Assert.Equal((TcpState.SynSent, TcpState.Established), (first.State, second.State));
        Give(new TcpWire(50, 78, "SA", 4000, []) { SourcePort = 80, DestinationPort = 1001 });
        Assert.True(first.IsOpen);
        _atHub.Clear();
        Drain();
        Assert.Equal(2, first.Send([1, 2], 0, 2));
        Assert.Equal(3, second.Send([3, 4, 5], 0, 3));
        Drain();
        Assert.All(_atHub, segment => Assert.True(segment.Has('A')));
        Assert.Equal([0, 0, 2, 3], _atHub.Select(segment => segment.Payload.Length).Order());
        Assert.Equal(2, Endpoint.Counters.TcpDelivered);
        Assert.Equal(6, Endpoint.Counters.TcpSent);
    }

    [Fact]
    public void A_segment_for_nobody_is_answered_with_the_RST_that_its_sender_believes()
    {
        Give(new TcpWire(500, 0, "S", 4000, []) { SourcePort = 80, DestinationPort = 9 });
        Give(new TcpWire(500, 0, "F", 4000, new byte[7]) { SourcePort = 80, DestinationPort = 9 });
        Give(new TcpWire(500, 321, "A", 4000, new byte[7]) { SourcePort = 80, DestinationPort = 9 });
        Give(new TcpWire(500, 321, "R", 4000, []) { SourcePort = 80, DestinationPort = 9 });
        Assert.Equal(
            [("RA", 0u, 501u), ("RA", 0u, 508u), ("R", 321u, 0u)],
            _atHub.Select(segment => (segment.Flags, segment.Sequence, segment.Acknowledgment)));
        Assert.All(_atHub, segment => Assert.Equal((9, 80), (segment.SourcePort, segment.DestinationPort)));
        Assert.Equal((4, 3), (Endpoint.Counters.TcpForNobody, Endpoint.Counters.ResetsSent));
    }

    [Fact]
    public void Who_knocks_at_every_port_gets_ten_answers_in_five_seconds()
    {
        for (int port = 1; port <= 50; port++)
        {
            Give(new TcpWire(500, 0, "S", 4000, []) { SourcePort = 80, DestinationPort = port }, 10_000);
        }

        Assert.Equal(10, _atHub.Count);
        _world.Advance(5_000_000);
        Give(new TcpWire(500, 0, "S", 4000, []) { SourcePort = 80, DestinationPort = 7 });
        Assert.Equal(11, _atHub.Count);
    }

    [Fact]
    public void A_segment_from_another_host_or_port_is_not_the_connections()
    {
        TcpConnection connection = Attach(1001);
        Drain();
        Give(new TcpWire(50, 78, "SA", 4000, []) { SourcePort = 81, DestinationPort = 1001 });
        Assert.Equal(TcpState.SynSent, connection.State);
        Assert.Equal(1, Endpoint.Counters.TcpForNobody);
    }

    [Fact]
    public void While_the_tunnel_is_down_nothing_is_due_and_the_loop_may_sleep()
    {
        TcpConnection connection = Attach(1001);
        _sensor.HangUp();
        _world.Advance(100_000);
        Assert.NotEqual(Stage.Up, _sensor.Client.Stage);
        Endpoint.Tick(NowMs);
        Assert.False(Endpoint.Output(NowMs));
        Assert.InRange(Endpoint.NextDeadlineMs(NowMs), 1000, TcpLimits.UserTimeoutMs);
        Assert.Equal(TcpState.SynSent, connection.State);
    }

    [Fact]
    public void A_tunnel_with_another_address_drops_the_connection()
    {
        var connection = new TcpConnection(4096, 2048);
        Assert.True(connection.Connect(_sensor.Client.LocalAddress + 1, 1001, (int)Hub, 80, 1400, 77, NowMs));
        Assert.True(Endpoint.Attach(connection));
        Endpoint.Tick(NowMs);
        Assert.Equal((TcpState.Closed, TcpEnd.Dropped), (connection.State, connection.End));
        Assert.False(Endpoint.Output(NowMs));
    }

    void IHubObserver.SessionUp(HubSession session, long nowMs) => _session = session;

    void IHubObserver.SessionDown(HubSession session, HubEnd reason, long nowMs)
    {
    }

    void IHubObserver.UdpReceived(HubSession session, HubDatagram datagram, long nowMs)
    {
    }

    void IHubObserver.EchoReplyReceived(
        HubSession session, ushort identifier, ushort sequence, ReadOnlySpan<byte> payload, long nowMs)
    {
    }

    void IHubObserver.IpReceived(HubSession session, ReadOnlySpan<byte> packet, long nowMs)
    {
        Assert.Equal(6, packet[9]);
        Assert.Equal(Ours, BinaryPrimitives.ReadUInt32BigEndian(packet[12..]));
        Assert.Equal(Hub, BinaryPrimitives.ReadUInt32BigEndian(packet[16..]));
        Assert.Equal(0xFFFF, TcpWire.Sum(packet[20..], Ours, Hub));
        _atHub.Add(TcpWire.Parse(packet[20..]));
    }

    void IHubObserver.Noted(HubSession? session, HubNote note, long nowMs)
    {
    }

    public void Dispose() => _world.Dispose();

    private TcpConnection Attach(int port)
    {
        var connection = new TcpConnection(4096, 2048);
        Assert.True(connection.Connect(_sensor.Client.LocalAddress, port, (int)Hub, 80, 1400, 77, NowMs));
        Assert.True(Endpoint.Attach(connection));
        return connection;
    }

    // The simulated sensor polls its client after each reading.
    private void Drain()
    {
        Endpoint.Tick(NowMs);
        while (Endpoint.Output(NowMs))
        {
            Assert.False(Endpoint.Output(NowMs));
            _sensor.Want();
            _world.Advance(100_000);
        }
    }

    private void Give(TcpWire segment, long forUs = 100_000)
    {
        byte[] tcp = segment.ToArray(Hub, Ours);
        byte[] packet = new byte[20 + tcp.Length];
        nanoPptp.Wire.Ipv4.Write(packet, 0, packet.Length, 1, 6, (int)Hub, (int)Ours);
        tcp.CopyTo(packet, 20);
        _world.Hub.Input(hub => Assert.True(hub.SendIp(_session!, packet, _clock.NowMs)));
        _world.Advance(forUs);
    }
}
