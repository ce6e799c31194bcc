// The simulator's hub, which shares no code with the library, behind real sockets on an address of
// its own in 127.0.0.0/8: TCP on any free port and raw GRE.

using System;
using System.Collections.Concurrent;
using System.Collections.Generic;
using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Runtime.Versioning;
using System.Threading;
using nanoPptp.Tool.Connect;
using nanoPptp.Tool.Sockets;
using Simulator.Hub;

namespace nanoPptp.Tool.Tests.Connect;

/// <summary>A PPTP server for one client, in a thread.</summary>
[SupportedOSPlatform("linux")]
internal sealed class LoopbackHub : HubObserver, IHubTransport, IDisposable
{
    private const int Connection = 1;
    private const int OutsideHeader = 20;

    private static readonly uint s_clientAddress = Ipv4Address.Parse("127.0.0.1");
    private static int s_lastAddress;

    private readonly PptpHub _hub;
    private readonly Socket _listener;
    private readonly Socket _gre;
    private readonly Thread _thread;
    private readonly byte[] _buffer = new byte[2048];
    private readonly long _start = Stopwatch.GetTimestamp();
    private readonly ConcurrentQueue<Action<long>> _orders = [];
    private Socket? _client;
    private HubSession? _session;
    private volatile bool _ends;

    /// <summary>Listens.</summary>
    /// <param name="change">Other settings than a hub's usual ones.</param>
    /// <param name="port">Where; 0 for any free port.</param>
    public LoopbackHub(Func<HubSettings, HubSettings>? change = null, int port = 0)
    {
        // Raw sockets see the GRE of everybody on their address: each hub has one of its own.
        Address = new IPAddress([127, 47, (byte)Environment.ProcessId, (byte)Interlocked.Increment(
            ref s_lastAddress)]);
        HubSettings settings = new()
        {
            Users = new Dictionary<string, string> { [Session.User] = Session.Password },
        };
        _hub = new PptpHub(change?.Invoke(settings) ?? settings, this, this, new SystemHubRandom());
        _listener = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        _listener.Bind(new IPEndPoint(Address, port));
        _listener.Listen();
        _gre = new Socket(new SafeSocketHandle(
            Libc.Socket(Libc.AddressFamilyInternet, Libc.SocketRaw, Libc.ProtocolGre), true));
        _gre.Bind(new IPEndPoint(Address, 0));
        _thread = new Thread(Run) { IsBackground = true };
        _thread.Start();
    }

    public IPAddress Address { get; }

    public int Port => ((IPEndPoint)_listener.LocalEndPoint!).Port;

    /// <summary>Why the session went down, once it has.</summary>
    public HubEnd? End { get; private set; }

    /// <summary>What came to the hub's port 9.</summary>
    public ConcurrentQueue<byte[]> Sink { get; } = [];

    /// <summary>What is answered to a datagram for a port; null for what is usual.</summary>
    public Func<int, byte[], byte[]?>? Answer { get; init; }

    /// <summary>Echo replies that came.</summary>
    public ConcurrentQueue<int> EchoReplies { get; } = [];

    /// <summary>Whether a session is or was up.</summary>
    public bool IsUp => _session is not null;

    /// <summary>Whether anybody ever called.</summary>
    public bool WasCalled { get; private set; }

    /// <summary>Drops GRE in both directions, as a firewall does.</summary>
    public bool BlocksGre { get; init; }

    /// <summary>Packets that are longer, outer header included, vanish in both directions.
    /// </summary>
    public int LongestPacket { get; init; } = int.MaxValue;

    public ConnectOptions Options(string password = Session.Password) =>
        Session.OptionsOf(Address.ToString(), Port, password);

    public void Ping(int sequence) => _orders.Enqueue(nowMs => _hub.Ping(
        _session!, 1, (ushort)sequence, new byte[sequence * 100], nowMs));

    /// <summary>Sends an IPv4 packet into the tunnel as it is.</summary>
    public void SendIp(byte[] packet) =>
        _orders.Enqueue(nowMs => _hub.SendIp(_session!, packet, nowMs));

