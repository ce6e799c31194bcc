// Lengths of time as people write them: 500ms, 30s, 1.5h. Scenario files and the command line share
// these words.

using System;
using System.Globalization;

namespace Simulator.Scenarios;

/// <summary>Durations between text and milliseconds.</summary>
public static class Durations
{
    /// <summary>How to write one, for the end of a message.</summary>
    public const string Forms = "500ms, 30s, 10m, 1h";

    private const long SecondMs = 1000;
    private const long MinuteMs = 60 * SecondMs;
    private const long HourMs = 60 * MinuteMs;

    // Far more than any run takes, and far from what a product with an hour could overflow.
    private const int LongestNumber = 15;

    // The longer of two units with the same end comes first.
    private static readonly (string Name, long Ms)[] s_units =
        [("ms", 1), ("s", SecondMs), ("m", MinuteMs), ("h", HourMs)];

    /// <summary>Reads a duration: a number, integer or decimal, and ms, s, m or h. Zero needs no
    /// unit.</summary>
    /// <param name="text">The text; blanks between number and unit are allowed.</param>
    /// <param name="ms">The duration: 0 and more.</param>
    /// <returns>False when it is none, or comes out at no whole millisecond.</returns>
    public static bool TryParse(string? text, out long ms)
    {
        ms = 0;
        if (text == "0")
        {
            return true;
        }

        foreach ((string name, long unitMs) in s_units)
        {
            if (text != null && text.EndsWith(name, StringComparison.Ordinal))
            {
                string number = text[..^name.Length].TrimEnd(' ');
                return TryParseNumber(number, out decimal value)
                    && TryMakeWhole(value * unitMs, out ms);
            }
        }

        return false;
    }

    /// <summary>Writes a duration so that <see cref="TryParse"/> gives it again: 90s, 1.5s, 24h.
    /// </summary>
    /// <param name="ms">The duration; a negative one begins with a hyphen.</param>
    public static string ToText(long ms)
    {
        (string number, string unit) = Split(ms);
        return number + unit;
    }

    /// <summary>Writes a duration for sentences: 90 s, 1.5 s, 10 min, 24 h.</summary>
    /// <param name="ms">The duration.</param>
    public static string ToWords(long ms)
    {
        (string number, string unit) = Split(ms);
        return $"{number} {(unit == "m" ? "min" : unit)}";
    }

    /// <summary>Reads digits with at most one decimal point between them.</summary>
    internal static bool TryParseNumber(string text, out decimal value)
    {
        value = 0;
        return text.Length is > 0 and <= LongestNumber
            && char.IsAsciiDigit(text[0])
            && char.IsAsciiDigit(text[^1])
            && decimal.TryParse(
                text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out value);
    }

    /// <summary>Gives a number that has no fraction as an integer.</summary>
    internal static bool TryMakeWhole(decimal value, out long whole)
    {
        bool isWhole = value == decimal.Truncate(value) && value <= long.MaxValue;
        whole = isWhole ? (long)value : 0;
        return isWhole;
    }

    private static (string Number, string Unit) Split(long ms)
    {
        (string unit, long unitMs) = Math.Abs((decimal)ms) switch
        {
            0 => ("s", SecondMs),
            < SecondMs => ("ms", 1L),
            _ when ms % HourMs == 0 => ("h", HourMs),
            _ when ms % MinuteMs == 0 => ("m", MinuteMs),
            _ => ("s", SecondMs),
        };
        decimal number = (decimal)ms / unitMs;
        return (number.ToString("0.###", CultureInfo.InvariantCulture), unit);
    }
}
