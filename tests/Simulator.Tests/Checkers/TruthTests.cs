// What the library says about the end of a tunnel is held against what was wrong. The table must
// know every end, or true diagnoses fail; and it must explain nothing by nothing, or it finds no
// lie.

using System;
using System.Collections.Generic;
using System.Linq;
using nanoPptp.Client;
using nanoPptp.Diagnostics;
using Simulator.Checkers;
using Simulator.Hub;
using Simulator.Reports;
using Simulator.Scenarios;
using Simulator.Tests.World;
using Xunit;

namespace Simulator.Tests.Checkers;

public class TruthTests
{
    private static readonly FaultKind[] s_kinds = Enum.GetValues<FaultKind>();

    // A broken invariant is never true.
    private static readonly Reason[] s_neverTrue = [Reason.Invariant];

    // This one takes a sensor that is set to no encryption: a scenario of its own has one.
    private static readonly Reason[] s_elsewhere = [Reason.EncryptionDemanded];

    public static TheoryData<Reason> Ends =>
        [.. Enum.GetValues<Reason>().Where(IsEnd).Except(s_neverTrue)];

    public static TheoryData<FaultKind> Kinds => [.. s_kinds];

    [Theory]
    [MemberData(nameof(Ends))]
    public void Every_end_of_a_tunnel_has_a_fault_that_explains_it(Reason reason)
    {
        Assert.Contains(s_kinds, kind => Truth.Explains(reason, [kind]));
        Assert.True(Truth.Explains(reason, s_kinds));
    }

    [Fact]
    public void What_ends_no_tunnel_and_what_cannot_be_here_is_never_believed()
    {
        Assert.All(
            Enum.GetValues<Reason>().Where(reason => !IsEnd(reason)).Concat(s_neverTrue),
            reason => Assert.False(Truth.Explains(reason, s_kinds), reason.ToString()));
    }

    [Fact]
    public void Nothing_is_explained_by_nothing()
    {
        Assert.All(
            Enum.GetValues<Reason>(), reason => Assert.False(Truth.Explains(reason, [])));
    }

    [Fact]
    public void No_end_is_explained_by_every_fault()
    {
        Assert.All(
            Enum.GetValues<Reason>(),
            reason => Assert.Contains(s_kinds, kind => !Truth.Explains(reason, [kind])));
    }

    [Theory]
    [InlineData(HubAuthentication.MsChapV2, HubAuthentication.MsChapV2, Reason.None)]
    [InlineData(HubAuthentication.Pap, HubAuthentication.MsChapV2, Reason.None)]
    [InlineData(HubAuthentication.Pap, HubAuthentication.ChapMd5, Reason.None)]
    [InlineData(HubAuthentication.Pap, HubAuthentication.Pap, Reason.None)]
    [InlineData(HubAuthentication.ChapMd5, HubAuthentication.ChapMd5, Reason.None)]
    [InlineData(
        HubAuthentication.ChapMd5, HubAuthentication.Pap, Reason.AuthenticationWeak)]
    [InlineData(
        HubAuthentication.MsChapV2, HubAuthentication.ChapMd5, Reason.AuthenticationWeak)]
    [InlineData(
        HubAuthentication.Pap, HubAuthentication.None, Reason.AuthenticationNotOffered)]
    public void Methods_that_cannot_meet_are_known(
        HubAuthentication takes, HubAuthentication demands, Reason expected)
    {
        var hub = new HubPlan { Mppe = HubMppe.None, Authentication = demands };
        Assert.Equal(
            expected,
            Truth.Disagreement(
                new SensorPlan { Encryption = EncryptionPolicy.Clear, Authentication = takes },
                hub));
        Assert.Equal(
            demands > HubAuthentication.MsChapV2 ? Reason.AuthenticationWeak
                : demands == HubAuthentication.None ? Reason.AuthenticationNotOffered
                : Reason.EncryptionRefused,
            Truth.Disagreement(new SensorPlan { Authentication = takes }, hub));
    }

