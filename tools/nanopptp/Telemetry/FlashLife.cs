// What a journal costs a board's flash, from what it wrote here.
//
//   block erasures   = appends + files begun
//   life             = run time x blocks x cycles / block erasures
//
// littlefs, the board's file system, copies the last block of a file into a fresh one for each append
// that is synchronised, and spreads its blocks over the whole partition; a file that is begun takes a
// commit of metadata. 256 KiB are the partition that the boards' standard tables give it, 4 KiB its
// blocks, 100,000 cycles what makers of NOR flash promise.

using System;

namespace nanoPptp.Tool.Telemetry;

/// <summary>Estimates how long a board's flash lives.</summary>
internal static class FlashLife
{
    private const int PartitionOctets = 256 * 1024;
    private const int BlockOctets = 4096;
    private const int Cycles = 100_000;
    private const double SecondsInAYear = 365.25 * 24 * 3600;

    /// <summary>The life of a partition that is used as this run did.</summary>
    /// <param name="writes">Appends.</param>
    /// <param name="erases">Files begun.</param>
    /// <param name="runTime">In which time.</param>
    /// <returns>Years; infinite when nothing was written.</returns>
    public static double Years(long writes, long erases, TimeSpan runTime)
    {
        const double Blocks = PartitionOctets / BlockOctets;
        return runTime.TotalSeconds * Blocks * Cycles / (writes + erases) / SecondsInAYear;
    }
}
