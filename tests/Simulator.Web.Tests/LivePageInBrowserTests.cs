// The live page in a browser: it follows the run, and without script it is a snapshot.

using System.Linq;
using System.Net;
using System.Threading.Tasks;
using Microsoft.Playwright;
using Simulator.Reports;
using Simulator.Scenarios;
using Simulator.Tests.Reports;
using Simulator.World;
using Xunit;
using static Microsoft.Playwright.Assertions;

namespace Simulator.Web.Tests;

[Collection(SharedBrowser.Name)]
public sealed class LivePageInBrowserTests(Browser browser)
{
    private static readonly IPEndPoint s_anyPort = new(IPAddress.Loopback, 0);

    [Theory]
    [InlineData(false, 1280)]
    [InlineData(true, 1280)]
    [InlineData(false, 360)]
    [InlineData(true, 360)]
    public async Task The_live_page_can_be_read(bool isDark, int width)
    {
        await using LivePage live = await StartAsync(Running());
        await using BrowserPage page = await browser.OpenAsync(isDark, width);
        await GotoLiveAsync(page, live);
        await page.KeepScreenshotsAsync($"live-{(isDark ? "dark" : "light")}-{width}");
        await page.ExpectContrastAsync();
        await page.ExpectLayoutAsync();
        Assert.Empty(page.Complaints);
    }

    [Fact]
    public async Task The_page_shows_the_fleet_and_follows_it()
    {
        RunRecord run = Running();
        await using LivePage live = await StartAsync(run);
        await using BrowserPage page = await browser.OpenAsync();
        await GotoLiveAsync(page, live);
        ILocator rows = page.Page.Locator("#fleet tr");
        await Expect(rows).ToHaveCountAsync(200);
        ILocator row = page.Page.Locator("#s4");
        await Expect(row).ToContainTextAsync("pump-5");
        await page.Page.EvaluateAsync("() => { window.wasHere = true; }");

        live.Publish(With(run, 4, run.Sensors[4] with { Stage = "Authentication", Hub = "hub-9" }));

        await Expect(row).ToContainTextAsync("Authentication");
        await Expect(row).ToContainTextAsync("hub-9");
        await Expect(rows).ToHaveCountAsync(200);

        live.Publish(run with
        {
            Verdict = Verdict.Failed,
            Failures = [new RunFailure("no-loss", 1_000_000, "pump-5", "It was lost.")],
        });

        await Expect(page.Page.Locator("h1")).ToContainTextAsync("failed");
        await Expect(page.Page.Locator("#part-failures")).ToContainTextAsync("no-loss");
        await Expect(page.Page).ToHaveTitleAsync(
            "failed: night-storm, seed 14695981039346656037");
        await Expect(row).ToContainTextAsync(run.Sensors[4].Hub);

        // All of this on the same page, without loading it again.
        Assert.True(await page.Page.EvaluateAsync<bool>("() => window.wasHere === true"));
        Assert.Empty(page.Complaints);
    }

    [Fact]
    public async Task The_ladder_follows_the_sensor_that_is_picked()
    {
        RunRecord run = Running();
        await using LivePage live = await StartAsync(run);
        await using BrowserPage page = await browser.OpenAsync();
        await GotoLiveAsync(page, live);
        Assert.Null(live.FollowedSensor);

        await page.Page.GetByRole(AriaRole.Link, new() { Name = "pump-7", Exact = true })
            .ClickAsync();
        ILocator ladder = page.Page.Locator("#part-ladder");
        await Expect(ladder).ToContainTextAsync("pump-7 was asked for");
        Assert.Equal("pump-7", live.FollowedSensor);

        live.Publish(run with
        {
            LadderSensor = "pump-7",
            Ladder = [new LadderLine(5_000_000, null, "sensor: stage Tcp", "")],
        });

        await Expect(ladder.Locator("h2")).ToHaveTextAsync("Conversation of pump-7");
        await Expect(ladder).ToContainTextAsync("sensor: stage Tcp");
        await Expect(page.Page.Locator("#fleet a[aria-current=true]")).ToHaveTextAsync("pump-7");
        Assert.Empty(page.Complaints);
    }

