// Words of pppd's files, options and secrets alike: separated by blanks, quoted with " or ', the
// backslash as in C, # for a comment up to the end of the line. The rules are those of pppd(8).

using System;
using System.Collections.Generic;
using System.Globalization;
using System.Text;

namespace nanoPptp.Tool.Hub.Configuration;

/// <summary>One word.</summary>
/// <param name="Text">What it says, without quotes and escapes.</param>
/// <param name="Line">Where it begins, from 1.</param>
/// <param name="IsFirst">Whether it is the first of its line. A line that ends in a backslash goes
/// on in the next.</param>
internal sealed record Word(string Text, int Line, bool IsFirst);

/// <summary>Cuts a text into words.</summary>
internal sealed class WordReader
{
    private const char End = '\0';

    private readonly string _text;
    private readonly StringBuilder _word = new();
    private int _position;
    private int _line = 1;
    private char _quote;

    private WordReader(string text)
    {
        _text = text;
    }

    private char Next => _position < _text.Length ? _text[_position] : End;

    private bool HasMore => _position < _text.Length;

    /// <summary>Reads all words of a file.</summary>
    /// <param name="text">The content.</param>
    /// <param name="path">The file, for the report.</param>
    /// <param name="report">Hears of a quote that nobody closes.</param>
    public static IReadOnlyList<Word> ReadAll(
        string text, string path, ConfigurationReport report)
    {
        WordReader reader = new(text);
        List<Word> words = [];
        bool isFirst = true;
        while (reader.SkipBlanks(ref isFirst))
        {
            int line = reader._line;
            words.Add(new Word(reader.ReadWord(), line, isFirst));
            isFirst = false;
            if (reader._quote != End)
            {
                report.Error(
                    path, line, $"a quote ({reader._quote}) begins here and is never closed.");
            }
        }

        return words;
    }

    private void Advance()
    {
        if (Next == '\n')
        {
            _line++;
        }

        _position++;
    }

    /// <summary>Goes to the next word.</summary>
    /// <returns>False at the end.</returns>
    private bool SkipBlanks(ref bool isFirst)
    {
        while (HasMore)
        {
            if (Next == '\\' && _text.AsSpan(_position) is ['\\', '\n', ..])
            {
                Advance();
            }
            else if (Next == '\n')
            {
                isFirst = true;
            }
            else if (Next == '#')
            {
                while (HasMore && Next != '\n')
                {
                    Advance();
                }

                continue;
            }
            else if (!char.IsWhiteSpace(Next))
            {
                return true;
            }

            Advance();
        }

        return false;
    }

    private string ReadWord()
    {
        _word.Clear();
        _quote = End;
        while (HasMore)
        {
            char c = Next;
            if (c == '\\')
            {
                Advance();
                ReadEscape();
                continue;
            }

            if (_quote == End && (char.IsWhiteSpace(c) || c == '#'))
            {
                break;
            }

            Advance();
            if (c == _quote)
            {
                _quote = End;
            }
            else if (_quote == End && c is '"' or '\'')
            {
                _quote = c;
            }
            else
            {
                _word.Append(c);
            }
        }

        return _word.ToString();
    }

    private void ReadEscape()
    {
        if (!HasMore)
        {
            return;
        }

        char c = Next;
        if (c is >= '0' and <= '7')
        {
            AppendNumber(3, 8);
            return;
        }

        Advance();
        switch (c)
        {
            case '\n':
                // The word goes on in the next line.
                break;
            case 'x':
                AppendNumber(2, 16);
                break;
            default:
                const string Names = "abfnrst";
                const string Values = "\a\b\f\n\r \t";
                int index = Names.IndexOf(c, StringComparison.Ordinal);
                _word.Append(index < 0 ? c : Values[index]);
                break;
        }
    }

    private void AppendNumber(int mostDigits, int numberBase)
    {
        int value = 0;
        for (int i = 0; i < mostDigits && HasMore; i++)
        {
            bool isDigit = numberBase == 16
                ? char.IsAsciiHexDigit(Next)
                : Next is >= '0' and <= '7';
            if (!isDigit)
            {
                break;
            }

            int digit = int.Parse(
                Next.ToString(), NumberStyles.HexNumber, CultureInfo.InvariantCulture);
            value = (value * numberBase) + digit;
            Advance();
        }

        _word.Append((char)(value & 0xFF));
    }
}
