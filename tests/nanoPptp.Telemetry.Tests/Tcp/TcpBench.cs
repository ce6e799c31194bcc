// A connection and the pen that writes its peer's segments: numbers are counted from each end's
// initial sequence number, so that a test reads like a trace.

using System;
using System.Linq;
using nanoPptp.Diagnostics;
using nanoPptp.Telemetry.Tcp;
using Xunit;

namespace nanoPptp.Telemetry.Tests.Tcp;

internal sealed class TcpBench
{
    internal const uint Ours = 0x0A620002;
    internal const uint Theirs = 0x0A620001;
    internal const int OurPort = 40001;
    internal const int TheirPort = 1883;

    private readonly byte[] _buffer = new byte[1600];

    internal TcpBench(
        int mtu = 1400, uint iss = 0xFFFFFF00, uint peerIss = 0xFFFFFFF0, int send = 4096, int receive = 2048)
    {
        Invariant.Throws = true;
        Iss = iss;
        PeerIss = peerIss;
        Tcp = new TcpConnection(send, receive);
        Assert.True(Connect(OurPort, mtu));
    }

    internal uint Iss { get; }

    internal uint PeerIss { get; }

    // Wraps during every test.
    internal int NowMs { get; private set; } = int.MaxValue - 500;

    internal TcpConnection Tcp { get; }

    internal TcpCounters Counters => Tcp.Counters;

    internal static byte[] Text(int length, int from = 0) =>
        [.. Enumerable.Range(from, length).Select(i => (byte)((i * 7) ^ (i >> 8)))];

    // Established; MSS 1360 for us unless said otherwise, the next number is 1 for both.
    internal static TcpBench Open(int window = 8000, int? mss = 1460, int mtu = 1400, int receive = 2048)
    {
        var bench = new TcpBench(mtu, receive: receive);
        bench.Expects("S", 0, 0);
        bench.Advance(20);
        bench.Sends("SA", 0, 1, window: window, mss: mss);
        bench.Expects("A", 1, 1);
        bench.ExpectsNothing();
        Assert.Equal(TcpState.Established, bench.Tcp.State);
        return bench;
    }

    // Brings a connection into a state, both ends knowing of it.
    internal static TcpBench In(TcpState state)
    {
        TcpBench bench;
        switch (state)
        {
            case TcpState.SynSent:
                bench = new TcpBench();
                bench.Expects("S", 0, 0);
                return bench;
            case TcpState.SynReceived:
                bench = In(TcpState.SynSent);
                bench.Sends("S", 0, 0, mss: 1460);
                bench.Expects("SA", 0, 1);
                return bench;
            case TcpState.Established:
                return Open();
            case TcpState.FinWait1:
                bench = Open();
                bench.Tcp.Close(bench.NowMs);
                bench.Expects("AF", 1, 1);
                return bench;
            case TcpState.FinWait2:
                bench = In(TcpState.FinWait1);
                bench.Sends("A", 1, 2);
                return bench;
            case TcpState.CloseWait:
                bench = Open();
                bench.Sends("AF", 1, 1);
                bench.Expects("A", 1, 2);
                return bench;
            case TcpState.Closing:
                bench = In(TcpState.FinWait1);
                bench.Sends("AF", 1, 1);
                bench.Expects("A", 2, 2);
                return bench;
            case TcpState.LastAck:
                bench = In(TcpState.CloseWait);
                bench.Tcp.Close(bench.NowMs);
                bench.Expects("AF", 1, 2);
                return bench;
            case TcpState.TimeWait:
                bench = In(TcpState.FinWait2);
                bench.Sends("AF", 1, 2);
                bench.Expects("A", 2, 2);
                return bench;
            default:
                throw new ArgumentOutOfRangeException(nameof(state));
        }
    }

    internal bool Connect(int port, int mtu = 1400) => Tcp.Connect(
        unchecked((int)Ours), port, unchecked((int)Theirs), TheirPort, mtu, unchecked((int)Iss), NowMs);

    internal int Sends(
        string flags, uint sequence, uint acknowledgment, byte[]? text = null, int window = 8000, int? mss = null)
    {
        byte[] segment = new TcpWire(PeerIss + sequence, Iss + acknowledgment, flags, window, text ?? [])
        {
            SourcePort = TheirPort,
            DestinationPort = OurPort,
            MaximumSegment = mss,
        }.ToArray(Theirs, Ours);
        return Tcp.Input(segment, 0, segment.Length, NowMs);
    }

    internal TcpWire Next(int capacity = 1380)
    {
        Array.Fill(_buffer, (byte)0xA5);
        Assert.Equal(0, Tcp.NextDeadlineMs(NowMs));
        int length = Tcp.Output(_buffer, 3, capacity, NowMs);
        Assert.True(length > 0, "nothing is sent");
        Assert.True(length <= capacity);
        Assert.All(_buffer[..3].Concat(_buffer[(3 + length)..]), octet => Assert.Equal(0xA5, octet));
        byte[] segment = _buffer[3..(3 + length)];
        Assert.Equal(0xFFFF, TcpWire.Sum(segment, Ours, Theirs));
        return TcpWire.Parse(segment);
    }

    internal TcpWire Expects(string flags, uint sequence, uint acknowledgment, byte[]? text = null, int? window = null)
    {
        TcpWire segment = Next();
        string plain = segment.Flags.Replace("P", string.Empty, StringComparison.Ordinal);
        uint wanted = flags.Contains('A', StringComparison.Ordinal) ? acknowledgment + PeerIss : 0;
        Assert.Equal(
            (string.Concat(flags.Order()), sequence, wanted - PeerIss),
            (string.Concat(plain.Order()), segment.Sequence - Iss, segment.Acknowledgment - PeerIss));
        Assert.Equal(text ?? [], segment.Payload);
        if (window is { } size)
        {
            Assert.Equal(size, segment.Window);
        }

        return segment;
    }

    internal void ExpectsNothing()
    {
        Assert.NotEqual(0, Tcp.NextDeadlineMs(NowMs));
        Assert.Equal(0, Tcp.Output(_buffer, 0, 1380, NowMs));
    }

    // Time passes in steps of the library's own deadlines; whatever falls due stays in the connection.
    internal void Advance(int ms)
    {
        for (int leftMs = ms; leftMs > 0;)
        {
            int stepMs = Math.Max(1, Math.Min(leftMs, Tcp.NextDeadlineMs(NowMs)));
            NowMs = unchecked(NowMs + stepMs);
            leftMs -= stepMs;
            Tcp.Tick(NowMs);
        }
    }

    internal void Write(byte[] text) => Assert.Equal(text.Length, Tcp.Send(text, 0, text.Length));

    internal byte[] Read(int capacity = 4096)
    {
        byte[] buffer = new byte[capacity];
        return buffer[..Tcp.Receive(buffer, 0, capacity)];
    }
}
