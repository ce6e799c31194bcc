// One machine of the PPP negotiation, its peer played by a script: first it is led into one of the
// ten states of RFC 1661, then it gets packets, time and orders. Everything in the arena but what
// it may write is guarded.

using System;
using nanoPptp.Crypto;
using nanoPptp.Diagnostics;
using nanoPptp.Fuzz.Engine;
using nanoPptp.Memory;
using nanoPptp.Ppp;

namespace nanoPptp.Fuzz.Targets;

/// <summary>Fuzzes LCP, CCP or IPCP.</summary>
internal sealed class MachineTarget : FuzzTarget
{
    private const byte Guard = 0xA5;
    private const int States = 10;
    private const int Operations = 18;
    private const int MaximumOperations = 64;

    // Where packets arrive: somewhere in the receive slots.
    private const int At = 40;
    private const int Room = 300;

    private readonly MachineKind _kind;
    private readonly Meter _meter = new();
    private readonly byte[] _arena = new byte[ArenaMap.Length];
    private readonly byte[] _good;
    private FrameQueue _frames = new();
    private Counters _counters = new();
    private OptionNegotiation _machine;
    private byte[] _request = [];
    private Feedback _feedback = new();
    private int _nowMs;

    internal MachineTarget(MachineKind kind)
    {
        _kind = kind;
        _good = Machines.GoodOptions(kind);
        _machine = MakeMachine();
    }

    internal override void Run(byte[] input, Feedback feedback)
    {
        var script = new Script(input);
        _feedback = feedback;
        _meter.Reset();
        Array.Fill(_arena, Guard);
        _frames = new FrameQueue();
        _counters = new Counters();
        _machine = MakeMachine();
        _request = [];
        _nowMs = script.Pick(4) switch
        {
            0 => 0,
            1 => int.MaxValue - 2000,
            2 => -2000,
            _ => script.Int32(),
        };
        Lead(script.Pick(States));
        for (int i = 0; i < MaximumOperations && !script.IsAtEnd; i++)
        {
            Operate(script.Pick(Operations), script);
            Check();
        }

        _meter.Demand();
    }

    internal override byte[] Generate(Random64 random)
    {
        byte[] input = random.Octets(2 + random.Next(60));
        for (int i = 2; i < input.Length; i++)
        {
            // Small numbers are codes, types and lengths.
            input[i] = random.OneIn(2) ? (byte)random.Next(20) : input[i];
        }

        return input;
    }

    private OptionNegotiation MakeMachine()
    {
        var random = new RandomPool();
        byte[] entropy = new byte[32];
        Array.Fill(entropy, (byte)0x5A);
        random.Seed(entropy, 0, entropy.Length);
        return Machines.Make(_kind, _arena, _frames, _counters, random);
    }

    // On the way that RFC 1661's table describes.
    private void Lead(int state)
    {
        if (state != Automaton.Initial && state != Automaton.Closed)
        {
            Do(() => _machine.Open(_nowMs));
        }

        if (state >= Automaton.Closed)
        {
            Do(() => _machine.Up(_nowMs));
        }

        if (state is Automaton.Stopped or Automaton.Stopping or Automaton.AckSent
            or Automaton.Opened)
        {
            Packet(1, 1, _good);
        }

        if (state is Automaton.Stopped or Automaton.Stopping or Automaton.AckRcvd
            or Automaton.Opened)
        {
            Acknowledge();
        }

        if (state is Automaton.Stopped or Automaton.Stopping)
        {
            Packet(5, 2, []);
        }

        if (state == Automaton.Stopped)
        {
            _nowMs += 60_000;
            Do(() => _machine.Tick(_nowMs));
        }

        if (state == Automaton.Closing)
        {
            Do(() => _machine.Close(_nowMs));
        }

        Check();
        Oracle.Demand(
            _machine.State == state, "state", $"state {_machine.State} instead of {state}");
    }

    private void Operate(int operation, Script script)
    {
        switch (operation)
        {
            case 0:
                Packet(script.Byte(), script.Byte(), script.Take(script.Byte()));
                break;
            case 1:
            case 2:
                Packet(1, script.Byte(), DrawOptions(script));
                break;
            case 3:
                Acknowledge();
                break;
            case 4:
            case 5:
                Packet(2 + script.Pick(3), Identifier(), DrawOptions(script));
                break;
            case 6:
                Packet(3 + script.Pick(2), Identifier(), PartOfRequest(script));
                break;
            case 7:
                // The length field says something else than what is present.
                Octets(script.Byte(), script.Byte(), script.UInt16(), script.Take(script.Byte()));
                break;
            case 8:
                _nowMs += script.Pick([1, 100, 750, 1500, 3000, 10_000, 60_000]);
                Do(() => _machine.Tick(_nowMs));
                break;
            case 9:
                _nowMs += script.Int32();
                Do(() => _machine.Tick(_nowMs));
                break;
            case 10:
                TickEcho(script);
                break;
            case 11:
                Do(() => _machine.Open(_nowMs));
                break;
            case 12:
                Do(() => _machine.Close(_nowMs));
                break;
            case 13:
                UpOrDown();
                break;
            case 14:
                Do(() => _machine.InputProtocolReject(_nowMs));
                break;
            case 15:
                RejectProtocol(script);
                break;
            case 16:
                Packet(5 + script.Pick(3), script.Byte(), script.Take(script.Pick(20)));
                break;
            default:
                Drain();
                break;
        }
    }

