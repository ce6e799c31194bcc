// What the plant keeps of its sensors' readings: which numbers came, in which order they came first, and
// how often one came again. Numbers are kept as ranges, so that a sensor that loses nothing needs one
// range for ever.

using System;
using System.Collections.Generic;

namespace Simulator.Plant;

/// <summary>A set of numbers, kept as ranges.</summary>
public sealed class NumberSet
{
    private readonly List<(int First, int Last)> _ranges = [];

    /// <summary>How many numbers.</summary>
    public long Count { get; private set; }

    /// <summary>How many ranges.</summary>
    public int RangeCount => _ranges.Count;

    /// <summary>The greatest; 0 when there is none.</summary>
    public int Greatest => _ranges.Count == 0 ? 0 : _ranges[^1].Last;

    /// <summary>The ranges in order.</summary>
    public IReadOnlyList<(int First, int Last)> Ranges => _ranges;

    /// <summary>Whether a number is there.</summary>
    public bool Contains(int number)
    {
        int at = Find(number);
        return at < _ranges.Count && _ranges[at].First <= number;
    }

    /// <summary>Adds a number.</summary>
    /// <returns>False when it was there.</returns>
    public bool Add(int number)
    {
        int at = Find(number);
        if (at < _ranges.Count && _ranges[at].First <= number)
        {
            return false;
        }

        Count++;
        bool joinsBefore = at > 0 && _ranges[at - 1].Last == number - 1;
        bool joinsBehind = at < _ranges.Count && _ranges[at].First == number + 1;
        if (joinsBefore && joinsBehind)
        {
            _ranges[at - 1] = (_ranges[at - 1].First, _ranges[at].Last);
            _ranges.RemoveAt(at);
        }
        else if (joinsBefore)
        {
            _ranges[at - 1] = (_ranges[at - 1].First, number);
        }
        else if (joinsBehind)
        {
            _ranges[at] = (number, _ranges[at].Last);
        }
        else
        {
            _ranges.Insert(at, (number, number));
        }

        return true;
    }

    // The first range that ends at the number or behind it.
    private int Find(int number)
    {
        int low = 0;
        int high = _ranges.Count;
        while (low < high)
        {
            int middle = (low + high) / 2;
            if (_ranges[middle].Last < number)
            {
                low = middle + 1;
            }
            else
            {
                high = middle;
            }
        }

        return low;
    }
}

/// <summary>What the plant has of one sensor.</summary>
public sealed class SensorReadings
{
    /// <summary>The numbers that came.</summary>
    public NumberSet Numbers { get; } = new();

    /// <summary>Readings that came, each time counted.</summary>
    public long ArrivedCount { get; internal set; }

    /// <summary>Of those: with a number that had come before.</summary>
    public long DuplicateCount { get; internal set; }

    /// <summary>Of the others: with a number below one that had come before.</summary>
    public long OutOfOrderCount { get; internal set; }
}

/// <summary>What became of a reading that arrived at the plant.</summary>
public enum StoreVerdict
{
    /// <summary>It is new.</summary>
    New,

    /// <summary>It was there.</summary>
    Duplicate,

    /// <summary>It is new, and a later one was there.</summary>
    OutOfOrder,

    /// <summary>It has no number, so it cannot be told from others.</summary>
    Unnumbered,
}

/// <summary>The plant's store: it outlives every process.</summary>
public sealed class ReadingStore
{
    private readonly SortedDictionary<string, SensorReadings> _sensors =
        new(StringComparer.Ordinal);

    /// <summary>The sensors by base name.</summary>
    public IReadOnlyDictionary<string, SensorReadings> Sensors => _sensors;

    /// <summary>What is there of a sensor; made when there is nothing.</summary>
    public SensorReadings Of(string baseName)
    {
        if (!_sensors.TryGetValue(baseName, out SensorReadings? known))
        {
            known = new SensorReadings();
            _sensors.Add(baseName, known);
        }

        return known;
    }

    /// <summary>A reading arrived.</summary>
    public StoreVerdict Add(PlantReading reading)
    {
        ArgumentNullException.ThrowIfNull(reading);
        SensorReadings sensor = Of(reading.BaseName);
        sensor.ArrivedCount++;
        if (reading.Sequence == 0)
        {
            return StoreVerdict.Unnumbered;
        }

        int greatest = sensor.Numbers.Greatest;
        if (!sensor.Numbers.Add(reading.Sequence))
        {
            sensor.DuplicateCount++;
            return StoreVerdict.Duplicate;
        }

        if (reading.Sequence < greatest)
        {
            sensor.OutOfOrderCount++;
            return StoreVerdict.OutOfOrder;
        }

        return StoreVerdict.New;
    }
}
