// One run of "hub" in this process, on an address of its own in 127.0.0.0/8, and the events that it
// prints.

using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Net;
using System.Runtime.Versioning;
using System.Text.Json;
using System.Threading;
using System.Threading.Tasks;
using nanoPptp.Tool.Connect;
using nanoPptp.Tool.Hub;
using nanoPptp.Tool.Tests.Connect;
using Simulator.Hub;
using Xunit;

namespace nanoPptp.Tool.Tests.Hub;

/// <summary>Runs the hub's loop on a thread of its own.</summary>
[SupportedOSPlatform("linux")]
internal sealed class HubRun : IAsyncDisposable
{
    private const int LimitSeconds = 30;

    private static int s_lastAddress;

    private readonly JsonLog _log = new();
    private readonly HubJsonPresenter _presenter;
    private Task<ExitCode> _run = Task.FromResult(ExitCode.InternalError);

    private HubRun()
    {
        _presenter = new HubJsonPresenter(_log);
    }

    public Interruption Interruption { get; } = new();

    public IPAddress Address { get; private init; } = IPAddress.None;

    public int Port { get; private set; }

    public string Output => _log.Text;

    public IReadOnlyList<JsonElement> Events => ToolRun.EventsOf(_log.Text);

    /// <summary>Starts a hub that knows the user of <see cref="Session"/>.</summary>
    public static async Task<HubRun> StartAsync(
        Func<HubSettings, HubSettings>? change = null, Func<HubPlan, HubPlan>? plan = null)
    {
        // Raw sockets see the GRE of everybody on their address: each hub has one of its own.
        HubRun hub = new()
        {
            Address = new IPAddress([127, 48, (byte)Environment.ProcessId,
                (byte)Interlocked.Increment(ref s_lastAddress)]),
        };
        HubSettings settings = new()
        {
            Users = new Dictionary<string, string>
            {
                [Session.User] = Session.Password,
                ["sensor2"] = Session.Password,
            },
        };
        HubPlan all = new()
        {
            Settings = change?.Invoke(settings) ?? settings,
            Listen = hub.Address,
            Port = 0,
        };
        all = plan?.Invoke(all) ?? all;
        hub._run = Task.Factory.StartNew(
            () => HubCommand.Run(all, hub._presenter, hub.Interruption),
            TestContext.Current.CancellationToken,
            TaskCreationOptions.LongRunning,
            TaskScheduler.Default);
        JsonElement listening = await hub.WaitForAsync("listening");
        hub.Port = listening.GetProperty("port").GetInt32();
        return hub;
    }

    public ConnectOptions Options(string password = Session.Password) =>
        Session.OptionsOf(Address.ToString(), Port, password);

    public IReadOnlyList<JsonElement> EventsCalled(string name) =>
        [.. Events.Where(next => next.GetProperty("event").GetString() == name)];

    /// <summary>Waits until so many events of a kind were printed, and returns the last.</summary>
    public async Task<JsonElement> WaitForAsync(string name, int count = 1)
    {
        for (int i = 0; i < LimitSeconds * 100; i++)
        {
            if (EventsCalled(name) is { } found && found.Count >= count)
            {
                return found[count - 1];
            }

            Assert.False(_run.IsCompleted, $"it ended without \"{name}\":\n{Output}");
            await Task.Delay(10, TestContext.Current.CancellationToken);
        }

        Assert.Fail($"no \"{name}\" came:\n{Output}");
        return default;
    }

    /// <summary>Waits for the end, and demands an exit code.</summary>
    public async Task<JsonElement> EndAsync(ExitCode expected)
    {
        ExitCode code = await _run.WaitAsync(
            TimeSpan.FromSeconds(LimitSeconds), TestContext.Current.CancellationToken);
        Assert.True(code == expected, $"exit code {(int)code}:\n{Output}");
        JsonElement end = Events[^1];
        Assert.Equal("end", end.GetProperty("event").GetString());
        Assert.Equal((int)expected, end.GetProperty("exitCode").GetInt32());
        return end;
    }

    public async ValueTask DisposeAsync()
    {
        Interruption.Interrupt();
        Interruption.Interrupt();
        await _run.WaitAsync(TimeSpan.FromSeconds(LimitSeconds));
        _presenter.Dispose();
        _log.Dispose();
        Interruption.Dispose();
    }

    /// <summary>A writer that one thread fills while another reads.</summary>
    private sealed class JsonLog : StringWriter
    {
        private readonly Lock _lock = new();

        public string Text
        {
            get
            {
                lock (_lock)
                {
                    return ToString();
                }
            }
        }

        public override void WriteLine(string? value)
        {
            lock (_lock)
            {
                base.WriteLine(value);
            }
        }
    }
}
