// The encoder against the examples of RFC 8949 appendix A, the independent decoder, and .NET's own
// conversion of decimal numbers.

using System;
using System.Globalization;
using System.Text;
using nanoPptp.Telemetry.Senml;
using Xunit;

namespace nanoPptp.Telemetry.Tests.Senml;

public sealed class CborTests
{
    private readonly byte[] _b = new byte[64];

    [Theory]
    [InlineData(0L, "00")]
    [InlineData(1L, "01")]
    [InlineData(10L, "0A")]
    [InlineData(23L, "17")]
    [InlineData(24L, "1818")]
    [InlineData(25L, "1819")]
    [InlineData(100L, "1864")]
    [InlineData(255L, "18FF")]
    [InlineData(256L, "190100")]
    [InlineData(1000L, "1903E8")]
    [InlineData(65535L, "19FFFF")]
    [InlineData(65536L, "1A00010000")]
    [InlineData(1000000L, "1A000F4240")]
    [InlineData(4294967295L, "1AFFFFFFFF")]
    [InlineData(4294967296L, "1B0000000100000000")]
    [InlineData(1000000000000L, "1B000000E8D4A51000")]
    [InlineData(long.MaxValue, "1B7FFFFFFFFFFFFFFF")]
    [InlineData(-1L, "20")]
    [InlineData(-10L, "29")]
    [InlineData(-24L, "37")]
    [InlineData(-25L, "3818")]
    [InlineData(-100L, "3863")]
    [InlineData(-1000L, "3903E7")]
    [InlineData(long.MinValue, "3B7FFFFFFFFFFFFFFF")]
    public void RFC_8949_A_Integers(long value, string golden)
    {
        Assert.Equal(golden, Written(limit => Cbor.WriteInt(_b, 0, limit, value)));
        int length = golden.Length / 2;
        Assert.Equal(length, Cbor.SkipInt(_b, 0, length));
        Assert.Equal(value, Cbor.Int(_b, 0));
        for (int cut = 0; cut < length; cut++)
        {
            Assert.Equal(-1, Cbor.SkipInt(_b, 0, cut));
        }
    }

    [Theory]
    [InlineData(-1L, "1BFFFFFFFFFFFFFFFF", 0)]
    [InlineData(-1L, "3BFFFFFFFFFFFFFFFF", 1)]
    [InlineData(4L, "C4", 6)]
    [InlineData(32L, "D820", 6)]
    [InlineData(0L, "80", 4)]
    [InlineData(25L, "9819", 4)]
    [InlineData(2L, "A2", 5)]
    [InlineData(20L, "F4", 7)]
    [InlineData(21L, "F5", 7)]
    public void RFC_8949_A_Heads(long argument, string golden, int major)
    {
        Assert.Equal(golden, Written(limit => Cbor.WriteHead(_b, 0, limit, major, argument)));
        Assert.Equal(argument, Cbor.Argument(_b, 0));
        Assert.Equal(major, Cbor.Major(_b, 0, 1));

        // An integer beyond 64 bits with sign is none for a reading.
        if (argument < 0)
        {
            Assert.Equal(-1, Cbor.SkipInt(_b, 0, 9));
        }
    }

    [Theory]
    [InlineData("", "60")]
    [InlineData("a", "6161")]
    [InlineData("IETF", "6449455446")]
    [InlineData("\"\\", "62225C")]
    [InlineData("\u00fc", "62C3BC")]
    [InlineData("\u6c34", "63E6B0B4")]
    [InlineData("\ud800\udd51", "64F0908591")]
    public void RFC_8949_A_Text(string text, string golden)
    {
        byte[] value = Encoding.UTF8.GetBytes(text);
        Assert.Equal(
            golden,
            Written(limit => Cbor.WriteString(_b, 0, limit, Cbor.Text, value)));
        int length = golden.Length / 2;
        Assert.Equal(length, Cbor.SkipString(_b, 0, length, Cbor.Text));
        Assert.Equal(-1, Cbor.SkipString(_b, 0, length, Cbor.Octets));
        Assert.Equal(-1, Cbor.SkipString(_b, 0, length - 1, Cbor.Text));
    }

