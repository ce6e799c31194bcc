// How the options of "simulate" are read, and what does not go together.

using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using System.Linq;
using System.Net;
using Simulator.Scenarios;
using Simulator.Web;

namespace nanoPptp.Tool.Simulate;

/// <content>Values, and the checks.</content>
internal sealed partial class SimulateArguments
{
    /// <summary>Most runs at a time.</summary>
    internal const int MostJobs = 256;

    // So many addresses a hub of the simulation has, and all sensors prefer the first hub.
    private const int MostPace = 100_000;
    private const int MostSensors = 65_532;

    // Longer delays and longer nights are typing errors.
    private const long LongestDelayMs = 600_000;
    private const long LongestNightMs = 30L * 24 * 3_600_000;

    private delegate bool TryParse<T>(string text, out T value);

    private static Option<string?> Text(
        string name, string unit, string wants, string description) => new(name)
        {
            Description = description,
            HelpName = unit,
            CustomParser = result => Value(
                result,
                (string text, out string? value) => (value = text).Length > 0,
                $"{name} wants {wants}"),
        };

    private static Option<ulong?> Seed(string name, string description) => new(name)
    {
        Description = description,
        HelpName = "N",
        CustomParser = result => Value(
            result,
            (string text, out ulong? value) =>
            {
                bool isSeed = SeedRange.TryParseSeed(text, out ulong seed);
                value = seed;
                return isSeed;
            },
            $"{name} wants a number from 0 to {ulong.MaxValue}"),
    };

    private static Option<int?> Count(string name, int most, string description) => new(name)
    {
        Description = description,
        HelpName = "N",
        CustomParser = result => Value(
            result,
            (string text, out int? value) =>
            {
                bool isCount = int.TryParse(
                    text, NumberStyles.None, CultureInfo.InvariantCulture, out int count);
                value = count;
                return isCount && count >= 1 && count <= most;
            },
            string.Create(CultureInfo.InvariantCulture, $"{name} wants a number from 1 to {most}")),
    };

    private static Option<long?> Duration(string name, long mostMs, string description) => new(name)
    {
        Description = description,
        HelpName = "TIME",
        CustomParser = result => Value(
            result,
            (string text, out long? value) =>
            {
                bool isDuration = Durations.TryParse(text, out long ms);
                value = ms;
                return isDuration && ms >= 1 && ms <= mostMs;
            },
            $"{name} wants a time from 1ms to {Durations.ToText(mostMs)}, like {Durations.Forms}"),
    };

    private static Option<int?> Share(string name, string description) => new(name)
    {
        Description = description,
        HelpName = "SHARE",
        CustomParser = result => ParseShare(name, result),
    };

    private static Option<int?> ShareOr(string name, int share, string description) => new(name)
    {
        Description = description,
        HelpName = "SHARE",
        Arity = ArgumentArity.ZeroOrOne,
        CustomParser = result => result.Tokens.Count == 0 ? share : ParseShare(name, result),
    };

    private static Option<SeedRange?> SeedsOf(string name, string description) => new(name)
    {
        Description = description,
        HelpName = "FIRST-LAST",
        CustomParser = result => Value(
            result,
            (string text, out SeedRange? value) =>
            {
                bool areSeeds = SeedRange.TryParse(text, out SeedRange seeds);
                value = seeds;
                return areSeeds;
            },
            $"{name} wants FIRST-LAST, like 1-500, or 1- for all from 1 on"),
    };

    private static Option<IPEndPoint?> WebPage(string name, string description) => new(name)
    {
        Description = description,
        HelpName = "[ADDRESS:]PORT",
        Arity = ArgumentArity.ZeroOrOne,
        CustomParser = result => result.Tokens.Count == 0
            ? new IPEndPoint(IPAddress.Loopback, 0)
            : Value<IPEndPoint?>(
                result,
                WebAddress.TryParse,
                $"{name} wants PORT or ADDRESS:PORT, like 8080 or 127.0.0.1:8080"),
    };

    private static int? ParseShare(string name, ArgumentResult result) => Value(
        result,
        (string text, out int? value) =>
        {
            bool isShare = Shares.TryParse(text, out int share);
            value = share;
            return isShare;
        },
        $"{name} wants a share of at most 100%, like {Shares.Forms}");

    private static T? Value<T>(ArgumentResult result, TryParse<T> tryParse, string wants)
    {
        string text = result.Tokens.Count > 0 ? result.Tokens[0].Value : "";
        if (tryParse(text, out T value))
        {
            return value;
        }

        result.AddError($"{wants}; {UsageErrors.Quote(text)} is none.");
        return default;
    }

    private static bool IsGiven(CommandResult parsed, Option option) =>
        parsed.GetResult(option) is { Implicit: false };

    private void Check(CommandResult parsed)
    {
        Option[] modes = [_scenario, _seeds, _sweep, _list];
        Option[] chosen = [.. modes.Where(option => IsGiven(parsed, option))];
        if (chosen.Length > 1)
        {
            parsed.AddError($"{chosen[0].Name} and {chosen[1].Name} do not go together.");
            return;
        }

        Option[] weather = [_loss, _reorder, _duplicate, _corrupt, _delay, _jitter];
        Option[] ofOneRun = [_sensors, _hubs, .. weather, _web, _pace, _ladder, _pcap];
        Refuse(parsed, _scenario, "the scenario says it", _sensors, _hubs);
        Refuse(parsed, _seeds, "each seed draws its own world", [_seed, .. ofOneRun]);
        Refuse(parsed, _sweep, "the sweep has a session of its own", [_for, .. ofOneRun]);
        Refuse(parsed, _list, "nothing is run", [.. All.Except([_list, _json])]);
        if (chosen is not [var mode] || mode != _list)
        {
            Demand(parsed, _stopAfter, _seeds);
            Demand(parsed, _jobs, _seeds);
            Demand(parsed, _pcap, _out);
        }

        if (IsGiven(parsed, _ladder) && IsGiven(parsed, _json))
        {
            parsed.AddError("--ladder and --json do not go together.");
        }
    }

    private static void Refuse(
        CommandResult parsed, Option mode, string why, params Option[] others)
    {
        foreach (Option other in others)
        {
            if (IsGiven(parsed, mode) && IsGiven(parsed, other))
            {
                parsed.AddError($"{mode.Name} and {other.Name} do not go together: {why}.");
            }
        }
    }

    private static void Demand(CommandResult parsed, Option option, Option needed)
    {
        if (IsGiven(parsed, option) && !IsGiven(parsed, needed))
        {
            parsed.AddError($"{option.Name} means nothing without {needed.Name}.");
        }
    }
}
