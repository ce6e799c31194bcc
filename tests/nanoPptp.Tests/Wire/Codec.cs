// What a test says about one wire format: its octets, its gate, its fields and its reserved bits.
// The laws that hold for all of them are in CodecLaws.

using System;
using nanoPptp.Diagnostics;
using nanoPptp.Tests.Support;

namespace nanoPptp.Tests.Wire;

/// <summary>One format with one example of it.</summary>
internal sealed class Codec
{
    internal required string Name { get; init; }

    /// <summary>The example, octet for octet as the RFC draws it.</summary>
    internal required byte[] Golden { get; init; }

    /// <summary>Writes the example at an offset and gives the octets written; null for formats
    /// that we only read.</summary>
    internal Func<byte[], int, int>? Write { get; init; }

    /// <summary>The gate; null where the formats around this one have it.</summary>
    internal Func<byte[], int, int, int>? Check { get; init; }

    /// <summary>What the gate gives for the example.</summary>
    internal int CheckGives { get; init; }

    /// <summary>Octets of the example that the gate cannot do without.</summary>
    internal int CheckNeeds { get; init; }

    /// <summary>Why the gate refuses fewer octets.</summary>
    internal Reason Refusal { get; init; }

    /// <summary>Numbers of octets at which the example happens to be a whole, shorter one.
    /// </summary>
    internal int[] AlsoWhole { get; init; } = [];

    internal Field[] Fields { get; init; } = [];

    /// <summary>Reserved bits: a receiver has to let them pass.</summary>
    internal Bits[] Tolerated { get; init; } = [];

    /// <summary>Bits that make another format of it: each, when flipped alone, is refused.
    /// </summary>
    internal Bits[] Forbidden { get; init; } = [];

    /// <summary>Whether the gate looks at lengths and checksums that follow from all octets, so
    /// that the example cannot be changed without it.</summary>
    internal bool IsSealed { get; init; }
}

/// <summary>A number in a format.</summary>
/// <param name="Name">Its name in the RFC.</param>
/// <param name="At">Its first octet.</param>
/// <param name="Length">How many octets hold it.</param>
/// <param name="Mask">Which of their bits are its own.</param>
/// <param name="Read">The library's reader.</param>
/// <param name="Write">The library's writer of a whole message with that value, if a caller can
/// choose it.</param>
internal sealed record Field(
    string Name,
    int At,
    int Length,
    uint Mask,
    Func<byte[], int, int> Read,
    Action<byte[], int, uint>? Write = null)
{
    /// <summary>Puts a value into a copy of a message, by the test's own arithmetic.</summary>
    internal byte[] Put(byte[] message, uint value)
    {
        byte[] changed = (byte[])message.Clone();
        uint old = Octets.Number(changed.AsSpan(At, Length));
        Octets.Number((old & ~Mask) | (value & Mask), Length).CopyTo(changed, At);
        return changed;
    }

    internal uint Get(byte[] message) => Octets.Number(message.AsSpan(At, Length)) & Mask;
}

/// <summary>Some bits of one octet.</summary>
internal sealed record Bits(int At, byte Mask);
