// One sensor: the real library, driven by the virtual clock instead of sockets. It is the adapter that
// lib/ describes, and nothing of the protocol is here. On the way it measures what the library promises:
// no allocation after Open, bounded work, octets behind a received packet untouched, every packet counted
// in exactly one fate.

using System;
using System.Collections.Generic;
using System.Diagnostics.CodeAnalysis;
using nanoPptp.Client;
using nanoPptp.Diagnostics;
using nanoPptp.Memory;
using nanoPptp.Telemetry.Ip;
using Simulator.World;

namespace Simulator.Sensor;

/// <summary>What a sensor tells.</summary>
public interface ISensorObserver
{
    /// <summary>An event of the library.</summary>
    void Happened(SimulatedSensor sensor, TunnelEvent code, int value);

    /// <summary>It dials.</summary>
    void Dialled(SimulatedSensor sensor, int hub);

    /// <summary>Its tunnel is over.</summary>
    void Ended(SimulatedSensor sensor, Reason reason, int detail);

    /// <summary>A datagram came through the tunnel; its payload is valid during the call.</summary>
    void DatagramCame(SimulatedSensor sensor, ReadOnlySpan<byte> payload);

    /// <summary>The library broke a promise.</summary>
    void PromiseBroken(SimulatedSensor sensor, string check, string text);

    /// <summary>Readings of its queue count as delivered, from a first to a last number.</summary>
    void ReadingsDelivered(SimulatedSensor sensor, int first, int last)
    {
    }

    /// <summary>The plant sent it a command.</summary>
    void CommandCame(SimulatedSensor sensor)
    {
    }
}

/// <summary>What a sensor is set to.</summary>
/// <param name="Name">Its name, which is its user name too.</param>
/// <param name="ConnectMs">How long it waits for a TCP connection.</param>
/// <param name="ClockMs">What its 32-bit clock shows at the beginning.</param>
public sealed record SensorSettings(string Name, int ConnectMs, int ClockMs)
{
    /// <summary>Whether it pings its hub through a tunnel that is silent (DataWatch).</summary>
    public bool WatchesData { get; init; }
}

/// <summary>A sensor on the simulated network.</summary>
public sealed partial class SimulatedSensor : INetworkClient
{
    private const int EntropyLength = 32;

    private readonly VirtualClock _clock;
    private readonly SensorLink _link;
    private readonly ISensorObserver _observer;
    private readonly Random64 _random;
    private readonly SensorSettings _settings;
    private readonly PptpSettings _tunnelSettings;
    private readonly Queue<byte[]> _received = new();
    private readonly Dictionary<int, (int Address, HubQuirks Quirks)> _known = [];
    private readonly RedialSettings? _redialSettings;
    private Redialer _redialer;
    private long _wakeAtUs = long.MaxValue;
    private long _connectByMs = long.MaxValue;
    private bool _isDialled;
    private bool _isOver;
    private int _readingCount;
    private byte[]? _heldReading;

    /// <summary>Makes a sensor that is off.</summary>
    /// <param name="settings">What it is set to.</param>
    /// <param name="tunnelSettings">Its tunnel's settings; shared and never wiped.</param>
    /// <param name="redialSettings">When it dials again; null: it makes one attempt.</param>
    /// <param name="clock">The present.</param>
    /// <param name="link">Its way to the hubs.</param>
    /// <param name="observer">Who is told.</param>
    /// <param name="random">Its entropy.</param>
    /// <param name="telemetry">Where its readings go when they have a queue.</param>
    public SimulatedSensor(
        SensorSettings settings,
        PptpSettings tunnelSettings,
        RedialSettings? redialSettings,
        VirtualClock clock,
        SensorLink link,
        ISensorObserver observer,
        Random64 random,
        TelemetrySettings? telemetry = null)
    {
        ArgumentNullException.ThrowIfNull(link);
        CheckThatAllocationsCanBeMeasured();
        _settings = settings;
        _tunnelSettings = tunnelSettings;
        _clock = clock;
        _link = link;
        _observer = observer;
        _random = random;
        _redialSettings = redialSettings;
        _telemetry = telemetry;
        if (telemetry is not null)
        {
            _journal = new SimulatedJournal(
                FileFactor * QueueSettingsOf(telemetry).LeastFileCapacity);
        }

        link.Client = this;
        Boot();
    }

    /// <summary>Its number, from 0.</summary>
    public int Number => _link.Number;

    /// <summary>Its name.</summary>
    public string Name => _settings.Name;

