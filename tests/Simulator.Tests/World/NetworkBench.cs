// A network with hubs on it and one sensor's link, on a clock that moves when told. What arrives at
// the sensor is written down; the hubs are real ones that nobody listens to.

using System;
using System.Buffers.Binary;
using System.Collections.Generic;
using System.Linq;
using Simulator.Hub;
using Simulator.Scenarios;
using Simulator.World;

namespace Simulator.Tests.World;

/// <summary>What arrived at the sensor, and when.</summary>
internal sealed record Arrived(long AtUs, string What, byte[] Octets);

/// <summary>A GRE packet as an observer saw it when it was sent.</summary>
internal sealed record Seen(Direction Direction, byte[] Octets, string Fate);

internal sealed class NetworkBench : INetworkClient, INetworkObserver, IDisposable
{
    public const long CalmUs = 10_000;
    public const string Connected = "connected";
    public const string Tcp = "TCP";
    public const string Ended = "ended";
    public const string Gre = "GRE";

    /// <summary>So long a hub waits for a Start-Control-Connection-Request.</summary>
    public const long StartTimeoutMs = 300_000;

    private const int EchoRequest = 5;
    private const int EchoReply = 6;

    private readonly Trace _trace = new();
    private int _faultCount;

    public NetworkBench(int hubCount = 1, ulong seed = 1)
    {
        Weather = new Weather(new Random64(seed));
        Internet = new Internet(Clock, Weather, _trace, CalmUs);
        for (int i = 0; i < hubCount; i++)
        {
            ulong hubSeed = seed + (ulong)i;
            Internet.AddHub($"hub-{i + 1}", node => new PptpHub(
                new HubSettings { StartTimeoutMs = StartTimeoutMs },
                node,
                new HubObserver(),
                new Random64(hubSeed)));
        }

        Link = Internet.AddLink();
        Link.Client = this;
        Link.Observer = this;
    }

    public VirtualClock Clock { get; } = new();

    public Weather Weather { get; }

    public Internet Internet { get; }

    public SensorLink Link { get; }

    public HubNode Hub => Internet.Hubs[0];

    public List<Arrived> Arrivals { get; } = [];

    public List<Seen> GreSeen { get; } = [];

    public List<TcpTurn> Turns { get; } = [];

    public IEnumerable<string> What => Arrivals.Select(one => one.What);

    /// <summary>The numbers of the Echo-Replies that arrived.</summary>
    public IEnumerable<uint> EchoNumbers => Arrivals
        .Where(one => one.What == Tcp
            && BinaryPrimitives.ReadUInt16BigEndian(one.Octets.AsSpan(8)) == EchoReply)
        .Select(one => BinaryPrimitives.ReadUInt32BigEndian(one.Octets.AsSpan(12)));

    /// <summary>The numbers of the GRE packets that arrived.</summary>
    public IEnumerable<int> GreNumbers => Arrivals
        .Where(one => one.What == Gre)
        .Select(one => BinaryPrimitives.ReadInt32BigEndian(one.Octets.AsSpan(20)));

    public void Dispose() => _trace.Dispose();

    public void Advance(long ms) => Clock.Run(Clock.NowUs + (ms * 1_000), () => false);

    public PlacedFault Begin(Fault fault)
    {
        var placed = new PlacedFault(_faultCount++, fault, null, null);
        Weather.Begin(placed);
        return placed;
    }

    /// <summary>Dials and lets the connection come about.</summary>
    public void DialUp(int hub = 0)
    {
        Link.Dial(hub);
        Advance(100);
    }

    /// <summary>Sends an Echo-Request (RFC 2637 s.2.5) with a number; a hub answers each.</summary>
    public void SendEcho(uint number)
    {
        byte[] message = new byte[16];
        BinaryPrimitives.WriteUInt16BigEndian(message, 16);
        BinaryPrimitives.WriteUInt16BigEndian(message.AsSpan(2), 1);
        BinaryPrimitives.WriteUInt32BigEndian(message.AsSpan(4), 0x1A2B3C4D);
        BinaryPrimitives.WriteUInt16BigEndian(message.AsSpan(8), EchoRequest);
        BinaryPrimitives.WriteUInt32BigEndian(message.AsSpan(12), number);
        Link.SendTcp(message);
    }

    /// <summary>A hub sends GRE whose octets are a number.</summary>
    public void SendGreToSensor(int number, int hub = 0) =>
        Internet.Hubs[hub].SendGre(0, Link.Address, Numbered(number));

    public static byte[] Numbered(int number)
    {
        byte[] octets = new byte[24];
        BinaryPrimitives.WriteInt32BigEndian(octets, number);
        return octets;
    }

    public void TcpConnected() => Add(Connected, []);

    public void TcpReceived(byte[] octets) => Add(Tcp, octets);

    public void TcpClosed() => Add(Ended, []);

    public void IpReceived(byte[] packet) => Add(Gre, packet);

    public void TcpTurned(int hub, Direction direction, TcpTurn turn, long nowUs) =>
        Turns.Add(turn);

    public void TcpSent(
        int hub, Direction direction, ReadOnlySpan<byte> octets, long nowUs, string fate)
    {
    }

    public void GreSent(
        int hub, Direction direction, ReadOnlySpan<byte> gre, long nowUs, string fate) =>
        GreSeen.Add(new Seen(direction, gre.ToArray(), fate));

    public void Remarked(long nowUs, string text)
    {
    }

    private void Add(string what, byte[] octets) =>
        Arrivals.Add(new Arrived(Clock.NowUs, what, octets));
}
