// Start-Control-Connection-Request and -Reply (RFC 2637 s.2.1, s.2.2).

using System;
using System.Collections.Generic;
using nanoPptp.Tests.Support;
using nanoPptp.Wire;
using Xunit;

namespace nanoPptp.Tests.Wire;

public sealed class StartControlConnectionTests : CodecLaws
{
    // "board-7" and "nanoPptp", zero padded to 64 octets each.
    private const string HostName =
        "626f6172 642d3700 00000000 00000000 00000000 00000000 00000000 00000000"
        + "00000000 00000000 00000000 00000000 00000000 00000000 00000000 00000000";

    private const string Vendor =
        "6e616e6f 50707470 00000000 00000000 00000000 00000000 00000000 00000000"
        + "00000000 00000000 00000000 00000000 00000000 00000000 00000000 00000000";

    private static readonly Field s_version =
        new("protocol version", 12, 2, 0xFFFF, StartControlConnection.Version);

    internal override IEnumerable<Codec> Codecs =>
    [
        ControlMessages.Describe(
            "Start-Control-Connection-Request",
            "009c 0001 1a2b3c4d 0001 0000 0100 0000 00000003 00000003 0000 0000"
                + HostName + Vendor,
            (b, offset) =>
                StartControlConnection.WriteRequest(b, offset, "board-7", "nanoPptp"),
            [s_version],
            new Bits(14, 0xFF),
            new Bits(15, 0xFF)),
        ControlMessages.Describe(
            "Start-Control-Connection-Reply",
            "009c 0001 1a2b3c4d 0002 0000 0100 0506 00000003 00000003 0001 0001"
                + HostName + Vendor,
            null,
            [
                s_version,
                new Field("result code", 14, 1, 0xFF, StartControlConnection.Result),
                new Field("error code", 15, 1, 0xFF, StartControlConnection.Error),
            ]),
    ];

    [Fact]
    public void C01_The_request_offers_version_one_any_framing_and_bearer_and_no_channels()
    {
        byte[] b = Octets.Filled(156, 0xA5);
        StartControlConnection.WriteRequest(b, 0, "", "");
        Assert.Equal("01000000000000030000000300000000", Octets.ToHex(b.AsSpan(12, 16)));
        Assert.Equal(new byte[128], b[28..]);
    }

    [Theory]
    [InlineData(63)]
    [InlineData(64)]
    [InlineData(200)]
    public void A_long_name_is_cut_so_that_a_zero_ends_it(int length)
    {
        byte[] b = Octets.Filled(156, 0xA5);
        StartControlConnection.WriteRequest(b, 0, new string('h', length), "v");
        Assert.Equal(Octets.Filled(63, (byte)'h'), b[28..91]);
        Assert.Equal(0, b[91]);
        Assert.Equal((byte)'v', b[92]);
        Assert.Equal(0, b[93]);
    }
}
