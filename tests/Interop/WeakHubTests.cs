// Hubs that protect less than the tool demands without being told otherwise: what is refused, and
// what comes up when an option allows it.

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
public sealed class WeakHubTests : HubTest
{
    private const int Count = 20;
    private const string NotEncrypted = "not encrypted";

    public WeakHubTests(Hub hub)
        : base(hub)
    {
    }

    [Fact]
    public async Task MPPE_40_comes_up_when_weak_encryption_is_allowed()
    {
        await using ExtraHub hub = await ExtraHub.StartAsync(Hub, ("HUB_MPPE", "40"));
        LogTail pppd = hub.PppdLog;
        JsonElement up = await AssertReadingsArriveAsync(hub, "--encryption", "weak");

        Assert.Equal("MPPE-40 stateless", up.GetProperty("mppe").GetString());
        await pppd.WaitForTextAsync("MPPE 40-bit stateless compression enabled");
        string local = up.GetProperty("local").GetString() ?? "";
        Assert.StartsWith(hub.Pool, local, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_hub_with_MPPE_128_gives_128_bits_to_whoever_allows_weak_encryption()
    {
        await using ExtraHub hub = await ExtraHub.StartAsync(Hub, ("HUB_MPPE", "any"));
        LogTail pppd = hub.PppdLog;
        JsonElement up = await AssertReadingsArriveAsync(hub, "--encryption", "weak");

        Assert.Equal("MPPE-128 stateless", up.GetProperty("mppe").GetString());
        await pppd.WaitForTextAsync("MPPE 128-bit stateless compression enabled");
    }

    [Fact]
    public async Task A_hub_with_MPPE_40_only_is_refused_unless_weak_encryption_is_allowed()
    {
        await using ExtraHub hub = await ExtraHub.StartAsync(Hub, ("HUB_MPPE", "40"));
        await using NanoPptp tool = hub.Connect();
        JsonElement end = await tool.EndAsync(expectedExitCode: 16);

        Assert.Equal(["tcp", "control", "call", "lcp", "auth"], tool.Stages);
        Assert.Equal("encryption-refused", end.GetProperty("code").GetString());
        AssertSays(end, "sentence", "MPPE");
        AssertSays(end, "nextStep", "require-mppe-128");
    }

    [Fact]
    public async Task Stateful_MPPE_comes_up_when_it_is_allowed()
    {
        await using ExtraHub hub = await ExtraHub.StartAsync(Hub, ("HUB_STATEFUL", "1"));
        JsonElement up = await AssertReadingsArriveAsync(hub, "--stateful");

        // A stock pppd accepts stateful MPPE and asks for stateless itself.
        Assert.StartsWith("MPPE-128", up.GetProperty("mppe").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Without_encryption_readings_arrive_when_that_is_allowed()
    {
        await using ExtraHub hub = await ExtraHub.StartAsync(Hub, ("HUB_MPPE", "none"));
        LogTail pppd = hub.PppdLog;
        JsonElement up = await AssertReadingsArriveAsync(hub, "--encryption", "clear");

        Assert.Equal(NotEncrypted, up.GetProperty("mppe").GetString());
        Assert.DoesNotContain("MPPE 1", pppd.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_hub_that_demands_encryption_is_not_talked_to_in_clear()
    {
        await using ExtraHub hub = await ExtraHub.StartAsync(Hub);
        LogTail pppd = hub.PppdLog;
        await using NanoPptp tool = hub.Connect("--encryption", "clear");
        JsonElement end = await tool.EndAsync(expectedExitCode: 16);

        Assert.Equal("encryption-demanded", end.GetProperty("code").GetString());
        AssertSays(end, "sentence", "demands encryption");
        AssertSays(end, "nextStep", "--encryption clear");
        await pppd.WaitForTextAsync("MPPE required but peer negotiation failed");
    }

    [Fact]
    public async Task CHAP_MD5_lets_the_sensor_in_when_it_is_allowed()
    {
        await using ExtraHub hub = await StartWithoutEncryptionAsync("chap");
        LogTail pppd = hub.PppdLog;
        JsonElement up = await AssertReadingsArriveAsync(
            hub, "--encryption", "clear", "--allow-chap-md5");

        Assert.Equal(NotEncrypted, up.GetProperty("mppe").GetString());
        await pppd.WaitForTextAsync("<auth chap MD5>");
    }

    [Fact]
    public async Task PAP_lets_the_sensor_in_when_it_is_allowed()
    {
        await using ExtraHub hub = await StartWithoutEncryptionAsync("pap");
        LogTail pppd = hub.PppdLog;
        await AssertReadingsArriveAsync(hub, "--encryption", "clear", "--allow-pap");

        await pppd.WaitForTextAsync("rcvd [PAP AuthReq");
        await pppd.WaitForTextAsync("sent [PAP AuthAck");
    }

    [Theory]
    [InlineData("chap", "CHAP-MD5", "--encryption", "clear")]
    [InlineData("chap", "CHAP-MD5", "--encryption", "clear", "--allow-pap")]
    [InlineData("pap", "PAP", "--encryption", "clear")]
    [InlineData("pap", "PAP", "--encryption", "clear", "--allow-chap-md5")]
    [InlineData("pap", "PAP")]
    [InlineData("mschap", "MS-CHAPv1", "--encryption", "clear", "--allow-chap-md5", "--allow-pap")]
    public async Task A_method_that_is_not_allowed_is_refused_by_its_name(
        string auth, string name, params string[] arguments)
    {
        await using ExtraHub hub = await StartWithoutEncryptionAsync(auth);
        LogTail pppd = hub.PppdLog;
        await using NanoPptp tool = hub.Connect(arguments);
        JsonElement end = await tool.EndAsync(expectedExitCode: 15);

        Assert.Equal("authentication-weak", end.GetProperty("code").GetString());
        AssertSays(end, "sentence", name);
        // Not even an attempt: no response to a challenge, no password.
        Assert.DoesNotContain("rcvd [PAP AuthReq", pppd.Text, StringComparison.Ordinal);
        Assert.DoesNotContain("rcvd [CHAP Response", pppd.Text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("chap", "--allow-chap-md5")]
    [InlineData("pap", "--allow-pap")]
    public async Task A_wrong_password_is_exit_code_15_with_the_weak_methods_too(
        string auth, string option)
    {
        const string Wrong = "not the password";
        string file = await Hub.Peers.WriteFileAsync("wrong-password", Wrong);
        await using ExtraHub hub = await StartWithoutEncryptionAsync(auth);
        await using NanoPptp tool = NanoPptp.Connect(
            Hub.Peers, "--hub", hub.Address, "--user", Hub.User, "--password-file", file,
            "--encryption", "clear", option);
        JsonElement end = await tool.EndAsync(expectedExitCode: 15);

        Assert.Equal("authentication-failed", end.GetProperty("code").GetString());
        AssertSays(end, "sentence", "The hub refused the user");
        Assert.DoesNotContain(Wrong, await tool.DescribeAsync(), StringComparison.Ordinal);
    }

    private static void AssertSays(JsonElement end, string property, string expected) =>
        Assert.Contains(
            expected, end.GetProperty(property).GetString(), StringComparison.Ordinal);

    private Task<ExtraHub> StartWithoutEncryptionAsync(string auth) =>
        ExtraHub.StartAsync(Hub, ("HUB_MPPE", "none"), ("HUB_AUTH", auth));

    private async Task<JsonElement> AssertReadingsArriveAsync(
        ExtraHub hub, params IEnumerable<string> arguments)
    {
        LogTail sink = Guest.Sink;
        await using NanoPptp tool = hub.Connect(
        [
            "--udp", Hub.Sink, "--message", "reading {n}", "--interval", "20",
            "--count", Count.ToString(CultureInfo.InvariantCulture), "--for", "30", .. arguments,
        ]);
        JsonElement up = await tool.WaitForAsync("up");
        string local = up.GetProperty("local").GetString() ?? "";
        await sink.WaitForLinesAsync(Count);
        Assert.Equal(2, await Guest.PingAsync(local, 2));
        await tool.InterruptAsync();
        await tool.EndAsync(expectedExitCode: 0);

        Datagram[] arrived = Datagram.ReadAll(await sink.WaitForLinesAsync(Count));
        Assert.Equal(
            Enumerable.Range(1, Count).Select(
                n => string.Create(CultureInfo.InvariantCulture, $"reading {n}")),
            arrived.Select(next => Encoding.ASCII.GetString(next.Octets)));
        Assert.All(arrived, next => Assert.Equal(local, next.SourceAddress));
        Assert.Equal("ipcp", tool.Stages[^1]);
        Assert.DoesNotContain(
            Hub.Password, await tool.DescribeAsync(), StringComparison.Ordinal);
        return up;
    }
}
