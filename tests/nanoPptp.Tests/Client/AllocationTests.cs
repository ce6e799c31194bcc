// After Open nothing is allocated: 50,000 packets each way through the client, with MPPE, loss,
// duplicates, reordering, echoes of LCP and of the control connection, and ticks. Only the client's
// own calls are measured; what the hub and this test allocate does not count.

using System;
using System.Linq;
using System.Runtime.CompilerServices;
using nanoPptp.Client;
using nanoPptp.Crypto;
using nanoPptp.Diagnostics;
using nanoPptp.Tests.Support;
using Xunit;

namespace nanoPptp.Tests.Client;

public sealed class AllocationTests
{
    private const int PacketCount = 50000;

    private readonly Tunnel _tunnel = Tunnel.Up();
    private readonly Random _random = new(50000);
    private readonly byte[] _packet;
    private Meter _meter;
    private int _nowMs;
    private int _delivered;
    private int _reached;

    public AllocationTests()
    {
        _packet = _tunnel.FromClient(200);
        _nowMs = _tunnel.NowMs;
        Hub.ToleratesLoss = true;

        // Static tables are made when the desktop pleases; on the board, before the program begins.
        foreach (Type type in typeof(PptpClient).Assembly.GetTypes()
            .Concat(typeof(Rc4).Assembly.GetTypes()))
        {
            RuntimeHelpers.RunClassConstructor(type.TypeHandle);
        }

        Meter.Plant(true);
        _tunnel.Sends(_tunnel.FromClient());
        Hub.SendIp(_tunnel.FromHub());
        _tunnel.Pump();
    }

    private PptpClient Client => _tunnel.Client;

    private ScriptedHub Hub => _tunnel.Hub;

    [Fact]
    public void Fifty_thousand_packets_each_way_allocate_nothing()
    {
        Run(plantAt: -1);
        Assert.Equal(0, _meter.Allocated);

        // The run was what it claims to be.
        Assert.Equal(Stage.Up, Client.Stage);
        Assert.Equal(1 + PacketCount, _tunnel.Counters.IpSent);
        Assert.InRange(_reached, PacketCount * 9 / 10, PacketCount - 1);
        Assert.InRange(_delivered, PacketCount * 8 / 10, PacketCount - 1);
        Assert.True(_tunnel.Count(Reason.GreLate) > 500);
        Assert.True(_tunnel.Counters.GreGap > 500);
        Assert.True(_tunnel.Counters.MppeGap > 500);
        Assert.True(_tunnel.Counters.GreAcknowledgmentsSent > 20);
        Assert.Contains("LCP Echo-Request", Hub.Log);
        Assert.Contains("LCP Echo-Reply", Hub.Log);
        Assert.Contains("Echo-Request", Hub.Log);
        Assert.Contains("Echo-Reply", Hub.Log);
        _tunnel.AssertFatesAddUp();
    }

    [Fact]
    public void The_measurement_notices_one_object_in_a_hundred_thousand_packets()
    {
        Run(plantAt: PacketCount / 2);
        Assert.Equal(3 * IntPtr.Size, _meter.Allocated);
    }

    [Fact]
    public void The_measurement_counts_its_own_work_as_nothing()
    {
        for (int i = 0; i < 1000; i++)
        {
            _meter.Start();
            _meter.Stop();
        }

        Assert.Equal(0, _meter.Allocated);
    }

