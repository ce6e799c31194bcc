// Two ends and a network that is drawn: loss, repetition, overtaking, damage, closed windows,
// sequence numbers and clocks near their wrap. Whatever it draws, the octets are equal, both ends
// finish, and the work is bounded.

using System;
using System.Collections.Generic;
using nanoPptp.Diagnostics;
using nanoPptp.Telemetry.Tcp;
using Xunit;

namespace nanoPptp.Telemetry.Tests.Tcp;

public sealed class TcpNetworkTests
{
    private const uint Ours = 0x0A620002;
    private const uint Theirs = 0x0A620001;

    private readonly PriorityQueue<(bool ToPeer, byte[] Segment), (long, int)> _wire = new();
    private int _order;

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void Octets_are_equal_both_ways_whatever_the_network_does(int block)
    {
        Invariant.Throws = true;
        for (int seed = block * 500; seed < (block + 1) * 500; seed++)
        {
            Run(seed);
        }
    }

    private void Run(int seed)
    {
        var random = new Random(seed);
        _wire.Clear();
        _order = 0;
        int loss = random.Next(3) * random.Next(15);
        int twice = random.Next(2) * random.Next(10);
        int damage = random.Next(2) * random.Next(8);
        int spreadMs = random.Next(2) * random.Next(300);
        int delayMs = random.Next(200);
        byte[] sends = new byte[random.Next(2) == 0 ? random.Next(200) : random.Next(20000)];
        byte[] takes = new byte[random.Next(2) == 0 ? random.Next(200) : random.Next(8000)];
        random.NextBytes(sends);
        random.NextBytes(takes);
        uint iss = random.Next(2) == 0 ? (uint)random.NextInt64(1L << 32) : 0u - (uint)random.Next(9000);
        uint peerIss = random.Next(2) == 0 ? (uint)random.NextInt64(1L << 32) : 0u - (uint)random.Next(9000);
        int baseMs = random.Next(2) == 0 ? int.MaxValue - random.Next(60000) : random.Next();
        bool weCloseFirst = random.Next(2) == 0;
        var peer = new ReferenceTcp(
            random,
            peerIss,
            takes,
            sends.Length,
            random.Next(3) == 0 ? random.Next(64, 600) : 1460,
            random.Next(3) == 0 ? random.Next(1, 600) : random.Next(600, 6000),
            !weCloseFirst || random.Next(2) == 0);
        var connection = new TcpConnection(random.Next(256, 6000), random.Next(256, 4000)) { UserTimeoutMs = 0 };
        Assert.True(connection.Connect(
            unchecked((int)Ours),
            40000,
            unchecked((int)Theirs),
            1883,
            random.Next(2) == 0 ? 1400 : 576,
            (int)iss,
            baseMs));

        byte[] output = new byte[1500];
        byte[] chunk = new byte[4000];
        var taken = new List<byte>();
        int sent = 0;
        long nowMs = 0;
        int steps = 0;
        int segments = 0;
        while (!(peer.IsDone && connection.IsOver && taken.Count == takes.Length))
        {
            Assert.True(++steps < 400_000, $"seed {seed}: it does not come to an end; {Describe()}");
            Assert.True(nowMs < 4 * 3600 * 1000, $"seed {seed}: it takes more than hours; {Describe()}");
            Assert.False(peer.IsReset, $"seed {seed}: reset");
            int clockMs = unchecked(baseMs + (int)nowMs);

            while (_wire.TryPeek(out _, out (long AtMs, int) next) && next.AtMs <= nowMs)
            {
                (bool toPeer, byte[] segment) = _wire.Dequeue();
                bool isIntact = TcpWire.Sum(segment, toPeer ? Ours : Theirs, toPeer ? Theirs : Ours) == 0xFFFF;
                if (isIntact && !toPeer && connection.State == TcpState.Closed)
                {
                    // An IpEndpoint answers a segment for nobody with RST.
                    peer.Refused();
                }
                else if (isIntact && toPeer)
                {
                    peer.Input(TcpWire.Parse(segment), nowMs);
                }
                else if (isIntact)
                {
                    connection.Input(segment, 0, segment.Length, clockMs);
                }
            }

            // The applications.
            if (connection.IsOpen && sent < sends.Length && random.Next(3) > 0)
            {
                int length = Math.Min(sends.Length - sent, random.Next(1, 1500));
                length = Math.Min(length, Math.Max(1, connection.SendFree));
                sent += connection.Send(sends, sent, length);
            }

            if (random.Next(4) > 0)
            {
                int length = connection.Receive(chunk, 0, random.Next(1, chunk.Length));
                taken.AddRange(chunk.AsSpan(0, length));
            }

            if (sent == sends.Length && connection.IsOpen && (weCloseFirst || connection.IsPeerDone))
            {
                connection.Close(clockMs);
            }

            connection.Tick(clockMs);
            peer.Tick(nowMs);
            int burst = 0;
            for (int length; (length = connection.Output(output, 0, 1380, clockMs)) > 0;)
            {
                Assert.True(++burst <= 12, $"seed {seed}: a burst without an end; {Describe()}");
                byte[] segment = output.AsSpan(0, length).ToArray();
                Assert.Equal(0xFFFF, TcpWire.Sum(segment, Ours, Theirs));
                segments++;
                Put(true, segment);
            }

            foreach (TcpWire segment in peer.Outbox)
            {
                Put(false, (segment with { SourcePort = 1883, DestinationPort = 40000 }).ToArray(Theirs, Ours));
            }

            peer.Outbox.Clear();
            long waitMs = Math.Min(connection.NextDeadlineMs(clockMs), 1000);
            waitMs = Math.Min(waitMs, peer.NextMs - nowMs);
            if (_wire.TryPeek(out _, out (long AtMs, int) first))
            {
                waitMs = Math.Min(waitMs, first.AtMs - nowMs);
            }

            nowMs += Math.Max(1, waitMs);
        }

        Assert.Equal(sends, peer.Taken);
        Assert.Equal(takes, taken);
        Assert.True(connection.UnacknowledgedCount == 0, $"seed {seed}: {Describe()}");
        Assert.True(
            connection.End is TcpEnd.ClosedByUs or TcpEnd.ClosedByPeer, $"seed {seed}: {connection.End}");

        // Each octet twice, and 40 segments for each virtual minute, are generous with any loss.
        Assert.True(
            segments < 400 + (sends.Length / 20) + (takes.Length / 20) + (nowMs / 500),
            $"seed {seed}: {segments} segments for {sends.Length} and {takes.Length} octets in {nowMs} ms");

        void Put(bool toPeer, byte[] segment)
        {
            for (int copies = random.Next(100) < twice ? 2 : 1; copies > 0; copies--)
            {
                if (random.Next(100) < loss)
                {
                    continue;
                }

                byte[] copy = (byte[])segment.Clone();
                if (random.Next(100) < damage)
                {
                    copy[random.Next(copy.Length)] ^= (byte)(1 << random.Next(8));
                }

                _wire.Enqueue((toPeer, copy), (nowMs + delayMs + random.Next(spreadMs + 1), _order++));
            }
        }

        string Describe() =>
            $"{connection.State} {connection.End}, sent {sent} of {sends.Length}, unacknowledged "
            + $"{connection.UnacknowledgedCount}, taken {taken.Count} of {takes.Length}, peer has "
            + $"{peer.Taken.Length}, done {peer.IsDone}, {nowMs} ms";
    }
}
