// A sensor's side of the network: it can dial a hub, and has a raw socket for GRE.

using System;
using Simulator.Scenarios;

namespace Simulator.World;

/// <summary>What the sensor's side of the network is told.</summary>
public interface INetworkClient
{
    /// <summary>The TCP connection stands.</summary>
    void TcpConnected();

    /// <summary>Octets came on the TCP connection.</summary>
    void TcpReceived(byte[] octets);

    /// <summary>The TCP connection ended.</summary>
    void TcpClosed();

    /// <summary>An IPv4 packet with GRE came from the hub, header included, as a raw socket gives
    /// it.</summary>
    void IpReceived(byte[] packet);
}

/// <summary>A sensor's way to the hubs.</summary>
public sealed class SensorLink
{
    private readonly Internet _internet;
    private readonly long[] _lastUs = new long[2];
    private TcpConnection? _connection;
    private HubNode? _hub;
    private uint _hubAddress;
    private long _packetCount;
    private ushort _callId;
    private ushort _hubCallId;
    private uint _sequence;

    internal SensorLink(Internet internet, int number)
    {
        _internet = internet;
        Number = number;
        Address = Internet.FirstSensorAddress + (uint)number;
    }

    /// <summary>The sensor's number, from 0.</summary>
    public int Number { get; }

    /// <summary>The sensor's outer address.</summary>
    public uint Address { get; }

    /// <summary>The sensor; set before anything is sent.</summary>
    public INetworkClient? Client { get; set; }

    /// <summary>Sees what passes; null when nobody looks.</summary>
    public INetworkObserver? Observer { get; set; }

    /// <summary>GRE packets so far, both ways together.</summary>
    public long PacketCount => _packetCount;

    /// <summary>Resolves a hub's name and asks for a TCP connection to its port 1723.</summary>
    /// <param name="hub">The hub's number.</param>
    /// <returns>False when the name is unknown.</returns>
    public bool Dial(int hub)
    {
        HubNode node = _internet.Hubs[hub];
        if (node.IsNameUnknown)
        {
            return false;
        }

        _hub = node;
        _hubAddress = node.Address;
        _connection = new TcpConnection(_internet, this, node, _internet.NextConnection());
        _internet.Trace.Add(TraceEvent.TcpConnect, Number, _internet.Clock.NowUs, [(byte)hub]);
        Observer?.TcpTurned(hub, Direction.ToHub, TcpTurn.Connect, _internet.Clock.NowUs);
        _connection.Open();
        return true;
    }

    /// <summary>Sends octets on the TCP connection.</summary>
    /// <param name="octets">The octets; copied.</param>
    public void SendTcp(ReadOnlySpan<byte> octets)
    {
        if (_connection is { } connection)
        {
            _internet.Trace.Add(TraceEvent.TcpToHub, Number, _internet.Clock.NowUs, octets);
            Observer?.TcpSent(
                connection.Node.Number, Direction.ToHub, octets, _internet.Clock.NowUs, "");
            connection.SendToHub(octets.ToArray());
        }
    }

    /// <summary>Closes the TCP connection.</summary>
    public void CloseTcp()
    {
        if (_connection is { } connection)
        {
            _connection = null;
            _internet.Trace.Add(TraceEvent.TcpClosedBySensor, Number, _internet.Clock.NowUs, []);
            Observer?.TcpTurned(
                connection.Node.Number, Direction.ToHub, TcpTurn.Close, _internet.Clock.NowUs);
            connection.CloseFromSensor();
        }
    }

    /// <summary>The sensor has lost its power: nobody is told, and what still comes is lost.
    /// </summary>
    public void Vanish()
    {
        _connection = null;
        _hub = null;
    }

    /// <summary>Sends a GRE packet to the hub that was dialled last.</summary>
    /// <param name="gre">The packet without IP header; copied.</param>
    public void SendGre(ReadOnlySpan<byte> gre)
    {
        if (_hub is not { } node)
        {
            return;
        }

        bool passes = IsPathOpen && node.Address == _hubAddress && !node.IsSilent;
        uint dialled = _hubAddress;
        Carry(node, Direction.ToHub, gre, passes, octets => () =>
        {
            if (node.Address == dialled && !node.IsSilent)
            {
                node.InputSlowly(
                    hub => hub.GreReceived(Address, octets, _internet.Clock.NowMs));
            }
        });
    }

    /// <summary>A NAT on the path forgets the call that stands.</summary>
    public void ForgetMapping()
    {
        if (_connection is { } connection)
        {
            connection.IsForgotten = true;
        }
    }

