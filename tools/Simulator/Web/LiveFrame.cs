// The live page at one moment: parts that are replaced as a whole, and the rows of the fleet, which
// are replaced one by one because a thousand of them would be much to send several times a second.

using System;
using System.Buffers;
using System.Globalization;
using System.Linq;
using System.Text;
using System.Text.Json;
using Simulator.Reports;

namespace Simulator.Web;

/// <summary>The page at one moment. Never changed once it is made.</summary>
internal sealed class LiveFrame
{
    /// <summary>The part whose rows are sent one by one.</summary>
    public const string SensorsPart = "part-sensors";

    // The last few hundred messages: who follows wants the present.
    private const int LadderBudget = 60_000;
    private const int LadderLineCount = 250;
    private const int MaximumRowCount = 1000;

    private LiveFrame(string title, LivePart[] parts, string[] rows, string shape)
    {
        Title = title;
        Parts = parts;
        Rows = rows;
        Shape = shape;
    }

    /// <summary>The title of the page.</summary>
    public string Title { get; }

    /// <summary>The parts in the order of the page.</summary>
    public LivePart[] Parts { get; }

    /// <summary>The cells of each row of the fleet.</summary>
    private string[] Rows { get; }

    /// <summary>What the table of the fleet is beside its rows; when it changes, all is
    /// sent.</summary>
    private string Shape { get; }

    /// <summary>Makes the page of a record.</summary>
    /// <param name="run">The record.</param>
    /// <param name="followedSensor">The sensor that was asked for; null for none.</param>
    /// <param name="note">A remark for this viewer; empty for none.</param>
    public static LiveFrame Of(RunRecord run, string? followedSensor, string note = "")
    {
        RunRecord shown = run with
        {
            Ladder = [.. run.Ladder.TakeLast(LadderLineCount)],
            Sensors = [.. run.Sensors.Take(MaximumRowCount)],
        };
        if (note.Length == 0 && followedSensor is not null && followedSensor != run.LadderSensor)
        {
            note = $"{followedSensor} was asked for; its conversation is recorded from now on.";
        }

        LivePart[] parts =
        [
            new("part-heading", ReportParts.Heading(run)),
            new("part-counters", Section("The run at present", Counters(run))),
            new("part-failures", ReportParts.Failures(run)),
            new("part-timeline", ReportParts.Timeline(run)),
            new("part-ladder", Ladder(run, shown, note)),
            new(SensorsPart, new Html().Write(
                $"<section>{SensorTable.Write(shown, int.MaxValue, isLive: true)}</section>\n")),
            new("part-expectations", ReportParts.Expectations(run)),
            new("part-faults", ReportParts.Faults(run)),
            new("part-hubs", ReportParts.Hubs(run)),
            new("part-figures", run.Figures.Count == 0
                ? new Html()
                : Section("Figures", ReportParts.Figures(run.Figures))),
            new("part-facts", Section("To have it again", ReportParts.Facts(run))),
        ];
        string[] rows =
        [
            .. shown.Sensors.Select(
                sensor => SensorTable.Cells(sensor, isLinked: true, run.LadderSensor).ToString()),
        ];
        string shape = string.Create(
            CultureInfo.InvariantCulture, $"{rows.Length} of {run.SensorCount}");
        return new LiveFrame(HtmlReport.Title(run), parts, rows, shape);
    }

