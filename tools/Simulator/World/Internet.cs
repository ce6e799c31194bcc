// The network of a run: sensors on one side, hubs on the other, the same calm delay between any two, and
// the weather.

using System;
using System.Collections.Generic;
using Simulator.Hub;

namespace Simulator.World;

/// <summary>The network.</summary>
/// <param name="clock">The present.</param>
/// <param name="weather">What goes wrong on the way.</param>
/// <param name="trace">Takes everything that passes.</param>
/// <param name="calmUs">One way's delay on a calm day.</param>
public sealed class Internet(VirtualClock clock, Weather weather, Trace trace, long calmUs)
{
    /// <summary>The first hub's outer address: 192.0.2.1.</summary>
    public const uint FirstHubAddress = 0xC0000201;

    /// <summary>The first sensor's outer address: 100.64.0.1.</summary>
    public const uint FirstSensorAddress = 0x64400001;

    /// <summary>How far a hub moves when it gets a new address.</summary>
    public const uint MoveDistance = 16;

    private readonly List<HubNode> _hubs = [];
    private readonly List<SensorLink> _links = [];
    private int _lastConnection;

    /// <summary>The present.</summary>
    public VirtualClock Clock { get; } = clock;

    /// <summary>What goes wrong on the way.</summary>
    public Weather Weather { get; } = weather;

    /// <summary>Takes everything that passes.</summary>
    public Trace Trace { get; } = trace;

    /// <summary>One way's delay on a calm day, in microseconds.</summary>
    public long CalmUs { get; } = calmUs;

    /// <summary>The hubs by number.</summary>
    public IReadOnlyList<HubNode> Hubs => _hubs;

    /// <summary>The sensors' links by number.</summary>
    public IReadOnlyList<SensorLink> Links => _links;

    /// <summary>Adds a hub.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="start">Makes the hub's process, again after each restart.</param>
    public HubNode AddHub(string name, Func<HubNode, PptpHub> start)
    {
        ArgumentNullException.ThrowIfNull(start);
        var node = new HubNode(this, _hubs.Count, name, start);
        _hubs.Add(node);
        return node;
    }

    /// <summary>Adds a sensor's link.</summary>
    public SensorLink AddLink()
    {
        var link = new SensorLink(this, _links.Count);
        _links.Add(link);
        return link;
    }

    internal SensorLink LinkOf(uint address) => _links[(int)(address - FirstSensorAddress)];

    internal int NextConnection() => ++_lastConnection;
}
