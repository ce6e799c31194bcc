// Guesses what a misspelt word was meant to be.

using System;
using System.Collections.Generic;
using System.Linq;

namespace Simulator.Scenarios;

/// <summary>Did you mean?</summary>
internal static class Nearest
{
    // Longer words are no slip of the finger, and comparing them would take long.
    private const int LongestWord = 64;
    private const int MostCandidates = 200;
    private const int MostListed = 30;

    /// <summary>The end of a message about an unknown word: the nearest known one, or all of them.
    /// </summary>
    /// <param name="word">What was written.</param>
    /// <param name="known">What can be written, at least one word.</param>
    public static string Hint(string word, IReadOnlyCollection<string> known)
    {
        string? nearest = Find(word, known);
        return nearest != null
            ? $"did you mean '{nearest}'?"
            : $"known: {string.Join(", ", known.Take(MostListed))}";
    }

    /// <summary>The nearest known word; null when none is near.</summary>
    public static string? Find(string word, IEnumerable<string> known)
    {
        if (word.Length > LongestWord)
        {
            return null;
        }

        string simple = Simplify(word);
        (string Word, int Distance) best = known
            .Take(MostCandidates)
            .Select(candidate => (candidate, Distance(simple, Simplify(candidate))))
            .OrderBy(pair => pair.Item2)
            .FirstOrDefault();
        return best.Word != null && best.Distance <= Math.Max(1, Simplify(best.Word).Length / 3)
            ? best.Word
            : null;
    }

    // Case and hyphens are not what people mean to tell apart.
    private static string Simplify(string word)
    {
        return word.Replace("-", "", StringComparison.Ordinal)
            .Replace("_", "", StringComparison.Ordinal)
            .ToLowerInvariant();
    }

    /// <summary>Insertions, deletions, substitutions and swaps of neighbours from one word to the
    /// other.</summary>
    private static int Distance(string a, string b)
    {
        int[,] steps = new int[a.Length + 1, b.Length + 1];
        for (int i = 0; i <= a.Length; i++)
        {
            for (int j = 0; j <= b.Length; j++)
            {
                steps[i, j] = i == 0 || j == 0 ? i + j : Step(steps, a, b, i, j);
            }
        }

        return steps[a.Length, b.Length];
    }

    private static int Step(int[,] steps, string a, string b, int i, int j)
    {
        int best = Math.Min(
            Math.Min(steps[i - 1, j], steps[i, j - 1]) + 1,
            steps[i - 1, j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1));
        bool isSwap = i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1];
        return isSwap ? Math.Min(best, steps[i - 2, j - 2] + 1) : best;
    }
}