    [Fact]
    public async Task Where_the_reader_has_scrolled_to_stays()
    {
        RunRecord run = Running();
        await using LivePage live = await StartAsync(run);
        await using BrowserPage page = await browser.OpenAsync();
        await GotoLiveAsync(page, live);
        ILocator box = page.Page.Locator("#part-ladder .scroll");

        // At its end, a conversation goes on showing its end.
        await ExpectScrolledToEndAsync(page, isAtEnd: true);
        LadderLine more = new(390_000_000, null, "sensor: the last word", "");
        RunRecord longer = run with { Ladder = [.. run.Ladder, more, more, more, more] };
        live.Publish(longer);
        await Expect(box).ToContainTextAsync("the last word");
        await ExpectScrolledToEndAsync(page, isAtEnd: true);

        // Elsewhere it stays where it is.
        await box.EvaluateAsync("box => { box.scrollTop = 100; box.focus(); }");
        live.Publish(longer with
        {
            Ladder = [.. longer.Ladder, more with { Text = "hub: one more" }],
        });
        await Expect(box).ToContainTextAsync("one more");
        Assert.Equal(100, await box.EvaluateAsync<int>("box => box.scrollTop"));
        Assert.True(await box.EvaluateAsync<bool>("box => box === document.activeElement"));
    }

    [Fact]
    public async Task Without_script_the_page_is_a_snapshot()
    {
        RunRecord run = Running();
        await using LivePage live = await StartAsync(run);
        await using BrowserPage page = await browser.OpenAsync(hasScript: false);
        await page.Page.GotoAsync(live.Address.AbsoluteUri);
        await Expect(page.Page.Locator("#link")).ToContainTextAsync("snapshot");
        await Expect(page.Page.Locator("#fleet tr")).ToHaveCountAsync(200);
        await Expect(page.Page.Locator("#fleet")).ToContainTextAsync("pump-200");
        await Expect(page.Page.Locator("#part-ladder")).ToContainTextAsync("LCP Configure-Request");

        live.Publish(With(run, 0, run.Sensors[0] with { Stage = "Ccp" }));
        await page.Page
            .GetByRole(AriaRole.Link, new() { Name = "pump-1", Exact = true }).ClickAsync();
        await Expect(page.Page.Locator("#s0")).ToContainTextAsync("Ccp");
        Assert.Equal("pump-1", live.FollowedSensor);
    }

    [Fact]
    public async Task At_the_end_the_page_says_so_and_keeps_what_it_shows()
    {
        RunRecord run = Running();
        await using BrowserPage page = await browser.OpenAsync();
        await using (LivePage live = await StartAsync(run))
        {
            await GotoLiveAsync(page, live);

            // What is published last is seen, however soon the page ends.
            live.Publish(run with { Verdict = Verdict.Passed });
        }

        await Expect(page.Page.Locator("#link")).ToContainTextAsync("The simulation is over");
        await Expect(page.Page.Locator("h1")).ToContainTextAsync("✓ passed");
        await Expect(page.Page.Locator("#fleet tr")).ToHaveCountAsync(200);
    }

    [Fact]
    public async Task One_viewer_too_many_is_told_that_it_sees_a_snapshot()
    {
        await using LivePage live = await LivePage.StartAsync(
            s_anyPort,
            new LivePageOptions { MaximumViewerCount = 1 },
            TestContext.Current.CancellationToken);
        live.Publish(Running());
        await using BrowserPage first = await browser.OpenAsync();
        await GotoLiveAsync(first, live);
        await using BrowserPage second = await browser.OpenAsync();
        await second.Page.GotoAsync(live.Address.AbsoluteUri);
        await Expect(second.Page.Locator("#link")).ToContainTextAsync("too many viewers");
        await Expect(second.Page.Locator("#fleet tr")).ToHaveCountAsync(200);
    }

