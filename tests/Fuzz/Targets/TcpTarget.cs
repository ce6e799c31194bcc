// A TCP connection of the telemetry (RFC 9293), its peer being the script: segments that are near
// right, drawn around what the connection has said of itself so far.
//
// An octet of either stream is a function of its sequence number, so that whatever arrives can be
// judged by its number alone, also when a segment comes twice, cut, too early or after a reopening.

using System;
using System.Buffers.Binary;
using nanoPptp.Fuzz.Engine;
using nanoPptp.Telemetry.Tcp;

namespace nanoPptp.Fuzz.Targets;

/// <summary>Defects planted into what the target sees of a connection.</summary>
internal enum TcpSabotage
{
    None,
    Allocate,
    FlipReceived,
    FlipSent,
    ForgetDeadline,
    NeverRest,
    AcknowledgeForever,
}

/// <summary>Fuzzes <see cref="TcpConnection"/>.</summary>
internal sealed class TcpTarget(TcpSabotage sabotage = TcpSabotage.None) : FuzzTarget
{
    private const int Us = 0x0A000002;
    private const int Peer = 0x0A000001;
    private const int HeaderLength = 20;
    private const int MostOutput = 24;
    private const int MostRounds = 8;
    private const int MostWaits = 100;
    private const byte Guard = 0x5C;

    private const int Fin = 1;
    private const int Syn = 2;
    private const int Rst = 4;
    private const int Ack = 16;

    private static readonly int[] s_mtus = [576, 104, 1400, 160, 1500, 296];
    private static readonly int[] s_rings = [2048, 256, 4096, 300, 700];
    private static readonly int[] s_keepAlivesMs = [120_000, 0, 1000, 30_000];
    private static readonly int[] s_userTimeoutsMs = [300_000, 0, 20_000, 1000];
    private static readonly int[] s_bases = [0, int.MaxValue - 2000, -3000, 77_777, int.MinValue];
    private static readonly int[] s_lengths = [0, 1, 64, 20, 100, 536, 256, 5, 63];
    private static readonly int[] s_windows = [4000, 0, 1, 64, 500, 65_535, 63, 200];
    private static readonly int[] s_shifts = [0, 1, -1, 64, -64, 100, 500, -100, 2000, 20];
    private static readonly int[] s_waits =
        [0, 1, 50, 200, 500, 1000, 3000, 10_000, 60_000, 120_000, 300_000];

    private static readonly int[] s_controls =
        [Ack, Ack, Ack | 8, Ack | Fin, Syn | Ack, Syn, Rst, Rst | Ack, 0, Fin, Ack | 0x20];

    private readonly Meter _meter = new();
    private readonly byte[] _b = new byte[4096];
    private readonly byte[] _text = new byte[4096];

    private TcpConnection _connection = new(0, 0);
    private Feedback _feedback = new();
    private int _nowMs;
    private int _mtu;
    private int _sendCapacity;
    private int _receiveCapacity;
    private int _ports;
    private int _iss;
    private int _irs;
    private int _taken;
    private int _queued;
    private int _sentEdge;
    private int _acknowledged;
    private int _windowEdge;
    private bool _hasEdge;
    private int _finAt;
    private bool _hasFin;
    private int _operations;
    private int _emptySegments;
    private object? _made;

    internal override int MaximumLength => 400;

    internal override void Run(byte[] input, Feedback feedback)
    {
        _feedback = feedback;
        _meter.Reset();
        var script = new Script(input);
        _mtu = script.Pick<int>(s_mtus);
        _sendCapacity = script.Pick<int>(s_rings);
        _receiveCapacity = script.Pick<int>(s_rings);
        _connection = new TcpConnection(_sendCapacity, _receiveCapacity)
        {
            KeepAliveMs = script.Pick<int>(s_keepAlivesMs),
            UserTimeoutMs = script.Pick<int>(s_userTimeoutsMs),
        };
        _nowMs = script.Pick<int>(s_bases);
        _ports = 0;
        _operations = 0;
        _emptySegments = 0;
        _irs = 0;
        Connect(script.Pick<int>([1, -2, int.MaxValue - 50, -60]));
        while (!script.IsAtEnd)
        {
            Operate(script);
            Check();
        }

        End();
        Recover();
        _meter.Demand();
    }

