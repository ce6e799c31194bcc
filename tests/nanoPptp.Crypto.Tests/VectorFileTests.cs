using System;
using System.Collections.Generic;
using System.Linq;
using Xunit;

namespace nanoPptp.Crypto.Tests;

public class VectorFileTests
{
    [Fact]
    public void Empty_lines_separate_vectors_and_comments_do_not()
    {
        IReadOnlyList<Vector> vectors = VectorFile.Parse(
            "test",
            ["# text", "", "a = 01ff", "# between", "b =", "", "", "a = 02", "times-count = 12"]);

        Assert.Equal(2, vectors.Count);
        Assert.Equal([0x01, 0xFF], vectors[0].Octets("a"));
        Assert.Empty(vectors[0].Octets("b"));
        Assert.Equal(1, vectors[0].Number("times-count", 1));
        Assert.Equal([0x02], vectors[1].Octets("a"));
        Assert.Equal(12, vectors[1].Number("times-count", 1));
        Assert.Equal("test:8", vectors[1].Place);
    }

    [Fact]
    public void Parts_carry_their_offsets()
    {
        Vector vector = Assert.Single(
            VectorFile.Parse("test", ["key = 00", "stream@0 = 01", "stream@240 = 0203"]));

        (int Offset, byte[] Octets)[] parts = vector.Parts("stream").ToArray();

        Assert.Equal([0, 240], parts.Select(part => part.Offset));
        Assert.Equal([0x02, 0x03], parts[1].Octets);
    }

    [Theory]
    [InlineData("no equals sign")]
    [InlineData("= 00")]
    public void Lines_without_a_name_are_refused(string line)
    {
        Assert.Throws<FormatException>(() => VectorFile.Parse("test", [line]));
    }

    [Fact]
    public void A_name_that_occurs_twice_is_refused()
    {
        Assert.Throws<FormatException>(() => VectorFile.Parse("test", ["a = 00", "a = 00"]));
    }

    [Fact]
    public void Absent_names_and_odd_digits_are_refused()
    {
        Vector vector = Assert.Single(VectorFile.Parse("test", ["a = 012"]));

        Assert.Throws<FormatException>(() => vector.Octets("b"));
        Assert.Throws<FormatException>(() => vector.Octets("a"));
    }
}
