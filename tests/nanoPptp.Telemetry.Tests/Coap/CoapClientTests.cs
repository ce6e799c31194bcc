// The request of ours, as traces. The server of the desk speaks through the independent writer.

using System;
using System.Collections.Generic;
using System.Linq;
using nanoPptp.Telemetry.Coap;
using Xunit;

namespace nanoPptp.Telemetry.Tests.Coap;

public sealed class CoapClientTests
{
    private readonly CoapDesk _desk = new();

    [Fact]
    public void RFC_7252_5_2_1_A_piggybacked_response_is_the_delivery()
    {
        CoapDatagram request = _desk.Post(tag: 42);
        Assert.Equal(CoapType.Con, request.Type);
        Assert.Equal(2, request.Code);
        Assert.Equal("readings", request.Path);
        Assert.Equal("hello"u8.ToArray(), request.Payload);
        Assert.Equal(["11=72656164696E6773", "12=70"], request.Options.Select(o => o.ToString()));
        Assert.Equal(4, request.Token.Length);
        Assert.True(_desk.Endpoint.IsBusy);

        _desk.Receive(Answer(request, CoapType.Ack, 204));
        Assert.Equal(CoapEvent.Delivered, _desk.Poll());
        Assert.Equal((42, 0x44), (_desk.Endpoint.Tag, _desk.Endpoint.Code));
        Assert.False(_desk.Endpoint.IsBusy);
        Assert.Equal(CoapEvent.None, _desk.Poll());
        Assert.Equal(int.MaxValue, _desk.Endpoint.NextDeadlineMs(_desk.NowMs));
        _desk.Quiet();
    }

    [Theory]
    [InlineData(100)]
    [InlineData(150)]
    [InlineData(1000)]
    public void RFC_7252_4_2_Retransmissions_double_their_wait_and_end(int randomPercent)
    {
        var settings = new CoapSettings { AckRandomPercent = randomPercent };
        foreach (int start in new[] { 0, int.MaxValue - 3000, int.MaxValue, int.MinValue, -2500 })
        {
            for (int seed = 0; seed < 20; seed++)
            {
                var desk = new CoapDesk(settings, start, seed);
                CoapDatagram request = desk.Post();
                int firstMs = desk.PassToDeadline();
                Assert.InRange(firstMs, 2000, 20 * randomPercent);
                for (int n = 1; n <= 4; n++)
                {
                    // s.4.2: the same message, with the same ID and token.
                    Assert.Equal(request.ToOctets(), desk.Sent().ToOctets());
                    desk.Quiet();
                    Assert.Equal(CoapEvent.None, desk.Poll());
                    Assert.Equal(firstMs << n, desk.PassToDeadline());
                }

                desk.Quiet();
                Assert.Equal(CoapEvent.TimedOut, desk.Poll());
                Assert.Equal(4, desk.Counters.Retransmissions);
                Assert.Equal(1, desk.Counters.TimedOut);
                Assert.False(desk.Endpoint.IsBusy);
            }
        }
    }

    [Fact]
    public void RFC_7252_4_2_The_first_wait_is_drawn_from_its_whole_range()
    {
        int[] waits =
        [
            .. Enumerable.Range(0, 400).Select(seed =>
            {
                var desk = new CoapDesk(seed: seed);
                desk.Post();
                return desk.PassToDeadline();
            }),
        ];
        Assert.InRange(waits.Min(), 2000, 2050);
        Assert.InRange(waits.Max(), 2950, 3000);
        Assert.InRange(waits.Average(), 2430, 2570);
    }

    [Fact]
    public void A_wait_begins_when_the_datagram_leaves_and_not_before()
    {
        byte[] payload = [1];
        Assert.True(_desk.Endpoint.Post(_desk.Target, 112, payload, 0, 1, 1, _desk.NowMs));
        _desk.Pass(1_000_000);
        Assert.Equal(CoapEvent.None, _desk.Poll());
        _desk.Sent();
        Assert.InRange(_desk.PassToDeadline(), 2000, 3000);
    }

