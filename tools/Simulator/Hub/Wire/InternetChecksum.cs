// The checksum of IPv4, ICMP, UDP and TCP: RFC 1071.

using System;
using System.Buffers.Binary;

namespace Simulator.Hub;

/// <summary>The one's complement sum of sixteen-bit words.</summary>
public static class InternetChecksum
{
    /// <summary>Adds octets to a sum; an odd last octet is the high half of a word.</summary>
    public static uint Add(uint sum, ReadOnlySpan<byte> octets)
    {
        int i = 0;
        for (; i + 1 < octets.Length; i += 2)
        {
            sum += BinaryPrimitives.ReadUInt16BigEndian(octets[i..]);
        }

        if (i < octets.Length)
        {
            sum += (uint)octets[i] << 8;
        }

        return sum;
    }

    /// <summary>Folds and complements a sum: the checksum, or 0 over data with it.</summary>
    public static ushort Finish(uint sum)
    {
        while (sum > 0xFFFF)
        {
            sum = (sum & 0xFFFF) + (sum >> 16);
        }

        return (ushort)~sum;
    }

    /// <summary>The checksum of octets, or 0 over octets with it.</summary>
    public static ushort Of(ReadOnlySpan<byte> octets) => Finish(Add(0, octets));

    /// <summary>The sum over the pseudo header of UDP and TCP, RFC 768.</summary>
    public static uint PseudoHeader(uint source, uint destination, byte protocol, int length) =>
        (source >> 16) + (source & 0xFFFF)
        + (destination >> 16) + (destination & 0xFFFF)
        + protocol + (uint)length;
}
