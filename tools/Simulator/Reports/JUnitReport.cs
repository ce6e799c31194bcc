// Runs for a build server: JUnit's XML as Jenkins and GitLab read it. A run is a suite; every check
// and every expectation is a test case, and so is that the run came to its end. What failed says
// with which seed and which command it can be had again.

using System;
using System.Collections.Generic;
using System.Globalization;
using System.IO;
using System.Linq;
using System.Text;
using System.Xml;

namespace Simulator.Reports;

/// <summary>Writes runs as JUnit XML.</summary>
public static class JUnitReport
{
    private const string EndCase = "the run comes to its end";

    private enum Outcome
    {
        Passed,
        Failed,
        Skipped,
    }

    /// <summary>Writes the file.</summary>
    /// <param name="stream">Where to; left open.</param>
    /// <param name="runs">The runs.</param>
    public static void Write(Stream stream, IReadOnlyList<RunRecord> runs)
    {
        ArgumentNullException.ThrowIfNull(stream);
        ArgumentNullException.ThrowIfNull(runs);
        var settings = new XmlWriterSettings
        {
            Encoding = new UTF8Encoding(encoderShouldEmitUTF8Identifier: false),
            Indent = true,
            NewLineChars = "\n",
            CloseOutput = false,
        };
        Case[][] cases = [.. runs.Select(Cases)];
        using var xml = XmlWriter.Create(stream, settings);
        xml.WriteStartElement("testsuites");
        WriteCounts(xml, [.. cases.SelectMany(suite => suite)], runs.Sum(run => run.RealMs));
        for (int i = 0; i < runs.Count; i++)
        {
            WriteSuite(xml, runs[i], cases[i], ClassName(runs, i));
        }

        xml.WriteEndElement();
    }

    // Readers tell test cases apart by class and name. Of one run of a scenario the seed is no part
    // of them, so that a new seed is not a new test; of several it must be.
    private static string ClassName(IReadOnlyList<RunRecord> runs, int index)
    {
        RunRecord run = runs[index];
        string name = "simulation." + ReportText.Clean(run.Name);
        return runs.Count(other => other.Name == run.Name) == 1
            ? name
            : FormattableString.Invariant($"{name}.seed-{run.Seed}");
    }

    private static void WriteSuite(XmlWriter xml, RunRecord run, Case[] cases, string className)
    {
        xml.WriteStartElement("testsuite");
        xml.WriteAttributeString(
            "name",
            FormattableString.Invariant($"{ReportText.Clean(run.Name)}, seed {run.Seed}"));
        WriteCounts(xml, cases, run.RealMs);
        xml.WriteStartElement("properties");
        WriteProperty(xml, "seed", run.Seed.ToString(CultureInfo.InvariantCulture));
        WriteProperty(xml, "command", run.Command);
        WriteProperty(xml, "traceHash", run.TraceHash);
        WriteProperty(xml, "virtualMs", (run.NowUs / 1000).ToString(CultureInfo.InvariantCulture));
        xml.WriteEndElement();
        foreach (Case item in cases)
        {
            xml.WriteStartElement("testcase");
            xml.WriteAttributeString("classname", className);
            xml.WriteAttributeString("name", item.Name);
            xml.WriteAttributeString("time", item.Name == EndCase ? Seconds(run.RealMs) : "0");
            if (item.Outcome == Outcome.Failed)
            {
                xml.WriteStartElement("failure");
                xml.WriteAttributeString("message", ReportText.Cut(item.Lines[0], 300));
                xml.WriteAttributeString("type", item.Type);
                xml.WriteString(string.Join('\n', item.Lines.Append(Repeat(run))) + "\n");
                xml.WriteEndElement();
            }
            else if (item.Outcome == Outcome.Skipped)
            {
                xml.WriteStartElement("skipped");
                xml.WriteAttributeString("message", item.Lines[0]);
                xml.WriteEndElement();
            }

            xml.WriteEndElement();
        }

        xml.WriteEndElement();
    }

