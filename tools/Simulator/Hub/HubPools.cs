// What a hub hands out: addresses for clients and call IDs.

using System;
using System.Collections.Generic;
using System.Numerics;

namespace Simulator.Hub;

/// <summary>
/// Client addresses, numbered through all ranges in the order given: always the free one with the
/// lowest number, as pptpd does with its connection slots.
/// </summary>
internal sealed class AddressPool
{
    private readonly HubAddressRange[] _ranges;

    // The number of each range's first address.
    private readonly long[] _starts;

    // Where in the list ranges stand, by their first address.
    private readonly uint[] _sortedFirsts;
    private readonly int[] _sortedPlaces;
    private readonly long _size;
    private readonly ulong[] _used;
    private int _lowestWordWithRoom;

    /// <summary>All addresses are free.</summary>
    /// <param name="ranges">At least one; none overlaps another.</param>
    public AddressPool(params IReadOnlyList<HubAddressRange> ranges)
    {
        _ranges = [.. ranges];
        _starts = new long[_ranges.Length];
        _sortedFirsts = new uint[_ranges.Length];
        _sortedPlaces = new int[_ranges.Length];
        for (int i = 0; i < _ranges.Length; i++)
        {
            _starts[i] = _size;
            _sortedFirsts[i] = _ranges[i].First;
            _sortedPlaces[i] = i;
            _size += _ranges[i].Count;
        }

        Array.Sort(_sortedFirsts, _sortedPlaces);
        _used = new ulong[((_size - 1) / 64) + 1];
    }

    /// <summary>Takes an address; null when none is free.</summary>
    public uint? Take()
    {
        while (_lowestWordWithRoom < _used.Length)
        {
            ulong free = ~_used[_lowestWordWithRoom];
            long index = (64L * _lowestWordWithRoom) + BitOperations.TrailingZeroCount(free);
            if (free != 0 && index < _size)
            {
                _used[_lowestWordWithRoom] |= 1UL << (int)(index % 64);
                return AddressAt(index);
            }

            _lowestWordWithRoom++;
        }

        return null;
    }

    public bool Contains(uint address) => IndexOf(address) is not null;

    /// <summary>Keeps a free address from being taken.</summary>
    public void Reserve(uint address)
    {
        long index = KnownIndexOf(address);
        _used[index / 64] |= 1UL << (int)(index % 64);
    }

    public void Return(uint address)
    {
        long index = KnownIndexOf(address);
        int word = (int)(index / 64);
        _used[word] &= ~(1UL << (int)(index % 64));
        _lowestWordWithRoom = Math.Min(_lowestWordWithRoom, word);
    }

    private uint AddressAt(long index)
    {
        int place = LastAtOrBelow(_starts, index);
        return (uint)(_ranges[place].First + (index - _starts[place]));
    }

    private long? IndexOf(uint address)
    {
        int sorted = LastAtOrBelow(_sortedFirsts, address);
        if (sorted < 0)
        {
            return null;
        }

        int place = _sortedPlaces[sorted];
        return _ranges[place].Contains(address)
            ? _starts[place] + (address - _ranges[place].First)
            : null;
    }

    private long KnownIndexOf(uint address) =>
        IndexOf(address) ?? throw new ArgumentOutOfRangeException(
            nameof(address), Ipv4Address.ToText(address), "not an address of the pool");

    // The place of the greatest of sorted values that is not above this one; -1 when there is none.
    private static int LastAtOrBelow<T>(T[] values, T value)
    {
        int place = Array.BinarySearch(values, value);
        return place >= 0 ? place : ~place - 1;
    }
}

/// <summary>
/// Call IDs in steps; behind the last one they go on between those already given, so that all
/// 65,536 come before one comes again.
/// </summary>
internal sealed class CallIdPool(ushort first, ushort step)
{
    private const int IdCount = 0x10000;

    private int _offset;
    private int _next;

    /// <summary>Takes an ID that is no key of <paramref name="used"/>; null when all are.</summary>
    public ushort? Take<T>(Dictionary<ushort, T> used)
    {
        for (int attempt = 0; attempt < IdCount; attempt++)
        {
            ushort id = (ushort)(first + _offset + _next);
            _next += step;
            if (_offset + _next >= IdCount)
            {
                _next = 0;
                _offset = (_offset + 1) % step;
            }

            if (!used.ContainsKey(id))
            {
                return id;
            }
        }

        return null;
    }
}
