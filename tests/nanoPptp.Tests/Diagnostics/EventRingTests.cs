// The ring of events keeps the newest.

using System;
using System.Collections.Generic;
using nanoPptp.Diagnostics;
using Xunit;

namespace nanoPptp.Tests.Diagnostics;

public sealed class EventRingTests
{
    [Fact]
    public void Events_come_out_in_order_with_their_value_and_time()
    {
        var ring = new EventRing(4);
        Assert.Equal(0, ring.Count);
        ring.Add(1, 8, -5);
        ring.Add(2, 255, int.MaxValue);
        Assert.Equal(2, ring.Count);
        Assert.True(ring.Take());
        Assert.Equal((1, 8, -5), (ring.Code, ring.Value, ring.AtMs));
        Assert.True(ring.Take());
        Assert.Equal((2, 255, int.MaxValue), (ring.Code, ring.Value, ring.AtMs));
        Assert.False(ring.Take());
    }

    [Fact]
    public void The_oldest_make_room_and_are_counted()
    {
        var ring = new EventRing(4);
        for (int i = 0; i < 10; i++)
        {
            ring.Add(1, i, i);
        }

        Assert.Equal(6, ring.Lost);
        for (int i = 6; i < 10; i++)
        {
            Assert.True(ring.Take());
            Assert.Equal(i, ring.Value);
        }

        Assert.False(ring.Take());
        ring.Reset();
        Assert.Equal(0, ring.Lost);
    }

    [Fact]
    public void Any_order_of_calls_agrees_with_a_plain_queue()
    {
        var random = new Random(16);
        var ring = new EventRing(16);
        var model = new Queue<int>();
        int lost = 0;
        for (int i = 0; i < 20000; i++)
        {
            if (random.Next(5) < 3)
            {
                ring.Add(1, i & 0xFF, i);
                model.Enqueue(i);
                if (model.Count > 16)
                {
                    model.Dequeue();
                    lost++;
                }
            }
            else
            {
                Assert.Equal(model.Count > 0, ring.Take());
                if (model.Count > 0)
                {
                    Assert.Equal(model.Dequeue(), ring.AtMs);
                }
            }

            Assert.Equal(model.Count, ring.Count);
            Assert.Equal(lost, ring.Lost);
        }
    }
}
