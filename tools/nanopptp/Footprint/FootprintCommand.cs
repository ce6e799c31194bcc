// The verb "footprint": what the library takes of a board's heap.

using System.Collections.Generic;
using System.CommandLine;
using System.Globalization;
using System.Linq;
using System.Text;
using nanoPptp.Memory;
using nanoPptp.Tool.Streams;

namespace nanoPptp.Tool.Footprint;

/// <summary>Prints the heap that each part takes.</summary>
internal static class FootprintCommand
{
    /// <summary>Makes the verb.</summary>
    public static Command Create(Terminal terminal)
    {
        Option<bool> json = new("--json") { Description = "Print one JSON object instead of text." };
        Command command = new(
            "footprint",
            "Print the heap that each part of the library takes on a 32-bit board.")
        {
            json,
        };
        command.SetAction(parsed => (int)Run(parsed.GetValue(json), terminal));
        return command;
    }

    private static ExitCode Run(bool asJson, Terminal terminal)
    {
        IReadOnlyList<FootprintRow> rows = FootprintTable.Measure();
        if (asJson)
        {
            PrintJson(rows, terminal);
        }
        else
        {
            PrintText(rows, terminal);
        }

        return ExitCode.Ok;
    }

    private static void PrintText(IReadOnlyList<FootprintRow> rows, Terminal terminal)
    {
        Print(terminal, "heap on a 32-bit board, octets", null);
        foreach (FootprintRow row in rows)
        {
            Print(terminal, $"  {row.Title}", row.Octets);
        }

        Print(terminal, "tunnel", SumOf(rows, isTelemetry: false));
        Print(terminal, "telemetry by MQTT", TelemetryOf(rows, without: "coap"));
        Print(terminal, "telemetry by CoAP", TelemetryOf(rows, without: "mqtt"));
    }

    private static void PrintJson(IReadOnlyList<FootprintRow> rows, Terminal terminal)
    {
        using JsonLine line = new();
        line.Begin();
        line.Json.WriteNumber("arenaOctets", ArenaMap.Length);
        line.Json.WriteStartObject("heapOctets");
        foreach (FootprintRow row in rows)
        {
            line.Json.WriteNumber(row.Name, row.Octets);
        }

        line.Json.WriteEndObject();
        line.Json.WriteNumber("tunnelOctets", SumOf(rows, isTelemetry: false));
        line.Json.WriteNumber("telemetryByMqttOctets", TelemetryOf(rows, without: "coap"));
        line.Json.WriteNumber("telemetryByCoapOctets", TelemetryOf(rows, without: "mqtt"));
        terminal.Output.WriteLine(Encoding.UTF8.GetString(line.End()));
    }

    private static void Print(Terminal terminal, string title, int? octets) =>
        terminal.Output.WriteLine(octets is { } count
            ? string.Create(CultureInfo.InvariantCulture, $"{title,-52}{count,8:N0}")
            : title);

    private static int SumOf(IReadOnlyList<FootprintRow> rows, bool isTelemetry) =>
        rows.Where(row => row.IsTelemetry == isTelemetry).Sum(row => row.Octets);

    private static int TelemetryOf(IReadOnlyList<FootprintRow> rows, string without) =>
        rows.Where(row => row.IsTelemetry && row.Name != without).Sum(row => row.Octets);
}
