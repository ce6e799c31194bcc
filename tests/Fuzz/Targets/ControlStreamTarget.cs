// The stream of the control connection, cut anywhere. What comes out must be what a reader that
// sees all octets at once makes of them, by its own arithmetic.

using System;
using System.Buffers.Binary;
using System.Collections.Generic;
using nanoPptp.Control;
using nanoPptp.Diagnostics;
using nanoPptp.Fuzz.Engine;
using nanoPptp.Memory;

namespace nanoPptp.Fuzz.Targets;

/// <summary>Fuzzes <see cref="ControlStream"/>.</summary>
internal sealed class ControlStreamTarget : FuzzTarget
{
    private const byte Guard = 0x3C;
    private const uint Cookie = 0x1A2B3C4D;
    private const int HeaderLength = 12;
    private const int LongestMessage = 220;

    private static readonly int[] s_lengths =
        [0, 156, 156, 16, 16, 16, 20, 168, 32, 220, 24, 28, 16, 148, 40, 24];

    private readonly Meter _meter = new();
    private readonly byte[] _arena = new byte[ArenaMap.Length];
    private readonly List<byte[]> _expected = [];

    internal override int MaximumLength => 1200;

    internal override void Run(byte[] input, Feedback feedback)
    {
        _meter.Reset();
        Array.Fill(_arena, Guard);
        var script = new Script(input);
        byte[] cuts = script.Take(1 + script.Pick(16));
        byte[] octets = script.TakeAll();
        bool isBroken = Expect(octets);
        var stream = new ControlStream(_arena);
        stream.Reset();
        int found = 0;
        int fed = 0;
        for (int i = 0; fed < octets.Length && stream.Broken == Reason.None; i++)
        {
            int piece = Math.Min(1 + cuts[i % cuts.Length], octets.Length - fed);
            found += Feed(stream, octets, fed, piece, found);
            fed += piece;
        }

        Oracle.Demand(
            isBroken == (stream.Broken != Reason.None),
            "stream",
            $"broken by {stream.Broken}, which is not what the octets say");
        Oracle.Demand(
            found == _expected.Count,
            "stream",
            $"{found} messages instead of {_expected.Count}");
        feedback.Note(1, (int)stream.Broken, Feedback.Bucket(found));
        Send(stream, cuts, feedback);
        DemandGuards();
        _meter.Demand();
    }

    internal override byte[] Generate(Random64 random)
    {
        var input = new List<byte> { (byte)random.Next(256) };
        input.AddRange(random.Octets(1 + (input[0] % 16)));
        for (int count = random.Next(1, 6); count > 0; count--)
        {
            int type = random.Next(1, s_lengths.Length);
            byte[] message = random.Octets(s_lengths[type]);
            BinaryPrimitives.WriteUInt16BigEndian(message, (ushort)message.Length);
            BinaryPrimitives.WriteUInt16BigEndian(message.AsSpan(2), 1);
            BinaryPrimitives.WriteUInt32BigEndian(message.AsSpan(4), Cookie);
            BinaryPrimitives.WriteUInt16BigEndian(message.AsSpan(8), (ushort)type);
            input.AddRange(message);
        }

        return [.. input];
    }

    private bool Expect(ReadOnlySpan<byte> octets)
    {
        _expected.Clear();
        while (octets.Length >= HeaderLength)
        {
            int length = BinaryPrimitives.ReadUInt16BigEndian(octets);
            int messageType = BinaryPrimitives.ReadUInt16BigEndian(octets[2..]);
            int type = BinaryPrimitives.ReadUInt16BigEndian(octets[8..]);
            bool isKnown = messageType == 1 && type >= 1 && type < s_lengths.Length;
            if (BinaryPrimitives.ReadUInt32BigEndian(octets[4..]) != Cookie
                || length < HeaderLength
                || length > LongestMessage
                || (isKnown && length != s_lengths[type]))
            {
                return true;
            }

            if (length > octets.Length)
            {
                return false;
            }

            _expected.Add(octets[..length].ToArray());
            octets = octets[length..];
        }

        return false;
    }

    private int Feed(ControlStream stream, byte[] octets, int offset, int length, int first)
    {
        int found = 0;
        while (length > 0)
        {
            _meter.Start();
            int taken = stream.Input(octets, offset, length);
            bool isWhole = stream.IsWhole();
            _meter.Stop();
            Oracle.Demand(
                taken > 0 && taken <= length, OracleKinds.Hang, $"took {taken} of {length}");
            offset += taken;
            length -= taken;
            if (stream.Broken != Reason.None)
            {
                break;
            }

            if (isWhole)
            {
                Oracle.Demand(first + found < _expected.Count, "stream", "one message too many");
                byte[] expected = _expected[first + found];
                Oracle.DemandEqual(
                    expected,
                    _arena.AsSpan(ArenaMap.ControlInput, expected.Length),
                    "stream",
                    "a message");
                found++;
                _meter.Start();
                stream.Next();
                _meter.Stop();
            }
        }

        return found;
    }

    // Messages to send, as many as there is room for; the socket takes some octets at a time.
    private void Send(ControlStream stream, byte[] cuts, Feedback feedback)
    {
        var sent = new Queue<byte>();
        byte mark = 0;
        foreach (byte cut in cuts)
        {
            _meter.Start();
            int before = stream.OutputLength;
            int at = stream.Begin(1 + (cut % 15));
            _meter.Stop();
            feedback.Note(2, at < 0 ? 0 : 1, cut % 15);
            if (at >= 0)
            {
                int length = stream.OutputLength - before;
                for (int i = 0; i < length; i++)
                {
                    _arena[at + i] = ++mark;
                    sent.Enqueue(mark);
                }
            }

            int taken = Math.Min(cut, stream.OutputLength);
            for (int i = 0; i < taken; i++)
            {
                Oracle.Demand(
                    _arena[ArenaMap.ControlOutput + i] == sent.Dequeue(),
                    "stream",
                    "what waits to be sent was changed");
            }

            _meter.Start();
            stream.Sent(taken);
            _meter.Stop();
        }

        Oracle.Demand(sent.Count == stream.OutputLength, "stream", "octets to be sent were lost");
    }

    private void DemandGuards()
    {
        ReadOnlySpan<byte> arena = _arena;
        Oracle.DemandFilled(arena[..ArenaMap.ControlOutput], Guard, "before the control output");
        Oracle.DemandFilled(arena[ArenaMap.Acknowledgment..], Guard, "behind the control input");
    }
}