    [Fact]
    public void A_lost_acknowledgement_is_made_good_by_the_servers_second_one()
    {
        CoapDatagram request = _desk.Post();
        _desk.PassToDeadline();
        CoapDatagram again = _desk.Sent();
        _desk.Receive(Answer(again, CoapType.Ack, 204));
        _desk.Receive(Answer(request, CoapType.Ack, 204));
        Assert.Equal(CoapEvent.Delivered, _desk.Poll());
        Assert.Equal(CoapEvent.None, _desk.Poll());
        Assert.Equal(1, _desk.Counters.Unmatched);
        _desk.Quiet();
    }

    [Fact]
    public void RFC_7252_5_2_2_A_separate_confirmable_response_is_acknowledged()
    {
        CoapDatagram request = _desk.Post();
        _desk.Receive(Empty(CoapType.Ack, request.Id));
        Assert.Equal(CoapEvent.None, _desk.Poll());
        Assert.Equal(60_000, _desk.Endpoint.NextDeadlineMs(_desk.NowMs));
        _desk.Pass(59_999);
        _desk.Quiet();
        _desk.Receive(Answer(request, CoapType.Con, 201) with { Id = 0x7777 });
        Assert.Equal(Empty(CoapType.Ack, 0x7777).ToString(), _desk.Sent().ToString());
        Assert.Equal(CoapEvent.Delivered, _desk.Poll());
        Assert.Equal(0, _desk.Counters.Retransmissions);
    }

    [Fact]
    public void RFC_7252_5_2_2_A_separate_response_may_be_non_confirmable()
    {
        CoapDatagram request = _desk.Post();
        _desk.Receive(Empty(CoapType.Ack, request.Id));
        _desk.Receive(Answer(request, CoapType.Non, 204) with { Id = 0x7777 });
        Assert.Equal(CoapEvent.Delivered, _desk.Poll());
        _desk.Quiet();
    }

    [Fact]
    public void RFC_7252_5_2_2_A_response_before_the_acknowledgement_stops_the_retransmissions()
    {
        foreach (CoapType type in new[] { CoapType.Con, CoapType.Non })
        {
            CoapDatagram request = _desk.Post();
            _desk.Receive(Answer(request, type, 204) with { Id = 0x100 + (int)type });
            Assert.Equal(CoapEvent.Delivered, _desk.Poll());
            Assert.Equal(type == CoapType.Con ? 1 : 0, _desk.Drain().Count);
            _desk.Receive(Empty(CoapType.Ack, request.Id));
            Assert.Empty(_desk.Drain());
            Assert.False(_desk.Endpoint.IsBusy);
            _desk.Pass(100_000);
            Assert.Empty(_desk.Drain());
        }
    }

    [Fact]
    public void The_promised_response_that_never_comes_times_out()
    {
        CoapDatagram request = _desk.Post();
        _desk.PassToDeadline();
        _desk.Receive(Empty(CoapType.Ack, request.Id));
        _desk.Quiet();
        Assert.Equal(60_000, _desk.PassToDeadline());
        Assert.Equal(CoapEvent.TimedOut, _desk.Poll());
        Assert.Equal(0, _desk.Endpoint.Code);
    }

    [Fact]
    public void A_second_empty_acknowledgement_does_not_lengthen_the_wait()
    {
        CoapDatagram request = _desk.Post();
        _desk.Receive(Empty(CoapType.Ack, request.Id));
        _desk.Pass(30_000);
        _desk.Receive(Empty(CoapType.Ack, request.Id));
        Assert.Equal(30_000, _desk.Endpoint.NextDeadlineMs(_desk.NowMs));
        Assert.Equal(1, _desk.Counters.Promised);
    }

