// What comes from the broker: messages, in any portions, of any length, and what is no MQTT at all.

using System;
using System.Linq;
using nanoPptp.Telemetry.Mqtt;
using Xunit;
using static nanoPptp.Telemetry.Tests.Mqtt.MqttBench;

namespace nanoPptp.Telemetry.Tests.Mqtt;

public sealed class MqttInputTests
{
    // Everything that a broker says, one after the other.
    private const string Everything =
        "20 02 01 00  90 03 0003 01  30 04 0001 74 AA  3B 86 00 0001 6B 000A BB  D0 00  40 02 0002"
        + "32 05 0001 74 FFFF";

    private static readonly MqttEvent[] s_everything =
    [
        MqttEvent.Connected, MqttEvent.Subscribed, MqttEvent.Message, MqttEvent.Message,
        MqttEvent.Acknowledged, MqttEvent.Message,
    ];

    [Fact]
    public void A_message_at_QoS_0_is_shown_and_not_acknowledged_MQTT_3_3_4_1()
    {
        var bench = new MqttBench();
        bench.Connect();
        bench.Feed("30 08 0003 612F62 010203");
        Assert.Equal(MqttEvent.Message, bench.Poll());
        ExpectMessage(bench, "612F62", "010203");
        Assert.False(bench.Client.IsDuplicate);
        Assert.False(bench.Client.IsRetained);
        bench.Expect();
        bench.ExpectSent("");
    }

    [Fact]
    public void A_message_at_QoS_1_is_acknowledged_after_it_was_shown_MQTT_4_3_2_2()
    {
        var bench = new MqttBench();
        bench.Connect();
        bench.Feed("32 07 0001 74 1234 5566");
        Assert.Equal(MqttEvent.Message, bench.Poll());
        ExpectMessage(bench, "74", "5566");
        bench.ExpectSent("");
        bench.Expect();
        bench.ExpectSent("40 02 1234");
    }

    [Theory]
    [InlineData("32 05 0001 74 0001", false, false)]
    [InlineData("33 05 0001 74 0001", true, false)]
    [InlineData("3A 05 0001 74 0001", false, true)]
    [InlineData("3B 05 0001 74 0001", true, true)]
    [InlineData("31 03 0001 74", true, false)]
    public void Flags_are_told(string notation, bool isRetained, bool isDuplicate)
    {
        var bench = new MqttBench();
        bench.Connect();
        bench.Feed(notation);
        bench.Expect(MqttEvent.Message);
        ExpectMessage(bench, "74", "");
        Assert.Equal(isRetained, bench.Client.IsRetained);
        Assert.Equal(isDuplicate, bench.Client.IsDuplicate);
        Assert.Equal(isDuplicate ? 1 : 0, bench.Client.Counters.ReceivedDuplicates);
    }

    [Fact]
    public void The_same_identifier_again_after_its_PUBACK_is_a_new_message_MQTT_4_3_2_2()
    {
        var bench = new MqttBench();
        bench.Connect();
        bench.Feed("32 05 0001 74 0001  32 05 0001 74 0001");
        bench.Expect(MqttEvent.Message, MqttEvent.Message);
        bench.ExpectSent("40020001 40020001");
    }

    [Fact]
    public void Acknowledgments_leave_in_the_order_of_their_messages_MQTT_4_6_0_2()
    {
        var bench = new MqttBench();
        bench.Connect();
        bench.Feed("32050001740003 300300016B 32050001740001 32050001740002");
        bench.Expect([.. Enumerable.Repeat(MqttEvent.Message, 4)]);
        bench.ExpectSent("40020003 40020001 40020002");
    }

    [Fact]
    public void An_acknowledgment_waits_for_room_and_reading_with_it()
    {
        var bench = new MqttBench();
        bench.Connect();
        bench.Feed("32050001740003 32050001740001");
        bench.Stream.Room = 3;
        bench.Expect(MqttEvent.Message);
        bench.ExpectSent("");
        bench.Stream.Room = 4;
        bench.Expect(MqttEvent.Message);
        bench.ExpectSent("40020003");
        bench.Stream.Room = 4;
        bench.Client.Tick(bench.NowMs);
        bench.ExpectSent("40020001");
    }

