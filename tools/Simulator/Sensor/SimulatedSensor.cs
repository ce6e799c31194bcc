// One sensor: the real library, driven by the virtual clock instead of sockets. It is the adapter that
// lib/ describes, and nothing of the protocol is here.

using System;
using System.Collections.Generic;
using System.Text;
using nanoPptp.Client;
using nanoPptp.Diagnostics;
using nanoPptp.Telemetry.Ip;
using Simulator.World;

namespace Simulator.Sensor;

/// <summary>A sensor on the simulated network.</summary>
public sealed class SimulatedSensor : INetworkClient
{
    private const int ReadingSourcePort = 49152;

    private readonly VirtualClock _clock;
    private readonly Network _network;
    private readonly Queue<byte[]> _received = new();
    private readonly Queue<byte[]> _readings = new();
    private readonly uint _readingAddress;
    private readonly int _readingPort;

    /// <summary>Makes a sensor that sends its readings to one place.</summary>
    public SimulatedSensor(
        VirtualClock clock, Network network, uint readingAddress, int readingPort)
    {
        _clock = clock;
        _network = network;
        _readingAddress = readingAddress;
        _readingPort = readingPort;
        Endpoint = new IpEndpoint(Client);
        network.Client = this;
    }

    /// <summary>The library.</summary>
    public PptpClient Client { get; } = new();

    /// <summary>Told of every event of the library.</summary>
    public Action<TunnelEvent, int>? Happened { get; set; }

    /// <summary>Told of every UDP datagram that comes through the tunnel, with its payload.</summary>
    public Action<byte[]>? DatagramReceived { get; set; }

    /// <summary>The library's end of the inner network.</summary>
    public IpEndpoint Endpoint { get; }

    private int NowMs => unchecked((int)_clock.NowMs);

    /// <summary>Dials.</summary>
    /// <param name="settings">Who the sensor is.</param>
    /// <param name="entropy">Random octets, at least 16.</param>
    public void Dial(PptpSettings settings, byte[] entropy)
    {
        ArgumentNullException.ThrowIfNull(entropy);
        Client.Open(settings, entropy, 0, entropy.Length, NowMs);
        _network.Connect();
        Pump();
    }

    /// <summary>Hangs up in order.</summary>
    public void HangUp()
    {
        Client.Close(NowMs);
        Pump();
    }

    /// <summary>Sends a reading as a UDP datagram as soon as the tunnel takes it.</summary>
    /// <param name="text">The reading.</param>
    public void SendReading(string text)
    {
        _readings.Enqueue(Encoding.UTF8.GetBytes(text));
        Pump();
    }

    /// <inheritdoc/>
    public void TcpConnected()
    {
        Client.ControlConnected(NowMs);
        Pump();
    }

    /// <inheritdoc/>
    public void TcpReceived(byte[] octets)
    {
        ArgumentNullException.ThrowIfNull(octets);
        Client.ControlInput(octets, 0, octets.Length, NowMs);
        Pump();
    }

    /// <inheritdoc/>
    public void TcpClosed()
    {
        Client.ControlClosed(NowMs);
        Pump();
    }

    /// <inheritdoc/>
    public void IpReceived(byte[] packet)
    {
        _received.Enqueue(packet);
        Pump();
    }

    private void Pump()
    {
        Exchange();
        Client.Tick(NowMs);
        Exchange();

        int waitMs = Client.NextDeadlineMs(NowMs);
        if (Client.Stage != Stage.Closed)
        {
            _clock.At((_clock.NowMs + waitMs) * 1000, Wake);
        }
    }

    private void Exchange()
    {
        do
        {
            DrainSocket();
            PollOutputs();
        }
        while (_received.Count > 0 || SendNextReading());
    }

    private void Wake()
    {
        if (Client.NextDeadlineMs(NowMs) == 0)
        {
            Pump();
        }
    }

    private void DrainSocket()
    {
        while (_received.Count > 0)
        {
            int slot = Client.LendReceiveSlot();
            if (slot < 0)
            {
                return;
            }

            byte[] packet = _received.Dequeue();
            packet.CopyTo(Client.Arena, PptpClient.ReceiveSlotOffset(slot));
            int headerLength = (packet[0] & 15) * 4;
            Client.GreInput(slot, headerLength, packet.Length - headerLength, NowMs);
        }
    }

    private void PollOutputs()
    {
        for (; ; )
        {
            switch (Client.Poll(NowMs))
            {
                case Output.SendControl:
                    _network.SendTcpToHub(OutputOctets());
                    Client.ControlSent(Client.OutputLength);
                    break;
                case Output.SendGre:
                    _network.SendGreToHub(OutputOctets());
                    break;
                case Output.DeliverIp:
                    if (Endpoint.Input())
                    {
                        DatagramReceived?.Invoke(Payload().ToArray());
                    }

                    break;
                case Output.Event:
                    TakeEvent();
                    break;
                default:
                    if (Client.Stage == Stage.Closed)
                    {
                        _network.CloseTcpToHub();
                    }

                    return;
            }
        }
    }

    private void TakeEvent() => Happened?.Invoke(Client.EventCode, Client.EventValue);

    private bool SendNextReading()
    {
        if (_readings.Count == 0 || !Client.IsIpOutputFree)
        {
            return false;
        }

        byte[] reading = _readings.Dequeue();
        reading.CopyTo(Client.Arena, IpEndpoint.UdpPayloadOffset);
        int result = Endpoint.UdpOutput(
            unchecked((int)_readingAddress), _readingPort, ReadingSourcePort, reading.Length);
        if (result < 0)
        {
            throw new InvalidOperationException(
                $"the tunnel took no reading: {(Reason)(-result)}");
        }

        return true;
    }

    private ReadOnlySpan<byte> Payload() =>
        Client.Arena.AsSpan(Endpoint.UdpOffset, Endpoint.UdpLength);

    private ReadOnlySpan<byte> OutputOctets() =>
        Client.Arena.AsSpan(Client.OutputOffset, Client.OutputLength);
}