    [Fact]
    public void RFC_7252_4_5_A_confirmable_response_that_comes_again_is_acknowledged_again()
    {
        CoapDatagram request = _desk.Post();
        CoapDatagram response = Answer(request, CoapType.Con, 204) with { Id = 0x7777 };
        _desk.Receive(response);
        Assert.Equal(CoapType.Ack, _desk.Sent().Type);

        // Before the event was polled, after it, with the next request under way, and long after.
        _desk.Receive(response);
        Assert.Equal(CoapType.Ack, _desk.Sent().Type);
        Assert.Equal(CoapEvent.Delivered, _desk.Poll());
        _desk.Receive(response);
        Assert.Equal(CoapType.Ack, _desk.Sent().Type);
        CoapDatagram next = _desk.Post();
        _desk.Receive(response);
        Assert.Equal(CoapType.Ack, _desk.Sent().Type);
        Assert.Equal(CoapEvent.None, _desk.Poll());
        _desk.Receive(Answer(next, CoapType.Ack, 204));
        Assert.Equal(CoapEvent.Delivered, _desk.Poll());
        _desk.Pass(246_999);
        _desk.Receive(response);
        Assert.Equal(CoapType.Ack, _desk.Sent().Type);

        // EXCHANGE_LIFETIME is over, or somebody else uses the number: no context.
        _desk.Receive(response, CoapDesk.Stranger);
        Assert.Equal(CoapType.Rst, _desk.Sent(CoapDesk.Stranger).Type);
        _desk.Receive(response, port: 1);
        Assert.Equal(CoapType.Rst, _desk.Sent(port: 1).Type);
        _desk.Pass(1);
        _desk.Receive(response);
        Assert.Equal(CoapType.Rst, _desk.Sent().Type);
        Assert.Equal(4, _desk.Counters.Duplicates);
    }

    [Fact]
    public void The_last_eight_confirmable_responses_are_known_again()
    {
        var responses = new List<CoapDatagram>();
        for (int i = 0; i < 9; i++)
        {
            CoapDatagram request = _desk.Post();
            responses.Add(Answer(request, CoapType.Con, 204) with { Id = 0x7000 + i });
            _desk.Receive(responses[i]);
            Assert.Equal(CoapEvent.Delivered, _desk.Poll());
            _desk.Sent();
        }

        for (int i = 0; i < 9; i++)
        {
            _desk.Receive(responses[i]);
            Assert.Equal(i == 0 ? CoapType.Rst : CoapType.Ack, _desk.Sent().Type);
        }
    }

    [Fact]
    public void A_server_that_began_anew_and_uses_a_number_again_is_believed_by_its_token()
    {
        for (int i = 0; i < 2; i++)
        {
            CoapDatagram request = _desk.Post();
            _desk.Receive(Answer(request, CoapType.Con, 204) with { Id = 1 });
            Assert.Equal(CoapType.Ack, _desk.Sent().Type);
            Assert.Equal(CoapEvent.Delivered, _desk.Poll());
        }

        Assert.Equal(0, _desk.Counters.Duplicates);
    }

    [Fact]
    public void RFC_7252_5_3_2_An_answer_needs_source_number_and_token()
    {
        CoapDatagram request = _desk.Post();
        byte[] wrong = [.. request.Token];
        wrong[3] ^= 1;
        CoapDatagram good = Answer(request, CoapType.Ack, 204);
        _desk.Receive(good, CoapDesk.Stranger);
        _desk.Receive(good, port: 5684);
        _desk.Receive(good with { Id = request.Id ^ 1 });
        _desk.Receive(good with { Token = wrong });
        _desk.Receive(good with { Token = [] });
        _desk.Receive(good with { Token = request.Token[..3] });
        _desk.Receive(good with { Token = [.. request.Token, 0] });
        _desk.Receive(good with { Code = 2 });
        _desk.Receive(Empty(CoapType.Ack, request.Id), CoapDesk.Stranger);
        _desk.Receive(Empty(CoapType.Ack, request.Id ^ 1));
        _desk.Receive(Empty(CoapType.Rst, request.Id), CoapDesk.Stranger);
        _desk.Receive(Empty(CoapType.Rst, request.Id ^ 1));
        CoapDatagram separate = Answer(request, CoapType.Non, 204) with { Id = 5 };
        _desk.Receive(separate, CoapDesk.Stranger);
        _desk.Receive(separate, port: 5684);
        _desk.Receive(separate with { Token = wrong });
        Assert.Equal(CoapEvent.None, _desk.Poll());
        _desk.Quiet();
        Assert.Equal(15, _desk.Counters.Unmatched);
        Assert.InRange(_desk.Endpoint.NextDeadlineMs(_desk.NowMs), 2000, 3000);

        // s.4.2: confirmable ones are rejected with a Reset.
        _desk.Receive(separate with { Type = CoapType.Con, Token = wrong });
        Assert.Equal(Empty(CoapType.Rst, 5).ToString(), _desk.Sent().ToString());
        _desk.Receive(good);
        Assert.Equal(CoapEvent.Delivered, _desk.Poll());
    }

