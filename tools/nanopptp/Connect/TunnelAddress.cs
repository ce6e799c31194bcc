// IPv4 addresses between .NET and the library, which holds them in an int, first octet most
// significant.

using System.Buffers.Binary;
using System.Net;

namespace nanoPptp.Tool.Connect;

/// <summary>Turns addresses from one form into the other.</summary>
internal static class TunnelAddress
{
    /// <summary>For the library.</summary>
    public static int ToInt(IPAddress address)
    {
        return BinaryPrimitives.ReadInt32BigEndian(address.GetAddressBytes());
    }

    /// <summary>For .NET.</summary>
    public static IPAddress FromInt(int address)
    {
        byte[] octets = new byte[sizeof(int)];
        BinaryPrimitives.WriteInt32BigEndian(octets, address);
        return new IPAddress(octets);
    }
}
