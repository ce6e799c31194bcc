// What may stand for a hub. The system's parser of addresses takes 127.1, 0x7f.1 and 2130706433 for
// 127.0.0.1 and 010.0.0.1 for 8.0.0.1: whoever wrote those meant something else more often than
// not.

using System;
using System.Linq;
using System.Net;
using System.Net.Sockets;

namespace nanoPptp.Tool.Connect;

/// <summary>Names and addresses of hubs.</summary>
internal static class HubName
{
    private const int FirstGroup = 224;
    private const int LastGroup = 239;

    /// <summary>Looks for what is wrong with the value of --hub.</summary>
    /// <returns>A sentence; null when it is a name or the address of a host.</returns>
    public static string? Check(string hub)
    {
        bool isAddress = IPAddress.TryParse(hub, out IPAddress? address);
        if (isAddress && address!.AddressFamily == AddressFamily.InterNetworkV6)
        {
            return "--hub: PPTP runs over IPv4 only; give an IPv4 address or a name.";
        }

        if (hub.Contains(':', StringComparison.Ordinal))
        {
            return "--hub takes no port: PPTP has one, TCP port 1723.";
        }

        // A value that begins with a hyphen is an option whose own value is missing.
        if (hub is "" or ['-' or '.', ..]
            || !hub.All(c => char.IsLetterOrDigit(c) || c is '-' or '.' or '_'))
        {
            return "--hub needs a name or an IPv4 address.";
        }

        bool endsAsAddress = hub.TrimEnd('.').Split('.')[^1].All(char.IsAsciiDigit);
        if (isAddress ? address!.ToString() != hub : endsAsAddress)
        {
            return $"--hub {hub}: an IPv4 address is four decimal numbers from 0 to 255 without"
                + " leading zeros, such as 192.0.2.1.";
        }

        return isAddress && WhyNoHost(address!) is { } why ? $"--hub {hub} is {why}." : null;
    }

    /// <summary>Why an IPv4 address cannot be a hub's; null when it can.</summary>
    public static string? WhyNoHost(IPAddress address)
    {
        if (address.Equals(IPAddress.Broadcast))
        {
            return "every host's address (broadcast), not one hub's";
        }

        return address.GetAddressBytes()[0] switch
        {
            0 => "no host's address",
            >= FirstGroup and <= LastGroup => "the address of a group (multicast), not one hub's",
            _ => null,
        };
    }
}
