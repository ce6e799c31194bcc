// One session of "connect" in this process, against a hub of the test's on the loopback interface.

using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Text.Json;
using System.Threading.Tasks;
using nanoPptp.Client;
using nanoPptp.Tool.Connect;
using Xunit;

namespace nanoPptp.Tool.Tests.Connect;

/// <summary>Runs a session on a thread of its own and collects its events.</summary>
internal sealed class Session : IDisposable
{
    public const string User = "sensor1";
    public const string Password = "correct horse 0815 battery";

    private const int LimitSeconds = 30;

    private readonly JsonLog _log = new();
    private readonly JsonPresenter _presenter;
    private Task<ExitCode> _run = Task.FromResult(ExitCode.InternalError);

    private Session()
    {
        _presenter = new JsonPresenter(_log);
    }

    public Interruption Interruption { get; } = new();

    public bool HasEnded => _run.IsCompleted;

    /// <summary>Everything it printed.</summary>
    public string Output => _log.Text;

    public IReadOnlyList<JsonElement> Events => ToolRun.EventsOf(_log.Text);

    public static ConnectOptions OptionsOf(string hub, int port, string password = Password)
    {
        PptpSettings settings = new() { UserName = User };
        settings.SetPassword(password);
        return new ConnectOptions { Hub = hub, HubPort = port, Settings = settings };
    }

    public static Session Start(ConnectOptions options)
    {
        Session session = new();
        session._run = Task.Factory.StartNew(
            () => ConnectCommand.Run(options, session._presenter, session.Interruption),
            TestContext.Current.CancellationToken,
            TaskCreationOptions.LongRunning,
            TaskScheduler.Default);
        return session;
    }

    /// <summary>Waits until an event was printed.</summary>
    public async Task<JsonElement> WaitForAsync(string name)
    {
        for (int i = 0; i < LimitSeconds * 100; i++)
        {
            JsonElement found = Events.FirstOrDefault(
                next => next.GetProperty("event").GetString() == name);
            if (found.ValueKind == JsonValueKind.Object)
            {
                return found;
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

    public void Dispose()
    {
        _presenter.Dispose();
        _log.Dispose();
    }

    /// <summary>A writer that one thread fills while another reads.</summary>
    private sealed class JsonLog : StringWriter
    {
        private readonly System.Threading.Lock _lock = new();

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
