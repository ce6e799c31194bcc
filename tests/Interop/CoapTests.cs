// Readings through a real hub to a real CoAP server: "connect --coap" and libcoap's coap-server.

using System;
using System.Linq;
using System.Threading.Tasks;
using Xunit;

namespace Interop.Tests;

[Collection(TelemetryCollection.Name)]
public sealed class CoapTests : DeliveryTest, IAsyncLifetime
{
    private const string Path = "plant/sensor1";

    public CoapTests(TelemetryHub hub, ITestOutputHelper output)
        : base(hub, output)
    {
    }

    /// <summary>The line is a good one again, for the tests that follow.</summary>
    async ValueTask IAsyncDisposable.DisposeAsync()
    {
        await Guest.SetLineAsync("");
        await DisposeAsync();
    }

    [Fact]
    public Task Every_reading_is_posted_and_each_post_is_answered() => PostAllAsync("", count: 200);

    [Fact]
    public Task On_a_bad_line_every_reading_is_posted() => PostAllAsync(
        "delay 100ms reorder 25% loss 5%", count: 200);

    [Fact(Explicit = true)]
    public Task On_a_bad_line_1000_readings_are_posted() => PostAllAsync(
        "delay 100ms reorder 25% loss 5%", count: 1000);

    private async Task PostAllAsync(string netem, int count)
    {
        await TelemetryHub.StartCoapServerAsync();
        await Guest.SetLineAsync(netem);
        LogTail log = Guest.TailOf("coap.log");
        long octets = await Hub.Peers.CountIpOctetsAsync();
        ReadingFile file = await ReadingFile.WriteAsync(Hub.Peers, count, intervalMs: 5);
        await using NanoPptp tool = NanoPptp.ConnectFrom(
            Hub.Peers.NetworkNamespace,
            [
                .. Hub.ArgumentsFor(Guest.Address), .. ArgumentsFor(file), "--pace", "1",
                "--coap", $"coap://{Hub.TunnelAddress}/{Path}",
            ],
            limitSeconds: 240);
        await tool.EndAsync(expectedExitCode: 0);

        string[] lines = log.Lines;
        Arrival[] posts = Arrival.ReadPosts(lines);
        Delivery delivery = new(BaseName, posts);
        Report(
            netem.Length > 0 ? netem : "a good line",
            delivery,
            count,
            await Hub.Peers.CountIpOctetsAsync() - octets,
            0,
            tool);
        delivery.AssertWhole(file);
        Assert.All(posts, post => Assert.Equal(Path, post.Topic));
        int answers = lines.Count(line =>
            line.StartsWith("v:1 t:ACK c:2.0", StringComparison.Ordinal));
        Assert.Equal(posts.Length, answers);
    }
}
