// UDP header and checksum against octets computed by hand (RFC 768).

using System;
using nanoPptp.Telemetry.Ip;
using Xunit;

namespace nanoPptp.Telemetry.Tests.Ip;

public class UdpTests
{
    private const int Source = 0x0A620064;
    private const int Destination = 0x0A620001;

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(7)]
    public void Writes_the_golden_octets_at_any_offset_and_touches_nothing_else(int offset)
    {
        foreach (byte fill in new byte[] { 0x00, 0xA5 })
        {
            byte[] b = new byte[offset + 10 + 3];
            Array.Fill(b, fill);
            b[offset + 8] = (byte)'h';
            b[offset + 9] = (byte)'i';

            int length = Udp.Write(b, offset, 2, Source, 0x1234, Destination, 9);

            Assert.Equal(10, length);
            byte[] header = b[offset..(offset + 8)];

            // Sum: 0A62 + 0064 + 0A62 + 0001 + 0011 + 000A + 1234 + 0009 + 000A + 6869 = 8FF4.
            Assert.Equal(Convert.FromHexString("12340009000A700B"), header);
            for (int i = 0; i < b.Length; i++)
            {
                Assert.True((i >= offset && i < offset + 10) || b[i] == fill);
            }

            Assert.Equal(10, Udp.Check(b, offset, 10, Source, Destination));
            Assert.Equal(0x1234, Udp.SourcePort(b, offset));
            Assert.Equal(9, Udp.DestinationPort(b, offset));
        }
    }

    [Fact]
    public void Refuses_every_truncation_and_every_flipped_bit()
    {
        byte[] b = new byte[8 + 33];
        new Random(1).NextBytes(b);
        Udp.Write(b, 0, 33, Source, 65535, Destination, 0);
        for (int length = 0; length < b.Length; length++)
        {
            Assert.Equal(-1, Udp.Check(b, 0, length, Source, Destination));
        }

        for (int bit = 0; bit < 8 * b.Length; bit++)
        {
            b[bit / 8] ^= (byte)(1 << (bit % 8));
            Assert.Equal(-1, Udp.Check(b, 0, b.Length, Source, Destination));
            b[bit / 8] ^= (byte)(1 << (bit % 8));
        }

        Assert.Equal(b.Length, Udp.Check(b, 0, b.Length, Source, Destination));
        Assert.Equal(-1, Udp.Check(b, 0, b.Length, Source + 1, Destination));
    }

    [Fact]
    public void Takes_a_datagram_without_checksum_and_ignores_octets_behind_it()
    {
        byte[] b = new byte[8 + 5 + 4];
        Udp.Write(b, 0, 5, Source, 1, Destination, 2);
        Assert.Equal(13, Udp.Check(b, 0, b.Length, Source, Destination));
        b[6] = 0;
        b[7] = 0;
        b[9] = 0xFF;
        Assert.Equal(13, Udp.Check(b, 0, b.Length, Source, Destination));
    }

    [Fact]
    public void Sends_a_sum_of_zero_as_all_ones()
    {
        for (int value = 0; value < 65536; value++)
        {
            byte[] b = new byte[10];
            b[8] = (byte)(value >> 8);
            b[9] = (byte)value;
            Udp.Write(b, 0, 2, Source, 1, Destination, 2);
            Assert.False(b[6] == 0 && b[7] == 0);
            Assert.Equal(10, Udp.Check(b, 0, 10, Source, Destination));
        }
    }
}