    [Fact]
    public async Task Markup_in_a_name_stays_text_when_it_comes_by_an_event()
    {
        RunRecord run = Running();
        await using LivePage live = await StartAsync(run);
        await using BrowserPage page = await browser.OpenAsync();
        await GotoLiveAsync(page, live);
        const string Nasty = "<img src=x onerror=\"window.hacked=1\">";
        live.Publish(With(run, 1, run.Sensors[1] with { Name = Nasty, Diagnosis = Nasty }));
        await Expect(page.Page.Locator("#s1 th")).ToHaveTextAsync(Nasty);
        Assert.Equal(0, await page.Page.Locator("#s1 img").CountAsync());
        await page.Page.Locator("#s1 a").ClickAsync();
        await Expect(page.Page.Locator("#part-ladder")).ToContainTextAsync(Nasty);
        Assert.Equal(Nasty, live.FollowedSensor);
        Assert.True(await page.Page.EvaluateAsync<bool>("() => window.hacked === undefined"));
        Assert.Empty(page.Complaints);
    }

    [Fact]
    public async Task A_real_run_can_be_followed_from_a_picked_sensor_to_the_verdict()
    {
        var scenario = new Scenario
        {
            Name = "live",
            ForMs = 60_000,
            Sensors = [new SensorPlan { Replicas = 20, FirstDialMs = 5_000 }],
            Faults = [new Fault { Kind = FaultKind.Loss, Share = 20_000 }],
        };
        using var simulation = new Simulation(scenario, new SimulationOptions { Seed = 4 });
        await using LivePage live = await StartAsync(simulation.Record());
        await using BrowserPage page = await browser.OpenAsync();
        await GotoLiveAsync(page, live);
        await page.Page.GetByRole(AriaRole.Link, new() { Name = "sensor-7", Exact = true })
            .ClickAsync();
        await Expect(page.Page.Locator("#part-ladder"))
            .ToContainTextAsync("sensor-7 was asked for");

        while (simulation.Step())
        {
            simulation.FollowedSensor = live.FollowedSensor ?? "";
            live.Publish(simulation.Record());
        }

        live.Publish(simulation.Record());
        await Expect(page.Page.Locator("h1")).ToContainTextAsync("✓ passed");
        await Expect(page.Page.Locator("#part-counters")).ToContainTextAsync("20 of 20");
        ILocator ladder = page.Page.Locator("#part-ladder");
        await Expect(ladder.Locator("h2")).ToHaveTextAsync("Conversation of sensor-7");
        await Expect(ladder).ToContainTextAsync("MPPE count");
        await ExpectScrolledToEndAsync(page, isAtEnd: true);
        await page.KeepScreenshotsAsync("live-real");
        await page.ExpectLayoutAsync();
        Assert.Empty(page.Complaints);
    }

    private static async Task<LivePage> StartAsync(RunRecord run)
    {
        LivePage live = await LivePage.StartAsync(
            s_anyPort, null, TestContext.Current.CancellationToken);
        live.Publish(run);
        return live;
    }

    private static RunRecord Running() => PlausibleRun.Make(verdict: Verdict.Running);

    private static RunRecord With(RunRecord run, int index, SensorRecord sensor) => run with
    {
        Sensors = [.. run.Sensors.Select((old, i) => i == index ? sensor : old)],
    };

    private static async Task GotoLiveAsync(BrowserPage page, LivePage live)
    {
        await page.Page.GotoAsync(live.Address.AbsoluteUri);
        await Expect(page.Page.Locator("#link")).ToContainTextAsync("follows the simulation");
    }

    private static async Task ExpectScrolledToEndAsync(BrowserPage page, bool isAtEnd) =>
        Assert.Equal(
            isAtEnd,
            await page.Page.Locator("#part-ladder .scroll").EvaluateAsync<bool>(
                "box => box.scrollTop > 0 "
                + "&& box.scrollTop + box.clientHeight > box.scrollHeight - 3"));
}
