// Decimal numbers as they are written, without a detour over binary fractions: 21.5 is 215 times ten
// to the -1, and not 21.4999999.

using System;
using System.Globalization;

namespace nanoPptp.Tool.Telemetry;

/// <summary>Reads numbers into mantissa and exponent.</summary>
internal static class DecimalNumber
{
    private const int LargestExponent = 30;

    /// <summary>Reads digits, with a sign, a point and an exponent of ten if need be.</summary>
    /// <param name="text">The number.</param>
    /// <param name="mantissa">What ten to the exponent is multiplied with; zeros at its end are
    /// left out of a fraction.</param>
    /// <param name="exponent">-30 to 30; 0 for whole numbers as far as they fit.</param>
    /// <returns>Null when all is well; otherwise what is wrong with it.</returns>
    public static string? Read(ReadOnlySpan<char> text, out long mantissa, out int exponent)
    {
        mantissa = 0;
        exponent = 0;
        ReadOnlySpan<char> rest = text is ['+' or '-', ..] ? text[1..] : text;
        ReadOnlySpan<char> whole = TakeDigits(ref rest);
        ReadOnlySpan<char> fraction = [];
        bool isNumber = whole.Length > 0;
        if (rest is ['.', ..])
        {
            rest = rest[1..];
            fraction = TakeDigits(ref rest);
            isNumber &= fraction.Length > 0;
        }

        int power = 0;
        if (rest is ['e' or 'E', ..])
        {
            isNumber &= int.TryParse(
                rest[1..], NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out power)
                && int.Abs(power) < 1000;
            rest = [];
        }

        if (!isNumber || rest.Length > 0)
        {
            return "is no number";
        }

        fraction = fraction.TrimEnd('0');
        string digits = string.Concat(text[..1] is "-" ? "-" : "", whole, fraction);
        if (!long.TryParse(
            digits, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out mantissa))
        {
            return "has too many digits";
        }

        exponent = mantissa == 0 ? 0 : power - fraction.Length;
        while (exponent > 0 && long.Abs(mantissa) < long.MaxValue / 10)
        {
            mantissa *= 10;
            exponent--;
        }

        while (exponent < 0 && mantissa % 10 == 0)
        {
            mantissa /= 10;
            exponent++;
        }

        return int.Abs(exponent) <= LargestExponent ? null : "is too large or too small";
    }

    private static ReadOnlySpan<char> TakeDigits(scoped ref ReadOnlySpan<char> rest)
    {
        int count = 0;
        while (count < rest.Length && char.IsAsciiDigit(rest[count]))
        {
            count++;
        }

        ReadOnlySpan<char> digits = rest[..count];
        rest = rest[count..];
        return digits;
    }
}
