// The shipped scenarios and the README beside them.

using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Runtime.CompilerServices;
using nanoPptp.Client;
using nanoPptp.Diagnostics;
using Simulator.Scenarios;
using Xunit;

namespace Simulator.Tests.Scenarios;

public class ShippedScenariosTests
{
    // What a tunnel gives to `nanopptp connect`, and the first cause of it.
    private static readonly Dictionary<string, (int ExitCode, Reason Reason)> s_results = new()
    {
        ["ok"] = (0, Reason.ClosedByUser),
        ["hub-unreachable"] = (10, Reason.HubUnreachable),
        ["control-refused"] = (11, Reason.StartRefused),
        ["not-pptp"] = (11, Reason.BadMagicCookie),
        ["pool-exhausted"] = (11, Reason.ControlClosed),
        ["start-timeout"] = (11, Reason.StartTimeout),
        ["wrong-length"] = (11, Reason.BadControlLength),
        ["wrong-version"] = (11, Reason.BadVersion),
        ["call-dropped"] = (12, Reason.CallDropped),
        ["call-refused"] = (12, Reason.CallRefused),
        ["call-timeout"] = (12, Reason.CallTimeout),
        ["gre-blocked"] = (13, Reason.GreBlocked),
        ["nat-without-helper"] = (13, Reason.GreBlocked),
        ["lcp-failed"] = (14, Reason.LcpTimeout),
        ["looped"] = (14, Reason.LcpLoopback),
        ["authentication-refused"] = (15, Reason.AuthenticationFailed),
        ["authentication-not-offered"] = (15, Reason.AuthenticationNotOffered),
        ["authentication-silent"] = (15, Reason.AuthenticationTimeout),
        ["authentication-weak"] = (15, Reason.AuthenticationWeak),
        ["downgraded-authentication"] = (15, Reason.AuthenticationWeak),
        ["forged-proof"] = (15, Reason.HubNotAuthentic),
        ["stripped-authentication"] = (15, Reason.AuthenticationNotOffered),
        ["ccp-rejected"] = (16, Reason.CcpRejected),
        ["ccp-silent"] = (16, Reason.CcpTimeout),
        ["encryption-demanded"] = (16, Reason.EncryptionDemanded),
        ["encryption-refused"] = (16, Reason.EncryptionRefused),
        ["stripped-encryption"] = (16, Reason.EncryptionRefused),
        ["ipcp-failed"] = (17, Reason.IpcpRefused),
        ["ipcp-silent"] = (17, Reason.IpcpTimeout),
        ["control-keepalive-lost"] = (18, Reason.ControlEchoTimeout),
        ["keepalive-lost"] = (18, Reason.LcpEchoTimeout),
        ["keys-disagree"] = (18, Reason.KeysDisagree),
        ["lost"] = (18, Reason.ControlClosed),
        ["mtu-black-hole"] = (18, Reason.DataTimeout),
    };

    private static readonly string s_folder = Path.GetFullPath(
        Path.Combine(FolderOfThisFile(), "../../../tools/Simulator/Scenarios"));

    private static readonly string[] s_readme =
        File.ReadAllLines(Path.Combine(s_folder, "README.md"));

    public static TheoryData<string> Names => [.. ShippedScenarios.Names];