    [Fact]
    public void RFC_8949_A_Octets() =>
        Assert.Equal(
            "4401020304",
            Written(limit => Cbor.WriteString(_b, 0, limit, Cbor.Octets, [1, 2, 3, 4])));

    [Theory]
    [InlineData(0.0, "F90000")]
    [InlineData(-0.0, "F98000")]
    [InlineData(1.0, "F93C00")]
    [InlineData(1.1, "FB3FF199999999999A")]
    [InlineData(1.5, "F93E00")]
    [InlineData(65504.0, "F97BFF")]
    [InlineData(100000.0, "FA47C35000")]
    [InlineData(3.4028234663852886e+38, "FA7F7FFFFF")]
    [InlineData(1.0e+300, "FB7E37E43C8800759C")]
    [InlineData(5.960464477539063e-8, "F90001")]
    [InlineData(0.00006103515625, "F90400")]
    [InlineData(-4.0, "F9C400")]
    [InlineData(-4.1, "FBC010666666666666")]
    [InlineData(double.PositiveInfinity, "F97C00")]
    [InlineData(double.NaN, "F97E00")]
    [InlineData(double.NegativeInfinity, "F9FC00")]
    public void RFC_8949_A_Floats(double value, string golden)
    {
        long bits = BitConverter.DoubleToInt64Bits(value);
        Assert.Equal(golden, Written(limit => Cbor.WriteFloat(_b, 0, limit, bits)));
    }

    [Theory]
    [InlineData(65505.0, "FA477FE100")]
    [InlineData(65536.0, "FA47800000")]
    [InlineData(2.9802322387695312e-08, "FA33000000")]
    [InlineData(1.401298464324817e-45, "FA00000001")]
    [InlineData(7.006492321624085e-46, "FB3690000000000000")]
    [InlineData(double.Epsilon, "FB0000000000000001")]
    [InlineData(3.4028236e+38, "FB47EFFFFFF514A7BC")]
    [InlineData(0.0009765625, "F91400")]
    [InlineData(6.097555160522461e-05, "F903FF")]
    public void RFC_8949_4_2_1_The_edges_of_the_shorter_floats(double value, string golden)
    {
        long bits = BitConverter.DoubleToInt64Bits(value);
        Assert.Equal(golden, Written(limit => Cbor.WriteFloat(_b, 0, limit, bits)));
    }

    [Theory]
    [InlineData(27315L, -2, "C48221196AB3")]
    [InlineData(2731500L, -4, "C48221196AB3")]
    [InlineData(2300L, -2, "17")]
    [InlineData(0L, -7, "00")]
    [InlineData(0L, 99, "00")]
    [InlineData(-5L, 3, "391387")]
    [InlineData(9L, 18, "1B7CE66C50E2840000")]
    [InlineData(10L, 18, "C482120A")]
    [InlineData(-215L, -1, "C4822038D6")]
    [InlineData(long.MinValue, -1, "C482203B7FFFFFFFFFFFFFFF")]
    [InlineData(1L, -99, "C482386201")]
    public void RFC_8949_3_4_4_Decimal_fractions(long mantissa, int exponent, string golden) =>
        Assert.Equal(
            golden,
            Written(limit => Cbor.WriteDecimal(_b, 0, limit, mantissa, exponent)));

    [Fact]
    public void Random_floats_keep_their_value_in_the_shortest_form()
    {
        var random = new Random(1);
        for (int i = 0; i < 200_000; i++)
        {
            long bits = (i & 3) switch
            {
                0 => random.NextInt64() ^ (random.NextInt64() << 1),
                1 => BitConverter.DoubleToInt64Bits(
                    BitConverter.Int32BitsToSingle(random.Next() ^ (random.Next() << 1))),
                2 => BitConverter.DoubleToInt64Bits(
                    (double)BitConverter.UInt16BitsToHalf((ushort)random.Next(65536))),
                _ => BitConverter.DoubleToInt64Bits(random.Next(-5000, 5000) / 64.0),
            };
            double value = BitConverter.Int64BitsToDouble(bits);
            int end = Cbor.WriteFloat(_b, 0, _b.Length, bits);
            Assert.Equal(value, CborReader.ReadWhole(_b[..end]));
        }
    }