    [Fact]
    public void RFC_7252_4_2_A_Reset_ends_the_request_before_and_after_the_acknowledgement()
    {
        CoapDatagram request = _desk.Post();
        _desk.Receive(new CoapDatagram(CoapType.Rst, 204, request.Id, []));
        Assert.Equal(CoapEvent.None, _desk.Poll());
        _desk.Receive(Empty(CoapType.Rst, request.Id));
        Assert.Equal(CoapEvent.Reset, _desk.Poll());
        request = _desk.Post();
        _desk.Receive(Empty(CoapType.Ack, request.Id));
        _desk.Receive(Empty(CoapType.Rst, request.Id));
        Assert.Equal(CoapEvent.Reset, _desk.Poll());
        Assert.Equal(2, _desk.Counters.Resets);
        _desk.Quiet();
    }

    [Theory]
    [InlineData(200, CoapEvent.Delivered, 0x40)]
    [InlineData(201, CoapEvent.Delivered, 0x41)]
    [InlineData(205, CoapEvent.Delivered, 0x45)]
    [InlineData(400, CoapEvent.Refused, 0x80)]
    [InlineData(404, CoapEvent.Refused, 0x84)]
    [InlineData(413, CoapEvent.Refused, 0x8D)]
    [InlineData(431, CoapEvent.Refused, 0x9F)]
    [InlineData(500, CoapEvent.Refused, 0xA0)]
    public void RFC_7252_5_9_The_class_of_the_code_decides(
        int code, CoapEvent expected, int octet)
    {
        CoapDatagram request = _desk.Post();
        _desk.Receive(Answer(request, CoapType.Ack, code));
        Assert.Equal(expected, _desk.Poll());
        Assert.Equal(octet, _desk.Endpoint.Code);
        Assert.Equal(0, _desk.Endpoint.RetryAfterMs);
    }

    [Theory]
    [InlineData(503, "", 0)]
    [InlineData(503, "1E", 30_000)]
    [InlineData(429, "0100", 256_000)]
    [InlineData(503, null, 60_000)]
    [InlineData(503, "FFFFFFFF", 1_000_000_000)]
    [InlineData(503, "0000000001", 60_000)]
    [InlineData(500, "1E", 0)]
    public void RFC_7252_5_9_3_4_Max_Age_of_a_busy_server_is_told(
        int code, string? maxAge, int expectedMs)
    {
        CoapDatagram request = _desk.Post();
        _desk.Receive(Answer(request, CoapType.Ack, code) with
        {
            Options = maxAge == null ? [] : [new(14, Convert.FromHexString(maxAge))],
        });
        Assert.Equal(CoapEvent.Refused, _desk.Poll());
        Assert.Equal(expectedMs, _desk.Endpoint.RetryAfterMs);
    }

    [Fact]
    public void RFC_7252_5_4_1_A_response_with_an_unknown_critical_option_is_rejected()
    {
        CoapDatagram request = _desk.Post();
        CoapOption[] critical = [new(23, [6])];
        _desk.Receive(Answer(request, CoapType.Ack, 204) with { Options = critical });
        _desk.Receive(Answer(request, CoapType.Non, 204) with { Options = critical, Id = 8 });
        _desk.Quiet();
        _desk.Receive(Answer(request, CoapType.Con, 204) with { Options = critical, Id = 9 });
        Assert.Equal(Empty(CoapType.Rst, 9).ToString(), _desk.Sent().ToString());
        Assert.Equal(CoapEvent.None, _desk.Poll());
        Assert.Equal(3, _desk.Counters.UnknownCritical);
        Assert.Equal(0, _desk.Counters.Unmatched);

        // Elective ones are ignored: ETag, Location-Path, an unknown one.
        _desk.Receive(Answer(request, CoapType.Ack, 201) with
        {
            Options = [new(4, [1]), new(8, "x"), new(12, [40]), new(2000, [1, 2])],
            Payload = [1],
        });
        Assert.Equal(CoapEvent.Delivered, _desk.Poll());
    }

