// The file of --csv: columns time, name, value and unit in any order, named by the first line. The
// whole file is looked through before anything is sent, so that a wrong line costs nothing.
//
//   time,name,value,unit
//   2026-03-02T06:00:00Z,flow,41.7,l/s          ISO 8601 with its zone, to the millisecond
//   1772431560.5,bearing,48.25,Cel              or seconds since 1970

using System;
using System.Collections.Generic;
using System.Globalization;
using System.IO;
using System.Linq;
using CsvHelper;
using nanoPptp.Telemetry.Senml;

namespace nanoPptp.Tool.Telemetry;

/// <summary>Reads readings.</summary>
internal static class ReadingFile
{
    private const int LongestName = 63;
    private const int LongestUnit = 15;
    private const string What = "file of readings";

    // SenML takes smaller times for seconds from now (RFC 8428 s.4.5.3).
    private const long FirstTimeMs = SenmlEntry.FirstAbsoluteMs;

    // The last millisecond of the year 9999.
    private const long LastTimeMs = 253402300799999;

    // A quote too many may not swallow the rest of the file.
    private static readonly CsvReaderOptions s_options = new()
    {
        Separator = ',',
        HasHeader = false,
        TrimWhitespace = true,
        TrackLineNumbers = true,
        AllowLineBreaksInQuotes = false,
        MalformedData = CsvMalformedDataHandling.Throw,
        FormatProvider = CultureInfo.InvariantCulture,
    };

    private static readonly string[] s_formats =
    [
        "yyyy-MM-dd'T'HH:mm:ssK", "yyyy-MM-dd'T'HH:mm:ss.FFFFFFFK", "yyyy-MM-dd'T'HH:mmK",
        "yyyy-MM-dd HH:mm:ssK", "yyyy-MM-dd HH:mm:ss.FFFFFFFK",
    ];

    /// <summary>Reads a whole file.</summary>
    /// <param name="text">What it holds.</param>
    /// <param name="path">Its name, for what is wrong.</param>
    /// <returns>The readings in the order of their times; those of one time as they stand in the
    /// file.</returns>
    /// <exception cref="ToolFailureException">A line is wrong.</exception>
    public static IReadOnlyList<CsvReading> Read(TextReader text, string path)
    {
        try
        {
            using CsvReader csv = CsvReader.Create(text, s_options, leaveOpen: true);
            if (!csv.Read())
            {
                throw Wrong(path, 1, "the names of the columns are missing: time,name,value,unit");
            }

            Columns columns = new(Fields(csv), why => Wrong(path, csv.LineNumber, why));
            List<CsvReading> readings = [];
            while (csv.Read())
            {
                readings.Add(
                    ReadLine(Fields(csv), columns, why => Wrong(path, csv.LineNumber, why)));
            }

            return readings.Count > 0
                ? [.. readings.OrderBy(one => one.TimeMs)]
                : throw ToolFailureException.OfFile(What, path, "holds no reading.");
        }
        catch (CsvFormatException e)
        {
            throw Wrong(path, e.LineNumber, "it is no CSV (RFC 4180)");
        }
    }

