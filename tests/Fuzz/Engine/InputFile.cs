// An input as a file: lines of words that begin with #, then hexadecimal digits. Whatever stands
// behind # is for people, but for the line that names the target.
//
//   # Target: wire-enhanced-gre
//   # Origin: tests/Captures/loss5.pcap, packet 17
//   3081880b00101234000000010000000a

using System;
using System.Collections.Generic;
using System.IO;
using System.Text;

namespace nanoPptp.Fuzz.Engine;

/// <summary>Reads and writes files with one input.</summary>
internal sealed record InputFile(string Target, string Origin, byte[] Input)
{
    private const string TargetMark = "# Target: ";
    private const string OriginMark = "# Origin: ";
    private const int OctetsPerLine = 32;

    /// <summary>Reads a file.</summary>
    /// <exception cref="FormatException">It is not such a file.</exception>
    internal static InputFile Read(string path)
    {
        string? target = null;
        string? origin = null;
        var digits = new StringBuilder();
        foreach (string line in File.ReadLines(path))
        {
            if (line.StartsWith(TargetMark, StringComparison.Ordinal))
            {
                target = line[TargetMark.Length..].Trim();
            }
            else if (line.StartsWith(OriginMark, StringComparison.Ordinal))
            {
                origin = line[OriginMark.Length..].Trim();
            }
            else if (!line.StartsWith('#'))
            {
                digits.Append(line.Trim().Replace(" ", "", StringComparison.Ordinal));
            }
        }

        if (target == null || origin == null)
        {
            throw new FormatException($"{path} does not name its target and its origin");
        }

        return new InputFile(target, origin, Convert.FromHexString(digits.ToString()));
    }

    /// <summary>Writes a finding.</summary>
    /// <returns>The file's path.</returns>
    internal static string Write(string folder, Finding finding)
    {
        Directory.CreateDirectory(folder);
        ulong hash = 0xCBF29CE484222325;
        foreach (byte octet in finding.Input)
        {
            hash = (hash ^ octet) * 0x100000001B3;
        }

        string path = Path.Combine(folder, $"{finding.Target}-{hash:x16}.txt");
        var text = new StringBuilder();
        text.Append(TargetMark).Append(finding.Target).Append('\n');
        text.Append(OriginMark).Append("found by ").Append(finding.Origin).Append('\n');
        text.Append("# Broke: ").Append(OneLine(finding.Kind)).Append('\n');
        text.Append("# Said: ").Append(OneLine(finding.Message)).Append('\n');
        for (int at = 0; at < finding.Input.Length; at += OctetsPerLine)
        {
            int count = Math.Min(OctetsPerLine, finding.Input.Length - at);
            text.Append(Convert.ToHexStringLower(finding.Input, at, count)).Append('\n');
        }

        File.WriteAllText(path, text.ToString());
        return path;
    }

    /// <summary>All files of a folder and the folders in it, in order.</summary>
    internal static IReadOnlyList<string> Find(string folder)
    {
        string[] paths = Directory.Exists(folder)
            ? Directory.GetFiles(folder, "*.txt", SearchOption.AllDirectories)
            : [];
        Array.Sort(paths, StringComparer.Ordinal);
        return paths;
    }

    private static string OneLine(string text) => text.ReplaceLineEndings(" ");
}