    [Fact]
    public void RFC_7959_2_9_3_The_hint_of_a_size_in_4_13_is_no_reason_to_reject_it()
    {
        CoapDatagram request = _desk.Post();
        _desk.Receive(Answer(request, CoapType.Ack, 413) with { Options = [new(27, [4])] });
        Assert.Equal(CoapEvent.Refused, _desk.Poll());
        request = _desk.Post();
        _desk.Receive(Answer(request, CoapType.Ack, 204) with { Options = [new(27, [4])] });
        Assert.Equal(CoapEvent.None, _desk.Poll());
    }

    [Fact]
    public void RFC_7252_4_7_One_request_at_a_time()
    {
        CoapDatagram first = _desk.Post(tag: 1);
        Assert.False(_desk.Endpoint.Post(_desk.Target, 112, [2], 0, 1, 2, _desk.NowMs));
        _desk.Receive(Answer(first, CoapType.Ack, 204));
        Assert.False(_desk.Endpoint.Post(_desk.Target, 112, [2], 0, 1, 2, _desk.NowMs));
        Assert.Equal(CoapEvent.Delivered, _desk.Poll());
        Assert.Equal(1, _desk.Endpoint.Tag);
        _desk.Post(tag: 2);
    }

    [Fact]
    public void RFC_7252_4_4_5_3_1_Message_IDs_go_up_and_tokens_are_drawn()
    {
        var tokens = new HashSet<string>();
        int? last = null;
        for (int i = 0; i < 2000; i++)
        {
            CoapDatagram request = _desk.Post();
            Assert.Equal(((last ?? (request.Id - 1)) + 1) & 0xFFFF, request.Id);
            last = request.Id;
            Assert.True(tokens.Add(Convert.ToHexString(request.Token)));
            _desk.Receive(Answer(request, CoapType.Ack, 204));
            Assert.Equal(CoapEvent.Delivered, _desk.Poll());
        }

        Assert.NotEqual(_desk.Post().Id, new CoapDesk(seed: 2).Post().Id);
    }

    [Fact]
    public void A_cancelled_request_is_forgotten_and_its_response_rejected()
    {
        CoapDatagram request = _desk.Post();
        _desk.Endpoint.Cancel();
        Assert.False(_desk.Endpoint.IsBusy);
        Assert.Equal(int.MaxValue, _desk.Endpoint.NextDeadlineMs(_desk.NowMs));
        _desk.Receive(Answer(request, CoapType.Ack, 204));
        _desk.Quiet();
        _desk.Receive(Answer(request, CoapType.Con, 204) with { Id = 3 });
        Assert.Equal(CoapType.Rst, _desk.Sent().Type);
        Assert.Equal(CoapEvent.None, _desk.Poll());
        request = _desk.Post();
        _desk.Receive(Answer(request, CoapType.Ack, 204));
        _desk.Endpoint.Cancel();
        Assert.Equal(CoapEvent.None, _desk.Poll());
    }

    [Fact]
    public void RFC_7252_4_3_A_ping_is_answered_with_a_Reset()
    {
        _desk.Receive(Empty(CoapType.Con, 0xBEEF), CoapDesk.Stranger, 999);
        Assert.Equal(
            Empty(CoapType.Rst, 0xBEEF).ToString(),
            _desk.Sent(CoapDesk.Stranger, 999).ToString());
        Assert.Equal(1, _desk.Counters.Pings);
        _desk.Receive(Empty(CoapType.Non, 0xBEEF));
        _desk.Receive(Empty(CoapType.Ack, 0xBEEF));
        _desk.Receive(Empty(CoapType.Rst, 0xBEEF));
        _desk.Quiet();
    }

    [Theory]
    [InlineData("4000123400", true)]
    [InlineData("5000123400", false)]
    [InlineData("6000123400", false)]
    [InlineData("7000123400", false)]
    [InlineData("40E11234", true)]
    [InlineData("50E11234", false)]
    [InlineData("49011234010203040506070809", true)]
    [InlineData("40011234FF", true)]
    [InlineData("00011234", false)]
    [InlineData("4001", false)]
    public void RFC_7252_4_2_Errors_of_format_are_rejected_in_confirmable_messages_alone(
        string hex, bool isReset)
    {
        _desk.Receive(Convert.FromHexString(hex));
        Assert.Equal(1, _desk.Counters.Malformed);
        if (isReset)
        {
            Assert.Equal(Empty(CoapType.Rst, 0x1234).ToString(), _desk.Sent().ToString());
        }

        _desk.Quiet();
    }

