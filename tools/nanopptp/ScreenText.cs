// Text from outside, made fit for a screen: what would move the cursor, hide characters or break
// the line is shown by its number.

using System;
using System.Globalization;
using System.Text;

namespace nanoPptp.Tool;

/// <summary>Escapes what a terminal would obey instead of show.</summary>
internal static class ScreenText
{
    private static readonly UTF8Encoding s_strict = new(false, throwOnInvalidBytes: true);

    /// <summary>The text with control, format and separator characters as \uXXXX.</summary>
    public static string Escape(string text)
    {
        StringBuilder shown = new(text.Length);
        for (int i = 0; i < text.Length;)
        {
            bool whole = Rune.TryGetRuneAt(text, i, out Rune rune);
            int length = whole ? rune.Utf16SequenceLength : 1;
            if (whole && IsShown(rune))
            {
                shown.Append(text, i, length);
            }
            else
            {
                for (int j = i; j < i + length; j++)
                {
                    shown.Append(CultureInfo.InvariantCulture, $"\\u{(int)text[j]:x4}");
                }
            }

            i += length;
        }

        return shown.ToString();
    }

    /// <summary>Octets as text; null when they are none that a screen could show.</summary>
    public static string? TextOf(ReadOnlySpan<byte> octets)
    {
        try
        {
            string text = s_strict.GetString(octets);
            foreach (Rune rune in text.EnumerateRunes())
            {
                if (!IsShown(rune))
                {
                    return null;
                }
            }

            return text;
        }
        catch (DecoderFallbackException)
        {
            return null;
        }
    }

    /// <summary>Whether a character shows itself and does nothing else.</summary>
    private static bool IsShown(Rune rune)
    {
        return Rune.GetUnicodeCategory(rune) is not (UnicodeCategory.Control
            or UnicodeCategory.Format or UnicodeCategory.Surrogate
            or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator
            or UnicodeCategory.OtherNotAssigned or UnicodeCategory.PrivateUse);
    }
}
