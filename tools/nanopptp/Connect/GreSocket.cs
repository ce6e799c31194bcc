// Raw IPv4 packets of protocol 47 (GRE) to and from one hub. .NET refuses to open a raw socket for
// a protocol it does not know, so libc opens it. The kernel gives received packets with their IPv4
// header and puts one in front of those that are sent.

using System;
using System.ComponentModel;
using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using System.Runtime.Versioning;

namespace nanoPptp.Tool.Connect;

/// <summary>What a receive gave.</summary>
internal enum GreReceipt
{
    /// <summary>A packet.</summary>
    Packet,

    /// <summary>Nothing more for now.</summary>
    Empty,

    /// <summary>Something that is to be passed over: a broken packet, or an error that the network
    /// reported.</summary>
    Nothing,
}

/// <summary>A raw socket for GRE, connected to a hub: the kernel lets in its packets only.
/// </summary>
[SupportedOSPlatform("linux")]
internal sealed class GreSocket : IDisposable
{
    private const int BufferLength = 1024 * 1024;
    private const int ShortestHeader = 20;
    private const int RoomMicroseconds = 10000;

    private readonly Socket _socket;

    private GreSocket(Socket socket)
    {
        _socket = socket;
    }

    /// <summary>For waiting.</summary>
    public SafeHandle Handle => _socket.SafeHandle;

    /// <summary>Octets of the IPv4 header of the last packet.</summary>
    public int HeaderLength { get; private set; }

    /// <summary>Octets of the last packet, header included.</summary>
    public int PacketLength { get; private set; }

    /// <summary>Errors that the network reported, such as ICMP messages.</summary>
    public int NetworkErrors { get; private set; }

    /// <summary>The last of them.</summary>
    public SocketError LastNetworkError { get; private set; }

    /// <summary>How often the way out was said to take shorter packets only (EMSGSIZE).</summary>
    public int TooLong { get; private set; }

    /// <summary>Packets that could not be sent.</summary>
    public int NotSent { get; private set; }

    /// <summary>Packets received with a wrong IPv4 header, or longer than a receive slot.</summary>
    public int BadPackets { get; private set; }

    /// <summary>Opens the socket.</summary>
    /// <param name="hub">The hub's address.</param>
    /// <exception cref="ToolFailureException">This process may not, or there is no way to the hub.
    /// </exception>
    public static GreSocket Open(IPAddress hub)
    {
        int descriptor = Libc.Socket(
            Libc.AddressFamilyInternet,
            Libc.SocketRaw | Libc.SocketCloseOnExec,
            Libc.ProtocolGre);
        if (descriptor < 0)
        {
            int error = Marshal.GetLastPInvokeError();
            throw error is Libc.OperationNotPermitted or Libc.PermissionDenied
                ? ConnectFailures.NotPermitted()
                : new Win32Exception(error);
        }

        Socket socket = new(new SafeSocketHandle(descriptor, ownsHandle: true));
        try
        {
            // A burst is kept while the console is slow; the kernel may give less.
            socket.ReceiveBufferSize = BufferLength;
            socket.Connect(hub, 0);
            socket.Blocking = false;
            return new GreSocket(socket);
        }
        catch (SocketException e)
        {
            // There is no way to this address, or it is none of a host.
            socket.Dispose();
            throw ConnectFailures.NoRoute(e.SocketErrorCode);
        }
    }

    /// <summary>Receives one packet.</summary>
    /// <param name="target">Where it goes, with its IPv4 header.</param>
    /// <param name="offset">Where it begins there.</param>
    /// <param name="capacity">Octets that fit.</param>
    public GreReceipt Receive(byte[] target, int offset, int capacity)
    {
        int received = _socket.Receive(
            target, offset, capacity, SocketFlags.None, out SocketError error);
        switch (error)
        {
            case SocketError.Success:
                break;
            case SocketError.WouldBlock:
                return GreReceipt.Empty;
            case SocketError.Interrupted:
                return GreReceipt.Nothing;
            default:
                CountError(error);
                return GreReceipt.Nothing;
        }

        if (!CheckHeader(target.AsSpan(offset, received)))
        {
            BadPackets++;
            return GreReceipt.Nothing;
        }

        return GreReceipt.Packet;
    }

    /// <summary>Sends a packet, from its GRE header on. What cannot be sent is lost, as on any
    /// network, and counted.</summary>
    /// <returns>Whether it was sent.</returns>
    public bool Send(byte[] source, int offset, int length)
    {
        // An error that ICMP reported about an earlier packet comes first; it says nothing about
        // this one.
        const int Tries = 3;
        for (int i = 0; i < Tries; i++)
        {
            _socket.Send(source, offset, length, SocketFlags.None, out SocketError error);
            switch (error)
            {
                case SocketError.Success:
                    return true;
                case SocketError.WouldBlock:
                case SocketError.NoBufferSpaceAvailable:
                    // Rather late than lost, but not for long: the hub may be waiting.
                    _socket.Poll(RoomMicroseconds, SelectMode.SelectWrite);
                    break;
                case SocketError.Interrupted:
                    break;
                default:
                    CountError(error);
                    break;
            }
        }

        NotSent++;
        return false;
    }

    public void Dispose()
    {
        _socket.Dispose();
    }

    private void CountError(SocketError error)
    {
        if (error == SocketError.MessageSize)
        {
            TooLong++;
            return;
        }

        NetworkErrors++;
        LastNetworkError = error;
    }

    private bool CheckHeader(ReadOnlySpan<byte> packet)
    {
        if (packet.Length < ShortestHeader || packet[0] >> 4 != 4)
        {
            return false;
        }

        // What lies behind the total length is padding; what lies before it must be here.
        HeaderLength = (packet[0] & 15) * 4;
        PacketLength = (packet[2] << 8) | packet[3];
        return HeaderLength >= ShortestHeader
            && HeaderLength <= PacketLength
            && PacketLength <= packet.Length;
    }
}
