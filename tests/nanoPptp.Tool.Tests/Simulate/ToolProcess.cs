// The tool as a process of its own, as people and build servers start it: bounded in time, and
// stopped by the signal of Ctrl-C.

using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.Globalization;
using System.IO;
using System.Text;
using System.Threading;
using System.Threading.Tasks;
using Xunit;

namespace nanoPptp.Tool.Tests.Simulate;

/// <summary>One process.</summary>
internal sealed class ToolProcess : IDisposable
{
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(60);

    private readonly Process _process = new();
    private readonly StringBuilder _output = new();
    private readonly StringBuilder _errors = new();

    private ToolProcess(
        string program,
        IEnumerable<string> arguments,
        IEnumerable<KeyValuePair<string, string>> environment)
    {
        ProcessStartInfo start = _process.StartInfo;
        start.FileName = program;
        start.RedirectStandardOutput = true;
        start.RedirectStandardError = true;
        start.RedirectStandardInput = true;
        foreach (string argument in arguments)
        {
            start.ArgumentList.Add(argument);
        }

        foreach ((string name, string value) in environment)
        {
            start.Environment[name] = value;
        }

        _process.OutputDataReceived += (_, line) => Keep(_output, line.Data);
        _process.ErrorDataReceived += (_, line) => Keep(_errors, line.Data);
        _process.Start();
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
        _process.StandardInput.Close();
    }

    /// <summary>What it has written to standard output so far.</summary>
    public string Output => Read(_output);

    /// <summary>What it has written to standard error so far.</summary>
    public string Errors => Read(_errors);

    /// <summary>Starts "nanopptp simulate".</summary>
    public static ToolProcess Simulate(params string[] arguments) =>
        new(Dotnet, [ToolPath, "simulate", .. arguments], []);

    /// <summary>Starts it on a terminal of its own; nothing when there is no script(1).</summary>
    public static ToolProcess? SimulateOnTerminal(
        string arguments, params KeyValuePair<string, string>[] environment)
    {
        const string Script = "/usr/bin/script";
        return !File.Exists(Script) ? null
            : new ToolProcess(
                Script,
                ["-qec", $"'{Dotnet}' '{ToolPath}' simulate {arguments}", "/dev/null"],
                environment);
    }

    /// <summary>Presses Ctrl-C.</summary>
    public void Interrupt()
    {
        using Process kill = Process.Start(
            "/bin/kill", ["-INT", _process.Id.ToString(CultureInfo.InvariantCulture)]);
        Assert.True(kill.WaitForExit(s_patience));
        Assert.Equal(0, kill.ExitCode);
    }

    /// <summary>Waits until it has said something.</summary>
    public async Task<string> UntilAsync(Func<ToolProcess, string?> find)
    {
        var waiting = Stopwatch.StartNew();
        while (true)
        {
            if (find(this) is { } found)
            {
                return found;
            }

            Assert.True(
                waiting.Elapsed < s_patience && !_process.HasExited, $"{Output}\n{Errors}");
            await Task.Delay(50, TestContext.Current.CancellationToken);
        }
    }

    /// <summary>Waits for its end.</summary>
    public async Task<ToolRun> EndAsync()
    {
        using var patience = new CancellationTokenSource(s_patience);
        await _process.WaitForExitAsync(patience.Token);
        return new ToolRun((ExitCode)_process.ExitCode, Output, Errors);
    }

    public void Dispose()
    {
        if (!_process.HasExited)
        {
            _process.Kill(entireProcessTree: true);
            _process.WaitForExit();
        }

        _process.Dispose();
    }

    private static string Dotnet =>
        Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") is { Length: > 0 } path
            ? path
            : "dotnet";

    private static string ToolPath => typeof(Program).Assembly.Location;

    private static void Keep(StringBuilder text, string? line)
    {
        if (line is not null)
        {
            lock (text)
            {
                text.Append(line).Append('\n');
            }
        }
    }

    private static string Read(StringBuilder text)
    {
        lock (text)
        {
            return text.ToString();
        }
    }
}
