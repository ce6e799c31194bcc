// Randomness comes from outside, so that a run can be repeated.

using System;

namespace Simulator.Hub;

/// <summary>Where challenges, magic numbers and identifiers come from.</summary>
public interface IHubRandom
{
    /// <summary>The next 64 random bits.</summary>
    ulong NextUInt64();
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
