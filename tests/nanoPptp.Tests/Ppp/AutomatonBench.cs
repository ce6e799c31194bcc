// A machine in a given state of RFC 1661 s.4.2, brought there by what its peer and its owner do,
// and told from the other states by what it does next. Nothing here looks into the machine.

using System;
using nanoPptp.Diagnostics;
using nanoPptp.Memory;
using nanoPptp.Ppp;
using nanoPptp.Tests.Support;
using Xunit;

namespace nanoPptp.Tests.Ppp;

/// <summary>The states of RFC 1661 s.4.2, in its order.</summary>
public enum PppState
{
    Initial,
    Starting,
    Closed,
    Stopped,
    Closing,
    Stopping,
    ReqSent,
    AckRcvd,
    AckSent,
    Opened,
}

/// <summary>The peer and the owner of an LCP, the machine that knows every event.</summary>
internal sealed class AutomatonBench
{
    /// <summary>Packets that the restart counter still allows: all of them (irc).</summary>
    internal const int All = Limits.MaxConfigure;

    /// <summary>One request was sent since the counter was set (irc, scr).</summary>
    internal const int AllButOne = Limits.MaxConfigure - 1;

    /// <summary>As many as in Req-Sent and Ack-Sent, when the trace begins there.</summary>
    internal const int AsBefore = Limits.MaxConfigure - 3;

    /// <summary>One request more was sent than in <see cref="AsBefore"/>.</summary>
    internal const int OneLess = AsBefore - 1;

    /// <summary>As many Terminate-Requests as after the first one (irc, str).</summary>
    internal const int Terminates = Limits.MaxTerminate - 1;

    private const uint HubMagic = 0xCAFEBABE;
    private const int LongestMs = 60000;

    private readonly NegotiationBench _peer = NegotiationBench.Lcp();
    private Packet? _request;
    private Packet? _sent;
    private int _identifier = 100;
    private int _countedEvents;

    /// <summary>The machine in one state, and everything that led there taken.</summary>
    internal static AutomatonBench In(PppState state)
    {
        var bench = new AutomatonBench();
        switch (state)
        {
            case PppState.Initial:
                return bench;
            case PppState.Starting:
                return bench.Open();
            case PppState.Closed:
                return bench.Up();
            case PppState.Opened:
                return bench.Begins().Acks().GoodRequest().GetsAck().LayerIsUp();
            case PppState.AckRcvd:
                return bench.Begins().Acks();
            default:
                break;
        }

        // Two repetitions, so that a counter that is set anew shows.
        bench.Begins().TimesOut().GetsRequest().TimesOut().GetsRequest();
        return state switch
        {
            PppState.Stopped => bench.TimesOutToTheEnd(AsBefore),
            PppState.Closing => bench.Close().GetsTerminateRequest(),
            PppState.Stopping => bench.Close().GetsTerminateRequest().Open(),
            PppState.AckSent => bench.GoodRequest().GetsAck(),
            _ => bench,
        };
    }

    // ---- What the owner and time do ------------------------------------------------------------

    internal AutomatonBench Up() => Owner(machine => machine.Up(_peer.NowMs));

    internal AutomatonBench Down() => Owner(machine => machine.Down(_peer.NowMs));

    internal AutomatonBench Open() => Owner(machine => machine.Open(_peer.NowMs));

    internal AutomatonBench Close() => Owner(machine => machine.Close(_peer.NowMs));

    /// <summary>Time passes up to the machine's next deadline, or for long when it has none.
    /// </summary>
    internal AutomatonBench TimesOut()
    {
        _peer.Advance(_peer.Machine.Sooner(_peer.NowMs, LongestMs));
        return this;
    }

    /// <summary>Nobody answers any more: so many packets are still repeated, then the machine gives
    /// up.</summary>
    internal AutomatonBench TimesOutToTheEnd(int left, bool terminates = false)
    {
        for (int i = 0; i < left; i++)
        {
            TimesOut().Gets(terminates ? 5 : 1).ThatIsAll();
        }

        return TimesOut().GetsNothing().LayerIsFinished().ThatIsAll();
    }

    // ---- What the peer sends -------------------------------------------------------------------

    internal AutomatonBench GoodRequest() => Sends(
        Packet.ConfigureRequest(++_identifier, Option.MsChapV2, Option.Magic(HubMagic)));

    internal AutomatonBench BadRequest() => Sends(Packet.ConfigureRequest(
        ++_identifier, Option.MsChapV2, Option.Magic(HubMagic), Option.Callback));

    /// <summary>The peer acknowledges our last request.</summary>
    internal AutomatonBench Acks() => Sends(_request! with { Code = 2 });

    /// <summary>The peer would have another value in our last request.</summary>
    internal AutomatonBench Naks() =>
        Sends(Packet.ConfigureNak(_request!.Identifier, Option.Mru(1000)));

    internal AutomatonBench TerminateRequest() => Sends(Packet.TerminateRequest(++_identifier));

    internal AutomatonBench TerminateAck() => Sends(Packet.TerminateAck(++_identifier));

    internal AutomatonBench UnknownCode() => Sends(new Packet(77, ++_identifier, [1, 2, 3]));

    internal AutomatonBench CodeReject(int code) =>
        Sends(Packet.CodeReject(++_identifier, new Packet(code, 1, [])));

