// Journal records: golden octets, every truncation, every flipped bit, guards.

using System;
using nanoPptp.Telemetry.Queue;
using Xunit;

namespace nanoPptp.Telemetry.Tests.Queue;

public class JournalRecordTests
{
    private const int Seed = 0x1234567;

    public static TheoryData<string> Kinds => ["H", "R", "D", "L", "C"];

    [Theory]
    [InlineData("H", "48000C6E5071310102030400000100")]
    [InlineData("R", "52000700000005AABBCC")]
    [InlineData("D", "4400080000000100000007")]
    [InlineData("L", "4C000400000200")]
    [InlineData("C", "4300020003")]
    public void Golden_octets_come_out_in_front_of_the_checksum(string kind, string expected)
    {
        byte[] b = new byte[600];
        int length = Write(kind, b, 0);
        Assert.Equal(Convert.FromHexString(expected), b[..(length - 4)]);
        int crc = kind == "H" ? 0 : Seed;
        Assert.Equal(Crc32.Update(crc, b, 0, length - 4), JournalRecord.Crc(b, 0));
        Assert.Equal(length, JournalRecord.Check(b, 0, length, crc));
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Every_truncation_is_incomplete_and_nothing_else_is_touched(string kind)
    {
        foreach (int offset in new[] { 0, 1, 7 })
        {
            foreach (byte fill in new byte[] { 0x00, 0xA5 })
            {
                byte[] b = new byte[600];
                Array.Fill(b, fill);
                int length = Write(kind, b, offset);
                Assert.All(b[..offset], octet => Assert.Equal(fill, octet));
                Assert.All(b[(offset + length)..], octet => Assert.Equal(fill, octet));
                int crc = kind == "H" ? 0 : Seed;
                Assert.Equal(length, JournalRecord.Check(b, offset, 600 - offset, crc));
                for (int cut = 0; cut < length; cut++)
                {
                    Assert.Equal(
                        JournalRecord.Incomplete, JournalRecord.Check(b, offset, cut, crc));
                }
            }
        }
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Every_flipped_bit_and_another_predecessor_are_noticed(string kind)
    {
        byte[] b = new byte[600];
        int length = Write(kind, b, 0);
        int crc = kind == "H" ? 0 : Seed;
        Assert.Equal(JournalRecord.Bad, JournalRecord.Check(b, 0, length, crc ^ 1));
        for (int bit = 0; bit < 8 * length; bit++)
        {
            b[bit >> 3] ^= (byte)(1 << (bit & 7));
            Assert.True(JournalRecord.Check(b, 0, length, crc) <= 0);
            b[bit >> 3] ^= (byte)(1 << (bit & 7));
        }
    }

    [Fact]
    public void Fields_are_read_as_they_were_written()
    {
        byte[] b = new byte[600];
        Write("H", b, 3);
        Assert.Equal(0x01020304, JournalRecord.Generation(b, 3));
        Assert.Equal(256, JournalRecord.HeaderLimit(b, 3));
        Write("R", b, 3);
        Assert.Equal(JournalRecord.Reading, JournalRecord.Kind(b, 3));
        Assert.Equal(5, JournalRecord.Number(b, 3));
        Assert.Equal(3, JournalRecord.ReadingLength(b, 3));
        Assert.Equal(0xAA, b[JournalRecord.ReadingOffset(3)]);
        Write("D", b, 3);
        Assert.Equal(1, JournalRecord.Number(b, 3));
        Assert.Equal(7, JournalRecord.LastNumber(b, 3));
        Write("C", b, 3);
        Assert.Equal(3, JournalRecord.Count(b, 3));
    }

    [Theory]
    [InlineData("44000800000000FFFFFFFF")]
    [InlineData("4400080000000500000004")]
    [InlineData("4C000480000000")]
    [InlineData("4C000400000000")]
    [InlineData("52000500000000AA")]
    [InlineData("5200057FFFFFFFAA")]
    [InlineData("48000C6E5071320102030400000100")]
    [InlineData("48000C6E5071310102030400000000")]
    public void What_means_nothing_is_bad_even_with_the_right_checksum(string octets)
    {
        byte[] b = new byte[40];
        byte[] record = Convert.FromHexString(octets);
        record.CopyTo(b, 0);
        int crc = Crc32.Update(Seed, b, 0, record.Length);
        for (int i = 0; i < 4; i++)
        {
            b[record.Length + i] = (byte)(crc >> (24 - (8 * i)));
        }

        Assert.Equal(JournalRecord.Bad, JournalRecord.Check(b, 0, record.Length + 4, Seed));
    }

    [Theory]
    [InlineData(0x52, 4)]
    [InlineData(0x52, 517)]
    [InlineData(0x52, 65535)]
    [InlineData(0x48, 11)]
    [InlineData(0x44, 9)]
    [InlineData(0x4C, 0)]
    [InlineData(0x43, 3)]
    [InlineData(0x00, 0)]
    [InlineData(0xFF, 65535)]
    public void A_length_that_no_such_record_has_is_bad_at_once(int kind, int length)
    {
        byte[] b = [(byte)kind, (byte)(length >> 8), (byte)length];
        Assert.Equal(JournalRecord.Bad, JournalRecord.Check(b, 0, 3, 0));
    }

    [Fact]
    public void The_longest_reading_fits()
    {
        byte[] b = new byte[JournalRecord.LongestLength];
        JournalRecord.WriteSequence(b, 0, 9);
        Assert.Equal(
            JournalRecord.LongestLength,
            JournalRecord.SealReading(b, 0, JournalRecord.LongestReading, Seed));
        Assert.Equal(b.Length, JournalRecord.Check(b, 0, b.Length, Seed));
    }

    private static int Write(string kind, byte[] b, int offset)
    {
        switch (kind)
        {
            case "H":
                return JournalRecord.WriteHeader(b, offset, 0x01020304, 256);
            case "R":
                JournalRecord.WriteSequence(b, offset, 5);
                byte[] octets = [0xAA, 0xBB, 0xCC];
                octets.CopyTo(b, JournalRecord.ReadingOffset(offset));
                return JournalRecord.SealReading(b, offset, 3, Seed);
            case "D":
                return JournalRecord.WriteDelivered(b, offset, 1, 7, Seed);
            case "L":
                return JournalRecord.WriteLease(b, offset, 512, Seed);
            default:
                return JournalRecord.WriteCommit(b, offset, 3, Seed);
        }
    }
}
