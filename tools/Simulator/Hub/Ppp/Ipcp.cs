// IPCP: RFC 1332, with the name server options of RFC 1877.

using System;
using System.Buffers.Binary;

namespace Simulator.Hub;

/// <summary>IPCP's options.</summary>
internal enum IpcpOption : byte
{
    IpAddresses = 1,
    IpCompressionProtocol = 2,
    IpAddress = 3,
    PrimaryDns = 129,
    PrimaryNbns = 130,
    SecondaryDns = 131,
    SecondaryNbns = 132,
}

/// <summary>The IP control protocol of one link.</summary>
internal sealed class Ipcp(PppLink link) : NegotiationMachine(link, PppProtocol.Ipcp)
{
    private readonly PppLink _link = link;
    private bool _asksAddress = true;
    private bool _hasOfferedAddress;

    protected override void WriteRequest(ref PppOptionWriter writer)
    {
        if (_asksAddress)
        {
            writer.Add((byte)IpcpOption.IpAddress, _link.Settings.TunnelAddress);
        }
    }

    protected override OptionVerdict Judge(PppOption option)
    {
        uint? granted = Granted(option.Type);
        if (granted is null || option.Data.Length != 4)
        {
            return OptionVerdict.Reject;
        }

        return BinaryPrimitives.ReadUInt32BigEndian(option.Data) == granted
            ? OptionVerdict.Ack
            : OptionVerdict.Nak;
    }

    protected override void WriteNak(PppOption option, ref PppOptionWriter writer) =>
        writer.Add(option.Type, Granted(option.Type) ?? 0);

    // A client that does not ask for an address is told one, once; then it has it anyway.
    protected override void WriteMissing(ReadOnlySpan<byte> options, ref PppOptionWriter writer)
    {
        foreach (PppOption option in new PppOptions(options))
        {
            if (option.Type == (byte)IpcpOption.IpAddress)
            {
                return;
            }
        }

        if (!_hasOfferedAddress)
        {
            _hasOfferedAddress = true;
            writer.Add((byte)IpcpOption.IpAddress, _link.ClientAddress);
        }
    }

    protected override void Accept(ReadOnlySpan<byte> options)
    {
    }

    // The hub's address is not the client's to choose.
    protected override void TakeNak(PppOption option)
    {
    }

    protected override void TakeReject(PppOption option)
    {
        if (option.Type == (byte)IpcpOption.IpAddress)
        {
            _asksAddress = false;
        }
    }

    // Only now pppd looks whether the user may have the address, and its words are these.
    protected override void ThisLayerUp(long nowMs)
    {
        if (_link.IsAddressRefused)
        {
            TerminateText = "Unauthorized remote IP address";
            Close(nowMs);
        }
        else
        {
            _link.NetworkUp(nowMs);
        }
    }

    protected override void ThisLayerDown(long nowMs) =>
        _link.NetworkDown(isEnd: State == PppState.Stopping, nowMs);

    protected override void ThisLayerFinished(long nowMs) =>
        _link.Fail(
            _link.IsAddressRefused ? HubEnd.AddressRefused : HubEnd.IpcpFailed,
            "No network protocols running");

    private uint? Granted(byte type) => (IpcpOption)type switch
    {
        IpcpOption.IpAddress => _link.ClientAddress,
        IpcpOption.PrimaryDns => _link.Settings.PrimaryDns,
        IpcpOption.SecondaryDns => _link.Settings.SecondaryDns,
        IpcpOption.PrimaryNbns => _link.Settings.PrimaryWins,
        IpcpOption.SecondaryNbns => _link.Settings.SecondaryWins,
        _ => null,
    };
}
