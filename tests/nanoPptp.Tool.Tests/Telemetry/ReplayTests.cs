// Times of the replay, figures of the delivery.

using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Text;
using System.Text.Json;
using nanoPptp.Tool.Telemetry;
using Xunit;

namespace nanoPptp.Tool.Tests.Telemetry;

public sealed class ReplayTests
{
    private static readonly CsvReading[] s_readings =
    [
        new(5000, "a", 1, 0, null), new(5000, "b", 1, 0, null), new(6500, "c", 1, 0, null),
        new(600_000, "d", 1, 0, null),
    ];

    [Theory]
    [InlineData(1, 1500, 595_000)]
    [InlineData(10, 150, 59_500)]
    [InlineData(0.5, 3000, 1_190_000)]
    [InlineData(7, 215, 85_000)]
    public void Readings_are_due_with_their_own_pauses(double pace, int thirdMs, int fourthMs)
    {
        ReadingSource source = new(s_readings, pace);

        // The clock wraps on the way.
        const int Begin = int.MaxValue - 1000;
        List<(string Name, int AtMs)> taken = [];
        int elapsedMs = 0;
        while (!source.IsOver)
        {
            int nowMs = unchecked(Begin + elapsedMs);
            while (source.Peek(nowMs) is { } reading)
            {
                taken.Add((reading.Name, elapsedMs));
                source.Take();
            }

            int waitMs = source.NextDeadlineMs(nowMs);
            Assert.True(source.IsOver || waitMs is > 0 and <= 60_000);
            elapsedMs += source.IsOver ? 0 : waitMs;
        }

        Assert.Equal([("a", 0), ("b", 0), ("c", thirdMs), ("d", fourthMs)], taken);
        Assert.Null(source.Peek(0));
        Assert.Equal(int.MaxValue, source.NextDeadlineMs(0));
    }

    [Fact]
    public void Without_a_pace_all_are_due_at_once()
    {
        ReadingSource source = new(s_readings, 0);
        for (int i = 0; i < 4; i++)
        {
            Assert.NotNull(source.Peek(7));
            Assert.Equal(i, source.TakenCount);
            source.Take();
        }

        Assert.True(source.IsOver);
        Assert.True(new ReadingSource([], 1).IsOver);
    }

    [Fact]
    public void The_median_and_the_worst_delay_are_those_of_this_run()
    {
        DeliveryStatistics statistics = new();
        Assert.Null(statistics.MedianMs);
        Assert.Null(statistics.WorstMs);
        int nowMs = int.MaxValue - 20;
        for (int i = 10; i < 15; i++)
        {
            statistics.Queued(i, nowMs);
        }

        // 1 to 9 waited since an earlier run.
        statistics.Delivered(1, 10, unchecked(nowMs + 30));
        Assert.Equal(30, statistics.MedianMs);
        statistics.Delivered(11, 12, unchecked(nowMs + 100));
        statistics.Delivered(11, 12, unchecked(nowMs + 900));
        Assert.Equal(100, statistics.MedianMs);
        statistics.Delivered(13, int.MaxValue, unchecked(nowMs + 300));
        Assert.Equal(100, statistics.MedianMs);
        Assert.Equal(300, statistics.WorstMs);
    }

    [Fact]
    public void An_even_number_of_delays_has_its_median_between_two()
    {
        DeliveryStatistics statistics = new();
        statistics.Queued(1, 0);
        statistics.Queued(2, 0);
        statistics.Delivered(1, 1, 10);
        statistics.Delivered(2, 2, 15);
        Assert.Equal(12.5, statistics.MedianMs);
    }

    [Fact]
    public void Flash_lives_as_long_as_its_blocks_have_cycles()
    {
        // 64 blocks of 100,000 cycles; ten readings for a block.
        Assert.Equal(64_000_000, FlashLife.Readings(1000, 99, 1));
        Assert.True(double.IsInfinity(FlashLife.Readings(1000, 0, 0)));
        Assert.True(double.IsInfinity(FlashLife.Readings(0, 5, 1)));
        DeliverySummary quiet = new() { FlashReadings = double.PositiveInfinity };
        Assert.Contains(
            "  journal: 0 writes, 0 octets, 0 erasures, 0 failures", quiet.Lines());
        Assert.DoesNotContain("flashReadings", Json(quiet));
    }

    [Fact]
    public void The_figures_are_lines_for_people_and_an_object_for_scripts()
    {
        DeliverySummary summary = new()
        {
            Queued = 1000,
            Restored = 12,
            Delivered = 1010,
            Waiting = 2,
            MedianMs = 120.5,
            WorstMs = 9000,
            Retransmissions = 7,
            Resent = 2,
            Reconnects = 1,
            WireOctets = 45_450,
            FlashWrites = 5,
            FlashOctets = 2000,
            FlashErases = 1,
            StoreFailures = 1,
            StoreFailure = "No space left on device",
            FlashReadings = 64_000_000,
            RamOctets = 20_004,
        };
        Assert.Equal(
            [
                "delivered 1010 of 1012 readings (12 from the journal), waiting 2, dropped 0",
                "  delay: median 120 ms, worst 9000 ms",
                "  retransmissions 7, packs sent again 2, reconnects 1, refusals 0, octets on the"
                    + " wire for a reading 45.0",
                "  journal: 5 writes, 2000 octets, 1 erasures, 1 failures; a board's flash lasts"
                    + " for 64 million readings like these",
                "  the journal failed last with: No space left on device",
                "  memory on a board: 20004 octets",
            ],
            summary.Lines());
        Assert.Equal(
            "{'delivery':{'queued':1000,'restored':12,'delivered':1010,'waiting':2,'dropped':0,"
                + "'medianMs':120.5,'worstMs':9000,'retransmissions':7,'resent':2,"
                + "'reconnects':1,'refusals':0,'octetsPerReading':45,'flashWrites':5,'flashOctets':2000,"
                + "'flashErases':1,'tornRecords':0,'storeFailures':1,"
                + "'storeFailure':'No space left on device',"
                + "'flashReadings':64000000,'ramOctets':20004}}",
            Json(summary));
        Assert.Equal(
            "{'delivery':{'queued':0,'restored':0,'delivered':0,'waiting':0,'dropped':0,"
                + "'retransmissions':0,'resent':0,'reconnects':0,'refusals':0,'ramOctets':0}}",
            Json(new DeliverySummary()));
        Assert.Equal(3, new DeliverySummary().Lines().Count());
    }

    private static string Json(DeliverySummary summary)
    {
        using MemoryStream octets = new();
        using (Utf8JsonWriter json = new(octets))
        {
            json.WriteStartObject();
            summary.WriteTo(json);
            json.WriteEndObject();
        }

        return Encoding.UTF8.GetString(octets.ToArray()).Replace('"', '\'');
    }
}
