// What "connect" says when it is not let in, by real sockets on the loopback interface.

using System;
using System.Diagnostics;
using System.IO;
using System.Net;
using System.Net.Sockets;
using System.Text.Json;
using System.Threading;
using System.Threading.Tasks;
using Xunit;

namespace nanoPptp.Tool.Tests.Connect;

public sealed class RefusalTests
{
    private static string Loopback => IPAddress.Loopback.ToString();

    [Fact]
    public async Task A_port_that_nobody_listens_on_is_exit_code_10()
    {
        RawSockets.Require();
        using TcpListener listener = new(IPAddress.Loopback, 0);
        listener.Start();
        int port = ((IPEndPoint)listener.LocalEndpoint).Port;
        listener.Stop();

        JsonElement end = await RunAsync(port, ExitCode.HubUnreachable);

        Assert.Equal("hub-unreachable", end.GetProperty("code").GetString());
        AssertSays(end, "connection refused");
    }

    [Fact]
    public async Task An_address_without_a_route_is_exit_code_10()
    {
        RawSockets.Require();
        // 255.255.255.255 is nobody's address: the system refuses to connect there.
        using Session session = Session.Start(Session.OptionsOf("255.255.255.255", 1723));
        await session.EndAsync(ExitCode.HubUnreachable);
    }

