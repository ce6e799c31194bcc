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
            .Select(candidate => (candidate, EditDistance.Between(simple, Simplify(candidate))))
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
}
