// The MQTT client (version 3.1.1) against a broker that a script plays: packets that are near right,
// in any portions, a way out that is narrow, and connections that end anywhere.

using System;
using System.Collections.Generic;
using System.Linq;
using nanoPptp.Fuzz.Engine;
using nanoPptp.Telemetry.Mqtt;

namespace nanoPptp.Fuzz.Targets;

/// <summary>Defects planted into what the target sees of a client.</summary>
internal enum MqttSabotage
{
    None,
    Allocate,
    AcknowledgeTwice,
    Garble,
    ForgetDeadline,
    MisplaceMessage,
}

/// <summary>Fuzzes <see cref="MqttClient"/>.</summary>
internal sealed class MqttTarget(MqttSabotage sabotage = MqttSabotage.None) : FuzzTarget
{
    private const int InputCapacity = 64;
    private const int AnswerMs = 20_000;
    private const byte Publish = 3;

    private static readonly byte[] s_topic = "s/1"u8.ToArray();

    private readonly Meter _meter = new();
    private readonly byte[] _payload = new byte[300];
    private readonly List<int> _identifiers = [];
    private readonly HashSet<int> _published = [];
    private readonly HashSet<int> _forgotten = [];
    private FuzzStream _stream = new();
    private MqttClient _client = new(new MqttSettings { ClientId = "a" }, new FuzzStream());
    private Feedback _feedback = new();
    private int _window;
    private bool _isClean;
    private int _nowMs;
    private int _tag;
    private int _parsed;
    private bool _hasConnected;
    private bool _isSaidGoodbye;
    private int _subscribe;
    private object? _made;

    internal override int MaximumLength => 320;

    internal override void Run(byte[] input, Feedback feedback)
    {
        _feedback = feedback;
        _meter.Reset();
        var script = new Script(input);
        _window = 1 + script.Pick(8);
        _isClean = script.Pick(2) != 0;
        _stream = new FuzzStream();
        _client = new MqttClient(
            new MqttSettings
            {
                ClientId = "sensor",
                CleanSession = _isClean,
                InFlight = _window,
                KeepAliveS = script.Pick<int>([60, 0, 1, 65_535]),
                CommandTopic = script.Pick(3) == 0 ? null : "c/+",
                AnswerMs = AnswerMs,
            },
            _stream,
            InputCapacity);
        _nowMs = script.Pick<int>([0, int.MaxValue - 5000, -300]);
        _tag = 0;
        _published.Clear();
        _forgotten.Clear();
        Begin(4096);
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
        // Settings, the broker's yes, and then operations with small arguments.
        byte[] input = random.Octets(11 + random.Next(200));
        if (random.OneIn(4))
        {
            return input;
        }

        byte[] start = [4, 0, 9, 9, 0, 1];
        start.CopyTo(input, 5);
        for (int i = 11; i < input.Length; i++)
        {
            input[i] = random.OneIn(5) ? input[i] : (byte)random.Next(20);
        }

        return input;
    }

    private void Begin(int room)
    {
        _stream.Open(room);
        _parsed = 0;
        _hasConnected = false;
        _isSaidGoodbye = false;
        _subscribe = 0;
        _identifiers.Clear();

        _meter.Start();
        _client.Start(_nowMs);
        _meter.Stop();
        foreach (int tag in _forgotten)
        {
            _published.Remove(tag);
        }

        _forgotten.Clear();
    }

