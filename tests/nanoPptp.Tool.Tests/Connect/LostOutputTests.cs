// A session whose output or capture cannot be written any more: the hub is hung up in order first.

using System;
using System.IO;
using System.Linq;
using System.Runtime.Versioning;
using System.Text.Json;
using System.Threading.Tasks;
using nanoPptp.Tool.Connect;
using Simulator.Hub;
using Xunit;

namespace nanoPptp.Tool.Tests.Connect;

[Collection(FullDisk.Collection)]
[SupportedOSPlatform("linux")]
public sealed class LostOutputTests
{
    public LostOutputTests()
    {
        RawSockets.Require();
    }

    [Theory]
    [InlineData(false, 0, false)]
    [InlineData(true, 0, null)]
    [InlineData(true, 3, true)]
    [InlineData(false, 3, true)]
    [InlineData(true, 9, true)]
    [InlineData(false, 10, true)]
    public async Task A_session_that_cannot_be_shown_hangs_up_in_order(
        bool json, int lines, bool? isCalled)
    {
        using LoopbackHub hub = new(port: 1723);
        using BrokenWriter output = new(lines);
        using StringWriter errors = new();
        string[] form = json ? ["--json"] : [];
        string[] arguments =
        [
            "connect", "--hub", hub.Address.ToString(), "--user", Session.User,
            "--password-file", "-", "--udp", "10.98.0.1:7", "--message", "x", "--count", "100000",
            "--interval", "10", .. form,
        ];
        Terminal terminal = ToolRun.TerminalOf(output, errors, Session.Password);
        ExitCode code = await Task.Run(() => Program.Run(arguments, terminal))
            .WaitAsync(TimeSpan.FromSeconds(20), TestContext.Current.CancellationToken);

        Assert.Equal(ExitCode.FileUnreadable, code);
        Assert.Equal(
            "nanopptp: Standard output cannot be written: No space left on device.\n",
            errors.ToString());
        Assert.Equal(1, output.Refused);

        // The first line of JSON is lost while the connection is being made: it may get through or
        // not.
        Assert.Equal(isCalled ?? hub.WasCalled, hub.WasCalled);
        if (lines >= 9)
        {
            await WaitForEndAsync(hub);
            Assert.Equal(HubEnd.ClientTerminated, hub.End);
        }
    }

    [Fact]
    public async Task A_capture_that_fails_hangs_up_in_order()
    {
        using LoopbackHub hub = new();
        using TemporaryFolder folder = new();
        string fifo = folder["capture"];
        BreakingPipe pipe = await BreakingPipe.MakeAsync(fifo);
        using Session session = Session.Start(hub.Options() with { CaptureFile = fifo });
        await session.WaitForAsync("up");
        pipe.Break();
        while (!pipe.IsBroken)
        {
            hub.Ping(1);
            await Task.Delay(20, TestContext.Current.CancellationToken);
        }

        hub.Ping(1);
        JsonElement end = await session.EndAsync(ExitCode.FileUnreadable);

        Assert.Equal(
            $"The capture file ({fifo}) cannot be written: Broken pipe.",
            end.GetProperty("sentence").GetString());
        await WaitForEndAsync(hub);
        Assert.Equal(HubEnd.ClientTerminated, hub.End);
    }

    [Fact]
    public async Task A_capture_that_cannot_be_begun_is_exit_code_4_before_the_hub_is_called()
    {
        using LoopbackHub hub = new();
        using Session session = Session.Start(hub.Options() with { CaptureFile = "/dev/full" });
        JsonElement end = await session.EndAsync(ExitCode.FileUnreadable);

        Assert.Equal(
            "The capture file (/dev/full) cannot be written: No space left on device.",
            end.GetProperty("sentence").GetString());
        Assert.False(hub.WasCalled);
    }

    [Fact]
    public void A_capture_that_cannot_be_begun_leaves_no_open_file_behind()
    {
        Assert.Throws<ToolFailureException>(() => new SessionCapture("/dev/full"));

        string?[] open =
        [
            .. Directory.GetFiles("/proc/self/fd")
                .Select(link => new FileInfo(link).LinkTarget),
        ];
        Assert.DoesNotContain("/dev/full", open);
    }

    private static async Task WaitForEndAsync(LoopbackHub hub)
    {
        // The hub reads our last words in a thread of its own.
        for (int i = 0; i < 500 && hub.End is null; i++)
        {
            await Task.Delay(10, TestContext.Current.CancellationToken);
        }
    }
}
