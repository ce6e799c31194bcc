// The plant on a bench: a clock that tests turn, and everything that it sends.

using System;
using System.Collections.Generic;
using System.Linq;
using Simulator.Hub;
using Simulator.Plant;
using Simulator.World;
using Xunit;

namespace Simulator.Tests.Plant;

internal sealed class PlantBench : IPlantObserver
{
    public const uint Address = 0x0A630002;
    public const uint Sensor = 0x0A620002;
    public const string User = "pump-1";
    public const string Password = "a long test phrase";

    private readonly Queue<(uint Destination, byte[] Packet)> _sent = new();

    public PlantBench(PlantMoods? moods = null, ulong seed = 1)
    {
        Plant = new PlantSystems(
            Address,
            new Dictionary<string, string> { [User] = Password },
            new Random64(seed),
            this,
            (destination, packet) => _sent.Enqueue((destination, packet)))
        {
            Moods = moods ?? PlantMoods.Calm,
        };
    }

    public PlantSystems Plant { get; }

    public long NowMs { get; private set; } = 1_000;

    public List<string> Heard { get; } = [];

    public int SentCount => _sent.Count;

    public void ReadingStored(PlantReading reading, StoreVerdict verdict) => Heard.Add(
        FormattableString.Invariant($"{reading.BaseName} {reading.Sequence} {verdict}"));

    public void ReadingMalformed(string text) => Heard.Add("malformed: " + text);

    public void ProtocolBroken(string text) => Heard.Add("broken: " + text);

    /// <summary>Lets time pass; deadlines are met at their moment.</summary>
    public void Advance(long ms)
    {
        long untilMs = NowMs + ms;
        while (Plant.NextDeadlineMs <= untilMs)
        {
            NowMs = Math.Max(NowMs, Plant.NextDeadlineMs);
            Plant.Tick(NowMs);
            Assert.True(Plant.NextDeadlineMs > NowMs, "A deadline stays in the past.");
        }

        NowMs = untilMs;
    }

    public void Input(byte[] packet) => Plant.Input(packet, NowMs);

    public void InputUdp(byte[] payload, ushort sourcePort = 5683) =>
        Plant.InputUdp(Sensor, sourcePort, PlantSystems.CoapPort, payload, NowMs);

    /// <summary>The next packet that was sent; its header is checked.</summary>
    public byte[] Next()
    {
        Assert.NotEmpty(_sent);
        (uint destination, byte[] packet) = _sent.Dequeue();
        Assert.Equal(
            Ipv4Verdict.Sound, Ipv4Packet.Check(packet, out Ipv4Packet whole));
        Assert.Equal(Sensor, destination);
        Assert.Equal(Sensor, whole.Destination);
        Assert.Equal(Address, whole.Source);
        return packet;
    }

    /// <summary>The payload of the next datagram.</summary>
    public byte[] NextUdp()
    {
        byte[] packet = Next();
        Assert.Equal(Ipv4Verdict.Sound, Ipv4Packet.Check(packet, out Ipv4Packet whole));
        Assert.True(UdpDatagram.TryRead(
            whole, out ushort from, out _, out ReadOnlySpan<byte> payload, out bool isSound));
        Assert.True(isSound);
        Assert.Equal(PlantSystems.CoapPort, from);
        return payload.ToArray();
    }

    public void ExpectNothing() => Assert.Empty(_sent);

    /// <summary>A pack of one reading: base name pump-1/, number, 21.5 Cel at 2000-01-01.</summary>
    public static byte[] Pack(int sequence) =>
    [
        0x81, 0xA6,
        0x21, 0x67, .. "pump-1/"u8,
        0x22, 0x1A, 0x38, 0x6D, 0x43, 0x80,
        0x63, .. "seq"u8, 0x19, (byte)(sequence >> 8), (byte)sequence,
        0x00, 0x61, .. "t"u8,
        0x01, 0x63, .. "Cel"u8,
        0x02, 0xC4, 0x82, 0x20, 0x18, 0xD7,
    ];

