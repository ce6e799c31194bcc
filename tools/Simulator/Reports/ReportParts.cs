// The parts of a page about a run. The report on disk puts them in one file; the live page sends
// them again when they change.

using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;

namespace Simulator.Reports;

/// <summary>Writes the parts.</summary>
internal static class ReportParts
{
    private const int NameLength = 80;
    private const int TextLength = 300;

    private static readonly (string Kind, string Name, string Text)[] s_ladderKey =
    [
        ("pptp", "TCP, PPTP", "control connection"),
        ("lcp", "LCP", "link"),
        ("auth", "auth", "passwords proved"),
        ("ccp", "CCP", "encryption agreed"),
        ("ipcp", "IPCP", "addresses agreed"),
        ("data", "data, ack", "encrypted packets, acknowledgments"),
    ];

    /// <summary>Name and verdict of the run.</summary>
    /// <param name="run">The run.</param>
    public static Html Heading(RunRecord run)
    {
        string word = ReportText.Word(run.Verdict);
        string sign = run.Verdict switch
        {
            Verdict.Passed => "✓",
            Verdict.Failed => "✗",
            _ => "…",
        };
        var html = new Html();
        html.Write($"<h1>{ReportText.Cut(run.Name, NameLength)} <span class=\"badge {word}\">");
        html.Write($"{sign} {word}</span></h1>\n");
        if (run.About.Length > 0)
        {
            html.Write($"<p>{ReportText.Cut(run.About, TextLength)}</p>\n");
        }

        return html;
    }

    /// <summary>What has to be known to have the same run again.</summary>
    /// <param name="run">The run.</param>
    public static Html Facts(RunRecord run)
    {
        var html = new Html();
        html.Write($"<dl class=facts>\n");
        string seed = run.Seed.ToString(CultureInfo.InvariantCulture);
        html.Write($"<dt>Seed</dt><dd class=mono>{seed}</dd>\n");
        html.Write($"<dt>Virtual time</dt><dd>{ReportText.Clock(run.NowUs, run.NowUs)}");
        html.Write($"{VirtualTimeText(run)}</dd>\n");
        string speed = ReportText.Speed(run);
        html.Write($"<dt>Real time</dt><dd>{ReportText.Span(run.RealMs * 1000)}");
        html.Write($"{(speed.Length > 0 ? $", {speed} times as fast" : "")}</dd>\n");
        html.Write($"<dt>Trace</dt><dd>{ReportText.Counted(run.TraceEventCount, "event")}");
        if (run.TraceHash.Length > 0)
        {
            html.Write($", SHA-256 <code>{ReportText.Cut(run.TraceHash, NameLength)}</code>");
        }

        html.Write($"</dd>\n");
        if (run.Command.Length > 0)
        {
            html.Write($"<dt>Repeat it</dt><dd><code>{ReportText.Cut(run.Command, TextLength)}");
            html.Write($"</code></dd>\n");
        }

        return html.Write($"</dl>\n");
    }

    /// <summary>The figures.</summary>
    /// <param name="figures">The figures.</param>
    public static Html Figures(IReadOnlyList<Figure> figures)
    {
        var html = new Html();
        html.Write($"<dl class=figures>\n");
        foreach (Figure figure in figures.Take(48))
        {
            html.Write($"<div><dt>{ReportText.Cut(figure.Name, NameLength)}</dt>");
            html.Write($"<dd>{ReportText.Cut(figure.Value, NameLength)}");
            if (figure.Unit.Length > 0)
            {
                html.Write($" <small>{ReportText.Cut(figure.Unit, NameLength)}</small>");
            }

            html.Write($"</dd></div>\n");
        }

        return html.Write($"</dl>\n");
    }

    /// <summary>What went wrong; nothing when nothing did.</summary>
    /// <param name="run">The run.</param>
    public static Html Failures(RunRecord run)
    {
        var html = new Html();
        if (run.Failures.Count == 0)
        {
            return html;
        }

        html.Write($"<section><h2>{ReportText.Counted(run.Failures.Count, "failure")}</h2>\n");
        Table(
            html,
            "What the checks found, in the order of time.",
            new Html().Write($"<th scope=col>Check<th scope=col class=n>Time<th scope=col>Sensor"
                + $"<th scope=col class=wrap>What was seen"),
            run.Failures,
            12_000,
            failure => new Html().Write(
                $"<th scope=row class=failed>✗ {ReportText.Cut(failure.Check, NameLength)}"
                    + $"<td class=n>{ReportText.Clock(failure.AtUs, run.NowUs)}<td>"
                    + $"{ReportText.Cut(failure.Sensor, NameLength)}<td class=wrap>"
                    + $"{ReportText.Cut(failure.Text, TextLength)}"));
        return html.Write($"</section>\n");
    }

