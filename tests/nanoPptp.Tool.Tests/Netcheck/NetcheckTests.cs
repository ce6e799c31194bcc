// "netcheck" against hubs on the loopback interface: what it says step by step, and its verdict.

using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Net;
using System.Net.Sockets;
using System.Runtime.Versioning;
using System.Text.Json;
using System.Threading.Tasks;
using nanoPptp.Tool.Connect;
using nanoPptp.Tool.Netcheck;
using nanoPptp.Tool.Tests.Connect;
using Simulator.Hub;
using Xunit;

namespace nanoPptp.Tool.Tests.Netcheck;

[SupportedOSPlatform("linux")]
public sealed class NetcheckTests
{
    private const int LimitSeconds = 40;

    [Fact]
    public async Task A_good_way_is_told_step_by_step()
    {
        RawSockets.Require();
        using LoopbackHub hub = new();
        IReadOnlyList<JsonElement> events = await CheckAsync(hub.Options(), ExitCode.Ok);

        Assert.Equal(
            [
                "name", "socket", "tcp", "control", "call", "gre", "lcp", "auth", "encryption",
                "address", "ping", "mtu", "nat",
            ],
            StepsOf(events));
        Assert.Equal("nanoPptp simulator", FactOf(events, "control", "vendor").GetString());
        Assert.Equal("1.0", FactOf(events, "control", "version").GetString());
        Assert.Equal("MS-CHAPv2", FactOf(events, "lcp", "authentication")[0].GetString());
        Assert.Equal("MPPE-128, stateless", FactOf(events, "encryption", "offered").GetString());
        Assert.Equal("unknown", FactOf(events, "nat", "nat").GetString());
        Assert.InRange(FactOf(events, "ping", "tookMs").GetDouble(), 0.001, 1000);
        Assert.InRange(FactOf(events, "mtu", "mtu").GetInt32(), 1300, 1400);
        Assert.Equal("way-is-good", CodeOf(events));
        Assert.Equal(HubEnd.ClientTerminated, hub.End);
    }

    [Fact]
    public async Task Without_a_user_it_stops_in_order_before_the_authentication()
    {
        RawSockets.Require();
        using LoopbackHub hub = new();
        ConnectOptions options = hub.Options();
        options.Settings.UserName = "";
        options.Settings.Wipe();
        IReadOnlyList<JsonElement> events =
            await CheckAsync(options, ExitCode.Ok, hasUser: false);

        Assert.Equal(
            ["name", "socket", "tcp", "control", "call", "gre", "lcp", "nat"], StepsOf(events));
        Assert.Equal("MS-CHAPv2", FactOf(events, "lcp", "authentication")[0].GetString());
        Assert.Equal("way-is-good", CodeOf(events));
        Assert.Contains(
            "--user", events[^1].GetProperty("nextStep").GetString(), StringComparison.Ordinal);

        // Nobody tried to log in, so that no account is locked by it.
        Assert.Equal(HubEnd.ClientTerminated, hub.End);
        Assert.False(hub.IsUp);
    }

