// MPPE-128 stateless between two Linux kernels (RFC 3078, RFC 3079), decrypted by the library with
// keys that it derived from the password and the captured conversation. Every frame of both
// directions has to become the IP packet that is known to have been sent.

using System;
using System.Buffers.Binary;
using System.Collections.Generic;
using System.Linq;
using nanoPptp.Diagnostics;
using nanoPptp.Mppe;
using nanoPptp.Tests.Auth;
using nanoPptp.Tests.Mppe;
using nanoPptp.Wire;
using Xunit;

namespace nanoPptp.Tests.Captures;

public class MppeCaptureTests
{
    private const int Guard = 7;

    [Theory]
    [MemberData(nameof(CaptureCatalog.Decrypted), MemberType = typeof(CaptureCatalog))]
    public void Every_frame_of_both_directions_becomes_the_packet_that_was_sent(string name)
    {
        var capture = Capture.Load(name);
        var fromClients = new List<(int Number, InnerPacket Packet)>();
        string[][] results = [capture.Lines(".result"), capture.Lines(".second.result")];
        for (int i = 0; i < capture.Calls.Count; i++)
        {
            CapturedCall call = capture.Calls[i];
            var sent = new List<InnerPacket>[2];
            foreach (bool hub in (bool[])[false, true])
            {
                GrePacket[] frames = Frames(call, hub);
                byte[][] plain = DecryptAll(frames, StartKey(call, hub));
                sent[hub ? 1 : 0] = [.. plain.Select(
                    ip => KnownTraffic.CheckPacket(ip, hub, AddressOf(call)))];
            }

            KnownTraffic.CheckCall(sent[0], sent[1], i < 2 ? results[i] : []);
            fromClients.AddRange(Frames(call, hub: false)
                .Zip(sent[0], (frame, packet) => (frame.Packet.Number, packet)));
        }

        KnownTraffic.CheckSink(
            fromClients.OrderBy(one => one.Number).Select(one => one.Packet),
            capture.Lines(".sink.log"));
    }

    [Fact]
    public void The_captures_hold_this_many_known_frames()
    {
        int calls = 0;
        int frames = 0;
        int datagrams = 0;
        foreach (string name in CaptureCatalog.Names.Where(
            name => CaptureCatalog.Entry(name).Data == DataKind.Mppe128Stateless))
        {
            var capture = Capture.Load(name);
            calls += capture.Calls.Count;
            frames += capture.Calls.Sum(
                call => Frames(call, hub: false).Length + Frames(call, hub: true).Length);
            datagrams += capture.Lines(".sink.log").Length;
        }

        Assert.Equal((18, 466, 80), (calls, frames, datagrams));
    }

    [Theory]
    [MemberData(nameof(CaptureCatalog.Decrypted), MemberType = typeof(CaptureCatalog))]
    public void Our_encryption_writes_the_octets_that_the_peer_wrote(string name)
    {
        foreach (CapturedCall call in Capture.Load(name).Calls)
        {
            foreach (bool hub in (bool[])[false, true])
            {
                byte[] startKey = StartKey(call, hub);
                var transmit = new MppeTransmit();
                transmit.Start(startKey, 0);
                var receive = new MppeReceive(new Counters());
                receive.Start(startKey, 0);
                int count = 0;
                foreach (GrePacket packet in Frames(call, hub))
                {
                    byte[] b = [.. packet.Information];
                    Assert.Equal(MppeHeader.Length, receive.Accept(b, 0, b.Length));
                    for (; count < CoherencyCount(packet); count++)
                    {
                        // A frame that was lost before it was captured.
                        transmit.Encrypt(new byte[3], MppeHeader.Length, 1);
                    }

                    transmit.Encrypt(b, MppeHeader.Length, b.Length - MppeHeader.Length);
                    Assert.Equal(packet.Information, b);
                    count++;
                }
            }
        }
    }

