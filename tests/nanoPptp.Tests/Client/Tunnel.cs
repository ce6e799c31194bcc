// A client and a scripted hub with a clock between them. Octets are carried at once; a test that
// wants to lose, delay or split them takes them from the queues itself.

using System;
using System.Collections.Generic;
using nanoPptp.Client;
using nanoPptp.Diagnostics;
using nanoPptp.Tests.Support;
using Xunit;

namespace nanoPptp.Tests.Client;

internal sealed class Tunnel
{
    private const int OuterHeaderLength = 20;

    internal Tunnel(int nowMs = 1000)
    {
        NowMs = nowMs;
    }

    internal PptpClient Client { get; private init; } = new();

    internal ScriptedHub Hub { get; private init; } = new();

    internal PptpSettings Settings { get; } = MakeSettings();

    /// <summary>What the client's random numbers are drawn from.</summary>
    internal byte[] Entropy { get; set; } = Octets.Filled(32, 0x5A);

    internal int NowMs { get; private set; }

    /// <summary>IP packets that the client delivered.</summary>
    internal List<byte[]> Delivered { get; } = [];

    internal List<Stage> Stages { get; } = [];

    internal List<Reason> Troubles { get; } = [];

    /// <summary>Every GRE packet that the client gave out.</summary>
    internal List<byte[]> GreSent { get; } = [];

    /// <summary>Every piece of the control connection that the client gave out.</summary>
    internal List<byte[]> ControlSent { get; } = [];

    /// <summary>Whether the path lets GRE packets of the client through.</summary>
    internal bool GreOutPasses { get; set; } = true;

    /// <summary>Whether the path lets GRE packets of the hub through.</summary>
    internal bool GreInPasses { get; set; } = true;

    /// <summary>What somebody on the path makes of a GRE packet of the client; null: nothing.
    /// </summary>
    internal Func<byte[], byte[]?> OnWayOut { get; set; } = packet => packet;

    /// <summary>What somebody on the path makes of a GRE packet of the hub; null: nothing.
    /// </summary>
    internal Func<byte[], byte[]?> OnWayIn { get; set; } = packet => packet;

    /// <summary>How many octets the client's TCP socket takes at once.</summary>
    internal int SocketTakes { get; set; } = int.MaxValue;

    /// <summary>How the octets of the hub are cut on their way through TCP.</summary>
    internal Func<byte[], IEnumerable<byte[]>> Cut { get; set; } = octets => [octets];

    internal Counters Counters => Client.Counters;

    internal Diagnosis Diagnosis => Client.Diagnosis;

    /// <summary>A tunnel that is up.</summary>
    internal static Tunnel Up(int nowMs = 1000)
    {
        var tunnel = new Tunnel(nowMs);
        tunnel.Dial();
        Assert.Equal(Stage.Up, tunnel.Client.Stage);
        tunnel.Hub.Log.Clear();
        tunnel.Stages.Clear();
        return tunnel;
    }

    /// <summary>The same client, later, with another hub.</summary>
    internal Tunnel With(ScriptedHub hub) => new(NowMs) { Client = Client, Hub = hub };

    /// <summary>Opens, connects TCP, and carries octets until nobody has any more.</summary>
    internal Tunnel Dial()
    {
        Open();
        Client.ControlConnected(NowMs);
        return Pump();
    }

    internal void Open() => Client.Open(Settings, Entropy, 0, Entropy.Length, NowMs);

    internal Tunnel Pump()
    {
        for (int i = 0; ; i++)
        {
            Assert.True(i < 10000, "client and hub never come to rest");
            bool moved = PollOnce();
            while (!moved && Hub.ControlOut.TryDequeue(out byte[]? message))
            {
                ControlArrives(message);
                moved = true;
            }

            while (!moved && Hub.GreOut.TryDequeue(out byte[]? packet))
            {
                if (GreInPasses && OnWayIn(packet) is { } arrives)
                {
                    GreArrives(arrives);
                }

                moved = true;
            }

            if (!moved)
            {
                AssertFatesAddUp();
                return this;
            }
        }
    }

    /// <summary>Lets time pass as an adapter does: waits as long as the client says, ticks, polls.
    /// </summary>
    internal Tunnel Advance(int ms)
    {
        Pump();
        int idleTicks = 0;
        while (true)
        {
            int waitMs = Client.NextDeadlineMs(NowMs);
            Assert.InRange(waitMs, 0, 60000);
            idleTicks = waitMs == 0 ? idleTicks + 1 : 0;
            Assert.True(idleTicks < 10, "the client asks for a tick again and again");
            int step = Math.Min(ms, waitMs);
            NowMs = unchecked(NowMs + step);
            ms -= step;
            Client.Tick(NowMs);
            Pump();
            if (ms == 0)
            {
                return this;
            }
        }
    }

