// The command line of the fuzzer; README.md beside this file shows how it is used.

using System;
using System.Collections.Generic;
using System.CommandLine;
using System.CommandLine.Parsing;
using System.Diagnostics;
using System.Globalization;
using System.IO;
using System.Linq;
using System.Runtime.CompilerServices;
using nanoPptp.Client;
using nanoPptp.Crypto;
using nanoPptp.Diagnostics;
using nanoPptp.Fuzz.Engine;
using nanoPptp.Fuzz.Targets;
using nanoPptp.Telemetry.Ip;

namespace nanoPptp.Fuzz;

/// <summary>The command line.</summary>
internal static class Program
{
    internal const int Sound = 0;
    internal const int Broken = 1;
    internal const int WrongUsage = 2;

    private const int ReportMs = 30_000;

    /// <summary>What a broken invariant does, and tables that are made when they are first used.
    ///</summary>
    [ModuleInitializer]
    internal static void Initialize()
    {
        Invariant.Throws = true;
        IEnumerable<Type> types = typeof(PptpClient).Assembly.GetTypes()
            .Concat(typeof(Rc4).Assembly.GetTypes())
            .Concat(typeof(IpEndpoint).Assembly.GetTypes());
        foreach (Type type in types)
        {
            RuntimeHelpers.RunClassConstructor(type.TypeHandle);
        }
    }

    /// <summary>Runs one command line.</summary>
    /// <returns>0: nothing broke; 1: something did; 2: the command line is wrong.</returns>
    internal static int Run(
        string[] arguments, TextWriter output, IReadOnlyList<TargetRow> targets)
    {
        Option<string[]> target = new("--target")
        {
            HelpName = "NAME",
            Description = "Only this target; may be repeated (all of --list).",
        };
        Option<long?> inputs = new("--inputs")
        {
            HelpName = "N",
            Description = "How many inputs in all (100000, unless --for is given).",
        };
        Option<TimeSpan?> duration = new("--for")
        {
            HelpName = "TIME",
            Description = "How long: 30s, 10m or 2h.",
            CustomParser = ParseDuration,
        };
        Option<ulong> seed = new("--seed")
        {
            HelpName = "S",
            Description = "The seed: the same seed, the same inputs (1).",
            DefaultValueFactory = _ => 1,
        };
        Option<int> jobs = new("--jobs")
        {
            HelpName = "N",
            Description = "Threads; each has inputs of its own (1).",
            DefaultValueFactory = _ => 1,
        };
        Option<string?> replay = new("--replay")
        {
            HelpName = "FILE",
            Description = "Run the input in this file, or those in this folder, and nothing else.",
        };
        Option<string> found = new("--out")
        {
            HelpName = "FOLDER",
            Description = "Where files with failing inputs are written (.artifacts/fuzz).",
            DefaultValueFactory = _ => Path.Combine(".artifacts", "fuzz"),
        };
        Option<bool> list = new("--list") { Description = "Print the names of all targets." };
        RootCommand root = new("Fuzzes nanoPptp: seeded, with the client's state as feedback.")
        {
            target, inputs, duration, seed, jobs, replay, found, list,
        };
        root.SetAction(result =>
        {
            if (result.GetValue(list))
            {
                foreach (TargetRow row in targets)
                {
                    output.WriteLine(row.Name);
                }

                return Sound;
            }

            if (result.GetValue(replay) is string path)
            {
                return Replay(path, output, targets);
            }

            string[] names = result.GetValue(target) ?? [];
            string? unknown = names.FirstOrDefault(name => targets.All(row => row.Name != name));
            if (unknown != null || result.GetValue(jobs) < 1 || result.GetValue(inputs) < 1)
            {
                output.WriteLine(
                    unknown != null
                        ? $"There is no target {unknown}; --list names them."
                        : "--inputs and --jobs want a number from 1 on.");
                return WrongUsage;
            }

            var plan = new CampaignPlan
            {
                Targets = names.Length == 0
                    ? targets
                    : [.. targets.Where(row => names.Contains(row.Name))],
                Seeds = ReadCorpus(CorpusFolder),
                Seed = result.GetValue(seed),
                Jobs = result.GetValue(jobs),
                Inputs = result.GetValue(inputs)
                    ?? (result.GetValue(duration) == null ? 100_000 : null),
                Duration = result.GetValue(duration),
                ReportMs = ReportMs,
            };
            return Fuzz(plan, result.GetValue(found)!, output);
        });
        ParseResult parsed = root.Parse(arguments);
        if (parsed.Errors.Count > 0)
        {
            foreach (ParseError error in parsed.Errors)
            {
                output.WriteLine(error.Message);
            }

            return WrongUsage;
        }

        return parsed.Invoke(new InvocationConfiguration
        {
            Output = output,
            Error = output,
            EnableDefaultExceptionHandler = false,
        });
    }

    internal static string CorpusFolder => Path.Combine(AppContext.BaseDirectory, "Corpus");

    /// <summary>All inputs of a folder, by target.</summary>
    internal static ILookup<string, byte[]> ReadCorpus(string folder) => InputFile.Find(folder)
        .Select(InputFile.Read)
        .ToLookup(file => file.Target, file => file.Input);

