// The sensor's health: what is asked for with a GET, and what goes into the queue.

using System;
using System.Collections.Generic;
using System.Text;
using nanoPptp.Telemetry.Queue;
using nanoPptp.Telemetry.Senml;
using nanoPptp.Telemetry.Tests.Senml;
using nanoPptp.Telemetry.Uplink;
using Xunit;

namespace nanoPptp.Telemetry.Tests.Uplink;

public sealed class HealthStatusTests : IDisposable
{
    private readonly UplinkBench _bench = new();
    private readonly SenmlPack _pack = new(Encoding.ASCII.GetBytes("urn:s:"), false);
    private readonly ReadingQueue _queue = new(new ReadingQueueSettings(), null);

    public void Dispose() => _bench.Dispose();

    [Fact]
    public void The_status_is_told_with_the_settings_as_they_are()
    {
        CoapUplink uplink = _bench.BeginCoap(_queue, _pack);
        uplink.Health = new Health(
            _bench.Sensor.Client, null, _queue, uplink, Encoding.ASCII.GetBytes("urn:dev:mac:0024befffe804ff1:"));
        _bench.SendDatagram([0x41, 1, 1, 2, 9, 0xB6, .. Encoding.ASCII.GetBytes("status")]);
        _bench.Advance(500);
        byte[] answer = Assert.Single(_bench.AtServer);
        Assert.Equal(0x45, answer[1]);

        // Token, Content-Format 112, payload: every value, of now, with no uptime that is none.
        Assert.Equal([9, 0xC1, 112, 0xFF], answer[4..8]);
        IReadOnlyList<SenmlReading> values = SenmlReader.Read(answer[8..]);
        Assert.Equal(Health.ValueCount, values.Count);
        Assert.All(values, value => Assert.Equal((0m, (decimal?)null), (value.Seconds, value.UptimeS)));
    }

    [Fact]
    public void A_change_that_the_full_queue_did_not_take_is_told_later()
    {
        var queue = new ReadingQueue(
            new ReadingQueueSettings { Overflow = OverflowPolicy.NewestGoes, Capacity = 140 }, null);
        CoapUplink uplink = _bench.BeginCoap(_queue, _pack);
        var health = new Health(
            _bench.Sensor.Client, null, queue, uplink, Encoding.ASCII.GetBytes("urn:s:"));
        int told = health.Enqueue(1_784_371_200_000, 100, _bench.NowMs);
        Assert.InRange(told, 1, Health.ValueCount - 1);
        for (int i = 0; i < 20; i++)
        {
            queue.Acknowledge(1, int.MaxValue - 1);
            told += health.Enqueue(1_784_371_200_000, 100, _bench.NowMs);
        }

        Assert.True(told >= Health.ValueCount);
    }
}
