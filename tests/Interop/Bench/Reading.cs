// SenML packs (RFC 8428) in CBOR, read by other code than the sensor's.

using System.Collections.Generic;
using System.IO;
using System.Linq;

namespace Interop.Tests;

/// <summary>A resolved record: no base fields are left.</summary>
/// <param name="Sequence">Its number at the sensor; 0 where the pack has none.</param>
/// <param name="Name">Base name and name.</param>
/// <param name="TimeS">Seconds since 1970.</param>
/// <param name="Value">decimal, string, bool or byte[].</param>
/// <param name="Unit">Its own, or the base unit.</param>
internal sealed record Reading(
    int Sequence, string Name, decimal TimeS, object? Value, string? Unit)
{
    // RFC 8428 s.6, table 4; base fields are negative.
    private const int BaseName = -2;
    private const int BaseTime = -3;
    private const int BaseUnit = -4;
    private const int NameLabel = 0;
    private const int UnitLabel = 1;
    private const int TimeLabel = 6;

    private static readonly int[] s_values = [2, 3, 4, 8];

    /// <summary>Resolves a pack, RFC 8428 s.4.6; "seq" counts on where a record has none.</summary>
    public static Reading[] ReadPack(byte[] octets)
    {
        if (Cbor.Read(octets) is not object?[] records || records.Length == 0)
        {
            throw new InvalidDataException("A pack is an array of records.");
        }

        List<Reading> readings = [];
        Dictionary<object, object?> base_ = [];
        int sequence = 0;
        foreach (object? record in records)
        {
            Dictionary<object, object?> fields =
                ((List<KeyValuePair<object, object?>>)record!).ToDictionary(
                    pair => pair.Key is decimal number ? (int)number : pair.Key,
                    pair => pair.Value);
            foreach (int label in (int[])[BaseName, BaseTime, BaseUnit])
            {
                if (fields.TryGetValue(label, out object? value))
                {
                    base_[label] = value;
                }
            }

            if (fields.TryGetValue("seq", out object? own))
            {
                sequence = (int)(decimal)own!;
            }
            else if (sequence > 0)
            {
                sequence++;
            }

            object present = s_values.Cast<object>().Single(fields.ContainsKey);
            readings.Add(new Reading(
                sequence,
                Text(base_, BaseName) + Text(fields, NameLabel),
                Number(base_, BaseTime) + Number(fields, TimeLabel),
                fields[present],
                Text(fields, UnitLabel) ?? Text(base_, BaseUnit)));
        }

        return [.. readings];
    }

    private static string? Text(Dictionary<object, object?> fields, int label) =>
        (string?)fields.GetValueOrDefault(label);

    private static decimal Number(Dictionary<object, object?> fields, int label) =>
        (decimal)(fields.GetValueOrDefault(label) ?? 0m);
}
