// What somebody may have meant: the known word that is nearest to theirs.

using System.Collections.Generic;
using System.Text.RegularExpressions;

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
            int distance = Distance(word, candidate, best);
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

    /// <summary>
    /// How many letters must be put in, taken out, changed, or swapped with their neighbour
    /// (optimal string alignment). Gives up, with <paramref name="limit"/>, when it is that many.
    /// </summary>
    internal static int Distance(string left, string right, int limit)
    {
        if (int.Abs(left.Length - right.Length) >= limit)
        {
            return limit;
        }

        int[,] cost = new int[left.Length + 1, right.Length + 1];
        for (int i = 0; i <= left.Length; i++)
        {
            for (int j = 0; j <= right.Length; j++)
            {
                cost[i, j] = i == 0 || j == 0
                    ? i + j
                    : Step(cost, left, right, i, j);
            }
        }

        return int.Min(cost[left.Length, right.Length], limit);
    }

    private static int Step(int[,] cost, string left, string right, int i, int j)
    {
        int change = left[i - 1] == right[j - 1] ? 0 : 1;
        int best = int.Min(cost[i - 1, j] + 1, cost[i, j - 1] + 1);
        best = int.Min(best, cost[i - 1, j - 1] + change);
        bool isSwap = i > 1 && j > 1
            && left[i - 1] == right[j - 2]
            && left[i - 2] == right[j - 1];
        return isSwap ? int.Min(best, cost[i - 2, j - 2] + 1) : best;
    }

    // require-mppe-128, ms-dns, +mschap-v2, mppe: letters, and figures behind a hyphen or a v.
    [GeneratedRegex("^[+-]?[a-z]{1,20}(-[a-z0-9]{1,12}){0,3}$")]
    private static partial Regex DirectiveShape();
}
