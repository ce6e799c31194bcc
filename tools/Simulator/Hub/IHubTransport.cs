// What a hub needs from below. Sockets or a simulated network stand behind it.

using System;

namespace Simulator.Hub;

/// <summary>
/// Takes what the hub sends. The octets are valid during the call only. An implementation must
/// not call the hub from inside these methods: it queues, and calls later.
/// </summary>
public interface IHubTransport
{
    /// <summary>Sends octets on a control connection, all or (when it is broken) none.</summary>
    void SendTcp(int connection, ReadOnlySpan<byte> octets);

    /// <summary>
    /// Closes a control connection behind the octets sent before, or at once with a reset. The
    /// hub has forgotten the connection; what still comes from it is counted and dropped.
    /// </summary>
    void CloseTcp(int connection, bool reset);

    /// <summary>Sends a GRE packet, from its first header octet on, without an IP header.</summary>
    /// <param name="connection">The control connection of the packet's call.</param>
    /// <param name="clientAddress">Where to, in host order.</param>
    /// <param name="gre">The packet.</param>
    void SendGre(int connection, uint clientAddress, ReadOnlySpan<byte> gre);
}
