// The moods of the plant's systems: what standards allow and servers do, and what wears out a client that
// was only tried against a friendly one. Each is a probability in parts of a million; all of them are
// drawn from the plant's own generator.

using System;
using Simulator.Hub;

namespace Simulator.Plant;

/// <summary>How moody the plant's systems are; shares are in parts of a million.</summary>
public sealed record PlantMoods
{
    /// <summary>They are always friendly.</summary>
    public static PlantMoods Calm { get; } = new();

    /// <summary>Everything happens now and then.</summary>
    public static PlantMoods Moody { get; } = new()
    {
        SmallSegments = 250_000,
        SmallWindow = 250_000,
        LateAcks = 250_000,
        PausedReading = 20_000,
        RefusedConnect = 50_000,
        ForgottenSession = 50_000,
        DroppedBeforeStoring = 3_000,
        DroppedAfterStoring = 3_000,
        LateAnswer = 30_000,
        SeparateAnswer = 200_000,
        LostAnswer = 50_000,
        Unavailable = 20_000,
    };

    /// <summary>Of TCP connections: those with a maximum segment size of 64 to 536 octets.
    /// </summary>
    public int SmallSegments { get; init; }

    /// <summary>Of TCP connections: those with room for 200 to 1,000 octets only.</summary>
    public int SmallWindow { get; init; }

    /// <summary>Of TCP connections: those that acknowledge 100 to 500 ms late.</summary>
    public int LateAcks { get; init; }

    /// <summary>Of the segments with data that come in order: those after which the server reads
    /// nothing for 1 to 10 s, so that its window closes.</summary>
    public int PausedReading { get; init; }

    /// <summary>Of CONNECT packets: those refused with code 3, server unavailable.</summary>
    public int RefusedConnect { get; init; }

    /// <summary>Of CONNECT packets: those before which the broker forgets the session.</summary>
    public int ForgottenSession { get; init; }

    /// <summary>Of PUBLISH packets: those that end the connection, unread.</summary>
    public int DroppedBeforeStoring { get; init; }

    /// <summary>Of PUBLISH packets: those that are stored and end the connection without
    /// PUBACK.</summary>
    public int DroppedAfterStoring { get; init; }

    /// <summary>Of PUBLISH packets and CoAP requests: those answered 0.2 to 3 s late.</summary>
    public int LateAnswer { get; init; }

    /// <summary>Of CoAP requests: those with a separate response.</summary>
    public int SeparateAnswer { get; init; }

    /// <summary>Of CoAP answers: those that do not leave; a repeated request brings them out.
    /// </summary>
    public int LostAnswer { get; init; }

    /// <summary>Of CoAP requests: those answered with 5.03 and Max-Age.</summary>
    public int Unavailable { get; init; }
}

/// <summary>Draws from a hub's generator.</summary>
internal static class Chance
{
    /// <summary>A number from a lowest to a highest, both included.</summary>
    public static int Between(this IHubRandom random, int lowest, int highest)
    {
        ulong bound = (ulong)(highest - lowest + 1);
        return lowest + (int)(((random.NextUInt64() >> 32) * bound) >> 32);
    }

    /// <summary>True with a probability in parts of a million; what cannot happen draws nothing.
    /// </summary>
    public static bool Happens(this IHubRandom random, int share) =>
        share > 0 && random.Between(0, 999_999) < share;

    /// <summary>A moment from a shortest to a longest time from now.</summary>
    public static long Later(this IHubRandom random, long nowMs, int shortestMs, int longestMs) =>
        Math.Max(nowMs, 0) + random.Between(shortestMs, longestMs);
}
