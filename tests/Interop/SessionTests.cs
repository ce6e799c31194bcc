// A session from its first packet to its last: how it comes up and how it ends.

using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.Globalization;
using System.Linq;
using System.Text;
using System.Text.Json;
using System.Threading.Tasks;
using Org.BouncyCastle.Crypto.Digests;
using Xunit;

namespace Interop.Tests;

[Collection(HubCollection.Name)]
public sealed class SessionTests : HubTest
{
    private readonly ITestOutputHelper _output;

    public SessionTests(Hub hub, ITestOutputHelper output)
        : base(hub)
    {
        _output = output;
    }

    [Fact]
    public async Task The_session_is_encrypted_with_MPPE_128_stateless()
    {
        LogTail pppd = Guest.PppdLog;
        await using NanoPptp tool = Hub.Connect("--for", "1");
        JsonElement up = await tool.WaitForAsync("up");

        Assert.Equal("MPPE-128 stateless", up.GetProperty("mppe").GetString());
        Assert.Equal(Guest.Address, up.GetProperty("hub").GetString());
        Assert.Equal(Hub.TunnelAddress, up.GetProperty("peer").GetString());
        await pppd.WaitForTextAsync("MPPE 128-bit stateless compression enabled");
        await tool.EndAsync(expectedExitCode: 0);

        string[] stages =
        [
            .. tool.Events
                .Where(next => next.GetProperty("event").GetString() == "stage")
                .Select(next => next.GetProperty("stage").GetString() ?? ""),
        ];
        Assert.Equal(["tcp", "control", "call", "lcp", "auth", "ccp", "ipcp"], stages);
    }

    [Fact]
    public async Task The_NT_hash_opens_the_door_as_the_password_does()
    {
        MD4Digest md4 = new();
        byte[] password = Encoding.Unicode.GetBytes(Hub.Password);
        md4.BlockUpdate(password, 0, password.Length);
        byte[] hash = new byte[md4.GetDigestSize()];
        md4.DoFinal(hash, 0);
        string file = await Hub.Peers.WriteFileAsync("nt-hash", Convert.ToHexString(hash));
        LogTail events = Guest.Events;

        await using NanoPptp tool = NanoPptp.Connect(
            Hub.Peers,
            "--hub", Guest.Address, "--user", Hub.User, "--nt-hash-file", file, "--for", "1");
        await tool.WaitForAsync("up");
        await tool.EndAsync(expectedExitCode: 0);

        string up = (await events.WaitForLinesAsync(1))[0];
        Assert.Contains($" user={Hub.User} ", up, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Ctrl_C_hangs_up_in_order()
    {
        LogTail pppd = Guest.PppdLog;
        LogTail system = Guest.SystemLog;
        await using NanoPptp tool = Hub.Connect();
        await tool.WaitForAsync("up");

        await tool.InterruptAsync();
        await tool.EndAsync(expectedExitCode: 0);

        await pppd.WaitForTextAsync("LCP terminated by peer");
        Assert.Contains("rcvd [LCP TermReq ", pppd.Text, StringComparison.Ordinal);
        // 12 is Call-Clear-Request. After it pptpd closes the control connection by itself.
        await system.WaitForTextAsync("control connection finished");
        Assert.Contains("PPTP Control Message (type: 12)", system.Text, StringComparison.Ordinal);
        Assert.Contains("Received CALL CLR request", system.Text, StringComparison.Ordinal);
        Assert.DoesNotContain(
            "bad error reading ctrl packet", system.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_hub_that_hangs_up_is_noticed_within_a_second()
    {
        await using NanoPptp tool = Hub.Connect();
        await tool.WaitForAsync("up");

        await Guest.HangUpAllTunnelsAsync();
        Stopwatch watch = Stopwatch.StartNew();
        await tool.WaitForAsync("end");
        TimeSpan noticed = watch.Elapsed;
        await tool.EndAsync(expectedExitCode: 18);

        _output.WriteLine(string.Create(
            CultureInfo.InvariantCulture, $"noticed after {noticed.TotalMilliseconds:F0} ms"));
        Assert.InRange(noticed, TimeSpan.Zero, TimeSpan.FromSeconds(1));
    }

    [Fact]
    public async Task The_tunnel_is_up_soon_after_the_first_packet()
    {
        List<double> times = [];
        for (int i = 0; i < 5; i++)
        {
            await using NanoPptp tool = Hub.Connect(
                "--udp", Hub.Sink, "--message", "up", "--count", "1", "--interval", "0");
            JsonElement up = await tool.WaitForAsync("up");
            times.Add(up.GetProperty("atMs").GetDouble());
            await tool.EndAsync(expectedExitCode: 0);
            await Guest.WaitUntilIdleAsync();
        }

        times.Sort();
        _output.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"SYN to IPCP up: median {times[2]:F1} ms of {string.Join(", ", times)}"));
        Assert.InRange(times[2], double.Epsilon, 3000);
    }
}
