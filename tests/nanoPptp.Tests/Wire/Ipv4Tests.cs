// The IPv4 header (RFC 791 s.3.1) and the Internet checksum (RFC 1071).

using System;
using System.Collections.Generic;
using nanoPptp.Diagnostics;
using nanoPptp.Tests.Support;
using nanoPptp.Wire;
using Xunit;

namespace nanoPptp.Tests.Wire;

public sealed class Ipv4Tests : CodecLaws
{
    private const int Source = 0x0A000102;
    private const int Destination = unchecked((int)0xC0A80001);

    // 10.0.1.2 to 192.168.0.1, UDP, 28 octets; the checksum was added up by hand:
    // 4500 + 001c + 0102 + 4000 + 4011 + 0a00 + 0102 + c0a8 + 0001 = 191da, 91db, complement 6e24.
    private const string Golden =
        "4500001c 01024000 40116e24 0a000102 c0a80001 0035003500080000";

    internal override IEnumerable<Codec> Codecs =>
    [
        new Codec
        {
            Name = "UDP packet",
            Golden = Octets.FromHex(Golden),
            Write = (b, offset) => WithPayload(b, offset, 28, 0x0102, 17, Source, Destination),
            Check = Ipv4.Check,
            CheckGives = 20,
            CheckNeeds = 28,
            Refusal = Reason.BadIpHeader,
            IsSealed = true,
            Fields =
            [
                new Field(
                    "total length",
                    2,
                    2,
                    0xFFFF,
                    Ipv4.TotalLength,
                    (b, o, v) => WithPayload(b, o, (int)v, 0x0102, 17, Source, Destination)),
                new Field(
                    "protocol",
                    9,
                    1,
                    0xFF,
                    Ipv4.Protocol,
                    (b, o, v) => WithPayload(b, o, 28, 0x0102, (int)v, Source, Destination)),
                new Field(
                    "source",
                    12,
                    4,
                    uint.MaxValue,
                    Ipv4.Source,
                    (b, o, v) => WithPayload(b, o, 28, 0x0102, 17, (int)v, Destination)),
                new Field(
                    "destination",
                    16,
                    4,
                    uint.MaxValue,
                    Ipv4.Destination,
                    (b, o, v) => WithPayload(b, o, 28, 0x0102, 17, Source, (int)v)),
            ],

            // The checksum guards every bit of the header.
            Forbidden =
            [
                new(0, 0xFF), new(1, 0xFF), new(2, 0xFF), new(3, 0xFF), new(4, 0xFF),
                new(5, 0xFF), new(6, 0xFF), new(7, 0xFF), new(8, 0xFF), new(9, 0xFF),
                new(10, 0xFF), new(11, 0xFF), new(12, 0xFF), new(13, 0xFF), new(14, 0xFF),
                new(15, 0xFF), new(16, 0xFF), new(17, 0xFF), new(18, 0xFF), new(19, 0xFF),
            ],
        },
    ];

    [Fact]
    public void A_header_with_options_of_every_length_is_taken()
    {
        for (int words = 5; words <= 15; words++)
        {
            byte[] b = new byte[words * 4];
            b[0] = (byte)(0x40 | words);
            b[3] = (byte)b.Length;
            for (int i = 12; i < b.Length; i++)
            {
                b[i] = (byte)(17 * i);
            }

            Seal(b);
            Assert.Equal(b.Length, Ipv4.Check(b, 0, b.Length));
            b[^1] ^= 1;
            Assert.Equal(-(int)Reason.BadIpHeader, Ipv4.Check(b, 0, b.Length));
        }
    }

    [Theory]
    [InlineData(0x65, 20)] // version 6
    [InlineData(0x05, 20)] // version 0
    [InlineData(0x44, 20)] // header of 16 octets
    [InlineData(0x45, 19)] // total length below the header
    [InlineData(0x46, 20)] // header of 24 octets in a packet of 20
    [InlineData(0x45, 41)] // more than there is
    public void A_sealed_header_that_contradicts_itself_is_refused(int first, int totalLength)
    {
        byte[] b = new byte[40];
        b[0] = (byte)first;
        b[3] = (byte)totalLength;
        Seal(b.AsSpan(0, Math.Max(20, (first & 15) * 4)));
        Assert.Equal(-(int)Reason.BadIpHeader, Ipv4.Check(b, 0, b.Length));
    }

