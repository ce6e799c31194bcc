// Seeds as people write them: 7, 1-500, or 1- for all from 1 on.

using System.Globalization;

namespace nanoPptp.Tool.Simulate;

/// <summary>Seeds, in order.</summary>
/// <param name="First">The first.</param>
/// <param name="Last">The last, which is not less.</param>
internal readonly record struct SeedRange(ulong First, ulong Last)
{
    /// <summary>Whether they have no end that anybody waits for.</summary>
    public bool IsOpen => Last == ulong.MaxValue;

    /// <summary>Reads seeds.</summary>
    /// <param name="text">The text, such as 1-500.</param>
    /// <param name="seeds">The seeds.</param>
    /// <returns>False when it says no such thing.</returns>
    public static bool TryParse(string text, out SeedRange seeds)
    {
        string[] parts = text.Split('-');
        ulong last = ulong.MaxValue;
        bool isFirst = TryParseSeed(parts[0], out ulong first);
        bool isRange = parts.Length switch
        {
            1 => (last = first) == first,
            2 => parts[1].Length == 0 || TryParseSeed(parts[1], out last),
            _ => false,
        };
        seeds = new SeedRange(first, last);
        return isFirst && isRange && first <= last;
    }

    /// <summary>Reads one seed: digits and nothing else.</summary>
    public static bool TryParseSeed(string text, out ulong seed) =>
        ulong.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out seed);
}