    internal AutomatonBench EchoRequest() => Sends(Packet.EchoRequest(++_identifier, HubMagic, 7));

    // ---- What it gets --------------------------------------------------------------------------

    internal AutomatonBench GetsRequest()
    {
        _request = _peer.ExpectsRequest();
        return this;
    }

    internal AutomatonBench GetsAck() => Gets(_sent! with { Code = 2 });

    internal AutomatonBench GetsReject() =>
        Gets(Packet.ConfigureReject(_sent!.Identifier, Option.Callback));

    internal AutomatonBench GetsTerminateRequest() => Gets(5);

    internal AutomatonBench GetsTerminateAck() => _sent!.Code == 5
        ? Gets(Packet.TerminateAck(_sent.Identifier))
        : Gets(6);

    internal AutomatonBench GetsCodeReject()
    {
        Assert.Equal(_sent!.Octets, _peer.ExpectsCode(7).Data);
        return this;
    }

    internal AutomatonBench GetsEchoReply() =>
        Gets(Packet.EchoReply(_sent!.Identifier, _peer.Magic, 7));

    internal AutomatonBench GetsNothing()
    {
        _peer.ExpectNothing();
        return this;
    }

    /// <summary>The packet sent last was not for this machine: its line is not up.</summary>
    internal AutomatonBench IsDiscarded()
    {
        _peer.Fates(Reason.PppDiscarded);
        return this;
    }

    /// <summary>An event that cannot be was counted; all others can be.</summary>
    internal AutomatonBench IsCounted()
    {
        _countedEvents++;
        return this;
    }

    internal AutomatonBench LayerIsUp() => Layer(OptionNegotiation.ThisLayerUp);

    internal AutomatonBench LayerIsDown() => Layer(OptionNegotiation.ThisLayerDown);

    internal AutomatonBench LayerIsFinished() => Layer(OptionNegotiation.ThisLayerFinished);

    /// <summary>Nothing more leaves, and the layers above and below hear nothing.</summary>
    internal AutomatonBench ThatIsAll()
    {
        Assert.Equal(_countedEvents, _peer.Counters.Get(Reason.PppIllegalEvent));
        return GetsNothing().Layer(0);
    }

    // ---- Which state it is in ------------------------------------------------------------------

    /// <summary>After a trace the machine is in this state, which its answers prove.</summary>
    /// <param name="trace">The trace; it is played as often as the proof needs.</param>
    /// <param name="state">The state.</param>
    /// <param name="left">In the states with a timer: how many packets are still repeated before
    /// the machine gives up.</param>
    internal static void Proves(Func<AutomatonBench> trace, PppState state, int left = 0)
    {
        AutomatonBench bench = trace().ThatIsAll();
        switch (state)
        {
            case PppState.Initial:
                bench.GoodRequest().IsDiscarded().ThatIsAll().Up().ThatIsAll();
                bench.GoodRequest().GetsTerminateAck().ThatIsAll();
                break;
            case PppState.Starting:
                bench.GoodRequest().IsDiscarded().ThatIsAll().Up().GetsRequest().ThatIsAll();
                break;
            case PppState.Closed:
                bench.TimesOut().ThatIsAll().GoodRequest().GetsTerminateAck().ThatIsAll();
                break;
            case PppState.Stopped:
                bench.TimesOut().ThatIsAll().GoodRequest().GetsRequest().GetsAck().ThatIsAll();
                break;
            case PppState.Closing:
                bench.GoodRequest().ThatIsAll().TimesOutToTheEnd(left, terminates: true);
                bench.GoodRequest().GetsTerminateAck().ThatIsAll();
                break;
            case PppState.Stopping:
                bench.GoodRequest().ThatIsAll().TimesOutToTheEnd(left, terminates: true);
                bench.GoodRequest().GetsRequest().GetsAck().ThatIsAll();
                break;
            case PppState.ReqSent:
                bench.GoodRequest().GetsAck().ThatIsAll();
                trace().TimesOut().GetsRequest().Acks().ThatIsAll();
                trace().TimesOutToTheEnd(left);
                break;
            case PppState.AckRcvd:
                bench.GoodRequest().GetsAck().LayerIsUp().ThatIsAll();
                trace().TimesOutToTheEnd(left);
                break;
            case PppState.AckSent:
                bench.TimesOut().GetsRequest().Acks().LayerIsUp().ThatIsAll();
                trace().TimesOutToTheEnd(left);
                break;
            default:
                bench.TimesOut().ThatIsAll();
                bench.GoodRequest().LayerIsDown().GetsRequest().GetsAck().ThatIsAll();
                bench.TimesOutToTheEnd(AllButOne);
                break;
        }
    }

    private AutomatonBench Begins() => Open().Up().GetsRequest().ThatIsAll();

    private AutomatonBench Owner(Action<OptionNegotiation> does)
    {
        does(_peer.Machine);
        return this;
    }

    private AutomatonBench Sends(Packet packet)
    {
        _sent = packet;
        _peer.Sends(packet);
        return this;
    }

    private AutomatonBench Gets(Packet packet)
    {
        _peer.Expects(packet);
        return this;
    }

    private AutomatonBench Gets(int code)
    {
        _peer.ExpectsCode(code);
        return this;
    }

    private AutomatonBench Layer(int signals)
    {
        _peer.LayerSignals(signals);
        return this;
    }
}
