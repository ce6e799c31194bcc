// lib/CONFORMANCE.md names for every rule the file that keeps it and a test that proves it. This is what
// keeps the page true: each rule once, each file and each test there, each test with the rule's number.

using System;
using System.Collections.Generic;
using System.Globalization;
using System.IO;
using System.Linq;
using System.Runtime.CompilerServices;
using System.Text.RegularExpressions;
using Xunit;

namespace nanoPptp.Tests;

public sealed partial class ConformanceTests
{
    private const int RuleCount = 91;
    private const string Nothing = "–";

    // Rules that do not apply say so in words; there are no others without a test.
    private static readonly int[] s_notOurs = [84, 85];

    private static readonly string s_root = FindRoot();
    private static readonly Row[] s_rows = [.. ReadRows(
        File.ReadAllLines(Path.Combine(s_root, "lib", "CONFORMANCE.md")))];

    public static TheoryData<int> Rules => [.. Enumerable.Range(1, RuleCount)];

    [Fact]
    public void Every_rule_has_one_row_and_they_are_in_order() => Assert.Equal(
        Enumerable.Range(1, RuleCount), s_rows.Select(row => row.Rule));

    [Theory]
    [MemberData(nameof(Rules))]
    public void The_file_and_the_test_of_a_rule_exist(int rule)
    {
        Row row = s_rows.Single(row => row.Rule == rule);
        Assert.True(row.What.Length > 20, "what the rule says is missing");
        if (s_notOurs.Contains(rule))
        {
            Assert.StartsWith("Does not apply: ", row.What);
            Assert.Equal([Nothing, Nothing, Nothing], [row.Source, row.Where, row.Test]);
            return;
        }

        Assert.NotEqual("", row.Source);
        Assert.True(File.Exists(Path.Combine(s_root, "lib", row.Where)), row.Where);
        Assert.Contains($"C{rule:00}_", row.Test);
        Assert.Contains(row.Test, s_tests.Value);
    }

    [Theory]
    [InlineData("| 7 | words | 2637 s.2 | a.cs | C07_That_it_works |", true)]
    [InlineData("| rule | what | RFC | where | test |", false)]
    [InlineData("| ---: | --- | --- | --- | --- |", false)]
    [InlineData("text", false)]
    public void Only_rows_of_rules_are_read(string line, bool isRow)
    {
        Row[] rows = [.. ReadRows([line])];
        Assert.Equal(isRow, rows.Length == 1);
        if (isRow)
        {
            Assert.Equal(new Row(7, "words", "2637 s.2", "a.cs", "C07_That_it_works"), rows[0]);
        }
    }

    [Fact]
    public void Tests_are_found_by_their_attribute_and_not_by_their_name_alone()
    {
        string[] names = [.. TestsIn(
            "    [Fact]\n    public void C01_One()\n"
            + "    [Theory]\n    [InlineData(1)]\n    [InlineData(\n        2)]\n"
            + "    public async Task C02_Two(int i)\n"
            + "    private void C03_Three()\n    public void C04_Four()\n"
            + "    // [Fact]\n    // public void C05_Five()\n")];
        Assert.Equal(["C01_One", "C02_Two"], names);
    }

    private static readonly Lazy<HashSet<string>> s_tests = new(() =>
    [
        .. Directory.EnumerateFiles(
                Path.Combine(s_root, "tests"), "*.cs", SearchOption.AllDirectories)
            .SelectMany(file => TestsIn(File.ReadAllText(file))),
    ]);

    private static IEnumerable<Row> ReadRows(IEnumerable<string> lines)
    {
        foreach (string line in lines)
        {
            string[] cells = [.. line.Split('|').Select(cell => cell.Trim())];
            if (cells.Length == 7
                && int.TryParse(cells[1], CultureInfo.InvariantCulture, out int rule))
            {
                yield return new Row(rule, cells[2], cells[3], cells[4], cells[5]);
            }
        }
    }

    private static IEnumerable<string> TestsIn(string source) =>
        Test().Matches(source).Select(match => match.Groups["name"].Value);

    [GeneratedRegex(
        @"^ *\[(Fact|Theory)\b[^\n]*\n(?: *\[[^\]]*\][^\n]*\n)*"
            + @" *public (?:async )?(?:void|Task) (?<name>C\d\d_\w+)\(",
        RegexOptions.Multiline)]
    private static partial Regex Test();

    private static string FindRoot([CallerFilePath] string here = "") =>
        Path.GetFullPath(Path.Combine(Path.GetDirectoryName(here)!, "..", ".."));

    private sealed record Row(int Rule, string What, string Source, string Where, string Test);
}
