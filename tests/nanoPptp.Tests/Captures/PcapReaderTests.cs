// The reader of captures is tested as well: a reader that drops packets would make every other
// test here pass on less.

using System;
using System.Buffers.Binary;
using System.Linq;
using Xunit;

namespace nanoPptp.Tests.Captures;

public class PcapReaderTests
{
    private static readonly byte[] s_ip =
    [
        0x45, 0, 0, 24, 0, 1, 0x40, 0, 64, 47, 0, 0, 10, 99, 0, 3, 10, 99, 0, 2, 1, 2, 3, 4,
    ];

    [Theory]
    [InlineData(0xA1B2C3D4, true)]
    [InlineData(0xA1B2C3D4, false)]
    [InlineData(0xA1B23C4D, true)]
    [InlineData(0xA1B23C4D, false)]
    public void Both_byte_orders_and_both_units_of_time_are_read(uint magic, bool little)
    {
        byte[] file = [.. Header(magic, little, 1), .. Record(magic, little, 18, 0)];

        CapturedPacket packet = Assert.Single(PcapReader.Parse(file));

        Assert.Equal(1, packet.Number);
        Assert.Equal(7_000_005, packet.TimeUs);
        Assert.Equal(s_ip, packet.Ip);
        Assert.Equal(CapturedPacket.Gre, packet.Protocol);
        Assert.Equal(0x0A630003u, packet.Source);
        Assert.Equal(0x0A630002u, packet.Destination);
        Assert.Equal([1, 2, 3, 4], packet.Payload.ToArray());
    }

    [Fact]
    public void What_is_cut_off_or_of_another_kind_is_refused()
    {
        const uint Magic = 0xA1B2C3D4;
        byte[] good = [.. Header(Magic, true, 1), .. Record(Magic, true, 0, 0)];
        Assert.Single(PcapReader.Parse(good));

        for (int length = 0; length < good.Length; length++)
        {
            if (length != 24)
            {
                Assert.Throws<FormatException>(() => PcapReader.Parse(good[..length]));
            }
        }

        Assert.Throws<FormatException>(() => PcapReader.Parse(Header(0x0A0D0D0A, true, 1)));
        Assert.Throws<FormatException>(() => PcapReader.Parse(Header(Magic, true, 101)));
        Assert.Throws<FormatException>(
            () => PcapReader.Parse([.. Header(Magic, true, 1), .. Record(Magic, true, 0, 9)]));
    }

    [Fact]
    public void A_stream_takes_each_octet_once_in_any_order_of_segments()
    {
        byte[] octets = [.. Enumerable.Range(0, 100).Select(i => (byte)i)];
        (int From, int To)[] cuts = [(50, 60), (0, 10), (90, 100), (5, 55), (0, 100), (60, 90)];
        var stream = new TcpStream();
        const uint First = uint.MaxValue - 40;

        stream.Add(Segment(First - 1, 2, []));
        foreach ((int from, int to) in cuts)
        {
            stream.Add(Segment(unchecked(First + (uint)from), 16, octets[from..to]));
        }

        stream.Add(Segment(unchecked(First + 100), 17, []));

        Assert.Equal(octets, stream.Octets);
        Assert.False(stream.HasHole);
        Assert.True(stream.IsFinished);
        Assert.Equal(cuts.Sum(cut => cut.To - cut.From) - 100, stream.RepeatedLength);
    }

    [Fact]
    public void A_stream_with_a_hole_says_so()
    {
        var stream = new TcpStream();

        stream.Add(Segment(9, 2, []));
        stream.Add(Segment(10, 16, [1, 2]));
        stream.Add(Segment(13, 16, [4]));

        Assert.Equal([1, 2], stream.Octets);
        Assert.True(stream.HasHole);
    }

    [Fact]
    public void Octets_that_come_again_must_be_the_same()
    {
        var stream = new TcpStream();
        stream.Add(Segment(9, 2, []));
        stream.Add(Segment(10, 16, [1, 2]));

        Assert.Throws<FormatException>(() => stream.Add(Segment(10, 16, [1, 3])));
    }

    private static TcpSegment Segment(uint sequence, int flags, byte[] data)
    {
        return new TcpSegment
        {
            SourcePort = 50000,
            DestinationPort = TcpConversation.HubPort,
            Sequence = sequence,
            Flags = flags,
            Data = data,
        };
    }

    private static byte[] Header(uint magic, bool little, uint linkType)
    {
        byte[] b = new byte[24];
        Write(b, 0, little, magic);
        Write(b, 16, little, 65535);
        Write(b, 20, little, linkType);
        return b;
    }

    private static byte[] Record(uint magic, bool little, int padding, uint missing)
    {
        byte[] b = new byte[16 + 14 + s_ip.Length + padding];
        uint length = (uint)(b.Length - 16);
        Write(b, 0, little, 7);
        Write(b, 4, little, magic == 0xA1B2C3D4 ? 5u : 5999u);
        Write(b, 8, little, length);
        Write(b, 12, little, length + missing);
        b[28] = 0x08;
        s_ip.CopyTo(b, 30);
        return b;
    }

    private static void Write(byte[] b, int offset, bool little, uint value)
    {
        if (little)
        {
            BinaryPrimitives.WriteUInt32LittleEndian(b.AsSpan(offset), value);
        }
        else
        {
            BinaryPrimitives.WriteUInt32BigEndian(b.AsSpan(offset), value);
        }
    }
}