    /// <summary>The library.</summary>
    public PptpClient Client { get; private set; }

    /// <summary>The library's end of the inner network.</summary>
    public IpEndpoint Endpoint { get; private set; }

    /// <summary>The library's doubt whether data flows; used when the settings say so.</summary>
    public DataWatch Watch { get; private set; }

    /// <summary>Whether it dials again when a tunnel is over.</summary>
    public bool Redials => _redialSettings is not null;

    /// <summary>The library's way back.</summary>
    public Redialer Redialer => _redialer;

    /// <summary>Its way to the hubs.</summary>
    public SensorLink Link => _link;

    /// <summary>Whether it will never dial again.</summary>
    public bool IsOver => _isOver;

    /// <summary>The hub that it dialled last; -1 before the first dial.</summary>
    public int Hub { get; private set; } = -1;

    /// <summary>What is planted in it.</summary>
    internal PlantedBug Bug { get; init; }

    private int NowMs => unchecked((int)(_clock.NowMs - _bootMs + _settings.ClockMs));

    /// <summary>Power comes.</summary>
    public void Start()
    {
        byte[] entropy = _random.Octets(EntropyLength);
        _redialer.Start(entropy, 0, entropy.Length, NowMs);
        if (Uplink is not null)
        {
            byte[] other = _random.Octets(EntropyLength);
            Uplink.Start(other, 0, other.Length, NowMs);
        }

        Pump();
    }

    /// <summary>Hangs up in order and for good.</summary>
    public void HangUp()
    {
        _isOver = true;
        Uplink?.Stop(NowMs);
        _redialer.Stop(NowMs);
        Pump();
    }

    /// <summary>The application has something to say: a tunnel that was hung up is dialled again.
    /// </summary>
    public void Want()
    {
        _redialer.Wanted(NowMs);
        Pump();
    }

    /// <summary>The application has had no answer for a long time: the tunnel is dialled anew.
    /// </summary>
    public void Complain()
    {
        _redialer.Unanswered(NowMs);
        Pump();
    }

    /// <summary>The application has asked several times and expects an answer: the library gives
    /// the tunnel up when no data comes.</summary>
    public void ExpectAnswer()
    {
        long before = Measured();
        Client.ExpectIp(_tunnelSettings.DeadPeerMs, NowMs);
        CheckAllocation(before, "ExpectIp");
        Pump();
    }

    /// <summary>Sends a reading as a UDP datagram.</summary>
    /// <param name="payload">The reading.</param>
    /// <param name="port">To which port of the hub.</param>
    /// <returns>False when the tunnel does not take it now; nothing was sent then.</returns>
    public bool SendReading(ReadOnlySpan<byte> payload, int port)
    {
        if (!Client.IsIpOutputFree || payload.Length > Endpoint.UdpPayloadCapacity)
        {
            return false;
        }

        if (Bug == PlantedBug.IgnoresReadings && _redialer.AttemptCount == 1)
        {
            return true;
        }

        bool isTenth = ++_readingCount % 10 == 0;
        if (Bug == PlantedBug.SwapsReadings && isTenth)
        {
            _heldReading = payload.ToArray();
            return true;
        }

        byte change = (byte)(Bug == PlantedBug.ChangesReading && isTenth ? 1 : 0);
        bool isSent = SendUdp(payload, port, change);
        if (Bug == PlantedBug.SendsTwice && isTenth)
        {
            SendUdp(payload, port, change);
        }

        if (_heldReading is { } held)
        {
            _heldReading = null;
            SendUdp(held, port, change);
        }

        return isSent;
    }

    /// <inheritdoc/>
    public void TcpConnected()
    {
        if (!IsOn)
        {
            return;
        }

        _connectByMs = long.MaxValue;
        long before = Measured();
        Client.ControlConnected(NowMs);
        CheckAllocation(before, "ControlConnected");
        Pump();
    }

    /// <inheritdoc/>
    public void TcpReceived(byte[] octets)
    {
        ArgumentNullException.ThrowIfNull(octets);
        if (!IsOn)
        {
            return;
        }

        long before = Measured();
        Client.ControlInput(octets, 0, octets.Length, NowMs);
        CheckAllocation(before, "ControlInput");
        Pump();
    }

    /// <inheritdoc/>
    public void TcpClosed()
    {
        if (!IsOn)
        {
            return;
        }

        _connectByMs = long.MaxValue;
        long before = Measured();
        Client.ControlClosed(NowMs);
        CheckAllocation(before, "ControlClosed");
        Pump();
    }

