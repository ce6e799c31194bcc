// How long readings were on their way.

using System.Collections.Generic;

namespace nanoPptp.Tool.Telemetry;

/// <summary>Delays from the moment when a reading was queued to its acknowledgment. Times are
/// milliseconds that may wrap; a reading that waited since an earlier run has no delay here.
/// </summary>
internal sealed class DeliveryStatistics
{
    private readonly Dictionary<int, int> _queuedMs = [];
    private readonly Queue<int> _order = [];
    private readonly List<int> _delaysMs = [];

    /// <summary>Half of the delays are shorter; null when there is none.</summary>
    public double? MedianMs
    {
        get
        {
            if (_delaysMs.Count == 0)
            {
                return null;
            }

            _delaysMs.Sort();
            int middle = _delaysMs.Count / 2;
            return _delaysMs.Count % 2 == 1
                ? _delaysMs[middle]
                : (_delaysMs[middle - 1] + (double)_delaysMs[middle]) / 2;
        }
    }

    /// <summary>The longest delay; null when there is none.</summary>
    public int? WorstMs
    {
        get
        {
            int? worst = null;
            foreach (int delayMs in _delaysMs)
            {
                worst = worst > delayMs ? worst : delayMs;
            }

            return worst;
        }
    }

    /// <summary>A reading was queued.</summary>
    public void Queued(int sequence, int nowMs)
    {
        _queuedMs[sequence] = nowMs;
        _order.Enqueue(sequence);
    }

    /// <summary>Readings were acknowledged.</summary>
    public void Delivered(int firstSequence, int lastSequence, int nowMs)
    {
        // A range may reach over far more numbers than were queued here.
        while (_order.TryPeek(out int first) && !_queuedMs.ContainsKey(first))
        {
            _order.Dequeue();
        }

        foreach (int sequence in _order)
        {
            if (sequence > lastSequence)
            {
                break;
            }

            if (sequence >= firstSequence && _queuedMs.Remove(sequence, out int queuedMs))
            {
                _delaysMs.Add(unchecked(nowMs - queuedMs));
            }
        }
    }
}
