// Readings that flow while the hub dies again and again: each arrives.

using System;
using System.Text.Json;
using System.Threading.Tasks;
using Xunit;

namespace Interop.Tests;

[Collection(TelemetryCollection.Name)]
public sealed class MqttComebackTests : DeliveryTest
{
    /// <summary>From a comeback of the hub to the sensor's next readings.</summary>
    private const int ComebackSeconds = 90;

    public MqttComebackTests(TelemetryHub hub, ITestOutputHelper output)
        : base(hub, output)
    {
    }

    [Fact]
    public Task When_pptpd_and_pppd_are_killed_and_the_broker_lives_on_every_reading_arrives() =>
        KillServersAsync(count: 200, intervalMs: 80, kills: 2);

    [Fact(Explicit = true)]
    public Task When_pptpd_and_pppd_are_killed_ten_times_1000_readings_arrive() =>
        KillServersAsync(count: 1000, intervalMs: 100, kills: 10);

    [Fact]
    public Task When_the_hubs_machine_dies_and_the_broker_is_behind_it_every_reading_arrives() =>
        KillMachineAsync(count: 100, intervalMs: 100, kills: 1);

    [Fact(Explicit = true)]
    public Task When_the_hubs_machine_dies_ten_times_1000_readings_arrive() =>
        KillMachineAsync(count: 1000, intervalMs: 500, kills: 10);

    [Fact]
    public async Task When_the_broker_itself_is_restarted_every_reading_arrives()
    {
        Broker broker = await TelemetryHub.StartBrokerAsync();
        await KillWhileReadingsFlowAsync(
            "mosquitto restarted twice",
            Guest.Address,
            broker,
            count: 150,
            intervalMs: 50,
            kills: 2,
            isTunnelLost: false,
            async () =>
            {
                await broker.StopBrokerAsync();
                await broker.StartBrokerAsync();
            });
    }

    private async Task KillServersAsync(int count, int intervalMs, int kills)
    {
        await using ExtraHub hub = await ExtraHub.StartAsync(Hub);
        await KillWhileReadingsFlowAsync(
            $"pptpd and pppd killed {kills} times",
            hub.Address,
            await TelemetryHub.StartBrokerAsync(),
            count,
            intervalMs,
            kills,
            isTunnelLost: true,
            async () =>
            {
                await hub.KillAsync();
                await hub.StartAgainAsync();
            });
    }

    private async Task KillMachineAsync(int count, int intervalMs, int kills) =>
        await KillWhileReadingsFlowAsync(
            $"the hub's machine killed {kills} times",
            Guest.Address,
            await TelemetryHub.StartPlantBrokerAsync(),
            count,
            intervalMs,
            kills,
            isTunnelLost: true,
            async () =>
            {
                await Hub.KillAsync();
                await Hub.StartAgainAsync();
            });

    private async Task KillWhileReadingsFlowAsync(
        string title, string address, Broker broker, int count, int intervalMs, int kills,
        bool isTunnelLost, Func<Task> killAsync)
    {
        LogTail messages = broker.Messages;
        long octets = await Hub.Peers.CountIpOctetsAsync();
        long retransmissions = await broker.CountRetransmissionsAsync();
        ReadingFile file = await ReadingFile.WriteAsync(Hub.Peers, count, intervalMs);
        int limitSeconds = (count * intervalMs / 1000) + (kills * ComebackSeconds);
        await using NanoPptp tool = Publish(
            address, broker, file, limitSeconds, ["--pace", "1", "--for", Text(limitSeconds)]);
        await tool.WaitForAsync("up");
        Task<JsonElement> ended = tool.EndAsync(expectedExitCode: 0);
        for (int kill = 1; kill <= kills; kill++)
        {
            await WaitForRowsAsync(messages, kill * count / (kills + 1), ended, ComebackSeconds);
            await killAsync();
        }

        await ended;
        // A subscriber that has lost its broker takes its time to come back.
        await WaitForRowsAsync(messages, count, ended, limitSeconds: 30);
        Delivery delivery = Deliver(messages);
        Report(
            title,
            delivery,
            count,
            await Hub.Peers.CountIpOctetsAsync() - octets,
            await broker.CountRetransmissionsAsync() - retransmissions,
            tool);
        Assert.InRange(tool.Named("up").Length, isTunnelLost ? kills + 1 : 1, int.MaxValue);
        delivery.AssertWhole(file);
    }
}
