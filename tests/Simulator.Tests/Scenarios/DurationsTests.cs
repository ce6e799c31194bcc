// Durations, shares and clocks between text and numbers.

using Simulator.Scenarios;
using Xunit;

namespace Simulator.Tests.Scenarios;

public class DurationsTests
{
    [Theory]
    [InlineData("0", 0)]
    [InlineData("0s", 0)]
    [InlineData("1ms", 1)]
    [InlineData("500ms", 500)]
    [InlineData("30s", 30_000)]
    [InlineData("30 s", 30_000)]
    [InlineData("1.5s", 1_500)]
    [InlineData("0.001s", 1)]
    [InlineData("10m", 600_000)]
    [InlineData("0.5m", 30_000)]
    [InlineData("1h", 3_600_000)]
    [InlineData("24h", 86_400_000)]
    [InlineData("007s", 7_000)]
    public void A_number_and_a_unit_are_a_duration(string text, long ms)
    {
        Assert.True(Durations.TryParse(text, out long parsed));
        Assert.Equal(ms, parsed);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("s")]
    [InlineData("ms")]
    [InlineData("30")]
    [InlineData("1.5x")]
    [InlineData("-1s")]
    [InlineData("+1s")]
    [InlineData("1,5s")]
    [InlineData("1.5.5s")]
    [InlineData(".5s")]
    [InlineData("5.s")]
    [InlineData("1e3s")]
    [InlineData("1h30m")]
    [InlineData("0.5ms")]
    [InlineData("0.0001s")]
    [InlineData("1S")]
    [InlineData(" 1s")]
    [InlineData("1s ")]
    [InlineData("1 0s")]
    [InlineData("١s")]
    [InlineData("9999999999999999h")]
    public void Anything_else_is_none(string? text)
    {
        Assert.False(Durations.TryParse(text, out long ms));
        Assert.Equal(0, ms);
    }

    [Theory]
    [InlineData(0, "0s", "0 s")]
    [InlineData(1, "1ms", "1 ms")]
    [InlineData(999, "999ms", "999 ms")]
    [InlineData(1_000, "1s", "1 s")]
    [InlineData(1_001, "1.001s", "1.001 s")]
    [InlineData(1_500, "1.5s", "1.5 s")]
    [InlineData(90_000, "90s", "90 s")]
    [InlineData(120_000, "2m", "2 min")]
    [InlineData(3_600_000, "1h", "1 h")]
    [InlineData(5_400_000, "90m", "90 min")]
    [InlineData(-5_000, "-5s", "-5 s")]
    [InlineData(long.MinValue, "-9223372036854775.808s", "-9223372036854775.808 s")]
    public void A_duration_is_written_with_the_largest_unit_that_fits(
        long ms, string text, string words)
    {
        Assert.Equal(text, Durations.ToText(ms));
        Assert.Equal(words, Durations.ToWords(ms));
    }

    [Fact]
    public void What_was_written_can_be_read()
    {
        Draw draw = new(1);
        for (int i = 0; i < 10_000; i++)
        {
            long ms = draw.Between(0, draw.Between(1, Scenario.MaximumForMs));
            Assert.True(Durations.TryParse(Durations.ToText(ms), out long parsed));
            Assert.Equal(ms, parsed);
        }
    }

    [Theory]
    [InlineData("0", 0)]
    [InlineData("0%", 0)]
    [InlineData("5%", 50_000)]
    [InlineData("5 %", 50_000)]
    [InlineData("0.5%", 5_000)]
    [InlineData("0.05", 50_000)]
    [InlineData("0.000001", 1)]
    [InlineData("0.0001%", 1)]
    [InlineData("100%", 1_000_000)]
    [InlineData("1.0", 1_000_000)]
    public void A_percentage_or_a_decimal_number_is_a_share(string text, int share)
    {
        Assert.True(Shares.TryParse(text, out int parsed));
        Assert.Equal(share, parsed);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("%")]
    [InlineData("1")]
    [InlineData("5")]
    [InlineData("5 %%")]
    [InlineData("-5%")]
    [InlineData("101%")]
    [InlineData("1.000001")]
    [InlineData("0.0000001")]
    [InlineData("0.00001%")]
    [InlineData("99999999999999%")]
    [InlineData("5 percent")]
    public void Anything_else_is_no_share(string? text)
    {
        Assert.False(Shares.TryParse(text, out int share));
        Assert.Equal(0, share);
    }

    [Theory]
    [InlineData(0, "0%", "0 %")]
    [InlineData(1, "0.0001%", "0.0001 %")]
    [InlineData(5_000, "0.5%", "0.5 %")]
    [InlineData(50_000, "5%", "5 %")]
    [InlineData(1_000_000, "100%", "100 %")]
    public void A_share_is_written_as_a_percentage(int share, string text, string words)
    {
        Assert.Equal(text, Shares.ToText(share));
        Assert.Equal(words, Shares.ToWords(share));
    }

    [Fact]
    public void Every_share_that_was_written_can_be_read()
    {
        for (int share = 0; share <= Shares.Whole; share += share < 20_000 ? 1 : 997)
        {
            Assert.True(Shares.TryParse(Shares.ToText(share), out int parsed));
            Assert.Equal(share, parsed);
        }
    }

    [Theory]
    [InlineData("0", 0)]
    [InlineData("5s", 5_000)]
    [InlineData("-5s", -5_000)]
    [InlineData("- 5s", -5_000)]
    [InlineData("wrap", int.MinValue)]
    [InlineData("wrap - 5s", int.MaxValue - 4_999)]
    [InlineData("wrap-1ms", int.MaxValue)]
    [InlineData("wrap + 5s", int.MinValue + 5_000)]
    [InlineData("2147483647ms", int.MaxValue)]
    [InlineData("-2147483648ms", int.MinValue)]
    public void A_clock_begins_around_zero_or_around_the_turn_of_its_sign(string text, int ms)
    {
        Assert.True(ClockText.TryParse(text, out int parsed));
        Assert.Equal(ms, parsed);
        Assert.True(ClockText.TryParse(ClockText.ToText(ms), out int again));
        Assert.Equal(ms, again);
    }

    [Theory]
    [InlineData("")]
    [InlineData("-")]
    [InlineData("+5s")]
    [InlineData("--5s")]
    [InlineData("5000")]
    [InlineData("wrap 5s")]
    [InlineData("wrap - -5s")]
    [InlineData("wraps")]
    [InlineData("2147483648ms")]
    [InlineData("-2147483649ms")]
    public void Anything_else_is_no_clock(string text)
    {
        Assert.False(ClockText.TryParse(text, out _));
    }

    [Fact]
    public void Every_clock_that_was_written_can_be_read()
    {
        Draw draw = new(2);
        for (int i = 0; i < 10_000; i++)
        {
            int ms = (int)draw.Between(int.MinValue, int.MaxValue);
            Assert.True(ClockText.TryParse(ClockText.ToText(ms), out int parsed));
            Assert.Equal(ms, parsed);
        }
    }
}
