// All counts of a session by name, without those that are zero.

using System;
using System.Collections.Generic;
using System.Runtime.Versioning;
using System.Text.Json;
using nanoPptp.Diagnostics;
using nanoPptp.Telemetry.Ip;

namespace nanoPptp.Tool.Connect;

/// <summary>Counters of the tunnel, of its inner end and of the sockets.</summary>
[SupportedOSPlatform("linux")]
internal static class SessionCounters
{
    /// <summary>Collects them.</summary>
    public static Dictionary<string, long> Collect(
        Counters tunnel, IpCounters inner, SocketCounts sockets)
    {
        Dictionary<string, long> all = [];
        Add(all, "greReceived", tunnel.GreReceived);
        Add(all, "greSent", tunnel.GreSent);
        Add(all, "greAcknowledgmentsSent", tunnel.GreAcknowledgmentsSent);
        Add(all, "greGap", tunnel.GreGap);
        Add(all, "mppeGap", tunnel.MppeGap);
        Add(all, "ipSent", tunnel.IpSent);
        Add(all, "ipSentOctets", tunnel.IpSentOctets);
        Add(all, "ipDeliveredOctets", tunnel.IpDeliveredOctets);
        foreach (Reason reason in Enum.GetValues<Reason>())
        {
            Add(all, JsonNamingPolicy.CamelCase.ConvertName(reason.ToString()), tunnel.Get(reason));
        }

        Add(all, "udpSent", inner.UdpSent);
        Add(all, "udpDelivered", inner.UdpDelivered);
        Add(all, "echoAnswered", inner.EchoAnswered);
        Add(all, "echoUnanswered", inner.Unanswered);
        Add(all, "innerNotOurs", inner.NotOurs);
        Add(all, "innerFragments", inner.Fragments);
        Add(all, "innerUnused", inner.Unused);
        Add(all, "innerMalformed", inner.Malformed);
        Add(all, "socketNetworkErrors", sockets.NetworkErrors);
        Add(all, "socketTooLong", sockets.TooLong);
        Add(all, "socketNotSent", sockets.NotSent);
        Add(all, "socketBadPackets", sockets.BadPackets);
        Add(all, "socketStrangers", sockets.Strangers);
        return all;
    }

    private static void Add(Dictionary<string, long> all, string name, int count)
    {
        if (count != 0)
        {
            // The library counts in 32 bits that wrap.
            all.Add(name, (uint)count);
        }
    }
}
