// The first thing that people run: one sensor and one hub in one process on a virtual clock. The sensor
// dials, proves itself, encrypts, sends its readings, answers a ping and hangs up; every message is
// shown, and the readings are shown as the hub received them.

using System;
using System.Collections.Generic;
using System.Globalization;
using System.Text;
using nanoPptp.Client;
using nanoPptp.Diagnostics;
using Simulator.Hub;
using Simulator.Reports;

namespace Simulator.World;

/// <summary>A reading as the hub received it.</summary>
/// <param name="AtUs">When, in microseconds.</param>
/// <param name="Source">Address and port that it came from.</param>
/// <param name="Text">The reading.</param>
public sealed record ReceivedReading(long AtUs, string Source, string Text);

/// <summary>One sensor, one hub, ten readings.</summary>
public sealed class Walkthrough : IHubObserver
{
    /// <summary>How many readings the sensor sends.</summary>
    public const int ReadingCount = 10;

    private const string UserName = "sensor-1";
    private const ushort ReadingPort = 5683;
    private const long ReadingIntervalUs = 1_000_000;
    private const long LimitUs = 60_000_000;
    private const int PasswordLength = 16;
    private const int PingLength = 32;

    private readonly ulong _seed;
    private readonly Action<string> _write;
    private readonly Ladder _ladder;
    private readonly Random64 _random;
    private readonly HubSettings _hubSettings;
    private readonly List<string> _sent = [];
    private readonly List<ReceivedReading> _received = [];
    private VirtualClock _clock = new();
    private HubSession? _session;
    private HubEnd? _end;
    private int _pingAnswers;

    /// <summary>Builds the world.</summary>
    /// <param name="seed">The same seed gives the same run.</param>
    /// <param name="write">Takes the lines to show.</param>
    public Walkthrough(ulong seed, Action<string> write)
    {
        _seed = seed;
        _write = write;
        _ladder = new Ladder(write);
        _random = new Random64(seed).Fork(0);

        // The password is drawn and never shown: not even a simulation has one to copy.
        Password = Convert.ToHexStringLower(_random.Octets(PasswordLength));
        _hubSettings = new HubSettings
        {
            Users = new Dictionary<string, string> { [UserName] = Password },
        };
    }

    /// <summary>The readings as the hub received them.</summary>
    public IReadOnlyList<ReceivedReading> Received => _received;

    /// <summary>The sensor's password; the sensor may be given another one to see it refused.
    /// </summary>
    internal string Password { get; set; }

    /// <summary>Runs the world to its end.</summary>
    /// <returns>True when every reading arrived once and in order, the ping was answered and the
    /// tunnel was hung up in order.</returns>
    public bool Run()
    {
        _write("One sensor and one hub in this process, on a virtual clock. No network is used.");
        _write("");
        _write(Ladder.Heading);
        var settings = new PptpSettings { UserName = UserName };
        settings.SetPassword(Password);
        using var world = new SmallWorld(_seed, _hubSettings, settings, this, _ladder);
        _clock = world.Clock;
        world.Happened = (code, value) => ShowEvent(world, code, value);
        world.Sensor.Start();
        _clock.Run(
            LimitUs, () => world.Sensor.IsOver && world.Sensor.Client.Stage == Stage.Closed);

        // The last words of the sensor still travel to the hub.
        world.Advance(2 * Simulation.CalmUs);
        return Report(world.Sensor.Client.Diagnosis.Reason);
    }

    /// <inheritdoc/>
    public void SessionUp(HubSession session, long nowMs)
    {
        ArgumentNullException.ThrowIfNull(session);
        _session = session;
        _ladder.Remarked(
            _clock.NowUs,
            $"hub: {session.UserName} is up as {Ipv4Address.ToText(session.Address)}, "
                + session.EncryptionText);
    }

    /// <inheritdoc/>
    public void SessionDown(HubSession session, HubEnd reason, long nowMs)
    {
        _end = reason;
        _ladder.Remarked(_clock.NowUs, $"hub: session over ({reason})");
    }

