// Options that take a number. The parser's own conversion takes 1,5 for 15 and names .NET's types
// in its complaints.

using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using System.Linq;

namespace nanoPptp.Tool;

/// <summary>Makes options for numbers: digits, one point where a fraction has a sense, a sign, and
/// nothing else, in every country.</summary>
internal static class Numbers
{
    private const NumberStyles WholeStyle = NumberStyles.AllowLeadingSign;
    private const NumberStyles FractionStyle =
        NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint;

    /// <summary>An option for a whole number.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="unit">What stands for the number in the help.</param>
    /// <param name="wants">What the number counts, with an example, for complaints.</param>
    /// <param name="description">What it is for.</param>
    public static Option<int?> Whole(string name, string unit, string wants, string description)
    {
        return new Option<int?>(name)
        {
            HelpName = unit,
            Description = description,
            CustomParser = result =>
            {
                string text = TextOf(result);
                if (int.TryParse(text, WholeStyle, CultureInfo.InvariantCulture, out int value))
                {
                    return value;
                }

                bool isNumber = text.Length > 0 && text.All(char.IsAsciiDigit);
                Refuse(result, name, wants, text, isNumber ? "is too large" : "is none");
                return null;
            },
        };
    }

    /// <summary>An option for a number that may have a fraction.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="unit">What stands for the number in the help.</param>
    /// <param name="wants">What the number counts, with an example, for complaints.</param>
    /// <param name="description">What it is for.</param>
    public static Option<double?> Fraction(
        string name, string unit, string wants, string description)
    {
        return new Option<double?>(name)
        {
            HelpName = unit,
            Description = description,
            CustomParser = result =>
            {
                string text = TextOf(result);
                if (double.TryParse(
                    text, FractionStyle, CultureInfo.InvariantCulture, out double value)
                    && double.IsFinite(value))
                {
                    return value;
                }

                Refuse(result, name, wants, text, "is none");
                return null;
            },
        };
    }

    private static string TextOf(ArgumentResult result)
    {
        return result.Tokens.Count > 0 ? result.Tokens[0].Value : "";
    }

    private static void Refuse(
        ArgumentResult result, string name, string wants, string text, string why)
    {
        result.AddError($"{name} wants {wants}; {UsageErrors.Quote(text)} {why}.");
    }
}
