// Readings through a real hub to a real broker: "connect --mqtt" and mosquitto.

using System.Text.Json;
using System.Threading.Tasks;
using Xunit;

namespace Interop.Tests;

[Collection(TelemetryCollection.Name)]
public sealed class MqttTests : DeliveryTest, IAsyncLifetime
{
    public MqttTests(TelemetryHub hub, ITestOutputHelper output)
        : base(hub, output)
    {
    }

    /// <summary>The line is a good one again, for the tests that follow.</summary>
    async ValueTask System.IAsyncDisposable.DisposeAsync()
    {
        await Guest.SetLineAsync("");
        await DisposeAsync();
    }

    [Fact]
    public async Task A_subscriber_sees_every_reading_at_a_broker_in_the_hub() =>
        await PublishAllAsync(
            "broker in the hub", await TelemetryHub.StartBrokerAsync(), count: 300, intervalMs: 5);

    [Fact]
    public async Task A_subscriber_sees_every_reading_at_a_broker_behind_the_hub() =>
        await PublishAllAsync(
            "broker behind the hub",
            await TelemetryHub.StartPlantBrokerAsync(),
            count: 300,
            intervalMs: 5);

    [Fact]
    public async Task On_a_good_line_quality_of_service_0_delivers_every_reading_too() =>
        await PublishAllAsync(
            "QoS 0",
            await TelemetryHub.StartBrokerAsync(),
            count: 100,
            intervalMs: 5,
            "--qos",
            "0");

    [Fact]
    public async Task A_broker_that_refuses_the_password_is_named_and_gets_nothing()
    {
        Broker broker = await TelemetryHub.StartBrokerAsync();
        LogTail messages = broker.Messages;
        ReadingFile file = await ReadingFile.WriteAsync(Hub.Peers, count: 3, intervalMs: 5);
        string wrong = await Hub.Peers.WriteFileAsync("wrong", "not the password");
        await using NanoPptp tool = Publish(
            Guest.Address, broker, file, limitSeconds: 60, passwordFile: wrong);
        JsonElement refused = await tool.WaitForAsync("application");
        Assert.Equal("refused", refused.GetProperty("state").GetString());
        // MQTT 3.1.1 s.3.2.2.3: not authorized.
        Assert.Equal(5, refused.GetProperty("number").GetInt32());
        await tool.InterruptAsync();
        JsonElement end = await tool.EndAsync(expectedExitCode: 0);
        Assert.Equal(0, end.GetProperty("delivery").GetProperty("delivered").GetInt32());
        Assert.Equal("", messages.Text);
    }

    [Fact]
    public async Task A_command_of_the_plant_reaches_the_sensor()
    {
        const string Topic = "orders/sensor1";
        Broker broker = await TelemetryHub.StartBrokerAsync();
        LogTail log = broker.Log;
        ReadingFile file = await ReadingFile.WriteAsync(Hub.Peers, count: 2, intervalMs: 60_000);
        await using NanoPptp tool = Publish(
            Guest.Address, broker, file, limitSeconds: 60, arguments: ["--commands", Topic]);
        await log.WaitForTextAsync("Sending SUBACK");
        await broker.PublishAsync(Topic, "valve open");
        JsonElement command = await tool.WaitForAsync("command");
        Assert.Equal(Topic, command.GetProperty("topic").GetString());
        Assert.Equal("76616c7665206f70656e", command.GetProperty("hex").GetString());
        await tool.InterruptAsync();
        await tool.EndAsync(expectedExitCode: 0);
    }

    [Fact]
    public Task On_a_bad_line_the_kernels_TCP_and_ours_lose_no_reading() =>
        PublishOnBadLineAsync(count: 400);

    [Fact(Explicit = true)]
    public Task On_a_bad_line_the_kernels_TCP_and_ours_lose_none_of_many_readings() =>
        PublishOnBadLineAsync(count: 3000);

    private async Task PublishOnBadLineAsync(int count)
    {
        Broker broker = await TelemetryHub.StartBrokerAsync();
        await Guest.SetLineAsync("delay 100ms reorder 25% loss 5%");
        // At once: the sensor's TCP always has more to send.
        await PublishAllAsync(
            "100 ms, 25 % reordered, 5 % lost", broker, count, intervalMs: 0, "--pace", "0");
    }

    private async Task PublishAllAsync(
        string title, Broker broker, int count, int intervalMs, params string[] arguments)
    {
        LogTail messages = broker.Messages;
        long octets = await Hub.Peers.CountIpOctetsAsync();
        long retransmissions = await broker.CountRetransmissionsAsync();
        ReadingFile file = await ReadingFile.WriteAsync(Hub.Peers, count, intervalMs);
        await using NanoPptp tool = Publish(
            Guest.Address, broker, file, limitSeconds: 240, arguments: arguments);
        JsonElement end = await tool.EndAsync(expectedExitCode: 0);

        // Whatever was acknowledged is on its way to the subscriber.
        await WaitForRowsAsync(messages, count, Task.FromResult(end), limitSeconds: 5);
        Delivery delivery = Deliver(messages);
        Report(
            title,
            delivery,
            count,
            await Hub.Peers.CountIpOctetsAsync() - octets,
            await broker.CountRetransmissionsAsync() - retransmissions,
            tool);
        delivery.AssertWhole(file);
    }
}
