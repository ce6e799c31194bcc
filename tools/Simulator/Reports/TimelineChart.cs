// The run over time as one SVG: faults and failures as bars in lanes, and below them, on the same
// axis of time, how many sensors were up, how often they dialled, how many readings arrived and how
// late. A fault shades the charts for as long as it lasted, so that cause stands over effect.

using System;
using System.Collections.Generic;
using System.Linq;

namespace Simulator.Reports;

/// <summary>Draws the charts.</summary>
internal sealed class TimelineChart
{
    /// <summary>Most columns of the charts on a wide screen.</summary>
    public const int WideColumnCount = 420;

    private const int NarrowColumnCount = 160;
    private const double LaneHeight = 20;
    private const double TitleHeight = 34;
    private const double AxisHeight = 26;
    private const int MaximumFailureCount = 8;
    private const int MaximumBandCount = 100;

    // Below this a bar could not be seen.
    private const double LeastWidth = 3;

    private readonly RunRecord _run;
    private readonly Html _svg = new();
    private readonly List<TimelineColumn> _columns;
    private readonly bool _isWide;
    private readonly double _width;
    private readonly double _left;
    private readonly double _right;
    private readonly double _panelHeight;
    private readonly long _spanUs;
    private readonly List<Mark> _marks = [];
    private readonly LanePlace?[] _places;
    private readonly double _lanesHeight;

    private TimelineChart(RunRecord run, bool isWide)
    {
        _run = run;
        _isWide = isWide;
        _width = isWide ? 960 : 400;
        _left = 56;
        _right = _width - 12;
        _panelHeight = isWide ? 92 : 84;
        _spanUs = SpanUs(run);
        _columns = TimelineColumns.Of(
            run.Samples, isWide ? WideColumnCount : NarrowColumnCount);
        CollectMarks();
        _places = FaultLanes.Pack(
            [.. _marks.Select(mark => new LaneWish(mark.FromX, mark.UntilX, mark.Label))],
            _left,
            _right,
            isWide ? 14 : 20);
        int lanes = _places.Select(place => 1 + (place?.Lane ?? -1)).DefaultIfEmpty().Max();
        _lanesHeight = lanes == 0 ? 0 : TitleHeight + (lanes * LaneHeight);
    }

    /// <summary>Draws the charts.</summary>
    /// <param name="run">The run.</param>
    /// <param name="isWide">For a wide screen; else for a phone.</param>
    /// <param name="hiddenMarkCount">How many faults and failures found no lane.</param>
    public static Html Draw(RunRecord run, bool isWide, out int hiddenMarkCount)
    {
        var chart = new TimelineChart(run, isWide);
        chart.Draw();
        hiddenMarkCount = chart._places.Count(place => place is null)
            + Math.Max(0, run.Failures.Count - MaximumFailureCount);
        return chart._svg;
    }

    /// <summary>The length of the axis of time.</summary>
    /// <param name="run">The run.</param>
    public static long SpanUs(RunRecord run)
    {
        long spanUs = run.Verdict == Verdict.Running
            ? Math.Max(run.NowUs, run.PlannedUs)
            : run.NowUs;
        return Math.Max(1_000, spanUs);
    }

    private void Draw()
    {
        double top = _lanesHeight;
        const int PanelCount = 4;
        double bottom = top + (PanelCount * (TitleHeight + _panelHeight));
        string kind = _isWide ? "wide" : "narrow";
        _svg.Write($"<svg class={kind} viewBox=\"0 0 {_width} {bottom + AxisHeight}\" role=img ");
        _svg.Write($"aria-labelledby=\"{kind}-t {kind}-d\"><title id={kind}-t>The run over time");
        _svg.Write($"</title><desc id={kind}-d>{Describe()}</desc>\n");
        DrawTimeAxis(bottom);
        DrawBands(bottom);
        DrawUp(Panel(top, 0));
        DrawDials(Panel(top, 1));
        DrawReadings(Panel(top, 2));
        DrawDelays(Panel(top, 3));
        DrawLanes();
        _svg.Write($"</svg>\n");
    }