    public static byte[] Hex(string text) =>
        Convert.FromHexString(new string([.. text.Where(char.IsAsciiHexDigit)]));
}

/// <summary>A client's end of TCP, written by hand: it sends what it is told to.</summary>
internal sealed class ScriptedTcp(PlantBench bench, ushort port = 40_000, uint first = 0xFFFFFFF0)
{
    public uint Sequence { get; set; } = first;

    public uint Acknowledgment { get; set; }

    public ushort Window { get; set; } = 4_000;

    public ushort Mss { get; set; } = 1_000;

    /// <summary>Sends a segment with the present numbers.</summary>
    public void Send(TcpFlags flags, byte[]? octets = null, uint? sequence = null)
    {
        var segment = new TcpSegment
        {
            SourcePort = port,
            DestinationPort = PlantSystems.MqttPort,
            Sequence = sequence ?? Sequence,
            Acknowledgment = Acknowledgment,
            Flags = flags,
            Window = Window,
            Mss = (flags & TcpFlags.Syn) != 0 ? Mss : null,
            Payload = octets,
        };
        bench.Input(segment.ToPacket(PlantBench.Sensor, PlantBench.Address, 1));
    }

    /// <summary>Sends octets and moves on behind them.</summary>
    public void Say(byte[] octets)
    {
        uint sequence = Sequence;
        Sequence = unchecked(Sequence + (uint)octets.Length);
        Send(TcpFlags.Ack | TcpFlags.Psh, octets, sequence);
    }

    /// <summary>The next segment in words: flags, payload, number of it from ours.</summary>
    public string Hear(out byte[] payload)
    {
        Assert.True(TryHear(out string text, out payload), "Only others were sent something.");
        return text;
    }

    private bool TryHear(out string text, out byte[] payload)
    {
        text = "";
        payload = [];
        byte[] packet = bench.Next();
        Assert.Equal(Ipv4Verdict.Sound, Ipv4Packet.Check(packet, out Ipv4Packet whole));
        Assert.True(TcpSegment.TryRead(whole, out TcpSegment segment));
        if (segment.DestinationPort != port)
        {
            return bench.SentCount > 0 && TryHear(out text, out payload);
        }

        payload = segment.Payload.ToArray();
        int end = unchecked((int)(segment.Sequence - Acknowledgment)) + segment.SequenceLength;
        int acknowledged = unchecked((int)(segment.Acknowledgment - Sequence));
        text = FormattableString.Invariant(
            $"{segment.Flags} ack {acknowledged} length {payload.Length} ")
            + FormattableString.Invariant($"window {segment.Window}");
        if (segment.IsSyn)
        {
            Acknowledgment = unchecked(segment.Sequence + 1);
            text += FormattableString.Invariant($" mss {segment.Mss}");
            return true;
        }

        if (end > 0 && !segment.IsRst)
        {
            Acknowledgment = unchecked(Acknowledgment + (uint)end);
        }

        return true;
    }

    public string Hear() => Hear(out _);

    /// <summary>What was said, acknowledged; the payload of all segments that came.</summary>
    public byte[] HearAll()
    {
        List<byte> all = [];
        while (bench.SentCount > 0)
        {
            if (TryHear(out _, out byte[] payload))
            {
                all.AddRange(payload);
            }
        }

        return [.. all];
    }

    public void Open()
    {
        Send(TcpFlags.Syn);
        Sequence++;
        Assert.StartsWith("Syn, Ack ack 0", Hear(), StringComparison.Ordinal);
        Send(TcpFlags.Ack);
        bench.ExpectNothing();
    }

    /// <summary>CONNECT as User, and CONNACK.</summary>
    public byte[] Connect(string flags = "C0", string clientId = "70 75 6D 70", string will = "")
    {
        byte[] body = PlantBench.Hex(
            $"0004 4D515454 04 {flags} 003C 0004 {clientId} {will} 0006 70756D702D31 0012");
        Say([0x10, (byte)(body.Length + 18), .. body, .. "a long test phrase"u8]);
        return HearAll();
    }
}
