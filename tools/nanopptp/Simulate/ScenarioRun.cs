// Runs one scenario, with progress, a live page and reports.

using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.Globalization;
using System.IO;
using System.Linq;
using System.Net.Sockets;
using System.Threading;
using Simulator.Reports;
using Simulator.Scenarios;
using Simulator.Web;
using Simulator.World;

namespace nanoPptp.Tool.Simulate;

/// <summary>One run.</summary>
internal sealed class ScenarioRun : IDisposable
{
    /// <summary>Of how many sensors there are captures.</summary>
    internal const int MostCaptures = 100;

    private const int PublishIntervalMs = 200;

    private readonly Terminal _terminal;
    private readonly Interruption _interruption;
    private readonly ReportFolder? _folder;
    private readonly SimulateOutput _output;
    private readonly Dictionary<int, RunCapture> _captures = [];
    private readonly ProgressLine _progress;
    private RunObserver? _ladder;

    public ScenarioRun(
        Terminal terminal,
        Interruption interruption,
        ReportFolder? folder,
        SimulateOutput output)
    {
        _terminal = terminal;
        _interruption = interruption;
        _folder = folder;
        _output = output;
        _progress = new ProgressLine(terminal, output.IsJson || output.ShowsLadder);
    }

    /// <summary>Runs a scenario to its end.</summary>
    /// <param name="scenario">What to run.</param>
    /// <param name="seed">With which seed.</param>
    /// <param name="command">What repeats it.</param>
    /// <exception cref="ToolFailureException">The page cannot be served, or a report not written.
    /// </exception>
    public ExitCode Run(Scenario scenario, ulong seed, string command)
    {
        LivePage? page = StartPage();
        try
        {
            return Run(scenario, seed, command, page);
        }
        finally
        {
            page?.DisposeAsync().AsTask().GetAwaiter().GetResult();
        }
    }

    public void Dispose() => CloseCaptures();

    private ExitCode Run(Scenario scenario, ulong seed, string command, LivePage? page)
    {
        if (!_output.IsJson)
        {
            Say(RunText.Heading(scenario, seed));
        }

        if (page is not null)
        {
            Remark($"live page: {page.Address}");
        }

        if (_output.ShowsLadder)
        {
            Say(Ladder.Heading);
        }

        SimulationOptions options = new()
        {
            Seed = seed,
            Command = command,
            Observers = Observers(scenario),
        };
        using Simulation simulation = new(scenario, options);

        // With the seed in it, the file alone repeats the run.
        _folder?.Begin(scenario with { Seed = seed }, simulation.Record());
        Advance(simulation, page);
        RunRecord record = simulation.Record();
        Tell(record);
        Stay(page, record);
        return record.Verdict switch
        {
            Verdict.Passed => ExitCode.Ok,
            Verdict.Failed => ExitCode.SimulationFailed,
            _ => ExitCode.Interrupted,
        };
    }

    private void Tell(RunRecord record)
    {
        CloseCaptures();
        ThrowIfLost();
        if (_output.IsJson)
        {
            JsonLinesReport.Write(_terminal.Output, record);
        }
        else
        {
            RunText.Write(_terminal.Output, record);
        }

        TellFolder(record);
    }

    private void TellFolder(RunRecord record)
    {
        _folder?.WriteReports(record);
        if (_output.Captures && record.SensorCount > MostCaptures)
        {
            int without = record.SensorCount - MostCaptures;
            Remark(string.Create(
                CultureInfo.InvariantCulture,
                $"captures: the first {MostCaptures} sensors have one, the other {without} none"));
        }

        if (!_output.IsJson && _folder is not null)
        {
            Say($"reports: {ScreenText.Escape(_folder.Path)}");
        }
        else if (!_output.IsJson && record.Verdict == Verdict.Failed)
        {
            Say("--out DIR keeps a report of it, --ladder shows the first sensor's conversation.");
        }
    }

    private void Say(string line) => _terminal.Output.WriteLine(line);