    private void Operate(Script script)
    {
        int operation = script.Pick(20);
        bool wasConnected = _client.IsConnected;
        switch (operation)
        {
            case 0:
            case 1:
                PublishOne(script.Pick(4) == 0 ? 0 : 1, script.Byte());
                break;
            case 2:
                Resend(script.Byte() % 60);
                break;
            case 3:
                Forget(_tag - script.Pick(10));
                break;
            case 4:
                // The broker accepts, or refuses.
                byte isPresent = (byte)(script.Pick(8) == 1 ? 1 : 0);
                byte code = script.Byte();
                Feed([0x20, 2, isPresent, code < 7 ? code : (byte)0]);
                break;
            case 5:
            case 6:
                FeedIdentifier(0x40, script);
                break;
            case 7:
                FeedIdentifier(0x90, script);
                break;
            case 8:
                Feed([0xD0, 0]);
                break;
            case 9:
                Poll();
                break;
            case 10:
                FeedMessage(script);
                break;
            case 11:
                Feed(script.Take(script.Pick(20)));
                break;
            case 12:
                _stream.Portion = script.Pick<int>([int.MaxValue, 1, 2, 5, 0]);
                break;
            case 13:
                _stream.Room = script.Pick<int>([4096, 0, 1, 2, 4, 16, 20, 40, 100]);
                break;
            case 14:
                _nowMs += script.Pick<int>([0, 100, 1000, 10_000, 20_000, 53_000]);
                Tick();
                break;
            case 15:
                Wait();
                break;
            case 16:
                End(script);
                break;
            case 17:
            case 18:
                if (!_stream.IsOpen)
                {
                    Begin(script.Pick<int>([4096, 30, 10, 0, 300]));
                }

                Tick();
                break;
            default:
                AnswerAll();
                Poll();
                break;
        }

        _feedback.Note(
            operation, wasConnected ? 1 : 0, _client.IsConnected ? 1 : 0, (int)_client.Failure);
    }

    private void End(Script script)
    {
        _meter.Start();
        switch (script.Pick(5))
        {
            case 0:
                _client.Disconnect(_nowMs);
                break;
            case 1:
                _stream.EndByPeer();
                break;
            case 2:
                _stream.Reset();
                break;
            case 3:
                // The way is gone, so nothing more is said on it.
                _stream.Reset();
                _client.Stop();
                break;
            default:
                _client.Resume(_nowMs);
                break;
        }

        _meter.Stop();
    }

    private void PublishOne(int qos, int length)
    {
        for (int i = 0; i < length; i++)
        {
            _payload[i] = (byte)(_tag + i);
        }

        int capacity = _client.PublishCapacity(s_topic.Length, qos);
        _meter.Start();
        bool isSent = _client.Publish(s_topic, _payload, 0, length, qos, _tag, _nowMs);
        _meter.Stop();
        Oracle.Demand(
            isSent == (length <= capacity), "publish", $"{length} octets where {capacity} fit");
        if (isSent && qos > 0)
        {
            _published.Add(_tag);
        }

        _tag++;
    }

    private void Resend(int length)
    {
        int tag = _client.ResendTag;
        Oracle.Demand(
            tag < 0 || _published.Contains(tag), "resend", $"{tag} was never published");
        _meter.Start();
        bool isSent = _client.Resend(s_topic, _payload, 0, length, _nowMs);
        _meter.Stop();
        Oracle.Demand(!isSent || tag >= 0, "resend", "nothing was to be sent again");
    }

    private void Forget(int tag)
    {
        _meter.Start();
        bool isKnown = _client.Forget(tag);
        _meter.Stop();
        bool isExpected = _published.Contains(tag) && !_forgotten.Contains(tag);
        Oracle.Demand(
            isKnown == isExpected, "forget", $"{tag} is {(isKnown ? "" : "not ")}in flight");
        if (isKnown)
        {
            _forgotten.Add(tag);
        }
    }

    private void Feed(ReadOnlySpan<byte> octets) => _stream.Feed(octets);

    private void FeedIdentifier(int first, Script script)
    {
        int identifier = first == 0x90
            ? _subscribe
            : _identifiers.Count == 0 ? 1 : _identifiers[script.Pick(_identifiers.Count)];
        int wrong = script.Byte();
        identifier += wrong < 8 ? wrong - 4 : 0;
        byte[] packet = [(byte)first, 2, (byte)(identifier >> 8), (byte)identifier];
        if (first == 0x90)
        {
            packet = [.. packet, script.Pick<byte>([1, 0, 2, 0x80, 3])];
            packet[1] = 3;
        }

        Feed(packet);
    }

    private void FeedMessage(Script script)
    {
        int flags = script.Pick<byte>([0, 2, 2, 1, 3, 10, 8, 4, 6]);
        byte[] topic = script.Pick(6) switch
        {
            0 => [],
            1 => [(byte)'c', (byte)'+'],
            2 => script.Take(script.Pick(30)),
            _ => [(byte)'c', (byte)'/', (byte)('a' + script.Pick(20))],
        };
        byte[] identifier = (flags & 6) == 0 ? [] : [script.Byte(), script.Byte()];
        byte[] payload = new byte[script.Pick<byte>([3, 0, 1, 40, 60, 200, 255])];
        Array.Fill(payload, script.Byte());
        int topicLength = topic.Length + (script.Byte() == 1 ? 7 : 0);
        int length = 2 + topic.Length + identifier.Length + payload.Length;
        byte[] octets =
        [
            (byte)(0x30 | flags),
            .. length < 128
                ? [(byte)length]
                : (ReadOnlySpan<byte>)[(byte)(0x80 | (length & 127)), (byte)(length >> 7)],
            (byte)(topicLength >> 8),
            (byte)topicLength,
            .. topic,
            .. identifier,
            .. payload,
        ];
        Feed(octets);
    }

