// Requests to us, as traces.

using System;
using System.Linq;
using System.Text;
using nanoPptp.Telemetry.Coap;
using Xunit;

namespace nanoPptp.Telemetry.Tests.Coap;

public sealed class CoapServerTests
{
    private const int Reader = 0x0A000063;
    private const int ReaderPort = 40000;

    private readonly CoapDesk _desk = new();

    [Fact]
    public void RFC_7252_5_2_1_The_status_is_answered_in_the_acknowledgement()
    {
        Ask(Get("status") with { Token = [1, 2, 3, 4, 5, 6, 7, 8] });
        Assert.Equal(CoapEvent.StatusAsked, _desk.Poll());
        Assert.Equal(-1, _desk.Endpoint.AcceptedFormat);
        Assert.True(_desk.Endpoint.Respond(0x45, 112, [0x80], 0, 1));
        CoapDatagram answer = _desk.Sent(Reader, ReaderPort);
        Assert.Equal("Ack 2.05 1234 [0102030405060708] 12=70 (1)", answer.ToString());
        Assert.Equal([0x80], answer.Payload);
        _desk.Quiet();
        Assert.Equal(CoapEvent.None, _desk.Poll());
        Assert.False(_desk.Endpoint.Respond(0x45, 112, [0x80], 0, 1));
    }

    [Fact]
    public void RFC_7252_4_5_A_request_that_comes_again_gets_the_same_answer_again()
    {
        CoapDatagram request = Get("status");
        Ask(request);
        Ask(request);
        Assert.Equal(CoapEvent.StatusAsked, _desk.Poll());
        Ask(request);
        Assert.True(_desk.Endpoint.Respond(0x45, 112, [1, 2], 0, 2));
        byte[] first = _desk.Sent(Reader, ReaderPort).ToOctets();
        _desk.Quiet();
        for (int i = 0; i < 3; i++)
        {
            _desk.Pass(60_000);
            Ask(request);
            Assert.Equal(CoapEvent.None, _desk.Poll());
            Assert.Equal(first, _desk.Sent(Reader, ReaderPort).ToOctets());
        }

        Assert.Equal((1, 3), (_desk.Counters.Answered, _desk.Counters.AnsweredAgain));

        // Another sender, another port, another number, and the same after EXCHANGE_LIFETIME: new.
        _desk.Receive(request, Reader + 1, ReaderPort);
        AssertAsked();
        _desk.Receive(request, Reader + 1, ReaderPort + 1);
        AssertAsked();
        Ask(request with { Id = 0x1235 });
        AssertAsked();
        _desk.Pass(247_000);
        Ask(request with { Id = 0x1235 });
        AssertAsked();
    }

    [Fact]
    public void RFC_7252_5_2_3_A_non_confirmable_request_gets_a_non_confirmable_answer_once()
    {
        CoapDatagram request = Get("status") with { Type = CoapType.Non };
        Ask(request);
        Assert.Equal(CoapEvent.StatusAsked, _desk.Poll());
        Assert.True(_desk.Endpoint.Respond(0x45, -1, [1], 0, 1));
        CoapDatagram answer = _desk.Sent(Reader, ReaderPort);
        Assert.Equal((CoapType.Non, 205), (answer.Type, answer.Code));
        Assert.NotEqual(request.Id, answer.Id);
        Assert.Equal(request.Token, answer.Token);
        Ask(request);
        Assert.Empty(_desk.Drain());
    }

    [Theory]
    [InlineData("other", 404)]
    [InlineData("", 404)]
    [InlineData("statu", 404)]
    [InlineData("statuss", 404)]
    [InlineData("status/", 404)]
    [InlineData("status/x", 404)]
    [InlineData("Status", 404)]
    [InlineData(".well-known", 404)]
    public void RFC_7252_5_9_2_5_Another_path_is_not_found(string path, int code)
    {
        Ask(Get(path));
        Assert.Equal($"Ack {code / 100}.{code % 100:00} 1234 [AB]  (0)", Answered());
    }

    [Fact]
    public void A_slash_inside_a_segment_is_no_boundary()
    {
        var desk = new CoapDesk(new CoapSettings { StatusPath = "a/b" });
        desk.Receive(new CoapDatagram(CoapType.Con, 1, 1, []) { Options = [new(11, "a/b")] });
        Assert.Equal(404, desk.Sent().Code);
        desk.Receive(Get("a/b") with { Id = 2 });
        Assert.Equal(CoapEvent.StatusAsked, desk.Poll());
        Assert.True(desk.Endpoint.Respond(0x45, 0, [1], 0, 1));
        Assert.Equal(205, desk.Sent().Code);
        desk.Receive(Get(".well-known/core") with { Id = 3 });
        Assert.Equal("</a/b>;ct=112", Encoding.ASCII.GetString(desk.Sent().Payload));
    }

