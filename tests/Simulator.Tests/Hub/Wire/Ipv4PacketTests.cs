// RFC 791, 768, 792: what a client wrote by hand is read, what the hub writes is sound.

using System;
using Simulator.Hub;
using Xunit;

namespace Simulator.Tests.Hub.Wire;

public class Ipv4PacketTests
{
    // RFC 1071's example, and a header whose checksum is printed in many textbooks.
    [Theory]
    [InlineData("0001f203f4f5f6f7", 0x220D)]
    [InlineData("45000073000040004011 0000 c0a80001c0a800c7", 0xB861)]
    [InlineData("01", 0xFEFF)]
    public void The_checksum_is_that_of_the_rfc(string hex, int expected)
    {
        Assert.Equal(expected, InternetChecksum.Of(ScriptedClient.Bytes(hex)));
    }

    [Fact]
    public void A_datagram_written_by_hand_is_read()
    {
        byte[] octets = ScriptedClient.UdpOf("hello"u8.ToArray(), 0x0A620064, "10.98.0.1", 9);
        Assert.Equal(Ipv4Verdict.Sound, Ipv4Packet.Check(octets, out Ipv4Packet packet));
        Assert.True(UdpDatagram.TryRead(
            packet, out ushort source, out ushort destination, out var payload, out bool sound));
        Assert.Equal((12345, 9, true), (source, destination, sound));
        Assert.Equal("hello"u8.ToArray(), payload.ToArray());
    }

    [Fact]
    public void Every_single_damaged_bit_of_a_datagram_is_seen()
    {
        byte[] good = ScriptedClient.UdpOf("hello"u8.ToArray(), 0x0A620064, "10.98.0.1", 9);
        for (int bit = 0; bit < good.Length * 8; bit++)
        {
            byte[] octets = [.. good];
            octets[bit / 8] ^= (byte)(1 << (bit % 8));
            bool isTaken =
                Ipv4Packet.Check(octets, out Ipv4Packet packet) == Ipv4Verdict.Sound
                && UdpDatagram.TryRead(packet, out _, out _, out _, out bool sound)
                && sound;
            Assert.False(isTaken, $"bit {bit}");
        }
    }

    [Fact]
    public void Every_truncation_is_refused_and_padding_is_cut_off()
    {
        byte[] good = ScriptedClient.UdpOf("hello"u8.ToArray(), 1, "10.98.0.1", 9);
        for (int length = 0; length < good.Length; length++)
        {
            Assert.Equal(
                Ipv4Verdict.Malformed, Ipv4Packet.Check(good.AsSpan(0, length), out _));
        }

        Assert.Equal(
            Ipv4Verdict.Sound, Ipv4Packet.Check((byte[])[.. good, 0, 0], out Ipv4Packet packet));
        Assert.Equal(good.Length, packet.Whole.Length);
    }

    [Theory]
    [InlineData(0x2000)]
    [InlineData(0x0001)]
    public void Fragments_are_not_taken(int flagsAndOffset)
    {
        byte[] octets = ScriptedClient.Ipv4Of(17, 1, 2, new byte[8]);
        ScriptedClient.Short(flagsAndOffset).CopyTo(octets, 6);
        ScriptedClient.Short(0).CopyTo(octets, 10);
        ScriptedClient.Short(InternetChecksum.Of(octets.AsSpan(0, 20))).CopyTo(octets, 10);
        Assert.Equal(Ipv4Verdict.Fragment, Ipv4Packet.Check(octets, out _));
    }

    [Fact]
    public void A_datagram_without_a_checksum_is_sound()
    {
        byte[] octets = ScriptedClient.UdpOf("hello"u8.ToArray(), 1, "10.98.0.1", 9);
        octets[26] = 0;
        octets[27] = 0;
        Assert.Equal(Ipv4Verdict.Sound, Ipv4Packet.Check(octets, out Ipv4Packet packet));
        Assert.True(UdpDatagram.TryRead(packet, out _, out _, out _, out bool sound));
        Assert.True(sound);
    }

    [Fact]
    public void Datagrams_round_trip_and_never_carry_a_zero_checksum()
    {
        var buffer = new byte[64];
        bool hasSeenAllOnes = false;
        for (int i = 0; i < 0x10000; i++)
        {
            Array.Fill(buffer, (byte)0xA5);
            int length = UdpDatagram.Write(
                buffer, 7, 0x0A620001, 1, 0x0A620064, 2, ScriptedClient.Short(i));
            Assert.False(buffer[26] == 0 && buffer[27] == 0);
            hasSeenAllOnes |= buffer[26] == 0xFF && buffer[27] == 0xFF;
            Assert.Equal(
                Ipv4Verdict.Sound,
                Ipv4Packet.Check(buffer.AsSpan(0, length), out Ipv4Packet packet));
            Assert.True(UdpDatagram.TryRead(
                packet, out ushort from, out ushort to, out var payload, out bool sound));
            Assert.True(sound);
            Assert.Equal((1, 2, 2), (from, to, payload.Length));
        }

        Assert.True(hasSeenAllOnes);
    }

    [Fact]
    public void Echo_messages_round_trip_and_other_icmp_is_left_alone()
    {
        var buffer = new byte[64];
        int length = IcmpEcho.Write(buffer, 7, 1, 2, IcmpEcho.Request, 3, 4, "abc"u8);
        Assert.Equal(
            Ipv4Verdict.Sound,
            Ipv4Packet.Check(buffer.AsSpan(0, length), out Ipv4Packet packet));
        Assert.Equal(0, InternetChecksum.Of(packet.Payload));
        Assert.True(IcmpEcho.TryRead(
            packet.Payload, out byte type, out ushort id, out ushort sequence, out var payload));
        Assert.Equal((8, 3, 4), (type, id, sequence));
        Assert.Equal("abc"u8.ToArray(), payload.ToArray());
        foreach (string hex in (string[])["0300 0000 00000000", "0800 0000 000000"])
        {
            Assert.False(
                IcmpEcho.TryRead(ScriptedClient.Bytes(hex), out _, out _, out _, out _));
        }
    }

    [Fact]
    public void Addresses_are_numbers_in_host_order()
    {
        Assert.Equal(0x0A620001u, Ipv4Address.Parse("10.98.0.1"));
        Assert.Equal("255.0.128.1", Ipv4Address.ToText(0xFF008001));
        Assert.Throws<FormatException>(() => Ipv4Address.Parse("::1"));
    }
}
