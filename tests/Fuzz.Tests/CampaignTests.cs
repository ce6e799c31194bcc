// The same seed gives the same inputs; the corpus is sound; and some thousand inputs of every target,
// always the same ones.

using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using nanoPptp.Diagnostics;
using nanoPptp.Fuzz.Engine;
using nanoPptp.Fuzz.Targets;
using Xunit;

namespace nanoPptp.Fuzz.Tests;

public sealed class CampaignTests
{
    private const int CodecInputs = 8_000;
    private const int WalkerInputs = 12_000;
    private const int ClientInputs = 2_500;
    private const int TelemetryInputs = 1_500;

    // What only an answer to the application says, or nothing yet.
    private static readonly Reason[] s_neverCounted =
    [
        Reason.None, Reason.NeedMore, Reason.Truncated, Reason.BadLength, Reason.IpTooLong,
        Reason.NotUp, Reason.Busy, Reason.ClosedByUser, Reason.Invariant,
    ];

    public static TheoryData<string> Targets => [.. TargetList.All.Select(row => row.Name)];

    public static TheoryData<string> CorpusFiles =>
        [.. InputFile.Find(Program.CorpusFolder)
            .Select(path => Path.GetRelativePath(Program.CorpusFolder, path))];

    [Theory]
    [MemberData(nameof(Targets))]
    public void A_run_of_fixed_inputs_breaks_nothing(string name)
    {
        Worker worker = Smoke(name, 1, 0);
        Assert.True(worker.CorpusCount > 3, "no input did anything new");
    }

    [Theory]
    [MemberData(nameof(CorpusFiles))]
    public void An_input_of_the_corpus_breaks_nothing(string file)
    {
        InputFile input = InputFile.Read(Path.Combine(Program.CorpusFolder, file));
        Assert.NotEmpty(input.Origin);
        Assert.Equal(Path.GetDirectoryName(file), input.Target);
        Finding? finding = Program.Replay(
            TargetList.All.Single(row => row.Name == input.Target), input.Input);
        Assert.True(finding == null, finding?.Kind + ": " + finding?.Message);
    }

    [Fact]
    public void Every_target_has_inputs_to_begin_with()
    {
        ILookup<string, byte[]> corpus = Program.ReadCorpus(Program.CorpusFolder);
        Assert.All(TargetList.All, row => Assert.NotEmpty(corpus[row.Name]));
    }

    [Fact]
    public void Every_format_lets_its_example_pass()
    {
        foreach (Codec codec in CodecList.All)
        {
            byte[] golden = Convert.FromHexString(codec.Golden);
            Assert.True(codec.Check(golden, 0, golden.Length) > 0, codec.Name);
        }
    }

    [Fact]
    public void Scripts_lead_to_nearly_every_reason()
    {
        var met = new HashSet<Reason>();
        foreach (ClientProfile profile in ClientProfile.All)
        {
            Worker worker = Smoke(profile.Name, 2, 1);
            met.UnionWith(Enum.GetValues<Reason>()
                .Where(reason => worker.Feedback.Reasons[(int)reason]));
        }

        Reason[] missing = [.. Enum.GetValues<Reason>().Except(s_neverCounted).Except(met)];
        Assert.True(missing.Length <= 4, string.Join(", ", missing));
        Assert.Contains(Reason.IpDelivered, met);
        Assert.Contains(Reason.MppeBadProtocol, met);
        Assert.Contains(Reason.HubNotAuthentic, met);
        Assert.Contains(Reason.EncryptionLost, met);
    }

    [Theory]
    [InlineData("wire-ppp-packet")]
    [InlineData("lcp")]
    [InlineData("client-lcp")]
    public void The_same_seed_gives_the_same_inputs_and_another_one_others(string name)
    {
        (ulong Digest, int States) first = Trace(name, 7);
        Assert.Equal(first, Trace(name, 7));
        Assert.NotEqual(first.Digest, Trace(name, 8).Digest);
    }

    private static (ulong Digest, int States) Trace(string name, ulong seed)
    {
        var worker = new Worker(
            TargetList.All.Single(row => row.Name == name), seed, 0, [], _ => { });
        worker.Run(300, () => false);
        return (worker.Digest, worker.Feedback.Count);
    }

    private static Worker Smoke(string name, ulong seed, int job)
    {
        TargetRow row = TargetList.All.Single(candidate => candidate.Name == name);
        Finding? found = null;
        var worker = new Worker(
            row,
            seed,
            job,
            [.. Program.ReadCorpus(Program.CorpusFolder)[name]],
            finding => found ??= finding);
        int inputs = name.StartsWith("client", StringComparison.Ordinal)
            ? ClientInputs
            : name.StartsWith("wire", StringComparison.Ordinal) ? CodecInputs
            : name is "tcp" or "mqtt" or "coap" or "journal" ? TelemetryInputs
            : WalkerInputs;
        worker.Run(inputs, () => found != null);
        Assert.True(
            found == null,
            $"{found?.Target} breaks: {found?.Kind}: {found?.Message} ({found?.Origin}): "
                + Convert.ToHexString(found?.Input ?? []));
        return worker;
    }
}
