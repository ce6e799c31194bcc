// An automaton without a protocol, whose actions are written down, and the host it lives in.

using System;
using System.Collections.Generic;
using Simulator.Hub;

namespace Simulator.Tests.Hub.Ppp;

/// <summary>Records what a machine sends and notes.</summary>
internal sealed class ProbeHost : INegotiationHost
{
    private readonly byte[] _data = new byte[2048];

    public HubSettings Settings { get; init; } = new();

    public Span<byte> PacketData => _data;

    /// <summary>The actions since the last look, by their RFC 1661 names.</summary>
    public List<string> Actions { get; } = [];

    public List<HubNote> Notes { get; } = [];

    public byte LastIdentifier { get; private set; }

    public byte[] LastData { get; private set; } = [];

    public void SendPacket(ushort protocol, PppCode code, byte identifier, int dataLength)
    {
        LastIdentifier = identifier;
        LastData = _data[..dataLength];
        Actions.Add(code switch
        {
            PppCode.ConfigureRequest => "scr",
            PppCode.ConfigureAck => "sca",
            PppCode.ConfigureNak or PppCode.ConfigureReject => "scn",
            PppCode.TerminateRequest => "str",
            PppCode.TerminateAck => "sta",
            PppCode.CodeReject => "scj",
            PppCode.EchoReply => "ser",
            _ => code.ToString(),
        });
    }

    public void Note(HubNote note) => Notes.Add(note);
}

/// <summary>
/// Asks for option 1 with the value 7; acks option 1, answers option 2 with a Nak and rejects
/// all others.
/// </summary>
internal sealed class ProbeMachine(ProbeHost host) : NegotiationMachine(host, 0xC021)
{
    private readonly ProbeHost _host = host;

    public const string Request = "0104 0007";
    public const string Acceptable = "0104 0009";
    public const string Unacceptable = "0204 0009";

    /// <summary>Whether it is as in the RFC (true) or as the hub's own machines are.</summary>
    public bool Hears { get; set; } = true;

    /// <summary>What the peer's Naks and Rejects came down to.</summary>
    public List<string> Answers { get; } = [];

    protected override bool HearsSecondAnswer => Hears;

    protected override void WriteRequest(ref PppOptionWriter writer) => writer.Add(1, (ushort)7);

    protected override OptionVerdict Judge(PppOption option) => option.Type switch
    {
        1 => OptionVerdict.Ack,
        2 => OptionVerdict.Nak,
        _ => OptionVerdict.Reject,
    };

    protected override void WriteNak(PppOption option, ref PppOptionWriter writer) =>
        writer.Add(option.Type, (ushort)8);

    protected override void Accept(ReadOnlySpan<byte> options)
    {
    }

    protected override void TakeNak(PppOption option) => Answers.Add($"nak {option.Type}");

    protected override void TakeReject(PppOption option) => Answers.Add($"reject {option.Type}");

    protected override bool ReceiveOther(PppPacket packet, long nowMs)
    {
        if (packet.Code != PppCode.EchoRequest)
        {
            return false;
        }

        if (State == PppState.Opened)
        {
            Host.SendPacket(Protocol, PppCode.EchoReply, packet.Identifier, 0);
        }

        return true;
    }

    protected override void ThisLayerUp(long nowMs) => _host.Actions.Add("tlu");

    protected override void ThisLayerDown(long nowMs) => _host.Actions.Add("tld");

    protected override void ThisLayerStarted(long nowMs) => _host.Actions.Add("tls");

    protected override void ThisLayerFinished(long nowMs) => _host.Actions.Add("tlf");
}
