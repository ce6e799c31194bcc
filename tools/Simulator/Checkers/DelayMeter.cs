// The distribution of delays in little memory: to the millisecond below a second, to half a percent above.

using System;

namespace Simulator.Checkers;

/// <summary>Counts delays.</summary>
internal sealed class DelayMeter
{
    private const int Exact = 1_024;
    private const int Steps = 128;
    private const int Octaves = 24;

    private readonly long[] _counts = new long[Exact + (Steps * Octaves)];

    /// <summary>How many.</summary>
    public long Count { get; private set; }

    /// <summary>The longest, in milliseconds.</summary>
    public long LongestMs { get; private set; }

    /// <summary>The median in milliseconds, at most one percent too low; 0 without any.</summary>
    public long MedianMs
    {
        get
        {
            long left = (Count + 1) / 2;
            for (int i = 0; i < _counts.Length; i++)
            {
                left -= _counts[i];
                if (left <= 0 && Count > 0)
                {
                    return LeastOf(i);
                }
            }

            return 0;
        }
    }

    /// <summary>Counts a delay.</summary>
    public void Add(long delayMs)
    {
        Count++;
        LongestMs = Math.Max(LongestMs, delayMs);
        _counts[Math.Min(IndexOf(delayMs), _counts.Length - 1)]++;
    }

    private static int IndexOf(long ms)
    {
        if (ms < Exact)
        {
            return (int)Math.Max(ms, 0);
        }

        int octave = (int)long.Log2(ms) - 10;
        return Exact + (Steps * octave) + (int)((ms - (1L << (octave + 10))) >> (octave + 3));
    }

    private static long LeastOf(int index)
    {
        if (index < Exact)
        {
            return index;
        }

        int octave = (index - Exact) / Steps;
        int step = (index - Exact) % Steps;
        return (1L << (octave + 10)) + ((long)step << (octave + 3));
    }
}