    // All that waits for an answer gets the right one.
    private void AnswerAll()
    {
        Parse();
        if (!_client.IsConnected)
        {
            Feed([0x20, 2, 0, 0]);
        }

        foreach (int identifier in _identifiers)
        {
            Feed([0x40, 2, (byte)(identifier >> 8), (byte)identifier]);
        }

        if (_subscribe != 0)
        {
            Feed([0x90, 3, (byte)(_subscribe >> 8), (byte)_subscribe, 1]);
        }
    }

    private void Tick()
    {
        _meter.Start();
        _client.Tick(_nowMs);
        _meter.Stop();
    }

    private void Wait()
    {
        int waitMs = _client.NextDeadlineMs(_nowMs);
        if (waitMs < int.MaxValue)
        {
            _nowMs += waitMs;
            Tick();
        }
    }

    private void Poll()
    {
        int most = _stream.ReceiveCount + 4;
        for (int count = 0; ; count++)
        {
            _meter.Start();
            if (sabotage == MqttSabotage.Allocate && _client.InFlightCount > 1)
            {
                _made = new object();
            }

            MqttEvent happened = _client.Poll(_nowMs);
            _meter.Stop();
            GC.KeepAlive(_made);
            Parse();
            Oracle.Demand(count <= most, OracleKinds.Hang, $"{count} events");
            _feedback.Note(50, (int)happened, _client.ReturnCode, (int)_client.Failure);
            switch (happened)
            {
                case MqttEvent.None:
                    return;
                case MqttEvent.Acknowledged:
                    Acknowledged(_client.Tag);
                    if (sabotage == MqttSabotage.AcknowledgeTwice)
                    {
                        Acknowledged(_client.Tag);
                    }

                    break;
                case MqttEvent.Message:
                    JudgeMessage();
                    break;
                case MqttEvent.Failed:
                    Oracle.Demand(
                        _stream.IsOver && _client.Failure != MqttFailure.None,
                        "failure",
                        "a connection failed and is not over");
                    break;
                default:
                    break;
            }
        }
    }

    private void Acknowledged(int tag)
    {
        Oracle.Demand(
            _published.Contains(tag) && !_forgotten.Contains(tag),
            "acknowledged",
            $"{tag} is not in flight");
        _published.Remove(tag);
    }

    // What is shown lies in the buffer and was said by the broker.
    private void JudgeMessage()
    {
        int offset = _client.TopicOffset + (sabotage == MqttSabotage.MisplaceMessage ? 40 : 0);
        int end = _client.PayloadOffset + _client.PayloadLength;
        Oracle.Demand(
            offset >= 4
                && _client.TopicLength > 0
                && offset + _client.TopicLength <= _client.PayloadOffset
                && _client.PayloadLength >= 0
                && end <= _client.InputOctets.Length,
            "message",
            "a message does not lie in the buffer");
        ReadOnlySpan<byte> shown = _client.InputOctets.AsSpan(offset, end - offset);
        Oracle.Demand(
            _stream.Fed.IndexOf(shown) >= 0, "message", "nobody has sent this message");
    }

    private void Check()
    {
        Parse();
        Oracle.Demand(
            _client.InFlightCount >= 0 && _client.InFlightCount <= _window,
            "window",
            $"{_client.InFlightCount} in flight");
        int known = _published.Count - _forgotten.Count;
        Oracle.Demand(
            _client.InFlightCount >= known, "window", "what was published is in flight no more");
        int waitMs = _client.NextDeadlineMs(_nowMs);
        bool mustWait = _client.IsConnected && _client.ResendTag < 0 && _client.InFlightCount > 0;
        if (sabotage == MqttSabotage.ForgetDeadline && mustWait)
        {
            waitMs = int.MaxValue;
        }

        Oracle.Demand(
            waitMs >= 0 && (!mustWait || waitMs < int.MaxValue), "deadline", $"{waitMs} ms");
        _feedback.Note(
            51, _client.InFlightCount, _client.ResendTag < 0 ? 0 : 1, Feedback.Bucket(waitMs));
    }

