// Entries and packs: golden octets, every capacity, guard octets, and drawn readings read back by
// the independent reader.

using System;
using System.Collections.Generic;
using System.Linq;
using System.Text;
using nanoPptp.Telemetry.Senml;
using Xunit;

namespace nanoPptp.Telemetry.Tests.Senml;

public sealed class SenmlTests
{
    private const long Noon = 1_784_371_200_000;

    private static readonly byte[] s_baseName = Ascii("urn:dev:ow:10e2073a0108006:");

    private readonly byte[] _b = new byte[70_000];
    private readonly byte[] _entry = new byte[512];

    [Fact]
    public void An_entry_is_time_count_and_pairs()
    {
        int length = SenmlEntry.Write(
            _entry, 0, 512, Noon + 1, Ascii("voltage"), Ascii("V"), 1201, -1);
        Assert.Equal(
            "0000019F74CFC001" + "03" + "0067766F6C74616765" + "016156" + "02C482201904B1",
            Convert.ToHexString(_entry, 0, length));
        Assert.Equal(length, SenmlEntry.Check(_entry, 0, length));
    }

    [Theory]
    [InlineData(0, "00000000000003E8" + "02" + "006174" + "0209")]
    [InlineData(1, "00000000000003E8" + "02" + "006174" + "03626869")]
    [InlineData(2, "00000000000003E8" + "02" + "006174" + "04F5")]
    [InlineData(3, "00000000000003E8" + "02" + "006174" + "084401020304")]
    [InlineData(4, "00000000000003E8" + "01" + "04F4")]
    public void Other_values_are_text_truth_and_octets(int kind, string golden)
    {
        byte[] name = Ascii("t");
        int length = kind switch
        {
            0 => SenmlEntry.Write(_entry, 0, 512, 1000, name, null, 9, 0),
            1 => SenmlEntry.WriteText(_entry, 0, 512, 1000, name, null, Ascii("hi")),
            2 => SenmlEntry.WriteBool(_entry, 0, 512, 1000, name, null, true),
            3 => SenmlEntry.WriteData(_entry, 0, 512, 1000, name, null, [1, 2, 3, 4]),
            _ => SenmlEntry.WriteBool(_entry, 0, 512, 1000, [], null, false),
        };
        Assert.Equal(golden, Convert.ToHexString(_entry, 0, length));
        Assert.Equal(length, SenmlEntry.Check(_entry, 0, length));
    }

    [Fact]
    public void An_entry_keeps_to_its_capacity_and_every_truncation_is_refused()
    {
        foreach (byte[] whole in SomeEntries())
        {
            byte[] guarded = new byte[whole.Length + 32];
            for (int length = 0; length < whole.Length; length++)
            {
                Array.Fill<byte>(guarded, 0xEE);
                Array.Copy(whole, 0, guarded, 16, length);
                Assert.Equal(-1, SenmlEntry.Check(guarded, 16, length));
            }

            Array.Copy(whole, 0, guarded, 16, whole.Length);
            Assert.Equal(-1, SenmlEntry.Check(guarded, 16, whole.Length + 1));
            Assert.Equal(whole.Length, SenmlEntry.Check(guarded, 16, whole.Length));
        }

        int full = SenmlEntry.Write(_entry, 0, 512, Noon, Ascii("abc"), Ascii("Cel"), -12345, -2);
        for (int capacity = 0; capacity <= full; capacity++)
        {
            Array.Fill<byte>(_entry, 0xEE);
            int length = SenmlEntry.Write(
                _entry, 16, capacity, Noon, Ascii("abc"), Ascii("Cel"), -12345, -2);
            Assert.Equal(capacity == full ? full : -1, length);
            Assert.False(_entry.AsSpan(0, 16).ContainsAnyExcept<byte>(0xEE));
            Assert.False(_entry.AsSpan(16 + capacity).ContainsAnyExcept<byte>(0xEE));
        }
    }

