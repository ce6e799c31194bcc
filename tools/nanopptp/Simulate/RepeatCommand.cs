// The command that repeats a run, as reports show it.

using System.Collections.Generic;
using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using System.Linq;
using Simulator.Scenarios;

namespace nanoPptp.Tool.Simulate;

/// <summary>Writes command lines.</summary>
internal static class RepeatCommand
{
    private const string Verb = "nanopptp simulate";

    // What does not change the run is left out.
    private static readonly string[] s_unimportant =
        ["--seed", "--out", "--pcap", "--web", "--pace", "--json", "--ladder"];

    /// <summary>The command of a run.</summary>
    /// <param name="parsed">The command line that made it.</param>
    /// <param name="seed">Its seed.</param>
    public static string Of(ParseResult parsed, ulong seed)
    {
        List<string> words = [Verb];
        foreach (OptionResult option in parsed.CommandResult.Children.OfType<OptionResult>())
        {
            if (!option.Implicit && !s_unimportant.Contains(option.Option.Name))
            {
                words.Add(option.Option.Name);
                words.AddRange(option.Tokens.Select(token => Quoted(token.Value)));
            }
        }

        words.Add("--seed");
        words.Add(seed.ToString(CultureInfo.InvariantCulture));
        return string.Join(' ', words);
    }

    /// <summary>The command of a scenario that has its seed in it.</summary>
    /// <param name="path">Its file.</param>
    public static string OfFile(string path) => $"{Verb} --scenario {Quoted(path)}";

    /// <summary>The command of drawn worlds.</summary>
    /// <param name="seeds">Their seeds.</param>
    /// <param name="forMs">How long each lasts.</param>
    public static string OfSeeds(SeedRange seeds, long forMs)
    {
        string last = seeds.IsOpen ? "-"
            : seeds.First == seeds.Last ? ""
            : string.Create(CultureInfo.InvariantCulture, $"-{seeds.Last}");
        string time = forMs == SeedRuns.DefaultForMs ? "" : $" --for {Durations.ToText(forMs)}";
        return string.Create(
            CultureInfo.InvariantCulture, $"{Verb} --seeds {seeds.First}{last}{time}");
    }

    private static string Quoted(string word) =>
        word.Length > 0 && word.All(c => char.IsAsciiLetterOrDigit(c) || "-_./%:+".Contains(c))
            ? word
            : $"'{word.Replace("'", "'\\''")}'";
}
