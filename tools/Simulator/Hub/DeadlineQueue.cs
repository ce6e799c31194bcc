// The next deadline among many connections: a binary heap that knows where each member stands, so
// that changing a deadline neither searches nor leaves rubbish behind. Equal deadlines come in
// the order of the connections' numbers, which keeps runs repeatable.

using System;

namespace Simulator.Hub;

/// <summary>A member of the queue; the two fields belong to the queue.</summary>
internal abstract class DeadlineHolder(long number)
{
    /// <summary>The deadline of one that waits for nothing.</summary>
    public const long Never = long.MaxValue;

    /// <summary>Grows with every new holder.</summary>
    public long Number { get; } = number;

    /// <summary>When the holder wants to be called.</summary>
    public long QueuedDeadlineMs { get; set; } = Never;

    /// <summary>Index in the heap, -1 outside.</summary>
    public int QueueIndex { get; set; } = -1;
}

/// <summary>A heap ordered by deadline, then by number.</summary>
internal sealed class DeadlineQueue
{
    private DeadlineHolder[] _heap = [];

    public int Count { get; private set; }

    public long NextDeadlineMs => Count == 0 ? DeadlineHolder.Never : _heap[0].QueuedDeadlineMs;

    public DeadlineHolder? First => Count == 0 ? null : _heap[0];

    /// <summary>Puts a holder where its new deadline belongs; Never takes it out.</summary>
    public void Set(DeadlineHolder holder, long deadlineMs)
    {
        if (deadlineMs == DeadlineHolder.Never)
        {
            Remove(holder);
            return;
        }

        if (holder.QueueIndex >= 0 && holder.QueuedDeadlineMs == deadlineMs)
        {
            return;
        }

        holder.QueuedDeadlineMs = deadlineMs;
        if (holder.QueueIndex < 0)
        {
            if (Count == _heap.Length)
            {
                Array.Resize(ref _heap, Math.Max(16, 2 * Count));
            }

            Place(holder, Count);
            Count++;
        }

        Settle(holder);
    }

    public void Remove(DeadlineHolder holder)
    {
        int index = holder.QueueIndex;
        if (index < 0)
        {
            return;
        }

        holder.QueueIndex = -1;
        holder.QueuedDeadlineMs = DeadlineHolder.Never;
        Count--;
        DeadlineHolder last = _heap[Count];
        _heap[Count] = null!;
        if (index < Count)
        {
            Place(last, index);
            Settle(last);
        }
    }

    private static bool IsBefore(DeadlineHolder left, DeadlineHolder right) =>
        left.QueuedDeadlineMs != right.QueuedDeadlineMs
            ? left.QueuedDeadlineMs < right.QueuedDeadlineMs
            : left.Number < right.Number;

    private void Settle(DeadlineHolder holder)
    {
        int index = holder.QueueIndex;
        while (index > 0 && IsBefore(holder, _heap[(index - 1) / 2]))
        {
            int parent = (index - 1) / 2;
            Place(_heap[parent], index);
            index = parent;
        }

        while (true)
        {
            int child = (2 * index) + 1;
            if (child >= Count)
            {
                break;
            }

            if (child + 1 < Count && IsBefore(_heap[child + 1], _heap[child]))
            {
                child++;
            }

            if (!IsBefore(_heap[child], holder))
            {
                break;
            }

            Place(_heap[child], index);
            index = child;
        }

        Place(holder, index);
    }

    private void Place(DeadlineHolder holder, int index)
    {
        _heap[index] = holder;
        holder.QueueIndex = index;
    }
}
