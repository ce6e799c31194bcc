// Two clients behind one outer address that took the same call ID, as happens behind a NAT or when a
// client is back before its old connection is over.

using System;
using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using System.Runtime.Versioning;
using System.Threading.Tasks;
using nanoPptp.Tool.Sockets;
using Xunit;

namespace nanoPptp.Tool.Tests.Hub;

[SupportedOSPlatform("linux")]
public sealed class TwinCallTests
{
    private const ushort CallId = 77;

    // The hub repeats its first LCP request after three seconds.
    private const int PatienceSeconds = 20;

    [Fact]
    public async Task A_call_goes_on_when_another_one_with_its_number_is_over()
    {
        RawSockets.Require();
        await using HubRun hub = await HubRun.StartAsync();
        IPAddress client = new([127, 49, (byte)Environment.ProcessId, 1]);
        using GreSocket gre = GreSocket.BindTo(client);

        using Socket first = await CallAsync(hub, client);
        await HearAsync(gre);
        using (Socket second = await CallAsync(hub, client))
        {
            await HearAsync(gre);
        }

        await hub.WaitForAsync("disconnected");
        while (gre.Receive(new byte[2048]) != GreReceipt.Empty)
        {
        }

        // The hub still wants the first one to answer.
        await HearAsync(gre);
    }

    private static async Task<Socket> CallAsync(HubRun hub, IPAddress from)
    {
        Socket tcp = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        tcp.Bind(new IPEndPoint(from, 0));
        await tcp.ConnectAsync(
            new IPEndPoint(hub.Address, hub.Port), TestContext.Current.CancellationToken);

        // RFC 2637 s.2.1 and s.2.7: length, type 1, magic cookie, message, then its fields.
        byte[] start = new byte[156];
        WriteHeader(start, message: 1);
        BinaryPrimitives.WriteUInt16BigEndian(start.AsSpan(12), 0x0100);
        await ExchangeAsync(tcp, start, 156);
        byte[] call = new byte[168];
        WriteHeader(call, message: 7);
        BinaryPrimitives.WriteUInt16BigEndian(call.AsSpan(12), CallId);
        BinaryPrimitives.WriteUInt32BigEndian(call.AsSpan(16), 300);
        BinaryPrimitives.WriteUInt32BigEndian(call.AsSpan(20), 100_000_000);
        BinaryPrimitives.WriteUInt32BigEndian(call.AsSpan(24), 3);
        BinaryPrimitives.WriteUInt32BigEndian(call.AsSpan(28), 3);
        BinaryPrimitives.WriteUInt16BigEndian(call.AsSpan(32), 3);
        await ExchangeAsync(tcp, call, 32);
        return tcp;
    }

    private static void WriteHeader(byte[] target, ushort message)
    {
        BinaryPrimitives.WriteUInt16BigEndian(target, (ushort)target.Length);
        BinaryPrimitives.WriteUInt16BigEndian(target.AsSpan(2), 1);
        BinaryPrimitives.WriteUInt32BigEndian(target.AsSpan(4), 0x1A2B3C4D);
        BinaryPrimitives.WriteUInt16BigEndian(target.AsSpan(8), message);
    }

    private static async Task ExchangeAsync(Socket tcp, byte[] request, int replyLength)
    {
        await tcp.SendAsync(request, TestContext.Current.CancellationToken);
        byte[] reply = new byte[replyLength];
        for (int length = 0; length < replyLength;)
        {
            int count = await tcp.ReceiveAsync(
                reply.AsMemory(length), TestContext.Current.CancellationToken);
            Assert.NotEqual(0, count);
            length += count;
        }
    }

    private static async Task HearAsync(GreSocket gre)
    {
        byte[] packet = new byte[2048];
        for (int i = 0; i < PatienceSeconds * 100; i++)
        {
            if (gre.Receive(packet) == GreReceipt.Packet)
            {
                int callId = BinaryPrimitives.ReadUInt16BigEndian(
                    packet.AsSpan(gre.HeaderLength + 6));
                Assert.Equal(CallId, callId);
                return;
            }

            await Task.Delay(10, TestContext.Current.CancellationToken);
        }

        Assert.Fail("the hub does not speak to the call that stands");
    }
}
