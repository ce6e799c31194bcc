// The file of --pcap: what travels between this machine and the hub, as it travels. Inner packets
// are in it as they are sent: encrypted.

using System;
using System.Net;
using System.Net.Sockets;
using nanoPptp.Tool.Sockets;
using nanoPptp.Tool.Streams;
using Simulator.Reports;

namespace nanoPptp.Tool.Connect;

/// <summary>Writes one session to a pcapng file.</summary>
internal sealed class SessionCapture : IDisposable
{
    private readonly CaptureFile _file;
    private HubCapture? _hub;

    /// <summary>Makes the file.</summary>
    /// <param name="path">The file.</param>
    /// <exception cref="ToolFailureException">It cannot be made or written.</exception>
    public SessionCapture(string path)
    {
        _file = new CaptureFile(path, "nanopptp connect");
    }

    /// <summary>Why nothing more is written; null while all is well.</summary>
    public ToolFailureException? Failure => _file.Failure;

    private long Now => _file.NowNanoseconds;

    /// <summary>The TCP connection stands.</summary>
    /// <param name="local">Our end.</param>
    /// <param name="hub">The hub's end.</param>
    /// <param name="beginTimestamp">When it was begun, of Stopwatch.</param>
    public void Connected(IPEndPoint local, IPEndPoint hub, long beginTimestamp)
    {
        _hub = new HubCapture(
            _file.Writer,
            $"hub {hub.Address}",
            TunnelAddress.ToUInt(local.Address),
            local.Port,
            TunnelAddress.ToUInt(hub.Address),
            hub.Port);
        _hub.TcpRequested(_file.NanosecondsAt(beginTimestamp));
        _hub.TcpEstablished(Now);
    }

    /// <summary>Octets of the control connection.</summary>
    public void Control(PacketDirection direction, ReadOnlySpan<byte> octets)
    {
        _hub?.Control(direction, octets, Now);
    }

    /// <summary>The hub ended the TCP connection.</summary>
    public void ControlEnded(SocketError error)
    {
        if (error == SocketError.Success)
        {
            _hub?.TcpFinished(PacketDirection.Inbound, Now);
        }
        else
        {
            _hub?.TcpReset(PacketDirection.Inbound, Now, $"reported as {error}");
        }
    }

    /// <summary>We end the TCP connection.</summary>
    public void ControlFinished()
    {
        _hub?.TcpFinished(PacketDirection.Outbound, Now);
    }

    /// <summary>A GRE packet that we sent, from its GRE header on.</summary>
    public void GreSent(ReadOnlySpan<byte> gre, bool failed)
    {
        string? comment = failed ? "not sent: refused by the system" : null;
        _hub?.Gre(PacketDirection.Outbound, gre, Now, comment);
    }

    /// <summary>A packet of protocol 47 as it came.</summary>
    public void GreReceived(ReadOnlySpan<byte> packet)
    {
        _hub?.Packet(PacketDirection.Inbound, packet, Now);
    }

    public void Dispose()
    {
        _file.Dispose();
    }
}
