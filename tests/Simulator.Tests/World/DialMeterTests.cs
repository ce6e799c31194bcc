// The peak of dials in any 1,000 milliseconds in a row, against counting it plainly.

using System;
using System.Collections.Generic;
using System.Linq;
using Simulator.World;
using Xunit;

namespace Simulator.Tests.World;

public class DialMeterTests
{
    [Fact]
    public void Nothing_has_no_peak()
    {
        var meter = new DialMeter();
        Assert.Equal(0, meter.Peak);
        Assert.Equal(0, meter.Count);
    }

    [Theory]
    [InlineData(0, 2)]
    [InlineData(1, 2)]
    [InlineData(999, 2)]
    [InlineData(1_000, 1)]
    [InlineData(1_001, 1)]
    [InlineData(5_000_000_000, 1)]
    public void A_window_is_1000_milliseconds_long(long laterMs, int peak)
    {
        foreach (long start in (long[])[0, 17, 999, 1_000, -1_500, 4_294_967_295])
        {
            var meter = new DialMeter();
            meter.Add(start);
            meter.Add(start + laterMs);
            Assert.Equal(peak, meter.Peak);
            Assert.Equal(2, meter.Count);
        }
    }

    [Theory]
    [InlineData(1, 3)]
    [InlineData(2, 50)]
    [InlineData(3, 400)]
    [InlineData(4, 2_500)]
    public void The_peak_is_that_of_plain_counting(ulong seed, int longestPauseMs)
    {
        var random = new Random64(seed);
        var meter = new DialMeter();
        var times = new List<long>();
        long now = -3_000;
        for (int i = 0; i < 2_000; i++)
        {
            now += (long)(random.NextUInt64() % (ulong)longestPauseMs);
            times.Add(now);
            meter.Add(now);
        }

        int plain = 0;
        for (int first = 0, last = 0; last < times.Count; last++)
        {
            while (times[last] - times[first] >= 1_000)
            {
                first++;
            }

            plain = Math.Max(plain, last - first + 1);
        }

        Assert.Equal(plain, meter.Peak);
        Assert.Equal(times.Count, meter.Count);
    }

    [Fact]
    public void A_later_and_smaller_crowd_leaves_the_peak_alone()
    {
        var meter = new DialMeter();
        foreach (long time in Enumerable.Repeat(5L, 40).Concat(Enumerable.Repeat(1_004L, 2)))
        {
            meter.Add(time);
        }

        Assert.Equal(42, meter.Peak);
        meter.Add(1_005);
        meter.Add(9_000);
        Assert.Equal(42, meter.Peak);
    }
}
