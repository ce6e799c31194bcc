// Labels above the charts never touch each other.

using System;
using System.Collections.Generic;
using System.Linq;
using Simulator.Reports;
using Xunit;

namespace Simulator.Tests.Reports;

public sealed class FaultLanesTests
{
    private const double Left = 56;
    private const double Right = 948;

    [Fact]
    public void Boxes_of_one_lane_never_touch_and_stay_in_the_chart()
    {
        for (int seed = 0; seed < 200; seed++)
        {
            var random = new Random(seed);
            LaneWish[] wishes = [.. Enumerable.Range(0, 40).Select(_ => Wish(random))];
            LanePlace?[] places = FaultLanes.Pack(wishes, Left, Right, 14);
            List<LanePlace> placed = [.. places.OfType<LanePlace>()];
            Assert.NotEmpty(placed);
            Assert.All(placed, place => Assert.InRange(place.Lane, 0, 13));
            Assert.All(placed, place => Assert.InRange(place.LeftX, Left, Right));
            Assert.All(placed, place => Assert.InRange(place.RightX, Left, Right + 3));
            foreach (IGrouping<int, LanePlace> lane in placed.GroupBy(place => place.Lane))
            {
                LanePlace[] sorted = [.. lane.OrderBy(place => place.LeftX)];
                for (int i = 1; i < sorted.Length; i++)
                {
                    Assert.True(sorted[i].LeftX >= sorted[i - 1].RightX + 8);
                }
            }
        }
    }

    [Fact]
    public void A_label_stands_in_its_bar_or_beside_it()
    {
        const string Label = "0123456789";
        double width = Label.Length * FaultLanes.CharacterWidth;

        LanePlace inside = Place(new LaneWish(100, 300, Label));
        Assert.InRange(inside.LabelX, 100, 300 - width);

        LanePlace right = Place(new LaneWish(100, 120, Label));
        Assert.InRange(right.LabelX, 120, 130);

        LanePlace left = Place(new LaneWish(Right - 10, Right, Label));
        Assert.InRange(left.LabelX + width, Right - 20, Right - 10);
    }

    [Fact]
    public void A_label_longer_than_the_chart_is_cut()
    {
        LanePlace place = Place(new LaneWish(100, 103, new string('m', 500)));
        Assert.EndsWith("…", place.Label, StringComparison.Ordinal);
        Assert.InRange(
            place.LabelX + (place.Label.Length * FaultLanes.CharacterWidth), Left, Right);
    }

    [Fact]
    public void Without_a_free_lane_a_bar_finds_no_place()
    {
        LaneWish wish = new(Left, Right, "all the time");
        Assert.Equal(
            [true, true, false],
            FaultLanes.Pack([wish, wish, wish], Left, Right, 2).Select(place => place is not null));
    }

    private static LanePlace Place(LaneWish wish) =>
        FaultLanes.Pack([wish], Left, Right, 1)[0]!.Value;

    private static LaneWish Wish(Random random)
    {
        double from = Left + (random.NextDouble() * (Right - Left));
        double until = Math.Min(Right, from + (random.NextDouble() * 300));
        return new LaneWish(from, until, new string('m', random.Next(1, 60)));
    }
}
