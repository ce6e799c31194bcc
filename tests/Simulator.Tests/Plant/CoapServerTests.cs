// The CoAP server against messages written by hand, with RFC 7252 beside them.

using System;
using System.Linq;
using Simulator.Plant;
using Xunit;

namespace Simulator.Tests.Plant;

public class CoapServerTests
{
    // CON, POST, Uri-Path "readings", Content-Format 112, payload marker.
    private const string Options = "B8 72656164696E6773 11 70 FF";

    private readonly PlantBench _bench = new();

    [Fact]
    public void A_request_is_stored_and_answered_in_its_acknowledgement()
    {
        _bench.InputUdp(Request(0x1234, 5));
        Assert.Equal(PlantBench.Hex("62 44 1234 A1A2"), _bench.NextUdp());
        Assert.Equal(["pump-1/ 5 New"], _bench.Heard);
    }

    [Fact]
    public void A_repeated_request_is_answered_again_and_not_done_again()
    {
        _bench.InputUdp(Request(0x1234, 5));
        byte[] answer = _bench.NextUdp();
        _bench.InputUdp(Request(0x1234, 5));
        Assert.Equal(answer, _bench.NextUdp());
        Assert.Single(_bench.Heard);

        // Another port is another source; and after 247 s the identifier is free again.
        _bench.InputUdp(Request(0x1234, 5), sourcePort: 5_684);
        Assert.Equal("pump-1/ 5 Duplicate", _bench.Heard[1]);
        _bench.Advance(247_000);
        _bench.InputUdp(Request(0x1234, 5));
        Assert.Equal(3, _bench.Heard.Count);
        Assert.Equal(1, _bench.Plant.Coap.Repeated);
    }

    [Fact]
    public void A_separate_response_is_repeated_until_it_is_acknowledged()
    {
        var bench = new PlantBench(new PlantMoods { SeparateAnswer = 1_000_000 });
        bench.InputUdp(Request(0x1234, 5));
        Assert.Equal(PlantBench.Hex("60 00 1234"), bench.NextUdp());
        bench.Advance(1);
        byte[] response = bench.NextUdp();
        Assert.Equal([0x42, 0x44], response[..2]);
        Assert.Equal([0xA1, 0xA2], response[4..]);
        foreach (int wait in (int[])[2_000, 4_000])
        {
            bench.Advance(wait - 1);
            bench.ExpectNothing();
            bench.Advance(1);
            Assert.Equal(response, bench.NextUdp());
        }

        bench.InputUdp([0x60, 0, response[2], response[3]]);
        bench.Advance(100_000);
        bench.ExpectNothing();
        bench.InputUdp(Request(0x1234, 5));
        Assert.Equal(PlantBench.Hex("60 00 1234"), bench.NextUdp());
        Assert.Single(bench.Heard);
    }

    [Fact]
    public void A_late_answer_stays_away_until_then()
    {
        var bench = new PlantBench(new PlantMoods { LateAnswer = 1_000_000 });
        bench.InputUdp(Request(0x1234, 5));
        bench.InputUdp(Request(0x1234, 5));
        bench.ExpectNothing();
        bench.Advance(3_000);
        Assert.Equal(PlantBench.Hex("62 44 1234 A1A2"), bench.NextUdp());
        bench.ExpectNothing();
    }

    [Fact]
    public void A_lost_answer_comes_when_the_request_is_repeated()
    {
        var bench = new PlantBench(new PlantMoods { LostAnswer = 1_000_000 });
        bench.InputUdp(Request(0x1234, 5));
        bench.ExpectNothing();
        Assert.Single(bench.Heard);
        bench.InputUdp(Request(0x1234, 5));
        Assert.Equal(PlantBench.Hex("62 44 1234 A1A2"), bench.NextUdp());
        Assert.Single(bench.Heard);
    }

    [Fact]
    public void A_server_that_is_unavailable_stores_nothing_and_says_for_how_long()
    {
        var bench = new PlantBench(new PlantMoods { Unavailable = 1_000_000 });
        bench.InputUdp(Request(0x1234, 5));
        byte[] answer = bench.NextUdp();
        Assert.Equal(PlantBench.Hex("62 A3 1234 A1A2 D1 01"), answer[..^1]);
        Assert.InRange(answer[^1], 1, 10);
        Assert.Empty(bench.Heard);
    }

