// The books of a sensor's readings: what is owed, what is excused, what is wrong.

using System.Collections.Generic;
using Simulator.Checkers;
using Simulator.Plant;
using Xunit;

namespace Simulator.Tests.Checkers;

public class DeliveryLedgerTests
{
    private readonly DeliveryLedger _ledger = new(graceMs: 10_000);
    private readonly NumberSet _stored = new();

    [Fact]
    public void What_is_stored_and_then_delivered_is_not_owed_any_more()
    {
        Add(1, 2, 3);
        Store(1, 2);
        Assert.Equal(1, _ledger.FirstOwed);
        Assert.Null(_ledger.Delivered(1, 2, _stored));
        Assert.Equal(3, _ledger.FirstOwed);
        Assert.Equal(3, _ledger.LastAdded);
        Store(3);
        Assert.Null(_ledger.Delivered(3, 3, _stored));
        Assert.Equal(0, _ledger.FirstOwed);
        Assert.Empty(_ledger.Missing(3, _stored));
    }

    [Fact]
    public void Delivered_and_not_stored_is_wrong()
    {
        Add(1, 2, 3);
        Store(1, 3);
        Assert.Contains("reading 2 counts", _ledger.Delivered(1, 3, _stored)!);
        Assert.Equal([2], _ledger.Missing(3, _stored));
        Assert.Empty(_ledger.Missing(1, _stored));
    }

    [Fact]
    public void A_number_for_two_readings_is_wrong()
    {
        Add(1, 2);
        Assert.Contains("number 2", _ledger.Add(2, 9)!);
    }

    [Fact]
    public void What_arrives_must_be_under_way_and_the_very_reading()
    {
        Add(1);
        Assert.Null(_ledger.Arrived(1, 1_000));
        Assert.Contains("time of another", _ledger.Arrived(1, 1_001)!);
        Assert.Contains("not under way", _ledger.Arrived(2, 2_000)!);
    }

    [Fact]
    public void A_full_queue_is_excused_for_as_many_as_it_counts()
    {
        Add(1, 2, 3, 4);
        Assert.Null(_ledger.Dropped(firstLeft: 3, count: 2));
        Assert.Equal(2, _ledger.DroppedCount);
        Assert.Empty(_ledger.Missing(4, _stored));
        Assert.Null(_ledger.Arrived(2, 2_000));
        Assert.Contains("counts 0", _ledger.Dropped(firstLeft: 4, count: 0)!);
    }

    [Fact]
    public void Power_takes_only_what_is_younger_than_the_flush_interval()
    {
        Add(1, 2, 3);
        Assert.Null(_ledger.Restored(new HashSet<int> { 1 }, cutAtMs: 12_000));
        Assert.Equal(2, _ledger.LostCount);
        Assert.Equal(1, _ledger.FirstOwed);
        Assert.Null(_ledger.Arrived(3, 3_000));
        Add(300);
        Assert.Contains(
            "reading 300", _ledger.Restored(new HashSet<int> { 1 }, cutAtMs: 310_001)!);
    }

    private void Add(params int[] numbers)
    {
        foreach (int number in numbers)
        {
            Assert.Null(_ledger.Add(number, number * 1_000L));
        }
    }

    private void Store(params int[] numbers)
    {
        foreach (int number in numbers)
        {
            _stored.Add(number);
        }
    }
}