    private double Panel(double top, int number) =>
        top + TitleHeight + (number * (TitleHeight + _panelHeight));

    private double X(long us) =>
        _left + ((_right - _left) * Math.Clamp(us, 0, _spanUs) / _spanUs);

    // ---- What befell the run
    // ---------------------------------------------------------------------

    private void CollectMarks()
    {
        int labelLength = _isWide ? 60 : 36;
        for (int i = 0; i < _run.Faults.Count; i++)
        {
            FaultRecord fault = _run.Faults[i];
            if (fault.FromUs <= _spanUs)
            {
                string text = fault.Text.Length > 0 ? fault.Text : fault.Kind;
                string label = ReportText.Cut(ReportText.Clean($"{i + 1}: {text}"), labelLength);
                bool isMoment = fault.UntilUs <= fault.FromUs;
                double fromX = X(fault.FromUs);
                double untilX = Math.Max(X(fault.UntilUs), fromX + LeastWidth);
                _marks.Add(new Mark(fromX, untilX, label, isMoment, false));
            }
        }

        foreach (RunFailure failure in _run.Failures.Take(MaximumFailureCount))
        {
            double x = X(failure.AtUs);
            string label = ReportText.Cut(
                ReportText.Clean($"failed: {failure.Check}"), labelLength);
            _marks.Add(new Mark(x, x + LeastWidth, label, true, true));
        }
    }

    private void DrawLanes()
    {
        if (_lanesHeight == 0)
        {
            return;
        }

        Title(TitleHeight, _run.Failures.Count > 0 ? "Faults and failures" : "Faults");
        for (int i = 0; i < _marks.Count; i++)
        {
            if (_places[i] is not { } place)
            {
                continue;
            }

            Mark mark = _marks[i];
            double y = TitleHeight + (place.Lane * LaneHeight);
            if (mark.IsFailure)
            {
                _svg.Write($"<path class=failure d=\"M{mark.FromX - 3} {y + 6}l6 6m0-6l-6 6\"/>");
            }
            else if (mark.IsMoment)
            {
                _svg.Write($"<path class=bar d=\"M{mark.FromX} {y + 4}l4 5-4 5-4-5z\"/>");
            }
            else
            {
                _svg.Write($"<rect class=bar x={mark.FromX} y={y + 1} ");
                _svg.Write($"width={mark.UntilX - mark.FromX} height=16 />");
            }

            string kind = mark.IsFailure ? "lane failed" : "lane";
            _svg.Write($"<text class=\"{kind}\" x={place.LabelX} y={y + 13}>{place.Label}");
            _svg.Write($"</text>\n");
        }
    }

    private void DrawBands(double bottom)
    {
        double top = _lanesHeight + TitleHeight - 4;
        foreach (Mark mark in _marks.Take(MaximumBandCount))
        {
            if (mark.IsFailure)
            {
                _svg.Write($"<path class=failure d=\"M{mark.FromX} {top}V{bottom}\"/>");
            }
            else if (mark.IsMoment)
            {
                _svg.Write($"<path class=moment d=\"M{mark.FromX} {top}V{bottom}\"/>");
            }
            else if (mark.UntilX - mark.FromX < 0.9 * (_right - _left))
            {
                // What lasted all the time would only make all the paper grey.
                _svg.Write($"<rect class=band x={mark.FromX} y={top} ");
                _svg.Write($"width={mark.UntilX - mark.FromX} height={bottom - top} />\n");
            }
        }
    }

    // ---- The panels
    // ------------------------------------------------------------------------------

    private void DrawUp(double top)
    {
        int maximum = Math.Max(1, Math.Max(
            _run.SensorCount, _run.Samples.Select(s => s.UpCount).DefaultIfEmpty().Max()));
        Title(top, $"Sensors up, of {ReportText.Count(_run.SensorCount)}");
        Axis(top, TimelineScale.Linear(maximum));
        Area("up", top, maximum, column => column.UpCount);
    }