    [Fact]
    public async Task A_black_hole_is_measured()
    {
        RawSockets.Require();

        // 1000 octets outside: 20 of IPv4, 16 or 12 of GRE, up to 8 of PPP and MPPE.
        using LoopbackHub hub = new() { LongestPacket = 1000 };
        IReadOnlyList<JsonElement> events =
            await CheckAsync(hub.Options(), ExitCode.LongPacketsLost);

        Assert.Equal("mtu-black-hole", CodeOf(events));
        Assert.Equal("failed", ResultOf(events, "mtu"));
        string sentence = events[^1].GetProperty("sentence").GetString()!;
        string nextStep = events[^1].GetProperty("nextStep").GetString()!;
        int mtu = Enumerable.Range(956, 13).Single(one =>
            sentence.Contains($"{one} octets pass and {one + 1} do not", StringComparison.Ordinal));
        Assert.Contains($"Set the MTU to {mtu}", nextStep, StringComparison.Ordinal);
        Assert.Contains("MTU black hole", sentence, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_hub_that_answers_no_ping_is_told()
    {
        RawSockets.Require();
        using LoopbackHub hub = new(settings => settings with { AnswersPings = false });
        IReadOnlyList<JsonElement> events = await CheckAsync(hub.Options(), ExitCode.Lost);

        Assert.Equal("no-answer-inside", CodeOf(events));
        Assert.Equal("failed", ResultOf(events, "ping"));
    }

    [Fact]
    public async Task Blocked_GRE_is_exit_code_13()
    {
        RawSockets.Require();
        using LoopbackHub hub = new() { BlocksGre = true };
        IReadOnlyList<JsonElement> events = await CheckAsync(hub.Options(), ExitCode.GreBlocked);

        Assert.Equal("gre-blocked", CodeOf(events));
        Assert.Equal(
            ["name", "socket", "tcp", "control", "call", "gre", "nat"], StepsOf(events));
        Assert.Equal("failed", ResultOf(events, "gre"));
        Assert.Contains(
            "IP protocol 47",
            events[^1].GetProperty("sentence").GetString(),
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_wrong_password_is_exit_code_15_with_its_number()
    {
        RawSockets.Require();
        using LoopbackHub hub = new();
        IReadOnlyList<JsonElement> events =
            await CheckAsync(hub.Options("wrong"), ExitCode.AuthenticationRefused);

        Assert.Equal("authentication-failed", CodeOf(events));
        Assert.Equal("failed", ResultOf(events, "auth"));
        Assert.Equal(691, events[^1].GetProperty("error").GetInt32());
        Assert.Equal(
            "ERROR_AUTHENTICATION_FAILURE", events[^1].GetProperty("errorName").GetString());
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_hub_that_asks_for_a_weak_method_is_exit_code_15_and_says_which(
        bool hasUser)
    {
        RawSockets.Require();
        using LoopbackHub hub = new(settings => settings with
        {
            Authentications = [HubAuthentication.Pap],
            Encryption = HubEncryption.Refused,
        });
        IReadOnlyList<JsonElement> events =
            await CheckAsync(hub.Options(), ExitCode.AuthenticationRefused, hasUser);

        Assert.Equal("authentication-weak", CodeOf(events));
        Assert.Contains(
            "PAP", FactOf(events, "lcp", "text").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_closed_port_is_exit_code_10()
    {
        RawSockets.Require();
        using TcpListener listener = new(IPAddress.Loopback, 0);
        listener.Start();
        int port = ((IPEndPoint)listener.LocalEndpoint).Port;
        listener.Stop();
        IReadOnlyList<JsonElement> events = await CheckAsync(
            Session.OptionsOf("127.0.0.1", port), ExitCode.HubUnreachable);

        Assert.Equal("hub-unreachable", CodeOf(events));
        Assert.Equal(["name", "socket", "tcp", "nat"], StepsOf(events));
        Assert.Equal("failed", ResultOf(events, "tcp"));
    }

    [Fact]
    public async Task A_name_that_does_not_exist_is_exit_code_10()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "\"netcheck\" runs on Linux only");
        IReadOnlyList<JsonElement> events = await CheckAsync(
            Session.OptionsOf("no-such-hub.invalid", 1723), ExitCode.HubUnreachable);

        Assert.Equal("name-not-resolved", CodeOf(events));
        Assert.Equal(["name"], StepsOf(events));
        Assert.Equal("failed", ResultOf(events, "name"));
    }

    [Fact]
    public async Task What_takes_too_long_is_given_up()
    {
        RawSockets.Require();
        using ScriptedServer server = new(
            _ => ScriptedServer.StartReply(1, 0),
            request => ScriptedServer.CallReply(request, 1, 0));
        IReadOnlyList<JsonElement> events = await CheckAsync(
            Session.OptionsOf("127.0.0.1", server.Port),
            ExitCode.Interrupted,
            limit: TimeSpan.FromSeconds(1));

        Assert.Equal("check-timeout", CodeOf(events));
        Assert.Contains(
            "during LCP",
            events[^1].GetProperty("sentence").GetString(),
            StringComparison.Ordinal);
    }

    [Fact]
    public void People_read_the_same_in_lines()
    {
        using StringWriter output = new();
        using CheckTextPresenter presenter = new(output);
        presenter.Step(new CheckStep("tcp", StepResult.Ok, "TCP port 1723 is open", 12.34, []));
        presenter.Step(new CheckStep("gre", StepResult.Failed, "gre-blocked", null, []));
        presenter.Step(new CheckStep("nat", StepResult.Unknown, "cannot be told", null, []));
        presenter.Verdict(new RunEnd(
            ExitCode.GreBlocked,
            new Explanation("gre-blocked", "GRE is blocked.", "A firewall.", "Open it."),
            new Dictionary<string, long>()));

        Assert.Equal(
            """
            ok    tcp        TCP port 1723 is open (12.3 ms)
            FAIL  gre        gre-blocked
            -     nat        cannot be told

            GRE is blocked.
              Likely cause: A firewall.
              Next step: Open it.
              Exit code 13 (gre-blocked)

            """,
            output.ToString());
    }

    private static async Task<IReadOnlyList<JsonElement>> CheckAsync(
        ConnectOptions options, ExitCode expected, bool hasUser = true, TimeSpan? limit = null)
    {
        using StringWriter output = new();
        using CheckJsonPresenter presenter = new(output);
        using Interruption interruption = new();
        Task<ExitCode> run = Task.Factory.StartNew(
            () => NetcheckCommand.Run(
                options,
                hasUser,
                limit ?? TimeSpan.FromSeconds(LimitSeconds),
                presenter,
                interruption),
            TestContext.Current.CancellationToken,
            TaskCreationOptions.LongRunning,
            TaskScheduler.Default);
        ExitCode code = await run.WaitAsync(
            TimeSpan.FromSeconds(LimitSeconds), TestContext.Current.CancellationToken);
        Assert.True(code == expected, $"exit code {(int)code}:\n{output}");
        IReadOnlyList<JsonElement> events = ToolRun.EventsOf(output.ToString());
        Assert.Equal("verdict", events[^1].GetProperty("event").GetString());
        Assert.Equal((int)expected, events[^1].GetProperty("exitCode").GetInt32());
        Assert.DoesNotContain(Session.Password, output.ToString(), StringComparison.Ordinal);
        return events;
    }

    private static string CodeOf(IReadOnlyList<JsonElement> events) =>
        events[^1].GetProperty("code").GetString()!;

    private static string[] StepsOf(IReadOnlyList<JsonElement> events) =>
        [.. events.SkipLast(1).Select(one => one.GetProperty("step").GetString()!)];

    private static string ResultOf(IReadOnlyList<JsonElement> events, string step) =>
        FactOf(events, step, "result").GetString()!;

    private static JsonElement FactOf(
        IReadOnlyList<JsonElement> events, string step, string name) =>
        events.SkipLast(1)
            .Single(one => one.GetProperty("step").GetString() == step)
            .GetProperty(name);
}