    internal override byte[] Generate(Random64 random)
    {
        // Settings, an answer to the SYN, then operations with small arguments.
        byte[] input = random.Octets(8 + random.Next(200));
        if (random.OneIn(4))
        {
            return input;
        }

        input[6] = 10;
        input[7] = 0;
        for (int i = 8; i < input.Length; i++)
        {
            input[i] = random.OneIn(6) ? input[i] : (byte)random.Next(20);
        }

        return input;
    }

    private static byte PeerOctet(int sequence) =>
        (byte)((uint)(sequence * unchecked((int)2654435761)) >> 24);

    private static byte OurOctet(int sequence) => (byte)(PeerOctet(sequence) ^ 0x5A);

    private static ushort Sum(ReadOnlySpan<byte> segment, uint source, uint destination)
    {
        ulong sum = (source >> 16) + (source & 0xFFFF) + (destination >> 16)
            + (destination & 0xFFFF) + 6 + (uint)segment.Length;
        for (int i = 0; i < segment.Length; i++)
        {
            sum += (uint)segment[i] << (i % 2 == 0 ? 8 : 0);
        }

        while (sum > 0xFFFF)
        {
            sum = (sum & 0xFFFF) + (sum >> 16);
        }

        return (ushort)sum;
    }

    private void Connect(int iss)
    {
        TcpCounters counters = _connection.Counters;
        int before = counters.Connects;
        _meter.Start();
        bool isBegun = _connection.Connect(
            Us, 1000 + (_ports % 4), Peer, 8883, _mtu, iss, _nowMs);
        _meter.Stop();
        Oracle.Demand(
            isBegun == (counters.Connects != before), "connect", "a connection is not counted");
        if (isBegun)
        {
            _ports++;
            _iss = iss;
            _taken = 0;
            _queued = 0;
            _sentEdge = iss;
            _acknowledged = iss;
            _hasEdge = false;
            _hasFin = false;
        }
    }

    private void Operate(Script script)
    {
        int operation = script.Pick(20);
        TcpState before = _connection.State;
        _operations++;
        switch (operation)
        {
            case 0:
            case 1:
                // The next octets in order, and everything acknowledged.
                Feed(Next(), _sentEdge, Ack, 4000, script.Pick<int>(s_lengths), -1, null);
                break;
            case 2:
                Feed(
                    Next() + script.Pick<int>(s_shifts),
                    _sentEdge + script.Pick<int>(s_shifts),
                    script.Pick<int>(s_controls),
                    script.Pick<int>(s_windows),
                    script.Pick<int>(s_lengths),
                    -1,
                    null);
                break;
            case 3:
                Feed(
                    Next() + script.Pick<int>(s_shifts),
                    _acknowledged + script.Byte(),
                    Ack,
                    script.Pick<int>(s_windows),
                    script.Pick<int>(s_lengths),
                    -1,
                    null);
                break;
            case 4:
                // A duplicate acknowledgment.
                Feed(Next(), _acknowledged, Ack, 4000, 0, -1, null);
                break;
            case 5:
                Feed(Next(), _sentEdge, Ack | Fin, 4000, script.Pick<int>(s_lengths), -1, null);
                break;
            case 6:
                Feed(
                    script.Int32(), script.Int32(), script.Byte(), script.UInt16(),
                    script.Byte(), -1, null);
                break;
            case 7:
                Feed(
                    Next() + script.Pick<int>(s_shifts), _sentEdge, script.Pick<int>(s_controls),
                    4000, script.Pick<int>(s_lengths), script.UInt16(),
                    script.Take(script.Pick(36)));
                break;
            case 8:
                Raw(script.Take(script.Pick(64)));
                break;
            case 9:
            case 10:
                SynAck(script);
                break;
            case 11:
                _nowMs += script.Pick<int>(s_waits);
                Tick();
                break;
            case 12:
            case 13:
                Wait();
                break;
            case 14:
                Send(script.Byte() * 8);
                break;
            case 15:
                Receive(script.Byte() * 4);
                break;
            case 16:
                Drain(_mtu - HeaderLength);
                break;
            case 17:
                Finish(script);
                break;
            case 18:
                Output(script.UInt16() % 1400);
                break;
            default:
                Drain(_mtu - HeaderLength);
                Feed(Next(), _sentEdge, Ack, script.Pick<int>(s_windows), 0, -1, null);
                break;
        }

        _feedback.Note(operation, (int)before, (int)_connection.State, (int)_connection.End);
    }