    [Theory]
    [InlineData(0x0000, false)]
    [InlineData(0x4000, false)]
    [InlineData(0x8000, false)]
    [InlineData(0x2000, true)]
    [InlineData(0x0001, true)]
    [InlineData(0x3FFF, true)]
    public void A_fragment_has_an_offset_or_more_to_follow(int field, bool expected)
    {
        byte[] b = Octets.FromHex(Golden);
        Octets.Number((uint)field, 2).CopyTo(b, 6);
        Assert.Equal(expected, Ipv4.IsFragment(b, 0));
    }

    [Fact]
    public void The_checksum_is_that_of_the_example_in_RFC_1071()
    {
        // Section 3: 0001 f203 f4f5 f6f7 sum to ddf2.
        byte[] b = Octets.FromHex("0001 f203 f4f5 f6f7");
        Assert.Equal(0xDDF2 ^ 0xFFFF, Ipv4.Checksum(b, 0, 8, 0));
        Assert.Equal(0xDDF2 ^ 0xFFFF, Ipv4.Checksum(b, 2, 6, 1));
    }

    [Fact]
    public void An_odd_last_octet_is_padded_with_zero()
    {
        byte[] b = Octets.FromHex("0001 f203 f4f5 f6");
        byte[] padded = Octets.FromHex("0001 f203 f4f5 f600");
        Assert.Equal(Ipv4.Checksum(padded, 0, 8, 0), Ipv4.Checksum(b, 0, 7, 0));
    }

    [Fact]
    public void Check_agrees_with_Checksum_on_random_headers()
    {
        var random = new Random(791);
        for (int i = 0; i < 20000; i++)
        {
            int headerLength = random.Next(5, 16) * 4;
            byte[] b = new byte[64];
            random.NextBytes(b);
            b[0] = (byte)(0x40 | (headerLength / 4));
            Octets.Number((uint)headerLength, 2).CopyTo(b, 2);
            if (i % 2 == 0)
            {
                Seal(b.AsSpan(0, headerLength));
            }

            bool valid = Ipv4.Checksum(b, 0, headerLength, 0) == 0;
            Assert.True(i % 2 != 0 || valid);
            Assert.Equal(
                valid ? headerLength : -(int)Reason.BadIpHeader, Ipv4.Check(b, 0, b.Length));
        }
    }

    [Fact]
    public void The_longest_sums_do_not_overflow()
    {
        byte[] b = Octets.Filled(65535, 0xFF);
        Assert.Equal(0x00FF, Ipv4.Checksum(b, 0, 65535, 0));
        Assert.Equal(0xFFFF, Ipv4.Checksum(new byte[2], 0, 2, 0));
        Assert.Equal(0xFEFF, Ipv4.Checksum(new byte[2], 0, 2, 1 << 24));
    }

    [Fact]
    public void A_carry_out_of_the_carry_is_added_too()
    {
        // 2ffff: ffff and 2 are 10001, and that is 1 and 1.
        Assert.Equal(0xFFFD, Ipv4.Checksum(new byte[2], 0, 2, 0x2FFFF));
    }

    [Theory]
    [InlineData(255)]
    [InlineData(256)]
    [InlineData(300)]
    [InlineData(1400)]
    public void Both_octets_of_the_total_length_count(int totalLength)
    {
        byte[] b = new byte[totalLength];
        Ipv4.Write(b, 0, totalLength, 1, 17, Source, Destination);
        Assert.Equal(20, Ipv4.Check(b, 0, totalLength));
        Assert.Equal(-(int)Reason.BadIpHeader, Ipv4.Check(b, 0, totalLength - 1));
    }

    private static int WithPayload(
        byte[] b, int offset, int length, int identification, int protocol, int from, int to)
    {
        int written = Ipv4.Write(b, offset, length, identification, protocol, from, to);
        Octets.FromHex("0035003500080000").CopyTo(b, offset + written);
        return written + 8;
    }

    // The checksum by the shortest arithmetic there is: modulo 65535.
    private static void Seal(Span<byte> header)
    {
        header[10] = 0;
        header[11] = 0;
        long sum = 0;
        for (int i = 0; i < header.Length; i += 2)
        {
            sum += Octets.Number(header.Slice(i, 2));
        }

        long folded = sum % 65535;
        if (folded == 0 && sum != 0)
        {
            folded = 65535;
        }

        Octets.Number((uint)(folded ^ 0xFFFF), 2).CopyTo(header[10..]);
    }
}