    [Theory]
    [InlineData("loss5", 1, 4)]
    [InlineData("reorder", 0, 0)]
    [InlineData("udp-traffic", 0, 0)]
    public void Lost_frames_are_counted_by_the_coherency_count(
        string name, int lostFromClient, int lostFromHub)
    {
        CapturedCall call = Assert.Single(Capture.Load(name).Calls);

        Assert.Equal(lostFromClient, MissingFrames(Frames(call, hub: false), call));
        Assert.Equal(lostFromHub, MissingFrames(Frames(call, hub: true), call));
        DecryptAll(Frames(call, hub: false), StartKey(call, hub: false), lostFromClient);
        DecryptAll(Frames(call, hub: true), StartKey(call, hub: true), lostFromHub);
    }

    [Theory]
    [InlineData("loss5", 1)]
    [InlineData("reorder", 2)]
    [InlineData("udp-traffic", 3)]
    public void Frames_that_are_overtaken_or_come_twice_are_dropped_and_hurt_no_other(
        string name, int seed)
    {
        CapturedCall call = Assert.Single(Capture.Load(name).Calls);
        var random = new Random(seed);
        int late = 0;
        for (int round = 0; round < 50; round++)
        {
            foreach (bool hub in (bool[])[false, true])
            {
                GrePacket[] frames = Frames(call, hub);
                byte[] startKey = StartKey(call, hub);
                Dictionary<int, byte[]> plain = frames.Zip(DecryptAll(frames, startKey))
                    .ToDictionary(pair => CoherencyCount(pair.First), pair => pair.Second);

                // Each frame comes a little early or late, and one in ten comes twice.
                GrePacket[] disturbed = [.. frames
                    .SelectMany(frame => Enumerable.Repeat(frame, random.Next(10) == 0 ? 2 : 1))
                    .Select((frame, i) => (Frame: frame, At: i + (random.NextDouble() * 4)))
                    .OrderBy(one => one.At)
                    .Select(one => one.Frame)];
                late += CheckDisturbed(disturbed, startKey, plain);
            }
        }

        Assert.True(late > 100);
    }

    [Theory]
    [InlineData("mppe128-stateless")]
    [InlineData("udp-traffic")]
    public void Under_a_wrong_key_no_frame_becomes_a_packet(string name)
    {
        CapturedCall call = Assert.Single(Capture.Load(name).Calls);
        Formulas wrong = new Handshake(call).Compute("wrong-s3cret");

        foreach (bool hub in (bool[])[false, true])
        {
            foreach (byte[] startKey in (byte[][])
                [StartKey(call, !hub), wrong.TransmitStartKey, wrong.ReceiveStartKey])
            {
                var receive = new MppeReceive(new Counters());
                receive.Start(startKey, 0);
                foreach (GrePacket packet in Frames(call, hub))
                {
                    byte[] b = [.. packet.Information];
                    Assert.Equal(MppeHeader.Length, receive.Accept(b, 0, b.Length));
                    int protocolLength = PppFrame.CheckProtocol(b, 2, b.Length - 2);
                    Assert.False(
                        protocolLength > 0
                        && PppFrame.Protocol(b, 2, protocolLength) == PppFrame.Ipv4
                        && Ipv4.Check(b, 2 + protocolLength, b.Length - 2 - protocolLength) > 0);
                }
            }
        }
    }

    /// <summary>Decrypts frames that are in order.</summary>
    /// <returns>The IP packets.</returns>
    private static byte[][] DecryptAll(GrePacket[] frames, byte[] startKey, int? lost = null)
    {
        var counters = new Counters();
        var receive = new MppeReceive(counters);
        receive.Start(startKey, 0);
        byte[][] packets = [.. frames.Select(frame => Decrypt(receive, frame)!)];

        Assert.DoesNotContain(null, packets);
        Assert.Equal(lost ?? GapsByCount(frames), counters.MppeGap);
        return packets;
    }

