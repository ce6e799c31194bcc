// The library and the independent hub with a slow line between them: every packet takes the line's
// delay and a random time on top, and none overtakes another.

using System;
using System.Collections.Generic;
using System.Linq;
using System.Text;
using nanoPptp.Client;
using nanoPptp.Diagnostics;
using nanoPptp.Telemetry.Ip;
using Simulator.Hub;
using Simulator.World;

namespace Simulator.Tests.World;

internal sealed class SlowLink : HubObserver, IHubTransport
{
    private const int Connection = 1;
    private const int Port = 5683;
    private const string User = "sensor-1";
    private const string Password = "a long test phrase";

    private static readonly uint s_address = Ipv4Address.Parse("192.0.2.10");

    private readonly VirtualClock _clock = new();
    private readonly Queue<byte[]> _received = new();
    private readonly Random _random;
    private readonly int _delayMs;
    private readonly int _jitterMs;
    private readonly long[] _lastUs = new long[4];
    private readonly PptpHub _hub;
    private readonly IpEndpoint _endpoint;
    private HubSession? _session;

    internal SlowLink(int seed, int delayMs, int jitterMs)
    {
        _random = new Random(seed);
        _delayMs = delayMs;
        _jitterMs = jitterMs;
        var settings = new HubSettings
        {
            Users = new Dictionary<string, string> { [User] = Password },
        };
        _hub = new PptpHub(settings, this, this, new Random64((ulong)seed));
        _endpoint = new IpEndpoint(Client);
    }

    internal PptpClient Client { get; } = new();

    internal List<Reason> Troubles { get; } = [];

    /// <summary>Why sessions went down at the hub.</summary>
    internal List<HubEnd> Ends { get; } = [];

    /// <summary>Readings that the hub received.</summary>
    internal List<string> AtHub { get; } = [];

    /// <summary>Datagrams that the library received.</summary>
    internal List<string> AtSensor { get; } = [];

    internal long NowMs => _clock.NowMs;

    private int ClientMs => unchecked((int)_clock.NowMs);

    /// <summary>Dials, and lets time pass until the tunnel is up at both ends or over.</summary>
    /// <returns>True when it is up.</returns>
    internal bool Dial(int limitMs)
    {
        var settings = new PptpSettings { UserName = User };
        settings.SetPassword(Password);
        byte[] entropy = new byte[32];
        _random.NextBytes(entropy);
        Client.Open(settings, entropy, 0, entropy.Length, ClientMs);
        Carry(0, () =>
        {
            Feed(hub => hub.TcpConnected(Connection, s_address, _clock.NowMs));
            Carry(1, () =>
            {
                Client.ControlConnected(ClientMs);
                Pump();
            });
        });
        _clock.Run(
            limitMs * 1000L,
            () => (IsUp && Client.Stage == Stage.Up) || Client.Stage == Stage.Closed);
        return IsUp && Client.Stage == Stage.Up;
    }

    internal void Advance(int ms) => _clock.Run(_clock.NowUs + (ms * 1000L), () => false);

    /// <summary>One datagram each way.</summary>
    internal void Exchange(string text)
    {
        byte[] octets = Encoding.ASCII.GetBytes(text);
        Feed(hub => hub.SendUdp(_session!, Port, Port, octets, _clock.NowMs));
        octets.CopyTo(Client.Arena, IpEndpoint.UdpPayloadOffset);
        int destination = unchecked((int)_hub.Settings.TunnelAddress);
        if (_endpoint.UdpOutput(destination, Port, Port, octets.Length) < 0)
        {
            throw new InvalidOperationException("the tunnel took no datagram");
        }

        Pump();
    }

    public void SendTcp(int connection, ReadOnlySpan<byte> octets)
    {
        byte[] copy = octets.ToArray();
        Carry(1, () =>
        {
            Client.ControlInput(copy, 0, copy.Length, ClientMs);
            Pump();
        });
    }

    public void CloseTcp(int connection, bool reset) => Carry(1, () =>
    {
        Client.ControlClosed(ClientMs);
        Pump();
    });

    public void SendGre(int connection, uint clientAddress, ReadOnlySpan<byte> gre)
    {
        byte[] copy = gre.ToArray();
        Carry(3, () =>
        {
            _received.Enqueue(copy);
            Pump();
        });
    }

    public override void SessionUp(HubSession session, long nowMs) => _session = session;

    public override void SessionDown(HubSession session, HubEnd reason, long nowMs)
    {
        _session = null;
        Ends.Add(reason);
    }

    public override void UdpReceived(HubSession session, HubDatagram datagram, long nowMs) =>
        AtHub.Add(Encoding.ASCII.GetString(datagram.Payload));

    private bool IsUp => _session is { IsUp: true };

    // The ways: TCP to the hub and back, GRE to the hub and back.
    private void Carry(int way, Action arrives)
    {
        long atUs = _clock.NowUs
            + (_delayMs * 1000L)
            + (_jitterMs == 0 ? 0 : _random.Next(_jitterMs * 1000));
        _lastUs[way] = Math.Max(atUs, _lastUs[way]);
        _clock.At(_lastUs[way], arrives);
    }

    private void Feed(Action<PptpHub> input)
    {
        input(_hub);
        if (_hub.NextDeadlineMs != long.MaxValue)
        {
            _clock.At(_hub.NextDeadlineMs * 1000, () =>
            {
                if (_hub.NextDeadlineMs <= _clock.NowMs)
                {
                    Feed(hub => hub.Tick(_clock.NowMs));
                }
            });
        }
    }

    private void Pump()
    {
        Drain();
        Client.Tick(ClientMs);
        Drain();
        if (Client.Stage != Stage.Closed)
        {
            _clock.At((_clock.NowMs + Client.NextDeadlineMs(ClientMs)) * 1000, () =>
            {
                if (Client.NextDeadlineMs(ClientMs) == 0)
                {
                    Pump();
                }
            });
        }
    }

    private void Drain()
    {
        do
        {
            while (_received.Count > 0 && Client.LendReceiveSlot() is var slot and >= 0)
            {
                byte[] packet = _received.Dequeue();
                packet.CopyTo(Client.Arena, PptpClient.ReceiveSlotOffset(slot));
                Client.GreInput(slot, 0, packet.Length, ClientMs);
            }

            while (PollOnce())
            {
            }
        }
        while (_received.Count > 0);
    }

    private bool PollOnce()
    {
        Output output = Client.Poll(ClientMs);
        switch (output)
        {
            case Output.SendControl:
                byte[] octets = Octets();
                Client.ControlSent(octets.Length);
                Carry(
                    0,
                    () => Feed(hub => hub.TcpReceived(Connection, octets, _clock.NowMs)));
                break;
            case Output.SendGre:
                byte[] gre = Octets();
                Carry(
                    2,
                    () => Feed(hub => hub.GreReceived(s_address, gre, _clock.NowMs)));
                break;
            case Output.DeliverIp when _endpoint.Input(ClientMs):
                AtSensor.Add(Encoding.ASCII.GetString(
                    Client.Arena, _endpoint.UdpOffset, _endpoint.UdpLength));
                break;
            case Output.Event when Client.EventCode == TunnelEvent.Trouble:
                Troubles.Add((Reason)Client.EventValue);
                break;
            default:
                break;
        }

        return output != Output.Nothing;
    }

    private byte[] Octets() =>
        [.. Client.Arena.Skip(Client.OutputOffset).Take(Client.OutputLength)];
}