    private void TickEcho(Script script)
    {
        _nowMs += script.Byte() * 100;
        if (_machine is Lcp lcp)
        {
            Do(() => lcp.TickEcho(_nowMs));
            Do(() => lcp.SoonerEcho(_nowMs, Limits.LongestWaitMs));
        }
    }

    private void RejectProtocol(Script script)
    {
        int protocol = script.UInt16();
        int length = script.Byte() + script.Byte();
        if (_machine is Lcp { IsOpened: true } lcp && protocol != 0)
        {
            Do(() => lcp.SendProtocolReject(protocol, At, length));
        }
    }

    private void UpOrDown()
    {
        if (_machine.State <= Automaton.Starting)
        {
            Do(() => _machine.Up(_nowMs));
        }
        else
        {
            Do(() => _machine.Down(_nowMs));
        }
    }

    private byte[] DrawOptions(Script script)
    {
        byte[] options = script.Take(script.Pick(40));
        if (script.Pick(2) != 0)
        {
            // Make a list of it whose lengths are right.
            for (int at = 0; at + 1 < options.Length; at += options[at + 1])
            {
                int left = options.Length - at;
                options[at + 1] = (byte)Math.Min(2 + (options[at + 1] % 8), left);
            }

            if (options.Length == 1)
            {
                options = [];
            }
        }

        return script.Pick(2) != 0 ? [.. _good, .. options] : options;
    }

    private byte[] PartOfRequest(Script script)
    {
        byte[] part = _request.Length > 4 ? _request.AsSpan(4).ToArray() : [];
        if (part.Length > 0)
        {
            part[script.Byte() % part.Length] ^= script.Byte();
        }

        return part;
    }

    private int Identifier() => _request.Length > 1 ? _request[1] : 0;

    private void Acknowledge()
    {
        Drain();
        Packet(2, Identifier(), _request.Length > 4 ? _request.AsSpan(4).ToArray() : []);
    }

    private void Packet(int code, int identifier, byte[] data) =>
        Octets(code, identifier, 4 + data.Length, data);

    private void Octets(int code, int identifier, int length, byte[] data)
    {
        int present = Math.Min(4 + data.Length, Room);
        Span<byte> octets = _arena.AsSpan(At, Room);
        octets[0] = (byte)code;
        octets[1] = (byte)identifier;
        octets[2] = (byte)(length >> 8);
        octets[3] = (byte)length;
        data.AsSpan(0, present - 4).CopyTo(octets[4..]);
        int before = _machine.State;
        _meter.Start();
        Reason fate = _machine.Input(At, present, _nowMs);
        int signals = _machine.TakeSignals();
        _meter.Stop();
        _feedback.Note(before, code, (int)fate, _machine.State | (signals << 8));
        Oracle.DemandFilled(octets[present..], Guard, "behind the packet");
        octets.Fill(Guard);
    }

    private void Do(Action action)
    {
        int before = _machine.State;
        _meter.Start();
        action();
        int signals = _machine.TakeSignals();
        _meter.Stop();
        _feedback.Note(before, 1000, _machine.State, signals);
    }

    // The peer takes all packets that wait.
    private void Drain()
    {
        while (_frames.Count > 0)
        {
            _meter.Start();
            _frames.Take();
            _meter.Stop();
            ReadOnlySpan<byte> packet = _arena.AsSpan(_frames.Offset, _frames.Length);
            Oracle.Demand(
                packet.Length is >= 4 and <= FrameQueue.PacketCapacity
                    && packet.Length == ((packet[2] << 8) | packet[3]),
                "output",
                $"no packet: {Convert.ToHexString(packet)}");
            if (packet[0] == 1)
            {
                _request = packet.ToArray();
            }
        }
    }

    private void Check()
    {
        Oracle.Demand(
            _machine.State is >= 0 and < States, "state", $"state {_machine.State}");
        int waitMs = _machine.Sooner(_nowMs, Limits.LongestWaitMs);
        Oracle.Demand(
            waitMs is >= 0 and <= Limits.LongestWaitMs, "deadline", $"a wait of {waitMs} ms");
        _feedback.Note(_machine.State, 2000, (int)_machine.FailReason, _frames.Count);
        ReadOnlySpan<byte> arena = _arena;
        Oracle.DemandFilled(arena[..At], Guard, "before the packet");
        Oracle.DemandFilled(
            arena[(At + Room)..(ArenaMap.Frames + Limits.FrameHeadroom)],
            Guard,
            "before the frames");
        Oracle.DemandFilled(
            arena[ArenaMap.ControlOutput..ArenaMap.Request], Guard, "behind the frames");
        Oracle.DemandFilled(arena[ArenaMap.Secrets..], Guard, "the secrets");
    }
}
