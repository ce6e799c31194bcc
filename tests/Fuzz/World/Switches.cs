// The settings that change how a tunnel behaves, drawn from one octet. They are found by looking, so
// that a setting which is added to the library is fuzzed from the first day on; each one's value
// depends on the octet and its own name alone, so that old scripts keep their meaning.

using System;
using System.Collections.Generic;
using System.Linq;
using System.Reflection;
using nanoPptp.Client;
using nanoPptp.Fuzz.Engine;

namespace nanoPptp.Fuzz.World;

/// <summary>Draws switches of <see cref="PptpSettings"/>.</summary>
internal static class Switches
{
    private static readonly int[] s_numbers =
        [0, 1, 20, 50, 100, 3000, 5000, 30_000, 60_000, -1, int.MaxValue, 0x0A620064, 0x0A620065];

    private static readonly FieldInfo[] s_fields =
    [
        .. typeof(PptpSettings).GetFields(BindingFlags.Public | BindingFlags.Instance)
            .Where(field => !field.IsInitOnly)
            .Where(field => field.Name != nameof(PptpSettings.Mtu))
            .Where(field => field.FieldType != typeof(string))
            .OrderBy(field => field.Name, StringComparer.Ordinal),
    ];

    private static readonly FieldInfo? s_encryption =
        s_fields.SingleOrDefault(field => field.Name == "Encryption");

    private static readonly FieldInfo? s_pap =
        s_fields.SingleOrDefault(field => field.Name == "AllowPap");

    /// <summary>Sets the switches that an octet stands for; 0 leaves the defaults.</summary>
    internal static void Draw(PptpSettings settings, byte octet)
    {
        foreach (FieldInfo field in octet == 0 ? [] : s_fields)
        {
            var random = Random64.Stream(octet, field.Name, 0);
            IReadOnlyList<object?> values = ValuesOf(field.FieldType);
            if (values.Count > 0 && random.OneIn(2))
            {
                field.SetValue(settings, values[random.Next(values.Count)]);
            }
        }
    }

    /// <summary>Whether the settings let packets travel in clear.</summary>
    internal static bool IsClear(PptpSettings settings) =>
        s_encryption?.GetValue(settings)?.ToString() == "Clear";

    /// <summary>Whether the settings let the password itself travel: PAP does.</summary>
    internal static bool MayTellPassword(PptpSettings settings) =>
        s_pap?.GetValue(settings) is true;

    private static IReadOnlyList<object?> ValuesOf(Type type)
    {
        if (type == typeof(bool))
        {
            return [true, false];
        }

        if (type == typeof(int))
        {
            return [.. s_numbers];
        }

        return type.IsEnum
            ? [.. Enum.GetValues(type)]
            : [.. type.GetFields(BindingFlags.Public | BindingFlags.Static)
                .Where(field => field.FieldType == type)
                .Select(field => field.GetValue(null))];
    }
}
