// The other oracle: the kernel's own TCP, behind a TUN device in a network namespace of this test's
// own, with loss, overtaking and delay between the two. Needs root and /dev/net/tun.

using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.IO;
using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using System.Threading;
using nanoPptp.Telemetry.Tcp;
using nanoPptp.Wire;
using Xunit;

namespace nanoPptp.Telemetry.Tests.Tcp;

public sealed class KernelTests(ITestOutputHelper log)
{
    private const uint Kernel = 0x0A620001;
    private const uint Ours = 0x0A620002;
    private const int NewNetwork = 0x40000000;
    private const uint SetInterface = 0x400454CA;

    [Theory]
    [InlineData(0, 0, 0, 200_000)]
    [InlineData(5, 25, 20, 60_000)]
    [InlineData(20, 0, 5, 30_000)]
    public void The_kernel_echoes_every_octet(int loss, int overtaking, int delayMs, int octets)
    {
        if (!OperatingSystem.IsLinux() || Environment.UserName != "root" || !File.Exists("/dev/net/tun"))
        {
            Assert.Skip("needs root and /dev/net/tun");
        }

        // A thread of its own leaves its network namespace behind when it ends.
        Exception? failure = null;
        bool isAllowed = true;
        var thread = new Thread(() =>
        {
            try
            {
                isAllowed = Unshare(NewNetwork) == 0;
                if (isAllowed)
                {
                    Run(loss, overtaking, delayMs, octets);
                }
            }
            catch (Exception exception)
            {
                failure = exception;
            }
        });
        thread.Start();
        thread.Join();
        Assert.SkipUnless(isAllowed, "no network namespace may be made here");
        if (failure != null)
        {
            throw new InvalidOperationException(failure.Message, failure);
        }
    }

    private void Run(int loss, int overtaking, int delayMs, int octets)
    {
        int tun = Open("/dev/net/tun", 2 | 0x800);
        Assert.True(tun >= 0);
        byte[] request = new byte[40];
        "kt0"u8.CopyTo(request);
        request[16] = 1;
        request[17] = 0x10;
        Assert.Equal(0, Ioctl(tun, SetInterface, request));
        Execute("link set lo up");
        Execute("address add 10.98.0.1/30 dev kt0");
        Execute("link set kt0 mtu 1400 up");

        using var listener = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        listener.Bind(new IPEndPoint(IPAddress.Parse("10.98.0.1"), 1883));
        listener.Listen(4);
        try
        {
            Echo(tun, listener, new Random(loss), (loss, overtaking, delayMs), octets);
        }
        finally
        {
            _ = CloseDescriptor(tun);
        }
    }