    private void Finish(Script script)
    {
        _meter.Start();
        switch (script.Pick(8))
        {
            case 0:
            case 1:
            case 2:
                _connection.Close(_nowMs);
                break;
            case 3:
                _connection.Abort(_nowMs);
                break;
            case 4:
                _connection.Drop();
                break;
            case 5:
                _connection.Resume(_nowMs);
                break;
            default:
                _meter.Stop();
                Connect(script.Int32());
                return;
        }

        _meter.Stop();
    }

    // What the connection waits for, as far as it can be told from outside.
    private int Next() =>
        _irs + 1 + _taken + _connection.ReceiveCount + (_connection.IsPeerDone ? 1 : 0);

    private void SynAck(Script script)
    {
        Drain(_mtu - HeaderLength);
        Feed(
            script.Pick<int>([5000, -5, int.MaxValue - 3]),
            _iss + 1,
            Syn | Ack,
            script.Pick<int>(s_windows),
            0,
            script.Pick<int>([1000, 64, 0, 536, 65_535, -1]),
            null);
    }

    private void Feed(
        int sequence,
        int acknowledgment,
        int control,
        int window,
        int length,
        int maximumSegment,
        byte[]? options)
    {
        options ??= maximumSegment < 0
            ? []
            : [2, 4, (byte)(maximumSegment >> 8), (byte)maximumSegment];
        int header = HeaderLength + ((options.Length + 3) / 4 * 4);
        Span<byte> segment = _b.AsSpan(0, header + length);
        segment.Clear();
        BinaryPrimitives.WriteUInt16BigEndian(segment, 8883);
        BinaryPrimitives.WriteUInt16BigEndian(segment[2..], (ushort)_connection.LocalPort);
        BinaryPrimitives.WriteInt32BigEndian(segment[4..], sequence);
        BinaryPrimitives.WriteInt32BigEndian(segment[8..], acknowledgment);
        segment[12] = (byte)(header / 4 << 4);
        segment[13] = (byte)control;
        BinaryPrimitives.WriteUInt16BigEndian(segment[14..], (ushort)window);
        options.CopyTo(segment[HeaderLength..]);
        int first = sequence + ((control & Syn) != 0 ? 1 : 0);
        for (int i = 0; i < length; i++)
        {
            segment[header + i] = PeerOctet(first + i);
        }

        TcpState before = _connection.State;
        if ((control & Fin) != 0)
        {
            // Only the first one that is believed counts; which one it is, its place tells.
            _hasFin = true;
            _finAt = first + length;
        }

        Input(header + length, header <= header + length);
        if (before == TcpState.SynSent
            && _connection.State is not TcpState.SynSent and not TcpState.Closed
            && (control & Syn) != 0)
        {
            _irs = sequence;
        }
    }

    private void Raw(byte[] octets)
    {
        octets.CopyTo(_b, 0);
        int header = octets.Length < HeaderLength ? 0 : (octets[12] >> 4) * 4;
        bool isSound = header >= HeaderLength && header <= octets.Length;
        if (isSound)
        {
            // Its text is random; only its header may be so.
            octets[13] &= unchecked((byte)~(Fin | Syn));
            octets.CopyTo(_b, 0);
            Input(header, true);
            return;
        }

        Input(octets.Length, false);
    }

    private void Input(int length, bool isSound)
    {
        int before = _connection.ReceiveCount;
        _b.AsSpan(length).Fill(Guard);
        _meter.Start();
        int taken = _connection.Input(_b, 0, length, _nowMs);
        _meter.Stop();
        Oracle.Demand(
            isSound ? taken >= 0 : taken == -1, "input", $"{taken} of {length} octets");
        Oracle.Demand(
            taken < 0 || _connection.ReceiveCount == before + taken || _connection.ReceiveCount == 0,
            "input",
            $"{taken} octets more and {_connection.ReceiveCount} instead of {before}");
        Oracle.DemandFilled(_b.AsSpan(length), Guard, "behind the segment");
    }

    private void Tick()
    {
        _meter.Start();
        _connection.Tick(_nowMs);
        _meter.Stop();
    }

    private void Wait()
    {
        int waitMs = Deadline();
        if (waitMs < int.MaxValue)
        {
            _nowMs += waitMs;
            Tick();
        }
    }

    private int Deadline()
    {
        _meter.Start();
        int waitMs = _connection.NextDeadlineMs(_nowMs);
        _meter.Stop();
        return sabotage == TcpSabotage.ForgetDeadline && waitMs > 0 ? int.MaxValue : waitMs;
    }

