// The capture of one sensor of a fleet: a real run of the library in bad weather, read by code that
// knows the format only and by tshark.

using System;
using System.Buffers.Binary;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Threading.Tasks;
using Simulator.Reports;
using Simulator.Scenarios;
using Simulator.World;
using Xunit;

namespace Simulator.Tests.Reports;

public sealed class SensorCaptureTests
{
    private const uint SensorAddress = 0x64400001;

    private static readonly CapturedHub[] s_hubs =
        [new CapturedHub("hub-1", 0xC0000201), new CapturedHub("hub-2", 0xC0000202)];

    private static readonly byte[] s_gre = [0x30, 0x81, 0x88, 0x0B, 0, 0, 0, 77, 0, 0, 0, 1];

    [Fact]
    public void Virtual_time_begins_with_the_year_2000()
    {
        List<PcapngWriterTests.CapturedPacket> packets = Capture(out _, capture =>
        {
            capture.TcpTurned(0, Direction.ToHub, TcpTurn.Connect, 0);
            capture.TcpTurned(0, Direction.ToHub, TcpTurn.Connect, 1_234_567);
        });
        var begin = new DateTimeOffset(2000, 1, 1, 0, 0, 0, TimeSpan.Zero);
        long beginNanoseconds = begin.ToUnixTimeSeconds() * 1_000_000_000;
        Assert.Equal(
            [beginNanoseconds, beginNanoseconds + 1_234_567_000],
            packets.Select(packet => packet.Rest.Nanoseconds));
    }

    [Fact]
    public void A_disk_that_is_full_does_not_keep_the_file_open()
    {
        using var stream = new FullStream();
        var capture = new SensorCapture(stream, 1, [new CapturedHub("hub", 2)]);
        capture.Remarked(1, "something to write at the end");
        stream.IsFull = true;

        Assert.Throws<IOException>(capture.Dispose);

        Assert.True(stream.IsClosed);
    }

    [Fact]
    public void Every_hub_has_an_interface_and_every_connection_a_port()
    {
        List<PcapngWriterTests.CapturedPacket> packets = Capture(out string[] names, capture =>
        {
            capture.TcpTurned(0, Direction.ToHub, TcpTurn.Connect, 0);
            capture.TcpTurned(1, Direction.ToHub, TcpTurn.Connect, 10);
            capture.TcpTurned(1, Direction.ToSensor, TcpTurn.Reset, 20);
            capture.TcpTurned(0, Direction.ToHub, TcpTurn.Connect, 30);
        });
        Assert.Equal(["hub-1", "hub-2"], names);
        Assert.Equal([0, 1, 1, 0], packets.Select(packet => packet.Rest.Interface));
        int[] ports = [.. packets.Where(packet => packet.Rest.Flags == 2).Select(SourcePort)];
        Assert.Equal([49152, 49153, 49154], ports);

        // A refusal belongs to the SYN before it: its port, and the number after the SYN's.
        Assert.Equal(
            49153, BinaryPrimitives.ReadUInt16BigEndian(packets[2].Octets.AsSpan(22)));
        Assert.Equal(
            BinaryPrimitives.ReadUInt32BigEndian(packets[1].Octets.AsSpan(24)) + 1,
            BinaryPrimitives.ReadUInt32BigEndian(packets[2].Octets.AsSpan(28)));
    }

    [Fact]
    public void The_weather_is_a_comment_and_the_packet_stays_as_it_was_sent()
    {
        List<PcapngWriterTests.CapturedPacket> packets = Capture(out _, capture =>
        {
            capture.Remarked(5, "stage Lcp");
            capture.GreSent(0, Direction.ToHub, s_gre, 10, "corrupted");
            capture.GreSent(0, Direction.ToSensor, s_gre, 20, "twice");
            capture.GreSent(0, Direction.ToSensor, s_gre, 30, "");
        });
        Assert.Equal(
            ["stage Lcp; corrupted", "twice", null], packets.Select(packet => packet.Rest.Comment));
        Assert.All(packets, packet => Assert.Equal(s_gre, packet.Octets[20..]));
        Assert.Equal([2u, 1u, 1u], packets.Select(packet => packet.Rest.Flags));
    }

