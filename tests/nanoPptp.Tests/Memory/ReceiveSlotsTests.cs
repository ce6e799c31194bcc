// Who owns which receive slot: free, lent, waiting, delivering.

using System;
using System.Collections.Generic;
using nanoPptp.Memory;
using Xunit;

namespace nanoPptp.Tests.Memory;

public sealed class ReceiveSlotsTests
{
    private const int SlotCount = 6;

    [Fact]
    public void Packets_come_out_in_the_order_in_which_they_were_queued()
    {
        var slots = new ReceiveSlots();
        for (int i = 0; i < SlotCount; i++)
        {
            int slot = slots.Lend();
            Assert.True(slots.IsLent(slot, 20 + i, 100 + i));
            slots.Queue(slot, 20 + i, 100 + i);
        }

        for (int i = 0; i < SlotCount; i++)
        {
            Assert.Equal(SlotCount - i, slots.Count);
            int slot = slots.Take();
            Assert.Equal(ReceiveSlots.OffsetOf(slot) + 20 + i, slots.Offset);
            Assert.Equal(100 + i, slots.Length);
            slots.Release(slot);
        }

        Assert.Equal(0, slots.Count);
    }

    [Fact]
    public void All_slots_lie_in_the_arena_and_none_overlap()
    {
        for (int slot = 0; slot < SlotCount; slot++)
        {
            Assert.Equal(slot * 1500, ReceiveSlots.OffsetOf(slot));
        }
    }

    [Fact]
    public void When_all_wait_or_are_being_delivered_none_is_lent()
    {
        var slots = new ReceiveSlots();
        for (int i = 0; i < SlotCount; i++)
        {
            slots.Queue(slots.Lend(), 0, 1);
        }

        Assert.Equal(-1, slots.Lend());
        int delivering = slots.Take();
        Assert.Equal(-1, slots.Lend());
        slots.Release(delivering);
        Assert.Equal(delivering, slots.Lend());
    }

    [Fact]
    public void A_slot_that_was_lent_and_never_handed_back_is_lent_again()
    {
        var slots = new ReceiveSlots();
        int slot = slots.Lend();
        Assert.Equal(slot, slots.Lend());
        slots.Queue(slot, 0, 1);
        Assert.NotEqual(slot, slots.Lend());
    }

    [Fact]
    public void A_slot_that_was_refused_unread_is_free_again()
    {
        var slots = new ReceiveSlots();
        int slot = slots.Lend();
        slots.Release(slot);
        Assert.Throws<InvalidOperationException>(() => slots.IsLent(slot, 0, 1));
        Assert.Equal(slot, slots.Lend());
    }

    [Theory]
    [InlineData(-1, 1)]
    [InlineData(0, -1)]
    [InlineData(0, 1501)]
    [InlineData(1500, 1)]
    [InlineData(1, 1500)]
    [InlineData(int.MaxValue, 1)]
    [InlineData(1, int.MaxValue)]
    public void A_packet_outside_its_slot_breaks_an_invariant(int start, int length)
    {
        var slots = new ReceiveSlots();
        int slot = slots.Lend();
        Assert.Throws<InvalidOperationException>(() => slots.IsLent(slot, start, length));
        Assert.Equal(0, slots.Count);
    }

    [Theory]
    [InlineData(-1)]
    [InlineData(1)]
    [InlineData(6)]
    public void A_slot_that_was_not_lent_breaks_an_invariant(int slot)
    {
        var slots = new ReceiveSlots();
        slots.Lend();
        Assert.Throws<InvalidOperationException>(() => slots.IsLent(slot, 0, 1));
    }

    [Fact]
    public void A_packet_may_fill_its_slot_or_be_empty()
    {
        var slots = new ReceiveSlots();
        int slot = slots.Lend();
        Assert.True(slots.IsLent(slot, 0, 1500));
        Assert.True(slots.IsLent(slot, 1500, 0));
    }

    [Fact]
    public void Any_order_of_calls_agrees_with_a_plain_queue()
    {
        var random = new Random(47);
        var slots = new ReceiveSlots();
        var waiting = new Queue<(int Slot, int Length)>();
        var delivering = new List<int>();
        for (int i = 0; i < 20000; i++)
        {
            switch (random.Next(4))
            {
                case 0:
                case 1:
                    int lent = slots.Lend();
                    Assert.Equal(waiting.Count + delivering.Count == SlotCount, lent < 0);
                    if (lent >= 0 && random.Next(4) > 0)
                    {
                        int length = random.Next(1501);
                        slots.Queue(lent, 1500 - length, length);
                        waiting.Enqueue((lent, length));
                    }

                    break;
                case 2:
                    if (waiting.Count > 0)
                    {
                        (int slot, int length) = waiting.Dequeue();
                        Assert.Equal(slot, slots.Take());
                        Assert.Equal(length, slots.Length);
                        delivering.Add(slot);
                    }

                    break;
                default:
                    if (delivering.Count > 0)
                    {
                        int at = random.Next(delivering.Count);
                        slots.Release(delivering[at]);
                        delivering.RemoveAt(at);
                    }

                    break;
            }

            Assert.Equal(waiting.Count, slots.Count);
        }

        slots.Reset();
        Assert.Equal(0, slots.Count);
        Assert.Equal(0, slots.Lend());
    }
}
