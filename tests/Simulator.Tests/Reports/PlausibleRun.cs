// Records such as a run could have left, made by hand for the reports' tests: a fleet that comes
// up, loses its hub, comes back, loses packets on the way, and a check that fails. The same seed,
// the same record.

using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using Simulator.Reports;
using Simulator.World;

namespace Simulator.Tests.Reports;

internal static class PlausibleRun
{
    private const long Second = 1_000_000;
    private const long LengthUs = 600 * Second;
    private const long HubDiesUs = 180 * Second;
    private const long HubIsBackUs = 240 * Second;

    private static readonly string[] s_diagnoses =
        ["ControlClosed", "LcpEchoTimeout", "AuthenticationFailed"];

    public static RunRecord Make(
        int seed = 1,
        int sensorCount = 200,
        int sampleCount = 600,
        int ladderLineCount = 120,
        Verdict verdict = Verdict.Failed)
    {
        var random = new Random(seed);
        long nowUs = verdict == Verdict.Running ? LengthUs * 2 / 3 : LengthUs;
        bool isRunning = verdict == Verdict.Running;
        return new RunRecord
        {
            Name = "night-storm",
            About = "A fleet behind two hubs: the first dies at night, and the path loses packets.",
            Seed = 14_695_981_039_346_656_037,
            Command = "nanopptp simulate night-storm.yaml --seed 14695981039346656037",
            Verdict = verdict,
            TraceHash = isRunning
                ? ""
                : string.Concat(Enumerable.Range(0, 32).Select(_ => $"{random.Next(256):x2}")),
            TraceEventCount = 1_234_567,
            NowUs = nowUs,
            PlannedUs = LengthUs,
            RealMs = 2_345,
            Checks = ["no-duplicates", "fates-sum", "no-allocation", "bounded-work", "hub-limits"],
            Failures = verdict == Verdict.Failed ? Failures() : [],
            Expectations = Expectations(verdict),
            Faults = Faults(),
            Samples = Samples(random, sensorCount, sampleCount, nowUs),
            Hubs =
            [
                new HubRecord("hub-1", sensorCount - 3, (sensorCount * 3) + 41, 57, 50),
                new HubRecord("hub-2", 0, sensorCount + 12, 24, 0),
            ],
            Sensors = Sensors(random, Math.Min(sensorCount, 1000)),
            SensorCount = sensorCount,
            LadderSensor = "pump-1",
            Ladder = Ladder(ladderLineCount),
            Figures =
            [
                new Figure("Readings delivered", "119,611", "of 119,640"),
                new Figure("Median delay", "21.4", "ms"),
                new Figure("Longest delay", "74.2", "s"),
                new Figure("Peak of dials at a hub", "57", "a second"),
                new Figure("Time to the first tunnel", "212", "ms"),
                new Figure("All up again after the hub was back", "41.7", "s"),
                new Figure("Packets", "1,048,576", ""),
                new Figure("Octets allocated after open", "0", ""),
            ],
        };
    }

    private static RunFailure[] Failures() =>
    [
        new RunFailure(
            "no-duplicates", 251_204_000, "pump-17",
            "Reading 251 reached hub-1 twice, at 4:11.204 and at 4:11.260; once was demanded."),
        new RunFailure(
            "hub-limits", 243_000_000, "",
            "hub-1 was dialled 57 times within a second; it is good for 50."),
    ];

    private static ExpectationRecord[] Expectations(Verdict verdict) =>
    [
        new ExpectationRecord("All sensors are up within 0:30.", 24_310_000, true),
        new ExpectationRecord(
            "From 3:00 on, half of the sensors are up at hub-2.", 201_922_000, true),
        new ExpectationRecord(
            "From 4:00 on, all sensors are up within 1:00.",
            verdict == Verdict.Failed ? null : 281_730_000,
            true),
        new ExpectationRecord(
            "Of the readings sent from 5:00 on, 99 % are delivered.",
            verdict == Verdict.Running ? null : 590_000_000,
            verdict != Verdict.Running),
    ];

