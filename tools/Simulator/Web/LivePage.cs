// The run while it runs, in a browser on the same machine: read-only, no file, no package, no log.
// Kestrel is used without a host, so that nothing of it listens to signals, settings or the
// environment.
//
// The simulation publishes records whenever it likes; only the latest counts. Each viewer gets what
// has changed since what it got last, at its own pace, and one that takes nothing any more is
// dropped.

using System;
using System.Linq;
using System.Net;
using System.Threading;
using System.Threading.Tasks;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Simulator.Reports;

namespace Simulator.Web;

/// <summary>A web page that follows a run.</summary>
public sealed class LivePage : IAsyncDisposable
{
    /// <summary>The script's name among the resources.</summary>
    internal const string ScriptName = "live.js";

    private const int MaximumConnectionCount = 64;

    private static readonly TimeSpan s_farewellTime = TimeSpan.FromSeconds(2);

    private readonly KestrelServer _server;
    private readonly LivePageOptions _options;
    private readonly LiveFeed _feed = new();
    private readonly SemaphoreSlim _published = new(0, 1);
    private readonly CancellationTokenSource _ending = new();
    private RunRecord _latest = new() { Name = "No run yet" };
    private string? _followedSensor;
    private Task _showing = Task.CompletedTask;

    private LivePage(KestrelServer server, LivePageOptions options)
    {
        _server = server;
        _options = options;
    }

    /// <summary>Where the page is.</summary>
    public Uri Address { get; private set; } = new("http://127.0.0.1/");

    /// <summary>The sensor whose conversation the simulation is asked to record: the one that a
    /// viewer picked last, whichever viewer that was. Null while nobody picked one.</summary>
    public string? FollowedSensor => Volatile.Read(ref _followedSensor);

    /// <summary>Begins to serve.</summary>
    /// <param name="endPoint">Where to listen; port 0 is any that is free.</param>
    /// <param name="options">Limits; null for the usual ones.</param>
    /// <param name="cancellationToken">Ends the attempt.</param>
    /// <exception cref="System.IO.IOException">The address cannot be listened at.</exception>
    public static async Task<LivePage> StartAsync(
        IPEndPoint endPoint,
        LivePageOptions? options = null,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(endPoint);
        var page = new LivePage(MakeServer(endPoint), options ?? new LivePageOptions());
        try
        {
            await page._server.StartAsync(new Application(page), cancellationToken);
        }
        catch
        {
            page._server.Dispose();
            throw;
        }

        IServerAddressesFeature addresses =
            page._server.Features.Get<IServerAddressesFeature>()!;
        page.Address = new Uri(addresses.Addresses.First());
        page._showing = page.ShowAsync();
        return page;
    }

    /// <summary>Shows a record from now on. For any thread; never waits for a viewer. When records
    /// come faster than they can be shown, only the latest is.</summary>
    /// <param name="run">The record.</param>
    public void Publish(RunRecord run)
    {
        ArgumentNullException.ThrowIfNull(run);
        Volatile.Write(ref _latest, run);
        try
        {
            _published.Release();
        }
        catch (SemaphoreFullException)
        {
            // An earlier record has not been shown yet; this one is shown in its place.
        }
    }

    /// <summary>Shows the last record to those who look, says good-bye to them and ends.</summary>
    public async ValueTask DisposeAsync()
    {
        await _ending.CancelAsync();
        await _showing;
        _feed.End(LiveFrame.Of(Latest, FollowedSensor));
        await _feed.WaitForViewersAsync(s_farewellTime);
        using var patience = new CancellationTokenSource(s_farewellTime);
        await _server.StopAsync(patience.Token);
        _server.Dispose();
        _published.Dispose();
        _ending.Dispose();
    }

    /// <summary>The record that is shown.</summary>
    internal RunRecord Latest => Volatile.Read(ref _latest);