    [Fact]
    public void Random_decimal_numbers_become_the_nearest_double()
    {
        var random = new Random(2);
        var decimals = new DecimalToDouble();
        for (int i = 0; i < 200_000; i++)
        {
            long mantissa = random.NextInt64() >> random.Next(63);
            mantissa = (i & 1) == 0 ? mantissa : -mantissa;
            int exponent = (i & 2) == 0 ? random.Next(-99, 100) : random.Next(-6, 4);
            AssertNearest(decimals, mantissa, exponent);
        }
    }

    [Theory]
    [InlineData(9007199254740993L, 0)]
    [InlineData(9007199254740995L, 0)]
    [InlineData(90071992547409930L, -1)]
    [InlineData(900719925474099301L, -2)]
    [InlineData(long.MaxValue, 0)]
    [InlineData(long.MinValue, 0)]
    [InlineData(long.MaxValue, 99)]
    [InlineData(long.MinValue, 99)]
    [InlineData(long.MaxValue, -99)]
    [InlineData(1L, -99)]
    [InlineData(1L, 99)]
    [InlineData(-1L, -1)]
    [InlineData(1L, 0)]
    [InlineData(9223372036854775295L, 0)]
    [InlineData(9223372036854775296L - 512, 0)]
    [InlineData(1276020076001L, -3)]
    public void Ties_and_ends_become_the_nearest_double(long mantissa, int exponent) =>
        AssertNearest(new DecimalToDouble(), mantissa, exponent);

    [Fact]
    public void Every_halfway_number_of_a_kind_goes_to_the_even_neighbour()
    {
        // Odd numbers of 54 bits lie halfway between two doubles.
        var random = new Random(3);
        var decimals = new DecimalToDouble();
        for (int i = 0; i < 10_000; i++)
        {
            long halfway = (1L << 53) | (random.NextInt64() & ((1L << 53) - 1)) | 1;
            AssertNearest(decimals, halfway, 0);
            AssertNearest(decimals, halfway * 100, -2);
            AssertNearest(decimals, (halfway * 100) + 1, -2);
            AssertNearest(decimals, (halfway * 100) - 1, -2);
        }
    }

    [Theory]
    [InlineData("1817")]
    [InlineData("190017")]
    [InlineData("1A00000017")]
    [InlineData("1B00000000FFFFFFFF")]
    [InlineData("1C")]
    [InlineData("1F")]
    public void RFC_8949_4_1_Heads_longer_than_need_be_and_reserved_ones_are_refused(string hex)
    {
        byte[] octets = Convert.FromHexString(hex);
        Assert.Equal(-1, Cbor.CheckHead(octets, 0, octets.Length));
    }

    private static void AssertNearest(DecimalToDouble decimals, long mantissa, int exponent)
    {
        double expected = double.Parse(
            string.Create(CultureInfo.InvariantCulture, $"{mantissa}e{exponent}"),
            CultureInfo.InvariantCulture);
        Assert.Equal(
            BitConverter.DoubleToInt64Bits(expected),
            decimals.Convert(mantissa, exponent));
    }

    /// <summary>What a writer writes, after it refused every smaller limit without passing it.
    /// </summary>
    private string Written(Func<int, int> write)
    {
        for (int limit = 0; limit <= _b.Length; limit++)
        {
            Array.Fill<byte>(_b, 0xEE);
            int end = write(limit);
            Assert.False(_b.AsSpan(limit).ContainsAnyExcept<byte>(0xEE));
            if (end >= 0)
            {
                Assert.Equal(limit, end);
                return Convert.ToHexString(_b, 0, end);
            }
        }

        throw new InvalidOperationException("64 octets are not enough");
    }
}
