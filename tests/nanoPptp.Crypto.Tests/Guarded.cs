// Slices between guard octets, for tests that nothing outside a slice is touched.

using System;
using Xunit;

namespace nanoPptp.Crypto.Tests;

/// <summary>A slice with guard octets on both sides.</summary>
internal sealed class Guarded
{
    private const byte GuardOctet = 0xA5;
    private const int GuardLength = 16;

    private readonly int _length;

    /// <summary>Lays octets behind <paramref name="offset"/> guard octets.</summary>
    public Guarded(ReadOnlySpan<byte> octets, int offset)
    {
        Offset = offset;
        _length = octets.Length;
        Array = new byte[offset + _length + GuardLength];
        Array.AsSpan().Fill(GuardOctet);
        octets.CopyTo(Array.AsSpan(offset));
    }

    /// <summary>Offsets that every slice is tried at.</summary>
    public static TheoryData<int> Offsets => [0, 1, 7];

    public byte[] Array { get; }

    public int Offset { get; }

    public byte[] Octets => Array.AsSpan(Offset, _length).ToArray();

    public void AssertGuardsAreIntact()
    {
        Assert.True(Array.AsSpan(0, Offset).IndexOfAnyExcept(GuardOctet) < 0);
        Assert.True(Array.AsSpan(Offset + _length).IndexOfAnyExcept(GuardOctet) < 0);
    }
}
