// The conversation of one sensor as a sequence diagram: time on the left, the lifelines of the
// sensor and of the hub, an arrow with its protocol between them, and what was said on the right,
// so that on a phone the ladder is what is seen first. It is drawn as several pictures that stand
// on top of each other without a seam: a page that is printed breaks between two of them.
//
//     0:12.345   |----- LCP ----->|   GRE call 7 seq 3: LCP Configure-Request id 1
//     0:12.355   |<-- - X   LCP --|   lost   GRE call 9 seq 1: LCP Configure-Ack id 1

using System;
using System.Collections.Generic;
using System.Linq;
using Simulator.World;

namespace Simulator.Reports;

/// <summary>Draws the conversation.</summary>
internal static class LadderDiagram
{
    private const int RowHeight = 24;
    private const int RowsPerPicture = 40;
    private const int TimeX = 86;
    private const int SensorX = 122;
    private const int HubX = 246;
    private const int TextX = 264;
    private const int LabelX = (SensorX + HubX) / 2;
    private const double CharacterWidth = 7.3;
    private const int MaximumTextLength = 150;
    private const int MaximumFateLength = 60;

    // A silence this long is shown as one.
    private const long PauseUs = 3_000_000;

    private static readonly string[] s_kinds =
        ["tcp", "pptp", "lcp", "auth", "ccp", "ipcp", "data", "ack"];

    private static readonly string[] s_labels =
        ["TCP", "PPTP", "LCP", "auth", "CCP", "IPCP", "data", "ack"];

    /// <summary>Draws the lines that the budget has room for: when it has not for all, those in the
    /// middle are left out.</summary>
    /// <param name="run">The run.</param>
    /// <param name="budget">Most octets.</param>
    /// <param name="leftOutCount">How many lines are left out.</param>
    public static Html Draw(RunRecord run, int budget, out int leftOutCount)
    {
        string[] texts = [.. run.Ladder.Select(line => ShownText(line))];
        var rows = new Html[run.Ladder.Count];
        int longest = 0;
        for (int i = 0; i < rows.Length; i++)
        {
            rows[i] = Row(run.Ladder[i], texts[i], run.NowUs);
            longest = Math.Max(longest, texts[i].Length);
        }

        List<int> kept = Keep(rows, budget);
        leftOutCount = rows.Length - kept.Count;
        double width = TextX + (longest * CharacterWidth) + 12;
        return Assemble(run, rows, kept, Math.Max(520, width));
    }

    // A row on its own knows neither its place nor the pause before it; that costs so many more.
    private static List<int> Keep(Html[] rows, int budget)
    {
        const int Place = 110;
        var head = new List<int>();
        var tail = new List<int>();
        int from = 0;
        int until = rows.Length;
        int left = budget;
        while (from < until)
        {
            bool isHead = head.Count <= tail.Count;
            int row = isHead ? from : until - 1;
            left -= rows[row].OctetCount + Place;
            if (left < 0)
            {
                break;
            }

            (isHead ? head : tail).Add(row);
            from += isHead ? 1 : 0;
            until -= isHead ? 0 : 1;
        }

        tail.Reverse();
        return [.. head, .. tail];
    }

    private static Html Assemble(RunRecord run, Html[] rows, List<int> kept, double width)
    {
        var html = new Html();
        html.Write($"<svg width={width} height=28 viewBox=\"0 0 {width} 28\">{Shapes(run)}");
        html.Write($"<text class=t x={TimeX} y=18>time</text>");
        html.Write($"<text class=c x={SensorX} y=18>sensor</text>");
        html.Write($"<text class=c x={HubX} y=18>hub</text></svg>\n");

        var body = new Html();
        int height = 0;
        int count = 0;
        for (int i = 0; i < kept.Count; i++)
        {
            int row = kept[i];
            if (i > 0 && row != kept[i - 1] + 1)
            {
                string text = ReportText.Counted(row - kept[i - 1] - 1, "line") + " left out here";
                AddPause(body, ref height, text);
            }
            else if (i > 0 && run.Ladder[row].AtUs - run.Ladder[row - 1].AtUs >= PauseUs)
            {
                long us = run.Ladder[row].AtUs - run.Ladder[row - 1].AtUs;
                AddPause(body, ref height, ReportText.Span(us) + " later");
            }

            body.Write($"<g transform=\"translate(0 {height})\">{rows[row]}</g>\n");
            height += RowHeight;
            count++;
            if (count == RowsPerPicture || i == kept.Count - 1)
            {
                html.Write($"<svg width={width} height={height} ");
                html.Write($"viewBox=\"0 0 {width} {height}\" role=group><path class=life ");
                html.Write($"d=\"M{SensorX} 0v{height}M{HubX} 0v{height}\"/>\n{body}</svg>\n");
                body = new Html();
                height = 0;
                count = 0;
            }
        }

        return html;
    }

    private static void AddPause(Html body, ref int height, string text)
    {
        body.Write($"<g transform=\"translate(0 {height})\"><use href=\"#pause\"/>");
        body.Write($"<text class=r x={TextX} y=16>{text}</text></g>\n");
        height += RowHeight;
    }

