// What is known of a run, as plain values.

using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using nanoPptp.Diagnostics;
using Simulator.Checkers;
using Simulator.Hub;
using Simulator.Reports;
using Simulator.Scenarios;

namespace Simulator.World;

public sealed partial class Simulation
{
    private const int MostSamples = 600;
    private const int MostSensors = 1_000;
    private const long GivenUpUs = 10_000_000;
    private const long ShortestSampleUs = 100_000;

    private readonly List<FleetSample> _samples = [];
    private readonly Queue<Flight> _flights = new();
    private readonly List<long> _delaysUs = [];
    private readonly System.Diagnostics.Stopwatch _stopwatch =
        System.Diagnostics.Stopwatch.StartNew();

    private long _sampleUs;
    private int _upCount;
    private int _mostUpCount;
    private long _dialCount;
    private long _sentCount;
    private long _deliveredCount;
    private long _pongCount;
    private long _sampledDialCount;
    private long _sampledSentCount;
    private long _sampledDeliveredCount;
    private long? _hubsBackUs;
    private long? _recoveredUs;
    private LadderRecorder? _recorder;

    /// <summary>Sensors whose tunnel is up.</summary>
    public int UpCount => _upCount;

    /// <summary>All sensors.</summary>
    public int SensorCount => _fleet.Count;

    /// <summary>Readings sent and neither delivered nor given up.</summary>
    public int InFlightCount { get; private set; }

    /// <summary>Real time since the run was built, in milliseconds.</summary>
    public long RealMs => _stopwatch.ElapsedMilliseconds;

    /// <summary>Whether a check has failed.</summary>
    public bool HasFailed => _failures.Count > 0;

    /// <summary>The sensor whose conversation is recorded; another one's begins to be recorded when
    /// it is chosen.</summary>
    public string FollowedSensor
    {
        get => _recorder is null ? "" : _fleet[_recorder.Sensor].Name;
        set
        {
            if (_byName.TryGetValue(value, out FleetSensor? one) && one.Number != _recorder?.Sensor)
            {
                int before = _recorder?.Sensor ?? one.Number;
                _recorder = new LadderRecorder(one.Number);
                _fleet[before].Sensor.Link.Observer = ObserverOf(before);
                one.Sensor.Link.Observer = ObserverOf(one.Number);
            }
        }
    }

    /// <summary>The names of a scenario's sensors, by number.</summary>
    public static IReadOnlyList<string> SensorNames(Scenario scenario)
    {
        ArgumentNullException.ThrowIfNull(scenario);
        return [.. scenario.Sensors.SelectMany(
            plan => Names.MembersOf(plan.Name, plan.Replicas))];
    }

    /// <summary>The hubs of a scenario, for captures.</summary>
    public static IReadOnlyList<CapturedHub> CapturedHubs(Scenario scenario)
    {
        ArgumentNullException.ThrowIfNull(scenario);
        return [.. scenario.Hubs
            .SelectMany(plan => Names.MembersOf(plan.Name, plan.Replicas))
            .Select((name, number) =>
                new CapturedHub(name, Internet.FirstHubAddress + (uint)number))];
    }

    /// <summary>What is known now.</summary>
    public RunRecord Record() => new()
    {
        Name = _scenario.Name,
        About = _scenario.About,
        Seed = _options.Seed,
        Command = _options.Command,
        Checks = Checks.All,
        Verdict = HasFailed ? Verdict.Failed : IsOver ? Verdict.Passed : Verdict.Running,
        TraceHash = IsOver ? _trace.Hash() : "",
        TraceEventCount = _trace.EventCount,
        NowUs = _clock.NowUs,
        PlannedUs = _endUs,
        RealMs = RealMs,
        Failures = [.. _failures],
        Expectations = [.. _expectations.Select(one => one.Record(_clock.NowUs))],
        Faults = FaultRecords(),
        Samples = [.. _samples],
        Hubs = [.. _internet.Hubs.Select(HubRecordOf)],
        Sensors = [.. _fleet.Take(MostSensors).Select(SensorRecordOf)],
        SensorCount = _fleet.Count,
        LadderSensor = FollowedSensor,
        Ladder = _recorder?.Lines ?? [],
        Figures = Figures(),
    };

    private static string Text(long number) => number.ToString(CultureInfo.InvariantCulture);

    private static string Seconds(long us) =>
        (us / 1_000_000.0).ToString("0.000", CultureInfo.InvariantCulture);