    [Theory]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    [InlineData(5)]
    [InlineData(31)]
    public void RFC_7252_5_8_Another_method_is_not_allowed(int method)
    {
        Ask(Get("status") with { Code = method, Payload = [1] });
        Assert.Equal("Ack 4.05 1234 [AB]  (0)", Answered());
        Ask(Get("status") with { Code = method, Type = CoapType.Non, Id = 7 });
        Assert.StartsWith("Non 4.05", Answered());
    }

    [Theory]
    [InlineData(1, "")]
    [InlineData(5, "")]
    [InlineData(9, "00")]
    [InlineData(23, "06")]
    [InlineData(27, "06")]
    [InlineData(2001, "")]
    [InlineData(7, "010203")]
    [InlineData(17, "000070")]
    [InlineData(3, "")]
    public void RFC_7252_5_4_1_An_unknown_critical_option_is_a_bad_option(int number, string value)
    {
        CoapDatagram request = Get("status");
        request = request with
        {
            Options =
            [
                .. request.Options.Append(new(number, Convert.FromHexString(value)))
                    .OrderBy(option => option.Number),
            ],
        };
        Ask(request);
        Assert.Equal("Ack 4.02 1234 [AB]  (0)", Answered());
        Ask(request with { Type = CoapType.Non, Id = 9 });
        Assert.Empty(_desk.Drain());
        Assert.Equal(2, _desk.Counters.UnknownCritical);
    }

    [Theory]
    [InlineData(3)]
    [InlineData(7)]
    [InlineData(17)]
    public void RFC_7252_5_4_5_An_option_that_is_there_twice_is_an_unknown_one(int number)
    {
        CoapDatagram request = Get("status");
        CoapOption option = new(number, [0x70]);
        Ask(request with
        {
            Options = [.. request.Options.Append(option).Append(option).OrderBy(o => o.Number)],
        });
        Assert.Equal("Ack 4.02 1234 [AB]  (0)", Answered());
    }

    [Fact]
    public void RFC_7252_5_4_1_Known_and_elective_options_are_no_hindrance()
    {
        Ask(new CoapDatagram(CoapType.Con, 1, 1, [])
        {
            Options =
            [
                new(3, "sensor"), new(4, [1]), new(6, []), new(7, [0x16, 0x33]),
                new(11, "status"), new(12, [0]), new(15, "a=b"), new(15, "c"), new(17, [112]),
                new(60, [1]), new(2000, [1]),
            ],
            Payload = [1],
        });
        Assert.Equal(CoapEvent.StatusAsked, _desk.Poll());
        Assert.Equal(112, _desk.Endpoint.AcceptedFormat);
    }

    [Theory]
    [InlineData(35)]
    [InlineData(39)]
    public void RFC_7252_5_10_2_We_are_no_proxy(int number)
    {
        CoapDatagram request = Get("status");
        Ask(request with { Options = [.. request.Options, new(number, "coap")] });
        Assert.Equal("Ack 5.05 1234 [AB]  (0)", Answered());
    }

    [Fact]
    public void RFC_7252_5_10_4_What_is_not_accepted_is_not_sent()
    {
        CoapDatagram request = Get("status");
        request = request with { Options = [.. request.Options, new(17, [50])] };
        Ask(request);
        Assert.Equal(CoapEvent.StatusAsked, _desk.Poll());
        Assert.Equal(50, _desk.Endpoint.AcceptedFormat);
        Assert.True(_desk.Endpoint.Respond(0x45, 112, [1], 0, 1));
        Assert.Equal("Ack 4.06 1234 [AB]  (0)", _desk.Sent(Reader, ReaderPort).ToString());
        Ask(request with { Id = 2 });
        Assert.Equal(CoapEvent.StatusAsked, _desk.Poll());
        Assert.True(_desk.Endpoint.Respond(0x45, 50, [1], 0, 1));
        Assert.Equal(205, _desk.Sent(Reader, ReaderPort).Code);

        // An error has no format, and is sent whatever is accepted.
        Ask(request with { Id = 3 });
        Assert.Equal(CoapEvent.StatusAsked, _desk.Poll());
        Assert.True(_desk.Endpoint.Respond(0xA3, -1, [], 0, 0));
        Assert.Equal(503, _desk.Sent(Reader, ReaderPort).Code);
        request = Get(".well-known/core");
        Ask(request with { Id = 4, Options = [.. request.Options, new(17, [112])] });
        Assert.Equal(406, _desk.Sent(Reader, ReaderPort).Code);
    }

