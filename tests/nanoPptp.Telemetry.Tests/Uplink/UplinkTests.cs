// Traces in which an uplink forgot to wake up, woke up for ever, or took readings for delivered that
// were not.

using System;
using System.Collections.Generic;
using System.Linq;
using System.Text;
using nanoPptp.Client;
using nanoPptp.Telemetry.Coap;
using nanoPptp.Telemetry.Mqtt;
using nanoPptp.Telemetry.Queue;
using nanoPptp.Telemetry.Senml;
using nanoPptp.Telemetry.Tests.Queue;
using nanoPptp.Telemetry.Tests.Senml;
using nanoPptp.Telemetry.Uplink;
using Simulator.Hub;
using Xunit;

namespace nanoPptp.Telemetry.Tests.Uplink;

public sealed class UplinkTests : IDisposable
{
    private readonly UplinkBench _bench = new();
    private readonly SenmlPack _pack = new(Encoding.ASCII.GetBytes("urn:s:"), false);
    private readonly ReadingQueue _queue = new(new ReadingQueueSettings(), null);
    private readonly MqttUplinkSettings _mqtt = new()
    {
        Address = UplinkBench.HubAddress,
        Topic = "t",
        Mqtt = new MqttSettings { ClientId = "c" },
    };

    public void Dispose() => _bench.Dispose();

    [Fact]
    public void A_reading_goes_to_the_broker_and_is_acknowledged()
    {
        BeginMqtt();
        _bench.Add(_queue, 1);
        _bench.Round();
        _bench.Advance(1000);
        Assert.Single(_bench.Published);
        Assert.Equal(0, _queue.Count);
        Assert.Equal(0, _bench.Spins);
    }

    [Fact]
    public void After_a_lost_clean_session_everything_is_handed_over_again_at_once()
    {
        _mqtt.Mqtt.CleanSession = true;
        _mqtt.GatherMs = 0;
        bool answers = false;
        _bench.Answers = p => p[0] >> 4 == 3 && !answers ? [] : UplinkBench.Agree(p);
        BeginMqtt();
        _bench.Advance(500);
        for (int i = 0; i < 4; i++)
        {
            _bench.Add(_queue, i);
            _bench.Round();
        }

        _bench.Advance(500);
        Assert.Equal(4, _bench.Published.Count());
        answers = true;
        _bench.Reset();
        _bench.Advance(5000);
        Assert.Equal(0, _queue.Count);
    }

    [Fact]
    public void Resending_what_the_queue_has_dropped_does_not_stop_what_is_new()
    {
        var queue = new ReadingQueue(new ReadingQueueSettings { Capacity = 150 }, null);
        _mqtt.GatherMs = 0;
        bool answers = false;
        _bench.Answers = p => p[0] >> 4 == 3 && !answers ? [] : UplinkBench.Agree(p);
        BeginMqtt(queue);
        _bench.Advance(500);
        for (int i = 0; i < 4; i++)
        {
            _bench.Add(queue, i);
            _bench.Round();
        }

        _bench.Advance(500);
        answers = true;
        _bench.Reset();
        for (int i = 0; i < 20; i++)
        {
            _bench.Add(queue, i);
        }

        _bench.Advance(5000);
        Assert.Equal(0, queue.Count);
    }

    [Fact]
    public void What_no_pack_can_hold_does_not_stop_what_is_behind_it()
    {
        BeginMqtt();
        _bench.Advance(500);
        _queue.Add([1, 2, 3], 0, 3, _bench.NowMs);
        _bench.Add(_queue, 1);
        _bench.Round();
        _bench.Advance(5000);
        Assert.Equal(1, _queue.Counters.GivenUp);
        Assert.Equal(0, _queue.Count);
    }

    [Fact]
    public void Readings_that_gathered_when_the_connection_was_lost_do_not_keep_the_board_awake()
    {
        bool answers = false;
        _bench.Answers = p => answers || (p[0] >> 4 == 1 && _bench.AtBroker.Count == 1)
            ? UplinkBench.Agree(p)
            : [];
        BeginMqtt();
        _bench.Advance(500);
        _bench.Add(_queue, 1);
        _bench.Round();
        _bench.Advance(100);
        _bench.Add(_queue, 2);
        _bench.Round();
        _bench.Advance(100);
        _bench.Reset();
        _bench.Advance(10_000);
        Assert.InRange(_bench.Spins, 0, 10);
        answers = true;
        _bench.Advance(60_000);
        Assert.Equal(0, _queue.Count);
    }

