// The limits of the live page.

using System;

namespace Simulator.Web;

/// <summary>The limits of the live page.</summary>
public sealed record LivePageOptions
{
    /// <summary>How many viewers are kept up to date at a time; more get a snapshot.</summary>
    public int MaximumViewerCount { get; init; } = 8;

    /// <summary>How long a viewer may take to accept an update; then it is dropped.</summary>
    public TimeSpan WriteTimeout { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>The shortest time between two updates.</summary>
    public TimeSpan UpdateInterval { get; init; } = TimeSpan.FromMilliseconds(200);

    /// <summary>A viewer that hears nothing else hears a sign of life this often.</summary>
    public TimeSpan HeartbeatInterval { get; init; } = TimeSpan.FromSeconds(15);
}
