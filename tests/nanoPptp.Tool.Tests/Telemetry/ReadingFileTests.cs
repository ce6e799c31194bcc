// Files of readings: exact numbers, exact times, and what is wrong with a line.

using System.Collections.Generic;
using System.IO;
using System.Linq;
using nanoPptp.Tool.Telemetry;
using Xunit;

namespace nanoPptp.Tool.Tests.Telemetry;

public sealed class ReadingFileTests
{
    private const string Names = "time,name,value,unit\n";

    [Theory]
    [InlineData("0", 0, 0)]
    [InlineData("-0.000", 0, 0)]
    [InlineData("21.5", 215, -1)]
    [InlineData("21.50", 215, -1)]
    [InlineData("21.00", 21, 0)]
    [InlineData("+7", 7, 0)]
    [InlineData("-0.007", -7, -3)]
    [InlineData("1e3", 1000, 0)]
    [InlineData("1.25E+1", 125, -1)]
    [InlineData("1.25e-6", 125, -8)]
    [InlineData("1e25", 1000000000000000000, 7)]
    [InlineData("9223372036854775807", long.MaxValue, 0)]
    [InlineData("0.1", 1, -1)]
    [InlineData("100e-2", 1, 0)]
    public void A_decimal_number_stays_exactly_what_it_is(string text, long mantissa, int exponent)
    {
        Assert.Null(DecimalNumber.Read(text, out long readMantissa, out int readExponent));
        Assert.Equal((mantissa, exponent), (readMantissa, readExponent));
    }

    [Theory]
    [InlineData("", "is no number")]
    [InlineData("-", "is no number")]
    [InlineData(".5", "is no number")]
    [InlineData("5.", "is no number")]
    [InlineData("1,5", "is no number")]
    [InlineData("1e", "is no number")]
    [InlineData("1e1.5", "is no number")]
    [InlineData("NaN", "is no number")]
    [InlineData("0x10", "is no number")]
    [InlineData("1 000", "is no number")]
    [InlineData("9223372036854775808", "has too many digits")]
    [InlineData("1e60", "is too large or too small")]
    [InlineData("1e-31", "is too large or too small")]
    public void What_is_no_number_says_so(string text, string why)
    {
        Assert.Equal(why, DecimalNumber.Read(text, out _, out _));
    }

    [Theory]
    [InlineData("268435456", 268435456000)]
    [InlineData("1772409600", 1772409600000)]
    [InlineData("1772409600.5", 1772409600500)]
    [InlineData("1772409600.125", 1772409600125)]
    [InlineData("1.7724096e9", 1772409600000)]
    [InlineData("2026-03-02T00:00:00Z", 1772409600000)]
    [InlineData("2026-03-02 00:00:00Z", 1772409600000)]
    [InlineData("2026-03-02T00:00Z", 1772409600000)]
    [InlineData("2026-03-02T01:00:00+01:00", 1772409600000)]
    [InlineData("2026-03-01T19:00:00.125-05:00", 1772409600125)]
    public void Times_are_read_to_the_millisecond(string text, long expectedMs)
    {
        Assert.Equal(expectedMs, Assert.Single(Read(Names + $"{text},t,1,\n")).TimeMs);
    }

    [Theory]
    [InlineData("2026-03-02T00:00:00", "has no zone")]
    [InlineData("2026-03-02T00:00:00.1234Z", "is finer than a millisecond")]
    [InlineData("1772409600.1234", "is finer than a millisecond")]
    [InlineData("268435455.999", "is not between July 1978")]
    [InlineData("-1", "is not between July 1978")]
    [InlineData("1e20", "is not between July 1978")]
    [InlineData("1978-07-04T21:24:15Z", "is before July 1978")]
    [InlineData("2026-02-30T00:00:00Z", "is none")]
    [InlineData("yesterday", "is none")]
    [InlineData("", "is none")]
    public void A_wrong_time_says_why(string text, string why)
    {
        Assert.Contains(why, Complaint(Names + $"{text},t,1,\n"));
    }

    [Fact]
    public void Columns_may_stand_in_any_order_and_the_unit_may_be_missing()
    {
        CsvReading expected = new(1772409600000, "t", 15, -1, null);
        Assert.Equal([expected], Read("Value, NAME ,time\n1.5,t,1772409600\n"));
        Assert.Equal(
            [expected with { Unit = "%RH" }],
            Read("unit,note,time,name,value\r\n%RH,\"a, b\",1772409600,t,1.5\r\n"));
    }

    [Fact]
    public void Readings_are_sorted_by_time_and_those_of_one_time_stay_in_order()
    {
        IReadOnlyList<CsvReading> readings = Read(
            Names + "1772409603,a,1,\n1772409601,b,1,\n\n1772409603,c,1,\n1772409601,d,1,\n");
        Assert.Equal("bdac", string.Concat(readings.Select(one => one.Name)));
    }

    [Theory]
    [InlineData("", "line 1", "names of the columns")]
    [InlineData("time,name\n", "line 1", "name the columns")]
    [InlineData("time,name,value,name\n1,a,1,b\n", "line 1", "same name")]
    [InlineData("1772409601,t,5,Cel\n", "line 1", "name the columns")]
    [InlineData(Names, "", "holds no reading")]
    [InlineData(Names + "1772409601,t,1,\n1772409602,t,1\n", "line 3", "3 fields, and the first line 4")]
    [InlineData(Names + "1772409601,t,1,\n\n\n1772409602,t,x,\n", "line 5", "value 'x' is no number")]
    [InlineData(Names + "1772409601,,1,\n", "line 2", "name '' is none")]
    [InlineData(Names + "1772409601,-t,1,\n", "line 2", "name '-t' is none")]
    [InlineData(Names + "1772409601,pümp,1,\n", "line 2", "name 'pümp' is none")]
    [InlineData(Names + "1772409601,t,1,two words\n", "line 2", "unit 'two words' is none")]
    [InlineData(Names + "1772409601,t,1,\n1772409601,\"t,1,\n1772409601,t,1,\n", "line 3", "no CSV")]
    public void A_wrong_line_is_named_with_what_is_wrong(string text, string line, string why)
    {
        string complaint = Complaint(text);
        Assert.Contains(line, complaint);
        Assert.Contains(why, complaint);
    }

    [Fact]
    public void What_a_terminal_would_obey_is_shown_by_its_number()
    {
        string complaint = Complaint(Names + "1772409601,t,\u001b[2J" + new string('9', 60) + ",\n");
        Assert.Contains("\\u001b", complaint);
        Assert.DoesNotContain('\u001b', complaint);
        Assert.Contains("...", complaint);
    }

    private static IReadOnlyList<CsvReading> Read(string text)
    {
        using StringReader reader = new(text);
        return ReadingFile.Read(reader, "readings.csv");
    }

    private static string Complaint(string text)
    {
        ToolFailureException failure = Assert.Throws<ToolFailureException>(() => Read(text));
        Assert.Equal(ExitCode.FileUnreadable, failure.ExitCode);
        Assert.Contains("readings.csv", failure.Explanation.Sentence);
        return failure.Explanation.Sentence;
    }
}