    public void HangUp(HangUpStyle style) =>
        _orders.Enqueue(nowMs => _hub.HangUp(_session!, style, nowMs));

    /// <summary>Ends the TCP connection with a reset, as a machine that lost power and came back.
    /// </summary>
    public void ResetTcp() => _orders.Enqueue(nowMs =>
    {
        CloseTcp(Connection, reset: true);
        _hub.TcpClosed(Connection, nowMs);
    });

    public void SendTcp(int connection, ReadOnlySpan<byte> octets)
    {
        try
        {
            _client?.Send(octets);
        }
        catch (SocketException)
        {
            // The client is gone; reading tells.
        }
    }

    public void CloseTcp(int connection, bool reset)
    {
        _client!.LingerState = new LingerOption(reset, 0);
        _client.Dispose();
        _client = null;
    }

    public void SendGre(int connection, uint clientAddress, ReadOnlySpan<byte> gre)
    {
        if (!BlocksGre && gre.Length + OutsideHeader <= LongestPacket)
        {
            _gre.SendTo(gre, SocketFlags.None, new IPEndPoint(IPAddress.Loopback, 0));
        }
    }

    public override void SessionUp(HubSession session, long nowMs) => _session = session;

    public override void SessionDown(HubSession session, HubEnd reason, long nowMs) => End = reason;

    public override void UdpReceived(HubSession session, HubDatagram datagram, long nowMs)
    {
        if (Answer?.Invoke(datagram.DestinationPort, datagram.Payload.ToArray()) is { } answer)
        {
            _hub.SendUdp(
                session, datagram.DestinationPort, datagram.SourcePort, answer, nowMs);
        }
        else if (datagram.DestinationPort == 9)
        {
            Sink.Enqueue(datagram.Payload.ToArray());
        }
        else
        {
            _hub.SendUdp(
                session, datagram.DestinationPort, datagram.SourcePort, datagram.Payload, nowMs);
        }
    }

    public override void EchoReplyReceived(
        HubSession session,
        ushort identifier,
        ushort sequence,
        ReadOnlySpan<byte> payload,
        long nowMs) => EchoReplies.Enqueue(payload.Length);

    public void Dispose()
    {
        _ends = true;
        _thread.Join();
        _client?.Dispose();
        _listener.Dispose();
        _gre.Dispose();
    }

    private void Run()
    {
        while (!_ends)
        {
            const int RestMicroseconds = 2000;
            List<Socket> ready = _client is null ? [_listener, _gre] : [_client, _gre];
            Socket.Select(ready, null, null, RestMicroseconds);
            long nowMs = (long)Stopwatch.GetElapsedTime(_start).TotalMilliseconds;
            while (_orders.TryDequeue(out Action<long>? order))
            {
                order(nowMs);
            }

            foreach (Socket socket in ready)
            {
                Attend(socket, nowMs);
            }

            _hub.Tick(nowMs);
        }
    }

    private void Attend(Socket socket, long nowMs)
    {
        if (socket == _gre)
        {
            int length = _gre.Receive(_buffer, 0, _buffer.Length, SocketFlags.None, out _);
            if (length > OutsideHeader && length <= LongestPacket && !BlocksGre)
            {
                _hub.GreReceived(
                    s_clientAddress, _buffer.AsSpan(OutsideHeader, length - OutsideHeader), nowMs);
            }
        }
        else if (socket == _listener)
        {
            WasCalled = true;
            _client = _listener.Accept();
            _client.NoDelay = true;
            _hub.TcpConnected(Connection, s_clientAddress, nowMs);
        }
        else if (socket == _client)
        {
            int length = _client.Receive(_buffer, 0, _buffer.Length, SocketFlags.None, out _);
            if (length > 0)
            {
                _hub.TcpReceived(Connection, _buffer.AsSpan(0, length), nowMs);
                return;
            }

            _client.Dispose();
            _client = null;
            _hub.TcpClosed(Connection, nowMs);
        }
    }
}
