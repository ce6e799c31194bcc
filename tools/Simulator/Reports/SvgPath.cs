// The data of an SVG path in tenths of a pixel and in relative commands, which are the shortest: a
// report holds thousands of them. Rounding does not add up, because the pen's place is kept
// rounded.

using System;
using System.Globalization;
using System.Text;

namespace Simulator.Reports;

/// <summary>Builds the attribute <c>d</c> of a path.</summary>
internal sealed class SvgPath
{
    private readonly StringBuilder _data = new();
    private int _x;
    private int _y;

    /// <summary>Lifts the pen and sets it down elsewhere.</summary>
    public void MoveTo(double x, double y)
    {
        _x = Tenths(x);
        _y = Tenths(y);
        _data.Append('M').Append(Text(_x)).Append(' ').Append(Text(_y));
    }

    /// <summary>Draws a straight line.</summary>
    public void LineTo(double x, double y)
    {
        int dx = Tenths(x) - _x;
        int dy = Tenths(y) - _y;
        _x += dx;
        _y += dy;
        _data.Append('l').Append(Text(dx)).Append(dy < 0 ? "" : " ").Append(Text(dy));
    }

    /// <summary>Draws a horizontal line. One without length is a dot when its ends are round.
    /// </summary>
    public void HorizontalTo(double x)
    {
        int dx = Tenths(x) - _x;
        _x += dx;
        _data.Append('h').Append(Text(dx));
    }

    /// <summary>Draws a vertical line, if it is one.</summary>
    public void VerticalTo(double y)
    {
        int dy = Tenths(y) - _y;
        _y += dy;
        if (dy != 0)
        {
            _data.Append('v').Append(Text(dy));
        }
    }

    /// <summary>Back to where the pen was set down.</summary>
    public void Close() => _data.Append('z');

    /// <summary>Whether a vertical line to that place would be none.</summary>
    public bool IsAtHeight(double y) => Tenths(y) == _y;

    /// <inheritdoc/>
    public override string ToString() => _data.ToString();

    private static int Tenths(double value) => (int)Math.Round(value * 10);

    private static string Text(int tenths) =>
        (tenths / 10m).ToString("0.#", CultureInfo.InvariantCulture);
}