    private static KestrelServer MakeServer(IPEndPoint endPoint)
    {
        var options = new KestrelServerOptions { AddServerHeader = false };
        KestrelServerLimits limits = options.Limits;
        limits.MaxConcurrentConnections = MaximumConnectionCount;
        limits.MaxRequestBodySize = 0;
        limits.MaxRequestLineSize = 2048;
        limits.MaxRequestBufferSize = 32 * 1024;
        limits.MaxRequestHeadersTotalSize = 16 * 1024;
        limits.MaxRequestHeaderCount = 64;
        limits.RequestHeadersTimeout = TimeSpan.FromSeconds(10);
        limits.KeepAliveTimeout = TimeSpan.FromSeconds(60);
        options.Listen(endPoint, listen => listen.Protocols = HttpProtocols.Http1);
        var transport = new SocketTransportFactory(
            Options.Create(new SocketTransportOptions()), NullLoggerFactory.Instance);
        return new KestrelServer(
            Options.Create(options), transport, NullLoggerFactory.Instance);
    }

    private async Task ShowAsync()
    {
        try
        {
            while (true)
            {
                await _published.WaitAsync(_ending.Token);
                if (_feed.HasViewers)
                {
                    _feed.Show(LiveFrame.Of(Latest, FollowedSensor));
                }

                await Task.Delay(_options.UpdateInterval, _ending.Token);
            }
        }
        catch (OperationCanceledException)
        {
            // The page ends.
        }
    }

    /// <summary>Picks a sensor for whoever asked.</summary>
    /// <param name="name">The name that was asked for; null for none.</param>
    /// <returns>False when there is no such sensor.</returns>
    private bool TryFollow(string? name)
    {
        if (string.IsNullOrEmpty(name))
        {
            return true;
        }

        // Of a large fleet the record has the first thousand; whether the others exist, the
        // simulation knows.
        RunRecord run = Latest;
        bool mayExist = run.Sensors.Any(sensor => sensor.Name == name)
            || (run.SensorCount > run.Sensors.Count && name.Length <= 100);
        if (mayExist)
        {
            Volatile.Write(ref _followedSensor, name);
        }

        return mayExist;
    }

    private async Task AnswerAsync(HttpContext context)
    {
        WebGuard.SetHeaders(context.Response);
        if (WebGuard.Refuse(context))
        {
            return;
        }

        string? sensor = context.Request.Query["sensor"].FirstOrDefault();
        switch (context.Request.Path.Value)
        {
            case "/":
                string note = "";
                if (!HttpMethods.IsHead(context.Request.Method) && !TryFollow(sensor))
                {
                    note = $"There is no sensor {ReportText.Cut(sensor!, 80)}.";
                    context.Response.StatusCode = StatusCodes.Status404NotFound;
                }

                byte[] page = LiveFrame.Of(Latest, FollowedSensor, note).Page();
                await SendAsync(context, "text/html; charset=utf-8", page);
                break;
            case "/run.json":
                await SendAsync(
                    context, "application/json", JsonLinesReport.Document(Latest));
                break;
            case "/events" when HttpMethods.IsHead(context.Request.Method):
                context.Response.ContentType = LiveFeed.ContentType;
                break;
            case "/events":
                TryFollow(sensor);
                await _feed.ServeAsync(
                    context, _options, () => LiveFrame.Of(Latest, FollowedSensor));
                break;
            default:
                context.Response.StatusCode = StatusCodes.Status404NotFound;
                break;
        }
    }

    private async Task SendAsync(HttpContext context, string contentType, byte[] octets)
    {
        HttpResponse response = context.Response;
        response.ContentType = contentType;
        response.Headers.ContentLength = octets.Length;
        if (!HttpMethods.IsHead(context.Request.Method))
        {
            await BoundedWriter.WriteAsync(context, octets, _options.WriteTimeout);
        }
    }

    /// <summary>What Kestrel calls for each request.</summary>
    private sealed class Application(LivePage page) : IHttpApplication<HttpContext>
    {
        public HttpContext CreateContext(IFeatureCollection contextFeatures) =>
            new DefaultHttpContext(contextFeatures);

        public Task ProcessRequestAsync(HttpContext context) => page.AnswerAsync(context);

        public void DisposeContext(HttpContext context, Exception? exception)
        {
        }
    }
}