    /// <summary>A forger on the path sends one packet in the name of the hub that was dialled
    /// last.</summary>
    /// <param name="kind">What he sends.</param>
    internal void Forge(FaultKind kind)
    {
        if (_hub is not { } node)
        {
            return;
        }

        if (Forger.Make(kind, _callId, unchecked(_sequence + 1)) is { } gre)
        {
            Deliver(node, gre, _internet.Clock.NowUs + _internet.CalmUs);
        }
        else if (Forger.MakeTcp(kind, _hubCallId) is { } octets)
        {
            _connection?.ForgeToSensor(octets);
        }
    }

    internal void SendGreToSensor(HubNode node, ReadOnlySpan<byte> gre) =>
        Carry(
            node,
            Direction.ToSensor,
            gre,
            IsPathOpen && node == _hub && node.Address == _hubAddress,
            octets => () => GreCame(node, octets));

    internal void Established(TcpConnection connection)
    {
        if (connection == _connection)
        {
            Observer?.TcpTurned(
                connection.Node.Number,
                Direction.ToSensor,
                TcpTurn.Established,
                _internet.Clock.NowUs);
            Client!.TcpConnected();
        }
    }

    internal void TcpCame(TcpConnection connection, byte[] octets)
    {
        if (connection == _connection)
        {
            Client!.TcpReceived(octets);
        }
    }

    internal void TcpEnded(TcpConnection connection)
    {
        if (connection == _connection)
        {
            _connection = null;
            Client!.TcpClosed();
        }
    }

    // A forger counts along.
    private void Follow(Direction direction, ReadOnlySpan<byte> gre)
    {
        if (!Forger.TryReadHeader(gre, out ushort callId, out uint sequence))
        {
            return;
        }

        if (direction == Direction.ToHub)
        {
            _hubCallId = callId;
        }
        else
        {
            _callId = callId;
            _sequence = sequence;
        }
    }

    private void Deliver(HubNode node, byte[] forged, long atUs)
    {
        long nowUs = _internet.Clock.NowUs;
        _internet.Trace.Add(TraceEvent.GreToSensor, Number, nowUs, forged);
        Observer?.GreSent(node.Number, Direction.ToSensor, forged, nowUs, "forged");
        _internet.Clock.At(atUs, () => GreCame(node, forged));
    }

    private bool IsPathOpen => _connection is not { IsForgotten: true };

    // The sensor's socket is connected to the hub it dialled: packets from elsewhere are not its own.
    private void GreCame(HubNode node, byte[] gre)
    {
        if (node != _hub || !IsPathOpen)
        {
            return;
        }

        byte[] packet = new byte[Ipv4Header.Length + gre.Length];
        Ipv4Header.Write(packet, packet.Length, Ipv4Header.Gre, node.Address, Address);
        gre.CopyTo(packet.AsSpan(Ipv4Header.Length));
        Client!.IpReceived(packet);
    }

    private void Carry(
        HubNode node,
        Direction direction,
        ReadOnlySpan<byte> gre,
        bool passes,
        Func<byte[], Action> arrival)
    {
        long nowUs = _internet.Clock.NowUs;
        _packetCount++;
        Passage passage = _internet.Weather.IsCalm
            ? new Passage { Octets = gre, CopyAfterUs = -1, Fate = "" }
            : _internet.Weather.CarryGre(Number, node.Number, direction, _packetCount, gre);
        if (!passes)
        {
            passage.IsLost = true;
            passage.Fate = "lost on a dead path";
        }

        _internet.Trace.Add(
            direction == Direction.ToHub ? TraceEvent.GreToHub : TraceEvent.GreToSensor,
            Number,
            nowUs,
            gre);
        if (passage.Fate.Length > 0)
        {
            _internet.Trace.AddText(TraceEvent.Fate, Number, nowUs, passage.Fate);
        }

        Observer?.GreSent(node.Number, direction, gre, nowUs, passage.Fate);
        Follow(direction, gre);
        if (passage.Forged is { } forged)
        {
            Deliver(node, forged, nowUs + _internet.CalmUs);
        }

        if (passage.IsLost)
        {
            return;
        }

        // A line with jitter keeps its order; only what is held back is overtaken, and it overtakes
        // nothing itself.
        ref long lastUs = ref _lastUs[(int)direction];
        long atUs = Math.Max(lastUs, nowUs + _internet.CalmUs + passage.DelayUs);
        if (!passage.IsHeldBack)
        {
            lastUs = atUs;
        }

        Action arrives = arrival(passage.Octets.ToArray());
        _internet.Clock.At(atUs, arrives);
        if (passage.CopyAfterUs >= 0)
        {
            _internet.Clock.At(atUs + passage.CopyAfterUs, arrives);
        }
    }
}
