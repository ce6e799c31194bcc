// The ladder says of every message which way it went, what it was and whether it arrived.

using System;
using System.Linq;
using System.Text.RegularExpressions;
using Simulator.Reports;
using Simulator.World;
using Xunit;

namespace Simulator.Tests.Reports;

public sealed class LadderDiagramTests
{
    [Theory]
    [InlineData("TCP connect to port 1723", "tcp")]
    [InlineData("Start-Control-Connection-Request version 1.0", "pptp")]
    [InlineData("GRE call 7 seq 1: LCP Configure-Request id 1", "lcp")]
    [InlineData("GRE call 7 seq 1 ack 4: CHAP Challenge id 1", "auth")]
    [InlineData("GRE call 7 seq 1: PAP Authenticate-Request id 1", "auth")]
    [InlineData("GRE call 7 seq 1: CCP Configure-Ack id 1", "ccp")]
    [InlineData("GRE call 7 seq 1: IPCP Configure-Nak id 1", "ipcp")]
    [InlineData("GRE call 7 seq 1: MPPE count 9 A D, 62 octets", "data")]
    [InlineData("GRE call 7 seq 1: IPv4 UDP 10.98.0.2:1 > 10.98.0.1:2, 4 octets", "data")]
    [InlineData("GRE call 7 seq 1: malformed LCP, 2 octets", "data")]
    [InlineData("malformed GRE, 3 octets", "data")]
    [InlineData("GRE call 7 ack 4", "ack")]
    public void An_arrow_names_the_protocol(string text, string shape)
    {
        Assert.Contains($"<use href=\"#{shape}-h\"/>", Draw(ToHub(text)), StringComparison.Ordinal);
        Assert.Contains(
            $"<use href=\"#{shape}-s\"/>",
            Draw(new LadderLine(1, Direction.ToSensor, text, "")),
            StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("lost", true)]
    [InlineData("lost in a burst", true)]
    [InlineData("blocked", true)]
    [InlineData("too long for the path", true)]
    [InlineData("corrupted, lost", true)]
    [InlineData("twice", false)]
    [InlineData("held back, twice", false)]
    [InlineData("late", false)]
    [InlineData("", false)]
    public void What_never_arrives_has_a_broken_arrow_and_says_why(string fate, bool isLost)
    {
        string ladder = Draw(ToHub("TCP close") with { Fate = fate });
        Assert.Contains(
            $"<use href=\"#tcp-h{(isLost ? "-lost" : "")}\"/>", ladder, StringComparison.Ordinal);
        Assert.Equal(
            fate.Length > 0,
            ladder.Contains(
                $"<tspan class={(isLost ? "x" : "f")}>{fate}</tspan>", StringComparison.Ordinal));
    }

    [Fact]
    public void The_direction_is_there_for_those_who_do_not_see_the_arrow()
    {
        Assert.Contains("→</tspan> TCP close", Draw(ToHub("TCP close")), StringComparison.Ordinal);
        Assert.Contains(
            "←</tspan> TCP close",
            Draw(new LadderLine(1, Direction.ToSensor, "TCP close", "")),
            StringComparison.Ordinal);
    }

    [Fact]
    public void A_remark_stands_at_the_side_that_it_is_about()
    {
        Assert.Contains("#at-sensor\"", Draw(Remark("sensor: stage Up")), StringComparison.Ordinal);
        Assert.Contains("#at-hub\"", Draw(Remark("hub: noted")), StringComparison.Ordinal);
        Assert.Contains("#between\"", Draw(Remark("the weather")), StringComparison.Ordinal);
    }

    [Fact]
    public void A_long_silence_is_shown_as_one()
    {
        string ladder = Draw(
            ToHub("TCP close") with { AtUs = 1_000_000 },
            ToHub("TCP close") with { AtUs = 3_900_000 },
            ToHub("TCP close") with { AtUs = 8_150_000 });
        Assert.Equal(1, Regex.Count(ladder, "href=\"#pause\""));
        Assert.Contains("4.25 s later", ladder, StringComparison.Ordinal);
    }

    [Fact]
    public void A_budget_that_is_too_small_leaves_out_the_middle()
    {
        LadderLine[] lines =
            [.. Enumerable.Range(0, 500).Select(i => ToHub($"Echo-Request id {i}"))];
        string ladder = LadderDiagram.Draw(
            new RunRecord { Ladder = lines }, 20_000, out int leftOut).ToString();
        Assert.InRange(leftOut, 300, 499);
        Assert.InRange(ladder.Length, 10_000, 25_000);
        Assert.Contains(" Echo-Request id 0</text>", ladder, StringComparison.Ordinal);
        Assert.Contains(" Echo-Request id 499</text>", ladder, StringComparison.Ordinal);
        Assert.Contains($"{leftOut} lines left out here", ladder, StringComparison.Ordinal);
        Assert.Equal(500 - leftOut, Regex.Count(ladder, "Echo-Request id "));
    }

    private static LadderLine ToHub(string text) => new(1, Direction.ToHub, text, "");

    private static LadderLine Remark(string text) => new(1, null, text, "");

    private static string Draw(params LadderLine[] lines) => LadderDiagram.Draw(
        new RunRecord { Ladder = lines }, int.MaxValue, out _).ToString();
}
