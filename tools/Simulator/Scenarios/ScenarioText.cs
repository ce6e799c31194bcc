// Faults and expectations in words, for reports.

using System;
using System.Linq;
using Simulator.World;

namespace Simulator.Scenarios;

/// <summary>Words for what a scenario has in store.</summary>
public static class ScenarioText
{
    /// <summary>A few words for a fault: 5 % of GRE lost towards the hub; hub-1 killed for 20 s.
    /// </summary>
    /// <param name="scenario">The scenario that it belongs to.</param>
    /// <param name="fault">The fault.</param>
    public static string Of(Scenario scenario, Fault fault)
    {
        ArgumentNullException.ThrowIfNull(scenario);
        ArgumentNullException.ThrowIfNull(fault);
        bool isOfHub = fault.Kind >= FaultKind.HubKilled;
        string text = fault.Kind >= FaultKind.BrokerRestarts ? OfOthers(fault)
            : isOfHub ? OfHub(scenario, fault)
            : OfPath(fault);
        text += fault.Direction switch
        {
            Direction.ToHub => " towards the hub",
            Direction.ToSensor => " towards the sensor",
            _ => "",
        };
        text += fault.Sensor == null ? "" : $", {fault.Sensor} only";
        text += fault.Hub == null || isOfHub ? "" : $", on the way to {fault.Hub}";
        string comma = text.Contains(',', StringComparison.Ordinal) ? "," : "";
        return fault.ForMs is { } ms ? $"{text}{comma} for {Durations.ToWords(ms)}" : text;
    }

    /// <summary>One sentence for an expectation.</summary>
    /// <param name="scenario">The scenario that it belongs to.</param>
    /// <param name="expectation">The expectation.</param>
    public static string Of(Scenario scenario, Expectation expectation)
    {
        ArgumentNullException.ThrowIfNull(scenario);
        ArgumentNullException.ThrowIfNull(expectation);
        string from = Durations.ToWords(expectation.AtMs);
        string to = Durations.ToWords(expectation.AtMs + expectation.WithinMs);
        int count = Naming.CountOf(
            expectation.Sensor, scenario.Sensors.Select(plan => (plan.Name, plan.Replicas)));
        string sensor = expectation.Sensor ?? scenario.Sensors[0].Name;
        string who = (count, expectation) switch
        {
            (1, _) => sensor,
            (_, { Sensor: null, Share: Shares.Whole }) => $"all {count} sensors",
            (_, { Share: Shares.Whole }) => $"all {count} sensors of {sensor}",
            (_, { Sensor: null }) => $"{AtLeast(expectation)} {count} sensors",
            _ => $"{AtLeast(expectation)} {count} sensors of {sensor}",
        };
        string at = expectation.Hub == null ? "" : $" at {expectation.Hub}";
        string what = expectation.Kind switch
        {
            ExpectationKind.Up => $"{who} {Be(count)} up{at}",
            ExpectationKind.Down => $"{who} {Be(count)} down",
            ExpectationKind.Diagnosis => $"the diagnosis of {who} is {expectation.Reason}",
            _ => OfReadings(expectation, count, sensor, from),
        };
        return expectation.Kind == ExpectationKind.Delivered
            ? $"By {to} {what}."
            : $"At some time from {from} to {to} {what}.";
    }

    private static string OfOthers(Fault fault) => fault.Kind switch
    {
        FaultKind.BrokerRestarts when fault.Forgets => "broker restarted without its sessions",
        FaultKind.BrokerRestarts => "broker restarted",
        FaultKind.BrokerSilent => "broker silent",
        _ => "no power",
    };

