// The raw socket alone.

using System;
using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Runtime.Versioning;
using System.Threading;
using nanoPptp.Tool.Sockets;
using Xunit;

namespace nanoPptp.Tool.Tests.Sockets;

[SupportedOSPlatform("linux")]
public sealed class GreSocketTests
{
    private static readonly IPAddress s_hub = IPAddress.Parse("127.46.0.1");
    private static readonly IPAddress s_stranger = IPAddress.Parse("127.46.0.2");

    public GreSocketTests()
    {
        RawSockets.Require();
    }

    [Fact]
    public void Packets_of_others_from_before_the_socket_was_connected_are_passed_over()
    {
        using CancellationTokenSource end = new();
        Thread flood = new(() => Flood(end.Token)) { IsBackground = true };
        flood.Start();
        try
        {
            // How many fall into the moment between socket and connect is chance: until some did.
            byte[] buffer = new byte[2048];
            int strangers = 0;
            Stopwatch watch = Stopwatch.StartNew();
            while (strangers < 20 && watch.Elapsed < TimeSpan.FromSeconds(10))
            {
                using GreSocket socket = GreSocket.ConnectTo(s_hub);
                GreReceipt receipt;
                while ((receipt = socket.Receive(buffer)) != GreReceipt.Empty)
                {
                    Assert.Equal(GreReceipt.Nothing, receipt);
                }

                strangers += socket.Strangers;
                Assert.Equal(0, socket.BadPackets);
            }

            Assert.True(strangers > 0, "no packet came in time: this test proved nothing");
        }
        finally
        {
            end.Cancel();
            flood.Join();
        }
    }

    [Fact]
    public void Packets_of_the_hub_come_in()
    {
        using GreSocket socket = GreSocket.ConnectTo(s_hub);
        using Socket hub = OpenAt(s_hub);
        hub.SendTo(new byte[16], new IPEndPoint(IPAddress.Loopback, 0));

        byte[] buffer = new byte[2048];
        GreReceipt receipt = GreReceipt.Empty;
        for (int i = 0; i < 500 && receipt == GreReceipt.Empty; i++)
        {
            receipt = socket.Receive(buffer);
            Thread.Sleep(1);
        }

        Assert.Equal(GreReceipt.Packet, receipt);
        Assert.Equal(36, socket.PacketLength);
        Assert.Equal(0, socket.Strangers);
    }

    private static Socket OpenAt(IPAddress address)
    {
        Socket socket = new(new SafeSocketHandle(
            Libc.Socket(Libc.AddressFamilyInternet, Libc.SocketRaw, Libc.ProtocolGre), true));
        socket.Bind(new IPEndPoint(address, 0));
        return socket;
    }

    private static void Flood(CancellationToken end)
    {
        using Socket stranger = OpenAt(s_stranger);
        stranger.Connect(IPAddress.Loopback, 0);
        byte[] packet = new byte[16];
        while (!end.IsCancellationRequested)
        {
            // Where no socket is open the system answers that nobody speaks GRE.
            stranger.Send(packet, 0, packet.Length, SocketFlags.None, out _);
        }
    }
}
