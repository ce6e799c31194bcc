// mosquitto and mosquitto_sub in a machine of the bench, see Guest/broker.sh and subscribe.sh.

using System.Threading.Tasks;
using Xunit;

namespace Interop.Tests;

/// <summary>
/// A broker with a persistent memory, and the plant's own program: a subscriber with a persistent
/// session that writes down every message.
/// </summary>
internal sealed class Broker
{
    private const string Plant = "plant";
    private const string PlantPassword = "f1eld & hall";

    private readonly Guest _machine;

    public Broker(Guest machine, string address)
    {
        _machine = machine;
        Address = address;
    }

    /// <summary>Where it listens.</summary>
    public string Address { get; }

    /// <summary>What the subscriber gets from now on.</summary>
    public LogTail Messages => _machine.TailOf("broker/plant.log");

    /// <summary>What the broker itself says from now on.</summary>
    public LogTail Log => _machine.TailOf("broker/broker.log");

    /// <summary>Starts broker and subscriber; what runs is left running.</summary>
    public async Task StartAsync()
    {
        await RunAsync("broker.sh start");
        await RunAsync("subscribe.sh start");
        // Its session must be there before anything is published.
        await _machine.TailOf("broker/broker.log", fromStart: true).WaitForTextAsync(
            $"Sending SUBACK to {Plant}");
    }

    public Task StartSubscriberAsync() => RunAsync("subscribe.sh start");

    /// <summary>The plant publishes a message, which the broker has acknowledged then.</summary>
    public Task PublishAsync(string topic, string message) =>
        RunAsync($"subscribe.sh publish '{topic}' '{message}'");

    public Task StopSubscriberAsync() => RunAsync("subscribe.sh stop");

    public Task StartBrokerAsync() => RunAsync("broker.sh start");

    /// <summary>Ends the broker in order: it writes down what it has.</summary>
    public Task StopBrokerAsync() => RunAsync("broker.sh stop");

    /// <summary>The broker keeps its connections, but answers nothing.</summary>
    public Task PauseBrokerAsync() => RunAsync("broker.sh pause");

    public Task ResumeBrokerAsync() => RunAsync("broker.sh resume");

    /// <summary>Segments that the kernel below the broker has sent more than once.</summary>
    public Task<long> CountRetransmissionsAsync() => _machine.CountRetransmissionsAsync();

    private async Task RunAsync(string command)
    {
        CommandResult result = await _machine.ExecuteAsync(
            $"""
            export BROKER_ADDRESS={Address} SUBSCRIBER_PASSWORD='{PlantPassword}'
            export BROKER_USERS='{Hub.User}:{Hub.Password};{Plant}:{PlantPassword}'
            /guest/{command}
            """);
        Assert.True(result.ExitCode == 0, $"{command}: {result.Output}{result.Errors}");
    }
}
