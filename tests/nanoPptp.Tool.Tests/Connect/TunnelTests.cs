// Whole tunnels through real sockets: the tool's loop, raw GRE and TCP against the simulator's hub.

using System;
using System.IO;
using System.Linq;
using System.Net;
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
public sealed class TunnelTests
{
    public TunnelTests()
    {
        RawSockets.Require();
    }

    [Fact]
    public async Task A_tunnel_comes_up_stage_by_stage_and_hangs_up_in_order()
    {
        using LoopbackHub hub = new();
        using Session session = Session.Start(
            hub.Options() with { Duration = TimeSpan.FromSeconds(0.1) });
        JsonElement end = await session.EndAsync(ExitCode.Ok);

        JsonElement[] stages =
            [.. session.Events.Where(e => e.GetProperty("event").GetString() == "stage")];
        Assert.Equal(
            ["tcp", "control", "call", "lcp", "auth", "ccp", "ipcp"],
            stages.Select(e => e.GetProperty("stage").GetString()));
        double[] at = [.. stages.Select(e => e.GetProperty("atMs").GetDouble())];
        Assert.Equal(at.Order(), at);
        Assert.Equal(
            at[^1], stages.Sum(e => e.GetProperty("tookMs").GetDouble()), tolerance: 1.0);

        JsonElement up = await session.WaitForAsync("up");
        Assert.Equal(hub.Address.ToString(), up.GetProperty("hub").GetString());
        Assert.Equal("10.98.0.100", up.GetProperty("local").GetString());
        Assert.Equal("10.98.0.1", up.GetProperty("peer").GetString());
        Assert.Equal(1400, up.GetProperty("mtu").GetInt32());
        Assert.Equal("closed-by-user", end.GetProperty("code").GetString());
        Assert.Equal(HubEnd.ClientTerminated, hub.End);
        JsonElement counters = end.GetProperty("counters");
        Assert.True(counters.GetProperty("greSent").GetInt32() > 0);
        Assert.All(
            counters.EnumerateObject(), counter => Assert.NotEqual(0, counter.Value.GetInt64()));
    }

    [Theory]
    [InlineData("MPPE-128 stateless", EncryptionPolicy.Weak, false, 7, HubMppeMode.Stateless)]
    [InlineData("MPPE-56 stateless", EncryptionPolicy.Weak, false, 2, HubMppeMode.Stateless)]
    [InlineData("MPPE-40 stateful", EncryptionPolicy.Weak, true, 1, HubMppeMode.Stateful)]
    [InlineData("MPPE-128 stateful", EncryptionPolicy.Strong, true, 4, HubMppeMode.StatefulLinux)]
    [InlineData("not encrypted", EncryptionPolicy.Clear, false, 0, HubMppeMode.Stateless)]
    public async Task The_tunnel_is_encrypted_as_policy_and_hub_agree(
        string expected, EncryptionPolicy policy, bool stateful, int strengths, HubMppeMode mode)
    {
        using LoopbackHub hub = new(settings => settings with
        {
            Encryption = strengths == 0 ? HubEncryption.Refused : HubEncryption.RequireMppe,
            MppeStrengths = (MppeStrengths)strengths,
            MppeMode = mode,
        });
        ConnectOptions options = hub.Options() with
        {
            Target = IPEndPoint.Parse("10.98.0.1:7"),
            Datagrams = Datagrams.OfText("reading {n}", 20),
            IntervalMs = 2,
        };
        options.Settings.Encryption = policy;
        options.Settings.AllowStateful = stateful;
        using Session session = Session.Start(options);
        await session.EndAsync(ExitCode.Ok);

        JsonElement up = await session.WaitForAsync("up");
        Assert.Equal(expected, up.GetProperty("mppe").GetString());
        Assert.Equal(
            20, session.Events.Count(e => e.GetProperty("event").GetString() == "received"));
    }

    [Theory]
    [InlineData(HubAuthentication.ChapMd5)]
    [InlineData(HubAuthentication.Pap)]
    public async Task A_weaker_method_is_used_where_it_is_allowed(HubAuthentication method)
    {
        using LoopbackHub hub = new(settings => settings with
        {
            Encryption = HubEncryption.Refused,
            Authentications = [method],
        });
        ConnectOptions options = hub.Options() with
        {
            Target = IPEndPoint.Parse("10.98.0.1:7"),
            Datagrams = Datagrams.OfText("reading {n}", 5),
            IntervalMs = 2,
        };
        options.Settings.Encryption = EncryptionPolicy.Clear;
        options.Settings.AllowChapMd5 = method == HubAuthentication.ChapMd5;
        options.Settings.AllowPap = method == HubAuthentication.Pap;
        options.Settings.SetPassword(Session.Password);
        using Session session = Session.Start(options);
        await session.EndAsync(ExitCode.Ok);

        JsonElement up = await session.WaitForAsync("up");
        Assert.Equal("not encrypted", up.GetProperty("mppe").GetString());
        Assert.Equal(
            5, session.Events.Count(e => e.GetProperty("event").GetString() == "received"));
    }

