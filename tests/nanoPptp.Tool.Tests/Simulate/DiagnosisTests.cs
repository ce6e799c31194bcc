// Every way to fail: a scenario that comes with the tool produces it, and what "connect" would say
// of it is checked: stable code, exit code and sentence together.

using System;
using System.Linq;
using nanoPptp.Client;
using nanoPptp.Diagnostics;
using Simulator.Reports;
using Simulator.Scenarios;
using Simulator.World;
using Xunit;

namespace nanoPptp.Tool.Tests.Simulate;

public sealed class DiagnosisTests
{
    /// <summary>Scenario, reason, code, exit code, and what the sentence holds.</summary>
    public static TheoryData<string, Reason, string, int, string> Failures { get; } = new()
    {
        { "hub-unreachable", Reason.HubUnreachable, "hub-unreachable", 10, "TCP port 1723" },
        { "not-pptp", Reason.BadMagicCookie, "bad-magic-cookie", 11, "does not speak PPTP" },
        { "wrong-length", Reason.BadControlLength, "bad-control-length", 11, "wrong length" },
        { "wrong-version", Reason.BadVersion, "bad-version", 11, "PPTP version 2.0" },
        {
            "start-timeout", Reason.StartTimeout, "start-timeout", 11,
            "no Start-Control-Connection-Reply"
        },
        {
            "control-refused", Reason.StartRefused, "start-refused", 11,
            "(Start-Control-Connection-Reply): general error"
        },
        {
            "control-keepalive-lost", Reason.ControlEchoTimeout, "control-echo-timeout", 18,
            "Keepalive lost"
        },
        {
            "forged-stop", Reason.StoppedByHub, "stopped-by-hub", 18,
            "Stop-Control-Connection-Request"
        },
        {
            "pool-exhausted", Reason.ControlClosed, "control-closed", 11,
            "before the control connection stood"
        },
        { "lost", Reason.ControlClosed, "control-closed", 18, "while the tunnel was up" },
        { "call-timeout", Reason.CallTimeout, "call-timeout", 12, "no Outgoing-Call-Reply" },
        { "call-refused", Reason.CallRefused, "call-refused", 12, "busy" },
        {
            "call-dropped", Reason.CallDropped, "call-dropped", 12, "right after the call request"
        },
        {
            "forged-disconnect", Reason.CallDisconnected, "call-disconnected", 18,
            "(Call-Disconnect-Notify): admin shutdown"
        },
        { "gre-blocked", Reason.GreBlocked, "gre-blocked", 13, "GRE is blocked (IP protocol 47)" },
        { "nat-without-helper", Reason.GreBlocked, "gre-blocked", 13, "error 619" },
        {
            "lcp-failed", Reason.LcpTimeout, "lcp-timeout", 14,
            "LCP: timeout sending Config-Requests"
        },
        {
            "forged-terminate", Reason.LcpTerminated, "lcp-terminated", 18,
            "LCP Terminate-Request"
        },
        { "looped", Reason.LcpLoopback, "lcp-loopback", 14, "looped back" },
        { "forged-reject", Reason.LcpRejected, "lcp-rejected", 18, "rejected LCP" },
        {
            "keepalive-lost", Reason.LcpEchoTimeout, "lcp-echo-timeout", 18, "LCP Echo-Requests"
        },
        {
            "mtu-black-hole", Reason.DataTimeout, "data-timeout", 18, "Keepalive lost for data"
        },
        {
            "stripped-authentication", Reason.AuthenticationNotOffered,
            "authentication-not-offered", 15, "no authentication at all"
        },
        {
            "downgraded-authentication", Reason.AuthenticationWeak, "authentication-weak", 15,
            "insists on CHAP-MD5"
        },
        {
            "authentication-silent", Reason.AuthenticationTimeout, "authentication-timeout", 15,
            "fell silent"
        },
        {
            "authentication-refused", Reason.AuthenticationFailed, "authentication-failed", 15,
            "E=691"
        },
        {
            "forged-proof", Reason.HubNotAuthentic, "hub-not-authentic", 15,
            "did not prove that it knows the password"
        },
        {
            "encryption-refused", Reason.EncryptionRefused, "encryption-refused", 16,
            "refuses MPPE"
        },
        {
            "stripped-encryption", Reason.EncryptionRefused, "encryption-refused", 16,
            "nothing is sent in clear"
        },
        { "ccp-rejected", Reason.CcpRejected, "ccp-rejected", 16, "CCP: Protocol-Reject" },
        {
            "encryption-demanded", Reason.EncryptionDemanded, "encryption-demanded", 16,
            "demands encryption"
        },
        { "ccp-silent", Reason.CcpTimeout, "ccp-timeout", 16, "CCP: timeout" },
        { "forged-ccp-end", Reason.EncryptionLost, "encryption-lost", 18, "ended encryption" },
        { "keys-disagree", Reason.KeysDisagree, "keys-disagree", 18, "keys disagree" },
        {
            "authentication-weak", Reason.AuthenticationWeak, "authentication-weak", 15,
            "insists on PAP"
        },
        {
            "authentication-not-offered", Reason.AuthenticationNotOffered,
            "authentication-not-offered", 15, "no authentication at all"
        },
        { "ipcp-silent", Reason.IpcpTimeout, "ipcp-timeout", 17, "IPCP: timeout" },
        { "ipcp-failed", Reason.IpcpRefused, "ipcp-refused", 17, "refuses IPCP" },
        { "forged-ipcp-end", Reason.IpcpTerminated, "ipcp-terminated", 18, "ended IPCP" },
    };

    [Theory]
    [MemberData(nameof(Failures))]
    public void A_failure_is_produced_and_told(
        string scenario, Reason reason, string code, int exitCode, string sentence)
    {
        using Simulation simulation = new(
            ShippedScenarios.Read(scenario),
            new SimulationOptions { Seed = 1, RecordsLadder = false });
        RunRecord record = simulation.Run();

        FleetSensor sensor = simulation.FirstSensor;
        bool wasUp = sensor.UpCount > 0;
        Stage reached = wasUp ? Stage.Up : Stage.Control;
        Explanation words =
            Sentences.Explain(sensor.LastReason, sensor.LastDetail, reached, "")!;
        Assert.Equal(Verdict.Passed, record.Verdict);
        Assert.Equal(reason, sensor.LastReason);
        Assert.Equal(code, words.Code);
        Assert.Equal(exitCode, (int)ExitCodes.Of(sensor.LastReason, wasUp));
        Assert.Contains(sentence, words.Sentence, StringComparison.Ordinal);
        Assert.NotEmpty(words.NextStep);
    }

    [Fact]
    public void Every_reason_that_ends_a_tunnel_is_in_the_table()
    {
        // A broken invariant is a defect: nothing may produce it.
        Assert.Equal(
            Enum.GetValues<Reason>().Where(one => one != Reason.Invariant && IsEnd(one)),
            Failures.Select(row => row.Data.Item2).Distinct().Order());
    }

    private static bool IsEnd(Reason reason) => Enum.GetValues<Stage>().Any(
        stage => FailureTable.ClassOf(reason, stage) != FailureClass.None);
}
