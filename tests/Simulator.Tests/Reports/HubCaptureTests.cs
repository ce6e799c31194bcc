// The control connection in a capture is a TCP connection that a reader believes in.

using System;
using System.Buffers.Binary;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Threading.Tasks;
using Simulator.Reports;
using Xunit;

namespace Simulator.Tests.Reports;

public sealed class HubCaptureTests
{
    private const uint Client = 0x0A630001;
    private const uint Hub = 0x0A630002;
    private const int ClientPort = 50000;
    private const long Begin = 1_795_000_000_000_000_000;
    private const int Millisecond = 1_000_000;

    private const byte Fin = 1;
    private const byte Syn = 2;
    private const byte Rst = 4;
    private const byte Psh = 8;
    private const byte Ack = 16;

    [Fact]
    public void A_connection_begins_carries_octets_and_ends()
    {
        byte[] request = [.. Enumerable.Range(0, 156).Select(i => (byte)i)];
        byte[] reply = [.. Enumerable.Range(0, 157).Select(i => (byte)(255 - i))];
        Segment[] segments = Record(capture =>
        {
            capture.TcpRequested(Begin);
            capture.TcpEstablished(Begin + Millisecond);
            capture.Control(PacketDirection.Outbound, request, Begin + (2 * Millisecond), "hello");
            capture.Control(PacketDirection.Inbound, reply, Begin + (3 * Millisecond));
            capture.Control(PacketDirection.Inbound, reply, Begin + (4 * Millisecond));
            capture.TcpFinished(PacketDirection.Outbound, Begin + (5 * Millisecond));
            capture.TcpFinished(PacketDirection.Inbound, Begin + (6 * Millisecond));
        });

        Assert.Equal(
            [
                new Shape(true, 0, 0, Syn, 0),
                new Shape(false, 0, 1, Syn | Ack, 0),
                new Shape(true, 1, 1, Ack, 0),
                new Shape(true, 1, 1, Psh | Ack, 156),
                new Shape(false, 1, 157, Psh | Ack, 157),
                new Shape(false, 158, 157, Psh | Ack, 157),
                new Shape(true, 157, 315, Fin | Ack, 0),
                new Shape(false, 315, 158, Ack, 0),
                new Shape(false, 315, 158, Fin | Ack, 0),
                new Shape(true, 158, 316, Ack, 0),
            ],
            segments.Select(segment => segment.Shape));
        Assert.Equal(request, segments[3].Payload);
        Assert.Equal(reply, segments[5].Payload);
        Assert.Equal("hello", segments[3].Comment);
        Assert.Equal(Begin + Millisecond, segments[2].Nanoseconds);
    }

    [Fact]
    public void Many_octets_become_segments_that_follow_each_other()
    {
        byte[] octets = [.. Enumerable.Range(0, 4000).Select(i => (byte)(i * 7))];
        Segment[] segments = Record(capture =>
        {
            capture.TcpRequested(Begin);
            capture.TcpEstablished(Begin);
            capture.Control(PacketDirection.Inbound, octets, Begin, "first");
        });

        Assert.Equal([1460, 1460, 1080], segments[3..].Select(segment => segment.Payload.Length));
        Assert.Equal([1u, 1461u, 2921u], segments[3..].Select(segment => segment.Shape.Sequence));
        Assert.Equal(octets, segments[3..].SelectMany(segment => segment.Payload));
        Assert.Equal(["first", null, null], segments[3..].Select(segment => segment.Comment));
    }

    [Fact]
    public void A_reset_has_the_sequence_number_that_comes_next()
    {
        Segment[] segments = Record(capture =>
        {
            capture.TcpRequested(Begin);
            capture.TcpEstablished(Begin);
            capture.Control(PacketDirection.Inbound, [1, 2, 3], Begin);
            capture.TcpReset(PacketDirection.Inbound, Begin, "gone");
        });

        Assert.Equal(new Shape(false, 4, 1, Rst | Ack, 0), segments[^1].Shape);
        Assert.Equal("gone", segments[^1].Comment);
    }

    [Fact]
    public void GRE_gets_an_IPv4_header_and_keeps_the_one_it_has()
    {
        byte[] gre = [0x30, 0x81, 0x88, 0x0B, 0, 0, 0, 77, 0, 0, 0, 1];
        using MemoryStream stream = new();
        using (PcapngWriter writer = new(stream, "x", leaveOpen: true))
        {
            HubCapture capture = new(writer, "hub", Client, ClientPort, Hub);
            capture.Gre(PacketDirection.Outbound, gre, Begin);
            capture.Gre(PacketDirection.Inbound, gre, Begin, "back");
            capture.Packet(PacketDirection.Inbound, [0x46, 1, 2], Begin);
        }

        List<PcapngWriterTests.CapturedPacket> packets =
            PcapngWriterTests.Read(stream.ToArray(), out string[] names);
        Assert.Equal(["hub"], names);
        AssertHeader(packets[0].Octets, Client, Hub, 47);
        AssertHeader(packets[1].Octets, Hub, Client, 47);
        Assert.Equal(gre, packets[0].Octets[20..]);
        Assert.Equal(gre, packets[1].Octets[20..]);
        Assert.Equal(
            [2u, 1u, 1u], packets.Select(packet => packet.Rest.Flags));
        Assert.Equal("back", packets[1].Rest.Comment);
        Assert.Equal<byte[]>([0x46, 1, 2], packets[2].Octets);
    }

