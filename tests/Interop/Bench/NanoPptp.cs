// The command-line tool under test, as a process of its own in the bench's namespace.

using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.Globalization;
using System.IO;
using System.Linq;
using System.Text;
using System.Text.Json;
using System.Threading;
using System.Threading.Tasks;
using Xunit;

namespace Interop.Tests;

/// <summary>A running "nanopptp VERB --json" and the events it prints.</summary>
internal sealed class NanoPptp : IAsyncDisposable
{
    private const int UsualLimitSeconds = 60;

    private readonly Process _process;
    private readonly Task<string> _errors;
    private readonly CancellationTokenSource _limit;
    private readonly StringBuilder _printed = new();
    private readonly List<JsonElement> _events = [];

    private NanoPptp(Process process, int limitSeconds)
    {
        _process = process;
        _limit = CancellationTokenSource.CreateLinkedTokenSource(
            TestContext.Current.CancellationToken);
        _limit.CancelAfter(TimeSpan.FromSeconds(limitSeconds));
        _errors = process.StandardError.ReadToEndAsync(_limit.Token);
    }

    /// <summary>All events printed until now, in order.</summary>
    public IReadOnlyList<JsonElement> Events => _events;

    /// <summary>Starts the tool beside the guests; the secrets are in files, never here.</summary>
    public static NanoPptp Connect(Peers peers, params IEnumerable<string> arguments) =>
        Start(peers.NetworkNamespace, "connect", arguments);

    /// <summary>Starts it somewhere else, or gives it more time.</summary>
    public static NanoPptp ConnectFrom(
        string networkNamespace,
        IEnumerable<string> arguments,
        int limitSeconds = UsualLimitSeconds) =>
        Start(networkNamespace, "connect", arguments, limitSeconds);

    /// <summary>Lets the tool check the way to a hub.</summary>
    public static NanoPptp Check(Peers peers, params IEnumerable<string> arguments) =>
        Start(peers.NetworkNamespace, "netcheck", arguments);

    /// <summary>Starts the tool as a hub beside the guests, at 10.99.0.1.</summary>
    public static NanoPptp Serve(Peers peers, params IEnumerable<string> arguments) =>
        Start(peers.NetworkNamespace, "hub", arguments);

    private static NanoPptp Start(
        string networkNamespace,
        string verb,
        IEnumerable<string> arguments,
        int limitSeconds = UsualLimitSeconds)
    {
        string tool = FindTool();
        ProcessStartInfo start = new("ip")
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        string dotnet = Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") ?? "dotnet";
        string[] all =
        [
            "netns", "exec", networkNamespace,
            dotnet, tool, verb, "--json", .. arguments,
        ];
        foreach (string argument in all)
        {
            start.ArgumentList.Add(argument);
        }

        Process process = Process.Start(start)
            ?? throw new InvalidOperationException("ip netns exec did not start");
        process.StandardInput.Close();
        return new NanoPptp(process, limitSeconds);
    }

    /// <summary>The events of a name that were printed until now.</summary>
    public JsonElement[] Named(string name) =>
        [.. _events.Where(next => next.GetProperty("event").GetString() == name)];

    /// <summary>The stages that were passed, in order.</summary>
    public string[] Stages =>
        [.. Named("stage").Select(next => next.GetProperty("stage").GetString() ?? "")];

    /// <summary>Waits for an event and returns it; fails when the tool ends without it.</summary>
    public async Task<JsonElement> WaitForAsync(string name)
    {
        while (await ReadEventAsync() is { } next)
        {
            if (next.GetProperty("event").GetString() == name)
            {
                return next;
            }
        }

        Assert.Fail($"The tool ended without the event \"{name}\".\n{await DescribeAsync()}");
        return default;
    }

