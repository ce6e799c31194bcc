// The trace: two runs are taken for equal when their hashes are, so nothing may escape the hash.

using System;
using System.Linq;
using Simulator.World;
using Xunit;

namespace Simulator.Tests.World;

public class TraceTests
{
    private static readonly byte[] s_octets = [1, 2, 3, 4];

    [Fact]
    public void The_same_events_give_the_same_hash()
    {
        Assert.Equal(Hash(Base), Hash(Base));
        Assert.Equal(64, Hash(Base).Length);
    }

    [Fact]
    public void Each_field_of_an_event_changes_the_hash()
    {
        Action<Trace>[] others =
        [
            trace => trace.Add(TraceEvent.GreToSensor, 3, 5_000, s_octets),
            trace => trace.Add(TraceEvent.GreToHub, 4, 5_000, s_octets),
            trace => trace.Add(TraceEvent.GreToHub, 3 + 65_536, 5_000, s_octets),
            trace => trace.Add(TraceEvent.GreToHub, 3, 5_001, s_octets),
            trace => trace.Add(TraceEvent.GreToHub, 3, 5_000 + (1L << 32), s_octets),
            trace => trace.Add(TraceEvent.GreToHub, 3, 5_000, [1, 2, 3, 5]),
            trace => trace.Add(TraceEvent.GreToHub, 3, 5_000, [1, 2, 3]),
            trace => trace.Add(TraceEvent.GreToHub, 3, 5_000, [1, 2, 3, 4, 0]),
            trace => trace.Add(TraceEvent.GreToHub, 3, 5_000, []),
            trace => trace.AddText(TraceEvent.GreToHub, 3, 5_000, "text"),
            _ => { },
            trace =>
            {
                Base(trace);
                Base(trace);
            },
        ];
        string[] hashes = [Hash(Base), .. others.Select(Hash)];
        Assert.Equal(hashes.Length, hashes.Distinct().Count());
    }

    [Fact]
    public void The_order_of_events_changes_the_hash()
    {
        Assert.NotEqual(
            Hash(trace =>
            {
                trace.Add(TraceEvent.AtHub, 0, 1, [1]);
                trace.Add(TraceEvent.AtHub, 0, 1, [2]);
            }),
            Hash(trace =>
            {
                trace.Add(TraceEvent.AtHub, 0, 1, [2]);
                trace.Add(TraceEvent.AtHub, 0, 1, [1]);
            }));
    }

    [Fact]
    public void To_ask_for_the_hash_on_the_way_does_not_change_it()
    {
        string asked = Hash(trace =>
        {
            Base(trace);
            trace.Hash();
            Base(trace);
        });
        Assert.Equal(
            Hash(trace =>
            {
                Base(trace);
                Base(trace);
            }),
            asked);
    }

    [Fact]
    public void More_than_the_buffer_holds_is_hashed_whole()
    {
        byte[] large = new byte[32_768];
        string Many(int changed) => Hash(trace =>
        {
            for (int i = 0; i < 10; i++)
            {
                large[^1] = (byte)(i == changed ? 1 : 0);
                trace.Add(TraceEvent.GreToHub, i, i, large);
            }
        });
        string[] hashes = [.. Enumerable.Range(0, 11).Select(Many)];
        Assert.Equal(hashes.Length, hashes.Distinct().Count());
    }

    [Fact]
    public void Long_texts_are_cut_and_never_too_long_for_it()
    {
        using var trace = new Trace();
        trace.AddText(TraceEvent.Fate, 0, 0, new string('\u20AC', 10_000));
        trace.AddText(TraceEvent.Fate, 0, 0, "");
        Assert.Equal(2, trace.EventCount);
        Assert.NotEmpty(trace.Hash());
    }

    private static void Base(Trace trace) =>
        trace.Add(TraceEvent.GreToHub, 3, 5_000, s_octets);

    private static string Hash(Action<Trace> fill)
    {
        using var trace = new Trace();
        fill(trace);
        return trace.Hash();
    }
}
