// ICMP Echo (RFC 792).

using System;
using nanoPptp.Telemetry.Ip;
using Xunit;

namespace nanoPptp.Telemetry.Tests.Ip;

public class IcmpTests
{
    // Echo, identifier 0x1234, sequence 1, data "abc"; sum 0800 + 1234 + 0001 + 6162 + 6300 = DE97.
    private static readonly byte[] s_echo = Convert.FromHexString("0800216812340001616263");

    [Fact]
    public void Turns_an_echo_into_its_reply()
    {
        byte[] b = (byte[])s_echo.Clone();
        Assert.Equal(b.Length, Icmp.Check(b, 0, b.Length));
        Assert.True(Icmp.IsEcho(b, 0));

        Icmp.WriteReply(b, 0, b.Length);

        Assert.Equal(Convert.FromHexString("0000296812340001616263"), b);
        Assert.Equal(b.Length, Icmp.Check(b, 0, b.Length));
        Assert.False(Icmp.IsEcho(b, 0));
    }

    [Theory]
    [InlineData(0x00)]
    [InlineData(0xA5)]
    public void Writes_a_golden_echo_without_data(byte fill)
    {
        byte[] b = new byte[7 + 8 + 3];
        Array.Fill(b, fill);

        Assert.Equal(8, Icmp.WriteEcho(b, 7, 0x1234, 1));

        // Sum: 0800 + 1234 + 0001 = 1A35.
        Assert.Equal(Convert.FromHexString("0800E5CA12340001"), b[7..15]);
        Assert.All(b[..7], octet => Assert.Equal(fill, octet));
        Assert.All(b[15..], octet => Assert.Equal(fill, octet));
        Assert.True(Icmp.IsEcho(b, 7));
        Icmp.WriteReply(b, 7, 8);
        Assert.True(Icmp.IsEchoReply(b, 7));
        Assert.Equal(1, Icmp.Sequence(b, 7));
    }

    [Fact]
    public void Refuses_what_is_too_short_and_every_flipped_bit()
    {
        byte[] b = (byte[])s_echo.Clone();
        for (int length = 0; length < Icmp.HeaderLength; length++)
        {
            Assert.Equal(-1, Icmp.Check(b, 0, length));
        }

        for (int bit = 0; bit < 8 * b.Length; bit++)
        {
            b[bit / 8] ^= (byte)(1 << (bit % 8));
            Assert.Equal(-1, Icmp.Check(b, 0, b.Length));
            b[bit / 8] ^= (byte)(1 << (bit % 8));
        }
    }
}
