// The simulation's only source of chance: SplitMix64, so that a seed gives the same run on every machine.
// Each part of the world draws from a fork of its own: when one fault is taken away, what befalls the
// others stays as it was, which is what makes failing runs easy to shrink. It is no source of secrets: a
// hub on real networks wants SystemHubRandom.

using Simulator.Hub;

namespace Simulator.World;

/// <summary>A generator with forks.</summary>
public sealed class Random64 : IHubRandom
{
    private const ulong Golden = 0x9E3779B97F4A7C15;

    private readonly ulong _seed;
    private ulong _state;

    /// <summary>Makes a generator.</summary>
    /// <param name="seed">The same seed gives the same numbers.</param>
    public Random64(ulong seed)
    {
        _seed = seed;
        _state = seed;
    }

    /// <inheritdoc/>
    public ulong NextUInt64()
    {
        _state += Golden;
        return Mix(_state);
    }

    /// <summary>A generator that depends on the seed and a number, and not on what was drawn before.
    /// </summary>
    /// <param name="number">Which fork.</param>
    public Random64 Fork(int number) => new(Mix(_seed ^ Mix(Golden * ((uint)number + 1UL))));

    /// <summary>A number from 0 to one less than a bound, without bias that could be seen.</summary>
    /// <param name="bound">At least 1.</param>
    public int Below(int bound) => (int)(((NextUInt64() >> 32) * (ulong)bound) >> 32);

    /// <summary>A number from a lowest to a highest, both included.</summary>
    public int Between(int lowest, int highest) => lowest + Below(highest - lowest + 1);

    /// <summary>True with a probability in parts of a million.</summary>
    public bool Happens(int share) => Below(1_000_000) < share;

    /// <summary>Fills a new array.</summary>
    /// <param name="count">Octets.</param>
    public byte[] Octets(int count)
    {
        byte[] octets = new byte[count];
        for (int i = 0; i < count; i++)
        {
            octets[i] = (byte)(NextUInt64() >> 56);
        }

        return octets;
    }

    private static ulong Mix(ulong value)
    {
        value = (value ^ (value >> 30)) * 0xBF58476D1CE4E5B9;
        value = (value ^ (value >> 27)) * 0x94D049BB133111EB;
        return value ^ (value >> 31);
    }
}