    /// <summary>What was expected.</summary>
    /// <param name="run">The run.</param>
    public static Html Expectations(RunRecord run)
    {
        var html = new Html();
        if (run.Expectations.Count == 0)
        {
            return html;
        }

        html.Write($"<section><h2>Expectations</h2>\n");
        Table(
            html,
            $"{run.Expectations.Count(e => e.MetAtUs is not null)} of "
                + $"{ReportText.Counted(run.Expectations.Count, "expectation")} met.",
            new Html().Write(
                $"<th scope=col>Result<th scope=col class=n>Met at"
                    + $"<th scope=col class=wrap>Expectation"),
            run.Expectations,
            9_000,
            expectation => Expectation(expectation, run));
        return html.Write($"</section>\n");
    }

    /// <summary>What was made to go wrong.</summary>
    /// <param name="run">The run.</param>
    public static Html Faults(RunRecord run)
    {
        var html = new Html();
        if (run.Faults.Count == 0)
        {
            return html;
        }

        int number = 0;
        html.Write($"<section><h2>Faults</h2>\n");
        Table(
            html,
            "What was made to go wrong. The numbers are those above the charts.",
            new Html().Write(
                $"<th scope=col class=n>No.<th scope=col>Kind<th scope=col class=n>From"
                    + $"<th scope=col class=n>Until<th scope=col class=wrap>Fault"),
            run.Faults,
            12_000,
            fault => Fault(fault, ++number, run.NowUs));
        return html.Write($"</section>\n");
    }

    /// <summary>The hubs.</summary>
    /// <param name="run">The run.</param>
    public static Html Hubs(RunRecord run)
    {
        var html = new Html();
        if (run.Hubs.Count == 0)
        {
            return html;
        }

        html.Write($"<section><h2>Hubs</h2>\n");
        Table(
            html,
            "In the order in which the sensors prefer them.",
            new Html().Write(
                $"<th scope=col>Hub<th scope=col class=n>Sessions up<th scope=col class=n>Dials"
                    + $"<th scope=col class=n>Peak dials a second"
                    + $"<th scope=col class=n>Limit a second"),
            run.Hubs,
            8_000,
            Hub);
        return html.Write($"</section>\n");
    }

    /// <summary>The charts, for wide and for narrow screens.</summary>
    /// <param name="run">The run.</param>
    public static Html Timeline(RunRecord run)
    {
        var html = new Html();
        html.Write($"<section class=timeline><h2>Over time</h2>\n");
        html.Write(TimelineChart.Draw(run, isWide: true, out int hidden));
        html.Write(TimelineChart.Draw(run, isWide: false, out _));
        html.Write($"<p class=note>The axis is virtual time; delays stand on a logarithmic scale.");
        if (TimelineColumns.Coarsen(run.Samples, TimelineChart.WideColumnCount))
        {
            html.Write($" Samples that share a column show the fewest sensors up, the most ");
            html.Write($"dials, the average of readings and the longest delays.");
        }

        if (hidden > 0)
        {
            html.Write($" {ReportText.Counted(hidden, "mark")} found no room here; the tables ");
            html.Write($"have all faults and failures.");
        }

        return html.Write($"</p></section>\n");
    }

