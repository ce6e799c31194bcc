// One machine of authentication between an arena of guard octets and a hub that is played here.

using System;
using System.Collections.Generic;
using System.Linq;
using nanoPptp.Auth;
using nanoPptp.Diagnostics;
using nanoPptp.Memory;
using Xunit;

namespace nanoPptp.Tests.Auth;

/// <summary>The machine under test and the hub opposite, whatever the method.</summary>
internal abstract class AuthenticationBench
{
    public const byte Guard = 0xA5;
    private const int PacketOffset = ArenaMap.ReceiveSlots + 100;

    protected AuthenticationBench()
    {
        Array.Fill(Arena, Guard);
        Credentials = new Credentials(Arena);
    }

    public byte[] Arena { get; } = new byte[ArenaMap.Length];

    public Credentials Credentials { get; }

    public FrameQueue Frames { get; } = new();

    public Counters Counters { get; } = new();

    public int NowMs { get; set; } = 1000;

    /// <summary>What the hub said about the failure, as the machine found it.</summary>
    public byte[] Text { get; private set; } = [];

    protected abstract Authentication Method { get; }

    /// <summary>Gives the machine a packet of any kind.</summary>
    public Reason Input(int code, int identifier, byte[] data)
    {
        int length = 4 + data.Length;
        return Input([(byte)code, (byte)identifier, (byte)(length >> 8), (byte)length, .. data]);
    }

    /// <summary>Gives the machine octets, and wants them unchanged.</summary>
    public Reason Input(byte[] packet)
    {
        packet.CopyTo(Arena, PacketOffset);
        Reason fate = Method.Input(PacketOffset, packet.Length, NowMs);
        Assert.Equal(packet, Arena[PacketOffset..(PacketOffset + packet.Length)]);
        Text = Method.Outcome == Authentication.Failed
            ? Arena[Method.TextOffset..(Method.TextOffset + Method.TextLength)]
            : [];
        Array.Fill(Arena, Guard, PacketOffset, packet.Length);
        return fate;
    }

    /// <summary>Gives the machine a packet again and again, lets it send and send again, and counts
    /// what it allocates.</summary>
    public long AllocatedBy(byte[] packet)
    {
        packet.CopyTo(Arena, PacketOffset);
        long before = 0;
        for (int i = 0; i < 100; i++)
        {
            if (i == 1)
            {
                // The first round may make static tables.
                before = GC.GetAllocatedBytesForCurrentThread();
            }

            Method.Begin(NowMs);
            Method.Input(PacketOffset, packet.Length, NowMs);
            Method.Tick(NowMs + Limits.RestartTimerMs);
            Frames.Reset();
            Method.Reset();
        }

        return GC.GetAllocatedBytesForCurrentThread() - before;
    }

    /// <summary>Lets time pass.</summary>
    public void Advance(int ms)
    {
        NowMs = unchecked(NowMs + ms);
        Method.Tick(NowMs);
    }

    /// <summary>Takes the packet that the machine must have sent.</summary>
    public byte[] ExpectPacket()
    {
        Assert.Equal(1, Frames.Count);
        Frames.Take();
        Assert.Equal(Method.Protocol, Frames.Protocol);
        return Arena[Frames.Offset..(Frames.Offset + Frames.Length)];
    }

    public void ExpectNothing()
    {
        Assert.Equal(0, Frames.Count);
    }

    /// <summary>Asserts that the machine wrote to its secrets and to frames and nowhere else.
    /// </summary>
    public void AssertGuardsAreIntact()
    {
        const int FramesEnd =
            ArenaMap.Frames + (Limits.FrameSlotCount * Limits.FrameSlotLength);
        IEnumerable<byte> others = Arena[..ArenaMap.Frames]
            .Concat(Arena[FramesEnd..ArenaMap.Secrets]);
        Assert.DoesNotContain(others, octet => octet != Guard);
    }
}
