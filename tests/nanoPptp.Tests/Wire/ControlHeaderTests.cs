// The header of control messages (RFC 2637 s.1.4, s.2) and the exact length of each type.

using System.Collections.Generic;
using System.Linq;
using nanoPptp.Diagnostics;
using nanoPptp.Tests.Support;
using nanoPptp.Wire;
using Xunit;

namespace nanoPptp.Tests.Wire;

public sealed class ControlHeaderTests : CodecLaws
{
    // RFC 2637 s.2.1 to 2.15, by control message type 1 to 15.
    private static readonly int[] s_lengths =
        [156, 156, 16, 16, 16, 20, 168, 32, 220, 24, 28, 16, 148, 40, 24];

    internal override IEnumerable<Codec> Codecs => Enumerable.Range(1, 15).Select(type => new Codec
    {
        Name = "control message type " + type,
        Golden = Octets.Join(
            Octets.Number((uint)s_lengths[type - 1], 2),
            Octets.FromHex("0001 1a2b3c4d"),
            Octets.Number((uint)type, 2),
            new byte[s_lengths[type - 1] - 10]),
        Write = (b, offset) => ControlHeader.Write(b, offset, type),
        Check = ControlHeader.Check,
        CheckGives = s_lengths[type - 1],
        CheckNeeds = 12,
        Refusal = Reason.NeedMore,
        Fields = [new Field("type", 8, 2, 0x000F, ControlHeader.Type)],
        Tolerated = [new Bits(10, 0xFF), new Bits(11, 0xFF)],
        Forbidden =
        [
            new Bits(0, 0xFF),
            new Bits(1, 0xFF),
            new Bits(4, 0xFF),
            new Bits(5, 0xFF),
            new Bits(6, 0xFF),
            new Bits(7, 0xFF),
        ],
    });

    [Fact]
    public void C02_Each_type_has_exactly_one_length()
    {
        for (int type = 1; type <= 15; type++)
        {
            Assert.Equal(s_lengths[type - 1], ControlHeader.LengthOf(type));
            for (int length = 0; length <= 0xFFFF; length++)
            {
                int expected = length == s_lengths[type - 1]
                    ? length
                    : -(int)Reason.BadControlLength;
                Assert.Equal(expected, ControlHeader.Check(Header(length, 1, type), 0, 12));
            }
        }
    }

    [Fact]
    public void C02_The_cookie_is_judged_before_the_length()
    {
        byte[] b = Header(3, 1, 1);
        b[7]++;
        Assert.Equal(-(int)Reason.BadMagicCookie, ControlHeader.Check(b, 0, 12));
    }

    [Theory]
    [InlineData(1, 0)]
    [InlineData(1, 16)]
    [InlineData(1, 255)]
    [InlineData(1, 256)]
    [InlineData(1, 65535)]
    [InlineData(0, 1)]
    [InlineData(2, 1)]
    [InlineData(258, 1)]
    [InlineData(65535, 15)]
    public void C19_Unknown_types_have_no_number_and_pass_with_any_length_that_fits(
        int messageType, int controlType)
    {
        Assert.Equal(0, ControlHeader.Type(Header(12, messageType, controlType), 0));
        for (int length = 0; length <= 0xFFFF; length++)
        {
            int expected = length >= 12 && length <= ControlHeader.MaximumLength
                ? length
                : -(int)Reason.BadControlLength;
            Assert.Equal(
                expected,
                ControlHeader.Check(Header(length, messageType, controlType), 0, 12));
        }
    }

    [Fact]
    public void The_longest_message_is_the_longest_of_all_types()
    {
        Assert.Equal(ControlHeader.MaximumLength, s_lengths.Max());
    }

    private static byte[] Header(int length, int messageType, int controlType) => Octets.Join(
        Octets.Number((uint)length, 2),
        Octets.Number((uint)messageType, 2),
        Octets.FromHex("1a2b3c4d"),
        Octets.Number((uint)controlType, 2),
        new byte[2]);
}
