// A router between the sensor and the hub that gives all machines behind it one address. PPTP
// passes it only with a helper that reads the control connection: GRE has no ports.

using System;
using System.Globalization;
using System.Linq;
using System.Text;
using System.Text.Json;
using System.Threading.Tasks;
using Xunit;

namespace Interop.Tests;

[Collection(OwnGuestCollection.Name)]
public sealed class NatTests : HubTest, IClassFixture<LonelyHub>
{
    private const int Count = 20;

    public NatTests(LonelyHub hub)
        : base(hub)
    {
    }

    [Fact]
    public async Task With_a_PPTP_helper_on_the_way_readings_arrive()
    {
        await RouteAsync("helper");
        LogTail sink = Guest.Sink;
        LogTail events = Guest.Events;

        await using NanoPptp tool = Connect(1, "from machine 1: {n}");
        JsonElement up = await tool.WaitForAsync("up");
        await tool.EndAsync(expectedExitCode: 0);

        await AssertArrivedAsync(sink, up, "from machine 1", Count);
        // The hub has seen the router only.
        Assert.Contains(
            " from=10.99.0.1", (await events.WaitForLinesAsync(1))[0], StringComparison.Ordinal);
    }

    [Fact]
    public async Task Two_sensors_behind_one_helper_have_a_tunnel_each()
    {
        await RouteAsync("helper");
        LogTail sink = Guest.Sink;

        await using NanoPptp first = Connect(1, "from machine 1: {n}");
        await using NanoPptp second = Connect(2, "from machine 2: {n}");
        JsonElement firstUp = await first.WaitForAsync("up");
        JsonElement secondUp = await second.WaitForAsync("up");
        await first.EndAsync(expectedExitCode: 0);
        await second.EndAsync(expectedExitCode: 0);

        Assert.NotEqual(
            firstUp.GetProperty("local").GetString(), secondUp.GetProperty("local").GetString());
        await AssertArrivedAsync(sink, firstUp, "from machine 1", 2 * Count);
        await AssertArrivedAsync(sink, secondUp, "from machine 2", 2 * Count);
    }

    [Fact]
    public async Task Without_a_helper_GRE_is_blocked_and_the_NAT_is_named()
    {
        await RouteAsync("plain");
        LogTail pppd = Guest.PppdLog;

        await using NanoPptp tool = Connect(1, "{n}");
        JsonElement end = await tool.EndAsync(expectedExitCode: 13);

        Assert.Equal(["tcp", "control", "call"], tool.Stages);
        Assert.Equal("gre-blocked", end.GetProperty("code").GetString());
        AssertSays(end, "sentence", "GRE is blocked");
        AssertSays(end, "sentence", "619");
        AssertSays(end, "cause", "NAT without PPTP support");
        AssertSays(end, "nextStep", "PPTP helper of the NAT");
        // One direction passes: the hub hears the sensor, and the sensor never hears the hub.
        await pppd.WaitForTextAsync("rcvd [LCP ConfReq");
    }

    [Fact]
    public async Task A_router_that_answers_the_hubs_GRE_makes_it_hang_up_and_the_NAT_is_named()
    {
        await RouteAsync("open");
        LogTail system = Guest.SystemLog;

        await using NanoPptp tool = Connect(1, "{n}");
        JsonElement end = await tool.EndAsync(expectedExitCode: 11);

        Assert.Equal(["tcp", "control", "call"], tool.Stages);
        Assert.Equal("control-closed", end.GetProperty("code").GetString());
        AssertSays(end, "cause", "NAT without PPTP support");
        await system.WaitForTextAsync("GRE read or PTY write failed");
    }

    private static void AssertSays(JsonElement end, string property, string expected) =>
        Assert.Contains(
            expected, end.GetProperty(property).GetString(), StringComparison.Ordinal);

    private static async Task AssertArrivedAsync(
        LogTail sink, JsonElement up, string sender, int countOfAll)
    {
        Datagram[] arrived = Datagram.ReadAll(await sink.WaitForLinesAsync(countOfAll));
        string[] expected =
        [
            .. Enumerable.Range(1, Count).Select(
                n => string.Create(CultureInfo.InvariantCulture, $"{sender}: {n}")),
        ];
        Assert.Equal(
            expected,
            arrived
                .Where(next => next.SourceAddress == up.GetProperty("local").GetString())
                .Select(next => Encoding.ASCII.GetString(next.Octets)));
    }

    private async Task RouteAsync(string mode)
    {
        Prerequisites.Require(await Peers.FindMissingAsync("nft"));
        CommandResult result = await Hub.Peers.RunAsync("nat", mode);
        // Not every kernel can translate addresses, or has the helper.
        Prerequisites.Require(result.ExitCode == 0 ? null : result.Errors.Trim());
    }

    private NanoPptp Connect(int machine, string message) =>
        NanoPptp.ConnectFrom(
            Hub.Peers.Behind(machine),
            [
                .. Hub.ArgumentsFor(Guest.Address), "--udp", Hub.Sink, "--message", message,
                "--count", Count.ToString(CultureInfo.InvariantCulture), "--interval", "50",
            ]);
}
