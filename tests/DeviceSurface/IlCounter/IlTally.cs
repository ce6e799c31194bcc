// The counters that instrumented code adds to. One static array serves every IlCounter of the
// process: each takes a range of it for its methods, so that the code to insert is one call with
// two constants.

using System;
using System.Runtime.CompilerServices;
using System.Threading;

namespace DeviceSurface.Counting;

/// <summary>Counts of executed IL instructions, by method. Called by instrumented code only; it is
/// public because that code lies in other assemblies.</summary>
public static class IlTally
{
    // Two megabytes of address space, touched only as far as used: room for some hundred loads.
    private const int Capacity = 1 << 18;

    private static readonly long[] s_counts = new long[Capacity];
    private static int s_reserved;

    /// <summary>Adds the instructions of one basic block.</summary>
    /// <param name="method">The number of the method in the whole process.</param>
    /// <param name="instructions">IL instructions of the block.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Add(int method, int instructions)
    {
        s_counts[method] += instructions;
    }

    internal static int Reserve(int methodCount)
    {
        int end = Interlocked.Add(ref s_reserved, methodCount);
        if (end > Capacity)
        {
            throw new InvalidOperationException("Too many methods were instrumented.");
        }

        return end - methodCount;
    }

    internal static long[] Copy(int first, int methodCount)
    {
        return s_counts.AsSpan(first, methodCount).ToArray();
    }
}