    private void Send(int length)
    {
        for (int i = 0; i < length; i++)
        {
            _text[i] = OurOctet(_iss + 1 + _queued + i);
        }

        int free = _connection.SendFree;
        _meter.Start();
        int sent = _connection.Send(_text, 0, length);
        _meter.Stop();
        Oracle.Demand(
            sent == (length <= free ? length : 0), "send", $"{sent} of {length}, {free} free");
        _queued += sent;
    }

    private void Receive(int capacity)
    {
        int expected = Math.Min(capacity, _connection.ReceiveCount);
        _text.AsSpan().Fill(Guard);
        _meter.Start();
        int length = _connection.Receive(_text, 1, capacity);
        _meter.Stop();
        Oracle.Demand(length == expected, "receive", $"{length} instead of {expected}");
        if (sabotage == TcpSabotage.FlipReceived && length > 40)
        {
            _text[40] ^= 1;
        }

        for (int i = 0; i < length; i++)
        {
            if (_text[1 + i] != PeerOctet(_irs + 1 + _taken + i))
            {
                throw new OracleException(
                    "delivery", $"octet {_taken + i} is not what the peer sent");
            }
        }

        _taken += length;
        Oracle.DemandFilled(_text.AsSpan(1 + length), Guard, "behind what was received");
        if (_connection.IsPeerDone)
        {
            Oracle.Demand(_hasFin, "delivery", "the peer is done and never said so");
        }
    }

    private void Drain(int capacity)
    {
        int count = 0;
        while (Output(capacity) > 0)
        {
            count++;
            Oracle.Demand(count <= MostOutput, OracleKinds.Hang, $"{count} segments at once");
        }

        _feedback.Note(101, (int)_connection.State, count);
    }

    private int Output(int capacity)
    {
        Span<byte> octets = _b;
        octets.Fill(Guard);
        _meter.Start();
        if (sabotage == TcpSabotage.Allocate && _connection.State == TcpState.CloseWait)
        {
            _made = new object();
        }

        int length = _connection.Output(_b, 8, capacity, _nowMs);
        _meter.Stop();
        GC.KeepAlive(_made);
        Oracle.Demand(
            length >= 0 && length <= Math.Max(capacity, 0),
            "output",
            $"{length} octets where {capacity} fit");
        Oracle.DemandFilled(octets[..8], Guard, "before the segment");
        Oracle.DemandFilled(octets[(8 + length)..], Guard, "behind the segment");
        if (length > 0)
        {
            if (sabotage == TcpSabotage.FlipSent && length > 60)
            {
                octets[60] ^= 1;
            }

            Judge(octets.Slice(8, length));
        }

        return length;
    }

    private void Judge(ReadOnlySpan<byte> segment)
    {
        int header = segment.Length < HeaderLength ? 0 : segment[12] >> 4 << 2;
        Oracle.Demand(
            header >= HeaderLength && header <= segment.Length, "output", "no header of TCP");
        Oracle.Demand(
            Sum(segment, (uint)_connection.OutputSource, (uint)_connection.OutputAddress) == 0xFFFF,
            "checksum",
            "a checksum that does not verify");
        int control = segment[13];
        int sequence = BinaryPrimitives.ReadInt32BigEndian(segment[4..]);
        ReadOnlySpan<byte> text = segment[header..];
        if ((control & Rst) != 0)
        {
            Oracle.Demand(text.IsEmpty, "output", "text in an RST");
            _emptySegments++;
            return;
        }

        Oracle.Demand(
            BinaryPrimitives.ReadUInt16BigEndian(segment) == _connection.LocalPort
                && BinaryPrimitives.ReadUInt16BigEndian(segment[2..]) == 8883,
            "output",
            "the ports of another connection");
        int begin = sequence - _iss - 1;
        Oracle.Demand(
            text.IsEmpty || (begin >= 0 && begin + text.Length <= _queued),
            "output",
            $"octets {begin} to {begin + text.Length} of {_queued}");
        for (int i = 0; i < text.Length; i++)
        {
            if (text[i] != OurOctet(sequence + i))
            {
                throw new OracleException("output", $"octet {begin + i} is wrong");
            }
        }

        int end = sequence + text.Length + ((control & (Syn | Fin)) != 0 ? 1 : 0);
        _sentEdge = end - _sentEdge > 0 ? end : _sentEdge;
        if ((control & Ack) != 0)
        {
            JudgeWindow(segment);
        }

        if (end == sequence)
        {
            _emptySegments++;
        }
    }

