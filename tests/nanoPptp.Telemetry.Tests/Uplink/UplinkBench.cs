// A tunnel with a broker and a CoAP server of a few lines behind it, for tests of what drives an
// uplink. The bench is a strict driver: it polls the uplink when a packet came in, when the test says
// that something changed, and when the deadline is over that the uplink itself has named, never else. So
// a wake-up that is lost stays lost, and a deadline that is over for ever is counted.

using System;
using System.Buffers.Binary;
using System.Collections.Generic;
using System.Linq;
using nanoPptp.Client;
using nanoPptp.Telemetry.Coap;
using nanoPptp.Telemetry.Queue;
using nanoPptp.Telemetry.Senml;
using nanoPptp.Telemetry.Tests.Tcp;
using nanoPptp.Telemetry.Uplink;
using Simulator.Hub;
using Simulator.Sensor;
using Simulator.World;
using Xunit;

namespace nanoPptp.Telemetry.Tests.Uplink;

internal sealed class UplinkBench : IHubObserver, IDisposable
{
    private const int StepMs = 10;

    private readonly SmallWorld _world;
    private readonly List<byte> _stream = [];
    private HubSession? _session;
    private TcpWire? _call;
    private uint _caller;
    private Stage _stage;
    private uint _sent;
    private uint _received;
    private int _seen;
    private long _dueMs;

    internal UplinkBench(RedialSettings? redial = null)
    {
        var users = new Dictionary<string, string> { ["u"] = "p" };
        var settings = new PptpSettings { UserName = "u" };
        settings.SetPassword("p");
        _world = new SmallWorld(7, new HubSettings { Users = users }, settings, this, redial: redial)
        {
            DatagramCame = _ => Uplink?.UdpInput(NowMs),
        };
        Sensor.Start();
        Assert.True(_world.Clock.Run(5_000_000, () => Sensor.Client.Stage == Stage.Up));
    }

    internal static int HubAddress => (int)Ipv4Address.Parse("10.98.0.1");

    internal SimulatedSensor Sensor => _world.Sensor;

    internal int NowMs => unchecked((int)_world.Clock.NowMs);

    internal Telemetry.Uplink.Uplink? Uplink { get; private set; }

    internal List<UplinkEvent> Events { get; } = [];

    // MQTT packets that came, whole.
    internal List<byte[]> AtBroker { get; } = [];

    // What the broker answers to a packet; none: it is silent.
    internal Func<byte[], byte[]> Answers { get; set; } = Agree;

    internal List<byte[]> AtServer { get; } = [];

    // What the CoAP server answers to a datagram.
    internal Func<byte[], byte[]> CoapAnswers { get; set; } = Create;

    internal int MaximumSegment { get; set; } = 1360;

    // Rounds that began without a packet and ended with a deadline that is over already.
    internal int Spins { get; private set; }

    internal Action<int, int>? Delivered { get; set; }

    internal IEnumerable<byte[]> Published => AtBroker.Where(packet => packet[0] >> 4 == 3);

    internal void Begin(Telemetry.Uplink.Uplink uplink)
    {
        Uplink = uplink;
        uplink.Start(Enumerable.Range(1, 32).Select(n => (byte)n).ToArray(), 0, 32, NowMs);
        Round();
    }

    internal CoapUplink BeginCoap(ReadingQueue queue, SenmlPack pack)
    {
        var settings = new CoapUplinkSettings
        {
            Target = new CoapTarget(HubAddress, 5683, "p", null, null),
        };
        var uplink = new CoapUplink(Sensor.Client, Sensor.Endpoint, queue, pack, settings);
        Begin(uplink);
        return uplink;
    }

    // Something changed that only the test knows of, such as a new reading.
    internal void Round()
    {
        _seen = Sensor.Endpoint.Counters.Received;
        for (int i = 0; i < 1000; i++)
        {
            UplinkEvent happened = Uplink!.Poll(NowMs);
            if (happened == UplinkEvent.Nothing)
            {
                int waitMs = Uplink.NextDeadlineMs(NowMs);
                _dueMs = waitMs == int.MaxValue ? long.MaxValue : _world.Clock.NowMs + waitMs;
                return;
            }

            Events.Add(happened);
            if (happened == UplinkEvent.Delivered)
            {
                Delivered?.Invoke(Uplink.FirstDelivered, Uplink.LastDelivered);
            }

            if (happened == UplinkEvent.Packet)
            {
                Sensor.Want();
            }
        }

        Assert.Fail("An uplink that is polled until Nothing comes to Nothing.");
    }

