// The debug log of pppd: the lines "sent [...]" and "rcvd [...]", one for each control packet.

using System;
using System.Collections.Generic;
using System.Linq;

namespace nanoPptp.Tests.Captures;

/// <summary>What a pppd said that it sent and received.</summary>
internal sealed class PppdLog
{
    private static readonly string[] s_protocols = ["LCP", "CCP", "IPCP", "CHAP", "PAP"];

    public PppdLog(IEnumerable<string> lines)
    {
        var sent = new List<string>();
        var received = new List<string>();
        foreach (string line in lines)
        {
            if (line.Length < 6 || !s_protocols.Any(protocol =>
                line.AsSpan(5).StartsWith("[" + protocol + " ", StringComparison.Ordinal)))
            {
                continue;
            }

            if (line.StartsWith("sent ", StringComparison.Ordinal))
            {
                sent.Add(line[5..]);
            }
            else if (line.StartsWith("rcvd ", StringComparison.Ordinal))
            {
                received.Add(line[5..]);
            }
        }

        Sent = sent;
        Received = received;
    }

    /// <summary>The packets sent, in order, as the log writes them, brackets included.</summary>
    public IReadOnlyList<string> Sent { get; }

    /// <summary>The packets received.</summary>
    public IReadOnlyList<string> Received { get; }

    /// <summary>Whether a line is of an option negotiation: Configure-Request, -Ack, -Nak or
    /// -Reject.</summary>
    public static bool IsConfigure(string line)
    {
        return line.Contains(" Conf", StringComparison.Ordinal);
    }
}
