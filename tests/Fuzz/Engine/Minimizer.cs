// Makes a failing input small, as long as it breaks the same promise: pieces are cut out, then
// octets become zero. The number of runs is bounded, so that the smallest input is not always
// found.

using System;

namespace nanoPptp.Fuzz.Engine;

/// <summary>Minimises a failing input.</summary>
/// <param name="breaks">Whether an input breaks the same promise.</param>
/// <param name="runs">How many inputs may be tried.</param>
internal sealed class Minimizer(Func<byte[], bool> breaks, int runs)
{
    private int _left = runs;

    internal byte[] Minimize(byte[] input)
    {
        bool changed = true;
        while (changed && _left > 0)
        {
            changed = false;
            for (int size = Math.Max(1, input.Length / 2); size >= 1; size /= 2)
            {
                for (int at = input.Length - size; at >= 0; at -= size)
                {
                    byte[] shorter = [.. input.AsSpan(0, at), .. input.AsSpan(at + size)];
                    if (Try(shorter))
                    {
                        input = shorter;
                        changed = true;
                        at = Math.Min(at, input.Length);
                    }
                }
            }
        }

        for (int at = 0; at < input.Length; at++)
        {
            byte[] simpler = (byte[])input.Clone();
            simpler[at] = 0;
            if (input[at] != 0 && Try(simpler))
            {
                input = simpler;
            }
        }

        return input;
    }

    private bool Try(byte[] input)
    {
        if (_left <= 0)
        {
            return false;
        }

        _left--;
        return breaks(input);
    }
}
