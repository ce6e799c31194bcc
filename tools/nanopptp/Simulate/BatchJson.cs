// What JSON Lines say of many runs, besides the lines of the runs themselves. The fields are listed
// in tools/Simulator/README.md.

using System;
using System.Globalization;
using System.IO;
using System.Text;
using System.Text.Json;
using Simulator.Reports;
using Simulator.Scenarios;
using Simulator.World;

namespace nanoPptp.Tool.Simulate;

/// <summary>Writes single lines of JSON.</summary>
internal static class BatchJson
{
    /// <summary>A scenario that comes with the tool.</summary>
    public static void WriteScenario(TextWriter output, string name, string about) =>
        Write(output, "scenario", json =>
        {
            json.WriteString("name", name);
            json.WriteString("about", about);
        });

    /// <summary>What a failing run was shrunk to.</summary>
    /// <param name="output">Where to.</param>
    /// <param name="shrunk">The scenario and its run.</param>
    /// <param name="path">Its file; null for none.</param>
    public static void WriteShrunk(TextWriter output, Shrunk shrunk, string? path) =>
        Write(output, "shrunk", json =>
        {
            json.WriteString("name", shrunk.Scenario.Name);
            json.WriteString("seed", Text(shrunk.Record.Seed));
            json.WriteString("check", shrunk.Record.Failures[0].Check);
            json.WriteNumber("runCount", shrunk.RunCount);
            json.WriteString("file", path);
            json.WriteString("scenario", ScenarioWriter.Write(shrunk.Scenario));
        });

    /// <summary>The end of many runs.</summary>
    /// <param name="output">Where to.</param>
    /// <param name="batch">The runs.</param>
    /// <param name="verdict">How they ended; written as in the lines of runs.</param>
    /// <param name="lastSeed">The last seed; null when there is none.</param>
    public static void WriteEnd(
        TextWriter output, Batch batch, Verdict verdict, ulong? lastSeed) =>
        Write(output, "batch", json =>
        {
            json.WriteString("verdict", verdict.ToString().ToLowerInvariant());
            json.WriteNumber("passedCount", batch.Count - batch.FailedCount);
            json.WriteNumber("failedCount", batch.FailedCount);
            json.WriteString("lastSeed", lastSeed is ulong seed ? Text(seed) : null);
            json.WriteNumber("virtualUs", batch.VirtualUs);
            json.WriteNumber("realMs", (long)batch.Elapsed.TotalMilliseconds);
        });

    private static string Text(ulong seed) => seed.ToString(CultureInfo.InvariantCulture);

    private static void Write(TextWriter output, string type, Action<Utf8JsonWriter> write)
    {
        using MemoryStream stream = new();
        using (Utf8JsonWriter json = new(stream))
        {
            json.WriteStartObject();
            json.WriteString("type", type);
            write(json);
            json.WriteEndObject();
        }

        output.Write($"{Encoding.UTF8.GetString(stream.GetBuffer(), 0, (int)stream.Length)}\n");
    }
}
