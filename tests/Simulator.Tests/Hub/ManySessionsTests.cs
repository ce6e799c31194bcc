// Many sensors on one hub: none hears what is for another, and time goes from deadline to
// deadline without looking at them all.

using System;
using System.Collections.Generic;
using System.Linq;
using System.Text;
using Simulator.Hub;
using Xunit;

namespace Simulator.Tests.Hub;

public class ManySessionsTests
{
    private const int ClientCount = 600;

    [Fact]
    public void Six_hundred_sessions_live_side_by_side()
    {
        var bench = new HubBench(HubBench.Settings() with
        {
            ClientAddresses =
            [
                new(
                    Ipv4Address.Parse("10.98.0.100"),
                    Ipv4Address.Parse("10.98.0.100") + ClientCount - 1),
            ],
        })
        {
            EchoesUdp = true,
        };
        var clients = new List<ScriptedClient>();
        for (int i = 0; i < ClientCount; i++)
        {
            clients.Add(bench.NewClientUp($"192.0.{2 + (i / 250)}.{1 + (i % 250)}"));
        }

        // 512 steps of 128 fill the number space once; then come the IDs between.
        Assert.Equal(0, clients[0].HubCallId);
        Assert.Equal(65408, clients[511].HubCallId);
        Assert.Equal(1, clients[512].HubCallId);
        Assert.Equal(
            ClientCount, clients.Select(client => client.TunnelAddress).Distinct().Count());
        Assert.Equal(ClientCount, bench.Hub.SessionCount);
        foreach (ScriptedClient client in clients)
        {
            client.SendIp(client.UdpOf($"from {client.TunnelAddress}"));
        }

        foreach (ScriptedClient client in clients)
        {
            byte[] answer = client.ExpectIp("IPv4 UDP 10.98.0.1:9 > *");
            Assert.Equal(
                $"from {client.TunnelAddress}", Encoding.ASCII.GetString(answer.AsSpan(28)));
            client.ExpectNothing();
        }

        Assert.Empty(bench.Notes);
        bench.Advance(60_000);
        foreach (ScriptedClient client in clients)
        {
            client.ExpectControl("Echo-Request id 1");
        }

        bench.Advance(60_000);
        Assert.Equal(0, bench.Hub.SessionCount);
        Assert.Equal(ClientCount, bench.Events.Count(text => text == "down ControlTimeout"));
        Assert.Equal(long.MaxValue, bench.Hub.NextDeadlineMs);
    }
}
