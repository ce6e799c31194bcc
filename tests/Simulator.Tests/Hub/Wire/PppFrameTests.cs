// RFC 1661 sections 2, 5 and 6: protocol fields, packets, option lists.

using System;
using System.Collections.Generic;
using Simulator.Hub;
using Xunit;

namespace Simulator.Tests.Hub.Wire;

public class PppFrameTests
{
    [Theory]
    [InlineData("ff03c02101", 0xC021, "01")]
    [InlineData("c02101", 0xC021, "01")]
    [InlineData("ff03002101", 0x0021, "01")]
    [InlineData("ff032101", 0x0021, "01")]
    [InlineData("2101", 0x0021, "01")]
    [InlineData("fd", 0x00FD, "")]
    [InlineData("00fd", 0x00FD, "")]
    public void Both_compressions_are_understood_at_any_time(
        string hex, int protocol, string information)
    {
        Assert.True(PppFrame.TryRead(ScriptedClient.Bytes(hex), out ushort read, out var rest));
        Assert.Equal(protocol, read);
        Assert.Equal(information, Convert.ToHexStringLower(rest));
    }

    [Theory]
    [InlineData("")]
    [InlineData("ff03")]
    [InlineData("ff0300")]
    [InlineData("c0")]
    [InlineData("c020")]
    public void Frames_without_a_whole_odd_protocol_are_refused(string hex)
    {
        Assert.False(PppFrame.TryRead(ScriptedClient.Bytes(hex), out _, out _));
    }

    [Theory]
    [InlineData(0xC021, true, true, "ff03c021")]
    [InlineData(0xC021, false, true, "c021")]
    [InlineData(0x00FD, false, true, "fd")]
    [InlineData(0x00FD, false, false, "00fd")]
    [InlineData(0x0021, true, true, "ff0321")]
    [InlineData(0x0021, true, false, "ff030021")]
    public void Headers_are_written_backwards(
        int protocol, bool addressControl, bool compress, string expected)
    {
        var buffer = new byte[8];
        int start = PppFrame.WriteBefore(buffer, 6, (ushort)protocol, addressControl, compress);
        Assert.Equal(expected, Convert.ToHexStringLower(buffer.AsSpan(start, 6 - start)));
    }

    [Fact]
    public void A_packet_ends_where_its_length_says()
    {
        byte[] octets = ScriptedClient.Bytes("09 07 0006 1122 aaaa");
        Assert.True(PppPacket.TryRead(octets, out PppPacket packet));
        Assert.Equal(PppCode.EchoRequest, packet.Code);
        Assert.Equal(7, packet.Identifier);
        Assert.Equal("1122", Convert.ToHexStringLower(packet.Data));
        for (int length = 0; length < 6; length++)
        {
            Assert.False(PppPacket.TryRead(octets.AsSpan(0, length), out _));
        }

        octets[3] = 3;
        Assert.False(PppPacket.TryRead(octets, out _));
    }

    [Fact]
    public void Options_are_walked_in_order()
    {
        byte[] list = ScriptedClient.Bytes(ScriptedClient.LcpOptions);
        var seen = new List<string>();
        foreach (PppOption option in new PppOptions(list))
        {
            seen.Add($"{option.Type}:{Convert.ToHexStringLower(option.Data)}");
        }

        Assert.Equal(["1:0578", "2:00000000", "5:11223344", "7:", "8:"], seen);
        Assert.True(PppOptions.AreSound(list));
        Assert.True(PppOptions.AreSound([]));
    }

    [Theory]
    [InlineData("01")]
    [InlineData("0100")]
    [InlineData("0101")]
    [InlineData("01040578 02")]
    [InlineData("01040578 0206000000")]
    [InlineData("01040578 0200")]
    public void Unsound_lists_are_seen(string hex)
    {
        Assert.False(PppOptions.AreSound(ScriptedClient.Bytes(hex)));
    }

    [Fact]
    public void Options_are_written_one_behind_the_other()
    {
        var list = new byte[24];
        var writer = new PppOptionWriter(list);
        writer.Add(1, (ushort)0x0578);
        writer.Add(2, 0u);
        writer.Copy(new PppOption(ScriptedClient.Bytes("050611223344")));
        writer.Add(7);
        writer.Add(8, ReadOnlySpan<byte>.Empty);
        Assert.Equal(
            ScriptedClient.Bytes(ScriptedClient.LcpOptions), list[..writer.Length]);
    }
}
