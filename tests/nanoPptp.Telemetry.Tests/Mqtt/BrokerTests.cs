// The client against a broker that was not written here.

using System;
using System.Collections.Generic;
using System.Linq;
using System.Text;
using System.Threading;
using nanoPptp.Telemetry.Mqtt;
using Xunit;

namespace nanoPptp.Telemetry.Tests.Mqtt;

public sealed class BrokerTests : IDisposable
{
    private const int PatienceMs = 20_000;

    private readonly SocketStream _stream = new();
    private readonly List<MqttEvent> _happened = [];
    private readonly List<int> _acknowledged = [];
    private readonly List<string> _messages = [];

    public void Dispose() => _stream.Dispose();

    [Fact]
    public void Readings_at_QoS_1_are_acknowledged_and_reach_a_subscriber_in_order()
    {
        using var broker = new Mosquitto();
        using Mosquitto.Subscriber subscriber = broker.Subscribe();
        MqttClient client = Connect(broker, Settings());
        Assert.False(client.IsSessionPresent);
        for (int tag = 0; tag < 300; tag++)
        {
            Drive(client, () => Publish(client, tag, length: tag));
        }

        Drive(client, () => client.InFlightCount == 0);
        Assert.Equal(Enumerable.Range(0, 300), _acknowledged);
        subscriber.Expect([.. Enumerable.Range(0, 300).Select(tag => Seen(tag, length: tag))]);

        Assert.True(client.Publish(Topic, [7], 0, 1, 0, 0, NowMs));
        client.Disconnect(NowMs);
        Drive(client, () => _stream.IsOver);
        subscriber.Expect("plant/readings 0 0 07");
        Assert.Equal(0, client.Counters.Failures);
    }

    [Fact]
    public void A_persistent_session_goes_on_where_its_connection_broke()
    {
        using var broker = new Mosquitto();
        using Mosquitto.Subscriber subscriber = broker.Subscribe();
        MqttSettings settings = Settings();
        settings.CommandTopic = "plant/commands/#";
        MqttClient client = Connect(broker, settings);
        Drive(client, () => _happened.Contains(MqttEvent.Subscribed));

        // Three are handed to the stream, which is cut before it has sent them.
        for (int tag = 0; tag < 3; tag++)
        {
            Assert.True(Publish(client, tag, 1));
        }

        _stream.Abort(NowMs);
        client.Stop();
        broker.Publish("plant/commands/a", "while away", 1);

        _stream.Open(broker.Port);
        client.Start(NowMs);
        Drive(client, () => client.IsConnected);
        Assert.True(client.IsSessionPresent);
        for (int tag = 0; tag < 3; tag++)
        {
            Assert.Equal(tag, client.ResendTag);
            Assert.True(client.Resend(Topic, Payload(tag, 1), 0, 1, NowMs));
        }

        Assert.True(Publish(client, 3, 1));
        Drive(client, () => client.InFlightCount == 0 && _messages.Count > 0);
        Assert.Equal([0, 1, 2, 3], _acknowledged);
        Assert.Equal(["plant/commands/a while away"], _messages);
        Assert.Single(_happened, one => one == MqttEvent.Subscribed);
        subscriber.Expect("plant/commands/a 1 0 7768696c652061776179");
        subscriber.Expect([.. Enumerable.Range(0, 4).Select(tag => Seen(tag, 1))]);
    }

    [Fact]
    public void A_broker_that_has_forgotten_all_gets_what_was_in_flight_and_the_subscription()
    {
        using var broker = new Mosquitto();
        MqttSettings settings = Settings();
        settings.CommandTopic = "k";
        MqttClient client = Connect(broker, settings);
        Drive(client, () => _happened.Contains(MqttEvent.Subscribed));
        _happened.Clear();
        Assert.True(Publish(client, 0, 1));
        broker.Restart();
        Drive(client, () => _happened.Contains(MqttEvent.Failed));
        Assert.Equal(MqttFailure.StreamEnded, client.Failure);
        Assert.Equal(1, client.InFlightCount + _acknowledged.Count);

        _stream.Open(broker.Port);
        client.Start(NowMs);
        Drive(client, () => _happened.Contains(MqttEvent.Subscribed));
        Assert.False(client.IsSessionPresent);
        if (client.ResendTag == 0)
        {
            Assert.True(client.Resend(Topic, Payload(0, 1), 0, 1, NowMs));
        }

        Drive(client, () => client.InFlightCount == 0);
        Assert.Equal([0], _acknowledged);
        broker.Publish("k", "again", 1);
        Drive(client, () => _messages.Count == 1);
    }

    [Fact]
    public void The_will_is_published_when_the_connection_breaks_and_not_when_it_is_ended()
    {
        using var broker = new Mosquitto();
        using Mosquitto.Subscriber subscriber = broker.Subscribe();
        MqttSettings settings = Settings();
        settings.WillTopic = "plant/gone";
        settings.WillMessage = [0xDE, 0xAD];
        settings.WillQos = 1;
        MqttClient client = Connect(broker, settings);
        client.Disconnect(NowMs);
        Drive(client, () => _stream.IsOver);

        _stream.Open(broker.Port);
        client.Start(NowMs);
        Drive(client, () => client.IsConnected);
        Drive(client, () => Publish(client, 5, 1));
        Drive(client, () => client.InFlightCount == 0);
        _stream.Abort(NowMs);

        // Had the orderly end published it, it would be in front of the reading.
        subscriber.Expect(Seen(5, 1), "plant/gone 1 0 dead");
    }

