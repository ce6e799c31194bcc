// A hub that listens on every address of its machine, and clients that call more of them than it has
// raw sockets for.

using System;
using System.Net;
using System.Net.Sockets;
using System.Runtime.Versioning;
using System.Text.Json;
using System.Threading.Tasks;
using Xunit;

namespace nanoPptp.Tool.Tests.Hub;

[SupportedOSPlatform("linux")]
public sealed class LocalLimitTests
{
    private const int Most = 64;

    [Fact]
    public async Task Who_calls_one_address_too_many_is_turned_away_and_that_is_told_once()
    {
        RawSockets.Require();
        await using HubRun hub = await HubRun.StartAsync(
            plan: plan => plan with { Listen = IPAddress.Any });
        for (int i = 1; i <= Most; i++)
        {
            using Socket client = await CallAsync(hub, i);
        }

        await hub.WaitForAsync("connected", Most);
        for (int i = Most + 1; i <= Most + 3; i++)
        {
            SocketException reset = await Assert.ThrowsAsync<SocketException>(
                () => CallAndWaitAsync(hub, i));
            Assert.Equal(SocketError.ConnectionReset, reset.SocketErrorCode);
        }

        // The addresses that were called before are still answered.
        using (Socket known = await CallAsync(hub, 1))
        {
            await hub.WaitForAsync("connected", Most + 1);
        }

        JsonElement told = Assert.Single(hub.EventsCalled("local-limit"));
        Assert.Equal(AddressOf(Most + 1).ToString(), told.GetProperty("local").GetString());
        Assert.Contains("64", told.GetProperty("sentence").GetString(), StringComparison.Ordinal);
        hub.Interruption.Interrupt();
        JsonElement end = await hub.EndAsync(ExitCode.Ok);
        Assert.Equal(
            3, end.GetProperty("counters").GetProperty("connectionsRejected").GetInt32());
        Assert.Equal(Most + 1, hub.EventsCalled("connected").Count);
    }

    private static IPAddress AddressOf(int number) =>
        new([127, 50, (byte)Environment.ProcessId, (byte)number]);

    // The reset may come before the connection is looked at, or after.
    private static async Task CallAndWaitAsync(HubRun hub, int number)
    {
        using Socket tcp = await CallAsync(hub, number);
        await tcp.ReceiveAsync(new byte[1], TestContext.Current.CancellationToken);
    }

    private static async Task<Socket> CallAsync(HubRun hub, int number)
    {
        Socket tcp = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        await tcp.ConnectAsync(
            new IPEndPoint(AddressOf(number), hub.Port), TestContext.Current.CancellationToken);
        return tcp;
    }
}