    private static int Main(string[] arguments)
    {
        int code = Run(arguments, Console.Out, TargetList.All);
        Console.Out.Flush();

        // A thread whose input hangs would keep nothing alive, but it would go on till then.
        Environment.Exit(code);
        return code;
    }

    private static int Fuzz(CampaignPlan plan, string folder, TextWriter output)
    {
        var campaign = new Campaign(
            plan,
            finding => Tell(finding, InputFile.Write(folder, finding), output),
            running => output.WriteLine(Invariantly(
                $"{running.Elapsed.TotalSeconds:0} s: {running.InputCount} inputs, ")
                + Invariantly($"{running.FindingCount} findings")));
        campaign.Run();
        WriteTable(campaign, output);
        return campaign.FindingCount == 0 ? Sound : Broken;
    }

    private static void Tell(Finding finding, string path, TextWriter output)
    {
        output.WriteLine(Invariantly($"FOUND: {finding.Target} breaks: {finding.Kind}"));
        output.WriteLine($"  {finding.Message}");
        output.WriteLine(Invariantly(
            $"  {finding.Origin}; {finding.Input.Length} octets, minimised from ")
            + Invariantly($"{finding.FoundLength}"));
        output.WriteLine(
            $"  again: dotnet run -c Release --project tests/Fuzz -- --replay {path}");
    }

    private static void WriteTable(Campaign campaign, TextWriter output)
    {
        output.WriteLine(
            $"{"target",-30} {"inputs",10} {"per second",10} "
                + $"{"corpus",7} {"states",7} {"broke",7}");
        foreach (IGrouping<string, Worker> group in campaign.Workers.GroupBy(w => w.Name))
        {
            long inputs = group.Sum(worker => worker.InputCount);
            double seconds = (double)group.Sum(w => w.ElapsedTicks) / Stopwatch.Frequency;
            output.WriteLine(Invariantly(
                $"{group.Key,-30} {inputs,10} {inputs / Math.Max(seconds, 1e-6),10:0} ")
                + Invariantly($"{group.Sum(w => w.CorpusCount),7} ")
                + Invariantly($"{group.Max(w => w.Feedback.Count),7} ")
                + Invariantly($"{group.Sum(w => w.FailureCount),7}"));
        }

        if (campaign.Workers.Any(worker => worker.Name == "client"))
        {
            string[] missing = [.. Enum.GetValues<Reason>()
                .Where(reason => campaign.Workers.All(w => !w.Feedback.Reasons[(int)reason]))
                .Select(reason => reason.ToString())];
            output.WriteLine($"reasons that no input led to: {string.Join(", ", missing)}");
        }

        output.WriteLine(Invariantly(
            $"{campaign.InputCount} inputs in {campaign.Elapsed.TotalSeconds:0} s, ")
            + Invariantly($"{campaign.FindingCount} findings"));
    }

    private static int Replay(string path, TextWriter output, IReadOnlyList<TargetRow> targets)
    {
        IReadOnlyList<string> files = Directory.Exists(path) ? InputFile.Find(path) : [path];
        int code = Sound;
        foreach (string file in files)
        {
            try
            {
                InputFile input = InputFile.Read(file);
                TargetRow? row = targets.FirstOrDefault(r => r.Name == input.Target);
                if (row == null)
                {
                    output.WriteLine($"{file}: there is no target {input.Target}");
                    return WrongUsage;
                }

                Finding? finding = Replay(row, input.Input);
                output.WriteLine(finding == null
                    ? $"{file}: sound"
                    : $"{file}: {finding.Target} breaks: {finding.Kind}: {finding.Message}");
                code = finding == null ? code : Broken;
            }
            catch (Exception exception) when (exception is IOException or FormatException
                or UnauthorizedAccessException)
            {
                output.WriteLine(exception.Message);
                return WrongUsage;
            }
        }

        return code;
    }

    /// <summary>Runs one input as a campaign would: with its watch and its second look.</summary>
    internal static Finding? Replay(TargetRow row, byte[] input, long hangMs = 20_000)
    {
        Finding? found = null;
        var campaign = new Campaign(
            new CampaignPlan
            {
                Targets = [row],
                Seeds = new[] { input }.ToLookup(_ => row.Name),
                Inputs = 1,
                HangMs = hangMs,
            },
            finding => found ??= finding with { Input = input },
            _ => { });
        campaign.Run();
        return found;
    }

    private static TimeSpan? ParseDuration(ArgumentResult result)
    {
        string text = result.Tokens.Count > 0 ? result.Tokens[0].Value : "";
        double unit = text.Length == 0
            ? 0
            : text[^1] switch
            {
                's' => 1,
                'm' => 60,
                'h' => 3600,
                _ => 0,
            };
        bool isNumber = double.TryParse(
            text.AsSpan(0, Math.Max(0, text.Length - 1)),
            NumberStyles.AllowDecimalPoint,
            CultureInfo.InvariantCulture,
            out double count);
        if (unit > 0 && isNumber && count > 0)
        {
            return TimeSpan.FromSeconds(count * unit);
        }

        result.AddError($"--for wants a time like 30s, 10m or 2h, not '{text}'.");
        return null;
    }

    private static string Invariantly(FormattableString text) =>
        FormattableString.Invariant(text);
}
