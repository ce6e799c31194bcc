// A line of the hub's UDP sink, see Guest/services.pl.

using System;
using System.Linq;

namespace Interop.Tests;

/// <summary>A datagram that reached the sink.</summary>
internal sealed record Datagram(string SourceAddress, byte[] Octets)
{
    /// <summary>Reads "time source:port length octets-in-hex"; an empty one has no hex.</summary>
    public static Datagram Read(string line)
    {
        string[] fields = line.Split(' ');
        byte[] octets = fields.Length > 3 ? Convert.FromHexString(fields[3]) : [];
        return new Datagram(fields[1].Split(':')[0], octets);
    }

    public static Datagram[] ReadAll(string[] lines) => [.. lines.Select(Read)];
}
