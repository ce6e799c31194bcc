// The sensor's own health: which values there are, when they are told, and what a status looks like.

using System;
using System.Collections.Generic;
using System.Linq;
using System.Text;
using nanoPptp.Client;
using nanoPptp.Diagnostics;
using nanoPptp.Telemetry.Coap;
using nanoPptp.Telemetry.Ip;
using nanoPptp.Telemetry.Queue;
using nanoPptp.Telemetry.Senml;
using nanoPptp.Telemetry.Tests.Senml;
using nanoPptp.Telemetry.Uplink;
using Xunit;

namespace nanoPptp.Telemetry.Tests.Uplink;

public sealed class HealthTests
{
    private const long TimeMs = 1_772_409_600_000;
    private const int FreeOctets = 51_200;

    private static readonly byte[] s_baseName = "urn:dev:test:"u8.ToArray();

    private readonly PptpClient _client = new();
    private readonly Redialer _redialer;
    private readonly ReadingQueue _queue = new(new ReadingQueueSettings(), null!);
    private readonly Health _health;

    public HealthTests()
    {
        _redialer = new Redialer(_client, new RedialSettings());
        IpEndpoint endpoint = new(_client);
        CoapUplink uplink = new(
            _client,
            endpoint,
            _queue,
            new SenmlPack(s_baseName, false),
            new CoapUplinkSettings
            {
                Target = new CoapTarget(0x0A620001, 5683, "readings", null, null),
            });
        _health = new Health(_client, _redialer, _queue, uplink, s_baseName);
    }

    [Fact]
    public void Every_value_has_a_name_of_its_own_that_SenML_allows()
    {
        string[] names = [.. Names()];
        Assert.Equal(Health.ValueCount, names.Distinct().Count());
        Assert.All(names, name => Assert.Matches("^[a-z][a-z-]*$", name));
    }

    [Fact]
    public void The_first_time_everything_is_told_and_then_what_has_changed()
    {
        Assert.Equal(Health.ValueCount, _health.Enqueue(TimeMs, FreeOctets, 0));
        SenmlReading[] all = Drain();
        Assert.Equal(Names(), all.Select(reading => reading.Name["urn:dev:test:".Length..]));
        Assert.All(all, reading => Assert.Equal(TimeMs / 1000, reading.Seconds));
        Assert.Equal((decimal)FreeOctets, all[^1].Value);
        Assert.Equal("B", all[^1].Unit);

        Assert.Equal(0, _health.Enqueue(TimeMs + 1000, FreeOctets, 1000));
        _client.Counters.GreGap += 3;
        Assert.Equal(1, _health.Enqueue(TimeMs + 2000, FreeOctets, 2000));
        SenmlReading changed = Assert.Single(Drain());
        Assert.Equal("urn:dev:test:gre-lost", changed.Name);
        Assert.Equal("count", changed.Unit);
        Assert.Equal(3m, changed.Value);
    }

    [Fact]
    public void Memory_that_nobody_knows_is_not_told()
    {
        Assert.Equal(Health.ValueCount - 1, _health.Enqueue(TimeMs, -1, 0));
        Assert.DoesNotContain(
            Drain(), reading => reading.Name.EndsWith("free-octets", StringComparison.Ordinal));
    }

    [Fact]
    public void Why_the_last_tunnel_ended_is_told_after_the_next_one_began()
    {
        _health.Enqueue(TimeMs, FreeOctets, 0);
        Drain();
        _client.Diagnosis.Reason = Reason.AuthenticationFailed;
        _client.Diagnosis.Detail = 691;
        _health.NoteEnd();
        _client.Diagnosis.Reason = Reason.None;
        _client.Diagnosis.Detail = 0;
        _health.NoteEnd();

        Assert.Equal(2, _health.Enqueue(TimeMs, FreeOctets, 1));
        SenmlReading[] told = Drain();
        Assert.Equal(
            [(decimal)(int)Reason.AuthenticationFailed, 691m],
            told.Select(reading => Assert.IsType<decimal>(reading.Value)));
        Assert.All(told, reading => Assert.Null(reading.Unit));
    }

    [Fact]
    public void A_status_has_every_value_of_now_without_number_and_time()
    {
        _health.Enqueue(TimeMs, FreeOctets, 0);
        byte[] octets = new byte[512];
        int length = _health.Write(octets, 0, octets.Length);
        IReadOnlyList<SenmlReading> status = SenmlReader.Read(octets[..length]);
        Assert.Equal(Names(), status.Select(reading => reading.Name["urn:dev:test:".Length..]));
        Assert.All(status, reading =>
        {
            Assert.Null(reading.Sequence);
            Assert.Null(reading.UptimeS);
            Assert.Equal(0, reading.Seconds);
        });
        Assert.Equal(
            (decimal)_queue.Count,
            status.Single(one => one.Name == "urn:dev:test:queue-depth").Value);
    }

    [Fact]
    public void A_status_that_does_not_fit_is_cut_between_two_values()
    {
        byte[] octets = new byte[512];
        int whole = _health.Write(octets, 0, octets.Length);
        for (int capacity = 64; capacity < whole; capacity++)
        {
            octets.AsSpan().Fill(0xA5);
            int length = _health.Write(octets, 0, capacity);
            Assert.InRange(length, 1, capacity);
            Assert.True(SenmlReader.Read(octets[..length]).Count < Health.ValueCount);
            Assert.All(octets[capacity..], octet => Assert.Equal(0xA5, octet));
        }
    }

    [Fact]
    public void Nothing_is_allocated()
    {
        byte[] octets = new byte[512];
        Tell(octets, 10);
        long before = GC.GetAllocatedBytesForCurrentThread();
        Tell(octets, 1000);
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    private static IEnumerable<string> Names() => Enumerable.Range(0, Health.ValueCount)
        .Select(i => Encoding.ASCII.GetString(Health.NameOf(i)));

    private void Tell(byte[] octets, int times)
    {
        for (int i = 0; i < times; i++)
        {
            _client.Counters.GreReceived++;
            _health.Enqueue(TimeMs + i, FreeOctets - i, i);
            _health.Write(octets, 0, octets.Length);
            _queue.Acknowledge(1, _queue.NextSequence - 1);
        }
    }

    private SenmlReading[] Drain()
    {
        var readings = new List<SenmlReading>();
        SenmlPack pack = new(s_baseName, false);
        byte[] octets = new byte[4096];
        pack.Begin(octets, 0, octets.Length);
        for (bool isThere = _queue.SeekFrom(1); isThere; isThere = _queue.Next())
        {
            Assert.True(pack.Add(
                _queue.Octets, _queue.EntryOffset, _queue.EntryLength, _queue.EntrySequence));
        }

        int length = pack.End();
        readings.AddRange(SenmlReader.Read(octets[..length]));
        _queue.Acknowledge(1, _queue.NextSequence - 1);
        return [.. readings];
    }
}