    private void Echo(
        int tun, Socket listener, Random random, (int Loss, int Overtaking, int DelayMs) way, int octets)
    {
        byte[] sends = new byte[octets];
        random.NextBytes(sends);
        var taken = new List<byte>();
        int sent = 0;
        var connection = new TcpConnection(TcpLimits.SendCapacity, TcpLimits.ReceiveCapacity);
        var clock = Stopwatch.StartNew();
        Assert.True(connection.Connect(
            unchecked((int)Ours), 40000, unchecked((int)Kernel), 1883, 1400, unchecked((int)0xFFFFF000), 0));
        var queue = new PriorityQueue<(bool In, byte[] Packet), (double, int)>();
        int order = 0;
        byte[] buffer = new byte[2000];
        byte[] echo = new byte[8000];
        int echoAt = 0;
        int echoEnd = 0;
        bool isShut = false;
        Socket? server = null;
        while (!connection.IsOver || queue.Count > 0)
        {
            int nowMs = (int)clock.ElapsedMilliseconds;
            Assert.True(nowMs < 60_000, $"{connection.State}: {sent} sent, {taken.Count} of {octets} back");
            for (int length; (length = (int)Read(tun, buffer, buffer.Length)) > 0;)
            {
                if (buffer[9] == 6)
                {
                    Carry(true, buffer[..length]);
                }
            }

            while (queue.TryPeek(out _, out (double AtMs, int) next) && next.AtMs <= clock.Elapsed.TotalMilliseconds)
            {
                (bool isIn, byte[] packet) = queue.Dequeue();
                if (isIn)
                {
                    Assert.Equal(0xFFFF, TcpWire.Sum(packet.AsSpan(20), Kernel, Ours));
                    connection.Input(packet, 20, packet.Length - 20, nowMs);
                }
                else
                {
                    Assert.Equal(packet.Length, (int)Write(tun, packet, packet.Length));
                }
            }

            if (connection.IsOpen && sent < octets)
            {
                int length = Math.Min(Math.Min(connection.SendFree, octets - sent), 700);
                sent += connection.Send(sends, sent, length);
            }

            for (int length; (length = connection.Receive(buffer, 0, buffer.Length)) > 0;)
            {
                taken.AddRange(buffer.AsSpan(0, length));
            }

            if (taken.Count == octets && connection.IsOpen)
            {
                connection.Close(nowMs);
            }

            connection.Tick(nowMs);
            for (int length; (length = connection.Output(buffer, 20, 1380, nowMs)) > 0;)
            {
                Ipv4.Write(buffer, 0, 20 + length, order, 6, unchecked((int)Ours), unchecked((int)Kernel));
                Carry(false, buffer[..(20 + length)]);
            }

            ServeKernel();
            Thread.Sleep(1);
        }

        server?.Dispose();
        Assert.Equal(sends, taken);
        Assert.Equal(TcpEnd.ClosedByUs, connection.End);
        TcpCounters counters = connection.Counters;
        log.WriteLine(
            $"{octets} octets there and back in {clock.ElapsedMilliseconds} ms, {counters.SegmentsSent} segments sent, "
            + $"{counters.SegmentsReceived} received, {counters.Retransmissions} repeated, "
            + $"{counters.FastRetransmits} fast, {counters.TimeOuts} time-outs, "
            + $"{counters.OutOfOrder} early, {counters.Duplicates} twice, "
            + $"round trip {connection.RoundTripMs} ms, RTO {connection.RetransmissionTimeoutMs} ms");

        void Carry(bool isIn, byte[] packet)
        {
            if (random.Next(100) >= way.Loss)
            {
                double delayMs = random.Next(100) < way.Overtaking ? 0 : way.DelayMs;
                queue.Enqueue((isIn, packet), (clock.Elapsed.TotalMilliseconds + delayMs, order++));
            }
        }

        void ServeKernel()
        {
            if (server == null)
            {
                if (!listener.Poll(0, SelectMode.SelectRead))
                {
                    return;
                }

                server = listener.Accept();
                server.Blocking = false;
            }

            if (echoAt == echoEnd && !isShut && server.Poll(0, SelectMode.SelectRead))
            {
                echoAt = 0;
                echoEnd = server.Receive(echo);
                if (echoEnd == 0)
                {
                    isShut = true;
                    server.Shutdown(SocketShutdown.Send);
                }
            }

            if (echoAt < echoEnd && server.Poll(0, SelectMode.SelectWrite))
            {
                echoAt += server.Send(echo, echoAt, echoEnd - echoAt, SocketFlags.None, out _);
            }
        }
    }

    private static void Execute(string arguments)
    {
        using Process process = Process.Start("ip", arguments);
        Assert.True(process.WaitForExit(5000));
        Assert.Equal(0, process.ExitCode);
    }

    [DllImport("libc", EntryPoint = "unshare", SetLastError = true)]
    private static extern int Unshare(int flags);

    [DllImport("libc", EntryPoint = "open", CharSet = CharSet.Ansi, BestFitMapping = false, SetLastError = true)]
    private static extern int Open([MarshalAs(UnmanagedType.LPStr)] string path, int flags);

    [DllImport("libc", EntryPoint = "ioctl", SetLastError = true)]
    private static extern int Ioctl(int descriptor, nuint request, byte[] argument);

    [DllImport("libc", EntryPoint = "read", SetLastError = true)]
    private static extern nint Read(int descriptor, [Out] byte[] buffer, nint length);

    [DllImport("libc", EntryPoint = "write", SetLastError = true)]
    private static extern nint Write(int descriptor, byte[] buffer, nint length);

    [DllImport("libc", EntryPoint = "close", SetLastError = true)]
    private static extern int CloseDescriptor(int descriptor);
}