    private void DrawDials(double top)
    {
        double maximum = TimelineScale.Ceiling(Greatest(column => column.DialsPerSecond));
        Title(top, "Dials a second");
        Axis(top, TimelineScale.Linear(maximum));
        Area("dial", top, maximum, column => column.DialsPerSecond);
    }

    private void DrawReadings(double top)
    {
        double maximum = TimelineScale.Ceiling(
            Greatest(column => Math.Max(column.SentPerSecond, column.DeliveredPerSecond)));
        Title(top, "Readings a second", ("area read", "delivered"), ("thin sent", "sent"));
        Axis(top, TimelineScale.Linear(maximum));
        Area("read", top, maximum, column => column.DeliveredPerSecond);
        Steps("thin sent", top, maximum, column => column.SentPerSecond);
    }

    private void DrawDelays(double top)
    {
        Title(top, "Delay of readings", ("line delay", "median"), ("thin longest", "longest"));
        List<TimelineColumn> known = [.. _columns.Where(column => column.LongestDelayUs > 0)];
        if (known.Count == 0)
        {
            Axis(top, []);
            double y = top + (_panelHeight / 2);
            _svg.Write($"<text class=axis x={_left + 8} y={y}>No reading was delivered.</text>");
            return;
        }

        long lowest = known.Min(column => Math.Max(1, column.MedianDelayUs));
        long highest = known.Max(column => column.LongestDelayUs);
        Axis(top, TimelineScale.Logarithmic(lowest, highest, out int from, out int until));
        Curve("thin longest", top, column => Share(column.LongestDelayUs));
        Curve("line delay", top, column => Share(column.MedianDelayUs));

        double? Share(long us) =>
            us <= 0 ? null : Math.Max(0, (Math.Log10(us) - from) / (until - from));
    }

    private double Greatest(Func<TimelineColumn, double> value) =>
        _columns.Select(value).DefaultIfEmpty().Max();

    private void Title(double top, string title, params (string Kind, string Text)[] key)
    {
        double y = top - 11;
        _svg.Write($"<text class=title x={_left} y={y}>{title}</text>");

        // Wider than any letter is on average, in the fonts that are asked for.
        double letter = _isWide ? 7 : 7.6;
        double x = _left + (title.Length * letter) + 14;
        foreach ((string kind, string text) in key)
        {
            _svg.Write($"<path class=\"{kind}\" d=\"M{x} {y - 4}h22\"/>");
            _svg.Write($"<text x={x + 28} y={y}>{text}</text>");
            x += 28 + (text.Length * letter) + 14;
        }
    }

    private void Axis(double top, IReadOnlyList<Tick> ticks)
    {
        double bottom = top + _panelHeight;
        foreach (Tick tick in ticks)
        {
            double y = bottom - (tick.Share * _panelHeight);
            _svg.Write($"<text class=axis x={_left - 8} y={y + 4} text-anchor=end>{tick.Label}");
            _svg.Write($"</text><path class=grid d=\"M{_left} {y}H{_right}\"/>");
        }

        _svg.Write($"<path class=base d=\"M{_left} {bottom}H{_right}\"/>\n");
    }

    private void DrawTimeAxis(double bottom)
    {
        double top = _lanesHeight + TitleHeight;
        foreach (Tick tick in TimelineScale.Time(_spanUs, _isWide ? 11 : 5))
        {
            double x = _left + (tick.Share * (_right - _left));
            string anchor = x > _right - 24 ? "end" : "middle";
            double labelX = anchor == "end" ? _right + 8 : x;
            _svg.Write($"<path class=grid d=\"M{x} {top}V{bottom + 5}\"/>");
            _svg.Write($"<text class=axis x={labelX} y={bottom + 18} text-anchor={anchor}>");
            _svg.Write($"{tick.Label}</text>");
        }

        _svg.Write($"\n");
    }

