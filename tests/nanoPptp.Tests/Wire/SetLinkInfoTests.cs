// Set-Link-Info (RFC 2637 s.2.15).

using System.Collections.Generic;
using nanoPptp.Wire;

namespace nanoPptp.Tests.Wire;

public sealed class SetLinkInfoTests : CodecLaws
{
    internal override IEnumerable<Codec> Codecs =>
    [
        ControlMessages.Describe(
            "Set-Link-Info",
            "0018 0001 1a2b3c4d 000f 0000 1234 0000 ffffffff ffffffff",
            (b, offset) => SetLinkInfo.Write(b, offset, 0x1234),
            [
                new Field(
                    "peer's call ID",
                    12,
                    2,
                    0xFFFF,
                    SetLinkInfo.PeerCallId,
                    (b, offset, value) => SetLinkInfo.Write(b, offset, (int)value)),
                new Field("send ACCM", 16, 4, uint.MaxValue, SetLinkInfo.SendAccm),
                new Field("receive ACCM", 20, 4, uint.MaxValue, SetLinkInfo.ReceiveAccm),
            ],
            new Bits(14, 0xFF),
            new Bits(15, 0xFF)),
    ];
}
