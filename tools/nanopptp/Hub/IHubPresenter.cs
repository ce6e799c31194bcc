// What a hub tells whoever started it.

using System;
using System.Collections.Generic;
using System.Net;
using Simulator.Hub;

namespace nanoPptp.Tool.Hub;

/// <summary>Shows a hub: as text or as JSON Lines.</summary>
internal interface IHubPresenter : IDisposable
{
    /// <summary>How often <see cref="Refresh"/> is wanted, milliseconds; 0 for never.</summary>
    int RefreshMs { get; }

    /// <summary>Clients may come.</summary>
    /// <param name="plan">What the hub was asked to do.</param>
    /// <param name="place">Where it listens.</param>
    /// <param name="tun">The TUN device; null when there is none.</param>
    void Listening(HubPlan plan, IPEndPoint place, string? tun);

    /// <summary>A client's TCP connection stands.</summary>
    void Connected(IPEndPoint outer);

    /// <summary>A client was turned away before its call.</summary>
    void Rejected(IPEndPoint outer);

    /// <summary>The first client was turned away that called one address of this machine too many;
    /// of others nothing is told.</summary>
    /// <param name="outer">The client.</param>
    /// <param name="local">The address it called.</param>
    /// <param name="most">On so many of its addresses this machine answers.</param>
    void LocalLimit(IPEndPoint outer, IPAddress local, int most);

    /// <summary>A client proved who it is, or did not.</summary>
    void Authenticated(IPEndPoint outer, AuthenticationOutcome outcome);

    /// <summary>IP passes.</summary>
    /// <param name="facts">The session.</param>
    /// <param name="mtu">Longest packet to the client.</param>
    void Up(SessionFacts facts, int mtu);

    /// <summary>A datagram came through a tunnel.</summary>
    void Read(Reading reading);

    /// <summary>A session is over, or begins anew.</summary>
    /// <param name="facts">The session.</param>
    /// <param name="reason">Why.</param>
    /// <param name="uptime">How long it was up; null when it never was.</param>
    void Down(SessionFacts facts, HubEnd reason, TimeSpan? uptime);

    /// <summary>A client's TCP connection is over.</summary>
    void Disconnected(IPEndPoint outer);

    /// <summary>The live sessions as they are now.</summary>
    /// <param name="sessions">Those that are up.</param>
    /// <param name="nowMs">The loop's clock.</param>
    void Refresh(IReadOnlyList<SessionFacts> sessions, long nowMs);

    /// <summary>The hub stops in order.</summary>
    void Stopping();

    /// <summary>It is over.</summary>
    void Ended(RunEnd end);
}