    /// <summary>Gives frames out of order to a receiver and compares what it makes of them with
    /// what the counts demand: the frame after the newest so far, or a newer one, is decrypted;
    /// every other is late.</summary>
    private static int CheckDisturbed(
        GrePacket[] frames, byte[] startKey, Dictionary<int, byte[]> plain)
    {
        var counters = new Counters();
        var receive = new MppeReceive(counters);
        receive.Start(startKey, 0);
        int newest = -1;
        int late = 0;
        int gaps = 0;
        foreach (GrePacket frame in frames)
        {
            int count = CoherencyCount(frame);
            byte[]? packet = Decrypt(receive, frame);
            if (count <= newest)
            {
                Assert.Null(packet);
                late++;
                continue;
            }

            Assert.Equal(plain[count], packet);
            gaps += count - newest - 1;
            newest = count;
        }

        Assert.Equal(gaps, counters.MppeGap);
        return late;
    }

    /// <summary>Decrypts one frame, guard octets around it.</summary>
    /// <returns>The IP packet, or null when the frame is late.</returns>
    private static byte[]? Decrypt(MppeReceive receive, GrePacket frame)
    {
        int length = frame.Information.Length;
        byte[] b = [.. Enumerable.Repeat((byte)0xA5, length + (2 * Guard))];
        frame.Information.CopyTo(b, Guard);
        byte[] before = [.. b];

        int headerLength = receive.Accept(b, Guard, length);

        if (headerLength == -(int)Reason.MppeLate)
        {
            Assert.Equal(before, b);
            return null;
        }

        Assert.Equal(MppeHeader.Length, headerLength);
        Assert.Equal(before[..(Guard + MppeHeader.Length)], b[..(Guard + MppeHeader.Length)]);
        Assert.Equal(before[^Guard..], b[^Guard..]);
        int at = Guard + MppeHeader.Length;
        int left = length - MppeHeader.Length;
        int protocolLength = PppFrame.CheckProtocol(b, at, left);
        Assert.InRange(protocolLength, 1, 2);
        Assert.Equal(PppFrame.Ipv4, PppFrame.Protocol(b, at, protocolLength));
        return b[(at + protocolLength)..^Guard];
    }

    private static GrePacket[] Frames(CapturedCall call, bool hub)
    {
        return [.. call.From(hub).Where(packet => packet.Protocol == PppFrame.Mppe)];
    }

    private static byte[] StartKey(CapturedCall call, bool hub)
    {
        Formulas keys = new Handshake(call).Compute("s3cret");
        return hub ? keys.ReceiveStartKey : keys.TransmitStartKey;
    }

    /// <summary>The client's address in the tunnel: what the hub demanded in IPCP.</summary>
    private static string AddressOf(CapturedCall call)
    {
        byte[] nak = call.From(hub: true)
            .First(packet => packet.Protocol == PppFrame.Ipcp
                && packet.Information[0] == PppPacket.ConfigureNak)
            .Information;
        return string.Join('.', nak[6..10]);
    }

    private static int CoherencyCount(GrePacket frame)
    {
        return BinaryPrimitives.ReadUInt16BigEndian(frame.Information) & 0x0FFF;
    }

    /// <summary>Counts that are missing, by the counts.</summary>
    private static int GapsByCount(GrePacket[] frames)
    {
        return CoherencyCount(frames[^1]) + 1 - frames.Length;
    }

    /// <summary>Frames that are missing, by GRE's sequence numbers: those between the first and the
    /// last frame that belong to no packet of any kind.</summary>
    private static long MissingFrames(GrePacket[] frames, CapturedCall call)
    {
        uint first = frames[0].Sequence!.Value;
        uint last = frames[^1].Sequence!.Value;
        Assert.Equal(0, CoherencyCount(frames[0]));
        return Sequences.Missing(call.From(frames[0].IsFromHub)
            .Where(packet => packet.Sequence >= first && packet.Sequence <= last));
    }
}
