// For hubs whose tale nobody wants to hear, or only a part of it.

using System;

namespace Simulator.Hub;

/// <summary>Hears everything and does nothing; who is derived from it overrides what it cares for.
/// </summary>
public class HubObserver : IHubObserver
{
    /// <inheritdoc/>
    public virtual void SessionUp(HubSession session, long nowMs)
    {
    }

    /// <inheritdoc/>
    public virtual void SessionDown(HubSession session, HubEnd reason, long nowMs)
    {
    }

    /// <inheritdoc/>
    public virtual void UdpReceived(HubSession session, HubDatagram datagram, long nowMs)
    {
    }

    /// <inheritdoc/>
    public virtual void EchoReplyReceived(
        HubSession session,
        ushort identifier,
        ushort sequence,
        ReadOnlySpan<byte> payload,
        long nowMs)
    {
    }

    /// <inheritdoc/>
    public virtual void IpReceived(HubSession session, ReadOnlySpan<byte> packet, long nowMs)
    {
    }

    /// <inheritdoc/>
    public virtual void Noted(HubSession? session, HubNote note, long nowMs)
    {
    }
}
