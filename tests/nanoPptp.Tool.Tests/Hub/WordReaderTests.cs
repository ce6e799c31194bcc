// Words of pppd's files.

using System;
using System.Linq;
using nanoPptp.Tool.Hub.Configuration;
using Xunit;

namespace nanoPptp.Tool.Tests.Hub;

public sealed class WordReaderTests
{
    [Theory]
    [InlineData("a b\tc", "a|b|c")]
    [InlineData("  # only a comment\n", "")]
    [InlineData("a#comment\nb", "a|b")]
    [InlineData("\"two words\" 'and # more'", "two words|and # more")]
    [InlineData("one\" word\"'s'", "one words")]
    [InlineData(@"a\ b \# \n\x41\101", "a b|#|\nAA")]
    [InlineData("\"it's\" 'say \"hi\"'", "it's|say \"hi\"")]
    [InlineData("\"\" x", "|x")]
    [InlineData("long\\\nword", "longword")]
    [InlineData("last\\", "last")]
    [InlineData(@"\x4g\8", "\u0004g8")]
    public void Quotes_escapes_and_comments_are_those_of_pppd(string text, string expected)
    {
        ConfigurationReport report = new();
        string[] words = [.. WordReader.ReadAll(text, "f", report).Select(word => word.Text)];

        Assert.Equal(expected.Length == 0 ? [] : expected.Split('|'), words);
        Assert.Empty(report.Errors);
    }

    [Fact]
    public void A_word_knows_its_line_and_whether_it_begins_one()
    {
        var words = WordReader.ReadAll("\n a b\n\nc \\\n d\n#\ne", "f", new ConfigurationReport());

        Assert.Equal(
            [new("a", 2, true), new("b", 2, false), new("c", 4, true), new("d", 5, false),
                new Word("e", 7, true)],
            words);
    }

    [Fact]
    public void A_quote_that_is_never_closed_is_told_with_its_line_and_without_its_text()
    {
        ConfigurationReport report = new();
        WordReader.ReadAll("a\nb \"hunter2\nc", "f", report);

        Remark error = Assert.Single(report.Errors);
        Assert.StartsWith("f:2: a quote", error.ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain("hunter2", error.ToString(), StringComparison.Ordinal);
    }
}
