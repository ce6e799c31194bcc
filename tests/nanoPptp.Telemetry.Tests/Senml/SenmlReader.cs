// Resolves a SenML pack (RFC 8428 s.4.6), written apart from the library's encoder, to judge it.

using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Numerics;

namespace nanoPptp.Telemetry.Tests.Senml;

/// <summary>One record with the base values applied.</summary>
/// <param name="Name">Base name and name.</param>
/// <param name="Unit">The unit; null when there is none.</param>
/// <param name="Seconds">Base time and time; below 2^28 they are relative to now.</param>
/// <param name="Value">A decimal, double, string, bool or byte[].</param>
/// <param name="Sequence">The number of the reading; null when the pack has none.</param>
/// <param name="UptimeS">What the label "up" says; null without it.</param>
internal sealed record SenmlReading(
    string Name,
    string? Unit,
    decimal Seconds,
    object? Value,
    long? Sequence,
    decimal? UptimeS);

/// <summary>Reads packs.</summary>
internal static class SenmlReader
{
    public static IReadOnlyList<SenmlReading> Read(byte[] octets)
    {
        object? pack = CborReader.ReadWhole(octets);
        string baseName = "";
        string? baseUnit = null;
        decimal baseTime = 0;
        long? sequence = null;
        var readings = new List<SenmlReading>();
        foreach (object? item in (List<object?>)pack!)
        {
            string name = "";
            string? unit = null;
            decimal time = 0;
            object? value = null;
            int values = 0;
            decimal? uptimeS = null;
            sequence++;
            foreach ((object label, object? content) in (List<KeyValuePair<object, object?>>)item!)
            {
                switch (label is BigInteger number ? (int)number : (object)label)
                {
                    case -2:
                        baseName = (string)content!;
                        break;
                    case -3:
                        baseTime = Convert.ToDecimal(ToNumber(content));
                        break;
                    case -4:
                        baseUnit = (string)content!;
                        break;
                    case -1:
                        break;
                    case 0:
                        name = (string)content!;
                        break;
                    case 1:
                        unit = (string)content!;
                        break;
                    case 2:
                        value = ToNumber(content);
                        values++;
                        break;
                    case 3 or 4 or 8:
                        value = content;
                        values++;
                        break;
                    case 6:
                        time = Convert.ToDecimal(ToNumber(content));
                        break;
                    case "seq":
                        sequence = (long)(BigInteger)content!;
                        break;
                    case "up":
                        uptimeS = Convert.ToDecimal(ToNumber(content));
                        break;
                    case string text when !text.EndsWith('_'):
                        break;
                    default:
                        throw new InvalidDataException($"label {label}");
                }
            }

            if (values != 1)
            {
                throw new InvalidDataException("s.4.2: exactly one value");
            }

            CheckName(baseName + name);
            readings.Add(new(
                baseName + name, unit ?? baseUnit, baseTime + time, value, sequence, uptimeS));
        }

        return readings;
    }

    /// <summary>Integers and decimal fractions as decimals where they fit, floats as doubles.
    /// </summary>
    public static object ToNumber(object? item)
    {
        switch (item)
        {
            case double number:
                return number;
            case BigInteger integer:
                return (decimal)integer;
            case CborTag { Number: 4, Item: List<object?> { Count: 2 } pair }:
                int exponent = (int)(BigInteger)pair[0]!;
                var mantissa = (BigInteger)pair[1]!;
                return exponent is < 0 and >= -28
                    ? (decimal)mantissa / (decimal)BigInteger.Pow(10, -exponent)
                    : double.Parse(
                        $"{mantissa}e{exponent}",
                        System.Globalization.CultureInfo.InvariantCulture);
            default:
                throw new InvalidDataException($"no number: {item}");
        }
    }

    private static void CheckName(string name)
    {
        if (name.Length == 0
            || !char.IsAsciiLetterOrDigit(name[0])
            || !name.All(c => char.IsAsciiLetterOrDigit(c) || "-:./_".Contains(c)))
        {
            throw new InvalidDataException($"s.4.5.1: the name {name}");
        }
    }
}
