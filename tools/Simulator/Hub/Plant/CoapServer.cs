// A CoAP server for readings: RFC 7252. A request is known by its source and Message ID for the lifetime
// of an exchange (section 4.8.2), so that a repeated one is answered again and not done again. Answers
// are piggybacked or separate, in time or late, or do not leave at all, as the moods are. It also asks
// sensors for their status, as a client.

using System;
using System.Collections.Generic;
using System.Linq;
using Simulator.Hub;

namespace Simulator.Plant;

/// <summary>What the CoAP server has seen.</summary>
public sealed class CoapServerCounters
{
    /// <summary>Datagrams that came.</summary>
    public long Received { get; internal set; }

    /// <summary>Octets of datagrams in both directions.</summary>
    public long Octets { get; internal set; }

    /// <summary>Requests that were new.</summary>
    public long Requests { get; internal set; }

    /// <summary>Requests that came again.</summary>
    public long Repeated { get; internal set; }

    /// <summary>Responses that were sent in a message of their own.</summary>
    public long Separate { get; internal set; }

    /// <summary>Answers that did not leave.</summary>
    public long Lost { get; internal set; }

    /// <summary>Requests answered with 5.03.</summary>
    public long Unavailable { get; internal set; }

    /// <summary>Requests answered with a class 4 code.</summary>
    public long Refused { get; internal set; }

    /// <summary>Datagrams that were no CoAP message.</summary>
    public long Malformed { get; internal set; }

    /// <summary>Sensors that were asked for their status.</summary>
    public long Asked { get; internal set; }

    /// <summary>Of those: they answered.</summary>
    public long Answered { get; internal set; }
}

