// How a target says that something is wrong. Exceptions of the code under test are findings as
// well; these are for what does not throw.

using System;

namespace nanoPptp.Fuzz.Engine;

/// <summary>A broken promise.</summary>
#pragma warning disable CA1032 // It is thrown by the oracles alone and always says what broke.
internal sealed class OracleException(string kind, string message) : Exception(message)
#pragma warning restore CA1032
{
    /// <summary>Which promise, in one or two words.</summary>
    internal string Kind { get; } = kind;
}

/// <summary>Promises that every target checks.</summary>
internal static class Oracle
{
    internal static void Demand(bool holds, string kind, string message)
    {
        if (!holds)
        {
            throw new OracleException(kind, message);
        }
    }

    /// <summary>Octets that nobody may write are still what they were.</summary>
    internal static void DemandFilled(ReadOnlySpan<byte> octets, byte fill, string what)
    {
        int at = octets.IndexOfAnyExcept(fill);
        if (at >= 0)
        {
            throw new OracleException("guard", $"{what}: guard octet {at} was overwritten");
        }
    }

    internal static void DemandEqual(
        ReadOnlySpan<byte> expected, ReadOnlySpan<byte> actual, string kind, string what)
    {
        if (!expected.SequenceEqual(actual))
        {
            throw new OracleException(
                kind,
                $"{what}: {Convert.ToHexString(actual)} instead of "
                    + Convert.ToHexString(expected));
        }
    }
}