    [Fact]
    public void What_is_longer_than_the_way_out_counts_as_lost_and_never_passes_its_end()
    {
        byte[] b = new byte[100];
        Assert.True(_desk.Endpoint.Post(_desk.Target, 112, new byte[20], 0, 20, 1, _desk.NowMs));
        int whole = 4 + 4 + 9 + 2 + 1 + 20;
        for (int capacity = 0; capacity < whole; capacity++)
        {
            Array.Fill<byte>(b, 0xEE);
            var desk = new CoapDesk();
            Assert.True(desk.Endpoint.Post(desk.Target, 112, new byte[20], 0, 20, 1, 0));
            desk.Receive(Empty(CoapType.Con, 1));
            int length = desk.Endpoint.Output(b, 10, capacity, desk.NowMs);
            Assert.Equal(capacity < 4 ? 0 : 4, length);
            Assert.Equal(0, desk.Endpoint.Output(b, 10, capacity, desk.NowMs));
            Assert.False(b.AsSpan(0, 10).ContainsAnyExcept<byte>(0xEE));
            Assert.False(b.AsSpan(10 + capacity).ContainsAnyExcept<byte>(0xEE));
            Assert.InRange(desk.Endpoint.NextDeadlineMs(desk.NowMs), 2000, 3000);
        }

        Assert.Equal(whole, _desk.Endpoint.Output(b, 10, whole, _desk.NowMs));
    }

    [Fact]
    public void Nothing_is_sent_before_the_start()
    {
        var endpoint = new CoapEndpoint(new CoapSettings(), 100);
        Assert.False(endpoint.Post(_desk.Target, 112, [1], 0, 1, 1, 0));
        Assert.Equal(int.MaxValue, endpoint.NextDeadlineMs(0));
    }

    [Fact]
    public void A_bad_network_loses_doubles_and_reorders_and_every_request_ends_once()
    {
        // A third of all datagrams is lost. The server acts once for each message ID and repeats
        // its answers, as s.4.5 wants it.
        var random = new Random(11);
        var toServer = new List<(int AtMs, byte[] Octets)>();
        var toUs = new List<(int AtMs, byte[] Octets)>();
        var served = new Dictionary<int, CoapDatagram>();
        var stored = new HashSet<string>();
        var ends = new Dictionary<CoapEvent, int>();
        byte[] b = new byte[200];
        int serverId = 0x5000;
        int requests = 0;
        int posted = 0;
        for (int step = 0; requests < 2000; step++)
        {
            if (!_desk.Endpoint.IsBusy)
            {
                byte[] payload = [(byte)(posted >> 8), (byte)posted];
                Assert.True(_desk.Endpoint.Post(
                    _desk.Target, 112, payload, 0, 2, posted, _desk.NowMs));
                posted++;
            }

            for (int n = Send(); n > 0; n = Send())
            {
                Pass(toServer, b[..n]);
            }

            foreach (byte[] octets in Due(toServer))
            {
                Serve(CoapDatagram.Parse(octets));
            }

            foreach (byte[] octets in Due(toUs))
            {
                _desk.Receive(octets);
            }

            CoapEvent happened = _desk.Poll();
            if (happened != CoapEvent.None)
            {
                requests++;
                ends[happened] = ends.GetValueOrDefault(happened) + 1;
                if (happened == CoapEvent.Delivered)
                {
                    int tag = _desk.Endpoint.Tag;
                    byte[] payload = [(byte)(tag >> 8), (byte)tag];
                    Assert.Contains(Convert.ToHexString(payload), stored);
                }
            }

            _desk.Pass(100);
            Assert.InRange(step, 0, 3_000_000);
        }

        Assert.Equal(2000, ends.Values.Sum());
        Assert.InRange(ends[CoapEvent.Delivered], 1700, 2000);
        Assert.Equal(ends[CoapEvent.Delivered], _desk.Counters.Delivered);
        Assert.InRange(_desk.Counters.Retransmissions, 500, 4000);

        int Send() => _desk.Endpoint.Output(b, 0, b.Length, _desk.NowMs);

        void Pass(List<(int, byte[])> way, byte[] octets)
        {
            int copies = random.Next(3) == 0 ? 0 : random.Next(4) == 0 ? 2 : 1;
            for (; copies > 0; copies--)
            {
                way.Add((_desk.NowMs + random.Next(1500), octets));
            }
        }

        List<byte[]> Due(List<(int AtMs, byte[] Octets)> way)
        {
            List<byte[]> due = [.. way.Where(p => p.AtMs <= _desk.NowMs).Select(p => p.Octets)];
            way.RemoveAll(p => p.AtMs <= _desk.NowMs);
            return due;
        }

        void Serve(CoapDatagram datagram)
        {
            if (datagram.Type != CoapType.Con)
            {
                return;
            }

            if (!served.TryGetValue(datagram.Id, out CoapDatagram? answer))
            {
                Assert.True(stored.Add(Convert.ToHexString(datagram.Payload)));
                answer = random.Next(2) == 0
                    ? Answer(datagram, CoapType.Ack, 204)
                    : Answer(datagram, CoapType.Con, 204) with { Id = serverId++ };
                served[datagram.Id] = answer;
            }

            if (answer.Type == CoapType.Con && random.Next(2) == 0)
            {
                Pass(toUs, Empty(CoapType.Ack, datagram.Id).ToOctets());
            }

            Pass(toUs, answer.ToOctets());
            if (answer.Type == CoapType.Con)
            {
                // The server's own retransmissions, all at once.
                Pass(toUs, answer.ToOctets());
                Pass(toUs, answer.ToOctets());
            }
        }
    }

