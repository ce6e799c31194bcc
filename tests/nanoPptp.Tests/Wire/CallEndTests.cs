// Call-Clear-Request and Call-Disconnect-Notify (RFC 2637 s.2.12, s.2.13).

using System.Collections.Generic;
using nanoPptp.Wire;

namespace nanoPptp.Tests.Wire;

public sealed class CallEndTests : CodecLaws
{
    private const string Statistics =
        "00000000 00000000 00000000 00000000 00000000 00000000 00000000 00000000"
        + "00000000 00000000 00000000 00000000 00000000 00000000 00000000 00000000"
        + "00000000 00000000 00000000 00000000 00000000 00000000 00000000 00000000"
        + "00000000 00000000 00000000 00000000 00000000 00000000 00000000 00000000";

    internal override IEnumerable<Codec> Codecs =>
    [
        ControlMessages.Describe(
            "Call-Clear-Request",
            "0010 0001 1a2b3c4d 000c 0000 beef 0000",
            (b, offset) => CallEnd.WriteClearRequest(b, offset, 0xBEEF),
            [
                new Field(
                    "call ID",
                    12,
                    2,
                    0xFFFF,
                    CallEnd.CallId,
                    (b, offset, value) => CallEnd.WriteClearRequest(b, offset, (int)value)),
            ],
            new Bits(14, 0xFF),
            new Bits(15, 0xFF)),
        ControlMessages.Describe(
            "Call-Disconnect-Notify",
            "0094 0001 1a2b3c4d 000d 0000 1234 03 00 0000 0000" + Statistics,
            null,
            [
                new Field("call ID", 12, 2, 0xFFFF, CallEnd.CallId),
                new Field("result code", 14, 1, 0xFF, CallEnd.Result),
            ],
            new Bits(18, 0xFF),
            new Bits(19, 0xFF),
            new Bits(20, 0xFF),
            new Bits(147, 0xFF)),
    ];
}
