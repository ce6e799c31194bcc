// A run: the fleet, the hubs and the weather of a scenario on one virtual clock and in one thread. The
// checks hold all the way; when the scenario's time is over the weather clears, and then every sensor that
// dials again has to come back.
//
//   Simulation.cs            composition, the course of the run
//   Simulation.Faults.cs     faults begin and end
//   Simulation.Watch.cs      what sensors tell, and the checks
//   Simulation.HubEars.cs    what hubs tell
//   Simulation.Plant.cs      the plant behind the hubs, readings that must not be lost, power
//   Simulation.PlantRecords.cs  its figures, and memory
//   Simulation.Records.cs    what is known, as plain values

using System;
using System.Collections.Generic;
using System.Linq;
using nanoPptp.Client;
using nanoPptp.Diagnostics;
using Simulator.Checkers;
using Simulator.Hub;
using Simulator.Reports;
using Simulator.Scenarios;
using Simulator.Sensor;

namespace Simulator.World;

/// <summary>How a run is made, besides its scenario.</summary>
public sealed record SimulationOptions
{
    /// <summary>Draws everything that the scenario leaves open.</summary>
    public ulong Seed { get; init; } = 1;

    /// <summary>The command that repeats the run, for reports; empty when there is none.</summary>
    public string Command { get; init; } = "";

    /// <summary>The sensor whose conversation is recorded, by number.</summary>
    public int FollowedSensor { get; init; }

    /// <summary>Whether its conversation is recorded at all.</summary>
    public bool RecordsLadder { get; init; } = true;

    /// <summary>Gives an observer for a sensor's conversation, by its number, or null.</summary>
    public Func<int, INetworkObserver?> Observers { get; init; } = _ => null;

    /// <summary>What is planted in the sensors; only tests plant something.</summary>
    internal PlantedBug Bug { get; init; }
}

/// <summary>A run of a scenario.</summary>
public sealed partial class Simulation : IDisposable
{
    /// <summary>One way's delay on a calm day, in microseconds.</summary>
    public const long CalmUs = 10_000;

    private const int ReadingPort = 5683;
    private const int ConnectMs = 10_000;
    private const long SliceUs = 1_000_000;
    private const long PingIntervalUs = 30_000_000;
    private const int MostUnanswered = 8;
    private const long PatienceUs = 60_000_000;
    private const int PingsAtOnce = 100;
    private const int PasswordLength = 16;

    // When the weather has cleared, the attempt that is going on may still fail (60 s for a control
    // connection, 90 s for a link, 10 s to hang up), and the next one must then succeed.
    private const long LivenessUs = 400_000_000;

    private static readonly string s_wordless = new InvalidOperationException().Message;

    private readonly Scenario _scenario;
    private readonly SimulationOptions _options;
    private readonly VirtualClock _clock = new();
    private readonly Trace _trace = new();
    private readonly Weather _weather;
    private readonly Internet _internet;
    private readonly Random64 _random;
    private readonly Names _hubNames = new();
    private readonly Names _sensorNames = new();
    private readonly List<HubPlan> _hubPlans = [];
    private readonly List<FleetSensor> _fleet = [];
    private readonly Dictionary<string, FleetSensor> _byName = [];
    private readonly Dictionary<string, string> _passwords = [];
    private readonly List<ExpectationState> _expectations = [];
    private readonly long _endUs;
    private bool _hasCleared;
    private long _liveByUs;
    private int _pingTurn;

    /// <summary>Builds the world of a scenario.</summary>
    /// <param name="scenario">What it is made of.</param>
    /// <param name="options">How.</param>
    public Simulation(Scenario scenario, SimulationOptions options)
    {
        ArgumentNullException.ThrowIfNull(scenario);
        ArgumentNullException.ThrowIfNull(options);

        // A defect of the library stops the simulation where it happens.
        Invariant.Throws = true;
        _scenario = scenario;
        _options = options;
        _random = new Random64(options.Seed);
        _endUs = scenario.ForMs * 1000;
        _weather = new Weather(_random.Fork(0));
        _internet = new Internet(_clock, _weather, _trace, CalmUs);
        NameAll();
        BuildHubs();
        BuildPlant();

        // What is wrong from the first moment on is wrong before the first sensor dials.
        PlanFaults();
        BuildFleet(_random.Fork(1));
        PlanExpectations();
        PlanSamples();
    }

