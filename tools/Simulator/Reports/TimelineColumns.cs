// The samples of a run as columns of a chart: when there are more samples than a chart can show,
// some share a column, and what is worst for the fleet is what is drawn.

using System;
using System.Collections.Generic;

namespace Simulator.Reports;

/// <summary>One column of the charts.</summary>
/// <param name="FromUs">Its begin.</param>
/// <param name="UntilUs">Its end.</param>
/// <param name="UpCount">Fewest sensors up.</param>
/// <param name="DialsPerSecond">Most dials a second.</param>
/// <param name="SentPerSecond">Readings sent a second, on average.</param>
/// <param name="DeliveredPerSecond">Readings delivered a second, on average.</param>
/// <param name="MedianDelayUs">The longest of the median delays; 0 when nothing was
/// delivered.</param>
/// <param name="LongestDelayUs">The longest delay; 0 when nothing was delivered.</param>
internal readonly record struct TimelineColumn(
    long FromUs,
    long UntilUs,
    int UpCount,
    double DialsPerSecond,
    double SentPerSecond,
    double DeliveredPerSecond,
    long MedianDelayUs,
    long LongestDelayUs);

/// <summary>Makes columns of samples.</summary>
internal static class TimelineColumns
{
    private const long Second = 1_000_000;

    // A run shorter than this is looked at closely.
    private const long ShortRunUs = 60 * Second;

    /// <summary>Makes the columns.</summary>
    /// <param name="samples">The samples.</param>
    /// <param name="maximumCount">Most columns.</param>
    public static List<TimelineColumn> Of(IReadOnlyList<FleetSample> samples, int maximumCount)
    {
        List<FleetSample> gathered = Gather(samples);
        int share = Math.Max(1, (gathered.Count + maximumCount - 1) / maximumCount);
        var columns = new List<TimelineColumn>();
        long fromUs = 0;
        for (int i = 0; i < gathered.Count; i += share)
        {
            TimelineColumn column = Merge(
                gathered, i, Math.Min(i + share, gathered.Count), fromUs);
            columns.Add(column);
            fromUs = column.UntilUs;
        }

        return columns;
    }

    /// <summary>Whether columns show less than the samples say.</summary>
    /// <param name="samples">The samples.</param>
    /// <param name="maximumCount">Most columns.</param>
    public static bool Coarsen(IReadOnlyList<FleetSample> samples, int maximumCount)
    {
        int count = samples.Count > 0 && samples[0].AtUs == 0 ? samples.Count - 1 : samples.Count;
        return Of(samples, maximumCount).Count < count;
    }

    // Over less than a second, "so many a second" is a wild guess: of a long run, samples that
    // stand closer are put together first. A sample at the very beginning has no time before it, so
    // it counts nothing.
    private static List<FleetSample> Gather(IReadOnlyList<FleetSample> samples)
    {
        var gathered = new List<FleetSample>();
        bool isLong = samples.Count > 0 && samples[^1].AtUs >= ShortRunUs;
        long fromUs = 0;
        FleetSample? open = null;
        foreach (FleetSample sample in samples)
        {
            if (sample.AtUs <= 0)
            {
                continue;
            }

            open = open is { } before ? Together(before, sample) : sample;
            if (!isLong || sample.AtUs - fromUs >= Second)
            {
                gathered.Add(open.Value);
                open = null;
                fromUs = sample.AtUs;
            }
        }

        if (open is { } last)
        {
            gathered.Add(last);
        }

        return gathered;
    }

    private static FleetSample Together(FleetSample one, FleetSample next) => new(
        next.AtUs,
        Math.Min(one.UpCount, next.UpCount),
        one.DialCount + next.DialCount,
        one.SentCount + next.SentCount,
        one.DeliveredCount + next.DeliveredCount,
        next.InFlightCount,
        Math.Max(one.MedianDelayUs, next.MedianDelayUs),
        Math.Max(one.LongestDelayUs, next.LongestDelayUs));

    private static TimelineColumn Merge(
        List<FleetSample> samples, int from, int until, long fromUs)
    {
        FleetSample all = samples[from];
        double dials = 0;
        long previousUs = fromUs;
        for (int i = from; i < until; i++)
        {
            FleetSample sample = samples[i];
            all = i > from ? Together(all, sample) : sample;
            long us = Math.Max(1, sample.AtUs - previousUs);
            dials = Math.Max(dials, sample.DialCount * 1e6 / us);
            previousUs = sample.AtUs;
        }

        double perSecond = 1e6 / Math.Max(1, previousUs - fromUs);
        return new TimelineColumn(
            fromUs,
            previousUs,
            all.UpCount,
            dials,
            all.SentCount * perSecond,
            all.DeliveredCount * perSecond,
            all.MedianDelayUs,
            all.LongestDelayUs);
    }
}
