// A capture, decoded octet by octet by code that knows the format from its specification only.

using System;
using System.Buffers.Binary;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Text;
using Simulator.Reports;
using Xunit;

namespace Simulator.Tests.Reports;

public sealed class PcapngWriterTests
{
    private const long Noon = 1_795_000_000_123_456_789;

    [Fact]
    public void A_capture_of_one_packet_is_these_octets()
    {
        using MemoryStream stream = new();
        using (PcapngWriter writer = new(stream, "me", leaveOpen: true))
        {
            int number = writer.AddInterface("hub");
            writer.WritePacket(
                number, 0x0102030405060708, PacketDirection.Outbound, [0x45, 0xAA, 0xBB], "é!");
        }

        const string Section =
            "0A0D0D0A" + "28000000" + "4D3C2B1A" + "0100" + "0000" + "FFFFFFFFFFFFFFFF"
            + "0400" + "0200" + "6D650000" + "00000000" + "28000000";
        const string Interface =
            "01000000" + "28000000" + "6500" + "0000" + "00000000"
            + "0200" + "0300" + "68756200" + "0900" + "0100" + "09000000" + "00000000" + "28000000";
        const string Packet =
            "06000000" + "38000000" + "00000000" + "04030201" + "08070605"
            + "03000000" + "03000000" + "45AABB00"
            + "0100" + "0300" + "C3A92100" + "0200" + "0400" + "02000000" + "00000000" + "38000000";
        Assert.Equal(Section + Interface + Packet, Convert.ToHexString(stream.ToArray()));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(4)]
    [InlineData(1500)]
    [InlineData(9000)]
    public void Packets_of_any_length_come_back(int length)
    {
        byte[] packet = [.. Enumerable.Range(0, length).Select(i => (byte)i)];
        using MemoryStream stream = new();
        using (PcapngWriter writer = new(stream, "x", leaveOpen: true))
        {
            writer.AddInterface("a");
            writer.AddInterface("b");
            writer.WritePacket(1, Noon, PacketDirection.Inbound, packet);
            writer.WritePacket(0, Noon + 1, PacketDirection.Unknown, packet);
        }

        List<CapturedPacket> packets = Read(stream.ToArray(), out string[] names);
        Assert.Equal(["a", "b"], names);
        Assert.Equal(2, packets.Count);
        Assert.Equal(packet, packets[0].Octets);
        Assert.Equal((1, Noon, 1u, null), packets[0].Rest);
        Assert.Equal(packet, packets[1].Octets);
        Assert.Equal((0, Noon + 1, 0u, null), packets[1].Rest);
    }

    [Fact]
    public void Every_block_is_one_write_so_that_a_killed_writer_leaves_whole_blocks()
    {
        CountingStream stream = new();
        PcapngWriter writer = new(stream, "x");
        writer.AddInterface("a");
        for (int i = 0; i < 5; i++)
        {
            writer.WritePacket(0, Noon, PacketDirection.Inbound, new byte[3000], "comment");

            // Without Dispose, as after a kill: what is there is a capture.
            Assert.Equal(i + 1, Read(stream.ToArray(), out _).Count);
        }

        Assert.Equal(7, stream.WriteCount);
        Assert.Equal(7, stream.FlushCount);
        writer.Dispose();
        Assert.False(stream.CanWrite);
    }

    [Fact]
    public void A_long_comment_is_cut_between_two_characters()
    {
        using MemoryStream stream = new();
        using (PcapngWriter writer = new(stream, "x", leaveOpen: true))
        {
            writer.AddInterface("a");
            writer.WritePacket(
                0, Noon, PacketDirection.Inbound, [1], "x" + new string('é', 5000));
        }

        string? comment = Read(stream.ToArray(), out _)[0].Rest.Comment;
        Assert.Equal("x" + new string('é', 2047), comment);
    }

    [Theory]
    [InlineData(-1)]
    [InlineData(1)]
    public void An_interface_that_was_never_added_is_refused(int number)
    {
        using PcapngWriter writer = new(new MemoryStream(), "x");
        writer.AddInterface("a");
        Assert.Throws<ArgumentOutOfRangeException>(
            () => writer.WritePacket(number, Noon, PacketDirection.Inbound, [1]));
    }

