// The decoder against packs written by hand, with RFC 8428 section 6 and RFC 8949 beside them.

using System;
using System.Globalization;
using System.Linq;
using Simulator.Plant;
using Xunit;

namespace Simulator.Tests.Plant;

public class SenmlTests
{
    [Fact]
    public void A_pack_of_one_reading()
    {
        PlantReading reading = Assert.Single(SenmlDecoder.Read(PlantBench.Pack(300)));
        Assert.Equal(
            new PlantReading("pump-1/", 300, "t", 946_684_800_000, "Cel", 21.5m, null, null),
            reading);
    }

    [Fact]
    public void Base_values_hold_from_their_record_on_and_numbers_count_up()
    {
        byte[] pack = PlantBench.Hex("""
            84
            A5 21 61 70 22 C4 82 22 1A 00 0F 42 40 63 736571 07 00 61 61 02 01
            A3 00 61 62 06 C4 82 20 24 03 63 6F6666
            A3 00 61 61 04 F5 63 736571 09
            A4 21 61 71 00 61 61 02 39 01F3 06 03
            """);
        Assert.Equal(
            [
                new("p", 7, "a", 1_000_000, "", 1, null, null),
                new("p", 8, "b", 999_500, "", null, "off", null),
                new("p", 9, "a", 1_000_000, "", null, null, true),
                new("q", 10, "a", 1_003_000, "", -500, null, null),
            ],
            SenmlDecoder.Read(pack));
    }

    [Theory]
    [InlineData("00", "0")]
    [InlineData("1903E8", "1000")]
    [InlineData("3903E7", "-1000")]
    [InlineData("1BFFFFFFFFFFFFFFFF", "18446744073709551615")]
    [InlineData("3BFFFFFFFFFFFFFFFF", "-18446744073709551616")]
    [InlineData("C48221196AB3", "273.15")]
    [InlineData("C4820203", "300")]
    [InlineData("F93E00", "1.5")]
    [InlineData("FA47C35000", "100000")]
    [InlineData("FB3FF199999999999A", "1.1")]
    public void Numbers_of_rfc_8949_appendix_a(string octets, string value)
    {
        CborItem item = CborItem.Read(PlantBench.Hex(octets));
        Assert.Equal(CborKind.Number, item.Kind);
        Assert.Equal(decimal.Parse(value, CultureInfo.InvariantCulture), item.Number);
    }

    [Theory]
    [InlineData("9F 01 82 02 03 9F 04 05 FF FF")]
    [InlineData("BF 63 467565 F5 63 416D74 21 FF")]
    [InlineData("7F 65 7374726561 64 6D696E67 FF")]
    [InlineData("5F 42 0102 43 030405 FF")]
    [InlineData("F6")]
    [InlineData("F8 FF")]
    [InlineData("D8 20 61 61")]
    public void What_is_well_formed_is_read(string octets)
    {
        Assert.NotNull(CborItem.Read(PlantBench.Hex(octets)));
    }

    [Theory]
    [InlineData("")]
    [InlineData("18")]
    [InlineData("62 61")]
    [InlineData("61 FF")]
    [InlineData("1C")]
    [InlineData("FF")]
    [InlineData("F8 18")]
    [InlineData("82 01")]
    [InlineData("9F 01")]
    [InlineData("A1 01")]
    [InlineData("5F 61 61 FF")]
    [InlineData("01 01")]
    [InlineData("C4 82 61 61 01")]
    [InlineData("C4 01")]
    [InlineData("F9 7E00")]
    [InlineData("9B FFFFFFFFFFFFFFFF 01")]
    [InlineData("81 81 81 81 81 81 81 81 81 81 01")]
    public void What_is_not_well_formed_is_refused(string octets)
    {
        Assert.Throws<FormatException>(() => CborItem.Read(PlantBench.Hex(octets)));
    }

    [Theory]
    [InlineData("80")]
    [InlineData("A0")]
    [InlineData("81 01")]
    [InlineData("81 A1 02 01")]
    [InlineData("81 A2 00 61 2D 02 01")]
    [InlineData("81 A2 00 61 61 02 61 61")]
    [InlineData("81 A3 00 61 61 02 01 02 02")]
    [InlineData("81 A3 00 61 61 02 01 62 785F 01")]
    [InlineData("81 A3 20 0B 00 61 61 02 01")]
    [InlineData("81 A3 00 61 61 02 01 22 C4 82 23 01")]
    [InlineData("81 A3 00 61 61 02 01 63 736571 20")]
    [InlineData("81 A2 00 61 61 04 01")]
    public void What_is_no_pack_is_refused(string octets)
    {
        Assert.Throws<FormatException>(() => SenmlDecoder.Read(PlantBench.Hex(octets)));
    }

    [Fact]
    public void Every_truncation_of_a_pack_is_refused()
    {
        byte[] pack = PlantBench.Pack(300);
        for (int length = 0; length < pack.Length; length++)
        {
            Assert.Throws<FormatException>(() => SenmlDecoder.Read(pack.AsSpan(0, length)));
        }
    }

    [Fact]
    public void A_store_knows_what_came_and_in_which_order()
    {
        var store = new ReadingStore();
        int[] order = [1, 2, 5, 3, 4, 4, 9, 1];
        Assert.Equal(
            [
                StoreVerdict.New, StoreVerdict.New, StoreVerdict.New, StoreVerdict.OutOfOrder,
                StoreVerdict.OutOfOrder, StoreVerdict.Duplicate, StoreVerdict.New,
                StoreVerdict.Duplicate,
            ],
            order.Select(number => store.Add(Reading(number))));
        Assert.Equal(StoreVerdict.Unnumbered, store.Add(Reading(0)));
        SensorReadings sensor = store.Of("p");
        Assert.Equal([(1, 5), (9, 9)], sensor.Numbers.Ranges);
        Assert.Equal(9, sensor.ArrivedCount);
        Assert.Equal(2, sensor.DuplicateCount);
        Assert.Equal(2, sensor.OutOfOrderCount);
    }

    [Fact]
    public void A_set_of_numbers_is_a_set()
    {
        var random = new Simulator.World.Random64(5);
        var set = new NumberSet();
        var model = new System.Collections.Generic.HashSet<int>();
        for (int i = 0; i < 2_000; i++)
        {
            int number = random.Between(1, 600);
            Assert.Equal(model.Add(number), set.Add(number));
            Assert.True(set.Contains(number));
        }

        Assert.Equal(model.Count, set.Count);
        Assert.Equal(model.Max(), set.Greatest);
        Assert.All(Enumerable.Range(0, 700), i => Assert.Equal(model.Contains(i), set.Contains(i)));
        Assert.All(set.Ranges.Zip(set.Ranges.Skip(1)), pair =>
            Assert.True(pair.First.Last + 1 < pair.Second.First));
    }

    private static PlantReading Reading(int sequence) =>
        new("p", sequence, "a", 0, "", 1, null, null);
}
