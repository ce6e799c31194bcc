// RFC 2637 section 4: numbering, acknowledgment, what comes late, and who may send.

using System;
using System.Buffers.Binary;
using System.Linq;
using Simulator.Hub;
using Xunit;

namespace Simulator.Tests.Hub;

public class GreChannelTests
{
    private static readonly byte[] s_echo =
        ScriptedClient.FrameOf(ScriptedClient.Lcp, 9, 1, [0x11, 0x22, 0x33, 0x44]);

    [Fact]
    public void The_first_packet_has_number_0_and_nothing_to_acknowledge()
    {
        var bench = new HubBench();
        ScriptedClient client = bench.NewClient();
        client.StartAndCall();
        Assert.Equal("30010880", Convert.ToHexString([.. client.GrePackets[0][..2], 8, 0x80]));
        Assert.Equal(0u, SequenceOf(client.GrePackets[0]));
    }

    [Fact]
    public void Numbers_grow_by_one_for_packets_with_a_payload_only()
    {
        var bench = new HubBench();
        ScriptedClient client = bench.NewClientUp();
        client.SendPacket(ScriptedClient.Lcp, 11, 1, "11223344");
        bench.Advance(100);
        client.SendPpp(s_echo);
        uint[] numbers = client.GrePackets.Where(HasSequence).Select(SequenceOf).ToArray();
        Assert.Equal(Enumerable.Range(0, numbers.Length).Select(i => (uint)i), numbers);
        Assert.True(client.GrePackets.Count > numbers.Length);
    }

    [Fact]
    public void Acknowledgments_ride_along_or_go_alone_after_a_while()
    {
        var bench = new HubBench();
        ScriptedClient client = bench.NewClientUp();
        bench.Advance(1_000);
        client.GrePackets.Clear();
        uint sequence = client.NextSequence;
        client.SendPpp(s_echo);
        byte[] reply = Assert.Single(client.GrePackets);
        Assert.Equal(sequence, AcknowledgmentOf(reply));
        bench.Advance(1_000);
        Assert.Single(client.GrePackets);

        client.SendPacket(ScriptedClient.Lcp, 11, 1, "11223344");
        bench.Advance(50);
        client.SendPacket(ScriptedClient.Lcp, 11, 2, "11223344");
        bench.Advance(49);
        Assert.Single(client.GrePackets);
        bench.Advance(1);
        byte[] alone = client.GrePackets[1];
        Assert.Equal("2081880b0000", Convert.ToHexStringLower(alone.AsSpan(0, 6)));
        Assert.Equal(12, alone.Length);
        Assert.Equal(sequence + 2, AcknowledgmentOf(alone));
        bench.Advance(1_000);
        Assert.Equal(2, client.GrePackets.Count);
    }

    [Theory]
    [InlineData(0u)]
    [InlineData(1u)]
    [InlineData(123456u)]
    [InlineData(0xFFFFFFF0u)]
    public void Any_first_number_is_taken_and_the_numbers_may_wrap(uint first)
    {
        var bench = new HubBench();
        ScriptedClient client = bench.NewClient();
        client.StartAndCall();
        client.NextSequence = first;
        client.OpenLcp();
        client.Skip();
        for (int i = 0; i < 40; i++)
        {
            client.SendPpp(s_echo);
            client.Expect("LCP Echo-Reply *");
        }

        Assert.Empty(bench.Notes);
    }

    [Fact]
    public void Late_and_repeated_packets_are_dropped()
    {
        var bench = new HubBench();
        ScriptedClient client = bench.NewClientUp();
        client.NextSequence += 1;
        client.SendPpp(s_echo);
        client.Expect("LCP Echo-Reply *");
        client.NextSequence -= 1;
        client.SendPpp(s_echo);
        client.NextSequence -= 2;
        client.SendPpp(s_echo);
        client.NextSequence -= 1_000_000;
        client.SendPpp(s_echo);
        client.ExpectNothing();
        Assert.Equal(
            [HubNote.GreGap, HubNote.GreLate, HubNote.GreLate, HubNote.GreLate], bench.Notes);
    }

    [Fact]
    public void Acknowledging_what_was_not_sent_is_noted()
    {
        var bench = new HubBench();
        ScriptedClient client = bench.NewClientUp();
        uint sent = (uint)client.GrePackets.Count(HasSequence);
        bench.DeliverGre(client.Address, client.GreOf([], null, sent - 1));
        Assert.Empty(bench.Notes);
        bench.DeliverGre(client.Address, client.GreOf([], null, sent));
        Assert.Equal([HubNote.GreAckUnsent], bench.Notes);
    }

    [Fact]
    public void Packets_from_elsewhere_for_no_call_or_malformed_are_dropped()
    {
        var bench = new HubBench();
        ScriptedClient client = bench.NewClientUp();
        byte[] packet = client.GreOf(s_echo, client.NextSequence, null);
        bench.DeliverGre(client.Address + 1, packet);
        byte[] otherCall = [.. packet];
        otherCall[7] = 1;
        bench.DeliverGre(client.Address, otherCall);
        bench.DeliverGre(client.Address, packet.AsSpan(0, packet.Length - 1));
        client.ExpectNothing();
        Assert.Equal(
            [HubNote.GreWrongSource, HubNote.GreUnknownCall, HubNote.GreMalformed], bench.Notes);
        bench.DeliverGre(client.Address, [.. packet, 0, 0, 0, 0]);
        client.Expect("LCP Echo-Reply *");
    }

    private static bool HasSequence(byte[] gre) => (gre[0] & 0x10) != 0;

    private static uint SequenceOf(byte[] gre) =>
        BinaryPrimitives.ReadUInt32BigEndian(gre.AsSpan(8));

    private static uint AcknowledgmentOf(byte[] gre) =>
        BinaryPrimitives.ReadUInt32BigEndian(gre.AsSpan(HasSequence(gre) ? 12 : 8));
}
