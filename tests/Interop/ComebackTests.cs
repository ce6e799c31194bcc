// "connect --redial" against a hub that dies while readings flow, and is started again.

using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using System.Text;
using System.Text.Json;
using System.Threading.Tasks;
using Xunit;

namespace Interop.Tests;

[Collection(OwnGuestCollection.Name)]
public sealed class ComebackTests : HubTest, IClassFixture<LonelyHub>
{
    private const int IntervalMs = 50;

    private readonly ITestOutputHelper _output;

    public ComebackTests(LonelyHub hub, ITestOutputHelper output)
        : base(hub)
    {
        _output = output;
    }

    [Fact]
    public async Task When_pptpd_and_pppd_are_killed_the_readings_go_on_soon_after_the_restart()
    {
        await using ExtraHub hub = await ExtraHub.StartAsync(Hub);
        LogTail sink = Guest.Sink;
        await using NanoPptp tool = Connect(hub.Address, limitSeconds: 60, "--for", "50");
        await tool.WaitForAsync("up");
        await sink.WaitForLinesAsync(10);

        await hub.KillAsync();
        JsonElement lost = await tool.WaitForAsync("redial");
        // The kernel closed the dead program's connection: nobody had to wait for a time-out.
        Assert.Equal("control-closed", lost.GetProperty("code").GetString());
        Assert.Equal(18, lost.GetProperty("exitCode").GetInt32());
        JsonElement refused = await tool.WaitForAsync("redial");
        Assert.Equal("hub-unreachable", refused.GetProperty("code").GetString());
        Assert.Contains(
            "connection refused",
            refused.GetProperty("sentence").GetString(),
            StringComparison.Ordinal);

        int arrived = sink.Lines.Length;
        await hub.StartAgainAsync();
        await tool.WaitForAsync("up");
        await sink.WaitForLinesAsync(arrived + 10);
        await tool.InterruptAsync();
        JsonElement end = await tool.EndAsync(expectedExitCode: 0);
        AssertWentOn(tool, end, Arrived(sink));
    }

    [Fact]
    public async Task When_the_hubs_machine_dies_that_is_noticed_and_the_readings_go_on()
    {
        LogTail before = Guest.Sink;
        await using NanoPptp tool = Connect(Guest.Address, limitSeconds: 120, "--for", "110");
        await tool.WaitForAsync("up");
        await before.WaitForLinesAsync(10);

        await Hub.KillAsync();
        int[] arrived = Arrived(before);
        await Hub.StartAgainAsync();
        LogTail after = Guest.Sink;
        // No word came from the dead machine: its silence has to be noticed.
        JsonElement lost = await tool.WaitForAsync("redial");
        Assert.Equal("lcp-echo-timeout", lost.GetProperty("code").GetString());
        Assert.Equal(18, lost.GetProperty("exitCode").GetInt32());
        await tool.WaitForAsync("up");
        await after.WaitForLinesAsync(10);
        await tool.InterruptAsync();
        JsonElement end = await tool.EndAsync(expectedExitCode: 0);

        AssertWentOn(tool, end, [.. arrived, .. Arrived(after)]);
    }

    private static int[] Arrived(LogTail sink) =>
    [
        .. sink.Lines.Select(line => int.Parse(
            Encoding.ASCII.GetString(Datagram.Read(line).Octets), CultureInfo.InvariantCulture)),
    ];

    /// <summary>The readings have one numbering over both sessions and came in order.</summary>
    private void AssertWentOn(NanoPptp tool, JsonElement end, int[] arrived)
    {
        JsonElement[] ups = tool.Named("up");
        JsonElement[] sent = tool.Named("sent");
        Assert.Equal(2, ups.Length);
        Assert.Equal(
            Enumerable.Range(1, sent.Length),
            sent.Select(next => next.GetProperty("sequence").GetInt32()));
        Assert.Equal(arrived.Order().Distinct(), arrived);

        List<JsonElement> events = [.. tool.Events];
        int sentBefore = events.Take(events.LastIndexOf(ups[1])).Count(
            next => next.GetProperty("event").GetString() == "sent");
        int inFirst = arrived.Count(n => n <= sentBefore);
        int inSecond = arrived.Length - inFirst;
        int sentAfter = sent.Length - sentBefore;
        double lostMs = tool.Named("redial")[0].GetProperty("upMs").GetDouble();
        JsonElement counters = end.GetProperty("counters");
        _output.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"lost after {lostMs:F0} ms up, dials {counters.GetProperty("dials")};"
                + $" arrived {inFirst} of {sentBefore} and {inSecond} of {sentAfter}"));
        Assert.InRange(inFirst, 10, sentBefore);
        // The new tunnel loses nothing but what was under way when it was closed.
        Assert.InRange(inSecond, Math.Max(1, sentAfter - 2), sentAfter);
        Assert.Equal(2, counters.GetProperty("sessions").GetInt32());
        Assert.Equal(sent.Length, counters.GetProperty("udpSent").GetInt32());
    }

    private NanoPptp Connect(string address, int limitSeconds, params string[] arguments) =>
        NanoPptp.ConnectFrom(
            Hub.Peers.NetworkNamespace,
            [
                .. Hub.ArgumentsFor(address), "--udp", Hub.Sink, "--message", "{n}",
                "--count", "100000",
                "--interval", IntervalMs.ToString(CultureInfo.InvariantCulture),
                "--redial", "--redial-max", "1", .. arguments,
            ],
            limitSeconds);
}
