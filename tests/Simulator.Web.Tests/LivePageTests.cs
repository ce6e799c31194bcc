// The live page as a server: who is answered, who is not, and that nobody can hold up the
// simulation.

using System;
using System.Diagnostics;
using System.IO;
using System.Linq;
using System.Net;
using System.Net.Http;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using System.Threading;
using System.Threading.Tasks;
using Simulator.Reports;
using Simulator.Tests.Reports;
using Xunit;

namespace Simulator.Web.Tests;

public sealed class LivePageTests : IAsyncLifetime
{
    private static readonly IPEndPoint s_anyPort = new(IPAddress.Loopback, 0);

    private readonly RunRecord _run = PlausibleRun.Make(verdict: Verdict.Running);
    private readonly HttpClient _client = new() { Timeout = TimeSpan.FromSeconds(30) };
    private LivePage _live = null!;

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _live = await LivePage.StartAsync(s_anyPort, null, Cancelled);
        _live.Publish(_run);
        _client.BaseAddress = _live.Address;
    }

    public async ValueTask DisposeAsync()
    {
        _client.Dispose();
        await _live.DisposeAsync();
    }

    [Fact]
    public async Task The_page_listens_on_this_machine_alone()
    {
        Assert.Equal("127.0.0.1", _live.Address.Host);
        Assert.NotEqual(0, _live.Address.Port);
        string page = await _client.GetStringAsync(new Uri("/", UriKind.Relative), Cancelled);
        Assert.Contains("pump-200", page, StringComparison.Ordinal);
        Say($"{Encoding.UTF8.GetByteCount(page)} octets");
    }

    [Fact]
    public async Task An_address_that_is_taken_is_an_exception()
    {
        await Assert.ThrowsAnyAsync<IOException>(() => LivePage.StartAsync(
            new IPEndPoint(IPAddress.Loopback, _live.Address.Port), null, Cancelled));
    }

    [Fact]
    public async Task Run_json_is_the_record()
    {
        using HttpResponseMessage response = await GetAsync("/run.json");
        Assert.Equal("application/json", response.Content.Headers.ContentType!.MediaType);
        JsonElement document = JsonDocument.Parse(
            await response.Content.ReadAsStringAsync(Cancelled)).RootElement;
        Assert.Equal("running", document.GetProperty("verdict").GetString());
        Assert.Equal(200, document.GetProperty("sensors").GetArrayLength());
    }

    [Theory]
    [InlineData("127.0.0.1", HttpStatusCode.OK)]
    [InlineData("127.0.0.1:9999", HttpStatusCode.OK)]
    [InlineData("localhost", HttpStatusCode.OK)]
    [InlineData("LOCALHOST:80", HttpStatusCode.OK)]
    [InlineData("[::1]:80", HttpStatusCode.OK)]
    [InlineData("evil.example", HttpStatusCode.MisdirectedRequest)]
    [InlineData("evil.example:80", HttpStatusCode.MisdirectedRequest)]
    [InlineData("localhost.evil.example", HttpStatusCode.MisdirectedRequest)]
    [InlineData("127.0.0.1.evil.example", HttpStatusCode.MisdirectedRequest)]
    [InlineData("127.1", HttpStatusCode.MisdirectedRequest)]
    public async Task Only_addresses_and_localhost_are_answered(string host, HttpStatusCode status)
    {
        foreach (string path in new[] { "/", "/run.json", "/nowhere" })
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, path);
            request.Headers.Host = host;
            using HttpResponseMessage response = await _client.SendAsync(request, Cancelled);
            bool isNowhere = path == "/nowhere" && status == HttpStatusCode.OK;
            Assert.Equal(isNowhere ? HttpStatusCode.NotFound : status, response.StatusCode);
        }
    }

    [Theory]
    [InlineData("POST")]
    [InlineData("PUT")]
    [InlineData("DELETE")]
    [InlineData("OPTIONS")]
    [InlineData("PATCH")]
    public async Task Only_GET_and_HEAD_are_answered(string method)
    {
        using var request = new HttpRequestMessage(new HttpMethod(method), "/?sensor=pump-3");
        using HttpResponseMessage response = await _client.SendAsync(request, Cancelled);
        Assert.Equal(HttpStatusCode.MethodNotAllowed, response.StatusCode);
        Assert.Equal(["GET", "HEAD"], response.Content.Headers.Allow);
        Assert.Null(_live.FollowedSensor);
    }

    [Fact]
    public async Task A_request_with_a_body_is_refused()
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "/?sensor=pump-3")
        {
            Content = new StringContent("x"),
        };
        using HttpResponseMessage response = await _client.SendAsync(request, Cancelled);
        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, response.StatusCode);
        Assert.Null(_live.FollowedSensor);
    }

    [Fact]
    public async Task HEAD_is_GET_without_the_content_and_picks_nothing()
    {
        foreach (string path in new[] { "/?sensor=pump-3", "/run.json", "/events" })
        {
            using var request = new HttpRequestMessage(HttpMethod.Head, path);
            using HttpResponseMessage response = await _client.SendAsync(request, Cancelled);
            Assert.Equal(HttpStatusCode.OK, response.StatusCode);
            Assert.Empty(await response.Content.ReadAsByteArrayAsync(Cancelled));
        }

        Assert.Null(_live.FollowedSensor);
    }

    [Fact]
    public async Task A_page_of_another_site_can_use_nothing_of_ours()
    {
        Assert.Equal(HttpStatusCode.Forbidden, await StatusAsync("cross-site", "no-cors"));
        Assert.Equal(HttpStatusCode.Forbidden, await StatusAsync("cross-site", "cors"));
        Assert.Equal(HttpStatusCode.OK, await StatusAsync("cross-site", "navigate"));
        Assert.Equal(HttpStatusCode.OK, await StatusAsync("same-origin", "cors"));

        async Task<HttpStatusCode> StatusAsync(string site, string mode)
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, "/");
            request.Headers.Add("Sec-Fetch-Site", site);
            request.Headers.Add("Sec-Fetch-Mode", mode);
            using HttpResponseMessage response = await _client.SendAsync(request, Cancelled);
            return response.StatusCode;
        }
    }

    [Theory]
    [InlineData("/")]
    [InlineData("/run.json")]
    [InlineData("/nowhere")]
    public async Task Every_answer_limits_what_a_browser_does_with_it(string path)
    {
        using HttpResponseMessage response = await GetAsync(path);
        string policy = response.Headers.GetValues("Content-Security-Policy").Single();
        Assert.StartsWith("default-src 'none'; ", policy, StringComparison.Ordinal);
        Assert.DoesNotContain("unsafe", policy, StringComparison.Ordinal);
        Assert.DoesNotContain("*", policy, StringComparison.Ordinal);
        Assert.Contains("frame-ancestors 'none'", policy, StringComparison.Ordinal);
        foreach ((string name, string value) in new[]
        {
            ("X-Content-Type-Options", "nosniff"), ("X-Frame-Options", "DENY"),
            ("Referrer-Policy", "no-referrer"), ("Cross-Origin-Resource-Policy", "same-origin"),
            ("Cross-Origin-Opener-Policy", "same-origin"),
        })
        {
            Assert.Equal(value, response.Headers.GetValues(name).Single());
        }

        Assert.True(response.Headers.CacheControl!.NoStore);
        Assert.False(response.Headers.Contains("Server"));
    }

    [Fact]
    public async Task The_sensor_that_is_picked_last_is_followed()
    {
        Assert.Null(_live.FollowedSensor);
        using (await GetAsync("/?sensor=pump-3"))
        {
            Assert.Equal("pump-3", _live.FollowedSensor);
        }

        using (await GetAsync("/?sensor=pump-4"))
        {
            Assert.Equal("pump-4", _live.FollowedSensor);
        }

        using HttpResponseMessage response = await GetAsync("/?sensor=%3Cb%3E");
        Assert.Equal(HttpStatusCode.NotFound, response.StatusCode);
        Assert.Equal("pump-4", _live.FollowedSensor);
        Assert.Contains(
            "There is no sensor &lt;b&gt;.",
            await response.Content.ReadAsStringAsync(Cancelled),
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_sensor_of_a_large_fleet_can_be_picked_although_it_is_not_listed()
    {
        _live.Publish(_run with { SensorCount = 5000 });
        using HttpResponseMessage response = await GetAsync("/?sensor=pump-4000");
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal("pump-4000", _live.FollowedSensor);
    }

    [Fact]
    public async Task A_viewer_gets_everything_first_and_then_what_has_changed()
    {
        await using var viewer = await Viewer.OpenAsync(_client);
        JsonElement first = await viewer.NextAsync();
        Assert.Equal(11, first.GetProperty("parts").EnumerateObject().Count());
        Assert.Empty(first.GetProperty("rows").EnumerateObject());

        SensorRecord changed = _run.Sensors[5] with { Stage = "Ipcp" };
        _live.Publish(_run with
        {
            Sensors = [.. _run.Sensors.Select((old, i) => i == 5 ? changed : old)],
        });
        JsonElement second = await viewer.NextAsync();
        Assert.Empty(second.GetProperty("parts").EnumerateObject());
        JsonProperty row = Assert.Single(second.GetProperty("rows").EnumerateObject());
        Assert.Equal("5", row.Name);
        Assert.Contains("<td>Ipcp<td>", row.Value.GetString(), StringComparison.Ordinal);

        _live.Publish(_run with { SensorCount = 201 });
        JsonElement third = await viewer.NextAsync();
        Assert.Contains(
            "part-sensors", third.GetProperty("parts").EnumerateObject().Select(part => part.Name));
        Assert.Empty(third.GetProperty("rows").EnumerateObject());
    }

    [Fact]
    public async Task Of_many_records_the_latest_wins_and_publishing_never_waits()
    {
        await using var viewer = await Viewer.OpenAsync(_client);
        await viewer.NextAsync();
        RunRecord[] records =
            [.. Enumerable.Range(0, 10_000).Select(i => _run with { SensorCount = 1000 + i })];
        long begin = Stopwatch.GetTimestamp();
        foreach (RunRecord record in records)
        {
            _live.Publish(record);
        }

        TimeSpan taken = Stopwatch.GetElapsedTime(begin);
        Say($"10,000 records in {taken.TotalMilliseconds} ms");
        Assert.InRange(taken, TimeSpan.Zero, TimeSpan.FromSeconds(2));

        int updates = 0;
        string counters;
        do
        {
            JsonElement update = await viewer.NextAsync();
            counters = update.GetProperty("parts").GetProperty("part-counters").GetString()!;
            updates++;
        }
        while (!counters.Contains("of 10,999", StringComparison.Ordinal));

        Assert.InRange(updates, 1, 20);
    }

    [Fact]
    public async Task More_viewers_than_the_limit_are_turned_away_until_one_leaves()
    {
        var options = new LivePageOptions { MaximumViewerCount = 2 };
        await using LivePage live = await LivePage.StartAsync(s_anyPort, options, Cancelled);
        using var client = new HttpClient { BaseAddress = live.Address };
        await using var first = await Viewer.OpenAsync(client);
        var second = await Viewer.OpenAsync(client);
        Assert.Equal(HttpStatusCode.ServiceUnavailable, await EventsStatusAsync(client));
        using HttpResponseMessage page = await client.GetAsync(live.Address, Cancelled);
        Assert.Equal(HttpStatusCode.OK, page.StatusCode);

        await second.DisposeAsync();
        await UntilAsync(async () => await EventsStatusAsync(client) == HttpStatusCode.OK);
    }

    [Fact]
    public async Task A_viewer_that_stops_reading_is_dropped()
    {
        var options = new LivePageOptions
        {
            MaximumViewerCount = 1,
            WriteTimeout = TimeSpan.FromMilliseconds(500),
            UpdateInterval = TimeSpan.FromMilliseconds(1),
        };
        await using LivePage live = await LivePage.StartAsync(s_anyPort, options, Cancelled);
        using var client = new HttpClient { BaseAddress = live.Address };
        using var stuck = new Socket(SocketType.Stream, ProtocolType.Tcp);
        stuck.ReceiveBufferSize = 4096;
        await stuck.ConnectAsync(IPAddress.Loopback, live.Address.Port, Cancelled);
        await stuck.SendAsync(
            Encoding.ASCII.GetBytes("GET /events HTTP/1.1\r\nHost: localhost\r\n\r\n"), Cancelled);
        await UntilAsync(
            async () => await EventsStatusAsync(client) == HttpStatusCode.ServiceUnavailable);

        RunRecord[] records =
            [PlausibleRun.Make(1, sensorCount: 1000), PlausibleRun.Make(2, sensorCount: 999)];
        int count = 0;
        await UntilAsync(async () =>
        {
            live.Publish(records[count++ % 2]);
            await Task.Delay(5, Cancelled);
            return count % 20 == 0 && await EventsStatusAsync(client) == HttpStatusCode.OK;
        });
    }

    [Fact]
    public async Task At_the_end_viewers_get_the_last_record_and_a_good_bye()
    {
        LivePage live = await LivePage.StartAsync(s_anyPort, null, Cancelled);
        using var client = new HttpClient { BaseAddress = live.Address };
        await using var viewer = await Viewer.OpenAsync(client);
        await viewer.NextAsync();
        live.Publish(_run with { Verdict = Verdict.Passed });
        await live.DisposeAsync();
        JsonElement last = await viewer.NextAsync();
        Assert.StartsWith(
            "passed: ", last.GetProperty("title").GetString(), StringComparison.Ordinal);
        Assert.Equal("event: end", await viewer.NextLineAsync());
        await Assert.ThrowsAnyAsync<HttpRequestException>(
            () => client.GetAsync(live.Address, Cancelled));
    }

    [Fact]
    public async Task A_viewer_that_hears_nothing_gets_a_sign_of_life()
    {
        var options = new LivePageOptions { HeartbeatInterval = TimeSpan.FromMilliseconds(50) };
        await using LivePage live = await LivePage.StartAsync(s_anyPort, options, Cancelled);
        using var client = new HttpClient { BaseAddress = live.Address };
        await using var viewer = await Viewer.OpenAsync(client);
        await viewer.NextAsync();
        Assert.Equal(":", await viewer.NextLineAsync());
        Assert.Equal(":", await viewer.NextLineAsync());
    }

    [Fact]
    public async Task The_live_page_of_a_large_fleet_stays_small()
    {
        _live.Publish(PlausibleRun.Make(
            sensorCount: 1000, sampleCount: 1000, ladderLineCount: 600, verdict: Verdict.Running));
        byte[] page = await _client.GetByteArrayAsync(new Uri("/", UriKind.Relative), Cancelled);
        Say($"{page.Length} octets");
        Assert.InRange(page.Length, 1, 400_000);
    }

    [Theory]
    [InlineData("8080", "127.0.0.1:8080")]
    [InlineData("0", "127.0.0.1:0")]
    [InlineData("localhost:80", "127.0.0.1:80")]
    [InlineData("192.0.2.7:65535", "192.0.2.7:65535")]
    [InlineData("0.0.0.0:80", "0.0.0.0:80")]
    [InlineData("[::1]:8080", "[::1]:8080")]
    [InlineData("", null)]
    [InlineData(":80", null)]
    [InlineData("65536", null)]
    [InlineData("-1", null)]
    [InlineData(" 80", null)]
    [InlineData("127.0.0.1", null)]
    [InlineData("127.0.0.1:", null)]
    [InlineData("127.1:80", null)]
    [InlineData("::1:80", null)]
    [InlineData("[127.0.0.1]:80", null)]
    [InlineData("hub.example:80", null)]
    [InlineData("127.0.0.1:80:80", null)]
    public void Addresses_to_listen_at(string text, string? expected)
    {
        Assert.Equal(expected is not null, WebAddress.TryParse(text, out IPEndPoint? endPoint));
        Assert.Equal(expected, endPoint?.ToString());
    }

    private static async Task<HttpStatusCode> EventsStatusAsync(HttpClient client)
    {
        using HttpResponseMessage response = await client.GetAsync(
            new Uri("/events", UriKind.Relative),
            HttpCompletionOption.ResponseHeadersRead,
            Cancelled);
        return response.StatusCode;
    }

    private static void Say(FormattableString text) =>
        TestContext.Current.TestOutputHelper?.WriteLine(FormattableString.Invariant(text));

    private static async Task UntilAsync(Func<Task<bool>> isDone)
    {
        long begin = Stopwatch.GetTimestamp();
        while (!await isDone())
        {
            Assert.True(Stopwatch.GetElapsedTime(begin) < TimeSpan.FromSeconds(60), "60 s passed");
            await Task.Delay(10, Cancelled);
        }
    }

    private Task<HttpResponseMessage> GetAsync(string path) =>
        _client.GetAsync(new Uri(path, UriKind.Relative), Cancelled);

    /// <summary>Reads events as a browser does.</summary>
    private sealed class Viewer(HttpResponseMessage response, StreamReader reader)
        : IAsyncDisposable
    {
        public static async Task<Viewer> OpenAsync(HttpClient client)
        {
            HttpResponseMessage response = await client.GetAsync(
                new Uri("/events", UriKind.Relative),
                HttpCompletionOption.ResponseHeadersRead,
                Cancelled);
            Assert.Equal(HttpStatusCode.OK, response.StatusCode);
            Assert.Equal("text/event-stream", response.Content.Headers.ContentType!.MediaType);
            Stream stream = await response.Content.ReadAsStreamAsync(Cancelled);
            var viewer = new Viewer(response, new StreamReader(stream));
            Assert.Equal("retry: 2000", await viewer.NextLineAsync());
            return viewer;
        }

        public async Task<JsonElement> NextAsync()
        {
            Assert.Equal("event: update", await NextLineAsync());
            string data = await NextLineAsync();
            Assert.StartsWith("data: ", data, StringComparison.Ordinal);
            return JsonDocument.Parse(data["data: ".Length..]).RootElement;
        }

        /// <summary>The next line that is not empty.</summary>
        public async Task<string> NextLineAsync()
        {
            string? line;
            do
            {
                line = await reader.ReadLineAsync(Cancelled).AsTask()
                    .WaitAsync(TimeSpan.FromSeconds(30));
                Assert.NotNull(line);
            }
            while (line.Length == 0);
            return line;
        }

        public ValueTask DisposeAsync()
        {
            reader.Dispose();
            response.Dispose();
            return ValueTask.CompletedTask;
        }
    }
}
