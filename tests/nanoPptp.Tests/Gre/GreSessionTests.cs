// Sequence and acknowledgment numbers of one call (RFC 2637 s.4.2 to 4.4).

using System;
using nanoPptp.Diagnostics;
using nanoPptp.Gre;
using nanoPptp.Memory;
using nanoPptp.Tests.Support;
using Xunit;

namespace nanoPptp.Tests.Gre;

public sealed class GreSessionTests
{
    private const int PeerCallId = 0x1234;

    private readonly byte[] _arena = new byte[ArenaMap.Length];
    private readonly Counters _counters = new();
    private readonly GreSession _session;
    private int _nowMs = 1000;

    public GreSessionTests()
    {
        _session = new GreSession(_arena, _counters);
        _session.Reset(PeerCallId);
    }

    [Fact]
    public void C24_Our_numbers_begin_at_zero_and_count_payloads()
    {
        Assert.Equal("3001880b0005123400000000", Sends(5));
        Assert.Equal("3001880b0001123400000001", Sends(1));
        Assert.Equal("3001880bffff123400000002", Sends(65535));
    }

    [Fact]
    public void C24_A_stand_alone_acknowledgment_consumes_no_number()
    {
        Sends(1);
        Receives(7u);
        Assert.Equal("2081880b0000123400000007", Acknowledges());
        Assert.Equal("3001880b0001123400000001", Sends(1));
    }

    [Fact]
    public void C25_The_first_packet_has_nothing_to_acknowledge()
    {
        Assert.Equal("3001", Sends(1)[..4]);
    }

    [Fact]
    public void Numbers_wrap_at_two_to_the_32()
    {
        // The first number that comes is the first: start the peer just below the wrap.
        Assert.Equal(Reason.None, Receives(0xFFFFFFFEu));
        Assert.Equal(Reason.None, Receives(0xFFFFFFFFu));
        Assert.Equal(Reason.None, Receives(0u));
        Assert.Equal(Reason.None, Receives(1u));
        Assert.Equal(Reason.GreLate, Receives(0xFFFFFFFFu));
        Assert.Equal(Reason.GreLate, Receives(0u));
        Assert.Equal(0, _counters.GreGap);
        Assert.Equal("2081880b0000123400000001", Acknowledges());
    }

    [Fact]
    public void C28_A_jump_across_the_wrap_is_forward_and_counts_what_it_skips()
    {
        Receives(0xFFFFFFFEu);
        Assert.Equal(Reason.None, Receives(1u));
        Assert.Equal(2, _counters.GreGap);
        Assert.Equal(Reason.GreLate, Receives(0u));
    }

    [Theory]
    [InlineData(0u)]
    [InlineData(1u)]
    [InlineData(255u)]
    [InlineData(256u)]
    [InlineData(65535u)]
    [InlineData(0x7FFFFFFFu)]
    [InlineData(0x80000000u)]
    [InlineData(0xFFFFFFFFu)]
    public void C24_Whatever_number_comes_first_is_the_first(uint first)
    {
        Assert.Equal(Reason.None, Receives(first));
        Assert.Equal(0, _counters.GreGap);
        Assert.Equal(Reason.GreLate, Receives(first));
        Assert.Equal(Reason.None, Receives(unchecked(first + 1)));
        Assert.Equal(Reason.GreLate, Receives(first));
        Assert.Equal(0, _counters.GreGap);
    }

    [Fact]
    public void C29_A_number_that_was_overtaken_is_late()
    {
        Receives(10u);
        Receives(12u);
        Assert.Equal(Reason.GreLate, Receives(11u));
        Assert.Equal(Reason.GreLate, Receives(12u));
        Assert.Equal(Reason.None, Receives(13u));
        Assert.Equal(1, _counters.GreGap);
    }

    [Fact]
    public void C29_Number_one_is_no_exception_once_the_stream_runs()
    {
        Receives(500u);
        Assert.Equal(Reason.GreLate, Receives(1u));
        Assert.Equal(Reason.GreLate, Receives(0u));
        Assert.Equal(Reason.None, Receives(501u));
    }

    [Fact]
    public void C26_An_acknowledgment_rides_on_the_next_packet()
    {
        Receives(3u);
        Receives(4u);
        Assert.Equal("3081880b000912340000000000000004", Sends(9));
        Assert.Equal("3001880b0009123400000001", Sends(9));
        _nowMs += 1000;
        Assert.False(_session.MustAcknowledge(_nowMs));
    }

    [Fact]
    public void C26_An_acknowledgment_leaves_alone_after_100_ms()
    {
        Receives(3u);
        Assert.Equal(100, _session.Sooner(_nowMs, 60000));
        _nowMs += 60;
        Receives(4u);
        Assert.Equal(40, _session.Sooner(_nowMs, 60000));
        _nowMs += 39;
        Assert.False(_session.MustAcknowledge(_nowMs));
        _nowMs += 1;
        Assert.True(_session.MustAcknowledge(_nowMs));
        Assert.Equal("2081880b0000123400000004", Acknowledges());
        Assert.False(_session.MustAcknowledge(_nowMs));
        Assert.Equal(60000, _session.Sooner(_nowMs, 60000));
    }