    [Fact]
    public void An_answer_that_waits_in_the_stream_is_heard_before_its_time_is_over()
    {
        BeginMqtt();
        _bench.Advance(500);
        _bench.Add(_queue, 1);
        _bench.Round();
        _bench.Sleep(25_000);
        _bench.Round();
        _bench.Advance(1000);
        Assert.Equal(0, _queue.Count);
        Assert.DoesNotContain(UplinkEvent.Lost, _bench.Events);
    }

    [Fact]
    public void What_comes_behind_the_answer_to_the_subscription_is_heard_at_once()
    {
        _mqtt.Mqtt.CommandTopic = "c";
        _bench.Answers = p => p[0] >> 4 == 8
            ? [.. UplinkBench.Agree(p), 0x30, 4, 0, 1, (byte)'c', (byte)'x']
            : UplinkBench.Agree(p);
        BeginMqtt();
        _bench.Advance(150);
        Assert.Contains(UplinkEvent.Command, _bench.Events);
    }

    [Fact]
    public void A_pack_that_has_grown_since_acknowledges_only_what_was_sent()
    {
        // The time that goes by makes a relative base time longer, and the pack was full.
        const int Spare = 12;
        bool answers = false;
        _bench.Answers = p => p[0] >> 4 == 3 && !answers ? [] : UplinkBench.Agree(p);
        _mqtt.PackCapacity = 128;
        _pack.SetClock(1000, 0, 1);
        byte[] b = new byte[128];
        int added = 0;
        _pack.Begin(new byte[256], 0, _mqtt.PackCapacity);
        while (true)
        {
            int length = SenmlEntry.Write(
                b, 0, b.Length, 1000, Encoding.ASCII.GetBytes(new string('n', Spare)), null, added, 0);
            if (!_pack.Add(b, 0, length, added + 1))
            {
                break;
            }

            added++;
            _queue.Add(b, 0, length, _bench.NowMs);
        }

        // The last one fills it to the last octet.
        int left = _mqtt.PackCapacity - _pack.End();
        int last = SenmlEntry.Write(
            b, 0, b.Length, 1000, Encoding.ASCII.GetBytes(new string('n', left - 5 > 0 ? left - 5 : 0)), null, 5, 0);
        _queue.Add(b, 0, last, _bench.NowMs);
        BeginMqtt();
        _bench.Advance(500);
        _bench.Advance(500);
        Assert.Equal(Enumerable.Range(1, _queue.NextSequence - 1), Sequences());
        Assert.Single(_bench.Published);
        _pack.SetClock(40_000_777, 0, 1);
        answers = true;
        _bench.AtBroker.Clear();
        _bench.Reset();
        _bench.Advance(60_000);
        Assert.Equal(0, _queue.Count);
        Assert.Equal(Enumerable.Range(1, _queue.NextSequence - 1), Sequences().Order().Distinct());
    }

    [Fact]
    public void Readings_that_a_late_journal_brings_back_are_handed_over()
    {
        var store = new MemoryStore(2, 20_000);
        var settings = new ReadingQueueSettings { Capacity = 1000 };
        var before = new ReadingQueue(settings, store);
        before.Restore(0);
        _bench.Add(before, 1);
        Assert.True(before.Flush(0));

        store.FailsRead = true;
        var queue = new ReadingQueue(settings, store);
        Assert.False(queue.Restore(_bench.NowMs));
        BeginMqtt(queue);
        _bench.Advance(500);
        _bench.Add(queue, 2);
        _bench.Round();
        _bench.Advance(1000);
        Assert.Equal(0, queue.Count);
        store.FailsRead = false;
        _bench.Advance(60_000);
        Assert.Equal(1, queue.Counters.Restored);
        Assert.Equal(0, queue.Count);
    }

    [Fact]
    public void A_reading_too_long_for_this_tunnel_does_not_keep_the_board_awake()
    {
        var queue = new ReadingQueue(new ReadingQueueSettings { LongestReading = 512, Capacity = 4000 }, null);
        var settings = new CoapUplinkSettings
        {
            PackCapacity = 1400,
            Target = new CoapTarget(UplinkBench.HubAddress, 5683, "p", null, null),
        };
        var pack = new SenmlPack(Encoding.ASCII.GetBytes("urn:" + new string('x', 1200)), false);
        byte[] b = new byte[512];
        int length = SenmlEntry.Write(
            b, 0, 512, 1_784_371_200_000, Encoding.ASCII.GetBytes(new string('n', 170)), null, 1, 0);
        var uplink = new CoapUplink(_bench.Sensor.Client, _bench.Sensor.Endpoint, queue, pack, settings);
        _bench.Begin(uplink);
        queue.Add(b, 0, length, _bench.NowMs);
        _bench.Round();
        _bench.Advance(5000);
        Assert.InRange(_bench.Spins, 0, 10);
    }

