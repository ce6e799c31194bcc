// Bad lines between the sensor and the hub, made by netem in the guest, both ways.

using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using System.Text;
using System.Text.Json;
using System.Threading.Tasks;
using Xunit;

namespace Interop.Tests;

[Collection(HubCollection.Name)]
public sealed class LineTests : HubTest, IAsyncLifetime
{
    private readonly ITestOutputHelper _output;

    public LineTests(Hub hub, ITestOutputHelper output)
        : base(hub)
    {
        _output = output;
    }

    /// <summary>The line is a good one again, for the tests that follow.</summary>
    async ValueTask IAsyncDisposable.DisposeAsync()
    {
        await Guest.SetLineAsync("");
        await DisposeAsync();
    }

    [Fact]
    public async Task With_5_percent_loss_each_way_the_tunnel_comes_up_and_most_readings_arrive()
    {
        const int Count = 200;
        await Guest.SetLineAsync("loss 5%");
        LogTail sink = Guest.Sink;
        await using NanoPptp tool = Hub.Connect(
            "--udp", Hub.Sink, "--message", "{n}", "--interval", "20", "--count", Text(Count));
        JsonElement up = await tool.WaitForAsync("up");
        await tool.EndAsync(expectedExitCode: 0);

        int[] arrived = Numbers(await sink.WaitForLinesAsync(Count, limitSeconds: 1));
        Describe(up, $"{arrived.Length} of {Count} readings arrived");
        Assert.Equal(arrived.Distinct(), arrived);
        Assert.All(arrived, n => Assert.InRange(n, 1, Count));
        // 190 on average; the chance of fewer than 170 is one in a hundred million.
        Assert.InRange(arrived.Length, 170, Count);
    }

    [Fact]
    public async Task With_5_percent_loss_each_way_most_answers_come_back()
    {
        const int Count = 200;
        await Guest.SetLineAsync("loss 5%");
        await using NanoPptp tool = Hub.Connect(
            "--udp", $"{Hub.TunnelAddress}:7", "--message", "{n}", "--interval", "20",
            "--count", Text(Count));
        JsonElement up = await tool.WaitForAsync("up");
        await tool.EndAsync(expectedExitCode: 0);

        int received = tool.Named("received").Length;
        Describe(up, $"{received} of {Count} answers came back");
        // 180 on average, both ways lost independently.
        Assert.InRange(received, 150, Count);
    }

    [Fact]
    public async Task With_25_percent_reordered_all_readings_arrive()
    {
        const int Count = 300;
        await Guest.SetLineAsync("delay 10ms reorder 25%");
        LogTail sink = Guest.Sink;
        LogTail system = Guest.SystemLog;
        await using NanoPptp tool = Hub.Connect(
            "--udp", Hub.Sink, "--message", "{n}", "--interval", "4", "--count", Text(Count));
        JsonElement up = await tool.WaitForAsync("up");
        await tool.EndAsync(expectedExitCode: 0);

        // pptpd puts in order what came out of it, and says so.
        Assert.Contains("lost or reordered", system.Text, StringComparison.Ordinal);
        int[] arrived = Numbers(await sink.WaitForLinesAsync(Count));
        Describe(up, $"{arrived.Length} of {Count} readings arrived");
        Assert.Equal(Enumerable.Range(1, Count), arrived);
    }

    [Fact]
    public async Task With_100_ms_each_way_the_tunnel_comes_up_and_all_readings_arrive()
    {
        const int Count = 50;
        const double RoundTripMs = 200;
        await Guest.SetLineAsync("delay 100ms");
        LogTail sink = Guest.Sink;
        await using NanoPptp tool = Hub.Connect(
            "--udp", Hub.Sink, "--message", "{n}", "--interval", "20", "--count", Text(Count));
        JsonElement up = await tool.WaitForAsync("up");
        await tool.EndAsync(expectedExitCode: 0);

        int[] arrived = Numbers(await sink.WaitForLinesAsync(Count));
        Describe(up, $"{arrived.Length} of {Count} readings arrived");
        Assert.Equal(Enumerable.Range(1, Count), arrived);
        JsonElement tcp = tool.Named("stage")[0];
        Assert.True(tcp.GetProperty("tookMs").GetDouble() >= RoundTripMs, "the line is too short");
        Assert.InRange(up.GetProperty("atMs").GetDouble(), 4 * RoundTripMs, 10_000);
    }

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);

    private static int[] Numbers(IEnumerable<string> lines) =>
    [
        .. lines.Select(line => int.Parse(
            Encoding.ASCII.GetString(Datagram.Read(line).Octets), CultureInfo.InvariantCulture)),
    ];

    private void Describe(JsonElement up, string story) => _output.WriteLine(string.Create(
        CultureInfo.InvariantCulture, $"up after {up.GetProperty("atMs").GetDouble():F0} ms; {story}"));
}
