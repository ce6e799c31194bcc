// What a journal costs a board's flash, from what it wrote here.
//
//   block erasures   = appends + files begun
//   life in readings = readings x blocks x cycles / block erasures
//
// littlefs, the board's file system, copies the last block of a file into a fresh one for each append
// that is synchronised, and spreads its blocks over the whole partition; a file that is begun takes a
// commit of metadata. 256 KiB are the partition that the boards' standard tables give it, 4 KiB its
// blocks, 100,000 cycles what makers of NOR flash promise. Readings and not years, because a replay
// is faster than a plant; with a plant's readings in a year the one is divided by the other.

namespace nanoPptp.Tool.Telemetry;

/// <summary>Estimates how long a board's flash lives.</summary>
internal static class FlashLife
{
    private const int PartitionOctets = 256 * 1024;
    private const int BlockOctets = 4096;
    private const int Cycles = 100_000;

    /// <summary>How many readings a partition stands that is used as in this run.</summary>
    /// <param name="readings">How many there were in this run.</param>
    /// <param name="writes">Appends.</param>
    /// <param name="erases">Files begun.</param>
    /// <returns>Readings; infinite when none came or nothing was written.</returns>
    public static double Readings(long readings, long writes, long erases)
    {
        const double Blocks = PartitionOctets / BlockOctets;
        return readings == 0 || writes + erases == 0
            ? double.PositiveInfinity
            : readings * Blocks * Cycles / (writes + erases);
    }
}