    /// <summary>Reads a capture; demands that it is well formed to the last octet.</summary>
    internal static List<CapturedPacket> Read(byte[] octets, out string[] interfaceNames)
    {
        List<CapturedPacket> packets = [];
        List<string> names = [];
        int at = 0;
        while (at < octets.Length)
        {
            uint type = UInt32(octets, at);
            int length = (int)UInt32(octets, at + 4);
            Assert.Equal(0, length % 4);
            Assert.Equal((uint)length, UInt32(octets, at + length - 4));
            byte[] body = octets[(at + 8)..(at + length - 4)];
            switch (type)
            {
                case 0x0A0D0D0A:
                    Assert.Equal(0, at);
                    Assert.Equal(0x1A2B3C4Du, UInt32(body, 0));
                    break;
                case 1:
                    Assert.Equal(101, body[0] | (body[1] << 8));
                    Dictionary<int, byte[]> described = Options(body[8..]);
                    Assert.Equal<byte[]>([9], described[9]);
                    names.Add(Encoding.UTF8.GetString(described[2]));
                    break;
                case 6:
                    packets.Add(ReadPacket(body));
                    break;
                case 5:
                    Assert.Equal(octets.Length, at + length);
                    break;
                default:
                    Assert.Fail($"block type {type} at {at}");
                    break;
            }

            at += length;
        }

        Assert.Equal(octets.Length, at);
        interfaceNames = [.. names];
        return packets;
    }

    /// <summary>The comment of the block at the end, which must be one of interface statistics.
    /// </summary>
    internal static string Remark(byte[] octets)
    {
        int length = (int)UInt32(octets, octets.Length - 4);
        byte[] block = octets[^length..];
        Assert.Equal(5u, UInt32(block, 0));
        Assert.Equal((uint)length, UInt32(block, 4));
        return Encoding.UTF8.GetString(Options(block[20..^4])[1]);
    }

    private static CapturedPacket ReadPacket(byte[] body)
    {
        int length = (int)UInt32(body, 12);
        Assert.Equal((uint)length, UInt32(body, 16));
        int padded = (length + 3) & ~3;
        Assert.All(body[(20 + length)..(20 + padded)], octet => Assert.Equal(0, octet));
        Dictionary<int, byte[]> options = Options(body[(20 + padded)..]);
        return new CapturedPacket(
            body[20..(20 + length)],
            ((int)UInt32(body, 0),
                ((long)UInt32(body, 4) << 32) | UInt32(body, 8),
                options.TryGetValue(2, out byte[]? flags) ? UInt32(flags, 0) : 0,
                options.TryGetValue(1, out byte[]? text) ? Encoding.UTF8.GetString(text) : null));
    }

    private static Dictionary<int, byte[]> Options(byte[] octets)
    {
        Dictionary<int, byte[]> options = [];
        int at = 0;
        while (at < octets.Length)
        {
            int code = octets[at] | (octets[at + 1] << 8);
            int length = octets[at + 2] | (octets[at + 3] << 8);
            at += 4;
            if (code == 0)
            {
                Assert.Equal(0, length);
                Assert.Equal(octets.Length, at);
                return options;
            }

            options.Add(code, octets[at..(at + length)]);
            at += (length + 3) & ~3;
        }

        Assert.Empty(options);
        return options;
    }

    private static uint UInt32(byte[] octets, int at) =>
        BinaryPrimitives.ReadUInt32LittleEndian(octets.AsSpan(at));

    /// <summary>One packet of a capture.</summary>
    internal sealed record CapturedPacket(
        byte[] Octets, (int Interface, long Nanoseconds, uint Flags, string? Comment) Rest);

    private sealed class CountingStream : MemoryStream
    {
        public int WriteCount { get; private set; }

        public int FlushCount { get; private set; }

        public override void Write(byte[] buffer, int offset, int count)
        {
            WriteCount++;
            base.Write(buffer, offset, count);
        }

        public override void Flush() => FlushCount++;
    }
}
