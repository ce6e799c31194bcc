// Readings for "--csv": a file of which every row can be known again at the plant.

using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using System.Text;
using System.Threading.Tasks;

namespace Interop.Tests;

/// <summary>
/// Rows "time,name,value,unit". The value of each is a hundredth of its number, which no other row
/// of a test has; the time of the first is the moment the file was made.
/// </summary>
internal sealed class ReadingFile
{
    private static readonly (string Name, string Unit)[] s_sensors =
        [("temperature", "Cel"), ("pressure", "bar"), ("flow", "l/s")];

    private ReadingFile(int first, int count, double startS, int intervalMs)
    {
        First = first;
        Count = count;
        StartS = startS;
        IntervalMs = intervalMs;
    }

    public string Path { get; private set; } = "";

    /// <summary>The number of the first row.</summary>
    public int First { get; }

    public int Count { get; }

    public int IntervalMs { get; }

    /// <summary>The time of the first row, seconds since 1970.</summary>
    public double StartS { get; }

    public IEnumerable<int> Numbers => Enumerable.Range(First, Count);

    /// <summary>Writes a file into the run's folder.</summary>
    public static async Task<ReadingFile> WriteAsync(
        Peers peers, int count, int intervalMs, int first = 1)
    {
        double nowS = (DateTime.UtcNow - DateTime.UnixEpoch).TotalSeconds;
        ReadingFile file = new(first, count, Math.Round(nowS, 3), intervalMs);
        StringBuilder text = new("time,name,value,unit\n");
        foreach (int number in file.Numbers)
        {
            (string name, string unit) = SensorOf(number);
            text.Append(CultureInfo.InvariantCulture, $"{file.TimeOf(number):F3},{name},");
            text.Append(CultureInfo.InvariantCulture, $"{ValueOf(number):F2},{unit}\n");
        }

        string label = string.Create(CultureInfo.InvariantCulture, $"readings-{first}.csv");
        file.Path = await peers.WriteFileAsync(label, text.ToString());
        return file;
    }

    /// <summary>The number of a reading's row; 0 for one of the sensor's health.</summary>
    public static int NumberOf(Reading reading, string baseName)
    {
        if (!reading.Name.StartsWith(baseName, StringComparison.Ordinal)
            || !s_sensors.Any(sensor => sensor.Name == reading.Name[baseName.Length..]))
        {
            return 0;
        }

        int number = (int)Math.Round((decimal)reading.Value! * 100);
        return (SensorOf(number).Name, SensorOf(number).Unit, ValueOf(number))
            == (reading.Name[baseName.Length..], reading.Unit, (decimal)reading.Value)
            ? number
            : throw new InvalidOperationException($"No row is like {reading}.");
    }

    /// <summary>When a row was measured, seconds since 1970.</summary>
    public double TimeOf(int number) => StartS + ((number - First) * IntervalMs / 1000.0);

    private static (string Name, string Unit) SensorOf(int number) =>
        s_sensors[number % s_sensors.Length];

    private static decimal ValueOf(int number) => number / 100m;
}
