// IPv4 addresses between .NET and those who hold them in 32 bits, first octet most significant: the
// library in an int, the hub in an uint.

using System.Buffers.Binary;
using System.Net;

namespace nanoPptp.Tool.Sockets;

/// <summary>Turns addresses from one form into the other.</summary>
internal static class TunnelAddress
{
    /// <summary>For the library.</summary>
    public static int ToInt(IPAddress address)
    {
        return BinaryPrimitives.ReadInt32BigEndian(address.GetAddressBytes());
    }

    /// <summary>For the hub.</summary>
    public static uint ToUInt(IPAddress address)
    {
        return unchecked((uint)ToInt(address));
    }

    /// <summary>From the hub, for .NET.</summary>
    public static IPAddress FromUInt(uint address)
    {
        return FromInt(unchecked((int)address));
    }

    /// <summary>From the library, for .NET.</summary>
    public static IPAddress FromInt(int address)
    {
        byte[] octets = new byte[sizeof(int)];
        BinaryPrimitives.WriteInt32BigEndian(octets, address);
        return new IPAddress(octets);
    }
}
