// The gate, the walk over options, the writers, the options of a target.

using System;
using System.Collections.Generic;
using System.Linq;
using nanoPptp.Telemetry.Coap;
using Xunit;

namespace nanoPptp.Telemetry.Tests.Coap;

public sealed class CoapMessageTests
{
    private readonly CoapMessage _message = new();

    [Theory]
    [InlineData("40000001", 4)]
    [InlineData("4000000100", -1)]
    [InlineData("4100000100", -1)]
    [InlineData("60000001", 4)]
    [InlineData("70000001", 4)]
    [InlineData("00000001", -2)]
    [InlineData("80000001", -2)]
    [InlineData("C0000001", -2)]
    [InlineData("400000", -2)]
    [InlineData("", -2)]
    [InlineData("40010001", 4)]
    [InlineData("4801000101020304050607", -1)]
    [InlineData("480100010102030405060708", 12)]
    [InlineData("49010001010203040506070809", -1)]
    [InlineData("4F0100010102030405060708090A0B0C0D0E0F", -1)]
    [InlineData("40210001", -1)]
    [InlineData("40610001", -1)]
    [InlineData("40C10001", -1)]
    [InlineData("40E10001", -1)]
    [InlineData("40410001", 4)]
    [InlineData("40810001", 4)]
    [InlineData("40A10001", 4)]
    [InlineData("40010001FF", -1)]
    [InlineData("40010001FF00", 6)]
    [InlineData("40010001F0", -1)]
    [InlineData("400100010F", -1)]
    [InlineData("40010001F1", -1)]
    [InlineData("40010001D0", -1)]
    [InlineData("40010001D000", 6)]
    [InlineData("40010001E0", -1)]
    [InlineData("40010001E000", -1)]
    [InlineData("40010001E00000", 7)]
    [InlineData("400100010D", -1)]
    [InlineData("400100010E00", -1)]
    [InlineData("400100010D00", -1)]
    [InlineData("40010001E0FEF2", 7)]
    [InlineData("40010001E0FEF3", -1)]
    [InlineData("40010001E0FEF210", -1)]
    [InlineData("4001000111", -1)]
    [InlineData("400100011141", 6)]
    public void RFC_7252_3_The_gate_knows_what_a_message_is(string hex, int expected)
    {
        byte[] octets = Convert.FromHexString(hex);
        Assert.Equal(expected, _message.Check(octets, 0, octets.Length));
    }

    [Fact]
    public void RFC_7252_3_1_Options_are_walked_with_all_lengths_of_delta_and_value()
    {
        int[] numbers = [1, 1, 12, 13, 26, 281, 282, 551, 65535];
        int[] lengths = [0, 12, 13, 14, 268, 269, 270, 1, 600];
        var datagram = new CoapDatagram(CoapType.Con, 1, 0x1234, [9, 8])
        {
            Options = [.. numbers.Zip(lengths, (n, l) => new CoapOption(n, Filled(l)))],
            Payload = [1, 2, 3],
        };
        byte[] octets = datagram.ToOctets();
        Assert.Equal(octets.Length, _message.Check(octets, 0, octets.Length));
        Assert.Equal(3, _message.PayloadLength);
        for (int round = 0; round < 2; round++)
        {
            _message.FirstOption();
            for (int i = 0; i < numbers.Length; i++)
            {
                Assert.True(_message.NextOption());
                Assert.Equal(numbers[i], _message.OptionNumber);
                Assert.Equal(
                    Filled(lengths[i]),
                    octets.AsSpan(_message.OptionOffset, _message.OptionLength).ToArray());
            }

            Assert.False(_message.NextOption());
        }
    }

    [Fact]
    public void Every_truncation_is_a_message_again_or_refused_without_a_look_behind_it()
    {
        var datagram = new CoapDatagram(CoapType.Con, 1, 1, [1, 2, 3])
        {
            Options = [new(11, Filled(13)), new(15, Filled(300)), new(400, Filled(2))],
            Payload = [1, 2, 3],
        };
        byte[] octets = datagram.ToOctets();
        var good = new List<int>();
        for (int length = 0; length <= octets.Length; length++)
        {
            byte[] exact = octets[..length];
            int result = _message.Check(exact, 0, length);
            byte[] guarded = [.. exact, .. Filled(20)];
            Assert.Equal(result, _message.Check(guarded, 0, length));
            if (result == length)
            {
                good.Add(length);
            }
        }

        int whole = octets.Length;
        Assert.Equal([7, 22, 325, whole - 4, whole - 2, whole - 1, whole], good);
    }

