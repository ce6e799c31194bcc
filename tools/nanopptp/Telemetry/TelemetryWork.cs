// The work of a session that delivers readings: from a file through the queue, with its journal, and
// an uplink to the hub's application.
//
//   ReadingSource --Peek/Take--> ReadingQueue <--> FileJournalStore
//                                     |
//                                  Uplink --> the tunnel's client
//
// It outlives tunnels: between two of them readings are queued at their times and written to the
// journal.

using System;
using System.Collections.Generic;
using System.Runtime.Versioning;
using System.Security.Cryptography;
using System.Text;
using nanoPptp.Client;
using nanoPptp.Telemetry.Coap;
using nanoPptp.Telemetry.Ip;
using nanoPptp.Telemetry.Mqtt;
using nanoPptp.Telemetry.Queue;
using nanoPptp.Telemetry.Senml;
using nanoPptp.Telemetry.Uplink;
using nanoPptp.Tool.Connect;
using nanoPptp.Tool.Footprint;
using nanoPptp.Tool.Sockets;
using nanoPptp.Tool.Streams;

namespace nanoPptp.Tool.Telemetry;

/// <summary>Delivers readings, and knows when all are delivered. Times are milliseconds that may
/// wrap.</summary>
[SupportedOSPlatform("linux")]
internal sealed class TelemetryWork : ISessionWork, IDisposable
{
    private const int LongestWaitMs = 60000;

    // So long the hub's application has for our goodbye.
    private const int GoodbyeMs = 2000;

    // Somebody who answers does so within this time, or something is wrong.
    private const int SilentMs = 10000;

    // So many readings are queued before the tunnel is looked after.
    private const int QueuedInARow = 64;
    private const int EntropyLength = 32;

    private readonly TelemetryOptions _options;
    private readonly int? _durationMs;
    private readonly PptpClient _client;
    private readonly IpEndpoint _endpoint;
    private readonly Audience<IPresenter> _audience;
    private readonly FileJournalStore? _store;
    private readonly ReadingQueue _queue;
    private readonly Uplink _uplink;
    private readonly SenmlPack _pack;
    private readonly Health _health;
    private readonly ReadingSource _source;
    private readonly DeliveryStatistics _statistics = new();
    private readonly DataPathProbe _probe;
    private readonly Dictionary<string, byte[]> _names = [];
    private readonly int _ramOctets;
    private readonly byte[] _entry = new byte[ReadingQueueSettings.LongestReadingLimit];
    private bool _wasUp;
    private bool _isConcluded;
    private int? _sinceMs;
    private int? _goodbyeMs;
    private int? _healthMs;
    private int? _silentMs;
    private bool _isSilenceTold;

    /// <summary>Opens the journal and brings back what is in it.</summary>
    /// <param name="options">What is delivered, and where to.</param>
    /// <param name="duration">The time of --for; null for none.</param>
    /// <param name="client">The tunnel.</param>
    /// <param name="endpoint">Its inner end.</param>
    /// <param name="redialer">Its way back; null for none.</param>
    /// <param name="audience">Who is told.</param>
    /// <param name="nowMs">The present.</param>
    /// <exception cref="ToolFailureException">The journal cannot be used, or a reading is too
    /// long.</exception>
    public TelemetryWork(
        TelemetryOptions options,
        TimeSpan? duration,
        PptpClient client,
        IpEndpoint endpoint,
        Redialer? redialer,
        Audience<IPresenter> audience,
        int nowMs)
    {
        _options = options;
        _durationMs = (int?)duration?.TotalMilliseconds;
        _client = client;
        _endpoint = endpoint;
        _audience = audience;
        _probe = new DataPathProbe(client, endpoint);
        _source = new ReadingSource(options.Readings, options.Pace);
        _pack = new SenmlPack(Encoding.ASCII.GetBytes(options.BaseName), writesFloats: false);
        CheckLengths(nowMs);
        _store = options.JournalFolder is { } folder
            ? new FileJournalStore(folder, options.Queue.LeastFileCapacity, options.BaseName)
            : null;
        try
        {
            // Without a journal, or if it cannot be read, the clock keeps the numbers rising from
            // run to run.
            options.Queue.FirstSequence = _store is null ? SecondsOfThisCentury() : 1;
            options.Queue.SequenceIfIllegible = SecondsOfThisCentury();
            _queue = new ReadingQueue(options.Queue, _store!);
            _uplink = options.Mqtt is { } mqtt ? ToBroker(mqtt) : ToServer(options.Coap!);
            _queue.Restore(nowMs);
        }
        catch
        {
            _store?.Dispose();
            throw;
        }

        _health = new Health(
            client, redialer!, _queue, _uplink, Encoding.ASCII.GetBytes(options.BaseName));
        _uplink.Health = _health;
        _ramOctets = RamOctets(redialer);
        byte[] entropy = RandomNumberGenerator.GetBytes(EntropyLength);
        _uplink.Start(entropy, 0, entropy.Length, nowMs);
        CryptographicOperations.ZeroMemory(entropy);
    }

