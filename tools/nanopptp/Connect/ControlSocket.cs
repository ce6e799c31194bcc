// The TCP connection to port 1723. It begins without blocking and without an exception: the first
// exception of a process costs more time than a hub needs to answer.

using System;
using System.ComponentModel;
using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using System.Runtime.Versioning;
using nanoPptp.Tool.Sockets;

namespace nanoPptp.Tool.Connect;

/// <summary>A TCP connection that never blocks.</summary>
[SupportedOSPlatform("linux")]
internal sealed class ControlSocket : IDisposable
{
    private readonly SafeSocketHandle _handle;
    private Socket? _socket;

    private ControlSocket(SafeSocketHandle handle)
    {
        _handle = handle;
    }

    /// <summary>For waiting.</summary>
    public SafeHandle Handle => _handle;

    /// <summary>Why the connection ended or could not be made.</summary>
    public SocketError Error { get; private set; }

    /// <summary>Our end, once the connection stands.</summary>
    public IPEndPoint? LocalEndPoint => _socket?.LocalEndPoint as IPEndPoint;

    /// <summary>Begins to connect; <see cref="Handle"/> is writable when it is decided.</summary>
    public static ControlSocket Connect(IPEndPoint hub)
    {
        int descriptor = Libc.Socket(
            Libc.AddressFamilyInternet,
            Libc.SocketStream | Libc.SocketNonBlocking | Libc.SocketCloseOnExec,
            Libc.ProtocolTcp);
        if (descriptor < 0)
        {
            throw new Win32Exception(Marshal.GetLastPInvokeError());
        }

        ControlSocket control = new(new SafeSocketHandle(descriptor, ownsHandle: true));
        Libc.SocketAddress address = new()
        {
            Family = Libc.AddressFamilyInternet,
            Port = (ushort)IPAddress.HostToNetworkOrder((short)hub.Port),
            Address = BitConverter.ToUInt32(hub.Address.GetAddressBytes()),
        };
        if (Libc.Connect(control._handle, address, Libc.SocketAddress.Length) < 0)
        {
            int error = Marshal.GetLastPInvokeError();
            if (error != Libc.InProgress)
            {
                control.Error = ToSocketError(error);
            }
        }

        return control;
    }

    /// <summary>Learns how connecting ended, after <see cref="Handle"/> became writable.</summary>
    /// <returns>Whether the connection stands; else <see cref="Error"/> says why not.</returns>
    public bool FinishConnect()
    {
        if (Error != SocketError.Success)
        {
            // It was known at once, as on the loopback interface.
            return false;
        }

        uint length = sizeof(int);
        if (Libc.GetSocketOption(
            _handle, Libc.LevelSocket, Libc.OptionError, out int error, ref length) < 0)
        {
            error = Marshal.GetLastPInvokeError();
        }

        if (error != 0)
        {
            Error = ToSocketError(error);
            return false;
        }

        _socket = new Socket(_handle) { Blocking = false, NoDelay = true };
        return true;
    }

    /// <summary>Receives what is there.</summary>
    /// <returns>Octets; 0 when the connection has ended (see <see cref="Error"/>); -1 when there is
    /// nothing for now.</returns>
    public int Receive(byte[] target)
    {
        if (_socket is null)
        {
            return -1;
        }

        int received = _socket.Receive(
            target, 0, target.Length, SocketFlags.None, out SocketError error);
        switch (error)
        {
            case SocketError.Success:
                return received;
            case SocketError.WouldBlock:
            case SocketError.Interrupted:
                return -1;
            default:
                Error = error;
                return 0;
        }
    }

    /// <summary>Receives what is there and forgets it; of a hub that sends without end, not all.
    /// </summary>
    /// <param name="scratch">Where it goes for a moment.</param>
    /// <returns>Octets.</returns>
    public int Discard(byte[] scratch)
    {
        const int Reads = 64;
        int octets = 0;
        int received;
        for (int i = 0; i < Reads && (received = Receive(scratch)) > 0; i++)
        {
            octets += received;
        }

        return octets;
    }

    /// <summary>Sends as much as the socket takes.</summary>
    /// <returns>Octets; 0 when it is full. A broken connection takes everything: reading tells.
    /// </returns>
    public int Send(byte[] source, int offset, int length)
    {
        if (_socket is null)
        {
            return length;
        }

        int sent = _socket.Send(source, offset, length, SocketFlags.None, out SocketError error);
        return error switch
        {
            SocketError.Success => sent,
            SocketError.WouldBlock or SocketError.Interrupted
                or SocketError.NoBufferSpaceAvailable => 0,
            _ => length,
        };
    }

    /// <summary>Says that no more octets will be sent: FIN, behind those that are on their way.
    /// </summary>
    public void Finish()
    {
        try
        {
            _socket?.Shutdown(SocketShutdown.Send);
        }
        catch (SocketException)
        {
            // The hub was faster.
        }
    }

    public void Dispose()
    {
        _socket?.Dispose();
        _handle.Dispose();
    }

    private static SocketError ToSocketError(int error)
    {
        const int NetworkUnreachable = 101;
        const int TimedOut = 110;
        const int ConnectionRefused = 111;
        const int HostUnreachable = 113;
        return error switch
        {
            ConnectionRefused => SocketError.ConnectionRefused,
            TimedOut => SocketError.TimedOut,
            HostUnreachable => SocketError.HostUnreachable,
            NetworkUnreachable => SocketError.NetworkUnreachable,
            Libc.OperationNotPermitted or Libc.PermissionDenied => SocketError.AccessDenied,
            _ => SocketError.SocketError,
        };
    }
}