    [Fact]
    public async Task A_name_that_does_not_exist_is_exit_code_10()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "\"connect\" runs on Linux only");
        using Session session = Session.Start(Session.OptionsOf("no-such-hub.invalid", 1723));
        JsonElement end = await session.EndAsync(ExitCode.HubUnreachable);

        Assert.Equal("name-not-resolved", end.GetProperty("code").GetString());
        AssertSays(end, "no-such-hub.invalid");
    }

    [Fact]
    public async Task A_hub_that_closes_at_once_is_exit_code_11()
    {
        RawSockets.Require();
        using ScriptedServer server = new();
        JsonElement end = await RunAsync(server.Port, ExitCode.ControlRefused);

        Assert.Equal("control-closed", end.GetProperty("code").GetString());
    }

    [Fact]
    public async Task A_refused_control_connection_is_exit_code_11_in_words()
    {
        RawSockets.Require();
        using ScriptedServer server = new(_ => ScriptedServer.StartReply(4, 0));
        JsonElement end = await RunAsync(server.Port, ExitCode.ControlRefused);

        Assert.Equal("start-refused", end.GetProperty("code").GetString());
        AssertSays(end, "not authorized");
    }

    [Fact]
    public async Task Something_else_on_the_port_is_exit_code_11()
    {
        RawSockets.Require();
        using ScriptedServer server = new(_ => "HTTP/1.1 400 Bad Request\r\n\r\n"u8.ToArray());
        JsonElement end = await RunAsync(server.Port, ExitCode.ControlRefused);

        AssertSays(end, "does not speak PPTP");
    }

    [Fact]
    public async Task A_hub_that_never_stops_talking_does_not_hold_the_session()
    {
        RawSockets.Require();
        using TcpListener listener = new(IPAddress.Loopback, 0);
        listener.Start();
        using CancellationTokenSource stop = CancellationTokenSource.CreateLinkedTokenSource(
            TestContext.Current.CancellationToken);
        Task flood = Task.Factory.StartNew(
            () => Flood(listener, stop.Token),
            CancellationToken.None,
            TaskCreationOptions.LongRunning,
            TaskScheduler.Default);

        // The first octets are wrong already, and more come faster than they can be read.
        Stopwatch watch = Stopwatch.StartNew();
        try
        {
            await RunAsync(
                ((IPEndPoint)listener.LocalEndpoint).Port, ExitCode.ControlRefused);
        }
        finally
        {
            await stop.CancelAsync();
            await flood;
        }

        Assert.InRange(watch.ElapsedMilliseconds, 0, 5000);
    }

    [Fact]
    public async Task A_refused_call_is_exit_code_12_in_words()
    {
        RawSockets.Require();
        using ScriptedServer server = new(
            _ => ScriptedServer.StartReply(1, 0),
            request => ScriptedServer.CallReply(request, 4, 0));
        JsonElement end = await RunAsync(server.Port, ExitCode.CallRefused);

        AssertSays(end, "busy");
        Assert.Equal([1, 7], server.Types[..2]);
    }

    [Fact]
    public async Task A_hub_that_drops_the_call_is_exit_code_12()
    {
        RawSockets.Require();
        using ScriptedServer server = new(_ => ScriptedServer.StartReply(1, 0), _ => null);
        JsonElement end = await RunAsync(server.Port, ExitCode.CallRefused);

        Assert.Equal("call-dropped", end.GetProperty("code").GetString());
    }

    [Fact]
    public async Task An_interruption_wakes_the_session_and_hangs_up()
    {
        RawSockets.Require();
        using ScriptedServer server = new(
            _ => ScriptedServer.StartReply(1, 0),
            request => ScriptedServer.CallReply(request, 1, 0));
        using Session session = Session.Start(Session.OptionsOf(Loopback, server.Port));
        await session.WaitForAsync("stage");

        session.Interruption.Interrupt();
        JsonElement end = await session.EndAsync(ExitCode.Interrupted);

        Assert.Equal("interrupted", end.GetProperty("code").GetString());
    }

    [Fact]
    public async Task A_second_interruption_does_not_wait_for_a_silent_hub()
    {
        RawSockets.Require();
        using ScriptedServer server = new(
            _ => ScriptedServer.StartReply(1, 0),
            request => ScriptedServer.CallReply(request, 1, 0));
        using Session session = Session.Start(Session.OptionsOf(Loopback, server.Port));
        await session.WaitForAsync("stage");
        await Task.Delay(100, TestContext.Current.CancellationToken);

        // LCP is never answered: to hang up in order takes seconds.
        session.Interruption.Interrupt();
        await Task.Delay(100, TestContext.Current.CancellationToken);
        Assert.False(session.HasEnded, session.Output);

        Stopwatch watch = Stopwatch.StartNew();
        session.Interruption.Interrupt();
        await session.EndAsync(ExitCode.Interrupted);

        Assert.InRange(watch.ElapsedMilliseconds, 0, 1500);
    }

    [Fact]
    public async Task Hanging_up_on_a_silent_hub_is_bounded()
    {
        RawSockets.Require();
        using ScriptedServer server = new(
            _ => ScriptedServer.StartReply(1, 0),
            request => ScriptedServer.CallReply(request, 1, 0));
        using Session session = Session.Start(Session.OptionsOf(Loopback, server.Port));
        await session.WaitForAsync("stage");
        await Task.Delay(100, TestContext.Current.CancellationToken);

        Stopwatch watch = Stopwatch.StartNew();
        session.Interruption.Interrupt();
        await session.EndAsync(ExitCode.Interrupted);
        await server.EndAsync(TestContext.Current.CancellationToken);

        Assert.InRange(watch.ElapsedMilliseconds, 0, 9000);
        Assert.Contains(12, server.Types);
    }

    [Fact]
    public async Task Without_permission_the_advice_is_true()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "\"connect\" runs on Linux only");
        CancellationToken cancellation = TestContext.Current.CancellationToken;
        string[] tool =
        [
            "dotnet", Path.Combine(AppContext.BaseDirectory, "nanoPptp.Tool.dll"),
            "connect", "--hub", "127.0.0.1", "--user", "u", "--password-file", "-",
        ];

        // Even root has no raw sockets when the capability is taken from the process.
        string[] command = RawSockets.AreAllowed
            ? ["setpriv", "--bounding-set=-net_raw", "--inh-caps=-net_raw", .. tool]
            : tool;
        using Process process = Process.Start(new ProcessStartInfo(command[0], command[1..])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
        await process.StandardInput.WriteAsync("secret");
        process.StandardInput.Close();
        Task<string> output = process.StandardOutput.ReadToEndAsync(cancellation);
        string errors = await process.StandardError.ReadToEndAsync(cancellation);
        await output;
        await process.WaitForExitAsync(cancellation);

        Assert.Equal((int)ExitCode.NoPermission, process.ExitCode);
        Assert.Contains("sudo", errors, StringComparison.Ordinal);
    }

    private static async Task<JsonElement> RunAsync(int port, ExitCode expected)
    {
        using Session session = Session.Start(Session.OptionsOf(Loopback, port));
        return await session.EndAsync(expected);
    }

    private static void Flood(TcpListener listener, CancellationToken stop)
    {
        using Socket client = listener.AcceptSocket();
        client.SendTimeout = 100;
        byte[] block = new byte[1 << 20];
        while (!stop.IsCancellationRequested)
        {
            client.Send(block, 0, block.Length, SocketFlags.None, out SocketError error);
            if (error is not (SocketError.Success or SocketError.TimedOut
                or SocketError.WouldBlock))
            {
                return;
            }
        }
    }

    private static void AssertSays(JsonElement end, string expected)
    {
        Assert.Contains(
            expected, end.GetProperty("sentence").GetString(), StringComparison.Ordinal);
    }
}
