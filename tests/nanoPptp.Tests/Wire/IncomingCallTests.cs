// Incoming-Call-Request and -Reply (RFC 2637 s.2.9, s.2.10).

using System.Collections.Generic;
using nanoPptp.Tests.Support;
using nanoPptp.Wire;
using Xunit;

namespace nanoPptp.Tests.Wire;

public sealed class IncomingCallTests : CodecLaws
{
    internal override IEnumerable<Codec> Codecs =>
    [
        ControlMessages.Describe(
            "Incoming-Call-Reply",
            "0018 0001 1a2b3c4d 000a 0000 0000 1234 03 00 0000 0000 0000",
            (b, offset) => IncomingCall.WriteRefusal(b, offset, 0x1234),
            [
                new Field(
                    "peer's call ID",
                    14,
                    2,
                    0xFFFF,
                    IncomingCall.PeerCallId,
                    (b, offset, value) => IncomingCall.WriteRefusal(b, offset, (int)value)),
                new Field("result", 16, 1, 0xFF, IncomingCall.Result),
            ],
            new Bits(22, 0xFF),
            new Bits(23, 0xFF)),
    ];

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(7)]
    public void C17_The_call_id_of_a_request_is_read_where_it_stands(int offset)
    {
        byte[] message = ControlOctets.IncomingCallRequest(0xBEEF);
        Assert.Equal(220, message.Length);
        byte[] b = Octets.Join(new byte[offset], message);
        Assert.Equal(0xBEEF, IncomingCall.CallId(b, offset));
    }
}
