// Axes: which numbers stand at them and where. Nice numbers only.

using System;
using System.Collections.Generic;
using System.Globalization;

namespace Simulator.Reports;

/// <summary>A number at an axis.</summary>
/// <param name="Share">Where, from 0 to 1.</param>
/// <param name="Label">The number as text.</param>
internal readonly record struct Tick(double Share, string Label);

/// <summary>Chooses the numbers at an axis.</summary>
internal static class TimelineScale
{
    private const long Millisecond = 1_000;
    private const long Second = 1_000_000;
    private const long Minute = 60 * Second;
    private const long Hour = 60 * Minute;

    private static readonly long[] s_steps =
    [
        Millisecond, 2 * Millisecond, 5 * Millisecond,
        10 * Millisecond, 20 * Millisecond, 50 * Millisecond,
        100 * Millisecond, 200 * Millisecond, 500 * Millisecond,
        Second, 2 * Second, 5 * Second, 10 * Second, 15 * Second, 30 * Second,
        Minute, 2 * Minute, 5 * Minute, 10 * Minute, 15 * Minute, 30 * Minute,
        Hour, 2 * Hour, 3 * Hour, 6 * Hour, 12 * Hour, 24 * Hour,
    ];

    /// <summary>Numbers at the axis of time.</summary>
    /// <param name="spanUs">From 0 to here.</param>
    /// <param name="most">About so many at most.</param>
    public static IReadOnlyList<Tick> Time(long spanUs, int most)
    {
        long stepUs = Array.Find(s_steps, step => spanUs / step <= most);
        stepUs = stepUs == 0 ? s_steps[^1] * Math.Max(1, spanUs / s_steps[^1] / most) : stepUs;
        var ticks = new List<Tick>();
        for (long atUs = 0; atUs <= spanUs; atUs += stepUs)
        {
            string label = stepUs < Second
                ? ReportText.Clock(atUs, spanUs)
                : ReportText.WholeClock(atUs, spanUs);
            ticks.Add(new Tick((double)atUs / spanUs, label));
        }

        return ticks;
    }

    /// <summary>The next number that can be halved without thinking: 1, 2, 3, 4, 5, 6 or 8 with
    /// zeros.</summary>
    /// <param name="value">At least this; 1 when it is 0.</param>
    public static double Ceiling(double value)
    {
        if (value <= 0)
        {
            return 1;
        }

        double unit = Math.Pow(10, Math.Floor(Math.Log10(value)));
        foreach (int factor in new[] { 1, 2, 3, 4, 5, 6, 8 })
        {
            if (value <= factor * unit)
            {
                return factor * unit;
            }
        }

        return 10 * unit;
    }

    /// <summary>Numbers at an axis from 0.</summary>
    /// <param name="maximum">Its end.</param>
    public static IReadOnlyList<Tick> Linear(double maximum)
    {
        bool isWhole = maximum % 2 == 0 || maximum % 1 != 0;
        return isWhole
            ? [new(0, "0"), new(.5, Text(maximum / 2)), new(1, Text(maximum))]
            : [new(0, "0"), new(1, Text(maximum))];
    }

    /// <summary>Numbers at a logarithmic axis of time: a tick for each power of ten.</summary>
    /// <param name="lowestUs">The lowest value, more than 0.</param>
    /// <param name="highestUs">The highest value.</param>
    /// <param name="fromExponent">Exponent of the axis' begin.</param>
    /// <param name="untilExponent">Exponent of its end.</param>
    public static IReadOnlyList<Tick> Logarithmic(
        long lowestUs, long highestUs, out int fromExponent, out int untilExponent)
    {
        // What is lowest shall not lie on the axis itself, where it could not be seen.
        fromExponent = (int)Math.Floor(Math.Log10(lowestUs) - 0.1);
        untilExponent = (int)Math.Ceiling(Math.Log10(highestUs));
        untilExponent = Math.Max(untilExponent, fromExponent + 2);
        int count = untilExponent - fromExponent;
        int step = (count + 3) / 4;
        var ticks = new List<Tick>();
        for (int i = 0; i <= count; i += step)
        {
            long us = (long)Math.Pow(10, fromExponent + i);
            ticks.Add(new Tick((double)i / count, PowerOfTen(us)));
        }

        return ticks;
    }

    // Plain seconds even where other texts say minutes: a power of ten is to be recognized.
    private static string PowerOfTen(long us) =>
        us < Second ? ReportText.Span(us) : ReportText.Count(us / Second) + " s";

    private static string Text(double value) =>
        value.ToString(value < 10_000 ? "0.###" : "#,0.###", CultureInfo.InvariantCulture);
}
