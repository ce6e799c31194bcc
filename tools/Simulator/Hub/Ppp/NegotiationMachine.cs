// The option negotiation automaton, RFC 1661 section 4, written event by event as the RFC tells
// it: each method is an event, each switch its row. LCP, CCP and IPCP derive from it and bring
// their options. A hook may not call back into the machine that called it; what has to happen to
// the whole link is asked of the host, which does it when the event is over.

using System;
using System.Text;

namespace Simulator.Hub;

/// <summary>States, RFC 1661 section 4.2, in its order.</summary>
internal enum PppState
{
    Initial,
    Starting,
    Closed,
    Stopped,
    Closing,
    Stopping,
    RequestSent,
    AckReceived,
    AckSent,
    Opened,
}

/// <summary>What a machine needs from the link it belongs to.</summary>
internal interface INegotiationHost
{
    HubSettings Settings { get; }

    /// <summary>Where the data of the next packet is written.</summary>
    Span<byte> PacketData { get; }

    /// <summary>Sends the packet whose data stands in <see cref="PacketData"/>.</summary>
    void SendPacket(ushort protocol, PppCode code, byte identifier, int dataLength);

    void Note(HubNote note);
}

/// <summary>What a single option of a Configure-Request deserves.</summary>
internal enum OptionVerdict
{
    Ack,
    Nak,
    Reject,
}

/// <summary>One automaton with its restart timer and counters.</summary>
internal abstract partial class NegotiationMachine(INegotiationHost host, ushort protocol)
{
    private byte _identifier;
    private byte _requestIdentifier;

    public PppState State { get; private set; }

    /// <summary>When the restart timer runs out.</summary>
    public long DeadlineMs { get; private set; } = DeadlineHolder.Never;

    /// <summary>Transmissions left; counted down by every request that is sent.</summary>
    public int RestartCount { get; private set; }

    /// <summary>The data of Terminate-Requests.</summary>
    public string TerminateText { get; set; } = "";

    protected INegotiationHost Host { get; } = host;

    protected ushort Protocol { get; } = protocol;

    /// <summary>Whether a second answer to the same request is heard, as the RFC has it, or is no
    /// news, as in pppd.</summary>
    protected virtual bool HearsSecondAnswer => false;

    /// <summary>The passive option: wait for the peer's request instead of sending one.</summary>
    protected virtual bool IsPassive => false;

    /// <summary>Up: the lower layer is ready.</summary>
    public void Up(long nowMs)
    {
        switch (State)
        {
            case PppState.Initial:
                Enter(PppState.Closed);
                break;
            case PppState.Starting when IsPassive:
                Enter(PppState.Stopped);
                break;
            case PppState.Starting:
                Enter(PppState.RequestSent);
                InitializeRestartCount(Host.Settings.MaximumConfigureCount);
                SendConfigureRequest(nowMs, isRepeated: false);
                break;
            default:
                Host.Note(HubNote.PppImpossibleEvent);
                break;
        }
    }

    /// <summary>Down: the lower layer is gone.</summary>
    public void Down(long nowMs)
    {
        switch (State)
        {
            case PppState.Closed:
            case PppState.Closing:
                Enter(PppState.Initial);
                break;
            case PppState.Stopped:
                Enter(PppState.Starting);
                ThisLayerStarted(nowMs);
                break;
            case PppState.Stopping:
            case PppState.RequestSent:
            case PppState.AckReceived:
            case PppState.AckSent:
                Enter(PppState.Starting);
                break;
            case PppState.Opened:
                Enter(PppState.Starting);
                ThisLayerDown(nowMs);
                break;
            default:
                Host.Note(HubNote.PppImpossibleEvent);
                break;
        }
    }

    /// <summary>Open: the link is wanted.</summary>
    public void Open(long nowMs)
    {
        switch (State)
        {
            case PppState.Initial:
                Enter(PppState.Starting);
                ThisLayerStarted(nowMs);
                break;
            case PppState.Closed:
                Enter(PppState.RequestSent);
                InitializeRestartCount(Host.Settings.MaximumConfigureCount);
                SendConfigureRequest(nowMs, isRepeated: false);
                break;
            case PppState.Closing:
                // The timer runs on: the peer still owes an answer to a Terminate-Request.
                State = PppState.Stopping;
                break;
            default:
                break;
        }
    }

