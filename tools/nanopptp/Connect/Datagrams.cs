// The datagrams of --udp: one text with a running number, or the lines of a file in turn.

using System;
using System.Collections.Generic;
using System.Globalization;
using System.Text;

namespace nanoPptp.Tool.Connect;

/// <summary>What is sent through the tunnel, datagram by datagram.</summary>
internal sealed class Datagrams
{
    private const string Number = "{n}";

    private readonly string? _text;
    private readonly IReadOnlyList<byte[]> _lines;

    private Datagrams(string? text, IReadOnlyList<byte[]> lines, int count)
    {
        _text = text;
        _lines = lines;
        Count = count;
        for (int i = 1; i <= count && i <= lines.Count; i++)
        {
            LongestLength = int.Max(LongestLength, Get(i).Length);
        }

        // The last number has the most digits.
        if (text is not null)
        {
            LongestLength = Get(count).Length;
        }
    }

    /// <summary>How many are to be sent.</summary>
    public int Count { get; }

    /// <summary>Octets of the longest.</summary>
    public int LongestLength { get; }

    /// <summary>The same text again and again; {n} becomes 1, 2, 3 and so on.</summary>
    public static Datagrams OfText(string text, int count)
    {
        return new Datagrams(text, [], count);
    }

    /// <summary>Lines in turn, from the first again when they are used up.</summary>
    public static Datagrams OfLines(IReadOnlyList<byte[]> lines, int? count)
    {
        return new Datagrams(null, lines, count ?? lines.Count);
    }

    /// <summary>The payload of one datagram.</summary>
    /// <param name="sequence">Its number: 1 to <see cref="Count"/>.</param>
    public byte[] Get(int sequence)
    {
        if (_text is null)
        {
            return _lines[(sequence - 1) % _lines.Count];
        }

        string number = sequence.ToString(CultureInfo.InvariantCulture);
        return Encoding.UTF8.GetBytes(_text.Replace(Number, number, StringComparison.Ordinal));
    }
}