    // What was promised to the peer is never taken back (RFC 9293 s.3.8.6).
    private void JudgeWindow(ReadOnlySpan<byte> segment)
    {
        int acknowledgment = BinaryPrimitives.ReadInt32BigEndian(segment[8..]);
        int window = BinaryPrimitives.ReadUInt16BigEndian(segment[14..]);
        int edge = acknowledgment + window;
        Oracle.Demand(
            !_hasEdge || edge - _windowEdge >= 0,
            "window",
            $"the edge went back by {_windowEdge - edge}");
        int room = _irs + 1 + _taken + Math.Max(_receiveCapacity, TcpLimits.MinimumCapacity) + 1;
        Oracle.Demand(edge - room <= 0, "window", "a window for which there is no room");
        _windowEdge = edge;
        _hasEdge = true;
    }

    private void Check()
    {
        int waiting = _connection.UnacknowledgedCount;
        int fitting = Math.Max(_sendCapacity, TcpLimits.MinimumCapacity);
        Oracle.Demand(
            waiting >= 0 && waiting <= Math.Min(fitting, _queued),
            "unacknowledged",
            $"{waiting} of {_queued} octets");
        Oracle.Demand(
            _connection.ReceiveCount <= Math.Max(_receiveCapacity, TcpLimits.MinimumCapacity),
            "receive",
            $"{_connection.ReceiveCount} octets wait");
        _acknowledged = _sentEdge - waiting;
        int allowed = sabotage == TcpSabotage.AcknowledgeForever ? -1 : _operations;
        Oracle.Demand(
            _emptySegments <= allowed + 1,
            "storm",
            $"{_emptySegments} segments without octets after {_operations} operations");
        int waitMs = Deadline();
        Oracle.Demand(waitMs >= 0, "deadline", $"a wait of {waitMs} ms");
        DemandDeadline(waitMs);
        _feedback.Note(
            100,
            (int)_connection.State,
            Feedback.Bucket(waiting),
            (Feedback.Bucket(waitMs) << 8) | Feedback.Bucket(_connection.Counters.TimeOuts));
    }

    // Nothing that the peer leaves unanswered is waited for without an end.
    private void DemandDeadline(int waitMs)
    {
        TcpState state = _connection.State;
        bool mayWait = state == TcpState.Closed
            || (state is TcpState.Established or TcpState.CloseWait
                && _connection.UnacknowledgedCount == 0
                && _connection.KeepAliveMs == 0);
        Oracle.Demand(
            mayWait || waitMs < int.MaxValue, "deadline", $"{state} waits for nothing");
    }

    // Nobody answers any more: the connection comes to its end, and to rest between its timers.
    private void End()
    {
        _connection.UserTimeoutMs = 300_000;
        _operations += 2;
        _meter.Start();
        _connection.Close(_nowMs);
        _meter.Stop();
        int rounds = 0;
        for (int waits = 0; _connection.State != TcpState.Closed; waits++)
        {
            Drain(_mtu - HeaderLength);
            int waitMs = Deadline();
            DemandDeadline(waitMs);
            rounds = waitMs == 0 || sabotage == TcpSabotage.NeverRest ? rounds + 1 : 0;
            Oracle.Demand(
                rounds <= MostRounds && waits <= MostWaits,
                OracleKinds.Hang,
                $"{_connection.State} after {waits} waits, {rounds} of them for 0 ms");
            _nowMs += waitMs;
            Tick();
        }

        Receive(_text.Length - 1);
        Drain(_mtu - HeaderLength);
        Oracle.Demand(
            Deadline() == int.MaxValue, "deadline", "a connection that is over waits");
        Oracle.Demand(_connection.End != TcpEnd.None, "end", "a connection is over without an end");
    }

    // Whatever was done to it, it then works with a peer that is well.
    private void Recover()
    {
        Connect(7);
        Drain(_mtu - HeaderLength);
        Feed(90, _iss + 1, Syn | Ack, 4000, 0, 536, null);
        Oracle.Demand(
            _connection.State == TcpState.Established, "recovery", $"{_connection.State}");
        Send(50);
        Drain(_mtu - HeaderLength);
        Feed(Next(), _sentEdge, Ack, 4000, 60, -1, null);
        Oracle.Demand(
            _sentEdge == _iss + 51 && _connection.UnacknowledgedCount == 0,
            "recovery",
            "what was sent is not acknowledged");
        Receive(100);
        Oracle.Demand(_taken == 60, "recovery", $"{_taken} octets came");
    }
}
