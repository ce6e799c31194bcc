// A sensor whose process is killed at random moments: what it promised is kept.
//
// The sensor says on its standard output what is on the disk, delivered or given up ("journaled":
// all below "next") and what the broker acknowledged ("delivered": "first" to "last"). Each is a
// promise that outlives the process. Its numbers count on within a life, and so do the rows of its
// file; that is how the test knows which numbers a life has used.

using System;
using System.Collections.Generic;
using System.Globalization;
using System.IO;
using System.Linq;
using System.Text.Json;
using System.Threading.Tasks;
using Xunit;

namespace Interop.Tests;

[Collection(TelemetryCollection.Name)]
public sealed class SensorKillTests : DeliveryTest, IAsyncDisposable
{
    // Twenty seconds: no life ends by itself.
    private const int RowsALife = 4000;
    private const int LastRows = 20;

    // On a real file system, beside the program and not in /run.
    private readonly string _journal =
        Path.Combine(AppContext.BaseDirectory, $"journal-{Guid.NewGuid():N}");

    private readonly List<Life> _lives = [];

    public SensorKillTests(TelemetryHub hub, ITestOutputHelper output)
        : base(hub, output)
    {
    }

    async ValueTask IAsyncDisposable.DisposeAsync()
    {
        Directory.Delete(_journal, recursive: true);
        await DisposeAsync();
    }

    [Fact]
    public Task A_sensor_that_is_killed_loses_nothing_that_it_flushed() =>
        KillSensorAsync(kills: 6);

    [Fact(Explicit = true)]
    public Task A_sensor_that_is_killed_a_hundred_times_loses_nothing_that_it_flushed() =>
        KillSensorAsync(kills: 100);

    private async Task KillSensorAsync(int kills)
    {
        Directory.CreateDirectory(_journal);
        Random random = new(kills);
        Broker broker = await TelemetryHub.StartBrokerAsync();
        LogTail messages = broker.Messages;
        long octets = await Hub.Peers.CountIpOctetsAsync();
        long retransmissions = await broker.CountRetransmissionsAsync();
        int first = 1;
        for (int life = 0; life < kills; life++, first += RowsALife)
        {
            // In every fourth life the broker answers nothing: what is queued stays in the journal.
            bool isSilent = life % 4 == 2;
            if (isSilent)
            {
                await broker.PauseBrokerAsync();
            }

            await using NanoPptp tool = Publish(
                broker, await WriteRowsAsync(first, RowsALife), "--for", "60");
            // As a program that has just begun, on its way up, or when readings flow.
            if (life % 3 > 0)
            {
                await tool.WaitForAsync(life % 3 == 1 ? "stage" : "up");
            }

            await tool.KillAfterAsync(random.Next(2000));
            _lives.Add(new Life(tool, first));
            if (isSilent)
            {
                await broker.ResumeBrokerAsync();
            }
        }

        ReadingFile lastRows = await WriteRowsAsync(first, LastRows);
        await using NanoPptp last = Publish(broker, lastRows);
        await last.EndAsync(expectedExitCode: 0);
        // What was acknowledged is at the subscriber at once, but in another process.
        await Task.Delay(500, TestContext.Current.CancellationToken);
        Delivery delivery = Deliver(messages);

        HashSet<int> kept = [];
        HashSet<int> acknowledged = [];
        int saved = 0;
        foreach (Life life in _lives)
        {
            int[] journaled = [.. life.Journaled(delivery)];
            kept.UnionWith(journaled);
            // A range may reach over numbers of earlier lives that were never on the disk.
            int[] delivered = [.. life.Delivered.Where(n => n >= life.First || kept.Contains(n))];
            acknowledged.UnionWith(delivered);
            saved += journaled.Except(acknowledged).Count();
        }

        Print(string.Create(
            CultureInfo.InvariantCulture,
            $"killed {kills} times: {kept.Count} journaled, {acknowledged.Count} acknowledged,"
                + $" {saved} journaled and not acknowledged when the sensor was killed,"
                + $" {delivery.BySequence.Count} at the plant"));
        Report(
            "all lives",
            delivery,
            delivery.RowCount,
            await Hub.Peers.CountIpOctetsAsync() - octets,
            await broker.CountRetransmissionsAsync() - retransmissions,
            last);

        Assert.Empty(acknowledged.Except(delivery.BySequence.Keys));
        Assert.Empty(kept.Except(delivery.BySequence.Keys));
        Assert.Empty(lastRows.Numbers.Except(delivery.Rows));
        // No reading under two numbers; that no number has two readings was seen before.
        Assert.Equal(delivery.Rows.Distinct(), delivery.Rows);
        // Without these the test would say nothing.
        Assert.InRange(acknowledged.Count, kills, int.MaxValue);
        Assert.InRange(saved, kills, int.MaxValue);
    }

    private Task<ReadingFile> WriteRowsAsync(int first, int count) =>
        ReadingFile.WriteAsync(Hub.Peers, count, intervalMs: 5, first);

    private NanoPptp Publish(Broker broker, ReadingFile file, params string[] arguments) =>
        Publish(
            Guest.Address,
            broker,
            file,
            limitSeconds: 90,
            ["--pace", "1", "--journal", _journal, "--flush-interval", "50", .. arguments]);

    /// <summary>What a sensor promised before it was killed.</summary>
    private sealed class Life
    {
        private readonly int _firstRow;
        private readonly int[] _next;

        public Life(NanoPptp tool, int firstRow)
        {
            _firstRow = firstRow;
            _next = [.. tool.Named("journaled").Select(one => one.GetProperty("next").GetInt32())];
            Delivered = [.. tool.Named("delivered").SelectMany(Numbers)];
            First = _next.DefaultIfEmpty(int.MaxValue).Min();
        }

        /// <summary>The numbers that it said are acknowledged.</summary>
        public int[] Delivered { get; }

        /// <summary>The first of its own numbers, as far as it is known.</summary>
        public int First { get; private set; }

        /// <summary>
        /// The numbers of its own that it said are safe: from its first one, which what arrived of
        /// it tells, or else from where it first said so.
        /// </summary>
        public IEnumerable<int> Journaled(Delivery delivery)
        {
            foreach ((int sequence, int row) in delivery.RowsBySequence)
            {
                if (row >= _firstRow && row < _firstRow + RowsALife)
                {
                    First = Math.Min(First, sequence - (row - _firstRow));
                }
            }

            int next = _next.DefaultIfEmpty().Max();
            return next > First ? Enumerable.Range(First, next - First) : [];
        }

        private static IEnumerable<int> Numbers(JsonElement next)
        {
            int first = next.GetProperty("first").GetInt32();
            return Enumerable.Range(first, next.GetProperty("last").GetInt32() - first + 1);
        }
    }
}
