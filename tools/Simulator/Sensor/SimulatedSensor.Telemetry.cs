// The application of a sensor whose readings must not be lost: queue, journal and uplink of the library,
// driven as an adapter drives them. What is in RAM goes with the power; the journal stays.

using System;
using System.Collections.Generic;
using System.Text;
using nanoPptp.Telemetry.Coap;
using nanoPptp.Telemetry.Mqtt;
using nanoPptp.Telemetry.Queue;
using nanoPptp.Telemetry.Senml;
using nanoPptp.Telemetry.Uplink;
using Simulator.Scenarios;

namespace Simulator.Sensor;

/// <summary>Where a sensor's readings go, and how.</summary>
/// <param name="Way">By MQTT or CoAP.</param>
/// <param name="Address">The plant's address.</param>
/// <param name="Password">The broker's, for the sensor's name.</param>
/// <param name="QueueCapacity">Octets of the queue.</param>
public sealed record TelemetrySettings(
    TelemetryWay Way, uint Address, string Password, int QueueCapacity)
{
    /// <summary>A reading that was not acknowledged is on the medium after so long.</summary>
    public const int FlushIntervalMs = 10_000;

    /// <summary>The topic that a sensor listens to.</summary>
    public static string CommandTopicOf(string name) => $"command/{name}";

    /// <summary>What the names of a sensor's readings begin with.</summary>
    public static string BaseNameOf(string name) => $"urn:dev:sim:{name}:";
}

public sealed partial class SimulatedSensor
{
    private const int EntryCapacity = 64;
    private const int FileFactor = 2;
    private const int MostCutOctets = 400;
    private const int HighFirstSequence = 1_000_000;

    private static readonly byte[] s_readingName = "level"u8.ToArray();
    private static readonly byte[] s_readingUnit = "m"u8.ToArray();

    private readonly TelemetrySettings? _telemetry;
    private readonly SimulatedJournal? _journal;
    private readonly byte[] _entry = new byte[EntryCapacity];
    private readonly List<byte[]> _hoard = [];
    private int _addedCount;
    private int _bootCount;
    private long _bootMs;

    /// <summary>Whether it has power.</summary>
    public bool IsOn { get; private set; } = true;

    /// <summary>Its readings that wait; null when they travel without a queue.</summary>
    public ReadingQueue? Queue { get; private set; }

    /// <summary>Their way to the plant; null as well.</summary>
    public Uplink? Uplink { get; private set; }

    /// <summary>Writes to its medium.</summary>
    public int WriteCount => _journal?.WriteCount ?? 0;

    /// <summary>Segments or messages that were sent again, and packs, since power came.</summary>
    public int RetransmissionCount => Uplink switch
    {
        MqttUplink mqtt => mqtt.Tcp.Counters.Retransmissions + mqtt.Counters.PacksAgain,
        CoapUplink coap => coap.Coap.Counters.Retransmissions + coap.Counters.PacksAgain,
        _ => 0,
    };

    /// <summary>How it stands with the way to the plant, for people.</summary>
    public string UplinkText => Uplink switch
    {
        MqttUplink mqtt => $"TCP {mqtt.Tcp.State}, {mqtt.Tcp.UnacknowledgedCount} octets not "
            + $"acknowledged, MQTT {(mqtt.IsConnected ? "connected" : "not connected")}, "
            + $"{mqtt.PacksUnderWay} packs under way",
        CoapUplink coap => $"CoAP {(coap.Coap.IsBusy ? "busy" : "idle")}, "
            + $"{coap.PacksUnderWay} packs under way",
        _ => "no uplink",
    };

    /// <summary>What of the library must not grow.</summary>
    public IEnumerable<object> LibraryObjects
    {
        get
        {
            yield return Client;
            yield return Endpoint;
            yield return Watch;
            yield return _redialer;
            if (Queue is not null && Uplink is not null)
            {
                yield return Queue;
                yield return Uplink;
            }

            yield return _hoard;
        }
    }

    /// <summary>Takes a reading into the queue.</summary>
    /// <param name="timeMs">When, in milliseconds since 1970.</param>
    /// <param name="mantissa">Its value in centimetres.</param>
    /// <returns>Its number; 0 when the queue does not take it.</returns>
    public int AddReading(long timeMs, int mantissa)
    {
        long before = Measured();
        int length = SenmlEntry.Write(
            _entry, 0, EntryCapacity, timeMs, s_readingName, s_readingUnit, mantissa, -2);
        CheckAllocation(before, "SenmlEntry.Write");
        bool isTenth = ++_addedCount % 10 == 0;
        if (Bug == PlantedBug.GarblesReading && isTenth)
        {
            // The last octet is the value's.
            _entry[length - 1] ^= 1;
        }

        if (Bug == PlantedBug.HoardsReadings)
        {
            _hoard.Add(_entry.AsSpan(0, length).ToArray());
        }

        before = Measured();
        int sequence = Queue!.Add(_entry, 0, length, NowMs);
        CheckAllocation(before, "ReadingQueue.Add");
        return sequence;
    }