    [Fact]
    public void Parameters_out_of_range_are_refused()
    {
        Assert.Equal(-1, SenmlEntry.Write(_entry, 0, 512, -1, null, null, 1, 0));
        Assert.Equal(-1, SenmlEntry.Write(_entry, 0, 512, 1, null, null, 1, 100));
        Assert.Equal(-1, SenmlEntry.Write(_entry, 0, 512, 1, null, null, 1, -100));
        Assert.True(SenmlEntry.Write(_entry, 0, 512, 1, null, null, 1, -99) > 0);
    }

    [Fact]
    public void RFC_8428_4_5_1_Names_have_a_small_alphabet()
    {
        const string Allowed =
            "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-:./_";
        for (int c = 0; c < 256; c++)
        {
            byte[] name = [(byte)'a', (byte)c];
            bool isGood = Allowed.Contains((char)c);
            Assert.Equal(isGood, SenmlEntry.IsName(name));
            Assert.Equal(isGood, SenmlEntry.Write(_entry, 0, 512, 1, name, null, 1, 0) > 0);
            byte[] first = [(byte)c];
            if (isGood && char.IsAsciiLetterOrDigit((char)c))
            {
                Assert.Equal(0, new SenmlPack(first, false).Count);
            }
            else
            {
                Assert.Throws<ArgumentException>(() => new SenmlPack(first, false));
            }
        }

        Assert.Throws<ArgumentException>(() => new SenmlPack([], false));
        Assert.Throws<ArgumentException>(() => new SenmlPack(null, false));
    }

    [Fact]
    public void RFC_8428_6_The_records_of_its_example_have_the_octets_of_the_RFC()
    {
        // The example of s.6 after its first record, which has a unit for all and a version: the
        // same labels in the order n, t, v, where a pack has t, n, v.
        var pack = new SenmlPack(s_baseName, writesFloats: true);
        pack.Begin(_b, 0, 1000);
        byte[] current = Ascii("current");
        for (int i = 0; i < 6; i++)
        {
            long timeMs = 1_276_020_076_001 + ((i - 5) * 1000);
            Add(pack, Number(timeMs, current, null, 12 + i, -1), 7 + i);
        }

        string octets = Convert.ToHexString(_b, 0, pack.End());
        Assert.Equal(
            "86" + "A5" + "21781B" + Convert.ToHexString(s_baseName)
            + "22FB41D303A159C01062" + "6373657107" + "006763757272656E74" + "02FB3FF3333333333333"
            + "A3" + "0601" + "006763757272656E74" + "02FB3FF4CCCCCCCCCCCD"
            + "A3" + "0602" + "006763757272656E74" + "02FB3FF6666666666666"
            + "A3" + "0603" + "006763757272656E74" + "02F93E00"
            + "A3" + "0604" + "006763757272656E74" + "02FB3FF999999999999A"
            + "A3" + "0605" + "006763757272656E74" + "02FB3FFB333333333333",
            octets);
    }

    [Fact]
    public void A_pack_has_base_name_base_time_and_sequence_once_and_then_differences()
    {
        var pack = new SenmlPack(Ascii("urn:x:"), writesFloats: false);
        pack.Begin(_b, 0, 1000);
        Add(pack, Number(Noon + 250, Ascii("t1"), Ascii("Cel"), 215, -1), 41);
        Add(pack, Number(Noon + 10250, Ascii("t1"), Ascii("Cel"), 216, -1), 42);
        Add(pack, Number(Noon + 10250, Ascii("t2"), Ascii("Cel"), 216, -1), 43);
        Add(pack, Number(Noon + 20000, Ascii("t1"), Ascii("Cel"), 218, -1), 512);
        Add(pack, Number(Noon, Ascii("t1"), Ascii("Cel"), 2200, -2), 513);
        Assert.Equal(5, pack.Count);
        Assert.Equal(
            "85"
            + "A6" + "216675726E3A783A" + "22C482211B" + "000000298BAE6019" + "637365711829"
            + "00627431" + "016343656C" + "02C4822018D7"
            + "A4" + "060A" + "00627431" + "016343656C" + "02C4822018D8"
            + "A4" + "060A" + "00627432" + "016343656C" + "02C4822018D8"
            + "A5" + "06C4822119" + "07B7" + "63736571190200"
            + "00627431" + "016343656C" + "02C4822018DA"
            + "A4" + "06C482213818" + "00627431" + "016343656C" + "0216",
            Golden(pack));
        IReadOnlyList<SenmlReading> readings = SenmlReader.Read(_b[..pack.End()]);
        Assert.Equal(
            [
                new("urn:x:t1", "Cel", 1784371200.25m, 21.5m, 41, null),
                new("urn:x:t1", "Cel", 1784371210.25m, 21.6m, 42, null),
                new("urn:x:t2", "Cel", 1784371210.25m, 21.6m, 43, null),
                new("urn:x:t1", "Cel", 1784371220m, 21.8m, 512, null),
                new("urn:x:t1", "Cel", 1784371200m, 22m, 513, null),
            ],
            readings);
    }

