// What a session tells whoever started it.

using System;
using System.Net;
using nanoPptp.Client;
using nanoPptp.Telemetry.Uplink;

namespace nanoPptp.Tool.Connect;

/// <summary>What is known of a tunnel that is up.</summary>
/// <param name="Hub">The hub's outer address.</param>
/// <param name="Local">Our address inside.</param>
/// <param name="Peer">The hub's address inside; null when it did not say.</param>
/// <param name="Mtu">Longest IP packet, octets.</param>
internal sealed record TunnelFacts(IPAddress Hub, IPAddress Local, IPAddress? Peer, int Mtu)
{
    /// <summary>How packets are encrypted, in words.</summary>
    public string Encryption { get; init; } = EncryptionWords.Usual;
}

/// <summary>Shows a session: as text or as JSON Lines.</summary>
internal interface IPresenter : IDisposable
{
    /// <summary>How often <see cref="Refresh"/> is wanted while the tunnel is up, milliseconds; 0
    /// for never.</summary>
    int RefreshMs { get; }

    /// <summary>The hub's address is known; the session begins.</summary>
    void Connecting(string hub, IPAddress address, string userName);

    /// <summary>A stage was passed.</summary>
    void Passed(Stage stage, double atMs, double tookMs);

    /// <summary>IP passes.</summary>
    void Up(TunnelFacts facts, double atMs);

    /// <summary>The tunnel is up for so long.</summary>
    void Refresh(TimeSpan uptime);

    /// <summary>A datagram was sent.</summary>
    void Sent(int sequence, int octets);

    /// <summary>A datagram came back.</summary>
    void Received(IPEndPoint source, int destinationPort, ReadOnlySpan<byte> payload);

    /// <summary>Readings were acknowledged by the hub's application.</summary>
    void Delivered(int firstSequence, int lastSequence)
    {
    }

    /// <summary>Every reading with a smaller number is on the disk, delivered or given up.
    /// </summary>
    void Journaled(int nextSequence)
    {
    }

    /// <summary>The hub's application came, went or refused something.</summary>
    /// <param name="happened">Connected, Lost or Refused; Nothing: it does not answer.</param>
    /// <param name="code">With Refused: its number.</param>
    void Application(UplinkEvent happened, int code)
    {
    }

    /// <summary>The broker passed a command on.</summary>
    void Command(string topic, ReadOnlySpan<byte> payload)
    {
    }

    /// <summary>For the first time a piece of a datagram came and was dropped.</summary>
    void FragmentDropped();

    /// <summary>The tunnel is being closed in order.</summary>
    void HangingUp();

    /// <summary>There is no tunnel, or no longer; after a pause the hub is dialled again.</summary>
    /// <param name="end">Why.</param>
    /// <param name="uptime">How long the tunnel was up; null when it never was.</param>
    /// <param name="attempt">Which attempt is the next.</param>
    /// <param name="pauseMs">How long the pause is, milliseconds.</param>
    void Redialing(RunEnd end, TimeSpan? uptime, int attempt, int pauseMs);

    /// <summary>It is over.</summary>
    /// <param name="end">How.</param>
    /// <param name="uptime">How long the tunnel was up; null when it never was.</param>
    void Ended(RunEnd end, TimeSpan? uptime);
}
