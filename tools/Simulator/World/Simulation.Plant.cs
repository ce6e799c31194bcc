// The plant behind the hubs and the sensors whose readings must reach it. The plant is a machine of its
// own: hubs come and go, their routes with them, and it stays. What is checked here is what telemetry
// promises: acknowledged means stored, no gap, no duplicate, order, memory that stays as it is.

using System;
using System.Buffers.Binary;
using System.Collections.Generic;
using System.Linq;
using nanoPptp.Telemetry.Queue;
using Simulator.Checkers;
using Simulator.Hub;
using Simulator.Plant;
using Simulator.Scenarios;
using Simulator.Sensor;

namespace Simulator.World;

public sealed partial class Simulation
{
    // The plant's network lies beside those of the hubs, which begin with 10.98.
    private const uint PlantAddress = 0x0A780002;
    private const long LanUs = 500;
    private const int LastRandomFork = 3;

    // The moment 0 of virtual time, in milliseconds since 1970: 2000-01-01.
    private const long EpochMs = 946_684_800_000;
    private const long MinuteUs = 60_000_000;
    private const int DestinationOffset = 16;
    private const int HighestLevel = 10_000;

    private static readonly byte[] s_command = "report"u8.ToArray();

    private readonly Dictionary<uint, (HubNode Node, HubSession Session)> _routes = [];
    private readonly Dictionary<string, FleetSensor> _byBaseName = [];
    private readonly DelayMeter _delays = new();
    private PlantSystems? _plant;
    private long _plantWakeMs = long.MaxValue;
    private long _storedCount;
    private long _duplicateCount;
    private long _refusedCount;
    private long _commandCount;

    /// <summary>The plant; null when no reading needs one.</summary>
    internal PlantSystems? Plant => _plant;

    /// <inheritdoc/>
    public void ReadingsDelivered(SimulatedSensor sensor, int first, int last)
    {
        ArgumentNullException.ThrowIfNull(sensor);
        FleetSensor one = _fleet[sensor.Number];
        Span<byte> octets = stackalloc byte[8];
        BinaryPrimitives.WriteInt32BigEndian(octets, first);
        BinaryPrimitives.WriteInt32BigEndian(octets[4..], last);
        _trace.Add(TraceEvent.Delivered, one.Number, _clock.NowUs, octets);
        Blame(
            one,
            Checks.AcknowledgedMeansStored,
            one.Ledger!.Delivered(first, last, StoredOf(one).Numbers));
    }

    /// <inheritdoc/>
    public void CommandCame(SimulatedSensor sensor) => _commandCount++;

    /// <summary>What a sensor measures at a moment: a level in centimetres.</summary>
    internal static int LevelOf(int sensor, long timeMs) =>
        new Random64(((ulong)(uint)sensor << 48) ^ (ulong)timeMs).Between(0, HighestLevel);

    private void BuildPlant()
    {
        if (_scenario.Sensors.All(plan => plan.Telemetry == TelemetryWay.Udp))
        {
            return;
        }

        _plant = new PlantSystems(
            PlantAddress, _passwords, _random.Fork(LastRandomFork), new PlantEars(this), FromPlant)
        {
            Moods = _scenario.IsPlantMoody ? PlantMoods.Moody : PlantMoods.Calm,
        };
        if (_endUs > MinuteUs)
        {
            _clock.At(MinuteUs, MeasureMinute);
        }
    }

    private TelemetrySettings? TelemetryOf(FleetSensor one)
    {
        if (one.Plan.Telemetry == TelemetryWay.Udp)
        {
            return null;
        }

        one.Ledger = new DeliveryLedger(TelemetrySettings.FlushIntervalMs);
        _byBaseName.Add(TelemetrySettings.BaseNameOf(one.Name), one);
        return new TelemetrySettings(
            one.Plan.Telemetry, PlantAddress, _passwords[one.Name], one.Plan.QueueCapacity);
    }

    private SensorReadings StoredOf(FleetSensor one) =>
        _plant!.Readings.Of(TelemetrySettings.BaseNameOf(one.Name));

    private void AddReading(FleetSensor one, DeliveryLedger ledger)
    {
        long timeMs = EpochMs + _clock.NowMs;
        int number = one.Sensor.AddReading(timeMs, LevelOf(one.Number, timeMs));
        if (number == 0)
        {
            _refusedCount++;
        }
        else
        {
            Blame(one, Checks.NoGapNoDuplicate, ledger.Add(number, timeMs));
            _sentCount++;
            foreach (ExpectationState expectation in _expectations)
            {
                expectation.Sent(one.Number, _clock.NowUs);
            }
        }

        LookForDropped(one, ledger);
        one.Sensor.SendReadings();
        if (!one.IsUp)
        {
            one.Sensor.Want();
        }
    }

    private void LookForDropped(FleetSensor one, DeliveryLedger ledger)
    {
        ReadingQueue queue = one.Sensor.Queue!;
        int dropped = queue.Counters.DroppedOldest;
        if (dropped != one.SeenDroppedCount)
        {
            int firstLeft = queue.SeekFrom(1) ? queue.EntrySequence : queue.NextSequence;
            Blame(
                one,
                Checks.NoGapNoDuplicate,
                ledger.Dropped(firstLeft, dropped - one.SeenDroppedCount));
            one.SeenDroppedCount = dropped;
        }
    }

