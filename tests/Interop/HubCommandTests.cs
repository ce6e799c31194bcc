// The other way round: a real client, pptp-linux with pppd in a guest, dials "nanopptp hub" in the
// bench's namespace, which is set up with an administrator's three files.

using System;
using System.Collections.Generic;
using System.Globalization;
using System.IO;
using System.Linq;
using System.Text.Json;
using System.Threading.Tasks;
using Xunit;

namespace Interop.Tests;

/// <summary>A guest with a real client, in a namespace of its own.</summary>
public sealed class DialingClient : IAsyncLifetime
{
    private string? _missing;
    private Peers? _peers;
    private Guest? _guest;

    internal Peers Peers => _peers ?? throw new InvalidOperationException("There is no bench.");

    internal Guest Guest => _guest ?? throw new InvalidOperationException("There is no client.");

    public async ValueTask InitializeAsync()
    {
        _missing = await Peers.FindMissingAsync();
        if (_missing is null)
        {
            _peers = new Peers("hub-command");
            _guest = await _peers.StartClientAsync();
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (_peers is not null)
        {
            await _peers.DisposeAsync();
        }
    }

    /// <summary>If no guest can run, skips the test, or fails it where that is demanded.</summary>
    internal void Require() => Prerequisites.Require(_missing);
}

[Collection(OwnGuestCollection.Name)]
public sealed class HubCommandTests : IClassFixture<DialingClient>
{
    private const string HubAddress = "10.99.0.1";
    private const string TunnelAddress = "10.98.0.1";
    private const string FirstClient = "10.98.0.100";
    private const string Password = "Corr3ct horse!";
    private const string Mppe128 = "require-mschap-v2\nrequire-mppe-128\n";

    private readonly DialingClient _bench;
    private readonly ITestOutputHelper _output;

    public HubCommandTests(DialingClient bench, ITestOutputHelper output)
    {
        ArgumentNullException.ThrowIfNull(bench);
        bench.Require();
        _bench = bench;
        _output = output;
    }

    private Guest Client => _bench.Guest;

    [Fact]
    public async Task With_MPPE_128_packets_pass_both_ways_until_the_client_hangs_up()
    {
        LogTail pppd = Client.PppdLog;
        string readings = Path.Combine(_bench.Peers.Folder, "readings");
        await using NanoPptp hub = await ServeAsync(Mppe128, "--readings", readings);
        await DialAsync(hub, "128");
        JsonElement up = await hub.WaitForAsync("up");

        Assert.Equal("MPPE 128-bit stateless", up.GetProperty("encryption").GetString());
        Assert.Equal(FirstClient, up.GetProperty("inner").GetString());
        Assert.StartsWith(
            "10.99.0.3:", up.GetProperty("outer").GetString(), StringComparison.Ordinal);
        await pppd.WaitForTextAsync("MPPE 128-bit stateless compression enabled");
        Assert.Equal(10, await Client.PingAsync(TunnelAddress, 10));
        Assert.Equal(5, await Client.PingAsync(TunnelAddress, 5, octets: 1300));

        CommandResult send = await Client.ExecuteAsync(
            $"printf 'a reading' >/dev/udp/{TunnelAddress}/5683");
        Assert.True(send.ExitCode == 0, send.Output);
        JsonElement reading = await hub.WaitForAsync("reading");
        Assert.Equal("a reading", reading.GetProperty("text").GetString());
        Assert.Equal("sensor1", reading.GetProperty("user").GetString());

        await HangUpAsync();
        JsonElement down = await hub.WaitForAsync("down");
        Assert.Equal("client-terminated", down.GetProperty("reason").GetString());
        await hub.WaitForAsync("disconnected");
        await hub.InterruptAsync();
        JsonElement end = await hub.EndAsync(expectedExitCode: 0);
        Describe(hub, end);
        JsonElement written = JsonDocument.Parse(Assert.Single(
            await File.ReadAllLinesAsync(readings, TestContext.Current.CancellationToken)))
            .RootElement;
        Assert.Equal("a reading", written.GetProperty("text").GetString());
    }

