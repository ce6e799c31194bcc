// Outgoing-Call-Request and -Reply (RFC 2637 s.2.7, s.2.8).

using System;
using System.Collections.Generic;
using nanoPptp.Tests.Support;
using nanoPptp.Wire;
using Xunit;

namespace nanoPptp.Tests.Wire;

public sealed class OutgoingCallTests : CodecLaws
{
    private const string NoPhoneNumber =
        "00000000 00000000 00000000 00000000 00000000 00000000 00000000 00000000"
        + "00000000 00000000 00000000 00000000 00000000 00000000 00000000 00000000"
        + "00000000 00000000 00000000 00000000 00000000 00000000 00000000 00000000"
        + "00000000 00000000 00000000 00000000 00000000 00000000 00000000 00000000";

    internal override IEnumerable<Codec> Codecs =>
    [
        ControlMessages.Describe(
            "Outgoing-Call-Request",
            "00a8 0001 1a2b3c4d 0007 0000 beef 0102 00000960 00989680 00000003 00000003"
                + "0006 0000 0000 0000" + NoPhoneNumber,
            (b, offset) => OutgoingCall.WriteRequest(b, offset, 0xBEEF, 0x0102, 6),
            [
                new Field(
                    "call ID",
                    12,
                    2,
                    0xFFFF,
                    OutgoingCall.CallId,
                    (b, offset, value) =>
                        OutgoingCall.WriteRequest(b, offset, (int)value, 0x0102, 6)),
                new Field(
                    "serial number",
                    14,
                    2,
                    0xFFFF,
                    OutgoingCall.PeerCallId,
                    (b, offset, value) =>
                        OutgoingCall.WriteRequest(b, offset, 0xBEEF, (int)value, 6)),
            ]),
        ControlMessages.Describe(
            "Outgoing-Call-Reply",
            "0020 0001 1a2b3c4d 0008 0000 1234 beef 02 03 0405 05f5e100 0010 0007 00000001",
            null,
            [
                new Field("call ID", 12, 2, 0xFFFF, OutgoingCall.CallId),
                new Field("peer's call ID", 14, 2, 0xFFFF, OutgoingCall.PeerCallId),
                new Field("result code", 16, 1, 0xFF, OutgoingCall.Result),
                new Field("error code", 17, 1, 0xFF, OutgoingCall.Error),
                new Field("cause code", 18, 2, 0xFFFF, OutgoingCall.Cause),
                new Field("receive window", 24, 2, 0xFFFF, OutgoingCall.ReplyWindow),
            ]),
    ];

    [Theory]
    [InlineData(1)]
    [InlineData(255)]
    [InlineData(256)]
    [InlineData(65535)]
    public void The_request_names_our_receive_window(int window)
    {
        byte[] b = Octets.Filled(168, 0xA5);
        OutgoingCall.WriteRequest(b, 0, 1, 1, window);
        Assert.Equal((uint)window, Octets.Number(b.AsSpan(32, 2)));
    }
}
