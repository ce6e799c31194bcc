// The books of one sensor's readings: which numbers its queue has given out, which of them it still owes
// to the plant, which it may have lost. Only what is owed is kept one by one; the rest are ranges, so that
// a day of readings needs no more than a minute of them.

using System.Collections.Generic;
using System.Linq;
using Simulator.Plant;

namespace Simulator.Checkers;

/// <summary>What a sensor owes.</summary>
/// <param name="graceMs">A reading that is younger may go with the power.</param>
internal sealed class DeliveryLedger(int graceMs)
{
    private readonly SortedDictionary<int, long> _owed = [];
    private readonly Dictionary<int, long> _excused = [];
    private readonly NumberSet _added = new();

    /// <summary>Readings that were added.</summary>
    public long AddedCount => _added.Count;

    /// <summary>Readings that a full queue has given up.</summary>
    public long DroppedCount { get; private set; }

    /// <summary>Readings that went with the power.</summary>
    public long LostCount { get; private set; }

    /// <summary>The greatest number that was given out.</summary>
    public int LastAdded => _added.Greatest;

    /// <summary>The lowest number that is owed; 0 when none is.</summary>
    public int FirstOwed => _owed.Count == 0 ? 0 : _owed.First().Key;

    /// <summary>The queue took a reading.</summary>
    /// <returns>What is wrong with it; null when nothing is.</returns>
    public string? Add(int number, long timeMs)
    {
        if (!_added.Add(number))
        {
            return $"number {number} was used for two readings";
        }

        _owed.Add(number, timeMs);
        return null;
    }

    /// <summary>A reading arrived at the plant for the first time.</summary>
    /// <returns>What is wrong with it; null when nothing is.</returns>
    public string? Arrived(int number, long timeMs)
    {
        bool isKnown = _owed.TryGetValue(number, out long addedMs)
            || _excused.TryGetValue(number, out addedMs);
        return !isKnown ? $"reading {number} arrived, and it is not under way"
            : addedMs != timeMs ? $"reading {number} arrived with the time of another"
            : null;
    }

    /// <summary>The queue counts readings as delivered.</summary>
    /// <returns>What is wrong with it; null when nothing is.</returns>
    public string? Delivered(int first, int last, NumberSet stored)
    {
        string? wrong = null;
        foreach (int number in OwedBetween(first, last))
        {
            _owed.Remove(number);
            if (!stored.Contains(number))
            {
                wrong ??= $"reading {number} counts as delivered, and the plant does not have it";
            }
        }

        return wrong;
    }

    /// <summary>The queue was full and has given up its oldest readings.</summary>
    /// <param name="firstLeft">The number of the oldest that is left.</param>
    /// <param name="count">How many it says.</param>
    /// <returns>What is wrong with it; null when nothing is.</returns>
    public string? Dropped(int firstLeft, int count)
    {
        int seen = 0;
        foreach (int number in OwedBetween(0, firstLeft - 1))
        {
            Excuse(number);
            seen++;
        }

        DroppedCount += seen;
        return seen > count ? $"the queue counts {count} dropped readings, and lost {seen}" : null;
    }

    /// <summary>The power is back.</summary>
    /// <param name="left">The numbers that came back from the medium.</param>
    /// <param name="cutAtMs">When the power went.</param>
    /// <returns>What is wrong with it; null when nothing is.</returns>
    public string? Restored(IReadOnlySet<int> left, long cutAtMs)
    {
        string? wrong = null;
        foreach ((int number, long timeMs) in _owed.ToList())
        {
            if (left.Contains(number))
            {
                continue;
            }

            Excuse(number);
            LostCount++;
            if (cutAtMs - timeMs > graceMs)
            {
                wrong ??= $"reading {number} had waited for {cutAtMs - timeMs} ms, and is lost";
            }
        }

        return wrong;
    }

    /// <summary>Numbers up to a last one that the plant should have and does not have.</summary>
    public IEnumerable<int> Missing(int last, NumberSet stored) => _added.Ranges
        .SelectMany(range => Enumerable.Range(range.First, range.Last - range.First + 1))
        .Where(number => number <= last
            && !stored.Contains(number)
            && !_owed.ContainsKey(number)
            && !_excused.ContainsKey(number));

    private List<int> OwedBetween(int first, int last) =>
        [.. _owed.Keys.SkipWhile(number => number < first).TakeWhile(number => number <= last)];

    private void Excuse(int number)
    {
        if (_owed.Remove(number, out long timeMs))
        {
            _excused[number] = timeMs;
        }
    }
}
