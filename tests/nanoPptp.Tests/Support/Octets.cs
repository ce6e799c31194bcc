// Octets as tests write them: hexadecimal text with blanks, and big-endian numbers put together
// here and not by the library under test.

using System;
using System.Linq;

namespace nanoPptp.Tests.Support;

internal static class Octets
{
    /// <summary>Reads hexadecimal digits; white space between them is for the reader.</summary>
    internal static byte[] FromHex(string hex) =>
        Convert.FromHexString(string.Concat(hex.Where(c => !char.IsWhiteSpace(c))));

    internal static string ToHex(ReadOnlySpan<byte> octets) =>
        Convert.ToHexString(octets).ToLowerInvariant();

    internal static byte[] Join(params byte[][] parts) => parts.SelectMany(p => p).ToArray();

    internal static byte[] Filled(int length, byte value)
    {
        var octets = new byte[length];
        Array.Fill(octets, value);
        return octets;
    }

    /// <summary>A number in as many octets as asked for, most significant first.</summary>
    internal static byte[] Number(uint value, int length)
    {
        var octets = new byte[length];
        for (int i = length - 1; i >= 0; i--)
        {
            octets[i] = (byte)value;
            value >>= 8;
        }

        return octets;
    }

    internal static uint Number(ReadOnlySpan<byte> octets)
    {
        uint value = 0;
        foreach (byte octet in octets)
        {
            value = (value << 8) | octet;
        }

        return value;
    }
}
