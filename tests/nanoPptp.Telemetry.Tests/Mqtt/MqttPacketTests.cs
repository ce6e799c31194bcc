// The packets octet by octet: what the standard's figures show, and what its gates refuse.

using System.Linq;
using nanoPptp.Telemetry.Mqtt;
using Xunit;
using static nanoPptp.Telemetry.Tests.Mqtt.MqttBench;

namespace nanoPptp.Telemetry.Tests.Mqtt;

public sealed class MqttPacketTests
{
    [Theory]
    [InlineData(0, "00")]
    [InlineData(127, "7F")]
    [InlineData(128, "8001")]
    [InlineData(16383, "FF7F")]
    [InlineData(16384, "808001")]
    [InlineData(2097151, "FFFF7F")]
    [InlineData(2097152, "80808001")]
    [InlineData(268435455, "FFFFFF7F")]
    public void Remaining_lengths_are_those_of_the_table_in_2_2_3(int value, string notation)
    {
        byte[] octets = Octets("30" + notation);
        Assert.Equal(octets.Length - 1, MqttPacket.LengthOfLength(value));
        Assert.Equal(octets.Length, MqttPacket.HeaderLength(octets, 0, octets.Length));
        Assert.Equal(value, MqttPacket.RemainingLength(octets, 0, octets.Length));
        for (int length = 0; length < octets.Length; length++)
        {
            Assert.Equal(0, MqttPacket.HeaderLength(octets, 0, length));
        }
    }

    [Theory]
    [InlineData(1, 126 - 3)]
    [InlineData(1, 127 - 3)]
    [InlineData(1, 128 - 3)]
    [InlineData(9, 16383 - 11)]
    [InlineData(9, 16384 - 11)]
    [InlineData(70, 2097151 - 72)]
    [InlineData(70, 2097152 - 72)]
    public void A_written_remaining_length_reads_back_and_touches_nothing_else(
        int topicLength, int payloadLength)
    {
        byte[] octets = Enumerable.Repeat((byte)0xA5, 32).ToArray();
        int count = MqttPacket.WritePublish(octets, 8, topicLength, payloadLength, 0, false);
        int header = MqttPacket.HeaderLength(octets, 8, count);
        Assert.Equal(count - 2, header);
        Assert.Equal(
            2 + topicLength + payloadLength, MqttPacket.RemainingLength(octets, 8, header));
        Assert.Equal(topicLength, MqttPacket.TopicLength(octets, 8, header));
        Assert.All(octets[..8].Concat(octets[(8 + count)..]), one => Assert.Equal(0xA5, one));
    }

    [Fact]
    public void A_fifth_octet_of_length_is_refused_when_the_fourth_announces_it()
    {
        byte[] octets = Octets("30 FF FF FF FF");
        Assert.Equal(0, MqttPacket.HeaderLength(octets, 0, 4));
        Assert.Equal(-1, MqttPacket.HeaderLength(octets, 0, 5));
    }

    [Fact]
    public void CONNECT_is_that_of_figure_3_6_and_its_payload_keeps_the_order_MQTT_3_1_3_1()
    {
        var settings = new MqttSettings
        {
            ClientId = "c",
            UserName = "u",
            Password = [1, 2],
            WillTopic = "w",
            WillMessage = [3],
            WillQos = 1,
            CleanSession = true,
            KeepAliveS = 10,
        };
        Assert.Equal(
            Octets(
                "10 1A 0004 4D515454 04 CE 000A"
                + "0001 63  0001 77  0001 03  0001 75  0002 0102"),
            MqttPacket.MakeConnect(settings));
    }

    [Fact]
    public void A_bare_CONNECT_has_no_flag_and_nothing_but_the_client_identifier_MQTT_3_1_3_3()
    {
        Assert.Equal(
            Octets("10 0D  0004 4D515454 04 00 003C  0001 63"),
            MqttPacket.MakeConnect(new MqttSettings { ClientId = "c" }));
    }

