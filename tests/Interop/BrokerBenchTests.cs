// The bench's brokers and servers, with a real client before them: mosquitto_pub and coap-client
// through pptp-linux and pppd. If these fail, the tests of delivery say nothing about the product.

using System;
using System.Collections.Generic;
using System.Globalization;
using System.IO;
using System.Linq;
using System.Threading.Tasks;
using Xunit;

namespace Interop.Tests;

[Collection(TelemetryCollection.Name)]
public sealed class BrokerBenchTests : HubTest
{
    private readonly TelemetryHub _hub;

    public BrokerBenchTests(TelemetryHub hub)
        : base(hub)
    {
        _hub = hub;
    }

    [Fact]
    public async Task A_real_client_reaches_the_brokers_and_the_subscribers_miss_nothing()
    {
        Broker inside = await _hub.StartBrokerAsync();
        Broker outside = await _hub.StartPlantBrokerAsync();
        LogTail atHub = inside.Messages;
        LogTail atPlant = outside.Messages;
        Guest client = await StartClientAsync();

        await PublishAsync(client, inside.Address, "plant/1");
        await PublishAsync(client, outside.Address, "plant/2");
        await AssertTopicsAsync(atHub, "plant/1");
        await AssertTopicsAsync(atPlant, "plant/2");

        // Published while the subscriber is away; then the broker, too, ends and comes back.
        await outside.StopSubscriberAsync();
        await PublishAsync(client, outside.Address, "plant/3");
        await outside.StopBrokerAsync();
        await outside.StartBrokerAsync();
        await outside.StartSubscriberAsync();
        await AssertTopicsAsync(atPlant, "plant/2", "plant/3");

        // The way to the plant dies and comes back; what the plant has stays.
        await Hub.KillAsync();
        await Hub.StartAgainAsync();
        await DialAsync(client);
        await PublishAsync(client, outside.Address, "plant/4");
        await AssertTopicsAsync(atPlant, "plant/2", "plant/3", "plant/4");
        await StopClientAsync();
    }

    [Fact]
    public async Task Brokers_answer_only_through_a_tunnel_and_only_with_a_password()
    {
        Broker inside = await _hub.StartBrokerAsync();
        LogTail messages = inside.Messages;
        CommandResult plant = await Hub.Peers.RunAsync(
            "inside",
            "bash",
            "-c",
            $"""
            ip route replace {Hub.TunnelAddress}/32 via {Guest.Address}
            timeout 1 bash -c 'exec 3<>/dev/tcp/{inside.Address}/1883'
            code=$?
            ip route del {Hub.TunnelAddress}/32
            exit $code
            """);
        // 124: timeout had to end it.
        Assert.Equal(124, plant.ExitCode);

        CommandResult stranger = await Guest.ExecuteAsync(
            $"mosquitto_pub -h {inside.Address} -u {Hub.User} -P wrong -q 1 -t plant/x -m no");
        Assert.Contains("not authorised", stranger.Output, StringComparison.Ordinal);
        Assert.Equal("", messages.Text);
    }

    [Fact]
    public async Task Coap_server_shows_payloads_of_1024_octets_and_refuses_messages_above_1152()
    {
        await _hub.StartCoapServerAsync();
        LogTail log = Guest.TailOf("coap.log");
        Guest client = await StartClientAsync();
        // Confirmable POSTs to the path "r" with format 112: nine octets before the payload.
        CommandResult send = await client.ExecuteAsync(
            $$"""
            post() {
              { printf '\x40\x02\x12\x34\xb1r\x11\x70\xff'; head -c $1 /dev/zero; } >/tmp/post
              cat /tmp/post >/dev/udp/{{Hub.TunnelAddress}}/5683
              sleep 0.2
            }
            post 1024
            coap-client-notls -B 3 -m post -t 112 -e abc coap://{{Hub.TunnelAddress}}/a/b
            post 1143
            post 1144
            """);
        Assert.True(send.ExitCode == 0, send.Output);
        await log.WaitForTextAsync("c:0.00 i:0000");
        await StopClientAsync();

        string[] lines = log.Lines;
        int tooLong = Array.FindIndex(
            lines, line => line.Contains("data length 1143", StringComparison.Ordinal));
        Arrival[] posts = Arrival.ReadPosts(lines[..tooLong]);
        Assert.Equal(["r", "a/b"], posts.Select(post => post.Topic));
        Assert.Equal(new byte[1024], posts[0].Octets);
        Assert.Equal("abc"u8, posts[1].Octets);
        double nowS = (DateTime.UtcNow - DateTime.UnixEpoch).TotalSeconds;
        Assert.All(posts, post => Assert.InRange(post.AtS, nowS - 60, nowS + 1));

        // A longer payload is taken, but shown cut; the test then says so.
        Assert.Throws<InvalidDataException>(() => Arrival.ReadPosts(lines));
        // A longer message is answered with a Reset of no message in particular.
        string[] answers =
            [.. lines.Where(line => line.StartsWith("v:1 t:", StringComparison.Ordinal))
                .Where(line => !line.Contains("t:CON", StringComparison.Ordinal))
                .Select(line => line.Split(' ')[2])];
        Assert.Equal(["c:2.01", "c:2.01", "c:2.04", "c:0.00"], answers);
    }

    private static async Task AssertTopicsAsync(LogTail messages, params string[] topics)
    {
        string[] lines = await messages.WaitForLinesAsync(topics.Length);
        Arrival[] arrivals = Arrival.ReadMessages(lines);
        Assert.Equal(topics, arrivals.Select(arrival => arrival.Topic));
        Assert.All(arrivals, arrival => Assert.Equal(7, Reading.ReadPack(arrival.Octets).Length));
        double nowS = (DateTime.UtcNow - DateTime.UnixEpoch).TotalSeconds;
        Assert.All(arrivals, arrival => Assert.InRange(arrival.AtS, nowS - 60, nowS + 1));
    }

    private static async Task PublishAsync(Guest client, string address, string topic)
    {
        string octets = string.Concat(
            ReadingTests.Octets(ReadingTests.RfcPack).Select(octet => string.Create(
                CultureInfo.InvariantCulture, $"\\x{octet:x2}")));
        CommandResult result = await client.ExecuteAsync(
            $"""
            printf '{octets}' >/tmp/pack
            mosquitto_pub -h {address} -u {Hub.User} -P '{Hub.Password}' \
              -q 1 -t {topic} -f /tmp/pack
            """);
        Assert.True(result.ExitCode == 0, result.Output);
    }

    private async Task<Guest> StartClientAsync()
    {
        Dictionary<string, string> settings = new()
        {
            ["CLIENT_SERVER"] = Guest.Address,
            ["CLIENT_USER"] = Hub.User,
            ["CLIENT_PASSWORD"] = Hub.Password,
        };
        Guest client = await Hub.Peers.StartClientAsync(settings: settings);
        await DialAsync(client);
        return client;
    }

    private async Task StopClientAsync()
    {
        // A hub notices the silence of a dead client late.
        await Guest.HangUpAllTunnelsAsync();
        await Hub.Peers.RunAsync("stop", "client");
    }

    private static async Task DialAsync(Guest client)
    {
        CommandResult dial = await client.ExecuteAsync(
            $"""
            [ ! -e /run/ppp0.pid ] || kill -KILL $(head -n 1 /run/ppp0.pid)
            pppd call hub updetach && ip route replace 10.96.0.0/24 dev ppp0
            """);
        Assert.True(dial.ExitCode == 0, dial.Output);
    }
}