    [Fact]
    public void Random_datagrams_never_throw_and_never_end_a_request()
    {
        var random = new Random(12);
        byte[] b = new byte[200];
        _desk.Post();
        for (int i = 0; i < 300_000; i++)
        {
            byte[] octets = new byte[random.Next(40)];
            random.NextBytes(octets);
            if (octets.Length > 0 && random.Next(8) != 0)
            {
                octets[0] = (byte)(0x40 | (octets[0] & 0x3F));
            }

            _desk.Endpoint.Input(octets, 0, octets.Length, CoapDesk.Stranger, 5683, _desk.NowMs);
            CoapEvent happened = _desk.Poll();
            Assert.True(happened is CoapEvent.None or CoapEvent.StatusAsked);
            int n = _desk.Endpoint.Output(b, 0, b.Length, _desk.NowMs);
            if (n > 0)
            {
                CoapDatagram.Parse(b.AsSpan(0, n));
            }
        }

        Assert.True(_desk.Endpoint.IsBusy);
    }

    [Fact]
    public void Nothing_is_allocated_after_construction()
    {
        byte[] payload = new byte[200];
        byte[] b = new byte[400];
        byte[] get = new CoapDatagram(CoapType.Con, 1, 1, [1, 2])
        {
            Options = [new(11, "status")],
        }.ToOctets();
        CoapEndpoint endpoint = _desk.Endpoint;
        long before = 0;
        int delivered = 0;
        int asked = 0;
        for (int i = 0; i < 6000; i++)
        {
            if (i == 1000)
            {
                before = GC.GetAllocatedBytesForCurrentThread();
            }

            int now = i * 10;
            endpoint.Post(_desk.Target, 112, payload, 0, payload.Length, i, now);
            endpoint.Output(b, 0, b.Length, now);
            b[0] = 0x64;
            b[1] = 0x44;
            endpoint.Input(b, 0, 8, CoapDesk.Server, CoapDesk.ServerPort, now);
            delivered += endpoint.Poll(now) == CoapEvent.Delivered ? 1 : 0;
            get[3] = (byte)i;
            get[2] = (byte)(i >> 8);
            endpoint.Input(get, 0, get.Length, CoapDesk.Stranger, 7, now);
            asked += endpoint.Poll(now) == CoapEvent.StatusAsked ? 1 : 0;
            endpoint.Respond(0x45, 112, payload, 0, payload.Length);
            endpoint.Output(b, 0, b.Length, now);
            endpoint.Tick(now);
        }

        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
        Assert.Equal((6000, 6000), (delivered, asked));
    }

    private static CoapDatagram Empty(CoapType type, int id) => new(type, 0, id, []);

    private static CoapDatagram Answer(CoapDatagram request, CoapType type, int code) =>
        new(type, code, request.Id, request.Token);
}