    [Fact]
    public void A_remark_that_no_packet_follows_is_said_at_the_end()
    {
        using var stream = new MemoryStream();
        using (var capture = new SensorCapture(stream, SensorAddress, s_hubs))
        {
            capture.TcpTurned(1, Direction.ToHub, TcpTurn.Connect, 0);
            capture.Remarked(500, "stage Closed");
        }

        Assert.Equal("stage Closed", PcapngWriterTests.Remark(stream.ToArray()));
    }

    [Fact]
    public async Task Tshark_decodes_a_real_run_in_bad_weather()
    {
        var scenario = new Scenario
        {
            ForMs = 20_000,
            Hubs = [new HubPlan { Replicas = 2 }],
            Sensors = [new SensorPlan { HangUpAtMs = 15_000 }],
            Faults =
            [
                new Fault { Kind = FaultKind.Loss, Share = 100_000 },
                new Fault { Kind = FaultKind.Duplicate, Share = 100_000 },
                new Fault { Kind = FaultKind.Corrupt, AtMs = 5_000, Share = 100_000 },
            ],
        };
        string path = Path.Combine(
            Path.GetTempPath(), $"nanopptp-{Environment.ProcessId}-sensor.pcapng");
        try
        {
            RunRecord run;
            using (var capture = new SensorCapture(File.Create(path), SensorAddress, s_hubs))
            using (var simulation = new Simulation(
                scenario, new SimulationOptions { Seed = 3, Observers = _ => capture }))
            {
                run = simulation.Run();
            }

            Assert.Equal(Verdict.Passed, run.Verdict);
            string[] rows = await Tshark.ReadAsync(
                path, "-T", "fields", "-E", "separator=|", "-e", "_ws.col.Protocol", "-e",
                "frame.comment", "-e", "frame.interface_name");
            string[] protocols = [.. rows.Select(row => row.Split('|')[0]).Distinct()];
            string[] expected =
                ["TCP", "PPTP", "PPP LCP", "PPP CHAP", "PPP CCP", "PPP IPCP", "PPP Comp"];
            Assert.Empty(expected.Except(protocols));
            Assert.All(rows, row => Assert.Equal("hub-1", row.Split('|')[2]));

            // The weather of the conversation is the weather of the capture: nothing was left out
            // of either, so they tell the same.
            Assert.InRange(run.Ladder.Count, 50, 399);
            foreach (string fate in new[] { "lost", "twice", "corrupted" })
            {
                int count = run.Ladder.Count(line => line.Fate.Split(", ").Contains(fate));
                Assert.True(count > 0, fate);
                Assert.Equal(count, rows.Count(row => Words(row).Contains(fate)));
            }

            Assert.Contains(rows, row => Words(row).Any(
                word => word.Contains("stage Up", StringComparison.Ordinal)));
            Assert.Empty(await Tshark.ReadAsync(
                path,
                "-Y",
                "_ws.malformed || _ws.expert.severity >= 0x600000 || tcp.analysis.flags"));
        }
        finally
        {
            File.Delete(path);
        }

        static string[] Words(string row) => row.Split('|')[1].Split("; ").SelectMany(
            comment => comment.Split(", ")).ToArray();
    }

    private static List<PcapngWriterTests.CapturedPacket> Capture(
        out string[] names, Action<SensorCapture> play)
    {
        using var stream = new MemoryStream();
        using (var capture = new SensorCapture(stream, SensorAddress, s_hubs))
        {
            play(capture);
        }

        return PcapngWriterTests.Read(stream.ToArray(), out names);
    }

    private static int SourcePort(PcapngWriterTests.CapturedPacket packet) =>
        BinaryPrimitives.ReadUInt16BigEndian(packet.Octets.AsSpan(20));

    private sealed class FullStream : MemoryStream
    {
        public bool IsFull { get; set; }

        public bool IsClosed { get; private set; }

        public override void Write(byte[] buffer, int offset, int count)
        {
            ThrowIfFull();
            base.Write(buffer, offset, count);
        }

        public override void Write(ReadOnlySpan<byte> buffer)
        {
            ThrowIfFull();
            base.Write(buffer);
        }

        public override void Flush()
        {
            ThrowIfFull();
            base.Flush();
        }

        protected override void Dispose(bool disposing)
        {
            IsClosed = true;
            base.Dispose(disposing);
        }

        private void ThrowIfFull()
        {
            if (IsFull)
            {
                throw new IOException("no space");
            }
        }
    }
}
