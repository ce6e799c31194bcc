// PAP's Authenticate-Ack and -Nak (RFC 1334 s.2.2.2).

using System.Collections.Generic;
using nanoPptp.Diagnostics;
using nanoPptp.Tests.Support;
using nanoPptp.Wire;
using Xunit;

namespace nanoPptp.Tests.Wire;

public sealed class PapAnswerTests : CodecLaws
{
    internal override IEnumerable<Codec> Codecs =>
    [
        new Codec
        {
            Name = "message",
            Golden = Octets.Join([8], "Login ok"u8.ToArray()),
            Check = (b, offset, length) => 1 + PapAnswer.Check(b, offset, length),
            CheckGives = 9,
            CheckNeeds = 9,

            // The gate's answer plus one, so that a message of no octets is no refusal.
            Refusal = Reason.BadLength - 1,
            AlsoWhole = [0],
        },
    ];

    [Theory]
    [InlineData("", 0)]
    [InlineData("00", 0)]
    [InlineData("0041", 0)]
    [InlineData("0141", 1)]
    [InlineData("014142", 1)]
    public void The_length_of_the_message_is_given(string hex, int length)
    {
        byte[] b = Octets.FromHex(hex);

        Assert.Equal(length, PapAnswer.Check(b, 0, b.Length));
    }

    [Theory]
    [InlineData("01")]
    [InlineData("024f")]
    [InlineData("ff4f4b")]
    public void A_message_longer_than_the_packet_is_refused(string hex)
    {
        byte[] b = Octets.FromHex(hex);

        Assert.Equal(-(int)Reason.BadLength, PapAnswer.Check(b, 0, b.Length));
    }
}
