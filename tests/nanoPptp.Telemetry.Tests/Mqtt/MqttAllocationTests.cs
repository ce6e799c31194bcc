// Nothing is allocated after construction: the board's heap has better uses.

using System;
using nanoPptp.Telemetry.Mqtt;
using Xunit;
using static nanoPptp.Telemetry.Tests.Mqtt.MqttBench;

namespace nanoPptp.Telemetry.Tests.Mqtt;

public sealed class MqttAllocationTests
{
    private readonly MqttBench _bench;
    private readonly byte[] _payload = new byte[300];
    private readonly byte[] _connectAck = Octets("20 02 01 00");
    private readonly byte[] _message = Octets("32 07 0001 74 1234 5566");
    private readonly byte[] _pong = Octets("D0 00");
    private readonly byte[] _longMessage = new byte[1000];
    private readonly byte[] _publishAck = [0x40, 2, 0, 0];
    private readonly byte[] _noise = [0xFF, 0];
    private int _acknowledged;

    public MqttAllocationTests()
    {
        var settings = Settings();
        settings.CommandTopic = "k";
        settings.InFlight = 8;
        _bench = new MqttBench(settings);
        Octets("32 E5 07 0001 74 1234").CopyTo(_longMessage, 0);
    }

    [Fact]
    public void Thousands_of_messages_and_connections_allocate_nothing()
    {
        for (int i = 0; i < 50; i++)
        {
            Life(i);
        }

        _acknowledged = 0;
        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < 1000; i++)
        {
            Life(i);
        }

        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
        Assert.Equal(12_000, _acknowledged);
        Assert.True(_bench.Client.Counters.Failures >= 1000);
        Assert.True(_bench.Client.Counters.ReceivedTooLong >= 1000);
    }

    /// <summary>A connection with all that may happen on one: 12 messages, four of which are in
    /// flight when it breaks and are acknowledged on the next.</summary>
    private void Life(int seed)
    {
        MqttClient client = _bench.Client;
        ScriptedStream stream = _bench.Stream;
        stream.Open();
        client.Start(_bench.NowMs);
        Feed(_connectAck);
        while (client.ResendTag >= 0)
        {
            client.Resend(Topic, _payload, 0, 100 + client.ResendTag, _bench.NowMs);
            Acknowledge();
        }

        for (int i = 0; i < 8; i++)
        {
            client.Publish(Topic, _payload, 0, 100 + i, 1, i, _bench.NowMs);
            Acknowledge();
            client.Publish(Topic, _payload, 0, seed & 0xFF, 0, 0, _bench.NowMs);
            stream.Room = 4096;
        }

        for (int i = 0; i < 4; i++)
        {
            client.Publish(Topic, _payload, 0, 200, 1, i, _bench.NowMs);
        }

        Feed(_message);
        Feed(_longMessage);
        _bench.Pass(19_000, 1000);
        Feed(_pong);
        Feed(_noise);
        stream.TakeSent();
    }

    private void Acknowledge()
    {
        // The identifier is behind the fixed header of three octets at most and the topic "t".
        ReadOnlySpan<byte> sent = _bench.Stream.TakeSent();
        int at = FindPublish(sent);
        _publishAck[2] = sent[at];
        _publishAck[3] = sent[at + 1];
        Feed(_publishAck);
    }

    private static int FindPublish(ReadOnlySpan<byte> sent)
    {
        int at = 0;
        while (true)
        {
            int header = (sent[at + 1] & 0x80) != 0 ? 3 : 2;
            int remaining = header == 3
                ? (sent[at + 1] & 0x7F) | (sent[at + 2] << 7)
                : sent[at + 1];
            if ((sent[at] & 0xF6) == 0x32)
            {
                return at + header + 3;
            }

            at += header + remaining;
        }
    }

    private void Feed(byte[] octets)
    {
        _bench.Stream.Feed(octets);
        MqttEvent happened;
        do
        {
            happened = _bench.Client.Poll(_bench.NowMs);
            _acknowledged += happened == MqttEvent.Acknowledged ? 1 : 0;
        }
        while (happened != MqttEvent.None);
    }
}
