// The bench's own reader of SenML: if these fail, the bench is broken, not the product.

using System;
using System.IO;
using System.Linq;
using Xunit;

namespace Interop.Tests;

public sealed class ReadingTests
{
    /// <summary>RFC 8428 s.6: the example in CBOR.</summary>
    internal const string RfcPack =
        """
        87a721781b75726e3a6465763a6f773a313065323037336130313038303036
        3a22fb41d303a15b00106223614120050067766f6c7461676501615602fb405e
        066666666666a3006763757272656e74062402fb3ff3333333333333a3006763
        757272656e74062302fb3ff4cccccccccccda3006763757272656e74062202fb
        3ff6666666666666a3006763757272656e74062102f93e00a300676375727265
        6e74062002fb3ff999999999999aa3006763757272656e74060002fb3ffb3333
        33333333
        """;

    [Fact]
    public void The_example_of_the_RFC_is_read_as_the_RFC_resolves_it()
    {
        const string Base = "urn:dev:ow:10e2073a0108006:";
        Reading[] readings = Reading.ReadPack(Octets(RfcPack));
        Reading[] expected =
        [
            new(0, Base + "voltage", 1276020076.001m, 120.1m, "V"),
            new(0, Base + "current", 1276020071.001m, 1.2m, "A"),
            new(0, Base + "current", 1276020072.001m, 1.3m, "A"),
            new(0, Base + "current", 1276020073.001m, 1.4m, "A"),
            new(0, Base + "current", 1276020074.001m, 1.5m, "A"),
            new(0, Base + "current", 1276020075.001m, 1.6m, "A"),
            new(0, Base + "current", 1276020076.001m, 1.7m, "A"),
        ];
        Assert.Equal(expected, readings);
    }

    [Fact]
    public void Numbers_count_on_and_decimal_fractions_keep_their_digits()
    {
        // [{-2: "a:", -3: 4([-3, 1795294017546]), "seq": 256, 0: "t", 2: 4([-2, 2150])},
        //  {0: "t", 6: 4([-1, 5]), 2: -3}, {"seq": 512, 0: "ok", 6: 1, 4: true}]
        Reading[] readings = Reading.ReadPack(Octets(
            "83a52162613a22c482221b000001a1ffdcb80a637365711901000061740 2c48221190866"
                + "a300617406c48220050222a463736571190200 00626f6b060104f5"));
        Reading[] expected =
        [
            new(256, "a:t", 1795294017.546m, 21.50m, null),
            new(257, "a:t", 1795294018.046m, -3m, null),
            new(512, "a:ok", 1795294018.546m, true, null),
        ];
        Assert.Equal(expected, readings);
    }

    [Fact]
    public void An_array_and_a_map_may_have_no_length()
    {
        byte[] pack = Octets("9fbf21617822056373657107060a020affff");
        Reading reading = Assert.Single(Reading.ReadPack(pack));
        Assert.Equal(new Reading(7, "x", 15m, 10m, null), reading);
    }

    [Fact]
    public void What_is_cut_or_too_long_is_an_error()
    {
        byte[] pack = Octets(RfcPack);
        for (int length = 0; length < pack.Length; length++)
        {
            byte[] cut = pack[..length];
            Assert.ThrowsAny<Exception>(() => Reading.ReadPack(cut));
        }

        Assert.Throws<InvalidDataException>(() => Reading.ReadPack([.. pack, 0]));
    }

    /// <summary>Octets from hex with line breaks and blanks.</summary>
    internal static byte[] Octets(string hex) =>
        Convert.FromHexString(string.Concat(hex.Where(char.IsAsciiHexDigit)));
}
