// One client as the sockets know it: its TCP connection, what waits to be sent there, and what
// is known of its call for those who watch.

using System;
using System.Collections.Generic;
using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using System.Runtime.Versioning;
using nanoPptp.Tool.Sockets;
using Simulator.Hub;

namespace nanoPptp.Tool.Hub;

/// <summary>What is known of a client's session, for people.</summary>
internal sealed class SessionFacts
{
    /// <summary>The client's address and TCP port outside the tunnel.</summary>
    public required IPEndPoint Outer { get; init; }

    /// <summary>Who it is; as it called itself until it proved it.</summary>
    public string User { get; set; } = "";

    /// <summary>Its address inside the tunnel; null before the session is up.</summary>
    public IPAddress? Inner { get; set; }

    /// <summary>As the hub says it; empty before the session is up.</summary>
    public string Encryption { get; set; } = "";

    /// <summary>When it came up last, of the loop's clock; null while it is not up.</summary>
    public long? UpSinceMs { get; set; }

    /// <summary>When the last packet of the user's passed.</summary>
    public long LastDataMs { get; set; }

    /// <summary>Packets of the user's from the client.</summary>
    public long PacketsIn { get; set; }

    /// <summary>Octets in them: the IP packets, and MPPE's headers when there is MPPE.</summary>
    public long OctetsIn { get; set; }

    /// <summary>Packets of the user's to the client.</summary>
    public long PacketsOut { get; set; }

    /// <summary>Octets in them.</summary>
    public long OctetsOut { get; set; }

    /// <summary>Why this side hangs up; empty while it does not.</summary>
    public string HangUpCause { get; set; } = "";
}

/// <summary>A TCP connection that never blocks.</summary>
[SupportedOSPlatform("linux")]
internal sealed class ClientConnection : IDisposable
{
    /// <summary>A client that reads nothing is reset when so much waits for it.</summary>
    public const int MostWaiting = 64 * 1024;

    private readonly Socket _socket;
    private readonly Queue<byte> _waiting = [];
    private bool _hasFinished;

    /// <summary>Takes an accepted connection.</summary>
    /// <exception cref="SocketException">It is gone already.</exception>
    public ClientConnection(Socket socket, int number)
    {
        _socket = socket;
        Number = number;
        socket.Blocking = false;
        socket.NoDelay = true;
        Outer = (IPEndPoint)socket.RemoteEndPoint!;
        Local = ((IPEndPoint)socket.LocalEndPoint!).Address;
        Address = TunnelAddress.ToUInt(Outer.Address);
        GreAddress = GreSocket.AddressOf(Outer.Address);
        Facts = new SessionFacts { Outer = Outer };
    }

    /// <summary>The hub's number for the connection.</summary>
    public int Number { get; }

    /// <summary>For waiting.</summary>
    public SafeHandle Handle => _socket.SafeHandle;

    /// <summary>The client's end.</summary>
    public IPEndPoint Outer { get; }

    /// <summary>The client's address, in host order.</summary>
    public uint Address { get; }

    /// <summary>The client's address, for GRE.</summary>
    public SocketAddress GreAddress { get; }

    /// <summary>The address of ours that the client called.</summary>
    public IPAddress Local { get; }

    /// <summary>The hub's ID of its call; null when there is none.</summary>
    public ushort? CallId { get; set; }

    /// <summary>The session, once it was up.</summary>
    public HubSession? Session { get; set; }

    /// <summary>What is told of it.</summary>
    public SessionFacts Facts { get; private set; }

    /// <summary>Listens to its authentication.</summary>
    public AuthenticationWatch Watch { get; private set; } = new();

    /// <summary>Its part of the capture, when there is one.</summary>
    public CaptureLine? Capture { get; set; }

    /// <summary>Until when this side waits for the client to close too; null while the hub has the
    /// connection.</summary>
    public long? ClosesByMs { get; set; }

    /// <summary>Whether octets wait for room.</summary>
    public bool HasWaiting => _waiting.Count > 0;

    /// <summary>Where it stands in the poller's list.</summary>
    public int PollPlace { get; set; }

    /// <summary>A new call begins on this connection.</summary>
    public void BeginCall(ushort callId)
    {
        CallId = callId;
        Session = null;
        Facts = new SessionFacts { Outer = Outer };
        Watch = new AuthenticationWatch();
    }

    /// <summary>Receives what is there.</summary>
    /// <returns>Octets; 0 when the connection has ended; -1 when there is nothing now.</returns>
    public int Receive(byte[] target)
    {
        int length = _socket.Receive(
            target, 0, target.Length, SocketFlags.None, out SocketError error);
        return error switch
        {
            SocketError.Success => length,
            SocketError.WouldBlock or SocketError.Interrupted => -1,
            _ => 0,
        };
    }

    /// <summary>Sends, or keeps for later.</summary>
    /// <returns>False when too much waits already: the client does not read.</returns>
    public bool Send(ReadOnlySpan<byte> octets)
    {
        int sent = HasWaiting ? 0 : SendNow(octets);
        octets = octets[sent..];
        if (_waiting.Count + octets.Length > MostWaiting)
        {
            return false;
        }

        foreach (byte octet in octets)
        {
            _waiting.Enqueue(octet);
        }

        return true;
    }

    /// <summary>Sends what waited, and the FIN behind it when the hub is through.</summary>
    public void Flush()
    {
        if (HasWaiting)
        {
            byte[] octets = [.. _waiting];
            int sent = SendNow(octets);
            for (int i = 0; i < sent; i++)
            {
                _waiting.Dequeue();
            }
        }

        if (ClosesByMs is not null && !HasWaiting && !_hasFinished)
        {
            _hasFinished = true;
            try
            {
                _socket.Shutdown(SocketShutdown.Send);
            }
            catch (SocketException)
            {
                // The client was faster.
            }
        }
    }

    /// <summary>Ends the connection with a reset.</summary>
    public void Reset()
    {
        _socket.LingerState = new LingerOption(true, 0);
        _socket.Dispose();
    }

    public void Dispose()
    {
        _socket.Dispose();
    }

    private int SendNow(ReadOnlySpan<byte> octets)
    {
        int sent = _socket.Send(octets, SocketFlags.None, out SocketError error);
        return error switch
        {
            SocketError.Success => sent,
            SocketError.WouldBlock or SocketError.Interrupted
                or SocketError.NoBufferSpaceAvailable => 0,

            // A broken connection takes everything: reading tells.
            _ => octets.Length,
        };
    }
}
