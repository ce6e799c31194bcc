// Which addresses real sessions get when the administrator's files say so: "connect" dials "hub"
// over the loopback interface.

using System;
using System.Collections.Generic;
using System.Linq;
using System.Net;
using System.Runtime.Versioning;
using System.Text.Json;
using System.Threading.Tasks;
using nanoPptp.Client;
using nanoPptp.Tool.Connect;
using nanoPptp.Tool.Tests.Connect;
using Simulator.Hub;
using Xunit;

namespace nanoPptp.Tool.Tests.Hub;

[SupportedOSPlatform("linux")]
public sealed class HubAddressTests : IDisposable
{
    private readonly FilesUnderTest _files = new();

    public HubAddressTests()
    {
        RawSockets.Require();
    }

    [Fact]
    public async Task Addresses_of_a_list_with_gaps_are_given_out_in_its_order_until_none_is_left()
    {
        await using HubRun hub = await StartAsync("*");
        Assert.Equal(
            "10.98.0.245,10.98.0.7",
            hub.EventsCalled("listening")[0].GetProperty("clients").GetString());
        using Session first = Session.Start(OptionsOf(hub, "sensor1"));
        await hub.WaitForAsync("up");
        using Session second = Session.Start(OptionsOf(hub, "sensor2"));
        await hub.WaitForAsync("up", 2);
        using Session third = Session.Start(OptionsOf(hub, "sensor1"));
        await third.EndAsync(ExitCode.ControlRefused);

        Assert.Equal(["10.98.0.245", "10.98.0.7"], InnerOf(hub));
        first.Interruption.Interrupt();
        await first.EndAsync(ExitCode.Ok);
        await hub.WaitForAsync("down");
        using Session fourth = Session.Start(OptionsOf(hub, "sensor2"));
        await hub.WaitForAsync("up", 3);
        Assert.Equal(["10.98.0.245", "10.98.0.7", "10.98.0.245"], InnerOf(hub));
        foreach (Session session in (Session[])[second, fourth])
        {
            session.Interruption.Interrupt();
            await session.EndAsync(ExitCode.Ok);
        }
    }

    [Fact]
    public async Task A_user_with_an_address_in_its_line_has_it_and_sends_readings_from_it()
    {
        await using HubRun hub = await StartAsync("10.98.7.7");
        using Session session = Session.Start(OptionsOf(hub, "sensor1") with
        {
            Target = IPEndPoint.Parse("10.98.0.1:5683"),
            Datagrams = Datagrams.OfText("reading {n}", 3),
            IntervalMs = 5,
        });
        JsonElement up = await session.WaitForAsync("up");
        await session.EndAsync(ExitCode.Ok);
        await hub.WaitForAsync("down");

        Assert.Contains("10.98.7.7", up.ToString(), StringComparison.Ordinal);
        Assert.Equal(["10.98.7.7"], InnerOf(hub));
        Assert.Equal(
            ["10.98.7.7", "10.98.7.7", "10.98.7.7"],
            hub.EventsCalled("reading").Select(
                next => IPEndPoint.Parse(next.GetProperty("source").GetString()!)
                    .Address.ToString()));
    }

    [Fact]
    public async Task A_user_without_an_address_hears_of_it_in_IPCP_and_so_does_the_administrator()
    {
        await using HubRun hub = await StartAsync("");
        using Session session = Session.Start(OptionsOf(hub, "sensor1"));
        JsonElement end = await session.EndAsync(ExitCode.Lost);
        JsonElement down = await hub.WaitForAsync("down");

        // As with pppd, IPCP is open for a moment before it is ended.
        Assert.Equal("ipcp-terminated", end.GetProperty("code").GetString());
        Assert.Single(hub.EventsCalled("authenticated"));
        Assert.Empty(hub.EventsCalled("up"));
        Assert.Equal("address-refused", down.GetProperty("reason").GetString());
        Assert.Contains(
            "secrets file", down.GetProperty("sentence").GetString(), StringComparison.Ordinal);

        using Session other = Session.Start(OptionsOf(hub, "sensor2"));
        await hub.WaitForAsync("up");
        other.Interruption.Interrupt();
        await other.EndAsync(ExitCode.Ok);
    }

    public void Dispose() => _files.Dispose();

    /// <summary>A hub with two addresses, on whose secrets file sensor1 has these behind its
    /// secret.</summary>
    private async Task<HubRun> StartAsync(string addresses)
    {
        HubSettings settings = _files.Read(
            "localip 10.98.0.1\nremoteip 10.98.0.245,10.98.0.7\n",
            "name hub1\nrequire-mschap-v2\nrequire-mppe-128\n",
            $"sensor1 hub1 \"{Session.Password}\" {addresses}\n"
                + $"sensor2 hub1 \"{Session.Password}\" *\n").Settings;
        Assert.Empty(_files.Report.Errors);
        return await HubRun.StartAsync(_ => settings);
    }

    private static ConnectOptions OptionsOf(HubRun hub, string user)
    {
        PptpSettings settings = new() { UserName = user };
        settings.SetPassword(Session.Password);
        return hub.Options() with { Settings = settings };
    }

    private static IEnumerable<string?> InnerOf(HubRun hub)
    {
        return hub.EventsCalled("up").Select(next => next.GetProperty("inner").GetString());
    }
}
