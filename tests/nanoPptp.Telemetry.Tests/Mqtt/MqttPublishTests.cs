// Publishing, the window, and what happens to it from one connection to the next.

using System.Collections.Generic;
using System.Linq;
using nanoPptp.Telemetry.Mqtt;
using Xunit;
using static nanoPptp.Telemetry.Tests.Mqtt.MqttBench;

namespace nanoPptp.Telemetry.Tests.Mqtt;

public sealed class MqttPublishTests
{
    [Fact]
    public void QoS_0_has_no_packet_identifier_and_no_DUP_MQTT_2_3_1_5_and_3_3_1_2()
    {
        var bench = new MqttBench();
        bench.Connect();
        byte[] payload = [9, 1, 2, 3, 9];
        Assert.True(bench.Client.Publish("a/b"u8.ToArray(), payload, 1, 3, 0, -1, bench.NowMs));
        bench.ExpectSent("30 08 0003 612F62 010203");
        Assert.Equal(0, bench.Client.InFlightCount);
        Assert.Equal(1, bench.Client.Counters.SentAtMostOnce);
    }

    [Fact]
    public void QoS_1_has_a_packet_identifier_and_no_DUP_MQTT_2_3_1_1_and_4_3_2_1()
    {
        var bench = new MqttBench();
        bench.Connect();
        Assert.True(bench.Client.Publish("a/b"u8.ToArray(), [], 0, 0, 1, 77, bench.NowMs));
        bench.ExpectSent("32 07 0003 612F62 0001");
        Assert.Equal(1, bench.Client.InFlightCount);

        bench.Feed("40 02 0001");
        bench.Expect(MqttEvent.Acknowledged);
        Assert.Equal(77, bench.Client.Tag);
        Assert.Equal(0, bench.Client.InFlightCount);
        Assert.Equal(1, bench.Client.Counters.Acknowledged);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(4)]
    [InlineData(8)]
    public void The_window_is_as_wide_as_it_was_set(int width)
    {
        var settings = Settings();
        settings.InFlight = width;
        var bench = new MqttBench(settings);
        bench.Connect();
        for (int i = 0; i < width; i++)
        {
            Assert.True(bench.Client.PublishCapacity(1, 1) > 0);
            Assert.True(bench.Publish(i));
        }

        Assert.Equal(-1, bench.Client.PublishCapacity(1, 1));
        Assert.False(bench.Publish(99));
        Assert.True(bench.Client.Publish(Topic, [1], 0, 1, 0, 0, bench.NowMs));
        bench.Feed("40 02 0001");
        bench.Expect(MqttEvent.Acknowledged);
        Assert.True(bench.Publish(99));
        Assert.False(bench.Publish(100));
    }

    [Fact]
    public void Acknowledgments_in_any_order_are_those_of_their_messages()
    {
        var bench = new MqttBench();
        bench.Connect();
        for (int tag = 10; tag < 14; tag++)
        {
            Assert.True(bench.Publish(tag));
        }

        bench.Feed("40 02 0003  40 02 0001  40 02 0004  40 02 0002");
        foreach (int tag in (int[])[12, 10, 13, 11])
        {
            Assert.Equal(MqttEvent.Acknowledged, bench.Poll());
            Assert.Equal(tag, bench.Client.Tag);
        }

        bench.Expect();
    }

    [Fact]
    public void An_acknowledgment_of_nothing_is_counted_and_no_more_MQTT_2_3_1_6()
    {
        var bench = new MqttBench();
        bench.Connect();
        Assert.True(bench.Publish(5));
        bench.Feed("40 02 0002  40 02 0000  40 02 FFFF  40 02 0001  40 02 0001");
        bench.Expect(MqttEvent.Acknowledged);
        Assert.Equal(4, bench.Client.Counters.UnknownAcknowledgments);
        Assert.True(bench.Client.IsConnected);
    }

