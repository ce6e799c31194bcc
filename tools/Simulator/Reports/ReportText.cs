// How numbers, times and names of a run are written, in every report alike. Nothing here looks at
// the culture or the clock of the machine.

using System;
using System.Globalization;
using System.Text;

namespace Simulator.Reports;

/// <summary>Times, counts and names as text.</summary>
internal static class ReportText
{
    private const long Second = 1_000_000;
    private const long Minute = 60 * Second;
    private const long Hour = 60 * Minute;
    private const char Unreadable = '\uFFFD';

    /// <summary>A moment of virtual time: 1:02.345, or 1:01:02.345 when the run is that long.
    /// </summary>
    /// <param name="us">The moment, in microseconds.</param>
    /// <param name="spanUs">The length of the run, so that all its moments look alike.</param>
    public static string Clock(long us, long spanUs)
    {
        long milliseconds = us / 1000 % 1000;
        return string.Create(
            CultureInfo.InvariantCulture, $"{WholeClock(us, spanUs)}.{milliseconds:000}");
    }

    /// <summary>A moment without the fraction of its second.</summary>
    /// <param name="us">The moment, in microseconds.</param>
    /// <param name="spanUs">The length of the run.</param>
    public static string WholeClock(long us, long spanUs)
    {
        long seconds = us % Minute / Second;
        return spanUs < Hour
            ? string.Create(CultureInfo.InvariantCulture, $"{us / Minute}:{seconds:00}")
            : string.Create(
                CultureInfo.InvariantCulture, $"{us / Hour}:{us % Hour / Minute:00}:{seconds:00}");
    }

    /// <summary>A stretch of time in the unit that suits it: 80 µs, 12.5 ms, 3.25 s, 4:05 min.
    /// </summary>
    /// <param name="us">The stretch, in microseconds.</param>
    public static string Span(long us) => us switch
    {
        < 1_000 => Line($"{us} µs"),
        < 1_000_000 => Line($"{us / 1_000.0:0.##} ms"),
        < 120_000_000 => Line($"{us / 1_000_000.0:0.##} s"),
        < Hour => Line($"{us / Minute}:{us % Minute / Second:00} min"),
        _ => Line($"{us / Hour}:{us % Hour / Minute:00}:{us % Minute / Second:00} h"),
    };

    /// <summary>A count, with commas between thousands.</summary>
    /// <param name="value">The count.</param>
    public static string Count(long value) => value.ToString("N0", CultureInfo.InvariantCulture);

    /// <summary>A share in per cent, never rounded up to 100 nor down to 0.</summary>
    /// <param name="millionths">The share, in parts of a million.</param>
    public static string Percent(int millionths) => Line(
        $"{millionths / 10_000}.{millionths % 10_000 / 100:00} %");

    /// <summary>A count with its noun: 1 sensor, 2 sensors.</summary>
    /// <param name="value">The count.</param>
    /// <param name="noun">The noun; its plural takes an s.</param>
    public static string Counted(long value, string noun) =>
        Count(value) + " " + noun + (value == 1 ? "" : "s");

    /// <summary>How many times faster than real time a run was; empty when it was not measured.
    /// </summary>
    /// <param name="run">The run.</param>
    public static string Speed(RunRecord run)
    {
        if (run.RealMs <= 0)
        {
            return "";
        }

        double speed = run.NowUs / 1000.0 / run.RealMs;
        return speed < 10 ? Line($"{speed:0.0}") : Count((long)speed);
    }

    /// <summary>How a run stands, in one word.</summary>
    /// <param name="verdict">The verdict.</param>
    public static string Word(Verdict verdict) => verdict switch
    {
        Verdict.Passed => "passed",
        Verdict.Failed => "failed",
        _ => "running",
    };

    /// <summary>The text without what no report can show: control characters, halves of characters,
    /// and marks that would make a line read backwards. Ends of lines become spaces.</summary>
    /// <param name="text">Text from anywhere.</param>
    public static string Clean(string text)
    {
        if (!NeedsCleaning(text))
        {
            return text;
        }

        var clean = new StringBuilder(text.Length);
        for (int i = 0; i < text.Length; i++)
        {
            if (i + 1 < text.Length && char.IsSurrogatePair(text[i], text[i + 1]))
            {
                clean.Append(text, i, 2);
                i++;
            }
            else
            {
                char c = text[i] is '\n' or '\r' or '\t' ? ' ' : text[i];
                clean.Append(IsUnreadable(c) ? Unreadable : c);
            }
        }

        return clean.ToString();
    }

    /// <summary>The beginning of a text, with an ellipsis when something is missing.</summary>
    /// <param name="text">The text.</param>
    /// <param name="length">Most characters of the result.</param>
    public static string Cut(string text, int length)
    {
        if (text.Length <= length)
        {
            return text;
        }

        int kept = Math.Max(0, length - 1);
        if (kept > 0 && char.IsHighSurrogate(text[kept - 1]))
        {
            kept--;
        }

        return string.Concat(text.AsSpan(0, kept), "…");
    }

    private static bool NeedsCleaning(string text)
    {
        foreach (char c in text)
        {
            if (char.IsSurrogate(c) || IsUnreadable(c))
            {
                return true;
            }
        }

        return false;
    }

    // Bidirectional marks (UAX 9), line separators, noncharacters and lone surrogates.
    private static bool IsUnreadable(char c) =>
        char.IsControl(c)
        || char.IsSurrogate(c)
        || c is '\u061C' or (>= '\u200E' and <= '\u200F') or (>= '\u2028' and <= '\u202E')
            or (>= '\u2066' and <= '\u2069') or '\uFEFF' or '\uFFFE' or '\uFFFF';

    private static string Line(FormattableString text) => FormattableString.Invariant(text);
}
