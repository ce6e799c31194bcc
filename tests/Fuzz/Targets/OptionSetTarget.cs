// The walker over configuration options, with rows of any policy and lists of any octets. Around
// the list and around the room for the answer lie guard octets.

using System;
using nanoPptp.Fuzz.Engine;
using nanoPptp.Ppp;

namespace nanoPptp.Fuzz.Targets;

/// <summary>Fuzzes <see cref="OptionSet"/> by itself.</summary>
internal sealed class OptionSetTarget : FuzzTarget
{
    private const byte Guard = 0x5A;
    private const int GuardLength = 16;
    private const int MaximumCapacity = 252;
    private const int MaximumRows = 6;
    private const int OwnRequestCapacity = MaximumRows * 6;

    private readonly Meter _meter = new();

    internal override int MaximumLength => 240;

    internal override void Run(byte[] input, Feedback feedback)
    {
        _meter.Reset();
        var script = new Script(input);
        byte[] rows = DrawRows(script);
        int capacity = Math.Min((int)script.Byte(), MaximumCapacity);
        int fresh = script.Int32();
        var values = new (int Own, int Wanted)[rows.Length / OptionSet.Columns];
        for (int i = 0; i < values.Length; i++)
        {
            values[i] = (script.Int32(), script.Int32());
        }

        byte[] list = script.TakeAll();
        int target = GuardLength + list.Length + GuardLength;
        int scratch = target + MaximumCapacity + GuardLength;
        byte[] arena = new byte[scratch + OwnRequestCapacity + GuardLength];
        var bench = new Bench(arena, target, scratch, list);
        bench.Fill();
        var options = new OptionSet(arena, rows);
        options.Reset();
        for (int i = 0; i < values.Length; i++)
        {
            options.Own[i] = values[i].Own;
            options.Wanted[i] = values[i].Wanted;
        }

        Judge(options, bench, list, capacity, fresh, feedback);
        Answer(options, bench, list, fresh, feedback);
        _meter.Demand();
    }

    internal override byte[] Generate(Random64 random)
    {
        byte[] head = random.Octets(1 + (MaximumRows * 4) + 5 + (MaximumRows * 8));
        byte[] list = new byte[random.Next(100)];
        random.Fill(list);
        for (int at = 0; at + 1 < list.Length;)
        {
            int length = 2 + random.Next(6);
            list[at] = (byte)(1 + random.Next(8));
            list[at + 1] = (byte)length;
            at += length;
        }

        return [.. head, .. list];
    }

    private static byte[] DrawRows(Script script)
    {
        byte[] rows = new byte[(1 + script.Pick(MaximumRows)) * OptionSet.Columns];
        for (int at = 0; at < rows.Length; at += OptionSet.Columns)
        {
            rows[at] = (byte)(1 + (at / OptionSet.Columns) + (script.Byte() & 0xF8));
            rows[at + 1] = (byte)script.Pick(5);
            rows[at + 2] = (byte)script.Pick(OptionSet.OwnSmaller + 1);
            rows[at + 3] = (byte)script.Pick(OptionSet.PeerDiffer + 1);
        }

        return rows;
    }

    private void Judge(
        OptionSet options, Bench bench, byte[] list, int capacity, int fresh, Feedback feedback)
    {
        _meter.Start();
        int verdict = options.Judge(GuardLength, list.Length);
        int again = options.Judge(GuardLength, list.Length);
        _meter.Stop();
        Oracle.Demand(verdict == again, "verdict", $"judged {verdict} and then {again}");
        bench.DemandUnchanged();
        feedback.Note(1, verdict, Feedback.Bucket(list.Length));
        if (verdict == OptionSet.VerdictMalformed)
        {
            return;
        }

        _meter.Start();
        int written = options.WriteAnswer(
            verdict, GuardLength, list.Length, bench.Target, capacity, fresh);
        _meter.Stop();
        feedback.Note(2, verdict, Feedback.Bucket(written));
        Oracle.Demand(
            written <= capacity && (written >= 0 || verdict == OptionSet.VerdictAck),
            "answer",
            $"{written} octets were written into {capacity}");
        bench.DemandUnchanged(written);
        if (written >= 0)
        {
            DemandWellFormed(bench.Arena.AsSpan(bench.Target, written));
        }

        if (verdict == OptionSet.VerdictAck && written >= 0)
        {
            Oracle.DemandEqual(
                list, bench.Arena.AsSpan(bench.Target, written), "answer", "Configure-Ack");
            _meter.Start();
            options.Adopt();
            _meter.Stop();
        }
    }

    private void Answer(
        OptionSet options, Bench bench, byte[] list, int fresh, Feedback feedback)
    {
        bench.Fill();
        _meter.Start();
        bool isNakTaken = options.InputNak(GuardLength, list.Length, fresh);
        int rejected = options.InputReject(GuardLength, list.Length);
        int length = options.WriteRequest(bench.Target);
        _meter.Stop();
        feedback.Note(3, isNakTaken ? 1 : 0, rejected, Feedback.Bucket(length));
        Oracle.Demand(
            isNakTaken || rejected < 0, "verdict", "a malformed list is one for Nak and Reject");
        Oracle.Demand(
            length is >= 0 and <= OwnRequestCapacity, "answer", $"a request of {length} octets");
        bench.DemandUnchanged(length);
        DemandWellFormed(bench.Arena.AsSpan(bench.Target, length));
        _meter.Start();
        bool isOwn = options.IsOwnRequest(bench.Target, length, bench.Scratch);
        bool isOther = options.IsOwnRequest(GuardLength, list.Length, bench.Scratch);
        _meter.Stop();
        Oracle.Demand(isOwn, "verdict", "our own request is not ours");
        Oracle.Demand(
            isOther == list.AsSpan().SequenceEqual(bench.Arena.AsSpan(bench.Target, length)),
            "verdict",
            "a request is ours only if all its octets are");
        bench.DemandUnchanged(length, length);
    }

    private static void DemandWellFormed(ReadOnlySpan<byte> list)
    {
        while (!list.IsEmpty)
        {
            Oracle.Demand(
                list.Length >= 2 && list[1] >= 2 && list[1] <= list.Length,
                "answer",
                $"what was written is no list of options: {Convert.ToHexString(list)}");
            list = list[list[1]..];
        }
    }

    // guard | list | guard | room for an answer | guard | room for our request | guard
    private sealed record Bench(byte[] Arena, int Target, int Scratch, byte[] List)
    {
        internal void Fill()
        {
            Array.Fill(Arena, Guard);
            List.CopyTo(Arena, GuardLength);
        }

        internal void DemandUnchanged(int written = 0, int request = 0)
        {
            ReadOnlySpan<byte> octets = Arena;
            Oracle.DemandFilled(octets[..GuardLength], Guard, "before the list");
            Oracle.DemandEqual(List, octets.Slice(GuardLength, List.Length), "guard", "the list");
            Oracle.DemandFilled(
                octets[(GuardLength + List.Length)..Target], Guard, "behind the list");
            Oracle.DemandFilled(
                octets[(Target + Math.Max(written, 0))..Scratch], Guard, "behind the answer");
            Oracle.DemandFilled(octets[(Scratch + request)..], Guard, "behind the request");
        }
    }
}