    [Fact]
    public void RFC_8428_5_1_5_All_sorts_of_values_in_one_pack()
    {
        var pack = new SenmlPack(Ascii("urn:dev:ow:10e2073a01080063:"), false);
        pack.Begin(_b, 0, 1000);
        Add(pack, Number(Noon, Ascii("temp"), Ascii("Cel"), 231, -1), 1);
        int length = SenmlEntry.WriteText(
            _entry, 0, 512, Noon, Ascii("label"), null, Ascii("Machine Room"));
        Add(pack, _entry[..length], 2);
        length = SenmlEntry.WriteBool(_entry, 0, 512, Noon, Ascii("open"), null, false);
        Add(pack, _entry[..length], 3);
        length = SenmlEntry.WriteData(
            _entry, 0, 512, Noon, Ascii("nfv-reader"), null, Ascii("hi \n"));
        Add(pack, _entry[..length], 4);
        IReadOnlyList<SenmlReading> readings = SenmlReader.Read(_b[..pack.End()]);
        Assert.Equal(
            [23.1m, "Machine Room", false],
            readings.Take(3).Select(reading => reading.Value));
        Assert.Equal(Ascii("hi \n"), readings[3].Value);
        Assert.Equal([1L, 2, 3, 4], readings.Select(reading => reading.Sequence));
        Assert.All(readings, reading => Assert.Equal(1784371200m, reading.Seconds));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void No_pack_writes_beyond_its_capacity_or_leaves_room_for_one_reading_more(bool floats)
    {
        List<byte[]> entries = SomeEntries();
        for (int capacity = 0; capacity <= 300; capacity++)
        {
            Array.Fill<byte>(_b, 0xEE, 0, 1000);
            var pack = new SenmlPack(Ascii("urn:x:"), floats);
            pack.Begin(_b, 100, capacity);
            int added = 0;
            byte[] next = entries[0];
            while (pack.Add(next, 0, next.Length, added + 1))
            {
                added++;
                next = entries[added % entries.Count];
            }

            int length = pack.End();
            Assert.Equal(added, pack.Count);
            Assert.InRange(length, 0, capacity);
            Assert.False(_b.AsSpan(0, 100).ContainsAnyExcept<byte>(0xEE));
            Assert.False(_b.AsSpan(100 + capacity, 500).ContainsAnyExcept<byte>(0xEE));
            if (added == 0)
            {
                Assert.Equal(0, length);
            }
            else
            {
                Assert.Equal(added, SenmlReader.Read(_b[100..(100 + length)]).Count);
            }

            // The reading that did not fit really needs more: the same pack with exact room.
            var roomy = new SenmlPack(Ascii("urn:x:"), floats);
            roomy.Begin(_b, 2000, 1000);
            for (int i = 0; i <= added; i++)
            {
                Add(roomy, entries[i % entries.Count], i + 1);
            }

            Assert.True(roomy.End() > capacity);
        }
    }

    [Theory]
    [InlineData(23)]
    [InlineData(24)]
    [InlineData(255)]
    [InlineData(256)]
    [InlineData(300)]
    public void RFC_8949_4_1_The_arrays_head_stays_the_shortest_as_the_pack_grows(int count)
    {
        var pack = new SenmlPack(Ascii("urn:x:"), false);
        int length = 0;
        foreach (int capacity in new[] { 69_000, 0, -1 })
        {
            pack.Begin(_b, 0, capacity == 69_000 ? capacity : length + capacity);
            for (int i = 1; i <= count; i++)
            {
                byte[] entry = Number(Noon + i, Ascii("t"), null, i, 0);
                bool fits = pack.Add(entry, 0, entry.Length, i);
                Assert.Equal(capacity != -1 || i != count, fits);
            }

            length = capacity == 69_000 ? pack.End() : length;
            IReadOnlyList<SenmlReading> readings = SenmlReader.Read(_b[..pack.End()]);
            Assert.Equal(pack.Count, readings.Count);
            Assert.Equal(
                Enumerable.Range(1, pack.Count).Select(i => (object)(decimal)i),
                readings.Select(reading => reading.Value!));
        }
    }

    [Fact]
    public void A_reading_that_does_not_fit_leaves_the_pack_as_it_was()
    {
        var pack = new SenmlPack(Ascii("urn:x:"), false);
        pack.Begin(_b, 0, 60);
        Add(pack, Number(Noon, Ascii("t"), null, 1, 0), 1);
        string before = Golden(pack);
        byte[] big = Number(Noon, Ascii(new string('x', 100)), null, 1, 0);
        Assert.False(pack.Add(big, 0, big.Length, 2));
        byte[] broken = Number(Noon, Ascii("t"), null, 1, 0);
        Assert.False(pack.Add(broken, 0, broken.Length - 1, 2));
        Assert.Equal(before, Golden(pack));
        Add(pack, Number(Noon, Ascii("t"), null, 2, 0), 2);
        Assert.Equal([1L, 2], SenmlReader.Read(_b[..pack.End()]).Select(r => r.Sequence));
    }

    [Fact]
    public void An_empty_pack_has_no_octets_and_Begin_forgets_the_last_one()
    {
        var pack = new SenmlPack(Ascii("urn:x:"), false);
        Assert.Equal(0, pack.End());
        Assert.False(pack.Add(Number(Noon, null, null, 1, 0), 0, 11, 1));
        pack.Begin(_b, 0, 100);
        Assert.Equal(0, pack.End());
        Add(pack, Number(Noon, null, null, 1, 0), 1);
        pack.Begin(_b, 0, 100);
        Assert.Equal(0, pack.End());
        Assert.Equal(0, pack.Count);
    }

    [Fact]
    public void RFC_8428_4_5_3_An_uptime_is_relative_to_now_while_the_time_of_day_is_unknown()
    {
        var pack = new SenmlPack(Ascii("urn:x:"), false);
        pack.SetClock(100_000, 0, 10);
        pack.Begin(_b, 0, 1000);
        Add(pack, Number(95_000, null, null, 1, 0), 10);
        Add(pack, Number(99_500, null, null, 2, 0), 11);
        Add(pack, Number(100_000, null, null, 3, 0), 12);
        Assert.Equal(
            [-5m, -0.5m, 0m],
            SenmlReader.Read(_b[..pack.End()]).Select(reading => reading.Seconds));
    }

    [Fact]
    public void RFC_8428_4_5_3_A_reading_of_just_now_without_a_clock_has_no_time_at_all()
    {
        var pack = new SenmlPack(Ascii("urn:x:"), false);
        pack.SetClock(100_000, 0, 1);
        pack.Begin(_b, 0, 1000);
        Add(pack, Number(100_000, null, null, 1, 0), 1);
        Assert.Equal("81A3216675726E3A783A63736571010201", Golden(pack));
    }

    [Fact]
    public void An_uptime_is_placed_when_the_time_of_day_is_known_at_last_beside_absolute_ones()
    {
        var pack = new SenmlPack(Ascii("urn:x:"), false);
        pack.SetClock(100_000, Noon, 1);
        pack.Begin(_b, 0, 1000);
        Add(pack, Number(95_000, null, null, 1, 0), 1);
        Add(pack, Number(Noon - 2_000, null, null, 2, 0), 2);
        Assert.Equal(
            [1784371195m, 1784371198m],
            SenmlReader.Read(_b[..pack.End()]).Select(reading => reading.Seconds));
    }

    [Fact]
    public void An_uptime_of_an_earlier_start_is_told_as_such_and_has_no_time()
    {
        var pack = new SenmlPack(Ascii("urn:x:"), false);
        foreach (int sequence in new[] { 9, 10 })
        {
            // Number 9 is of an earlier start; 10 claims an uptime that this start has not reached.
            pack.SetClock(100_000, Noon, 10);
            pack.Begin(_b, 0, 1000);
            long uptimeMs = sequence == 9 ? 95_500 : 100_001;
            Add(pack, Number(uptimeMs, null, null, 1, 0), sequence);
            SenmlReading reading = Assert.Single(SenmlReader.Read(_b[..pack.End()]));
            Assert.Equal(0m, reading.Seconds);
            Assert.Equal(uptimeMs / 1000m, reading.UptimeS);
        }
    }

    [Fact]
    public void Readings_whose_times_are_of_different_sorts_do_not_share_a_pack()
    {
        var pack = new SenmlPack(Ascii("urn:x:"), false);
        pack.SetClock(100_000, 0, 10);
        byte[][] sorts =
        [
            Number(Noon, null, null, 1, 0), Number(95_000, null, null, 1, 0),
            Number(200_000, null, null, 1, 0),
        ];
        foreach (byte[] first in sorts)
        {
            foreach (byte[] second in sorts)
            {
                pack.Begin(_b, 0, 1000);
                Add(pack, first, 10);
                Assert.Equal(
                    ReferenceEquals(first, second), pack.Add(second, 0, second.Length, 11));
            }
        }
    }

    [Fact]
    public void RFC_8428_4_5_3_No_record_is_absolute_by_mistake_or_relative_by_mistake()
    {
        var random = new Random(5);
        var pack = new SenmlPack(Ascii("urn:x:"), false);
        long[] edges =
        [
            0, 1, 999, SenmlEntry.FirstAbsoluteMs - 1, SenmlEntry.FirstAbsoluteMs,
            SenmlEntry.FirstAbsoluteMs + 1, Noon,
        ];
        for (int i = 0; i < 2000; i++)
        {
            long now = edges[random.Next(4)];
            pack.SetClock(now, random.Next(2) * Noon, random.Next(3));
            pack.Begin(_b, 0, 1000);
            var times = new List<long>();
            for (int k = 0; k < 4; k++)
            {
                long timeMs = edges[random.Next(edges.Length)];
                byte[] entry = Number(timeMs, null, null, 1, 0);
                if (pack.Add(entry, 0, entry.Length, k + 1))
                {
                    times.Add(timeMs);
                }
            }

            IReadOnlyList<SenmlReading> readings = SenmlReader.Read(_b[..pack.End()]);
            for (int k = 0; k < readings.Count; k++)
            {
                if (times[k] >= SenmlEntry.FirstAbsoluteMs)
                {
                    Assert.Equal(times[k] / 1000m, readings[k].Seconds);
                }
                else
                {
                    Assert.True(readings[k].Seconds is <= 0 or > 268_435_456m);
                }
            }
        }
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Drawn_readings_come_back_as_they_went(bool floats)
    {
        var random = new Random(6);
        var pack = new SenmlPack(s_baseName, floats);
        for (int round = 0; round < 3000; round++)
        {
            pack.Begin(_b, 0, random.Next(100, 1400));
            var expected = new List<SenmlReading>();
            int sequence = random.Next(1, 1 << 30);
            while (true)
            {
                sequence += random.Next(4) == 0 ? random.Next(1, 500) : 1;
                long timeMs = Noon + random.Next(-1_000_000, 1_000_000);
                long mantissa = random.NextInt64(-1L << 40, 1L << 40) >> random.Next(40);
                int exponent = random.Next(-8, 3);
                string name = "n" + random.Next(1000);
                string? unit = random.Next(2) == 0 ? null : "%RH";
                byte[] entry = Number(
                    timeMs, Ascii(name), unit == null ? null : Ascii(unit), mantissa, exponent);
                if (!pack.Add(entry, 0, entry.Length, sequence))
                {
                    break;
                }

                decimal value = exponent < 0
                    ? mantissa / (decimal)Math.Pow(10, -exponent)
                    : mantissa * (decimal)Math.Pow(10, exponent);
                expected.Add(new(
                    Encoding.ASCII.GetString(s_baseName) + name, unit, timeMs / 1000m, value,
                    sequence, null));
            }

            if (expected.Count == 0)
            {
                Assert.Equal(0, pack.End());
                continue;
            }

            IReadOnlyList<SenmlReading> readings = SenmlReader.Read(_b[..pack.End()]);
            Assert.Equal(expected.Count, readings.Count);
            for (int i = 0; i < expected.Count; i++)
            {
                SenmlReading was = expected[i];
                SenmlReading came = readings[i];
                Assert.Equal((double)(decimal)was.Value!, Convert.ToDouble(came.Value));
                Assert.Equal(was.Seconds, Math.Round(came.Seconds, 3));
                Assert.Equal(
                    was with { Value = null, Seconds = 0 },
                    came with { Value = null, Seconds = 0 });
            }
        }
    }

    [Fact]
    public void Random_octets_are_refused_or_are_entries_and_never_throw()
    {
        var random = new Random(7);
        var pack = new SenmlPack(Ascii("urn:x:"), true);
        List<byte[]> seeds = SomeEntries();
        int good = 0;
        for (int i = 0; i < 300_000; i++)
        {
            byte[] octets = (byte[])seeds[random.Next(seeds.Count)].Clone();
            for (int k = random.Next(4); k >= 0; k--)
            {
                octets[random.Next(octets.Length)] = (byte)random.Next(256);
            }

            pack.Begin(_b, 0, 300);
            if (pack.Add(octets, 0, octets.Length, 1))
            {
                Assert.Equal(octets.Length, SenmlEntry.Check(octets, 0, octets.Length));
                good++;
            }
        }

        Assert.InRange(good, 1000, 299_000);
    }

    [Fact]
    public void Nothing_is_allocated_after_construction()
    {
        var plain = new SenmlPack(Ascii("urn:x:"), false);
        var floats = new SenmlPack(Ascii("urn:x:"), true);
        byte[] name = Ascii("t1");
        byte[] unit = Ascii("Cel");
        long before = 0;
        for (int round = 0; round < 5000; round++)
        {
            if (round == 1000)
            {
                before = GC.GetAllocatedBytesForCurrentThread();
            }

            plain.Begin(_b, 0, 200);
            floats.Begin(_b, 300, 200);
            for (int i = 0; i < 8; i++)
            {
                int length = SenmlEntry.Write(
                    _entry, 0, 100, Noon + i, name, unit, round + i, -3);
                plain.Add(_entry, 0, length, i + 1);
                floats.Add(_entry, 0, length, i + 1);
            }

            plain.End();
            floats.End();
        }

        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    private static byte[] Ascii(string text) => Encoding.ASCII.GetBytes(text);

    private static byte[] Number(
        long timeMs, byte[]? name, byte[]? unit, long mantissa, int exponent)
    {
        byte[] entry = new byte[300];
        int length = SenmlEntry.Write(entry, 0, 300, timeMs, name, unit, mantissa, exponent);
        Assert.True(length > 0);
        return entry[..length];
    }

    private static List<byte[]> SomeEntries()
    {
        byte[] entry = new byte[300];
        var entries = new List<byte[]>
        {
            Number(Noon, Ascii("t1"), Ascii("Cel"), 215, -1),
            Number(Noon + 1500, null, null, 7, 0),
            Number(Noon + 2000, Ascii("p"), Ascii("Pa"), 101_325_000_001, -4),
        };
        entries.Add(
            entry[..SenmlEntry.WriteText(entry, 0, 300, Noon, Ascii("s"), null, Ascii("Run"))]);
        entries.Add(entry[..SenmlEntry.WriteBool(entry, 0, 300, Noon, Ascii("b"), null, true)]);
        entries.Add(entry[..SenmlEntry.WriteData(entry, 0, 300, Noon, Ascii("d"), null, [1, 2])]);
        entries.Add(Number(Noon + 9999, null, Ascii("/"), 123_456_789, 18));
        return entries;
    }

    private static void Add(SenmlPack pack, byte[] entry, int sequence) =>
        Assert.True(pack.Add(entry, 0, entry.Length, sequence));

    private string Golden(SenmlPack pack) => Convert.ToHexString(_b, 0, pack.End());
}
