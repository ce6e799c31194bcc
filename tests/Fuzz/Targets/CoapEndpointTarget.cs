// The CoAP endpoint (RFC 7252) between a server that answers nearly right and somebody who asks for
// our status nearly right.

using System;
using System.Collections.Generic;
using nanoPptp.Fuzz.Engine;
using nanoPptp.Telemetry.Coap;

namespace nanoPptp.Fuzz.Targets;

/// <summary>Defects planted into what the target sees of an endpoint.</summary>
internal enum CoapSabotage
{
    None,
    Allocate,
    Garble,
    DeliverUnasked,
    AnswerForever,
    ForgetDeadline,
}

/// <summary>Fuzzes <see cref="CoapEndpoint"/>.</summary>
internal sealed class CoapEndpointTarget(CoapSabotage sabotage = CoapSabotage.None) : FuzzTarget
{
    private const int Server = 0x0A000001;
    private const int ServerPort = 5683;
    private const int Asker = 0x0A000009;
    private const int Room = 1000;
    private const int MostWaits = 12;
    private const byte Guard = 0x96;

    private static readonly CoapTarget s_target =
        new(Server, ServerPort, "r/s", "b=1", null);

    private static readonly byte[] s_codes =
        [0x44, 0x41, 0x45, 0x84, 0xA3, 0x9D, 0x8D, 0x00, 0x01, 0x02, 0x20, 0xC0, 0xE1, 0x5F];

    private static readonly int[] s_numbers = [11, 12, 14, 3, 7, 15, 17, 27, 35, 39, 4, 0, 258];

    private readonly Meter _meter = new();
    private readonly byte[] _b = new byte[Room + 32];
    private readonly byte[] _payload = new byte[300];
    private readonly List<byte> _datagram = [];
    private CoapEndpoint _endpoint = new(new CoapSettings(), 0);
    private Feedback _feedback = new();
    private byte[] _token = [];
    private int _id;
    private int _answerId;
    private int _nowMs;
    private int _posts;
    private int _inputs;
    private int _outputs;
    private int _retransmissions;
    private bool _isOpen;
    private bool _wasAnswered;
    private object? _made;

    internal override int MaximumLength => 320;

    internal override void Run(byte[] input, Feedback feedback)
    {
        _feedback = feedback;
        _meter.Reset();
        var script = new Script(input);
        int again = script.Pick(5);
        _endpoint = new CoapEndpoint(
            new CoapSettings
            {
                AckTimeoutMs = script.Pick<int>([2000, 1, 600_000]),
                MaxRetransmit = again,
                StatusCapacity = script.Pick<int>([64, 0, 200]),
            },
            100);
        _nowMs = script.Pick<int>([0, int.MaxValue - 3000, -300]);
        _posts = 0;
        _inputs = 0;
        _outputs = 0;
        _retransmissions = again + 1;
        _isOpen = false;
        _token = [];
        _id = 0;
        _answerId = 0;
        _payload.AsSpan(0, 16).Fill(3);
        _meter.Start();
        _endpoint.Start(_payload, 0, 16, _nowMs);
        _meter.Stop();
        while (!script.IsAtEnd)
        {
            Operate(script);
            Check();
        }

        Recover();
        _meter.Demand();
    }

    internal override byte[] Generate(Random64 random)
    {
        byte[] input = random.Octets(4 + random.Next(200));
        if (random.OneIn(4))
        {
            return input;
        }

        for (int i = 4; i < input.Length; i++)
        {
            input[i] = random.OneIn(5) ? input[i] : (byte)random.Next(16);
        }

        return input;
    }

