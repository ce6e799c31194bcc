// What reaches the plant: from the subscriber's log, or from that of coap-server.

using System;
using System.Collections.Generic;
using System.Globalization;
using System.IO;
using System.Linq;

namespace Interop.Tests;

/// <summary>A pack that reached the plant.</summary>
/// <param name="AtS">When, seconds since 1970.</param>
/// <param name="Topic">The topic, or the path.</param>
/// <param name="Octets">The pack.</param>
internal sealed record Arrival(double AtS, string Topic, byte[] Octets)
{
    /// <summary>Reads lines of mosquitto_sub: time retained topic octets-in-hex.</summary>
    public static Arrival[] ReadMessages(IEnumerable<string> lines) =>
    [
        .. lines.Select(line => line.Split(' ')).Select(fields => new Arrival(
            double.Parse(fields[0], CultureInfo.InvariantCulture),
            fields[2],
            Convert.FromHexString(fields[3]))),
    ];

    /// <summary>
    /// Reads the log of coap-server: a line with the time it received something, one with what that
    /// is ("v:1 t:CON c:POST i:cd86 {01} [ Uri-Path:a, Uri-Path:b, ... ] :: binary data ..."), one
    /// with the payload between double angle brackets.
    /// </summary>
    public static Arrival[] ReadPosts(IEnumerable<string> lines)
    {
        List<Arrival> posts = [];
        double atS = 0;
        string? path = null;
        foreach (string line in lines)
        {
            if (line.EndsWith(" bytes", StringComparison.Ordinal)
                && line.Contains(" : received ", StringComparison.Ordinal))
            {
                atS = ReadTimeS(line);
            }
            else if (line.StartsWith("v:1 ", StringComparison.Ordinal))
            {
                path = line.Contains(" c:POST ", StringComparison.Ordinal) ? ReadPath(line) : null;
            }
            else if (path is not null && line.StartsWith("<<", StringComparison.Ordinal))
            {
                posts.Add(new Arrival(atS, path, ReadPayload(line)));
                // The next line shows the payload once more, as characters.
                path = null;
            }
        }

        return [.. posts];
    }

    private static byte[] ReadPayload(string line) =>
        line.EndsWith(">>", StringComparison.Ordinal)
            ? Convert.FromHexString(line[2..^2])
            : throw new InvalidDataException("The log of coap-server cuts longer payloads.");

    private static double ReadTimeS(string line)
    {
        // "Nov 21 20:46:58.365 DEBG ...": the guest knows no zone, so this is UTC.
        DateTime time = DateTime.ParseExact(
            line[..19],
            "MMM dd HH:mm:ss.fff",
            CultureInfo.InvariantCulture,
            DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal);
        return (time - DateTime.UnixEpoch).TotalSeconds;
    }

    private static string ReadPath(string line)
    {
        const string Option = "Uri-Path:";
        string options = line[(line.IndexOf('[', StringComparison.Ordinal) + 1)..];
        return string.Join('/', options.Split([',', ' ', ']'])
            .Where(word => word.StartsWith(Option, StringComparison.Ordinal))
            .Select(word => word[Option.Length..]));
    }
}
