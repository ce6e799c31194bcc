// What became of the readings of a test: all of them at the plant, in order, and what that took.

using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using Xunit;

namespace Interop.Tests;

/// <summary>The packs that reached the plant, opened, each reading counted once.</summary>
internal sealed class Delivery
{
    private readonly List<(int Number, double DelayMs)> _rows = [];
    private readonly Dictionary<int, Reading> _bySequence = [];
    private readonly Dictionary<int, int> _rowsBySequence = [];
    private readonly List<int> _sequences = [];
    private readonly int _octets;
    private readonly int _packs;

    public Delivery(string baseName, IEnumerable<Arrival> arrivals)
    {
        foreach (Arrival arrival in arrivals)
        {
            _packs++;
            _octets += arrival.Octets.Length;
            foreach (Reading reading in Reading.ReadPack(arrival.Octets))
            {
                Add(reading, arrival.AtS, baseName);
            }
        }
    }

    /// <summary>The readings that came, each once, by sequence number.</summary>
    public IReadOnlyDictionary<int, Reading> BySequence => _bySequence;

    /// <summary>The rows among them.</summary>
    public IReadOnlyDictionary<int, int> RowsBySequence => _rowsBySequence;

    /// <summary>The rows that came, each once, in the order of their first arrival.</summary>
    public IEnumerable<int> Rows => _rows.Select(row => row.Number);

    public int RowCount => _rows.Count;

    /// <summary>Readings that came again.</summary>
    public int Duplicates { get; private set; }

    /// <summary>How long a row took from its time in the file, milliseconds.</summary>
    public double MedianMs => Delays.ElementAtOrDefault(RowCount / 2);

    public double WorstMs => Delays.LastOrDefault();

    private IEnumerable<double> Delays => _rows.Select(row => row.DelayMs).Order();

    /// <summary>
    /// Every row came, in order, and every number between the first and the last one is there.
    /// </summary>
    public void AssertWhole(ReadingFile file)
    {
        Assert.Equal(file.Numbers, Rows);
        Assert.Equal(Enumerable.Range(_sequences[0], _sequences.Count), _sequences);
    }

    /// <summary>The figures in one line.</summary>
    public string Describe(int count, long ipOctets, long hubRetransmissions) =>
        string.Create(
            CultureInfo.InvariantCulture,
            $"delivered {RowCount} of {count} in {_packs} packs, duplicates {Duplicates};"
                + $" delay median {MedianMs:F0} ms, worst {WorstMs:F0} ms;"
                + $" the hub's TCP retransmitted {hubRetransmissions} segments;"
                + $" octets for a reading: {(double)ipOctets / RowCount:F1} on the wire,"
                + $" {(double)_octets / RowCount:F1} in packs");

    private void Add(Reading reading, double atS, string baseName)
    {
        Assert.StartsWith(baseName, reading.Name, StringComparison.Ordinal);
        Assert.True(reading.Sequence > 0, $"{reading} has no sequence number");
        if (_bySequence.TryGetValue(reading.Sequence, out Reading? before))
        {
            // No number is ever used for two readings.
            Assert.Equal(before, reading);
            Duplicates++;
            return;
        }

        _bySequence.Add(reading.Sequence, reading);
        _sequences.Add(reading.Sequence);
        int number = ReadingFile.NumberOf(reading, baseName);
        if (number > 0)
        {
            _rowsBySequence.Add(reading.Sequence, number);
            _rows.Add((number, (atS - (double)reading.TimeS) * 1000));
        }
    }
}
