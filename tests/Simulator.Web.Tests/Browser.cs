// One browser for all tests: the Chromium of the system, headless, with no way to anywhere but this
// machine. Pages are judged by what the browser says of them: its console, its layout, its colours.

using System;
using System.Collections.Generic;
using System.IO;
using System.Threading.Tasks;
using Microsoft.Playwright;
using Xunit;

namespace Simulator.Web.Tests;

public sealed class Browser : IAsyncLifetime
{
    public const string Missing =
        "Chromium is missing: apt-get install --no-install-recommends chromium";

    private const string ExecutablePath = "/usr/bin/chromium";
    private const float TimeoutMs = 30_000;

    private IPlaywright? _playwright;
    private IBrowser? _browser;

    public static string ScreenshotFolder { get; } =
        Path.Combine(AppContext.BaseDirectory, "screenshots");

    public async ValueTask InitializeAsync()
    {
        if (!File.Exists(ExecutablePath))
        {
            return;
        }

        Directory.CreateDirectory(ScreenshotFolder);
        _playwright = await Playwright.CreateAsync();
        var arguments = new List<string>
        {
            "--no-proxy-server",
            "--disable-background-networking",
            "--host-resolver-rules=MAP * ~NOTFOUND , EXCLUDE 127.0.0.1",
        };
        if (Environment.UserName == "root")
        {
            // Chromium's sandbox refuses to work for root.
            arguments.Add("--no-sandbox");
        }

        _browser = await _playwright.Chromium.LaunchAsync(new BrowserTypeLaunchOptions
        {
            ExecutablePath = ExecutablePath,
            Headless = true,
            Timeout = TimeoutMs,
            Args = arguments,
        });
    }

    public async ValueTask DisposeAsync()
    {
        if (_browser is not null)
        {
            await _browser.DisposeAsync();
        }

        _playwright?.Dispose();
    }

    /// <summary>Opens an empty page; skips the test where there is no browser, or fails it where
    /// the environment variable NANOPPTP_INTEROP is "required".</summary>
    /// <param name="isDark">Whether the system is said to be dark.</param>
    /// <param name="width">Width of the window in pixels.</param>
    /// <param name="hasScript">Whether JavaScript is on.</param>
    public async Task<BrowserPage> OpenAsync(
        bool isDark = false, int width = 1280, bool hasScript = true)
    {
        if (_browser is null)
        {
            if (Environment.GetEnvironmentVariable("NANOPPTP_INTEROP") == "required")
            {
                Assert.Fail(Missing);
            }

            Assert.Skip(Missing);
        }

        IBrowserContext context = await _browser.NewContextAsync(new BrowserNewContextOptions
        {
            ColorScheme = isDark ? ColorScheme.Dark : ColorScheme.Light,
            ViewportSize = new ViewportSize { Width = width, Height = 900 },
            JavaScriptEnabled = hasScript,
            ReducedMotion = ReducedMotion.Reduce,
        });
        context.SetDefaultTimeout(TimeoutMs);
        return new BrowserPage(context, await context.NewPageAsync());
    }
}

[CollectionDefinition(Name)]
public sealed class SharedBrowser : ICollectionFixture<Browser>
{
    public const string Name = "browser";
}

/// <summary>A page and what the browser complained about.</summary>
public sealed class BrowserPage : IAsyncDisposable
{
    // What is read against what: the colour of each text that can be seen against the first
    // background that is not transparent behind it. A picture has no backgrounds, so its texts are
    // read against what the picture stands on; the labels in bars against the bar too.
    private const string ContrastScript = """
        () => {
          const channels = colour => {
            const parts = colour.match(/[\d.]+/g).map(Number);
            return parts.length > 3 && parts[3] === 0 ? null : parts.slice(0, 3);
          };
          const luminance = rgb => {
            const [r, g, b] = rgb.map(v => {
              v /= 255;
              return v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4;
            });
            return 0.2126 * r + 0.7152 * g + 0.0722 * b;
          };
          const contrast = (a, b) => {
            const [hi, lo] = [luminance(a), luminance(b)].sort((x, y) => y - x);
            return (hi + 0.05) / (lo + 0.05);
          };
          const behind = element => {
            for (let e = element; e; e = e.parentElement) {
              const back = channels(getComputedStyle(e).backgroundColor);
              if (back) {
                return back;
              }
            }
            return [255, 255, 255];
          };
          const found = { texts: 0, lines: 0, bad: [] };
          const judge = (element, colour, back, least, what) => {
            const value = contrast(colour, back);
            if (value < least) {
              found.bad.push(`${what} ${element.getAttribute('class') ?? ''} `
                + `"${(element.textContent ?? '').trim().slice(0, 30)}" ${value.toFixed(2)}`);
            }
          };
          const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
          while (walker.nextNode()) {
            const element = walker.currentNode.parentElement;
            const isShape = element.closest('defs') !== null;
            if (!walker.currentNode.data.trim() || (!isShape && !element.getClientRects().length)
                || ['SCRIPT', 'STYLE', 'TITLE', 'title', 'desc'].includes(element.tagName)) {
              continue;
            }
            const style = getComputedStyle(element);
            const isPicture = element instanceof SVGElement;
            const colour = channels(isPicture ? style.fill : style.color);
            found.texts++;
            judge(element, colour, behind(element), 4.5, 'text');
            if (element.matches('.lane:not(.failed)')) {
              const bar = document.querySelector('rect.bar');
              if (bar) {
                judge(element, colour, channels(getComputedStyle(bar).fill), 4.5, 'label on bar');
              }
            }
          }
          for (const line of document.querySelectorAll(
              '.line, .thin, .area, .shaft, .cross, .failure, .bar, .moment, .base, .life')) {
            const stroke = channels(getComputedStyle(line).stroke);
            found.lines++;
            judge(line, stroke, behind(line), 3, 'line');
          }
          return found;
        }
        """;

