// Network byte order: 16 and 32 bits, most significant octet first.

using System.Collections.Generic;
using nanoPptp.Tests.Support;
using nanoPptp.Wire;
using Xunit;

namespace nanoPptp.Tests.Wire;

public sealed class BigEndianTests : CodecLaws
{
    internal override IEnumerable<Codec> Codecs =>
    [
        new Codec
        {
            Name = "16 bits",
            Golden = Octets.FromHex("1a2b"),
            Write = (b, offset) =>
            {
                BigEndian.WriteUInt16(b, offset, 0x1A2B);
                return 2;
            },
            Fields =
            [
                new Field(
                    "number",
                    0,
                    2,
                    0xFFFF,
                    BigEndian.ReadUInt16,
                    (b, offset, value) => BigEndian.WriteUInt16(b, offset, (int)value)),
            ],
        },
        new Codec
        {
            Name = "32 bits",
            Golden = Octets.FromHex("1a2b3c4d"),
            Write = (b, offset) =>
            {
                BigEndian.WriteInt32(b, offset, 0x1A2B3C4D);
                return 4;
            },
            Fields =
            [
                new Field(
                    "number",
                    0,
                    4,
                    uint.MaxValue,
                    BigEndian.ReadInt32,
                    (b, offset, value) => BigEndian.WriteInt32(b, offset, (int)value)),
            ],
        },
    ];

    [Fact]
    public void Sixteen_bits_drop_what_is_above_them()
    {
        byte[] b = [0, 0];
        BigEndian.WriteUInt16(b, 0, 0x12345);
        Assert.Equal("2345", Octets.ToHex(b));
    }

    [Fact]
    public void Thirty_two_bits_come_out_negative_from_two_to_the_31()
    {
        Assert.Equal(int.MinValue, BigEndian.ReadInt32(Octets.FromHex("80000000"), 0));
        Assert.Equal(-1, BigEndian.ReadInt32(Octets.FromHex("ffffffff"), 0));
    }
}
