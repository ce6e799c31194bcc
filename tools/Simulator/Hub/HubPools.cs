// What a hub hands out: addresses for clients and call IDs.

using System;
using System.Collections.Generic;
using System.Numerics;

namespace Simulator.Hub;

/// <summary>Client addresses: always the lowest free one, as pptpd does.</summary>
internal sealed class AddressPool(uint first, uint last)
{
    private readonly ulong[] _used = new ulong[(((long)last - first) / 64) + 1];
    private readonly long _size = (long)last - first + 1;
    private int _lowestWordWithRoom;

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
                return (uint)(first + index);
            }

            _lowestWordWithRoom++;
        }

        return null;
    }

    public bool Contains(uint address) => address >= first && address <= last;

    /// <summary>Keeps a free address from being taken.</summary>
    public void Reserve(uint address)
    {
        long index = IndexOf(address);
        _used[index / 64] |= 1UL << (int)(index % 64);
    }

    public void Return(uint address)
    {
        long index = IndexOf(address);
        int word = (int)(index / 64);
        _used[word] &= ~(1UL << (int)(index % 64));
        _lowestWordWithRoom = Math.Min(_lowestWordWithRoom, word);
    }

    private long IndexOf(uint address)
    {
        long index = (long)address - first;
        ArgumentOutOfRangeException.ThrowIfNegative(index, nameof(address));
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(index, _size, nameof(address));
        return index;
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
