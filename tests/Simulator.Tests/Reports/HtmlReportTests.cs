// The report on disk: one file that needs nothing else, whatever is in the record. How it looks is
// tested in a browser (tests/Simulator.Web.Tests).

using System;
using System.IO;
using System.Linq;
using System.Text;
using System.Text.RegularExpressions;
using System.Xml.Linq;
using Simulator.Reports;
using Simulator.World;
using Xunit;

namespace Simulator.Tests.Reports;

public sealed partial class HtmlReportTests
{
    private const string Nasty = "</title><script>alert('\"&')</script>";

    [Fact]
    public void The_head_says_what_one_needs_to_have_the_run_again()
    {
        RunRecord run = PlausibleRun.Make();
        string page = Page(run);
        Assert.StartsWith("<!doctype html>\n<html lang=en>", page, StringComparison.Ordinal);
        Assert.Contains("<title>failed: night-storm, seed 14695981039346656037</title>", page,
            StringComparison.Ordinal);
        Assert.Contains("✗ failed", page, StringComparison.Ordinal);
        Assert.Contains(run.TraceHash, page, StringComparison.Ordinal);
        Assert.Contains($"<code>{run.Command}</code>", page, StringComparison.Ordinal);
        Assert.Contains("<dd>10:00.000</dd>", page, StringComparison.Ordinal);
        Assert.Contains("<dd>2.35 s, 255 times as fast</dd>", page, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(Verdict.Passed)]
    [InlineData(Verdict.Failed)]
    [InlineData(Verdict.Running)]
    public void A_report_needs_no_script_and_nothing_from_elsewhere(Verdict verdict)
    {
        string page = Page(PlausibleRun.Make(verdict: verdict));
        Assert.DoesNotContain("<script", page, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain("javascript:", page, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain("http:", page, StringComparison.Ordinal);
        Assert.DoesNotContain("https:", page, StringComparison.Ordinal);
        Assert.DoesNotContain(" style=", page, StringComparison.Ordinal);
        Assert.DoesNotContain("url(", page, StringComparison.Ordinal);
        Assert.All(
            Link().Matches(page).Select(match => match.Groups[1].Value),
            target => Assert.True(target.StartsWith('#') || target == "data:,", target));
    }

    [Fact]
    public void The_same_record_gives_the_same_octets_but_for_the_real_time()
    {
        RunRecord run = PlausibleRun.Make(seed: 5);
        Assert.Equal(Page(run), Page(PlausibleRun.Make(seed: 5)));

        string[] lines = Page(run).Split('\n');
        string[] others = Page(run with { RealMs = 99 }).Split('\n');
        (string, string)[] different =
            [.. lines.Zip(others).Where(pair => pair.First != pair.Second)];
        Assert.Equal(lines.Length, others.Length);
        Assert.StartsWith("<dt>Real time</dt>", Assert.Single(different).Item1,
            StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(1000, 1000, 600)]
    [InlineData(200, 600, 120)]
    [InlineData(1, 1, 1)]
    public void A_report_is_never_longer_than_its_limit(int sensors, int samples, int lines)
    {
        RunRecord run = PlausibleRun.Make(
            sensorCount: sensors, sampleCount: samples, ladderLineCount: lines);
        int length = Encoding.UTF8.GetByteCount(Page(run));
        TestContext.Current.TestOutputHelper?.WriteLine($"{length} octets");
        Assert.InRange(length, 1, HtmlReport.MaximumLength);
    }

    [Fact]
    public void What_does_not_fit_is_left_out_and_said_to_be()
    {
        RunRecord run = PlausibleRun.Make(
            sensorCount: 1000, sampleCount: 1000, ladderLineCount: 600);
        string filler = new('"', 200);
        run = run with
        {
            SensorCount = 5000,
            Sensors = [.. run.Sensors.Select(sensor => sensor with { Hub = filler })],
            Ladder = [.. run.Ladder.Select(line => line with { Text = filler })],
            Failures = [.. Enumerable.Repeat(new RunFailure("c", 1, filler, filler), 500)],
            Faults = [.. Enumerable.Repeat(new FaultRecord(filler, filler, 1, 2), 500)],
            Expectations = [.. Enumerable.Repeat(new ExpectationRecord(filler, 1, true), 500)],
            Hubs = [.. Enumerable.Repeat(new HubRecord(filler, 1, 1, 1, 1), 500)],
            Figures = [.. Enumerable.Repeat(new Figure(filler, filler, filler), 500)],
        };
        string page = Page(run);
        Assert.InRange(Encoding.UTF8.GetByteCount(page), 1, HtmlReport.MaximumLength);

        Match sensors = SensorsLeftOut().Match(page);
        Assert.True(sensors.Success);
        int left = int.Parse(sensors.Groups[1].Value.Replace(",", "", StringComparison.Ordinal));
        string fleet = page[page.IndexOf("<tbody id=fleet>", StringComparison.Ordinal)..];
        Assert.Equal(5000 - left, Row().Count(fleet));
        Assert.Matches("lines left out here</text>", page);
        Assert.Matches("[0-9]+ more left out here; the JSON Lines have them", page);
    }

    [Fact]
    public void Sensors_with_trouble_are_kept_longest()
    {
        RunRecord run = PlausibleRun.Make(sensorCount: 1000);
        string table = SensorTable.Write(run, 20_000, isLive: false).ToString();
        SensorRecord[] troubled = [.. run.Sensors.Where(
            s => s.Stage != "Up" || s.Diagnosis.Length > 0 || s.SentCount != s.DeliveredCount)];
        Assert.InRange(troubled.Length, 50, 200);
        Assert.All(troubled, sensor => Assert.Contains(
            $"<th scope=row>{sensor.Name}<td>", table, StringComparison.Ordinal));
        Assert.Contains("those without trouble first", table, StringComparison.Ordinal);
    }

    [Fact]
    public void Text_of_files_and_strangers_never_becomes_markup()
    {
        var run = new RunRecord
        {
            Name = Nasty,
            About = Nasty,
            Command = Nasty,
            TraceHash = Nasty,
            Verdict = Verdict.Failed,
            NowUs = 1_000_000,
            Checks = [Nasty],
            Failures = [new RunFailure(Nasty, 1, Nasty, Nasty)],
            Expectations = [new ExpectationRecord(Nasty, null, true)],
            Faults = [new FaultRecord(Nasty, Nasty, 0, 5)],
            Hubs = [new HubRecord(Nasty, 1, 1, 1, 1)],
            Sensors = [new SensorRecord(Nasty, Nasty, Nasty, Nasty, Nasty, 1, 1, 1, 1, 1)],
            SensorCount = 1,
            LadderSensor = Nasty,
            Ladder =
            [
                new LadderLine(1, Direction.ToHub, Nasty, Nasty),
                new LadderLine(2, null, Nasty, ""),
            ],
            Figures = [new Figure(Nasty, Nasty, Nasty)],
        };
        string page = Page(run);
        Assert.DoesNotContain("<script", page, StringComparison.Ordinal);
        Assert.Equal(1, Regex.Count(page, "</title>\n<style>"));
        Assert.Contains(
            "&lt;script&gt;alert(&#39;&quot;&amp;&#39;)", page, StringComparison.Ordinal);
    }

    [Fact]
    public void Control_characters_and_halves_of_characters_are_replaced()
    {
        RunRecord run = PlausibleRun.Make() with { Name = "a\0b\u001b[2Jc\ud800d\u202ee\nf😀" };
        string page = Page(run);
        Assert.Contains("a\ufffdb\ufffd[2Jc\ufffdd\ufffde f😀", page, StringComparison.Ordinal);
        Assert.DoesNotContain('\0', page);
        Assert.DoesNotContain('\u001b', page);
        Assert.DoesNotContain('\u202e', page);
    }

    [Fact]
    public void An_empty_record_gives_a_page_too()
    {
        string page = Page(new RunRecord());
        Assert.Contains("… running", page, StringComparison.Ordinal);
        Assert.Contains("No reading was delivered.", page, StringComparison.Ordinal);
    }

    [Fact]
    public void Every_table_has_a_caption_and_every_picture_a_text()
    {
        string page = Page(PlausibleRun.Make());
        Assert.Equal(Regex.Count(page, "<table"), Regex.Count(page, "<caption>[^<]+</caption>"));
        Assert.Equal(2, Regex.Count(page, "role=img aria-labelledby="));
        Assert.Equal(2, Regex.Count(page, "<title id=[a-z-]+>The run over time</title><desc id="));
        Assert.Contains("Sensors up: 200 at the end, at most 200, of 200.", page,
            StringComparison.Ordinal);
    }

    [Fact]
    public void Pictures_are_well_formed_and_their_names_are_unique()
    {
        string page = Page(PlausibleRun.Make());
        MatchCollection pictures = Picture().Matches(page);
        Assert.True(pictures.Count > 4);
        foreach (Match picture in pictures)
        {
            string xml = Unquoted().Replace(picture.Value, "$1=\"$2\"$3");
            Assert.Equal("svg", XElement.Parse(xml).Name.LocalName);
        }

        string[] names = [.. Name().Matches(page).Select(match => match.Groups[1].Value)];
        Assert.Equal(names.Length, names.Distinct(StringComparer.Ordinal).Count());
        string[] used = [.. Use().Matches(page).Select(match => match.Groups[1].Value)];
        Assert.NotEmpty(used);
        Assert.Empty(used.Except(names));
    }

    private static string Page(RunRecord run)
    {
        using var writer = new StringWriter();
        HtmlReport.Write(writer, run);
        return writer.ToString();
    }

    [GeneratedRegex("(?:href|src)=\"?([^\" >]*)")]
    private static partial Regex Link();

    [GeneratedRegex("([0-9,]+) sensors of 5,000 left out here")]
    private static partial Regex SensorsLeftOut();

    [GeneratedRegex("<tr>")]
    private static partial Regex Row();

    [GeneratedRegex("<svg.*?</svg>", RegexOptions.Singleline)]
    private static partial Regex Picture();

    [GeneratedRegex("""([a-z-]+)=([^" >]+)([ >])""")]
    private static partial Regex Unquoted();

    [GeneratedRegex(""" id="?([^" >]+)""")]
    private static partial Regex Name();

    [GeneratedRegex("""<use href="#([^"]+)""")]
    private static partial Regex Use();
}