    [Fact]
    public void A_stream_that_ends_while_an_acknowledgment_waits_is_a_failure()
    {
        var bench = new MqttBench();
        bench.Connect();
        bench.Feed("32050001740003 32050001740001");
        bench.Stream.Room = 0;
        bench.Expect(MqttEvent.Message);
        bench.Stream.Reset();
        bench.ExpectFailure(MqttFailure.StreamEnded);
    }

    [Fact]
    public void An_acknowledgment_that_was_owed_is_not_sent_on_the_next_connection()
    {
        var bench = new MqttBench();
        bench.Connect();
        bench.Feed("32050001740003");
        Assert.Equal(MqttEvent.Message, bench.Poll());
        bench.Connect(isSessionPresent: true);
        bench.ExpectSent("");
        bench.Feed("3A050001740003");
        bench.Expect(MqttEvent.Message);
        Assert.True(bench.Client.IsDuplicate);
        bench.ExpectSent("40020003");
    }

    [Fact]
    public void Packets_may_be_split_anywhere()
    {
        byte[] octets = Octets(Everything);
        for (int split = 0; split <= octets.Length; split++)
        {
            for (int portion = 1; portion <= 4; portion++)
            {
                MqttBench bench = ReadyForEverything();
                bench.Stream.Portion = portion;
                bench.Stream.Feed(octets.AsSpan(0, split));
                int before = CountEvents(bench);
                bench.Stream.Feed(octets.AsSpan(split));
                Assert.Equal(s_everything.Length, before + CountEvents(bench));
                Assert.True(bench.Client.IsConnected);
                Assert.Equal(octets.Length, bench.Client.Counters.ReceivedOctets);
            }
        }
    }

    [Fact]
    public void Octet_by_octet_it_is_the_same()
    {
        MqttBench bench = ReadyForEverything();
        var happened = new System.Collections.Generic.List<MqttEvent>();
        foreach (byte octet in Octets(Everything))
        {
            bench.Stream.Feed([octet]);
            for (MqttEvent one = bench.Poll(); one != MqttEvent.None; one = bench.Poll())
            {
                happened.Add(one);
            }
        }

        Assert.Equal(s_everything, happened);
        Assert.Equal("4002000A4002FFFF", bench.Sent()[^16..]);
    }

    [Fact]
    public void A_truncated_packet_is_no_event_and_its_end_is_none_either()
    {
        byte[] octets = Octets(Everything);
        for (int length = 0; length < octets.Length; length++)
        {
            MqttBench bench = ReadyForEverything();
            bench.Stream.Feed(octets.AsSpan(0, length));
            Assert.InRange(CountEvents(bench), 0, s_everything.Length - 1);
            bench.Stream.EndByPeer();
            bench.Expect(MqttEvent.Failed);
            Assert.Equal(MqttFailure.StreamEnded, bench.Client.Failure);

            // The next connection does not begin in the middle of that packet.
            bench.Connect();
        }
    }

    [Theory]
    [InlineData(512, 0)]
    [InlineData(512, 1)]
    [InlineData(32, 0)]
    [InlineData(32, 1)]
    public void A_packet_as_long_as_the_room_is_shown_and_a_longer_one_skipped(
        int capacity, int qos)
    {
        for (int length = capacity - 3; length <= capacity + 3; length++)
        {
            var bench = new MqttBench(Settings(), capacity);
            bench.Connect();
            byte[] packet = Message(length, topicLength: 4, qos);
            bench.Stream.Feed(packet);
            bench.Feed("30 03 0001 6B");
            if (length <= capacity)
            {
                bench.Expect(MqttEvent.Message, MqttEvent.Message);
                Assert.Equal(0, bench.Client.Counters.ReceivedTooLong);
            }
            else
            {
                bench.Expect(MqttEvent.Message);
                Assert.Equal(1, bench.Client.Counters.ReceivedTooLong);
            }

            ExpectMessage(bench, "6B", "");
            bench.ExpectSent(qos > 0 ? "40 02 1234" : "");
        }
    }