    [Theory]
    [InlineData("right", true)]
    [InlineData("wrong", false)]
    public void The_password_decides(string password, bool isRight)
    {
        using var broker = new Mosquitto(password: "right");
        MqttSettings settings = Settings();
        settings.UserName = "sensor";
        settings.Password = Encoding.UTF8.GetBytes(password);
        var client = new MqttClient(settings, _stream);
        _stream.Open(broker.Port);
        client.Start(NowMs);
        Drive(client, () => _happened.Count > 0);
        Assert.Equal([isRight ? MqttEvent.Connected : MqttEvent.Refused], _happened);
        Assert.Equal(isRight, client.ReturnCode == 0);
        Assert.True(isRight || client.ReturnCode is 4 or 5);
    }

    [Fact]
    public void Commands_arrive_at_both_qualities_retained_ones_are_marked_and_long_ones_skipped()
    {
        using var broker = new Mosquitto();
        broker.Publish("plant/commands/kept", "old", 1, isRetained: true);
        MqttSettings settings = Settings();
        settings.CommandTopic = "plant/commands/+";
        MqttClient client = Connect(broker, settings, inputCapacity: 64);
        Drive(client, () => _messages.Count == 1);
        broker.Publish("plant/commands/a", "zero", 0);
        broker.Publish("plant/commands/b", new string('x', 3000), 1);
        broker.Publish("plant/commands/c", new string('x', 3000), 0);
        broker.Publish("plant/commands/d", "one", 1);
        Drive(client, () => _messages.Count == 3);
        Assert.Equal(
            ["plant/commands/kept old (retained)", "plant/commands/a zero", "plant/commands/d one"],
            _messages);
        Assert.Equal(2, client.Counters.ReceivedTooLong);

        // The long one was acknowledged, so it does not come back with the session.
        client.Disconnect(NowMs);
        Drive(client, () => _stream.IsOver);
        _stream.Open(broker.Port);
        client.Start(NowMs);
        Drive(client, () => client.IsConnected);
        Assert.True(client.IsSessionPresent);
        broker.Publish("plant/commands/e", "last", 1);
        Drive(client, () => _messages.Count == 4);
        Assert.Equal("plant/commands/e last", _messages[3]);
        Assert.Equal(2, client.Counters.ReceivedTooLong);
        Assert.Equal(0, client.Counters.Failures);
    }

    [Fact]
    public void Pings_keep_a_silent_connection()
    {
        using var broker = new Mosquitto();
        MqttSettings settings = Settings();
        settings.KeepAliveS = 1;
        settings.AnswerMs = 5000;
        MqttClient client = Connect(broker, settings);

        // A broker gives up after one and a half times the keep alive [MQTT-3.1.2-24].
        Drive(client, () => client.Counters.Pings >= 4);
        Drive(client, () => Publish(client, 1, 1));
        Drive(client, () => client.InFlightCount == 0);
        Assert.Equal(0, client.Counters.Failures);
    }

    [Fact]
    public void A_client_with_a_clean_session_and_no_name_is_let_in()
    {
        using var broker = new Mosquitto();
        MqttClient client = Connect(broker, new MqttSettings { CleanSession = true });
        Assert.False(client.IsSessionPresent);
        Drive(client, () => Publish(client, 1, 1));
        Drive(client, () => client.InFlightCount == 0);
    }

    private static byte[] Topic { get; } = "plant/readings"u8.ToArray();

    private static int NowMs => unchecked((int)Environment.TickCount64);

    private static MqttSettings Settings() => new() { ClientId = "sensor1" };

    private static byte[] Payload(int tag, int length) =>
        [.. Enumerable.Repeat((byte)tag, length)];

    private static bool Publish(MqttClient client, int tag, int length) =>
        client.Publish(Topic, Payload(tag, length), 0, length, 1, tag, NowMs);

    private static string Seen(int tag, int length) =>
        "plant/readings 1 0 " + Convert.ToHexStringLower(Payload(tag, length));

    private MqttClient Connect(Mosquitto broker, MqttSettings settings, int inputCapacity = 512)
    {
        var client = new MqttClient(settings, _stream, inputCapacity);
        _stream.Open(broker.Port);
        client.Start(NowMs);
        Drive(client, () => client.IsConnected);
        return client;
    }

    /// <summary>Lets the client live until something is so.</summary>
    private void Drive(MqttClient client, Func<bool> isSo)
    {
        long until = Environment.TickCount64 + PatienceMs;
        while (!isSo())
        {
            Assert.True(Environment.TickCount64 < until, "it did not happen in time");
            _stream.Move();
            for (MqttEvent one = client.Poll(NowMs);
                one != MqttEvent.None;
                one = client.Poll(NowMs))
            {
                Note(client, one);
            }

            client.Tick(NowMs);
            _stream.Move();
            if (_stream.ReceiveCount == 0)
            {
                Thread.Sleep(1);
            }
        }
    }

    private void Note(MqttClient client, MqttEvent happened)
    {
        _happened.Add(happened);
        if (happened == MqttEvent.Acknowledged)
        {
            _acknowledged.Add(client.Tag);
        }
        else if (happened == MqttEvent.Message)
        {
            string text = Encoding.UTF8.GetString(
                    client.InputOctets, client.TopicOffset, client.TopicLength)
                + " "
                + Encoding.UTF8.GetString(
                    client.InputOctets, client.PayloadOffset, client.PayloadLength);
            _messages.Add(client.IsRetained ? text + " (retained)" : text);
        }
    }
}
