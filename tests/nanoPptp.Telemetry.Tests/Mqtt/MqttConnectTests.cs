// The way into a connection and out of it.

using System;
using System.Linq;
using System.Text;
using nanoPptp.Telemetry.Mqtt;
using Xunit;
using static nanoPptp.Telemetry.Tests.Mqtt.MqttBench;

namespace nanoPptp.Telemetry.Tests.Mqtt;

public sealed class MqttConnectTests
{
    [Fact]
    public void CONNECT_is_the_first_packet_and_nothing_follows_before_CONNACK_MQTT_3_1_0_1()
    {
        var settings = Settings();
        settings.CommandTopic = "k";
        var bench = new MqttBench(settings);
        bench.Stream.Open();
        bench.Client.Start(bench.NowMs);
        bench.ExpectSent("10 0D 0004 4D515454 04 00 003C 0001 63");
        Assert.False(bench.Client.IsConnected);
        Assert.False(bench.Publish(1));
        Assert.Equal(-1, bench.Client.PublishCapacity(1, 0));
        bench.Expect();
        bench.Pass(19_999, 1);
        bench.ExpectSent("");

        bench.Feed("20 02 00 00");
        bench.Expect(MqttEvent.Connected);
        Assert.True(bench.Client.IsConnected);
        Assert.False(bench.Client.IsSessionPresent);
        bench.ExpectSent("82 06 0001 0001 6B 01");
    }

    [Fact]
    public void A_second_connection_sends_CONNECT_once_again_and_no_more_MQTT_3_1_0_2()
    {
        var bench = new MqttBench();
        bench.Connect();
        bench.Client.Stop();
        bench.Stream.Open();
        bench.Client.Start(bench.NowMs);
        bench.Expect();
        bench.Client.Tick(bench.NowMs);
        Assert.Equal("10", bench.Sent()[..2]);
        Assert.Equal(2, bench.Client.Counters.ConnectsSent);
    }

