// What "connect" was asked to do, checked.

using System;
using System.Net;
using nanoPptp.Client;
using nanoPptp.Tool.Telemetry;

namespace nanoPptp.Tool.Connect;

/// <summary>One run of "connect".</summary>
internal sealed record ConnectOptions
{
    /// <summary>The hub's name or IPv4 address.</summary>
    public required string Hub { get; init; }

    /// <summary>The hub's TCP port; tests have a hub on another.</summary>
    public int HubPort { get; init; } = PptpClient.ControlPort;

    /// <summary>User, NT hash, MTU.</summary>
    public required PptpSettings Settings { get; init; }

    /// <summary>Where datagrams go inside the tunnel; null to send none.</summary>
    public IPEndPoint? Target { get; init; }

    /// <summary>What goes there.</summary>
    public Datagrams? Datagrams { get; init; }

    /// <summary>From one datagram to the next, milliseconds.</summary>
    public int IntervalMs { get; init; }

    /// <summary>How long to stay after the tunnel came up or, with <see cref="Redial"/>, after the
    /// beginning; null: until told or done.</summary>
    public TimeSpan? Duration { get; init; }

    /// <summary>How to dial again when the tunnel cannot be had or was lost; null for not at all.
    /// </summary>
    public RedialSettings? Redial { get; init; }

    /// <summary>Readings and where they go; null for none.</summary>
    public TelemetryOptions? Telemetry { get; init; }

    /// <summary>The capture to write; null for none.</summary>
    public string? CaptureFile { get; init; }
}
