// Bad lines between the sensor and the hub, made by netem in the guest, both ways.
//
// On a line that loses packets the tool dials with --redial: pppd ends a call whose answer to our
// CCP was lost ("MPPE disabled") when the question comes again, whoever asks.

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
            "--udp", Hub.Sink, "--message", "{n}", "--interval", "20", "--count", Text(Count),
            "--redial", "--redial-max", "0.1");
        JsonElement up = await tool.WaitForAsync("up");
        await tool.EndAsync(expectedExitCode: 0);

        int[] arrived = Numbers(await sink.WaitForLinesAsync(Count, limitSeconds: 1));
        Describe(up, $"{arrived.Length} of {Count} readings arrived{Failures(tool)}");
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
            "--count", Text(Count), "--for", "50", "--redial", "--redial-max", "0.1");
        JsonElement up = await tool.WaitForAsync("up");
        await EndAfterAnswersAsync(tool, Count);

        int received = tool.Named("received").Length;
        Describe(up, $"{received} of {Count} answers came back{Failures(tool)}");
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
        AssertWhole(arrived, Count);
    }

    [Fact]
    public async Task With_25_percent_reordered_the_answers_come_back()
    {
        const int Count = 300;
        await Guest.SetLineAsync("delay 10ms reorder 25%");
        await using NanoPptp tool = Hub.Connect(
            "--udp", $"{Hub.TunnelAddress}:7", "--message", "{n}", "--interval", "4",
            "--count", Text(Count), "--for", "50");
        JsonElement up = await tool.WaitForAsync("up");
        JsonElement end = await EndAfterAnswersAsync(tool, Count);

        int received = tool.Named("received").Length;
        Describe(up, $"{received} of {Count} answers came back; {end.GetProperty("counters")}");
        // All of them where a machine keeps its times; a client that took nothing that was
        // overtaken would miss half.
        Assert.InRange(received, Count * 9 / 10, Count);
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
        AssertWhole(arrived, Count);
        JsonElement tcp = tool.Named("stage")[0];
        Assert.True(tcp.GetProperty("tookMs").GetDouble() >= RoundTripMs, "the line is too short");
        Assert.InRange(up.GetProperty("atMs").GetDouble(), 4 * RoundTripMs, 10_000);
    }

    /// <summary>
    /// All there and in order; a hub on a busy machine may only have missed the first ones, which
    /// come within a second of its interface and before it.
    /// </summary>
    private static void AssertWhole(int[] arrived, int count)
    {
        int missed = count - arrived.Length;
        Assert.InRange(missed, 0, count / 3);
        Assert.Equal(Enumerable.Range(missed + 1, arrived.Length), arrived);
    }

    /// <summary>Ends a session that would last longer when its answers had time to come.</summary>
    private static async Task<JsonElement> EndAfterAnswersAsync(NanoPptp tool, int count)
    {
        JsonElement sent;
        do
        {
            sent = await tool.WaitForAsync("sent");
        }
        while (sent.GetProperty("sequence").GetInt32() < count);

        await Task.Delay(TimeSpan.FromSeconds(1.5), TestContext.Current.CancellationToken);
        await tool.InterruptAsync();
        return await tool.EndAsync(expectedExitCode: 0);
    }

    private static string Failures(NanoPptp tool) => string.Concat(
        tool.Named("redial").Select(next => $"; attempt failed: {next.GetProperty("code")}"));

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);

    private static int[] Numbers(IEnumerable<string> lines) =>
    [
        .. lines.Select(line => int.Parse(
            Encoding.ASCII.GetString(Datagram.Read(line).Octets), CultureInfo.InvariantCulture)),
    ];

    private void Describe(JsonElement up, string story) => _output.WriteLine(string.Create(
        CultureInfo.InvariantCulture,
        $"up after {up.GetProperty("atMs").GetDouble():F0} ms; {story}"));
}