    /// <summary>Close: the link is wanted no longer.</summary>
    public void Close(long nowMs)
    {
        switch (State)
        {
            case PppState.Starting:
                Enter(PppState.Initial);
                ThisLayerFinished(nowMs);
                break;
            case PppState.Stopped:
                Enter(PppState.Closed);
                break;
            case PppState.Stopping:
                State = PppState.Closing;
                break;
            case PppState.RequestSent:
            case PppState.AckReceived:
            case PppState.AckSent:
                StartTerminating(PppState.Closing, nowMs);
                break;
            case PppState.Opened:
                State = PppState.Closing;
                ThisLayerDown(nowMs);
                StartTerminating(PppState.Closing, nowMs);
                break;
            default:
                break;
        }
    }

    /// <summary>Lets the restart timer run out if it is time: TO+ and TO-.</summary>
    public void Tick(long nowMs)
    {
        if (nowMs < DeadlineMs)
        {
            return;
        }

        bool isExhausted = RestartCount <= 0;
        switch (State)
        {
            case PppState.Closing when isExhausted:
                Enter(PppState.Closed);
                ThisLayerFinished(nowMs);
                break;
            case PppState.Stopping when isExhausted:
                Enter(PppState.Stopped);
                ThisLayerFinished(nowMs);
                break;
            case PppState.Closing:
            case PppState.Stopping:
                SendTerminateRequest(nowMs);
                break;
            case PppState.RequestSent when isExhausted:
            case PppState.AckReceived when isExhausted:
            case PppState.AckSent when isExhausted:
                Enter(PppState.Stopped);
                ThisLayerFinished(nowMs);
                break;
            case PppState.RequestSent:
            case PppState.AckReceived:
                Enter(PppState.RequestSent);
                SendConfigureRequest(nowMs, isRepeated: true);
                break;
            case PppState.AckSent:
                SendConfigureRequest(nowMs, isRepeated: true);
                break;
            default:
                DeadlineMs = DeadlineHolder.Never;
                break;
        }
    }

    /// <summary>
    /// Sends one more Terminate-Request at once. pppd does so by accident when MPPE is on, and
    /// clients see it.
    /// </summary>
    public void RepeatTerminateRequest(long nowMs)
    {
        if (State == PppState.Closing)
        {
            SendTerminateRequest(nowMs);
        }
    }

    protected virtual void ThisLayerUp(long nowMs)
    {
    }

    protected virtual void ThisLayerDown(long nowMs)
    {
    }

    protected virtual void ThisLayerStarted(long nowMs)
    {
    }

    protected virtual void ThisLayerFinished(long nowMs)
    {
    }

    /// <summary>Takes the next identifier, for packets outside the automaton too.</summary>
    protected byte NextIdentifier() => ++_identifier;

    /// <summary>
    /// Enters a state. States without timeout events stop the timer; in the others it is the
    /// action that starts it anew.
    /// </summary>
    private void Enter(PppState state)
    {
        State = state;
        if (state is < PppState.Closing or PppState.Opened)
        {
            DeadlineMs = DeadlineHolder.Never;
        }
    }

    private void InitializeRestartCount(int count)
    {
        RestartCount = count;
    }

    /// <summary>zrc: no retransmission, but one more period before the end.</summary>
    private void ZeroRestartCount(long nowMs)
    {
        RestartCount = 0;
        DeadlineMs = nowMs + Host.Settings.RestartTimerMs;
    }

    private void StartTerminating(PppState state, long nowMs)
    {
        Enter(state);
        InitializeRestartCount(Host.Settings.MaximumTerminateCount);
        SendTerminateRequest(nowMs);
    }

    private void SendConfigureRequest(long nowMs, bool isRepeated)
    {
        if (!isRepeated)
        {
            _requestIdentifier = NextIdentifier();
        }

        _isAnswered = false;

        var writer = new PppOptionWriter(Host.PacketData);
        WriteRequest(ref writer);
        Host.SendPacket(
            Protocol, PppCode.ConfigureRequest, _requestIdentifier, writer.Length);
        StartTimer(nowMs);
    }

    private void SendTerminateRequest(long nowMs)
    {
        int length = Encoding.ASCII.GetBytes(TerminateText, Host.PacketData);
        Host.SendPacket(Protocol, PppCode.TerminateRequest, NextIdentifier(), length);
        StartTimer(nowMs);
    }

    private void SendTerminateAck(byte identifier)
    {
        Host.SendPacket(Protocol, PppCode.TerminateAck, identifier, 0);
    }

    private void StartTimer(long nowMs)
    {
        RestartCount--;
        DeadlineMs = nowMs + Host.Settings.RestartTimerMs;
    }
}