    [Theory]
    [InlineData(HubAuthentication.None, "authentication-not-offered", "no authentication")]
    [InlineData(HubAuthentication.ChapMd5, "authentication-weak", "CHAP-MD5")]
    [InlineData(HubAuthentication.Pap, "authentication-weak", "PAP")]
    public async Task A_weaker_method_that_is_not_allowed_is_exit_code_15(
        HubAuthentication method, string code, string name)
    {
        using LoopbackHub hub = new(settings => settings with { Authentications = [method] });
        using Session session = Session.Start(hub.Options());
        JsonElement end = await session.EndAsync(ExitCode.AuthenticationRefused);

        Assert.Equal(code, end.GetProperty("code").GetString());
        Assert.Contains(
            name, end.GetProperty("sentence").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Datagrams_arrive_and_come_back()
    {
        using LoopbackHub hub = new();
        using Session session = Session.Start(hub.Options() with
        {
            Target = IPEndPoint.Parse("10.98.0.1:7"),
            Datagrams = Datagrams.OfText("reading {n}", 50),
            IntervalMs = 2,
        });
        JsonElement end = await session.EndAsync(ExitCode.Ok);

        string[] received =
        [
            .. session.Events
                .Where(e => e.GetProperty("event").GetString() == "received")
                .Select(e => e.GetProperty("hex").GetString()!),
        ];
        Assert.Equal(
            Enumerable.Range(1, 50).Select(
                i => Convert.ToHexStringLower(Encoding.ASCII.GetBytes($"reading {i}"))),
            received);
        Assert.Equal(50, end.GetProperty("counters").GetProperty("udpSent").GetInt32());
    }

    [Fact]
    public async Task The_longest_datagram_passes()
    {
        using LoopbackHub hub = new();
        byte[] longest = new byte[1372];
        Random.Shared.NextBytes(longest);
        using Session session = Session.Start(hub.Options() with
        {
            Target = IPEndPoint.Parse("10.98.0.1:9"),
            Datagrams = Datagrams.OfLines([longest], 1),
        });
        await session.EndAsync(ExitCode.Ok);

        Assert.Equal(longest, Assert.Single(hub.Sink));
    }

    [Fact]
    public async Task A_message_that_the_hubs_MRU_does_not_allow_ends_the_session_with_exit_code_2()
    {
        using LoopbackHub hub = new(settings => settings with { Mru = 600 });
        using Session session = Session.Start(hub.Options() with
        {
            Target = IPEndPoint.Parse("10.98.0.1:9"),
            Datagrams = Datagrams.OfText(new string('x', 573), 1),
        });
        JsonElement end = await session.EndAsync(ExitCode.Usage);

        Assert.Equal("message-too-long", end.GetProperty("code").GetString());
        Assert.Contains(
            "573 octets; 572 fit",
            end.GetProperty("sentence").GetString(),
            StringComparison.Ordinal);
        Assert.Empty(hub.Sink);
    }

    [Fact]
    public async Task Pings_from_the_hub_are_answered()
    {
        using LoopbackHub hub = new();
        using Session session = Session.Start(hub.Options());
        await session.WaitForAsync("up");
        for (int i = 1; i <= 10; i++)
        {
            hub.Ping(i);
        }

        while (hub.EchoReplies.Count < 10)
        {
            await Task.Delay(5, TestContext.Current.CancellationToken);
        }

        session.Interruption.Interrupt();
        await session.EndAsync(ExitCode.Ok);
        Assert.Equal(Enumerable.Range(1, 10).Select(i => i * 100), hub.EchoReplies);
    }

    [Fact]
    public async Task Dropped_fragments_are_told_once()
    {
        using LoopbackHub hub = new();
        using StringWriter shown = new();
        using TextWriter output = TextWriter.Synchronized(shown);
        using TextPresenter presenter = new(ToolRun.TerminalOf(output, output));
        using Interruption interruption = new();
        Task<ExitCode> run = Task.Run(
            () => ConnectCommand.Run(hub.Options(), presenter, interruption),
            TestContext.Current.CancellationToken);
        while (!hub.IsUp)
        {
            await Task.Delay(5, TestContext.Current.CancellationToken);
        }

        // The first piece of a UDP datagram for us: more fragments follow (bit 0x2000).
        byte[] piece = Convert.FromHexString(
            "4500001c00012000401145a80a6200010a620064" + "0007c00000100000");
        hub.SendIp(piece);
        hub.SendIp(piece);
        hub.Ping(1);
        while (hub.EchoReplies.IsEmpty)
        {
            await Task.Delay(5, TestContext.Current.CancellationToken);
        }

        interruption.Interrupt();
        Assert.Equal(ExitCode.Ok, await run);
        Assert.Single(
            shown.ToString().Split('\n'),
            line => line.Contains("fragment", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(HangUpStyle.Pptpd, "lcp-terminated")]
    [InlineData(HangUpStyle.Rfc, "call-disconnected")]
    public async Task A_hub_that_hangs_up_is_exit_code_18(HangUpStyle style, string expected)
    {
        using LoopbackHub hub = new();
        using Session session = Session.Start(hub.Options());
        await session.WaitForAsync("up");
        hub.HangUp(style);
        JsonElement end = await session.EndAsync(ExitCode.Lost);

        Assert.Equal(expected, end.GetProperty("code").GetString());
    }

    [Fact]
    public async Task A_reset_of_the_control_connection_is_exit_code_18()
    {
        using LoopbackHub hub = new();
        using Session session = Session.Start(hub.Options());
        await session.WaitForAsync("up");
        hub.ResetTcp();
        JsonElement end = await session.EndAsync(ExitCode.Lost);

        Assert.Equal("control-closed", end.GetProperty("code").GetString());
    }

    [Fact]
    public async Task A_wrong_password_is_exit_code_15_with_the_hubs_number()
    {
        using LoopbackHub hub = new();
        using Session session = Session.Start(hub.Options("wrong"));
        JsonElement end = await session.EndAsync(ExitCode.AuthenticationRefused);

        string sentence = end.GetProperty("sentence").GetString()!;
        Assert.Contains("E=691", sentence, StringComparison.Ordinal);
        Assert.DoesNotContain("C=", sentence, StringComparison.Ordinal);
        Assert.Equal(HubEnd.AuthenticationFailed, hub.End);
    }

    [Fact]
    public async Task A_hub_without_encryption_is_exit_code_16()
    {
        using LoopbackHub hub = new(
            settings => settings with { Encryption = HubEncryption.Refused });
        using Session session = Session.Start(hub.Options());
        await session.EndAsync(ExitCode.EncryptionRefused);
    }

    [Fact]
    public async Task Blocked_GRE_is_exit_code_13()
    {
        using LoopbackHub hub = new() { BlocksGre = true };
        using Session session = Session.Start(hub.Options());
        JsonElement end = await session.EndAsync(ExitCode.GreBlocked);

        Assert.Contains(
            "GRE is blocked", end.GetProperty("sentence").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task No_output_holds_the_password_or_its_hash()
    {
        using LoopbackHub hub = new();
        using TemporaryFolder folder = new();
        ConnectOptions options = hub.Options() with
        {
            CaptureFile = folder["session.pcapng"],
            Target = IPEndPoint.Parse("10.98.0.1:7"),
            Datagrams = Datagrams.OfText("a reading", 1),
        };
        byte[] hash = [.. options.Settings.NtHash];
        using Session session = Session.Start(options);
        await session.EndAsync(ExitCode.Ok);

        byte[] capture = await File.ReadAllBytesAsync(
            options.CaptureFile!, TestContext.Current.CancellationToken);
        byte[] output = Encoding.UTF8.GetBytes(session.Output);
        byte[][] secrets =
        [
            Encoding.UTF8.GetBytes(Session.Password),
            Encoding.Unicode.GetBytes(Session.Password),
            hash,
            Encoding.ASCII.GetBytes(Convert.ToHexString(hash)),
            Encoding.ASCII.GetBytes(Convert.ToHexStringLower(hash)),
        ];
        foreach (byte[] secret in secrets)
        {
            Assert.Equal(-1, capture.AsSpan().IndexOf(secret));
            Assert.Equal(-1, output.AsSpan().IndexOf(secret));
        }

        // The inner packet is in the capture only as it was sent: encrypted.
        Assert.Equal(-1, capture.AsSpan().IndexOf("a reading"u8));
        Assert.True(capture.AsSpan().IndexOf("nanoPptp"u8) > 0);
        Assert.All(options.Settings.NtHash, octet => Assert.Equal(0, octet));
    }
}
