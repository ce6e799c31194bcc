// Progress of long work: one line that is written over on a terminal; elsewhere a plain line now
// and then.

using System;
using System.Diagnostics;

namespace nanoPptp.Tool.Simulate;

/// <summary>A line of progress.</summary>
internal sealed class ProgressLine
{
    private const int LiveIntervalMs = 200;
    private const int PlainIntervalMs = 5_000;
    private const int UsualColumns = 80;
    private const char Ellipsis = '\u2026';

    private readonly Terminal _terminal;
    private readonly bool _isSilent;
    private readonly Stopwatch _since = Stopwatch.StartNew();
    private bool _isDrawn;

    /// <summary>Makes a line that is not there yet.</summary>
    /// <param name="terminal">Where it is shown.</param>
    /// <param name="isSilent">Whether nothing is shown, because results are JSON Lines.</param>
    public ProgressLine(Terminal terminal, bool isSilent)
    {
        _terminal = terminal;
        _isSilent = isSilent;
    }

    /// <summary>Whether it is time to show something again.</summary>
    public bool IsDue => !_isSilent && _since.ElapsedMilliseconds
        >= (_terminal.IsLive ? LiveIntervalMs : PlainIntervalMs);

    /// <summary>Shows progress.</summary>
    /// <param name="text">What to show.</param>
    public void Show(string text)
    {
        if (_isSilent)
        {
            return;
        }

        _since.Restart();
        if (!_terminal.IsLive)
        {
            _terminal.Output.WriteLine(text);
            return;
        }

        int columns = _terminal.Columns ?? ScreenColumns();
        string line = text.Length < columns
            ? text
            : $"{text[..Math.Max(columns - 2, 0)]}{Ellipsis}";
        _terminal.Output.Write($"\r{line}\x1b[K");
        _terminal.Output.Flush();
        _isDrawn = true;
    }

    /// <summary>Takes the line away, so that something else can be written.</summary>
    public void Clear()
    {
        if (_isDrawn)
        {
            _terminal.Output.Write("\r\x1b[K");
            _isDrawn = false;
        }
    }

    private static int ScreenColumns()
    {
        try
        {
            return Console.WindowWidth > 0 ? Console.WindowWidth : UsualColumns;
        }
        catch (System.IO.IOException)
        {
            return UsualColumns;
        }
    }
}
