// The fuzzer's own generator of random numbers, so that a seed means the same inputs on every
// machine and with every version of .NET.

using System;
using Simulator.Hub;

namespace nanoPptp.Fuzz.Engine;

/// <summary>SplitMix64.</summary>
internal sealed class Random64(ulong seed) : IHubRandom
{
    private ulong _state = seed;

    /// <summary>A generator for one of many streams of a seed.</summary>
    internal static Random64 Stream(ulong seed, string name, int number)
    {
        ulong hash = 0xCBF29CE484222325;
        foreach (char letter in name)
        {
            hash = (hash ^ letter) * 0x100000001B3;
        }

        var mixer = new Random64(seed);
        ulong mixed = mixer.NextUInt64() ^ hash;
        return new Random64(mixed + ((ulong)number * 0xD1342543DE82EF95));
    }

    /// <inheritdoc/>
    public ulong NextUInt64()
    {
        _state += 0x9E3779B97F4A7C15;
        ulong mixed = _state;
        mixed = (mixed ^ (mixed >> 30)) * 0xBF58476D1CE4E5B9;
        mixed = (mixed ^ (mixed >> 27)) * 0x94D049BB133111EB;
        return mixed ^ (mixed >> 31);
    }

    /// <summary>0 to one less than the limit.</summary>
    internal int Next(int limit) => (int)((NextUInt64() >> 33) % (uint)limit);

    /// <summary>From the first to one less than the end.</summary>
    internal int Next(int first, int end) => first + Next(end - first);

    internal byte NextByte() => (byte)(NextUInt64() >> 56);

    /// <summary>True in one of so many cases.</summary>
    internal bool OneIn(int count) => Next(count) == 0;

    internal void Fill(Span<byte> octets)
    {
        foreach (ref byte octet in octets)
        {
            octet = NextByte();
        }
    }

    internal byte[] Octets(int length)
    {
        byte[] octets = new byte[length];
        Fill(octets);
        return octets;
    }
}
