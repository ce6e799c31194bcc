// The figures of readings that must not be lost: what arrived and how late, what it took, and the memory
// that the library and the plant hold.

using System;
using System.Collections.Generic;
using System.Linq;
using nanoPptp.Telemetry.Queue;
using Simulator.Checkers;
using Simulator.Reports;

namespace Simulator.World;

public sealed partial class Simulation
{
    private long _plantMinuteOctets;
    private long _minuteOctets;
    private long _endOctets;

    private void MeasureMinute()
    {
        foreach (FleetSensor one in _fleet.Where(one => one.UpCount > 0))
        {
            MeasureFirst(one);
        }

        _plantMinuteOctets = PlantOctets();
    }

    // After the first minute; of a sensor that has not been up by then, as soon as it is.
    private void MeasureFirst(FleetSensor one)
    {
        if (one.Ledger is not null && one.MinuteOctets == 0 && _clock.NowUs >= MinuteUs)
        {
            one.MinuteOctets = LibraryOctets(one);
            _minuteOctets += one.MinuteOctets;
        }
    }

    private void CheckMemory(FleetSensor one)
    {
        if (one.MinuteOctets == 0)
        {
            return;
        }

        long octets = LibraryOctets(one);
        _endOctets += octets;
        if (octets > one.MinuteOctets)
        {
            Fail(
                Checks.MemoryStays,
                one.Name,
                $"the library holds {octets} octets, and held {one.MinuteOctets} after the first "
                    + "minute");
        }
    }

    // What lies on the medium is not in memory.
    private static long LibraryOctets(FleetSensor one) =>
        LiveOctets.Of(one.Sensor.LibraryObjects, held => held is JournalStore);

    // The plant without its ears and without what is only planned.
    private long PlantOctets() => _plant is null
        ? 0
        : LiveOctets.Of([_plant], one => one is Delegate or PlantEars or Random64);

    private List<Figure> PlantFigures()
    {
        if (_plant is not { } plant)
        {
            return [];
        }

        List<FleetSensor> all = [.. _fleet.Where(one => one.Ledger is not null)];
        long octets = plant.Tcp.Octets + plant.Coap.Octets;
        List<Figure> figures =
        [
            new("readings at the plant", Text(_storedCount), ""),
            new("readings that came again", Text(_duplicateCount), ""),
            new("readings given up by full queues",
                Text(all.Sum(one => one.Ledger!.DroppedCount) + _refusedCount), ""),
            new("readings lost with the power", Text(all.Sum(one => one.Ledger!.LostCount)), ""),
            new("median delay to the plant", Seconds(_delays.MedianMs * 1000), "s"),
            new("worst delay to the plant", Seconds(_delays.LongestMs * 1000), "s"),
            new("retransmissions of sensors", Text(all.Sum(
                one => one.RetransmissionCount + one.Sensor.RetransmissionCount)), ""),
            new("TCP and CoAP octets for a reading",
                Text(_storedCount == 0 ? 0 : octets / _storedCount), ""),
            new("writes to flash", Text(all.Sum(one => (long)one.Sensor.WriteCount)), ""),
            new("commands that sensors got", Text(_commandCount + plant.Coap.Answered), ""),
        ];
        if (_endOctets > 0)
        {
            figures.Add(new("library's memory after a minute", Text(_minuteOctets), "octets"));
            figures.Add(new("library's memory at the end", Text(_endOctets), "octets"));
            figures.Add(new("plant's memory after a minute", Text(_plantMinuteOctets), "octets"));
            figures.Add(new("plant's memory at the end", Text(PlantOctets()), "octets"));
        }

        return figures;
    }
}
