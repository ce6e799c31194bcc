// After construction nothing is allocated, whatever comes in and goes out.

using System;
using nanoPptp.Telemetry.Tcp;
using Xunit;

namespace nanoPptp.Telemetry.Tests.Tcp;

public sealed class TcpAllocationTests
{
    [Fact]
    public void Thousands_of_connections_and_segments_allocate_nothing()
    {
        var connection = new TcpConnection(4096, 2048);
        byte[] output = new byte[1400];
        byte[] text = new byte[2000];
        byte[] synAck = new TcpWire(99, 8, "SA", 4000, []) { MaximumSegment = 1000 }.ToArray(2, 1);
        byte[] early = new TcpWire(200, 8, "A", 4000, new byte[90]).ToArray(2, 1);
        byte[] data = new TcpWire(100, 8, "A", 4000, new byte[100]).ToArray(2, 1);
        byte[] fin = new TcpWire(290, 108, "AF", 4000, []).ToArray(2, 1);
        byte[] challenge = new TcpWire(290, 8, "S", 4000, []).ToArray(2, 1);
        int count = 0;
        Round(0);
        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int round = 1; round < 5000; round++)
        {
            Round(round);
        }

        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
        Assert.True(count > 30000, $"{count} segments");
        Assert.Equal(5000, connection.Counters.Established);
        Assert.Equal(connection.Counters.SegmentsSent, count);

        void Round(int round)
        {
            int nowMs = round * 100_000;
            connection.Connect(1, 1 + round, 2, 5, 1400, 7, nowMs);
            Drain(nowMs);
            connection.Input(synAck, 0, synAck.Length, nowMs);
            connection.Send(text, 0, 100);
            Drain(nowMs);
            connection.Input(early, 0, early.Length, nowMs);
            Drain(nowMs);
            connection.Input(challenge, 0, challenge.Length, nowMs);
            connection.Input(data, 0, data.Length, nowMs);
            connection.Tick(nowMs += 5000);
            Drain(nowMs);
            connection.Receive(output, 0, 1000);
            connection.Input(fin, 0, fin.Length, nowMs);
            Drain(nowMs);
            if (round % 2 == 0)
            {
                connection.Close(nowMs);
                Drain(nowMs);
                connection.Tick(nowMs += 5000);
                Drain(nowMs);
                connection.Drop();
            }
            else
            {
                connection.Abort(nowMs);
                Drain(nowMs);
            }
        }

        void Drain(int nowMs)
        {
            while (connection.Output(output, 0, 1380, nowMs) > 0)
            {
                count++;
            }
        }
    }
}
