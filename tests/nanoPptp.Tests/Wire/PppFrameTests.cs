// Address, control and protocol field of a PPP frame (RFC 1661 s.2, s.6.5, s.6.6).

using System.Collections.Generic;
using nanoPptp.Diagnostics;
using nanoPptp.Tests.Support;
using nanoPptp.Wire;
using Xunit;

namespace nanoPptp.Tests.Wire;

public sealed class PppFrameTests : CodecLaws
{
    internal override IEnumerable<Codec> Codecs =>
    [
        new Codec
        {
            Name = "long header",
            Golden = Octets.FromHex("ff03 c021"),
            Write = (b, offset) => PppFrame.WriteLongHeader(b, offset, PppFrame.Lcp),
            Check = PppFrame.Check,
            CheckGives = 4,
            CheckNeeds = 4,
            Refusal = Reason.PppBadFrame,

            // One octet FF is a frame of the compressed protocol 00FF without information.
            AlsoWhole = [1],
            Fields =
            [
                new Field(
                    "protocol",
                    2,
                    2,
                    0xFFFF,
                    (b, o) => PppFrame.Protocol(b, o, 4),
                    (b, o, value) => PppFrame.WriteLongHeader(b, o, (int)value)),
            ],
        },
        new Codec
        {
            Name = "address and control, protocol of one octet",
            Golden = Octets.FromHex("ff03 21"),
            Check = PppFrame.Check,
            CheckGives = 3,
            CheckNeeds = 3,
            Refusal = Reason.PppBadFrame,
            AlsoWhole = [1],
            Fields = [new Field("protocol", 2, 1, 0xFF, (b, o) => PppFrame.Protocol(b, o, 3))],
        },
        new Codec
        {
            Name = "protocol of two octets alone",
            Golden = Octets.FromHex("8021"),
            Check = PppFrame.Check,
            CheckGives = 2,
            CheckNeeds = 2,
            Refusal = Reason.PppBadFrame,
            Fields = [new Field("protocol", 0, 2, 0xFFFF, (b, o) => PppFrame.Protocol(b, o, 2))],
        },
        new Codec
        {
            Name = "protocol of one octet alone",
            Golden = Octets.FromHex("fd"),
            Check = PppFrame.Check,
            CheckGives = 1,
            CheckNeeds = 1,
            Refusal = Reason.PppBadFrame,
            Fields = [new Field("protocol", 0, 1, 0xFF, (b, o) => PppFrame.Protocol(b, o, 1))],
        },
        new Codec
        {
            Name = "protocol inside MPPE",
            Golden = Octets.FromHex("0021"),
            Check = PppFrame.CheckProtocol,
            CheckGives = 2,
            CheckNeeds = 2,
            Refusal = Reason.PppBadFrame,
        },
    ];

    [Theory]
    [InlineData("ff03 0021 45")]
    [InlineData("ff03 21 45")]
    [InlineData("0021 45")]
    [InlineData("21 45")]
    public void C36_All_four_forms_of_a_header_name_the_same_protocol(string hex)
    {
        byte[] b = Octets.FromHex(hex);
        int headerLength = PppFrame.Check(b, 0, b.Length);
        Assert.Equal(b.Length - 1, headerLength);
        Assert.Equal(PppFrame.Ipv4, PppFrame.Protocol(b, 0, headerLength));
    }

    [Theory]
    [InlineData("")]
    [InlineData("00")]
    [InlineData("c020")]
    [InlineData("ff03")]
    [InlineData("ff03 c0")]
    [InlineData("ff03 c020 00")]
    public void A_protocol_whose_last_octet_is_even_is_no_protocol(string hex)
    {
        byte[] b = Octets.FromHex(hex);
        Assert.Equal(-(int)Reason.PppBadFrame, PppFrame.Check(b, 0, b.Length));
    }
}
