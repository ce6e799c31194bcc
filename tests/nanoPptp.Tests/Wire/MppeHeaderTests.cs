// Flags and coherency count of an encrypted frame (RFC 3078 s.3).

using System.Collections.Generic;
using nanoPptp.Tests.Support;
using nanoPptp.Wire;
using Xunit;

namespace nanoPptp.Tests.Wire;

public sealed class MppeHeaderTests : CodecLaws
{
    internal override IEnumerable<Codec> Codecs =>
    [
        new Codec
        {
            Name = "stateless frame",
            Golden = Octets.FromHex("9abc"),
            Write = (b, offset) => MppeHeader.Write(b, offset, MppeHeader.Stateless, 0xABC),
            Fields =
            [
                new Field(
                    "coherency count",
                    0,
                    2,
                    0x0FFF,
                    MppeHeader.CoherencyCount,
                    (b, o, value) =>
                        MppeHeader.Write(b, o, MppeHeader.Stateless, (int)value)),
                new Field(
                    "flags",
                    0,
                    1,
                    0xF0,
                    MppeHeader.Flags,
                    (b, o, value) => MppeHeader.Write(b, o, (int)value, 0xABC)),
            ],
        },
    ];

    [Theory]
    [InlineData(0, "9000")]
    [InlineData(1, "9001")]
    [InlineData(256, "9100")]
    [InlineData(4095, "9fff")]
    public void C67_A_stateless_frame_carries_A_and_D_and_twelve_bits_of_count(
        int count, string hex)
    {
        byte[] b = [0xA5, 0xA5];
        MppeHeader.Write(b, 0, MppeHeader.Stateless, count);
        Assert.Equal(hex, Octets.ToHex(b));
    }
}