    [Theory]
    [InlineData("42 02 1234 A1A2 B8 72656164696E6774 11 70 FF 80", 0x84)]
    [InlineData("42 01 1234 A1A2 B8 72656164696E6773", 0x85)]
    [InlineData("42 02 1234 A1A2 B8 72656164696E6773 11 32 FF 80", 0x8F)]
    [InlineData("42 02 1234 A1A2 B8 72656164696E6773 FF 80", 0x8F)]
    [InlineData("42 02 1234 A1A2 91 00 28 72656164696E6773 11 70 FF 80", 0x82)]
    [InlineData("42 02 1234 A1A2 B8 72656164696E6773 11 70 FF 80", 0x80)]
    public void What_the_server_does_not_take_has_its_code(string octets, byte code)
    {
        _bench.InputUdp(PlantBench.Hex(octets));
        Assert.Equal(code, _bench.NextUdp()[1]);
        Assert.DoesNotContain(
            _bench.Heard, text => text.StartsWith("pump", StringComparison.Ordinal));
    }

    [Fact]
    public void A_ping_is_answered_with_reset()
    {
        _bench.InputUdp(PlantBench.Hex("40 00 0007"));
        Assert.Equal(PlantBench.Hex("70 00 0007"), _bench.NextUdp());
    }

    [Fact]
    public void Every_truncation_is_malformed_or_another_message()
    {
        byte[] request = Request(0x1234, 5);
        for (int length = 0; length < request.Length; length++)
        {
            _bench.InputUdp(request[..length]);
        }

        Assert.DoesNotContain(
            _bench.Heard, text => text.StartsWith("pump", StringComparison.Ordinal));
        Assert.Throws<FormatException>(() => CoapMessage.Read(PlantBench.Hex("49 01 0001")));
        Assert.Throws<FormatException>(() => CoapMessage.Read(PlantBench.Hex("40 01 0001 F0")));
        Assert.Throws<FormatException>(() => CoapMessage.Read(PlantBench.Hex("40 01 0001 FF")));
        Assert.Throws<FormatException>(() => CoapMessage.Read(PlantBench.Hex("40 00 0001 00")));
        Assert.Throws<FormatException>(() => CoapMessage.Read(PlantBench.Hex("80 01 0001")));
    }

    [Fact]
    public void Long_options_are_written_as_they_are_read()
    {
        var message = new CoapMessage
        {
            Type = CoapType.Confirmable,
            Code = CoapMessage.Post,
            Id = 1,
            Options =
            [
                (11, new byte[12]), (11, new byte[13]), (24, new byte[268]), (300, new byte[269]),
                (2_000, []),
            ],
            Payload = [1],
        };
        byte[] octets = message.ToOctets();
        Assert.Equal(octets, CoapMessage.Read(octets).ToOctets());
        Assert.Equal(
            [12, 13, 268, 269, 0], CoapMessage.Read(octets).Options.Select(one => one.Value.Length));
    }

    [Fact]
    public void A_sensor_is_asked_for_its_status_until_it_answers()
    {
        _bench.Plant.Ask(PlantBench.Sensor, _bench.NowMs);
        byte[] question = _bench.NextUdp();
        Assert.Equal(PlantBench.Hex("B6 737461747573"), question[7..]);
        _bench.Advance(2_000);
        Assert.Equal(question, _bench.NextUdp());
        _bench.InputUdp(
            [0x63, 0x45, question[2], question[3], .. question[4..7], 0xFF, 0x80]);
        Assert.Equal(1, _bench.Plant.Coap.Answered);
        _bench.Advance(300_000);
        _bench.ExpectNothing();
    }

    private static byte[] Request(ushort id, int sequence) =>
    [
        0x42, 2, (byte)(id >> 8), (byte)id, 0xA1, 0xA2,
        .. PlantBench.Hex(Options), .. PlantBench.Pack(sequence),
    ];
}
