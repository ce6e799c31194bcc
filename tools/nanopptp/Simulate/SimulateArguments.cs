// The options of "simulate": what they are called and what they give. Besides single runs there are
// three more things to run: the walkthrough (no option at all), many seeds, and the anomaly sweep.

using System;
using System.Collections.Generic;
using System.CommandLine;
using System.Linq;
using System.Net;
using Simulator.Scenarios;

namespace nanoPptp.Tool.Simulate;

/// <summary>The options of "simulate".</summary>
internal sealed partial class SimulateArguments
{
    private const int DefaultReorderMs = 30;
    private const int DefaultReorderShare = 100_000;
    private const int DefaultDuplicateShare = 50_000;
    private const int DefaultCorruptShare = 10_000;

    private readonly Option<ulong?> _seed = Seed(
        "--seed",
        "Draws everything that is left open; the same seed gives the same run on any machine (1, or"
            + " what the scenario says).");

    private readonly Option<string?> _scenario = Text(
        "--scenario",
        "NAME|FILE",
        "a name or a file",
        "Run a scenario: one that comes with the tool, or a YAML file, which has a dot or a slash"
            + " in its name.");

    private readonly Option<bool> _list = new("--list")
    {
        Description = "List the scenarios that come with the tool.",
    };

    private readonly Option<int?> _sensors = Count(
        "--sensors",
        MostSensors,
        "How many sensors there are (1).");

    private readonly Option<int?> _hubs = Count(
        "--hubs",
        Simulator.Scenarios.Scenario.MaximumHubCount,
        "How many hubs they can dial (1).");

    private readonly Option<long?> _for = Duration(
        "--for",
        Simulator.Scenarios.Scenario.MaximumForMs,
        "How long the run takes, in virtual time: 30s, 10m, 1h (1m, or what the scenario says; for"
            + " --seeds 10m).");

    private readonly Option<int?> _loss = Share("--loss", "Lose so many GRE packets, like 5%.");

    private readonly Option<int?> _reorder = ShareOr(
        "--reorder", DefaultReorderShare, "Hold so many GRE packets back by up to 30 ms (10%).");

    private readonly Option<int?> _duplicate = ShareOr(
        "--duplicate", DefaultDuplicateShare, "Deliver so many GRE packets twice (5%).");

    private readonly Option<int?> _corrupt = ShareOr(
        "--corrupt", DefaultCorruptShare, "Change an octet in so many GRE packets (1%).");

    private readonly Option<long?> _delay = Duration(
        "--delay", LongestDelayMs, "Everything takes longer by this, one way, like 100ms.");

    private readonly Option<long?> _jitter = Duration(
        "--jitter", LongestDelayMs, "Everything takes longer by up to this, one way, like 20ms.");

    private readonly Option<string?> _out = Text(
        "--out",
        "DIR",
        "the name of a folder",
        "Write report.html, run.jsonl, junit.xml and scenario.yaml into this folder; of --seeds and"
            + " --sweep junit.xml, and what failing runs were shrunk to.");

    private readonly Option<bool> _pcap = new("--pcap")
    {
        Description = "With --out: also a capture of each sensor (pcapng, for Wireshark), at most"
            + " 100.",
    };

    private readonly Option<IPEndPoint?> _web = WebPage(
        "--web",
        "Serve a live page while it runs: PORT or ADDRESS:PORT (127.0.0.1 and a free port). It"
            + " stays until Ctrl-C.");

    private readonly Option<int?> _pace = Count(
        "--pace",
        MostPace,
        "At most so many virtual seconds a real second, for those who watch (as fast as it goes).");

    private readonly Option<bool> _ladder = new("--ladder")
    {
        Description = "Show the first sensor's conversation, message by message.",
    };

    private readonly Option<SeedRange?> _seeds = SeedsOf(
        "--seeds",
        "Draw a world from each of these seeds and run it; without LAST until Ctrl-C or"
            + " --stop-after. What fails is shrunk.");

    private readonly Option<long?> _stopAfter = Duration(
        "--stop-after",
        LongestNightMs,
        "With --seeds: begin no further run after so much real time, like 8h.");

    private readonly Option<int?> _jobs = Count(
        "--jobs",
        MostJobs,
        "With --seeds: so many runs at a time, each in a thread of its own; what is told does not"
            + " depend on it (as many as there are processors).");

    private readonly Option<bool> _sweep = new("--sweep")
    {
        Description = "Disturb exactly one packet of a session, each in turn: lost, twice,"
            + " truncated, corrupted.",
    };

    private readonly Option<bool> _json = new("--json")
    {
        Description = "Print JSON Lines instead of text.",
    };

