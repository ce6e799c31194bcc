// An endpoint on the desk: time, a server's address, and what goes out, read by the independent
// reader.

using System;
using System.Collections.Generic;
using System.Text;
using nanoPptp.Telemetry.Coap;
using Xunit;

namespace nanoPptp.Telemetry.Tests.Coap;

internal sealed class CoapDesk
{
    public const int Server = 0x0A000001;
    public const int ServerPort = 5683;
    public const int Stranger = 0x0A000009;

    private readonly byte[] _out = new byte[2000];

    public CoapDesk(CoapSettings? settings = null, int nowMs = 1000, int seed = 1)
    {
        Settings = settings ?? new CoapSettings();
        Endpoint = new CoapEndpoint(Settings, 1000);
        NowMs = nowMs;
        byte[] entropy = new byte[32];
        new Random(seed).NextBytes(entropy);
        Endpoint.Start(entropy, 0, entropy.Length, nowMs);
    }

    public CoapSettings Settings { get; }

    public CoapEndpoint Endpoint { get; }

    public CoapCounters Counters => Endpoint.Counters;

    public CoapTarget Target { get; } = new(Server, ServerPort, "readings", null, null);

    public int NowMs { get; private set; }

    /// <summary>Posts "hello" and takes the first datagram.</summary>
    public CoapDatagram Post(int tag = 7)
    {
        byte[] payload = Encoding.ASCII.GetBytes("hello");
        Assert.True(Endpoint.Post(Target, 112, payload, 0, payload.Length, tag, NowMs));
        return Sent();
    }

    /// <summary>The one datagram that is due.</summary>
    public CoapDatagram Sent(int address = Server, int port = ServerPort)
    {
        Assert.Equal(0, Endpoint.NextDeadlineMs(NowMs));
        int length = Endpoint.Output(_out, 0, _out.Length, NowMs);
        Assert.True(length > 0);
        Assert.Equal((address, port), (Endpoint.OutputAddress, Endpoint.OutputPort));
        return CoapDatagram.Parse(_out.AsSpan(0, length));
    }

    public void Quiet() => Assert.Equal(0, Endpoint.Output(_out, 0, _out.Length, NowMs));

    public void Receive(CoapDatagram datagram, int source = Server, int port = ServerPort) =>
        Receive(datagram.ToOctets(), source, port);

    public void Receive(byte[] octets, int source = Server, int port = ServerPort)
    {
        // Octets around the datagram are none of the endpoint's business.
        byte[] guarded = new byte[octets.Length + 16];
        Array.Fill<byte>(guarded, 0xFF);
        octets.CopyTo(guarded, 8);
        byte[] before = (byte[])guarded.Clone();
        Endpoint.Input(guarded, 8, octets.Length, source, port, NowMs);
        Assert.Equal(before, guarded);
    }

    public CoapEvent Poll() => Endpoint.Poll(NowMs);

    /// <summary>Lets time pass up to the next deadline.</summary>
    public int PassToDeadline()
    {
        int waitMs = Endpoint.NextDeadlineMs(NowMs);
        Assert.InRange(waitMs, 1, int.MaxValue - 1);
        Pass(waitMs);
        return waitMs;
    }

    public void Pass(int ms)
    {
        NowMs = unchecked(NowMs + ms);
        Endpoint.Tick(NowMs);
    }

    /// <summary>Everything that happens and is sent until the endpoint waits.</summary>
    public List<string> Drain()
    {
        var lines = new List<string>();
        for (CoapEvent happened = Poll(); happened != CoapEvent.None; happened = Poll())
        {
            lines.Add(happened.ToString());
        }

        for (int n = Next(); n > 0; n = Next())
        {
            lines.Add(CoapDatagram.Parse(_out.AsSpan(0, n)).ToString());
        }

        return lines;

        int Next() => Endpoint.Output(_out, 0, _out.Length, NowMs);
    }
}
