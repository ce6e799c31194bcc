// The URI of --coap (RFC 7252 s.6.1): coap://HOST[:PORT]/PATH[?QUERY], HOST an IPv4 address.

using System;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using nanoPptp.Telemetry.Coap;
using nanoPptp.Tool.Sockets;

namespace nanoPptp.Tool.Telemetry;

/// <summary>Where readings are posted.</summary>
/// <param name="Address">IPv4 address inside the tunnel, and port.</param>
/// <param name="Path">Segments with / between them, decoded; empty for the root.</param>
/// <param name="Query">Arguments with &amp; between them, decoded; null for none.</param>
internal sealed record CoapUri(IPEndPoint Address, string Path, string? Query)
{
    private const string Scheme = "coap://";

    /// <summary>Reads a URI.</summary>
    /// <returns>Null when it is none that can be used.</returns>
    public static CoapUri? Parse(string? text)
    {
        if (text is null || !text.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase)
            || text.Contains('#', StringComparison.Ordinal))
        {
            return null;
        }

        string rest = text[Scheme.Length..];
        int end = rest.AsSpan().IndexOfAny('/', '?');
        string authority = end < 0 ? rest : rest[..end];
        string behind = end < 0 ? "" : rest[end..];
        int mark = behind.IndexOf('?', StringComparison.Ordinal);
        string path = mark < 0 ? behind : behind[..mark];
        string? query = mark < 0 ? null : behind[(mark + 1)..];
        IPEndPoint? address = InnerAddress.Parse(authority, InnerAddress.CoapPort);
        path = path.TrimStart('/');
        return address is not null && Decode(path, '/') is { } decoded
            && (query is null || Decode(query, '&') is not null)
            ? new CoapUri(address, decoded, query is null ? null : Decode(query, '&'))
            : null;
    }

    /// <summary>What the library posts to.</summary>
    /// <returns>Null when CoAP cannot say it: it is too long, or has a segment . or ..</returns>
    public CoapTarget? ToTarget()
    {
        try
        {
            return new CoapTarget(
                TunnelAddress.ToInt(Address.Address), Address.Port, Path, Query, null);
        }
        catch (ArgumentException)
        {
            return null;
        }
    }

    /// <summary>Takes the percent signs out; a separator cannot be hidden behind one, and what comes
    /// out has to be UTF-8.</summary>
    private static string? Decode(string text, char separator)
    {
        for (int i = 0; i < text.Length; i++)
        {
            if (text[i] is <= ' ' or > '~')
            {
                return null;
            }

            if (text[i] == '%')
            {
                if (i + 2 >= text.Length
                    || !byte.TryParse(
                        text.AsSpan(i + 1, 2),
                        NumberStyles.AllowHexSpecifier,
                        CultureInfo.InvariantCulture,
                        out byte octet)
                    || octet == separator)
                {
                    return null;
                }
            }
        }

        // Octets that are no UTF-8 stay behind their percent signs; a percent sign is %25.
        string decoded = Uri.UnescapeDataString(text);
        bool isWhole = decoded.AsSpan().Count('%') == text.Split("%25").Length - 1;
        return isWhole ? decoded : null;
    }
}

/// <summary>Addresses inside the tunnel: names cannot be looked up through it.</summary>
internal static class InnerAddress
{
    public const int MqttPort = 1883;
    public const int CoapPort = 5683;

    /// <summary>Reads HOST or HOST:PORT.</summary>
    /// <returns>Null when it is no IPv4 address, or no port.</returns>
    public static IPEndPoint? Parse(string text, int defaultPort)
    {
        string[] parts = text.Split(':');
        int port = defaultPort;
        return parts.Length <= 2
            && IPAddress.TryParse(parts[0], out IPAddress? address)
            && address.AddressFamily == AddressFamily.InterNetwork
            && address.ToString() == parts[0]
            && (parts.Length == 1
                || (int.TryParse(
                    parts[1], NumberStyles.None, CultureInfo.InvariantCulture, out port)
                    && port is > 0 and <= ushort.MaxValue))
            ? new IPEndPoint(address, port)
            : null;
    }
}
