// The fuzzer finds what is broken, makes it small, and says how to see it again. What it does not find
// when it is there, it cannot be trusted about when nothing is found.

using System;
using System.Collections.Generic;
using System.Linq;
using System.Threading;
using nanoPptp.Fuzz.Engine;
using nanoPptp.Fuzz.Targets;
using nanoPptp.Fuzz.World;
using Xunit;

namespace nanoPptp.Fuzz.Tests;

public sealed class CanaryTests
{
    private static readonly Dictionary<string, Codec> s_brokenCodecs = new()
    {
        ["IndexOutOfRangeException in nanoPptp.Fuzz.Tests"] = new Codec
        {
            Name = "reads-on",
            Check = (b, offset, length) => length < 2 ? -1 : 2,
            Readers = [(b, at, _, _) => b[at + 2]],
            Golden = "0102",
        },
        ["depends on surroundings"] = new Codec
        {
            Name = "looks-back",
            Check = (b, offset, length) => length < 2 ? -1 : 2,
            Readers = [(b, at, _, _) => at == 0 ? 0 : b[at - 1]],
            Golden = "0102",
        },
        ["guard"] = new Codec
        {
            Name = "writes-while-reading",
            Check = (b, offset, length) =>
            {
                if (length > 1 && b[offset] == 0x80)
                {
                    b[offset + 1] ^= 1;
                }

                return length;
            },
            Golden = "0102",
        },
        ["gate"] = new Codec
        {
            Name = "promises-too-much",
            Check = (b, offset, length) => length > 0 && b[offset] > 200 ? 300 : length,
            Golden = "0102",
        },
        ["writer"] = new Codec
        {
            Name = "tells-nothing",
            Check = (b, offset, length) => length,
            Writers =
            [
                (b, at, script) =>
                {
                    b[at] = script.Byte();
                    return b[at] == 0x10 ? 0 : 1;
                },
            ],
            Golden = "0102",
        },
    };

    public static TheoryData<string> BrokenCodecs => [.. s_brokenCodecs.Keys];

    [Fact]
    public void A_read_behind_the_end_is_found()
    {
        Finding finding = Find(new TargetRow("canary", 1, () => new TrustingWalker()), 20_000);
        Assert.StartsWith("IndexOutOfRangeException in nanoPptp.Fuzz.Tests.T", finding.Kind);

        // How small it gets depends on where the walker's steps lead, but the type stays.
        Assert.Contains((byte)0x12, finding.Input);
        Assert.True(finding.FoundLength >= finding.Input.Length);
    }

    [Fact]
    public void A_loop_without_end_is_reported_with_its_input()
    {
        using var release = new ManualResetEventSlim();
        try
        {
            var row = new TargetRow("canary", 1, () => new EndlessWalker(release));
            Finding finding = Find(row, 100_000, hangMs: 300);
            Assert.Equal("hang", finding.Kind);
            Assert.Contains((byte)0, finding.Input);
            Assert.NotNull(Program.Replay(row, finding.Input, hangMs: 300));
        }
        finally
        {
            release.Set();
        }
    }

    [Fact]
    public void An_allocation_is_found_and_made_small()
    {
        Finding finding = Find(new TargetRow("canary", 1, () => new Allocator()), 20_000);
        Assert.Equal("allocation", finding.Kind);
        Assert.Equal("000000000C", Convert.ToHexString(finding.Input));
    }

    [Fact]
    public void What_is_allocated_once_for_all_is_no_finding()
    {
        Assert.Null(TryFind(new TargetRow("canary", 1, () => new LazyTable()), 100));
        Assert.True(LazyTable.IsMade);
    }

    [Fact]
    public void Feedback_leads_to_a_bug_that_blind_inputs_do_not_reach()
    {
        Assert.Null(TryFind(new TargetRow("canary", 1, () => new DeepBug(false)), 200_000));
        Finding finding = Find(new TargetRow("canary", 1, () => new DeepBug(true)), 200_000);
        Assert.Equal("1A2B3C4D", Convert.ToHexString(finding.Input));
    }

    [Theory]
    [MemberData(nameof(BrokenCodecs))]
    public void A_codec_that_breaks_a_law_is_found(string kind)
    {
        Codec codec = s_brokenCodecs[kind];
        var row = new TargetRow(codec.Name, 1, () => new CodecTarget(codec));
        Assert.StartsWith(kind, Find(row, 20_000).Kind);
    }

