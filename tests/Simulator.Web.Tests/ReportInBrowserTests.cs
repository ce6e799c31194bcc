// The report as a browser shows it: readable, in the light and in the dark, on a desk and on a
// phone.

using System;
using System.IO;
using System.Threading.Tasks;
using Microsoft.Playwright;
using Simulator.Reports;
using Simulator.Scenarios;
using Simulator.Tests.Reports;
using Simulator.World;
using Xunit;

namespace Simulator.Web.Tests;

[Collection(SharedBrowser.Name)]
public sealed class ReportInBrowserTests(Browser browser)
{
    [Theory]
    [InlineData(false, 1280)]
    [InlineData(true, 1280)]
    [InlineData(false, 800)]
    [InlineData(false, 360)]
    [InlineData(true, 360)]
    public async Task A_report_can_be_read(bool isDark, int width)
    {
        await using BrowserPage page = await browser.OpenAsync(isDark, width);
        string name = $"report-{(isDark ? "dark" : "light")}-{width}";
        await ShowAsync(page, PlausibleRun.Make(), name);
        await page.KeepScreenshotsAsync(name);
        await page.ExpectContrastAsync();
        await page.ExpectLayoutAsync();
        Assert.Empty(page.Complaints);

        // Dark is dark.
        double back = await page.Page.EvaluateAsync<double>(
            "() => Number(getComputedStyle(document.documentElement).backgroundColor"
            + ".match(/[\\d.]+/)[0])");
        Assert.Equal(isDark, back < 64);
    }

    [Fact]
    public async Task A_large_report_can_be_read()
    {
        await using BrowserPage page = await browser.OpenAsync();
        RunRecord run = PlausibleRun.Make(
            sensorCount: 1000, sampleCount: 1000, ladderLineCount: 600, verdict: Verdict.Passed);
        await ShowAsync(page, run, "report-large");
        await page.KeepScreenshotsAsync("report-large");
        await page.ExpectLayoutAsync();
        Assert.Empty(page.Complaints);
        Assert.Equal(1000, await page.Page.Locator("#fleet tr").CountAsync());
    }

    [Fact]
    public async Task A_report_of_a_real_run_can_be_read()
    {
        var scenario = new Scenario
        {
            Name = "two-hubs",
            About = "Forty sensors, two hubs; the first dies while packets get lost.",
            ForMs = 120_000,
            Hubs = [new HubPlan { Replicas = 2 }],
            Sensors = [new SensorPlan { Replicas = 40, FirstDialMs = 10_000 }],
            Faults =
            [
                new Fault { Kind = FaultKind.Loss, Share = 50_000 },
                new Fault
                {
                    Kind = FaultKind.Duplicate, AtMs = 5_000, ForMs = 20_000, Share = 50_000,
                },
                new Fault
                {
                    Kind = FaultKind.HubKilled, AtMs = 40_000, ForMs = 30_000, Hub = "hub-1",
                },
                new Fault { Kind = FaultKind.NatMappingLost, AtMs = 90_000, Sensor = "sensor-3" },
            ],
            Expectations = [new Expectation { Kind = ExpectationKind.Up, WithinMs = 30_000 }],
        };
        using var simulation = new Simulation(scenario, new SimulationOptions { Seed = 2 });
        await using BrowserPage page = await browser.OpenAsync();
        await ShowAsync(page, simulation.Run(), "report-real");
        await page.KeepScreenshotsAsync("report-real");
        await page.ExpectContrastAsync();
        await page.ExpectLayoutAsync();
        Assert.Empty(page.Complaints);
    }

    [Fact]
    public async Task The_smallest_report_can_be_read()
    {
        await using BrowserPage page = await browser.OpenAsync();
        await ShowAsync(page, new RunRecord { Name = "nothing" }, "report-empty");
        await page.KeepScreenshotsAsync("report-empty");
        await page.ExpectLayoutAsync();
        Assert.Empty(page.Complaints);
    }

    [Theory]
    [InlineData(1280)]
    [InlineData(360)]
    public async Task Names_without_end_do_not_widen_the_page(int width)
    {
        string name = new('W', 4000);
        await using BrowserPage page = await browser.OpenAsync(width: width);
        RunRecord run = PlausibleRun.Make();
        run = run with
        {
            Name = name,
            About = name,
            Command = name,
            Figures = [new Figure(name, name, name), .. run.Figures],
            Faults = [new FaultRecord(name, name, 5_000_000, 9_000_000), .. run.Faults],
            Failures = [new RunFailure(name, 5_000_000, name, name)],
            Expectations = [new ExpectationRecord(name, null, true)],
            LadderSensor = name,
        };
        await ShowAsync(page, run, $"report-long-{width}");
        await page.KeepScreenshotsAsync($"report-long-{width}");
        await page.ExpectLayoutAsync();
    }

    [Fact]
    public async Task On_paper_everything_is_there_and_light()
    {
        const int A4Width = 794;
        await using BrowserPage page = await browser.OpenAsync(isDark: true, A4Width);
        await ShowAsync(page, PlausibleRun.Make(), "report-print");
        await page.Page.EmulateMediaAsync(new PageEmulateMediaOptions { Media = Media.Print });
        await page.KeepScreenshotsAsync("report-print");
        await page.ExpectLayoutAsync();
        await page.ExpectContrastAsync();
        Assert.Empty(await page.Page.EvaluateAsync<string[]>(
            "() => [...document.querySelectorAll('.scroll')].filter(box => "
            + "box.scrollHeight > box.clientHeight + 1).map(box => box.textContent.slice(0, 40))"));
        byte[] pdf = await page.Page.PdfAsync(new PagePdfOptions
        {
            Path = Path.Combine(Browser.ScreenshotFolder, "report.pdf"),
            Format = "A4",
            Margin = new Margin { Top = "15mm", Bottom = "15mm", Left = "12mm", Right = "12mm" },
        });
        Assert.True(pdf.Length > 10_000);
    }

    [Fact]
    public async Task Charts_and_tables_have_names_for_those_who_cannot_see_them()
    {
        await using BrowserPage page = await browser.OpenAsync();
        await ShowAsync(page, PlausibleRun.Make(), "report-names");
        IPage tab = page.Page;
        await Assertions.Expect(tab.GetByRole(AriaRole.Img, new() { Name = "The run over time" }))
            .ToHaveCountAsync(1);
        foreach (string name in new[] { "What was made to go wrong", "Sensors", "Conversation of" })
        {
            await Assertions.Expect(tab.GetByRole(AriaRole.Region, new() { Name = name }).First)
                .ToBeVisibleAsync();
        }

        await Assertions.Expect(tab.GetByRole(AriaRole.Rowheader, new() { Name = "hub-1" }))
            .ToHaveCountAsync(1);
        await Assertions.Expect(tab.GetByRole(AriaRole.Columnheader, new() { Name = "Last end" }))
            .ToHaveCountAsync(1);
        Assert.Equal("en", await tab.EvaluateAsync<string>("() => document.documentElement.lang"));
    }

    private static async Task ShowAsync(BrowserPage page, RunRecord run, string name)
    {
        string folder = Path.Combine(AppContext.BaseDirectory, "pages");
        Directory.CreateDirectory(folder);
        string path = Path.Combine(folder, name + ".html");
        await using (StreamWriter writer = File.CreateText(path))
        {
            HtmlReport.Write(writer, run);
        }

        await page.Page.GotoAsync(new Uri(path).AbsoluteUri);
    }
}