    internal void Advance(int ms)
    {
        for (int end = NowMs + ms; NowMs - end < 0;)
        {
            _world.Advance(StepMs * 1000);
            bool hasCome = _seen != Sensor.Endpoint.Counters.Received || _stage != Sensor.Client.Stage;
            _stage = Sensor.Client.Stage;
            if (hasCome || _world.Clock.NowMs >= _dueMs)
            {
                Round();
                Spins += !hasCome && _dueMs <= _world.Clock.NowMs ? 1 : 0;
            }
        }
    }

    // The redialer takes its time after many failures.
    internal void AdvanceUntilUp()
    {
        for (int i = 0; i < 1000 && Sensor.Client.Stage != Stage.Up; i++)
        {
            Advance(1000);
        }
    }

    // Time passes and packets come in, but nobody polls: a board that is busy with something else.
    internal void Sleep(int ms) => _world.Advance(ms * 1000L);

    internal void Send(params byte[] octets) =>
        _world.Hub.Input(_ => Write("PA", octets));

    // The tunnel's hub.
    internal HubNode Hub => _world.Hub;

    internal void ForgetSession() => _session = null;

    internal void HangUp(HangUpStyle style) =>
        _world.Hub.Input(hub =>
        {
            if (_session is { } session)
            {
                hub.HangUp(session, style, _world.Clock.NowMs);
            }
        });

    // The broker closes.
    internal void Fin() => _world.Hub.Input(_ =>
    {
        Write("FA", []);
        _sent++;
    });

    internal void Reset() => _world.Hub.Input(_ => Write("R", []));

    internal int Add(Telemetry.Queue.ReadingQueue queue, long value, int nameLength = 1, long timeMs = 1_784_371_200_000)
    {
        byte[] b = new byte[256];
        int length = SenmlEntry.Write(
            b, 0, b.Length, timeMs, [.. Enumerable.Repeat((byte)'t', nameLength)], null, value, 0);
        return queue.Add(b, 0, length, NowMs);
    }

    internal static byte[] Agree(byte[] packet) => (packet[0] >> 4) switch
    {
        1 => [0x20, 2, 0, 0],
        3 when (packet[0] & 6) != 0 => [0x40, 2, .. IdentifierOf(packet)],
        8 => [0x90, 3, packet[2], packet[3], 1],
        12 => [0xD0, 0],
        _ => [],
    };

    // 2.04, piggybacked.
    internal static byte[] Create(byte[] datagram) =>
        (datagram[0] >> 4 & 3) == 0 && datagram[1] == 2
            ? [(byte)(0x60 | datagram[0] & 15), 0x44, .. datagram.AsSpan(2, 2 + (datagram[0] & 15))]
            : [];

    internal static byte[] IdentifierOf(byte[] packet)
    {
        int at = HeaderOf(packet);
        at += 2 + BinaryPrimitives.ReadUInt16BigEndian(packet.AsSpan(at));
        return packet[at..(at + 2)];
    }

    internal static byte[] PayloadOf(byte[] packet)
    {
        int at = HeaderOf(packet);
        at += 2 + BinaryPrimitives.ReadUInt16BigEndian(packet.AsSpan(at));
        return packet[(at + ((packet[0] & 6) != 0 ? 2 : 0))..];
    }

    void IHubObserver.SessionUp(HubSession session, long nowMs) => _session = session;

    void IHubObserver.SessionDown(HubSession session, HubEnd reason, long nowMs) =>
        _session = session == _session ? null : _session;

    void IHubObserver.UdpReceived(HubSession session, HubDatagram datagram, long nowMs)
    {
        byte[] payload = datagram.Payload.ToArray();
        AtServer.Add(payload);
        byte[] answer = CoapAnswers(payload);
        (ushort from, ushort to) = (datagram.DestinationPort, datagram.SourcePort);
        if (answer.Length > 0)
        {
            SendToSensor(from, to, answer);
        }
    }