    [Fact]
    public void RFC_6690_4_The_list_of_links_names_the_status()
    {
        CoapDatagram request = Get(".well-known/core");
        Ask(request with { Options = [.. request.Options, new(15, "rt=x"), new(17, [40])] });
        CoapDatagram answer = _desk.Sent(Reader, ReaderPort);
        Assert.Equal("Ack 2.05 1234 [AB] 12=28 (16)", answer.ToString());
        Assert.Equal("</status>;ct=112", Encoding.ASCII.GetString(answer.Payload));
        Assert.Equal(CoapEvent.None, _desk.Poll());
    }

    [Fact]
    public void An_application_that_does_not_respond_is_an_internal_error()
    {
        Ask(Get("status"));
        Assert.Equal(CoapEvent.StatusAsked, _desk.Poll());
        Assert.False(_desk.Endpoint.Respond(0x45, 112, new byte[700], 0, 641));
        Assert.Equal(CoapEvent.None, _desk.Poll());
        Assert.Equal(500, _desk.Sent(Reader, ReaderPort).Code);
        Ask(Get("status") with { Id = 2 });
        Assert.Equal(CoapEvent.StatusAsked, _desk.Poll());
        Assert.False(_desk.Endpoint.Respond(0x45, 112, new byte[700], 0, 641));
        Assert.True(_desk.Endpoint.Respond(0x45, 65535, new byte[600], 0, 512));
        Assert.Equal(512, _desk.Sent(Reader, ReaderPort).Payload.Length);
    }

    [Fact]
    public void A_request_while_another_is_answered_is_dropped_and_served_when_it_is_repeated()
    {
        Ask(Get("status"));
        CoapDatagram other = Get("status") with { Id = 2 };
        Ask(other);
        Assert.Equal(CoapEvent.StatusAsked, _desk.Poll());
        Ask(other);
        _desk.Endpoint.Respond(0x45, 112, [1], 0, 1);
        Ask(other);
        Assert.Equal(0x1234, _desk.Sent(Reader, ReaderPort).Id);
        Assert.Equal(3, _desk.Counters.Unanswered);
        Ask(other);
        AssertAsked();
    }

    [Fact]
    public void Our_own_request_goes_on_while_we_answer()
    {
        CoapDatagram request = _desk.Post();
        Ask(Get("status"));
        _desk.Receive(new CoapDatagram(CoapType.Ack, 204, request.Id, request.Token));
        Assert.Equal(CoapEvent.Delivered, _desk.Poll());
        Assert.Equal(CoapEvent.StatusAsked, _desk.Poll());
        _desk.Endpoint.Respond(0x45, 112, [1], 0, 1);
        Assert.Equal(CoapType.Ack, _desk.Sent(Reader, ReaderPort).Type);
        _desk.Quiet();
    }

    [Fact]
    public void More_pings_than_there_is_room_for_are_counted_and_dropped()
    {
        for (int i = 0; i < 6; i++)
        {
            Ask(new CoapDatagram(CoapType.Con, 0, i, []));
        }

        Assert.Equal(
            ["Rst 0.00 0000 []  (0)", "Rst 0.00 0001 []  (0)", "Rst 0.00 0002 []  (0)",
                "Rst 0.00 0003 []  (0)"],
            _desk.Drain());
        Assert.Equal(2, _desk.Counters.Unanswered);
    }

    private static CoapDatagram Get(string path) => new(CoapType.Con, 1, 0x1234, [0xAB])
    {
        Options = path.Length == 0
            ? []
            : [.. path.Split('/').Select(segment => new CoapOption(11, segment))],
    };

    private void Ask(CoapDatagram request) => _desk.Receive(request, Reader, ReaderPort);

    private string Answered()
    {
        Assert.Equal(CoapEvent.None, _desk.Poll());
        return _desk.Sent(Reader, ReaderPort).ToString();
    }

    private void AssertAsked()
    {
        Assert.Equal(CoapEvent.StatusAsked, _desk.Poll());
        Assert.True(_desk.Endpoint.Respond(0x45, 112, [1, 2], 0, 2));
        Assert.Single(_desk.Drain());
    }
}