    private static FaultRecord[] Faults() =>
    [
        new FaultRecord("jitter", "jitter up to 40 ms", 0, LengthUs),
        new FaultRecord("loss", "loss of 2 % to the hub", 60 * Second, 420 * Second),
        new FaultRecord("tcp-reset", "TCP reset, pump-1", 90 * Second, 90 * Second),
        new FaultRecord("hub-killed", "hub-1 killed for 1:00", HubDiesUs, HubIsBackUs),
        new FaultRecord("duplicate", "every 10th GRE packet twice", 230 * Second, 260 * Second),
        new FaultRecord("nat-mapping-lost", "NAT mapping lost", 330 * Second, 330 * Second),
        new FaultRecord("gre-blocked", "GRE blocked for pump-9", 332 * Second, 362 * Second),
        new FaultRecord("mtu-black-hole", "black hole above 1,400 octets", 540 * Second, LengthUs),
        new FaultRecord("hub-moved", "hub-2 moves to 192.0.2.7", 598 * Second, 598 * Second),
    ];

    private static FleetSample[] Samples(
        Random random, int sensorCount, int sampleCount, long nowUs)
    {
        var samples = new FleetSample[sampleCount];
        double up = 0;
        double inFlight = 0;
        for (int i = 0; i < sampleCount; i++)
        {
            long atUs = nowUs * (i + 1) / sampleCount;
            double seconds = nowUs / 1e6 / sampleCount;
            bool isDead = atUs is > HubDiesUs and < HubIsBackUs;
            double target = isDead ? 0.55 * sensorCount : sensorCount;
            double rate = isDead ? 0.25 : 0.12;
            double before = up;
            up += (target - up) * Math.Min(1, rate * seconds);
            up = isDead && before > 0.9 * sensorCount ? 0.1 * sensorCount : up;
            double dials = Math.Abs(up - before) * (1.2 + random.NextDouble());
            double sent = sensorCount * seconds * (0.9 + (0.2 * random.NextDouble()));
            double arrived = Math.Min(
                inFlight + sent, (sent * up / sensorCount) + (inFlight * 0.2));
            inFlight = inFlight + sent - arrived;
            bool isSilent = isDead && atUs < HubDiesUs + (6 * Second);
            long median = isSilent ? 0 : (long)(20_000 * (1 + random.NextDouble()));
            long longest = isSilent ? 0 : median + (long)(inFlight / sensorCount * 9e6)
                + (long)(60_000 * random.NextDouble());
            samples[i] = new FleetSample(
                atUs,
                (int)Math.Round(up),
                (int)Math.Round(dials),
                (int)Math.Round(sent),
                isSilent ? 0 : (int)Math.Round(arrived),
                (int)Math.Round(inFlight),
                median,
                longest);
        }

        return samples;
    }

    private static SensorRecord[] Sensors(Random random, int count)
    {
        var sensors = new SensorRecord[count];
        for (int i = 0; i < count; i++)
        {
            bool isTroubled = random.Next(40) == 0;
            string stage = isTroubled ? new[] { "Tcp", "Lcp", "Closed" }[random.Next(3)] : "Up";
            string diagnosis = random.Next(10) == 0
                ? s_diagnoses[random.Next(s_diagnoses.Length)]
                : "";
            long sent = 595 + random.Next(10);
            sensors[i] = new SensorRecord(
                string.Create(CultureInfo.InvariantCulture, $"pump-{i + 1}"),
                stage,
                random.Next(3) == 0 ? "hub-2" : "hub-1",
                isTroubled ? "" : $"10.98.{i / 250}.{1 + (i % 250)}",
                diagnosis,
                2 + random.Next(4),
                1 + random.Next(3),
                sent,
                isTroubled || diagnosis.Length > 0 ? sent - 1 - random.Next(80) : sent,
                isTroubled ? 600_000 + random.Next(100_000) : 985_000 + random.Next(14_000));
        }

        return sensors;
    }