    private void Area(string kind, double top, double maximum, Func<TimelineColumn, double> value)
    {
        if (_columns.Count == 0)
        {
            return;
        }

        double bottom = top + _panelHeight;
        var path = new SvgPath();
        path.MoveTo(X(_columns[0].FromUs), bottom);
        AddSteps(path, bottom, maximum, value);
        path.VerticalTo(bottom);
        path.Close();
        _svg.Write($"<path class=\"area {kind}\" d=\"{path.ToString()}\"/>\n");
    }

    private void Steps(string kind, double top, double maximum, Func<TimelineColumn, double> value)
    {
        if (_columns.Count == 0)
        {
            return;
        }

        double bottom = top + _panelHeight;
        var path = new SvgPath();
        double first = bottom - (value(_columns[0]) / maximum * _panelHeight);
        path.MoveTo(X(_columns[0].FromUs), first);
        AddSteps(path, bottom, maximum, value);
        _svg.Write($"<path class=\"{kind}\" d=\"{path.ToString()}\"/>\n");
    }

    // Columns of the same height are one step.
    private void AddSteps(
        SvgPath path, double bottom, double maximum, Func<TimelineColumn, double> value)
    {
        for (int i = 0; i < _columns.Count; i++)
        {
            double y = bottom - (value(_columns[i]) / maximum * _panelHeight);
            if (i > 0 && !path.IsAtHeight(y))
            {
                path.HorizontalTo(X(_columns[i].FromUs));
            }

            path.VerticalTo(y);
        }

        path.HorizontalTo(X(_columns[^1].UntilUs));
    }

    // Where nothing was delivered there is no delay, so the curve has a gap.
    private void Curve(string kind, double top, Func<TimelineColumn, double?> share)
    {
        double bottom = top + _panelHeight;
        var path = new SvgPath();
        bool isDown = false;
        for (int i = 0; i < _columns.Count; i++)
        {
            if (share(_columns[i]) is not { } height)
            {
                isDown = false;
                continue;
            }

            double x = (X(_columns[i].FromUs) + X(_columns[i].UntilUs)) / 2;
            double y = bottom - (height * _panelHeight);
            if (isDown)
            {
                path.LineTo(x, y);
            }
            else
            {
                path.MoveTo(x, y);
                path.HorizontalTo(x);
                isDown = true;
            }
        }

        _svg.Write($"<path class=\"{kind}\" d=\"{path.ToString()}\"/>\n");
    }

    private string Describe()
    {
        string from0 = $"Virtual time from 0 to {ReportText.Clock(_spanUs, _spanUs)}. ";
        if (_run.Samples.Count == 0)
        {
            return from0 + "No sample was taken.";
        }

        FleetSample last = _run.Samples[^1];
        long longestUs = _run.Samples.Max(sample => sample.LongestDelayUs);
        string up = $"Sensors up: {ReportText.Count(last.UpCount)} at the end, at most "
            + $"{ReportText.Count(_run.Samples.Max(sample => sample.UpCount))}, of "
            + $"{ReportText.Count(_run.SensorCount)}. ";
        string dials = $"Dials: {ReportText.Count(_run.Samples.Sum(s => (long)s.DialCount))}. ";
        string readings = "Readings: "
            + $"{ReportText.Count(_run.Samples.Sum(s => (long)s.DeliveredCount))} delivered of "
            + $"{ReportText.Count(_run.Samples.Sum(s => (long)s.SentCount))} sent";
        string delay = longestUs > 0 ? $", the longest after {ReportText.Span(longestUs)}. " : ". ";
        return from0 + up + dials + readings + delay + "The faults are in a table below.";
    }

    private readonly record struct Mark(
        double FromX, double UntilX, string Label, bool IsMoment, bool IsFailure);
}
