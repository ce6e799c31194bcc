// HTML and SVG as they are written: what stands in the source is markup, what is filled in is text
// and gets escaped. A string of a run cannot be put in as markup, so nothing can be forgotten; only
// the style sheet and the script, which are files of this program, go in as they are.
//
//   html.Write($"<td>{name}<td>{count}");

using System;
using System.Globalization;
using System.IO;
using System.Runtime.CompilerServices;
using System.Text;

namespace Simulator.Reports;

/// <summary>A piece of a page. Counts its octets, because pages have a budget.</summary>
internal sealed class Html
{
    private readonly StringBuilder _text = new();

    /// <summary>Octets so far, in UTF-8.</summary>
    public int OctetCount { get; private set; }

    /// <summary>Appends markup, with values in it.</summary>
    /// <param name="handler">Made by the compiler of an interpolated string.</param>
    /// <returns>Itself.</returns>
    public Html Write([InterpolatedStringHandlerArgument("")] Handler handler)
    {
        _ = handler;
        return this;
    }

    /// <summary>Appends another piece.</summary>
    /// <param name="piece">The piece.</param>
    /// <returns>Itself.</returns>
    public Html Write(Html piece)
    {
        _text.Append(piece._text);
        OctetCount += piece.OctetCount;
        return this;
    }

    /// <summary>A style sheet or a script of this program.</summary>
    /// <param name="name">Its name among the resources.</param>
    public static Html OfResource(string name)
    {
        var html = new Html();
        html.Append(HtmlReport.Resource(name));
        return html;
    }

    /// <summary>Copies everything to a writer.</summary>
    /// <param name="writer">The writer.</param>
    public void CopyTo(TextWriter writer) => writer.Write(_text);

    /// <inheritdoc/>
    public override string ToString() => _text.ToString();

    private void Append(string markup)
    {
        _text.Append(markup);
        OctetCount += Encoding.UTF8.GetByteCount(markup);
    }

    private void Escape(string text)
    {
        text = ReportText.Clean(text);
        if (text.AsSpan().IndexOfAny("&<>\"'") >= 0)
        {
            text = text.Replace("&", "&amp;", StringComparison.Ordinal)
                .Replace("<", "&lt;", StringComparison.Ordinal)
                .Replace(">", "&gt;", StringComparison.Ordinal)
                .Replace("\"", "&quot;", StringComparison.Ordinal)
                .Replace("'", "&#39;", StringComparison.Ordinal);
        }

        Append(text);
    }

    /// <summary>Keeps markup and values apart.</summary>
    [InterpolatedStringHandler]
    internal readonly ref struct Handler
    {
        private readonly Html _html;

        public Handler(int literalLength, int formattedCount, Html html)
        {
            _ = literalLength;
            _ = formattedCount;
            _html = html;
        }

        /// <summary>Markup of the source.</summary>
        public void AppendLiteral(string markup) => _html.Append(markup);

        /// <summary>Text from anywhere.</summary>
        public void AppendFormatted(string? text) => _html.Escape(text ?? "");

        /// <summary>A number.</summary>
        public void AppendFormatted(long value) =>
            _html.Append(value.ToString(CultureInfo.InvariantCulture));

        /// <summary>A coordinate: one decimal is more than a screen shows.</summary>
        public void AppendFormatted(double value) =>
            _html.Append(value.ToString("0.#", CultureInfo.InvariantCulture));

        /// <summary>Another piece.</summary>
        public void AppendFormatted(Html piece) => _html.Write(piece);
    }
}