    private void Stored(PlantReading reading, StoreVerdict verdict)
    {
        if (!_byBaseName.TryGetValue(reading.BaseName, out FleetSensor? one))
        {
            Fail(Checks.OnlyWhatWasSent, "", $"the plant got a reading of '{reading.BaseName}'");
            return;
        }

        Span<byte> octets = stackalloc byte[5];
        BinaryPrimitives.WriteInt32BigEndian(octets, reading.Sequence);
        octets[4] = (byte)verdict;
        _trace.Add(TraceEvent.AtPlant, one.Number, _clock.NowUs, octets);
        bool isSound = reading is { Name: "level", Unit: "m", Sequence: > 0 }
            && reading.Number == LevelOf(one.Number, reading.TimeMs) / 100m;
        if (!isSound)
        {
            Fail(
                Checks.OnlyWhatWasSent,
                one.Name,
                $"the plant got reading {reading.Sequence} with a value that was not measured");
        }

        if (verdict == StoreVerdict.Duplicate)
        {
            _duplicateCount++;
            return;
        }

        if (verdict == StoreVerdict.OutOfOrder)
        {
            Fail(
                Checks.OrderKept,
                one.Name,
                $"reading {reading.Sequence} arrived for the first time after a later one");
        }

        Blame(
            one,
            Checks.OnlyWhatWasSent,
            one.Ledger!.Arrived(reading.Sequence, reading.TimeMs));
        CountStored(one, (reading.TimeMs - EpochMs) * 1000);
    }

    private void CountStored(FleetSensor one, long addedUs)
    {
        one.LastDeliveredSentUs = Math.Max(one.LastDeliveredSentUs, addedUs);
        _storedCount++;
        _deliveredCount++;
        _delaysUs.Add(_clock.NowUs - addedUs);
        _delays.Add((_clock.NowUs - addedUs) / 1000);
        foreach (ExpectationState expectation in _expectations)
        {
            expectation.Delivered(one.Number, addedUs);
        }
    }

    private void Blame(FleetSensor one, string check, string? wrong)
    {
        if (wrong is not null)
        {
            Fail(check, one.Name, wrong);
        }
    }

    // Once for each sensor that is pinged: the plant has something to say as well.
    private void TalkTo(FleetSensor one, HubSession session)
    {
        if (_plant is not { } plant || one.Ledger is null)
        {
            return;
        }

        if (one.Plan.Telemetry == TelemetryWay.Mqtt)
        {
            plant.Publish(
                TelemetrySettings.CommandTopicOf(one.Name), s_command, 1, _clock.NowMs);
        }
        else
        {
            plant.Ask(session.Address, _clock.NowMs);
        }

        PlanPlant(plant);
    }

    private void AddRoute(HubNode node, HubSession session) =>
        _routes[session.Address] = (node, session);

    private void RemoveRoute(HubSession session)
    {
        if (_routes.TryGetValue(session.Address, out (HubNode Node, HubSession Session) known)
            && known.Session == session)
        {
            _routes.Remove(session.Address);
        }
    }

    private void ForgetRoutes(HubNode node)
    {
        foreach (uint address in _routes.Where(one => one.Value.Node == node)
            .Select(one => one.Key).ToList())
        {
            _routes.Remove(address);
        }
    }

    private bool IsForPlant(uint destination) => _plant?.Address == destination;

    private bool PassIp(ReadOnlySpan<byte> packet)
    {
        if (!IsForPlant(BinaryPrimitives.ReadUInt32BigEndian(packet[DestinationOffset..])))
        {
            return false;
        }

        byte[] octets = packet.ToArray();
        _clock.After(LanUs, () => AtPlant(plant => plant.Input(octets, _clock.NowMs)));
        return true;
    }

    private void PassUdp(HubDatagram datagram)
    {
        (uint source, ushort sourcePort, ushort port) =
            (datagram.Source, datagram.SourcePort, datagram.DestinationPort);
        byte[] payload = datagram.Payload.ToArray();
        _clock.After(LanUs, () => AtPlant(
            plant => plant.InputUdp(source, sourcePort, port, payload, _clock.NowMs)));
    }

    private void AtPlant(Action<PlantSystems> input)
    {
        if (_plant is { } plant)
        {
            input(plant);
            PlanPlant(plant);
        }
    }

    private void FromPlant(uint destination, byte[] packet) => _clock.After(LanUs, () =>
    {
        if (_routes.TryGetValue(destination, out (HubNode Node, HubSession Session) route)
            && !route.Session.IsEnded)
        {
            route.Node.InputSlowly(hub => hub.SendIp(route.Session, packet, _clock.NowMs));
        }
    });

