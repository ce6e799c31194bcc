// The data of LCP's Authentication-Protocol option (RFC 1661 s.6.2, RFC 1994 s.3).

using System.Collections.Generic;
using nanoPptp.Tests.Support;
using nanoPptp.Wire;
using Xunit;

namespace nanoPptp.Tests.Wire;

public sealed class AuthenticationProtocolTests : CodecLaws
{
    internal override IEnumerable<Codec> Codecs =>
    [
        new Codec
        {
            Name = "CHAP",
            Golden = Octets.FromHex("0305c22381"),
            Fields =
            [
                new Field("algorithm", 4, 1, 0xFF, (b, o) =>
                    AuthenticationProtocol.Read(b, o) & 0xFF),
            ],
        },
        new Codec
        {
            Name = "another protocol",
            Golden = Octets.FromHex("0304c227"),
            Fields =
            [
                new Field("protocol", 3, 1, 0xFF, (b, o) =>
                    (AuthenticationProtocol.Read(b, o) >> 8) & 0xFF),
            ],
        },
    ];

    [Theory]
    [InlineData("0304c023", 0xC02300)]
    [InlineData("0305c22305", 0xC22305)]
    [InlineData("0305c22380", 0xC22380)]
    [InlineData("0305c22381", 0xC22381)]
    [InlineData("0304c227", 0xC22700)]
    [InlineData("0306c2270102", 0xC22700)]
    [InlineData("0304c025", 0xC02500)]
    public void Methods_are_one_number(string option, int method)
    {
        Assert.Equal(method, AuthenticationProtocol.Read(Octets.FromHex(option), 0));
    }

    [Theory]
    [InlineData("0302")]
    [InlineData("0303c2")]
    [InlineData("0304c223")]
    [InlineData("0306c2238100")]
    [InlineData("0305c02300")]
    [InlineData("0305c02381")]
    public void A_length_that_is_not_that_of_the_protocol_names_no_method(string option)
    {
        // What lies behind the option must not count.
        byte[] b = Octets.Join(Octets.FromHex(option), Octets.FromHex("8181"));

        Assert.Equal(0, AuthenticationProtocol.Read(b, 0));
    }
}
