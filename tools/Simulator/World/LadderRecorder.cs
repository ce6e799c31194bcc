// The conversation of one sensor as lines for people. A long one keeps its beginning and its end.

using System;
using System.Collections.Generic;
using System.Globalization;
using Simulator.Hub;
using Simulator.Reports;

namespace Simulator.World;

/// <summary>Records what passes between one sensor and its hubs.</summary>
/// <param name="sensor">The sensor's number.</param>
internal sealed class LadderRecorder(int sensor) : INetworkObserver
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

    public void TcpTurned(int hub, Direction direction, TcpTurn turn, long nowUs) =>
        Add(nowUs, direction, Ladder.TextOf(turn), "");

    public void TcpSent(
        int hub, Direction direction, ReadOnlySpan<byte> octets, long nowUs, string fate) =>
        Add(nowUs, direction, WireText.DescribeTcp(octets), fate);

    public void GreSent(
        int hub, Direction direction, ReadOnlySpan<byte> gre, long nowUs, string fate) =>
        Add(nowUs, direction, WireText.DescribeGre(gre), fate);

    public void Remarked(long nowUs, string text) => Add(nowUs, null, text, "");

    private LadderLine LeftOut() => new(
        _leftOutUs,
        null,
        string.Create(CultureInfo.InvariantCulture, $"{_leftOutCount:N0} lines are left out here"),
        "");

    private void Add(long nowUs, Direction? direction, string text, string fate)
    {
        var line = new LadderLine(nowUs, direction, text, fate);
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
}
