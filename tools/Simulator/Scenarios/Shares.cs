// Shares as people write them: 5%, 0.5%, 0.05. Scenario files and the command line share these
// words.

using System;
using System.Globalization;

namespace Simulator.Scenarios;

/// <summary>Shares between text and parts of a million.</summary>
public static class Shares
{
    /// <summary>All of it, in parts of a million.</summary>
    public const int Whole = 1_000_000;

    /// <summary>How to write one, for the end of a message.</summary>
    public const string Forms = "5% or 0.05";

    private const int Percent = Whole / 100;

    /// <summary>Reads a share: a percentage, or a decimal number from 0 to 1.0 that has a decimal
    /// point, because of a bare 1 nobody knows whether it is all or 1%.</summary>
    /// <param name="text">The text; blanks in front of the percent sign are allowed.</param>
    /// <param name="share">Parts of a million: 0 to 1,000,000.</param>
    /// <returns>False when it is none, or finer than a part of a million.</returns>
    public static bool TryParse(string? text, out int share)
    {
        share = 0;
        if (text == "0")
        {
            return true;
        }

        if (text == null)
        {
            return false;
        }

        bool isPercentage = text.EndsWith('%');
        if (!isPercentage && !text.Contains('.', StringComparison.Ordinal))
        {
            return false;
        }

        string number = isPercentage ? text[..^1].TrimEnd(' ') : text;
        bool isShare = Durations.TryParseNumber(number, out decimal value)
            && Durations.TryMakeWhole(value * (isPercentage ? Percent : Whole), out long parts)
            && parts <= Whole;
        share = isShare ? (int)(value * (isPercentage ? Percent : Whole)) : 0;
        return isShare;
    }

    /// <summary>Writes a share so that <see cref="TryParse"/> gives it again: 5%, 0.0001%.
    /// </summary>
    /// <param name="share">Parts of a million.</param>
    public static string ToText(int share) => $"{Number(share)}%";

    /// <summary>Writes a share for sentences: 5 %.</summary>
    /// <param name="share">Parts of a million.</param>
    public static string ToWords(int share) => $"{Number(share)} %";

    private static string Number(int share)
    {
        return ((decimal)share / Percent).ToString("0.####", CultureInfo.InvariantCulture);
    }
}
