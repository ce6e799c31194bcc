// What a session does with its tunnel, and what it wants to hear of it. The session itself moves
// octets.

using System;
using nanoPptp.Client;
using nanoPptp.Tool.Telemetry;

namespace nanoPptp.Tool.Connect;

/// <summary>The work of a session. Times are milliseconds that may wrap.</summary>
internal interface ISessionWork
{
    /// <summary>Everything is open that must be before the hub is called.</summary>
    void Opened(OuterPath path)
    {
    }

    /// <summary>The time of --for passes from now on, and not only from when a tunnel is up.
    /// </summary>
    void Begin(int nowMs)
    {
    }

    /// <summary>Time passes between two sessions.</summary>
    void Wait(int nowMs)
    {
    }

    /// <summary>A tunnel is up, for the first time or after another one was lost.</summary>
    void Start(int nowMs);

    /// <summary>Hands one packet to the client if it is due; poll the client then.</summary>
    /// <returns>Whether one was handed over.</returns>
    bool SendNext(int nowMs);

    /// <summary>Whether it is time to hang up.</summary>
    bool IsDone(int nowMs);

    /// <summary>How long nothing is to be done.</summary>
    int NextDeadlineMs(int nowMs);

    /// <summary>Octets came from the hub's TCP port.</summary>
    void ControlReceived(ReadOnlySpan<byte> octets)
    {
    }

    /// <summary>A GRE packet came from the hub, here without its IPv4 header.</summary>
    void GreReceived(ReadOnlySpan<byte> gre)
    {
    }

    /// <summary>A UDP datagram came through the tunnel; where it is the inner end tells.</summary>
    /// <returns>Whether it was for the work and nobody else.</returns>
    bool DatagramReceived(int nowMs)
    {
        return false;
    }

    /// <summary>There will be no other session.</summary>
    /// <returns>What became of readings; null when there were none to deliver.</returns>
    DeliverySummary? Conclude(int nowMs)
    {
        return null;
    }

    /// <summary>The tunnel entered a stage.</summary>
    void Entered(Stage stage)
    {
    }
}