    private bool IsAllDelivered => _wasUp && _source.IsOver && _queue.Count == 0;

    public void Begin(int nowMs)
    {
        _sinceMs = nowMs;
    }

    public void Start(int nowMs)
    {
        _wasUp = true;
        _sinceMs ??= nowMs;
        _probe.Start(nowMs);
    }

    public void Wait(int nowMs)
    {
        SendNext(nowMs);
    }

    public bool SendNext(int nowMs)
    {
        Feed(nowMs);
        TellHealth(nowMs);
        TellSilence(nowMs);
        SayGoodbyeInTime(nowMs);
        if (_client.Stage == Stage.Up && !_probe.IsThrough(nowMs))
        {
            _queue.Tick(nowMs);
            return _client.IsIpOutputFree && _probe.SendNext(nowMs);
        }

        for (; ; )
        {
            int flushes = _queue.Counters.Flushes;
            UplinkEvent happened = _uplink.Poll(nowMs);
            if (_queue.Counters.Flushes != flushes)
            {
                int next = _queue.NextSequence;
                _audience.Tell(presenter => presenter.Journaled(next));
            }

            switch (happened)
            {
                case UplinkEvent.Nothing:
                    return false;
                case UplinkEvent.Packet:
                    return true;
                case UplinkEvent.Delivered:
                    TellDelivered(nowMs);
                    break;
                case UplinkEvent.Command:
                    TellCommand(((MqttUplink)_uplink).Mqtt);
                    break;
                default:
                    int code = happened == UplinkEvent.Refused ? _uplink.Code : 0;
                    _audience.Tell(presenter => presenter.Application(happened, code));
                    break;
            }
        }
    }

    public bool IsDone(int nowMs)
    {
        return _goodbyeMs is { } since
            && (_uplink.IsStopped
                || _client.Stage != Stage.Up
                || unchecked(nowMs - since) >= GoodbyeMs);
    }

    public int NextDeadlineMs(int nowMs)
    {
        int waitMs = int.Min(LongestWaitMs, _uplink.NextDeadlineMs(nowMs));
        if (_client.Stage == Stage.Up && !_probe.IsThrough(nowMs))
        {
            waitMs = int.Min(_queue.NextDeadlineMs(nowMs), _probe.NextDeadlineMs(nowMs));
        }

        if (!_source.IsAtOnce || HasRoom)
        {
            waitMs = int.Min(waitMs, _source.NextDeadlineMs(nowMs));
        }

        if (_goodbyeMs is { } since)
        {
            return int.Clamp(unchecked(since + GoodbyeMs - nowMs), 0, waitMs);
        }

        return IsAllDelivered
            ? 0
            : int.Min(waitMs, int.Min(LeftMs(nowMs), HealthLeftMs(nowMs)));
    }

    public bool DatagramReceived(int nowMs)
    {
        return _uplink.UdpInput(nowMs);
    }