    private void Operate(Script script)
    {
        int operation = script.Pick(16);
        bool wasBusy = _endpoint.IsBusy;
        switch (operation)
        {
            case 0:
                Post(script.Byte(), script.Pick<int>([112, -1, 0, 65_535, 65_536]));
                break;
            case 1:
            case 2:
                Drain(script.Pick(4) == 1 ? script.Byte() % 40 : Room);
                break;
            case 3:
                // The right answer, or one that promises it.
                Begin(2, script.Pick(3) == 1 ? 0 : 0x44, _id, script.Byte());
                Feed(Server, ServerPort);
                break;
            case 4:
                Begin(
                    script.Pick(4),
                    s_codes[script.Pick(s_codes.Length)],
                    _id + (script.Pick(4) == 1 ? 1 : 0),
                    script.Byte());
                Options(script);
                Feed(Server, ServerPort + (script.Byte() == 7 ? 1 : 0));
                break;
            case 5:
                Begin(script.Pick(2), 0x44, 700 + script.Pick(4), script.Byte());
                Options(script);
                Feed(Server, ServerPort);
                break;
            case 6:
                Begin(3, 0, _id, 0);
                Feed(Server, ServerPort);
                break;
            case 7:
            case 8:
                Ask(script);
                break;
            case 9:
                Begin(0, 0, script.UInt16(), 0);
                Feed(Asker, script.Byte());
                break;
            case 10:
                _datagram.Clear();
                _datagram.AddRange(script.Take(script.Pick(60)));
                Feed(script.Pick(2) == 0 ? Server : Asker, ServerPort);
                break;
            case 11:
            case 12:
                Poll(script);
                break;
            case 13:
                Wait();
                break;
            case 14:
                _nowMs += script.Pick<int>([0, 100, 2000, 60_000, 247_000]);
                _meter.Start();
                _endpoint.Tick(_nowMs);
                _meter.Stop();
                break;
            default:
                _meter.Start();
                _endpoint.Cancel();
                _meter.Stop();
                _isOpen = false;
                break;
        }

        CoapCounters counters = _endpoint.Counters;
        _feedback.Note(
            operation,
            wasBusy ? 1 : 0,
            _endpoint.IsBusy ? 1 : 0,
            Feedback.Bucket(counters.Answered) | (Feedback.Bucket(counters.Malformed) << 8)
                | (Feedback.Bucket(counters.Duplicates) << 16));
    }

    private void Post(int length, int format)
    {
        bool wasBusy = _endpoint.IsBusy;
        _meter.Start();
        bool isBegun = _endpoint.Post(s_target, format, _payload, 0, length, _posts, _nowMs);
        _meter.Stop();
        Oracle.Demand(
            isBegun == (!wasBusy && length <= 100 && format <= 65_535),
            "post",
            $"{length} octets, format {format}: {isBegun}");
        if (isBegun)
        {
            _posts++;
            _isOpen = true;
            _wasAnswered = false;

            // Until it is sent nobody knows them.
            _token = [];
            _id = -1;
        }
    }

    private void Begin(int type, int code, int id, int how)
    {
        _datagram.Clear();
        byte[] token = code == 0 ? [] : (how & 15) switch
        {
            1 => [],
            2 => [1, 2, 3, 4, 5, 6, 7, 8],
            3 when _token.Length > 0 => [.. _token.AsSpan(1), 9],
            4 => [.. _token, .. new byte[5]],
            _ => _token,
        };
        int version = (how >> 4) == 15 ? 2 : 1;
        _datagram.Add((byte)((version << 6) | (type << 4) | token.Length));
        _datagram.Add((byte)code);
        _datagram.Add((byte)(id >> 8));
        _datagram.Add((byte)id);
        _datagram.AddRange(token);
        bool isRight = _isOpen
            && _token.Length > 0
            && version == 1
            && code >> 5 == 2
            && token.AsSpan().SequenceEqual(_token);
        _wasAnswered |= isRight;
    }

    private void Options(Script script)
    {
        int last = 0;
        for (int count = script.Pick(5); count > 0; count--)
        {
            int number = script.Pick(4) == 0
                ? last + script.Byte()
                : script.Pick<int>(s_numbers);
            Option(Math.Max(number, last) - last, script.Take(script.Pick(20)));
            last = Math.Max(number, last);
        }

        int payload = script.Pick(6);
        if (payload > 2)
        {
            _datagram.Add(0xFF);
            _datagram.AddRange(script.Take(payload - 3));
        }
    }

    private void Option(int delta, ReadOnlySpan<byte> value)
    {
        int nibble = delta < 13 ? delta : delta < 269 ? 13 : 14;
        int length = value.Length < 13 ? value.Length : 13;
        _datagram.Add((byte)((nibble << 4) | length));
        if (nibble == 14)
        {
            _datagram.Add((byte)((delta - 269) >> 8));
            _datagram.Add((byte)(delta - 269));
        }
        else if (nibble == 13)
        {
            _datagram.Add((byte)(delta - 13));
        }

        if (length == 13)
        {
            _datagram.Add((byte)(value.Length - 13));
        }

        _datagram.AddRange(value);
    }

