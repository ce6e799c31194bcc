// What the sensors' clock shows at the beginning. It counts 32 bits of milliseconds, so there are
// two places where carelessness shows: 0, which follows 2^32 - 1, and 2^31, where a signed number
// turns negative.

using System;

namespace Simulator.Scenarios;

/// <summary>The beginning of a 32-bit clock between text and milliseconds.</summary>
internal static class ClockText
{
    /// <summary>How to write one, for the end of a message.</summary>
    public const string Forms = "5s, -5s (before it passes 0) or wrap - 5s (before its sign turns)";

    private const string Wrap = "wrap";
    private const long WrapMs = 1L << 31;

    /// <summary>Reads a duration, one with a sign, or <c>wrap - 5s</c>.</summary>
    public static bool TryParse(string text, out int clockMs)
    {
        clockMs = 0;
        bool isAtWrap = text.StartsWith(Wrap, StringComparison.Ordinal);
        string rest = isAtWrap ? text[Wrap.Length..].Trim(' ') : text;
        if (isAtWrap && rest.Length == 0)
        {
            clockMs = int.MinValue;
            return true;
        }

        bool isNegative = rest.StartsWith('-');
        bool isSigned = isNegative || (isAtWrap && rest.StartsWith('+'));
        if ((isAtWrap && !isSigned)
            || !Durations.TryParse(isSigned ? rest[1..].TrimStart(' ') : rest, out long ms)
            || ms > WrapMs)
        {
            return false;
        }

        long signedMs = isNegative ? -ms : ms;
        if (!isAtWrap && signedMs == WrapMs)
        {
            return false;
        }

        clockMs = unchecked((int)(isAtWrap ? WrapMs + signedMs : signedMs));
        return true;
    }

    /// <summary>Writes it: near 2^31 with <c>wrap</c>, else as a duration from 0.</summary>
    public static string ToText(int clockMs)
    {
        long fromWrapMs = unchecked((uint)clockMs) - WrapMs;
        if (Math.Abs(fromWrapMs) > Scenario.MaximumForMs)
        {
            return Durations.ToText(clockMs);
        }

        string sign = fromWrapMs < 0 ? "-" : "+";
        return fromWrapMs == 0
            ? Wrap
            : $"{Wrap} {sign} {Durations.ToText(Math.Abs(fromWrapMs))}";
    }
}
