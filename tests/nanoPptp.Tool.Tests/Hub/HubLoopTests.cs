// Real sessions over real sockets on the loopback interface: "connect" dials "hub".

using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.IO;
using System.Linq;
using System.Net;
using System.Net.Sockets;
using System.Runtime.Versioning;
using System.Text;
using System.Text.Json;
using System.Threading.Tasks;
using nanoPptp.Client;
using nanoPptp.Tool.Connect;
using nanoPptp.Tool.Hub;
using nanoPptp.Tool.Tests.Connect;
using Simulator.Hub;
using Xunit;

namespace nanoPptp.Tool.Tests.Hub;

[SupportedOSPlatform("linux")]
public sealed class HubLoopTests
{
    public HubLoopTests()
    {
        RawSockets.Require();
    }

    [Fact]
    public async Task A_session_is_told_from_its_first_packet_to_its_last()
    {
        await using HubRun hub = await HubRun.StartAsync();
        using Session session = Session.Start(hub.Options() with
        {
            Target = IPEndPoint.Parse("10.98.0.1:5683"),
            Datagrams = Datagrams.OfText("reading {n}", 3),
            IntervalMs = 5,
        });
        await session.EndAsync(ExitCode.Ok);
        JsonElement down = await hub.WaitForAsync("down");
        await hub.WaitForAsync("disconnected");

        Assert.Equal(
            ["listening", "connected", "authenticated", "up", "reading", "reading", "reading",
                "down", "disconnected"],
            hub.Events.Select(next => next.GetProperty("event").GetString()));
        JsonElement authenticated = hub.EventsCalled("authenticated")[0];
        Assert.Equal("sensor1", authenticated.GetProperty("user").GetString());
        Assert.Equal("MS-CHAPv2", authenticated.GetProperty("method").GetString());
        JsonElement up = hub.EventsCalled("up")[0];
        Assert.Equal("10.98.0.100", up.GetProperty("inner").GetString());
        Assert.Equal("MPPE 128-bit stateless", up.GetProperty("encryption").GetString());
        Assert.Equal(
            ["reading 1", "reading 2", "reading 3"],
            hub.EventsCalled("reading").Select(next => next.GetProperty("text").GetString()));
        Assert.Equal("client-terminated", down.GetProperty("reason").GetString());

        // The first ping of "connect" and three datagrams; an answer to the ping.
        Assert.InRange(down.GetProperty("packetsIn").GetInt32(), 4, 30);
        Assert.InRange(down.GetProperty("packetsOut").GetInt32(), 1, 30);
        Assert.All(
            hub.Events,
            next => Assert.InRange(
                next.GetProperty("time").GetDateTime(),
                DateTime.UtcNow.AddMinutes(-1),
                DateTime.UtcNow));
    }

    [Fact]
    public async Task Two_clients_at_once_have_addresses_and_readings_of_their_own()
    {
        await using HubRun hub = await HubRun.StartAsync();
        using Session first = Session.Start(Sending(hub, "sensor1"));
        using Session second = Session.Start(Sending(hub, "sensor2"));
        await first.EndAsync(ExitCode.Ok);
        await second.EndAsync(ExitCode.Ok);
        await hub.WaitForAsync("down", 2);

        Assert.Equal(
            ["10.98.0.100", "10.98.0.101"],
            hub.EventsCalled("up").Select(next => next.GetProperty("inner").GetString()).Order());
        foreach (string user in (string[])["sensor1", "sensor2"])
        {
            JsonElement[] readings =
            [
                .. hub.EventsCalled("reading")
                    .Where(next => next.GetProperty("user").GetString() == user),
            ];
            Assert.Equal(
                Enumerable.Range(1, 20).Select(i => $"{user} {i}"),
                readings.Select(next => next.GetProperty("text").GetString()));
        }
    }

    [Fact]
    public async Task A_wrong_password_is_told_with_its_number_and_the_hub_goes_on()
    {
        await using HubRun hub = await HubRun.StartAsync();
        using Session wrong = Session.Start(hub.Options("wrong"));
        await wrong.EndAsync(ExitCode.AuthenticationRefused);
        JsonElement refused = await hub.WaitForAsync("refused");
        JsonElement down = await hub.WaitForAsync("down");

        Assert.Equal(691, refused.GetProperty("error").GetInt32());
        Assert.Equal("sensor1", refused.GetProperty("user").GetString());
        Assert.Equal("authentication-failed", down.GetProperty("reason").GetString());
        Assert.False(down.TryGetProperty("upMs", out _));

        using Session right = Session.Start(hub.Options());
        await right.WaitForAsync("up");
        right.Interruption.Interrupt();
        await right.EndAsync(ExitCode.Ok);
    }

