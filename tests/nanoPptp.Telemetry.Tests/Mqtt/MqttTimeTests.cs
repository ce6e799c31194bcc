// Silence, and answers that stay away; near the clock's wrap too.

using nanoPptp.Telemetry.Mqtt;
using Xunit;
using static nanoPptp.Telemetry.Tests.Mqtt.MqttBench;

namespace nanoPptp.Telemetry.Tests.Mqtt;

public sealed class MqttTimeTests
{
    public static TheoryData<int> Starts => [0, 1000, int.MaxValue - 30_000, -30_000];

    [Theory]
    [MemberData(nameof(Starts))]
    public void Silence_never_lasts_longer_than_the_keep_alive_MQTT_3_1_2_23(int startMs)
    {
        MqttBench bench = Connected(startMs);
        for (int i = 0; i < 5; i++)
        {
            // 60 s less an eighth, and a Tick late by some seconds is still in time.
            bench.Pass(52_499);
            bench.ExpectSent("");
            bench.Pass(1);
            bench.ExpectSent("C0 00");
            bench.Feed("D0 00");
            bench.Expect();
        }

        Assert.Equal(5, bench.Client.Counters.Pings);
        Assert.True(bench.Client.IsConnected);
    }

    [Fact]
    public void Whatever_is_sent_ends_the_silence()
    {
        MqttBench bench = Connected(0);
        for (int i = 0; i < 20; i++)
        {
            bench.Pass(50_000, 100);
            if (i % 2 == 0)
            {
                Assert.True(bench.Client.Publish(Topic, [], 0, 0, 0, 0, bench.NowMs));
            }
            else
            {
                bench.Feed("32 05 0001 74 0001");
                bench.Expect(MqttEvent.Message);
            }
        }

        Assert.Equal(0, bench.Client.Counters.Pings);
    }

    [Fact]
    public void What_is_received_does_not_end_our_silence()
    {
        MqttBench bench = Connected(0);
        bench.Pass(30_000, 100);
        bench.Feed("30 03 0001 74");
        bench.Expect(MqttEvent.Message);
        bench.Pass(22_500, 100);
        bench.ExpectSent("C0 00");
    }

    [Fact]
    public void Without_a_keep_alive_nothing_is_asked()
    {
        var settings = Settings();
        settings.KeepAliveS = 0;
        var bench = new MqttBench(settings);
        bench.Connect();
        Assert.Equal(int.MaxValue, bench.Client.NextDeadlineMs(bench.NowMs));
        bench.Pass(1_000_000, 100);
        bench.ExpectSent("");
    }

    [Theory]
    [MemberData(nameof(Starts))]
    public void A_ping_that_is_not_answered_ends_the_connection_in_time(int startMs)
    {
        MqttBench bench = Connected(startMs);
        bench.Pass(52_500 + 19_999);
        bench.Expect();
        Assert.Equal(1, bench.Client.NextDeadlineMs(bench.NowMs));
        bench.Pass(1);
        Assert.Equal(0, bench.Client.NextDeadlineMs(bench.NowMs));
        bench.ExpectFailure(MqttFailure.PingTimeout);
        Assert.Equal(unchecked(startMs + 72_500), bench.Stream.EndedMs);
    }

    [Fact]
    public void An_answer_that_was_not_asked_for_harms_nothing()
    {
        MqttBench bench = Connected(0);
        bench.Feed("D0 00 D0 00");
        bench.Expect();
        Assert.True(bench.Client.IsConnected);
    }

    [Fact]
    public void The_wait_for_a_ping_begins_even_when_the_stream_has_no_room_for_it()
    {
        MqttBench bench = Connected(0);
        bench.Stream.Room = 1;
        bench.Pass(52_500 + 10_000, 10);
        bench.ExpectSent("");
        bench.Stream.Room = 2;
        bench.Expect();
        bench.ExpectSent("C0 00");
        bench.Pass(10_000, 10);
        bench.ExpectFailure(MqttFailure.PingTimeout);
    }