    /// <summary>Time passes and nobody does anything.</summary>
    internal void Skip(int ms) => NowMs = unchecked(NowMs + ms);

    internal void ControlArrives(byte[] octets)
    {
        foreach (byte[] piece in Cut(octets))
        {
            // At an odd offset, to see that it counts.
            byte[] b = Octets.Join([0xEE, 0xEE, 0xEE], piece, [0xEE]);
            Client.ControlInput(b, 3, piece.Length, NowMs);
            if (piece.Length < octets.Length)
            {
                while (PollOnce())
                {
                }
            }
        }
    }

    /// <summary>An outer IP packet arrives at the client's raw socket.</summary>
    /// <returns>False when there was no slot for it.</returns>
    internal bool GreArrives(byte[] packet)
    {
        int slot = Client.LendReceiveSlot();
        if (slot < 0)
        {
            return false;
        }

        int at = PptpClient.ReceiveSlotOffset(slot);
        Array.Fill(Client.Arena, (byte)0x45, at, OuterHeaderLength);
        packet.CopyTo(Client.Arena, at + OuterHeaderLength);
        Client.GreInput(slot, OuterHeaderLength, packet.Length, NowMs);
        return true;
    }

    /// <summary>The application sends an IP packet.</summary>
    /// <returns>What IpOutput gave.</returns>
    internal int Sends(byte[] packet)
    {
        packet.CopyTo(Client.Arena, PptpClient.IpOutputOffset);
        return Client.IpOutput(packet.Length);
    }

    /// <summary>An IP packet from the client's address with any payload.</summary>
    internal byte[] FromClient(int payloadLength = 8, int seed = 1) =>
        IpPacket(Hub.ClientAddress, Hub.Address, payloadLength, seed);

    internal byte[] FromHub(int payloadLength = 8, int seed = 2) =>
        IpPacket(Hub.Address, Hub.ClientAddress, payloadLength, seed);

    internal static byte[] IpPacket(uint source, uint destination, int payloadLength, int seed)
    {
        byte[] packet = new byte[20 + payloadLength];
        new Random(seed).NextBytes(packet);
        packet[0] = 0x45;
        Octets.Number((uint)packet.Length, 2).CopyTo(packet, 2);
        packet[10] = 0;
        packet[11] = 0;
        Octets.Number(source, 4).CopyTo(packet, 12);
        Octets.Number(destination, 4).CopyTo(packet, 16);
        uint sum = 0;
        for (int i = 0; i < 20; i += 2)
        {
            sum += Octets.Number(packet.AsSpan(i, 2));
        }

        sum = (sum & 0xFFFF) + (sum >> 16);
        sum = (sum & 0xFFFF) + (sum >> 16);
        Octets.Number(sum ^ 0xFFFF, 2).CopyTo(packet, 10);
        return packet;
    }

    /// <summary>Every packet handed in has its fate, but for those that still wait.</summary>
    internal void AssertFatesAddUp(int? waiting = null)
    {
        Assert.Equal(Client.WaitingCount, Counters.GreReceived - Counters.SumOfFates());
        Assert.Equal(waiting ?? Client.WaitingCount, Client.WaitingCount);
    }

    internal int Count(Reason reason) => Counters.Get(reason);

    private static PptpSettings MakeSettings()
    {
        var settings = new PptpSettings { UserName = "DOMAIN\\board-7" };
        settings.SetPassword("correct horse");
        return settings;
    }

    private bool PollOnce()
    {
        Output output = Client.Poll(NowMs);
        bool hasOctets = output is Output.SendControl or Output.SendGre or Output.DeliverIp;
        ReadOnlySpan<byte> octets = hasOctets
            ? Client.Arena.AsSpan(Client.OutputOffset, Client.OutputLength)
            : [];
        switch (output)
        {
            case Output.SendControl:
                int taken = Math.Min(SocketTakes, octets.Length);
                ControlSent.Add(octets[..taken].ToArray());
                Hub.ControlReceived(octets[..taken]);
                Client.ControlSent(taken);
                break;
            case Output.SendGre:
                GreSent.Add(octets.ToArray());
                if (GreOutPasses && OnWayOut(octets.ToArray()) is { } passes)
                {
                    Hub.GreReceived(passes);
                }

                break;
            case Output.DeliverIp:
                Delivered.Add(octets.ToArray());
                break;
            case Output.Event when Client.EventCode == TunnelEvent.StageEntered:
                Stages.Add((Stage)Client.EventValue);
                break;
            case Output.Event:
                Assert.Equal(TunnelEvent.Trouble, Client.EventCode);
                Troubles.Add((Reason)Client.EventValue);
                break;
            default:
                Assert.Equal(Output.Nothing, output);
                return false;
        }

        return true;
    }
}