    [Fact]
    public async Task A_full_hub_turns_clients_away_and_lets_them_in_again()
    {
        await using HubRun hub = await HubRun.StartAsync(
            settings => settings with { MaximumCallCount = 1 });
        using Session first = Session.Start(hub.Options());
        await first.WaitForAsync("up");
        using Session second = Session.Start(hub.Options());
        await second.EndAsync(ExitCode.ControlRefused);
        await hub.WaitForAsync("rejected");
        first.Interruption.Interrupt();
        await first.EndAsync(ExitCode.Ok);
        await hub.WaitForAsync("down");

        using Session third = Session.Start(hub.Options());
        await third.WaitForAsync("up");
        third.Interruption.Interrupt();
        await third.EndAsync(ExitCode.Ok);
        Assert.Single(hub.EventsCalled("rejected"));
    }

    [Fact]
    public async Task Ctrl_C_tells_the_clients_and_ends_with_exit_code_0()
    {
        await using HubRun hub = await HubRun.StartAsync();
        using Session session = Session.Start(hub.Options());
        await session.WaitForAsync("up");

        Stopwatch watch = Stopwatch.StartNew();
        hub.Interruption.Interrupt();
        JsonElement lost = await session.EndAsync(ExitCode.Lost);
        JsonElement end = await hub.EndAsync(ExitCode.Ok);

        Assert.Equal("stopped-by-hub", lost.GetProperty("code").GetString());
        Assert.Equal("stopped", end.GetProperty("code").GetString());
        Assert.Equal(
            "hub-stopped", hub.EventsCalled("down")[0].GetProperty("reason").GetString());
        Assert.Single(hub.EventsCalled("stopping"));
        Assert.InRange(watch.ElapsedMilliseconds, 0, 3000);
    }

    [Fact]
    public async Task A_client_that_does_not_close_is_waited_for_only_so_long()
    {
        await using HubRun hub = await HubRun.StartAsync();
        using TcpClient client = await ConnectAsync(hub);
        await client.GetStream().WriteAsync(
            StartRequest(), TestContext.Current.CancellationToken);
        await ReadAsync(client, 156);

        Stopwatch watch = Stopwatch.StartNew();
        hub.Interruption.Interrupt();
        await hub.EndAsync(ExitCode.Ok);

        Assert.InRange(watch.ElapsedMilliseconds, 1500, 4000);

        // It was told all the same: Stop-Control-Connection-Request, reason 3.
        byte[] stop = await ReadAsync(client, 16);
        Assert.Equal(3, stop[9]);
        Assert.Equal(3, stop[12]);
    }

    [Fact]
    public async Task A_second_Ctrl_C_leaves_at_once()
    {
        await using HubRun hub = await HubRun.StartAsync();
        using TcpClient client = await ConnectAsync(hub);
        await hub.WaitForAsync("connected");

        Stopwatch watch = Stopwatch.StartNew();
        hub.Interruption.Interrupt();
        hub.Interruption.Interrupt();
        await hub.EndAsync(ExitCode.Interrupted);

        Assert.InRange(watch.ElapsedMilliseconds, 0, 1000);
    }

    [Fact]
    public async Task The_time_is_over_when_it_is_over()
    {
        await using HubRun hub = await HubRun.StartAsync(
            plan: plan => plan with { Duration = TimeSpan.FromSeconds(0.3) });
        await hub.EndAsync(ExitCode.Ok);
    }

    [Fact]
    public async Task A_quiet_session_is_hung_up()
    {
        await using HubRun hub = await HubRun.StartAsync(
            plan: plan => plan with { IdleSeconds = 1 });
        using Session session = Session.Start(hub.Options());
        await session.EndAsync(ExitCode.Lost);
        JsonElement down = await hub.WaitForAsync("down");

        Assert.Equal("hung-up", down.GetProperty("reason").GetString());
        Assert.Contains(
            "idle", down.GetProperty("sentence").GetString(), StringComparison.Ordinal);
        Assert.InRange(down.GetProperty("upMs").GetInt32(), 1000, 5000);
    }

