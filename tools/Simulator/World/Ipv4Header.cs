// The outer IPv4 header that the simulated network puts in front of GRE (RFC 791).

using System;
using System.Buffers.Binary;
using Simulator.Hub;

namespace Simulator.World;

/// <summary>The outer IPv4 header.</summary>
internal static class Ipv4Header
{
    /// <summary>Octets of the header.</summary>
    public const int Length = 20;

    /// <summary>Protocol number of GRE.</summary>
    public const byte Gre = 47;

    /// <summary>Writes a header with its checksum.</summary>
    public static void Write(
        Span<byte> target, int totalLength, byte protocol, uint source, uint destination)
    {
        target[..Length].Clear();
        target[0] = 0x45;
        BinaryPrimitives.WriteUInt16BigEndian(target[2..], (ushort)totalLength);
        target[8] = 64;
        target[9] = protocol;
        BinaryPrimitives.WriteUInt32BigEndian(target[12..], source);
        BinaryPrimitives.WriteUInt32BigEndian(target[16..], destination);
        BinaryPrimitives.WriteUInt16BigEndian(
            target[10..], InternetChecksum.Of(target[..Length]));
    }
}
