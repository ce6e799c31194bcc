// Replays readings with the pauses that lie between their times, faster if wanted.

using System.Collections.Generic;

namespace nanoPptp.Tool.Telemetry;

/// <summary>Says which reading is due. Times are milliseconds that may wrap.</summary>
/// <param name="readings">The readings in the order of their times.</param>
/// <param name="pace">How many times as fast; 0 for all at once.</param>
internal sealed class ReadingSource(IReadOnlyList<CsvReading> readings, double pace)
{
    private const int LongestWaitMs = 60000;

    private int? _lastMs;
    private long _elapsedMs;
    private int _next;

    /// <summary>Whether all are due at once, so that the one who takes them says when.</summary>
    public bool IsAtOnce => pace == 0;

    /// <summary>Whether all were taken.</summary>
    public bool IsOver => _next == readings.Count;

    /// <summary>How many were taken.</summary>
    public int TakenCount => _next;

    /// <summary>The next reading, if it is due; the first one is at once.</summary>
    public CsvReading? Peek(int nowMs)
    {
        return IsOver || WaitMs(nowMs) > 0 ? null : readings[_next];
    }

    /// <summary>Goes on to the one behind it.</summary>
    public void Take()
    {
        _next++;
    }

    /// <summary>How long none is due.</summary>
    public int NextDeadlineMs(int nowMs)
    {
        return IsOver ? int.MaxValue : (int)long.Min(WaitMs(nowMs), LongestWaitMs);
    }

    private long WaitMs(int nowMs)
    {
        // Counted up and not compared: a file may be longer than the clock takes to wrap.
        _elapsedMs += unchecked(nowMs - (_lastMs ?? nowMs));
        _lastMs = nowMs;
        if (IsAtOnce)
        {
            return 0;
        }

        double dueMs = (readings[_next].TimeMs - readings[0].TimeMs) / pace;
        return dueMs <= _elapsedMs ? 0 : (long)double.Ceiling(dueMs - _elapsedMs);
    }
}