    private static Html Row(LadderLine line, string text, long spanUs)
    {
        var row = new Html();
        row.Write($"<text class=t x={TimeX} y=16>{ReportText.Clock(line.AtUs, spanUs)}</text>");
        if (line.Direction is not { } direction)
        {
            row.Write($"<use href=\"#{SpotOf(line.Text)}\"/>");
            row.Write($"<text class=r x={TextX} y=16>{text}</text>");
            return row;
        }

        row.Write($"<use href=\"#{ShapeOf(line)}\"/><text x={TextX} y=16><tspan class=d>");
        row.Write($"{(direction == Direction.ToHub ? "→" : "←")}</tspan> ");
        if (line.Fate.Length > 0)
        {
            // The fate stands in front of what was said, where it cannot be overlooked.
            row.Write($"<tspan class={(IsLost(line.Fate) ? "x" : "f")}>{CutFate(line)}</tspan>  ");
        }

        return row.Write($"{MessageText(line)}</text>");
    }

    private static string ShownText(LadderLine line)
    {
        if (line.Direction is null)
        {
            return MessageText(line);
        }

        return "→ " + (line.Fate.Length > 0 ? CutFate(line) + "  " : "") + MessageText(line);
    }

    private static string MessageText(LadderLine line) =>
        ReportText.Cut(ReportText.Clean(line.Text), MaximumTextLength);

    private static string CutFate(LadderLine line) =>
        ReportText.Cut(ReportText.Clean(line.Fate), MaximumFateLength);

    // ---- Shapes: drawn once, used by every row that looks alike
    // ----------------------------------

    private static Html Shapes(RunRecord run)
    {
        var defs = new Html();
        defs.Write($"<defs>");
        foreach (string shape in run.Ladder
            .Where(line => line.Direction is not null)
            .Select(ShapeOf)
            .Distinct()
            .Order(StringComparer.Ordinal))
        {
            AddShape(defs, shape);
        }

        foreach ((string id, int x) in
            new[] { ("at-sensor", SensorX), ("at-hub", HubX), ("between", LabelX) })
        {
            defs.Write($"<circle id={id} class=spot cx={x} cy=12 r=3.5 />");
        }

        defs.Write($"<g id=pause><path class=pause d=\"M{SensorX - 4} 5h132v14h-132z\"/>");
        defs.Write($"<path class=life d=\"M{SensorX - 5} 8l10-5M{SensorX - 5} 21l10-5");
        return defs.Write($"M{HubX - 5} 8l10-5M{HubX - 5} 21l10-5\"/></g></defs>");
    }

    private static string ShapeOf(LadderLine line)
    {
        char way = line.Direction == Direction.ToHub ? 'h' : 's';
        string end = IsLost(line.Fate) ? "-lost" : "";
        return $"{s_kinds[KindOf(line.Text)]}-{way}{end}";
    }

    private static void AddShape(Html defs, string shape)
    {
        string[] parts = shape.Split('-');
        int kind = Array.IndexOf(s_kinds, parts[0]);
        bool toHub = parts[1] == "h";
        bool isLost = parts.Length > 2;
        string colour = parts[0] == "ack" ? "data" : parts[0];
        int sign = toHub ? 1 : -1;
        int begin = toHub ? SensorX + 1 : HubX - 1;
        int end = toHub ? HubX - 1 : SensorX + 1;
        defs.Write($"<g id={shape} class={colour}>");
        if (isLost)
        {
            int cross = begin + (sign * 84);
            defs.Write($"<path class=\"shaft lost\" d=\"M{begin} 16H{cross - (sign * 7)}\"/>");
            defs.Write($"<path class=cross d=\"M{cross - 4} 12l8 8m0-8l-8 8\"/>");
        }
        else
        {
            defs.Write($"<path class=shaft d=\"M{begin} 16H{end - (sign * 6)}\"/>");
            defs.Write($"<path class=head d=\"M{end} 16l{-sign * 8}-4v8z\"/>");
        }

        defs.Write($"<text class=label x={LabelX} y=11>{s_labels[kind]}</text></g>");
    }

    // Fates in which nothing arrives, in the words of the weather; there may be others beside them.
    private static bool IsLost(string fate) => fate.Split(", ").Any(
        one => one.StartsWith("lost", StringComparison.Ordinal)
            || one.StartsWith("blocked", StringComparison.Ordinal)
            || one.StartsWith("too long", StringComparison.Ordinal));

    private static string SpotOf(string remark) =>
        remark.StartsWith("sensor", StringComparison.Ordinal) ? "at-sensor"
        : remark.StartsWith("hub", StringComparison.Ordinal) ? "at-hub"
        : "between";

    // By the words of WireText: "GRE call 7 seq 3: LCP ...", "TCP close", "Echo-Request id 1".
    private static int KindOf(string text)
    {
        if (text.StartsWith("TCP ", StringComparison.Ordinal))
        {
            return 0;
        }

        if (!text.StartsWith("GRE ", StringComparison.Ordinal))
        {
            return text.StartsWith("malformed GRE", StringComparison.Ordinal) ? 6 : 1;
        }

        int colon = text.IndexOf(": ", StringComparison.Ordinal);
        if (colon < 0)
        {
            return 7;
        }

        ReadOnlySpan<char> inner = text.AsSpan(colon + 2);
        int space = inner.IndexOf(' ');
        return (space < 0 ? inner : inner[..space]) switch
        {
            "LCP" => 2,
            "CHAP" or "PAP" => 3,
            "CCP" => 4,
            "IPCP" or "IPV6CP" => 5,
            _ => 6,
        };
    }
}
