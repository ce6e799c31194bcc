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
    public void C27_The_acknowledgment_of_a_number_never_sent_is_ignored()
    {
        Sends(1);
        Sends(1);
        ReceivesAcknowledgment(2u);
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
    public void Reset_begins_a_new_call()
    {
        Sends(1);
        Receives(5u);
        _session.Reset(0xBEEF);
        Assert.Equal("3001880b0001beef00000000", Sends(1));
        Receives(2u);
        Assert.Equal(-1, _session.PeerAcknowledged);
    }

    [Fact]
    public void C28_What_is_skipped_is_counted_across_the_wrap_as_well()
    {
        Receives(0xFFFFFFFEu);
        Receives(1u);
        Assert.Equal(2, _counters.GreGap);
        Assert.Equal("2081880b0000123400000001", Acknowledges());
    }

    [Fact]
    public void C26_When_a_forged_number_is_taken_back_the_genuine_one_is_acknowledged()
    {
        Receives(30u);
        Receives(11u);
        Assert.Equal(0, _counters.GreGap);
        Assert.Equal("2081880b000012340000000b", Acknowledges());
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

    private void Receives(uint sequence) => _session.Received(unchecked((int)sequence), _nowMs);

    private void ReceivesAcknowledgment(uint number) =>
        _session.InputAcknowledgment(unchecked((int)number));
}
