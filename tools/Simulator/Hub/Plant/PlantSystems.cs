// The plant behind the hubs: a machine with an MQTT broker and a CoAP server, and the store that they
// write to. Every hub routes to it, so it is there whichever hub a sensor dials, and it lives on when a
// hub's process ends. It is fed with packets that came out of tunnels and gives packets to be sent into
// them; like the hub it has no sockets and no clock.

using System;
using System.Collections.Generic;
using System.Text;
using Simulator.Hub;

namespace Simulator.Plant;

/// <summary>Hears the plant.</summary>
public interface IPlantObserver
{
    /// <summary>A reading arrived and is stored.</summary>
    void ReadingStored(PlantReading reading, StoreVerdict verdict);

    /// <summary>Octets arrived that are no readings.</summary>
    void ReadingMalformed(string text);

    /// <summary>A client broke a protocol.</summary>
    void ProtocolBroken(string text);
}

/// <summary>The plant's systems.</summary>
public sealed class PlantSystems
{
    /// <summary>Port of the broker.</summary>
    public const ushort MqttPort = 1883;

    /// <summary>Port of the CoAP server.</summary>
    public const ushort CoapPort = CoapServer.Port;

    /// <summary>The path that takes readings by CoAP.</summary>
    public const string CoapPath = CoapServer.ReadingPath;

    private const int LongestPacket = 2048;

    private readonly PlantTimers _timers = new();
    private readonly TcpServer _tcp;
    private readonly MqttBroker _broker;
    private readonly CoapServer _coap;
    private readonly Action<uint, byte[]> _send;
    private readonly IPlantObserver _observer;
    private readonly byte[] _scratch = new byte[LongestPacket];
    private long _seenViolations;
    private ushort _identification;

    /// <summary>Makes the plant; all its systems run.</summary>
    /// <param name="address">Its address, in host order.</param>
    /// <param name="passwords">The broker's users.</param>
    /// <param name="random">For initial sequence numbers and moods.</param>
    /// <param name="observer">Who is told.</param>
    /// <param name="send">Takes a packet for an address.</param>
    public PlantSystems(
        uint address,
        IReadOnlyDictionary<string, string> passwords,
        IHubRandom random,
        IPlantObserver observer,
        Action<uint, byte[]> send)
    {
        ArgumentNullException.ThrowIfNull(passwords);
        Address = address;
        _observer = observer;
        _send = send;
        _broker = new MqttBroker(
            user => passwords.TryGetValue(user, out string? password)
                ? Encoding.UTF8.GetBytes(password)
                : null,
            (_, _, payload) => Store(payload),
            random,
            _timers);
        _tcp = new TcpServer(address, MqttPort, _broker, random, _timers, Send);
        _coap = new CoapServer(Store, random, _timers, SendUdp);
    }

    /// <summary>Its address, in host order.</summary>
    public uint Address { get; }

    /// <summary>The readings; they outlive every process.</summary>
    public ReadingStore Readings { get; } = new();

    /// <summary>How moody it is.</summary>
    public PlantMoods Moods
    {
        get => _broker.Moods;
        set
        {
            _tcp.Moods = value;
            _broker.Moods = value;
            _coap.Moods = value;
        }
    }

    /// <summary>Whether nothing reaches it and nothing leaves it.</summary>
    public bool IsSilent { get; set; }

    /// <summary>What its TCP has seen.</summary>
    public TcpServerCounters Tcp => _tcp.Counters;

    /// <summary>What its broker has seen.</summary>
    public MqttBrokerCounters Mqtt => _broker.Counters;

    /// <summary>What its CoAP server has seen.</summary>
    public CoapServerCounters Coap => _coap.Counters;

    /// <summary>When <see cref="Tick"/> is due; <see cref="long.MaxValue"/> when never.</summary>
    public long NextDeadlineMs => _timers.NextDeadlineMs;

    /// <summary>Connections that stand.</summary>
    public int ConnectionCount => _tcp.ConnectionCount;

    /// <summary>Sessions that the broker keeps.</summary>
    public int SessionCount => _broker.SessionCount;

    /// <summary>The processes end: connections are reset, what the CoAP server remembered is
    /// gone.</summary>
    /// <param name="forgets">Whether the broker has lost its sessions.</param>
    public void Kill(bool forgets)
    {
        _tcp.Kill();
        _broker.Kill(forgets);
        _coap.Kill();
    }

    /// <summary>New processes begin.</summary>
    public void Restart()
    {
        _tcp.IsListening = true;
        _coap.IsListening = true;
    }

    /// <summary>An IPv4 packet came for it, UDP apart.</summary>
    public void Input(ReadOnlySpan<byte> packet, long nowMs)
    {
        if (!IsSilent
            && Ipv4Packet.Check(packet, out Ipv4Packet whole) == Ipv4Verdict.Sound
            && whole.Protocol == Ipv4Packet.Tcp)
        {
            _tcp.Input(whole, nowMs);
            TellViolations();
        }
    }

    /// <summary>A datagram came for it.</summary>
    public void InputUdp(
        uint source, ushort sourcePort, ushort port, ReadOnlySpan<byte> payload, long nowMs)
    {
        if (!IsSilent && port == CoapPort)
        {
            long before = _coap.Counters.Malformed + _coap.Counters.Refused;
            _coap.Input(source, sourcePort, payload, nowMs);
            if (_coap.Counters.Malformed + _coap.Counters.Refused != before)
            {
                _observer.ProtocolBroken("the CoAP server refused a message");
            }
        }
    }

    /// <summary>Does everything whose time has come.</summary>
    public void Tick(long nowMs) => _timers.Tick(nowMs);

    /// <summary>Sends a command to those who have subscribed to a topic.</summary>
    public void Publish(string topic, byte[] payload, int qos, long nowMs)
    {
        if (_tcp.IsListening)
        {
            _broker.Publish(topic, payload, qos, nowMs);
        }
    }

    /// <summary>Asks a sensor for its status by CoAP.</summary>
    public void Ask(uint address, long nowMs) => _coap.Ask(address, nowMs);

    private bool Store(byte[] payload)
    {
        IReadOnlyList<PlantReading> readings;
        try
        {
            readings = SenmlDecoder.Read(payload);
        }
        catch (FormatException exception)
        {
            _observer.ReadingMalformed(exception.Message);
            return false;
        }

        foreach (PlantReading reading in readings)
        {
            _observer.ReadingStored(reading, Readings.Add(reading));
        }

        return true;
    }

    private void TellViolations()
    {
        if (_broker.Counters.Violations != _seenViolations)
        {
            _seenViolations = _broker.Counters.Violations;
            _observer.ProtocolBroken(_broker.Counters.LastViolation);
        }
    }

    private void Send(uint destination, byte[] packet)
    {
        if (!IsSilent)
        {
            _send(destination, packet);
        }
    }

    private void SendUdp(uint destination, ushort port, byte[] payload)
    {
        int length = UdpDatagram.Write(
            _scratch, ++_identification, Address, CoapPort, destination, port, payload);
        Send(destination, _scratch[..length]);
    }
}