    /// <summary>The present, in microseconds.</summary>
    public long NowUs => _clock.NowUs;

    /// <summary>Whether the run has ended.</summary>
    public bool IsOver { get; private set; }

    /// <summary>GRE packets that the first sensor and its hubs have exchanged.</summary>
    public long FirstSensorPacketCount => _fleet[0].Sensor.Link.PacketCount;

    /// <summary>The first sensor, for tests that look closely.</summary>
    internal FleetSensor FirstSensor => _fleet[0];

    /// <summary>The whole run at once.</summary>
    public RunRecord Run()
    {
        while (Step())
        {
        }

        return Record();
    }

    /// <summary>A second of virtual time.</summary>
    /// <returns>False when the run is over.</returns>
    public bool Step()
    {
        if (IsOver)
        {
            return false;
        }

        try
        {
            Advance();
        }
#pragma warning disable CA1031 // Whatever the library throws is what the simulation is there to find.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            Fail(Checks.NoException, "", $"the run was broken off: {TextOf(exception)}");
            IsOver = true;
        }

        return !IsOver;
    }

    /// <inheritdoc/>
    public void Dispose() => _trace.Dispose();

    /// <summary>What was thrown, in words. A broken invariant of the library has none of its own.
    /// </summary>
    internal static string TextOf(Exception thrown) =>
        thrown is InvalidOperationException && thrown.Message == s_wordless
            ? "an invariant of the library does not hold"
            : thrown.Message;

    private void Advance()
    {
        long untilUs = _clock.NowUs + SliceUs;
        if (!_hasCleared)
        {
            _clock.Run(Math.Min(untilUs, _endUs), () => false);
            if (_clock.NowUs >= _endUs)
            {
                ClearWeather();
            }

            return;
        }

        _clock.Run(Math.Min(untilUs, _liveByUs), () => false);
        if (_fleet.TrueForAll(IsLive))
        {
            CheckReadings();
            IsOver = true;
        }
        else if (_clock.NowUs >= _liveByUs)
        {
            foreach (FleetSensor dead in _fleet.FindAll(one => !IsLive(one)))
            {
                FailLiveness(dead);
            }

            IsOver = true;
        }
    }

    private void NameAll()
    {
        foreach (HubPlan plan in _scenario.Hubs)
        {
            _hubNames.Add(plan.Name, plan.Replicas);
            _hubPlans.AddRange(Enumerable.Repeat(plan, plan.Replicas));
        }

        foreach (SensorPlan plan in _scenario.Sensors)
        {
            for (int i = 0; i < plan.Replicas; i++)
            {
                int number = _fleet.Count;
                _fleet.Add(new FleetSensor(number, "", plan));
            }

            _sensorNames.Add(plan.Name, plan.Replicas);
        }

        for (int i = 0; i < _fleet.Count; i++)
        {
            _fleet[i] = new FleetSensor(i, _sensorNames.All[i], _fleet[i].Plan);
            _byName.Add(_fleet[i].Name, _fleet[i]);
        }
    }

    private void BuildHubs()
    {
        // Passwords are drawn and never shown: not even a simulation has one to copy.
        Random64 passwords = _random.Fork(2);
        foreach (FleetSensor one in _fleet)
        {
            _passwords[one.Name] = Convert.ToHexStringLower(passwords.Octets(PasswordLength));
        }

        for (int i = 0; i < _hubPlans.Count; i++)
        {
            Random64 random = _random.Fork(100 + i);
            _internet.AddHub(_hubNames.All[i], node =>
                new PptpHub(
                    SettingsOf(node.Number), node, new HubEars(this, node.Number), random));
        }
    }

    private void BuildFleet(Random64 random)
    {
        foreach (FleetSensor one in _fleet)
        {
            var tunnel = new PptpSettings
            {
                UserName = one.Name,
                Encryption = one.Plan.Encryption,
                AllowStateful = one.Plan.AllowsStateful,
                AllowChapMd5 = one.Plan.Allows(HubAuthentication.ChapMd5),
                AllowPap = one.Plan.Allows(HubAuthentication.Pap),
            };
            tunnel.SetPassword(_passwords[one.Name]);
            SensorLink link = _internet.AddLink();
            one.Sensor = new SimulatedSensor(
                new SensorSettings(one.Name, ConnectMs, _scenario.ClockMs)
                {
                    // Without a queue the application looks for answers itself.
                    WatchesData = one.Plan.Telemetry != TelemetryWay.Udp,
                },
                tunnel,
                one.Plan.Redials ? RedialSettingsOf(one.Plan) : null,
                _clock,
                link,
                this,
                random.Fork(one.Number),
                TelemetryOf(one))
            {
                Bug = _options.Bug,
            };
            link.Observer = ObserverOf(one.Number);
            _clock.At(0, one.Sensor.Start);
            PlanReadings(one, random.Fork(one.Number + _fleet.Count));
            if (one.Plan.HangUpAtMs is long atMs)
            {
                _clock.At(atMs * 1000, () => HangUp(one));
            }
        }

        _clock.At(PingIntervalUs, Ping);
    }

    private RedialSettings RedialSettingsOf(SensorPlan plan)
    {
        var settings = new RedialSettings
        {
            HubCount = _hubPlans.Count,
            FirstDialMs = plan.FirstDialMs,
            IdleMs = plan.IdleMs,
            SessionMs = plan.SessionMs,
        };
        if (plan.LostPaceMs is int paceMs)
        {
            settings.SetPace(
                FailureClass.Lost,
                0,
                paceMs,
                Math.Max(paceMs, settings.MaximumMs(FailureClass.Lost)));
            settings.SetPace(
                FailureClass.Unreachable,
                0,
                paceMs,
                Math.Max(paceMs, settings.MaximumMs(FailureClass.Unreachable)));
        }

        return settings;
    }

    // Sensors were not switched on at the same moment: each has a phase of its own.
    private void PlanReadings(FleetSensor one, Random64 random)
    {
        long intervalUs = one.Plan.ReadingIntervalMs * 1000;
        long phaseUs = (long)(random.NextUInt64() % (ulong)intervalUs);
        _clock.At(phaseUs, () => TakeReading(one, intervalUs));
    }

    private void TakeReading(FleetSensor one, long intervalUs)
    {
        _clock.After(intervalUs, () => TakeReading(one, intervalUs));
        if (one.Sensor.IsOver || !one.Sensor.IsOn)
        {
            return;
        }

        if (one.Ledger is not null)
        {
            AddReading(one, one.Ledger);
            return;
        }

        if (one.IsUp && !IsOutOfPatience(one))
        {
            SendReading(one);
            return;
        }

        if (one.IsUp)
        {
            one.HasComplained = true;
            one.Sensor.Complain();
        }

        // What is measured while there is no tunnel waits for it; only the newest is kept.
        one.HasWaiting = true;
        one.Sensor.Want();
    }

    // The hub answers every second reading; when so many stay without an answer it gets none. The
    // library, which looks for a dead line by itself, is given the time for it.
    private bool IsOutOfPatience(FleetSensor one) =>
        one.UnansweredCount >= MostUnanswered && _clock.NowUs - one.AnsweredUs >= PatienceUs;

    private static void HangUp(FleetSensor one)
    {
        one.IsDismissed = true;
        one.Sensor.HangUp();
    }

    private void Ping()
    {
        _clock.After(PingIntervalUs, Ping);
        int stride = (_fleet.Count / PingsAtOnce) + 1;
        _pingTurn = (_pingTurn + 1) % stride;
        for (int i = _pingTurn; i < _fleet.Count; i += stride)
        {
            FleetSensor one = _fleet[i];
            if (one.Session is { IsUp: true, IsEnded: false } session && one.Sensor.Hub >= 0)
            {
                _internet.Hubs[one.Sensor.Hub].Input(hub => hub.Ping(
                    session, (ushort)one.Number, 1, s_pingOctets, _clock.NowMs));
                TalkTo(one, session);
            }
        }
    }
}