/// <summary>The server.</summary>
internal sealed class CoapServer(
    Func<byte[], bool> store,
    IHubRandom random,
    PlantTimers timers,
    Action<uint, ushort, byte[]> send)
{
    /// <summary>The port (section 12.6).</summary>
    public const ushort Port = 5683;

    /// <summary>Where readings go.</summary>
    public const string ReadingPath = "readings";

    /// <summary>The content format of SenML in CBOR (RFC 8428 section 12.2).</summary>
    public const int SenmlCbor = 112;

    private const long Never = long.MaxValue;

    // RFC 7252 section 4.8.
    private const int AckTimeoutMs = 2_000;
    private const int MaxRetransmit = 4;
    private const int ExchangeLifetimeMs = 247_000;

    private const int ShortestDelayMs = 200;
    private const int LongestDelayMs = 3_000;
    private const int LongestMaxAgeS = 10;

    private readonly Dictionary<(uint, ushort, ushort), Exchange> _exchanges = [];
    private readonly Dictionary<(uint, ushort), Sending> _sendings = [];
    private ushort _lastId = (ushort)random.NextUInt64();

    public CoapServerCounters Counters { get; } = new();

    public PlantMoods Moods { get; set; } = PlantMoods.Calm;

    public bool IsListening { get; set; } = true;

    public int ExchangeCount => _exchanges.Count;

    public void Kill()
    {
        foreach (Exchange exchange in _exchanges.Values)
        {
            exchange.Stop();
        }

        foreach (Sending sending in _sendings.Values)
        {
            sending.Stop();
        }

        _exchanges.Clear();
        _sendings.Clear();
        IsListening = false;
    }

    public void Input(uint source, ushort port, ReadOnlySpan<byte> octets, long nowMs)
    {
        if (!IsListening)
        {
            return;
        }

        Counters.Received++;
        Counters.Octets += octets.Length;
        CoapMessage message;
        try
        {
            message = CoapMessage.Read(octets);
        }
        catch (FormatException)
        {
            Counters.Malformed++;
            return;
        }

        if (message.IsRequest
            && message.Type is CoapType.Confirmable or CoapType.NonConfirmable)
        {
            TakeRequest(source, port, message, nowMs);
        }
        else if (message.Type is CoapType.Acknowledgement or CoapType.Reset)
        {
            TakeAnswer(source, message);
        }
        else if (message.Type == CoapType.Confirmable)
        {
            TakeResponse(source, port, message);
        }
    }

    /// <summary>Asks a sensor for its status.</summary>
    public void Ask(uint address, long nowMs)
    {
        if (!IsListening)
        {
            return;
        }

        Counters.Asked++;
        var request = new CoapMessage
        {
            Type = CoapType.Confirmable,
            Code = CoapMessage.Get,
            Id = ++_lastId,
            Token = [(byte)(_lastId >> 8), (byte)_lastId, 0x5A],
            Options = [(CoapMessage.UriPath, "status"u8.ToArray())],
        };
        Begin(address, Port, request, nowMs);
    }

    // An empty confirmable message is a ping (section 4.3); so is answered what was not asked for.
    private void TakeResponse(uint source, ushort port, CoapMessage message)
    {
        bool isAsked = message.IsResponse && _sendings.Values.Any(sending =>
            sending.Address == source && sending.Message.IsRequest
            && sending.Message.Token.AsSpan().SequenceEqual(message.Token));
        if (isAsked)
        {
            Counters.Answered++;
        }

        Send(source, port, new CoapMessage
        {
            Type = isAsked ? CoapType.Acknowledgement : CoapType.Reset,
            Id = message.Id,
        });
    }

    private void TakeAnswer(uint source, CoapMessage message)
    {
        if (_sendings.Remove((source, message.Id), out Sending? sending))
        {
            sending.Stop();
            if (sending.Message.IsRequest && message.Code == CoapMessage.Content
                && sending.Message.Token.AsSpan().SequenceEqual(message.Token))
            {
                Counters.Answered++;
            }
        }
    }

    private void TakeRequest(uint source, ushort port, CoapMessage request, long nowMs)
    {
        (uint, ushort, ushort) key = (source, port, request.Id);
        if (_exchanges.TryGetValue(key, out Exchange? known))
        {
            Counters.Repeated++;
            if (known.Answer is { } answer)
            {
                Send(source, port, answer);
            }

            return;
        }

        Counters.Requests++;
        var exchange = new Exchange(this, timers, key, nowMs + ExchangeLifetimeMs);
        _exchanges.Add(key, exchange);
        exchange.Plan();
        Respond(exchange, request, Judge(request), nowMs);
    }

    private CoapMessage Judge(CoapMessage request)
    {
        // Section 5.4.1: an option that is not known and has an odd number is critical.
        bool isCritical = request.Options.Any(one => one.Number % 2 == 1
            && one.Number is not (CoapMessage.UriHost or CoapMessage.UriPort
                or CoapMessage.UriPath or CoapMessage.UriQuery or CoapMessage.Accept));
        if (isCritical)
        {
            return Refusal(CoapMessage.BadOption);
        }

        if (request.Path != ReadingPath)
        {
            return Refusal(CoapMessage.NotFound);
        }

        if (request.Code != CoapMessage.Post)
        {
            return Refusal(CoapMessage.MethodNotAllowed);
        }

        if (request.NumberOf(CoapMessage.ContentFormat) != SenmlCbor)
        {
            return Refusal(CoapMessage.UnsupportedFormat);
        }

        if (random.Happens(Moods.Unavailable))
        {
            Counters.Unavailable++;
            byte[] maxAge = CoapMessage.Octets(random.Between(1, LongestMaxAgeS));
            return new CoapMessage
            {
                Code = CoapMessage.ServiceUnavailable,
                Options = [(CoapMessage.MaxAge, maxAge)],
            };
        }

        return store(request.Payload)
            ? new CoapMessage { Code = CoapMessage.Changed }
            : Refusal(CoapMessage.BadRequest);
    }

    private CoapMessage Refusal(byte code)
    {
        Counters.Refused++;
        return new CoapMessage { Code = code };
    }

    private void Respond(
        Exchange exchange, CoapMessage request, CoapMessage response, long nowMs)
    {
        response = response with { Token = request.Token };
        (uint address, ushort port, _) = exchange.Key;
        if (request.Type == CoapType.NonConfirmable)
        {
            Send(address, port, response with { Type = CoapType.NonConfirmable, Id = ++_lastId });
            return;
        }

        bool isLate = random.Happens(Moods.LateAnswer);
        if (random.Happens(Moods.SeparateAnswer))
        {
            Counters.Separate++;
            exchange.Answer = new CoapMessage { Type = CoapType.Acknowledgement, Id = request.Id };
            exchange.Response = response with { Type = CoapType.Confirmable, Id = ++_lastId };
            exchange.RespondAtMs = isLate
                ? random.Later(nowMs, ShortestDelayMs, LongestDelayMs)
                : nowMs + 1;
            SendOrLose(exchange);
        }
        else
        {
            CoapMessage answer =
                response with { Type = CoapType.Acknowledgement, Id = request.Id };
            if (isLate)
            {
                exchange.Response = answer;
                exchange.RespondAtMs = random.Later(nowMs, ShortestDelayMs, LongestDelayMs);
            }
            else
            {
                exchange.Answer = answer;
                SendOrLose(exchange);
            }
        }

        exchange.Plan();
    }

    private void SendOrLose(Exchange exchange)
    {
        if (random.Happens(Moods.LostAnswer))
        {
            Counters.Lost++;
            return;
        }

        Send(exchange.Key.Address, exchange.Key.Port, exchange.Answer!);
    }

    private void Tick(Exchange exchange, long nowMs)
    {
        if (exchange.Response is { } response && nowMs >= exchange.RespondAtMs)
        {
            exchange.Response = null;
            if (response.Type == CoapType.Confirmable)
            {
                Begin(exchange.Key.Address, exchange.Key.Port, response, nowMs);
            }
            else
            {
                exchange.Answer = response;
                SendOrLose(exchange);
            }
        }

        if (nowMs >= exchange.UntilMs)
        {
            exchange.Stop();
            _exchanges.Remove(exchange.Key);
        }
    }

    private void Begin(uint address, ushort port, CoapMessage message, long nowMs)
    {
        var sending = new Sending(this, timers, address, port, message)
        {
            AtMs = nowMs + AckTimeoutMs,
        };
        _sendings[(address, message.Id)] = sending;
        sending.Plan();
        Send(address, port, message);
    }

    private void Tick(Sending sending, long nowMs)
    {
        if (++sending.Count > MaxRetransmit)
        {
            sending.Stop();
            _sendings.Remove((sending.Address, sending.Message.Id));
            return;
        }

        sending.AtMs = nowMs + ((long)AckTimeoutMs << sending.Count);
        Send(sending.Address, sending.Port, sending.Message);
    }

    private void Send(uint address, ushort port, CoapMessage message)
    {
        byte[] octets = message.ToOctets();
        Counters.Octets += octets.Length;
        send(address, port, octets);
    }

    /// <summary>A request that came, and what was said to it.</summary>
    private sealed class Exchange(
        CoapServer server,
        PlantTimers timers,
        (uint Address, ushort Port, ushort Id) key,
        long untilMs) : PlantMachine(timers)
    {
        public (uint Address, ushort Port, ushort Id) Key { get; } = key;

        public long UntilMs { get; private set; } = untilMs;

        /// <summary>What a repeated request is answered with.</summary>
        public CoapMessage? Answer { get; set; }

        /// <summary>What is still to be said.</summary>
        public CoapMessage? Response { get; set; }

        public long RespondAtMs { get; set; }

        public override long NextDeadlineMs =>
            Response is null ? UntilMs : Math.Min(UntilMs, RespondAtMs);

        public override void Tick(long nowMs) => server.Tick(this, nowMs);

        public void Stop()
        {
            UntilMs = Never;
            Response = null;
            Plan();
        }
    }

    /// <summary>A confirmable message of ours that waits to be acknowledged.</summary>
    private sealed class Sending(
        CoapServer server, PlantTimers timers, uint address, ushort port, CoapMessage message)
        : PlantMachine(timers)
    {
        public uint Address { get; } = address;

        public ushort Port { get; } = port;

        public CoapMessage Message { get; } = message;

        public int Count { get; set; }

        public long AtMs { get; set; }

        public override long NextDeadlineMs => AtMs;

        public override void Tick(long nowMs) => server.Tick(this, nowMs);

        public void Stop()
        {
            AtMs = Never;
            Plan();
        }
    }
}