    [Fact]
    public void A_keep_alive_shorter_than_the_wait_pings_again_and_waits_for_the_first()
    {
        var settings = Settings();
        settings.KeepAliveS = 8;
        var bench = new MqttBench(settings) { NowMs = 0 };
        bench.Connect();
        bench.Pass(14_000);
        bench.ExpectSent("C0 00 C0 00");
        bench.Pass(7_000 + 19_999 - 14_000);
        bench.Expect();
        bench.Pass(1);
        bench.ExpectFailure(MqttFailure.PingTimeout);
    }

    [Theory]
    [MemberData(nameof(Starts))]
    public void A_broker_that_never_answers_CONNECT_is_left(int startMs)
    {
        var bench = new MqttBench { NowMs = startMs };
        bench.Start();
        Assert.Equal(20_000, bench.Client.NextDeadlineMs(bench.NowMs));
        bench.Pass(19_999);
        bench.Expect();
        bench.Pass(1);
        bench.ExpectFailure(MqttFailure.ConnectTimeout);
    }

    [Fact]
    public void A_broker_that_never_answers_SUBSCRIBE_is_left()
    {
        var settings = Settings();
        settings.CommandTopic = "k";
        var bench = new MqttBench(settings);
        bench.Connect();
        bench.Pass(19_999);
        bench.Expect();
        bench.Pass(1);
        bench.ExpectFailure(MqttFailure.SubscribeTimeout);
    }

    [Fact]
    public void A_broker_that_stops_acknowledging_is_left_an_answer_time_after_its_last_word()
    {
        MqttBench bench = Connected(0);
        Assert.True(bench.Publish(1));
        bench.Pass(15_000);
        Assert.True(bench.Publish(2));
        bench.Feed("40 02 0001");
        bench.Expect(MqttEvent.Acknowledged);
        bench.Pass(19_999);
        bench.Expect();
        bench.Pass(1);
        bench.ExpectFailure(MqttFailure.AcknowledgmentTimeout);
        Assert.Equal(1, bench.Client.InFlightCount);
    }

    [Fact]
    public void Where_nothing_is_in_flight_no_acknowledgment_is_missed()
    {
        MqttBench bench = Connected(0);
        Assert.True(bench.Publish(1));
        bench.Pass(19_999);
        bench.Feed("40 02 0001");
        bench.Expect(MqttEvent.Acknowledged);
        bench.Pass(30_000);
        bench.Expect();
        Assert.True(bench.Client.IsConnected);
    }

    [Fact]
    public void What_is_still_to_be_repeated_is_not_waited_for()
    {
        MqttBench bench = Connected(0);
        Assert.True(bench.Publish(1));
        bench.Connect(isSessionPresent: true);
        bench.Pass(40_000);
        bench.Expect();
        Assert.Equal(1, bench.Client.ResendTag);
        Assert.True(bench.Resend(1));
        bench.Pass(20_000);
        bench.ExpectFailure(MqttFailure.AcknowledgmentTimeout);
    }

    [Fact]
    public void The_next_deadline_is_kept_by_a_caller_that_sleeps_until_then()
    {
        MqttBench bench = Connected(int.MaxValue - 100_000);
        for (int i = 0; i < 10; i++)
        {
            int waitMs = bench.Client.NextDeadlineMs(bench.NowMs);
            Assert.Equal(52_500, waitMs);
            bench.Pass(waitMs, waitMs);
            bench.ExpectSent("C0 00");
            bench.Feed("D0 00");
            bench.Expect();
        }
    }

    [Fact]
    public void An_idle_client_has_no_deadline_and_says_nothing()
    {
        var bench = new MqttBench();
        bench.Stream.Open();
        Assert.Equal(int.MaxValue, bench.Client.NextDeadlineMs(0));
        bench.Pass(100_000, 100);
        bench.Expect();
        bench.ExpectSent("");
        bench.Connect();
        bench.Client.Stop();
        Assert.Equal(int.MaxValue, bench.Client.NextDeadlineMs(0));
        bench.Pass(100_000, 100);
        bench.Expect();
        bench.ExpectSent("");
    }

    private static MqttBench Connected(int startMs)
    {
        var bench = new MqttBench { NowMs = startMs };
        bench.Connect();
        return bench;
    }
}
