// The deadlines of the plant's machines, in one queue: ten thousand connections cost no more than those
// whose time has come.

using Simulator.Hub;

namespace Simulator.Plant;

/// <summary>Something that waits for a moment.</summary>
internal abstract class PlantMachine(PlantTimers timers) : DeadlineHolder(timers.NextNumber())
{
    /// <summary>When it wants to be called.</summary>
    public abstract long NextDeadlineMs { get; }

    /// <summary>Its moment has come.</summary>
    public abstract void Tick(long nowMs);

    /// <summary>Its deadline may have changed.</summary>
    public void Plan() => timers.Plan(this);
}

/// <summary>All of them.</summary>
internal sealed class PlantTimers
{
    private readonly DeadlineQueue _queue = new();
    private long _lastNumber;

    public long NextDeadlineMs => _queue.NextDeadlineMs;

    public long NextNumber() => ++_lastNumber;

    public void Plan(PlantMachine machine) => _queue.Set(machine, machine.NextDeadlineMs);

    public void Tick(long nowMs)
    {
        while (_queue.First is PlantMachine machine && machine.QueuedDeadlineMs <= nowMs)
        {
            machine.Tick(nowMs);
            Plan(machine);
        }
    }
}