    private Option[] All =>
    [
        _seed, _scenario, _list, _sensors, _hubs, _for, _loss, _reorder, _duplicate, _corrupt,
        _delay, _jitter, _out, _pcap, _web, _pace, _ladder, _seeds, _stopAfter, _jobs, _sweep, _json,
    ];

    /// <summary>Gives a command these options.</summary>
    public void AddTo(Command command)
    {
        foreach (Option option in All)
        {
            command.Options.Add(option);
        }

        command.Validators.Add(Check);
    }

    /// <summary>Whether the scenarios are to be listed.</summary>
    public bool WantsList(ParseResult parsed) => parsed.GetValue(_list);

    /// <summary>Whether nothing but a seed is given: the walkthrough.</summary>
    public bool WantsWalkthrough(ParseResult parsed) =>
        All.All(option => option == _seed || parsed.GetResult(option) is not { Implicit: false });

    /// <summary>Whether the sweep is wanted.</summary>
    public bool WantsSweep(ParseResult parsed) => parsed.GetValue(_sweep);

    /// <summary>The seeds to draw worlds from; null when that is not wanted.</summary>
    public SeedRange? Seeds(ParseResult parsed) => parsed.GetValue(_seeds);

    /// <summary>The seed; null when none is given.</summary>
    public ulong? Seed(ParseResult parsed) => parsed.GetValue(_seed);

    /// <summary>How long runs take, in milliseconds; null when that is not said.</summary>
    public long? ForMs(ParseResult parsed) => parsed.GetValue(_for);

    /// <summary>After how much real time no further run begins; null for never.</summary>
    public TimeSpan? StopAfter(ParseResult parsed) =>
        parsed.GetValue(_stopAfter) is long ms ? TimeSpan.FromMilliseconds(ms) : null;

    /// <summary>How many runs at a time.</summary>
    public int Jobs(ParseResult parsed) => parsed.GetValue(_jobs)
        ?? Math.Min(Environment.ProcessorCount, MostJobs);

    /// <summary>What to do with runs besides running them.</summary>
    public SimulateOutput Output(ParseResult parsed) => new()
    {
        Folder = parsed.GetValue(_out),
        Captures = parsed.GetValue(_pcap),
        IsJson = parsed.GetValue(_json),
        Web = parsed.GetValue(_web),
        Pace = parsed.GetValue(_pace),
        ShowsLadder = parsed.GetValue(_ladder),
    };

    /// <summary>The scenario to run: a file's, or one made of options; weather on the command line
    /// is added to either.</summary>
    /// <param name="parsed">The command line.</param>
    /// <exception cref="ScenarioException">The file is no scenario.</exception>
    /// <exception cref="ToolFailureException">It cannot be read, or there is none of that
    /// name.</exception>
    public Scenario Scenario(ParseResult parsed)
    {
        Scenario scenario = parsed.GetValue(_scenario) is { } name
            ? ScenarioFile.Open(name)
            : new Scenario
            {
                Sensors = [new SensorPlan { Replicas = parsed.GetValue(_sensors) ?? 1 }],
                Hubs = [new HubPlan { Replicas = parsed.GetValue(_hubs) ?? 1 }],
            };
        return scenario with
        {
            ForMs = parsed.GetValue(_for) ?? scenario.ForMs,
            Faults = [.. scenario.Faults, .. Faults(parsed)],
        };
    }

    // A share of 0 is no fault, and scenario files know none such.
    private IEnumerable<Fault> Faults(ParseResult parsed)
    {
        if (parsed.GetValue(_loss) is int loss and > 0)
        {
            yield return new Fault { Kind = FaultKind.Loss, Share = loss };
        }

        if (parsed.GetValue(_reorder) is int reorder and > 0)
        {
            yield return new Fault
            {
                Kind = FaultKind.Reorder,
                Share = reorder,
                DelayMs = DefaultReorderMs,
            };
        }

        if (parsed.GetValue(_duplicate) is int duplicate and > 0)
        {
            yield return new Fault { Kind = FaultKind.Duplicate, Share = duplicate };
        }

        if (parsed.GetValue(_corrupt) is int corrupt and > 0)
        {
            yield return new Fault { Kind = FaultKind.Corrupt, Share = corrupt };
        }

        if (parsed.GetValue(_delay) is long delay)
        {
            yield return new Fault { Kind = FaultKind.Delay, DelayMs = (int)delay };
        }

        if (parsed.GetValue(_jitter) is long jitter)
        {
            yield return new Fault { Kind = FaultKind.Jitter, DelayMs = (int)jitter };
        }
    }
}