    private static void WriteCounts(XmlWriter xml, Case[] cases, long realMs)
    {
        xml.WriteAttributeString("tests", Number(cases.Length));
        xml.WriteAttributeString(
            "failures", Number(cases.Count(item => item.Outcome == Outcome.Failed)));
        xml.WriteAttributeString("errors", "0");
        xml.WriteAttributeString(
            "skipped", Number(cases.Count(item => item.Outcome == Outcome.Skipped)));
        xml.WriteAttributeString("time", Seconds(realMs));
    }

    private static void WriteProperty(XmlWriter xml, string name, string value)
    {
        xml.WriteStartElement("property");
        xml.WriteAttributeString("name", name);
        xml.WriteAttributeString("value", ReportText.Clean(value));
        xml.WriteEndElement();
    }

    private static Case[] Cases(RunRecord run)
    {
        var cases = new List<Case>();
        foreach (string check in run.Checks
            .Concat(run.Failures.Select(failure => failure.Check))
            .Distinct(StringComparer.Ordinal))
        {
            string[] lines =
            [
                .. run.Failures.Where(failure => failure.Check == check)
                    .Select(failure => Line(failure, run)),
            ];
            cases.Add(new Case(
                "check " + ReportText.Clean(check),
                lines.Length > 0 ? Outcome.Failed : Outcome.Passed,
                ReportText.Clean(check),
                lines));
        }

        foreach (ExpectationRecord expectation in run.Expectations)
        {
            string text = ReportText.Clean(expectation.Text);
            cases.Add(ExpectationCase(text, expectation, run));
        }

        cases.Add(EndOf(run));
        return Distinct(cases);
    }

    private static Case ExpectationCase(string text, ExpectationRecord expectation, RunRecord run)
    {
        if (expectation.MetAtUs is not null)
        {
            return new Case(text, Outcome.Passed, "", []);
        }

        bool isOver = expectation.IsOver || run.Verdict != Verdict.Running;
        return isOver
            ? new Case(text, Outcome.Failed, "expectation", ["not met: " + text])
            : new Case(text, Outcome.Skipped, "", ["the run was not over"]);
    }

    // A run that failed must not look good because nobody said why.
    private static Case EndOf(RunRecord run)
    {
        bool isUnexplained = run.Verdict == Verdict.Failed
            && run.Failures.Count == 0
            && run.Expectations.All(expectation => expectation.MetAtUs is not null);
        return (run.Verdict, isUnexplained) switch
        {
            (Verdict.Running, _) => new Case(
                EndCase,
                Outcome.Failed,
                "unfinished",
                [
                    $"the run was left at {ReportText.Clock(run.NowUs, run.PlannedUs)} of "
                        + $"{ReportText.Clock(run.PlannedUs, run.PlannedUs)}",
                ]),
            (_, true) => new Case(EndCase, Outcome.Failed, "failed", ["the run failed"]),
            _ => new Case(EndCase, Outcome.Passed, "", []),
        };
    }

    private static Case[] Distinct(List<Case> cases)
    {
        var names = new HashSet<string>(StringComparer.Ordinal);
        var distinct = new Case[cases.Count];
        for (int i = 0; i < distinct.Length; i++)
        {
            string name = cases[i].Name;
            for (int n = 2; !names.Add(name); n++)
            {
                name = FormattableString.Invariant($"{cases[i].Name} ({n})");
            }

            distinct[i] = cases[i] with { Name = name };
        }

        return distinct;
    }

    private static string Line(RunFailure failure, RunRecord run)
    {
        string whose = failure.Sensor.Length > 0 ? ReportText.Clean(failure.Sensor) + ": " : "";
        string when = ReportText.Clock(failure.AtUs, run.NowUs);
        return $"{when} {whose}{ReportText.Clean(failure.Text)}";
    }

    private static string Repeat(RunRecord run) => FormattableString.Invariant(
        $"seed {run.Seed}{(run.Command.Length > 0 ? ": " + ReportText.Clean(run.Command) : "")}");

    private static string Seconds(long ms) =>
        (ms / 1000m).ToString("0.###", CultureInfo.InvariantCulture);

    private static string Number(int value) => value.ToString(CultureInfo.InvariantCulture);

    private sealed record Case(string Name, Outcome Outcome, string Type, string[] Lines);
}
