// Addresses: where the page listens, and by which names it may be asked for.

using System;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Net;
using Microsoft.AspNetCore.Http;

namespace Simulator.Web;

/// <summary>Reads addresses.</summary>
public static class WebAddress
{
    /// <summary>Reads where to listen: <c>PORT</c> for this machine alone, <c>ADDRESS:PORT</c> or
    /// <c>[ADDRESS]:PORT</c> for another address; <c>localhost</c> is 127.0.0.1. No other name.
    /// </summary>
    /// <param name="text">The text, such as 8080.</param>
    /// <param name="endPoint">Where to listen; port 0 is any that is free.</param>
    /// <returns>False when it is no address.</returns>
    public static bool TryParse(string text, [NotNullWhen(true)] out IPEndPoint? endPoint)
    {
        ArgumentNullException.ThrowIfNull(text);
        endPoint = null;
        int colon = text.LastIndexOf(':');
        string host = colon < 0 ? "127.0.0.1" : text[..colon];
        bool isPort = ushort.TryParse(
            text.AsSpan(colon + 1),
            NumberStyles.None,
            CultureInfo.InvariantCulture,
            out ushort port);
        if (!isPort || ParseHost(host) is not { } address)
        {
            return false;
        }

        endPoint = new IPEndPoint(address, port);
        return true;
    }

    /// <summary>Whether a Host header is an address or localhost. A page of a stranger can lead its
    /// own name to this machine and have the browser ask in that name (DNS rebinding); no name, no
    /// leak. The port is not looked at: a tunnel may change it.</summary>
    /// <param name="host">The Host header.</param>
    internal static bool IsOurs(HostString host) =>
        host.HasValue && ParseHost(host.Host) is not null;

    private static IPAddress? ParseHost(string host)
    {
        if (host.Equals("localhost", StringComparison.OrdinalIgnoreCase))
        {
            return IPAddress.Loopback;
        }

        bool isBracketed = host.Length > 2 && host[0] == '[' && host[^1] == ']';
        if (!IPAddress.TryParse(isBracketed ? host[1..^1] : host, out IPAddress? address))
        {
            return null;
        }

        // "127.1" and "2130706433" are addresses to the parser, and typing errors to us.
        bool isIpv6 = address.AddressFamily == System.Net.Sockets.AddressFamily.InterNetworkV6;
        return isBracketed == isIpv6 && (isIpv6 || address.ToString() == host) ? address : null;
    }
}
