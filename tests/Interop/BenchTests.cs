// The bench itself: a real client, pptp-linux with pppd, against the real hub. If these fail, the
// bench is broken, and the other tests say nothing about the product.

using System.Collections.Generic;
using System.Text;
using System.Threading.Tasks;
using Xunit;

namespace Interop.Tests;

[Collection(HubCollection.Name)]
public sealed class BenchTests : HubTest
{
    public BenchTests(Hub hub)
        : base(hub)
    {
    }

    [Fact]
    public async Task A_real_client_reaches_the_real_hub_and_notices_that_it_hangs_up()
    {
        LogTail pppd = Guest.PppdLog;
        LogTail system = Guest.SystemLog;
        LogTail events = Guest.Events;
        LogTail sink = Guest.Sink;
        Dictionary<string, string> settings = new()
        {
            ["CLIENT_SERVER"] = Guest.Address,
            ["CLIENT_USER"] = Hub.User,
            ["CLIENT_PASSWORD"] = Hub.Password,
        };
        Guest client = await Hub.Peers.StartClientAsync(settings: settings);

        CommandResult dial = await client.ExecuteAsync("pppd call hub updetach");
        Assert.True(dial.ExitCode == 0, dial.Output);
        string up = Assert.Single(await events.WaitForLinesAsync(1));
        Assert.Contains($" up local={Hub.TunnelAddress} ", up, System.StringComparison.Ordinal);
        Assert.Contains($" user={Hub.User} ", up, System.StringComparison.Ordinal);
        await pppd.WaitForTextAsync("MPPE 128-bit stateless compression enabled");

        Assert.Equal(5, await client.PingAsync(Hub.TunnelAddress, 5));
        CommandResult echo = await client.ExecuteAsync(
            $"""
            printf 'a reading' >/dev/udp/{Hub.TunnelAddress}/9
            exec 3<>/dev/udp/{Hub.TunnelAddress}/7
            printf 'an echo' >&3
            read -r -t 2 -N 7 -u 3 answer && [ "$answer" = 'an echo' ]
            """);
        Assert.True(echo.ExitCode == 0, echo.Output);
        Datagram reading = Assert.Single(Datagram.ReadAll(await sink.WaitForLinesAsync(1)));
        Assert.Equal("a reading", Encoding.ASCII.GetString(reading.Octets));
        Assert.Contains($" remote={reading.SourceAddress} ", up, System.StringComparison.Ordinal);
        Assert.Equal(5, await Guest.PingAsync(reading.SourceAddress, 5));

        await Guest.HangUpAllTunnelsAsync();
        await system.WaitForTextAsync("control connection finished");
        Assert.Equal(2, (await events.WaitForLinesAsync(2)).Length);
        CommandResult end = await client.ExecuteAsync(
            "for _ in $(seq 100); do [ -e /run/ppp0.pid ] || exit 0; sleep 0.05; done; exit 1");
        Assert.True(end.ExitCode == 0, "The client's pppd did not notice that the hub hung up.");
        await Hub.Peers.RunAsync("stop", "client");
    }

    [Fact]
    public async Task Services_behind_the_tunnel_do_not_answer_outside_of_it()
    {
        LogTail sink = Guest.Sink;
        CommandResult send = await Hub.Peers.RunAsync(
            "inside",
            "bash",
            "-c",
            $"""
            ip route replace {Hub.TunnelAddress}/32 via {Guest.Address}
            printf 'not through a tunnel' >/dev/udp/{Hub.TunnelAddress}/9
            sleep 0.3
            ip route del {Hub.TunnelAddress}/32
            """);
        Assert.True(send.ExitCode == 0, send.Errors);
        Assert.Equal("", sink.Text);
    }
}