    /// <inheritdoc/>
    public void UdpReceived(HubSession session, HubDatagram datagram, long nowMs)
    {
        string text = Encoding.UTF8.GetString(datagram.Payload);
        string source = $"{Ipv4Address.ToText(datagram.Source)}:{datagram.SourcePort}";
        _received.Add(new ReceivedReading(_clock.NowUs, source, text));
        _ladder.Remarked(_clock.NowUs, $"hub: reading from {source}: {text}");
    }

    /// <inheritdoc/>
    public void EchoReplyReceived(
        HubSession session,
        ushort identifier,
        ushort sequence,
        ReadOnlySpan<byte> payload,
        long nowMs)
    {
        _pingAnswers++;
        _ladder.Remarked(_clock.NowUs, "hub: the sensor answered a ping");
    }

    /// <inheritdoc/>
    public void IpReceived(HubSession session, ReadOnlySpan<byte> packet, long nowMs) =>
        _ladder.Remarked(_clock.NowUs, $"hub: an IP packet of {packet.Length} octets");

    /// <inheritdoc/>
    public void Noted(HubSession? session, HubNote note, long nowMs)
    {
        // Set-Link-Info is part of every call and changes nothing.
        if (note != HubNote.SetLinkInfo)
        {
            _ladder.Remarked(_clock.NowUs, $"hub: noted {note}");
        }
    }

    private void ShowEvent(SmallWorld world, TunnelEvent code, int value)
    {
        if (code == TunnelEvent.Trouble)
        {
            _ladder.Remarked(_clock.NowUs, $"sensor: {(Reason)value}");
            return;
        }

        var stage = (Stage)value;
        _ladder.Remarked(_clock.NowUs, $"sensor: stage {stage}");
        if (stage == Stage.Up)
        {
            PlanReadings(world);
        }
    }

    private void PlanReadings(SmallWorld world)
    {
        for (int i = 0; i < ReadingCount; i++)
        {
            string text = string.Create(
                CultureInfo.InvariantCulture,
                $"pressure={4.0 + (_random.Below(100) / 1000.0):0.000} bar n={i + 1}");
            _clock.After((i + 1) * ReadingIntervalUs, () =>
            {
                if (world.Sensor.SendReading(Encoding.UTF8.GetBytes(text), ReadingPort))
                {
                    _sent.Add(text);
                }
            });
        }

        long middleUs = (ReadingCount * ReadingIntervalUs / 2) + (ReadingIntervalUs / 2);
        _clock.After(middleUs, () => Ping(world.Hub));
        _clock.After((ReadingCount + 1) * ReadingIntervalUs, world.Sensor.HangUp);
    }

    private void Ping(HubNode node)
    {
        if (_session is { IsUp: true } session)
        {
            byte[] payload = _random.Octets(PingLength);
            node.Input(hub => hub.Ping(session, 1, 1, payload, _clock.NowMs));
        }
    }

    private bool Report(Reason reason)
    {
        _write("");
        _write("Readings as received by the hub:");
        foreach (ReceivedReading reading in _received)
        {
            _write(string.Create(
                CultureInfo.InvariantCulture,
                $"{reading.AtUs / 1000.0,10:0.0}  {reading.Source}  {reading.Text}"));
        }

        bool inOrder = _received.Count == _sent.Count;
        for (int i = 0; inOrder && i < _sent.Count; i++)
        {
            inOrder = _received[i].Text == _sent[i];
        }

        bool good = inOrder
            && _sent.Count == ReadingCount
            && _pingAnswers == 1
            && _end == HubEnd.ClientTerminated
            && reason == Reason.ClosedByUser;
        _write("");
        _write(good
            ? $"{_received.Count} of {ReadingCount} readings arrived in order, encrypted with "
                + $"{_session?.EncryptionText}; the ping was answered; hung up in order."
            : $"FAILED: {_received.Count} of {ReadingCount} readings arrived, {_pingAnswers} "
                + $"pings answered, end at the hub: {_end?.ToString() ?? "none"}, at the sensor: "
                + $"{reason}.");
        return good;
    }
}