    // With JSON Lines standard output is theirs alone.
    private void Remark(string line)
    {
        if (_output.IsJson)
        {
            _terminal.Error.WriteLine($"nanopptp: {line}");
        }
        else
        {
            Say(line);
        }
    }

    private LivePage? StartPage()
    {
        if (_output.Web is null)
        {
            return null;
        }

        try
        {
            return LivePage.StartAsync(_output.Web).GetAwaiter().GetResult();
        }
        catch (Exception e) when (e is IOException or SocketException)
        {
            // The server says it in words of its own; the system's are behind them.
            Exception cause = e;
            while (cause is not SocketException && cause.InnerException is { } inner)
            {
                cause = inner;
            }

            throw new ToolFailureException(
                ExitCode.CannotListen,
                new Explanation(
                    "cannot-listen",
                    $"The live page cannot be served at {_output.Web}: {cause.Message}.",
                    "",
                    "Choose another port with --web PORT, or any that is free with --web alone."));
        }
    }

    private void Advance(Simulation simulation, LivePage? page)
    {
        long publishedMs = Environment.TickCount64 - PublishIntervalMs;
        Stopwatch since = Stopwatch.StartNew();
        try
        {
            while (_interruption.Count == 0 && simulation.Step())
            {
                ThrowIfLost();
                if (_progress.IsDue)
                {
                    _progress.Show(RunText.Progress(simulation));
                }

                if (page is not null && Environment.TickCount64 - publishedMs >= PublishIntervalMs)
                {
                    publishedMs = Environment.TickCount64;
                    simulation.FollowedSensor = page.FollowedSensor ?? simulation.FollowedSensor;
                    page.Publish(simulation.Record());
                }

                KeepPace(simulation, since);
            }
        }
        finally
        {
            _progress.Clear();
        }
    }

    private void KeepPace(Simulation simulation, Stopwatch since)
    {
        if (_output.Pace is int pace)
        {
            // A step is a virtual second, so the wait is a second at most.
            long aheadMs = (simulation.NowUs / 1000 / pace) - since.ElapsedMilliseconds;
            if (aheadMs > 0)
            {
                _interruption.Token.WaitHandle.WaitOne((int)Math.Min(aheadMs, 1_000));
            }
        }
    }

    // The page stays until somebody has seen enough.
    private void Stay(LivePage? page, RunRecord record)
    {
        page?.Publish(record);
        if (page is not null && _interruption.Count == 0)
        {
            Remark("the live page stays until Ctrl-C");
            _interruption.Token.WaitHandle.WaitOne(Timeout.Infinite);
        }
    }

    // Whoever looks at the page may choose another conversation; then a sensor is asked for its
    // observer again, and has to get the same.
    private Func<int, INetworkObserver?> Observers(Scenario scenario)
    {
        if (_output.ShowsLadder)
        {
            _ladder = new RunObserver(new Ladder(Say));
        }

        if (!_output.Captures || _folder is null)
        {
            return sensor => sensor == 0 ? _ladder : null;
        }

        string[] names = [.. Simulation.SensorNames(scenario).Take(MostCaptures)];
        IReadOnlyList<CapturedHub> hubs = Simulation.CapturedHubs(scenario);
        return sensor =>
        {
            if (sensor >= names.Length)
            {
                return null;
            }

            if (!_captures.TryGetValue(sensor, out RunCapture? capture))
            {
                uint address = Internet.FirstSensorAddress + (uint)sensor;
                capture = _folder.OpenCapture(names[sensor], address, hubs);
                _captures.Add(sensor, capture);
            }

            return sensor == 0 && _ladder is not null
                ? new BothObservers(_ladder, capture)
                : capture;
        };
    }

    private void ThrowIfLost()
    {
        if (_ladder?.Failure is { } lost)
        {
            throw lost;
        }

        foreach (RunCapture capture in _captures.Values)
        {
            capture.ThrowIfLost();
        }
    }

    private void CloseCaptures()
    {
        foreach (RunCapture capture in _captures.Values)
        {
            capture.Dispose();
        }
    }
}
