// Hubs that are set up in other ways than the shared one: each test starts the one that it needs in
// the shared guest.

using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.Globalization;
using System.IO;
using System.Linq;
using System.Text.Json;
using System.Text.RegularExpressions;
using System.Threading.Tasks;
using Xunit;

namespace Interop.Tests;

[Collection(HubCollection.Name)]
public sealed partial class HubKindsTests : HubTest
{
    private const int Count = 10;

    private static readonly string[] s_allStages =
        ["tcp", "control", "call", "lcp", "auth", "ccp", "ipcp"];

    private readonly ITestOutputHelper _output;

    public HubKindsTests(Hub hub, ITestOutputHelper output)
        : base(hub)
    {
        _output = output;
    }

    /// <summary>The stages in their order. On a busy machine pppd's acknowledgment may come after our
    /// repeated request, and then both ends pass LCP a second time (RFC 1661 s.4.1, RCR in Opened).
    /// </summary>
    private static IEnumerable<string> Passed(NanoPptp tool) => tool.Stages.Distinct();

    [Fact]
    public async Task With_RADIUS_readings_arrive_and_no_key_is_printed()
    {
        LogTail radius = await StartRadiusAsync();
        await using ExtraHub hub = await StartAskingRadiusAsync();
        LogTail pppd = hub.PppdLog;
        LogTail sink = Guest.Sink;

        await using NanoPptp tool = hub.Connect(Readings());
        JsonElement up = await tool.WaitForAsync("up");
        await tool.EndAsync(expectedExitCode: 0);

        Assert.Equal("MPPE-128 stateless", up.GetProperty("mppe").GetString());
        Assert.Equal(s_allStages, Passed(tool));
        await AssertArrivedAsync(sink, hub);
        // FreeRADIUS says Success without the words that pppd itself would add.
        Assert.Matches(SuccessWithoutMessage(), pppd.Text);
        await pppd.WaitForTextAsync("MPPE 128-bit stateless compression enabled");

        // pppd encrypts with the keys that the server gave, and the tool with its own.
        await radius.WaitForTextAsync("Sent Access-Accept");
        string[] keys = [.. MppeKey().Matches(radius.Text).Select(match => match.Groups[1].Value)];
        Assert.Equal(2, keys.Distinct().Count());
        string printed = await tool.DescribeAsync();
        Assert.All(
            [.. keys, Hub.Password],
            secret => Assert.DoesNotContain(secret, printed, StringComparison.OrdinalIgnoreCase));
    }

    [Fact]
    public async Task A_password_that_RADIUS_refuses_is_exit_code_15()
    {
        LogTail radius = await StartRadiusAsync();
        await using ExtraHub hub = await StartAskingRadiusAsync();
        string file = await Hub.Peers.WriteFileAsync("wrong-password", "not the password");

        await using NanoPptp tool = NanoPptp.Connect(
            Hub.Peers, "--hub", hub.Address, "--user", Hub.User, "--password-file", file);
        JsonElement end = await tool.EndAsync(expectedExitCode: 15);

        await radius.WaitForTextAsync("Sent Access-Reject");
        Assert.Equal("authentication-failed", end.GetProperty("code").GetString());
        // pppd passes on no error number from a RADIUS server.
        AssertSays(end, "The hub refused the user");
        Assert.Equal(["tcp", "control", "call", "lcp"], tool.Stages);
    }

    [Fact]
    public async Task A_pool_of_one_address_has_no_room_for_a_second_sensor()
    {
        await using ExtraHub hub = await ExtraHub.StartAsync(Hub, ("HUB_POOL", "10.98.9.100"));
        await using NanoPptp first = hub.Connect();
        JsonElement up = await first.WaitForAsync("up");
        Assert.Equal("10.98.9.100", up.GetProperty("local").GetString());

        LogTail system = Guest.SystemLog;
        await using NanoPptp second = hub.Connect();
        JsonElement end = await second.EndAsync(expectedExitCode: 11);

        Assert.Equal("control-closed", end.GetProperty("code").GetString());
        Assert.Equal(["tcp"], second.Stages);
        string cause = end.GetProperty("cause").GetString() ?? "";
        Assert.Contains("pool is exhausted", cause, StringComparison.Ordinal);
        Assert.Contains("error 721", cause, StringComparison.Ordinal);
        // pptpd took the connection, and then found that it has nothing to give.
        await system.WaitForTextAsync("MGR: Reaped child");
        Assert.DoesNotContain(
            "control connection started", system.Text, StringComparison.Ordinal);

        // The first one never noticed, and leaves its place to the next.
        Assert.Equal(2, await Guest.PingAsync("10.98.9.100", 2));
        await first.InterruptAsync();
        await first.EndAsync(expectedExitCode: 0);
        await Guest.WaitUntilIdleAsync();
        await using NanoPptp third = hub.Connect("--for", "0.1");
        await third.EndAsync(expectedExitCode: 0);
    }