    [Theory]
    [InlineData(0, false, 0x04)]
    [InlineData(1, false, 0x0C)]
    [InlineData(2, true, 0x34)]
    public void A_will_brings_its_flags_topic_and_message_MQTT_3_1_2_9(
        int qos, bool retain, int flags)
    {
        var settings = new MqttSettings
        {
            ClientId = "c",
            WillTopic = "w",
            WillQos = qos,
            WillRetain = retain,
        };
        byte[] packet = MqttPacket.MakeConnect(settings);
        Assert.Equal(flags, packet[9]);
        Assert.Equal(Octets("0001 63 0001 77 0000"), packet[12..]);
    }

    [Fact]
    public void Without_a_will_its_QoS_and_retain_are_zero_MQTT_3_1_2_11_13_15()
    {
        var settings = new MqttSettings { ClientId = "c", WillQos = 2, WillRetain = true };
        Assert.Equal(0, MqttPacket.MakeConnect(settings)[9]);
    }

    [Theory]
    [InlineData(false, 0x80)]
    [InlineData(true, 0xC0)]
    public void Name_and_password_have_a_flag_each_MQTT_3_1_2_19_21(bool hasPassword, int flags)
    {
        var settings = new MqttSettings
        {
            ClientId = "c",
            UserName = "u",
            Password = hasPassword ? [] : null,
        };
        byte[] packet = MqttPacket.MakeConnect(settings);
        Assert.Equal(flags, packet[9]);
        Assert.Equal(Octets(hasPassword ? "0001 75 0000" : "0001 75"), packet[15..]);
    }

    [Fact]
    public void A_long_CONNECT_has_two_octets_of_length()
    {
        var settings = new MqttSettings { ClientId = new string('x', 200) };
        byte[] packet = MqttPacket.MakeConnect(settings);
        Assert.Equal(Octets("10 D401 0004"), packet[..5]);
        Assert.Equal(3 + 10 + 202, packet.Length);
    }

    [Fact]
    public void SUBSCRIBE_has_flags_0010_and_one_filter_MQTT_3_8_1_1_and_3_8_3_3()
    {
        byte[] packet = MqttPacket.MakeSubscribe("a/b"u8.ToArray(), 1);
        Assert.Equal(Octets("82 08 0000 0003 612F62 01"), packet);
        Assert.Equal(2, MqttPacket.SubscribeIdentifierOffset(packet));
    }

    [Fact]
    public void PUBLISH_begins_like_figure_3_11()
    {
        byte[] octets = new byte[7];
        Assert.Equal(4, MqttPacket.WritePublish(octets, 0, 3, 0, 1, false));
        Assert.Equal(Octets("32 07 0003 000000"), octets);
    }

    [Theory]
    [InlineData(0, false, 0x30)]
    [InlineData(1, false, 0x32)]
    [InlineData(1, true, 0x3A)]
    public void PUBLISH_carries_QoS_and_DUP(int qos, bool isDuplicate, int first)
    {
        byte[] octets = new byte[7];
        MqttPacket.WritePublish(octets, 0, 1, 1, qos, isDuplicate);
        Assert.Equal(first, octets[0]);
        Assert.Equal(qos, MqttPacket.QosOf(octets, 0));
        Assert.Equal(isDuplicate, MqttPacket.IsDuplicate(octets, 0));
        Assert.False(MqttPacket.IsRetained(octets, 0));
    }