    [Theory]
    [InlineData(
        EncryptionPolicy.Strong, false, HubMppe.Bits128, HubMppeMode.Stateless, Reason.None)]
    [InlineData(EncryptionPolicy.Strong, true, HubMppe.Bits128, HubMppeMode.Stateful, Reason.None)]
    [InlineData(EncryptionPolicy.Weak, false, HubMppe.Bits40, HubMppeMode.Stateless, Reason.None)]
    [InlineData(EncryptionPolicy.Clear, false, HubMppe.None, HubMppeMode.Stateful, Reason.None)]
    [InlineData(
        EncryptionPolicy.Strong,
        true,
        HubMppe.Bits56,
        HubMppeMode.Stateless,
        Reason.EncryptionRefused)]
    [InlineData(
        EncryptionPolicy.Weak,
        false,
        HubMppe.Bits128,
        HubMppeMode.StatefulLinux,
        Reason.EncryptionRefused)]
    [InlineData(
        EncryptionPolicy.Weak, true, HubMppe.None, HubMppeMode.Stateless, Reason.EncryptionRefused)]
    [InlineData(
        EncryptionPolicy.Clear,
        true,
        HubMppe.Bits40,
        HubMppeMode.Stateless,
        Reason.EncryptionDemanded)]
    public void Settings_that_cannot_meet_are_known(
        EncryptionPolicy policy, bool stateful, HubMppe mppe, HubMppeMode mode, Reason expected)
    {
        var sensor = new SensorPlan { Encryption = policy, AllowsStateful = stateful };
        var hub = new HubPlan { Mppe = mppe, MppeMode = mode };
        Assert.Equal(expected, Truth.Disagreement(sensor, hub));
    }

    [Theory]
    [InlineData(Reason.AuthenticationFailed, FaultKind.Loss)]
    [InlineData(Reason.AuthenticationFailed, FaultKind.HubKilled)]
    [InlineData(Reason.EncryptionRefused, FaultKind.Loss)]
    [InlineData(Reason.EncryptionRefused, FaultKind.WrongPassword)]
    [InlineData(Reason.StartRefused, FaultKind.HubFull)]
    [InlineData(Reason.CallRefused, FaultKind.StartRefused)]
    [InlineData(Reason.HubUnreachable, FaultKind.GreBlocked)]
    [InlineData(Reason.GreBlocked, FaultKind.WrongPassword)]
    [InlineData(Reason.HubNotAuthentic, FaultKind.Loss)]
    public void A_lie_is_not_believed(Reason reason, FaultKind fault)
    {
        Assert.False(Truth.Explains(reason, [fault]));
    }

    // A strong fault that begins at any moment of the set-up and stays, with every kind of hub.
    [Theory]
    [MemberData(nameof(Kinds))]
    public void Whenever_a_fault_begins_the_diagnosis_is_true(FaultKind kind)
    {
        foreach (RunRecord record in RunsOf(kind))
        {
            Runs.AssertPassed(record, $"a strong {kind}: {record.About}");
        }
    }

    [Fact]
    public void Every_end_comes_about_in_some_run()
    {
        var seen = new HashSet<Reason>();
        foreach (FaultKind kind in s_kinds)
        {
            seen.UnionWith(RunsOf(kind).Select(record => Runs.ReasonOf(record)));
        }

        Assert.Empty(
            Enum.GetValues<Reason>().Where(IsEnd).Except(s_neverTrue).Except(s_elsewhere)
                .Except(seen));
        Assert.Empty(s_neverTrue.Intersect(seen));
    }

    private static bool IsEnd(Reason reason) => Enum.GetValues<Stage>()
        .Any(stage => FailureTable.ClassOf(reason, stage) != FailureClass.None);

    private static IEnumerable<RunRecord> RunsOf(FaultKind kind)
    {
        // A tunnel is up after less than 250 ms; the last moment is that of a tunnel in use.
        foreach (long atMs in Enumerable.Range(0, 50).Select(i => i * 5L).Append(10_000))
        {
            for (int variant = 0; variant < 4; variant++)
            {
                Fault fault = Runs.Strong(kind) with { AtMs = atMs };
                bool takesDirection = FaultTable.Of(kind).Takes(ScenarioKeys.Direction);
                if (variant > 1 && !takesDirection)
                {
                    continue;
                }

                var scenario = new Scenario
                {
                    Name = "truth",
                    About = $"at {atMs} ms, variant {variant}",
                    ForMs = 150_000,
                    Hubs = [new HubPlan { SaysBusy = variant == 1 }],
                    Sensors = [new SensorPlan { Redials = false }],
                    Faults =
                    [
                        fault with
                        {
                            Direction = variant > 1
                                ? (Simulator.World.Direction)(variant - 2)
                                : null,
                        },
                    ],
                };
                yield return Runs.Of(scenario, (ulong)variant + 1);
            }
        }
    }
}
