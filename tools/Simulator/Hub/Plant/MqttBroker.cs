// A broker of MQTT 3.1.1 as far as sensors need one: CONNECT with credentials, will and session, PUBLISH
// with QoS 0 and 1, SUBSCRIBE, PING and DISCONNECT. What breaks the standard closes the connection, as
// section 4.8 demands, and is counted with its reason.

using System;
using System.Collections.Generic;
using System.Linq;
using Simulator.Hub;

namespace Simulator.Plant;

/// <summary>What the broker has seen.</summary>
public sealed class MqttBrokerCounters
{
    /// <summary>CONNECT packets that were accepted.</summary>
    public long Connected { get; internal set; }

    /// <summary>CONNECT packets that were refused.</summary>
    public long Refused { get; internal set; }

    /// <summary>Of those accepted: with a session that was there.</summary>
    public long SessionsResumed { get; internal set; }

    /// <summary>PUBLISH packets that came.</summary>
    public long Published { get; internal set; }

    /// <summary>Of those: with DUP.</summary>
    public long Repeated { get; internal set; }

    /// <summary>PUBLISH packets that went out.</summary>
    public long Forwarded { get; internal set; }

    /// <summary>Commands that were acknowledged.</summary>
    public long ForwardedAcknowledged { get; internal set; }

    /// <summary>PINGREQ packets that came.</summary>
    public long Pings { get; internal set; }

    /// <summary>Wills that were published.</summary>
    public long Wills { get; internal set; }

    /// <summary>Connections that a mood has ended.</summary>
    public long Dropped { get; internal set; }

    /// <summary>Connections that were silent for one and a half times their keep alive.</summary>
    public long Silent { get; internal set; }

    /// <summary>Connections closed because the client broke the standard.</summary>
    public long Violations { get; internal set; }

    /// <summary>Why the last of them was closed; empty when none was.</summary>
    public string LastViolation { get; internal set; } = "";
}

