// The broker against octets written by hand, with MQTT 3.1.1 beside them.

using System;
using System.Linq;
using Simulator.Plant;
using Xunit;

namespace Simulator.Tests.Plant;

public class MqttBrokerTests
{
    private const string Topic = "0001 61";

    private readonly PlantBench _bench = new();

    [Fact]
    public void A_reading_is_stored_before_it_is_acknowledged()
    {
        ScriptedTcp client = Opened();
        Assert.Equal([0x20, 2, 0, 0], client.Connect());
        client.Say(Publish(qos: 1, identifier: 7, PlantBench.Pack(300)));
        Assert.Equal(["pump-1/ 300 New"], _bench.Heard);
        Assert.Equal([0x40, 2, 0, 7], client.HearAll());
        client.Say(Publish(qos: 0, identifier: 0, PlantBench.Pack(301)));
        Assert.Empty(client.HearAll());
        Assert.Equal(["pump-1/ 300 New", "pump-1/ 301 New"], _bench.Heard);
    }

    [Fact]
    public void A_stream_may_be_cut_anywhere()
    {
        ScriptedTcp client = Opened();
        client.Connect();
        byte[] octets =
        [
            .. Publish(qos: 1, identifier: 1, PlantBench.Pack(1)),
            0xC0, 0,
            .. Publish(qos: 1, identifier: 2, PlantBench.Pack(2)),
        ];
        foreach (byte octet in octets)
        {
            client.Say([octet]);
        }

        Assert.Equal([0x40, 2, 0, 1, 0xD0, 0, 0x40, 2, 0, 2], client.HearAll());
    }

    [Fact]
    public void A_repeated_publish_is_a_duplicate_in_the_store()
    {
        ScriptedTcp client = Opened();
        client.Connect();
        client.Say(Publish(qos: 1, identifier: 7, PlantBench.Pack(300)));
        byte[] again = Publish(qos: 1, identifier: 7, PlantBench.Pack(300));
        again[0] |= 8;
        client.Say(again);
        Assert.Equal(["pump-1/ 300 New", "pump-1/ 300 Duplicate"], _bench.Heard);
        Assert.Equal(1, _bench.Plant.Mqtt.Repeated);
        Assert.Equal(1, _bench.Plant.Readings.Of("pump-1/").DuplicateCount);
    }

    [Fact]
    public void A_session_outlives_connection_and_process_unless_it_is_clean()
    {
        ScriptedTcp client = Opened();
        Assert.Equal([0x20, 2, 0, 0], client.Connect());
        client.Say(PlantBench.Hex("82 06 0005 " + Topic + "01"));
        Assert.Equal([0x90, 3, 0, 5, 1], client.HearAll());
        client.Send(TcpFlags.Rst);
        _bench.Plant.Publish("a", [1, 2], 1, _bench.NowMs);
        client = Opened(40_001);
        Assert.Equal([0x20, 2, 1, 0, 0x3A, 7, 0, 1, 0x61, 0, 1, 1, 2], client.Connect());
        client.Say([0x40, 2, 0, 1]);
        client.HearAll();
        _bench.Plant.Kill(forgets: false);
        Assert.StartsWith("Rst", client.Hear(), StringComparison.Ordinal);
        _bench.Plant.Restart();
        client = Opened(40_002);
        Assert.Equal([0x20, 2, 1, 0], client.Connect());
        _bench.Plant.Kill(forgets: true);
        client.Hear();
        _bench.Plant.Restart();
        client = Opened(40_003);
        Assert.Equal([0x20, 2, 0, 0], client.Connect());
        client = Opened(40_004);
        Assert.Equal([0x20, 2, 0, 0], client.Connect(flags: "C2"));
    }

    [Fact]
    public void A_second_connection_of_a_client_ends_the_first()
    {
        ScriptedTcp first = Opened();
        first.Connect();
        ScriptedTcp second = Opened(40_001);
        byte[] body = PlantBench.Hex(
            "0004 4D515454 04 C0 003C 0004 70756D70 0006 70756D702D31 0012");
        second.Say([0x10, (byte)(body.Length + 18), .. body, .. "a long test phrase"u8]);
        Assert.StartsWith("Rst", first.Hear(), StringComparison.Ordinal);
        Assert.Equal([0x20, 2, 1, 0], second.HearAll());
    }

    [Fact]
    public void A_will_is_published_unless_the_client_says_goodbye()
    {
        ScriptedTcp watcher = Opened();
        watcher.Connect(clientId: "77617463");
        watcher.Say(PlantBench.Hex("82 06 0001 " + Topic + "00"));
        watcher.HearAll();
        ScriptedTcp client = Opened(40_001);
        client.Connect(flags: "C4", will: Topic + " 0002 6F66");
        client.Send(TcpFlags.Rst);
        Assert.Equal([0x30, 5, 0, 1, 0x61, 0x6F, 0x66], watcher.HearAll());
        client = Opened(40_002);
        client.Connect(flags: "C4", will: Topic + " 0002 6F66");
        client.Say([0xE0, 0]);
        client.HearAll();
        Assert.Equal(1, _bench.Plant.Mqtt.Wills);
    }

