// Small forms of words and times that several commands print.

using System;
using System.Globalization;
using System.Text;

namespace nanoPptp.Tool;

/// <summary>Names in pieces, times as a clock shows them.</summary>
internal static class Words
{
    /// <summary>The words of a name in small letters: of HubUnreachable and '-' it is
    /// "hub-unreachable".</summary>
    public static string Separate(string name, char separator)
    {
        StringBuilder words = new();
        foreach (char c in name)
        {
            if (char.IsAsciiLetterUpper(c) && words.Length > 0)
            {
                words.Append(separator);
            }

            words.Append(char.ToLowerInvariant(c));
        }

        return words.ToString();
    }

    /// <summary>"0:12:34", "101:00:00".</summary>
    public static string Clock(TimeSpan time)
    {
        return string.Create(
            CultureInfo.InvariantCulture, $"{(int)time.TotalHours}:{time:mm\\:ss}");
    }
}