    public DeliverySummary? Conclude(int nowMs)
    {
        _isConcluded = true;
        if (_store is not null)
        {
            _queue.Flush(nowMs);
        }

        QueueCounters queue = _queue.Counters;
        UplinkCounters uplink = _uplink.Counters;
        return new DeliverySummary
        {
            Queued = (uint)queue.Added,
            Restored = (uint)queue.Restored,
            Delivered = (uint)queue.Delivered,
            Waiting = _queue.Count,
            Dropped = (uint)queue.DroppedOldest + (uint)queue.DroppedNewest + (uint)queue.TooLong
                + (uint)queue.Exhausted + (uint)queue.GivenUp,
            Refusals = (uint)uplink.Refusals,
            Unanswered = _wasUp && _queue.Count > 0 && queue.Delivered == 0
                && uplink.Connections == 0 && uplink.Refusals == 0
                ? (_options.Mqtt?.Address ?? _options.Coap!.Address).ToString()
                : null,
            MedianMs = _statistics.MedianMs,
            WorstMs = _statistics.WorstMs,
            Retransmissions = (uint)(_uplink switch
            {
                MqttUplink mqtt => mqtt.Tcp.Counters.Retransmissions,
                CoapUplink coap => coap.Coap.Counters.Retransmissions,
                _ => 0,
            }),
            Resent = (uint)uplink.PacksAgain,
            Reconnects = long.Max((uint)uplink.Connections - 1L, 0),
            WireOctets =
                (uint)_client.Counters.IpSentOctets + (uint)_client.Counters.IpDeliveredOctets,
            FlashWrites = (uint)queue.Writes,
            FlashOctets = (uint)queue.WrittenOctets,
            FlashErases = (uint)queue.Erases,
            TornRecords = (uint)queue.TornRecords,
            StoreFailures = (uint)queue.StoreFailures,
            StoreFailure = _store?.LastFailure,
            FlashReadings = _store is null
                ? null
                : FlashLife.Readings(
                    (uint)queue.Added, (uint)queue.Writes, (uint)queue.Erases),
            RamOctets = _ramOctets,
        };
    }

    public void Dispose()
    {
        if (_store is not null && !_isConcluded)
        {
            // It ends by a failure of this side; what is queued is kept all the same.
            _queue.Flush(ConnectRun.NowMs);
        }

        _store?.Dispose();
        if (_options.Mqtt?.Password is { } password)
        {
            CryptographicOperations.ZeroMemory(password);
        }
    }

    private bool HasRoom =>
        _queue.UsedOctets + (2 * (_options.Queue.LongestReading + ReadingQueue.EntryHeaderLength))
            <= _options.Queue.Capacity;

    private static int SecondsOfThisCentury()
    {
        long seconds = (DateTime.UtcNow - new DateTime(2020, 1, 1, 0, 0, 0, DateTimeKind.Utc)).Ticks
            / TimeSpan.TicksPerSecond;
        return (int)long.Clamp(seconds, 1, int.MaxValue - 1);
    }

    private static int Address(System.Net.IPEndPoint target)
    {
        return TunnelAddress.ToInt(target.Address);
    }

    private MqttUplink ToBroker(MqttTarget target)
    {
        MqttUplinkSettings settings = new()
        {
            Address = Address(target.Address),
            Port = target.Address.Port,
            Topic = target.Topic,
            Qos = target.Qos,
            Mqtt = new MqttSettings
            {
                ClientId = target.ClientId,
                UserName = target.UserName,
                Password = target.Password,
                CleanSession = target.IsClean,
                CommandTopic = target.CommandTopic,
            },
        };
        return new MqttUplink(_client, _endpoint, _queue, _pack, settings);
    }

    private CoapUplink ToServer(CoapUri uri)
    {
        // Whoever reads the command line has made sure that there is one.
        CoapTarget target = uri.ToTarget() ?? throw new ArgumentException(null, nameof(uri));
        return new CoapUplink(
            _client, _endpoint, _queue, _pack, new CoapUplinkSettings { Target = target });
    }

    /// <summary>Before anything is sent: every reading fits into the queue.</summary>
    private void CheckLengths(int nowMs)
    {
        ReadingSource all = new(_options.Readings, 0);
        for (int line = 1; all.Peek(nowMs) is { } reading; line++)
        {
            int length = Write(reading);
            if (length < 0 || length > _options.Queue.LongestReading)
            {
                throw new ToolFailureException(
                    ExitCode.FileUnreadable,
                    new Explanation(
                        "file-unreadable",
                        $"Reading {line} of --csv ({reading.Name}) is too long to be queued.",
                        "",
                        "Shorten its name or its unit."));
            }

            all.Take();
        }
    }