/// <summary>The broker.</summary>
internal sealed class MqttBroker(
    Func<string, byte[]?> passwordOf,
    Action<string, string, byte[]> store,
    IHubRandom random,
    PlantTimers timers) : ITcpApplication
{
    private const long Never = long.MaxValue;
    private const byte Accepted = 0;
    private const byte BadProtocol = 1;
    private const byte BadClientId = 2;
    private const byte Unavailable = 3;
    private const byte BadCredentials = 4;
    private const int ConnectWithinMs = 10_000;
    private const int ShortestDelayMs = 200;
    private const int LongestDelayMs = 3_000;

    private readonly SortedDictionary<string, MqttSession> _sessions =
        new(StringComparer.Ordinal);

    private readonly SortedDictionary<string, List<MqttSession>> _subscribers =
        new(StringComparer.Ordinal);

    private readonly HashSet<Talk> _talks = [];

    public MqttBrokerCounters Counters { get; } = new();

    public PlantMoods Moods { get; set; } = PlantMoods.Calm;

    public int SessionCount => _sessions.Count;

    /// <summary>Sends a message to whoever has subscribed; a persistent session keeps one that
    /// its client has not acknowledged.</summary>
    public void Publish(string topic, byte[] payload, int qos, long nowMs)
    {
        foreach (MqttSession session in _subscribers.GetValueOrDefault(topic, []))
        {
            int most = session.Subscriptions[topic];
            Forward(session, topic, payload, Math.Min(qos, most), nowMs);
        }
    }

    /// <summary>The process is gone.</summary>
    /// <param name="forgets">Whether its sessions are gone too.</param>
    public void Kill(bool forgets)
    {
        foreach (Talk talk in _talks)
        {
            talk.IsOver = true;
            talk.Plan();
        }

        _talks.Clear();
        foreach (MqttSession session in _sessions.Values.ToList())
        {
            session.Talk = null;
            if (forgets || session.IsClean)
            {
                Forget(session);
            }
        }
    }

    public void Received(TcpServerConnection connection, ReadOnlySpan<byte> octets, long nowMs)
    {
        Talk talk = TalkOf(connection, nowMs);
        talk.Stream.AddRange(octets);
        try
        {
            while (!talk.IsOver && MqttPacket.Take(talk.Stream) is { } packet)
            {
                talk.HeardMs = nowMs;
                Take(talk, packet, nowMs);
            }
        }
        catch (FormatException exception)
        {
            Break(talk, exception.Message, nowMs);
        }

        talk.Plan();
    }

    public void PeerClosed(TcpServerConnection connection, long nowMs) => connection.Close(nowMs);

    public void Gone(TcpServerConnection connection, long nowMs)
    {
        if (connection.Tag is Talk talk)
        {
            End(talk, isOrderly: false, nowMs);
        }
    }

    private void Tick(Talk talk, long nowMs)
    {
        while (!talk.IsOver && talk.Late.Count > 0 && talk.Late.Peek().AtMs <= nowMs)
        {
            Send(talk, talk.Late.Dequeue().Packet, nowMs);
        }

        if (!talk.IsOver && nowMs >= talk.SilentAtMs)
        {
            Counters.Silent++;
            talk.Connection.Abort(nowMs);
        }
    }

    private static bool HasWildcard(string topic) => topic.AsSpan().ContainsAny('+', '#');

    private Talk TalkOf(TcpServerConnection connection, long nowMs)
    {
        if (connection.Tag is not Talk talk)
        {
            talk = new Talk(this, timers, connection)
            {
                HeardMs = nowMs,
                PatienceMs = ConnectWithinMs,
            };
            connection.Tag = talk;
            _talks.Add(talk);
        }

        return talk;
    }

    private void Take(Talk talk, MqttPacket packet, long nowMs)
    {
        if (talk.Session is null != (packet.Type == MqttType.Connect))
        {
            throw new FormatException(talk.Session is null
                ? "the first packet is not CONNECT"
                : "a second CONNECT came");
        }

        int flags = packet.Type is MqttType.Subscribe or MqttType.Unsubscribe ? 2 : 0;
        if (packet.Type != MqttType.Publish && packet.Flags != flags)
        {
            throw new FormatException($"{packet.Type} has flags {packet.Flags}");
        }

        var fields = new MqttFields(packet.Body);
        switch (packet.Type)
        {
            case MqttType.Connect:
                TakeConnect(talk, ref fields, nowMs);
                break;
            case MqttType.Publish:
                TakePublish(talk, packet.Flags, ref fields, nowMs);
                break;
            case MqttType.PubAck:
                TakePubAck(talk, ref fields);
                break;
            case MqttType.Subscribe:
                TakeSubscribe(talk, ref fields, nowMs);
                break;
            case MqttType.Unsubscribe:
                ushort identifier = fields.Number();
                do
                {
                    Unsubscribe(talk.Session!, fields.Text());
                }
                while (!fields.IsAtEnd);

                fields.End();
                Send(talk, MqttPacket.WithIdentifier(MqttType.UnsubAck, identifier), nowMs);
                break;
            case MqttType.PingReq:
                fields.End();
                Counters.Pings++;
                Send(talk, new MqttPacket(MqttType.PingResp, 0, []), nowMs);
                break;
            case MqttType.Disconnect:
                fields.End();
                End(talk, isOrderly: true, nowMs);
                talk.Connection.Close(nowMs);
                break;
            default:
                throw new FormatException($"a client does not send packet type {(int)packet.Type}");
        }
    }

    private void TakeConnect(Talk talk, ref MqttFields fields, long nowMs)
    {
        if (fields.Text() != "MQTT")
        {
            throw new FormatException("the protocol's name is not MQTT");
        }

        byte level = fields.Octet();
        int flags = fields.Octet();
        ushort keepAliveS = fields.Number();
        bool hasWill = (flags & 4) != 0;
        int willQos = (flags >> 3) & 3;
        bool hasUser = (flags & 0x80) != 0;
        bool hasPassword = (flags & 0x40) != 0;
        if ((flags & 1) != 0 || willQos == 3 || (!hasWill && (flags & 0x38) != 0)
            || (hasPassword && !hasUser))
        {
            throw new FormatException($"CONNECT has flags 0x{flags:X2}");
        }

        bool isClean = (flags & 2) != 0;
        string clientId = fields.Text();
        (string, byte[])? will = null;
        if (hasWill)
        {
            string topic = fields.Text();
            will = (topic, fields.Field().ToArray());
        }

        string user = hasUser ? fields.Text() : "";
        byte[] password = hasPassword ? fields.Field().ToArray() : [];
        fields.End();
        byte code = level != 4 ? BadProtocol
            : clientId.Length == 0 && !isClean ? BadClientId
            : passwordOf(user) is not { } known || !known.AsSpan().SequenceEqual(password)
                ? BadCredentials
            : random.Happens(Moods.RefusedConnect) ? Unavailable
            : Accepted;
        if (code != Accepted)
        {
            Counters.Refused++;
            Send(talk, new MqttPacket(MqttType.ConnAck, 0, [0, code]), nowMs);
            talk.IsOver = true;
            talk.Plan();
            _talks.Remove(talk);
            talk.Connection.Close(nowMs);
            return;
        }

        Welcome(talk, clientId, isClean, nowMs);
        talk.User = user;
        talk.Will = will;
        talk.PatienceMs = keepAliveS == 0 ? Never : keepAliveS * 1_500L;
    }

    private void Welcome(Talk talk, string clientId, bool isClean, long nowMs)
    {
        if (_sessions.TryGetValue(clientId, out MqttSession? session))
        {
            // Section 3.1.4: another connection with the same name is ended.
            session.Talk?.Connection.Abort(nowMs);
            if (isClean || session.IsClean || random.Happens(Moods.ForgottenSession))
            {
                Forget(session);
                session = null;
            }
        }

        bool isPresent = session is not null;
        session ??= new MqttSession(clientId);
        session.IsClean = isClean;
        session.Talk = talk;
        _sessions[clientId] = session;
        talk.Session = session;
        Counters.Connected++;
        Counters.SessionsResumed += isPresent ? 1 : 0;
        Send(talk, new MqttPacket(MqttType.ConnAck, 0, [isPresent ? (byte)1 : (byte)0, 0]), nowMs);
        foreach ((ushort identifier, (string topic, byte[] payload)) in session.InFlight)
        {
            Counters.Forwarded++;
            Send(
                talk,
                MqttPacket.Publish(topic, payload, 1, identifier, isDuplicate: true),
                nowMs);
        }
    }

    private void TakePublish(Talk talk, int flags, ref MqttFields fields, long nowMs)
    {
        int qos = (flags >> 1) & 3;
        bool isDuplicate = (flags & 8) != 0;
        string topic = fields.Text();
        if (qos > 1 || (qos == 0 && isDuplicate) || topic.Length == 0 || HasWildcard(topic))
        {
            throw new FormatException($"PUBLISH has QoS {qos}, topic '{topic}'");
        }

        ushort identifier = qos > 0 ? fields.Number() : (ushort)0;
        if (qos > 0 && identifier == 0)
        {
            throw new FormatException("PUBLISH has packet identifier 0");
        }

        byte[] payload = fields.Rest().ToArray();
        Counters.Published++;
        Counters.Repeated += isDuplicate ? 1 : 0;
        if (random.Happens(Moods.DroppedBeforeStoring))
        {
            Drop(talk, nowMs);
            return;
        }

        store(talk.User, topic, payload);
        if (random.Happens(Moods.DroppedAfterStoring))
        {
            Drop(talk, nowMs);
            return;
        }

        Publish(topic, payload, qos, nowMs);

        if (qos > 0)
        {
            Answer(talk, MqttPacket.WithIdentifier(MqttType.PubAck, identifier), nowMs);
        }
    }

    // Answers keep their order, so behind a late one all are late.
    private void Answer(Talk talk, MqttPacket packet, long nowMs)
    {
        bool isLate = random.Happens(Moods.LateAnswer);
        if (!isLate && talk.Late.Count == 0)
        {
            Send(talk, packet, nowMs);
            return;
        }

        long atMs = isLate
            ? random.Later(nowMs, ShortestDelayMs, LongestDelayMs)
            : nowMs;
        talk.LateUntilMs = Math.Max(talk.LateUntilMs, atMs);
        talk.Late.Enqueue((talk.LateUntilMs, packet));
        talk.Plan();
    }

    private void TakePubAck(Talk talk, ref MqttFields fields)
    {
        ushort identifier = fields.Number();
        fields.End();
        if (!talk.Session!.InFlight.Remove(identifier))
        {
            throw new FormatException($"PUBACK {identifier} answers nothing");
        }

        Counters.ForwardedAcknowledged++;
    }

    private void TakeSubscribe(Talk talk, ref MqttFields fields, long nowMs)
    {
        ushort identifier = fields.Number();
        List<byte> results = [];
        do
        {
            string topic = fields.Text();
            int qos = fields.Octet();
            if (qos > 2 || topic.Length == 0)
            {
                throw new FormatException($"SUBSCRIBE has QoS {qos}, topic '{topic}'");
            }

            // Sensors need no wildcards, so this broker has none: 0x80, failure.
            bool isTaken = !HasWildcard(topic);
            if (isTaken)
            {
                Subscribe(talk.Session!, topic, Math.Min(qos, 1));
            }

            results.Add(isTaken ? (byte)Math.Min(qos, 1) : (byte)0x80);
        }
        while (!fields.IsAtEnd);

        Send(
            talk, MqttPacket.WithIdentifier(MqttType.SubAck, identifier, [.. results]), nowMs);
    }

    private void Subscribe(MqttSession session, string topic, int qos)
    {
        if (!_subscribers.TryGetValue(topic, out List<MqttSession>? all))
        {
            all = [];
            _subscribers.Add(topic, all);
        }

        if (!session.Subscriptions.ContainsKey(topic))
        {
            all.Add(session);
        }

        session.Subscriptions[topic] = qos;
    }

    private void Unsubscribe(MqttSession session, string topic)
    {
        if (session.Subscriptions.Remove(topic)
            && _subscribers.TryGetValue(topic, out List<MqttSession>? all))
        {
            all.Remove(session);
            if (all.Count == 0)
            {
                _subscribers.Remove(topic);
            }
        }
    }

    private void Forget(MqttSession session)
    {
        _sessions.Remove(session.ClientId);
        foreach (string topic in session.Subscriptions.Keys.ToList())
        {
            Unsubscribe(session, topic);
        }
    }

    private void Forward(MqttSession session, string topic, byte[] payload, int qos, long nowMs)
    {
        if (qos == 0)
        {
            if (session.Talk is { } there)
            {
                Counters.Forwarded++;
                Send(there, MqttPacket.Publish(topic, payload, 0, 0, isDuplicate: false), nowMs);
            }

            return;
        }

        if (session.InFlight.Count >= MqttSession.MostInFlight)
        {
            return;
        }

        ushort identifier = session.NextIdentifier();
        session.InFlight.Add(identifier, (topic, payload));
        if (session.Talk is { } talk)
        {
            Counters.Forwarded++;
            Send(
                talk,
                MqttPacket.Publish(topic, payload, 1, identifier, isDuplicate: false),
                nowMs);
        }
    }

    private void Drop(Talk talk, long nowMs)
    {
        Counters.Dropped++;
        talk.Connection.Abort(nowMs);
    }

    private void Break(Talk talk, string why, long nowMs)
    {
        Counters.Violations++;
        Counters.LastViolation = why;
        talk.Connection.Abort(nowMs);
    }

    // Section 3.1.2.5: the will is published unless DISCONNECT came.
    private void End(Talk talk, bool isOrderly, long nowMs)
    {
        if (talk.IsOver)
        {
            return;
        }

        talk.IsOver = true;
        talk.Plan();
        _talks.Remove(talk);
        if (talk.Session is { } session && session.Talk == talk)
        {
            session.Talk = null;
            if (session.IsClean)
            {
                Forget(session);
            }
        }

        if (!isOrderly && talk.Will is (string topic, byte[] message))
        {
            Counters.Wills++;
            Publish(topic, message, 1, nowMs);
        }
    }

    private static void Send(Talk talk, MqttPacket packet, long nowMs) =>
        talk.Connection.Send(packet.ToOctets(), nowMs);

    /// <summary>A connection of a client.</summary>
    internal sealed class Talk(
        MqttBroker broker, PlantTimers timers, TcpServerConnection connection)
        : PlantMachine(timers)
    {
        public TcpServerConnection Connection { get; } = connection;

        public List<byte> Stream { get; } = [];

        public Queue<(long AtMs, MqttPacket Packet)> Late { get; } = new();

        public long LateUntilMs { get; set; }

        public MqttSession? Session { get; set; }

        public string User { get; set; } = "";

        public (string Topic, byte[] Message)? Will { get; set; }

        public long HeardMs { get; set; }

        public long PatienceMs { get; set; }

        public bool IsOver { get; set; }

        public long SilentAtMs => PatienceMs == Never ? Never : HeardMs + PatienceMs;

        public override long NextDeadlineMs => IsOver ? Never
            : Late.Count > 0 ? Math.Min(SilentAtMs, Late.Peek().AtMs)
            : SilentAtMs;

        public override void Tick(long nowMs) => broker.Tick(this, nowMs);
    }
}

/// <summary>What the broker keeps of a client.</summary>
internal sealed class MqttSession(string clientId)
{
    /// <summary>Messages that wait for a client; more are dropped.</summary>
    public const int MostInFlight = 16;

    private ushort _lastIdentifier;

    public string ClientId { get; } = clientId;

    public bool IsClean { get; set; }

    public MqttBroker.Talk? Talk { get; set; }

    public SortedDictionary<string, int> Subscriptions { get; } = new(StringComparer.Ordinal);

    public SortedDictionary<ushort, (string Topic, byte[] Payload)> InFlight { get; } = [];

    public ushort NextIdentifier()
    {
        do
        {
            _lastIdentifier++;
        }
        while (_lastIdentifier == 0 || InFlight.ContainsKey(_lastIdentifier));

        return _lastIdentifier;
    }
}
