// How far a word is from another: what tells a slip of the finger from something else.

using System;

namespace Simulator.Scenarios;

/// <summary>Optimal string alignment.</summary>
internal static class EditDistance
{
    /// <summary>How many letters must be put in, taken out, changed, or swapped with their
    /// neighbour.</summary>
    /// <param name="left">A word.</param>
    /// <param name="right">Another.</param>
    /// <param name="limit">Given back when it is that many or more: words whose lengths are as
    /// different are not compared.</param>
    public static int Between(string left, string right, int limit = int.MaxValue)
    {
        if (Math.Abs(left.Length - right.Length) >= limit)
        {
            return limit;
        }

        int[,] steps = new int[left.Length + 1, right.Length + 1];
        for (int i = 0; i <= left.Length; i++)
        {
            for (int j = 0; j <= right.Length; j++)
            {
                steps[i, j] = i == 0 || j == 0 ? i + j : Step(steps, left, right, i, j);
            }
        }

        return Math.Min(steps[left.Length, right.Length], limit);
    }

    private static int Step(int[,] steps, string left, string right, int i, int j)
    {
        int best = Math.Min(
            Math.Min(steps[i - 1, j], steps[i, j - 1]) + 1,
            steps[i - 1, j - 1] + (left[i - 1] == right[j - 1] ? 0 : 1));
        bool isSwap = i > 1 && j > 1
            && left[i - 1] == right[j - 2]
            && left[i - 2] == right[j - 1];
        return isSwap ? Math.Min(best, steps[i - 2, j - 2] + 1) : best;
    }
}
