// Text as octets (RFC 3629).

using System;
using System.Linq;
using System.Text;
using nanoPptp.Memory;
using nanoPptp.Wire;
using Xunit;

namespace nanoPptp.Tests.Wire;

public class Utf8Tests
{
    [Theory]
    [InlineData("")]
    [InlineData("sensor1")]
    [InlineData("BIGCO\\User")]
    [InlineData("\u007F\u0080\u07FF\u0800\uD7FF\uE000\uFFFF")]
    [InlineData("f\u00FChler-\u20AC")]
    [InlineData("\U00010000\U0001F511\U0010FFFF")]
    public void Texts_are_encoded_in_utf8(string name)
    {
        byte[] expected = Encoding.UTF8.GetBytes(name);
        byte[] target = [.. Enumerable.Repeat((byte)0xA5, expected.Length + 3)];

        Assert.Equal(expected.Length, Utf8.Encode(name, target));

        Assert.Equal(expected, target[..expected.Length]);
        Assert.All(target[expected.Length..], octet => Assert.Equal(0xA5, octet));
    }

    [Fact]
    public void Every_scalar_value_is_encoded_as_another_encoder_does()
    {
        byte[] target = new byte[4];
        for (int value = 0; value <= 0x10FFFF; value++)
        {
            if (!Rune.IsValid(value))
            {
                continue;
            }

            string name = char.ConvertFromUtf32(value);
            int length = Utf8.Encode(name, target);
            if (!Encoding.UTF8.GetBytes(name).AsSpan().SequenceEqual(target.AsSpan(0, length)))
            {
                Assert.Fail($"U+{value:X4} became {Convert.ToHexString(target, 0, length)}");
            }
        }
    }

    [Fact]
    public void A_surrogate_that_stands_alone_is_refused()
    {
        // Attributes cannot carry them: their texts are stored in UTF-8.
        string[] names =
        [
            "\uD800", "\uDC00", "a\uDBFF", "\uD800x", "\uD800\uD800", "\uDC00\uD800",
            "\uD800\uE000", "\uDFFFx", "\uDC00\uDC00", "\U0001F511\uDC00",
        ];
        foreach (string name in names)
        {
            Assert.Equal(-1, Utf8.Encode(name, new byte[16]));
        }
    }

    [Theory]
    [InlineData("ab", 1)]
    [InlineData("a\u00E4", 2)]
    [InlineData("a\u20AC", 3)]
    [InlineData("a\U0001F511", 4)]
    public void A_name_that_does_not_fit_is_refused(string name, int capacity)
    {
        Assert.Equal(-1, Utf8.Encode(name, new byte[capacity]));
        Assert.Equal(capacity + 1, Utf8.Encode(name, new byte[capacity + 1]));
    }

    [Fact]
    public void The_longest_name_fits_and_one_octet_more_does_not()
    {
        byte[] target = new byte[Limits.UserNameLength];

        Assert.Equal(128, Utf8.Encode(new string('x', 128), target));
        Assert.Equal(-1, Utf8.Encode(new string('x', 129), target));
        Assert.Equal(-1, Utf8.Encode(new string('\u00E4', 65), target));
    }

    [Fact]
    public void What_does_not_fit_leaves_nothing_behind()
    {
        byte[] target = new byte[8];

        Assert.Equal(-1, Utf8.Encode("secret\uD800", target));
        Assert.Equal(new byte[8], target);
        Assert.Equal(-1, Utf8.Encode("secret words", target));
        Assert.Equal(new byte[8], target);
    }
}