    [Fact]
    public void Random_octets_are_judged_alike_by_the_independent_reader()
    {
        var random = new Random(1);
        int good = 0;
        for (int i = 0; i < 300_000; i++)
        {
            byte[] octets = new byte[random.Next(4, 24)];
            random.NextBytes(octets);
            octets[0] = (byte)(0x40 | (octets[0] & 0x33));
            octets[1] = (byte)(((octets[1] & 1) == 0 ? 1 : 0x44) + (octets[1] & 2));
            int result = _message.Check(octets, 0, octets.Length);
            CoapDatagram? parsed = null;
            try
            {
                parsed = CoapDatagram.Parse(octets);
                if (parsed.Options.Any(option => option.Number > 0xFFFF))
                {
                    parsed = null;
                }
            }
            catch (Exception e) when (e is ArgumentException or IndexOutOfRangeException
                or System.IO.InvalidDataException)
            {
                parsed = null;
            }

            Assert.Equal(parsed != null, result == octets.Length);
            if (parsed == null)
            {
                continue;
            }

            good++;
            Assert.Equal(parsed.Payload.Length, _message.PayloadLength);
            Assert.Equal(parsed.Id, _message.Id);
            _message.FirstOption();
            foreach (CoapOption option in parsed.Options)
            {
                Assert.True(_message.NextOption());
                Assert.Equal(option.Number, _message.OptionNumber);
                Assert.Equal(option.Value.Length, _message.OptionLength);
            }

            Assert.False(_message.NextOption());
        }

        Assert.InRange(good, 10_000, 290_000);
    }

    [Theory]
    [InlineData("", 0)]
    [InlineData("00", 0)]
    [InlineData("FF", 255)]
    [InlineData("0100", 256)]
    [InlineData("7FFFFFFF", int.MaxValue)]
    [InlineData("80000000", int.MaxValue)]
    [InlineData("FFFFFFFF", int.MaxValue)]
    [InlineData("0000000001", 1)]
    public void RFC_7252_3_2_Unsigned_integers(string hex, int value)
    {
        byte[] octets = new CoapDatagram(CoapType.Con, 1, 1, [])
        {
            Options = [new(14, Convert.FromHexString(hex))],
        }.ToOctets();
        _message.Check(octets, 0, octets.Length);
        _message.FirstOption();
        Assert.True(_message.NextOption());
        Assert.Equal(value, _message.OptionUInt());
    }

    [Theory]
    [InlineData(null, null, null, 112, "C170")]
    [InlineData("", null, null, 0, "C0")]
    [InlineData("/", null, null, -1, "")]
    [InlineData("a/b", null, null, 112, "B161016211" + "70")]
    [InlineData("/a/b", null, null, 256, "B16101621" + "2" + "0100")]
    [InlineData("a//", null, null, -1, "B1610000")]
    [InlineData("r", "k=v&x", null, 112, "B1721170336B3D760178")]
    [InlineData(null, "x", null, -1, "D10278")]
    [InlineData(null, "x", null, 40, "C1283178")]
    [InlineData("r", "", "hub", 40, "336875628172" + "1128")]
    [InlineData("\u00e4\u6c34\ud83d\ude00", null, null, -1, "B9C3A4E6B0B4F09F9880")]
    public void RFC_7252_6_4_The_options_of_a_target(
        string? path, string? query, string? host, int contentFormat, string golden)
    {
        var target = new CoapTarget(1, 5683, path!, query!, host!);
        byte[] b = new byte[300];
        int length = target.WriteOptions(b, 0, contentFormat);
        Assert.Equal(golden, Convert.ToHexString(b, 0, length));
        Assert.InRange(length, 0, target.Overhead - 9);
    }

    [Theory]
    [InlineData("a/./b", null, null, 5683)]
    [InlineData("..", null, null, 5683)]
    [InlineData("a", null, "", 5683)]
    [InlineData("a", null, null, 0)]
    [InlineData("a", null, null, 65536)]
    public void RFC_7252_5_10_1_What_no_option_can_carry_is_refused(
        string? path, string? query, string? host, int port) =>
        Assert.Throws<ArgumentException>(() => new CoapTarget(1, port, path!, query!, host!));

    [Fact]
    public void RFC_7252_3_2_Half_of_a_surrogate_pair_is_no_text()
    {
        // In a loop, because names of tests cannot carry such text.
        foreach (char[] units in new char[][] { ['\ud83d'], ['\ude00'], ['\ud83d', 'x'] })
        {
            Assert.Throws<ArgumentException>(
                () => new CoapTarget(1, 5683, new string(units), null!, null!));
        }
    }

    [Fact]
    public void RFC_7252_5_10_The_longest_options_of_a_target()
    {
        // 253 octets take two for the head: 255 in all.
        var target = new CoapTarget(1, 5683, new string('x', 253), null!, null!);
        Assert.Equal(4 + 4 + 255 + 4, target.Overhead);
        Assert.Throws<ArgumentException>(
            () => new CoapTarget(1, 5683, new string('x', 254), null!, null!));
        var endpoint = new CoapEndpoint(new CoapSettings(), 10);
        endpoint.Start([1], 0, 1, 0);
        Assert.False(endpoint.Post(target, 65535, new byte[11], 0, 11, 1, 0));
        Assert.True(endpoint.Post(target, 65535, new byte[11], 0, 10, 1, 0));
        byte[] b = new byte[400];
        int length = endpoint.Output(b, 0, target.Overhead + 10, 0);
        CoapDatagram sent = CoapDatagram.Parse(b.AsSpan(0, length));
        Assert.Equal(10, sent.Payload.Length);
        Assert.Equal(new string('x', 253), sent.Path);
    }

    private static byte[] Filled(int length) => [.. Enumerable.Repeat((byte)0xA5, length)];
}