    internal void SendDatagram(byte[] payload) => SendToSensor(5683, 5683, payload);

    void IHubObserver.EchoReplyReceived(
        HubSession session, ushort identifier, ushort sequence, ReadOnlySpan<byte> payload, long nowMs)
    {
    }

    void IHubObserver.IpReceived(HubSession session, ReadOnlySpan<byte> packet, long nowMs)
    {
        if (packet[9] == 6)
        {
            Take(TcpWire.Parse(packet[20..]));
        }
    }

    void IHubObserver.Noted(HubSession? session, HubNote note, long nowMs)
    {
    }

    public void Dispose() => _world.Dispose();

    private static int HeaderOf(byte[] packet)
    {
        int at = 1;
        while (packet[at++] >= 0x80)
        {
        }

        return at;
    }

    private void Take(TcpWire segment)
    {
        if (segment.Has('R'))
        {
            return;
        }

        if (segment.Has('S'))
        {
            _call = segment;
            _caller = _session!.Address;
            _stream.Clear();
            _received = segment.Sequence + 1;
            _sent = 5000;
            Write("SA", []);
            _sent++;
            return;
        }

        if (segment.Sequence != _received || segment.SourcePort != _call!.SourcePort)
        {
            return;
        }

        _received += (uint)segment.Payload.Length + (segment.Has('F') ? 1u : 0);
        _stream.AddRange(segment.Payload);
        var answer = new List<byte>();
        for (byte[]? packet = Next(); packet != null; packet = Next())
        {
            AtBroker.Add(packet);
            answer.AddRange(Answers(packet));
        }

        if (segment.Has('F'))
        {
            Write("FA", []);
            _sent++;
        }
        else if (segment.Payload.Length > 0)
        {
            Write("PA", [.. answer]);
        }
    }

    private byte[]? Next()
    {
        int at = 1;
        int length = 0;
        for (int shift = 0; ; shift += 7)
        {
            if (at >= _stream.Count)
            {
                return null;
            }

            length |= (_stream[at] & 0x7F) << shift;
            if (_stream[at++] < 0x80)
            {
                break;
            }
        }

        if (_stream.Count < at + length)
        {
            return null;
        }

        byte[] packet = [.. _stream.Take(at + length)];
        _stream.RemoveRange(0, at + length);
        return packet;
    }

    private void Write(string flags, byte[] payload)
    {
        var segment = new TcpWire(_sent, _received, flags, 8000, payload)
        {
            SourcePort = _call!.DestinationPort,
            DestinationPort = _call.SourcePort,
            MaximumSegment = flags == "SA" ? MaximumSegment : null,
        };
        _sent += (uint)payload.Length;
        uint hub = (uint)HubAddress;
        uint ours = _caller;
        byte[] tcp = segment.ToArray(hub, ours);
        byte[] packet = new byte[20 + tcp.Length];
        packet[0] = 0x45;
        BinaryPrimitives.WriteUInt16BigEndian(packet.AsSpan(2), (ushort)packet.Length);
        packet[8] = 64;
        packet[9] = 6;
        BinaryPrimitives.WriteUInt32BigEndian(packet.AsSpan(12), hub);
        BinaryPrimitives.WriteUInt32BigEndian(packet.AsSpan(16), ours);
        int sum = 0;
        for (int i = 0; i < 20; i += 2)
        {
            sum += BinaryPrimitives.ReadUInt16BigEndian(packet.AsSpan(i));
        }

        sum = (sum & 0xFFFF) + (sum >> 16);
        BinaryPrimitives.WriteUInt16BigEndian(
            packet.AsSpan(10), (ushort)~((sum & 0xFFFF) + (sum >> 16)));
        tcp.CopyTo(packet, 20);
        _world.Hub.Input(hub =>
        {
            if (_session is { } session)
            {
                hub.SendIp(session, packet, _world.Clock.NowMs);
            }
        });
    }

    private void SendToSensor(ushort from, ushort to, byte[] payload) => _world.Hub.Input(hub =>
    {
        if (_session is { } session)
        {
            hub.SendUdp(session, from, to, payload, _world.Clock.NowMs);
        }
    });
}
