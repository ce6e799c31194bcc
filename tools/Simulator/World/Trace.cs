// Everything that happens in a run, as one stream of octets and its SHA-256: two runs are equal when
// their hashes are. An event is: kind 1 | who 4 | time in microseconds 8 | length 4 | octets.

using System;
using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace Simulator.World;

/// <summary>What an event of the trace is.</summary>
public enum TraceEvent : byte
{
    /// <summary>The sensor asks for a TCP connection; the octet is the hub's number.</summary>
    TcpConnect = 1,

    /// <summary>TCP octets from the sensor.</summary>
    TcpToHub,

    /// <summary>TCP octets from the hub.</summary>
    TcpToSensor,

    /// <summary>The sensor closes.</summary>
    TcpClosedBySensor,

    /// <summary>The hub closes or resets.</summary>
    TcpClosedByHub,

    /// <summary>A GRE packet from the sensor.</summary>
    GreToHub,

    /// <summary>A GRE packet from the hub.</summary>
    GreToSensor,

    /// <summary>What the weather did to the packet before: its text.</summary>
    Fate,

    /// <summary>An event of the library: code and value.</summary>
    Sensor,

    /// <summary>A datagram that reached a hub.</summary>
    AtHub,

    /// <summary>A datagram that reached a sensor.</summary>
    AtSensor,

    /// <summary>A fault begins or ends: its number and 1 or 0.</summary>
    Fault,

    /// <summary>A session of a hub went down: its reason.</summary>
    HubSession,

    /// <summary>A reading reached the plant: its number and what the store says.</summary>
    AtPlant,

    /// <summary>Readings count as delivered at the sensor: first and last number.</summary>
    Delivered,
}

/// <summary>The trace.</summary>
public sealed class Trace : IDisposable
{
    private const int HeaderLength = 17;
    private const int LongestText = 256;

    private readonly IncrementalHash _hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
    private readonly byte[] _buffer = new byte[65536];
    private int _length;

    /// <summary>Events so far.</summary>
    public long EventCount { get; private set; }

    /// <summary>Adds an event.</summary>
    /// <param name="kind">What.</param>
    /// <param name="who">The sensor's number; -1 for the whole world.</param>
    /// <param name="atUs">When.</param>
    /// <param name="octets">Its octets: at most 32 KiB.</param>
    public void Add(TraceEvent kind, int who, long atUs, ReadOnlySpan<byte> octets)
    {
        if (_length + HeaderLength + octets.Length > _buffer.Length)
        {
            Flush();
        }

        Span<byte> target = _buffer.AsSpan(_length);
        target[0] = (byte)kind;
        BinaryPrimitives.WriteInt32BigEndian(target[1..], who);
        BinaryPrimitives.WriteInt64BigEndian(target[5..], atUs);
        BinaryPrimitives.WriteInt32BigEndian(target[13..], octets.Length);
        octets.CopyTo(target[HeaderLength..]);
        _length += HeaderLength + octets.Length;
        EventCount++;
    }

    /// <summary>Adds an event that is a text.</summary>
    public void AddText(TraceEvent kind, int who, long atUs, string text)
    {
        Span<byte> octets = stackalloc byte[LongestText];
        int length = Encoding.UTF8.GetBytes(text.AsSpan(0, Math.Min(text.Length, 80)), octets);
        Add(kind, who, atUs, octets[..length]);
    }

    /// <summary>The hash of everything so far, in hexadecimal.</summary>
    public string Hash()
    {
        Flush();
        return Convert.ToHexStringLower(_hash.GetCurrentHash());
    }

    /// <inheritdoc/>
    public void Dispose() => _hash.Dispose();

    private void Flush()
    {
        _hash.AppendData(_buffer, 0, _length);
        _length = 0;
    }
}
