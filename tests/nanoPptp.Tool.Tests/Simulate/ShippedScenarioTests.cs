// Every scenario that comes with the tool passes through the command, and together they show every
// end that "connect" can come to.

using System;
using System.Collections.Generic;
using System.Linq;
using System.Text.Json;
using nanoPptp.Diagnostics;
using Simulator.Scenarios;
using Xunit;

namespace nanoPptp.Tool.Tests.Simulate;

public sealed class ShippedScenarioTests
{
    // They take most of a minute, and the simulator's own tests run them.
    private static readonly string[] s_long = ["storm", "telemetry-day"];

    public static TheoryData<string> Names { get; } =
        [.. ShippedScenarios.Names.Except(s_long)];

    [Theory]
    [MemberData(nameof(Names))]
    public void Every_one_passes(string name)
    {
        ToolRun run = SimulateRun.Of("--scenario", name);

        Assert.EndsWith(" s.\n", run.Output, StringComparison.Ordinal);
        Assert.Contains("\nPASSED: ", run.Output, StringComparison.Ordinal);
        Assert.Equal(ExitCode.Ok, run.ExitCode);
        Assert.Empty(run.Errors);
    }

    [Fact]
    public void Their_diagnoses_cover_the_exit_codes_of_connect_and_no_other()
    {
        SortedSet<int> seen = [];
        foreach (string name in ShippedScenarios.Names.Except(s_long))
        {
            foreach (JsonElement sensor in SimulateRun.Of("--scenario", name, "--json")
                .Lines("sensor"))
            {
                // "AuthenticationFailed E=691"; empty when the tunnel never ended.
                string diagnosis = sensor.GetProperty("diagnosis").GetString()!;
                if (diagnosis.Length > 0)
                {
                    Reason reason = Enum.Parse<Reason>(diagnosis.Split(' ')[0]);
                    bool wasUp = sensor.GetProperty("upCount").GetInt32() > 0;
                    seen.Add((int)ExitCodes.Of(reason, wasUp));
                }
            }
        }

        Assert.Equal([0, .. Enumerable.Range(10, 9)], seen);
    }

    [Fact]
    public void The_list_names_every_one_and_what_it_shows()
    {
        ToolRun text = SimulateRun.Of("--list");
        ToolRun json = SimulateRun.Of("--list", "--json");

        Assert.Equal(ExitCode.Ok, text.ExitCode);
        Assert.Equal(ExitCode.Ok, json.ExitCode);
        Assert.Equal(
            ShippedScenarios.Names,
            text.Output.TrimEnd('\n').Split('\n').Select(line => line.Split(' ')[0]));
        Assert.Equal(
            ShippedScenarios.Names,
            json.Lines("scenario").Select(line => line.GetProperty("name").GetString()!));
        Assert.All(
            json.Lines("scenario"),
            line => Assert.NotEmpty(line.GetProperty("about").GetString()!));
    }

    [Fact]
    public void A_name_that_is_nearly_right_is_guessed()
    {
        ToolRun run = SimulateRun.Of("--scenario", "bad-wether");

        Assert.Equal(ExitCode.FileUnreadable, run.ExitCode);
        Assert.Contains("did you mean 'bad-weather'?", run.Errors, StringComparison.Ordinal);
        Assert.Contains("--list", run.Errors, StringComparison.Ordinal);
    }
}
