// What "footprint" prints: sizes as they were measured on the board's interpreter, and the figures
// of the README.

using System;
using System.Globalization;
using System.IO;
using System.Linq;
using System.Text.Json;
using nanoPptp.Tool.Footprint;
using Xunit;

namespace nanoPptp.Tool.Tests.Footprint;

public sealed class FootprintTests
{
    [Fact]
    public void Objects_have_the_sizes_that_were_measured_on_a_32_bit_nanoCLR()
    {
        Assert.Equal(24, Weigh(Array.Empty<int>()));
        Assert.Equal(24, Weigh(new byte[1]));
        Assert.Equal(276, Weigh(new byte[256]));
        Assert.Equal(1044, Weigh(new int[256]));
        Assert.Equal(144, Weigh(new object[10]));
        Assert.Equal(24, Weigh("0123456789"));
        Assert.Equal(48, Weigh(new Three()));
    }

    [Fact]
    public void What_is_reached_is_counted_once()
    {
        byte[] shared = new byte[256];
        BoardHeap heap = new();
        Assert.Equal(36 + 276, heap.OctetsOf(new Two { One = shared, Other = shared }));
        Assert.Equal(36, heap.OctetsOf(new Two { One = shared }));
        Assert.Equal(0, heap.OctetsOf(shared));
    }

    [Fact]
    public void What_is_ignored_is_not_counted()
    {
        byte[] theirs = new byte[256];
        BoardHeap heap = new();
        heap.Ignore(theirs);
        Assert.Equal(36, heap.OctetsOf(new Two { One = theirs }));
    }

    [Fact]
    public void The_readme_has_the_figures_that_it_prints()
    {
        string[] lines = File.ReadAllLines(Path.Combine(AppContext.BaseDirectory, "README.md"));
        ToolRun run = ToolRun.Of("footprint", "--json");
        Assert.Equal(ExitCode.Ok, run.ExitCode);
        using JsonDocument json = JsonDocument.Parse(run.Output);
        JsonElement all = json.RootElement;

        Assert.Equal(FigureOf(lines, "the tunnel, its"), Number(all, "tunnelOctets"));
        Assert.Equal(
            FigureOf(lines, "telemetry by MQTT, with"), Number(all, "telemetryByMqttOctets"));
        Assert.Equal(
            FigureOf(lines, "telemetry by CoAP instead"), Number(all, "telemetryByCoapOctets"));
    }

    [Fact]
    public void The_sums_are_those_of_the_parts()
    {
        using JsonDocument json = JsonDocument.Parse(ToolRun.Of("footprint", "--json").Output);
        JsonElement all = json.RootElement;
        int parts = all.GetProperty("heapOctets").EnumerateObject()
            .Sum(part => part.Value.GetInt32());
        int coap = all.GetProperty("heapOctets").GetProperty("coap").GetInt32();
        Assert.Equal(
            parts, Number(all, "tunnelOctets") + Number(all, "telemetryByMqttOctets") + coap);

        string text = ToolRun.Of("footprint").Output;
        Assert.Contains(
            Number(all, "tunnelOctets").ToString("N0", CultureInfo.InvariantCulture),
            text,
            StringComparison.Ordinal);
    }

    private static int Weigh(object one) => new BoardHeap().OctetsOf(one);

    private static int Number(JsonElement json, string name) => json.GetProperty(name).GetInt32();

    private static int FigureOf(string[] lines, string row)
    {
        string line = lines.Single(
            next => next.StartsWith($"| {row}", StringComparison.Ordinal));
        string figure = line.Split('|')[2].Trim();
        return int.Parse(figure, NumberStyles.AllowThousands, CultureInfo.InvariantCulture);
    }

#pragma warning disable CS0649 // The fields are there to be counted.
    private sealed class Three
    {
        public int A;
        public int B;
        public int C;
    }

    private sealed class Two
    {
        public byte[]? One;
        public byte[]? Other;
    }
#pragma warning restore CS0649
}