    [Fact]
    public void Nothing_of_a_message_is_sent_when_not_all_of_it_fits()
    {
        var bench = new MqttBench();
        bench.Connect();
        for (int room = 0; room < 400; room++)
        {
            foreach (int qos in (int[])[0, 1])
            {
                bench.Stream.Room = room;
                int capacity = bench.Client.PublishCapacity(5, qos);
                byte[] payload = new byte[512];
                Assert.False(bench.Client.Publish(
                    "12345"u8.ToArray(), payload, 0, capacity + 1, qos, 1, bench.NowMs));
                bench.ExpectSent("");
                if (capacity < 0)
                {
                    continue;
                }

                Assert.True(bench.Client.Publish(
                    "12345"u8.ToArray(), payload, 0, capacity, qos, 1, bench.NowMs));

                // What is left free is for acknowledgments, pings and the last word.
                Assert.InRange(room - (bench.Sent().Length / 2), 16, 17);
                Assert.Equal(qos == 1, bench.Client.Forget(1));
                bench.Client.Stop();
                bench.Connect();
            }
        }
    }

    [Fact]
    public void Packet_identifiers_wrap_at_65535_and_leave_out_those_in_flight_MQTT_2_3_1_2()
    {
        var bench = new MqttBench();
        bench.Connect();

        // 1 and 3 stay in flight all the way round.
        Assert.True(bench.Publish(1));
        Assert.True(bench.Publish(2));
        Assert.True(bench.Publish(3));
        bench.Feed("40 02 0002");
        bench.Expect(MqttEvent.Acknowledged);
        bench.Sent();
        for (int identifier = 4; identifier <= 65535; identifier++)
        {
            Assert.True(bench.Publish(9));
            bench.ExpectSent(MqttBench.Publish(identifier, 9));
            bench.Stream.Room = 100;
            bench.Stream.Feed([0x40, 2, (byte)(identifier >> 8), (byte)identifier]);
            Assert.Equal(MqttEvent.Acknowledged, bench.Poll());
        }

        Assert.True(bench.Publish(9));
        Assert.True(bench.Publish(10));
        bench.ExpectSent(MqttBench.Publish(2, 9) + MqttBench.Publish(4, 10));
    }

