// How many clients dialled within one second at worst: a fleet that comes back all at once shows
// here. One counter for each of the last 1,000 milliseconds and their sum; a dial costs as many
// steps as milliseconds have passed since the one before, at most 1,000.

using System;

namespace Simulator.World;

/// <summary>Counts dials, and their peak in any 1,000 milliseconds in a row.</summary>
internal sealed class DialMeter
{
    public const int WindowMs = 1_000;

    private readonly int[] _counts = new int[WindowMs];
    private long _lastMs;
    private int _inWindow;

    /// <summary>Dials so far.</summary>
    public long Count { get; private set; }

    /// <summary>Most dials in any window.</summary>
    public int Peak { get; private set; }

    /// <summary>Counts a dial; the time does not run backwards.</summary>
    public void Add(long nowMs)
    {
        if (Count == 0 || nowMs - _lastMs >= WindowMs)
        {
            Array.Clear(_counts);
            _inWindow = 0;
        }
        else
        {
            for (long past = _lastMs + 1; past <= nowMs; past++)
            {
                ref int leaving = ref _counts[SlotOf(past)];
                _inWindow -= leaving;
                leaving = 0;
            }
        }

        _lastMs = nowMs;
        _counts[SlotOf(nowMs)]++;
        _inWindow++;
        Count++;
        Peak = Math.Max(Peak, _inWindow);
    }

    // Clocks may begin below zero.
    private static int SlotOf(long timeMs) => (int)(((timeMs % WindowMs) + WindowMs) % WindowMs);
}