    [Fact]
    public void C26_What_comes_late_asks_for_no_acknowledgment()
    {
        Receives(3u);
        Acknowledges();
        Receives(3u);
        _nowMs += 1000;
        Assert.False(_session.MustAcknowledge(_nowMs));
    }

    [Fact]
    public void C27_The_acknowledgment_of_a_number_never_sent_is_ignored()
    {
        Sends(1);
        Sends(1);
        Assert.Equal(Reason.GreAcknowledgment, ReceivesAcknowledgment(2u));
        Assert.Equal(-1, _session.PeerAcknowledged);
        Assert.Equal(1, _counters.Get(Reason.GreBadAcknowledgment));
        ReceivesAcknowledgment(1u);
        Assert.Equal(1, _session.PeerAcknowledged);
        Assert.Equal(1, _counters.Get(Reason.GreBadAcknowledgment));
    }

    [Fact]
    public void C27_Nothing_was_sent_so_nothing_can_be_acknowledged()
    {
        ReceivesAcknowledgment(0u);
        ReceivesAcknowledgment(0x7FFFFFFFu);
        Assert.Equal(2, _counters.Get(Reason.GreBadAcknowledgment));
        Assert.Equal(-1, _session.PeerAcknowledged);
    }

    [Fact]
    public void An_older_acknowledgment_changes_nothing()
    {
        for (int i = 0; i < 10; i++)
        {
            Sends(1);
        }

        ReceivesAcknowledgment(7u);
        ReceivesAcknowledgment(3u);
        Assert.Equal(7, _session.PeerAcknowledged);
        Assert.Equal(0, _counters.Get(Reason.GreBadAcknowledgment));
    }

    [Fact]
    public void C23_An_acknowledgment_alone_is_read_in_the_place_of_the_sequence_number()
    {
        Sends(1);
        Receives(100u);
        Assert.Equal(Reason.GreAcknowledgment, ReceivesAcknowledgment(0u));
        Assert.Equal(0, _session.PeerAcknowledged);
        Assert.Equal(Reason.None, Receives(101u));
    }

    [Fact]
    public void An_acknowledgment_counts_even_on_a_packet_that_comes_late()
    {
        Sends(1);
        Receives(5u);
        Assert.Equal(Reason.GreLate, Receives(5u, 0u));
        Assert.Equal(0, _session.PeerAcknowledged);
    }

    [Fact]
    public void Reset_begins_a_new_call()
    {
        Sends(1);
        Receives(5u);
        _session.Reset(0xBEEF);
        Assert.Equal("3001880b0001beef00000000", Sends(1));
        Assert.Equal(Reason.None, Receives(2u));
        Assert.Equal(-1, _session.PeerAcknowledged);
    }

    [Fact]
    public void Any_order_of_arrival_delivers_a_rising_sequence_and_counts_the_gaps()
    {
        var random = new Random(2637);
        uint first = 0xFFFFF000u;
        uint highest = 0;
        bool any = false;
        long gap = 0;
        for (int i = 0; i < 50000; i++)
        {
            uint sequence = unchecked(first + (uint)i + (uint)random.Next(16));
            bool late = any && unchecked((int)(sequence - highest)) <= 0;
            Assert.Equal(late ? Reason.GreLate : Reason.None, Receives(sequence));
            if (!late)
            {
                gap += any ? unchecked(sequence - highest) - 1 : 0;
                highest = sequence;
                any = true;
            }
        }

        Assert.Equal(gap, _counters.GreGap);
    }

    private string Sends(int length)
    {
        const int Frame = ArenaMap.Send + Limits.SendHeadroom;
        int at = _session.WriteHeader(Frame, length);
        return Octets.ToHex(_arena.AsSpan(at, Frame - at));
    }

    private string Acknowledges()
    {
        int length = _session.WriteAcknowledgment(ArenaMap.Acknowledgment);
        return Octets.ToHex(_arena.AsSpan(ArenaMap.Acknowledgment, length));
    }

    private Reason Receives(uint sequence, uint? acknowledgment = null)
    {
        byte[] packet = acknowledgment == null
            ? Octets.Join(Octets.FromHex("3001880b00010001"), Octets.Number(sequence, 4), [0x21])
            : Octets.Join(
                Octets.FromHex("3081880b00010001"),
                Octets.Number(sequence, 4),
                Octets.Number(acknowledgment.Value, 4),
                [0x21]);
        packet.CopyTo(_arena, 20);
        return _session.Input(20, _nowMs);
    }

    private Reason ReceivesAcknowledgment(uint acknowledgment)
    {
        Octets.Join(Octets.FromHex("2081880b00000001"), Octets.Number(acknowledgment, 4))
            .CopyTo(_arena, 20);
        return _session.Input(20, _nowMs);
    }
}
