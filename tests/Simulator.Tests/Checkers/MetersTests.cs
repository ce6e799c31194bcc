// Delays and memory are measured: what the meters say of things that are known.

using System;
using System.Collections.Generic;
using System.Linq;
using Simulator.Checkers;
using Xunit;

namespace Simulator.Tests.Checkers;

public class MetersTests
{
    [Fact]
    public void A_median_is_exact_below_a_second_and_a_percent_low_above()
    {
        foreach (long scale in (long[])[1, 10, 1_000, 86_400])
        {
            var meter = new DelayMeter();
            for (long i = 1; i <= 999; i++)
            {
                meter.Add(i * scale);
            }

            Assert.Equal(999, meter.Count);
            Assert.Equal(999 * scale, meter.LongestMs);
            long median = 500 * scale;
            Assert.InRange(meter.MedianMs, median < 1_024 ? median : median * 99 / 100, median);
        }

        Assert.Equal(0, new DelayMeter().MedianMs);
    }

    [Fact]
    public void A_delay_beyond_everything_still_counts()
    {
        var meter = new DelayMeter();
        meter.Add(long.MaxValue / 4);
        Assert.Equal(1, meter.Count);
        Assert.True(meter.MedianMs > 1L << 32);
    }

    [Fact]
    public void Memory_is_what_is_reachable_each_object_once()
    {
        int header = 2 * IntPtr.Size;
        int array = header + IntPtr.Size;
        Assert.Equal(array + 100, Of(new byte[100]));
        Assert.Equal(array + 800, Of(new long[100]));
        byte[] shared = new byte[10];
        Assert.Equal(array + (2L * IntPtr.Size) + array + 10, Of(new[] { shared, shared }));
        Assert.Equal(header + sizeof(int) + 8, Of("abc"));
        var ring = new Ring();
        ring.Next = ring;
        Assert.Equal(header + IntPtr.Size + sizeof(int) + IntPtr.Size + array + 3, Of(ring));
        Assert.Equal(
            header + IntPtr.Size + sizeof(int) + IntPtr.Size,
            LiveOctets.Of([ring], one => one is byte[]));
    }

    [Fact]
    public void Memory_inside_values_and_boxes_is_found()
    {
        var list = new List<(int, byte[]?)> { (1, new byte[1_000]), (2, null) };
        long before = Of(list);
        list[1] = (2, new byte[500]);
        Assert.Equal(before + (3L * IntPtr.Size) + 500, Of(list));
        Holder holder = new();
        long empty = Of(holder);
        holder.Maybe = ("a", new byte[7]);
        Assert.Equal(empty + Of("a") + Of(new byte[7]), Of(holder));
    }

    [Fact]
    public void What_grows_is_seen_to_grow()
    {
        var list = new List<byte[]>();
        long[] sizes = [.. Enumerable.Range(0, 50).Select(_ =>
        {
            list.Add(new byte[10]);
            return Of(list);
        })];
        Assert.Equal(sizes.Order().Distinct(), sizes);
    }

    private static long Of(object one) => LiveOctets.Of([one], _ => false);

    private sealed class Ring
    {
        public Ring? Next;
        public int Number = 1;
        public byte[] Octets = new byte[3];
    }

    private sealed class Holder
    {
        public (string, byte[])? Maybe;
    }
}