    private static string OfPath(Fault fault)
    {
        string delay = Durations.ToWords(fault.DelayMs);
        string gre = fault.Packet is { } packet
            ? $"GRE packet {packet}"
            : $"{Shares.ToWords(fault.Share)} of GRE";
        return fault.Kind switch
        {
            FaultKind.Loss => $"{gre} lost",
            FaultKind.BurstLoss =>
                $"bursts of about {fault.Count} GRE packets lost, begun by"
                + $" {Shares.ToWords(fault.Share)} of them",
            FaultKind.Duplicate => $"{gre} duplicated",
            FaultKind.Reorder => $"{gre} held back by up to {delay}",
            FaultKind.EarlyGre => $"TCP from the hub late by {delay}, GRE in time",
            FaultKind.Corrupt => $"{gre} corrupted",
            FaultKind.Truncate => $"{gre} truncated",
            FaultKind.Delay => $"everything late by {delay}",
            FaultKind.Jitter => $"everything late by 0 to {delay}",
            FaultKind.MtuBlackHole => $"packets longer than {fault.Length} octets lost",
            FaultKind.GreBlocked => "GRE blocked",
            FaultKind.NatWithoutHelper => "NAT drops GRE",
            FaultKind.NatMappingLost => "NAT mapping lost",
            FaultKind.TcpReset => "control connections reset",
            FaultKind.Looped => "GRE comes back to its sender",
            FaultKind.NotPptp => "something else answers on TCP port 1723",
            FaultKind.WrongLength => "control messages of a wrong length",
            FaultKind.WrongVersion => "another version of PPTP",
            FaultKind.AuthenticationSilent => "CHAP from the hub lost",
            FaultKind.CcpSilent => "CCP from the hub lost",
            FaultKind.IpcpSilent => "IPCP from the hub lost",
            FaultKind.ForgedData => $"data forged in front of {gre}",
            FaultKind.ForgedTerminate => "LCP Terminate-Request forged",
            FaultKind.ForgedReject => "LCP Protocol-Reject forged",
            FaultKind.ForgedCcpEnd => "CCP Terminate-Request forged",
            FaultKind.ForgedIpcpEnd => "IPCP Terminate-Request forged",
            FaultKind.ForgedStop => "Stop-Control-Connection-Request forged",
            FaultKind.ForgedDisconnect => "Call-Disconnect-Notify forged",
            FaultKind.StrippedEncryption => "CCP Configure-Acks forged into Rejects",
            FaultKind.DowngradedAuthentication => "MS-CHAPv2 forged into CHAP-MD5",
            FaultKind.StrippedAuthentication => "request for authentication stripped",
            FaultKind.ForgedProof => "proof of the hub forged",
            _ => FaultTable.Of(fault.Kind).Name,
        };
    }

    private static string OfHub(Scenario scenario, Fault fault)
    {
        bool isOne = scenario.Hubs.Sum(plan => plan.Replicas) == 1;
        string hub = fault.Hub ?? (isOne ? scenario.Hubs[0].Name : "all hubs");
        int count = Naming.CountOf(
            fault.Hub, scenario.Hubs.Select(plan => (plan.Name, plan.Replicas)));
        string refuse = count == 1 ? "refuses" : "refuse";
        return fault.Kind switch
        {
            FaultKind.HubKilled => $"{hub} killed",
            FaultKind.HubSilent => $"{hub} silent",
            FaultKind.HubSlow => $"{hub} slow by {Durations.ToWords(fault.DelayMs)}",
            FaultKind.HubFull => $"{hub} full",
            FaultKind.WrongPassword => $"other passwords at {hub}",
            FaultKind.EncryptionRefused => $"{hub} {refuse} encryption",
            FaultKind.IpcpRefused => $"{hub} {refuse} IPCP",
            FaultKind.CcpRejected => $"{hub} {refuse} CCP",
            FaultKind.KeysWrong => $"wrong keys at {hub}",
            FaultKind.StartRefused => $"{hub} {refuse} control connections",
            FaultKind.HubMoved => $"{hub} moved to a new address",
            FaultKind.NameUnknown => $"name of {hub} unknown",
            _ => FaultTable.Of(fault.Kind).Name,
        };
    }

    private static string OfReadings(
        Expectation expectation, int count, string sensor, string since)
    {
        string all = expectation.Share == Shares.Whole
            ? "all"
            : $"at least {Shares.ToWords(expectation.Share)} of the";
        string whose = count == 1 || expectation.Sensor != null ? $" of {sensor}" : "";
        return $"{all} readings{whose} sent since {since} have arrived, and one was sent at least";
    }

    private static string AtLeast(Expectation expectation)
    {
        return $"at least {Shares.ToWords(expectation.Share)} of";
    }

    private static string Be(int count) => count == 1 ? "is" : "are";
}