    private void Ask(Script script)
    {
        int kind = script.Pick(8);
        _datagram.Clear();
        _datagram.AddRange(
        [
            (byte)(0x40 | (script.Pick(2) << 4) | 2),
            kind == 1 ? script.Byte() : (byte)1,
            0,
            (byte)(kind == 2 ? _answerId : ++_answerId),
            7,
            8,
        ]);
        if (kind == 3)
        {
            Option(11, ".well-known"u8);
            Option(0, "core"u8);
        }
        else
        {
            Option(11, kind == 4 ? "stat"u8 : "status"u8);
        }

        if (kind == 5)
        {
            Option(6, script.Take(script.Pick(4)));
        }
        else if (kind == 6)
        {
            Options(script);
        }

        Feed(Asker, 1000 + script.Pick(2));
    }

    private void Feed(int source, int port)
    {
        int length = _datagram.Count;
        _b.AsSpan().Fill(Guard);
        _datagram.CopyTo(_b, 8);
        _inputs++;
        _meter.Start();
        _endpoint.Input(_b, 8, length, source, port, _nowMs);
        _meter.Stop();
        Oracle.DemandFilled(_b.AsSpan(0, 8), Guard, "before the datagram");
        Oracle.DemandFilled(_b.AsSpan(8 + length), Guard, "behind the datagram");
    }

    private void Poll(Script? script)
    {
        for (int count = 0; ; count++)
        {
            Oracle.Demand(count <= 3, OracleKinds.Hang, "events without an end");
            _meter.Start();
            if (sabotage == CoapSabotage.Allocate && _endpoint.Counters.Answered > 1)
            {
                _made = new object();
            }

            CoapEvent happened = _endpoint.Poll(_nowMs);
            _meter.Stop();
            GC.KeepAlive(_made);
            _feedback.Note(
                50, (int)happened, _endpoint.Code, Feedback.Bucket(_endpoint.RetryAfterMs));
            switch (happened)
            {
                case CoapEvent.None:
                    return;
                case CoapEvent.StatusAsked:
                    Respond(script);
                    break;
                default:
                    Ended(happened);
                    break;
            }
        }
    }

    private void Respond(Script? script)
    {
        int length = script == null ? 4 : script.Byte();
        int format = script == null ? 112 : script.Pick<int>([112, -1, 40, 65_535]);
        if (script?.Pick(6) == 1)
        {
            return;
        }

        _meter.Start();
        bool isTaken = _endpoint.Respond(0x45, format, _payload, 0, length);
        isTaken |= !isTaken && _endpoint.Respond(0xA0, -1, _payload, 0, 0);
        _meter.Stop();
        Oracle.Demand(isTaken, "respond", "whoever asks gets no answer");
    }

    private void Ended(CoapEvent happened)
    {
        Oracle.Demand(
            _isOpen && _endpoint.Tag == _posts - 1, "event", $"{happened} for no request");
        bool wasAnswered = _wasAnswered && sabotage != CoapSabotage.DeliverUnasked;
        Oracle.Demand(
            happened != CoapEvent.Delivered || wasAnswered,
            "event",
            "delivered, and no answer fits");
        Oracle.Demand(
            _endpoint.RetryAfterMs >= 0, "event", $"rest for {_endpoint.RetryAfterMs} ms");
        _isOpen = false;
    }

    private void Wait()
    {
        int waitMs = _endpoint.NextDeadlineMs(_nowMs);
        if (waitMs < int.MaxValue)
        {
            _nowMs += waitMs;
            _meter.Start();
            _endpoint.Tick(_nowMs);
            _meter.Stop();
        }
    }

    private void Drain(int capacity)
    {
        for (int count = 0; ; count++)
        {
            Oracle.Demand(count <= 6, OracleKinds.Hang, "datagrams without an end");
            _b.AsSpan().Fill(Guard);
            _meter.Start();
            int length = _endpoint.Output(_b, 8, capacity, _nowMs);
            _meter.Stop();
            Oracle.Demand(
                length >= 0 && length <= capacity, "output", $"{length} where {capacity} fit");
            Oracle.DemandFilled(_b.AsSpan(0, 8), Guard, "before the datagram");
            Oracle.DemandFilled(_b.AsSpan(8 + length), Guard, "behind the datagram");
            if (length == 0)
            {
                return;
            }

            _outputs++;
            Judge(_b.AsSpan(8, length));
        }
    }