    [Fact]
    public void The_identifier_of_a_SUBSCRIBE_that_waits_is_left_out_at_the_wrap_too_MQTT_2_3_1_2()
    {
        var settings = Settings();
        settings.CommandTopic = "k";
        var bench = new MqttBench(settings);
        bench.Connect();
        bench.ExpectSent("82 06 0001 0001 6B 01");
        for (int identifier = 2; identifier <= 65535; identifier++)
        {
            Assert.True(bench.Publish(9));
            bench.Stream.Room = 100;
            bench.Stream.Feed([0x40, 2, (byte)(identifier >> 8), (byte)identifier]);
            Assert.Equal(MqttEvent.Acknowledged, bench.Poll());
            bench.Stream.TakeSent();
        }

        Assert.True(bench.Publish(9));
        bench.ExpectSent(MqttBench.Publish(2, 9));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_persistent_session_repeats_in_order_with_DUP_and_its_identifiers_MQTT_4_4_0_1(
        bool isSessionPresent)
    {
        // MQTT-3.3.1-1, MQTT-2.3.1-3, MQTT-4.6.0-1; also when the broker has lost the session.
        var bench = new MqttBench();
        bench.Connect();
        for (int tag = 20; tag < 24; tag++)
        {
            Assert.True(bench.Publish(tag));
        }

        bench.Feed("40 02 0002");
        bench.Expect(MqttEvent.Acknowledged);
        bench.Client.Stop();
        Assert.Equal(3, bench.Client.InFlightCount);
        Assert.Equal(-1, bench.Client.ResendTag);

        bench.Connect(isSessionPresent);
        bench.ExpectSent("");
        foreach ((int tag, int identifier) in ((int, int)[])[(20, 1), (22, 3), (23, 4)])
        {
            // Nothing new in front of what is old, at whatever QoS.
            Assert.Equal(-1, bench.Client.PublishCapacity(1, 1));
            Assert.Equal(-1, bench.Client.PublishCapacity(1, 0));
            Assert.False(bench.Publish(30));
            Assert.False(bench.Client.Publish(Topic, [1], 0, 1, 0, 0, bench.NowMs));
            Assert.Equal(tag, bench.Client.ResendTag);
            Assert.True(bench.Resend(tag));
            bench.ExpectSent(MqttBench.Publish(identifier, tag, isDuplicate: true));
        }

        Assert.Equal(-1, bench.Client.ResendTag);
        Assert.False(bench.Resend(20));
        Assert.True(bench.Publish(30));
        bench.ExpectSent(MqttBench.Publish(5, 30));
        Assert.Equal(3, bench.Client.Counters.Resent);
        Assert.Equal(isSessionPresent ? 0 : 1, bench.Client.Counters.SessionsLost);

        bench.Feed("40 02 0001 40 02 0003 40 02 0004 40 02 0005");
        bench.Expect([.. Enumerable.Repeat(MqttEvent.Acknowledged, 4)]);
        Assert.Equal(0, bench.Client.InFlightCount);
    }

    [Fact]
    public void What_is_repeated_on_one_connection_is_repeated_on_the_next_too()
    {
        var bench = new MqttBench();
        bench.Connect();
        Assert.True(bench.Publish(1));
        Assert.True(bench.Publish(2));
        for (int i = 0; i < 3; i++)
        {
            // The connection breaks between the two, and the order stays.
            bench.Connect(isSessionPresent: true);
            Assert.Equal(1, bench.Client.ResendTag);
            Assert.True(bench.Resend(1));
            bench.ExpectSent(MqttBench.Publish(1, 1, isDuplicate: true));
            Assert.Equal(2, bench.Client.ResendTag);
        }
    }

    [Fact]
    public void What_was_published_behind_a_repetition_stays_behind_it()
    {
        var bench = new MqttBench();
        bench.Connect();
        Assert.True(bench.Publish(1));
        Assert.True(bench.Publish(2));
        bench.Connect(isSessionPresent: true);
        Assert.True(bench.Resend(1));
        Assert.True(bench.Resend(2));
        Assert.True(bench.Publish(3));
        bench.Feed("40 02 0001");
        bench.Expect(MqttEvent.Acknowledged);
        bench.Connect(isSessionPresent: true);
        Assert.True(bench.Resend(2));
        Assert.True(bench.Resend(3));
        bench.ExpectSent(
            MqttBench.Publish(2, 2, isDuplicate: true)
            + MqttBench.Publish(3, 3, isDuplicate: true));
    }

    [Fact]
    public void A_clean_session_forgets_and_the_application_publishes_anew_MQTT_3_1_2_6()
    {
        var settings = Settings();
        settings.CleanSession = true;
        var bench = new MqttBench(settings);
        bench.Connect();
        Assert.True(bench.Publish(1));
        Assert.True(bench.Publish(2));
        bench.Connect();

        // An acknowledgment of the old session is nobody's.
        bench.Feed("40 02 0001");
        bench.Expect();
        Assert.Equal(1, bench.Client.Counters.UnknownAcknowledgments);
        Assert.False(bench.Publish(3));
        Assert.Equal(1, bench.Client.ResendTag);
        Assert.True(bench.Resend(1));
        Assert.Equal(2, bench.Client.ResendTag);
        Assert.True(bench.Resend(2));
        Assert.True(bench.Publish(3));
        bench.ExpectSent(
            MqttBench.Publish(3, 1) + MqttBench.Publish(4, 2) + MqttBench.Publish(5, 3));
        Assert.Equal(0, bench.Client.Counters.SessionsLost);
    }

    [Fact]
    public void An_acknowledgment_may_come_before_its_message_was_repeated()
    {
        var bench = new MqttBench();
        bench.Connect();
        Assert.True(bench.Publish(1));
        Assert.True(bench.Publish(2));
        bench.Connect(isSessionPresent: true);
        bench.Feed("40 02 0001");
        bench.Expect(MqttEvent.Acknowledged);
        Assert.Equal(1, bench.Client.Tag);
        Assert.Equal(2, bench.Client.ResendTag);

        // Nothing was sent on this connection, so no acknowledgment can be missing.
        bench.Pass(40_000, 10);
        bench.Expect();
        Assert.True(bench.Client.IsConnected);
    }

    [Fact]
    public void A_repetition_waits_for_room()
    {
        var bench = new MqttBench();
        bench.Connect();
        Assert.True(bench.Publish(1));
        bench.Connect(isSessionPresent: true);
        bench.Stream.Room = 16 + 7;
        Assert.False(bench.Resend(1));
        bench.ExpectSent("");
        Assert.Equal(1, bench.Client.ResendTag);
        bench.Stream.Room = 16 + 8;
        Assert.True(bench.Resend(1));
    }

    [Fact]
    public void What_the_application_gave_up_is_not_repeated()
    {
        var bench = new MqttBench();
        bench.Connect();
        for (int tag = 1; tag <= 4; tag++)
        {
            Assert.True(bench.Publish(tag));
        }

        Assert.True(bench.Client.Forget(2));
        Assert.False(bench.Client.Forget(2));
        Assert.False(bench.Client.Forget(9));
        Assert.False(bench.Client.Forget(-1));
        bench.Connect(isSessionPresent: true);
        Assert.Equal(3, bench.Client.InFlightCount);
        Assert.Equal(1, bench.Client.ResendTag);
        Assert.True(bench.Client.Forget(1));
        Assert.Equal(3, bench.Client.ResendTag);
        bench.Client.Stop();
        Assert.True(bench.Client.Forget(3));
        bench.Connect(isSessionPresent: true);
        Assert.Equal(4, bench.Client.ResendTag);
        Assert.Equal(3, bench.Client.Counters.Forgotten);
    }

    [Fact]
    public void An_identifier_of_what_was_given_up_stays_taken_until_its_acknowledgment()
    {
        var settings = Settings();
        settings.InFlight = 2;
        var bench = new MqttBench(settings);
        bench.Connect();
        Assert.True(bench.Publish(1));
        Assert.True(bench.Publish(2));
        Assert.True(bench.Client.Forget(1));
        Assert.Equal(-1, bench.Client.PublishCapacity(1, 1));
        bench.Feed("40 02 0001");
        bench.Expect();
        Assert.Equal(0, bench.Client.Counters.UnknownAcknowledgments);
        Assert.True(bench.Publish(3));
    }

    [Fact]
    public void A_random_life_keeps_order_and_identifiers_and_loses_nothing()
    {
        // A broker that acknowledges when it likes, connections that break anywhere, and a model
        // that knows what is in flight.
        var random = new System.Random(44);
        var settings = Settings();
        settings.InFlight = 8;
        var bench = new MqttBench(settings);
        var inFlight = new List<(int Identifier, int Tag)>();
        int sentCount = 0;
        int nextTag = 0;
        int acknowledged = 0;
        bench.Connect();
        for (int step = 0; step < 100_000; step++)
        {
            bench.Stream.Room = 1000;
            switch (random.Next(20))
            {
                case 0:
                    bench.Connect(random.Next(2) == 0);
                    sentCount = 0;
                    break;
                case < 9 when sentCount > 0:
                    int index = random.Next(sentCount);
                    (int identifier, int tag) = inFlight[index];
                    bench.Stream.Feed([0x40, 2, (byte)(identifier >> 8), (byte)identifier]);
                    bench.Expect(MqttEvent.Acknowledged);
                    Assert.Equal(tag, bench.Client.Tag);
                    inFlight.RemoveAt(index);
                    sentCount--;
                    acknowledged++;
                    break;
                default:
                    if (sentCount < inFlight.Count)
                    {
                        (int oldIdentifier, int oldTag) = inFlight[sentCount];
                        Assert.Equal(oldTag, bench.Client.ResendTag);
                        Assert.True(bench.Resend(oldTag & 0xFF));
                        bench.ExpectSent(MqttBench.Publish(oldIdentifier, oldTag & 0xFF, true));
                        sentCount++;
                        break;
                    }

                    Assert.Equal(-1, bench.Client.ResendTag);
                    bool isTaken = bench.Client.Publish(
                        Topic, [(byte)nextTag], 0, 1, 1, nextTag, bench.NowMs);
                    Assert.Equal(inFlight.Count < 8, isTaken);
                    if (isTaken)
                    {
                        byte[] sent = bench.Stream.TakeSent().ToArray();
                        int fresh = (sent[5] << 8) | sent[6];
                        Assert.NotEqual(0, fresh);
                        Assert.DoesNotContain(inFlight, one => one.Identifier == fresh);
                        inFlight.Add((fresh, nextTag));
                        nextTag++;
                        sentCount++;
                    }

                    break;
            }

            Assert.Equal(inFlight.Count, bench.Client.InFlightCount);
        }

        Assert.Equal(nextTag, acknowledged + inFlight.Count);
        Assert.True(acknowledged > 10_000);
    }
}
