// The GRE packets of every capture, read by the library (RFC 2637 s.4), and the PPP frames in them
// (RFC 1661 s.2 and s.5).

using System;
using System.Linq;
using nanoPptp.Diagnostics;
using nanoPptp.Gre;
using nanoPptp.Memory;
using nanoPptp.Wire;
using Xunit;

namespace nanoPptp.Tests.Captures;

public class GreCaptureTests
{
    [Theory]
    [MemberData(nameof(CaptureCatalog.OnDisk), MemberType = typeof(CaptureCatalog))]
    public void Every_header_is_read_as_it_stands(string name)
    {
        foreach (GrePacket packet in Capture.Load(name).GrePackets)
        {
            byte[] b = packet.Packet.Payload.ToArray();

            int headerLength = EnhancedGre.Check(b, 0, b.Length);

            Assert.Equal(b.Length - packet.Frame.Length, headerLength);
            Assert.Equal(packet.Frame.Length, EnhancedGre.PayloadLength(b, 0));
            Assert.Equal(packet.CallId, EnhancedGre.CallId(b, 0));
            Assert.Equal(packet.Sequence != null, EnhancedGre.HasSequence(b, 0));
            Assert.Equal(packet.Acknowledgment != null, EnhancedGre.HasAcknowledgment(b, 0));
            if (packet.Sequence != null)
            {
                Assert.Equal((int)packet.Sequence, EnhancedGre.Sequence(b, 0));
            }

            if (packet.Acknowledgment != null)
            {
                Assert.Equal((int)packet.Acknowledgment, EnhancedGre.Acknowledgment(b, 0));
            }
        }
    }

    [Theory]
    [MemberData(nameof(CaptureCatalog.OnDisk), MemberType = typeof(CaptureCatalog))]
    public void Every_header_is_written_as_the_peer_wrote_it(string name)
    {
        byte[] written = new byte[EnhancedGre.MaximumHeaderLength];
        foreach (GrePacket packet in Capture.Load(name).GrePackets)
        {
            byte[] header = packet.Packet.Payload[..^packet.Frame.Length].ToArray();

            int length = packet.Sequence == null
                ? EnhancedGre.WriteAcknowledgment(
                    written, 0, packet.CallId, (int)packet.Acknowledgment!.Value)
                : EnhancedGre.WriteData(
                    written,
                    0,
                    packet.Frame.Length,
                    packet.CallId,
                    (int)packet.Sequence.Value,
                    packet.Acknowledgment != null,
                    (int)(packet.Acknowledgment ?? 0));

            Assert.Equal(header, written[..length]);
        }
    }

    [Theory]
    [MemberData(nameof(CaptureCatalog.OnDisk), MemberType = typeof(CaptureCatalog))]
    public void Every_key_names_the_receiver_of_a_call(string name)
    {
        var capture = Capture.Load(name);

        Assert.NotEmpty(capture.Calls);
        Assert.All(
            capture.GrePackets,
            packet => Assert.Single(capture.Calls, call => call.Owns(packet)));
        Assert.Equal(capture.GrePackets.Count, capture.Calls.Sum(call => call.Packets.Count));
        Assert.All(capture.Calls, call =>
        {
            Assert.NotEmpty(call.From(hub: true));
            Assert.NotEmpty(call.From(hub: false));
        });
    }

    [Theory]
    [MemberData(nameof(CaptureCatalog.OnDisk), MemberType = typeof(CaptureCatalog))]
    public void Every_frame_and_every_control_packet_passes_its_gate(string name)
    {
        foreach (GrePacket packet in Capture.Load(name).GrePackets.Where(p => p.Sequence != null))
        {
            byte[] frame = packet.Frame;

            int headerLength = PppFrame.Check(frame, 0, frame.Length);

            Assert.Equal(frame.Length - packet.Information.Length, headerLength);
            Assert.Equal(packet.Protocol, PppFrame.Protocol(frame, 0, headerLength));
            if (packet.IsControl)
            {
                // Describe checks length and options of what it reads.
                byte[] information = packet.Information;
                int length = PppPacket.Check(information, 0, information.Length);
                Assert.Equal(information.Length, length);
                Assert.NotEmpty(PppdText.Describe(packet.Protocol, information));
            }
            else
            {
                Assert.Contains(packet.Protocol, (int[])[PppFrame.Ipv4, PppFrame.Mppe]);
            }
        }
    }

    [Theory]
    [MemberData(nameof(CaptureCatalog.OnDisk), MemberType = typeof(CaptureCatalog))]
    public void Sequencing_counts_the_gaps_that_are_there(string name)
    {
        foreach (CapturedCall call in Capture.Load(name).Calls)
        {
            foreach (bool hub in (bool[])[false, true])
            {
                byte[] arena = new byte[ArenaMap.Length];
                var counters = new Counters();
                var session = new GreSession(arena, counters);
                session.Reset(call.HubCallId);
                var order = new ReceiveOrder();
                int late = 0;
                foreach (GrePacket packet in call.From(hub))
                {
                    packet.Packet.Payload.CopyTo(arena.AsSpan(ArenaMap.ReceiveSlots));
                    bool has = EnhancedGre.HasSequence(arena, ArenaMap.ReceiveSlots);
                    Assert.Equal(packet.Sequence != null, has);
                    if (!has)
                    {
                        continue;
                    }

                    int number = EnhancedGre.Sequence(arena, ArenaMap.ReceiveSlots);
                    if (order.Place(number, isData: false) == ReceiveOrder.Late)
                    {
                        late++;
                        continue;
                    }

                    order.Accept(number);
                    session.Received(number, 0);
                }

                Assert.Equal(Sequences.Missing(call.From(hub)), counters.GreGap);
                Assert.Equal(Sequences.Late(call.From(hub)), late);
            }
        }
    }

    [Theory]
    [MemberData(nameof(CaptureCatalog.OnDisk), MemberType = typeof(CaptureCatalog))]
    public void The_hub_begins_at_zero_and_the_client_at_one(string name)
    {
        Assert.All(Capture.Load(name).Calls, call =>
        {
            Assert.Equal(0u, Sequences.Of(call.From(hub: true)).Min());
            Assert.Equal(1u, Sequences.Of(call.From(hub: false)).Min());
        });
    }

    [Fact]
    public void Only_the_captures_with_loss_have_gaps_and_none_has_late_packets()
    {
        string[] withGaps = [.. CaptureCatalog.Names.Where(name => Capture.Load(name).Calls.Any(
            call => Sequences.Missing(call.From(true)) + Sequences.Missing(call.From(false)) > 0))];

        Assert.Equal(["loss5", "loss5-stateful"], withGaps.Order(StringComparer.Ordinal));
        Assert.All(CaptureCatalog.Names.SelectMany(name => Capture.Load(name).Calls), call =>
            Assert.Equal(0, Sequences.Late(call.From(true)) + Sequences.Late(call.From(false))));
    }
}