    /// <summary>
    /// Lets it run for a while, takes its life without a warning (SIGKILL), and reads what it had
    /// printed until then; the last line may have been cut.
    /// </summary>
    public async Task KillAfterAsync(int delayMs)
    {
        Task rest = ReadRestAsync();
        await Task.WhenAny(
            rest, Task.Delay(delayMs, TestContext.Current.CancellationToken));
        _process.Kill();
        await rest;
        await _process.WaitForExitAsync(_limit.Token);
        const int Killed = 128 + 9;
        Assert.True(_process.ExitCode == Killed, await DescribeAsync());
    }

    /// <summary>Presses Ctrl-C.</summary>
    public async Task InterruptAsync()
    {
        string pid = _process.Id.ToString(CultureInfo.InvariantCulture);
        CommandResult result = await Command.RunAsync("bash", ["-c", $"kill -INT {pid}"]);
        Assert.True(result.ExitCode == 0, result.Errors);
    }

    /// <summary>
    /// Waits for the end of the tool, demands that it says in its last event what its exit code
    /// says, and returns that event.
    /// </summary>
    public Task<JsonElement> EndAsync(int expectedExitCode) =>
        EndAsync("end", expectedExitCode);

    /// <summary>The same for a check of the way, which ends with a verdict.</summary>
    public Task<JsonElement> VerdictAsync(int expectedExitCode) =>
        EndAsync("verdict", expectedExitCode);

    private async Task<JsonElement> EndAsync(string lastEvent, int expectedExitCode)
    {
        while (await ReadEventAsync() is not null)
        {
        }

        await _process.WaitForExitAsync(_limit.Token);
        string story = await DescribeAsync();
        Assert.True(_process.ExitCode == expectedExitCode, story);
        Assert.True(_events.Count > 0, story);
        JsonElement end = _events[^1];
        Assert.True(end.GetProperty("event").GetString() == lastEvent, story);
        Assert.Equal(expectedExitCode, end.GetProperty("exitCode").GetInt32());
        Assert.False(string.IsNullOrWhiteSpace(end.GetProperty("code").GetString()), story);
        Assert.False(string.IsNullOrWhiteSpace(end.GetProperty("sentence").GetString()), story);
        return end;
    }

    /// <summary>All the tool printed, for whoever wants to know why a test failed.</summary>
    public async Task<string> DescribeAsync()
    {
        string code = _process.HasExited
            ? _process.ExitCode.ToString(CultureInfo.InvariantCulture)
            : "none yet";
        return $"exit code {code}\n{_printed}{(_process.HasExited ? await _errors : "")}";
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
        {
            _process.Kill(entireProcessTree: true);
            await _process.WaitForExitAsync(CancellationToken.None);
        }

        _process.Dispose();
        _limit.Dispose();
    }

    /// <summary>The tool beside us: bin/nanoPptp.Tool/debug for bin/Interop.Tests/debug.</summary>
    private static string FindTool()
    {
        string folder = Path.TrimEndingDirectorySeparator(AppContext.BaseDirectory);
        string configuration = Path.GetFileName(folder);
        string path = Path.GetFullPath(Path.Combine(
            folder, "..", "..", "nanoPptp.Tool", configuration, "nanoPptp.Tool.dll"));
        Assert.True(File.Exists(path), $"{path} is missing: build nanoPptp.sln first.");
        return path;
    }

    private async Task ReadRestAsync()
    {
        try
        {
            while (await ReadEventAsync() is not null)
            {
            }
        }
        catch (JsonException)
        {
            Assert.Null(await _process.StandardOutput.ReadLineAsync(_limit.Token));
        }
    }

    private async Task<JsonElement?> ReadEventAsync()
    {
        string? line = await _process.StandardOutput.ReadLineAsync(_limit.Token);
        if (line is null)
        {
            return null;
        }

        _printed.AppendLine(line);
        using JsonDocument document = JsonDocument.Parse(line);
        JsonElement next = document.RootElement.Clone();
        _events.Add(next);
        return next;
    }
}
