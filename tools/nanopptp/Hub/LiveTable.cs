// The table of the live sessions. It stands below the lines of a screen, and goes up and down with
// them.

using System;
using System.Collections.Generic;
using System.Globalization;
using System.IO;

namespace nanoPptp.Tool.Hub;

/// <summary>The live sessions below the last line of a screen.</summary>
internal sealed class LiveTable(Terminal terminal)
{
    private const int DefaultColumns = 80;
    private const int DefaultRows = 24;
    private const int SecondMs = 1000;

    private string _drawn = "";
    private int _rows;

    /// <summary>Takes the table off the screen.</summary>
    public void Erase()
    {
        // Forgotten first: where it cannot be erased, nobody shall try again.
        int rows = _rows;
        _rows = 0;
        _drawn = "";
        if (rows > 0)
        {
            // Up to its first row, and everything from there on is cleared.
            terminal.Output.Write(string.Create(
                CultureInfo.InvariantCulture, $"\u001b[{rows}A\r\u001b[J"));
            terminal.Output.Flush();
        }
    }

    /// <summary>Draws the table, if it changed.</summary>
    public void Draw(IReadOnlyList<SessionFacts> sessions, long nowMs)
    {
        List<string> rows = Rows(sessions, nowMs);
        string text = string.Join('\n', rows);
        if (text == _drawn && rows.Count == _rows)
        {
            return;
        }

        Erase();
        foreach (string row in rows)
        {
            terminal.Output.WriteLine(row);
        }

        terminal.Output.Flush();
        _drawn = text;
        _rows = rows.Count;
    }

    private List<string> Rows(IReadOnlyList<SessionFacts> sessions, long nowMs)
    {
        (int columns, int lines) = Size();
        List<string> rows =
        [
            string.Create(
                CultureInfo.InvariantCulture,
                $"{"user",-10} {"inner",-15} {"since",7} {"crypt",-8} {"outer",-15} {"in",9}"
                + $" {"out",9}"),
        ];

        // The header, a line for those that have no room, and the cursor's.
        int most = int.Max(lines - 3, 1);
        for (int i = 0; i < sessions.Count && i < most; i++)
        {
            rows.Add(Row(sessions[i], nowMs));
        }

        if (sessions.Count == 0)
        {
            rows.Add("no session is up");
        }
        else if (sessions.Count > most)
        {
            rows.Add(string.Create(
                CultureInfo.InvariantCulture, $"and {sessions.Count - most} more"));
        }

        // A row that wraps could not be written over.
        int width = int.Max(columns - 1, 1);
        for (int i = 0; i < rows.Count; i++)
        {
            rows[i] = rows[i].Length > width ? rows[i][..width] : rows[i];
        }

        return rows;
    }

    private static string Row(SessionFacts facts, long nowMs)
    {
        TimeSpan since = TimeSpan.FromMilliseconds(
            (nowMs - (facts.UpSinceMs ?? nowMs)) / SecondMs * SecondMs);
        string user = facts.User.Length > 10 ? facts.User[..10] : facts.User;
        string crypt = facts.Encryption
            .Replace("-bit", "", StringComparison.Ordinal)
            .Replace(" stateless", "", StringComparison.Ordinal)
            .Replace(" / ", "/", StringComparison.Ordinal)
            .Replace(' ', '-');
        string received = $"{Compact(facts.PacketsIn)}/{Compact(facts.OctetsIn)}";
        string sent = $"{Compact(facts.PacketsOut)}/{Compact(facts.OctetsOut)}";
        return string.Create(
            CultureInfo.InvariantCulture,
            $"{user,-10} {facts.Inner,-15} {Words.Clock(since),7} {crypt,-8}"
            + $" {facts.Outer.Address,-15} {received,9} {sent,9}");
    }

    /// <summary>A count in at most four characters: 9999, 12k, 345M.</summary>
    private static string Compact(long count)
    {
        const long Whole = 10_000;
        const string Units = "kMGTPE";
        int unit = -1;
        while (count >= (unit < 0 ? Whole : 1000))
        {
            count /= 1000;
            unit++;
        }

        string number = count.ToString(CultureInfo.InvariantCulture);
        return unit < 0 ? number : number + Units[unit];
    }

    private (int Columns, int Lines) Size()
    {
        if (terminal.Columns is { } columns)
        {
            return (columns, DefaultRows);
        }

        try
        {
            int width = Console.WindowWidth;
            int height = Console.WindowHeight;
            return (width > 0 ? width : DefaultColumns, height > 0 ? height : DefaultRows);
        }
        catch (Exception e) when (e is IOException or PlatformNotSupportedException)
        {
            return (DefaultColumns, DefaultRows);
        }
    }
}
