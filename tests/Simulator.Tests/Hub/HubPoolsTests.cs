// Addresses and call IDs: all of them, none twice, and again after their return.

using System;
using System.Collections.Generic;
using System.Linq;
using Simulator.Hub;
using Xunit;

namespace Simulator.Tests.Hub;

public class HubPoolsTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(63)]
    [InlineData(64)]
    [InlineData(65)]
    [InlineData(1000)]
    public void The_pool_gives_the_lowest_free_address_until_none_is_left(int size)
    {
        var pool = new AddressPool(new HubAddressRange(100, (uint)(99 + size)));
        for (int i = 0; i < size; i++)
        {
            Assert.Equal((uint)(100 + i), pool.Take());
        }

        Assert.Null(pool.Take());
        Assert.Null(pool.Take());
        pool.Return((uint)(99 + size));
        pool.Return(100);
        Assert.Equal(100u, pool.Take());
        Assert.Equal(size == 1 ? null : (uint)(99 + size), pool.Take());
    }

    [Fact]
    public void An_address_from_elsewhere_cannot_be_returned()
    {
        var pool = new AddressPool(new HubAddressRange(100, 110));
        Assert.Throws<ArgumentOutOfRangeException>(() => pool.Return(99));
        Assert.Throws<ArgumentOutOfRangeException>(() => pool.Return(111));
        Assert.Throws<ArgumentOutOfRangeException>(() => pool.Reserve(111));
        Assert.False(pool.Contains(99));
        Assert.True(pool.Contains(100));
        Assert.True(pool.Contains(110));
        Assert.False(pool.Contains(111));
    }

    [Fact]
    public void A_reserved_address_is_given_to_nobody_before_its_return()
    {
        var pool = new AddressPool(new HubAddressRange(100, 102));
        pool.Reserve(101);
        Assert.Equal(100u, pool.Take());
        Assert.Equal(102u, pool.Take());
        Assert.Null(pool.Take());
        pool.Return(101);
        Assert.Equal(101u, pool.Take());
    }

    [Fact]
    public void Ranges_are_given_out_in_the_order_of_the_list_and_gaps_never()
    {
        var pool = new AddressPool(new(200, 201), new(100, 102), new(uint.MaxValue, uint.MaxValue));
        uint[] all = [200, 201, 100, 101, 102, uint.MaxValue];
        Assert.Equal(all, all.Select(_ => pool.Take()!.Value));
        Assert.Null(pool.Take());

        // The free one that is first in the list, whichever came back first.
        pool.Return(uint.MaxValue);
        pool.Return(101);
        pool.Return(201);
        Assert.Equal([201, 101, uint.MaxValue], new[] { pool.Take(), pool.Take(), pool.Take() });
        Assert.Null(pool.Take());
    }

    [Fact]
    public void What_lies_between_ranges_belongs_to_none()
    {
        var pool = new AddressPool(new(200, 201), new(100, 102), new(204, 204));
        uint[] members = [100, 101, 102, 200, 201, 204];
        for (uint address = 98; address < 208; address++)
        {
            Assert.Equal(members.Contains(address), pool.Contains(address));
        }

        foreach (uint address in (uint[])[99, 103, 202, 203, 205])
        {
            Assert.Throws<ArgumentOutOfRangeException>(() => pool.Return(address));
            Assert.Throws<ArgumentOutOfRangeException>(() => pool.Reserve(address));
        }

        pool.Reserve(200);
        pool.Reserve(102);
        Assert.Equal(
            [201, 100, 101, 204, null],
            new[] { pool.Take(), pool.Take(), pool.Take(), pool.Take(), pool.Take() });
    }

    [Theory]
    [InlineData(1)]
    [InlineData(7)]
    [InlineData(64)]
    public void Of_many_ranges_every_address_is_given_out_once(int length)
    {
        // Scattered so that neither the order of the list nor that of the addresses is the other.
        HubAddressRange[] ranges =
        [
            .. Enumerable.Range(0, 101).Select(i => (uint)(i * 37 % 101 * 1000))
                .Select(first => new HubAddressRange(first, (uint)(first + length - 1))),
        ];
        var pool = new AddressPool(ranges);
        foreach (HubAddressRange range in ranges)
        {
            for (uint address = range.First; address <= range.Last; address++)
            {
                Assert.Equal(address, pool.Take());
            }
        }

        Assert.Null(pool.Take());
        foreach (HubAddressRange range in ranges.Reverse())
        {
            pool.Return(range.Last);
            Assert.Equal(range.Last, pool.Take());
        }
    }

    [Theory]
    [InlineData(0, 128)]
    [InlineData(0, 1)]
    [InlineData(65535, 3)]
    [InlineData(7, 1000)]
    [InlineData(7, 65535)]
    public void All_call_ids_come_before_one_comes_again(int first, int step)
    {
        var pool = new CallIdPool((ushort)first, (ushort)step);
        var none = new Dictionary<ushort, int>();
        var seen = new HashSet<ushort>();
        for (int i = 0; i < 65536; i++)
        {
            ushort? id = pool.Take(none);
            Assert.True(seen.Add(id!.Value));
            if (i == 0)
            {
                Assert.Equal(first, id.Value);
            }
        }

        Assert.Equal((ushort)first, pool.Take(none));
    }

    [Fact]
    public void Ids_in_use_are_left_out_and_none_is_left_when_all_are_in_use()
    {
        var pool = new CallIdPool(0, 128);
        var used = new Dictionary<ushort, int> { [0] = 1, [128] = 1 };
        Assert.Equal((ushort)256, pool.Take(used));
        used = Enumerable.Range(0, 65536).ToDictionary(id => (ushort)id, id => id);
        Assert.Null(pool.Take(used));
        used.Remove(4711);
        Assert.Equal((ushort)4711, pool.Take(used));
    }
}
