// JSON Lines as a program reads them, with the names that the README promises.

using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Runtime.CompilerServices;
using System.Text.Json;
using System.Text.RegularExpressions;
using Simulator.Reports;
using Xunit;

namespace Simulator.Tests.Reports;

public sealed partial class JsonLinesReportTests
{
    [Fact]
    public void Every_line_is_an_object_with_its_type()
    {
        RunRecord run = PlausibleRun.Make();
        JsonElement[] lines = Lines(run);
        (string Type, int Count)[] expected =
        [
            ("run", 1), ("fault", run.Faults.Count), ("expectation", run.Expectations.Count),
            ("failure", run.Failures.Count), ("hub", run.Hubs.Count), ("sensor", run.Sensors.Count),
            ("sample", run.Samples.Count), ("figure", run.Figures.Count),
            ("message", run.Ladder.Count),
        ];
        Assert.Equal(
            expected,
            lines.GroupBy(line => line.GetProperty("type").GetString()!)
                .Select(group => (group.Key, group.Count())));
    }

    [Fact]
    public void The_values_are_those_of_the_record()
    {
        RunRecord run = PlausibleRun.Make();
        JsonElement[] lines = Lines(run);
        Assert.Equal("14695981039346656037", lines[0].GetProperty("seed").GetString());
        Assert.Equal("failed", lines[0].GetProperty("verdict").GetString());
        Assert.Equal(run.Checks, lines[0].GetProperty("checks").EnumerateArray()
            .Select(check => check.GetString()!));

        JsonElement sample = First("sample");
        Assert.Equal(run.Samples[0].AtUs, sample.GetProperty("atUs").GetInt64());
        Assert.Equal(
            run.Samples[0].LongestDelayUs, sample.GetProperty("longestDelayUs").GetInt64());

        JsonElement[] expectations = All("expectation");
        Assert.Equal(24_310_000, expectations[0].GetProperty("metAtUs").GetInt64());
        Assert.Equal(JsonValueKind.Null, expectations[2].GetProperty("metAtUs").ValueKind);

        JsonElement[] messages = All("message");
        Assert.Equal("toHub", messages[0].GetProperty("direction").GetString());
        Assert.Equal("", messages[3].GetProperty("direction").GetString());
        Assert.Equal("lost", messages[7].GetProperty("fate").GetString());

        JsonElement First(string type) => All(type)[0];

        JsonElement[] All(string type) =>
            [.. lines.Where(line => line.GetProperty("type").GetString() == type)];
    }

    [Fact]
    public void Line_ends_and_quotes_in_a_text_stay_in_their_line()
    {
        RunRecord run = new() { Name = "a\r\nb\"c\u2028d\ud800", About = "é😀" };
        using var writer = new StringWriter();
        JsonLinesReport.Write(writer, run);
        string line = writer.ToString();
        Assert.Equal(line.Length - 1, line.IndexOf('\n', StringComparison.Ordinal));
        JsonElement read = JsonDocument.Parse(line).RootElement;
        Assert.Equal("a\r\nb\"c\u2028d\ufffd", read.GetProperty("name").GetString());
        Assert.Equal("é😀", read.GetProperty("about").GetString());
    }

    [Fact]
    public void The_same_record_gives_the_same_octets()
    {
        Assert.Equal(Text(PlausibleRun.Make(seed: 2)), Text(PlausibleRun.Make(seed: 2)));
        Assert.NotEqual(Text(PlausibleRun.Make(seed: 2)), Text(PlausibleRun.Make(seed: 3)));
    }

    [Fact]
    public void One_document_has_the_same_fields()
    {
        RunRecord run = PlausibleRun.Make();
        JsonElement document = JsonDocument.Parse(JsonLinesReport.Document(run)).RootElement;
        Assert.Equal("night-storm", document.GetProperty("name").GetString());
        Assert.Equal(run.Sensors.Count, document.GetProperty("sensors").GetArrayLength());
        Assert.Equal(
            "pump-1", document.GetProperty("sensors")[0].GetProperty("name").GetString());
        Assert.Equal(
            Names(Lines(run).First(line => line.GetProperty("type").GetString() == "sample"))[1..],
            Names(document.GetProperty("samples")[0]));
    }

    [Fact]
    public void The_README_lists_every_field()
    {
        string readme = File.ReadAllText(ReadmePath());
        foreach (IGrouping<string, JsonElement> group in Lines(PlausibleRun.Make())
            .GroupBy(line => line.GetProperty("type").GetString()!))
        {
            Match row = Regex.Match(readme, $@"\| `{group.Key}` \|[^|]*\|([^|]*)\|");
            Assert.True(row.Success, group.Key);
            string[] listed =
                [.. Code().Matches(row.Groups[1].Value).Select(match => match.Groups[1].Value)];
            Assert.Equal(Names(group.First())[1..], listed);
        }
    }

    private static string[] Names(JsonElement element) =>
        [.. element.EnumerateObject().Select(property => property.Name)];

    private static string Text(RunRecord run)
    {
        using var writer = new StringWriter();
        JsonLinesReport.Write(writer, run);
        return writer.ToString();
    }

    private static JsonElement[] Lines(RunRecord run)
    {
        string text = Text(run);
        Assert.EndsWith("\n", text, StringComparison.Ordinal);
        IEnumerable<string> lines = text[..^1].Split('\n');
        return [.. lines.Select(line => JsonDocument.Parse(line).RootElement)];
    }

    private static string ReadmePath()
    {
        string path = Path.Combine("tools", "Simulator", "README.md");
        foreach (string start in new[] { AppContext.BaseDirectory, SourceFolder() })
        {
            for (DirectoryInfo? at = new(start); at is not null; at = at.Parent)
            {
                if (File.Exists(Path.Combine(at.FullName, path)))
                {
                    return Path.Combine(at.FullName, path);
                }
            }
        }

        throw new FileNotFoundException(path);
    }

    private static string SourceFolder([CallerFilePath] string path = "") =>
        Path.GetDirectoryName(path)!;

    [GeneratedRegex("`([A-Za-z]+)`")]
    private static partial Regex Code();
}