    [Fact]
    public void Every_file_of_the_folder_is_shipped()
    {
        Assert.Equal(
            Directory.GetFiles(s_folder, "*.yaml")
                .Select(path => Path.GetFileNameWithoutExtension(path)!)
                .Order(StringComparer.Ordinal),
            ShippedScenarios.Names);
        Assert.Empty(s_results.Keys.Except(ShippedScenarios.Names));
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void A_shipped_scenario_is_called_like_its_file_and_expects_something(string name)
    {
        Scenario scenario = ShippedScenarios.Read(name);
        Assert.Equal(name, scenario.Name);
        Assert.EndsWith(".", scenario.About, StringComparison.Ordinal);
        Assert.NotEmpty(scenario.Expectations);
        Assert.All(
            scenario.Expectations,
            expectation => Assert.True(
                expectation.AtMs + expectation.WithinMs <= scenario.ForMs,
                "An expectation ends after the run."));
        string text = ScenarioWriter.Write(scenario);
        SameScenario.Assert(scenario, ScenarioReader.Read(text, name), text);
        SameScenario.Assert(scenario, ShippedScenarios.Open(name), text);
        SameScenario.Assert(
            scenario, ShippedScenarios.Open(Path.Combine(s_folder, name + ".yaml")), text);
    }

    [Fact]
    public void Every_result_of_connect_has_a_scenario_with_one_attempt_and_its_diagnosis()
    {
        foreach ((string name, (int _, Reason reason)) in s_results)
        {
            Scenario scenario = ShippedScenarios.Read(name);
            Assert.False(Assert.Single(scenario.Sensors).Redials);
            Assert.Contains(
                scenario.Expectations,
                expectation => expectation.Kind == ExpectationKind.Diagnosis
                    && expectation.Reason == reason);
        }

        foreach (string name in ShippedScenarios.Names.Except(s_results.Keys))
        {
            Assert.All(
                ShippedScenarios.Read(name).Sensors, sensor => Assert.True(sensor.Redials));
        }
    }

    [Fact]
    public void Every_reason_that_ends_a_tunnel_has_a_scenario_that_expects_it()
    {
        Reason[] ends =
        [
            .. Enum.GetValues<Reason>().Where(reason => Enum.GetValues<Stage>().Any(
                stage => FailureTable.ClassOf(reason, stage) != FailureClass.None)),
        ];
        Reason[] expected =
        [
            .. ShippedScenarios.Names.SelectMany(name => ShippedScenarios.Read(name).Expectations)
                .Where(one => one.Kind == ExpectationKind.Diagnosis)
                .Select(one => one.Reason),
        ];

        // A broken invariant is a defect: no scenario has one.
        Assert.Equal([Reason.Invariant], ends.Except(expected));
        Assert.All(expected, reason => Assert.Contains(reason, ends.Append(Reason.ClosedByUser)));
    }

    [Fact]
    public void An_unknown_name_is_refused_with_the_nearest_one()
    {
        ScenarioException e = Assert.Throws<ScenarioException>(
            () => ShippedScenarios.Open("hub-kiled"));
        Assert.Contains("did you mean 'hub-killed'?", e.Message, StringComparison.Ordinal);
        Assert.Throws<ScenarioException>(() => ShippedScenarios.Read("../ok"));
    }

    [Fact]
    public void The_readme_has_one_line_for_each_shipped_scenario_and_no_other()
    {
        Assert.Equal(
            ShippedScenarios.Names.Select(name =>
                $"| `{name}` | {CodeOf(name)} | {ShippedScenarios.Read(name).About} |")
                .Order(StringComparer.Ordinal),
            TableUnder("## Shipped scenarios").Order(StringComparer.Ordinal));
    }

    [Fact]
    public void The_readme_explains_every_key()
    {
        AssertKeys("### The file", ScenarioKeys.OfScenario);
        AssertKeys("### A hub", ScenarioKeys.OfHub);
        AssertKeys("### A group of sensors", ScenarioKeys.OfSensor);
        AssertKeys(
            "### An entry of the timeline",
            [.. ScenarioKeys.OfTimeline.Where(row => row.Name is not "fault" and not "expect")]);
    }

    [Fact]
    public void The_readme_explains_every_fault()
    {
        Assert.Equal(
            FaultTable.Rows.Select(row =>
                $"| `{row.Name}` | {row.Meaning} | {Needs(row)} | {Quoted(row.Optional)} |"),
            TableUnder("### Faults"));
    }

    private static void AssertKeys(string heading, IReadOnlyList<KeyRow> rows)
    {
        Assert.Equal(
            rows.Select(row =>
                $"| `{row.Name}` | {row.Range} | {row.Default} | {row.Meaning} |"
                    .Replace("  ", " ", StringComparison.Ordinal)),
            TableUnder(heading));
    }

    private static string Needs(FaultRow row)
    {
        return row.IsOfPackets ? "`share` or `packet`" : Quoted(row.Required);
    }

    private static string Quoted(IReadOnlyList<string> keys)
    {
        return keys.Count == 0 ? "-" : string.Join(", ", keys.Select(key => $"`{key}`"));
    }

    private static string CodeOf(string name)
    {
        return s_results.TryGetValue(name, out (int ExitCode, Reason Reason) result)
            ? result.ExitCode.ToString(System.Globalization.CultureInfo.InvariantCulture)
            : "-";
    }

    // The rows of the first table below a heading, without its head.
    private static IEnumerable<string> TableUnder(string heading)
    {
        Assert.Contains(heading, s_readme);
        return s_readme
            .SkipWhile(line => line != heading)
            .SkipWhile(line => !line.StartsWith('|'))
            .TakeWhile(line => line.StartsWith('|'))
            .Skip(2);
    }

    private static string FolderOfThisFile([CallerFilePath] string path = "")
    {
        return Path.GetDirectoryName(path)!;
    }
}
