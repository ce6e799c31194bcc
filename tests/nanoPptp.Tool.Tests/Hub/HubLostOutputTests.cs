// A hub whose output, capture or readings cannot be written any more: its clients are told first.

using System;
using System.Diagnostics;
using System.IO;
using System.Net;
using System.Net.Sockets;
using System.Runtime.Versioning;
using System.Text.Json;
using System.Threading;
using System.Threading.Tasks;
using nanoPptp.Tool.Connect;
using nanoPptp.Tool.Tests.Connect;
using Xunit;

namespace nanoPptp.Tool.Tests.Hub;

[Collection(FullDisk.Collection)]
[SupportedOSPlatform("linux")]
public sealed class HubLostOutputTests : IDisposable
{
    private const int Port = 1723;
    private const int LimitSeconds = 20;

    private static int s_lastAddress;

    private readonly TemporaryFolder _folder = new();
    private readonly StringWriter _errors = new();

    // Raw sockets see the GRE of everybody on their address: each hub has one of its own.
    private readonly IPAddress _address = new([127, 49, (byte)Environment.ProcessId,
        (byte)Interlocked.Increment(ref s_lastAddress)]);

    public HubLostOutputTests()
    {
        RawSockets.Require();
    }

    // As text: three lines of listening, then connected, who it is, up, and one for each reading.
    // As JSON: one line each.
    [Theory]
    [InlineData(false, 6)]
    [InlineData(false, 8)]
    [InlineData(true, 4)]
    [InlineData(true, 6)]
    public async Task A_hub_that_cannot_be_shown_hangs_up_in_order(bool json, int lines)
    {
        using BrokenWriter output = new(lines);
        Task<ExitCode> hub = StartHub(output, json);
        await WaitForLinesAsync(output, json ? 1 : 3);
        using Session session = Session.Start(Sending());
        JsonElement end = await session.EndAsync(ExitCode.Lost);

        Assert.Equal("stopped-by-hub", end.GetProperty("code").GetString());
        Assert.Equal(ExitCode.FileUnreadable, await EndAsync(hub));
        Assert.Equal(1, output.Refused);
        AssertLost();
    }

    [Theory]
    [InlineData(false, 0)]
    [InlineData(false, 2)]
    [InlineData(true, 0)]
    public async Task A_hub_that_cannot_even_begin_to_show_ends_at_once(bool json, int lines)
    {
        using BrokenWriter output = new(lines);
        Stopwatch watch = Stopwatch.StartNew();

        Assert.Equal(ExitCode.FileUnreadable, await EndAsync(StartHub(output, json)));
        Assert.InRange(watch.ElapsedMilliseconds, 0, 3000);
        Assert.Equal(1, output.Refused);
        AssertLost();
    }

    [Fact]
    public async Task A_client_that_does_not_close_is_waited_for_only_so_long()
    {
        using BrokenWriter output = new(1);
        Task<ExitCode> hub = StartHub(output, json: true);
        await WaitForLinesAsync(output, 1);
        Stopwatch watch = Stopwatch.StartNew();
        using TcpClient client = new();
        await client.ConnectAsync(_address, Port, TestContext.Current.CancellationToken);

        Assert.Equal(ExitCode.FileUnreadable, await EndAsync(hub));
        Assert.InRange(watch.ElapsedMilliseconds, 0, 4500);
        AssertLost();
    }

    [Fact]
    public async Task A_screen_that_fails_is_exit_code_4_too()
    {
        // The table is taken off the screen before the next line: that is what fails here.
        using BrokenWriter output = new(20);
        Task<ExitCode> hub = StartHub(output, json: false, isLive: true);
        await WaitForLinesAsync(output, 3);
        using Session session = Session.Start(Sending());
        await session.WaitForAsync("end");

        Assert.Equal(ExitCode.FileUnreadable, await EndAsync(hub));
        AssertLost();
    }

