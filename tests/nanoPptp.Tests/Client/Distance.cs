// A client and a pppd with a line between them that takes time and loses what a test picks. TCP loses
// nothing; the acknowledgment that holds the second of two answers back (Nagle) is part of it.

using System;
using System.Collections.Generic;
using nanoPptp.Client;
using nanoPptp.Tests.Support;
using Xunit;

namespace nanoPptp.Tests.Client;

internal sealed class Distance
{
    private readonly PriorityQueue<Action, (int AtMs, int Order)> _line = new();
    private readonly int _oneWayMs;
    private int _order;
    private int _answersBusyUntilMs;

    internal Distance(int roundTripMs)
    {
        _oneWayMs = roundTripMs / 2;
        Settings.SetPassword("correct horse");
    }

    internal PppdHub Pppd { get; } = new();

    internal PptpClient Client { get; } = new();

    internal PptpSettings Settings { get; } = new() { UserName = "board-7" };

    internal int NowMs { get; private set; }

    /// <summary>Which GRE packets of the client are lost, by what they carry and its number.
    /// </summary>
    internal Func<int, byte[], bool> LosesOurs { get; set; } = (_, _) => false;

    /// <summary>Which GRE packets of the hub are lost.</summary>
    internal Func<int, byte[], bool> LosesTheirs { get; set; } = (_, _) => false;

    /// <summary>What the client sent with a payload, in order.</summary>
    internal List<byte[]> Ours { get; } = [];

    internal List<byte[]> Theirs { get; } = [];

    /// <summary>When the client was up first, from its first word on.</summary>
    internal int? UpMs { get; private set; }

    /// <summary>When the hub was up first.</summary>
    internal int? HubUpMs { get; private set; }

    /// <summary>What a GRE packet carries, like "CCP 1".</summary>
    internal static string NameOf(byte[] gre)
    {
        int header = (gre[1] & 0x80) != 0 ? 16 : 12;
        byte[] ppp = gre[header..];
        int at = ppp[0] == 0xFF ? 2 : 0;
        int protocol = (ppp[at] << 8) | ppp[at + 1];
        string name = protocol switch
        {
            ScriptedHub.Lcp => "LCP",
            ScriptedHub.Chap => "CHAP",
            ScriptedHub.Ccp => "CCP",
            ScriptedHub.Ipcp => "IPCP",
            _ => protocol.ToString("x4"),
        };
        return $"{name} {ppp[at + 2]}";
    }

    /// <summary>Dials and lets time pass until both ends are up, or no more than a limit.</summary>
    internal Distance Dial(int limitMs = 40000)
    {
        Client.Open(Settings, Octets.Filled(32, 0x5A), 0, 32, NowMs);
        Client.ControlConnected(NowMs);
        while (NowMs < limitMs && (UpMs == null || HubUpMs == null)
            && Client.Stage != Stage.Closed && Pppd.End == null)
        {
            Drain();
            int nextMs = Math.Min(NowMs + Client.NextDeadlineMs(NowMs), Pppd.DueMs);
            if (_line.TryPeek(out _, out (int AtMs, int) next))
            {
                nextMs = Math.Min(nextMs, next.AtMs);
            }

            NowMs = Math.Min(nextMs, limitMs);
            while (_line.TryPeek(out _, out next) && next.AtMs <= NowMs)
            {
                _line.Dequeue()();
                Drain();
            }

            Client.Tick(NowMs);
            Drain();
            Pppd.NowMs = NowMs;
            Pppd.Tick();
            Drain();
            Assert.True(_order < 100000, "they talk without end");
        }

        return this;
    }

    private void Drain()
    {
        Pppd.NowMs = NowMs;
        while (true)
        {
            Output output = Client.Poll(NowMs);
            if (output == Output.Nothing)
            {
                break;
            }

            byte[] octets = output is Output.SendControl or Output.SendGre
                ? Client.Arena[Client.OutputOffset..(Client.OutputOffset + Client.OutputLength)]
                : [];
            if (output == Output.SendControl)
            {
                Client.ControlSent(octets.Length);
                Later(_oneWayMs, () => Pppd.Hub.ControlReceived(octets));
            }
            else if (output == Output.SendGre)
            {
                SendGre(octets);
            }
            else if (output == Output.Event && Client.Stage == Stage.Up)
            {
                UpMs ??= NowMs;
            }
        }

        if (Pppd.IsUp)
        {
            HubUpMs ??= NowMs;
        }

        while (Pppd.Hub.ControlOut.TryDequeue(out byte[]? message))
        {
            // A second answer waits until the first one is acknowledged.
            int waitMs = Math.Max(0, _answersBusyUntilMs - NowMs);
            _answersBusyUntilMs = NowMs + waitMs + (2 * _oneWayMs);
            Later(waitMs + _oneWayMs, () => Client.ControlInput(message, 0, message.Length, NowMs));
        }

        while (Pppd.Hub.GreOut.TryDequeue(out byte[]? packet))
        {
            Theirs.Add(packet);
            if (!LosesTheirs(Theirs.Count - 1, packet))
            {
                Later(_oneWayMs, () => Arrives(packet));
            }
        }
    }

    private void SendGre(byte[] octets)
    {
        bool hasPayload = (octets[0] & 0x10) != 0;
        if (hasPayload)
        {
            Ours.Add(octets);
        }

        if (!hasPayload || !LosesOurs(Ours.Count - 1, octets))
        {
            Later(_oneWayMs, () => Pppd.Hub.GreReceived(octets));
        }
    }

    private void Arrives(byte[] packet)
    {
        int slot = Client.LendReceiveSlot();
        Assert.True(slot >= 0);
        int at = PptpClient.ReceiveSlotOffset(slot);
        Array.Fill(Client.Arena, (byte)0x45, at, 20);
        packet.CopyTo(Client.Arena, at + 20);
        Client.GreInput(slot, 20, packet.Length, NowMs);
    }

    private void Later(int ms, Action action)
    {
        _line.Enqueue(
            () =>
            {
                Pppd.NowMs = NowMs;
                action();
            },
            (NowMs + ms, _order++));
    }
}
