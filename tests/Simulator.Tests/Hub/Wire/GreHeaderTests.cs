// RFC 2637 section 4.1: packets of real peers, forbidden bits, missing octets.

using System;
using Simulator.Hub;
using Xunit;

namespace Simulator.Tests.Hub.Wire;

public class GreHeaderTests
{
    // Headers as pptpd and pptp-linux send them, with payloads cut to four octets.
    private const string WithBoth = "3081 880b 0004 399d 00000002 00000001 c0210900";
    private const string WithSequence = "3001 880b 0004 0000 00000001 ff03c021";
    private const string AckOnly = "2081 880b 0000 399d 0000000c";

    [Fact]
    public void Real_headers_are_read()
    {
        Assert.True(GreHeader.TryRead(ScriptedClient.Bytes(WithBoth), out GreHeader header));
        Assert.Equal(new GreHeader(0x399D, 2, 1, 16, 4), header);
        Assert.True(GreHeader.TryRead(ScriptedClient.Bytes(WithSequence), out header));
        Assert.Equal(new GreHeader(0, 1, null, 12, 4), header);
        Assert.True(GreHeader.TryRead(ScriptedClient.Bytes(AckOnly), out header));
        Assert.Equal(new GreHeader(0x399D, null, 12, 12, 0), header);
    }

    [Theory]
    [InlineData(WithBoth, 0x399D, 4, 2u, 1u)]
    [InlineData(WithSequence, 0, 4, 1u, null)]
    [InlineData(AckOnly, 0x399D, 0, null, 12u)]
    public void Real_headers_are_written(
        string hex, int callId, int payloadLength, uint? sequence, uint? acknowledgment)
    {
        byte[] expected = ScriptedClient.Bytes(hex);
        foreach (byte filler in (byte[])[0x00, 0xA5])
        {
            var buffer = new byte[GreHeader.MaximumLength + 1];
            Array.Fill(buffer, filler);
            int length = GreHeader.Write(
                buffer, (ushort)callId, payloadLength, sequence, acknowledgment);
            Assert.Equal(expected.Length - payloadLength, length);
            Assert.Equal(expected[..length], buffer[..length]);
            Assert.Equal(filler, buffer[length]);
            Assert.Equal(
                length, GreHeader.LengthWith(sequence.HasValue, acknowledgment.HasValue));
        }
    }

    [Theory]
    [InlineData(WithBoth)]
    [InlineData(WithSequence)]
    [InlineData(AckOnly)]
    public void Every_truncation_is_refused_and_padding_is_not(string hex)
    {
        byte[] packet = ScriptedClient.Bytes(hex);
        for (int length = 0; length < packet.Length; length++)
        {
            Assert.False(GreHeader.TryRead(packet.AsSpan(0, length), out _));
        }

        Assert.True(GreHeader.TryRead((byte[])[.. packet, 0, 0, 0], out GreHeader header));
        Assert.Equal(packet.Length, header.Length + header.PayloadLength);
    }

    [Fact]
    public void Every_other_bit_in_the_first_four_octets_is_refused()
    {
        for (int bit = 0; bit < 32; bit++)
        {
            byte[] packet = ScriptedClient.Bytes(WithBoth);
            packet[bit / 8] ^= (byte)(0x80 >> (bit % 8));
            bool isAcknowledgmentBit = bit == 8;
            // Without the A bit the same octets are a shorter header and four more of payload.
            Assert.Equal(isAcknowledgmentBit, GreHeader.TryRead(packet, out _));
        }
    }

    [Theory]
    [InlineData("3001 880b 0000 0000 00000001", "a sequence number without a payload")]
    [InlineData("2081 880b 0001 0000 00000001 c0", "a payload without a sequence number")]
    [InlineData("2001 880b 0000 0000", "nothing at all")]
    public void Headers_that_make_no_sense_are_refused(string hex, string why)
    {
        Assert.False(GreHeader.TryRead(ScriptedClient.Bytes(hex), out _), why);
    }
}