    [Fact]
    public async Task A_long_session_is_hung_up_however_busy_it_is()
    {
        await using HubRun hub = await HubRun.StartAsync(
            plan: plan => plan with { LongestSeconds = 1 });
        using Session session = Session.Start(Sending(hub, "sensor1") with
        {
            IntervalMs = 100,
            Datagrams = Datagrams.OfText("x", 1000),
        });
        await session.EndAsync(ExitCode.Lost);
        JsonElement down = await hub.WaitForAsync("down");

        Assert.Contains(
            "maxconnect", down.GetProperty("sentence").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Readings_are_appended_to_a_file_and_only_those_of_the_port()
    {
        using TemporaryFolder folder = new();
        await File.WriteAllTextAsync(
            folder["readings"], "{}\n", TestContext.Current.CancellationToken);
        await using HubRun hub = await HubRun.StartAsync(plan: plan => plan with
        {
            ReadingsFile = folder["readings"],
            ReadingPort = 5683,
        });
        byte[][] lines = [Encoding.UTF8.GetBytes("21.5 °C"), [0, 1, 0xFF], []];
        foreach (int port in (int[])[5683, 9])
        {
            using Session session = Session.Start(hub.Options() with
            {
                Target = new IPEndPoint(IPAddress.Parse("10.98.0.1"), port),
                Datagrams = Datagrams.OfLines(lines, null),
                IntervalMs = 5,
            });
            await session.EndAsync(ExitCode.Ok);
        }

        await hub.WaitForAsync("down", 2);
        hub.Interruption.Interrupt();
        JsonElement end = await hub.EndAsync(ExitCode.Ok);

        Assert.Equal(3, hub.EventsCalled("reading").Count);
        JsonElement counters = end.GetProperty("counters");
        Assert.Equal(3, counters.GetProperty("readings").GetInt32());
        Assert.Equal(3, counters.GetProperty("packetsIgnored").GetInt32());
        IReadOnlyList<JsonElement> written = ToolRun.EventsOf(await File.ReadAllTextAsync(
            folder["readings"], TestContext.Current.CancellationToken));
        Assert.Equal(4, written.Count);
        Assert.Equal("21.5 °C", written[1].GetProperty("text").GetString());
        Assert.Equal("0001ff", written[2].GetProperty("hex").GetString());
        Assert.Equal("", written[3].GetProperty("text").GetString());
        Assert.Equal("sensor1", written[1].GetProperty("user").GetString());
        Assert.StartsWith(
            "10.98.0.100:", written[1].GetProperty("source").GetString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(HubAuthentication.MsChapV2, HubEncryption.RequireMppe, ExitCode.Ok)]
    [InlineData(HubAuthentication.MsChapV2, HubEncryption.Refused, ExitCode.EncryptionRefused)]
    [InlineData(HubAuthentication.ChapMd5, HubEncryption.Refused, ExitCode.AuthenticationRefused)]
    public async Task A_client_that_demands_more_than_the_hub_leaves_and_the_hub_goes_on(
        HubAuthentication authentication, HubEncryption encryption, object expected)
    {
        await using HubRun hub = await HubRun.StartAsync(settings => settings with
        {
            Authentications = [authentication],
            Encryption = encryption,
        });
        using Session session = Session.Start(Sending(hub, "sensor1"));
        await session.EndAsync((ExitCode)expected);
        await hub.WaitForAsync("down");
        hub.Interruption.Interrupt();
        await hub.EndAsync(ExitCode.Ok);
    }

    [Fact]
    public async Task Something_else_than_PPTP_is_let_go()
    {
        await using HubRun hub = await HubRun.StartAsync();
        using TcpClient client = await ConnectAsync(hub);
        await client.GetStream().WriteAsync(
            "GET / HTTP/1.1\r\nHost: hub\r\n\r\n"u8.ToArray(),
            TestContext.Current.CancellationToken);
        Assert.Equal(
            0,
            await client.GetStream().ReadAsync(
                new byte[100], TestContext.Current.CancellationToken));
        client.Close();
        await hub.WaitForAsync("disconnected");
        hub.Interruption.Interrupt();
        JsonElement end = await hub.EndAsync(ExitCode.Ok);

        Assert.Equal(
            1, end.GetProperty("counters").GetProperty("controlBroken").GetInt32());
    }

    [Fact]
    public async Task A_client_that_reads_nothing_is_reset_before_it_costs_memory()
    {
        await using HubRun hub = await HubRun.StartAsync();
        using TcpClient client = new(AddressFamily.InterNetwork) { ReceiveBufferSize = 4096 };
        await client.ConnectAsync(
            hub.Address, hub.Port, TestContext.Current.CancellationToken);
        NetworkStream stream = client.GetStream();
        await stream.WriteAsync(StartRequest(), TestContext.Current.CancellationToken);

        // Each Echo-Request of 16 octets has a reply of 20.
        byte[] echoes = new byte[16 * 1024];
        for (int i = 0; i < echoes.Length; i += 16)
        {
            EchoRequest().CopyTo(echoes, i);
        }

        IOException failure = await Assert.ThrowsAsync<IOException>(async () =>
        {
            for (int i = 0; i < 4096; i++)
            {
                await stream.WriteAsync(echoes, TestContext.Current.CancellationToken);
            }
        });

        Assert.IsType<SocketException>(failure.InnerException);
        await hub.WaitForAsync("disconnected");

        // Others are served as before.
        using Session session = Session.Start(Sending(hub, "sensor1"));
        await session.EndAsync(ExitCode.Ok);
    }

    [Fact]
    public async Task A_port_in_use_is_exit_code_5_and_says_what_to_do()
    {
        await using HubRun hub = await HubRun.StartAsync();
        using StringWriter output = new();
        using HubJsonPresenter presenter = new(output);
        using Interruption interruption = new();
        HubPlan plan = new()
        {
            Settings = new HubSettings(),
            Listen = hub.Address,
            Port = hub.Port,
        };
        ExitCode code = HubCommand.Run(plan, presenter, interruption);

        Assert.Equal(ExitCode.CannotListen, code);
        JsonElement end = ToolRun.EventsOf(output.ToString())[^1];
        Assert.Contains(
            "in use", end.GetProperty("sentence").GetString(), StringComparison.Ordinal);
        Assert.Contains(
            "ss -ltnp", end.GetProperty("nextStep").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public void An_address_of_somebody_else_is_exit_code_5()
    {
        using TemporaryFolder folder = new();
        ToolRun run = ToolRun.Of(
            "hub", "--user", "u", "--password-file", folder.WriteSecret("p", "secret"),
            "--listen", "192.0.2.1");

        Assert.Equal(ExitCode.CannotListen, run.ExitCode);
        Assert.Contains("no address of this machine", run.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Without_permission_the_advice_is_true()
    {
        using TemporaryFolder folder = new();
        string[] command =
        [
            "setpriv", "--bounding-set=-net_raw", "--inh-caps=-net_raw",
            "dotnet", Path.Combine(AppContext.BaseDirectory, "nanoPptp.Tool.dll"),
            "hub", "--user", "u", "--password-file", folder.WriteSecret("p", "secret"),
            "--listen", "127.48.0.1", "--port", "51723",
        ];
        using Process process = Process.Start(new ProcessStartInfo(command[0], command[1..])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
        Task<string> output = process.StandardOutput.ReadToEndAsync(
            TestContext.Current.CancellationToken);
        string errors = await process.StandardError.ReadToEndAsync(
            TestContext.Current.CancellationToken);
        await output;
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);

        Assert.Equal((int)ExitCode.NoPermission, process.ExitCode);
        Assert.Contains("sudo", errors, StringComparison.Ordinal);
        Assert.DoesNotContain("secret", errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task No_output_holds_a_password()
    {
        using TemporaryFolder folder = new();
        await using HubRun hub = await HubRun.StartAsync(
            plan: plan => plan with { CaptureFile = folder["hub.pcapng"] });
        using Session session = Session.Start(Sending(hub, "sensor1"));
        await session.EndAsync(ExitCode.Ok);
        hub.Interruption.Interrupt();
        await hub.EndAsync(ExitCode.Ok);
        byte[] capture = await File.ReadAllBytesAsync(
            folder["hub.pcapng"], TestContext.Current.CancellationToken);

        Assert.DoesNotContain(Session.Password, hub.Output, StringComparison.Ordinal);
        Assert.Equal(-1, capture.AsSpan().IndexOf(Encoding.UTF8.GetBytes(Session.Password)));
        Assert.Equal(-1, capture.AsSpan().IndexOf("sensor1 1"u8));
        Assert.True(capture.AsSpan().IndexOf("nanoPptp"u8) > 0);
    }

    private static ConnectOptions Sending(HubRun hub, string user)
    {
        PptpSettings settings = new() { UserName = user };
        settings.SetPassword(Session.Password);
        return hub.Options() with
        {
            Settings = settings,
            Target = IPEndPoint.Parse("10.98.0.1:9"),
            Datagrams = Datagrams.OfText($"{user} {{n}}", 20),
            IntervalMs = 5,
        };
    }

    private static async Task<TcpClient> ConnectAsync(HubRun hub)
    {
        TcpClient client = new(AddressFamily.InterNetwork);
        await client.ConnectAsync(
            hub.Address, hub.Port, TestContext.Current.CancellationToken);
        return client;
    }

    private static async Task<byte[]> ReadAsync(TcpClient client, int length)
    {
        byte[] octets = new byte[length];
        await client.GetStream().ReadExactlyAsync(
            octets, TestContext.Current.CancellationToken);
        return octets;
    }

    // RFC 2637 s.2.1: length, type 1, magic cookie, message 1, version 1.0, all else 0.
    private static byte[] StartRequest()
    {
        byte[] message = new byte[156];
        byte[] head = [0, 156, 0, 1, 0x1A, 0x2B, 0x3C, 0x4D, 0, 1, 0, 0, 1, 0];
        head.CopyTo(message, 0);
        return message;
    }

    // RFC 2637 s.2.5.
    private static byte[] EchoRequest() =>
        [0, 16, 0, 1, 0x1A, 0x2B, 0x3C, 0x4D, 0, 5, 0, 0, 0, 0, 0, 1];
}