    /// <summary>The message that turns one frame into this one.</summary>
    /// <param name="seen">What the viewer has; null for nothing.</param>
    /// <returns>A server-sent event; null when nothing has changed.</returns>
    public byte[]? UpdateFrom(LiveFrame? seen)
    {
        var buffer = new ArrayBufferWriter<byte>();
        buffer.Write("event: update\ndata: "u8);
        bool isSameShape = seen is not null && seen.Shape == Shape;
        bool hasChanged = seen is null || seen.Title != Title;
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            json.WriteString("title", Title);
            json.WriteStartObject("parts");
            for (int i = 0; i < Parts.Length; i++)
            {
                LivePart part = Parts[i];
                bool isKept = part.Id == SensorsPart
                    ? isSameShape
                    : seen?.Parts[i].Text == part.Text;
                if (!isKept)
                {
                    json.WriteString(part.Id, part.Text);
                    hasChanged = true;
                }
            }

            json.WriteEndObject();
            json.WriteStartObject("rows");
            for (int i = 0; isSameShape && i < Rows.Length; i++)
            {
                if (seen!.Rows[i] != Rows[i])
                {
                    json.WriteString(i.ToString(CultureInfo.InvariantCulture), Rows[i]);
                    hasChanged = true;
                }
            }

            json.WriteEndObject();
            json.WriteEndObject();
        }

        buffer.Write("\n\n"u8);
        return hasChanged ? buffer.WrittenSpan.ToArray() : null;
    }

    /// <summary>The whole page, as a snapshot that the script then keeps up to date.</summary>
    public byte[] Page()
    {
        var page = new Html();
        page.Write($"<!doctype html>\n<html lang=en>\n<meta charset=utf-8>\n");
        page.Write($"<meta name=viewport content=\"width=device-width, initial-scale=1\">\n");
        page.Write($"<meta name=color-scheme content=\"light dark\">\n");
        page.Write($"<link rel=icon href=\"data:,\">\n<title>{Title}</title>\n");
        page.Write($"<style>{Html.OfResource(HtmlReport.StyleName)}</style>\n");
        page.Write($"<header>\n<p class=eyebrow>nanoPptp simulation, live</p>\n");
        page.Write($"<div id={Parts[0].Id}>{Parts[0].Markup}</div>\n");
        page.Write($"<p class=note><span id=link role=status>This is a snapshot; reload it for ");
        page.Write($"the present.</span> The same for programs: ");
        page.Write($"<a href=\"/run.json\">run.json</a>.</p>\n");
        page.Write($"</header>\n<main>\n");
        foreach (LivePart part in Parts.AsSpan(1))
        {
            page.Write($"<div id={part.Id}>{part.Markup}</div>\n");
        }

        page.Write($"</main>\n<script>{Html.OfResource(LivePage.ScriptName)}</script>\n</html>\n");
        return Encoding.UTF8.GetBytes(page.ToString());
    }

    private static Html Section(string heading, Html content) =>
        new Html().Write($"<section><h2>{heading}</h2>\n{content}</section>\n");

    private static Html Ladder(RunRecord run, RunRecord shown, string note)
    {
        var html = new Html();
        html.Write($"<section id=ladder>{ReportParts.Ladder(shown, LadderBudget, note)}");
        if (run.Ladder.Count > LadderLineCount)
        {
            html.Write($"<p class=note>The last {LadderLineCount} lines of those recorded.</p>\n");
        }

        return html.Write($"</section>\n");
    }

    private static Html Counters(RunRecord run)
    {
        FleetSample last = run.Samples.Count > 0 ? run.Samples[^1] : default;
        string speed = ReportText.Speed(run);
        return ReportParts.Figures(
        [
            new Figure("Sensors up", ReportText.Count(last.UpCount),
                $"of {ReportText.Count(run.SensorCount)}"),
            new Figure("Readings in flight", ReportText.Count(last.InFlightCount), ""),
            new Figure("Virtual time", ReportText.WholeClock(run.NowUs, run.PlannedUs),
                run.NowUs <= run.PlannedUs
                    ? $"of {ReportText.WholeClock(run.PlannedUs, run.PlannedUs)}"
                    : ""),
            new Figure("Against real time", speed.Length > 0 ? speed : "–", "times as fast"),
        ]);
    }
}

/// <summary>A part of the page.</summary>
/// <param name="Id">The name of its element.</param>
/// <param name="Markup">What is in the element.</param>
internal sealed record LivePart(string Id, Html Markup)
{
    /// <summary>The markup as text.</summary>
    public string Text { get; } = Markup.ToString();
}
