// Type, length and value of a configuration option (RFC 1661 s.6).

using System.Collections.Generic;
using nanoPptp.Diagnostics;
using nanoPptp.Tests.Support;
using nanoPptp.Wire;
using Xunit;

namespace nanoPptp.Tests.Wire;

public sealed class ConfigureOptionTests : CodecLaws
{
    internal override IEnumerable<Codec> Codecs =>
    [
        Describe("Protocol-Field-Compression", "0702", 7, 0, 0),
        Describe("one octet of data", "0903 81", 9, 1, 0x81),
        Describe("Maximum-Receive-Unit", "0104 0578", 1, 2, 1400),
        Describe("Authentication-Protocol", "0305 c22381", 3, 3, 0xC22381),
        Describe("Magic-Number", "0506 89abcdef", 5, 4, unchecked((int)0x89ABCDEF)),
    ];

    [Fact]
    public void The_length_of_an_option_rules_from_two_to_the_end_of_the_list()
    {
        byte[] b = new byte[40];
        for (int length = 0; length <= 255; length++)
        {
            b[1] = (byte)length;
            int expected = length >= 2 && length <= b.Length ? length : -(int)Reason.BadLength;
            Assert.Equal(expected, ConfigureOption.Check(b, 0, b.Length));
        }
    }

    private static Codec Describe(string name, string hex, int type, int valueLength, int value)
    {
        byte[] golden = Octets.FromHex(hex);
        var fields = new List<Field> { new("type", 0, 1, 0xFF, ConfigureOption.Type) };
        if (valueLength > 0)
        {
            uint mask = valueLength == 4 ? uint.MaxValue : (1u << (8 * valueLength)) - 1;
            fields.Add(new Field(
                "data",
                2,
                valueLength,
                mask,
                (b, o) => ConfigureOption.Value(b, o, valueLength),
                (b, o, v) => ConfigureOption.Write(b, o, type, valueLength, (int)v)));
        }
        else
        {
            fields.Add(new Field("no data", 0, 1, 0, (b, o) => ConfigureOption.Value(b, o, 0)));
        }

        return new Codec
        {
            Name = name,
            Golden = golden,
            Write = (b, offset) => ConfigureOption.Write(b, offset, type, valueLength, value),
            Check = ConfigureOption.Check,
            CheckGives = golden.Length,
            CheckNeeds = golden.Length,
            Refusal = Reason.BadLength,
            Fields = [.. fields],
        };
    }
}