    [Fact]
    public void CONNECT_waits_for_room()
    {
        var bench = new MqttBench();
        bench.Stream.Open();
        bench.Stream.Room = 14;
        bench.Client.Start(bench.NowMs);
        bench.Expect();
        bench.ExpectSent("");
        bench.Stream.Room = 15;
        bench.Expect();
        Assert.Equal(30, bench.Sent().Length);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    [InlineData(5)]
    public void A_refusal_is_told_with_its_code_and_the_stream_closed(int code)
    {
        var bench = new MqttBench();
        bench.Start();
        bench.Stream.Feed([0x20, 2, 0, (byte)code]);
        bench.Stream.EndByPeer();
        bench.Expect(MqttEvent.Refused);
        Assert.Equal(code, bench.Client.ReturnCode);
        Assert.True(bench.Stream.IsClosed);
        Assert.False(bench.Stream.IsAborted);
        Assert.False(bench.Client.IsConnected);
        Assert.Equal(MqttFailure.None, bench.Client.Failure);
        Assert.Equal(1, bench.Client.Counters.Refused);
        bench.ExpectSent("");
    }

    [Theory]
    [InlineData("20 02 01 00", true)]
    [InlineData("20 02 00 00", false)]
    public void Session_Present_is_told(string notation, bool isPresent)
    {
        var bench = new MqttBench();
        bench.Start();
        bench.Feed(notation);
        bench.Expect(MqttEvent.Connected);
        Assert.Equal(isPresent, bench.Client.IsSessionPresent);
        Assert.Equal(isPresent ? 1 : 0, bench.Client.Counters.SessionsResumed);
    }

    [Fact]
    public void A_session_where_a_clean_one_was_asked_for_is_a_violation_MQTT_3_2_2_1()
    {
        var settings = Settings();
        settings.CleanSession = true;
        var bench = new MqttBench(settings);
        bench.Start();
        bench.Feed("20 02 01 00");
        bench.ExpectFailure(MqttFailure.ReturnCode);
    }

    [Theory]
    [InlineData("40 02 0001")]
    [InlineData("90 03 0001 00")]
    [InlineData("D0 00")]
    [InlineData("30 03 0001 74")]
    public void The_first_packet_of_a_broker_is_CONNACK_MQTT_3_2_0_1(string notation)
    {
        var bench = new MqttBench();
        bench.Start();
        bench.Feed(notation);
        bench.ExpectFailure(MqttFailure.Order);
    }

    [Fact]
    public void A_second_CONNACK_is_a_violation()
    {
        var bench = new MqttBench();
        bench.Connect();
        bench.Feed("20 02 00 00");
        bench.ExpectFailure(MqttFailure.Order);
    }

    [Fact]
    public void CONNACK_in_front_of_CONNECT_is_a_violation()
    {
        var bench = new MqttBench();
        bench.Stream.Open();
        bench.Stream.Room = 0;
        bench.Client.Start(bench.NowMs);
        bench.Feed("20 02 00 00");
        bench.ExpectFailure(MqttFailure.Order);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_stream_that_ends_is_a_failure_once_all_of_it_was_read(bool isReset)
    {
        var bench = new MqttBench();
        bench.Connect();
        Assert.True(bench.Publish(7));
        bench.Feed("40 02 0001 D0");
        if (isReset)
        {
            bench.Stream.Reset();
        }
        else
        {
            bench.Stream.EndByPeer();
        }

        bench.Expect(MqttEvent.Acknowledged, MqttEvent.Failed);
        Assert.Equal(MqttFailure.StreamEnded, bench.Client.Failure);
        bench.Expect();
    }

    [Fact]
    public void DISCONNECT_is_the_last_packet_and_the_stream_is_closed_MQTT_3_14_4_1_and_2()
    {
        var bench = new MqttBench();
        bench.Connect();
        bench.Client.Disconnect(bench.NowMs);
        bench.ExpectSent("E0 00");
        Assert.True(bench.Stream.IsClosed);
        Assert.False(bench.Stream.IsAborted);
        Assert.False(bench.Publish(1));
        bench.Pass(200_000, 100);
        bench.Client.Disconnect(bench.NowMs);
        bench.Expect();
        bench.ExpectSent("");
    }

    [Fact]
    public void DISCONNECT_waits_for_room_behind_the_acknowledgment_that_is_owed()
    {
        var bench = new MqttBench();
        bench.Connect();
        bench.Feed("32 05 0001 74 0009");
        Assert.Equal(MqttEvent.Message, bench.Poll());
        bench.Stream.Room = 3;
        bench.Client.Disconnect(bench.NowMs);
        Assert.False(bench.Stream.IsClosed);
        Assert.False(bench.Publish(1));
        bench.ExpectSent("");
        bench.Stream.Room = 5;
        bench.Expect();
        bench.ExpectSent("40 02 0009");
        bench.Stream.Room = 2;
        bench.Client.Tick(bench.NowMs);
        bench.ExpectSent("E0 00");
        Assert.True(bench.Stream.IsClosed);
    }

    [Fact]
    public void DISCONNECT_that_never_finds_room_ends_in_an_abort()
    {
        var bench = new MqttBench();
        bench.Connect();
        bench.Stream.Room = 1;
        bench.Client.Disconnect(bench.NowMs);
        bench.Pass(19_999, 1);
        bench.Expect();
        bench.Pass(1);
        bench.ExpectFailure(MqttFailure.DisconnectTimeout);
    }

    [Fact]
    public void DISCONNECT_to_a_stream_that_is_over_needs_no_words()
    {
        var bench = new MqttBench();
        bench.Connect();
        bench.Stream.Room = 0;
        bench.Client.Disconnect(bench.NowMs);
        bench.Stream.Reset();
        bench.Expect();
        Assert.Equal(int.MaxValue, bench.Client.NextDeadlineMs(bench.NowMs));
    }

    [Fact]
    public void DISCONNECT_may_follow_CONNECT_at_once_so_that_no_will_is_published()
    {
        var bench = new MqttBench();
        bench.Start();
        bench.Client.Disconnect(bench.NowMs);
        bench.ExpectSent("E0 00");
        Assert.True(bench.Stream.IsClosed);
    }

    [Fact]
    public void DISCONNECT_in_front_of_CONNECT_closes_without_a_word()
    {
        var bench = new MqttBench();
        bench.Stream.Open();
        bench.Stream.Room = 5;
        bench.Client.Start(bench.NowMs);
        bench.Client.Disconnect(bench.NowMs);
        bench.ExpectSent("");
        Assert.True(bench.Stream.IsClosed);
    }

    [Fact]
    public void The_subscription_is_made_on_each_connection_that_does_not_resume_its_session()
    {
        var settings = Settings();
        settings.CommandTopic = "k";
        var bench = new MqttBench(settings);
        bench.Connect();
        bench.ExpectSent("82 06 0001 0001 6B 01");

        // The connection ends in front of SUBACK: nobody knows whether the broker has it.
        bench.Connect(isSessionPresent: true);
        bench.ExpectSent("82 06 0002 0001 6B 01");
        bench.Feed("90 03 0002 01");
        bench.Expect(MqttEvent.Subscribed);

        bench.Connect(isSessionPresent: true);
        bench.ExpectSent("");

        bench.Connect(isSessionPresent: false);
        bench.ExpectSent("82 06 0003 0001 6B 01");
    }

    [Fact]
    public void A_session_of_before_our_start_is_not_trusted_to_have_the_subscription()
    {
        var settings = Settings();
        settings.CommandTopic = "k";
        settings.CommandQos = 0;
        var bench = new MqttBench(settings);
        bench.Connect(isSessionPresent: true);
        bench.ExpectSent("82 06 0001 0001 6B 00");
    }

    [Fact]
    public void A_refused_subscription_is_told_and_asked_for_again_next_time()
    {
        var settings = Settings();
        settings.CommandTopic = "k";
        var bench = new MqttBench(settings);
        bench.Connect();
        bench.Sent();
        bench.Feed("90 03 0001 80");
        bench.Expect(MqttEvent.SubscriptionRefused);
        Assert.True(bench.Client.IsConnected);
        Assert.True(bench.Publish(1));
        bench.Connect(isSessionPresent: true);
        bench.ExpectSent("82 06 0003 0001 6B 01");
    }

    [Fact]
    public void A_SUBACK_that_belongs_to_nothing_is_counted_MQTT_3_8_4_2()
    {
        var settings = Settings();
        settings.CommandTopic = "k";
        var bench = new MqttBench(settings);
        bench.Connect();
        bench.Feed("90 03 0002 00  90 03 0000 00  90 03 0001 00  90 03 0001 00");
        bench.Expect(MqttEvent.Subscribed);
        Assert.Equal(3, bench.Client.Counters.UnknownAcknowledgments);
    }

    [Fact]
    public void SUBSCRIBE_waits_for_room_and_its_identifier_is_not_one_in_flight_MQTT_2_3_1_2()
    {
        var settings = Settings();
        settings.CommandTopic = "k";
        var bench = new MqttBench(settings);
        bench.Connect();
        Assert.True(bench.Publish(0));
        bench.Sent();
        bench.Start();
        bench.Stream.Room = 7;
        bench.Feed("20 02 00 00");
        bench.Expect(MqttEvent.Connected);
        bench.ExpectSent("");
        bench.Stream.Room = 100;
        bench.Expect();
        bench.ExpectSent("82 06 0003 0001 6B 01");
    }

    [Fact]
    public void Settings_out_of_their_range_are_refused_by_the_constructor()
    {
        Action<MqttSettings>[] wrongs =
        [
            one => one.ClientId = "",
            one => one.ClientId = null!,
            one => one.ClientId = "a\0",
            one => one.ClientId = new string('x', 65536),
            one => one.Password = [],
            one => one.WillMessage = [],
            one => one.WillTopic = "",
            one => one.WillTopic = "a/#",
            one => one.WillQos = 3,
            one => one.WillQos = -1,
            one => one.KeepAliveS = -1,
            one => one.KeepAliveS = 65536,
            one => one.InFlight = 0,
            one => one.InFlight = 9,
            one => one.AnswerMs = 0,
            one => one.CommandTopic = "",
            one => one.CommandTopic = "a#",
            one => one.CommandQos = 2,
            one =>
            {
                one.UserName = "u";
                one.Password = new byte[65536];
            },
        ];
        foreach (Action<MqttSettings> makeWrong in wrongs)
        {
            MqttSettings settings = Settings();
            makeWrong(settings);
            Assert.Throws<ArgumentException>(() => new MqttBench(settings));
        }

        Assert.Throws<ArgumentException>(() => new MqttBench(Settings(), 31));
    }

    [Fact]
    public void An_empty_client_identifier_needs_a_clean_session_MQTT_3_1_3_7()
    {
        var bench = new MqttBench(new MqttSettings { CleanSession = true });
        bench.Stream.Open();
        bench.Client.Start(bench.NowMs);
        bench.ExpectSent("10 0C 0004 4D515454 04 02 003C 0000");
    }

    [Fact]
    public void The_settings_are_copied()
    {
        var settings = Settings();
        settings.UserName = "u";
        settings.Password = [1, 2, 3];
        var bench = new MqttBench(settings);
        Array.Clear(settings.Password);
        settings.UserName = "v";
        bench.Stream.Open();
        bench.Client.Start(bench.NowMs);
        Assert.EndsWith("0001750003010203", bench.Sent(), StringComparison.Ordinal);
    }

    [Fact]
    public void The_password_is_in_CONNECT_and_nowhere_else()
    {
        var settings = Settings();
        settings.UserName = "u";
        settings.Password = "hunter2"u8.ToArray();
        var bench = new MqttBench(settings);
        bench.Stream.Open();
        bench.Client.Start(bench.NowMs);
        string password = Convert.ToHexString(settings.Password);
        Assert.Contains(password, bench.Sent(), StringComparison.Ordinal);
        bench.Feed("20 02 00 00 32 05 0001 74 0009");
        bench.Expect(MqttEvent.Connected, MqttEvent.Message);
        bench.Publish(1);
        bench.Client.Disconnect(bench.NowMs);
        Assert.DoesNotContain(password, bench.Sent(), StringComparison.Ordinal);

        // Neither in anything that the client or its settings say of themselves.
        string said = string.Join(' ', new object[]
        {
            bench.Client, settings, bench.Client.Failure, bench.Client.Counters,
            Encoding.UTF8.GetString(bench.Client.InputOctets),
        }.Select(one => one.ToString()));
        Assert.DoesNotContain("hunter2", said, StringComparison.Ordinal);
    }
}
