// A client, its redialer and a clock, driven as an adapter drives them: a round, then the wait that
// both ask for. Each dial meets the hub that the test sends to the telephone.

using System;
using System.Collections.Generic;
using nanoPptp.Client;
using nanoPptp.Diagnostics;
using nanoPptp.Tests.Support;
using Xunit;

namespace nanoPptp.Tests.Client;

internal sealed class RedialRig
{
    /// <summary>Clocks that wrap soon: to negative numbers, and through zero.</summary>
    internal static readonly int[] Starts = [1000, int.MaxValue - 700, -1 - 700];

    private readonly byte[] _entropy = new byte[32];

    internal RedialRig(RedialSettings? settings = null, int nowMs = 1000, int seed = 1)
    {
        Settings = settings ?? new RedialSettings();
        Tunnel = new Tunnel(nowMs);
        Redialer = new Redialer(Tunnel.Client, Settings);
        new Random(seed).NextBytes(_entropy);
    }

    internal RedialSettings Settings { get; }

    /// <summary>The tunnel of the last dial.</summary>
    internal Tunnel Tunnel { get; private set; }

    internal Redialer Redialer { get; }

    internal PptpClient Client => Tunnel.Client;

    internal int NowMs => Tunnel.NowMs;

    /// <summary>Milliseconds since the rig was made, without a wrap.</summary>
    internal long ElapsedMs { get; private set; }

    /// <summary>Which hub answers at an index; null when there is no such name.</summary>
    internal Func<int, ScriptedHub?> Answers { get; set; } = _ => new ScriptedHub();

    internal List<Dialled> Dials { get; } = [];

    /// <summary>How many rounds there were.</summary>
    internal int RoundCount { get; private set; }

    internal RedialRig Start()
    {
        Redialer.Start(_entropy, 0, _entropy.Length, NowMs);
        Round();
        return this;
    }

    /// <summary>Dials until a tunnel is up.</summary>
    internal static RedialRig Up(RedialSettings? settings = null, int nowMs = 1000)
    {
        RedialRig rig = new RedialRig(settings, nowMs).Start();
        rig.Advance(0);
        Assert.Equal(Stage.Up, rig.Client.Stage);
        return rig;
    }

    /// <summary>One round of the adapter.</summary>
    internal void Round()
    {
        RoundCount++;
        Tunnel.Pump();
        Client.Tick(NowMs);
        Tunnel.Pump();
        RedialOrder order = Redialer.Tick(NowMs);
        if (order == RedialOrder.Nothing)
        {
            return;
        }

        Assert.Equal(Stage.Closed, Client.Stage);
        Dials.Add(new Dialled(ElapsedMs, Redialer.Hub, Redialer.WaitMs));
        Assert.Equal(Dials.Count, Redialer.AttemptCount);
        ScriptedHub? hub = Answers(Redialer.Hub);
        if (hub == null)
        {
            Redialer.DialFailed(NowMs);
            return;
        }

        Tunnel = Tunnel.With(hub);
        Tunnel.Dial();
    }

    /// <summary>Lets time pass; with a step, the adapter looks only so often.</summary>
    internal RedialRig Advance(long ms, int stepMs = 0)
    {
        int restless = 0;
        while (true)
        {
            int waitMs = Math.Min(Client.NextDeadlineMs(NowMs), Redialer.NextDeadlineMs(NowMs));
            Assert.InRange(waitMs, 0, 60000);
            if (stepMs > 0)
            {
                waitMs = ms == 0 ? waitMs : stepMs;
            }

            restless = waitMs == 0 ? restless + 1 : 0;
            Assert.True(restless < 20, "somebody asks for a tick again and again");
            if (ms == 0 && waitMs > 0)
            {
                return this;
            }

            int step = (int)Math.Min(ms, waitMs);
            Tunnel.Skip(step);
            ElapsedMs += step;
            ms -= step;
            Round();
        }
    }

    /// <summary>Advances until one more dial was ordered.</summary>
    internal Dialled NextDial(long withinMs = 1L << 33)
    {
        int count = Dials.Count;
        long endMs = ElapsedMs + withinMs;
        while (Dials.Count == count)
        {
            int waitMs = Math.Min(Client.NextDeadlineMs(NowMs), Redialer.NextDeadlineMs(NowMs));
            Assert.True(ElapsedMs + waitMs <= endMs, "no dial in time");
            Tunnel.Skip(waitMs);
            ElapsedMs += waitMs;
            Round();
        }

        return Dials[^1];
    }

    /// <summary>The hub is gone: TCP is reset.</summary>
    internal void LoseHub()
    {
        Client.ControlClosed(NowMs);
        Round();
    }

    /// <summary>A dial: when, to which hub, after which wait.</summary>
    internal readonly record struct Dialled(long AtMs, int Hub, int WaitMs);
}

/// <summary>Hubs that fail, one for each class.</summary>
internal static class FailingHub
{
    internal static ScriptedHub? Of(FailureClass c)
    {
        var hub = new ScriptedHub();
        switch (c)
        {
            case FailureClass.None:
                break;
            case FailureClass.Lost:
                hub.On["CCP Configure-Request"] =
                    _ => hub.SendPpp(ScriptedHub.Lcp, Packet.TerminateRequest(9));
                break;
            case FailureClass.Unreachable:
                return null;
            case FailureClass.Busy:
                hub.On["Outgoing-Call-Request"] = call => hub.SendControl(
                    ControlOctets.OutgoingCallReply(
                        hub.CallId, ControlOctets.U16(call, 12), result: 4));
                break;
            case FailureClass.Negotiation:
                hub.ClientAddress = 0;
                break;
            case FailureClass.Policy:
                hub.LcpOptions = [Option.Pap, Option.Magic(ScriptedHub.Magic)];
                hub.On["LCP Configure-Nak"] =
                    _ => hub.Request(ScriptedHub.Lcp, hub.LcpOptions);
                break;
            default:
                hub.Password = "another";
                break;
        }

        return hub;
    }

    internal static Reason ReasonOf(FailureClass c) => c switch
    {
        FailureClass.Lost => Reason.LcpTerminated,
        FailureClass.Busy => Reason.CallRefused,
        FailureClass.Negotiation => Reason.IpcpRefused,
        FailureClass.Policy => Reason.AuthenticationWeak,
        FailureClass.Authentication => Reason.AuthenticationFailed,
        _ => Reason.None,
    };
}

/// <summary>These tests make thousands of clients, and a collection of garbage in the middle of
/// another test's count of allocated octets adds to it: they run after all others, one by one.
/// </summary>
[CollectionDefinition(nameof(RedialAlone), DisableParallelization = true)]
public sealed class RedialAlone
{
}