    [Fact]
    public void The_identifier_of_a_skipped_message_is_found_wherever_it_is()
    {
        for (int topicLength = 1; topicLength < 140; topicLength++)
        {
            foreach (int portion in (int[])[1, 7, int.MaxValue])
            {
                var bench = new MqttBench(Settings(), 32);
                bench.Connect();
                bench.Stream.Portion = portion;
                bench.Stream.Feed(Message(200, topicLength, qos: 1));
                bench.Expect();
                bench.ExpectSent("40 02 1234");
                Assert.Equal(1, bench.Client.Counters.ReceivedTooLong);
            }
        }
    }

    [Fact]
    public void A_skipped_message_may_be_as_long_as_MQTT_allows()
    {
        var bench = new MqttBench(Settings(), 512);
        bench.Connect();
        bench.Feed("32 FFFFFF7F 0001 74 4321");
        byte[] noise = new byte[100_000];
        long left = 268_435_455 - 5;
        while (left > 0)
        {
            int count = (int)Math.Min(left, noise.Length);
            bench.Stream.Feed(noise.AsSpan(0, count));
            left -= count;
            Assert.Equal(0, bench.Client.Counters.ReceivedTooLong);
            bench.Expect();
        }

        bench.ExpectSent("40 02 4321");
    }

    [Theory]
    [InlineData("32 64 0063", MqttFailure.Length)]
    [InlineData("32 64 0061", MqttFailure.Length)]
    [InlineData("30 64 0063", MqttFailure.Length)]
    [InlineData("32 64 0001 74 0000", MqttFailure.PacketIdentifier)]
    public void A_skipped_message_has_to_be_well_formed_too(string notation, MqttFailure expected)
    {
        var bench = new MqttBench(Settings(), 32);
        bench.Connect();
        bench.Feed(notation);
        bench.Stream.Feed(new byte[104]);
        bench.ExpectFailure(expected);
    }

    [Theory]
    [InlineData("00 00", MqttFailure.PacketType)]
    [InlineData("10 00", MqttFailure.PacketType)]
    [InlineData("62 02", MqttFailure.PacketType)]
    [InlineData("E0 00", MqttFailure.PacketType)]
    [InlineData("30 FF FF FF FF", MqttFailure.RemainingLength)]
    [InlineData("41 02", MqttFailure.ReservedFlags)]
    [InlineData("40 03", MqttFailure.Length)]
    [InlineData("34 06", MqttFailure.Qos)]
    [InlineData("36 06", MqttFailure.Qos)]
    [InlineData("30 03 0001 2B", MqttFailure.Topic)]
    [InlineData("32 05 0001 74 0000", MqttFailure.PacketIdentifier)]
    [InlineData("90 03 0001 55", MqttFailure.ReturnCode)]
    public void Whoever_speaks_wrongly_is_cut_off_at_once_MQTT_4_8_0_1(
        string notation, MqttFailure expected)
    {
        var bench = new MqttBench();
        bench.Connect();
        Assert.True(bench.Publish(1));
        bench.Feed(notation);
        bench.ExpectFailure(expected);
        Assert.Equal(1, bench.Client.InFlightCount);
        Assert.Equal(1, bench.Client.Counters.Failures);
        bench.Sent();
        bench.Pass(100_000, 100);
        bench.Expect();
        bench.ExpectSent("");

        bench.Connect(isSessionPresent: true);
        Assert.Equal(MqttFailure.None, bench.Client.Failure);
        Assert.Equal(1, bench.Client.ResendTag);
    }

    [Fact]
    public void Octets_behind_a_failure_are_not_read()
    {
        var bench = new MqttBench();
        bench.Connect();
        bench.Feed("00 00 32 05 0001 74 0001");
        bench.ExpectFailure(MqttFailure.PacketType);
        bench.ExpectSent("");
    }