    [Fact]
    public void A_broker_of_small_segments_gets_its_readings_in_several()
    {
        _bench.MaximumSegment = 64;
        BeginMqtt();
        _bench.Advance(500);
        _bench.Add(_queue, 1, 90);
        _bench.Round();
        _bench.Advance(2000);
        Assert.Equal(0, _queue.Count);
        Assert.Equal(0, _queue.Counters.GivenUp);
    }

    [Fact]
    public void A_broker_that_hangs_up_at_once_is_called_less_and_less_often()
    {
        int calls = 0;
        _bench.Answers = p =>
        {
            calls++;
            _bench.Fin();
            return [];
        };
        BeginMqtt();
        _bench.Add(_queue, 1);
        _bench.Advance(300_000);
        Assert.InRange(calls, 5, 15);
        Assert.InRange(_bench.Spins, 0, 50);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(0)]
    public void Whatever_the_broker_does_what_is_acknowledged_is_there_and_all_comes(int qos)
    {
        for (int seed = 0; seed < 60; seed++)
        {
            Storm(seed, qos, losesTunnels: false);
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(0)]
    public void However_often_the_tunnel_is_lost_what_is_acknowledged_is_there_and_all_comes(int qos)
    {
        for (int seed = 100; seed < 140; seed++)
        {
            Storm(seed, qos, losesTunnels: true);
        }
    }

    [Fact]
    public void Whatever_the_server_does_what_is_acknowledged_is_there_and_all_comes()
    {
        for (int seed = 0; seed < 60; seed++)
        {
            CoapStorm(seed, losesTunnels: seed % 2 == 0);
        }
    }

    private static void LoseTunnel(UplinkBench bench, Random random)
    {
        switch (random.Next(4))
        {
            case 0:
                bench.HangUp(random.Next(2) == 0 ? HangUpStyle.Pptpd : HangUpStyle.Rfc);
                break;
            case 1:
                bench.Hub.Unplug();
                bench.ForgetSession();
                bench.Advance(random.Next(120_000));
                bench.Hub.Restart();
                break;
            case 2:
                bench.Hub.Kill();
                bench.ForgetSession();
                bench.Advance(random.Next(20_000));
                bench.Hub.Restart();
                break;
            default:
                bench.Sensor.Complain();
                break;
        }
    }

    private static void CoapStorm(int seed, bool losesTunnels)
    {
        using var bench = new UplinkBench(losesTunnels ? new RedialSettings() : null);
        var random = new Random(seed);
        var queue = new ReadingQueue(
            new ReadingQueueSettings { Capacity = random.Next(2) == 0 ? 600 : 8192 }, null);
        var pack = new SenmlPack(Encoding.ASCII.GetBytes("urn:s:"), false);
        var settings = new CoapUplinkSettings
        {
            PackCapacity = random.Next(2) == 0 ? 160 : 1024,
            Target = new CoapTarget(UplinkBench.HubAddress, 5683, "p", null, null),
        };
        var stored = new HashSet<int>();
        int mood = 0;
        bench.CoapAnswers = datagram =>
        {
            if (datagram[1] != 2)
            {
                return [];
            }

            int end = 4 + (datagram[0] & 15);
            byte[] token = datagram[4..end];
            if (mood is 0 or 4)
            {
                int payload = Array.IndexOf(datagram, (byte)0xFF, end) + 1;
                foreach (SenmlReading reading in SenmlReader.Read(datagram[payload..]))
                {
                    stored.Add((int)reading.Sequence!.Value);
                }
            }

            byte piggybacked = (byte)(0x60 | token.Length);
            switch (mood)
            {
                case 1:
                    return [];
                case 2:
                    return [piggybacked, 0xA3, datagram[2], datagram[3], .. token, 0xD1, 1, 5];
                case 3:
                    return [0x70, 0, datagram[2], datagram[3]];
                case 4:
                    bench.SendDatagram([0x60, 0, datagram[2], datagram[3]]);
                    return [(byte)(0x40 | token.Length), 0x44, 7, datagram[3], .. token];
                case 5:
                    return [piggybacked, 0x84, datagram[2], datagram[3], .. token];
                default:
                    return UplinkBench.Create(datagram);
            }
        };
        var uplink = new CoapUplink(bench.Sensor.Client, bench.Sensor.Endpoint, queue, pack, settings);
        bench.Delivered = (first, last) => Assert.All(
            Enumerable.Range(first, last - first + 1),
            n => Assert.True(stored.Contains(n), $"seed {seed}: {n} of {first} to {last}"));
        bench.Begin(uplink);
        for (int i = 0; i < 60; i++)
        {
            switch (random.Next(6))
            {
                case 0 when losesTunnels:
                    LoseTunnel(bench, random);
                    break;
                case 1:
                    mood = random.Next(6);
                    break;
                case 2:
                    bench.SendDatagram([0x41, 1, 1, (byte)i, 9, 0xB6, .. Encoding.ASCII.GetBytes("status")]);
                    break;
                default:
                    for (int count = random.Next(10); count > 0; count--)
                    {
                        bench.Add(queue, random.Next(), random.Next(1, 40));
                    }

                    bench.Round();
                    break;
            }

            bench.Advance(random.Next(4) == 0 ? 25_000 : random.Next(800));
        }

        mood = 0;
        bench.AdvanceUntilUp();
        bench.Advance(150_000);
        Assert.True(queue.Count == 0, $"seed {seed}: {queue.Count} left");
        Assert.True(bench.Spins < 300, $"seed {seed}: {bench.Spins} spins");
    }

    private static void Storm(int seed, int qos, bool losesTunnels)
    {
        using var bench = new UplinkBench(losesTunnels ? new RedialSettings() : null);
        var random = new Random(seed);
        var queue = new ReadingQueue(
            new ReadingQueueSettings { Capacity = random.Next(2) == 0 ? 600 : 8192 }, null);
        var pack = new SenmlPack(Encoding.ASCII.GetBytes("urn:s:"), false);
        var settings = new MqttUplinkSettings
        {
            Address = UplinkBench.HubAddress,
            Topic = "t",
            Qos = qos,
            PackCapacity = random.Next(2) == 0 ? 160 : 1024,
            GatherMs = random.Next(3) * 500,
            Mqtt = new MqttSettings
            {
                ClientId = "c",
                CleanSession = random.Next(2) == 0,
                InFlight = random.Next(1, 9),
                CommandTopic = random.Next(2) == 0 ? "c" : null,
            },
        };
        var stored = new HashSet<int>();
        int mood = 0;
        bench.Answers = packet =>
        {
            if (packet[0] >> 4 == 3)
            {
                foreach (SenmlReading reading in SenmlReader.Read(UplinkBench.PayloadOf(packet)))
                {
                    stored.Add((int)reading.Sequence!.Value);
                }
            }

            return mood switch
            {
                1 => [],
                2 when packet[0] >> 4 == 3 => [],
                3 when packet[0] >> 4 == 1 => [0x20, 2, 0, 3],
                _ => UplinkBench.Agree(packet),
            };
        };
        var uplink = new MqttUplink(bench.Sensor.Client, bench.Sensor.Endpoint, queue, pack, settings);
        bench.Delivered = (first, last) => Assert.All(
            Enumerable.Range(first, last - first + 1),
            n => Assert.True(qos == 0 || stored.Contains(n), $"seed {seed}: {n} of {first} to {last}"));
        bench.Begin(uplink);
        int uptimeMs = 0;
        for (int i = 0; i < 60; i++)
        {
            switch (random.Next(8))
            {
                case 0 when losesTunnels:
                    LoseTunnel(bench, random);
                    break;
                case 0 when uplink.Tcp.State == Telemetry.Tcp.TcpState.Established:
                    bench.Reset();
                    break;
                case 1 when uplink.Tcp.State == Telemetry.Tcp.TcpState.Established:
                    bench.Fin();
                    break;
                case 2:
                    uplink.Tcp.Drop();
                    bench.Round();
                    break;
                case 3:
                    mood = random.Next(5);
                    break;
                case 4:
                    uptimeMs += random.Next(1_000_000);
                    pack.SetClock(uptimeMs, random.Next(5) == 0 ? 1_784_371_200_000 : 0, 1);
                    break;
                default:
                    for (int count = random.Next(10); count > 0; count--)
                    {
                        bench.Add(queue, random.Next(), random.Next(1, 40), uptimeMs);
                    }

                    bench.Round();
                    break;
            }

            bench.Advance(random.Next(4) == 0 ? 25_000 : random.Next(800));
        }

        mood = 0;
        bench.AdvanceUntilUp();
        bench.Advance(150_000);
        Assert.True(queue.Count == 0, $"seed {seed}: {queue.Count} left, tunnel {bench.Sensor.Client.Stage}, TCP {uplink.Tcp.State}");
        Assert.True(bench.Spins < 300, $"seed {seed}: {bench.Spins} spins");
        uplink.Stop(bench.NowMs);
        bench.Round();
        bench.Advance(3000);
        Assert.True(uplink.IsStopped, $"seed {seed}: not stopped");
    }

    [Fact]
    public void A_servers_Max_Age_is_heeded()
    {
        // 5.03 with Max-Age 300.
        _bench.CoapAnswers = d => d[1] == 2
            ? [(byte)(0x60 | (d[0] & 15)), 0xA3, .. d.AsSpan(2, 2 + (d[0] & 15)), 0xD2, 1, 1, 44]
            : [];
        _bench.BeginCoap(_queue, _pack);
        _bench.Add(_queue, 1);
        _bench.Round();
        _bench.Advance(299_000);
        Assert.Single(_bench.AtServer);
        _bench.Advance(400_000);
        Assert.True(_bench.AtServer.Count > 1);
    }

    [Fact]
    public void A_server_that_finds_a_pack_too_large_gets_shorter_ones()
    {
        // 4.13 to whatever is longer than 150 octets (RFC 7252 s.5.9.2.9).
        _bench.CoapAnswers = d => d[1] == 2 && d.Length > 150
            ? [(byte)(0x60 | (d[0] & 15)), 0x8D, .. d.AsSpan(2, 2 + (d[0] & 15))]
            : UplinkBench.Create(d);
        _bench.BeginCoap(_queue, _pack);
        for (int i = 0; i < 40; i++)
        {
            _bench.Add(_queue, i);
        }

        _bench.Round();
        _bench.Advance(300_000);
        Assert.True(_bench.AtServer[0].Length > 200, $"{_bench.AtServer[0].Length} octets");
        Assert.Equal(0, _queue.Count);
        Assert.Equal(40, _queue.Counters.Delivered);
        Assert.True(_bench.AtServer[^1].Length <= 150);
    }

    [Fact]
    public void A_ring_that_cannot_hold_a_pack_is_refused()
    {
        _mqtt.SendCapacity = _mqtt.PackCapacity + 20;
        Assert.Throws<ArgumentException>(() => new MqttUplink(
            _bench.Sensor.Client, _bench.Sensor.Endpoint, _queue, _pack, _mqtt));
    }

    [Fact]
    public void Without_a_tunnel_Stop_is_over_at_once()
    {
        MqttUplink uplink = BeginMqtt();
        _bench.Advance(500);
        Assert.True(uplink.IsConnected);
        _bench.HangUp(HangUpStyle.Pptpd);
        _bench.Advance(2000);
        uplink.Stop(_bench.NowMs);
        _bench.Round();
        Assert.True(uplink.IsStopped);
    }

    [Fact]
    public void A_topic_with_a_wildcard_is_no_topic()
    {
        _mqtt.Topic = "a/#";
        Assert.Throws<ArgumentException>(() => new MqttUplink(
            _bench.Sensor.Client, _bench.Sensor.Endpoint, _queue, _pack, _mqtt));
    }

    [Fact]
    public void Stop_in_the_middle_comes_to_an_end_without_turning_in_circles()
    {
        _bench.Answers = p => p[0] >> 4 == 3 ? [] : UplinkBench.Agree(p);
        MqttUplink uplink = BeginMqtt();
        _bench.Advance(500);
        _bench.Add(_queue, 1);
        _bench.Round();
        _bench.Advance(100);
        _bench.Add(_queue, 2);
        _bench.Round();
        uplink.Stop(_bench.NowMs);
        _bench.Round();
        _bench.Advance(5000);
        Assert.True(uplink.IsStopped);
        Assert.InRange(_bench.Spins, 0, 5);
        Assert.Equal(0xE0, _bench.AtBroker[^1][0]);
    }

    private MqttUplink BeginMqtt(ReadingQueue? queue = null)
    {
        var uplink = new MqttUplink(
            _bench.Sensor.Client, _bench.Sensor.Endpoint, queue ?? _queue, _pack, _mqtt);
        _bench.Begin(uplink);
        return uplink;
    }

    private int[] Sequences()
    {
        var all = new List<int>();
        foreach (byte[] packet in _bench.Published)
        {
            byte[] payload = UplinkBench.PayloadOf(packet);
            all.AddRange(SenmlReader.Read(payload).Select(record => (int)record.Sequence!.Value));
        }

        return [.. all];
    }
}
