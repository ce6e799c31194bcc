// Texts, topic names and topic filters, judged beside the platform's own encoder.

using System;
using System.Text;
using nanoPptp.Telemetry.Mqtt;
using Xunit;

namespace nanoPptp.Telemetry.Tests.Mqtt;

public sealed class MqttTextTests
{
    private static readonly UTF8Encoding s_strict = new(false, throwOnInvalidBytes: true);

    [Fact]
    public void Every_character_is_encoded_as_the_platform_does_it()
    {
        for (int code = 1; code <= 0x10FFFF; code += code < 0x3000 ? 1 : 37)
        {
            if (code is >= 0xD800 and <= 0xDFFF)
            {
                continue;
            }

            string text = "a" + char.ConvertFromUtf32(code) + "b";
            byte[] octets = s_strict.GetBytes(text);
            Assert.Equal(octets, MqttText.Encode(text));
            Assert.True(MqttText.IsText(octets, 0, octets.Length));
        }
    }

    [Fact]
    public void Null_stays_null_and_empty_stays_empty()
    {
        Assert.Null(MqttText.Encode(null));
        Assert.Empty(MqttText.Encode(""));
    }

    [Fact]
    public void What_is_no_text_is_not_encoded_MQTT_1_5_3_1_and_1_5_3_2()
    {
        string[] wrongs = ["\uD800", "\uDC00", "\uDC00\uD800", "a\uD800b", "a\0b"];
        Assert.All(
            wrongs, one => Assert.Throws<ArgumentException>(() => MqttText.Encode(one)));
    }

    [Fact]
    public void The_longest_text_has_65535_octets()
    {
        Assert.Equal(65535, MqttText.Encode(new string('x', 65535)).Length);
        Assert.Throws<ArgumentException>(() => MqttText.Encode(new string('x', 65536)));
    }

    [Fact]
    public void Random_octets_are_judged_as_the_platform_judges_them()
    {
        var random = new Random(311);
        byte[] octets = new byte[8];
        byte[] leads =
            [0x7F, 0xC2, 0xDF, 0xE0, 0xED, 0xEF, 0xF0, 0xF4, 0xF5, 0x80, 0xBF, 0x9F, 0xA0];
        int goodCount = 0;
        for (int i = 0; i < 200_000; i++)
        {
            int length = random.Next(1, 5);
            for (int k = 0; k < length; k++)
            {
                octets[k] = leads[random.Next(leads.Length)];
            }

            bool isText = MqttText.IsText(octets, 0, length);
            Assert.Equal(IsTextForThePlatform(octets.AsSpan(0, length)), isText);
            goodCount += isText ? 1 : 0;
        }

        Assert.InRange(goodCount, 1000, 199_000);
    }

    [Theory]
    [InlineData("a", true)]
    [InlineData("/", true)]
    [InlineData("plant/1/readings", true)]
    [InlineData("", false)]
    [InlineData("a/+", false)]
    [InlineData("#", false)]
    [InlineData("a+b", false)]
    public void A_topic_name_is_not_empty_and_has_no_wildcard_MQTT_4_7_3_1_and_3_3_2_2(
        string topic, bool isGood)
    {
        byte[] octets = s_strict.GetBytes(topic);
        Assert.Equal(isGood, MqttText.IsTopicName(octets, 0, octets.Length));
    }

    [Theory]
    [InlineData("a", true)]
    [InlineData("#", true)]
    [InlineData("+", true)]
    [InlineData("a/#", true)]
    [InlineData("+/b/+", true)]
    [InlineData("/+", true)]
    [InlineData("", false)]
    [InlineData("a#", false)]
    [InlineData("#/a", false)]
    [InlineData("a/#/b", false)]
    [InlineData("a+", false)]
    [InlineData("+a", false)]
    [InlineData("a/+b/c", false)]
    public void Wildcards_fill_a_level_of_a_filter_MQTT_4_7_1_2_and_4_7_1_3(
        string filter, bool isGood) =>
        Assert.Equal(isGood, MqttText.IsTopicFilter(s_strict.GetBytes(filter)));

    private static bool IsTextForThePlatform(ReadOnlySpan<byte> octets)
    {
        try
        {
            s_strict.GetCharCount(octets);
            return !octets.Contains((byte)0);
        }
        catch (ArgumentException)
        {
            return false;
        }
    }
}
