// Echo-Request and Echo-Reply of the control connection (RFC 2637 s.2.5, s.2.6).

using System.Collections.Generic;
using nanoPptp.Wire;

namespace nanoPptp.Tests.Wire;

public sealed class ControlEchoTests : CodecLaws
{
    internal override IEnumerable<Codec> Codecs =>
    [
        ControlMessages.Describe(
            "Echo-Request",
            "0010 0001 1a2b3c4d 0005 0000 89abcdef",
            (b, offset) =>
                ControlEcho.WriteRequest(b, offset, unchecked((int)0x89ABCDEF)),
            [
                new Field(
                    "identifier",
                    12,
                    4,
                    uint.MaxValue,
                    ControlEcho.Identifier,
                    (b, offset, value) => ControlEcho.WriteRequest(b, offset, (int)value)),
            ]),
        ControlMessages.Describe(
            "Echo-Reply",
            "0014 0001 1a2b3c4d 0006 0000 89abcdef 01 00 0000",
            (b, offset) => ControlEcho.WriteReply(b, offset, unchecked((int)0x89ABCDEF)),
            [
                new Field(
                    "identifier",
                    12,
                    4,
                    uint.MaxValue,
                    ControlEcho.Identifier,
                    (b, offset, value) => ControlEcho.WriteReply(b, offset, (int)value)),
                new Field("result", 16, 1, 0xFF, ControlEcho.Result),
            ],
            new Bits(17, 0xFF),
            new Bits(18, 0xFF),
            new Bits(19, 0xFF)),
    ];
}