    /// <inheritdoc/>
    public void IpReceived(byte[] packet)
    {
        ArgumentNullException.ThrowIfNull(packet);
        if (!IsOn)
        {
            return;
        }

        // A datagram that is longer than the buffer is cut by every socket.
        _received.Enqueue(packet.Length > Limits.ReceiveSlotLength
            ? packet[..Limits.ReceiveSlotLength]
            : packet);
        Pump();
    }

    [MemberNotNull(nameof(Client), nameof(Endpoint), nameof(Watch), nameof(_redialer))]
    private void Boot()
    {
        Client = new PptpClient();
        _redialer = new Redialer(Client, _redialSettings ?? new RedialSettings());
        Endpoint = new IpEndpoint(Client);
        Watch = new DataWatch(Client, Endpoint, _tunnelSettings.DeadPeerMs);
        if (_telemetry is not null)
        {
            BootTelemetry(_telemetry);
        }
    }

    // One round, in the order that the library wants: drain, poll, tick, poll; then whether to dial.
    private void Pump()
    {
        if (!IsOn)
        {
            return;
        }

        Exchange();
        long before = Measured();
        Client.Tick(NowMs);
        CheckAllocation(before, "Tick");
        Exchange();
        before = Measured();
        bool asks = _settings.WatchesData && Watch.Tick(NowMs);
        CheckAllocation(before, "DataWatch.Tick");
        if (asks)
        {
            Exchange();
        }

        DriveUplink();
        if (_clock.NowMs >= _connectByMs)
        {
            _connectByMs = long.MaxValue;
            Client.ControlClosed(NowMs);
            Exchange();
        }

        CheckFates();
        Follow();
        PlanWake();
    }

    private void Exchange()
    {
        do
        {
            DrainSocket();
            PollOutputs();
        }
        while (_received.Count > 0);
        if (Client.Stage == Stage.Closed)
        {
            EndTunnel();
        }
    }

    private void DrainSocket()
    {
        while (_received.TryPeek(out byte[]? packet))
        {
            long before = Measured();
            int slot = Client.LendReceiveSlot();
            CheckAllocation(before, "LendReceiveSlot");
            if (slot < 0)
            {
                return;
            }

            _received.Dequeue();
            if (Bug == PlantedBug.LosesCount)
            {
                Client.Counters.GreReceived++;
                continue;
            }

            int start = (packet[0] & 15) * 4;
            packet.CopyTo(Client.Arena, PptpClient.ReceiveSlotOffset(slot));
            Guard(slot, packet.Length);
            before = Measured();
            Client.GreInput(slot, start, packet.Length - start, NowMs);
            CheckAllocation(before, "GreInput");
        }
    }

    private void PollOutputs()
    {
        for (int count = 0; ; count++)
        {
            CheckWork(count);
            long before = Measured();
            Output output = Client.Poll(NowMs);
            CheckAllocation(before, "Poll");
            switch (output)
            {
                case Output.SendControl:
                    _link.SendTcp(OutputOctets());
                    Client.ControlSent(Client.OutputLength);
                    break;
                case Output.SendGre:
                    ReadOnlySpan<byte> gre = GreOctets();
                    CheckNotInClear(gre);
                    _link.SendGre(gre);
                    break;
                case Output.DeliverIp:
                    Deliver();
                    break;
                case Output.Event:
                    _observer.Happened(this, Client.EventCode, Client.EventValue);
                    break;
                default:
                    if (Bug == PlantedBug.WorksWithoutBound && Client.Stage == Stage.Up)
                    {
                        continue;
                    }

                    CheckGuards();
                    return;
            }
        }
    }

    private void Deliver()
    {
        long before = Measured();
        bool isDatagram = Endpoint.Input(NowMs);
        CheckAllocation(before, "IpEndpoint.Input");
        if (!isDatagram)
        {
            return;
        }

        before = Measured();
        bool isForUplink = Uplink is not null && Uplink.UdpInput(NowMs);
        CheckAllocation(before, "Uplink.UdpInput");
        if (isForUplink || IsForAnother())
        {
            return;
        }

        // An answer of the application would use the arena: it gets the octets while they are there.
        ReadOnlySpan<byte> payload = Client.Arena.AsSpan(Endpoint.UdpOffset, Endpoint.UdpLength);
        _observer.DatagramCame(this, payload);
        if (Bug == PlantedBug.DeliversTwice)
        {
            _observer.DatagramCame(this, payload);
        }
    }

