// Randomness comes from outside, so that a run can be repeated.

using System;

namespace Simulator.Hub;

/// <summary>Where challenges, magic numbers and identifiers come from.</summary>
public interface IHubRandom
{
    /// <summary>The next 64 random bits.</summary>
    ulong NextUInt64();
}

/// <summary>
/// A small generator for simulations (SplitMix64): the same seed gives the same run. It is no
/// source of secrets: a hub on real networks wants <see cref="SystemHubRandom"/>.
/// </summary>
public sealed class SeededHubRandom(ulong seed) : IHubRandom
{
    private ulong _state = seed;

    /// <inheritdoc/>
    public ulong NextUInt64()
    {
        _state += 0x9E3779B97F4A7C15;
        ulong mixed = _state;
        mixed = (mixed ^ (mixed >> 30)) * 0xBF58476D1CE4E5B9;
        mixed = (mixed ^ (mixed >> 27)) * 0x94D049BB133111EB;
        return mixed ^ (mixed >> 31);
    }
}

/// <summary>The operating system's generator, for hubs on real sockets.</summary>
public sealed class SystemHubRandom : IHubRandom
{
    /// <inheritdoc/>
    public ulong NextUInt64()
    {
        Span<byte> octets = stackalloc byte[sizeof(ulong)];
        System.Security.Cryptography.RandomNumberGenerator.Fill(octets);
        return BitConverter.ToUInt64(octets);
    }
}