    [Fact]
    public async Task With_MPPE_40_packets_pass()
    {
        LogTail pppd = Client.PppdLog;
        await using NanoPptp hub = await ServeAsync("require-mschap-v2\nrequire-mppe-40\n");
        await DialAsync(hub, "40");
        JsonElement up = await hub.WaitForAsync("up");

        Assert.Equal("MPPE 40-bit stateless", up.GetProperty("encryption").GetString());
        await pppd.WaitForTextAsync("MPPE 40-bit stateless compression enabled");
        Assert.Equal(10, await Client.PingAsync(TunnelAddress, 10));
        await EndAsync(hub);
    }

    [Fact]
    public async Task With_CHAP_MD5_and_no_encryption_packets_pass()
    {
        await using NanoPptp hub = await ServeAsync("require-chap\n");
        await DialAsync(hub, "none", auth: "chap");
        JsonElement authenticated = await hub.WaitForAsync("authenticated");
        JsonElement up = await hub.WaitForAsync("up");

        Assert.Equal("CHAP-MD5", authenticated.GetProperty("method").GetString());
        Assert.Equal("none", up.GetProperty("encryption").GetString());
        Assert.Equal(10, await Client.PingAsync(TunnelAddress, 10));
        await EndAsync(hub);
    }

    [Fact]
    public async Task With_PAP_packets_pass_and_the_password_is_in_no_output()
    {
        await using NanoPptp hub = await ServeAsync("require-pap\n");
        await DialAsync(hub, "none", auth: "pap");
        JsonElement authenticated = await hub.WaitForAsync("authenticated");
        await hub.WaitForAsync("up");

        Assert.Equal("PAP", authenticated.GetProperty("method").GetString());
        Assert.Equal(5, await Client.PingAsync(TunnelAddress, 5));
        await EndAsync(hub);
        Assert.DoesNotContain(Password, await hub.DescribeAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_wrong_password_is_refused_and_both_sides_say_E_691()
    {
        LogTail pppd = Client.PppdLog;
        await using NanoPptp hub = await ServeAsync(Mppe128);
        await WriteClientAsync("128", "mschap-v2", "not the password");
        CommandResult dial = await Client.ExecuteAsync("pppd call hub updetach");
        Assert.NotEqual(0, dial.ExitCode);
        JsonElement refused = await hub.WaitForAsync("refused");

        Assert.Equal(691, refused.GetProperty("error").GetInt32());
        Assert.Equal("sensor1", refused.GetProperty("user").GetString());
        await pppd.WaitForTextAsync("E=691 R=1");
        await pppd.WaitForTextAsync("MS-CHAP authentication failed");
        await EndAsync(hub);
        Assert.DoesNotContain(
            hub.Events, next => next.GetProperty("event").GetString() == "up");
    }

    [Fact]
    public async Task A_client_notices_that_the_hub_stops()
    {
        await using NanoPptp hub = await ServeAsync(Mppe128);
        await DialAsync(hub, "128");
        await hub.WaitForAsync("up");

        await hub.InterruptAsync();
        JsonElement end = await hub.EndAsync(expectedExitCode: 0);
        Assert.Equal("stopped", end.GetProperty("code").GetString());
        await WaitForEndOfClientAsync();
    }

    [Fact]
    public async Task With_a_TUN_device_the_client_and_this_machine_reach_each_other()
    {
        await using NanoPptp hub = await ServeAsync(Mppe128, listensEverywhere: true, "--tun");
        JsonElement listening = hub.Events[0];
        string tun = listening.GetProperty("tun").GetString()!;
        await DialAsync(hub, "128");
        await hub.WaitForAsync("up");

        // Another address of this machine, so that not the hub itself answers.
        const string Behind = "10.98.0.2";
        CommandResult add = await _bench.Peers.RunAsync(
            "inside", "ip", "addr", "add", $"{Behind}/32", "dev", tun);
        Assert.True(add.ExitCode == 0, add.Errors);
        CommandResult route = await Client.ExecuteAsync($"ip route add {Behind} dev ppp0");
        Assert.True(route.ExitCode == 0, route.Output);
        Assert.Equal(10, await Client.PingAsync(Behind, 10));
        Assert.Equal(5, await Client.PingAsync(Behind, 5, octets: 1300));

        CommandResult ping = await _bench.Peers.RunAsync(
            "inside", "ping", "-n", "-c", "10", "-i", "0.1", "-W", "1", FirstClient);
        Assert.Contains(" 10 received", ping.Output, StringComparison.Ordinal);

        // TCP through the tunnel into this machine: the hub's own port, seen from inside.
        CommandResult dial = await Client.ExecuteAsync(
            $"exec 3<>/dev/tcp/{TunnelAddress}/1723 && echo connected");
        Assert.Contains("connected", dial.Output, StringComparison.Ordinal);
        JsonElement inner = await hub.WaitForAsync("connected");
        Assert.StartsWith(
            $"{FirstClient}:", inner.GetProperty("outer").GetString(), StringComparison.Ordinal);

        await HangUpAsync();
        await hub.WaitForAsync("down");
        await hub.InterruptAsync();
        JsonElement end = await hub.EndAsync(expectedExitCode: 0);
        Describe(hub, end);
        JsonElement counters = end.GetProperty("counters");
        Assert.True(counters.GetProperty("tunFromClients").GetInt32() >= 25);
        Assert.True(counters.GetProperty("tunToClients").GetInt32() >= 25);
        CommandResult gone = await _bench.Peers.RunAsync("inside", "ip", "link", "show", tun);
        Assert.NotEqual(0, gone.ExitCode);
    }

    private Task<NanoPptp> ServeAsync(string options, params string[] arguments) =>
        ServeAsync(options, listensEverywhere: false, arguments);

    private async Task<NanoPptp> ServeAsync(
        string options, bool listensEverywhere, params string[] arguments)
    {
        Peers peers = _bench.Peers;
        string conf = await peers.WriteFileAsync(
            "pptpd.conf",
            (listensEverywhere ? "" : $"listen {HubAddress}\n")
            + $"option options.pptpd\nlocalip {TunnelAddress}\nremoteip {FirstClient}-149\n"
            + "connections 5\nlogwtmp\n");
        await peers.WriteFileAsync(
            "options.pptpd", $"name pptpd\n{options}mtu 1400\nmru 1400\nproxyarp\nlock\nnovj\n");
        string secrets = await peers.WriteFileAsync(
            "chap-secrets", $"# client server secret addresses\nsensor1 pptpd \"{Password}\" *\n");
        NanoPptp hub = NanoPptp.Serve(
            peers, ["--pptpd-conf", conf, "--secrets", secrets, .. arguments]);
        await hub.WaitForAsync("listening");
        return hub;
    }

    private async Task WriteClientAsync(string mppe, string auth, string password)
    {
        CommandResult result = await Client.ExecuteAsync(string.Create(
            CultureInfo.InvariantCulture,
            $"""
            CLIENT_SERVER={HubAddress} CLIENT_MPPE={mppe} CLIENT_AUTH={auth}
            CLIENT_PASSWORD='{password}'
            . /guest/client-options.sh
            """));
        Assert.True(result.ExitCode == 0, result.Output);
    }

    private async Task DialAsync(NanoPptp hub, string mppe, string auth = "mschap-v2")
    {
        await WriteClientAsync(mppe, auth, Password);
        CommandResult dial = await Client.ExecuteAsync("pppd call hub updetach");
        if (dial.ExitCode != 0)
        {
            await hub.InterruptAsync();
            await hub.EndAsync(expectedExitCode: 0);
            Assert.Fail($"{dial.Output}\n{await hub.DescribeAsync()}\n{Client.DescribeLogs()}");
        }
    }

    private async Task HangUpAsync()
    {
        await Client.HangUpAllTunnelsAsync();
        await WaitForEndOfClientAsync();
    }

    private async Task WaitForEndOfClientAsync()
    {
        CommandResult end = await Client.ExecuteAsync(
            """
            for _ in $(seq 160); do
              grep -qxE 'pppd|pptp' /proc/[0-9]*/comm 2>/dev/null || exit 0
              sleep 0.05
            done
            exit 1
            """);
        Assert.True(end.ExitCode == 0, "The client's pppd did not end.");
    }

    private async Task EndAsync(NanoPptp hub)
    {
        await hub.InterruptAsync();
        JsonElement end = await hub.EndAsync(expectedExitCode: 0);
        Describe(hub, end);
        await WaitForEndOfClientAsync();
    }

    private void Describe(NanoPptp hub, JsonElement end)
    {
        IEnumerable<JsonElement> times = hub.Events.Where(
            next => next.GetProperty("event").GetString() is "connected" or "up");
        string story = string.Join(
            ", ",
            times.Select(next => $"{next.GetProperty("event")} {next.GetProperty("time")}"));
        _output.WriteLine($"{story}; {end.GetProperty("counters")}");
    }
}