    [Theory]
    [InlineData(Sabotage.LoseFate, "fates")]
    [InlineData(Sabotage.ForgetSent, "delivery")]
    [InlineData(Sabotage.LeakPlaintext, "clear")]
    [InlineData(Sabotage.Allocate, "allocation")]
    [InlineData(Sabotage.NeverRest, "hang")]
    public void A_client_that_breaks_a_promise_is_found(object sabotage, string kind)
    {
        ClientProfile profile = ClientProfile.All.Single(p => p.Name == "client-gre");
        var row = new TargetRow(
            "canary", 1, () => new ClientTarget(profile, (Sabotage)sabotage));
        Assert.Equal(kind, Find(row, 300).Kind);
    }

    [Theory]
    [InlineData(TcpSabotage.Allocate, "allocation")]
    [InlineData(TcpSabotage.FlipReceived, "delivery")]
    [InlineData(TcpSabotage.FlipSent, "checksum")]
    [InlineData(TcpSabotage.ForgetDeadline, "deadline")]
    [InlineData(TcpSabotage.NeverRest, "hang")]
    [InlineData(TcpSabotage.AcknowledgeForever, "storm")]
    public void A_connection_that_breaks_a_promise_is_found(object sabotage, string kind) =>
        DemandFound(() => new TcpTarget((TcpSabotage)sabotage), kind);

    [Theory]
    [InlineData(MqttSabotage.Allocate, "allocation")]
    [InlineData(MqttSabotage.AcknowledgeTwice, "acknowledged")]
    [InlineData(MqttSabotage.Garble, "output")]
    [InlineData(MqttSabotage.ForgetDeadline, "deadline")]
    [InlineData(MqttSabotage.MisplaceMessage, "message")]
    public void A_client_of_a_broker_that_breaks_a_promise_is_found(object sabotage, string kind) =>
        DemandFound(() => new MqttTarget((MqttSabotage)sabotage), kind);

    [Theory]
    [InlineData(CoapSabotage.Allocate, "allocation")]
    [InlineData(CoapSabotage.Garble, "output")]
    [InlineData(CoapSabotage.DeliverUnasked, "event")]
    [InlineData(CoapSabotage.AnswerForever, "storm")]
    [InlineData(CoapSabotage.ForgetDeadline, "deadline")]
    public void An_endpoint_that_breaks_a_promise_is_found(object sabotage, string kind) =>
        DemandFound(() => new CoapEndpointTarget((CoapSabotage)sabotage), kind);

    [Theory]
    [InlineData(SenmlSabotage.Allocate, "allocation")]
    [InlineData(SenmlSabotage.Overrun, "guard")]
    [InlineData(SenmlSabotage.Truncate, "cbor")]
    [InlineData(SenmlSabotage.Miscount, "pack")]
    public void A_pack_that_breaks_a_promise_is_found(object sabotage, string kind) =>
        DemandFound(() => new SenmlTarget((SenmlSabotage)sabotage), kind);

    [Theory]
    [InlineData(JournalSabotage.Allocate, "allocation")]
    [InlineData(JournalSabotage.LoseOne, "kept")]
    [InlineData(JournalSabotage.GoBack, "numbers")]
    [InlineData(JournalSabotage.ReadOn, "recovery")]
    public void A_queue_that_breaks_a_promise_is_found(object sabotage, string kind) =>
        DemandFound(() => new JournalTarget((JournalSabotage)sabotage), kind);

    // Without a campaign, which would spend its time on making the input small.
    private static void DemandFound(Func<FuzzTarget> make, string kind)
    {
        var random = new Random64(3);
        var feedback = new Feedback();
        FuzzTarget target = make();
        for (int i = 0; i < 4_000; i++)
        {
            try
            {
                target.Run(target.Generate(random), feedback);
            }
            catch (OracleException found) when (found.Kind == kind)
            {
                return;
            }
            catch (OracleException found) when (found.Kind == OracleKinds.Allocation)
            {
                // What is made once for all.
                target = make();
            }
        }

        Assert.Fail("nothing was found");
    }

    private static Finding Find(TargetRow row, long inputs, long hangMs = 60_000)
    {
        Finding? finding = TryFind(row, inputs, hangMs);
        Assert.NotNull(finding);
        return finding;
    }

    private static Finding? TryFind(TargetRow row, long inputs, long hangMs = 60_000)
    {
        Finding? first = null;
        var campaign = new Campaign(
            new CampaignPlan
            {
                Targets = [row],
                Seeds = Array.Empty<byte[]>().ToLookup(_ => ""),
                Inputs = inputs,
                HangMs = hangMs,
            },
            finding => first ??= finding,
            _ => { });
        campaign.Run();
        return first;
    }
}