    [Fact]
    public void Random_octets_never_throw_and_the_client_always_comes_back()
    {
        var random = new Random(3110);
        byte[] noise = new byte[300];
        int failures = 0;
        int messages = 0;
        var settings = Settings();
        settings.CommandTopic = "k";
        var bench = new MqttBench(settings, 48);
        bench.Connect();
        for (int round = 0; round < 60_000; round++)
        {
            bench.Stream.Room = random.Next(3) == 0 ? random.Next(8) : 1000;
            bench.Stream.Portion = random.Next(2) == 0 ? int.MaxValue : random.Next(1, 9);
            int count = Noise(random, noise);
            bench.Stream.Feed(noise.AsSpan(0, count));
            bench.Publish(random.Next(100));
            bench.Pass(random.Next(50), 10);
            MqttEvent happened;
            int events = 0;
            do
            {
                happened = bench.Poll();
                failures += happened == MqttEvent.Failed ? 1 : 0;
                messages += happened == MqttEvent.Message ? 1 : 0;
                if (happened == MqttEvent.Message)
                {
                    int end = bench.Client.PayloadOffset + bench.Client.PayloadLength;
                    Assert.InRange(end, 1, 48);
                    Assert.True(bench.Client.TopicLength >= 1);
                    Assert.True(bench.Client.PayloadLength >= 0);
                }

                events++;
                Assert.True(events < 200);
            }
            while (happened != MqttEvent.None);

            Assert.InRange(bench.Client.InFlightCount, 0, 4);
            Assert.True(bench.Client.NextDeadlineMs(bench.NowMs) >= 0);
            bench.Stream.TakeSent();
            if (!bench.Client.IsConnected || random.Next(40) == 0)
            {
                bench.Connect(random.Next(2) == 0);
                while (bench.Client.ResendTag >= 0)
                {
                    Assert.True(bench.Resend(bench.Client.ResendTag));
                }
            }
        }

        Assert.True(failures > 1000);
        Assert.True(messages > 1000);
    }

    private static int Noise(Random random, byte[] noise)
    {
        int kind = random.Next(4);
        if (kind == 0)
        {
            int count = random.Next(noise.Length);
            random.NextBytes(noise.AsSpan(0, count));
            return count;
        }

        // Good packets, with an octet spoiled now and then.
        byte[] packet = kind switch
        {
            1 => Octets(Everything)[4..],
            2 => Message(random.Next(12, 120), random.Next(1, 6), random.Next(2)),
            _ => [0x40, 2, 0, (byte)random.Next(1, 40)],
        };
        if (random.Next(3) == 0)
        {
            packet[random.Next(packet.Length)] = (byte)random.Next(256);
        }

        packet.CopyTo(noise, 0);
        return packet.Length;
    }

    /// <summary>A client that waits for CONNACK, with a message in flight whose identifier is 2:
    /// the identifier of the next SUBSCRIBE is 3.</summary>
    private static MqttBench ReadyForEverything()
    {
        var settings = Settings();
        settings.CommandTopic = "k";
        var bench = new MqttBench(settings);
        bench.Connect();
        Assert.True(bench.Publish(5));
        bench.Start();
        bench.Client.Counters.ReceivedOctets = 0;
        return bench;
    }

    private static int CountEvents(MqttBench bench)
    {
        int count = 0;
        while (bench.Poll() != MqttEvent.None)
        {
            count++;
        }

        return count;
    }

    /// <summary>A message of a length, identifier 1234 with QoS 1.</summary>
    private static byte[] Message(int length, int topicLength, int qos)
    {
        int header = length - 2 > 127 ? 3 : 2;
        int remaining = length - header;
        byte[] packet = Enumerable.Repeat((byte)'x', length).ToArray();
        packet[0] = (byte)(0x30 | (qos << 1));
        packet[1] = (byte)(header == 3 ? 0x80 | (remaining & 0x7F) : remaining);
        packet[2] = (byte)(header == 3 ? remaining >> 7 : packet[2]);
        packet[header] = 0;
        packet[header + 1] = (byte)topicLength;
        if (qos > 0)
        {
            packet[header + 2 + topicLength] = 0x12;
            packet[header + 3 + topicLength] = 0x34;
        }

        return packet;
    }

    private static void ExpectMessage(MqttBench bench, string topic, string payload)
    {
        MqttClient client = bench.Client;
        Assert.Equal(
            topic,
            Convert.ToHexString(client.InputOctets, client.TopicOffset, client.TopicLength));
        Assert.Equal(
            payload,
            Convert.ToHexString(client.InputOctets, client.PayloadOffset, client.PayloadLength));
    }
}
