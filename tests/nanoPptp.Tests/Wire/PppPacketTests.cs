// Code, identifier and length of LCP, CCP, IPCP and CHAP packets (RFC 1661 s.5).

using System.Collections.Generic;
using nanoPptp.Diagnostics;
using nanoPptp.Tests.Support;
using nanoPptp.Wire;
using Xunit;

namespace nanoPptp.Tests.Wire;

public sealed class PppPacketTests : CodecLaws
{
    internal override IEnumerable<Codec> Codecs =>
    [
        new Codec
        {
            Name = "Configure-Request with one option",
            Golden = Octets.FromHex("01 2a 0008 01 04 0578"),
            Write = (b, offset) =>
            {
                int written = PppPacket.WriteHeader(b, offset, 1, 0x2A, 8);
                Octets.FromHex("01040578").CopyTo(b, offset + written);
                return written + 4;
            },
            Check = PppPacket.Check,
            CheckGives = 8,
            CheckNeeds = 8,
            Refusal = Reason.BadLength,
            Fields =
            [
                new Field("code", 0, 1, 0xFF, PppPacket.Code),
                new Field("identifier", 1, 1, 0xFF, PppPacket.Identifier),
            ],
        },
        new Codec
        {
            Name = "header alone",
            Golden = Octets.FromHex("05 ff 0004"),
            Write = (b, offset) => PppPacket.WriteHeader(b, offset, 5, 0xFF, 4),
            Check = PppPacket.Check,
            CheckGives = 4,
            CheckNeeds = 4,
            Refusal = Reason.BadLength,
            Fields =
            [
                new Field(
                    "code",
                    0,
                    1,
                    0xFF,
                    PppPacket.Code,
                    (b, o, value) => PppPacket.WriteHeader(b, o, (int)value, 0xFF, 4)),
                new Field(
                    "identifier",
                    1,
                    1,
                    0xFF,
                    PppPacket.Identifier,
                    (b, o, value) => PppPacket.WriteHeader(b, o, 5, (int)value, 4)),
                new Field(
                    "length",
                    2,
                    2,
                    0xFFFF,
                    (b, o) => (int)Octets.Number(new[] { b[o + 2], b[o + 3] }),
                    (b, o, value) => PppPacket.WriteHeader(b, o, 5, 0xFF, (int)value)),
            ],
        },
    ];

    [Fact]
    public void The_length_field_rules_from_four_to_the_octets_present()
    {
        byte[] b = new byte[300];
        for (int length = 0; length <= 0xFFFF; length++)
        {
            Octets.Number((uint)length, 2).CopyTo(b, 2);
            int expected = length >= 4 && length <= b.Length ? length : -(int)Reason.BadLength;
            Assert.Equal(expected, PppPacket.Check(b, 0, b.Length));
        }
    }
}
