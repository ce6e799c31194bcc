// The one line that tells what the tunnel is. On a screen it must not wrap, for a line that wraps
// cannot be written over: on a narrow one it says less, and the most important longest.

using System;
using System.Globalization;
using System.Linq;

namespace nanoPptp.Tool.Connect;

/// <summary>"connected 0:00:12 | MPPE-128 stateless | MTU 1400 | hub ... | local ...".</summary>
internal static class StatusLine
{
    private const string Separator = " | ";
    private const char Ellipsis = '\u2026';

    /// <summary>The whole line.</summary>
    /// <param name="word">Its first word: what the tunnel is.</param>
    /// <param name="uptime">For how long.</param>
    /// <param name="facts">What is known of the tunnel.</param>
    public static string Of(string word, TimeSpan uptime, TunnelFacts facts)
    {
        return Of(word, uptime, facts, int.MaxValue);
    }

    /// <summary>As much of the line as has room.</summary>
    /// <param name="word">Its first word: what the tunnel is.</param>
    /// <param name="uptime">For how long.</param>
    /// <param name="facts">What is known of the tunnel.</param>
    /// <param name="width">Columns there are.</param>
    public static string Of(string word, TimeSpan uptime, TunnelFacts facts, int width)
    {
        string clock = $"{word} {Words.Clock(uptime)}";
        string mtu = string.Create(CultureInfo.InvariantCulture, $"MTU {facts.Mtu}");
        string hub = $"hub {facts.Hub}";
        string local = $"local {facts.Local}";

        // What the command line says already goes first; our address, which the hub chose, last.
        string[][] shorterAndShorter =
        [
            [clock, facts.Encryption, mtu, hub, local],
            [clock, facts.Encryption, hub, local],
            [clock, facts.Encryption, local],
            [clock, local],
            [clock],
        ];
        string line = shorterAndShorter
            .Select(fields => string.Join(Separator, fields))
            .FirstOrDefault(candidate => candidate.Length <= width, clock);
        return line.Length <= width ? line : $"{line[..int.Max(width - 1, 0)]}{Ellipsis}";
    }
}
