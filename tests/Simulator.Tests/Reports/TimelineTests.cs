// Axes and columns of the charts.

using System.Collections.Generic;
using System.Linq;
using Simulator.Reports;
using Xunit;

namespace Simulator.Tests.Reports;

public sealed class TimelineTests
{
    private const long Second = 1_000_000;

    [Theory]
    [InlineData(600 * Second, 11, "0:00 1:00 2:00 3:00 4:00 5:00 6:00 7:00 8:00 9:00 10:00")]
    [InlineData(7 * Second, 5, "0:00 0:02 0:04 0:06")]
    [InlineData(Second / 2, 5, "0:00.000 0:00.100 0:00.200 0:00.300 0:00.400 0:00.500")]
    [InlineData(86_400 * Second, 5, "0:00:00 6:00:00 12:00:00 18:00:00 24:00:00")]
    public void Times_at_the_axis_are_round(long spanUs, int most, string labels)
    {
        IReadOnlyList<Tick> ticks = TimelineScale.Time(spanUs, most);
        Assert.Equal(labels.Split(' '), ticks.Select(tick => tick.Label));
        Assert.Equal(0, ticks[0].Share);
        Assert.All(ticks, tick => Assert.InRange(tick.Share, 0, 1));
    }

    [Theory]
    [InlineData(0, 1)]
    [InlineData(0.35, 0.4)]
    [InlineData(1, 1)]
    [InlineData(1.01, 2)]
    [InlineData(57, 60)]
    [InlineData(201, 300)]
    [InlineData(870, 1000)]
    public void An_axis_ends_at_a_round_number(double value, double end) =>
        Assert.Equal(end, TimelineScale.Ceiling(value), 9);

    [Fact]
    public void A_logarithmic_axis_holds_all_values_and_names_powers_of_ten()
    {
        IReadOnlyList<Tick> ticks =
            TimelineScale.Logarithmic(20_000, 74 * Second, out int from, out int until);
        Assert.Equal(["10 ms", "100 ms", "1 s", "10 s", "100 s"], ticks.Select(tick => tick.Label));
        Assert.Equal((4, 8), (from, until));
        Assert.Equal([0, .25, .5, .75, 1], ticks.Select(tick => tick.Share));
    }

    [Fact]
    public void Samples_that_share_a_column_show_the_worst()
    {
        FleetSample[] samples =
        [
            new(1 * Second, 10, 4, 10, 8, 2, 30, 90),
            new(2 * Second, 7, 8, 20, 10, 12, 50, 70),
            new(4 * Second, 9, 2, 30, 30, 12, 0, 0),
        ];
        List<TimelineColumn> columns = TimelineColumns.Of(samples, 2);
        Assert.Equal(
            [
                new TimelineColumn(0, 2 * Second, 7, 8, 15, 9, 50, 90),
                new TimelineColumn(2 * Second, 4 * Second, 9, 1, 15, 15, 0, 0),
            ],
            columns);
        Assert.Equal(3, TimelineColumns.Of(samples, 3).Count);
    }

    [Fact]
    public void What_is_lowest_does_not_lie_on_a_logarithmic_axis()
    {
        TimelineScale.Logarithmic(10_000, 10_000, out int from, out int until);
        Assert.Equal((3, 5), (from, until));
    }

    [Fact]
    public void Of_a_long_run_no_column_is_shorter_than_a_second()
    {
        FleetSample[] samples =
        [
            .. Enumerable.Range(1, 300).Select(
                i => new FleetSample(i * Second / 4, i, 1, 2, 1, 0, i, 2 * i)),
        ];
        List<TimelineColumn> columns = TimelineColumns.Of(samples, 420);
        Assert.Equal(75, columns.Count);
        Assert.Equal(new TimelineColumn(0, Second, 1, 4, 8, 4, 4, 8), columns[0]);
        Assert.True(TimelineColumns.Coarsen(samples, 420));

        // A short one is looked at as closely as it was sampled.
        Assert.Equal(100, TimelineColumns.Of(samples[..100], 420).Count);
        Assert.False(TimelineColumns.Coarsen(samples[..100], 420));
    }

    [Fact]
    public void A_sample_at_the_very_beginning_is_no_column() =>
        Assert.Empty(TimelineColumns.Of([new FleetSample(0, 1, 0, 0, 0, 0, 0, 0)], 10));

    [Theory]
    [InlineData(80, "80 µs")]
    [InlineData(12_500, "12.5 ms")]
    [InlineData(3_250_000, "3.25 s")]
    [InlineData(245_000_000, "4:05 min")]
    [InlineData(3_725_000_000, "1:02:05 h")]
    public void Stretches_of_time_have_the_unit_that_suits_them(long us, string text) =>
        Assert.Equal(text, ReportText.Span(us));
}
