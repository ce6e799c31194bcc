// The data that ships with the tool is what its generator makes, and the tool can read it.

using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using nanoPptp.Tool.Telemetry;
using Xunit;

namespace nanoPptp.Tool.Tests.Telemetry;

public sealed class PumpStationTests
{
    private const string WriteTo = "NANOPPTP_WRITE_DATA";

    [Fact]
    public void The_data_that_ships_is_what_the_generator_makes()
    {
        string made = PumpStation.Make();
        if (Environment.GetEnvironmentVariable(WriteTo) is { Length: > 0 } folder)
        {
            File.WriteAllText(Path.Combine(folder, PumpStation.FileName), made);
        }

        Assert.Equal(made, File.ReadAllText(Shipped()));
    }

    [Fact]
    public void The_tool_reads_a_day_of_a_pump_station_with_its_failure()
    {
        using StreamReader text = File.OpenText(Shipped());
        IReadOnlyList<CsvReading> readings = ReadingFile.Read(text, PumpStation.FileName);

        Assert.Equal(1000, readings.Count);
        Assert.Equal(
            ["flow l/s", "pressure bar", "bearing Cel", "motor A"],
            readings.Take(4).Select(one => $"{one.Name} {one.Unit}"));
        Assert.All(
            readings.GroupBy(one => one.Name), one => Assert.Equal(250, one.Count()));
        double[] bearing = [.. ValuesOf(readings, "bearing")];
        Assert.InRange(bearing.Max(), 60, 90);
        Assert.InRange(bearing.Min(), 20, 45);
        Assert.Equal(7, ValuesOf(readings, "flow").Count(flow => flow == 0));
        Assert.InRange(readings[^1].TimeMs - readings[0].TimeMs, 23 * 3600_000, 24 * 3600_000);
    }

    private static IEnumerable<double> ValuesOf(IReadOnlyList<CsvReading> readings, string name) =>
        readings.Where(one => one.Name == name)
            .Select(one => one.Mantissa * Math.Pow(10, one.Exponent));

    private static string Shipped() =>
        Path.Combine(AppContext.BaseDirectory, "Telemetry", "data", PumpStation.FileName);
}