    // Pairs of texts in the charts that lie on each other, as the browser's own fonts have them.
    private const string OverlapScript = """
        () => {
          const bad = [];
          for (const picture of document.querySelectorAll('.timeline svg')) {
            const texts = [...picture.querySelectorAll('text')]
              .map(text => [text, text.getBoundingClientRect()])
              .filter(([, box]) => box.width > 0);
            texts.forEach(([a, p], i) => texts.slice(i + 1).forEach(([b, q]) => {
              if (p.left < q.right && q.left < p.right
                  && p.top + 2 < q.bottom && q.top + 2 < p.bottom) {
                bad.push(`"${a.textContent}" and "${b.textContent}"`);
              }
            }));
            const frame = picture.getBoundingClientRect();
            texts.forEach(([a, p]) => {
              if (p.left < frame.left - 1 || p.right > frame.right + 1) {
                bad.push(`"${a.textContent}" leaves the picture`);
              }
            });
          }
          return bad;
        }
        """;

    private readonly IBrowserContext _context;

    public BrowserPage(IBrowserContext context, IPage page)
    {
        _context = context;
        Page = page;
        page.Console += (_, message) =>
        {
            if (message.Type is "error" or "warning")
            {
                Complaints.Add(message.Text);
            }
        };
        page.PageError += (_, error) => Complaints.Add(error);
        page.RequestFailed += (_, request) => Complaints.Add(request.Url + " " + request.Failure);
    }

    public IPage Page { get; }

    /// <summary>Errors and warnings of the console, also of the Content-Security-Policy.</summary>
    public List<string> Complaints { get; } = [];

    public async ValueTask DisposeAsync() => await _context.DisposeAsync();

    /// <summary>Demands that everything can be read (WCAG 2.2, 1.4.3 and 1.4.11).</summary>
    public async Task ExpectContrastAsync()
    {
        Contrast found = await Page.EvaluateAsync<Contrast>(ContrastScript);
        Assert.True(found.Texts > 50, $"{found.Texts} texts");
        Assert.True(found.Lines > 5, $"{found.Lines} lines");
        Assert.Empty(found.Bad);
    }

    /// <summary>Demands that the page fits its window, and that no text of the charts lies on
    /// another.</summary>
    public async Task ExpectLayoutAsync()
    {
        Assert.Equal(
            0,
            await Page.EvaluateAsync<int>(
                "() => document.documentElement.scrollWidth"
                + " - document.documentElement.clientWidth"));
        Assert.Empty(await Page.EvaluateAsync<string[]>(OverlapScript));
    }

    /// <summary>Keeps a picture of the whole page, and of its charts and its ladder, to look at.
    /// </summary>
    public async Task KeepScreenshotsAsync(string name)
    {
        await Page.ScreenshotAsync(new PageScreenshotOptions
        {
            Path = Path.Combine(Browser.ScreenshotFolder, name + ".png"),
            FullPage = true,
        });
        foreach (string part in new[] { "timeline", "ladder" })
        {
            ILocator element = Page.Locator($".{part}").First;
            if (await element.CountAsync() > 0)
            {
                await element.ScreenshotAsync(new LocatorScreenshotOptions
                {
                    Path = Path.Combine(Browser.ScreenshotFolder, $"{name}-{part}.png"),
                });
            }
        }
    }

    private sealed class Contrast
    {
        public int Texts { get; set; }

        public int Lines { get; set; }

        public string[] Bad { get; set; } = [];
    }
}
