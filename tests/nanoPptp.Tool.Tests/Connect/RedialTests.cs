// "connect --redial": the way back, through real sockets against the simulator's hub.

using System;
using System.Diagnostics;
using System.Linq;
using System.Net;
using System.Net.Sockets;
using System.Runtime.Versioning;
using System.Text;
using System.Text.Json;
using System.Threading.Tasks;
using nanoPptp.Client;
using nanoPptp.Tool.Connect;
using Simulator.Hub;
using Xunit;

namespace nanoPptp.Tool.Tests.Connect;

[SupportedOSPlatform("linux")]
public sealed class RedialTests
{
    private const int ShortMs = 50;

    public RedialTests()
    {
        RawSockets.Require();
    }

    [Fact]
    public async Task A_lost_tunnel_comes_back_and_the_readings_go_on_where_they_were()
    {
        const int Count = 60;
        using LoopbackHub hub = new();
        using Session session = Session.Start(hub.Options() with
        {
            Redial = Quick(),
            Target = IPEndPoint.Parse("10.98.0.1:7"),
            Datagrams = Datagrams.OfText("reading {n}", Count),
            IntervalMs = 20,
        });
        await session.WaitForAsync("received");
        hub.ResetTcp();
        JsonElement end = await session.EndAsync(ExitCode.Ok);

        JsonElement redial = Assert.Single(Named(session, "redial"));
        Assert.Equal(2, redial.GetProperty("attempt").GetInt32());
        Assert.InRange(redial.GetProperty("pauseMs").GetInt32(), 0, ShortMs);
        Assert.Equal((int)ExitCode.Lost, redial.GetProperty("exitCode").GetInt32());
        Assert.Equal("control-closed", redial.GetProperty("code").GetString());
        Assert.True(redial.GetProperty("upMs").GetDouble() > 0);
        Assert.Equal(2, Named(session, "up").Length);
        Assert.Equal(
            Enumerable.Range(1, Count),
            Named(session, "sent").Select(next => next.GetProperty("sequence").GetInt32()));

        JsonElement counters = end.GetProperty("counters");
        Assert.Equal(2, counters.GetProperty("dials").GetInt32());
        Assert.Equal(2, counters.GetProperty("sessions").GetInt32());
        Assert.Equal(Count, counters.GetProperty("udpSent").GetInt32());
        string[] received =
        [
            .. Named(session, "received").Select(next => Encoding.ASCII.GetString(
                Convert.FromHexString(next.GetProperty("hex").GetString()!))),
        ];
        Assert.Equal(received.Length, counters.GetProperty("udpDelivered").GetInt32());
        Assert.Contains("reading 1", received);
        Assert.Contains($"reading {Count}", received);
        // Only what was under way at that moment may be missing.
        Assert.InRange(received.Length, Count - 5, Count);
    }

    [Fact]
    public async Task Without_a_hub_it_tries_until_the_time_is_over_and_ends_as_the_last_try_did()
    {
        using Session session = Session.Start(Session.OptionsOf("127.0.0.1", FreePort()) with
        {
            Redial = Quick(),
            Duration = TimeSpan.FromSeconds(1),
        });
        Stopwatch watch = Stopwatch.StartNew();
        JsonElement end = await session.EndAsync(ExitCode.HubUnreachable);

        Assert.InRange(watch.Elapsed, TimeSpan.FromSeconds(0.9), TimeSpan.FromSeconds(5));
        Assert.Equal("hub-unreachable", end.GetProperty("code").GetString());
        JsonElement[] redials = Named(session, "redial");
        Assert.True(redials.Length >= 3, session.Output);
        Assert.Equal(
            Enumerable.Range(2, redials.Length),
            redials.Select(next => next.GetProperty("attempt").GetInt32()));
        Assert.All(
            redials,
            next => Assert.Equal("hub-unreachable", next.GetProperty("code").GetString()));
        int dials = end.GetProperty("counters").GetProperty("dials").GetInt32();
        Assert.InRange(dials, redials.Length, redials.Length + 1);
    }

    [Fact]
    public async Task A_name_that_cannot_be_resolved_is_tried_again()
    {
        using Session session = Session.Start(Session.OptionsOf("no-such-hub.invalid", 1723) with
        {
            Redial = Quick(),
        });
        JsonElement redial = await session.WaitForAsync("redial");
        session.Interruption.Interrupt();
        await session.EndAsync(ExitCode.HubUnreachable);

        Assert.Equal("name-not-resolved", redial.GetProperty("code").GetString());
    }

    [Fact]
    public async Task Ctrl_C_ends_a_pause_at_once_with_the_exit_code_of_the_last_failure()
    {
        using Session session = Session.Start(Session.OptionsOf("127.0.0.1", FreePort()) with
        {
            Redial = Pace(FailureClass.Unreachable, 60_000),
        });
        await session.WaitForAsync("redial");
        Stopwatch watch = Stopwatch.StartNew();
        session.Interruption.Interrupt();
        await session.EndAsync(ExitCode.HubUnreachable);

        Assert.InRange(watch.Elapsed, TimeSpan.Zero, TimeSpan.FromSeconds(2));
    }

    [Fact]
    public async Task Ctrl_C_hangs_up_a_tunnel_that_came_back_in_order()
    {
        using LoopbackHub hub = new();
        using Session session = Session.Start(hub.Options() with { Redial = Quick() });
        await session.WaitForAsync("up");
        hub.ResetTcp();
        await session.WaitForAsync("redial");
        for (int i = 0; i < 1000 && Named(session, "up").Length < 2; i++)
        {
            await Task.Delay(10, TestContext.Current.CancellationToken);
        }

        session.Interruption.Interrupt();
        JsonElement end = await session.EndAsync(ExitCode.Ok);

        Assert.Equal("closed-by-user", end.GetProperty("code").GetString());
        Assert.Equal(HubEnd.ClientTerminated, hub.End);
    }

    [Fact]
    public async Task A_hub_that_does_not_answer_until_the_time_is_over_is_exit_code_130()
    {
        // It listens, and nobody accepts or answers.
        using TcpListener listener = new(IPAddress.Loopback, 0);
        listener.Start();
        int port = ((IPEndPoint)listener.LocalEndpoint).Port;
        using Session session = Session.Start(Session.OptionsOf("127.0.0.1", port) with
        {
            Redial = Quick(),
            Duration = TimeSpan.FromSeconds(0.5),
        });
        JsonElement end = await session.EndAsync(ExitCode.Interrupted);

        Assert.Equal("time-over", end.GetProperty("code").GetString());
    }

    private static RedialSettings Quick()
    {
        RedialSettings settings = new();
        for (FailureClass c = FailureClass.Lost; c <= FailureClass.Authentication; c++)
        {
            settings.SetPace(c, 0, ShortMs, ShortMs);
        }

        return settings;
    }

    private static RedialSettings Pace(FailureClass c, int minimumMs)
    {
        RedialSettings settings = new();
        settings.SetPace(c, minimumMs, 0, 0);
        return settings;
    }

    private static int FreePort()
    {
        using TcpListener listener = new(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    private static JsonElement[] Named(Session session, string name)
    {
        return
        [
            .. session.Events.Where(next => next.GetProperty("event").GetString() == name),
        ];
    }
}
