// The text of an MS-CHAPv2 Failure. What it says may depend on its own octets alone, and the
// message lies within it.

using System;
using System.Collections.Generic;
using System.Text;
using nanoPptp.Auth;
using nanoPptp.Fuzz.Engine;

namespace nanoPptp.Fuzz.Targets;

/// <summary>Fuzzes <see cref="ChapFailure"/>.</summary>
internal sealed class ChapTextTarget : FuzzTarget
{
    private static readonly string[] s_words =
    [
        "E=691", "E=", "E=9999999999", "R=1", "R=0", "R=", "V=3", "V=", "M=", "M=Access denied",
        "C=", "C=0123456789abcdef0123456789ABCDEF", " ", "  ", "=", "E", "M", "S=", "E=648 R=1",
    ];

    private readonly Meter _meter = new();
    private readonly ChapFailure _first = new();
    private readonly ChapFailure _other = new();

    internal override void Run(byte[] input, Feedback feedback)
    {
        _meter.Reset();
        Read(_first, input, 0, 0, 0);
        Oracle.Demand(
            _first.ErrorCode is >= 0 and <= 999_999_999 && _first.Version >= 0,
            "text",
            $"E={_first.ErrorCode} V={_first.Version}");
        Oracle.Demand(
            _first.MessageLength == 0
                ? _first.MessageOffset >= 0 && _first.MessageOffset <= input.Length
                : _first.MessageOffset >= 2
                    && _first.MessageOffset + _first.MessageLength == input.Length,
            "text",
            $"a message of {_first.MessageLength} octets at {_first.MessageOffset}");
        foreach (byte around in (ReadOnlySpan<byte>)[(byte)' ', (byte)'1', (byte)'=', 0x00])
        {
            Read(_other, input, 5, 4, around);
            Oracle.Demand(
                _other.ErrorCode == _first.ErrorCode
                    && _other.MayRetry == _first.MayRetry
                    && _other.HasChallenge == _first.HasChallenge
                    && _other.Version == _first.Version
                    && _other.MessageOffset == _first.MessageOffset
                    && _other.MessageLength == _first.MessageLength,
                "depends on surroundings",
                $"what is read changes with {around:x2} around it");
        }

        feedback.Note(
            Feedback.Bucket(_first.ErrorCode),
            _first.MayRetry ? 1 : 0,
            (_first.HasChallenge ? 1 : 0) | (Feedback.Bucket(_first.Version) << 1),
            Feedback.Bucket(_first.MessageLength));
        _meter.Demand();
    }

    internal override byte[] Generate(Random64 random)
    {
        var text = new List<byte>();
        for (int count = random.Next(8); count > 0; count--)
        {
            text.AddRange(Encoding.ASCII.GetBytes(s_words[random.Next(s_words.Length)]));
            if (!random.OneIn(4))
            {
                text.Add((byte)' ');
            }
        }

        return [.. text];
    }

    private void Read(ChapFailure failure, byte[] input, int before, int behind, byte around)
    {
        byte[] b = new byte[before + input.Length + behind];
        Array.Fill(b, around);
        input.CopyTo(b, before);
        _meter.Start();
        failure.Read(b, before, input.Length);
        _meter.Stop();
        Oracle.DemandEqual(input, b.AsSpan(before, input.Length), "guard", "the text");
    }
}
