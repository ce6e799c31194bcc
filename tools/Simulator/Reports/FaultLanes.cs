// Where the bars of faults and their labels go so that no two of them touch: a bar and its label
// are one box, and every box takes the first lane in which it fits. Labels are monospaced, so their
// width is known without measuring.

using System;
using System.Collections.Generic;

namespace Simulator.Reports;

/// <summary>A bar that wants a place.</summary>
/// <param name="FromX">Its left end.</param>
/// <param name="UntilX">Its right end.</param>
/// <param name="Label">Its label.</param>
internal readonly record struct LaneWish(double FromX, double UntilX, string Label);

/// <summary>The place that it got.</summary>
/// <param name="Lane">Which lane, from 0.</param>
/// <param name="LabelX">Where the label begins.</param>
/// <param name="Label">The label, cut when it is too long for the chart.</param>
/// <param name="LeftX">Left end of bar and label together.</param>
/// <param name="RightX">Right end of both.</param>
internal readonly record struct LanePlace(
    int Lane, double LabelX, string Label, double LeftX, double RightX);

/// <summary>Packs bars into lanes.</summary>
internal static class FaultLanes
{
    /// <summary>Width of a character of a label: 11 pixels high, monospaced.</summary>
    public const double CharacterWidth = 6.7;

    private const double Padding = 5;
    private const double Gap = 8;

    /// <summary>Finds places.</summary>
    /// <param name="wishes">The bars in any order.</param>
    /// <param name="left">Left end of the chart.</param>
    /// <param name="right">Right end of the chart.</param>
    /// <param name="maximumLaneCount">Most lanes.</param>
    /// <returns>A place for each; null for those that found none.</returns>
    public static LanePlace?[] Pack(
        IReadOnlyList<LaneWish> wishes, double left, double right, int maximumLaneCount)
    {
        var places = new LanePlace?[wishes.Count];
        var lanes = new List<List<(double Left, double Right)>>();
        for (int i = 0; i < wishes.Count; i++)
        {
            LanePlace place = Beside(wishes[i], left, right);
            int lane = lanes.FindIndex(taken => IsFree(taken, place));
            if (lane < 0)
            {
                if (lanes.Count == maximumLaneCount)
                {
                    continue;
                }

                lane = lanes.Count;
                lanes.Add([]);
            }

            lanes[lane].Add((place.LeftX, place.RightX));
            places[i] = place with { Lane = lane };
        }

        return places;
    }

    // In the bar when it fits, else right of it, else left of it, else cut and over it.
    private static LanePlace Beside(LaneWish wish, double left, double right)
    {
        double width = wish.Label.Length * CharacterWidth;
        if (width + (2 * Padding) <= wish.UntilX - wish.FromX)
        {
            return new LanePlace(
                0, wish.FromX + Padding, wish.Label, wish.FromX, wish.UntilX);
        }

        if (wish.UntilX + Padding + width <= right)
        {
            double labelX = wish.UntilX + Padding;
            return new LanePlace(0, labelX, wish.Label, wish.FromX, labelX + width);
        }

        if (wish.FromX - Padding - width >= left)
        {
            double labelX = wish.FromX - Padding - width;
            return new LanePlace(0, labelX, wish.Label, labelX, wish.UntilX);
        }

        string label = ReportText.Cut(
            wish.Label, (int)((right - left - (2 * Padding)) / CharacterWidth));
        width = label.Length * CharacterWidth;
        double x = Math.Clamp(wish.FromX + Padding, left + Padding, right - Padding - width);
        return new LanePlace(
            0, x, label, Math.Min(x, wish.FromX), Math.Max(x + width, wish.UntilX));
    }

    private static bool IsFree(List<(double Left, double Right)> taken, LanePlace place)
    {
        foreach ((double left, double right) in taken)
        {
            if (place.LeftX < right + Gap && left < place.RightX + Gap)
            {
                return false;
            }
        }

        return true;
    }
}