    private void Run(int plantAt)
    {
        byte[]? held = null;
        for (int i = 0; i < PacketCount; i++)
        {
            _packet.CopyTo(Client.Arena, PptpClient.IpOutputOffset);
            _meter.Start();
            int taken = Client.IpOutput(20 + (i % 180) + 1);
            Meter.Plant(i == plantAt);
            _meter.Stop();
            Assert.True(taken > 0);

            byte[] fromHub = Hub.Gre(Hub.EncryptedFrame(_tunnel.FromHub(i % 200, i)));
            switch (_random.Next(40))
            {
                case 0:
                case 1:
                    break;
                case 2:
                    GreArrives(fromHub);
                    GreArrives(fromHub);
                    break;
                case 3 when held == null:
                    held = fromHub;
                    break;
                default:
                    GreArrives(fromHub);
                    if (held != null)
                    {
                        GreArrives(held);
                        held = null;
                    }

                    break;
            }

            if (i % 500 == 250)
            {
                GreArrives(Hub.Gre(ScriptedHub.Frame(
                    ScriptedHub.Lcp,
                    Packet.EchoRequest(i & 0xFF, ScriptedHub.Magic, 1, 2, 3).Octets)));
            }

            if (i % 700 == 350)
            {
                ControlArrives(ControlOctets.EchoRequest((uint)i));
            }

            PollUntilNothing();
            Pass(_random.Next(3));
            if (i % 5000 == 4999)
            {
                // A minute of silence: both sorts of echo.
                for (int n = 0; n < 61; n++)
                {
                    Pass(1000);
                }
            }
        }
    }

    private void Pass(int ms)
    {
        _nowMs += ms;
        _meter.Start();
        Client.Tick(_nowMs);
        Client.NextDeadlineMs(_nowMs);
        Client.Idle(10);
        _meter.Stop();
        PollUntilNothing();
    }

    private void GreArrives(byte[] packet)
    {
        int slot = Lend();
        if (slot < 0)
        {
            // Packets are held back: an adapter polls, and then there is room.
            PollUntilNothing();
            slot = Lend();
        }

        Assert.True(slot >= 0);
        packet.CopyTo(Client.Arena, PptpClient.ReceiveSlotOffset(slot) + 20);
        _meter.Start();
        Client.GreInput(slot, 20, packet.Length, _nowMs);
        _meter.Stop();
    }

    private int Lend()
    {
        _meter.Start();
        int slot = Client.LendReceiveSlot();
        _meter.Stop();
        return slot;
    }

    private void ControlArrives(byte[] message)
    {
        _meter.Start();
        Client.ControlInput(message, 0, message.Length, _nowMs);
        _meter.Stop();
    }

    private void PollUntilNothing()
    {
        while (true)
        {
            _meter.Start();
            Output output = Client.Poll(_nowMs);
            _meter.Stop();
            ReadOnlySpan<byte> octets =
                Client.Arena.AsSpan(Client.OutputOffset, Client.OutputLength);
            switch (output)
            {
                case Output.SendControl:
                    Hub.ControlReceived(octets);
                    _meter.Start();
                    Client.ControlSent(octets.Length);
                    _meter.Stop();
                    break;
                case Output.SendGre:
                    if (_random.Next(50) > 0)
                    {
                        Hub.GreReceived(octets);
                    }

                    break;
                case Output.DeliverIp:
                    _delivered++;
                    break;
                case Output.Nothing:
                    if (!Answers())
                    {
                        return;
                    }

                    break;
                default:
                    Assert.Fail("event " + Client.EventCode + " " + Client.EventValue);
                    break;
            }
        }
    }

    private bool Answers()
    {
        _reached += Hub.Received.Count;
        Hub.Received.Clear();
        bool any = false;
        while (Hub.ControlOut.TryDequeue(out byte[]? message))
        {
            ControlArrives(message);
            any = true;
        }

        while (Hub.GreOut.TryDequeue(out byte[]? packet))
        {
            GreArrives(packet);
            any = true;
        }

        return any;
    }

    // Adds up what the thread allocates between Start and Stop.
    private struct Meter
    {
        private static object? s_planted;
        private long _before;

        internal long Allocated { get; private set; }

        internal static void Plant(bool now)
        {
            if (now)
            {
                s_planted = new object();
                GC.KeepAlive(s_planted);
            }
        }

        internal void Start() => _before = GC.GetAllocatedBytesForCurrentThread();

        internal void Stop() => Allocated += GC.GetAllocatedBytesForCurrentThread() - _before;
    }
}