    // One wake-up is planned for the earliest deadline; one that has moved is planned anew then.
    private void PlanPlant(PlantSystems plant)
    {
        long deadlineMs = plant.NextDeadlineMs;
        if (deadlineMs < _plantWakeMs)
        {
            _plantWakeMs = deadlineMs;
            _clock.At(deadlineMs * 1000, () =>
            {
                if (_plantWakeMs == deadlineMs)
                {
                    _plantWakeMs = long.MaxValue;
                    AtPlant(due => due.Tick(_clock.NowMs));
                }
            });
        }
    }

    // Faults of the plant and of a sensor's power; the others are of hubs.
    private bool BeginElsewhere(PlacedFault placed)
    {
        switch (placed.Fault.Kind)
        {
            case FaultKind.BrokerRestarts:
                AtPlant(plant => plant.Kill(placed.Fault.Forgets));
                return true;
            case FaultKind.BrokerSilent:
                AtPlant(plant => plant.IsSilent = true);
                return true;
            case FaultKind.PowerLoss:
                ForEachOf(placed, LosePower);
                return true;
            default:
                return false;
        }
    }

    private bool EndElsewhere(PlacedFault placed)
    {
        switch (placed.Fault.Kind)
        {
            case FaultKind.BrokerRestarts when !IsInForce(FaultKind.BrokerRestarts):
                AtPlant(plant => plant.Restart());
                return true;
            case FaultKind.BrokerSilent when !IsInForce(FaultKind.BrokerSilent):
                AtPlant(plant => plant.IsSilent = false);
                return true;
            case FaultKind.PowerLoss:
                ForEachOf(placed, one =>
                {
                    if (!_inForce.Exists(other => other.Fault.Kind == FaultKind.PowerLoss
                        && IsOf(other, one)))
                    {
                        GetPower(one);
                    }
                });
                return true;
            default:
                return placed.Fault.Kind is FaultKind.BrokerRestarts or FaultKind.BrokerSilent;
        }
    }

    private bool IsInForce(FaultKind kind) => _inForce.Exists(one => one.Fault.Kind == kind);

    private static bool IsOf(PlacedFault placed, FleetSensor one) =>
        placed.Sensors is null || placed.Sensors.Contains(one.Number);

    private void ForEachOf(PlacedFault placed, Action<FleetSensor> act)
    {
        foreach (FleetSensor one in _fleet)
        {
            if (IsOf(placed, one) && !one.Sensor.IsOver)
            {
                act(one);
            }
        }
    }

    private void LosePower(FleetSensor one)
    {
        if (!one.Sensor.IsOn)
        {
            return;
        }

        one.RetransmissionCount += one.Sensor.RetransmissionCount;
        one.CutAtMs = EpochMs + _clock.NowMs;
        one.Sensor.LosePower();
        one.Sensor.Link.Observer?.Remarked(_clock.NowUs, "sensor: power lost");
        one.HasWaiting = false;
        if (one.IsUp)
        {
            WentDown(one);
        }
    }

    private void GetPower(FleetSensor one)
    {
        if (one.Sensor.IsOn)
        {
            return;
        }

        one.Sensor.Link.Observer?.Remarked(_clock.NowUs, "sensor: power is back");
        one.Sensor.GetPower();
        one.SeenDroppedCount = 0;
        if (one.Ledger is not { } ledger || one.Sensor.Queue is not { } queue)
        {
            return;
        }

        HashSet<int> left = [];
        for (bool isThere = queue.SeekFrom(1); isThere; isThere = queue.Next())
        {
            left.Add(queue.EntrySequence);
        }

        Blame(one, Checks.NoGapNoDuplicate, ledger.Restored(left, one.CutAtMs));
    }

    private static bool HasDelivered(FleetSensor one) =>
        one.Ledger is not { } ledger || ledger.FirstOwed == 0 || ledger.FirstOwed > one.LastDue;

    private static string OwedTextOf(FleetSensor one) => one.Ledger is { FirstOwed: > 0 } ledger
        ? $"; reading {ledger.FirstOwed} of {ledger.LastAdded} is not delivered; "
            + one.Sensor.UplinkText
        : "";

    // At the end, when every sensor has delivered what it had when the weather cleared.
    private void CheckReadings()
    {
        foreach (FleetSensor one in _fleet)
        {
            if (one.Ledger is not { } ledger)
            {
                continue;
            }

            List<int> missing = [.. ledger.Missing(one.LastDue, StoredOf(one).Numbers).Take(3)];
            if (missing.Count > 0)
            {
                Fail(
                    Checks.NoGapNoDuplicate,
                    one.Name,
                    $"the plant does not have reading {string.Join(", ", missing)}");
            }

            CheckMemory(one);
        }
    }

    /// <summary>The ears of the simulation at the plant.</summary>
    private sealed class PlantEars(Simulation owner) : IPlantObserver
    {
        public void ReadingStored(PlantReading reading, StoreVerdict verdict) =>
            owner.Stored(reading, verdict);

        public void ReadingMalformed(string text) => owner.Fail(
            Checks.OnlyWhatWasSent, "", $"the plant got octets that are no readings: {text}");

        public void ProtocolBroken(string text) => owner.Fail(
            Checks.OnlyWhatWasSent, "", $"the plant's systems complain: {text}");
    }
}
