using System;
using Xunit;

namespace nanoPptp.Crypto.Tests;

public class ConstantTimeTests
{
    private static readonly byte[] s_octets = [0, 1, 0x7F, 0x80, 0xFF, 5, 6, 7];

    [Theory]
    [MemberData(nameof(Guarded.Offsets), MemberType = typeof(Guarded))]
    public void Equal_slices_are_equal_wherever_they_lie(int offset)
    {
        var a = new Guarded(s_octets, offset);
        var b = new Guarded(s_octets, 3);

        for (int length = 0; length <= s_octets.Length; length++)
        {
            Assert.True(ConstantTime.AreEqual(a.Array, offset, b.Array, 3, length));
        }
    }

    [Fact]
    public void Every_single_bit_makes_a_difference_inside_the_slice_and_none_outside()
    {
        for (int bit = 0; bit < 8 * s_octets.Length; bit++)
        {
            byte[] other = [.. s_octets];
            other[bit >> 3] ^= (byte)(1 << (bit & 7));

            for (int length = 0; length <= s_octets.Length; length++)
            {
                Assert.Equal(
                    length <= bit >> 3,
                    ConstantTime.AreEqual(s_octets, 0, other, 0, length));
            }
        }
    }

    [Fact]
    public void A_difference_does_not_end_the_comparison_early()
    {
        // The arrays differ at once, yet the comparison walks on until it falls off their end.
        byte[] ones = [1, 1, 1, 1];
        byte[] twos = [2, 2, 2, 2];

        Assert.Throws<IndexOutOfRangeException>(
            () => ConstantTime.AreEqual(ones, 0, twos, 0, 5));
    }
}
