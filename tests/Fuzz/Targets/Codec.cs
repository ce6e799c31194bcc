// A wire format as the fuzzer sees it: its gate, its readers, its writers.

using System;
using nanoPptp.Fuzz.Engine;

namespace nanoPptp.Fuzz.Targets;

/// <summary>One format.</summary>
internal sealed record Codec
{
    internal required string Name { get; init; }

    /// <summary>The gate: array, offset, octets present; negative refuses.</summary>
    internal required Func<byte[], int, int, int> Check { get; init; }

    /// <summary>Whether the gate may give more than is present: the length of what is still to
    /// come.</summary>
    internal bool TellsWhatIsMissing { get; init; }

    /// <summary>Everything that may be read once the gate has passed the octets: array, offset,
    /// what the gate gave, octets present.</summary>
    internal Func<byte[], int, int, int, int>[] Readers { get; init; } = [];

    /// <summary>Writers: array, offset, where the values come from; each gives the octets written.
    ///</summary>
    internal Func<byte[], int, Script, int>[] Writers { get; init; } = [];

    /// <summary>Makes checksums and the like right, without which the gate lets hardly anything
    /// pass; null where there are none.</summary>
    internal Action<byte[]>? Mend { get; init; }

    /// <summary>An example, to begin with.</summary>
    internal required string Golden { get; init; }
}
