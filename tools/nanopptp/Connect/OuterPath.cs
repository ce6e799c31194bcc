// The two ends of the way outside the tunnel. An address that is not routed on the Internet does
// not reach one that is without being translated: that is how a NAT can be known from one end.

using System.Net;

namespace nanoPptp.Tool.Connect;

/// <summary>Our outer address and the hub's.</summary>
/// <param name="Local">Ours, as our system chose it for this hub.</param>
/// <param name="Hub">The hub's.</param>
internal sealed record OuterPath(IPAddress Local, IPAddress Hub)
{
    /// <summary>Whether a NAT is on the way for certain. Between two addresses of the same kind
    /// there may be one all the same.</summary>
    public bool HasNat => IsPrivate(Local) && !IsPrivate(Hub);

    /// <summary>Both ends in words.</summary>
    public string Describe()
    {
        return $"our address {Local} is private, the hub's {Hub} is not";
    }

    /// <summary>Whether an address is for use inside a site (RFC 1918), between an Internet
    /// provider and its customers (RFC 6598), on one link (RFC 3927) or in one host.</summary>
    public static bool IsPrivate(IPAddress address)
    {
        byte[] octets = address.GetAddressBytes();
        return octets[0] is 10 or 127
            || (octets[0] == 172 && octets[1] is >= 16 and <= 31)
            || (octets[0] == 192 && octets[1] == 168)
            || (octets[0] == 100 && octets[1] is >= 64 and <= 127)
            || (octets[0] == 169 && octets[1] == 254);
    }
}