    [Fact]
    public void The_short_packets_are_these()
    {
        byte[] octets = Enumerable.Repeat((byte)0xA5, 8).ToArray();
        Assert.Equal(4, MqttPacket.WritePublishAck(octets, 1, 0xFFFE));
        Assert.Equal(Octets("A5 40 02 FFFE A5A5A5"), octets);
        Assert.Equal(2, MqttPacket.WritePingRequest(octets, 3));
        Assert.Equal(2, MqttPacket.WriteDisconnect(octets, 5));
        Assert.Equal(Octets("A5 40 02 C000 E000 A5"), octets);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    public void What_is_said_to_fit_fits_exactly(int qos)
    {
        foreach (int capacity in Enumerable.Range(0, 300).Concat([16380, 16390, 20000, 2097160]))
        {
            int payload = MqttPacket.PayloadCapacity(capacity, 5, qos);
            if (payload < 0)
            {
                Assert.True(capacity < 2 + 2 + 5 + (2 * qos));
                continue;
            }

            Assert.InRange(PacketLength(payload, qos), 0, capacity);
            Assert.True(PacketLength(payload + 1, qos) > capacity);
        }
    }

    [Theory]
    [InlineData("00 00", MqttFailure.PacketType)] // 0: reserved
    [InlineData("10 00", MqttFailure.PacketType)] // CONNECT
    [InlineData("50 02", MqttFailure.PacketType)] // PUBREC: we never publish at QoS 2
    [InlineData("62 02", MqttFailure.PacketType)] // PUBREL: nor did we say PUBREC
    [InlineData("70 02", MqttFailure.PacketType)] // PUBCOMP
    [InlineData("82 02", MqttFailure.PacketType)] // SUBSCRIBE
    [InlineData("A2 02", MqttFailure.PacketType)] // UNSUBSCRIBE
    [InlineData("B0 02", MqttFailure.PacketType)] // UNSUBACK: never asked for
    [InlineData("C0 00", MqttFailure.PacketType)] // PINGREQ
    [InlineData("E0 00", MqttFailure.PacketType)] // DISCONNECT
    [InlineData("F0 00", MqttFailure.PacketType)] // 15: reserved
    [InlineData("20 01", MqttFailure.Length)]
    [InlineData("20 03", MqttFailure.Length)]
    [InlineData("40 00", MqttFailure.Length)]
    [InlineData("40 03", MqttFailure.Length)]
    [InlineData("90 02", MqttFailure.Length)]
    [InlineData("90 04", MqttFailure.Length)]
    [InlineData("D0 01", MqttFailure.Length)]
    [InlineData("30 02", MqttFailure.Length)]
    [InlineData("32 04", MqttFailure.Length)]
    [InlineData("34 09", MqttFailure.Qos)] // QoS 2 was never asked for
    [InlineData("36 09", MqttFailure.Qos)] // MQTT-3.3.1-4
    [InlineData("3E 09", MqttFailure.Qos)]
    [InlineData("38 09", MqttFailure.ReservedFlags)] // MQTT-3.3.1-2
    [InlineData("20 02", MqttFailure.None)]
    [InlineData("40 02", MqttFailure.None)]
    [InlineData("90 03", MqttFailure.None)]
    [InlineData("D0 00", MqttFailure.None)]
    [InlineData("30 03", MqttFailure.None)]
    [InlineData("31 03", MqttFailure.None)]
    [InlineData("3B 05", MqttFailure.None)]
    public void The_first_gate_judges_the_fixed_header(string notation, MqttFailure expected)
    {
        byte[] octets = Octets(notation);
        Assert.Equal(expected, MqttPacket.CheckHeader(octets, 0, octets[1]));
    }

    [Theory]
    [InlineData(0x20, 2)]
    [InlineData(0x40, 2)]
    [InlineData(0x90, 3)]
    [InlineData(0xD0, 0)]
    public void Reserved_flags_must_be_zero_MQTT_2_2_2_1_and_2_2_2_2(int first, int remaining)
    {
        for (int flags = 1; flags < 16; flags++)
        {
            byte[] octets = [(byte)(first | flags), (byte)remaining];
            Assert.Equal(
                MqttFailure.ReservedFlags, MqttPacket.CheckHeader(octets, 0, remaining));
        }
    }

    [Theory]
    [InlineData("20 02 00 00", MqttFailure.None)]
    [InlineData("20 02 01 00", MqttFailure.None)]
    [InlineData("20 02 00 05", MqttFailure.None)]
    [InlineData("20 02 00 06", MqttFailure.ReturnCode)]
    [InlineData("20 02 00 FF", MqttFailure.ReturnCode)]
    [InlineData("20 02 01 05", MqttFailure.ReturnCode)] // MQTT-3.2.2-4
    [InlineData("20 02 02 00", MqttFailure.ReservedFlags)]
    [InlineData("20 02 80 00", MqttFailure.ReservedFlags)]
    [InlineData("90 03 0001 00", MqttFailure.None)]
    [InlineData("90 03 0001 01", MqttFailure.None)]
    [InlineData("90 03 0001 02", MqttFailure.None)]
    [InlineData("90 03 0001 80", MqttFailure.None)]
    [InlineData("90 03 0001 03", MqttFailure.ReturnCode)] // MQTT-3.9.3-2
    [InlineData("90 03 0001 7F", MqttFailure.ReturnCode)]
    [InlineData("90 03 0001 81", MqttFailure.ReturnCode)]
    [InlineData("40 02 0000", MqttFailure.None)]
    [InlineData("30 03 0001 74", MqttFailure.None)]
    [InlineData("30 03 0002 74", MqttFailure.Length)]
    [InlineData("30 03 FFFF 74", MqttFailure.Length)]
    [InlineData("30 03 0000 74", MqttFailure.Topic)] // MQTT-4.7.3-1
    [InlineData("30 03 0001 23", MqttFailure.Topic)] // MQTT-3.3.2-2
    [InlineData("30 03 0001 2B", MqttFailure.Topic)]
    [InlineData("30 03 0001 00", MqttFailure.Topic)] // MQTT-1.5.3-2
    [InlineData("30 03 0001 80", MqttFailure.Topic)] // MQTT-1.5.3-1
    [InlineData("30 05 0003 EDA080", MqttFailure.Topic)] // MQTT-1.5.3-1: a surrogate
    [InlineData("32 05 0001 74 0000", MqttFailure.PacketIdentifier)] // MQTT-2.3.1-1
    [InlineData("32 05 0001 74 0001", MqttFailure.None)]
    [InlineData("32 05 0002 7474 01", MqttFailure.Length)]
    [InlineData("32 05 0003 747474", MqttFailure.Length)]
    public void The_second_gate_judges_the_rest(string notation, MqttFailure expected)
    {
        // The same with guard octets around it, which must not be read.
        byte[] octets = Octets(notation);
        foreach (byte guard in (byte[])[0x00, 0x23, 0xFF])
        {
            byte[] guarded =
                [.. Enumerable.Repeat(guard, 3), .. octets, .. Enumerable.Repeat(guard, 5)];
            Assert.Equal(MqttFailure.None, MqttPacket.CheckHeader(guarded, 3, octets[1]));
            Assert.Equal(expected, MqttPacket.Check(guarded, 3, 2, octets.Length));
        }
    }

    [Fact]
    public void The_readers_find_what_the_figures_show()
    {
        byte[] message = Octets("3B 8A 00 0003 612F62 000A 010203");
        int header = MqttPacket.HeaderLength(message, 0, message.Length);
        Assert.Equal(3, header);
        Assert.Equal(10, MqttPacket.RemainingLength(message, 0, header));
        Assert.Equal(MqttFailure.None, MqttPacket.Check(message, 0, header, message.Length));
        Assert.Equal(MqttPacket.Publish, MqttPacket.TypeOf(message, 0));
        Assert.True(MqttPacket.IsDuplicate(message, 0));
        Assert.True(MqttPacket.IsRetained(message, 0));
        Assert.Equal(1, MqttPacket.QosOf(message, 0));
        Assert.Equal(3, MqttPacket.TopicLength(message, 0, header));
        Assert.Equal(8, MqttPacket.TopicEnd(message, 0, header));
        Assert.Equal(10, MqttPacket.Identifier(message, 0, 8));

        byte[] connectAck = Octets("20 02 01 04");
        Assert.True(MqttPacket.IsSessionPresent(connectAck, 0, 2));
        Assert.Equal(4, MqttPacket.ReturnCode(connectAck, 0, 2));

        byte[] subscribeAck = Octets("90 03 1234 80");
        Assert.Equal(0x1234, MqttPacket.Identifier(subscribeAck, 0, 2));
        Assert.Equal(0x80, MqttPacket.SubscribeReturnCode(subscribeAck, 0, 2));
    }

    private static int PacketLength(int payloadLength, int qos)
    {
        int remaining = MqttPacket.PublishRemainingLength(5, payloadLength, qos);
        return 1 + MqttPacket.LengthOfLength(remaining) + remaining;
    }
}
