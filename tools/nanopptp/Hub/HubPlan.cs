// What "hub" was asked to do, checked.

using System;
using System.Net;
using Simulator.Hub;

namespace nanoPptp.Tool.Hub;

/// <summary>One run of "hub".</summary>
internal sealed record HubPlan
{
    /// <summary>TCP port of the control connection (RFC 2637 s.1.3).</summary>
    public const int ControlPort = 1723;

    /// <summary>For the hub itself.</summary>
    public required HubSettings Settings { get; init; }

    /// <summary>Where to listen.</summary>
    public IPAddress Listen { get; init; } = IPAddress.Any;

    /// <summary>The TCP port; 0 takes a free one, for tests.</summary>
    public int Port { get; init; } = ControlPort;

    /// <summary>The TUN device; "" lets the system name it, null is none.</summary>
    public string? TunName { get; init; }

    /// <summary>The port on which datagrams are readings; null is all.</summary>
    public int? ReadingPort { get; init; }

    /// <summary>Where readings are appended; null is nowhere.</summary>
    public string? ReadingsFile { get; init; }

    /// <summary>The capture to write; null for none.</summary>
    public string? CaptureFile { get; init; }

    /// <summary>When to stop; null is when told.</summary>
    public TimeSpan? Duration { get; init; }

    /// <summary>Quiet time after which a session is hung up; 0 is never.</summary>
    public int IdleSeconds { get; init; }

    /// <summary>How long a session may last; 0 is for ever.</summary>
    public int LongestSeconds { get; init; }
}
