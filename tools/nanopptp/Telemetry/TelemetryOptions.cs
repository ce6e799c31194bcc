// What "connect" delivers, and where to, checked.

using System.Collections.Generic;
using System.Net;
using nanoPptp.Telemetry.Queue;

namespace nanoPptp.Tool.Telemetry;

/// <summary>A broker.</summary>
/// <param name="Address">IPv4 address inside the tunnel, and port.</param>
/// <param name="Topic">Where packs of readings are published.</param>
internal sealed record MqttTarget(IPEndPoint Address, string Topic)
{
    /// <summary>0 or 1.</summary>
    public int Qos { get; init; } = 1;

    /// <summary>Under this name the broker keeps the session.</summary>
    public required string ClientId { get; init; }

    /// <summary>Null for none.</summary>
    public string? UserName { get; init; }

    /// <summary>Null for none; cleared by whoever used it.</summary>
    public byte[]? Password { get; init; }

    /// <summary>Where commands come from; null for none.</summary>
    public string? CommandTopic { get; init; }

    /// <summary>Whether the broker forgets the session.</summary>
    public bool IsClean { get; init; }
}

/// <summary>Readings and their way. One of the two targets is there.</summary>
internal sealed record TelemetryOptions
{
    public MqttTarget? Mqtt { get; init; }

    public CoapUri? Coap { get; init; }

    /// <summary>What is replayed, in the order of its times; empty for what the journal holds.
    /// </summary>
    public IReadOnlyList<CsvReading> Readings { get; init; } = [];

    /// <summary>How many times as fast; 0 for all at once.</summary>
    public double Pace { get; init; } = 1;

    /// <summary>Where the journal is; null for none.</summary>
    public string? JournalFolder { get; init; }

    /// <summary>In front of every reading's name.</summary>
    public required string BaseName { get; init; }

    /// <summary>How often the tunnel's health is queued; null for never.</summary>
    public int? HealthMs { get; init; }

    /// <summary>Capacity, overflow, flush interval.</summary>
    public required ReadingQueueSettings Queue { get; init; }
}
