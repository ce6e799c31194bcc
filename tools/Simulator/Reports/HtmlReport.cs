// A run as one HTML file that needs nothing else: no script, nothing from elsewhere, charts as SVG.
// It can be kept with a build, mailed, printed, and read in ten years.

using System;
using System.IO;
using System.Reflection;
using System.Security.Cryptography;
using System.Text;

namespace Simulator.Reports;

/// <summary>Writes the report of a run.</summary>
public static class HtmlReport
{
    /// <summary>No report is longer, in octets: what does not fit is left out, and that is said.
    /// </summary>
    public const int MaximumLength = 300_000;

    // The most that a ladder may take from the sensors.
    private const int LadderBudget = 120_000;

    // What is counted roughly: headings and tags around the parts.
    private const int Reserve = 6_000;

    /// <summary>The style sheet's name, of the live page too.</summary>
    internal const string StyleName = "page.css";

    /// <summary>The source expression that lets the style sheet pass a Content-Security-Policy.
    /// </summary>
    internal static string StyleSource { get; } = PolicySource(Resource(StyleName));

    /// <summary>Writes the report. The same record gives the same octets.</summary>
    /// <param name="writer">Where to.</param>
    /// <param name="run">The run.</param>
    public static void Write(TextWriter writer, RunRecord run)
    {
        ArgumentNullException.ThrowIfNull(writer);
        ArgumentNullException.ThrowIfNull(run);
        Html page = Begin(run);
        page.Write($"<main>\n{ReportParts.Failures(run)}");
        if (run.Figures.Count > 0)
        {
            page.Write($"<section><h2>Figures</h2>\n{ReportParts.Figures(run.Figures)}");
            page.Write($"</section>\n");
        }

        page.Write($"{ReportParts.Timeline(run)}{ReportParts.Faults(run)}");
        page.Write($"{ReportParts.Expectations(run)}{ReportParts.Hubs(run)}");
        int budget = MaximumLength - Reserve - page.OctetCount;
        if (run.Ladder.Count > 0)
        {
            Html ladder = ReportParts.Ladder(run, Math.Min(LadderBudget, budget), "");
            page.Write($"<section id=ladder>{ladder}</section>\n");
            budget = MaximumLength - Reserve - page.OctetCount;
        }

        Html sensors = SensorTable.Write(run, budget, isLive: false);
        page.Write($"<section>{sensors}</section>\n</main>\n<footer><p>Times are virtual time ");
        page.Write($"since the beginning of the run, in minutes and seconds, unless it says real ");
        page.Write($"time.</p></footer>\n</html>\n");
        page.CopyTo(writer);
    }

    /// <summary>The source expression of a Content-Security-Policy for something inline.</summary>
    /// <param name="content">What stands between the tags.</param>
    internal static string PolicySource(string content) =>
        $"'sha256-{Convert.ToBase64String(SHA256.HashData(Encoding.UTF8.GetBytes(content)))}'";

    /// <summary>A text that is built into the program.</summary>
    /// <param name="name">Its name.</param>
    internal static string Resource(string name)
    {
        using Stream stream = Assembly.GetExecutingAssembly().GetManifestResourceStream(name)!;
        using var reader = new StreamReader(stream, Encoding.UTF8);
        return reader.ReadToEnd();
    }

    private static Html Begin(RunRecord run)
    {
        // The policy is there for those who open a report that someone else made.
        string policy =
            $"default-src 'none'; style-src {StyleSource}; img-src data:; base-uri 'none'; "
            + "form-action 'none'";
        var page = new Html();
        page.Write($"<!doctype html>\n<html lang=en>\n<meta charset=utf-8>\n");
        page.Write($"<meta http-equiv=Content-Security-Policy content=\"{policy}\">\n");
        page.Write($"<meta name=viewport content=\"width=device-width, initial-scale=1\">\n");
        page.Write($"<meta name=color-scheme content=\"light dark\">\n");
        page.Write($"<link rel=icon href=\"data:,\">\n");
        page.Write($"<title>{Title(run)}</title>\n");
        page.Write($"<style>{Html.OfResource(StyleName)}</style>\n");
        page.Write($"<header>\n<p class=eyebrow>nanoPptp simulation</p>\n");
        return page.Write($"{ReportParts.Heading(run)}{ReportParts.Facts(run)}</header>\n");
    }

    /// <summary>The title of a page: the verdict comes first, because tabs are narrow.</summary>
    /// <param name="run">The run.</param>
    internal static string Title(RunRecord run) => FormattableString.Invariant(
        $"{ReportText.Word(run.Verdict)}: {ReportText.Cut(run.Name, 60)}, seed {run.Seed}");
}