    // What the client says, from the first packet to the last, each of them whole.
    private void Parse()
    {
        ReadOnlySpan<byte> sent = _stream.Sent;
        while (_parsed < sent.Length)
        {
            ReadOnlySpan<byte> octets = sent[_parsed..];
            int length = 0;
            int header = 1;
            do
            {
                Demand(header < octets.Length && header < 5, octets);
                length |= (octets[header] & 127) << (7 * (header - 1));
                header++;
            }
            while (octets[header - 1] > 127);
            Demand(length <= octets.Length - header, octets);
            Judge(octets[0], octets.Slice(header, length));
            _parsed += header + length;
        }
    }

    private void Judge(byte first, ReadOnlySpan<byte> body)
    {
        int type = first >> 4;
        if (sabotage == MqttSabotage.Garble && type == Publish)
        {
            body = body[..2];
        }

        Demand(!_isSaidGoodbye && _hasConnected == (type != 1), body);
        switch (type)
        {
            case 1:
                _hasConnected = true;
                Demand(
                    first == 0x10
                        && body.Length == 18
                        && body[..7].SequenceEqual("\0\u0004MQTT\u0004"u8)
                        && body[7] == (_isClean ? 2 : 0)
                        && body[10..].SequenceEqual("\0\u0006sensor"u8),
                    body);
                break;
            case Publish:
                JudgePublish(first, body);
                break;
            case 4:
                Demand(first == 0x40 && body.Length == 2 && Number(body) != 0, body);
                break;
            case 8:
                Demand(
                    first == 0x82
                        && body.Length == 8
                        && Number(body) != 0
                        && !_identifiers.Contains(Number(body))
                        && body[2..].SequenceEqual("\0\u0003c/+\u0001"u8),
                    body);
                _subscribe = Number(body);
                break;
            default:
                Demand(first is 0xC0 or 0xE0 && body.IsEmpty, body);
                _isSaidGoodbye = type == 14;
                break;
        }
    }

    private void JudgePublish(byte first, ReadOnlySpan<byte> body)
    {
        bool isDuplicate = (first & 8) != 0;
        int qos = (first >> 1) & 3;
        Demand(
            _client.Counters.Connected > 0
                && qos <= 1
                && (first & 1) == 0
                && (!isDuplicate || (qos == 1 && !_isClean))
                && body.Length >= (qos > 0 ? 7 : 5)
                && Number(body) == 3
                && body.Slice(2, 3).SequenceEqual(s_topic),
            body);
        if (qos > 0)
        {
            int identifier = Number(body[5..]);
            Demand(identifier != 0, body);
            if (!_identifiers.Contains(identifier))
            {
                _identifiers.Add(identifier);
            }
        }
    }

    private static int Number(ReadOnlySpan<byte> octets) => (octets[0] << 8) | octets[1];

    private static void Demand(bool holds, ReadOnlySpan<byte> octets)
    {
        if (!holds)
        {
            throw new OracleException(
                "output", $"the client says {Convert.ToHexString(octets)}, which may not be");
        }
    }

    // A broker that is well gets all that is in flight, and something new.
    private void Recover()
    {
        _stream.Portion = int.MaxValue;
        _stream.Reset();
        Poll();
        Begin(4096);
        Tick();
        Feed([0x20, 2, 0, 0]);
        Poll();
        Oracle.Demand(_client.IsConnected, "recovery", $"not connected: {_client.Failure}");
        for (int count = 0; _client.ResendTag >= 0; count++)
        {
            Oracle.Demand(count < _window, OracleKinds.Hang, "what is in flight has no end");
            Resend(1);
        }

        AnswerAll();
        Poll();
        Oracle.Demand(
            _client.InFlightCount == 0 && _published.Count == 0,
            "recovery",
            $"{_client.InFlightCount} in flight, {_published.Count} not acknowledged");
        PublishOne(1, 10);
        Oracle.Demand(_client.InFlightCount == 1, "recovery", "nothing was sent");
        AnswerAll();
        Poll();
        Oracle.Demand(_client.InFlightCount == 0, "recovery", "nothing was acknowledged");
    }
}