    // What is said is a message, and goes to whom it concerns.
    private void Judge(ReadOnlySpan<byte> octets)
    {
        if (sabotage == CoapSabotage.Garble && octets.Length > 20)
        {
            octets = octets[..^1];
        }

        Demand(octets.Length >= 4 && octets[0] >> 6 == 1, octets);
        int type = (octets[0] >> 4) & 3;
        int tokenLength = octets[0] & 15;
        int code = octets[1];
        int id = (octets[2] << 8) | octets[3];
        Demand(tokenLength <= 8 && octets.Length >= 4 + tokenLength, octets);
        if (code == 0)
        {
            Demand(type >= 2 && octets.Length == 4, octets);
            return;
        }

        (string options, int payload) = ReadOptions(octets[(4 + tokenLength)..]);
        bool isRequest = code >> 5 == 0;
        if (isRequest)
        {
            bool isWhole = options is "11:r 11:s 15:b=1" or "11:r 11:s 12 15:b=1";
            Demand(code == 2 && type == 0 && tokenLength == 4 && isWhole, octets);
            Demand(payload <= 100, octets);
            byte[] token = octets.Slice(4, 4).ToArray();
            Oracle.Demand(
                _id == -1 || (id == _id && token.AsSpan().SequenceEqual(_token)),
                "output",
                "a request came back as another one");
            _token = token;
            _id = id;
        }
        else
        {
            Demand(code >> 5 is 2 or 4 or 5 && type is 1 or 2 && options is "" or "12", octets);
        }

        Oracle.Demand(
            !isRequest
                || (_endpoint.OutputAddress == Server && _endpoint.OutputPort == ServerPort),
            "output",
            "a request goes elsewhere");
    }

    private static (string Options, int Payload) ReadOptions(ReadOnlySpan<byte> octets)
    {
        string options = "";
        int number = 0;
        int at = 0;
        while (at < octets.Length && octets[at] != 0xFF)
        {
            int delta = octets[at] >> 4;
            int length = octets[at] & 15;
            Demand(delta < 13 && length < 13 && at + 1 + length <= octets.Length, octets);
            number += delta;
            string value = number == 12
                ? ""
                : ":" + System.Text.Encoding.ASCII.GetString(octets.Slice(at + 1, length));
            options += (options.Length == 0 ? "" : " ") + number + value;
            at += 1 + length;
        }

        Demand(octets.Length - at != 1, octets);
        return (options, Math.Max(0, octets.Length - at - 1));
    }

    private static void Demand(bool holds, ReadOnlySpan<byte> octets)
    {
        if (!holds)
        {
            throw new OracleException(
                "output", $"{Convert.ToHexString(octets)} is not what may be said");
        }
    }

    private void Check()
    {
        int waitMs = _endpoint.NextDeadlineMs(_nowMs);
        if (sabotage == CoapSabotage.ForgetDeadline && _endpoint.IsBusy)
        {
            waitMs = int.MaxValue;
        }

        Oracle.Demand(
            waitMs >= 0 && (!_endpoint.IsBusy || waitMs < int.MaxValue),
            "deadline",
            $"a wait of {waitMs} ms");

        // An answer for each datagram at most, and each request as often as it may be repeated.
        int allowed = _inputs + (_posts * _retransmissions);
        allowed = sabotage == CoapSabotage.AnswerForever ? _posts : allowed;
        Oracle.Demand(
            _outputs <= allowed, "storm", $"{_outputs} datagrams after {_inputs} came");
    }

    // What is under way comes to its end by itself; then a request is delivered.
    private void Recover()
    {
        Poll(null);
        for (int waits = 0; _endpoint.IsBusy; waits++)
        {
            Oracle.Demand(waits <= MostWaits, OracleKinds.Hang, "a request has no end");
            Drain(Room);
            Wait();
            Check();
            Poll(null);
        }

        Oracle.Demand(!_isOpen, "event", "a request has ended without an event");
        Drain(Room);
        Post(10, 112);
        Drain(Room);
        Begin(2, 0x44, _id, 0);
        Feed(Server, ServerPort);
        int delivered = _endpoint.Counters.Delivered;
        Poll(null);
        Oracle.Demand(
            delivered > 0 && !_isOpen && _endpoint.Code == 0x44,
            "recovery",
            "a request was answered and not delivered");
    }
}