    [Fact]
    public void Silence_for_one_and_a_half_times_the_keep_alive_ends_a_connection()
    {
        ScriptedTcp client = Opened();
        client.Connect();
        client.Send(TcpFlags.Ack);
        _bench.Advance(89_999);
        Assert.Equal(1, _bench.Plant.ConnectionCount);
        _bench.Advance(1);
        Assert.Equal(0, _bench.Plant.ConnectionCount);
        Assert.Equal(1, _bench.Plant.Mqtt.Silent);
    }

    [Theory]
    [InlineData("10 0E 0004 4D515454 03 02 003C 0002 6162", 1)]
    [InlineData("10 0C 0004 4D515454 04 00 003C 0000", 2)]
    [InlineData("10 0E 0004 4D515454 04 02 003C 0002 6162", 4)]
    [InlineData("10 16 0004 4D515454 04 C2 003C 0002 6162 0001 61 0003 626164", 4)]
    public void A_connect_that_is_refused_says_why(string octets, byte code)
    {
        ScriptedTcp client = Opened();
        client.Say(PlantBench.Hex(octets));
        client.Hear(out byte[] answer);
        Assert.Equal([0x20, 2, 0, code], answer);
        Assert.Contains("Fin", client.Hear(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("C0 00", false)]
    [InlineData("10 0E 0004 4D515455 04 02 003C 0002 6162", false)]
    [InlineData("10 0E 0004 4D515454 04 03 003C 0002 6162", false)]
    [InlineData("10 0E 0004 4D515454 04 42 003C 0002 6162", false)]
    [InlineData("10 0F 0004 4D515454 04 02 003C 0002 6162 00", false)]
    [InlineData("80 04 0001 0000", true)]
    [InlineData("36 05 0001 61 0001", true)]
    [InlineData("38 03 0001 61", true)]
    [InlineData("32 05 0001 61 0000", true)]
    [InlineData("30 03 0001 23", true)]
    [InlineData("30 04 0001 FF 00", true)]
    [InlineData("40 02 0009", true)]
    [InlineData("20 02 0000", true)]
    [InlineData("C1 00", true)]
    [InlineData("C0 FF FF FF FF 01", true)]
    public void A_client_that_breaks_the_standard_is_cut_off(string octets, bool isConnected)
    {
        ScriptedTcp client = Opened();
        if (isConnected)
        {
            client.Connect();
        }

        client.Say(PlantBench.Hex(octets));
        Assert.StartsWith("Rst", client.Hear(), StringComparison.Ordinal);
        Assert.StartsWith("broken: ", Assert.Single(_bench.Heard), StringComparison.Ordinal);
        Assert.Equal(0, _bench.Plant.ConnectionCount);
    }

    [Fact]
    public void Moods_refuse_forget_drop_and_delay()
    {
        var bench = new PlantBench(new PlantMoods { RefusedConnect = 1_000_000 });
        Assert.Equal([0x20, 2, 0, 3], Opened(bench).Connect());
        bench.Plant.Moods = new PlantMoods { ForgottenSession = 1_000_000 };
        Assert.Equal([0x20, 2, 0, 0], Opened(bench, 40_001).Connect());
        Assert.Equal([0x20, 2, 0, 0], Opened(bench, 40_002).Connect().TakeLast(4));

        bench = new PlantBench(new PlantMoods { DroppedBeforeStoring = 1_000_000 });
        ScriptedTcp client = Opened(bench);
        client.Connect();
        client.Say(Publish(qos: 1, identifier: 7, PlantBench.Pack(1)));
        Assert.StartsWith("Rst", client.Hear(), StringComparison.Ordinal);
        Assert.Empty(bench.Heard);

        bench.Plant.Moods = new PlantMoods { DroppedAfterStoring = 1_000_000 };
        client = Opened(bench, 40_001);
        client.Connect();
        client.Say(Publish(qos: 1, identifier: 7, PlantBench.Pack(1)));
        Assert.StartsWith("Rst", client.Hear(), StringComparison.Ordinal);
        Assert.Equal(["pump-1/ 1 New"], bench.Heard);

        bench.Plant.Moods = new PlantMoods { LateAnswer = 1_000_000 };
        client = Opened(bench, 40_002);
        client.Connect();
        client.Say(Publish(qos: 1, identifier: 7, PlantBench.Pack(2)));
        Assert.Empty(client.HearAll());
        bench.Advance(3_000);

        // TCP may have said it again by now.
        Assert.Equal([0x40, 2, 0, 7], client.HearAll().Take(4));
    }

    private static byte[] Publish(int qos, ushort identifier, byte[] payload)
    {
        byte[] head = [0, 1, 0x61];
        byte[] body = qos == 0
            ? [.. head, .. payload]
            : [.. head, (byte)(identifier >> 8), (byte)identifier, .. payload];
        return [(byte)(0x30 | (qos << 1)), (byte)body.Length, .. body];
    }

    private static ScriptedTcp Opened(PlantBench bench, ushort port = 40_000)
    {
        while (bench.SentCount > 0)
        {
            bench.Next();
        }

        var client = new ScriptedTcp(bench, port);
        client.Open();
        return client;
    }

    private ScriptedTcp Opened(ushort port = 40_000) => Opened(_bench, port);
}
