// What the sequence numbers of a capture say about loss and order, told without the library.

using System.Collections.Generic;
using System.Linq;

namespace nanoPptp.Tests.Captures;

/// <summary>Counts by sequence numbers of GRE packets of one direction of one call.</summary>
internal static class Sequences
{
    /// <summary>The packets with a payload.</summary>
    public static List<uint> Of(IEnumerable<GrePacket> packets)
    {
        return [.. packets
            .Where(packet => packet.Sequence != null)
            .Select(packet => packet.Sequence!.Value)];
    }

    /// <summary>Numbers between the lowest and the highest that never came.</summary>
    public static long Missing(IEnumerable<GrePacket> packets)
    {
        List<uint> numbers = Of(packets);
        return numbers.Count == 0
            ? 0
            : (long)numbers.Max() - numbers.Min() + 1 - numbers.Distinct().Count();
    }

    /// <summary>Packets that came after one with the same or a higher number.</summary>
    public static int Late(IEnumerable<GrePacket> packets)
    {
        List<uint> numbers = Of(packets);
        return numbers
            .Where((number, i) => numbers.Take(i).Any(earlier => earlier >= number))
            .Count();
    }
}