    [Fact]
    public async Task Tshark_reads_it_as_PPTP_without_complaint()
    {
        byte[] echo = Convert.FromHexString(
            "0010" + "0001" + "1A2B3C4D" + "0005" + "0000" + "00000001");
        byte[] reply = Convert.FromHexString(
            "0014" + "0001" + "1A2B3C4D" + "0006" + "0000" + "00000001" + "01000000");
        byte[] gre = Convert.FromHexString("3001" + "880B" + "000C" + "004D" + "00000000")
            .Concat(Convert.FromHexString("FF03C021" + "09010008" + "01020304")).ToArray();
        string path = Path.Combine(
            Path.GetTempPath(), $"nanopptp-{Environment.ProcessId}-tshark.pcapng");
        try
        {
            using (PcapngWriter writer = new(File.Create(path), "tests"))
            {
                HubCapture capture = new(writer, "hub one", Client, ClientPort, Hub);
                capture.TcpRequested(Begin);
                capture.TcpEstablished(Begin + Millisecond);
                capture.Control(PacketDirection.Outbound, echo, Begin + (2 * Millisecond), "note");
                capture.Control(PacketDirection.Inbound, reply, Begin + (3 * Millisecond));
                capture.Gre(PacketDirection.Inbound, gre, Begin + (4 * Millisecond));
                capture.TcpFinished(PacketDirection.Inbound, Begin + (5 * Millisecond));
            }

            string[] rows = await Tshark.ReadAsync(
                path,
                "-T", "fields", "-E", "separator=|",
                "-e", "_ws.col.Protocol", "-e", "frame.comment", "-e", "frame.interface_name",
                "-e", "frame.packet_flags_direction", "-e", "pptp.control_message_type",
                "-e", "ip.checksum.status", "-e", "tcp.checksum.status",
                "-e", "frame.time_relative");
            Assert.Equal(8, rows.Length);
            Assert.Equal("PPTP|note|hub one|0x00000002|5|1|1|0.002000000", rows[3]);
            Assert.Equal("PPTP||hub one|0x00000001|6|1|1|0.003000000", rows[4]);
            Assert.Equal("PPP LCP||hub one|0x00000001||1||0.004000000", rows[5]);
            Assert.Empty(await Tshark.ReadAsync(
                path,
                "-Y",
                "_ws.malformed || _ws.expert.severity >= 0x600000 || tcp.analysis.flags"));
        }
        finally
        {
            File.Delete(path);
        }
    }

    private static Segment[] Record(Action<HubCapture> play)
    {
        using MemoryStream stream = new();
        using (PcapngWriter writer = new(stream, "x", leaveOpen: true))
        {
            play(new HubCapture(writer, "hub", Client, ClientPort, Hub));
        }

        return [.. PcapngWriterTests.Read(stream.ToArray(), out _).Select(ReadSegment)];
    }

    private static Segment ReadSegment(PcapngWriterTests.CapturedPacket packet)
    {
        byte[] octets = packet.Octets;
        bool fromClient = packet.Rest.Flags == (uint)PacketDirection.Outbound;
        AssertHeader(octets, fromClient ? Client : Hub, fromClient ? Hub : Client, 6);
        Span<byte> tcp = octets.AsSpan(20);
        Assert.Equal(fromClient ? ClientPort : 1723, BinaryPrimitives.ReadUInt16BigEndian(tcp));
        Assert.Equal(
            fromClient ? 1723 : ClientPort, BinaryPrimitives.ReadUInt16BigEndian(tcp[2..]));
        Assert.Equal(0x50, tcp[12]);

        byte[] pseudo = [.. octets[12..20], 0, 6, (byte)(tcp.Length >> 8), (byte)tcp.Length];
        Assert.Equal(0xFFFF, OnesSum([.. pseudo, .. tcp]));

        // Relative to the initial numbers of both sides, as readers show them.
        uint mine = fromClient ? 1000u : 2000u;
        uint others = 3000 - mine;
        uint acknowledgment = BinaryPrimitives.ReadUInt32BigEndian(tcp[8..]);
        Shape shape = new(
            fromClient,
            BinaryPrimitives.ReadUInt32BigEndian(tcp[4..]) - mine,
            (tcp[13] & Ack) == 0 ? acknowledgment : acknowledgment - others,
            tcp[13],
            tcp.Length - 20);
        return new Segment(
            shape, tcp[20..].ToArray(), packet.Rest.Comment, packet.Rest.Nanoseconds);
    }

    private static void AssertHeader(byte[] octets, uint source, uint destination, int protocol)
    {
        Assert.Equal(0x45, octets[0]);
        Assert.Equal(octets.Length, (octets[2] << 8) | octets[3]);
        Assert.Equal(protocol, octets[9]);
        Assert.Equal(source, BinaryPrimitives.ReadUInt32BigEndian(octets.AsSpan(12)));
        Assert.Equal(destination, BinaryPrimitives.ReadUInt32BigEndian(octets.AsSpan(16)));
        Assert.Equal(0xFFFF, OnesSum(octets[..20]));
    }

    /// <summary>The sum that is all ones when the checksum among the octets is right.</summary>
    private static int OnesSum(byte[] octets)
    {
        int sum = 0;
        for (int i = 0; i < octets.Length; i++)
        {
            sum += (i & 1) == 0 ? octets[i] << 8 : octets[i];
            sum = (sum & 0xFFFF) + (sum >> 16);
        }

        return sum;
    }

    /// <summary>What a reader of the capture sees of a segment.</summary>
    private sealed record Shape(
        bool FromClient, uint Sequence, uint Acknowledgment, byte Flags, int Length);

    private sealed record Segment(
        Shape Shape, byte[] Payload, string? Comment, long Nanoseconds);
}