    [Fact]
    public async Task A_hub_that_hangs_up_an_idle_sensor_is_exit_code_18_and_a_limit_is_named()
    {
        const int IdleSeconds = 3;
        await using ExtraHub hub = await ExtraHub.StartAsync(
            Hub, ("HUB_IDLE", IdleSeconds.ToString(CultureInfo.InvariantCulture)));
        LogTail pppd = hub.PppdLog;

        await using NanoPptp tool = hub.Connect();
        await tool.WaitForAsync("up");
        Stopwatch watch = Stopwatch.StartNew();
        JsonElement end = await tool.EndAsync(expectedExitCode: 18);

        Assert.InRange(watch.Elapsed.TotalSeconds, IdleSeconds - 1, IdleSeconds + 5);
        await pppd.WaitForTextAsync("Terminating connection due to lack of activity.");
        Assert.Equal("lcp-terminated", end.GetProperty("code").GetString());
        AssertSays(end, "while the tunnel was up (LCP Terminate-Request)");
        Assert.Contains(
            "an idle or session limit is over",
            end.GetProperty("cause").GetString(),
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_hub_that_asks_by_LCP_echo_each_second_is_answered()
    {
        // With "debug" once, pppd does not log these packets.
        await using ExtraHub hub = await ExtraHub.StartAsync(
            Hub, ("HUB_ECHO", "1:2"), ("HUB_EXTRA", "debug"));
        LogTail pppd = hub.PppdLog;

        // Five seconds without an answer would be too long for this hub.
        await using NanoPptp tool = hub.Connect("--for", "5");
        JsonElement end = await tool.EndAsync(expectedExitCode: 0);

        Assert.Equal("closed-by-user", end.GetProperty("code").GetString());
        await pppd.WaitForTextAsync("Connection terminated.");
        string text = pppd.Text;
        int asked = Regex.Count(text, @"sent \[LCP EchoReq ");
        int answered = Regex.Count(text, @"rcvd \[LCP EchoRep ");
        _output.WriteLine(string.Create(
            CultureInfo.InvariantCulture, $"asked {asked} times, answered {answered} times"));
        Assert.InRange(asked, 4, 8);
        Assert.Equal(asked, answered);
        Assert.Contains("LCP terminated by peer", text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_hub_that_is_shut_down_hangs_up_and_the_sensor_says_so()
    {
        await using ExtraHub hub = await ExtraHub.StartAsync(Hub);
        LogTail pppd = hub.PppdLog;
        await using NanoPptp tool = hub.Connect();
        await tool.WaitForAsync("up");

        await hub.ShutDownAsync();
        JsonElement end = await tool.EndAsync(expectedExitCode: 18);

        // pptpd ends pppd, which has time for a last word or not; the TCP connection ends anyway.
        string code = end.GetProperty("code").GetString() ?? "";
        Assert.True(code is "lcp-terminated" or "control-closed", code);
        AssertSays(end, "while the tunnel was up");
        await pppd.WaitForTextAsync("Connection terminated.");
    }

    private static string[] Readings() =>
    [
        "--udp", Hub.Sink, "--message", "reading {n}", "--interval", "20",
        "--count", Count.ToString(CultureInfo.InvariantCulture),
    ];

    private static void AssertSays(JsonElement end, string expected) =>
        Assert.Contains(
            expected, end.GetProperty("sentence").GetString(), StringComparison.Ordinal);

    private static async Task AssertArrivedAsync(LogTail sink, ExtraHub hub)
    {
        Datagram[] arrived = Datagram.ReadAll(await sink.WaitForLinesAsync(Count));
        Assert.Equal(Count, arrived.Length);
        Assert.All(
            arrived,
            next => Assert.StartsWith(hub.Pool, next.SourceAddress, StringComparison.Ordinal));
    }

    [GeneratedRegex(@"MS-MPPE-(?:Send|Recv)-Key = 0x([0-9a-f]{32})\b")]
    private static partial Regex MppeKey();

    [GeneratedRegex(@"sent \[CHAP Success id=\S+ ""S=[0-9A-F]{40}""\]")]
    private static partial Regex SuccessWithoutMessage();

    /// <summary>Starts FreeRADIUS in the guest if it does not run yet.</summary>
    private async Task<LogTail> StartRadiusAsync()
    {
        Prerequisites.Require(await Peers.FindMissingAsync("freeradius"));
        if (!File.Exists(Path.Combine(Hub.Peers.Folder, "hub", "out", "radius.log")))
        {
            CommandResult result = await Guest.ExecuteAsync(
                $"RADIUS_USERS='{Hub.User}:{Hub.Password}'\n. /guest/radius.sh");
            Assert.True(
                result.ExitCode == 0, $"{result.Output}\n{Guest.TailOf("radius.log").Text}");
        }

        return Guest.TailOf("radius.log");
    }

    /// <summary>A hub that knows nobody itself.</summary>
    private Task<ExtraHub> StartAskingRadiusAsync() =>
        ExtraHub.StartAsync(Hub, ("HUB_RADIUS", "1"), ("HUB_USERS", "nobody:knows this"));
}
