// Bugs planted to be found.

using System;
using System.Threading;
using nanoPptp.Fuzz.Engine;

namespace nanoPptp.Fuzz.Tests;

/// <summary>A walker over type, length, value that trusts the length.</summary>
internal sealed class TrustingWalker : FuzzTarget
{
    internal override void Run(byte[] input, Feedback feedback)
    {
        int sum = 0;
        for (int at = 0; at + 1 < input.Length;)
        {
            int length = Math.Max(2, (int)input[at + 1]);
            if (input[at] == 0x12)
            {
                for (int i = 2; i < length; i++)
                {
                    sum += input[at + i];
                }
            }

            at += length;
        }

        feedback.Note(sum & 7);
    }
}

/// <summary>A loop that never ends when an option has no length; the test ends it.</summary>
internal sealed class EndlessWalker(ManualResetEventSlim release) : FuzzTarget
{
    internal override void Run(byte[] input, Feedback feedback)
    {
        for (int at = 0; at + 1 < input.Length && !release.IsSet;)
        {
            if (input[at + 1] == 0)
            {
                Thread.Sleep(1);
            }

            at += input[at + 1];
        }
    }
}

/// <summary>A reader that makes an object for one code in 256.</summary>
internal sealed class Allocator : FuzzTarget
{
    private readonly Meter _meter = new();
    private object? _made;

    internal override void Run(byte[] input, Feedback feedback)
    {
        _meter.Reset();
        _meter.Start();
        if (input.Length > 4 && input[4] == 0x0C)
        {
            _made = new object();
        }

        _meter.Stop();
        GC.KeepAlive(_made);
        _meter.Demand();
    }
}

/// <summary>A reader that makes its table when it is first used.</summary>
internal sealed class LazyTable : FuzzTarget
{
    private static byte[]? s_table;
    private readonly Meter _meter = new();

    internal static bool IsMade => s_table != null;

    internal override void Run(byte[] input, Feedback feedback)
    {
        _meter.Reset();
        _meter.Start();
        s_table ??= new byte[256];
        _meter.Stop();
        _meter.Demand();
    }
}

/// <summary>A bug behind four octets, each of which has to be right.</summary>
/// <param name="tells">Whether the way there can be observed.</param>
internal sealed class DeepBug(bool tells) : FuzzTarget
{
    internal override int MaximumLength => 32;

    internal override void Run(byte[] input, Feedback feedback)
    {
        ReadOnlySpan<byte> cookie = [0x1A, 0x2B, 0x3C, 0x4D];
        int right = 0;
        while (right < cookie.Length && right < input.Length && input[right] == cookie[right])
        {
            right++;
        }

        if (tells)
        {
            feedback.Note(right);
        }

        if (right == cookie.Length)
        {
            throw new InvalidOperationException();
        }
    }
}
