// What the tests ask of a run's JSON Lines.

using System.Collections.Generic;
using System.Linq;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace nanoPptp.Tool.Tests.Simulate;

/// <summary>Runs of "simulate".</summary>
internal static partial class SimulateRun
{
    /// <summary>Runs the verb in this process.</summary>
    public static ToolRun Of(params string[] arguments) => ToolRun.Of(["simulate", .. arguments]);

    /// <summary>The lines of one type.</summary>
    public static JsonElement[] Lines(this ToolRun run, string type) =>
        [.. run.Events().Where(line => line.GetProperty("type").GetString() == type)];

    /// <summary>The trace hashes of all runs.</summary>
    public static IReadOnlyList<string> Hashes(this ToolRun run) =>
        [.. run.Lines("run").Select(line => line.GetProperty("traceHash").GetString()!)];

    /// <summary>Everything but the real time that it took.</summary>
    public static string WithoutRealTime(string json) => RealTime().Replace(json, "");

    [GeneratedRegex("\"realMs\":\\d+")]
    private static partial Regex RealTime();
}