    /// <summary>Whether a SenML name can be that (RFC 8428 s.4.5.1).</summary>
    public static bool IsName(string name)
    {
        return name.Length > 0
            && char.IsAsciiLetterOrDigit(name[0])
            && name.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or ':' or '.' or '/' or '_');
    }

    private static CsvReading ReadLine(
        string[] fields, Columns columns, Func<string, ToolFailureException> wrong)
    {
        if (fields.Length != columns.Count)
        {
            throw wrong($"it has {fields.Length} fields, and the first line {columns.Count}");
        }

        string timeText = fields[columns.Time];
        if (WhyNoTime(timeText, out long timeMs) is { } noTime)
        {
            throw wrong($"the time {Quote(timeText)} {noTime}");
        }

        string name = fields[columns.Name];
        if (!IsName(name) || name.Length > LongestName)
        {
            throw wrong(
                $"the name {Quote(name)} is none: 1 to {LongestName} letters, digits and -:./_ of"
                + " ASCII, the first a letter or a digit");
        }

        string value = fields[columns.Value];
        if (DecimalNumber.Read(value, out long mantissa, out int exponent) is { } noNumber)
        {
            throw wrong($"the value {Quote(value)} {noNumber}");
        }

        string unit = columns.Unit < 0 ? "" : fields[columns.Unit];
        if (unit.Length > LongestUnit || !unit.All(c => c is > ' ' and <= '~'))
        {
            throw wrong(
                $"the unit {Quote(unit)} is none: up to {LongestUnit} characters of ASCII, such as"
                + " Cel, l/s or %RH");
        }

        return new CsvReading(timeMs, name, mantissa, exponent, unit.Length == 0 ? null : unit);
    }

    private static string? WhyNoTime(string text, out long timeMs)
    {
        timeMs = 0;
        if (DecimalNumber.Read(text, out long mantissa, out int exponent) is null)
        {
            return WhyNoSeconds(mantissa, exponent, out timeMs);
        }

        // Without its zone a time is read, too, as one of this machine's zone.
        bool hasZone = text.EndsWith('Z')
            || (text.Length > 6 && text[^6] is '+' or '-' && text[^3] == ':');
        if (!DateTimeOffset.TryParseExact(
            text,
            s_formats,
            CultureInfo.InvariantCulture,
            DateTimeStyles.None,
            out DateTimeOffset time))
        {
            return "is none: write 2026-03-02T06:00:00Z, or seconds since 1970";
        }

        if (!hasZone)
        {
            return "has no zone: write Z or, for example, +01:00 behind it";
        }

        timeMs = time.ToUnixTimeMilliseconds();
        return time.Ticks % TimeSpan.TicksPerMillisecond != 0 ? "is finer than a millisecond"
            : timeMs < FirstTimeMs ? "is before July 1978, where SenML's times begin"
            : null;
    }

    private static string? WhyNoSeconds(long mantissa, int exponent, out long timeMs)
    {
        timeMs = 0;
        if (exponent < -3)
        {
            return "is finer than a millisecond";
        }

        Int128 ms = mantissa;
        for (int i = -3; i < exponent && Int128.Abs(ms) <= LastTimeMs; i++)
        {
            ms *= 10;
        }

        if (ms < FirstTimeMs || ms > LastTimeMs)
        {
            return "is not between July 1978, where SenML's times begin, and 9999";
        }

        timeMs = (long)ms;
        return null;
    }

    private static string[] Fields(CsvReader csv)
    {
        string[] fields = new string[csv.FieldCount];
        for (int i = 0; i < fields.Length; i++)
        {
            fields[i] = csv.GetString(i);
        }

        return fields;
    }

    private static ToolFailureException Wrong(string path, long line, string why)
    {
        return ToolFailureException.OfFile(What, path, $"is wrong in line {line}: {why}.");
    }

    private static string Quote(string text)
    {
        const int Longest = 40;
        string shown = text.Length > Longest ? text[..Longest] + "..." : text;
        return $"'{ScreenText.Escape(shown)}'";
    }

    /// <summary>Which field is which.</summary>
    private sealed class Columns
    {
        public Columns(string[] names, Func<string, ToolFailureException> wrong)
        {
            // A byte order mark is no part of the first name: the reader took it away.
            Count = names.Length;
            Time = Find(names, "time");
            Name = Find(names, "name");
            Value = Find(names, "value");
            Unit = Find(names, "unit");
            if (Time < 0 || Name < 0 || Value < 0)
            {
                throw wrong(
                    "it has to name the columns, time,name,value,unit in any order; unit may be"
                    + " missing");
            }

            if (names.Distinct(StringComparer.OrdinalIgnoreCase).Count() != names.Length)
            {
                throw wrong("two columns have the same name");
            }
        }

        public int Count { get; }

        public int Time { get; }

        public int Name { get; }

        public int Value { get; }

        public int Unit { get; }

        private static int Find(string[] names, string name)
        {
            return Array.FindIndex(
                names, one => one.Equals(name, StringComparison.OrdinalIgnoreCase));
        }
    }
}
