// JUnit XML as build servers read it: well formed, counted right, no two test cases alike, and
// every failure with what repeats it.

using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Xml.Linq;
using Simulator.Reports;
using Xunit;

namespace Simulator.Tests.Reports;

public sealed class JUnitReportTests
{
    [Fact]
    public void Checks_and_expectations_are_test_cases()
    {
        RunRecord run = PlausibleRun.Make();
        XElement suite = Suites(run).Elements("testsuite").Single();
        string[] names = [.. suite.Elements("testcase").Select(c => (string)c.Attribute("name")!)];
        Assert.Equal(
            [
                .. run.Checks.Select(check => "check " + check),
                .. run.Expectations.Select(expectation => expectation.Text),
                "the run comes to its end",
            ],
            names);
        Assert.Equal(
            [
                "check no-duplicates", "check hub-limits",
                "From 4:00 on, all sensors are up within 1:00.",
            ],
            Failed(suite));
    }

    [Fact]
    public void A_failure_says_what_when_whose_and_how_to_repeat_it()
    {
        RunRecord run = PlausibleRun.Make();
        XElement failure = Suites(run).Descendants("failure").First();
        Assert.Equal("no-duplicates", (string?)failure.Attribute("type"));
        Assert.Equal(
            $"4:11.204 pump-17: {run.Failures[0].Text}", (string?)failure.Attribute("message"));
        Assert.Contains(
            $"seed 14695981039346656037: {run.Command}", failure.Value, StringComparison.Ordinal);
    }

    [Fact]
    public void The_counts_are_those_of_the_elements()
    {
        XElement all = Suites(
            PlausibleRun.Make(),
            PlausibleRun.Make(seed: 2, verdict: Verdict.Passed) with { Seed = 2 },
            PlausibleRun.Make(verdict: Verdict.Running) with { Seed = 3 });
        foreach (XElement suite in all.Elements("testsuite").Append(all))
        {
            XElement[] cases = [.. suite.Descendants("testcase")];
            Assert.Equal(cases.Length, CountOf(suite, "tests"));
            Assert.Equal(
                cases.Count(c => c.Element("failure") is not null), CountOf(suite, "failures"));
            Assert.Equal(
                cases.Count(c => c.Element("skipped") is not null), CountOf(suite, "skipped"));
            Assert.Equal(0, CountOf(suite, "errors"));
        }

        Assert.Equal(7.035m, (decimal)all.Attribute("time")!);
        XElement[] suites = [.. all.Elements("testsuite")];
        Assert.Equal([3, 0, 1], suites.Select(suite => CountOf(suite, "failures")));
        Assert.Equal([0, 0, 1], suites.Select(suite => CountOf(suite, "skipped")));

        static int CountOf(XElement suite, string name) => (int)suite.Attribute(name)!;
    }

    [Fact]
    public void No_two_test_cases_are_alike_to_a_build_server()
    {
        RunRecord run = PlausibleRun.Make();
        run = run with
        {
            Expectations = [.. Enumerable.Repeat(run.Expectations[0], 3), run.Expectations[1],
                run.Expectations[0] with { Text = run.Expectations[0].Text + " (2)" }],
        };
        (string?, string?)[] names =
        [
            .. Suites(run, run with { Seed = 1 }).Descendants("testcase")
                .Select(c => ((string?)c.Attribute("classname"), (string?)c.Attribute("name"))),
        ];
        Assert.Equal(names.Length, names.Distinct().Count());
    }

    [Fact]
    public void Of_one_run_the_seed_is_no_part_of_the_test_s_name()
    {
        Assert.Equal("simulation.night-storm", ClassName(PlausibleRun.Make()));
        Assert.Equal(
            "simulation.night-storm.seed-5",
            ClassName(PlausibleRun.Make() with { Seed = 5 }, PlausibleRun.Make()));

        static string? ClassName(params RunRecord[] runs) =>
            (string?)Suites(runs).Descendants("testcase").First().Attribute("classname");
    }

    [Fact]
    public void A_run_that_failed_without_a_word_is_a_failure()
    {
        RunRecord run = PlausibleRun.Make() with { Failures = [], Expectations = [] };
        Assert.Equal(
            ["the run comes to its end"], Failed(Suites(run).Element("testsuite")!));
        Assert.Empty(Failed(Suites(run with { Verdict = Verdict.Passed }).Element("testsuite")!));
        Assert.Equal(
            ["the run comes to its end"],
            Failed(Suites(run with { Verdict = Verdict.Running }).Element("testsuite")!));
    }

    [Fact]
    public void Characters_that_XML_cannot_hold_are_replaced()
    {
        const string Nasty = "a\0b\u001b\ufffe\ud800]]>&<\"'é😀";
        const string Clean = "a\ufffdb\ufffd\ufffd\ufffd]]>&<\"'é😀";
        RunRecord run = PlausibleRun.Make() with
        {
            Name = Nasty,
            Command = Nasty,
            Failures = [new RunFailure(Nasty, 1, Nasty, Nasty)],
            Expectations = [new ExpectationRecord(Nasty, null, true)],
        };
        XElement suite = Suites(run).Element("testsuite")!;
        Assert.Equal(["check " + Clean, Clean], Failed(suite));
        Assert.Contains(
            suite.Descendants("property"), p => (string?)p.Attribute("value") == Clean);
        Assert.Contains(
            Clean, suite.Descendants("failure").First().Value, StringComparison.Ordinal);
    }

    private static IEnumerable<string> Failed(XElement suite) =>
        suite.Elements("testcase").Where(c => c.Element("failure") is not null)
            .Select(c => (string)c.Attribute("name")!);

    private static XElement Suites(params RunRecord[] runs)
    {
        using var stream = new MemoryStream();
        JUnitReport.Write(stream, runs);
        Assert.True(stream.CanRead);
        Assert.Equal((byte)'<', stream.ToArray()[0]);
        stream.Position = 0;
        XElement suites = XElement.Load(stream);
        Assert.Equal("testsuites", suites.Name.LocalName);
        return suites;
    }
}
