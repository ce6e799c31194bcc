// Raw IPv4 packets of protocol 47 (GRE). .NET refuses to open a raw socket for a protocol it does
// not know, so libc opens it. The kernel gives received packets with their IPv4 header and puts one
// in front of those that are sent.

using System;
using System.Buffers.Binary;
using System.ComponentModel;
using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using System.Runtime.Versioning;

namespace nanoPptp.Tool.Sockets;

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

/// <summary>A raw socket for GRE that never blocks for long: a client's, connected to one hub, or
/// a hub's, bound to an address that clients call.</summary>
[SupportedOSPlatform("linux")]
internal sealed class GreSocket : IDisposable
{
    private const int BufferLength = 1024 * 1024;
    private const int ShortestHeader = 20;
    private const int SourceOffset = 12;

    // A client may wait for the one way out that it has; a hub has others waiting.
    private const int ClientRoomMicroseconds = 10000;
    private const int HubRoomMicroseconds = 2000;

    private readonly Socket _socket;
    private readonly uint? _peer;

    private GreSocket(Socket socket, uint? peer)
    {
        _socket = socket;
        _peer = peer;
        Local = ((IPEndPoint)socket.LocalEndPoint!).Address;
    }

    /// <summary>For waiting.</summary>
    public SafeHandle Handle => _socket.SafeHandle;

    /// <summary>Our address.</summary>
    public IPAddress Local { get; }

    /// <summary>Octets of the IPv4 header of the last packet.</summary>
    public int HeaderLength { get; private set; }

    /// <summary>Octets of the last packet, header included.</summary>
    public int PacketLength { get; private set; }

    /// <summary>Who sent the last packet, first octet most significant.</summary>
    public uint Source { get; private set; }

    /// <summary>Errors that the network reported, such as ICMP messages.</summary>
    public int NetworkErrors { get; private set; }

    /// <summary>The last of them.</summary>
    public SocketError LastNetworkError { get; private set; }

    /// <summary>How often the way out was said to take shorter packets only (EMSGSIZE).</summary>
    public int TooLong { get; private set; }

    /// <summary>Packets that could not be sent.</summary>
    public int NotSent { get; private set; }

    /// <summary>Packets received with a wrong IPv4 header, or longer than their room.</summary>
    public int BadPackets { get; private set; }

    /// <summary>Packets from others than the peer, received before the socket was connected.
    /// </summary>
    public int Strangers { get; private set; }

    /// <summary>Opens a socket for one peer. The kernel lets in only the peer's packets from then
    /// on; what came from others in the moment before is passed over here.</summary>
    /// <exception cref="UnauthorizedAccessException">This process may not.</exception>
    /// <exception cref="SocketException">There is no way to this address, or it is none of a host.
    /// </exception>
    public static GreSocket ConnectTo(IPAddress peer)
    {
        return Open(TunnelAddress.ToUInt(peer), socket => socket.Connect(peer, 0));
    }

    /// <summary>Opens a socket for all who reach this machine at one of its addresses; what is sent
    /// has it as its source.</summary>
    /// <exception cref="UnauthorizedAccessException">This process may not.</exception>
    /// <exception cref="SocketException">The address is none of this machine.</exception>
    public static GreSocket BindTo(IPAddress local)
    {
        return Open(null, socket => socket.Bind(new IPEndPoint(local, 0)));
    }

    /// <summary>The form of an address that <see cref="SendTo"/> takes.</summary>
    public static SocketAddress AddressOf(IPAddress peer)
    {
        return new IPEndPoint(peer, 0).Serialize();
    }

    /// <summary>Receives one packet.</summary>
    /// <param name="target">Where it goes, with its IPv4 header.</param>
    public GreReceipt Receive(Span<byte> target)
    {
        int received = _socket.Receive(target, SocketFlags.None, out SocketError error);
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

        if (!ReadHeader(target[..received]))
        {
            BadPackets++;
            return GreReceipt.Nothing;
        }

        if (_peer is { } peer && Source != peer)
        {
            Strangers++;
            return GreReceipt.Nothing;
        }

        return GreReceipt.Packet;
    }

    /// <summary>Sends a packet to the peer, from its GRE header on. What cannot be sent is lost, as
    /// on any network, and counted.</summary>
    /// <returns>Whether it was sent.</returns>
    public bool Send(ReadOnlySpan<byte> gre)
    {
        // An error that ICMP reported about an earlier packet comes first; it says nothing about
        // this one.
        const int Tries = 3;
        for (int i = 0; i < Tries; i++)
        {
            _socket.Send(gre, SocketFlags.None, out SocketError error);
            switch (error)
            {
                case SocketError.Success:
                    return true;
                case SocketError.WouldBlock:
                case SocketError.NoBufferSpaceAvailable:
                    // Rather late than lost, but not for long: the hub may be waiting.
                    _socket.Poll(ClientRoomMicroseconds, SelectMode.SelectWrite);
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

    /// <summary>Sends a packet to one of many, from its GRE header on. What cannot be sent is lost,
    /// as on any network, and counted.</summary>
    public void SendTo(SocketAddress peer, ReadOnlySpan<byte> gre)
    {
        // A full buffer is waited for once, and not for long: others are waiting too.
        for (int i = 0; i < 2; i++)
        {
            try
            {
                _socket.SendTo(gre, SocketFlags.None, peer);
                return;
            }
            catch (SocketException e) when (e.SocketErrorCode
                is SocketError.WouldBlock or SocketError.NoBufferSpaceAvailable)
            {
                _socket.Poll(HubRoomMicroseconds, SelectMode.SelectWrite);
            }
            catch (SocketException e)
            {
                // No route, too long, refused by a firewall: retransmission is PPP's business.
                CountError(e.SocketErrorCode);
                break;
            }
        }

        NotSent++;
    }

    public void Dispose()
    {
        _socket.Dispose();
    }

    private static GreSocket Open(uint? peer, Action<Socket> place)
    {
        int descriptor = Libc.Socket(
            Libc.AddressFamilyInternet,
            Libc.SocketRaw | Libc.SocketCloseOnExec,
            Libc.ProtocolGre);
        if (descriptor < 0)
        {
            int error = Marshal.GetLastPInvokeError();
            throw error is Libc.OperationNotPermitted or Libc.PermissionDenied
                ? new UnauthorizedAccessException(Marshal.GetPInvokeErrorMessage(error))
                : new Win32Exception(error);
        }

        Socket socket = new(new SafeSocketHandle(descriptor, ownsHandle: true));
        try
        {
            // A burst is kept while the console is slow; the kernel may give less.
            socket.ReceiveBufferSize = BufferLength;
            place(socket);
            socket.Blocking = false;
            return new GreSocket(socket, peer);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
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

    private bool ReadHeader(ReadOnlySpan<byte> packet)
    {
        if (packet.Length < ShortestHeader || packet[0] >> 4 != 4)
        {
            return false;
        }

        // What lies behind the total length is padding; what lies before it must be here.
        HeaderLength = (packet[0] & 15) * 4;
        PacketLength = BinaryPrimitives.ReadUInt16BigEndian(packet[2..]);
        Source = BinaryPrimitives.ReadUInt32BigEndian(packet[SourceOffset..]);
        return HeaderLength >= ShortestHeader
            && HeaderLength <= PacketLength
            && PacketLength <= packet.Length;
    }
}
