// One machine of the PPP negotiation on a table, its peer played by hand. A test with it reads like
// a trace: what the peer sends, what it may expect, how much time passes.

using System;
using nanoPptp.Crypto;
using nanoPptp.Diagnostics;
using nanoPptp.Memory;
using nanoPptp.Ppp;
using nanoPptp.Tests.Support;
using Xunit;

namespace nanoPptp.Tests.Ppp;

/// <summary>The peer of a machine.</summary>
internal sealed class NegotiationBench
{
    internal const int Mru = 1400;

    private readonly FrameQueue _frames = new();
    private readonly int _protocol;
    private int _signals;

    private NegotiationBench(
        Func<byte[], FrameQueue, Counters, OptionNegotiation> make, int protocol, int nowMs)
    {
        Machine = make(Arena, _frames, Counters);
        _protocol = protocol;
        NowMs = nowMs;
    }

    internal byte[] Arena { get; } = Octets.Filled(ArenaMap.Length, 0xA5);

    internal Counters Counters { get; } = new();

    internal OptionNegotiation Machine { get; }

    internal Lcp LcpMachine => (Lcp)Machine;

    internal int NowMs { get; private set; }

    /// <summary>What became of the packet sent last.</summary>
    internal Reason Fate { get; private set; }

    /// <summary>The machine's magic number, as its last request told it.</summary>
    internal uint Magic { get; private set; }

    internal static NegotiationBench Lcp(int nowMs = 0)
    {
        var random = new RandomPool();
        random.Seed(Octets.Filled(32, 0x5A), 0, 32);
        var bench = new NegotiationBench(
            (arena, frames, counters) => new Lcp(arena, frames, counters, random), 0xC021, nowMs);
        bench.LcpMachine.Reset(Mru);
        return bench;
    }

    internal static NegotiationBench Ccp(int nowMs = 0)
    {
        var bench = new NegotiationBench(
            (arena, frames, counters) => new Ccp(arena, frames, counters), 0x80FD, nowMs);
        bench.Machine.Reset();
        return bench;
    }

    internal static NegotiationBench Ipcp(int nowMs = 0)
    {
        var bench = new NegotiationBench(
            (arena, frames, counters) => new Ipcp(arena, frames, counters), 0x8021, nowMs);
        bench.Machine.Reset();
        return bench;
    }

    /// <summary>The owner opens the machine on a line that is up.</summary>
    internal NegotiationBench Begins()
    {
        Machine.Open(NowMs);
        Machine.Up(NowMs);
        return this;
    }

    /// <summary>Begins, and the peer takes note of the first request.</summary>
    internal NegotiationBench BeginsAndRequests(out Packet request)
    {
        Begins();
        request = ExpectsRequest();
        ExpectNothing();
        return this;
    }

    /// <summary>Both sides acknowledge each other's first request.</summary>
    internal NegotiationBench Opens(params byte[][] peersOptions)
    {
        BeginsAndRequests(out Packet request);
        Sends(request with { Code = 2 });
        Sends(Packet.ConfigureRequest(200, peersOptions));
        Expects(Packet.ConfigureAck(200, peersOptions));
        Assert.Equal(Automaton.Opened, Machine.State);
        Signals(OptionNegotiation.ThisLayerUp);
        ExpectNothing();
        return this;
    }

    /// <summary>The clock goes on, and no timer is looked at.</summary>
    internal NegotiationBench Later(int nowMs)
    {
        NowMs = nowMs;
        return this;
    }

    /// <summary>The peer sends a packet, with any padding behind it.</summary>
    internal NegotiationBench Sends(Packet packet, int padding = 0) =>
        SendsOctets(Octets.Join(packet.Octets, Octets.Filled(padding, 0xEE)));

    internal NegotiationBench SendsOctets(byte[] octets)
    {
        const int At = 40;
        octets.CopyTo(Arena, At);
        Fate = Machine.Input(At, octets.Length, NowMs);
        _signals |= Machine.TakeSignals();

        // What was received is the machine's for the length of the call only.
        Array.Fill(Arena, (byte)0xA5, At, octets.Length);
        return this;
    }

    internal NegotiationBench Fates(Reason fate)
    {
        Assert.Equal(fate, Fate);
        return this;
    }

    /// <summary>The next packet that leaves is this one, octet for octet.</summary>
    internal NegotiationBench Expects(Packet packet)
    {
        Assert.Equal(packet.ToString(), Takes().ToString());
        return this;
    }

    /// <summary>The next packet that leaves is a Configure-Request.</summary>
    internal Packet ExpectsRequest()
    {
        Packet packet = Takes();
        Assert.Equal(1, packet.Code);
        if (_protocol == 0xC021)
        {
            Magic = Octets.Number(packet.OptionData(5));
        }

        return packet;
    }

    /// <summary>The next packet that leaves has this code.</summary>
    internal Packet ExpectsCode(int code)
    {
        Packet packet = Takes();
        Assert.Equal(code, packet.Code);
        return packet;
    }

    internal NegotiationBench ExpectNothing()
    {
        Assert.Equal(0, _frames.Count);
        return this;
    }

    /// <summary>These signals came since the last look, and no others.</summary>
    internal NegotiationBench Signals(int signals)
    {
        _signals |= Machine.TakeSignals();
        Assert.Equal(signals, _signals);
        _signals = 0;
        return this;
    }

    /// <summary>These of the layer's signals (up, down, finished) came since the last look; whether
    /// the machine failed as well is not looked at.</summary>
    internal NegotiationBench LayerSignals(int signals)
    {
        _signals |= Machine.TakeSignals();
        Assert.Equal(signals, _signals & ~OptionNegotiation.Failed);
        _signals = 0;
        return this;
    }

    internal NegotiationBench Fails(Reason reason)
    {
        _signals |= Machine.TakeSignals();
        Assert.True((_signals & OptionNegotiation.Failed) != 0, "the machine did not fail");
        Assert.Equal(reason, Machine.FailReason);
        return this;
    }

    internal NegotiationBench DoesNotFail()
    {
        _signals |= Machine.TakeSignals();
        Assert.Equal(0, _signals & OptionNegotiation.Failed);
        Assert.Equal(Reason.None, Machine.FailReason);
        return this;
    }

    /// <summary>Lets time pass, with a tick at every deadline and at the end.</summary>
    internal NegotiationBench Advance(int ms)
    {
        do
        {
            int step = Math.Min(ms, Machine.Sooner(NowMs, 60000));
            NowMs = unchecked(NowMs + step);
            ms -= step;
            Machine.Tick(NowMs);
            _signals |= Machine.TakeSignals();
        }
        while (ms > 0);
        return this;
    }

    /// <summary>Nothing leaves for this time, and at its end something does.</summary>
    internal NegotiationBench Waits(int ms)
    {
        Advance(ms - 1);
        ExpectNothing();
        return Advance(1);
    }

    /// <summary>Takes the next packet that leaves, if there is one.</summary>
    internal bool TryTake(out Packet? packet)
    {
        packet = _frames.Count > 0 ? Takes() : null;
        return packet != null;
    }

    private Packet Takes()
    {
        Assert.True(_frames.Count > 0, "nothing was sent");
        _frames.Take();
        Assert.Equal(_protocol, _frames.Protocol);
        Packet packet = Packet.Parse(Arena.AsSpan(_frames.Offset, _frames.Length));
        Assert.Equal(_frames.Length, packet.Data.Length + 4);
        return packet;
    }
}
