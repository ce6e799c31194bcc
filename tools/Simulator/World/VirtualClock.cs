// The virtual clock: what happens next, in the order of time and, at equal times, in the order in which
// it was planned. One thread, no wall clock.

using System;
using System.Collections.Generic;

namespace Simulator.World;

/// <summary>The present, and what is planned for later, in microseconds.</summary>
public sealed class VirtualClock
{
    private readonly PriorityQueue<Action, (long AtUs, long Order)> _queue = new(new Sooner());
    private long _order;

    /// <summary>The present, in microseconds since the beginning of the world.</summary>
    public long NowUs { get; private set; }

    /// <summary>The present in whole milliseconds, as machines see it.</summary>
    public long NowMs => NowUs / 1000;

    /// <summary>Plans something.</summary>
    /// <param name="delayUs">How long from now, in microseconds; never negative.</param>
    /// <param name="action">What to do.</param>
    public void After(long delayUs, Action action)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(delayUs);
        At(NowUs + delayUs, action);
    }

    /// <summary>Plans something for a moment; a moment that has passed means at once.</summary>
    /// <param name="atUs">The moment, in microseconds.</param>
    /// <param name="action">What to do.</param>
    public void At(long atUs, Action action)
    {
        _queue.Enqueue(action, (Math.Max(atUs, NowUs), _order++));
    }

    /// <summary>Does what is planned until a moment has passed or a condition holds.</summary>
    /// <param name="untilUs">The last moment, in microseconds.</param>
    /// <param name="isDone">Asked after each step.</param>
    /// <returns>True when the condition held.</returns>
    public bool Run(long untilUs, Func<bool> isDone)
    {
        ArgumentNullException.ThrowIfNull(isDone);
        while (!isDone())
        {
            if (!_queue.TryPeek(out _, out (long AtUs, long Order) next) || next.AtUs > untilUs)
            {
                NowUs = Math.Max(NowUs, untilUs);
                return isDone();
            }

            Action action = _queue.Dequeue();
            NowUs = next.AtUs;
            action();
        }

        return true;
    }

    private sealed class Sooner : IComparer<(long AtUs, long Order)>
    {
        public int Compare((long AtUs, long Order) x, (long AtUs, long Order) y) =>
            x.AtUs != y.AtUs ? x.AtUs.CompareTo(y.AtUs) : x.Order.CompareTo(y.Order);
    }
}
