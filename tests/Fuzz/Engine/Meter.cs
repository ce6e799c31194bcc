// Counts what the library allocates: the thread's own counter before and after each call. What the
// fuzzer itself allocates in between does not count.

using System;

namespace nanoPptp.Fuzz.Engine;

/// <summary>Octets allocated between Start and Stop.</summary>
internal sealed class Meter
{
    private long _before;

    internal long Allocated { get; private set; }

    internal void Reset() => Allocated = 0;

    internal void Start() => _before = GC.GetAllocatedBytesForCurrentThread();

    internal void Stop() => Allocated += GC.GetAllocatedBytesForCurrentThread() - _before;

    /// <summary>Nothing was allocated.</summary>
    internal void Demand()
    {
        if (Allocated != 0)
        {
            throw new OracleException(
                OracleKinds.Allocation, $"the library allocated {Allocated} octets");
        }
    }
}

/// <summary>Names of promises that the engine itself has to know.</summary>
internal static class OracleKinds
{
    internal const string Allocation = "allocation";
    internal const string Hang = "hang";
}
