// One client's part of the file of --pcap, which has one interface for each connection.

using System;
using System.Net;
using nanoPptp.Tool.Sockets;
using nanoPptp.Tool.Streams;
using Simulator.Reports;

namespace nanoPptp.Tool.Hub;

/// <summary>One connection of a capture. Directions are the client's, as in HubCapture.</summary>
internal sealed class CaptureLine
{
    private readonly CaptureFile _file;
    private readonly HubCapture _capture;

    /// <summary>Adds a connection that stands.</summary>
    /// <param name="file">The capture.</param>
    /// <param name="client">The client's end.</param>
    /// <param name="hub">Our end.</param>
    public CaptureLine(CaptureFile file, IPEndPoint client, IPEndPoint hub)
    {
        _file = file;
        _capture = new HubCapture(
            file.Writer,
            $"client {client}",
            TunnelAddress.ToUInt(client.Address),
            client.Port,
            TunnelAddress.ToUInt(hub.Address),
            hub.Port);
        _capture.TcpRequested(file.NowNanoseconds);
        _capture.TcpEstablished(file.NowNanoseconds);
    }

    /// <summary>Octets of the control connection.</summary>
    public void Control(PacketDirection direction, ReadOnlySpan<byte> octets)
    {
        _capture.Control(direction, octets, _file.NowNanoseconds);
    }

    /// <summary>One side closed the control connection, or reset it.</summary>
    public void Ended(PacketDirection direction, bool reset)
    {
        if (reset)
        {
            _capture.TcpReset(direction, _file.NowNanoseconds);
        }
        else
        {
            _capture.TcpFinished(direction, _file.NowNanoseconds);
        }
    }

    /// <summary>A GRE packet from its GRE header on.</summary>
    public void Gre(PacketDirection direction, ReadOnlySpan<byte> gre)
    {
        _capture.Gre(direction, gre, _file.NowNanoseconds);
    }
}