    private int Write(CsvReading reading)
    {
        return SenmlEntry.Write(
            _entry,
            0,
            _entry.Length,
            reading.TimeMs,
            Octets(reading.Name),
            reading.Unit is { } unit ? Octets(unit) : null,
            reading.Mantissa,
            reading.Exponent);
    }

    private byte[] Octets(string text)
    {
        if (!_names.TryGetValue(text, out byte[]? octets))
        {
            octets = Encoding.ASCII.GetBytes(text);
            _names.Add(text, octets);
        }

        return octets;
    }

    private void Feed(int nowMs)
    {
        for (int i = 0; i < QueuedInARow && _goodbyeMs is null; i++)
        {
            if ((_source.IsAtOnce && !HasRoom) || _source.Peek(nowMs) is not { } reading)
            {
                return;
            }

            int sequence = _queue.Add(_entry, 0, Write(reading), nowMs);
            _source.Take();
            if (sequence > 0)
            {
                _statistics.Queued(sequence, nowMs);
            }
        }
    }

    /// <summary>As soon as there was a tunnel there is something to tell.</summary>
    private void TellHealth(int nowMs)
    {
        if (HealthLeftMs(nowMs) > 0 || _goodbyeMs is not null)
        {
            return;
        }

        // What a PC has of memory is no news.
        const int Unknown = -1;
        _healthMs = nowMs;
        int first = _queue.NextSequence;
        _health.Enqueue(DateTimeOffset.UtcNow.ToUnixTimeMilliseconds(), Unknown, nowMs);
        for (int sequence = first; sequence < _queue.NextSequence; sequence++)
        {
            _statistics.Queued(sequence, nowMs);
        }
    }

    /// <summary>A wrong address is not refused by anybody: it is only silent.</summary>
    private void TellSilence(int nowMs)
    {
        if (_uplink.IsConnected || _client.Stage != Stage.Up || _queue.Count == 0)
        {
            _silentMs = null;
            _isSilenceTold = false;
            return;
        }

        _silentMs ??= nowMs;
        if (!_isSilenceTold && unchecked(nowMs - _silentMs.Value) >= SilentMs)
        {
            _isSilenceTold = true;
            _audience.Tell(presenter => presenter.Application(UplinkEvent.Nothing, 0));
        }
    }

    private int HealthLeftMs(int nowMs)
    {
        return _options.HealthMs is not { } everyMs || !_wasUp ? int.MaxValue
            : _healthMs is not { } toldMs ? 0
            : int.Max(everyMs - unchecked(nowMs - toldMs), 0);
    }

    private void SayGoodbyeInTime(int nowMs)
    {
        if (_goodbyeMs is null && (IsAllDelivered || LeftMs(nowMs) == 0))
        {
            _goodbyeMs = nowMs;
            _uplink.Stop(nowMs);
        }
    }

    private void TellDelivered(int nowMs)
    {
        int first = _uplink.FirstDelivered;
        int last = _uplink.LastDelivered;
        _statistics.Delivered(first, last, nowMs);
        _audience.Tell(presenter => presenter.Delivered(first, last));
    }

    private void TellCommand(MqttClient mqtt)
    {
        string topic = Encoding.UTF8.GetString(
            mqtt.InputOctets, mqtt.TopicOffset, mqtt.TopicLength);
        byte[] payload =
            mqtt.InputOctets.AsSpan(mqtt.PayloadOffset, mqtt.PayloadLength).ToArray();
        _audience.Tell(presenter => presenter.Command(topic, payload));
    }

    private int LeftMs(int nowMs)
    {
        return _durationMs is { } durationMs && _sinceMs is { } since
            ? int.Max(durationMs - unchecked(nowMs - since), 0)
            : int.MaxValue;
    }

    /// <summary>Before anything has come: afterwards a message may point into the memory of the
    /// tunnel, which is not telemetry's, and nothing is allocated any more.</summary>
    private int RamOctets(Redialer? redialer)
    {
        BoardHeap heap = new();
        heap.Ignore(_client);
        if (redialer is not null)
        {
            heap.Ignore(redialer);
        }

        if (_store is not null)
        {
            // On a board it is another one.
            heap.Ignore(_store);
        }

        return heap.OctetsOf(_endpoint) + heap.OctetsOf(_queue) + heap.OctetsOf(_uplink)
            + heap.StaticOctetsOf(typeof(ReadingQueue).Assembly);
    }
}