    private void EndTunnel()
    {
        if (!_isDialled)
        {
            return;
        }

        _isDialled = false;
        if (Client.LocalAddress != 0)
        {
            _known[Hub] = (Client.LocalAddress, Client.Quirks);
        }

        _connectByMs = long.MaxValue;
        _received.Clear();
        _link.CloseTcp();
        Reason reason = Bug == PlantedBug.BlamesPassword
            ? Reason.AuthenticationFailed
            : Client.Diagnosis.Reason;
        _observer.Ended(this, reason, Client.Diagnosis.Detail);
        if (!Redials || Bug == PlantedBug.NeverRedials)
        {
            _isOver = true;
            _redialer.Stop(NowMs);
        }
    }

    private void Follow()
    {
        long before = Measured();
        RedialOrder order = _redialer.Tick(NowMs);
        CheckAllocation(before, "Redialer.Tick");
        if (order == RedialOrder.Dial)
        {
            Dial(_redialer.Hub);
        }
        else if (Bug == PlantedBug.RedialsAtOnce
            && Client.Stage == Stage.Closed && Hub >= 0 && !_isOver)
        {
            Dial(Hub);
        }

        // The redialer hangs up by itself when a session is idle or old.
        Exchange();
    }

    private void Dial(int hub)
    {
        Hub = hub;
        _observer.Dialled(this, hub);
        byte[] entropy = _random.Octets(EntropyLength);
        if (!_link.Dial(hub))
        {
            _redialer.DialFailed(NowMs);
            _observer.Ended(this, Reason.HubUnreachable, 0);
            _isOver = !Redials;
            return;
        }

        _isDialled = true;
        _connectByMs = _clock.NowMs + _settings.ConnectMs;
        ForgetGuards();

        // The settings are shared by all sensors and read now: what this one knows of the hub from
        // last time goes in.
        bool isKnown = _known.TryGetValue(hub, out (int Address, HubQuirks Quirks) known);
        _tunnelSettings.LastAddress = isKnown ? known.Address : 0;
        _tunnelSettings.Quirks = isKnown ? known.Quirks : null;
        Client.Open(_tunnelSettings, entropy, 0, entropy.Length, NowMs);
    }

    private void PlanWake()
    {
        long waitMs = _isOver && Client.Stage == Stage.Closed
            ? long.MaxValue
            : _redialer.NextDeadlineMs(NowMs);
        if (Uplink is not null)
        {
            waitMs = Math.Min(waitMs, Uplink.NextDeadlineMs(NowMs));
        }

        if (Client.Stage != Stage.Closed)
        {
            waitMs = Math.Min(waitMs, Client.NextDeadlineMs(NowMs));
            waitMs = _settings.WatchesData
                ? Watch.Sooner(NowMs, (int)Math.Min(waitMs, int.MaxValue))
                : waitMs;
            if (_connectByMs != long.MaxValue)
            {
                waitMs = Math.Min(waitMs, Math.Max(0, _connectByMs - _clock.NowMs));
            }
        }

        if (waitMs == long.MaxValue)
        {
            return;
        }

        // A deadline lies at a whole millisecond; one that is due now is not in the past.
        long atUs = (_clock.NowMs + Math.Max(1, waitMs)) * 1000;
        if (atUs < _wakeAtUs)
        {
            _wakeAtUs = atUs;
            _clock.At(atUs, () => Wake(atUs));
        }
    }

    private void Wake(long atUs)
    {
        // Only the earliest wake-up that is planned counts.
        if (atUs == _wakeAtUs && IsOn)
        {
            _wakeAtUs = long.MaxValue;
            Pump();
        }
    }

    private bool SendUdp(ReadOnlySpan<byte> payload, int port, byte change)
    {
        if (!Client.IsIpOutputFree)
        {
            return false;
        }

        payload.CopyTo(Client.Arena.AsSpan(IpEndpoint.UdpPayloadOffset));
        if (change != 0)
        {
            Client.Arena[IpEndpoint.UdpPayloadOffset + payload.Length - 1] ^= change;
        }

        long before = Measured();
        int result = Endpoint.UdpOutput(Client.PeerAddress, port, port, payload.Length);
        CheckAllocation(before, "UdpOutput");
        Pump();
        return result > 0;
    }

    private ReadOnlySpan<byte> OutputOctets() =>
        Client.Arena.AsSpan(Client.OutputOffset, Client.OutputLength);
}
