// What somebody may have meant: the known word that is nearest to theirs.

using System.Collections.Generic;
using System.Text.RegularExpressions;
using Simulator.Scenarios;

namespace nanoPptp.Tool.Hub.Configuration;

/// <summary>Finds the nearest of known words.</summary>
internal static partial class Suggestion
{
    /// <summary>" Did you mean X?", or nothing when no word is near.</summary>
    public static string For(string word, IEnumerable<string> known)
    {
        // A third of the letters wrong, or two of a short word, is still a slip.
        int best = int.Max(2, word.Length / 3) + 1;
        string? nearest = null;
        foreach (string candidate in known)
        {
            int distance = EditDistance.Between(word, candidate, best);
            if (distance < best)
            {
                best = distance;
                nearest = candidate;
            }
        }

        return nearest is null ? "" : $" Did you mean {nearest}?";
    }

    /// <summary>An unknown word for a message, if it can be a directive at all: whoever mixes up his
    /// files has a password there.</summary>
    public static string Quote(string word)
    {
        return DirectiveShape().IsMatch(word)
            ? $"\"{word}\""
            : "like this word (not shown here, for it could be a secret)";
    }

    // require-mppe-128, ms-dns, +mschap-v2, mppe: letters, and figures behind a hyphen or a v.
    [GeneratedRegex("^[+-]?[a-z]{1,20}(-[a-z0-9]{1,12}){0,3}$")]
    private static partial Regex DirectiveShape();
}
