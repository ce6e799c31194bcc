// A hub with what plants run: a broker in its guest, and one behind it that outlives the guest.

using System.Collections.Generic;
using System.Diagnostics.CodeAnalysis;
using System.Threading.Tasks;
using Xunit;

namespace Interop.Tests;

/// <summary>A hub, a plant behind it, and brokers in both.</summary>
public sealed class TelemetryHub : Hub
{
    // The long runs take a quarter of an hour together.
    private const int LifetimeSeconds = 2700;

    private Guest? _plant;

    public TelemetryHub()
        : base("telemetry", LifetimeSeconds)
    {
    }

    internal override Dictionary<string, string> Settings => new(base.Settings)
    {
        ["HUB_PLANT"] = "10.96.0.1/24",
    };

    private protected override string[] Programs =>
        ["mosquitto", "mosquitto_passwd", "mosquitto_sub", "mosquitto_pub", "coap-server-notls"];

    /// <summary>A broker in the hub's guest, at the tunnel address.</summary>
    internal async Task<Broker> StartBrokerAsync()
    {
        Broker broker = new(Guest, TunnelAddress);
        await broker.StartAsync();
        return broker;
    }

    /// <summary>A broker in the plant, to which the hub is the way.</summary>
    internal async Task<Broker> StartPlantBrokerAsync()
    {
        _plant ??= await Peers.StartPlantAsync();
        Broker broker = new(_plant, Peers.PlantAddress);
        await broker.StartAsync();
        return broker;
    }

    /// <summary>libcoap's server in the hub's guest, at the tunnel address.</summary>
    internal async Task StartCoapServerAsync()
    {
        CommandResult result = await Guest.ExecuteAsync(
            $"COAP_ADDRESS={TunnelAddress} /guest/coap.sh start");
        Assert.True(result.ExitCode == 0, result.Output);
    }
}

/// <summary>The tests of this collection share a hub with brokers, one after the other.</summary>
[CollectionDefinition(Name)]
[SuppressMessage("Naming", "CA1711", Justification = "xunit calls it a collection.")]
public sealed class TelemetryCollection : ICollectionFixture<TelemetryHub>
{
    public const string Name = "telemetry";
}
