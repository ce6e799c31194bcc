// The smallest world: one sensor, one hub, fair weather. What looks at one tunnel closely is built on it;
// a broken promise of the library ends it at once.

using System;
using nanoPptp.Client;
using nanoPptp.Diagnostics;
using Simulator.Hub;
using Simulator.Sensor;

namespace Simulator.World;

/// <summary>One sensor and one hub.</summary>
public sealed class SmallWorld : ISensorObserver, IDisposable
{
    private const int ConnectMs = 10_000;

    private readonly Trace _trace = new();

    /// <summary>Builds the world; the sensor dials when it is started.</summary>
    /// <param name="seed">The same seed gives the same run.</param>
    /// <param name="hub">What the hub is set to.</param>
    /// <param name="tunnel">What the sensor's tunnel is set to.</param>
    /// <param name="ears">Hears the hub; null when nobody does.</param>
    /// <param name="eyes">Sees what passes; null when nobody does.</param>
    /// <param name="watchesData">Whether the sensor pings its hub when the tunnel is silent.</param>
    /// <param name="redial">When it dials again; null: it makes one attempt.</param>
    public SmallWorld(
        ulong seed,
        HubSettings hub,
        PptpSettings tunnel,
        IHubObserver? ears = null,
        INetworkObserver? eyes = null,
        bool watchesData = false,
        RedialSettings? redial = null)
    {
        ArgumentNullException.ThrowIfNull(tunnel);

        // A defect of the library stops the simulation where it happens.
        Invariant.Throws = true;
        var random = new Random64(seed);
        var internet = new Internet(
            Clock, new Weather(random.Fork(0)), _trace, Simulation.CalmUs);
        Hub = internet.AddHub(
            "hub", node => new PptpHub(hub, node, ears ?? new HubObserver(), random.Fork(1)));
        SensorLink link = internet.AddLink();
        link.Observer = eyes;
        Sensor = new SimulatedSensor(
            new SensorSettings(tunnel.UserName, ConnectMs, 0) { WatchesData = watchesData },
            tunnel,
            redial,
            Clock,
            link,
            this,
            random.Fork(2));
    }

    /// <summary>The present.</summary>
    public VirtualClock Clock { get; } = new();

    /// <summary>The hub.</summary>
    public HubNode Hub { get; }

    /// <summary>The sensor.</summary>
    public SimulatedSensor Sensor { get; }

    /// <summary>Told of every event of the library.</summary>
    public Action<TunnelEvent, int>? Happened { get; set; }

    /// <summary>Told of every datagram that the sensor gets.</summary>
    public Action<byte[]>? DatagramCame { get; set; }

    /// <inheritdoc/>
    public void Dispose() => _trace.Dispose();

    /// <summary>Lets time pass.</summary>
    /// <param name="us">Microseconds.</param>
    public void Advance(long us) => Clock.Run(Clock.NowUs + us, () => false);

    void ISensorObserver.Happened(SimulatedSensor sensor, TunnelEvent code, int value) =>
        Happened?.Invoke(code, value);

    void ISensorObserver.Dialled(SimulatedSensor sensor, int hub)
    {
    }

    void ISensorObserver.Ended(SimulatedSensor sensor, Reason reason, int detail)
    {
    }

    void ISensorObserver.DatagramCame(SimulatedSensor sensor, ReadOnlySpan<byte> payload) =>
        DatagramCame?.Invoke(payload.ToArray());

    void ISensorObserver.PromiseBroken(SimulatedSensor sensor, string check, string text) =>
        throw new InvalidOperationException($"{check}: {text}");
}