    private static List<LadderLine> Ladder(int count)
    {
        // The words are those of WireText.
        (Direction? Way, string Text, string Fate)[] opening =
        [
            (Direction.ToHub, "TCP connect to port 1723", ""),
            (Direction.ToHub, "Start-Control-Connection-Request version 1.0 host \"\" "
                + "vendor \"nanoPptp\"", ""),
            (Direction.ToSensor, "Start-Control-Connection-Reply result 1 version 1.0 host \"hub\" "
                + "vendor \"Simulator\"", ""),
            (null, "sensor: stage Call", ""),
            (Direction.ToHub, "Outgoing-Call-Request call 4660 serial 1 window 16", ""),
            (Direction.ToSensor, "Outgoing-Call-Reply call 77 peer 4660 result 1 window 64", ""),
            (Direction.ToHub, "Set-Link-Info call 77 send ffffffff receive ffffffff", ""),
            (Direction.ToHub, "GRE call 77 seq 0: LCP Configure-Request id 1 mru 1400 "
                + "magic 5f3a9c01 pfc acfc", "lost"),
            (Direction.ToSensor, "GRE call 4660 seq 0: LCP Configure-Request id 1 "
                + "auth chap-msv2 magic 11223344", "twice"),
            (Direction.ToHub, "GRE call 77 seq 1 ack 0: LCP Configure-Ack id 1 auth chap-msv2 "
                + "magic 11223344", ""),
            (null, "sensor: TimedOut, sends again", ""),
            (Direction.ToHub, "GRE call 77 seq 2: LCP Configure-Request id 2 mru 1400 "
                + "magic 5f3a9c01", ""),
            (Direction.ToSensor, "GRE call 4660 seq 1 ack 2: LCP Configure-Ack id 2 mru 1400", ""),
            (Direction.ToSensor, "GRE call 4660 seq 2: CHAP Challenge id 1 name \"hub\"", ""),
            (Direction.ToHub, "GRE call 77 seq 3 ack 2: CHAP Response id 1 name \"pump-1\"", ""),
            (Direction.ToSensor, "GRE call 4660 seq 3 ack 3: CHAP Success id 1", ""),
            (Direction.ToSensor, "GRE call 4660 seq 4: CCP Configure-Request id 1 mppe +H +S", ""),
            (Direction.ToHub, "GRE call 77 seq 4 ack 4: CCP Configure-Ack id 1 mppe +H +S", ""),
            (Direction.ToHub, "GRE call 77 seq 5: IPCP Configure-Request id 1 address 0.0.0.0", ""),
            (Direction.ToSensor, "GRE call 4660 seq 5 ack 5: IPCP Configure-Nak id 1 "
                + "address 10.98.0.1", ""),
            (Direction.ToHub, "GRE call 77 ack 5", ""),
            (null, "hub: pump-1 is up as 10.98.0.1, MPPE 128-bit stateless", ""),
        ];
        var lines = new List<LadderLine>();
        long atUs = 1_250_000;
        for (int i = 0; i < count; i++)
        {
            if (i < opening.Length)
            {
                lines.Add(new LadderLine(atUs, opening[i].Way, opening[i].Text, opening[i].Fate));
                atUs += opening[i].Way is null ? 10 : 10_240;
                atUs += i == 9 ? 3_000_000 : 0;
                continue;
            }

            bool isReading = i % 2 == 0;
            string fate = (i % 31, i % 17) switch
            {
                (0, _) => "lost: hub-1 is killed",
                (_, 0) => "corrupted",
                _ => "",
            };
            string text = isReading
                ? $"GRE call 77 seq {i} ack {i - 1}: MPPE count {i % 4096} A D, 62 octets"
                : $"GRE call 4660 ack {i - 1}";
            lines.Add(new LadderLine(
                atUs, isReading ? Direction.ToHub : Direction.ToSensor, text, fate));
            atUs += isReading ? 20_480 : 979_520;
        }

        return lines;
    }
}