    /// <summary>The conversation of one sensor; nothing when none was recorded.</summary>
    /// <param name="run">The run.</param>
    /// <param name="budget">Most octets.</param>
    /// <param name="note">A remark under the heading; empty for none.</param>
    public static Html Ladder(RunRecord run, int budget, string note)
    {
        var html = new Html();
        string whose = run.LadderSensor.Length > 0
            ? $"Conversation of {ReportText.Cut(run.LadderSensor, NameLength)}"
            : "Conversation";
        html.Write($"<h2>{whose}</h2>\n");
        if (note.Length > 0)
        {
            html.Write($"<p class=note>{note}</p>\n");
        }

        if (run.Ladder.Count == 0)
        {
            return html.Write($"<p class=note>Nothing has been said yet.</p>\n");
        }

        html.Write($"<ul class=key>");
        foreach ((string kind, string name, string text) in s_ladderKey)
        {
            html.Write($"<li><span class={kind}>{name}</span> {text}");
        }

        html.Write($"<li><span class=failed>✗ lost</span> never arrived</ul>\n");
        Html ladder = LadderDiagram.Draw(run, budget, out int leftOut);
        html.Write($"<div class=\"scroll tall ladder\" tabindex=0 role=region ");
        html.Write($"aria-label=\"{whose}, as a sequence diagram\">\n{ladder}</div>\n");
        if (leftOut > 0)
        {
            html.Write($"<p class=note>{ReportText.Counted(leftOut, "line")} of ");
            html.Write($"{ReportText.Count(run.Ladder.Count)} left out here; the JSON Lines have ");
            html.Write($"them.</p>\n");
        }

        return html;
    }

    /// <summary>A table that stops before it is too long, and says so.</summary>
    private static void Table<T>(
        Html html,
        string caption,
        Html heads,
        IReadOnlyList<T> items,
        int budget,
        Func<T, Html> row)
    {
        html.Write($"<div class=scroll tabindex=0 role=region aria-label=\"{caption}\">\n");
        html.Write($"<table><caption>{caption}</caption>\n");
        html.Write($"<thead><tr>{heads}</thead><tbody>\n");
        int shown = 0;
        foreach (T item in items)
        {
            Html cells = row(item);
            budget -= cells.OctetCount;
            if (budget < 0)
            {
                break;
            }

            html.Write($"<tr>{cells}\n");
            shown++;
        }

        html.Write($"</tbody></table></div>\n");
        if (shown < items.Count)
        {
            string count = ReportText.Count(items.Count - shown);
            html.Write($"<p class=note>{count} more left out here; the JSON Lines have ");
            html.Write($"them.</p>\n");
        }
    }

    private static Html Expectation(ExpectationRecord expectation, RunRecord run)
    {
        (string kind, string word) = (expectation.MetAtUs, expectation.IsOver) switch
        {
            (not null, _) => ("passed", "✓ met"),
            (null, true) => ("failed", "✗ not met"),
            _ => ("running", "… open"),
        };
        string when = expectation.MetAtUs is { } us ? ReportText.Clock(us, run.NowUs) : "";
        return new Html().Write(
            $"<th scope=row class={kind}>{word}<td class=n>{when}<td class=wrap>"
                + $"{ReportText.Cut(expectation.Text, TextLength)}");
    }

    private static Html Fault(FaultRecord fault, int number, long spanUs)
    {
        string until = fault.UntilUs > fault.FromUs
            ? ReportText.Clock(fault.UntilUs, spanUs)
            : "";
        return new Html().Write(
            $"<th scope=row class=n>{number}<td>{ReportText.Cut(fault.Kind, NameLength)}"
                + $"<td class=n>{ReportText.Clock(fault.FromUs, spanUs)}<td class=n>{until}"
                + $"<td class=wrap>{ReportText.Cut(fault.Text, TextLength)}");
    }

    private static Html Hub(HubRecord hub)
    {
        bool isOver = hub.DialsPerSecondLimit > 0
            && hub.PeakDialsPerSecond > hub.DialsPerSecondLimit;
        string peak = ReportText.Count(hub.PeakDialsPerSecond);
        string limit = hub.DialsPerSecondLimit > 0
            ? ReportText.Count(hub.DialsPerSecondLimit)
            : "none";
        return new Html().Write(
            $"<th scope=row>{ReportText.Cut(hub.Name, NameLength)}<td class=n>"
                + $"{ReportText.Count(hub.SessionCount)}"
                + $"<td class=n>{ReportText.Count(hub.DialCount)}"
                + $"<td class=\"n{(isOver ? " failed" : "")}\">{(isOver ? "✗ " : "")}{peak}"
                + $"<td class=n>{limit}");
    }

    private static string VirtualTimeText(RunRecord run) =>
        run.Verdict == Verdict.Running && run.PlannedUs > run.NowUs
            ? $" of {ReportText.Clock(run.PlannedUs, run.PlannedUs)}"
            : "";
}
