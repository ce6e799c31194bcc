// What was sent through a tunnel, one way, by one sensor: each datagram is made from its number and the
// moment, so whatever arrives can be compared octet for octet with what was sent, and it is known
// whether it came before, or out of order.

using System;
using System.Buffers.Binary;
using System.Collections.Generic;
using Simulator.World;

namespace Simulator.Checkers;

/// <summary>What a datagram that arrived is.</summary>
public enum Arrival
{
    /// <summary>It was sent, and came now for the first time.</summary>
    Sound,

    /// <summary>Nothing like it was ever sent.</summary>
    NeverSent,

    /// <summary>It came before.</summary>
    Duplicate,

    /// <summary>A later one came before it.</summary>
    OutOfOrder,
}

/// <summary>The datagrams of one sensor in one direction.</summary>
/// <param name="who">The sensor's number, in every datagram.</param>
/// <param name="direction">Which way.</param>
public sealed class Readings(int who, Direction direction)
{
    /// <summary>Octets of the shortest datagram: magic 2, direction 2, sensor 4, number 4, check 4.
    /// </summary>
    public const int MinimumLength = 16;

    private const ushort Magic = 0x6E50;

    private readonly List<long> _sentUs = [];
    private readonly List<int> _lengths = [];
    private readonly List<bool> _hasCome = [];
    private int _last = -1;

    /// <summary>How many were sent.</summary>
    public int SentCount => _sentUs.Count;

    /// <summary>How many arrived.</summary>
    public int DeliveredCount { get; private set; }

    /// <summary>When one was sent.</summary>
    public long SentUs(int number) => _sentUs[number];

    /// <summary>Whether one arrived.</summary>
    public bool HasCome(int number) => _hasCome[number];

    /// <summary>Makes the next datagram; it counts as sent only by <see cref="Sent"/>.</summary>
    /// <param name="length">Octets.</param>
    public byte[] Next(int length) => Make(_sentUs.Count, length);

    /// <summary>The datagram that was made last is on its way.</summary>
    /// <returns>Its number.</returns>
    public int Sent(int length, long nowUs)
    {
        _sentUs.Add(nowUs);
        _lengths.Add(length);
        _hasCome.Add(false);
        return _sentUs.Count - 1;
    }

    /// <summary>The datagram that was counted last did not go out after all.</summary>
    public void Unsent()
    {
        int last = _sentUs.Count - 1;
        _sentUs.RemoveAt(last);
        _lengths.RemoveAt(last);
        _hasCome.RemoveAt(last);
    }

    /// <summary>A datagram arrived.</summary>
    /// <param name="payload">Its octets.</param>
    /// <param name="number">Its number, when it was ever sent.</param>
    public Arrival Came(ReadOnlySpan<byte> payload, out int number)
    {
        number = -1;
        if (payload.Length < MinimumLength)
        {
            return Arrival.NeverSent;
        }

        int claimed = BinaryPrimitives.ReadInt32BigEndian(payload[8..]);
        if (claimed < 0 || claimed >= _sentUs.Count || payload.Length != _lengths[claimed]
            || !payload.SequenceEqual(Make(claimed, payload.Length)))
        {
            return Arrival.NeverSent;
        }

        number = claimed;
        if (_hasCome[claimed])
        {
            return Arrival.Duplicate;
        }

        _hasCome[claimed] = true;
        DeliveredCount++;
        if (claimed < _last)
        {
            return Arrival.OutOfOrder;
        }

        _last = claimed;
        return Arrival.Sound;
    }

    private byte[] Make(int number, int length)
    {
        ulong seed = ((ulong)(uint)who << 33) | ((ulong)direction << 32) | (uint)number;
        byte[] octets = new Random64(seed).Octets(length);
        BinaryPrimitives.WriteUInt16BigEndian(octets, Magic);
        BinaryPrimitives.WriteUInt16BigEndian(octets.AsSpan(2), (ushort)direction);
        BinaryPrimitives.WriteInt32BigEndian(octets.AsSpan(4), who);
        BinaryPrimitives.WriteInt32BigEndian(octets.AsSpan(8), number);
        return octets;
    }
}
