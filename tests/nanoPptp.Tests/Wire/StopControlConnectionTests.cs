// Stop-Control-Connection-Request and -Reply (RFC 2637 s.2.3, s.2.4).

using System.Collections.Generic;
using nanoPptp.Wire;

namespace nanoPptp.Tests.Wire;

public sealed class StopControlConnectionTests : CodecLaws
{
    internal override IEnumerable<Codec> Codecs =>
    [
        ControlMessages.Describe(
            "Stop-Control-Connection-Request",
            "0010 0001 1a2b3c4d 0003 0000 03 00 0000",
            (b, offset) => StopControlConnection.WriteRequest(
                b, offset, StopControlConnection.ReasonLocalShutdown),
            [
                new Field(
                    "reason",
                    12,
                    1,
                    0xFF,
                    StopControlConnection.ReasonOrResult,
                    (b, offset, value) =>
                        StopControlConnection.WriteRequest(b, offset, (int)value)),
            ],
            new Bits(13, 0xFF),
            new Bits(14, 0xFF),
            new Bits(15, 0xFF)),
        ControlMessages.Describe(
            "Stop-Control-Connection-Reply",
            "0010 0001 1a2b3c4d 0004 0000 01 00 0000",
            (b, offset) => StopControlConnection.WriteReply(
                b, offset, StopControlConnection.ResultOk),
            [
                new Field(
                    "result",
                    12,
                    1,
                    0xFF,
                    StopControlConnection.ReasonOrResult,
                    (b, offset, value) => StopControlConnection.WriteReply(b, offset, (int)value)),
            ],
            new Bits(13, 0xFF),
            new Bits(14, 0xFF),
            new Bits(15, 0xFF)),
    ];
}