    [Fact]
    public async Task A_readings_file_that_cannot_be_written_any_more_stops_the_hub_in_order()
    {
        Assert.SkipUnless(File.Exists("/dev/full"), "there is no /dev/full here");
        await using HubRun hub = await HubRun.StartAsync(
            plan: plan => plan with { ReadingsFile = "/dev/full" });
        using Session session = Session.Start(Sending() with
        {
            Hub = hub.Address.ToString(),
            HubPort = hub.Port,
        });
        JsonElement lost = await session.EndAsync(ExitCode.Lost);
        JsonElement end = await hub.EndAsync(ExitCode.FileUnreadable);

        Assert.Equal("stopped-by-hub", lost.GetProperty("code").GetString());
        Assert.Equal(
            "The readings file (/dev/full) cannot be written: No space left on device.",
            end.GetProperty("sentence").GetString());
    }

    [Fact]
    public async Task A_capture_that_cannot_be_written_any_more_stops_the_hub_in_order()
    {
        string fifo = _folder["capture"];
        BreakingPipe pipe = await BreakingPipe.MakeAsync(fifo);
        await using HubRun hub = await HubRun.StartAsync(
            plan: plan => plan with { CaptureFile = fifo });
        using Session session = Session.Start(Sending() with
        {
            Hub = hub.Address.ToString(),
            HubPort = hub.Port,
        });
        await session.WaitForAsync("up");
        pipe.Break();
        JsonElement lost = await session.EndAsync(ExitCode.Lost);
        JsonElement end = await hub.EndAsync(ExitCode.FileUnreadable);

        Assert.Equal("stopped-by-hub", lost.GetProperty("code").GetString());
        Assert.Equal(
            $"The capture file ({fifo}) cannot be written: Broken pipe.",
            end.GetProperty("sentence").GetString());
    }

    [Theory]
    [InlineData("--pcap", "/dev/full",
        "The capture file (/dev/full) cannot be written: No space left on device.")]
    [InlineData("--pcap", "/proc/none", "The capture file (/proc/none) cannot be written.")]
    [InlineData("--readings", "/proc/none", "The readings file (/proc/none) cannot be written.")]
    public async Task A_file_that_cannot_be_begun_is_exit_code_4_before_anybody_is_served(
        string option, string path, string sentence)
    {
        using StringWriter output = new();
        ExitCode code = await EndAsync(StartHub(output, json: true, more: [option, path]));

        Assert.Equal(ExitCode.FileUnreadable, code);
        JsonElement end = Assert.Single(ToolRun.EventsOf(output.ToString()));
        Assert.Equal("end", end.GetProperty("event").GetString());
        Assert.Equal(sentence, end.GetProperty("sentence").GetString());
    }

    public void Dispose()
    {
        _errors.Dispose();
        _folder.Dispose();
    }

    private static Task<ExitCode> EndAsync(Task<ExitCode> hub) =>
        hub.WaitAsync(TimeSpan.FromSeconds(LimitSeconds), TestContext.Current.CancellationToken);

    private static async Task WaitForLinesAsync(BrokenWriter output, int lines)
    {
        for (int i = 0; i < LimitSeconds * 100 && output.Taken < lines; i++)
        {
            await Task.Delay(10, TestContext.Current.CancellationToken);
        }

        Assert.InRange(output.Taken, lines, int.MaxValue);
    }

    private Task<ExitCode> StartHub(
        TextWriter output, bool json, bool isLive = false, string[]? more = null)
    {
        Terminal terminal = ToolRun.TerminalOf(output, _errors, Session.Password, isLive);
        string[] form = json ? ["--json"] : [];
        string[] arguments =
        [
            "hub", "--listen", _address.ToString(), "--user", Session.User, "--password-file", "-",
            .. form, .. more ?? [],
        ];
        return Task.Factory.StartNew(
            () => Program.Run(arguments, terminal),
            TestContext.Current.CancellationToken,
            TaskCreationOptions.LongRunning,
            TaskScheduler.Default);
    }

    private ConnectOptions Sending() => Session.OptionsOf(_address.ToString(), Port) with
    {
        Target = IPEndPoint.Parse("10.98.0.1:9"),
        Datagrams = Datagrams.OfText("x", 100_000),
        IntervalMs = 50,
    };

    /// <summary>Two lines: what is said at every start, and why it ended.</summary>
    private void AssertLost()
    {
        string[] lines = _errors.ToString().Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(2, lines.Length);
        Assert.Equal(
            "nanopptp: Standard output cannot be written: No space left on device.", lines[1]);
    }
}
