// SenML (RFC 8428) in CBOR: a pack is an array of records, a record a map with the labels of section 6.
// Base values hold from their record on. Besides the standard's labels a record may have "seq": the
// number of its reading; one without has the number behind that of the record before.

using System;
using System.Collections.Generic;

namespace Simulator.Plant;

/// <summary>A reading as the plant has it.</summary>
/// <param name="BaseName">Whose it is.</param>
/// <param name="Sequence">Its number; 0 when it has none.</param>
/// <param name="Name">What was measured, without the base name.</param>
/// <param name="TimeMs">When, in milliseconds since 1970.</param>
/// <param name="Unit">In which unit; empty without one.</param>
/// <param name="Number">Its value, when it is a number.</param>
/// <param name="Text">Its value, when it is a text.</param>
/// <param name="Boolean">Its value, when it is true or false.</param>
public sealed record PlantReading(
    string BaseName,
    int Sequence,
    string Name,
    long TimeMs,
    string Unit,
    decimal? Number,
    string? Text,
    bool? Boolean);

/// <summary>Reads packs.</summary>
public static class SenmlDecoder
{
    private const int BaseName = -2;
    private const int BaseTime = -3;
    private const int BaseUnit = -4;
    private const int BaseValue = -5;
    private const int BaseVersion = -1;
    private const int Name = 0;
    private const int Unit = 1;
    private const int Value = 2;
    private const int ValueText = 3;
    private const int ValueBoolean = 4;
    private const int Time = 6;
    private const string Sequence = "seq";
    private const int Version = 10;

    /// <summary>The readings of a pack.</summary>
    /// <exception cref="FormatException">It is no pack.</exception>
    public static IReadOnlyList<PlantReading> Read(ReadOnlySpan<byte> octets)
    {
        CborItem pack = CborItem.Read(octets);
        if (pack.Kind != CborKind.Array || pack.Items.Count == 0)
        {
            throw new FormatException("a pack is an array of records");
        }

        List<PlantReading> readings = [];
        var bases = new Record();
        foreach (CborItem item in pack.Items)
        {
            Record record = ReadRecord(item);
            bases.BaseName = record.BaseName ?? bases.BaseName;
            bases.BaseTime = record.BaseTime ?? bases.BaseTime;
            bases.BaseUnit = record.BaseUnit ?? bases.BaseUnit;
            bases.BaseValue = record.BaseValue ?? bases.BaseValue;
            bases.Sequence = record.Sequence
                ?? (bases.Sequence is int before ? before + 1 : null);
            if (record.HasValue)
            {
                readings.Add(Resolve(bases, record));
            }
        }

        return readings;
    }

    private static Record ReadRecord(CborItem item)
    {
        if (item.Kind != CborKind.Map)
        {
            throw new FormatException("a record is a map");
        }

        var record = new Record();
        HashSet<string> labels = [];
        foreach ((CborItem key, CborItem value) in item.Pairs)
        {
            string label = key.Kind switch
            {
                CborKind.Text => key.Text,
                CborKind.Number => FormattableString.Invariant($"#{key.Number}"),
                _ => throw new FormatException("a label is a number or a text"),
            };
            if (!labels.Add(label))
            {
                throw new FormatException($"label {label} stands twice in a record");
            }

            ReadField(ref record, key, value);
        }

        return record;
    }

    private static void ReadField(ref Record record, CborItem key, CborItem value)
    {
        if (key.Kind == CborKind.Text)
        {
            if (key.Text == Sequence)
            {
                record.Sequence = Whole(value);
            }
            else if (key.Text.EndsWith('_'))
            {
                // Section 4.4: such a label must be understood.
                throw new FormatException($"label {key.Text} is not understood");
            }

            return;
        }

        switch (key.Number)
        {
            case BaseVersion when Whole(value) > Version:
                throw new FormatException("the version is unknown");
            case BaseName:
                record.BaseName = TextOf(value);
                break;
            case BaseTime:
                record.BaseTime = NumberOf(value);
                break;
            case BaseUnit:
                record.BaseUnit = TextOf(value);
                break;
            case BaseValue:
                record.BaseValue = NumberOf(value);
                break;
            case Name:
                record.Name = TextOf(value);
                break;
            case Unit:
                record.Unit = TextOf(value);
                break;
            case Value:
                record.Number = NumberOf(value);
                break;
            case ValueText:
                record.Text = TextOf(value);
                break;
            case ValueBoolean:
                record.Boolean = value.Kind == CborKind.Boolean
                    ? value.Boolean
                    : throw new FormatException("vb is true or false");
                break;
            case Time:
                record.Time = NumberOf(value);
                break;
            default:
                break;
        }
    }

    private static PlantReading Resolve(Record bases, Record record)
    {
        string baseName = bases.BaseName ?? "";
        string name = baseName + record.Name;
        if (name.Length == 0 || !char.IsAsciiLetterOrDigit(name[0]))
        {
            throw new FormatException("a name begins with a letter or a digit");
        }

        decimal timeMs = ((bases.BaseTime ?? 0) + (record.Time ?? 0)) * 1000;
        if (timeMs != decimal.Truncate(timeMs) || timeMs is < 0 or > long.MaxValue)
        {
            throw new FormatException("a time is not at a whole millisecond");
        }

        return new PlantReading(
            baseName,
            bases.Sequence ?? 0,
            record.Name ?? "",
            (long)timeMs,
            record.Unit ?? bases.BaseUnit ?? "",
            record.Number is decimal number ? number + (bases.BaseValue ?? 0) : null,
            record.Text,
            record.Boolean);
    }

    private static int Whole(CborItem item) =>
        item.Kind == CborKind.Number
            && item.Number is >= 0 and <= int.MaxValue
            && decimal.Truncate(item.Number) == item.Number
            ? (int)item.Number
            : throw new FormatException("a whole number is expected");

    private static decimal NumberOf(CborItem item) => item.Kind == CborKind.Number
        ? item.Number
        : throw new FormatException("a number is expected");

    private static string TextOf(CborItem item) => item.Kind == CborKind.Text
        ? item.Text
        : throw new FormatException("a text is expected");

    private struct Record
    {
        public string? BaseName;
        public decimal? BaseTime;
        public string? BaseUnit;
        public decimal? BaseValue;
        public int? Sequence;
        public string? Name;
        public string? Unit;
        public decimal? Number;
        public string? Text;
        public bool? Boolean;
        public decimal? Time;

        public readonly bool HasValue =>
            Number is not null || Text is not null || Boolean is not null;
    }
}