    private INetworkObserver? ObserverOf(int number)
    {
        if (_options.RecordsLadder && number == _options.FollowedSensor && _recorder is null)
        {
            _recorder = new LadderRecorder(number);
        }

        INetworkObserver? other = _options.Observers(number);
        return number != _recorder?.Sensor
            ? other
            : other is null
                ? _recorder
                : new BothObservers(_recorder, other);
    }

    private void PlanSamples()
    {
        _sampleUs = Math.Max(ShortestSampleUs, _endUs / MostSamples);
        _clock.At(_sampleUs, Sample);
    }

    private void Sample()
    {
        _clock.After(_sampleUs, Sample);
        while (_flights.TryPeek(out Flight flight)
            && (flight.SentUs < _clock.NowUs - GivenUpUs
                || flight.Sensor.ToHub.HasCome(flight.Number)))
        {
            _flights.Dequeue();
        }

        InFlightCount = _flights.Count(one => !one.Sensor.ToHub.HasCome(one.Number));
        _delaysUs.Sort();
        _samples.Add(new FleetSample(
            _clock.NowUs,
            _upCount,
            (int)(_dialCount - _sampledDialCount),
            (int)(_sentCount - _sampledSentCount),
            (int)(_deliveredCount - _sampledDeliveredCount),
            InFlightCount,
            _delaysUs.Count == 0 ? 0 : _delaysUs[_delaysUs.Count / 2],
            _delaysUs.Count == 0 ? 0 : _delaysUs[^1]));
        _delaysUs.Clear();
        _sampledDialCount = _dialCount;
        _sampledSentCount = _sentCount;
        _sampledDeliveredCount = _deliveredCount;
        CheckDialLimits();
    }

    private void CheckDialLimits()
    {
        foreach (HubNode node in _internet.Hubs)
        {
            int limit = _hubPlans[node.Number].DialsPerSecond;
            if (limit > 0 && node.PeakDialsPerSecond > limit
                && !_failures.Exists(one => one.Check == Checks.HubLimit))
            {
                Fail(
                    Checks.HubLimit,
                    "",
                    $"{node.Name} was dialled {node.PeakDialsPerSecond} times within a second, and "
                        + $"is good for {limit}");
            }
        }
    }

    private HubRecord HubRecordOf(HubNode node) => new(
        node.Name,
        _sessionCounts[node.Number],
        node.DialCount,
        node.PeakDialsPerSecond,
        _hubPlans[node.Number].DialsPerSecond);

    private SensorRecord SensorRecordOf(FleetSensor one)
    {
        long upUs = one.UpTotalUs + (one.IsUp ? _clock.NowUs - one.UpSinceUs : 0);
        return new SensorRecord(
            one.Name,
            one.Sensor.Client.Stage.ToString(),
            one.Sensor.Hub < 0 ? "" : _internet.Hubs[one.Sensor.Hub].Name,
            one.Sensor.Client.LocalAddress == 0
                ? ""
                : Ipv4Address.ToText(unchecked((uint)one.Sensor.Client.LocalAddress)),
            one.HasEnded ? DiagnosisOf(one) : "",
            one.DialCount,
            one.UpCount,
            one.ToHub.SentCount,
            one.ToHub.DeliveredCount,
            (int)(upUs * 1_000_000 / Math.Max(1, _clock.NowUs)));
    }

    private static string DiagnosisOf(FleetSensor one) => one.LastReason switch
    {
        Reason.AuthenticationFailed => $"{one.LastReason} E={Text(one.LastDetail)}",
        _ => one.LastReason.ToString(),
    };

    private List<Figure> Figures()
    {
        List<Figure> figures =
        [
            new("readings sent", Text(_sentCount), ""),
            new("readings delivered", Text(_deliveredCount), ""),
            new("dials", Text(_dialCount), ""),
            new("most sensors up at once", Text(_mostUpCount), ""),
            new("pings answered", Text(_pongCount), ""),
        ];
        foreach (HubNode node in _internet.Hubs)
        {
            figures.Add(new(
                $"peak of dials, {node.Name}", Text(node.PeakDialsPerSecond), "a second"));
        }

        if (_hubsBackUs is long backUs)
        {
            figures.Add(_recoveredUs is long recoveredUs
                ? new("from the hub's return until 99 % are up", Seconds(recoveredUs - backUs), "s")
                : new("from the hub's return until 99 % are up", "not reached", ""));
        }

        figures.AddRange(PlantFigures());
        return figures;
    }

    private readonly record struct Flight(FleetSensor Sensor, int Number, long SentUs);
}
