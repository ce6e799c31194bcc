// Enhanced GRE (RFC 2637 s.4.1).

using System;
using System.Collections.Generic;
using nanoPptp.Diagnostics;
using nanoPptp.Tests.Support;
using nanoPptp.Wire;
using Xunit;

namespace nanoPptp.Tests.Wire;

public sealed class EnhancedGreTests : CodecLaws
{
    private const string Payload = "ff03c021 01";

    private static readonly Field[] s_key =
    [
        new("payload length", 4, 2, 0xFFFF, EnhancedGre.PayloadLength),
        new("call ID", 6, 2, 0xFFFF, EnhancedGre.CallId),
    ];

    // C, R, K, s and Recur; Flags and Ver; the protocol type.
    private static readonly Bits[] s_strict =
        [new(0, 0xEF), new(1, 0x7F), new(2, 0xFF), new(3, 0xFF)];

    internal override IEnumerable<Codec> Codecs =>
    [
        new Codec
        {
            Name = "data",
            Golden = Octets.FromHex("3001 880b 0005 beef 01020304" + Payload),
            Write = (b, offset) => WithPayload(
                b, offset, EnhancedGre.WriteData(b, offset, 5, 0xBEEF, 0x01020304, false, 99)),
            Check = EnhancedGre.Check,
            CheckGives = 12,
            CheckNeeds = 17,
            Refusal = Reason.GreBadHeader,
            Fields =
            [
                .. s_key,
                new Field("sequence number", 8, 4, uint.MaxValue, EnhancedGre.Sequence),
                new Field("S", 0, 1, 0x10, (b, o) => EnhancedGre.HasSequence(b, o) ? 0x10 : 0),
                new Field("A", 1, 1, 0x80, HasAcknowledgment),
            ],
            Forbidden = s_strict,
        },
        new Codec
        {
            Name = "data with acknowledgment",
            Golden = Octets.FromHex("3081 880b 0005 beef 01020304 89abcdef" + Payload),
            Write = (b, offset) => WithPayload(
                b,
                offset,
                EnhancedGre.WriteData(
                    b, offset, 5, 0xBEEF, 0x01020304, true, unchecked((int)0x89ABCDEF))),
            Check = EnhancedGre.Check,
            CheckGives = 16,
            CheckNeeds = 21,
            Refusal = Reason.GreBadHeader,
            Fields =
            [
                .. s_key,
                new Field("sequence number", 8, 4, uint.MaxValue, EnhancedGre.Sequence),
                new Field(
                    "acknowledgment number", 12, 4, uint.MaxValue, EnhancedGre.Acknowledgment),
            ],
            Forbidden = s_strict,
        },
        new Codec
        {
            Name = "acknowledgment alone",
            Golden = Octets.FromHex("2081 880b 0000 beef 89abcdef"),
            Write = (b, offset) => EnhancedGre.WriteAcknowledgment(
                b, offset, 0xBEEF, unchecked((int)0x89ABCDEF)),
            Check = EnhancedGre.Check,
            CheckGives = 12,
            CheckNeeds = 12,
            Refusal = Reason.GreBadHeader,
            Fields =
            [
                new Field(
                    "call ID",
                    6,
                    2,
                    0xFFFF,
                    EnhancedGre.CallId,
                    (b, offset, value) => EnhancedGre.WriteAcknowledgment(
                        b, offset, (int)value, unchecked((int)0x89ABCDEF))),
                new Field(
                    "acknowledgment number",
                    8,
                    4,
                    uint.MaxValue,
                    EnhancedGre.Acknowledgment,
                    (b, offset, value) =>
                        EnhancedGre.WriteAcknowledgment(b, offset, 0xBEEF, (int)value)),
            ],

            // Without the acknowledgment, or with a payload, it would be no packet at all.
            Forbidden =
            [
                new(0, 0xEF), new(1, 0xFF), new(2, 0xFF), new(3, 0xFF), new(4, 0xFF),
                new(5, 0xFF),
            ],
        },
    ];

    [Fact]
    public void C21_Of_all_first_two_octets_only_three_pairs_are_enhanced_gre()
    {
        byte[] b = Octets.FromHex("0000 880b 0000 beef 00000000 00000000");
        var accepted = new List<string>();
        for (int flags = 0; flags <= 0xFFFF; flags++)
        {
            Octets.Number((uint)flags, 2).CopyTo(b, 0);
            if (EnhancedGre.Check(b, 0, b.Length) > 0)
            {
                accepted.Add(Octets.ToHex(b.AsSpan(0, 2)));
            }
        }

        Assert.Equal(["2081", "3001", "3081"], accepted);
    }

    [Fact]
    public void C23_A_payload_has_a_number_and_an_acknowledgment_alone_has_none()
    {
        byte[] b = Octets.FromHex("2081 880b 0001 beef 00000000 21");
        Assert.Equal(-(int)Reason.GreBadHeader, EnhancedGre.Check(b, 0, b.Length));
        b = new byte[16];
        EnhancedGre.WriteData(b, 0, 1, 7, 1, false, 0);
        Assert.True(EnhancedGre.HasSequence(b, 0));
        Assert.Equal(12, EnhancedGre.WriteAcknowledgment(b, 0, 7, 1));
        Assert.False(EnhancedGre.HasSequence(b, 0));
        Assert.Equal(12, EnhancedGre.Check(b, 0, 12));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(255)]
    [InlineData(256)]
    [InlineData(65535)]
    public void C22_The_key_is_the_length_of_the_payload_only_and_the_receivers_call_id(int length)
    {
        byte[] b = new byte[16 + length];
        int header = EnhancedGre.WriteData(b, 0, length, 0xBEEF, 0, true, 0);
        Assert.Equal(16, header);
        Assert.Equal((uint)length, Octets.Number(b.AsSpan(4, 2)));
        Assert.Equal(0xBEEFu, Octets.Number(b.AsSpan(6, 2)));
        Assert.Equal(header, EnhancedGre.Check(b, 0, b.Length));
        EnhancedGre.WriteAcknowledgment(b, 0, 0xBEEF, 0);
        Assert.Equal("0000beef", Octets.ToHex(b.AsSpan(4, 4)));
    }

    [Fact]
    public void C32_A_payload_longer_than_the_octets_present_is_refused()
    {
        byte[] b = Octets.FromHex("3001 880b 0006 beef 01020304" + Payload);
        Assert.Equal(-(int)Reason.GreBadHeader, EnhancedGre.Check(b, 0, b.Length));
    }

    [Fact]
    public void The_header_length_follows_from_the_acknowledgment()
    {
        Assert.Equal(12, EnhancedGre.DataHeaderLength(false));
        Assert.Equal(16, EnhancedGre.DataHeaderLength(true));
    }

    private static int HasAcknowledgment(byte[] b, int offset) =>
        EnhancedGre.HasAcknowledgment(b, offset) ? 0x80 : 0;

    private static int WithPayload(byte[] b, int offset, int headerLength)
    {
        byte[] payload = Octets.FromHex(Payload);
        Array.Copy(payload, 0, b, offset + headerLength, payload.Length);
        return headerLength + payload.Length;
    }
}
