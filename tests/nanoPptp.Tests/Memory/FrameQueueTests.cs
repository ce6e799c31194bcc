// The ring of negotiation packets that wait to be sent.

using System;
using System.Collections.Generic;
using nanoPptp.Memory;
using nanoPptp.Tests.Support;
using Xunit;

namespace nanoPptp.Tests.Memory;

public sealed class FrameQueueTests
{
    private const int SlotCount = 4;

    private readonly byte[] _arena = Octets.Filled(ArenaMap.Length, 0xA5);

    [Fact]
    public void A_committed_packet_comes_out_with_its_protocol()
    {
        var frames = new FrameQueue();
        Put(frames, 0xC021, Octets.FromHex("01020304"));
        Assert.Equal(1, frames.Count);
        frames.Take();
        Assert.Equal(0xC021, frames.Protocol);
        Assert.Equal("01020304", Octets.ToHex(Taken(frames)));
        Assert.Equal(0, frames.Count);
    }

    [Fact]
    public void There_is_room_for_gre_and_ppp_in_front_of_every_packet()
    {
        var frames = new FrameQueue();
        int end = ArenaMap.Frames;
        for (int i = 0; i < SlotCount; i++)
        {
            Put(frames, 0xC021, new byte[FrameQueue.PacketCapacity]);
        }

        for (int i = 0; i < SlotCount; i++)
        {
            frames.Take();
            Assert.True(frames.Offset - 20 >= end);
            end = frames.Offset + frames.Length;
        }

        Assert.Equal(ArenaMap.ControlOutput, end);
    }

    [Fact]
    public void Without_commit_nothing_is_reserved()
    {
        var frames = new FrameQueue();
        Assert.Equal(frames.Begin(), frames.Begin());
        Assert.Equal(0, frames.Count);
    }

    [Fact]
    public void A_full_queue_gives_no_room_until_a_frame_is_taken()
    {
        var frames = new FrameQueue();
        for (int i = 0; i < SlotCount; i++)
        {
            Put(frames, 0xC021, [(byte)i]);
        }

        Assert.Equal(-1, frames.Begin());
        frames.Take();
        Assert.True(frames.Begin() > 0);
    }

    [Fact]
    public void Any_order_of_calls_agrees_with_a_plain_queue()
    {
        var random = new Random(1661);
        var frames = new FrameQueue();
        var model = new Queue<(int Protocol, byte[] Packet)>();
        for (int i = 0; i < 20000; i++)
        {
            if (random.Next(2) == 0 && model.Count < SlotCount)
            {
                byte[] packet = new byte[random.Next(FrameQueue.PacketCapacity + 1)];
                random.NextBytes(packet);
                Put(frames, i, packet);
                model.Enqueue((i, packet));
            }
            else if (model.Count > 0)
            {
                (int protocol, byte[] packet) = model.Dequeue();
                frames.Take();
                Assert.Equal(protocol, frames.Protocol);
                Assert.Equal(packet, Taken(frames));
            }

            Assert.Equal(model.Count, frames.Count);
            if (random.Next(1000) == 0)
            {
                frames.Reset();
                model.Clear();
            }
        }
    }

    [Fact]
    public void No_octet_outside_the_slice_is_ever_written()
    {
        var frames = new FrameQueue();
        for (int i = 0; i < 3 * SlotCount; i++)
        {
            Put(frames, 0x80FD, new byte[FrameQueue.PacketCapacity]);
            frames.Take();
        }

        for (int i = 0; i < _arena.Length; i++)
        {
            if (i < ArenaMap.Frames || i >= ArenaMap.ControlOutput)
            {
                Assert.Equal(0xA5, _arena[i]);
            }
        }
    }

    private void Put(FrameQueue frames, int protocol, byte[] packet)
    {
        packet.CopyTo(_arena, frames.Begin());
        frames.Commit(protocol, packet.Length);
    }

    private byte[] Taken(FrameQueue frames) =>
        _arena.AsSpan(frames.Offset, frames.Length).ToArray();
}