    /// <summary>After a reading was added: it leaves as soon as it can.</summary>
    public void SendReadings()
    {
        if (Bug == PlantedBug.AcknowledgesUnstored && _addedCount % 10 == 0)
        {
            int last = Queue!.NextSequence - 1;
            Queue.Acknowledge(last, last);
            _observer.ReadingsDelivered(this, last, last);
        }

        Pump();
    }

    /// <summary>The power goes, in the middle of a write to the medium.</summary>
    public void LosePower()
    {
        if (_journal is not null)
        {
            _journal.Cut(_random.Between(0, MostCutOctets), _random);
            Queue!.Flush(NowMs);
        }

        IsOn = false;
        _isDialled = false;
        _connectByMs = long.MaxValue;
        _wakeAtUs = long.MaxValue;
        _received.Clear();
        _known.Clear();
        _heldReading = null;
        _link.Vanish();
    }

    /// <summary>The power is back: everything begins anew, with what is on the medium.</summary>
    public void GetPower()
    {
        _journal?.Mend();
        if (Bug == PlantedBug.ForgetsJournal || Bug == PlantedBug.CountsBackwards)
        {
            _journal?.Forget();
        }

        IsOn = true;
        _bootMs = _clock.NowMs;
        Hub = -1;
        Boot();
        Start();
    }

    private void BootTelemetry(TelemetrySettings telemetry)
    {
        _bootCount++;
        Queue = new ReadingQueue(QueueSettingsOf(telemetry), _journal!);
        Queue.Restore(NowMs);
        byte[] baseName = Encoding.ASCII.GetBytes(TelemetrySettings.BaseNameOf(Name));
        var pack = new SenmlPack(baseName, writesFloats: false);
        int address = unchecked((int)telemetry.Address);
        if (telemetry.Way == TelemetryWay.Mqtt)
        {
            Uplink = new MqttUplink(Client, Endpoint, Queue, pack, new MqttUplinkSettings
            {
                Address = address,
                Topic = $"readings/{Name}",
                Mqtt = new MqttSettings
                {
                    ClientId = Name,
                    UserName = Name,
                    Password = Encoding.UTF8.GetBytes(telemetry.Password),
                    WillTopic = $"gone/{Name}",
                    WillMessage = "power"u8.ToArray(),
                    CommandTopic = TelemetrySettings.CommandTopicOf(Name),
                },
            });
        }
        else
        {
            Uplink = new CoapUplink(Client, Endpoint, Queue, pack, new CoapUplinkSettings
            {
                Target = new CoapTarget(
                    address, Plant.PlantSystems.CoapPort, Plant.PlantSystems.CoapPath, null, null),
            });
            Uplink.Health = new Health(Client, _redialer, Queue, Uplink, baseName);
        }
    }

    // The plant may ask for the status of a sensor that had this address before.
    private bool IsForAnother() =>
        _telemetry is not null && Endpoint.UdpSource == unchecked((int)_telemetry.Address);

    private ReadingQueueSettings QueueSettingsOf(TelemetrySettings telemetry) => new()
    {
        Capacity = telemetry.QueueCapacity,
        FlushIntervalMs = TelemetrySettings.FlushIntervalMs,
        FirstSequence = Bug == PlantedBug.CountsBackwards ? HighFirstSequence / _bootCount : 1,
    };

    // Until nothing is left to say: what happened to readings, and one packet after the other.
    private void DriveUplink()
    {
        for (int count = 0; Uplink is { } uplink; count++)
        {
            CheckWork(count);
            long before = Measured();
            UplinkEvent happened = uplink.Poll(NowMs);
            CheckAllocation(before, "Uplink.Poll");
            switch (happened)
            {
                case UplinkEvent.Nothing:
                    return;
                case UplinkEvent.Packet:
                    Exchange();
                    break;
                case UplinkEvent.Delivered:
                    _observer.ReadingsDelivered(
                        this, uplink.FirstDelivered, uplink.LastDelivered);
                    break;
                case UplinkEvent.Command:
                    _observer.CommandCame(this);
                    break;
                default:
                    break;
            }
        }
    }
}
