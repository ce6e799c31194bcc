// The conversation of one sensor as lines for people. A long one keeps its beginning and its end.

using System.Collections.Generic;
using System.Globalization;
using Simulator.Reports;

namespace Simulator.World;

/// <summary>Records what passes between one sensor and its hubs.</summary>
/// <param name="sensor">The sensor's number.</param>
internal sealed class LadderRecorder(int sensor) : LadderObserver
{
    private const int FirstLines = 200;
    private const int LastLines = 200;

    private readonly List<LadderLine> _first = [];
    private readonly Queue<LadderLine> _last = new();
    private long _leftOutCount;
    private long _leftOutUs;

    public int Sensor { get; } = sensor;

    public IReadOnlyList<LadderLine> Lines => _leftOutCount == 0
        ? [.. _first, .. _last]
        : [.. _first, LeftOut(), .. _last];

    protected override void Add(LadderLine line)
    {
        if (_first.Count < FirstLines)
        {
            _first.Add(line);
            return;
        }

        _last.Enqueue(line);
        if (_last.Count > LastLines)
        {
            _leftOutUs = _last.Dequeue().AtUs;
            _leftOutCount++;
        }
    }

    private LadderLine LeftOut() => new(
        _leftOutUs,
        null,
        string.Create(CultureInfo.InvariantCulture, $"{_leftOutCount:N0} lines are left out here"),
        "");
}
