// The table of sensors. A thousand rows and more do not all fit on a page that is to stay small:
// then those that are up, never had trouble and have everything delivered are left out first.

using System;
using System.Collections.Generic;

namespace Simulator.Reports;

/// <summary>Writes the table of sensors.</summary>
internal static class SensorTable
{
    private const int NameLength = 48;
    private const int RowOverhead = 24;
    private const string UpStage = "Up";

    /// <summary>Writes the cells of one row, without end tags, which HTML does not need here.
    /// </summary>
    /// <param name="sensor">The sensor.</param>
    /// <param name="isLinked">Whether the name leads to the sensor's conversation.</param>
    /// <param name="pickedSensor">The sensor whose conversation is shown already.</param>
    public static Html Cells(SensorRecord sensor, bool isLinked, string pickedSensor)
    {
        var html = new Html();
        string name = ReportText.Cut(sensor.Name, NameLength);
        html.Write($"<th scope=row>");
        if (isLinked)
        {
            bool isPicked = sensor.Name == pickedSensor;
            html.Write($"<a href=\"/?sensor={Uri.EscapeDataString(sensor.Name)}#ladder\" ");
            html.Write($"aria-current={(isPicked ? "true" : "false")}>{name}</a>");
        }
        else
        {
            html.Write($"{name}");
        }

        string readings = ReportText.Count(sensor.DeliveredCount);
        if (sensor.SentCount != sensor.DeliveredCount)
        {
            readings += " of " + ReportText.Count(sensor.SentCount);
        }

        html.Write($"<td>{ReportText.Cut(sensor.Stage, NameLength)}");
        html.Write($"<td>{ReportText.Cut(sensor.Hub, NameLength)}");
        html.Write($"<td>{ReportText.Cut(sensor.Address, NameLength)}");
        html.Write($"<td>{ReportText.Cut(sensor.Diagnosis, NameLength)}");
        html.Write($"<td>{ReportText.Count(sensor.DialCount)}");
        html.Write($"<td>{ReportText.Count(sensor.UpCount)}");
        return html.Write($"<td>{readings}<td>{ReportText.Percent(sensor.UpShare)}");
    }

    /// <summary>Writes the whole table.</summary>
    /// <param name="run">The run.</param>
    /// <param name="budget">Most octets of the rows.</param>
    /// <param name="isLive">Whether rows have names for scripts and links.</param>
    public static Html Write(RunRecord run, int budget, bool isLive)
    {
        var rows = new Html[run.Sensors.Count];
        for (int i = 0; i < rows.Length; i++)
        {
            rows[i] = Cells(run.Sensors[i], isLive, run.LadderSensor);
        }

        bool[] isShown = Choose(run.Sensors, rows, budget, out int shownCount);
        var html = new Html();
        html.Write($"<h2>Sensors</h2>\n");
        html.Write($"<div class=\"scroll tall\" tabindex=0 role=region aria-label=\"Sensors\">\n");
        html.Write($"<table class=sensors><caption>How far each tunnel is, why the last one ");
        html.Write($"ended, and how many of its readings reached a hub.</caption>\n<thead><tr>");
        foreach (string head in new[]
        {
            "Sensor", "Stage", "Hub", "Address", "Last end", "Dials", "Times up", "Readings",
            "Time up",
        })
        {
            html.Write($"<th scope=col>{head}");
        }

        html.Write($"</thead><tbody id=fleet>\n");
        for (int i = 0; i < rows.Length; i++)
        {
            if (isShown[i])
            {
                Html tag = isLive ? new Html().Write($"<tr id=s{i}>") : new Html().Write($"<tr>");
                html.Write($"{tag}{rows[i]}\n");
            }
        }

        html.Write($"</tbody></table></div>\n");
        int leftOut = Math.Max(run.SensorCount, rows.Length) - shownCount;
        if (leftOut > 0)
        {
            string which = shownCount < rows.Length ? ", those without trouble first" : "";
            html.Write($"<p class=note>{ReportText.Counted(leftOut, "sensor")} of ");
            html.Write($"{ReportText.Count(Math.Max(run.SensorCount, rows.Length))} left out ");
            html.Write($"here{which}.</p>\n");
        }

        return html;
    }

    private static bool[] Choose(
        IReadOnlyList<SensorRecord> sensors, Html[] rows, int budget, out int shownCount)
    {
        var isShown = new bool[rows.Length];
        shownCount = 0;
        foreach (bool isTroubled in new[] { true, false })
        {
            for (int i = 0; i < rows.Length; i++)
            {
                if (IsTroubled(sensors[i]) != isTroubled)
                {
                    continue;
                }

                budget -= rows[i].OctetCount + RowOverhead;
                if (budget < 0)
                {
                    return isShown;
                }

                isShown[i] = true;
                shownCount++;
            }
        }

        return isShown;
    }

    private static bool IsTroubled(SensorRecord sensor) =>
        sensor.Stage != UpStage
        || sensor.Diagnosis.Length > 0
        || sensor.SentCount != sensor.DeliveredCount;
}
